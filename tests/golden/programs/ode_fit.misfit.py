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
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def misfit_grad(theta, times, counts, substeps=8):
    """Squared errors of the logarithms, for logarithms of the first state and of the rates."""
    # forward
    y0 = np.exp(theta[:2])
    rates = np.exp(theta[2:])
    birth, eaten, death, growth = rates
    ys = np.zeros((len(times), len(theta[:2])))
    ys[0] = y0
    y = y0
    y_tapes = []
    hares_tapes = []
    lynxes_tapes = []
    hares_tapes_2 = []
    lynxes_tapes_2 = []
    hares_tapes_3 = []
    lynxes_tapes_3 = []
    for i in range(1, len(times)):
        t = times[i - 1]
        h = (times[i] - t) / substeps
        y_tape = []
        hares_tape = []
        lynxes_tape = []
        hares_tape_2 = []
        lynxes_tape_2 = []
        hares_tape_3 = []
        lynxes_tape_3 = []
        for _ in range(substeps):
            y_tape.append(y)
            hares, lynxes = y
            k1 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            half_h = h / 2
            k2_pre = y + half_h * k1
            hares = k2_pre[0]
            hares_tape.append(hares)
            lynxes = k2_pre[1]
            lynxes_tape.append(lynxes)
            k2 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k3_pre = y + half_h * k2
            hares = k3_pre[0]
            hares_tape_2.append(hares)
            lynxes = k3_pre[1]
            lynxes_tape_2.append(lynxes)
            k3 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k4_pre = y + h * k3
            hares = k4_pre[0]
            hares_tape_3.append(hares)
            lynxes = k4_pre[1]
            lynxes_tape_3.append(lynxes)
            k4 = np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        y_tapes.append(y_tape)
        hares_tapes.append(hares_tape)
        lynxes_tapes.append(lynxes_tape)
        hares_tapes_2.append(hares_tape_2)
        lynxes_tapes_2.append(lynxes_tape_2)
        hares_tapes_3.append(hares_tape_3)
        lynxes_tapes_3.append(lynxes_tape_3)
        ys[i] = y
    log_ys = np.log(ys)
    # reverse
    # return np.sum((np.log(predicted) - np.log(counts)) ** 2)
    ys_bar = 2.0 * unbroadcast(log_ys - np.log(counts), log_ys) / ys
    # for i in range(1, len(times)):
    y_bar = np.zeros_like(theta[:2])
    death_bar = growth_bar = birth_bar = eaten_bar = 0.0
    for (
        i,
        y_tape,
        hares_tape,
        lynxes_tape,
        hares_tape_2,
        lynxes_tape_2,
        hares_tape_3,
        lynxes_tape_3,
    ) in zip(
        reversed(range(1, len(times))),
        reversed(y_tapes),
        reversed(hares_tapes),
        reversed(lynxes_tapes),
        reversed(hares_tapes_2),
        reversed(lynxes_tapes_2),
        reversed(hares_tapes_3),
        reversed(lynxes_tapes_3),
    ):
        # ys[i] = y
        y_bar += ys_bar[i]
        t = times[i - 1]
        h = (times[i] - t) / substeps
        for y, hares, lynxes, hares_2, lynxes_2, hares_3, lynxes_3 in zip(
            reversed(y_tape),
            reversed(hares_tape),
            reversed(lynxes_tape),
            reversed(hares_tape_2),
            reversed(lynxes_tape_2),
            reversed(hares_tape_3),
            reversed(lynxes_tape_3),
        ):
            # y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            k4_bar = y_bar * (h / 6)
            k3_bar = 2 * k4_bar
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k4_bar_prod = k4_bar[1] * lynxes_3
            growth_bar += k4_bar_prod * hares_3
            k4_bar_prod_2 = k4_bar[0] * hares_3
            hares_bar = k4_bar_prod * growth + k4_bar[0] * (birth - eaten * lynxes_3)
            eaten_bar -= k4_bar_prod_2 * lynxes_3
            lynxes_bar = k4_bar[1] * (growth * hares_3 - death) - k4_bar_prod_2 * eaten
            # hares, lynxes = y
            zeros_y = np.zeros_like(y)
            zeros_y[1] = lynxes_bar
            zeros_y[0] = hares_bar
            # k4 = f(t + h, y + h * k3)
            y_bar += zeros_y
            k3_bar_2 = k3_bar + zeros_y * h
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k3_bar_prod = k3_bar_2[1] * lynxes_2
            k3_bar_prod_2 = k3_bar_2[0] * hares_2
            hares_bar = k3_bar_prod * growth + k3_bar_2[0] * (birth - eaten * lynxes_2)
            lynxes_bar = k3_bar_2[1] * (growth * hares_2 - death) - k3_bar_prod_2 * eaten
            # hares, lynxes = y
            zeros_y_2 = np.zeros_like(y)
            zeros_y_2[1] = lynxes_bar
            zeros_y_2[0] = hares_bar
            # k3 = f(t + h / 2, y + h / 2 * k2)
            y_bar += zeros_y_2
            half_h = h / 2
            k2_bar = k3_bar + zeros_y_2 * half_h
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k2_bar_prod = k2_bar[1] * lynxes
            k2_bar_prod_2 = k2_bar[0] * hares
            hares_bar = k2_bar_prod * growth + k2_bar[0] * (birth - eaten * lynxes)
            lynxes_bar = k2_bar[1] * (growth * hares - death) - k2_bar_prod_2 * eaten
            # hares, lynxes = y
            zeros_y_3 = np.zeros_like(y)
            zeros_y_3[1] = lynxes_bar
            zeros_y_3[0] = hares_bar
            # k2 = f(t + h / 2, y + h / 2 * k1)
            y_bar += zeros_y_3
            k1_bar = k4_bar + zeros_y_3 * half_h
            lynxes_3 = y[1]
            # return np.array([(birth - eaten * lynxes) * hares, (growth * hares - death) * lynxes])
            k1_bar_prod = k1_bar[1] * lynxes_3
            hares_3 = y[0]
            death_bar = death_bar - k4_bar_prod - k3_bar_prod - k2_bar_prod - k1_bar_prod
            growth_bar = (
                growth_bar + k3_bar_prod * hares_2 + k2_bar_prod * hares + k1_bar_prod * hares_3
            )
            k1_bar_prod_2 = k1_bar[0] * hares_3
            hares_bar = k1_bar_prod * growth + k1_bar[0] * (birth - eaten * lynxes_3)
            birth_bar = birth_bar + k4_bar_prod_2 + k3_bar_prod_2 + k2_bar_prod_2 + k1_bar_prod_2
            eaten_bar = (
                eaten_bar
                - k3_bar_prod_2 * lynxes_2
                - k2_bar_prod_2 * lynxes
                - k1_bar_prod_2 * lynxes_3
            )
            lynxes_bar = k1_bar[1] * (growth * hares_3 - death) - k1_bar_prod_2 * eaten
            # hares, lynxes = y
            y_bar[1] += lynxes_bar
            y_bar[0] += hares_bar
        ys_bar[i] = 0.0
    # ys[0] = y = y0
    y0_bar = y_bar + ys_bar[0]
    # birth, eaten, death, growth = rates
    rates_bar = np.zeros_like(theta[2:])
    rates_bar[3] = growth_bar
    rates_bar[2] = death_bar
    rates_bar[1] = eaten_bar
    rates_bar[0] = birth_bar
    # y0, rates = np.exp(theta[:2]), np.exp(theta[2:])
    theta_bar = np.zeros_like(theta)
    theta_bar[2:] = rates_bar * rates
    theta_bar[:2] = y0_bar * y0
    return theta_bar
