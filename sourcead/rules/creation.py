"""Functions that make arrays from numbers, lists and other arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, linear, rule
from sourcead.rules.products import span

Array = Any


def unstack_like(g: Array, like: Any) -> Any:
    """The cotangent of an array handed to the elements of the nested lists it was made of."""
    if isinstance(like, list | tuple):
        return [unstack_like(g[k], like[k]) for k in range(len(like))]
    return g


@linear(np.array)
def array(
    g: Array,
    object: Any,
    dtype: Any = None,
    copy: Any = True,
    order: Any = "K",
    subok: bool = False,
    ndmin: int = 0,
) -> Any:
    if ndmin == 0:
        return unstack_like(g, object)
    return unstack_like(np.reshape(g, np.shape(object)), object)


@linear(np.asarray)
def asarray(g: Array, a: Any, dtype: Any = None, order: Any = None, copy: Any = None) -> Any:
    return unstack_like(g, a)


@linear(np.asanyarray)
def asanyarray(g: Array, a: Any, dtype: Any = None, order: Any = None, copy: Any = None) -> Any:
    return unstack_like(g, a)


@linear(np.ascontiguousarray)
def ascontiguousarray(g: Array, a: Any, dtype: Any = None) -> Any:
    if isinstance(a, list | tuple):
        return unstack_like(g, a)
    return np.reshape(g, np.shape(a))


@linear("tolist")
def tolist(g: Any, a: Array) -> Any:
    return np.array(g)


@linear(np.full, wrt="fill_value")
def full(g: Array, shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    return g  # summed on the edge


@linear(np.full_like, wrt="fill_value", flat="a")
def full_like(g: Array, a: Array, fill_value: Any, dtype: Any = None, shape: Any = None) -> Any:
    return g


@linear(np.linspace, wrt=("start", "stop"))
def linspace(
    g: Array, start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None
) -> Any:
    t = np.linspace(0.0, 1.0, num, endpoint)
    if np.ndim(g) == 1:
        return (1 - t) @ g, t @ g
    return np.tensordot(1 - t, g, 1), np.tensordot(t, g, 1)


@rule(np.logspace, wrt=("start", "stop"), real=False)
def logspace(
    dstart: Any,
    dstop: Any,
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    *,
    out: Array,
) -> Any:
    if np.ndim(base) != 0:
        raise Unsupported("np.logspace with an array of bases")
    t = progress(num, endpoint, np.ndim(out))
    return out * np.log(base) * ((1 - t) * dstart + t * dstop)


@rule(np.geomspace, wrt=("start", "stop"), real=False)
def geomspace(
    dstart: Any,
    dstop: Any,
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    *,
    out: Array,
) -> Any:
    t = progress(num, endpoint, np.ndim(out))
    return out * ((1 - t) * (dstart / start) + t * (dstop / stop))


def progress(num: Any, endpoint: bool, rank: int) -> Any:
    """How far each point lies between the ends, which may be arrays: an axis for each of theirs."""
    t = np.linspace(0.0, 1.0, num, endpoint)
    return t if rank == 1 else np.expand_dims(t, span(1, rank))
