"""Determinants: polynomials of the elements, whose slopes are cofactors.

Of a regular matrix the cofactors are its determinant times the transposed inverse. Where there is
none, or where that form's own derivative would be the difference of two much larger numbers, they
are had without dividing by a small singular value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import held, orders_to_come, surely
from sourcead.rules.helpers import mT
from sourcead.rules.running_products import TINY

Array = Any

# Digits lost in derivatives of the inverse: the logarithm of the condition number.
WELL_CONDITIONED = 1e5


def det_dot(da: Array, a: Array, det: Array) -> Array:
    """The tangent of a determinant."""
    return np.sum(cofactors(a, det) * da, axis=(-2, -1))


def cofactors(a: Array, det: Array) -> Array:
    """The matrix of cofactors, `det(a)` times the transposed inverse where there is one."""
    if orders_to_come() > 0:
        return smooth_cofactors(a, det)
    if np.all(np.abs(det) > TINY):
        return per_matrix(det) * mT(np.linalg.inv(a))
    return singular_cofactors(a)


def per_matrix(g: Array) -> Array:
    """A number, or one for each matrix of a stack, ready to multiply them."""
    return g if np.ndim(g) == 0 else g[..., None, None]


def singular_cofactors(a: Array) -> Array:
    """Of a matrix of any rank: each singular value is replaced by the product of the others."""
    u, s, vh = np.linalg.svd(a)
    rest = np.prod(np.where(np.eye(np.shape(s)[-1]), 1.0, s[..., None, :]), axis=-1)
    sign = np.linalg.det(u) * np.linalg.det(vh)
    return per_matrix(sign) * ((conj(u) * rest[..., None, :]) @ conj(vh))


def conj(x: Array) -> Array:
    return x if surely(not np.iscomplexobj(x)) else np.conj(x)


def smooth_cofactors(a: Array, det: Array) -> Array:
    """The same in a form whose derivatives are those of the polynomial."""
    if np.shape(a)[-1] == 1:
        return np.ones_like(a)
    if np.all((np.linalg.cond(a, 1) < WELL_CONDITIONED) & (np.abs(det) > TINY)):
        return per_matrix(regular_det(a)) * mT(np.linalg.inv(a))
    return cofactors_by_parts(a)


def regular_det(a: Array) -> Array:
    """The determinant in a form whose derivatives ask for no cofactors."""
    if not surely(not np.iscomplexobj(a)):
        return np.linalg.det(a)
    sign, size = np.linalg.slogdet(a)
    return sign * np.exp(size)


def cofactors_by_parts(a: Array) -> Array:
    """The last two singular values, which may be 0, apart from the others.

    In the basis of its singular vectors at this point the matrix consists of blocks. With `s` what
    is left of the last one when the first is eliminated, the determinant is `det(first) * det(s)`.
    """
    u, values, vh = np.linalg.svd(held(a))
    m = np.shape(values)[-1] - 2
    b = conj(mT(u)) @ a @ conj(mT(vh))
    lost = values[..., :m] <= 1e-15 * values[..., :1]
    b[..., :m, :m] += lost[..., None] * np.eye(m)
    first = b[..., :m, :m]
    inverse = np.linalg.inv(first)
    left, right = b[..., m:, :m] @ inverse, inverse @ b[..., :m, m:]
    s = b[..., m:, m:] - left @ b[..., :m, m:]
    c = s[..., ::-1, ::-1] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    det_s = 0.5 * np.sum(c * s, axis=(-2, -1), keepdims=True)
    found = np.zeros_like(b)
    found[..., m:, m:] = c
    found[..., :m, m:] = -(mT(left) @ c)
    found[..., m:, :m] = -(c @ mT(right))
    found[..., :m, :m] = det_s * mT(inverse) + mT(left) @ c @ mT(right)
    size = np.linalg.det(u) * np.linalg.det(vh) * regular_det(first) * of_lost(lost)
    return per_matrix(size) * (conj(u) @ found @ conj(vh))


def of_lost(lost: Array) -> Array:
    """Where three singular values are 0, so are cofactors and their slopes, but no further ones."""
    return np.where(np.any(lost, axis=-1), np.nan if orders_to_come() > 1 else 0.0, 1.0)
