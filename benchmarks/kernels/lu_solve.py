"""Linear system by compact LU factors (P. D. Crout, 1941) and two substitutions with dots."""

import numpy as np

WRT = ("a", "b")


def solve(a, b, x):
    n = len(b)
    for i in range(n):
        for j in range(i):
            a[i, j] = (a[i, j] - a[i, :j] @ a[:j, j]) / a[j, j]
        for j in range(i, n):
            a[i, j] -= a[i, :i] @ a[:i, j]
    for i in range(n):
        x[i] = b[i] - a[i, :i] @ x[:i]
    for i in range(n - 1, -1, -1):
        x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]


def loss(a, b):
    """Squared length of the solution."""
    x = np.zeros_like(b)
    solve(a, b, x)
    return x @ x


def make_args(size, rng):
    n = {"small": 5, "bench": 60}[size]
    return rng.uniform(-1.0, 1.0, size=(n, n)) + n * np.eye(n), rng.normal(size=n)
