"""Jacobi relaxation of a line of points (C. G. J. Jacobi, 1845), two buffers written in turn."""

import numpy as np

WRT = ("a", "b")


def relax(a, b, steps):
    for t in range(steps):
        b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3.0


def loss(a, b, steps):
    """Energy of the relaxed line."""
    relax(a, b, steps)
    return np.sum(a * a)


def make_args(size, rng):
    n, steps = {"small": (9, 3), "bench": (4000, 100)}[size]
    return rng.normal(size=n), rng.normal(size=n), steps
