"""Norms of vectors and matrices, and the condition number."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, length, rule, static
from sourcead.rules.helpers import abs_slope, conj, keep, mH, real, ties

Array = Any


@rule(np.linalg.norm, real=False)
def norm(
    dx: Array, x: Array, ord: Any = None, axis: Any = None, keepdims: Any = False, *, out: Array
) -> Any:
    if ord is None:
        return euclidean(dx, x, axis, keepdims, out)
    return norm_dot(dx, x, ord, axis, keepdims, out)


@rule("np.linalg.vector_norm", real=False)
def vector_norm(
    dx: Array, x: Array, axis: Any = None, keepdims: Any = False, ord: Any = 2, *, out: Array
) -> Any:
    return vector_norm_dot(dx, x, ord, axis, keepdims, out)


@rule("np.linalg.matrix_norm", real=False)
def matrix_norm(dx: Array, x: Array, keepdims: Any = False, ord: Any = "fro", *, out: Array) -> Any:
    return matrix_norm_dot(dx, x, ord, (-2, -1), keepdims, out)


def norm_dot(dx: Array, x: Array, ord: Any, axis: Any, keepdims: Any, out: Array) -> Array:
    """The tangent of `np.linalg.norm` with an order."""
    if axis is None and np.ndim(x) == 2:
        return matrix_norm_dot(dx, x, ord, (0, 1), keepdims, out)
    if isinstance(axis, tuple) and len(axis) == 2:
        return matrix_norm_dot(dx, x, ord, axis, keepdims, out)
    return vector_norm_dot(dx, x, ord, axis, keepdims, out)


def euclidean(dx: Array, x: Array, axis: Any, keepdims: Any, out: Array) -> Array:
    """The root of the sum of squares; its slope at the zero vector is 0."""
    size = length(out)
    return np.sum(real(conj(x) * dx), axis=axis, keepdims=keepdims) / size


def vector_norm_dot(dx: Array, x: Array, ord: Any, axis: Any, keepdims: Any, out: Array) -> Array:
    """Over one axis, or over several as if they were one."""
    if ord is None or ord == 2:
        return euclidean(dx, x, axis, keepdims, out)
    if ord == 0:
        raise Unsupported("the number of nonzeros, which is piecewise constant")
    slope = vector_slope(x, ord, axis, keepdims, out)
    return np.sum(real(slope * dx), axis=axis, keepdims=keepdims)


@static
def is_infinite(ord: Any) -> bool:
    return ord in (np.inf, -np.inf)


def direction(x: Array) -> Array:
    """The slope of the absolute value."""
    return abs_slope(x, np.abs(x))


def vector_slope(x: Array, ord: Any, axis: Any, keepdims: Any, out: Array) -> Array:
    if ord == 1:
        return direction(x)
    if is_infinite(ord):
        return direction(x) * ties(np.abs(x), out, axis, keepdims)
    return direction(x) * (np.abs(x) / keep(out, axis, keepdims)) ** (ord - 1)


def matrix_norm_dot(dx: Array, x: Array, ord: Any, axis: Any, keepdims: Any, out: Array) -> Array:
    """Over two axes: rows and columns."""
    if ord is None or ord == "fro":
        return euclidean(dx, x, axis, keepdims, out)
    if ord == 1 or ord == -1:
        slope = widest(x, axis[0], axis[1], ord)
    elif is_infinite(ord):
        slope = widest(x, axis[1], axis[0], ord)
    else:
        slope = spectral_slope(x, ord, axis)
    return np.sum(real(slope * dx), axis=axis, keepdims=keepdims)


def widest(x: Array, summed: int, compared: int, ord: Any) -> Array:
    """The slope of the largest (or smallest) sum of absolute values."""
    sums = np.sum(np.abs(x), axis=summed, keepdims=True)
    if ord > 0:
        peak = np.max(sums, axis=compared, keepdims=True)
    else:
        peak = np.min(sums, axis=compared, keepdims=True)
    return direction(x) * ties(sums, peak, compared, True)


def spectral_slope(x: Array, ord: Any, axis: Any) -> Array:
    """Norms of the singular values."""
    last = in_order(axis, np.ndim(x))
    u, s, vh = np.linalg.svd(x if last else np.moveaxis(x, axis, (-2, -1)), full_matrices=False)
    if ord == 2:
        slope = (u * ties(s, np.max(s, axis=-1, keepdims=True), -1, True)[..., None, :]) @ vh
    elif ord == -2:
        slope = (u * ties(s, np.min(s, axis=-1, keepdims=True), -1, True)[..., None, :]) @ vh
    elif ord == "nuc":
        slope = u @ vh
    else:
        raise Unsupported("a matrix norm of another order than 1, 2, inf, 'fro' and 'nuc'")
    slope = conj(slope)
    return slope if last else np.moveaxis(slope, (-2, -1), axis)


@static
def in_order(axis: Any, rank: int) -> bool:
    """Whether the two axes are the last ones, in order."""
    return (axis[0] % rank, axis[1] % rank) == (rank - 2, rank - 1)


@rule(np.linalg.cond, real=False)
def cond(dx: Array, x: Array, p: Any = None, *, out: Array) -> Any:
    if p is None or p == 2 or p == -2:
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        ds = np.sum(real(conj(u) * (dx @ mH(vh))), axis=-2)
        if p == -2:
            return (ds[..., -1] - out * ds[..., 0]) / s[..., 0]
        return (ds[..., 0] - out * ds[..., -1]) / s[..., -1]
    inverse = np.linalg.inv(x)
    size, inverse_size = np.linalg.norm(x, p, (-2, -1)), np.linalg.norm(inverse, p, (-2, -1))
    moved = norm_dot(dx, x, p, (-2, -1), False, size)
    inverse_moved = norm_dot(-(inverse @ dx @ inverse), inverse, p, (-2, -1), False, inverse_size)
    return moved * inverse_size + size * inverse_moved
