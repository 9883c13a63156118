"""Linear algebra on matrices and stacks of matrices.

A factorization reads one triangle of a symmetric matrix; its cotangent is in that triangle, as
the other one does not move the result. It is right for symmetric and for any other tangents.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, nondifferentiable, rule, static, surely
from sourcead.rules.determinants import det_dot, per_matrix
from sourcead.rules.helpers import conj, mH, mT, real
from sourcead.rules.matrices import cholesky_bar, cholesky_dot, mirror_lower, mirror_upper

Array = Any


@static
def solves_stacked_vectors() -> bool:
    """Whether NumPy takes for a stack of vectors what has one axis less than the matrices."""
    return np.lib.NumpyVersion(np.__version__) < "2.0.0"


def solve_vjp(g: Array, a: Array, b: Array, *, out: Array, active: tuple[bool, ...]) -> Any:
    if solves_stacked_vectors() and 1 < np.ndim(b) == np.ndim(a) - 1:
        raise Unsupported("np.linalg.solve with a stack of vectors; write b[..., None]")
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
def solve(da: Array, db: Array, a: Array, b: Array, *, out: Array, active: tuple[bool, ...]) -> Any:
    if solves_stacked_vectors() and 1 < np.ndim(b) == np.ndim(a) - 1:
        raise Unsupported("np.linalg.solve with a stack of vectors; write b[..., None]")
    if not active[0]:
        return np.linalg.solve(a, db)
    if np.ndim(a) > 2 and np.ndim(b) == 1:
        return np.linalg.solve(a, db[..., None] - da @ out[..., None])[..., 0]
    return np.linalg.solve(a, db - da @ out)


@rule(np.linalg.inv, real=False)
def inv(da: Array, a: Array, *, out: Array) -> Any:
    return -(out @ da @ out)


@rule(np.linalg.det, real=False)
def det(da: Array, a: Array, *, out: Array) -> Any:
    return det_dot(da, a, out)


def slogdet_vjp(g: Any, a: Array, *, out: Any) -> Any:
    slope = g[1]
    if not surely(not np.iscomplexobj(a)):
        turned = g[0] * out[0]
        slope = slope + turned - np.real(turned)
    return per_matrix(slope) * mT(np.linalg.inv(a))


@rule(np.linalg.slogdet, vjp=slogdet_vjp, real=False)
def slogdet(da: Array, a: Array, *, out: Any) -> Any:
    # The sign of a real determinant is constant; that of a complex one turns.
    moved = np.trace(np.linalg.solve(a, da), axis1=-2, axis2=-1)
    if surely(not np.iscomplexobj(a)):
        return None, moved
    return out[0] * (moved - np.real(moved)), np.real(moved)


def cholesky_vjp(g: Array, a: Array, upper: bool = False, *, out: Array) -> Any:
    if upper:
        return mH(cholesky_bar(mH(out), mH(g)))
    return cholesky_bar(out, g)


@rule(np.linalg.cholesky, vjp=cholesky_vjp, real=False)
def cholesky(da: Array, a: Array, upper: bool = False, *, out: Array) -> Any:
    if upper:
        return mH(cholesky_dot(mH(out), mirror_upper(da)))
    return cholesky_dot(out, mirror_lower(da))


def matrix_power_vjp(g: Array, a: Array, n: int) -> Any:
    if n < 0:
        inverse = mT(np.linalg.inv(a))
        return -(inverse @ power_dot(g, inverse, -n) @ inverse)
    return power_dot(g, mT(a), n)


@rule(np.linalg.matrix_power, vjp=matrix_power_vjp, real=False)
def matrix_power(da: Array, a: Array, n: int) -> Any:
    if n < 0:
        inverse = np.linalg.inv(a)
        return -(inverse @ power_dot(da, inverse, -n) @ inverse)
    return power_dot(da, a, n)


def power_dot(d: Array, a: Array, n: int) -> Array:
    """The sum of a^i d a^(n-1-i)."""
    if n == 0:
        return np.zeros_like(d)
    total, power = d, a
    for _ in range(n - 1):
        total = total @ a + power @ d
        power = power @ a
    return total


@rule(np.linalg.multi_dot, real=False)
def multi_dot(darrays: Any, arrays: Any) -> Any:
    value, moved = arrays[0], darrays[0]
    for k in range(1, len(arrays)):
        moved = moved @ arrays[k] + value @ darrays[k]
        value = value @ arrays[k]
    return moved


@rule(np.linalg.pinv, real=False)
def pinv(da: Array, a: Array, *, out: Array) -> Any:
    return pinv_dot(da, a, out)


def pinv_dot(da: Array, a: Array, out: Array) -> Array:
    """For a matrix whose rank does not change: where it does, the function is not continuous."""
    rows = out @ mH(out) @ mH(da)
    columns = mH(da) @ mH(out) @ out
    return rows - rows @ a @ out + columns - out @ a @ columns - out @ da @ out


@rule(np.linalg.lstsq, wrt=("a", "b"), real=False)
def lstsq(
    da: Array,
    db: Array,
    a: Array,
    b: Array,
    rcond: Any = None,
    *,
    out: Any,
    active: tuple[bool, ...],
) -> Any:
    """Of a matrix of full rank: the solution, the sums of squares, the singular values."""
    x, inverse = out[0], np.linalg.pinv(a)
    one: Any = np.ndim(b) == 1
    if not active[0]:
        residual = b - a @ x
        squares = 2 * np.sum(real(conj(residual) * db), axis=0, keepdims=one)
        return inverse @ db, squares[: np.size(out[1])], None, None
    residual = b - a @ x
    moved = db - da @ x
    along = inverse @ (moved + mH(inverse) @ (mH(da) @ residual))
    across = mH(da) @ (mH(inverse) @ x)
    squares = 2 * np.sum(real(conj(residual) * moved), axis=0, keepdims=one)
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    values = np.sum(real(conj(u) * (da @ mH(vh))), axis=-2)
    return along + across - inverse @ (a @ across), squares[: np.size(out[1])], None, values


@rule(np.linalg.tensorsolve, wrt=("a", "b"), real=False)
def tensorsolve(
    da: Array, db: Array, a: Array, b: Array, *, out: Array, active: tuple[bool, ...]
) -> Any:
    n = np.size(b)
    moved = np.ravel(db) if active[1] else 0.0
    if active[0]:
        moved = moved - np.reshape(da, (n, n)) @ np.ravel(out)
    return np.reshape(np.linalg.solve(np.reshape(a, (n, n)), moved), np.shape(out))


@rule(np.linalg.tensorinv, real=False)
def tensorinv(da: Array, a: Array, ind: int = 2, *, out: Array) -> Any:
    n = int(np.sqrt(np.size(a)))
    inverse = np.reshape(out, (n, n))
    return np.reshape(-(inverse @ np.reshape(da, (n, n)) @ inverse), np.shape(out))


nondifferentiable(np.linalg.matrix_rank, reason="counts or positions")
