"""Eigenvalues, singular values and orthogonal factors.

Vectors of a repeated eigenvalue or singular value are not determined by the matrix: where their
derivative is asked for it is NaN, as the function has none there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, orders_to_come, rule, surely
from sourcead.rules.helpers import conj, mH, mT, not_zero, real
from sourcead.rules.matrices import (
    fold_lower,
    fold_upper,
    mirror_lower,
    mirror_upper,
    skew,
)

Array = Any


def eigh_vjp(g: Any, a: Array, UPLO: Any = "L", *, out: Any) -> Any:
    if UPLO == "U":
        return fold_upper(eigh_bar(g[0], g[1], out[0], out[1], -1))
    return fold_lower(eigh_bar(g[0], g[1], out[0], out[1], 0))


@rule(np.linalg.eigh, vjp=eigh_vjp, parted=True, real=False)
def eigh(da: Array, a: Array, UPLO: Any = "L", *, out: Any) -> Any:
    if UPLO == "U":
        return eigh_dot(mirror_upper(da), out[0], out[1], -1)
    return eigh_dot(mirror_lower(da), out[0], out[1], 0)


def eigh_dot(da: Array, w: Array, v: Array, row: int) -> Any:
    """The tangents of eigenvalues and of unit eigenvectors; `da` is Hermitian.

    Vectors of equal eigenvalues have none: theirs are NaN. LAPACK makes one component of complex
    vectors real, the first where it reads the lower triangle and the last where it reads the upper
    one: that is `row`.
    """
    turned = mH(v) @ (da @ v)
    same = np.eye(np.shape(w)[-1])
    dv = v @ ((turned - same * turned) / gaps(w, same))
    if not surely(not np.iscomplexobj(v)):
        angle = np.imag(dv[..., row, :]) * inverse_or_zero(np.real(v[..., row, :]))
        dv = dv - 1j * v * angle[..., None, :]
    return eigenvalues_dot(da, v), dv


def eigenvalues_dot(da: Array, v: Array) -> Array:
    """The tangents of the eigenvalues of a Hermitian matrix."""
    return np.sum(real(conj(v) * (da @ v)), axis=-2)


def inverse_or_zero(x: Array) -> Array:
    return (x != 0) / not_zero(x)


def eigh_bar(w_bar: Any, v_bar: Any, w: Array, v: Array, row: int) -> Array:
    """The cotangent of a Hermitian matrix.

    That two vectors of equal eigenvalues turn in their plane counts for nothing where the result
    does not depend on it.
    """
    if v_bar is None:
        return (conj(v) * w_bar[..., None, :]) @ mT(v)
    if not surely(not np.iscomplexobj(v)):
        v_bar = turning_bar(v_bar, v, row)
    turned = mT(v) @ v_bar
    same = np.eye(np.shape(w)[-1])
    turned = turned - same * turned
    free = same if orders_to_come() > 0 else turned == 0
    turned = turned / gaps(w, free)
    if w_bar is not None:
        turned = turned + same * w_bar[..., None, :]
    return conj(v) @ turned @ mT(v)


def turning_bar(bar: Array, v: Array, row: int) -> Array:
    """The cotangent of vectors of any phase, from that of those with a real component there."""
    here = np.arange(np.shape(v)[-2])[:, None] == row % np.shape(v)[-2]
    angle = np.imag(np.sum(bar * v, axis=-2, keepdims=True))
    return bar - 1j * here * angle * inverse_or_zero(np.real(v[..., row, :]))[..., None, :]


def gaps(w: Array, free: Array, times: Any = 1) -> Array:
    """What to divide by: between equal values NaN, but 1 where what is divided is 0."""
    gap = w[..., None, :] - w[..., :, None]
    return np.where(np.abs(gap) <= rounding(w), np.where(free, 1, np.nan), gap * times)


def over_gaps(turned: Array, w: Array, free: Array) -> Array:
    """The same, divided: what is complex and divided by NaN would warn."""
    gap = w[..., None, :] - w[..., :, None]
    equal = np.abs(gap) <= rounding(w)
    return np.where(equal, np.where(free, turned, np.nan), turned / np.where(equal, 1, gap))


def rounding(w: Array) -> Array:
    """How far two equal eigenvalues may be computed from each other."""
    size = np.shape(w)[-1] * np.max(np.abs(w), axis=-1, keepdims=True)
    return 2 * np.spacing(size)[..., None]


@rule(np.linalg.eigvalsh, real=False)
def eigvalsh(da: Array, a: Array, UPLO: Any = "L") -> Any:
    _, v = np.linalg.eigh(a, UPLO)
    return eigenvalues_dot(mirror_upper(da) if UPLO == "U" else mirror_lower(da), v)


def svd_vjp(
    g: Any, a: Array, full_matrices: bool = True, compute_uv: bool = True, *, out: Any
) -> Any:
    if not compute_uv:
        u, _, vt = np.linalg.svd(a, full_matrices=False)
        return (u * g[0][..., None, :]) @ vt
    return svd_bar(g, out[0], out[1], out[2], full_matrices)


@rule(np.linalg.svd, vjp=svd_vjp, parted=True)
def svd(
    da: Array, a: Array, full_matrices: bool = True, compute_uv: bool = True, *, out: Any
) -> Any:
    if not compute_uv:
        return values_dot(da, a)
    u, s, vt = out[0], out[1], out[2]
    return svd_dot(da, u, s, vt, full_matrices)


@rule("np.linalg.svdvals", real=False)
def svdvals(da: Array, x: Array) -> Any:
    return values_dot(da, x)


def values_dot(da: Array, a: Array) -> Array:
    """The tangents of singular values."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return np.sum(real(conj(u) * (da @ mH(vt))), axis=-2)


