"""Differences, quadrature, polynomials and convolutions along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, bilinear, linear, rule, static
from sourcead.rules.helpers import conj, slice_along

Array = Any


@linear(np.diff, wrt=("a", "prepend", "append"))
def diff(
    g: Array, a: Array, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None
) -> Any:
    full = diff_back(g, n, axis)
    if prepend is None and append is None:
        return full, 0.0, 0.0
    start = 0 if prepend is None else 1 if np.ndim(prepend) == 0 else np.shape(prepend)[axis]
    stop = start + np.shape(a)[axis]
    before = slice_along(full, axis, 0, start)
    after = slice_along(full, axis, stop, None)
    return slice_along(full, axis, start, stop), before, after


def diff_back(g: Array, n: int, axis: int) -> Array:
    """The transpose of n differences: n differences of the padded cotangent, negated each time."""
    if n == 0:
        return g
    return -np.diff(diff_back(g, n - 1, axis), axis=axis, prepend=0, append=0)


@rule(np.ediff1d, real=False)
def ediff1d(dary: Array, ary: Array) -> Any:
    flat = np.ravel(dary)
    return flat[1:] - flat[:-1]


@rule(np.gradient, real=False)
def gradient(df: Array, f: Array, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    axes = differenced(axis, np.ndim(f))
    found = [
        slopes(df, spacing(varargs, k, len(axes)), axes[k], edge_order) for k in range(len(axes))
    ]
    return found[0] if len(axes) == 1 else tuple(found)


@static
def differenced(axis: Any, rank: int) -> tuple[int, ...]:
    """The axes along which differences are taken."""
    if axis is None:
        return tuple(range(rank))
    return tuple(axis) if isinstance(axis, tuple) else (axis,)


def spacing(given: Any, k: int, n: int) -> Any:
    """The spacing along the k-th of n axes: a number, or the coordinates."""
    if len(given) == 0:
        return 1.0
    if len(given) not in (1, n):
        raise Unsupported("np.gradient with another number of spacings than axes")
    return given[0] if len(given) == 1 else given[k]


def slopes(x: Array, h: Any, axis: int, edge_order: int) -> Array:
    """Central differences inside, one-sided ones at the ends."""
    d = x if axis == 0 else np.moveaxis(x, axis, 0)
    joined = even_slopes(d, h, edge_order) if np.ndim(h) == 0 else uneven_slopes(d, h, edge_order)
    return joined if axis == 0 else np.moveaxis(joined, 0, axis)


def even_slopes(d: Array, h: Any, edge_order: int) -> Array:
    """Slopes along the first axis, whose points have one distance."""
    middle = (d[2:] - d[:-2]) / (2 * h)
    if edge_order == 1:
        first, last = (d[1:2] - d[:1]) / h, (d[-1:] - d[-2:-1]) / h
    else:
        first = (4 * d[1:2] - 3 * d[:1] - d[2:3]) / (2 * h)
        last = (3 * d[-1:] - 4 * d[-2:-1] + d[-3:-2]) / (2 * h)
    return np.concatenate([first, middle, last])


def uneven_slopes(d: Array, places: Array, edge_order: int) -> Array:
    """Slopes along the first axis at given coordinates."""
    h = np.expand_dims(np.diff(places), behind(np.ndim(d)))
    steps = (d[1:] - d[:-1]) / h
    before, after = h[:-1], h[1:]
    middle = (steps[1:] * before + steps[:-1] * after) / (before + after)
    if edge_order == 1:
        return np.concatenate([steps[:1], middle, steps[-1:]])
    # The parabola through the last three points: twice the outer step less the inner slope.
    return np.concatenate([2 * steps[:1] - middle[:1], middle, 2 * steps[-1:] - middle[-1:]])


@static
def behind(rank: int) -> tuple[int, ...]:
    """All axes but the first."""
    return tuple(range(1, rank))


@rule("scipy.integrate.trapezoid", wrt=("y", "x"), real=False)
@rule("np.trapezoid", wrt=("y", "x"), real=False)
def trapezoid(
    dy: Array,
    dx_: Array,
    y: Array,
    x: Any = None,
    dx: Any = 1.0,
    axis: int = -1,
    *,
    active: tuple[bool, ...],
) -> Any:
    if x is None:
        return dx * np.sum(midpoints(dy, axis), axis=-1)
    if np.ndim(x) > 1:
        raise Unsupported("np.trapezoid with coordinates of more than one axis")
    moved: Array = 0.0
    if active[0]:
        moved = np.sum(midpoints(dy, axis) * (x[1:] - x[:-1]), axis=-1)
    if active[1]:
        moved = moved + np.sum(midpoints(y, axis) * (dx_[1:] - dx_[:-1]), axis=-1)
    return moved


def midpoints(y: Array, axis: int) -> Array:
    """The means of neighbours along an axis, which is put last."""
    last = y if axis == -1 or np.ndim(y) == 1 else np.moveaxis(y, axis, -1)
    return 0.5 * (last[..., 1:] + last[..., :-1])


@rule(np.polyval, wrt=("p", "x"), real=False)
def polyval(dp: Array, dx: Array, p: Array, x: Array, *, active: tuple[bool, ...]) -> Any:
    n = np.shape(p)[0]
    moved: Array = 0.0
    if np.ndim(p) > 1:
        return polyval_of_table(dp, dx, p, x, active)
    if active[0]:
        moved = np.sum(dp * np.expand_dims(x, -1) ** np.arange(n - 1, -1, -1), axis=-1)
    if active[1]:
        moved = moved + np.polyval(p[:-1] * np.arange(n - 1, 0, -1), x) * dx
    return moved


def polyval_of_table(dp: Array, dx: Array, p: Array, x: Array, active: tuple[bool, ...]) -> Any:
    """A polynomial for each place of the coefficients' other axes, which broadcast with `x`."""
    n = np.shape(p)[0]
    rank = max(np.ndim(p) - 1, np.ndim(x))
    moved: Array = 0.0
    if active[0]:
        powers = x ** np.expand_dims(np.arange(n - 1, -1, -1), behind(rank + 1))
        moved = np.sum(np.expand_dims(dp, between(np.ndim(p), rank)) * powers, axis=0)
    if active[1]:
        slopes = p[:-1] * np.expand_dims(np.arange(n - 1, 0, -1), behind(np.ndim(p)))
        moved = moved + np.polyval(slopes, x) * dx
    return moved


