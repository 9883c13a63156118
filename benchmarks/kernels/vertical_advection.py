"""Implicit vertical advection of a weather model (L. J. Wicker and W. C. Skamarock, 2002).

Crank-Nicolson in time: one tridiagonal system per column, all columns of a level at once.
"""

import numpy as np

WRT = ("q", "w", "dz")


def advect(q, w, dz, dt):
    levels = q.shape[0]
    upper = np.zeros_like(q)
    known = np.empty_like(q)
    courant = 0.25 * dt / dz
    known[0] = q[0]
    for k in range(1, levels - 1):
        c = courant[k] * w[k]
        known[k] = q[k] - c * (q[k + 1] - q[k - 1])
        pivot = 1.0 + c * upper[k - 1]
        upper[k] = c / pivot
        known[k] = (known[k] + c * known[k - 1]) / pivot
    q[0] = known[0]
    for k in range(levels - 2, 0, -1):
        q[k] = known[k] - upper[k] * q[k + 1]


def loss(q, w, dz, dt, steps):
    """Sum of squares of the advected quantity."""
    for t in range(steps):
        advect(q, w, dz, dt)
    return np.sum(q * q)


def make_args(size, rng):
    levels, n, steps = {"small": (5, 2, 2), "bench": (40, 32, 5)}[size]
    q, w = rng.normal(size=(2, levels, n, n))
    return q, w, rng.uniform(0.8, 1.2, size=levels), 0.5, steps
