import numpy as np


def distance_grad(log_stiffness, net, wanted):
    """Squared distance of the net at rest from the wanted form, and a price on stiff springs."""
    # forward
    springs = net.springs
    stiffness = np.exp(log_stiffness)
    x = net.positions.copy()
    v = np.zeros_like(x)
    x_tape = []
    length_tapes = []
    for _ in range(120):
        x_tape.append(x)
        f = np.zeros_like(x)
        f[:, 1] -= 1.0
        length_tape = []
        for k, spring in enumerate(springs):
            d = x[spring.b] - x[spring.a]
            length = np.sqrt(d @ d)
            length_tape.append(length)
            pull = stiffness[k] * (length - spring.rest) / length * d
            f[spring.a] += pull
            f[spring.b] -= pull
        length_tapes.append(length_tape)
        f[net.held] = 0.0
        v += 0.05 * (f - 1.5 * v)
        x = x + 0.05 * v
    # reverse
    # return np.sum((x - wanted) ** 2) + 1e-5 * stiffness.sum()
    stiffness_bar = np.full(log_stiffness.shape, 1e-05)
    x_bar = 2.0 * (x - wanted)
    # for _ in range(steps):
    v_bar = np.zeros_like(net.positions)
    for x, length_tape in zip(reversed(x_tape), reversed(length_tapes)):
        # x += dt * v
        v_bar += 0.05 * x_bar
        # v += dt * (self.forces(x, stiffness, gravity) - friction * v)
        f_bar = 0.05 * v_bar
        v_bar -= 0.07500000000000001 * v_bar
        # f[self.held] = 0.0
        f_bar[net.held] = 0.0
        for k, spring, length in zip(
            reversed(range(len(springs))), reversed(springs), reversed(length_tape)
        ):
            # f[spring.a] += pull
            f_bar_part = f_bar[spring.a]
            pull_bar = f_bar_part - f_bar[spring.b]
            length_diff = length - spring.rest
            length_ratio = stiffness[k] * length_diff / length
            # pull = stiffness[k] * (length - spring.rest) / length * d
            d_bar = pull_bar * length_ratio
            d = x[spring.b] - x[spring.a]
            length_ratio_2 = pull_bar @ d / length
            length_bar = length_ratio_2 * stiffness[k] - length_ratio_2 * length_ratio
            stiffness_bar[k] += length_ratio_2 * length_diff
            # length = np.sqrt(d @ d)
            d_bar += 2.0 * (0.5 * length_bar / (length + (length == 0))) * d
            # d = x[spring.b] - x[spring.a]
            x_bar[spring.a] -= d_bar
            x_bar[spring.b] += d_bar
    # stiffness = np.exp(log_stiffness)
    log_stiffness_bar = stiffness_bar * stiffness
    return log_stiffness_bar
