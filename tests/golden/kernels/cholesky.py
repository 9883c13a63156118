import math

import numpy as np


def factor_rev(a, a_bar):
    # reverse
    n = a.shape[0]
    for j in reversed(range(n)):
        for i in reversed(range(j + 1, n)):
            # a[i, j] /= a[j, j]
            a_bar_ratio = a_bar[i, j] / a[j, j]
            a_bar[i, j] = a_bar_ratio
            a_bar[j, j] -= a_bar_ratio * a[i, j]
        # a[j, j] = math.sqrt(a[j, j])
        half_a_bar = 0.5 * a_bar[j, j]
        a_bar[j, j] = (
            half_a_bar / (a[j, j] if a[j, j] else np.float64(a[j, j])) if a_bar[j, j] != 0 else 0.0
        )
        for k in reversed(range(j)):
            for i in reversed(range(j, n)):
                # a[i, j] -= a[i, k] * a[j, k]
                a_bar_part = a_bar[i, j]
                a_bar[j, k] -= a_bar_part * a[i, k]
                a_bar[i, k] -= a_bar_part * a[j, k]
    return a_bar


def factor_fwd(a):
    n = a.shape[0]
    for j in range(n):
        for k in range(j):
            for i in range(j, n):
                a[i, j] -= a[i, k] * a[j, k]
        a[j, j] = math.sqrt(a[j, j])
        for i in range(j + 1, n):
            a[i, j] /= a[j, j]
    return a


def loss_grad(a):
    """Half the logarithm of the determinant, plus the squares of the factor's last row."""
    # forward
    a = factor_fwd(np.copy(a))
    # reverse
    a_bar = np.zeros_like(a)
    for i in reversed(range(len(a))):
        # total += math.log(a[i, i]) + a[-1, i] ** 2
        a_bar[-1, i] += 2.0 * a[-1, i]
        a_bar[i, i] += 1.0 / a[i, i]
    # factor(a)
    a_bar = factor_rev(a, a_bar)
    return a_bar
