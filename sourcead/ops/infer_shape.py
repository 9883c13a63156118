"""Types of functions that rearrange: reshape, transpose, split, pad, ..."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import (
    ANY,
    ONE,
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    ScalarT,
    Type,
    kind_of,
    rank_of,
)
from sourcead.ops.infer_common import (
    Dims,
    array_dims,
    array_or_scalar,
    but_of_numbers,
    dtype_of,
    given_dtype,
    is_known,
    known,
    normal_axes,
    normal_axis,
    promote,
    shape_dims,
    shape_entries,
    static,
    type_of,
)
from sourcead.ops.opdef import Infer


def _subject(op: Op) -> tuple[str | None, Dims | None]:
    t = op.operands[0].type if op.operands else UNKNOWN
    return (dtype_of(t), array_dims(t)) if is_known(t) else (None, None)


def _known_subject(op: Op) -> bool:
    return bool(op.operands) and is_known(op.operands[0].type)


def _unary(rearrange: Any) -> Infer:
    """Inference from a function of the operation and its axes; None: unknown rank."""

    def infer(op: Op) -> Type:
        if not _known_subject(op):
            return UNKNOWN
        dtype, dims = _subject(op)
        return ArrayT(dtype, None if dims is None else rearrange(op, dims))

    return infer


def _flat(op: Op) -> Type:
    """One axis, whatever the number of axes was."""
    found = _unary(ravel)(op)
    return replace(found, dims=(ANY,)) if isinstance(found, ArrayT) and not found.dims else found


def product(dims: Dims) -> Dim:
    """The axis that several axes flatten to."""
    rest = [d for d in dims if not d.one]
    if len(rest) == 1:
        return rest[0]
    if not rest:
        return ONE
    if all(isinstance(d.symbol, int) for d in rest):
        return known(math.prod(d.symbol for d in rest if isinstance(d.symbol, int)))
    if any(d.symbol is None for d in rest):
        return ANY
    symbol = ("product", *(d.symbol for d in rest))
    # Two lengths other than 1 may multiply to 0 but never to 1.
    return Dim(symbol, False if all(d.one is False for d in rest) else None)


def reshape(op: Op) -> Type:
    if not _known_subject(op):
        return UNKNOWN
    dtype, dims = _subject(op)
    wanted = shape_dims(op, "shape")
    shape = shape_entries(op, "shape")
    if wanted is None:
        return ArrayT(dtype, None)
    if shape is not None and shape.count(-1) == 1 and dims is not None:
        wanted = _fill(wanted, shape.index(-1), dims)
    return ArrayT(dtype, wanted)


def _fill(wanted: Dims, at: int, dims: Dims) -> Dims:
    """The axis given as -1: what is left when the other axes are taken out, where that is seen."""
    left = [d for d in dims if not d.one]
    for d in wanted[:at] + wanted[at + 1 :]:
        if d.one:
            continue
        if d not in left or d.symbol is None:
            return _fill_number(wanted, at, dims)
        left.remove(d)
    return (*wanted[:at], product(tuple(left)), *wanted[at + 1 :])


def _fill_number(wanted: Dims, at: int, dims: Dims) -> Dims:
    others = [d.symbol for d in wanted[:at] + wanted[at + 1 :]]
    counted = [s for s in others if isinstance(s, int) and s > 0]
    total = product(dims).symbol if dims else 1
    if isinstance(total, int) and len(counted) == len(others):
        return (*wanted[:at], known(total // math.prod(counted)), *wanted[at + 1 :])
    return wanted


def ravel(op: Op, dims: Dims) -> Dims:
    return (product(dims),)


def transpose(op: Op, dims: Dims) -> Dims | None:
    axes = static(op, "axes", None)
    if axes is None:
        return dims[::-1]
    order = normal_axes(axes, len(dims)) if axes is not MISSING else None
    return None if order is None or len(order) != len(dims) else tuple(dims[k] for k in order)


def swap_last(op: Op, dims: Dims) -> Dims | None:
    return None if len(dims) < 2 else (*dims[:-2], dims[-1], dims[-2])


def swapaxes(op: Op, dims: Dims) -> Dims | None:
    i = normal_axis(static(op, "axis1"), len(dims))
    j = normal_axis(static(op, "axis2"), len(dims))
    if i is None or j is None:
        return (ANY,) * len(dims)
    order = list(dims)
    order[i], order[j] = order[j], order[i]
    return tuple(order)


def moveaxis(op: Op, dims: Dims) -> Dims | None:
    source = normal_axes(static(op, "source", MISSING), len(dims))
    target = normal_axes(static(op, "destination", MISSING), len(dims))
    if source is None or target is None or len(source) != len(target):
        return (ANY,) * len(dims)
    order = [k for k in range(len(dims)) if k not in source]
    for to, at in sorted(zip(target, source, strict=True)):
        order.insert(to, at)
    return tuple(dims[k] for k in order)


def rollaxis(op: Op, dims: Dims) -> Dims | None:
    axis, start = static(op, "axis", MISSING), static(op, "start", 0)
    if not isinstance(axis, int) or not isinstance(start, int):
        return (ANY,) * len(dims)
    axis, start = axis % len(dims), start + len(dims) if start < 0 else start
    order = [k for k in range(len(dims)) if k != axis]
    order.insert(start - (axis < start), axis)
    return tuple(dims[k] for k in order)


def squeeze(op: Op) -> Type:
    if not _known_subject(op):
        return UNKNOWN
    dtype, dims = _subject(op)
    axis = static(op, "axis", None)
    if dims is None or axis is MISSING:
        return ArrayT(dtype, None)
    if axis is None:
        if any(d.one is None for d in dims):
            return ArrayT(dtype, None)
        return ArrayT(dtype, tuple(d for d in dims if not d.one))
    gone = normal_axes(axis, len(dims))
    kept = None if gone is None else tuple(d for k, d in enumerate(dims) if k not in gone)
    return ArrayT(dtype, kept)


def expand_dims(op: Op, dims: Dims) -> Dims | None:
    axis = static(op, "axis", MISSING)
    entries = axis if isinstance(axis, tuple) else (axis,)
    rank = len(dims) + len(entries)
    added = None if axis is MISSING else normal_axes(entries, rank)
    if added is None:
        return None if axis is MISSING else (ANY,) * rank
    rest = iter(dims)
    return tuple(ONE if k in added else next(rest) for k in range(rank))


def broadcast_to(op: Op) -> Type:
    if not _known_subject(op):
        return UNKNOWN
    return ArrayT(_subject(op)[0], shape_dims(op, "shape"))


def at_least(rank: int) -> Infer:
    def rearrange(op: Op, dims: Dims) -> Dims:
        missing = max(rank - len(dims), 0)
        if rank == 3 and len(dims) in (1, 2):
            return (ONE, *dims, ONE) if len(dims) == 1 else (*dims, ONE)
        return (ONE,) * missing + dims

    return _unary(rearrange)


def same_shape(op: Op, dims: Dims) -> Dims:
    return dims


def roll_or_flip(op: Op) -> Type:
    return op.operands[0].type if _known_subject(op) else UNKNOWN


def repeat(op: Op, dims: Dims) -> Dims | None:
    axis = static(op, "axis", None)
    if axis is None:
        return (ANY,)
    at = normal_axis(axis, len(dims))
    if at is None:
        return (ANY,) * len(dims)
    n, length = static(op, "repeats", MISSING), dims[at]
    new = known(length.symbol * n) if isinstance(n, int) and isinstance(length.symbol, int) else ANY
    return (*dims[:at], dims[at] if n == 1 else new, *dims[at + 1 :])


def tile(op: Op, dims: Dims) -> Dims | None:
    entries = shape_entries(op, "reps")
    if entries is None:
        return None
    rank = max(len(entries), len(dims))
    full = (1,) * (rank - len(entries)) + entries
    axes = (ONE,) * (rank - len(dims)) + dims
    return tuple(_times(d, n) for d, n in zip(axes, full, strict=True))


def _times(d: Dim, n: Any) -> Dim:
    if n == 1:
        return d
    if isinstance(n, int) and isinstance(d.symbol, int):
        return known(d.symbol * n)
    return Dim(None, False) if isinstance(n, int) and d.one is False else ANY


def triangle(op: Op, dims: Dims) -> Dims:
    """A vector is repeated as the rows of a matrix."""
    return (dims[0], dims[0]) if len(dims) == 1 else dims


def pad(op: Op, dims: Dims) -> Dims:
    return (ANY,) * len(dims)


def diag(op: Op, dims: Dims) -> Dims | None:
    k = static(op, "k", 0)
    if len(dims) == 1:
        return (dims[0], dims[0]) if k == 0 else (ANY, ANY)
    if len(dims) != 2:
        return None
    return (dims[0],) if k == 0 and dims[0].same_length(dims[1]) else (ANY,)


def vander(op: Op) -> Type:
    """A row of powers for each number of a vector."""
    if not _known_subject(op):
        return UNKNOWN
    dtype, dims = _subject(op)
    if dims is None or len(dims) != 1:
        return UNKNOWN
    columns = static(op, "N", None)
    width = dims[0] if columns is None else ONE if columns == 1 else ANY
    return ArrayT(promote([dtype, "int64"]), (dims[0], width))


def diagflat(op: Op, dims: Dims) -> Dims:
    length = product(dims) if static(op, "k", 0) == 0 else ANY
    return (length, length)


def diagonal(op: Op, dims: Dims) -> Dims | None:
    i = normal_axis(static(op, "axis1", 0), len(dims))
    j = normal_axis(static(op, "axis2", 1), len(dims))
    if i is None or j is None or len(dims) < 2:
        return None
    rest = tuple(d for k, d in enumerate(dims) if k not in (i, j))
    square = static(op, "offset", 0) == 0 and dims[i].same_length(dims[j])
    return (*rest, dims[i] if square else ANY)


def trace(op: Op) -> Type:
    if not _known_subject(op):
        return UNKNOWN
    dtype, dims = _subject(op)
    kept = None if dims is None else diagonal(op, dims)
    return array_or_scalar(given_dtype(op, dtype), None if kept is None else kept[:-1])


def take_along(op: Op) -> Type:
    t, i = op.operands[0].type, type_of(op, "indices")
    if not (is_known(t) and is_known(i)):
        return UNKNOWN
    return ArrayT(dtype_of(t), array_dims(i) if static(op, "axis", -1) is not None else (ANY,))


def take(op: Op) -> Type:
    t, i = type_of(op, "a"), type_of(op, "indices")
    if not (is_known(t) and is_known(i)):
        return UNKNOWN
    dims, picked, axis = array_dims(t), array_dims(i), static(op, "axis", None)
    if dims is None or picked is None:
        return ArrayT(dtype_of(t), None)
    if axis is None:
        return array_or_scalar(dtype_of(t), picked)
    at = normal_axis(axis, len(dims))
    if at is None:
        return ArrayT(dtype_of(t), None)
    return array_or_scalar(dtype_of(t), dims[:at] + picked + dims[at + 1 :])


def tolist(op: Op) -> Type:
    """Lists in lists, one level for each axis, of Python's own numbers."""
    t = op.operands[0].type
    kind, rank = kind_of(t), rank_of(t)
    if rank is None:
        return UNKNOWN
    nested: Type = UNKNOWN if kind is None else ScalarT(kind)
    for _ in range(rank):
        nested = ListT(nested)
    return nested


