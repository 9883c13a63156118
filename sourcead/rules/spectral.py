"""Functions of a symmetric matrix as they are written with its eigenvectors: `(v * f(w)) @ v.T`.

They do not depend on the choice of the vectors, so that they are smooth where eigenvalues are
equal though the vectors are not. Their tangent in the basis of the vectors is that of the matrix
times the divided differences of `f`, whose limit is the slope of `f`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.factorizations import rounding
from sourcead.rules.helpers import mT

Array = Any


def function_dot(da: Array, w: Array, v: Array, f: Array, slope: Array) -> Array:
    """What the tangent of the symmetric matrix adds off the diagonal, in its vectors' basis."""
    return v @ (mT(v) @ da @ v * divided(w, f, slope)) @ mT(v)


def function_bar(g: Array, w: Array, v: Array, f: Array, slope: Array) -> Array:
    """The transpose of that."""
    return v @ (mT(v) @ (g @ v) * divided(w, f, slope)) @ mT(v)


def values_dot(df: Array, v: Array) -> Array:
    """What the tangents of the function's values add."""
    return (v * df[..., None, :]) @ mT(v)


def values_bar(g: Array, v: Array) -> Array:
    """The cotangents of the function's values."""
    return np.sum(v * (g @ v), axis=-2)


def divided(w: Array, f: Array, slope: Array) -> Array:
    """The divided differences of a function off the diagonal, and 0 on it."""
    row, column = w[..., None, :], w[..., :, None]
    nearly = np.cbrt(np.spacing(np.ones_like(row)))
    bound = nearly * (np.abs(row) + np.abs(column)) + rounding(w)
    near = np.abs(row - column) <= bound
    difference = (f[..., None, :] - f[..., :, None]) / np.where(near, 1, row - column)
    mean = 0.5 * (slope[..., None, :] + slope[..., :, None])
    return np.where(np.eye(np.shape(w)[-1]), 0, np.where(near, mean, difference))


def of_reciprocal(f: Array, slope: Array) -> Any:
    """The values of `1 / f` and its slope."""
    return 1 / f, -slope / (f * f)


def reciprocal_bar(g: Array, f: Array) -> Array:
    """What a change of `1 / f` says of `f`, forwards and backwards."""
    return -g / (f * f)


def of_squares(s: Array, slope: Array) -> Any:
    """The eigenvalues of the matrix times itself, and a slope with respect to them."""
    return s * s, slope / (2 * s)


def outer_product_dot(da: Array, a: Array) -> Array:
    """The tangent of `a @ a.T`."""
    half = da @ mT(a)
    return half + mT(half)


def outer_product_bar(g: Array, a: Array) -> Array:
    return (g + mT(g)) @ a


def inner_product_dot(da: Array, a: Array) -> Array:
    """The tangent of `a.T @ a`."""
    half = mT(a) @ da
    return half + mT(half)


def inner_product_bar(g: Array, a: Array) -> Array:
    return a @ (g + mT(g))
