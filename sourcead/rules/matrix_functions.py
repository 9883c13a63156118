"""Functions of matrices, and matrices with a structure, of `scipy.linalg`."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from sourcead.rules.declare import Unsupported, linear, rule, surely
from sourcead.rules.helpers import added_at, mT

Array = Any


def beside(a: Array, d: Array) -> Array:
    """[[a, d], [0, a]]: a function of it holds that function's derivative along `d`."""
    top = np.concatenate((a, d), axis=-1)
    bottom = np.concatenate((np.zeros_like(a), a), axis=-1)
    return np.concatenate((top, bottom), axis=-2)


def expm_vjp(g: Array, A: Array) -> Any:
    n = np.shape(A)[-1]
    return scipy.linalg.expm(beside(mT(A), g))[..., :n, n:]


@rule("scipy.linalg.expm", vjp=expm_vjp, real=False)
def expm(dA: Array, A: Array) -> Any:
    n = np.shape(A)[-1]
    return scipy.linalg.expm(beside(A, dA))[..., :n, n:]


def logm_vjp(g: Array, A: Array) -> Any:
    n = np.shape(A)[-1]
    return scipy.linalg.logm(beside(mT(A), g))[..., :n, n:]


@rule("scipy.linalg.logm", vjp=logm_vjp, real=False)
def logm(dA: Array, A: Array) -> Any:
    n = np.shape(A)[-1]
    return scipy.linalg.logm(beside(A, dA))[..., :n, n:]


def sqrtm_vjp(g: Array, A: Array, *, out: Array) -> Any:
    if np.ndim(A) > 2:
        raise Unsupported("scipy.linalg.sqrtm of a stack of matrices")
    return scipy.linalg.solve_sylvester(mT(out), mT(out), g)


@rule("scipy.linalg.sqrtm", vjp=sqrtm_vjp, real=False)
def sqrtm(dA: Array, A: Array, *, out: Array) -> Any:
    return scipy.linalg.solve_sylvester(out, out, dA)


def solve_sylvester_vjp(g: Array, a: Array, b: Array, q: Array, *, out: Array) -> Any:
    q_bar = scipy.linalg.solve_sylvester(mT(a), mT(b), g)
    return -(q_bar @ mT(out)), -(mT(out) @ q_bar), q_bar


@rule("scipy.linalg.solve_sylvester", wrt=("a", "b", "q"), vjp=solve_sylvester_vjp, real=False)
def solve_sylvester(
    da: Array,
    db: Array,
    dq: Array,
    a: Array,
    b: Array,
    q: Array,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    moved = dq
    if active[0]:
        moved = moved - da @ out
    if active[1]:
        moved = moved - out @ db
    return scipy.linalg.solve_sylvester(a, b, moved)


@linear("scipy.linalg.block_diag")
def block_diag(g: Array, *arrs: Array) -> Any:
    parts = []
    row, column = 0, 0
    for a in arrs:
        # A number is a block of one element, a vector one of one row.
        rows, columns = np.shape(a) if np.ndim(a) == 2 else np.shape(np.atleast_2d(a))
        block = g[row : row + rows, column : column + columns]
        parts.append(block if np.ndim(a) == 2 else np.reshape(block, np.shape(a)))
        row, column = row + rows, column + columns
    return parts


def toeplitz_vjp(g: Array, c: Array, r: Any = None) -> Any:
    if np.ndim(c) != 1 or (r is not None and np.ndim(r) != 1):
        raise Unsupported("scipy.linalg.toeplitz of anything but vectors")
    rows, columns = np.shape(g)
    place = np.arange(rows)[:, None] - np.arange(columns)
    if r is None:
        # Above the diagonal stand the conjugates.
        read = g if surely(not np.iscomplexobj(g)) else np.where(place < 0, np.conj(g), g)
        return added_at(np.ravel(np.abs(place)), np.ravel(read), rows), None
    along = added_at(np.ravel(place + columns - 1), np.ravel(g), rows + columns - 1)
    r_bar = along[columns - 1 :: -1]
    r_bar = np.concatenate((np.zeros(1), r_bar[1:]))
    return along[columns - 1 :], r_bar


@rule("scipy.linalg.toeplitz", wrt=("c", "r"), vjp=toeplitz_vjp, real=False)
def toeplitz(dc: Array, dr: Array, c: Array, r: Any = None, *, active: tuple[bool, ...]) -> Any:
    column = dc if active[0] else np.zeros_like(c)
    if r is None:
        return scipy.linalg.toeplitz(column)
    return scipy.linalg.toeplitz(column, dr if active[1] else np.zeros_like(r))


def solve_banded_vjp(
    g: Array, l_and_u: Any, ab: Array, b: Array, *, out: Array, active: tuple[bool, ...]
) -> Any:
    if np.ndim(b) != 1:
        raise Unsupported("scipy.linalg.solve_banded with several right-hand sides")
    low, up = l_and_u[0], l_and_u[1]
    # The bands of the transposed matrix: in the other order, each moved along.
    bands = np.stack([np.roll(ab[low + up - k], low - k) for k in range(low + up + 1)])
    b_bar = scipy.linalg.solve_banded((up, low), bands, g)
    if not active[0]:
        return None, b_bar
    return -np.stack([moved(b_bar, up - k) * out for k in range(low + up + 1)]), b_bar


def moved(x: Array, k: int) -> Array:
    """The vector moved up by k places, with zeros after it."""
    if k == 0:
        return x
    if k > 0:
        return np.concatenate((np.zeros(k), x[:-k]))
    return np.concatenate((x[-k:], np.zeros(-k)))


@rule("scipy.linalg.solve_banded", wrt=("ab", "b"), vjp=solve_banded_vjp, real=False)
def solve_banded(
    dab: Array,
    db: Array,
    l_and_u: Any,
    ab: Array,
    b: Array,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    if np.ndim(b) != 1:
        raise Unsupported("scipy.linalg.solve_banded with several right-hand sides")
    change = db
    if active[0]:
        for k in range(l_and_u[0] + l_and_u[1] + 1):
            change = change - moved(dab[k] * out, k - l_and_u[1])
    return scipy.linalg.solve_banded(l_and_u, ab, change)
