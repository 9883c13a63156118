"""`scipy.linalg`: factorizations kept for reuse, and functions of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from sourcead.rules.declare import Unsupported, rule, static, surely
from sourcead.rules.determinants import det_dot
from sourcead.rules.factorizations import (
    eigenvalues_dot,
    eigh_bar,
    eigh_dot,
    qr_dot,
    svd_dot,
    svd_vjp,
    values_dot,
)
from sourcead.rules.helpers import conj, mH, mT, real
from sourcead.rules.linalg import outer, pinv_dot
from sourcead.rules.matrices import (
    cholesky_bar,
    cholesky_dot,
    fold_lower,
    fold_upper,
    mirror_lower,
    mirror_upper,
)
from sourcead.rules.norms import euclidean, norm_dot

Array = Any


# Systems of equations ---------------------------------------------------------------------------


def solve_vjp(
    g: Array,
    a: Array,
    b: Array,
    lower: bool = False,
    assume_a: Any = None,
    check_finite: bool = True,
    *,
    out: Array,
) -> Any:
    if np.ndim(a) > 2:
        raise Unsupported("scipy.linalg.solve of a stack of matrices; np.linalg.solve has a rule")
    b_bar = scipy.linalg.solve(mT(a), g, assume_a=transposed_structure(assume_a), lower=not lower)
    a_bar = -outer(b_bar, out, np.ndim(b) == 1)
    if not reads_one_triangle(assume_a):
        return masked(a_bar, assume_a), b_bar
    return folded(a_bar, lower, assume_a), b_bar


@static
def transposed_structure(assume_a: Any) -> Any:
    """How the transposed matrix is described."""
    other = {"upper triangular": "lower triangular", "lower triangular": "upper triangular"}
    return other.get(assume_a, assume_a)


@static
def reads_one_triangle(assume_a: Any) -> bool:
    return assume_a in ("pos", "sym", "her", "positive definite", "symmetric", "hermitian")


def completed(x: Array, lower: bool, assume_a: Any) -> Array:
    """The matrix of which one triangle is read: Hermitian, or symmetric."""
    if is_symmetric(assume_a):
        return np.tril(x) + mT(np.tril(x, -1)) if lower else np.triu(x) + mT(np.triu(x, 1))
    return mirror_lower(x) if lower else mirror_upper(x)


def folded(x: Array, lower: bool, assume_a: Any) -> Array:
    """The cotangent of the triangle that is read."""
    if is_symmetric(assume_a):
        return np.tril(x) + mT(np.triu(x, 1)) if lower else np.triu(x) + mT(np.tril(x, -1))
    return fold_lower(x) if lower else fold_upper(x)


@static
def is_symmetric(assume_a: Any) -> bool:
    """Complex matrices may be symmetric without being Hermitian."""
    return assume_a in ("sym", "symmetric")


def masked(a_bar: Array, assume_a: Any) -> Array:
    """The part of the matrix that is read."""
    if assume_a is None or assume_a == "gen" or assume_a == "general":
        return a_bar
    if assume_a == "upper triangular":
        return np.triu(a_bar)
    if assume_a == "lower triangular":
        return np.tril(a_bar)
    if assume_a == "diagonal":
        return np.tril(np.triu(a_bar))
    raise Unsupported("scipy.linalg.solve of a matrix with another structure")


@rule("scipy.linalg.solve", wrt=("a", "b"), vjp=solve_vjp, real=False)
def solve(
    da: Array,
    db: Array,
    a: Array,
    b: Array,
    lower: bool = False,
    assume_a: Any = None,
    check_finite: bool = True,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    moved = db
    if active[0] and reads_one_triangle(assume_a):
        moved = db - completed(da, lower, assume_a) @ out
    elif active[0]:
        moved = db - masked(da, assume_a) @ out
    return scipy.linalg.solve(a, moved, assume_a=assume_a, lower=lower)


def triangle(x: Array, lower: bool, unit_diagonal: bool) -> Array:
    """The part of a matrix that a triangular solve reads."""
    if lower:
        return np.tril(x, -1 if unit_diagonal else 0)
    return np.triu(x, 1 if unit_diagonal else 0)


@static
def is_transposed(trans: Any) -> bool:
    return trans not in (0, "N")


@static
def is_conjugated(trans: Any) -> bool:
    return trans in (2, "C")


def solve_triangular_vjp(
    g: Array,
    a: Array,
    b: Array,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    check_finite: bool = True,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    if np.ndim(a) > 2:
        raise Unsupported("solve_triangular of a stack of matrices; np.linalg.solve has a rule")
    if is_conjugated(trans):
        a = conj(a)
    back = 0 if is_transposed(trans) else 1
    b_bar = scipy.linalg.solve_triangular(a, g, back, lower=lower, unit_diagonal=unit_diagonal)
    if not active[0]:
        return None, b_bar
    if is_conjugated(trans):
        whole = conj(outer(out, b_bar, np.ndim(b) == 1))
    elif is_transposed(trans):
        whole = outer(out, b_bar, np.ndim(b) == 1)
    else:
        whole = outer(b_bar, out, np.ndim(b) == 1)
    return -triangle(whole, lower, unit_diagonal), b_bar


@rule("scipy.linalg.solve_triangular", wrt=("a", "b"), vjp=solve_triangular_vjp, real=False)
def solve_triangular(
    da: Array,
    db: Array,
    a: Array,
    b: Array,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    check_finite: bool = True,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    moved = db
    if active[0]:
        if np.ndim(b) < np.ndim(a) and np.ndim(a) > 2:
            raise Unsupported("solve_triangular of a stack and one right-hand side")
        part = triangle(conj(da) if is_conjugated(trans) else da, lower, unit_diagonal)
        moved = db - (mT(part) if is_transposed(trans) else part) @ out
    return scipy.linalg.solve_triangular(a, moved, trans, lower=lower, unit_diagonal=unit_diagonal)


# Factors for later use --------------------------------------------------------------------------


def cho_factor_vjp(
    g: Any, a: Array, lower: bool = False, check_finite: bool = True, *, out: Any
) -> Any:
    # The triangle that holds no factor holds no result either.
    if lower:
        return cholesky_bar(np.tril(out[0]), np.tril(g[0]))
    return mH(cholesky_bar(mH(np.triu(out[0])), mH(np.triu(g[0]))))


@rule("scipy.linalg.cho_factor", vjp=cho_factor_vjp, real=False)
def cho_factor(
    da: Array, a: Array, lower: bool = False, check_finite: bool = True, *, out: Any
) -> Any:
    if lower:
        return cholesky_dot(np.tril(out[0]), mirror_lower(da)), None
    return mH(cholesky_dot(mH(np.triu(out[0])), mirror_upper(da))), None


def cho_solve_vjp(
    g: Array, c_and_lower: Any, b: Array, check_finite: bool = True, *, out: Array
) -> Any:
    b_bar = conj(scipy.linalg.cho_solve(c_and_lower, conj(g)))
    product = outer(b_bar, out, np.ndim(b) == 1)
    both = product + mH(product)
    if c_and_lower[1]:
        return [-np.tril(both @ conj(np.tril(c_and_lower[0]))), None], b_bar
    return [-np.triu(conj(np.triu(c_and_lower[0])) @ both), None], b_bar


@rule("scipy.linalg.cho_solve", wrt=("c_and_lower", "b"), vjp=cho_solve_vjp, real=False)
def cho_solve(
    dc: Any,
    db: Array,
    c_and_lower: Any,
    b: Array,
    check_finite: bool = True,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    moved = db
    if active[0] and c_and_lower[1]:
        half = np.tril(dc[0]) @ mH(np.tril(c_and_lower[0]))
        moved = db - (half + mH(half)) @ out
    elif active[0]:
        half = mH(np.triu(dc[0])) @ np.triu(c_and_lower[0])
        moved = db - (half + mH(half)) @ out
    return scipy.linalg.cho_solve(c_and_lower, moved)


def lu_factor_vjp(g: Any, a: Array, check_finite: bool = True, *, out: Any) -> Any:
    # a = P L U; P is constant. lu_solve, transposed, applies P L^-T U^-T.
    upper, below, g_below = np.triu(out[0]), np.tril(out[0], -1), np.tril(g[0], -1)
    inner = g_below + np.tril(mT(below) @ g_below, -1) + np.triu(np.triu(g[0]) @ mT(upper))
    right = mT(scipy.linalg.solve_triangular(upper, mT(inner)))
    return scipy.linalg.lu_solve(out, mT(upper) @ right, 1)


@rule("scipy.linalg.lu_factor", vjp=lu_factor_vjp, real=False)
def lu_factor(da: Array, a: Array, check_finite: bool = True, *, out: Any) -> Any:
    upper, below = np.triu(out[0]), np.tril(out[0], -1)
    inner = upper @ mT(scipy.linalg.solve_triangular(upper, mT(scipy.linalg.lu_solve(out, da)), 1))
    strict = np.tril(inner, -1)
    return strict + below @ strict + np.triu(inner) @ upper, None


def lu_solve_vjp(
    g: Array, lu_and_piv: Any, b: Array, trans: int = 0, check_finite: bool = True, *, out: Array
) -> Any:
    lu = lu_and_piv[0]
    if is_conjugated(trans) and not surely(not np.iscomplexobj(lu)):
        raise Unsupported("scipy.linalg.lu_solve of the conjugate transpose; write it with np.conj")
    b_bar = scipy.linalg.lu_solve(lu_and_piv, g, 0 if trans else 1)
    # The rows of the side that meets P, permuted as P^T does.
    inner = scipy.linalg.solve_triangular(lu, b if trans else g, 1)
    rows = scipy.linalg.solve_triangular(lu, inner, 1, lower=True, unit_diagonal=True)
    whole = outer(rows, b_bar if trans else out, np.ndim(b) == 1)
    upper, below = np.triu(lu), np.tril(lu, -1)
    lu_bar = -np.tril(whole @ mT(upper), -1) - np.triu(whole + mT(below) @ whole)
    return [lu_bar, None], b_bar


@rule("scipy.linalg.lu_solve", wrt=("lu_and_piv", "b"), vjp=lu_solve_vjp, real=False)
def lu_solve(
    dlu: Any,
    db: Array,
    lu_and_piv: Any,
    b: Array,
    trans: int = 0,
    check_finite: bool = True,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    if is_conjugated(trans) and not surely(not np.iscomplexobj(lu_and_piv[0])):
        raise Unsupported("scipy.linalg.lu_solve of the conjugate transpose; write it with np.conj")
    moved = scipy.linalg.lu_solve(lu_and_piv, db, trans) if active[1] else 0.0
    if not active[0]:
        return moved
    lu = lu_and_piv[0]
    upper, du = np.triu(lu), np.triu(dlu[0])
    turned = np.tril(dlu[0], -1) @ upper + du + np.tril(lu, -1) @ du
    if not trans:
        inner = scipy.linalg.solve_triangular(lu, turned @ out, lower=True, unit_diagonal=True)
        return moved - scipy.linalg.solve_triangular(lu, inner)
    inner = scipy.linalg.solve_triangular(lu, b, 1)
    rows = scipy.linalg.solve_triangular(lu, inner, 1, lower=True, unit_diagonal=True)
    # x = P L^-T U^-T b, and lu_solve(U^T y, 1) = P L^-T y.
    right = scipy.linalg.solve_triangular(lu, mT(turned) @ rows, 1)
    return moved - scipy.linalg.lu_solve(lu_and_piv, mT(upper) @ right, 1)


# The functions that NumPy has too ---------------------------------------------------------------


def cholesky_vjp(
    g: Array, a: Array, lower: bool = False, check_finite: bool = True, *, out: Array
) -> Any:
    if lower:
        return cholesky_bar(out, g)
    return mH(cholesky_bar(mH(out), mH(g)))


@rule("scipy.linalg.cholesky", vjp=cholesky_vjp, real=False)
def cholesky(
    da: Array, a: Array, lower: bool = False, check_finite: bool = True, *, out: Array
) -> Any:
    if lower:
        return cholesky_dot(out, mirror_lower(da))
    return mH(cholesky_dot(mH(out), mirror_upper(da)))


@rule("scipy.linalg.inv", real=False)
def inv(da: Array, a: Array, check_finite: bool = True, *, out: Array) -> Any:
    return -(out @ da @ out)


@rule("scipy.linalg.det", real=False)
def det(da: Array, a: Array, check_finite: bool = True, *, out: Array) -> Any:
    return det_dot(da, a, out)


@rule("scipy.linalg.pinv", real=False)
def pinv(da: Array, a: Array, *, out: Array) -> Any:
    return pinv_dot(da, a, out)


def eigh_vjp(g: Any, a: Array, lower: bool = True, eigvals_only: bool = False, *, out: Any) -> Any:
    if eigvals_only:
        _, v = scipy.linalg.eigh(a, lower=lower)
        full = (conj(v) * g[0][..., None, :]) @ mT(v)
    else:
        full = eigh_bar(g[0], g[1], out[0], out[1], 0 if lower else -1)
    return fold_lower(full) if lower else fold_upper(full)


@rule("scipy.linalg.eigh", vjp=eigh_vjp, parted=True, real=False)
def eigh(da: Array, a: Array, lower: bool = True, eigvals_only: bool = False, *, out: Any) -> Any:
    full = mirror_lower(da) if lower else mirror_upper(da)
    if eigvals_only:
        _, v = scipy.linalg.eigh(a, lower=lower)
        return eigenvalues_dot(full, v)
    return eigh_dot(full, out[0], out[1], 0 if lower else -1)


@rule("scipy.linalg.eigvalsh", real=False)
def eigvalsh(da: Array, a: Array, lower: bool = True) -> Any:
    _, v = scipy.linalg.eigh(a, lower=lower)
    full = mirror_lower(da) if lower else mirror_upper(da)
    return eigenvalues_dot(full, v)


@rule("scipy.linalg.svd", vjp=svd_vjp, parted=True)
def svd(
    da: Array, a: Array, full_matrices: bool = True, compute_uv: bool = True, *, out: Any
) -> Any:
    if not compute_uv:
        return values_dot(da, a)
    return svd_dot(da, out[0], out[1], out[2], full_matrices)


@rule("scipy.linalg.svdvals", real=False)
def svdvals(da: Array, a: Array) -> Any:
    return values_dot(da, a)


@rule("scipy.linalg.qr", real=False)
def qr(da: Array, a: Array, mode: str = "full", *, out: Any) -> Any:
    if mode != "economic":
        raise Unsupported("scipy.linalg.qr in another mode than 'economic'")
    return qr_dot(da, out[0], out[1])


@rule("scipy.linalg.norm", real=False)
def norm(
    da: Array,
    a: Array,
    ord: Any = None,
    axis: Any = None,
    keepdims: bool = False,
    check_finite: bool = True,
    *,
    out: Array,
) -> Any:
    if ord is None:
        return euclidean(da, a, axis, keepdims, out)
    return norm_dot(da, a, ord, axis, keepdims, out)


@rule("scipy.linalg.lstsq", wrt=("a", "b"), real=False)
def lstsq(
    da: Array,
    db: Array,
    a: Array,
    b: Array,
    check_finite: bool = True,
    lapack_driver: Any = None,
    *,
    out: Any,
    active: tuple[bool, bool],
) -> Any:
    """As `np.linalg.lstsq`, of a matrix of full rank."""
    x, inverse = out[0], np.linalg.pinv(a)
    residual = b - a @ x
    moved = db - da @ x if active[0] else db
    squares = np.ravel(2 * np.sum(real(conj(residual) * moved), axis=0))[: np.size(out[1])]
    squares = np.reshape(squares, np.shape(out[1]))
    if not active[0]:
        return inverse @ db, squares, None, None
    along = inverse @ (moved + mH(inverse) @ (mH(da) @ residual))
    across = mH(da) @ (mH(inverse) @ x)
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    values = np.sum(real(conj(u) * (da @ mH(vh))), axis=-2)
    return along + across - inverse @ (a @ across), squares, None, values
