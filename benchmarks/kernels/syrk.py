"""Symmetric rank-k update of a lower triangle (J. Dongarra et al., 1990)."""

import numpy as np

WRT = ("alpha", "beta", "c", "a")


def update(alpha, beta, c, a):
    for i in range(len(a)):
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]


def loss(alpha, beta, c, a):
    """Sum of squares of the updated matrix."""
    update(alpha, beta, c, a)
    return np.sum(c * c)


def make_args(size, rng):
    n, k = {"small": (4, 3), "bench": (70, 50)}[size]
    return 1.5, 0.7, rng.normal(size=(n, n)), rng.normal(size=(n, k))
