"""Symmetric rank-2k update of a lower triangle (J. Dongarra et al., 1990)."""

import numpy as np

WRT = ("alpha", "beta", "c", "a", "b")


def update(alpha, beta, c, a, b):
    n = c.shape[0]
    for i in range(n):
        row = c[i]
        row[: i + 1] *= beta
        row[: i + 1] += alpha * (a[: i + 1] @ b[i] + b[: i + 1] @ a[i])


def loss(alpha, beta, c, a, b):
    """Sum of squares of the updated matrix."""
    update(alpha, beta, c, a, b)
    return np.sum(c * c)


def make_args(size, rng):
    n, k = {"small": (4, 3), "bench": (150, 100)}[size]
    return 1.5, 0.7, rng.normal(size=(n, n)), rng.normal(size=(n, k)), rng.normal(size=(n, k))
