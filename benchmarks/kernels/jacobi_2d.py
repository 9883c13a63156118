"""Poisson's equation on a rectangle by Jacobi's method (R. S. Varga, 1962), two buffers swapped."""

import numpy as np

WRT = ("u", "f")


def sweep(u, new, f, h):
    neighbours = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
    new[1:-1, 1:-1] = 0.25 * (neighbours - h * h * f[1:-1, 1:-1])


def solve(u, f, h, steps):
    new = u.copy()
    for t in range(steps):
        sweep(u, new, f, h)
        u, new = new, u
    return u


def loss(u, f, h, steps):
    """Energy of the field after the sweeps."""
    field = solve(u, f, h, steps)
    return 0.5 * np.sum(field**2)


def make_args(size, rng):
    n, steps = {"small": (6, 3), "bench": (150, 40)}[size]
    return rng.normal(size=(n, n + 1)), rng.normal(size=(n, n + 1)), 0.5, steps
