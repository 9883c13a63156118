import numpy as np


def solve_rev(h, steps, u_bar):
    # reverse
    new_bar = u_bar
    f_bar = np.zeros_like(u_bar)
    u_bar = np.zeros_like(u_bar)
    for t in reversed(range(steps)):
        # sweep(u, new, f, h)
        u_bar, new_bar, f_bar = sweep_rev(h, new_bar, u_bar, f_bar)
        u_bar, new_bar = new_bar, u_bar
    # new = u.copy()
    u_bar = new_bar + u_bar
    return u_bar, f_bar


def sweep_rev(h, new_bar, u_bar, f_bar):
    # reverse
    # new[1:-1, 1:-1] = 0.25 * (neighbours - h * h * f[1:-1, 1:-1])
    # neighbours = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
    neighbours_bar = 0.25 * new_bar[1:-1, 1:-1]
    f_bar[1:-1, 1:-1] -= 0.25 * (h * h) * new_bar[1:-1, 1:-1]
    u_bar[1:-1, 2:] += neighbours_bar
    u_bar[1:-1, :-2] += neighbours_bar
    u_bar[2:, 1:-1] += neighbours_bar
    u_bar[:-2, 1:-1] += neighbours_bar
    new_bar[1:-1, 1:-1] = 0.0
    return u_bar, new_bar, f_bar


def solve_fwd(u, f, h, steps):
    new = u.copy()
    for t in range(steps):
        new = sweep_fwd(u, new, f, h)
        new, u = u, new
    return u


def sweep_fwd(u, new, f, h):
    neighbours = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
    new[1:-1, 1:-1] = 0.25 * (neighbours - h * h * f[1:-1, 1:-1])
    return new


def loss_grad(u, f, h, steps):
    """Energy of the field after the sweeps."""
    assert u.shape == f.shape
    # forward
    field = solve_fwd(np.copy(u), f, h, steps)
    # reverse
    # field = solve(u, f, h, steps)
    u_bar, f_bar = solve_rev(h, steps, field)
    return u_bar, f_bar
