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


def propagate_rev(saved, hz_bar):
    # reverse
    ex, ey, pulse, hz, hz_old_tape, ey_tape, ex_tape = saved
    # for strength in pulse:
    pulse_bar = np.zeros_like(pulse)
    ex_bar = np.zeros_like(ex)
    ey_bar = np.zeros_like(ey)
    for i, hz_old, ey, ex in zip(
        reversed(range(len(pulse))), reversed(hz_old_tape), reversed(ey_tape), reversed(ex_tape)
    ):
        ey_sum = ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1]
        ey_sum_diff = ey_sum - ey[:-1, :-1]
        # hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
        summed_ey_sum_diff = unbroadcast(
            0.7 * unbroadcast(-hz_bar[:-1, :-1], 0.7 * ey_sum_diff), ey_sum_diff
        )
        summed = unbroadcast(summed_ey_sum_diff, ey_sum)
        ey_bar[:-1, :-1] += unbroadcast(-summed_ey_sum_diff, ey[:-1, :-1])
        summed_summed = unbroadcast(summed, ex[:-1, 1:])
        ey_bar[1:, :-1] += unbroadcast(summed, ey[1:, :-1])
        ex_bar[:-1, :-1] -= summed_summed
        ex_bar[:-1, 1:] += summed_summed
        hz[:-1, :-1] = hz_old
        # ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        summed_ex_bar = unbroadcast(-ex_bar[:, 1:], hz[:, 1:])
        hz_bar[:, :-1] += -0.5 * summed_ex_bar
        hz_bar[:, 1:] += 0.5 * summed_ex_bar
        # ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        summed_ey_bar = unbroadcast(-ey_bar[1:, :], hz[1:, :])
        hz_bar[:-1, :] += -0.5 * summed_ey_bar
        hz_bar[1:, :] += 0.5 * summed_ey_bar
        # ey[0, :] = strength; for strength in pulse:
        strength_bar = np.sum(ey_bar[0, :])
        pulse_bar[i] += strength_bar
        ey_bar[0, :] = 0.0
    return ex_bar, ey_bar, hz_bar, pulse_bar


def propagate_fwd(ex, ey, hz, pulse):
    ex_prev = np.copy(ex)
    ey_prev = np.copy(ey)
    hz_old_tape = []
    ey_tape = []
    ex_tape = []
    for strength in pulse:
        ey_prev[0, :] = strength
        ey_prev[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ey_tape.append(ey_prev.copy())
        ex_prev[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        ex_tape.append(ex_prev.copy())
        hz_old_tape.append(hz[:-1, :-1].copy())
        hz[:-1, :-1] -= 0.7 * (
            ex_prev[:-1, 1:] - ex_prev[:-1, :-1] + ey_prev[1:, :-1] - ey_prev[:-1, :-1]
        )
    return ex_prev, ey_prev, hz, (ex, ey, pulse, hz, hz_old_tape, ey_tape, ex_tape)


def loss_grad(ex, ey, hz, pulse):
    """Magnetic energy after the pulse has been fed in."""
    # forward
    _, _, hz, propagate_saved = propagate_fwd(ex, ey, np.copy(hz), pulse)
    # reverse
    # propagate(ex, ey, hz, pulse)
    ex_bar, ey_bar, hz_bar, pulse_bar = propagate_rev(propagate_saved, hz.copy())
    return ex_bar, ey_bar, hz_bar, pulse_bar
