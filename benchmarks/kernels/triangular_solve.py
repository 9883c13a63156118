"""Forward substitution in a lower triangle (J. H. Wilkinson, 1963), element by element."""

import numpy as np

WRT = ("lower", "b")


def substitute(lower, b, x):
    for i in range(len(b)):
        x[i] = b[i]
        for j in range(i):
            x[i] -= lower[i, j] * x[j]
        x[i] /= lower[i, i]


def loss(lower, b):
    """Squared length of the solution."""
    x = np.empty_like(b)
    substitute(lower, b, x)
    return np.sum(x**2)


def make_args(size, rng):
    n = {"small": 5, "bench": 100}[size]
    return rng.normal(size=(n, n)) / n + 2.0 * np.eye(n), rng.normal(size=n)
