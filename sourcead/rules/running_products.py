"""Products of all elements and running products: polynomials, at zeros too.

A running product's tangent is quickest with a division by each factor. Where a product is 0, or so
small that it is not precise, it is the recurrence that the product is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import rule, static, surely

Array = Any

# Products below this are not precise; their derivatives may well be.
TINY = 1e-290


def others(a: Array, axis: Any) -> Array:
    """For each element the product of the others: of those before it and those after it."""
    if axis is None and surely(np.ndim(a) == 1):
        return others(a, 0)
    if axis is None:
        return np.reshape(others(np.ravel(a), 0), np.shape(a))
    if isinstance(axis, tuple):
        return others_of_several(a, axis)
    return before(a, axis) * after(a, axis)


def before(a: Array, axis: int) -> Array:
    """The product of the elements before each along an axis."""
    return np.cumprod(moved_on(a, axis), axis=axis)


def after(a: Array, axis: int) -> Array:
    """The product of the elements after each along an axis."""
    return reversed_along(before(reversed_along(a, axis), axis), axis)


def moved_on(x: Array, axis: int) -> Array:
    """The elements each one place further along an axis, after a first one that is 1."""
    found = np.ones_like(x)
    if axis == 0:
        found[1:] = x[:-1]
    elif axis == 1:
        found[:, 1:] = x[:, :-1]
    elif axis == -1:
        found[..., 1:] = x[..., :-1]
    else:
        return np.moveaxis(moved_on(np.moveaxis(x, axis, 0), 0), 0, axis)
    return found


def reversed_along(x: Array, axis: int) -> Array:
    return x[::-1] if axis == 0 else np.flip(x, axis)


def others_of_several(a: Array, axes: tuple[int, ...]) -> Array:
    """The same over several axes, which are taken for one."""
    if len(axes) == 0:
        return np.ones_like(a)
    together = np.moveaxis(a, axes, leading(len(axes)))
    flat = np.reshape(together, (-1, *np.shape(together)[len(axes) :]))
    back = np.reshape(others(flat, 0), np.shape(together))
    return np.moveaxis(back, leading(len(axes)), axes)


@static
def leading(count: int) -> tuple[int, ...]:
    return tuple(range(count))


def cumprod_vjp(g: Array, a: Array, axis: Any = None, *, out: Array) -> Any:
    if axis is None:
        return np.reshape(cumprod_bar(g, np.ravel(a), 0, out), np.shape(a))
    return cumprod_bar(g, a, axis, out)


@rule(np.cumprod, vjp=cumprod_vjp, real=False)
def cumprod(da: Array, a: Array, axis: Any = None, *, out: Array) -> Any:
    if axis is None:
        return cumprod_dot(np.ravel(da), np.ravel(a), 0, out)
    return cumprod_dot(da, a, axis, out)


def nancumprod_vjp(g: Array, a: Array, axis: Any = None, *, out: Array) -> Any:
    absent = np.isnan(a)
    return np.where(absent, 0, cumprod_vjp(g, np.where(absent, 1, a), axis, out=out))


@rule(np.nancumprod, vjp=nancumprod_vjp, real=False)
def nancumprod(da: Array, a: Array, axis: Any = None, *, out: Array) -> Any:
    absent = np.isnan(a)
    return cumprod(np.where(absent, 0, da), np.where(absent, 1, a), axis, out=out)


def cumprod_dot(da: Array, a: Array, axis: int, out: Array) -> Array:
    """The tangent of a running product along one axis."""
    if np.all(np.abs(out) > TINY):
        return out * np.cumsum(da / a, axis=axis)
    return recurrence(a, da * moved_on(out, axis), axis)


def cumprod_bar(g: Array, a: Array, axis: int, out: Array) -> Array:
    """Its transpose: what follows a factor depends on it."""
    if np.all(np.abs(out) > TINY):
        return reversed_along(np.cumsum(reversed_along(g * out, axis), axis=axis), axis) / a
    factors = moved_on(reversed_along(a, axis), axis)
    following = recurrence(factors, reversed_along(g, axis), axis)
    return reversed_along(following, axis) * moved_on(out, axis)


def recurrence(factors: Array, terms: Array, axis: int) -> Array:
    """Along one axis `y[k] = y[k - 1] * factors[k] + terms[k]`."""
    if axis != 0:
        along = recurrence(np.moveaxis(factors, axis, 0), np.moveaxis(terms, axis, 0), 0)
        return np.moveaxis(along, 0, axis)
    found = np.copy(terms)
    for k in range(1, np.shape(terms)[0]):
        found[k] += found[k - 1] * factors[k]
    return found
