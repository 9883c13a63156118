"""Eigenvalues, singular values and orthogonal factors.

Vectors of a repeated eigenvalue or singular value are not determined by the matrix: where their
derivative is asked for it is infinite or NaN, as the function has none there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, rule
from sourcead.rules.helpers import mT
from sourcead.rules.matrices import mirror_lower, mirror_upper, skew

Array = Any


@rule(np.linalg.eigh)
def eigh(da: Array, a: Array, UPLO: Any = "L", *, out: Any) -> Any:
    return eigh_dot(mirror_upper(da) if UPLO == "U" else mirror_lower(da), out[0], out[1])


def eigh_dot(da: Array, w: Array, v: Array) -> Any:
    """The tangents of eigenvalues and of unit eigenvectors; `da` is symmetric."""
    turned = mT(v) @ (da @ v)
    same = np.eye(np.shape(w)[-1])
    gap = w[..., None, :] - w[..., :, None] + same
    return np.sum(v * (da @ v), axis=-2), v @ ((turned - same * turned) / gap)


@rule(np.linalg.eigvalsh)
def eigvalsh(da: Array, a: Array, UPLO: Any = "L") -> Any:
    _, v = np.linalg.eigh(a, UPLO)
    full = mirror_upper(da) if UPLO == "U" else mirror_lower(da)
    return np.sum(v * (full @ v), axis=-2)


@rule(np.linalg.svd)
def svd(
    da: Array, a: Array, full_matrices: bool = True, compute_uv: bool = True, *, out: Any
) -> Any:
    if not compute_uv:
        return values_dot(da, a)
    u, s, vt = out[0], out[1], out[2]
    return svd_dot(da, u, s, vt, full_matrices)


@rule("np.linalg.svdvals")
def svdvals(da: Array, x: Array) -> Any:
    return values_dot(da, x)


def values_dot(da: Array, a: Array) -> Array:
    """The tangents of singular values."""
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return np.sum(u * (da @ mT(vt)), axis=-2)


def svd_dot(da: Array, u: Array, s: Array, vt: Array, full: bool) -> Any:
    """The tangents of singular vectors and values.

    Columns beyond the singular values turn with the others, and not among themselves.
    """
    k = np.shape(s)[-1]
    left = u[..., :, :k] if full else u
    right = mT(vt[..., :k, :] if full else vt)
    along, across = da @ right, mT(da) @ left
    core = mT(left) @ along
    same = np.eye(k)
    row, column = s[..., None, :], s[..., :, None]
    gap = (row - column) * (row + column) + same
    off = core - same * core
    du = left @ ((off * row + column * mT(off)) / gap) + (along - left @ core) / row
    dv = right @ ((column * off + mT(off) * row) / gap) + (across - right @ mT(core)) / row
    if full:
        du = np.concatenate((du, -left @ (mT(du) @ u[..., :, k:])), axis=-1)
        dv = np.concatenate((dv, -right @ (mT(dv) @ mT(vt[..., k:, :]))), axis=-1)
    return du, np.sum(left * along, axis=-2), mT(dv)


@rule(np.linalg.qr)
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
    m = mT(q) @ x
    turn = skew(m)
    return x - q @ (m - turn), mT(q) @ da - turn @ r


@rule(np.linalg.eigvals)
def eigvals(da: Array, a: Array, *, out: Array) -> Any:
    # `eig` may find them in another order than `eigvals` did.
    w, v = np.linalg.eig(a)
    place = np.argmin(np.abs(w[..., None, :] - out[..., :, None]), axis=-1)
    found = np.sum(mT(np.linalg.inv(v)) * (da @ v), axis=-2)
    return np.take_along_axis(found, place, -1)


@rule(np.linalg.eig)
def eig(da: Array, a: Array, *, out: Any) -> Any:
    # Unit vectors, the largest component of each real: what turns them is taken out.
    w, v = out[0], out[1]
    turned = np.linalg.solve(v, da @ v)
    same = np.eye(np.shape(w)[-1])
    gap = w[..., None, :] - w[..., :, None] + same
    dv = v @ ((turned - same * turned) / gap)
    dv = dv - v * np.sum(np.real(np.conj(v) * dv), axis=-2, keepdims=True)
    top = np.argmax(np.abs(v), axis=-2, keepdims=True)
    phase = np.imag(np.take_along_axis(dv, top, -2) / np.take_along_axis(v, top, -2))
    return np.sum(same * turned, axis=-2), dv - 1j * v * phase
