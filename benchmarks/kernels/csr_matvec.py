"""Sparse matrix in compressed rows times a vector, element by element (Y. Saad, 2003)."""

import numpy as np

WRT = ("data", "x")


def multiply(indptr, indices, data, x, y):
    for i in range(len(y)):
        for k in range(indptr[i], indptr[i + 1]):
            y[i] += data[k] * x[indices[k]]


def loss(indptr, indices, data, x):
    """Squared length of the product."""
    y = np.zeros(len(indptr) - 1)
    multiply(indptr, indices, data, x, y)
    return y @ y


def make_args(size, rng):
    n, per_row = {"small": (5, 2), "bench": (500, 12)}[size]
    counts = rng.integers(0, 2 * per_row + 1, size=n)
    indptr = np.concatenate([[0], np.cumsum(counts)])
    indices = rng.integers(0, n, size=indptr[-1])
    return indptr, indices, rng.normal(size=indptr[-1]), rng.normal(size=n)