def svd_dot(da: Array, u: Array, s: Array, vt: Array, full: bool) -> Any:
    """The tangents of singular vectors and values.

    Columns beyond the singular values turn with the others, and not among themselves. Vectors of
    equal singular values have no tangents: theirs are NaN.
    """
    k = np.shape(s)[-1]
    left = u[..., :, :k] if full else u
    right = mT(vt[..., :k, :] if full else vt)
    along, across = da @ right, mT(da) @ left
    core = mT(left) @ along
    same = np.eye(k)
    row, column = s[..., None, :], s[..., :, None]
    gap = gaps(s, same, row + column)
    off = core - same * core
    du = left @ ((off * row + column * mT(off)) / gap)
    dv = right @ ((column * off + mT(off) * row) / gap)
    if np.shape(left)[-2] > k:
        du = du + (along - left @ core) / row
    if np.shape(right)[-2] > k:
        dv = dv + (across - right @ mT(core)) / row
    if full:
        du = np.concatenate((du, -left @ (mT(du) @ u[..., :, k:])), axis=-1)
        dv = np.concatenate((dv, -right @ (mT(dv) @ mT(vt[..., k:, :]))), axis=-1)
    return du, np.sum(left * along, axis=-2), mT(dv)


def svd_bar(g: Any, u: Array, s: Array, vt: Array, full: bool) -> Array:
    """The cotangent of the matrix, from those of its singular vectors and values."""
    k = np.shape(s)[-1]
    left = u[..., :, :k] if full else u
    right = mT(vt[..., :k, :] if full else vt)
    if g[0] is None and g[2] is None:
        return (left * g[1][..., None, :]) @ mT(right)
    core, beside = 0.0, 0.0
    row, column = s[..., None, :], s[..., :, None]
    if g[1] is not None:
        core = np.eye(k) * g[1][..., None, :]
    if g[0] is not None:
        bar = with_the_others(g[0], u, k) if full else g[0]
        turned = turned_bar(bar, left, s)
        core = core + turned * row + mT(turned * column)
        if np.shape(left)[-2] > k:
            beside = beside + out_of_span(bar, left, s) @ mT(right)
    if g[2] is not None:
        bar = with_the_others(mT(g[2]), mT(vt), k) if full else mT(g[2])
        turned = turned_bar(bar, right, s)
        core = core + turned * column + mT(turned * row)
        if np.shape(right)[-2] > k:
            beside = beside + left @ mT(out_of_span(bar, right, s))
    return left @ core @ mT(right) + beside


def with_the_others(bar: Array, vectors: Array, k: int) -> Array:
    """The cotangent of the first k vectors, with what those beyond them say of them."""
    first, others = vectors[..., :, :k], vectors[..., :, k:]
    return bar[..., :, :k] - others @ (mT(bar[..., :, k:]) @ first)


