"""LU factors in place, right-looking elimination (G. H. Golub and C. F. Van Loan, 1983)."""

import numpy as np

WRT = ("a",)


def factor(a):
    n = len(a)
    for k in range(n - 1):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])


def loss(a):
    """Sum of squares of both factors."""
    factor(a)
    return np.sum(a * a)


def make_args(size, rng):
    n = {"small": 5, "bench": 120}[size]
    return (rng.uniform(-1.0, 1.0, size=(n, n)) + n * np.eye(n),)
