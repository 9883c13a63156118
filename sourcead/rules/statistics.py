"""Order statistics, weighted means, covariances."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, rule, static, surely
from sourcead.rules.helpers import conj, count, keep, mH, real, ties

Array = Any


def as_one(x: Array, axes: tuple[int, ...], shape: Any) -> Array:
    """Several axes of an array of that shape as one, put last."""
    order = put_last(axes, len(shape))
    kept = [shape[k] for k in order[: len(shape) - len(axes)]]
    return np.reshape(np.transpose(x, order), (*kept, -1))


@static
def put_last(axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """The permutation that puts some axes last."""
    chosen = [axis % rank for axis in axes]
    return tuple([k for k in range(rank) if k not in chosen] + chosen)


@rule(np.median, real=False)
def median(da: Array, a: Array, axis: Any = None, keepdims: Any = False) -> Any:
    if isinstance(axis, tuple):
        moved = median(as_one(da, axis, np.shape(a)), as_one(a, axis, np.shape(a)), -1)
        return np.expand_dims(moved, axis) if keepdims else moved
    n = count(a, axis)
    share = 0.5 * (ranked(a, (n - 1) // 2, axis) + ranked(a, n // 2, axis))
    return np.sum(da * share, axis=axis, keepdims=keepdims)


def ranked(a: Array, k: Any, axis: Any) -> Array:
    """The share of each element in the k-th smallest: equal among ties."""
    if axis is None:
        return ties(a, np.sort(a, axis=None)[k], None, False)
    return ties(a, np.take(np.sort(a, axis=axis), k, axis=axis), axis, False)


@rule(np.nanmedian, real=False)
def nanmedian(da: Array, a: Array, axis: Any = None, keepdims: Any = False) -> Any:
    if isinstance(axis, tuple):
        moved = nanmedian(as_one(da, axis, np.shape(a)), as_one(a, axis, np.shape(a)), -1)
        return np.expand_dims(moved, axis) if keepdims else moved
    n = np.sum(~np.isnan(a), axis=axis, keepdims=True)
    share = 0.5 * (present_ranked(a, (n - 1) // 2, axis) + present_ranked(a, n // 2, axis))
    return np.sum(da * share, axis=axis, keepdims=keepdims)


def present_ranked(a: Array, k: Array, axis: Any) -> Array:
    """As `ranked` for one rank per slice; NaN is sorted last."""
    if axis is None:
        return ties(a, np.sort(a, axis=None)[k], None, True)
    return ties(a, np.take_along_axis(np.sort(a, axis=axis), k, axis), axis, True)


@rule(np.quantile)
def quantile(
    da: Array, a: Array, q: Any, axis: Any = None, method: str = "linear", keepdims: Any = False
) -> Any:
    if isinstance(q, list | tuple):
        return np.stack([quantile(da, a, q[k], axis, method, keepdims) for k in range(len(q))])
    if isinstance(axis, tuple):
        moved = quantile(as_one(da, axis, np.shape(a)), as_one(a, axis, np.shape(a)), q, -1, method)
        return np.expand_dims(moved, axis) if keepdims else moved
    if np.ndim(q) != 0:
        raise Unsupported("an array of quantiles; write them as a list")
    share = quantile_share(a, q, axis, method)
    return np.sum(da * share, axis=axis, keepdims=keepdims)


@rule(np.percentile)
def percentile(
    da: Array, a: Array, q: Any, axis: Any = None, method: str = "linear", keepdims: Any = False
) -> Any:
    if isinstance(q, list | tuple):
        return np.stack([percentile(da, a, q[k], axis, method, keepdims) for k in range(len(q))])
    return quantile(da, a, q / 100, axis, method, keepdims)


# Where a quantile lies among n sorted elements: q (n - 1 + c) + d, counted from 0.
BETWEEN = {
    "linear": (0.0, 0.0),
    "interpolated_inverted_cdf": (1.0, -1.0),
    "hazen": (1.0, -0.5),
    "weibull": (2.0, -1.0),
    "median_unbiased": (4 / 3, -2 / 3),
    "normal_unbiased": (5 / 4, -5 / 8),
}


def quantile_share(a: Array, q: Any, axis: Any, method: str) -> Array:
    """The weight of each element in a quantile."""
    last = count(a, axis) - 1
    if method == "lower":
        return ranked(a, int(np.floor(q * last)), axis)
    if method == "higher":
        return ranked(a, int(np.ceil(q * last)), axis)
    if method == "nearest":
        return ranked(a, int(np.round(q * last)), axis)
    if method == "midpoint":
        below, above = int(np.floor(q * last)), int(np.ceil(q * last))
        return 0.5 * (ranked(a, below, axis) + ranked(a, above, axis))
    place = q * last
    if method != "linear":
        wider, further = offsets(method)
        place = max(min(q * (last + wider) + further, last), 0)
    low, high = int(np.floor(place)), int(np.ceil(place))
    return (1 - place + low) * ranked(a, low, axis) + (place - low) * ranked(a, high, axis)


@static
def offsets(method: str) -> tuple[float, float]:
    if method not in BETWEEN:
        raise Unsupported(f"quantiles by the method {method!r}, which jump")
    return BETWEEN[method]


@rule(np.average, wrt=("a", "weights"), real=False)
def average(
    da: Array,
    dweights: Array,
    a: Array,
    axis: Any = None,
    weights: Any = None,
    keepdims: Any = False,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    if weights is None:
        return np.mean(da, axis=axis, keepdims=keepdims)
    if np.ndim(weights) != np.ndim(a):
        if np.ndim(weights) != 1 or isinstance(axis, tuple):
            raise Unsupported("np.average with weights of another rank; reshape them to broadcast")
        weights = np.reshape(weights, along(axis, np.ndim(a)))
        if active[1]:
            dweights = np.reshape(dweights, along(axis, np.ndim(a)))
    moved = da * weights
    if active[1]:
        moved = moved + (a - keep(out, axis, keepdims)) * dweights
    total = np.sum(weights, axis=axis, keepdims=keepdims)
    return np.sum(moved, axis=axis, keepdims=keepdims) / total


@static
def along(axis: int, rank: int) -> tuple[int, ...]:
    """The shape of a vector that lies along one of several axes."""
    return tuple(-1 if k == axis % rank else 1 for k in range(rank))


@rule(np.cov, wrt=("m", "y"), real=False)
def cov(
    dm: Array,
    dy: Array,
    m: Array,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: Any = None,
    *,
    active: tuple[bool, ...],
) -> Any:
    x, dx = variables(m, y, rowvar), moved_variables(dm, dy, m, y, rowvar, active)
    n = np.shape(x)[-1]
    less = degrees(bias, ddof)
    x = x - np.mean(x, axis=-1, keepdims=True)
    if np.ndim(x) == 1:
        return 2 * np.sum(real(conj(x) * dx)) / (n - less)
    half = dx @ mH(x)
    return (half + mH(half)) / (n - less)


def variables(m: Array, y: Any, rowvar: bool) -> Array:
    """The observed variables as rows."""
    first = m if rowvar or np.ndim(m) == 1 else m.T
    if y is None:
        if surely(np.ndim(first) == 2) and surely(np.shape(first)[0] == 1):
            raise Unsupported("the covariance of a matrix that holds one variable; write np.var")
        return first
    second = y if rowvar or np.ndim(y) == 1 else y.T
    return np.vstack([first, second])


def moved_variables(
    dm: Array, dy: Array, m: Array, y: Any, rowvar: bool, active: tuple[bool, ...]
) -> Array:
    """The tangents of the variables as rows."""
    if y is None:
        return variables(dm, None, rowvar)
    if not active[0]:
        return variables(np.zeros_like(m), dy, rowvar)
    return variables(dm, dy if active[1] else np.zeros_like(y), rowvar)


@static
def degrees(bias: bool, ddof: Any) -> Any:
    """What is taken off the number of observations."""
    return ddof if ddof is not None else 0 if bias else 1


@rule(np.corrcoef, wrt=("x", "y"), real=False)
def corrcoef(
    dx: Array,
    dy: Array,
    x: Array,
    y: Any = None,
    rowvar: bool = True,
    *,
    active: tuple[bool, ...],
) -> Any:
    rows, moved = variables(x, y, rowvar), moved_variables(dx, dy, x, y, rowvar, active)
    if np.ndim(rows) == 1:
        return 0 * np.sum(moved)  # a variable and itself
    rows = rows - np.mean(rows, axis=-1, keepdims=True)
    moved = moved - np.mean(moved, axis=-1, keepdims=True)
    size = np.sqrt(np.sum(real(conj(rows) * rows), axis=-1, keepdims=True))
    unit = rows / size
    along = np.sum(real(conj(unit) * moved), axis=-1, keepdims=True)
    half = ((moved - unit * along) / size) @ mH(unit)
    return half + mH(half)
