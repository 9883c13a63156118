"""Cholesky's factor in the lower triangle (A.-L. Cholesky, 1910), element by element in place."""

import math

import numpy as np

WRT = ("a",)


def factor(a):
    n = a.shape[0]
    for j in range(n):
        for k in range(j):
            for i in range(j, n):
                a[i, j] -= a[i, k] * a[j, k]
        a[j, j] = math.sqrt(a[j, j])
        for i in range(j + 1, n):
            a[i, j] /= a[j, j]


def loss(a):
    """Half the logarithm of the determinant, plus the squares of the factor's last row."""
    factor(a)
    total = 0.0
    for i in range(len(a)):
        total += math.log(a[i, i]) + a[-1, i] ** 2
    return total


def make_args(size, rng):
    n = {"small": 4, "bench": 32}[size]
    half = rng.normal(size=(n, n))
    return (half @ half.T + n * np.eye(n),)
