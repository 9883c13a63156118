"""Triangles and triangular systems: what the rules of linear algebra share."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import static, surely
from sourcead.rules.helpers import mH, mT

try:
    import scipy.linalg
except ModuleNotFoundError:  # an optional dependency
    scipy = None

Array = Any


def cholesky_bar(low: Array, g: Array) -> Array:
    """The cotangent of a matrix, read from its lower triangle, whose Cholesky factor is `low`."""
    m = mT(low) @ g
    left = solve_lower_t(low, real_diagonal(np.tril(m) + mH(np.tril(m, -1))))
    both = solve_lower_t(low, mH(left))
    return 0.5 * (np.tril(both) + np.tril(both, -1))


def cholesky_dot(low: Array, da: Array) -> Array:
    """The tangent of the factor; `da` is Hermitian."""
    m = solve_lower(low, mH(solve_lower(low, da)))
    return low @ (0.5 * (np.tril(m) + np.tril(m, -1)))


def fold_lower(x: Array) -> Array:
    """The cotangent of a Hermitian matrix that is read from its lower triangle."""
    return real_diagonal(np.tril(x) + mH(np.triu(x, 1)))


def fold_upper(x: Array) -> Array:
    """The cotangent of a Hermitian matrix that is read from its upper triangle."""
    return real_diagonal(np.triu(x) + mH(np.tril(x, -1)))


def mirror_lower(x: Array) -> Array:
    """The Hermitian matrix whose lower triangle is that of `x`."""
    return real_diagonal(np.tril(x) + mH(np.tril(x, -1)))


def mirror_upper(x: Array) -> Array:
    """The Hermitian matrix whose upper triangle is that of `x`."""
    return real_diagonal(np.triu(x) + mH(np.triu(x, 1)))


def real_diagonal(x: Array) -> Array:
    """The matrix with the real part of its diagonal: no other is read of a Hermitian matrix."""
    if surely(not np.iscomplexobj(x)):
        return x
    return np.where(np.eye(np.shape(x)[-1]) == 1, np.real(x), x)


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
    """The anti-Hermitian matrix whose lower triangle is that of `x`, as far as it can be."""
    low = np.tril(x, -1)
    if surely(not np.iscomplexobj(x)):
        return low - mT(low)
    return low - mH(low) + 1j * np.eye(np.shape(x)[-1]) * np.imag(x)
