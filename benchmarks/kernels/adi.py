"""Alternating directions for the heat equation (D. W. Peaceman and H. H. Rachford, 1955)."""

import numpy as np

WRT = ("u", "ratio")


def implicit_lines(u, out, ratio):
    """One half step: explicit along the first axis, Thomas' elimination along the second."""
    n = u.shape[1]
    upper = np.zeros(n)
    explicit = u[1:-1, :] + 0.5 * ratio * (u[:-2, :] - 2.0 * u[1:-1, :] + u[2:, :])
    out[:, 0] = u[:, 0]
    out[:, n - 1] = u[:, n - 1]
    out[0, :] = u[0, :]
    out[-1, :] = u[-1, :]
    for j in range(1, n - 1):
        pivot = 1.0 + ratio - 0.5 * ratio * upper[j - 1]
        upper[j] = 0.5 * ratio / pivot
        out[1:-1, j] = (explicit[:, j] + 0.5 * ratio * out[1:-1, j - 1]) / pivot
    for j in range(n - 2, 0, -1):
        out[1:-1, j] += upper[j] * out[1:-1, j + 1]


def loss(u, ratio, steps):
    """Energy of the plate after the steps."""
    half = np.empty_like(u)
    for t in range(steps):
        implicit_lines(u, half, ratio)
        implicit_lines(half.T, u.T, ratio)
    return np.sum(u * u)


def make_args(size, rng):
    n, steps = {"small": (5, 2), "bench": (100, 8)}[size]
    return rng.normal(size=(n, n)), 0.8, steps
