"""Functions that take numbers apart, and the ones that lead so far along an axis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sourcead.rules.declare import pointwise, rule
from sourcead.rules.helpers import slice_along
from sourcead.rules.statistics import along

Array = Any


@rule("math.modf")
@rule(np.modf)
def modf(dx: Array, x: Array) -> Any:
    return dx, None


@rule("math.frexp")
def frexp_of_number(dx: Any, x: Any, *, out: Any) -> Any:
    return math.ldexp(1.0, -out[1]) * dx, None


@pointwise("math.ldexp", wrt="x")
def ldexp_of_number(x: Any, i: int) -> Any:
    return math.ldexp(1.0, i)


@rule(np.frexp)
def frexp(dx: Array, x: Array, *, out: Array) -> Any:
    return np.ldexp(1.0, -out[1]) * dx, None


@rule("np.maximum.accumulate")
def running_maximum(darray: Array, array: Array, axis: int = 0, *, out: Array) -> Any:
    return np.take_along_axis(darray, leading(array, out, axis), axis)


@rule("np.minimum.accumulate")
def running_minimum(darray: Array, array: Array, axis: int = 0, *, out: Array) -> Any:
    return np.take_along_axis(darray, leading(array, out, axis), axis)


def leading(array: Array, out: Array, axis: int) -> Array:
    """Where the element is that each running extreme is: the first one of equal ones."""
    n = np.shape(array)[axis]
    new = slice_along(out, axis, 1, None) != slice_along(out, axis, 0, -1)
    places = np.reshape(np.arange(1, n), along(axis, np.ndim(array)))
    first = np.zeros_like(slice_along(array, axis, 0, 1), dtype=int)
    rest = np.maximum.accumulate(np.where(new, places, 0), axis=axis)
    return np.concatenate((first, rest), axis=axis)
