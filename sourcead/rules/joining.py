"""Functions that join arrays and split them, from and into lists."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, linear, static
from sourcead.rules.helpers import slice_along

Array = Any


def split_like(g: Array, arrays: Any, axis: int) -> list[Array]:
    """The pieces of `g` that belong to each of the arrays laid end to end along an axis."""
    parts = []
    start = 0
    for a in arrays:
        stop = start + np.shape(a)[axis]
        parts.append(slice_along(g, axis, start, stop))
        start = stop
    return parts


def split_flat(g: Array, arrays: Any) -> list[Array]:
    """As `split_like`, for arrays that were flattened first."""
    parts = []
    start = 0
    for a in arrays:
        stop = start + np.size(a)
        parts.append(np.reshape(g[start:stop], np.shape(a)))
        start = stop
    return parts


def element(g: Array, k: int, axis: int) -> Array:
    """The k-th slice along an axis."""
    if axis == 0:
        return g[k]
    if axis == 1:
        return g[:, k]
    if axis == -1:
        return g[..., k]
    return np.take(g, k, axis=axis)


@linear(np.concatenate)
def concatenate(g: Array, arrays: Any, axis: Any = 0) -> Any:
    if axis is None:
        return split_flat(g, arrays)
    return split_like(g, arrays, axis)


@linear(np.stack)
def stack(g: Array, arrays: Any, axis: int = 0) -> Any:
    return [element(g, k, axis) for k in range(len(arrays))]


@linear(np.vstack)
def vstack(g: Array, arrays: Any) -> Any:
    parts = []
    start = 0
    for a in arrays:
        if np.ndim(a) < 2:
            stop = start + 1
            parts.append(np.reshape(g[start], np.shape(a)))
        else:
            stop = start + np.shape(a)[0]
            parts.append(g[start:stop])
        start = stop
    return parts


@linear(np.hstack)
def hstack(g: Array, arrays: Any) -> Any:
    if np.ndim(arrays[0]) < 2:
        return split_flat(g, arrays)
    return split_like(g, arrays, 1)


@linear(np.dstack)
def dstack(g: Array, arrays: Any) -> Any:
    parts = []
    start = 0
    for a in arrays:
        if np.ndim(a) < 3:
            stop = start + 1
            parts.append(np.reshape(g[..., start], np.shape(a)))
        else:
            stop = start + np.shape(a)[2]
            parts.append(g[:, :, start:stop])
        start = stop
    return parts


@linear(np.column_stack)
def column_stack(g: Array, arrays: Any) -> Any:
    parts = []
    start = 0
    for a in arrays:
        if np.ndim(a) < 2:
            stop = start + 1
            parts.append(np.reshape(g[:, start], np.shape(a)))
        else:
            stop = start + np.shape(a)[1]
            parts.append(g[:, start:stop])
        start = stop
    return parts


@linear(np.append, wrt=("arr", "values"))
def append(g: Array, arr: Array, values: Array, axis: Any = None) -> Any:
    if axis is None:
        n = np.size(arr)
        return np.reshape(g[:n], np.shape(arr)), np.reshape(g[n:], np.shape(values))
    n = np.shape(arr)[axis]
    return slice_along(g, axis, None, n), slice_along(g, axis, n, None)


@linear(np.split)
def split(g: Any, ary: Array, indices_or_sections: Any, axis: int = 0) -> Any:
    return np.concatenate(g, axis=axis)


@linear(np.array_split)
def array_split(g: Any, ary: Array, indices_or_sections: Any, axis: int = 0) -> Any:
    return np.concatenate(g, axis=axis)


@linear(np.vsplit)
def vsplit(g: Any, ary: Array, indices_or_sections: Any) -> Any:
    return np.concatenate(g, axis=0)


@linear(np.hsplit)
def hsplit(g: Any, ary: Array, indices_or_sections: Any) -> Any:
    return np.concatenate(g, axis=0 if np.ndim(ary) == 1 else 1)


@linear(np.dsplit)
def dsplit(g: Any, ary: Array, indices_or_sections: Any) -> Any:
    return np.concatenate(g, axis=2)


@linear("np.unstack")
def unstack(g: Any, x: Array, axis: int = 0) -> Any:
    raise Unsupported("reverse mode of np.unstack; read the parts one by one, as `x[0]`")


@linear(np.broadcast_arrays)
def broadcast_arrays(g: Any, *args: Array) -> Any:
    return [g[k] for k in range(len(args))]


@linear("np.ix_")
def ix_(g: Any, *args: Array) -> Any:
    return [np.ravel(g[k]) for k in range(len(args))]


@linear(np.meshgrid)
def meshgrid(g: Any, *xi: Array, sparse: bool = False, indexing: str = "xy") -> Any:
    return [np.sum(g[k], axis=crossed(k, len(xi), indexing)) for k in range(len(xi))]


@static
def crossed(k: int, n: int, indexing: str) -> tuple[int, ...]:
    """The axes of a grid along which its k-th coordinate does not change."""
    own = 1 - k if indexing == "xy" and n > 1 and k < 2 else k
    return tuple(axis for axis in range(n) if axis != own)
