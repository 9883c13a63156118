"""Maxwell's equations in the plane by finite differences in the time domain (K. S. Yee, 1966)."""

import numpy as np

WRT = ("ex", "ey", "hz", "pulse")


def propagate(ex, ey, hz, pulse):
    for strength in pulse:
        ey[0, :] = strength
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])


def loss(ex, ey, hz, pulse):
    """Magnetic energy after the pulse has been fed in."""
    propagate(ex, ey, hz, pulse)
    return 0.5 * np.sum(hz * hz)


def make_args(size, rng):
    n, steps = {"small": (5, 4), "bench": (120, 50)}[size]
    shape = (n, n + 2)
    ex, ey, hz = rng.normal(size=(3, *shape))
    return ex, ey, hz, rng.normal(size=steps)
