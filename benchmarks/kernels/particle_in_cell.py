"""Electrostatic particles in periodic cells (C. K. Birdsall and A. B. Langdon, 1985)."""

import numpy as np

WRT = ("x", "v")


def deposit(x, rho):
    """Share each particle between the two grid points around it; return where it is."""
    cells = len(rho)
    left = np.floor(x).astype(int)
    right = (left + 1) % cells
    share = x - left
    rho[:] = -len(x) / cells
    np.add.at(rho, left, 1.0 - share)
    np.add.at(rho, right, share)
    return left, right, share


def field_of(rho, field):
    """Integrate the charge over the cells; the mean field is zero."""
    field[0] = 0.0
    for i in range(1, len(rho)):
        field[i] = field[i - 1] + 0.5 * (rho[i] + rho[i - 1])
    field -= np.mean(field)


def loss(x, v, cells, dt, steps):
    """Kinetic energy after the steps."""
    rho = np.empty(cells)
    field = np.empty(cells)
    for t in range(steps):
        left, right, share = deposit(x, rho)
        field_of(rho, field)
        v += dt * ((1.0 - share) * field[left] + share * field[right])
        x += dt * v
        x %= cells
    return 0.5 * np.sum(v * v)


def make_args(size, rng):
    particles, cells, steps = {"small": (7, 4, 3), "bench": (5000, 64, 10)}[size]
    return rng.uniform(0.0, cells, size=particles), rng.normal(size=particles), cells, 0.1, steps
