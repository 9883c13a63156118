"""Functions that rearrange one array: all linear, most of them undone by another of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, linear, rule, static, surely
from sourcead.rules.helpers import added_at, inverse_permutation, mT

Array = Any


@linear(np.reshape)
def reshape(g: Array, a: Array, shape: Any, order: Any = "C") -> Any:
    if order == "C":
        return np.reshape(g, np.shape(a))
    if order == "A":
        raise Unsupported("order='A', which depends on how the array lies in memory")
    return np.reshape(g, np.shape(a), order=order)


@linear(np.ravel)
def ravel(g: Array, a: Array, order: Any = "C") -> Any:
    if order == "C":
        return np.reshape(g, np.shape(a))
    if order != "F":
        raise Unsupported("an order that depends on how the array lies in memory")
    return np.reshape(g, np.shape(a), order=order)


@linear("flatten")
def flatten(g: Array, a: Array, order: str = "C") -> Any:
    return ravel(g, a, order)


@linear(np.transpose)
def transpose(g: Array, a: Array, axes: Any = None) -> Any:
    if axes is None:
        return np.transpose(g)
    return np.transpose(g, inverse_permutation(axes))


@linear("np.matrix_transpose")
def matrix_transpose(g: Array, x: Array) -> Any:
    return mT(g)


@linear(np.swapaxes)
def swapaxes(g: Array, a: Array, axis1: int, axis2: int) -> Any:
    return np.swapaxes(g, axis1, axis2)


@linear(np.moveaxis)
def moveaxis(g: Array, a: Array, source: Any, destination: Any) -> Any:
    return np.moveaxis(g, destination, source)


@linear(np.rollaxis)
def rollaxis(g: Array, a: Array, axis: int, start: int = 0) -> Any:
    return np.moveaxis(g, rolled_to(axis, start, np.ndim(a)), axis)


@static
def rolled_to(axis: int, start: int, rank: int) -> int:
    """Where `np.rollaxis` moves an axis."""
    axis, start = axis % rank, start + rank if start < 0 else start
    return start - 1 if axis < start else start


@linear(np.squeeze)
def squeeze(g: Array, a: Array, axis: Any = None) -> Any:
    return np.reshape(g, np.shape(a))


@linear(np.expand_dims)
def expand_dims(g: Array, a: Array, axis: Any) -> Any:
    return np.reshape(g, np.shape(a))


@linear(np.atleast_1d)
def atleast_1d(g: Array, x: Array) -> Any:
    return np.reshape(g, np.shape(x))


@linear(np.atleast_2d)
def atleast_2d(g: Array, x: Array) -> Any:
    return np.reshape(g, np.shape(x))


@linear(np.atleast_3d)
def atleast_3d(g: Array, x: Array) -> Any:
    return np.reshape(g, np.shape(x))


@linear(np.broadcast_to)
def broadcast_to(g: Array, array: Array, shape: Any) -> Any:
    return g  # what was broadcast is summed on the edge


@linear(np.flip)
def flip(g: Array, m: Array, axis: Any = None) -> Any:
    return np.flip(g, axis)


@linear(np.fliplr)
def fliplr(g: Array, m: Array) -> Any:
    return np.fliplr(g)


@linear(np.flipud)
def flipud(g: Array, m: Array) -> Any:
    return np.flipud(g)


@linear(np.rot90)
def rot90(g: Array, m: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    return np.rot90(g, -k, axes)


@linear(np.roll)
def roll(g: Array, a: Array, shift: Any, axis: Any = None) -> Any:
    if isinstance(shift, tuple):
        return np.roll(g, negated(shift), axis)
    return np.roll(g, -shift, axis)


@static
def negated(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-n for n in numbers)


@linear(np.fft.fftshift)
def fftshift(g: Array, x: Array, axes: Any = None) -> Any:
    return np.fft.ifftshift(g, axes)


@linear(np.fft.ifftshift)
def ifftshift(g: Array, x: Array, axes: Any = None) -> Any:
    return np.fft.fftshift(g, axes)


@linear(np.triu)
def triu(g: Array, m: Array, k: int = 0) -> Any:
    return np.triu(g, k)  # of a vector, which is repeated as rows, the edge takes the sum


@linear(np.tril)
def tril(g: Array, m: Array, k: int = 0) -> Any:
    return np.tril(g, k)


@linear(np.diag)
def diag(g: Array, v: Array, k: int = 0) -> Any:
    if np.ndim(v) == 1:
        return np.diag(g, k)
    if k == 0 and surely(np.shape(v)[0] == np.shape(v)[1]):
        return np.diag(g)
    return on_band(g, np.shape(v), k)


def on_band(g: Array, shape: Any, k: int) -> Array:
    """A matrix of zeros with `g` on its k-th diagonal."""
    place = np.arange(np.shape(g)[0])
    matrix = np.zeros(shape, g.dtype)
    if k < 0:
        matrix[place - k, place] = g
    else:
        matrix[place, place + k] = g
    return matrix


@linear(np.diagflat)
def diagflat(g: Array, v: Array, k: int = 0) -> Any:
    return np.reshape(np.diag(g, k), np.shape(v))


@rule(np.diagonal, real=False)
def diagonal(da: Array, a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return stacked_band(da, offset, axis1, axis2)


def stacked_band(x: Array, k: int, axis1: int, axis2: int) -> Array:
    """The k-th diagonal over two axes, put last."""
    last = np.moveaxis(x, (axis1, axis2), (-2, -1))
    if k < 0:
        n = min(np.shape(last)[-2] + k, np.shape(last)[-1])
        return last[..., np.arange(n) - k, np.arange(n)]
    n = min(np.shape(last)[-2], np.shape(last)[-1] - k)
    return last[..., np.arange(n), np.arange(n) + k]


@linear(np.trace)
def trace(g: Array, a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    unit = np.eye(np.shape(a)[axis1], np.shape(a)[axis2], offset)
    if np.ndim(a) == 2:
        return g * unit if axis1 % 2 == 0 else g * unit.T
    return np.moveaxis(g[..., None, None] * unit, (-2, -1), (axis1, axis2))


def padded_tangent(
    darray: Array,
    dconstant_values: Any,
    array: Array,
    pad_width: Any,
    mode: Any = "constant",
    constant_values: Any = 0,
    *,
    active: tuple[bool, ...],
) -> Any:
    if mode in ("maximum", "median", "minimum"):
        raise Unsupported("np.pad with an extremum or a median")
    if active[1]:
        return np.pad(darray, pad_width, mode, constant_values=dconstant_values)
    return np.pad(darray, pad_width) if mode == "constant" else np.pad(darray, pad_width, mode)


@linear(np.pad, wrt=("array", "constant_values"), jvp=padded_tangent)
def pad(
    g: Array,
    array: Array,
    pad_width: Any,
    mode: Any = "constant",
    constant_values: Any = 0,
    *,
    active: tuple[bool, ...],
) -> Any:
    if mode == "constant":
        inner = g[inside(pad_width, np.ndim(array))]
        if active[1] and np.ndim(constant_values) != 0:
            raise Unsupported("np.pad with several differentiated constants")
        return inner, np.sum(g) - np.sum(inner)
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise Unsupported("np.pad in another mode than constant, edge, reflect, symmetric or wrap")
    # Each padded element is a copy of one of the array's: the reverse adds it up there.
    n = np.size(array)
    source = np.pad(np.reshape(np.arange(n), np.shape(array)), pad_width, mode=mode)
    back = added_at(np.ravel(source), np.ravel(g), n)
    return np.reshape(back, np.shape(array)), 0.0


@static
def inside(pad_width: Any, rank: int) -> tuple[slice, ...]:
    """The subscript that reads the unpadded middle."""
    widths = np.broadcast_to(np.asarray(pad_width), (rank, 2)).tolist()
    return tuple(slice(low or None, -high or None) for low, high in widths)


@linear(np.tile)
def tile(g: Array, A: Array, reps: Any) -> Any:
    if isinstance(reps, tuple):
        return untile(g, A, (1,) * (np.ndim(A) - len(reps)) + reps)
    return untile(g, A, (1,) * (np.ndim(A) - 1) + (reps,))


def untile(g: Array, A: Array, reps: tuple[Any, ...]) -> Array:
    """The copies added up: each axis is split into (copy, place)."""
    lead = len(reps) - np.ndim(A)
    split = np.reshape(g, reps[:lead] + split_shape(reps[lead:], np.shape(A)))
    return np.sum(split, axis=copies(lead, np.ndim(A)))


def split_shape(reps: Any, shape: Any) -> Any:
    """(r0, n0, r1, n1, ...)."""
    if len(reps) == 0:
        return ()
    return (reps[0], shape[0], *split_shape(reps[1:], shape[1:]))


@static
def copies(lead: int, rank: int) -> tuple[int, ...]:
    """The axes that count copies after `split_shape`."""
    return tuple(range(lead)) + tuple(range(lead, lead + 2 * rank, 2))


def added_up(g: Array, repeats: Array, n: Any) -> Array:
    """The rows of `g` that are copies of one row each added up: `n` rows."""
    rows = np.zeros((n, *np.shape(g)[1:]), g.dtype)
    np.add.at(rows, np.repeat(np.arange(n), repeats), g)
    return rows


@linear(np.repeat)
def repeat(g: Array, a: Array, repeats: Any, axis: Any = None) -> Any:
    if np.ndim(repeats) != 0:
        if axis is not None and np.ndim(a) != 1:
            rows = added_up(np.moveaxis(g, axis, 0), repeats, np.shape(a)[axis])
            return np.moveaxis(rows, 0, axis)
        n = np.size(a)
        owner = np.repeat(np.arange(n), repeats)
        return np.reshape(added_at(owner, g, n), np.shape(a))
    if axis is None:
        return np.reshape(np.sum(np.reshape(g, (np.size(a), repeats)), axis=1), np.shape(a))
    k = axis % np.ndim(a)
    shape = np.shape(a)
    return np.sum(np.reshape(g, (*shape[: k + 1], repeats, *shape[k + 1 :])), axis=k + 1)
