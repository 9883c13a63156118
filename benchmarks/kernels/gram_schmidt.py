"""Orthonormal columns by the modified Gram-Schmidt process (A. Bjorck, 1967)."""

import numpy as np

WRT = ("a",)


def orthonormalise(a, q, r):
    columns = a.shape[1]
    for k in range(columns):
        r[k, k] = np.sqrt(a[:, k] @ a[:, k])
        q[:, k] = a[:, k] / r[k, k]
        for j in range(k + 1, columns):
            r[k, j] = q[:, k] @ a[:, j]
            a[:, j] -= q[:, k] * r[k, j]


def loss(a, weights):
    """A weighted sum of both factors."""
    m, n = a.shape
    q = np.zeros((m, n))
    r = np.zeros((n, n))
    orthonormalise(a, q, r)
    return np.sum(weights * q) + np.sum(r)


def make_args(size, rng):
    m, n = {"small": (6, 4), "bench": (120, 40)}[size]
    return rng.normal(size=(m, n)), rng.normal(size=(m, n))
