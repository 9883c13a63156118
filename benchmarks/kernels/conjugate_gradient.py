"""Conjugate gradients until the residual is small (M. R. Hestenes and E. Stiefel, 1952)."""

import numpy as np

WRT = ("a", "b")


def solve(a, b, x, tolerance):
    r = b - a @ x
    p = r.copy()
    rho = r @ r
    for k in range(2 * len(b)):
        if rho < tolerance * tolerance:
            break
        q = a @ p
        alpha = rho / (p @ q)
        x += alpha * p
        r -= alpha * q
        rho_old = rho
        rho = r @ r
        p *= rho / rho_old
        p += r


def loss(a, b, tolerance):
    """Energy of the solution."""
    x = np.zeros_like(b)
    solve(a, b, x, tolerance)
    return 0.5 * x @ x


def make_args(size, rng):
    n, tolerance = {"small": (5, 0.02), "bench": (250, 1e-6)}[size]
    half = rng.normal(size=(n, n)) / np.sqrt(n)
    return half @ half.T + np.eye(n), rng.normal(size=n), tolerance
