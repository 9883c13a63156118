"""Heat conduction in a block of varying conductivity, explicit in time (J. Crank, 1956)."""

import numpy as np

WRT = ("u", "kappa", "dt")


def step(u, kappa, dt):
    centre = u[1:-1, 1:-1, 1:-1]
    flow = u[:-2, 1:-1, 1:-1] + u[2:, 1:-1, 1:-1] - 2.0 * centre
    flow += u[1:-1, :-2, 1:-1] + u[1:-1, 2:, 1:-1] - 2.0 * centre
    flow += u[1:-1, 1:-1, :-2] + u[1:-1, 1:-1, 2:] - 2.0 * centre
    centre += dt * kappa * flow


def loss(u, kappa, dt, steps):
    """Energy of the block after the steps."""
    for t in range(steps):
        step(u, kappa, dt)
    return np.sum(u * u)


def make_args(size, rng):
    n, steps = {"small": (4, 3), "bench": (32, 20)}[size]
    kappa = rng.uniform(0.5, 1.5, size=(n - 2, n - 2, n - 2))
    return rng.normal(size=(n, n, n)), kappa, 0.1, steps
