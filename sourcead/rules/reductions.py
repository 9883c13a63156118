"""Sums, means, extrema and order statistics."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, linear, rule
from sourcead.rules.helpers import count, keep, spread, ties, where_kept

Array = Any


@linear(np.sum)
def sum(
    g: Array,
    a: Array,
    axis: Any = None,
    dtype: Any = None,
    keepdims: bool = False,
    where: Any = True,
) -> Any:
    return where_kept(spread(g, a, axis, keepdims), where)


@linear(np.mean)
def mean(g: Array, a: Array, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    return spread(g / count(a, axis), a, axis, keepdims)


@rule(np.prod)
def prod(da: Array, a: Array, axis: Any = None, keepdims: bool = False, *, out: Array) -> Any:
    return np.sum(da * others(a, out, axis, keepdims), axis=axis, keepdims=keepdims)


def others(a: Array, out: Array, axis: Any, keepdims: bool) -> Array:
    """For each element the product of the others, without dividing by zero."""
    zero = a == 0
    safe = a + zero
    rest = np.prod(safe, axis=axis, keepdims=True)
    single = np.sum(zero, axis=axis, keepdims=True) == 1
    return np.where(zero, single * rest, keep(out, axis, keepdims) / safe)


@rule(np.var)
def var(da: Array, a: Array, axis: Any = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return np.sum(2 * centred * da, axis=axis, keepdims=keepdims) / (count(a, axis) - ddof)


@rule(np.std)
def std(
    da: Array, a: Array, axis: Any = None, ddof: Any = 0, keepdims: bool = False, *, out: Array
) -> Any:
    centred = a - np.mean(a, axis=axis, keepdims=True)
    moved = np.sum(centred * da, axis=axis, keepdims=keepdims)
    return moved / ((count(a, axis) - ddof) * out)


@rule(np.max)
def max(da: Array, a: Array, axis: Any = None, keepdims: bool = False, *, out: Array) -> Any:
    return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)


@rule(np.min)
def min(da: Array, a: Array, axis: Any = None, keepdims: bool = False, *, out: Array) -> Any:
    return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)


@rule(np.ptp)
def ptp(da: Array, a: Array, axis: Any = None, keepdims: bool = False) -> Any:
    top = ties(a, np.max(a, axis=axis, keepdims=True), axis, True)
    bottom = ties(a, np.min(a, axis=axis, keepdims=True), axis, True)
    return np.sum(da * (top - bottom), axis=axis, keepdims=keepdims)


@rule(np.median)
def median(da: Array, a: Array, axis: Any = None, keepdims: bool = False) -> Any:
    n = count(a, axis)
    share = 0.5 * (ranked(a, (n - 1) // 2, axis) + ranked(a, n // 2, axis))
    return np.sum(da * share, axis=axis, keepdims=keepdims)


def ranked(a: Array, k: Any, axis: Any) -> Array:
    """The share of each element in the k-th smallest: equal among ties."""
    if isinstance(axis, tuple):
        raise Unsupported("an order statistic over several axes; reshape them into one first")
    if axis is None:
        return ties(a, np.sort(a, axis=None)[k], None, False)
    return ties(a, np.take(np.sort(a, axis=axis), k, axis=axis), axis, False)


@rule(np.quantile)
def quantile(
    da: Array, a: Array, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    share = quantile_share(a, q, axis, method)
    return np.sum(da * share, axis=axis, keepdims=keepdims)


@rule(np.percentile)
def percentile(
    da: Array, a: Array, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    share = quantile_share(a, q / 100, axis, method)
    return np.sum(da * share, axis=axis, keepdims=keepdims)


def quantile_share(a: Array, q: Any, axis: Any, method: str) -> Array:
    """The weight of each element in a quantile, interpolated linearly."""
    if method != "linear":
        raise Unsupported("quantiles by another method than 'linear'")
    if np.ndim(q) != 0:
        raise Unsupported("several quantiles at once; ask for one at a time")
    place = q * (count(a, axis) - 1)
    low, high = int(np.floor(place)), int(np.ceil(place))
    return (1 - place + low) * ranked(a, low, axis) + (place - low) * ranked(a, high, axis)


@rule(np.nansum)
def nansum(da: Array, a: Array, axis: Any = None, keepdims: bool = False) -> Any:
    return np.sum(np.where(np.isnan(a), 0, da), axis=axis, keepdims=keepdims)


@rule(np.nanprod)
def nanprod(da: Array, a: Array, axis: Any = None, keepdims: bool = False, *, out: Array) -> Any:
    absent = np.isnan(a)
    weight = others(np.where(absent, 1, a), out, axis, keepdims)
    return np.sum(np.where(absent, 0, da) * weight, axis=axis, keepdims=keepdims)


@rule(np.nanmean)
def nanmean(da: Array, a: Array, axis: Any = None, keepdims: bool = False) -> Any:
    present = ~np.isnan(a)
    total = np.sum(np.where(present, da, 0), axis=axis, keepdims=keepdims)
    return total / np.sum(present, axis=axis, keepdims=keepdims)


@rule(np.nanvar)
def nanvar(da: Array, a: Array, axis: Any = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    present = ~np.isnan(a)
    centred = np.where(present, a - np.nanmean(a, axis=axis, keepdims=True), 0)
    moved = 2 * np.sum(centred * da, axis=axis, keepdims=keepdims)
    return moved / (np.sum(present, axis=axis, keepdims=keepdims) - ddof)


@rule(np.nanstd)
def nanstd(
    da: Array, a: Array, axis: Any = None, ddof: Any = 0, keepdims: bool = False, *, out: Array
) -> Any:
    present = ~np.isnan(a)
    centred = np.where(present, a - np.nanmean(a, axis=axis, keepdims=True), 0)
    moved = np.sum(centred * da, axis=axis, keepdims=keepdims)
    return moved / ((np.sum(present, axis=axis, keepdims=keepdims) - ddof) * out)


@rule(np.nanmax)
def nanmax(da: Array, a: Array, axis: Any = None, keepdims: bool = False, *, out: Array) -> Any:
    return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)


@rule(np.nanmin)
def nanmin(da: Array, a: Array, axis: Any = None, keepdims: bool = False, *, out: Array) -> Any:
    return np.sum(da * ties(a, out, axis, keepdims), axis=axis, keepdims=keepdims)


@rule(np.nanmedian)
def nanmedian(da: Array, a: Array, axis: Any = None, keepdims: bool = False) -> Any:
    if isinstance(axis, tuple):
        raise Unsupported("an order statistic over several axes; reshape them into one first")
    n = np.sum(~np.isnan(a), axis=axis, keepdims=True)
    share = 0.5 * (present_ranked(a, (n - 1) // 2, axis) + present_ranked(a, n // 2, axis))
    return np.sum(da * share, axis=axis, keepdims=keepdims)


def present_ranked(a: Array, k: Array, axis: Any) -> Array:
    """As `ranked` for one rank per slice; NaN is sorted last."""
    if axis is None:
        return ties(a, np.sort(a, axis=None)[k], None, True)
    return ties(a, np.take_along_axis(np.sort(a, axis=axis), k, axis), axis, True)


@rule(np.average, wrt=("a", "weights"))
def average(
    da: Array,
    dweights: Array,
    a: Array,
    axis: Any = None,
    weights: Any = None,
    *,
    out: Array,
) -> Any:
    if weights is None:
        return np.mean(da, axis=axis)
    if np.ndim(weights) != np.ndim(a):
        raise Unsupported("np.average with weights of another rank; reshape them to broadcast")
    moved = np.sum(da * weights + (a - keep(out, axis, False)) * dweights, axis=axis)
    return moved / np.sum(weights, axis=axis)


@linear(np.cumsum)
def cumsum(g: Array, a: Array, axis: Any = None, dtype: Any = None) -> Any:
    if axis is None:
        return np.reshape(np.cumsum(g[::-1])[::-1], np.shape(a))
    if np.ndim(a) == 1:
        return np.cumsum(g[::-1])[::-1]
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


@rule(np.nancumsum)
def nancumsum(da: Array, a: Array, axis: Any = None) -> Any:
    return np.cumsum(np.where(np.isnan(a), 0, da), axis=axis)


@rule(np.cumprod)
def cumprod(da: Array, a: Array, axis: Any = None, *, out: Array) -> Any:
    # From the first zero on the product is 0 and only that factor's tangent counts.
    if axis is None:
        return cumprod_dot(np.ravel(da), np.ravel(a), 0, out)
    return cumprod_dot(da, a, axis, out)


def cumprod_dot(da: Array, a: Array, axis: int, out: Array) -> Array:
    """The tangent of a running product along one axis, right with zeros."""
    zero = a == 0
    first = zero & (np.cumsum(zero, axis=axis) == 1)
    before = out * np.cumsum(np.where(zero, 0, da) / (a + zero), axis=axis)
    after = np.cumprod(a + first, axis=axis) * np.cumsum(first * da, axis=axis)
    return before + after


@rule(np.nancumprod)
def nancumprod(da: Array, a: Array, axis: Any = None, *, out: Array) -> Any:
    absent = np.isnan(a)
    da, a = np.where(absent, 0, da), np.where(absent, 1, a)
    if axis is None:
        return cumprod_dot(np.ravel(da), np.ravel(a), 0, out)
    return cumprod_dot(da, a, axis, out)


@rule("np.logaddexp.reduce")
def logaddexp_reduce(
    da: Array, array: Array, axis: Any = 0, keepdims: bool = False, *, out: Array
) -> Any:
    weight = np.exp(array - keep(out, axis, keepdims))
    return np.sum(da * weight, axis=axis, keepdims=keepdims)
