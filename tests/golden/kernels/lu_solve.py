import numpy as np


def solve_rev(x_start, a, x, x_bar):
    # reverse
    n = len(x)
    a_bar = np.zeros_like(a)
    for i in reversed(range(n - 1, -1, -1)):
        # x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
        x_bar_ratio = x_bar[i] / a[i, i]
        a_bar[i, i] -= x_bar_ratio * x[i]
        x_bar[i] = x_bar_ratio
        x_bar[i + 1 :] -= x_bar_ratio * a[i, i + 1 :]
        a_bar[i, i + 1 :] -= x_bar_ratio * x[i + 1 :]
    b_bar = np.zeros_like(x_bar)
    for i in reversed(range(n)):
        # x[i] = b[i] - a[i, :i] @ x[:i]
        x_bar_i = x_bar[i]
        x_bar[i] = 0.0
        x_bar[:i] -= x_bar_i * a[i, :i]
        a_bar[i, :i] -= x_bar_i * x_start[:i]
        b_bar[i] += x_bar_i
    for i in reversed(range(n)):
        for j in reversed(range(i, n)):
            # a[i, j] -= a[i, :i] @ a[:i, j]
            a_bar_part = a_bar[i, j]
            a_bar[:i, j] -= a_bar_part * a[i, :i]
            a_bar[i, :i] -= a_bar_part * a[:i, j]
        for j in reversed(range(i)):
            # a[i, j] = (a[i, j] - a[i, :j] @ a[:j, j]) / a[j, j]
            a_bar_ratio = a_bar[i, j] / a[j, j]
            a_bar[i, j] = a_bar_ratio
            a_bar[j, j] -= a_bar_ratio * a[i, j]
            a_bar[:j, j] -= a_bar_ratio * a[i, :j]
            a_bar[i, :j] -= a_bar_ratio * a[:j, j]
    return a_bar, b_bar


def solve_fwd(a, b, x):
    n = len(b)
    for i in range(n):
        for j in range(i):
            a[i, j] = (a[i, j] - a[i, :j] @ a[:j, j]) / a[j, j]
        for j in range(i, n):
            a[i, j] -= a[i, :i] @ a[:i, j]
    for i in range(n):
        x[i] = b[i] - a[i, :i] @ x[:i]
    x_start = x.copy()
    for i in range(n - 1, -1, -1):
        x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return a, x, x_start


def loss_grad(a, b):
    """Squared length of the solution."""
    # forward
    x = np.zeros_like(b)
    a, x, solve_saved = solve_fwd(np.copy(a), b, x)
    # reverse
    # return x @ x
    x_bar = 2.0 * x
    # solve(a, b, x)
    a_bar, b_bar = solve_rev(solve_saved, a, x, x_bar)
    return a_bar, b_bar
