"""Linear algebra on matrices and stacks of matrices.

A factorization reads one triangle of a symmetric matrix; its cotangent is in that triangle, as
the other one does not move the result. It is right for symmetric and for any other tangents.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import rule
from sourcead.rules.helpers import mT
from sourcead.rules.matrices import (
    fold_lower,
    fold_upper,
    lower_half,
    mirror_lower,
    mirror_upper,
    solve_lower,
    solve_lower_t,
)

Array = Any


def solve_vjp(g: Array, a: Array, b: Array, *, out: Array, active: tuple[bool, ...]) -> Any:
    if np.ndim(a) > 2 and np.ndim(b) == 1:
        b_bar = np.linalg.solve(mT(a), g[..., None])[..., 0]
    else:
        b_bar = np.linalg.solve(mT(a), g)
    if not active[0]:
        return None, b_bar
    return -outer(b_bar, out, np.ndim(b) == 1), b_bar


def outer(x: Array, y: Array, vectors: bool) -> Array:
    """`x y^T`, for vectors, stacks of vectors, or matrices."""
    if np.ndim(x) == 1:
        return np.outer(x, y)
    if vectors:
        return x[..., :, None] * y[..., None, :]
    return x @ mT(y)


@rule(np.linalg.solve, wrt=("a", "b"), vjp=solve_vjp, real=False)
def solve(
    da: Array, db: Array, a: Array, b: Array, *, out: Array, active: tuple[bool, ...]
) -> Any:
    if not active[0]:
        return np.linalg.solve(a, db)
    if np.ndim(a) > 2 and np.ndim(b) == 1:
        return np.linalg.solve(a, db[..., None] - da @ out[..., None])[..., 0]
    return np.linalg.solve(a, db - da @ out)


@rule(np.linalg.inv, real=False)
def inv(da: Array, a: Array, *, out: Array) -> Any:
    return -(out @ da @ out)


def det_vjp(g: Array, a: Array, *, out: Array) -> Any:
    return per_matrix(g * out) * mT(np.linalg.inv(a))


def per_matrix(g: Array) -> Array:
    """A number, or one for each matrix of a stack, ready to multiply them."""
    return g if np.ndim(g) == 0 else g[..., None, None]


@rule(np.linalg.det, vjp=det_vjp, real=False)
def det(da: Array, a: Array, *, out: Array) -> Any:
    return out * np.trace(np.linalg.solve(a, da), axis1=-2, axis2=-1)


def slogdet_vjp(g: Any, a: Array) -> Any:
    return per_matrix(g[1]) * mT(np.linalg.inv(a))


@rule(np.linalg.slogdet, vjp=slogdet_vjp)
def slogdet(da: Array, a: Array) -> Any:
    # The sign is constant; only the logarithm moves.
    return None, np.trace(np.linalg.solve(a, da), axis1=-2, axis2=-1)


def cholesky_vjp(g: Array, a: Array, upper: bool = False, *, out: Array) -> Any:
    if upper:
        return fold_upper(mT(cholesky_bar(mT(out), mT(g))))
    return fold_lower(cholesky_bar(out, g))


def cholesky_bar(low: Array, g: Array) -> Array:
    """L^-T phi(L^T g) L^-1, where phi takes the lower triangle and half the diagonal."""
    return solve_lower_t(low, mT(solve_lower_t(low, mT(lower_half(mT(low) @ g)))))


@rule(np.linalg.cholesky, vjp=cholesky_vjp)
def cholesky(da: Array, a: Array, upper: bool = False, *, out: Array) -> Any:
    if upper:
        return mT(cholesky_dot(mT(out), mirror_upper(da)))
    return cholesky_dot(out, mirror_lower(da))


def cholesky_dot(low: Array, da: Array) -> Array:
    """L phi(L^-1 da L^-T)."""
    return low @ lower_half(solve_lower(low, mT(solve_lower(low, da))))
