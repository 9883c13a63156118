"""Functions that leave elements out of an array, put some in, or build one from blocks."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, linear, rule
from sourcead.rules.helpers import added_at

Array = Any


@rule(np.delete, real=False)
def delete(darr: Array, arr: Array, obj: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.ravel(darr)[np.delete(np.arange(np.size(arr)), obj)]
    kept = np.delete(np.arange(np.shape(arr)[axis]), obj)
    return np.moveaxis(np.moveaxis(darr, axis, 0)[kept], 0, axis)


@linear(np.insert, wrt=("arr", "values"))
def insert(g: Array, arr: Array, obj: Any, values: Array, axis: Any = None) -> Any:
    if axis is None:
        order = origins(np.size(arr), obj, np.size(g))
        n = np.size(arr)
        return np.reshape(g[order[:n]], np.shape(arr)), g[order[n:]]
    n = np.shape(arr)[axis]
    front = np.moveaxis(g, axis, 0)
    order = origins(n, obj, np.shape(front)[0])
    inserted = front[order[n:]]
    if np.ndim(obj) != 0:
        inserted = np.moveaxis(inserted, 0, axis)
    return np.moveaxis(front[order[:n]], 0, axis), inserted


def origins(n: Any, obj: Any, total: Any) -> Array:
    """The places of the old elements among all, in order, then those of the inserted ones."""
    return np.argsort(np.insert(np.full(n, -1), obj, np.arange(total - n)), kind="stable")


@rule(np.resize, real=False)
def resize(da: Array, a: Array, new_shape: Any) -> Any:
    return np.ravel(da)[np.resize(np.arange(np.size(a)), new_shape)]


@rule(np.vander, real=False)
def vander(dx: Array, x: Array, N: Any = None, increasing: bool = False) -> Any:
    n = np.shape(x)[0] if N is None else N
    powers = np.arange(n) if increasing else np.arange(n - 1, -1, -1)
    slopes = powers * x[:, None] ** np.maximum(powers - 1, 0)
    return dx[:, None] * slopes


@linear(np.block)
def block(g: Array, arrays: Any) -> Any:
    return block_back(g, arrays, 1 if not isinstance(arrays[0], list) else 2)


def block_back(g: Array, arrays: Any, depth: int) -> Any:
    """The part of each block, which lies `depth` axes from the last."""
    if isinstance(arrays[0], list) and isinstance(arrays[0][0], list):
        raise Unsupported("np.block of lists nested more than twice")
    parts = []
    start = 0
    for a in arrays:
        first = a[0] if isinstance(a, list) else a
        if np.ndim(first) < depth:
            stop = start + 1
        else:
            stop = start + np.shape(first)[np.ndim(first) - depth]
        piece = g[..., start:stop] if depth == 1 else g[..., start:stop, :]
        if isinstance(a, list):
            parts.append(block_back(piece, a, 1))
        else:
            parts.append(np.reshape(piece, np.shape(a)))
        start = stop
    return parts


@linear("np.add.reduceat")
def add_reduceat(g: Array, array: Array, indices: Any, axis: int = 0) -> Any:
    if np.ndim(array) != 1:
        raise Unsupported("np.add.reduceat of more than one axis")
    n = np.size(array)
    counts = np.maximum(np.append(indices[1:], n) - indices, 1)
    # The first element of each sum, then the distance of the others from it.
    own = np.repeat(np.arange(np.size(counts)), counts)
    place = np.arange(np.size(own)) - (np.cumsum(counts) - counts - indices)[own]
    return added_at(place, g[own], n)
