"""Functions that select elements. A tangent that reads elements has a reverse that adds to them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, linear, rule

Array = Any


@rule(np.take, real=False)
def take(da: Array, a: Array, indices: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.ravel(da)[indices]
    if axis == 0:
        return da[indices]
    if axis == -1 or axis == np.ndim(a) - 1:
        return da[..., indices]
    if axis == 1:
        return da[:, indices]
    if np.ndim(indices) > 1:
        raise Unsupported("np.take of a table of indices from a middle axis; move it to the front")
    picked = np.moveaxis(da, axis, 0)[indices]
    return picked if np.ndim(indices) == 0 else np.moveaxis(picked, 0, axis)


@rule(np.take_along_axis, real=False)
def take_along_axis(da: Array, arr: Array, indices: Array, axis: Any = -1) -> Any:
    return pick_along(da, indices, axis, arr)


def pick_along(x: Array, indices: Array, axis: Any, like: Array) -> Array:
    """`np.take_along_axis` as a subscript, of the tangent of an array."""
    if axis is None:
        return np.ravel(x)[indices]
    if np.ndim(x) == 1:
        return x[indices]
    if np.ndim(x) == 2 and axis % 2 == 1:
        return x[np.arange(np.shape(x)[0])[:, None], indices]
    if np.ndim(x) == 2:
        return x[indices, np.arange(np.shape(x)[1])]
    last = np.moveaxis(x, axis, -1)
    places = np.moveaxis(indices, axis, -1)
    rows = np.reshape(last, (-1, np.shape(like)[axis]))
    columns = np.reshape(places, (-1, np.shape(places)[-1]))
    picked = rows[np.arange(np.shape(columns)[0])[:, None], columns]
    return np.moveaxis(np.reshape(picked, np.shape(places)), -1, axis)


@rule(np.sort, real=False)
def sort(da: Array, a: Array, axis: Any = -1, kind: Any = None) -> Any:
    return pick_along(da, np.argsort(a, axis=axis, kind=kind), axis, a)


@rule(np.partition, real=False)
def partition(da: Array, a: Array, kth: Any, axis: Any = -1) -> Any:
    return pick_along(da, np.argpartition(a, kth, axis=axis), axis, a)


@linear(np.select, wrt=("choicelist", "default"))
def select(g: Array, condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    n = len(choicelist)
    chosen = [np.select(condlist, [g if j == k else 0 for j in range(n)]) for k in range(n)]
    return chosen, np.select(condlist, [0 for k in range(n)], g)


@linear(np.choose, wrt="choices")
def choose(g: Array, a: Array, choices: Any) -> Any:
    return [np.where(a == k, g, 0) for k in range(len(choices))]


@rule(np.compress, wrt="a", real=False)
def compress(da: Array, condition: Any, a: Array, axis: Any = None) -> Any:
    kept = np.flatnonzero(condition)
    if axis is None:
        return np.ravel(da)[kept]
    if axis == 0:
        return da[kept]
    return np.moveaxis(np.moveaxis(da, axis, 0)[kept], 0, axis)


@rule(np.extract, wrt="arr", real=False)
def extract(darr: Array, condition: Any, arr: Array) -> Any:
    return np.ravel(darr)[np.flatnonzero(condition)]


@linear(np.bincount, wrt="weights")
def bincount(g: Array, x: Array, weights: Array, minlength: Any = 0) -> Any:
    return g[x]


@rule(np.interp, wrt=("x", "xp", "fp"), real=False)
def interp(
    dx: Array,
    dxp: Array,
    dfp: Array,
    x: Array,
    xp: Array,
    fp: Array,
    left: Any = None,
    right: Any = None,
    *,
    active: tuple[bool, ...],
) -> Any:
    last = np.shape(xp)[0] - 2
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, last)
    width = xp[i + 1] - xp[i]
    w = np.clip((x - xp[i]) / width, 0, 1)
    within = (x >= xp[0]) & (x <= xp[-1])
    slope = np.where(within, (fp[i + 1] - fp[i]) / width, 0)
    moved: Any = 0.0
    if active[0]:
        moved = slope * dx
    if active[1]:
        moved = moved - slope * ((1 - w) * dxp[i] + w * dxp[i + 1])
    if active[2]:
        moved = moved + (1 - w) * dfp[i] + w * dfp[i + 1]
    if left is not None:
        moved = np.where(x < xp[0], 0, moved)
    if right is not None:
        moved = np.where(x > xp[-1], 0, moved)
    return moved


@rule(np.trim_zeros, real=False)
def trim_zeros(da: Array, filt: Array, trim: str = "fb", *, out: Array) -> Any:
    if np.ndim(filt) != 1:
        raise Unsupported("np.trim_zeros of more than one axis")
    start = np.argmax(filt != 0) if "f" in trim.lower() else 0
    return da[start : start + np.shape(out)[0]]


@rule(np.unique, real=False)
def unique(
    dar: Array,
    ar: Array,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    *,
    out: Any,
) -> Any:
    # Of equal elements the first one is taken to be the one that is kept.
    order = np.argsort(np.ravel(ar), kind="stable")
    beside = return_index + return_inverse + return_counts
    kept = out[0] if beside else out
    moved = np.ravel(dar)[order[np.searchsorted(np.ravel(ar), kept, sorter=order)]]
    return (moved, *[None for _ in range(beside)]) if beside else moved
