"""Triangles and triangular systems: what the rules of linear algebra share."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import static
from sourcead.rules.helpers import mT

try:
    import scipy.linalg
except ModuleNotFoundError:  # an optional dependency
    scipy = None

Array = Any


def cholesky_bar(low: Array, g: Array) -> Array:
    """The cotangent of a matrix, read from its lower triangle, whose Cholesky factor is `low`."""
    m = mT(low) @ g
    left = solve_lower_t(low, np.tril(m) + mT(np.tril(m, -1)))
    both = solve_lower_t(low, mT(left))
    return 0.5 * (np.tril(both) + np.tril(both, -1))


def cholesky_dot(low: Array, da: Array) -> Array:
    """The tangent of the factor; `da` is symmetric."""
    m = solve_lower(low, mT(solve_lower(low, da)))
    return low @ (0.5 * (np.tril(m) + np.tril(m, -1)))


def fold_lower(x: Array) -> Array:
    """The cotangent of a symmetric matrix that is read from its lower triangle."""
    return np.tril(x) + mT(np.triu(x, 1))


def fold_upper(x: Array) -> Array:
    """The cotangent of a symmetric matrix that is read from its upper triangle."""
    return np.triu(x) + mT(np.tril(x, -1))


def mirror_lower(x: Array) -> Array:
    """The symmetric matrix whose lower triangle is that of `x`."""
    return np.tril(x) + mT(np.tril(x, -1))


def mirror_upper(x: Array) -> Array:
    """The symmetric matrix whose upper triangle is that of `x`."""
    return np.triu(x) + mT(np.triu(x, 1))


def solve_lower(low: Array, x: Array) -> Array:
    """`low^-1 x`: a triangular solve takes half the time of a general one or less."""
    if np.ndim(low) == 2 and has_scipy():
        return scipy.linalg.solve_triangular(low, x, lower=True)
    return np.linalg.solve(low, x)


def solve_lower_t(low: Array, x: Array) -> Array:
    """`low^-T x`."""
    if np.ndim(low) == 2 and has_scipy():
        return scipy.linalg.solve_triangular(low, x, 1, lower=True)
    return np.linalg.solve(mT(low), x)


@static
def has_scipy() -> bool:
    return scipy is not None


def skew(x: Array) -> Array:
    """The antisymmetric matrix whose strictly lower triangle is that of `x`."""
    low = np.tril(x, -1)
    return low - mT(low)