def turned_bar(bar: Array, vectors: Array, s: Array) -> Array:
    """What a rotation of each two vectors in their plane says, over their gap.

    Where singular values are equal it counts for nothing if the result does not depend on it.
    """
    turned = mT(vectors) @ bar
    same = np.eye(np.shape(s)[-1])
    turned = turned - same * turned
    row, column = s[..., None, :], s[..., :, None]
    free = same if orders_to_come() > 0 else turned == 0
    return turned / gaps(s, free, row + column)


def out_of_span(bar: Array, vectors: Array, s: Array) -> Array:
    """What is orthogonal to all the vectors, over the singular values."""
    rest = bar - vectors @ (mT(vectors) @ bar)
    return rest / (s + (s == 0) * (np.sum(np.abs(bar), axis=-2) == 0))[..., None, :]


@rule(np.linalg.qr, real=False)
def qr(da: Array, a: Array, mode: str = "reduced", *, out: Any) -> Any:
    if mode == "r":
        k = np.shape(out)[-2]
        return qr_dot(da, a[..., :, :k] @ np.linalg.inv(out[..., :, :k]), out)[1]
    if mode != "reduced":
        raise Unsupported("np.linalg.qr in another mode than 'reduced' and 'r'")
    return qr_dot(da, out[0], out[1])


def qr_dot(da: Array, q: Array, r: Array) -> Any:
    """The tangents of the factors; the columns that make the square part are independent."""
    k = np.shape(r)[-2]
    x = da[..., :, :k] @ np.linalg.inv(r[..., :, :k])
    m = mH(q) @ x
    turn = skew(m)
    return x - q @ (m - turn), mH(q) @ da - turn @ r


@rule(np.linalg.eigvals, real=False)
def eigvals(da: Array, a: Array, *, out: Array) -> Any:
    w, v = np.linalg.eig(a)
    found = np.sum(mT(np.linalg.inv(v)) * (da @ v), axis=-2)
    return np.take_along_axis(found, places(w, out), -1)


def places(w: Array, wanted: Array) -> Array:
    """Where each eigenvalue is among the same ones in another order, each place taken once.

    `eig` may find them in another order than `eigvals` did.
    """
    away = np.abs(w[..., None, :] - wanted[..., :, None])
    found = np.zeros(np.shape(wanted), dtype=int)
    for k in range(np.shape(wanted)[-1]):
        nearest = np.argmin(away[..., k, :], axis=-1)
        found[..., k] = nearest
        gone = np.arange(np.shape(wanted)[-1]) == nearest[..., None]
        away = np.where(gone[..., None, :], np.inf, away)
    return found


def eig_vjp(g: Any, a: Array, *, out: Any) -> Any:
    w, v = out[0], out[1]
    same = np.eye(np.shape(w)[-1])
    if g[1] is None:
        return np.linalg.solve(mT(v), (same * g[0][..., None, :]) @ mT(v))
    turned = mT(v) @ unscaled_bar(g[1], v)
    turned = turned - same * turned
    free = same if orders_to_come() > 0 else turned == 0
    turned = over_gaps(turned, w, free)
    if g[0] is not None:
        turned = turned + same * g[0][..., None, :]
    return np.linalg.solve(mT(v), turned @ mT(v))


def unscaled_bar(bar: Array, v: Array) -> Array:
    """The cotangent of eigenvectors of any length and phase: see `eig`."""
    along = np.argmax(np.abs(v), axis=-2, keepdims=True)
    top = np.arange(np.shape(v)[-2])[:, None] == along
    turn = np.imag(np.sum(bar * v, axis=-2, keepdims=True))
    bar = bar - 1j * top * turn / np.take_along_axis(v, along, -2)
    return bar - np.conj(v) * np.real(np.sum(bar * v, axis=-2, keepdims=True))


@rule(np.linalg.eig, vjp=eig_vjp, parted=True, real=False)
def eig(da: Array, a: Array, *, out: Any) -> Any:
    # Unit vectors, the largest component of each real: what turns them is taken out.
    w, v = out[0], out[1]
    turned = np.linalg.solve(v, da @ v)
    same = np.eye(np.shape(w)[-1])
    dv = v @ over_gaps(turned - same * turned, w, same)
    dv = dv - v * np.sum(np.real(np.conj(v) * dv), axis=-2, keepdims=True)
    top = np.argmax(np.abs(v), axis=-2, keepdims=True)
    phase = np.imag(np.take_along_axis(dv, top, -2) / np.take_along_axis(v, top, -2))
    return np.sum(same * turned, axis=-2), dv - 1j * v * phase
