"""What several rules need; inlined into generated code like the rules themselves."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import (
    divisor,
    is_second_order,
    length,
    orders_to_come,
    static,
    surely,
)

Array = Any


def mT(x: Array) -> Array:
    """The transpose of a matrix, or of each matrix of a stack."""
    return x.T if np.ndim(x) == 2 else np.swapaxes(x, -1, -2)


def mH(x: Array) -> Array:
    """The conjugate transpose of a matrix, or of each matrix of a stack."""
    return conj(mT(x))


def conj(x: Array) -> Array:
    """The conjugate; of what is real, nothing is written."""
    return x if surely(not np.iscomplexobj(x)) else np.conj(x)


def real(x: Array) -> Array:
    """The real part; of what is real, nothing is written."""
    return x if surely(not np.iscomplexobj(x)) else np.real(x)


def keep(out: Array, axis: Any, keepdims: bool) -> Array:
    """A reduction's result with the reduced axes put back as length 1."""
    if keepdims or axis is None or np.ndim(out) == 0:
        return out
    return np.expand_dims(out, axis)


def spread(g: Array, x: Array, axis: Any, keepdims: bool) -> Array:
    """A reduction's cotangent repeated along the axes that were reduced."""
    return np.broadcast_to(keep(g, axis, keepdims), np.shape(x))


def count(x: Array, axis: Any) -> Any:
    """How many elements a reduction combines into one."""
    if axis is None:
        return np.size(x)
    if isinstance(axis, tuple):
        if len(axis) == 0:
            return 1
        if len(axis) == 1:
            return np.shape(x)[axis[0]]
        return np.shape(x)[axis[0]] * count(x, axis[1:])
    return np.shape(x)[axis]


def where_kept(g: Array, where: Any) -> Array:
    """A cotangent without the elements that a `where=` left out."""
    return g if where is True else np.where(where, g, 0)


def ties(a: Array, out: Array, axis: Any, keepdims: bool) -> Array:
    """The share of each element in an extremum: equal among ties."""
    hit = a == keep(out, axis, keepdims)
    return hit / np.sum(hit, axis=axis, keepdims=True)


def slice_along(x: Array, axis: int, start: Any, stop: Any) -> Array:
    """`x[..., start:stop, ...]` along one axis."""
    if axis == 0:
        return x[start:stop]
    if axis == 1:
        return x[:, start:stop]
    if axis == -1:
        return x[..., start:stop]
    if axis == -2:
        return x[..., start:stop, :]
    return np.swapaxes(np.swapaxes(x, 0, axis)[start:stop], 0, axis)


def abs_slope(x: Array, size: Array) -> Array:
    """The slope of `abs`, whose result is `size`: 0 at 0, for complex numbers too."""
    if surely(not np.iscomplexobj(x)):
        return np.sign(x)
    return np.conj(x) / length(size)


def slope_of_absolute(x: Array) -> Array:
    """The slope of `abs` of real numbers; that on one side where it is differentiated again.

    Then what is smooth in `abs(x)` is smooth in `x`, and the compiler puts the 0 at 0 back where
    the first derivative itself is asked for (`transforms.lengths.one_sided`).
    """
    return np.copysign(1.0, x) if is_second_order() or orders_to_come() > 0 else np.sign(x)


def not_zero(size: Array) -> Array:
    """A size to divide by, 1 where it is 0: what is divided is 0 there too."""
    return size + (size == 0)


def root_divisor(out: Array, argument: str) -> Array:
    """What the slope of a root divides by: that of a sum of squares is 0 where this is."""
    if argument == "squares":
        return length(out)
    return out if argument == "positive" else divisor(out)


def base_of_slope(x: Array, y: Array, argument: str) -> Array:
    """The base of a power one below `x ** y`, which may be negative where `y` is not."""
    if surely(y >= 1) or surely(y <= 0) or argument == "positive":
        return x
    return length(x) if argument == "squares" else divisor(x)


def log_or_zero(x: Array) -> Array:
    """`log(x)`, and 0 where `x` is 0."""
    return np.log(x + (x == 0))


def added_at(places: Array, values: Array, n: Any) -> Array:
    """`n` numbers: the sums of the values that have one place."""
    if surely(not np.iscomplexobj(values)):
        return np.bincount(places, weights=values, minlength=n)
    sums = np.zeros(n, values.dtype)
    np.add.at(sums, places, values)
    return sums


@static
def inverse_permutation(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The axes that undo a transposition."""
    n = len(axes)
    back = [0] * n
    for k, axis in enumerate(axes):
        back[axis % n] = k
    return tuple(back)
