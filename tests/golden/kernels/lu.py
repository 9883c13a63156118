import numpy as np


def factor_rev(a, a_bar):
    # reverse
    n = len(a)
    for k in reversed(range(n - 1)):
        # a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
        a_bar_prod = a_bar[k + 1 :, k + 1 :] @ a[k, k + 1 :]
        a_bar[k, k + 1 :] -= a[k + 1 :, k] @ a_bar[k + 1 :, k + 1 :]
        a_bar[k + 1 :, k] -= a_bar_prod
        # a[k + 1 :, k] /= a[k, k]
        a_bar_ratio = a_bar[k + 1 :, k] / a[k, k]
        a_bar[k + 1 :, k] = a_bar_ratio
        a_bar[k, k] -= a_bar_ratio @ a[k + 1 :, k]
    return a_bar


def factor_fwd(a):
    n = len(a)
    for k in range(n - 1):
        a[k + 1 :, k] /= a[k, k]
        a_part = a[k + 1 :, k]
        outer_a_part = np.outer(a_part, a[k, k + 1 :])
        a[k + 1 :, k + 1 :] -= outer_a_part
    return a


def loss_grad(a):
    """Sum of squares of both factors."""
    # forward
    a = factor_fwd(np.copy(a))
    # reverse
    # return np.sum(a * a)
    a_bar = 2.0 * a
    # factor(a)
    a_bar = factor_rev(a, a_bar)
    return a_bar
