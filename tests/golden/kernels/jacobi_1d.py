import numpy as np


def relax_rev(steps, a_bar):
    # reverse
    b_bar = np.zeros_like(a_bar)
    for t in reversed(range(steps)):
        # a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3.0
        a_bar_ratio = a_bar[1:-1] / 3.0
        b_bar[2:] += a_bar_ratio
        b_bar[1:-1] += a_bar_ratio
        b_bar[:-2] += a_bar_ratio
        # b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        b_bar_ratio = b_bar[1:-1] / 3.0
        a_bar[1:-1] = b_bar_ratio
        a_bar[2:] += b_bar_ratio
        a_bar[:-2] += b_bar_ratio
        b_bar[1:-1] = 0.0
    return a_bar, b_bar


def relax_fwd(a, b, steps):
    for t in range(steps):
        b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3.0
    return a


def loss_grad(a, b, steps):
    """Energy of the relaxed line."""
    assert a.shape == b.shape
    # forward
    a = relax_fwd(a.copy(), b.copy(), steps)
    # reverse
    # return np.sum(a * a)
    a_bar = 2.0 * a
    # relax(a, b, steps)
    a_bar, b_bar = relax_rev(steps, a_bar)
    return a_bar, b_bar