TABLE: dict[str, Infer] = {
    "np.reshape": reshape,
    "np.ravel": _flat,
    "flatten": _flat,
    "np.transpose": but_of_numbers(_unary(transpose)),
    "np.matrix_transpose": _unary(swap_last),
    "np.swapaxes": _unary(swapaxes),
    "np.moveaxis": _unary(moveaxis),
    "np.rollaxis": _unary(rollaxis),
    "np.squeeze": but_of_numbers(squeeze),
    "np.expand_dims": _unary(expand_dims),
    "np.broadcast_to": broadcast_to,
    "np.atleast_1d": at_least(1),
    "np.atleast_2d": at_least(2),
    "np.atleast_3d": at_least(3),
    "np.repeat": _unary(repeat),
    "np.tile": _unary(tile),
    "np.flip": roll_or_flip,
    "np.fliplr": roll_or_flip,
    "np.flipud": roll_or_flip,
    "np.roll": roll_or_flip,
    "np.triu": _unary(triangle),
    "np.tril": _unary(triangle),
    "np.pad": _unary(pad),
    "np.diag": _unary(diag),
    "np.vander": vander,
    "np.diagflat": _unary(diagflat),
    "np.diagonal": _unary(diagonal),
    "np.trace": trace,
    "np.take": take,
    "np.take_along_axis": take_along,
    "tolist": tolist,
}
