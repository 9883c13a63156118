import numpy as np


def smooth_grad(a, steps):
    # forward
    a = a.copy()
    b = np.zeros_like(a)
    for t in range(steps):
        b[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
        a[1:-1] = 0.25 * (b[:-2] + 2.0 * b[1:-1] + b[2:])
    # reverse
    # return np.sum(a * a)
    a_bar = 2.0 * a
    b_bar = np.zeros_like(a)
    for t in reversed(range(steps)):
        # a[1:-1] = 0.25 * (b[:-2] + 2.0 * b[1:-1] + b[2:])
        a_bar_prod = 0.25 * a_bar[1:-1]
        b_bar[2:] += a_bar_prod
        b_bar[1:-1] += 0.5 * a_bar[1:-1]
        b_bar[:-2] += a_bar_prod
        # b[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
        b_bar_prod = 0.25 * b_bar[1:-1]
        a_bar[1:-1] = 0.5 * b_bar[1:-1]
        a_bar[2:] += b_bar_prod
        a_bar[:-2] += b_bar_prod
        b_bar[1:-1] = 0.0
    return a_bar