@static
def between(rank: int, wanted: int) -> tuple[int, ...]:
    """Axes behind the first that give an array as many behind it as wanted."""
    return tuple(range(1, wanted - rank + 2))


@bilinear(np.convolve)
def convolve(g: Array, a: Array, v: Array, mode: str = "full") -> Any:
    if np.ndim(a) == 0 or np.ndim(v) == 0:
        return g * v if np.ndim(a) else np.sum(g * v), g * a if np.ndim(v) else np.sum(g * a)
    full = g if mode == "full" else centred(g, np.shape(a)[0], np.shape(v)[0], mode)
    a_bar = np.correlate(full, np.conj(v), mode="valid")
    return a_bar, np.correlate(full, np.conj(a), mode="valid")


def centred(g: Array, n: Any, m: Any, mode: str) -> Array:
    """The cotangent of a part of a convolution with zeros where the rest of it was left out."""
    short = min(n, m) - 1
    if mode == "valid":
        return np.pad(g, (short, short))
    return np.pad(g, (short // 2, short - short // 2))


@bilinear(np.correlate)
def correlate(g: Array, a: Array, v: Array, mode: str = "valid") -> Any:
    if mode == "full":
        return correlate_back(g, a, v)
    if mode == "valid":
        short = min(np.shape(a)[0], np.shape(v)[0]) - 1
        return correlate_back(np.pad(g, (short, short)), a, v)
    # The longer array counts as the first: of what an even one leaves over, the other side loses.
    n, m = np.shape(a)[0], np.shape(v)[0]
    short = min(n, m) - 1
    low = short // 2 + (short % 2) * (n < m)
    return correlate_back(np.pad(g, (low, short - low)), a, v)


def correlate_back(full: Array, a: Array, v: Array) -> Any:
    """Both cotangents of a full correlation, which is a convolution with the reversed array."""
    a_bar = np.correlate(full, v[::-1], mode="valid")
    return a_bar, np.correlate(conj(full), a, mode="valid")[::-1]


def unwrapped(dp: Array, p: Array, discont: Any = None, axis: int = -1) -> Any:
    return dp


@linear(np.unwrap, jvp=unwrapped)
def unwrap(g: Array, p: Array, discont: Any = None, axis: int = -1) -> Any:
    return g
