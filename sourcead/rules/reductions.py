"""Sums, means, extrema and running sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import length, linear, rule
from sourcead.rules.helpers import (
    conj,
    count,
    keep,
    real,
    slice_along,
    spread,
    ties,
    where_kept,
)
from sourcead.rules.running_products import others

Array = Any


@linear(np.sum, wrt=("a", "initial"))
def sum(
    g: Array,
    a: Array,
    axis: Any = None,
    dtype: Any = None,
    keepdims: Any = False,
    initial: Any = 0,
    where: Any = True,
) -> Any:
    return where_kept(spread(g, a, axis, keepdims), where), np.sum(g)


@linear(np.mean)
def mean(
    g: Array,
    a: Array,
    axis: Any = None,
    dtype: Any = None,
    keepdims: Any = False,
    where: Any = True,
) -> Any:
    if where is True:
        return spread(g / count(a, axis), a, axis, keepdims)
    return where_kept(spread(g / counted(a, where, axis, keepdims), a, axis, keepdims), where)


def counted(a: Array, where: Any, axis: Any, keepdims: Any) -> Array:
    """How many elements a reduction combines into one, without those that `where=` leaves out."""
    if where is True:
        return count(a, axis)
    return np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims)


@rule(np.prod, real=False)
def prod(
    da: Array,
    a: Array,
    axis: Any = None,
    keepdims: Any = False,
    initial: Any = 1,
    where: Any = True,
) -> Any:
    if where is not True:
        a = np.where(where, a, 1)
    weight = others(a, axis)
    if initial is not None and initial != 1:
        weight = initial * weight
    return np.sum(where_kept(da * weight, where), axis=axis, keepdims=keepdims)


@rule(np.var, real=False)
def var(
    da: Array,
    a: Array,
    axis: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    where: Any = True,
) -> Any:
    weighted = where_kept(real(2 * conj(centred(a, axis, where)) * da), where)
    moved = np.sum(weighted, axis=axis, keepdims=keepdims)
    return moved / (counted(a, where, axis, keepdims) - ddof)


@rule(np.std, real=False)
def std(
    da: Array,
    a: Array,
    axis: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
    where: Any = True,
    *,
    out: Array,
) -> Any:
    weighted = where_kept(real(conj(centred(a, axis, where)) * da), where)
    moved = np.sum(weighted, axis=axis, keepdims=keepdims)
    return moved / ((counted(a, where, axis, keepdims) - ddof) * length(out))


def centred(a: Array, axis: Any, where: Any) -> Array:
    """What is left of each element when the mean is taken off."""
    if where is True:
        return a - np.mean(a, axis=axis, keepdims=True)
    return a - np.mean(a, axis=axis, keepdims=True, where=where)


@rule(np.max, real=False)
def max(
    da: Array,
    a: Array,
    axis: Any = None,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = True,
    *,
    out: Array,
) -> Any:
    if initial is None and where is True:
        return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)
    among = extremal(a, out, axis, keepdims, initial, where)
    return np.sum(da * among, axis=axis, keepdims=keepdims)


@rule(np.min, real=False)
def min(
    da: Array,
    a: Array,
    axis: Any = None,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = True,
    *,
    out: Array,
) -> Any:
    if initial is None and where is True:
        return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)
    among = extremal(a, out, axis, keepdims, initial, where)
    return np.sum(da * among, axis=axis, keepdims=keepdims)


def extremal(a: Array, out: Array, axis: Any, keepdims: Any, initial: Any, where: Any) -> Array:
    """The share of each element in an extremum of some of them and of `initial`."""
    hit = (a == keep(out, axis, keepdims)) & where
    if initial is None:
        return hit / np.sum(hit, axis=axis, keepdims=True)
    return hit / (np.sum(hit, axis=axis, keepdims=True) + (keep(out, axis, keepdims) == initial))


@rule(np.ptp, real=False)
def ptp(da: Array, a: Array, axis: Any = None, keepdims: Any = False) -> Any:
    top = ties(a, np.max(a, axis=axis, keepdims=True), axis, True)
    bottom = ties(a, np.min(a, axis=axis, keepdims=True), axis, True)
    return np.sum(da * (top - bottom), axis=axis, keepdims=keepdims)


@rule(np.nansum, real=False)
def nansum(da: Array, a: Array, axis: Any = None, keepdims: Any = False) -> Any:
    return np.sum(np.where(np.isnan(a), 0, da), axis=axis, keepdims=keepdims)


@rule(np.nanprod, real=False)
def nanprod(da: Array, a: Array, axis: Any = None, keepdims: Any = False) -> Any:
    absent = np.isnan(a)
    weight = others(np.where(absent, 1, a), axis)
    return np.sum(np.where(absent, 0, da) * weight, axis=axis, keepdims=keepdims)


@rule(np.nanmean, real=False)
def nanmean(da: Array, a: Array, axis: Any = None, keepdims: Any = False) -> Any:
    present = ~np.isnan(a)
    total = np.sum(np.where(present, da, 0), axis=axis, keepdims=keepdims)
    return total / np.sum(present, axis=axis, keepdims=keepdims)


@rule(np.nanvar, real=False)
def nanvar(da: Array, a: Array, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    present = ~np.isnan(a)
    centred = np.where(present, a - np.nanmean(a, axis=axis, keepdims=True), 0)
    moved = 2 * np.sum(real(conj(centred) * da), axis=axis, keepdims=keepdims)
    return moved / (np.sum(present, axis=axis, keepdims=keepdims) - ddof)


@rule(np.nanstd, real=False)
def nanstd(
    da: Array, a: Array, axis: Any = None, ddof: Any = 0, keepdims: Any = False, *, out: Array
) -> Any:
    present = ~np.isnan(a)
    centred = np.where(present, a - np.nanmean(a, axis=axis, keepdims=True), 0)
    moved = np.sum(real(conj(centred) * da), axis=axis, keepdims=keepdims)
    return moved / ((np.sum(present, axis=axis, keepdims=keepdims) - ddof) * length(out))


@rule(np.nanmax, real=False)
def nanmax(da: Array, a: Array, axis: Any = None, keepdims: Any = False, *, out: Array) -> Any:
    return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)


@rule(np.nanmin, real=False)
def nanmin(da: Array, a: Array, axis: Any = None, keepdims: Any = False, *, out: Array) -> Any:
    return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)


@linear(np.cumsum)
def cumsum(g: Array, a: Array, axis: Any = None, dtype: Any = None) -> Any:
    if axis is None:
        return np.reshape(np.cumsum(g[::-1])[::-1], np.shape(a))
    if np.ndim(a) == 1:
        return np.cumsum(g[::-1])[::-1]
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


@linear("np.cumulative_sum")
def cumulative_sum(
    g: Array, x: Array, axis: Any = None, dtype: Any = None, include_initial: bool = False
) -> Any:
    k = 0 if axis is None else axis
    kept = slice_along(g, k, 1, None) if include_initial else g
    return np.flip(np.cumsum(np.flip(kept, k), axis=k), k)


@rule(np.nancumsum, real=False)
def nancumsum(da: Array, a: Array, axis: Any = None) -> Any:
    return np.cumsum(np.where(np.isnan(a), 0, da), axis=axis)


@rule("np.logaddexp.reduce")
def logaddexp_reduce(
    da: Array, array: Array, axis: Any = 0, keepdims: Any = False, *, out: Array
) -> Any:
    weight = np.exp(array - keep(out, axis, keepdims))
    return np.sum(da * weight, axis=axis, keepdims=keepdims)
