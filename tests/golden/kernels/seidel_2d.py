import numpy as np


def sweep_rev(h, u_bar, f_bar):
    # reverse
    rows = u_bar.shape[0]
    columns = u_bar.shape[1]
    for i in reversed(range(1, rows - 1)):
        for j in reversed(range(1, columns - 1)):
            # u[i, j] = 0.25 * (around - h * h * f[i, j])
            around_bar = 0.25 * u_bar[i, j]
            f_bar[i, j] -= around_bar * (h * h)
            u_bar[i, j] = 0.0
            # around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
            u_bar[i, j + 1] += around_bar
            u_bar[i, j - 1] += around_bar
            u_bar[i + 1, j] += around_bar
            u_bar[i - 1, j] += around_bar
    return u_bar, f_bar


def sweep_fwd(u, f, h):
    rows = u.shape[0]
    columns = u.shape[1]
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            u_part = u[i - 1, j]
            around = u_part + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
            u[i, j] = 0.25 * (around - h * h * f[i, j])
    return u


def loss_grad(u, f, h, steps):
    """Energy of the field after the sweeps."""
    # forward
    u = np.copy(u)
    for t in range(steps):
        u = sweep_fwd(u, f, h)
    # reverse
    # return np.sum(u * u)
    u_bar = 2.0 * u
    f_bar = np.zeros_like(f)
    for t in reversed(range(steps)):
        # sweep(u, f, h)
        u_bar, f_bar = sweep_rev(h, u_bar, f_bar)
    return u_bar, f_bar
