import numpy as np


def substitute_rev(lower, x, x_bar):
    # reverse
    # for i in range(len(b)):
    lower_bar = np.zeros_like(lower)
    b_bar = np.zeros_like(x_bar)
    for i in reversed(range(len(x))):
        # x[i] /= lower[i, i]
        x_bar_ratio = x_bar[i] / lower[i, i]
        lower_bar[i, i] -= x_bar_ratio * x[i]
        x_bar[i] = x_bar_ratio
        for j in reversed(range(i)):
            # x[i] -= lower[i, j] * x[j]
            x_bar_i = x_bar[i]
            x_bar[j] -= x_bar_i * lower[i, j]
            lower_bar[i, j] -= x_bar_i * x[j]
        # x[i] = b[i]
        b_bar[i] += x_bar[i]
        x_bar[i] = 0.0
    return lower_bar, b_bar


def substitute_fwd(lower, b, x):
    for i in range(len(b)):
        x[i] = b[i]
        for j in range(i):
            x[i] -= lower[i, j] * x[j]
        x[i] /= lower[i, i]
    return x


def loss_grad(lower, b):
    """Squared length of the solution."""
    # forward
    x = np.empty_like(b)
    x = substitute_fwd(lower, b, x)
    # reverse
    # return np.sum(x**2)
    x_bar = 2.0 * x
    # substitute(lower, b, x)
    lower_bar, b_bar = substitute_rev(lower, x, x_bar)
    return lower_bar, b_bar
