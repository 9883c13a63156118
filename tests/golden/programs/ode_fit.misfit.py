import numpy as np


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g


def misfit_grad(theta, times, counts, substeps=8):
    """Squared errors of the logarithms, for logarithms of the first state and of the rates."""
    # forward
    y0 = np.exp(theta[:2])
    rates = np.exp(theta[2:])
    assert len(theta[2:]) == 4, "expected 4 values to unpack"
    birth = rates[0]
    eaten = rates[1]
    death = rates[2]
    growth = rates[3]
    ys = np.zeros((len(times), len(theta[:2])))
    ys[0] = y0
    y = y0
    y_tape_2 = []
    y_tapes = []
    k1_tapes = []
    k2_tapes = []
    k3_tapes = []
    for i in range(1, len(times)):
        t = times[i - 1]
        h = (times[i] - t) / substeps
        y_tape = []
        k1_tape = []
        k2_tape = []
        k3_tape = []
        for _ in range(substeps):
            y_tape.append(y)
            assert len(y) == 2, "expected 2 values to unpack"
            hares = y[0]
            lynxes = y[1]
            k1 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k1_tape.append(k1)
            half_h = h / 2
            k2_pre = y + half_h * k1
            hares = k2_pre[0]
            lynxes = k2_pre[1]
            k2 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k2_tape.append(k2)
            k3_pre = y + half_h * k2
            hares = k3_pre[0]
            lynxes = k3_pre[1]
            k3 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k3_tape.append(k3)
            k4_pre = y + h * k3
            hares = k4_pre[0]
            lynxes = k4_pre[1]
            k4 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        y_tape_2.append(y)
        y_tapes.append(y_tape)
        k1_tapes.append(k1_tape)
        k2_tapes.append(k2_tape)
        k3_tapes.append(k3_tape)
        ys[i] = y
    log_ys = np.log(ys)
    # reverse
    # return np.sum((np.log(predicted) - np.log(counts)) ** 2)
    ys_bar = 2.0 * unbroadcast(log_ys - np.log(counts), log_ys) / ys
    y_bar = np.zeros_like(y)
    death_bar = growth_bar = birth_bar = eaten_bar = 0.0
    for i, y_2, y_tape, k1_tape, k2_tape, k3_tape in zip(
        reversed(range(1, len(times))),
        reversed(y_tape_2),
        reversed(y_tapes),
        reversed(k1_tapes),
        reversed(k2_tapes),
        reversed(k3_tapes),
    ):
        # ys[i] = y
        y_bar += unbroadcast(ys_bar[i], y_2)
        t = times[i - 1]
        h = (times[i] - t) / substeps
        for y, k1, k2, k3 in zip(
            reversed(y_tape), reversed(k1_tape), reversed(k2_tape), reversed(k3_tape)
        ):
            # y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            k4_bar = y_bar * (h / 6)
            y_bar = unbroadcast(y_bar, y)
            k3_bar = 2 * k4_bar
            k4_pre = y + h * k3
            lynxes = k4_pre[1]
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k4_bar_prod = k4_bar[1] * lynxes
            hares = k4_pre[0]
            lynxes_bar = k4_bar[1] * (growth * hares - death)
            hares_bar = k4_bar_prod * growth
            growth_bar += k4_bar_prod * hares
            k4_bar_prod_2 = k4_bar[0] * hares
            hares_bar += k4_bar[0] * (birth - eaten * lynxes)
            eaten_bar -= k4_bar_prod_2 * lynxes
            lynxes_bar -= k4_bar_prod_2 * eaten
            # hares, lynxes = y
            zeros_k3 = np.zeros_like(k3)
            zeros_k3[1] = lynxes_bar
            zeros_k3[0] += hares_bar
            # k4 = f(t + h, y + h * k3)
            y_bar += unbroadcast(zeros_k3, y)
            k3_bar_2 = k3_bar + zeros_k3 * h
            half_h = h / 2
            k3_pre = y + half_h * k2
            lynxes = k3_pre[1]
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k3_bar_prod = k3_bar_2[1] * lynxes
            hares = k3_pre[0]
            lynxes_bar = k3_bar_2[1] * (growth * hares - death)
            hares_bar = k3_bar_prod * growth
            k3_bar_prod_2 = k3_bar_2[0] * hares
            hares_bar += k3_bar_2[0] * (birth - eaten * lynxes)
            lynxes_bar -= k3_bar_prod_2 * eaten
            # hares, lynxes = y
            zeros_k2 = np.zeros_like(k2)
            zeros_k2[1] = lynxes_bar
            zeros_k2[0] += hares_bar
            # k3 = f(t + h / 2, y + h / 2 * k2)
            y_bar += unbroadcast(zeros_k2, y)
            k2_bar = k3_bar + zeros_k2 * half_h
            k2_pre = y + half_h * k1
            lynxes_2 = k2_pre[1]
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k2_bar_prod = k2_bar[1] * lynxes_2
            hares_2 = k2_pre[0]
            lynxes_bar = k2_bar[1] * (growth * hares_2 - death)
            hares_bar = k2_bar_prod * growth
            k2_bar_prod_2 = k2_bar[0] * hares_2
            hares_bar += k2_bar[0] * (birth - eaten * lynxes_2)
            lynxes_bar -= k2_bar_prod_2 * eaten
            # hares, lynxes = y
            zeros_k1 = np.zeros_like(k1)
            zeros_k1[1] = lynxes_bar
            zeros_k1[0] += hares_bar
            # k2 = f(t + h / 2, y + h / 2 * k1)
            y_bar += unbroadcast(zeros_k1, y)
            k1_bar = k4_bar + zeros_k1 * half_h
            lynxes_3 = y[1]
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k1_bar_prod = k1_bar[1] * lynxes_3
            hares_3 = y[0]
            lynxes_bar = k1_bar[1] * (growth * hares_3 - death)
            death_bar = death_bar - k4_bar_prod - k3_bar_prod - k2_bar_prod - k1_bar_prod
            hares_bar = k1_bar_prod * growth
            growth_bar = (
                growth_bar + k3_bar_prod * hares + k2_bar_prod * hares_2 + k1_bar_prod * hares_3
            )
            k1_bar_prod_2 = k1_bar[0] * hares_3
            hares_bar += k1_bar[0] * (birth - eaten * lynxes_3)
            birth_bar = birth_bar + k4_bar_prod_2 + k3_bar_prod_2 + k2_bar_prod_2 + k1_bar_prod_2
            eaten_bar = (
                eaten_bar
                - k3_bar_prod_2 * lynxes
                - k2_bar_prod_2 * lynxes_2
                - k1_bar_prod_2 * lynxes_3
            )
            lynxes_bar -= k1_bar_prod_2 * eaten
            # hares, lynxes = y
            y_bar[1] += lynxes_bar
            y_bar[0] += hares_bar
        ys_bar[i] = 0.0
    # ys[0] = y = y0
    y0_bar = y_bar + ys_bar[0]
    # birth, eaten, death, growth = rates
    rates_bar = np.zeros_like(theta[2:])
    rates_bar[3] = growth_bar
    rates_bar[2] += death_bar
    rates_bar[1] += eaten_bar
    rates_bar[0] += birth_bar
    # y0, rates = np.exp(theta[:2]), np.exp(theta[2:])
    theta_bar = np.zeros_like(theta)
    theta_bar[2:] = rates_bar * rates
    theta_bar[:2] += unbroadcast(y0_bar * y0, theta[:2])
    return theta_bar
