import numpy as np


def propagate_rev(saved, hz_bar):
    # reverse
    n_pulse, pulse_shape = saved
    ex_bar = np.zeros_like(hz_bar)
    ey_bar = np.zeros_like(hz_bar)
    pulse_bar = np.zeros(pulse_shape)
    for i in reversed(range(n_pulse)):
        # hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
        hz_bar_prod = 0.7 * hz_bar[:-1, :-1]
        ey_bar[:-1, :-1] += hz_bar_prod
        ey_bar[1:, :-1] -= hz_bar_prod
        ex_bar[:-1, :-1] += hz_bar_prod
        ex_bar[:-1, 1:] -= hz_bar_prod
        # ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        half_ex_bar = 0.5 * ex_bar[:, 1:]
        hz_bar[:, :-1] += half_ex_bar
        hz_bar[:, 1:] -= half_ex_bar
        # ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        half_ey_bar = 0.5 * ey_bar[1:, :]
        hz_bar[:-1, :] += half_ey_bar
        hz_bar[1:, :] -= half_ey_bar
        # ey[0, :] = strength; for strength in pulse:
        strength_bar = np.sum(ey_bar[0, :])
        pulse_bar[i] += strength_bar
        ey_bar[0, :] = 0.0
    return ex_bar, ey_bar, hz_bar, pulse_bar


def propagate_fwd(ex, ey, hz, pulse):
    for strength in pulse:
        ey[0, :] = strength
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return hz, (len(pulse), pulse.shape)


def loss_grad(ex, ey, hz, pulse):
    """Magnetic energy after the pulse has been fed in."""
    assert ex.shape == ey.shape == hz.shape
    # forward
    hz, propagate_saved = propagate_fwd(np.copy(ex), np.copy(ey), np.copy(hz), pulse)
    # reverse
    # propagate(ex, ey, hz, pulse)
    ex_bar, ey_bar, hz_bar, pulse_bar = propagate_rev(propagate_saved, hz)
    return ex_bar, ey_bar, hz_bar, pulse_bar
