"""Operations along axes, and of shapes, with an axis of directions in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sourcead.errors import NoAxis
from sourcead.ir.core import Op, Value
from sourcead.ir.index import FULL, NewAxis
from sourcead.ir.types import ArrayT, ListT, ScalarT, StructT, may_be_real_number, rank_of
from sourcead.ops.catalog import definition
from sourcead.rules.declare import POINTWISE
from sourcead.rules.table import rule_for
from sourcead.transforms.batched_rules import (
    RULES,
    Rule,
    again,
    again_known,
    batched,
    elementwise,
    known,
    known_rank,
    only_first,
)

if TYPE_CHECKING:
    from sourcead.transforms.batched import Batch


def rule_of(name: str) -> Rule | None:
    """The rule of an operation, None where it does not take the axis.

    `math` and the builtins take numbers only.
    """
    if name in RULES:
        return RULES[name]
    rule = None if name.startswith("math.") or name in ("abs", "max", "min") else rule_for(name)
    return elementwise if rule is not None and rule.kind == POINTWISE else None


# --- along axes -----------------------------------------------------------------------------------


def _moved(axis: Any) -> Any:
    """An axis, counted with the one in front."""
    if isinstance(axis, tuple):
        return tuple(map(_moved, axis))
    if type(axis) is not int:
        raise NoAxis
    return axis + 1 if axis >= 0 else axis


@batched("np.sum", "np.mean", "np.max", "np.min", "np.prod", "np.nansum", "np.all", "np.any")
def _reduction(batch: Batch, op: Op) -> Value:
    axis, rank = known(op, "axis"), known_rank(op.operands[0])
    if {*op.attrs, *op.args} - {"a", "axis", "keepdims", "dtype", "initial", "where"}:
        raise NoAxis
    if op.attrs.get("dtype", "float64") != "float64":
        raise NoAxis
    moved = tuple(range(1, rank + 1)) if axis is None else _moved(axis)
    if isinstance(moved, tuple) and len(moved) == 1:
        (moved,) = moved
    return again_known(batch, op, batch.of(op.operands[0]), axis=moved)


ENDS = ("prepend", "append")


def _along_axis(*params: str, default: Any = None) -> Rule:
    """Of an operation that works along the axes that some parameters name.

    Args:
        params: the parameters.
        default: what one that is not given means; None where the array is made flat.
    """

    def rule(batch: Batch, op: Op) -> Value:
        rank = known_rank(op.operands[0])
        if any(rank_of(op.operands[op.args.index(end)].type) for end in ENDS if end in op.args):
            raise NoAxis  # they are joined to the array, and have no axis of directions
        axes = {}
        for param, absent in zip(params, _each(default, len(params)), strict=True):
            axis = known(op, param, absent)
            if axis is None and rank == 1:
                axis = 0
            axes[param] = _moved(axis)
        return again_known(batch, op, only_first(batch, op), **axes)

    return rule


def _each(default: Any, count: int) -> tuple[Any, ...]:
    return default if isinstance(default, tuple) else (default,) * count


batched("np.cumsum", "np.cumprod", "np.roll", "np.repeat", "np.take", "np.flip")(
    _along_axis("axis")
)
batched("np.split", "np.array_split")(_along_axis("axis", default=0))
batched("np.diff", "np.trapezoid", "np.sort")(_along_axis("axis", default=-1))
batched("np.expand_dims", "np.squeeze")(_along_axis("axis"))
batched("np.swapaxes")(_along_axis("axis1", "axis2"))
batched("np.moveaxis")(_along_axis("source", "destination"))
batched("np.trace", "np.diagonal")(_along_axis("axis1", "axis2", default=(0, 1)))
_FFT = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
batched(*(f"{m}.{f}" for m in ("np.fft", "scipy.fft") for f in _FFT))(
    _along_axis("axis", default=-1)
)
batched("scipy.fft.dct", "scipy.fft.idct")(_along_axis("axis", default=-1))
batched(*(f"np.fft.{f}" for f in ("fft2", "ifft2", "rfft2", "irfft2")))(
    lambda batch, op: again(batch, op, [batch.of(op.operands[0])], axes=_last_two(op))
)


def _last_two(op: Op) -> Any:
    return _moved(known(op, "axes", (-2, -1)))


@batched("np.transpose", "np.matrix_transpose")
def _transpose(batch: Batch, op: Op) -> Value:
    x = op.operands[0]
    rank, axes = known_rank(x), known(op, "axes")
    if axes is None:
        axes = (*range(rank - 2), rank - 1, rank - 2)[:rank] if op.name != "np.transpose" else None
    axes = tuple(range(rank))[::-1] if axes is None else axes
    moved = (0, *(a % rank + 1 for a in axes))
    return batch.b.op("np.transpose", [batch.of(x)], ("a",), {"axes": moved})


@batched("np.tril", "np.triu")
def _triangle(batch: Batch, op: Op) -> Value:
    if known_rank(op.operands[0]) < 2:
        raise NoAxis
    return again(batch, op, [only_first(batch, op), *map(batch.plain, op.operands[1:])])


@batched("np.diag")
def _diag(batch: Batch, op: Op) -> Value:
    x = op.operands[0]
    b, made, k = batch.b, batch.of(x), known(op, "k", 0)
    if known_rank(x) == 2:
        return b.op("np.diagonal", [made], ("a",), {"offset": k, "axis1": 1, "axis2": 2})
    if k != 0:
        raise NoAxis
    rows = b.op("getitem", [made], ("x",), {"index": (FULL, FULL, NewAxis())})
    return b.op("mul", [rows, b.op("np.eye", [b.op("dim", [made], attrs={"axis": 1})], ("N",))])


@batched("np.take_along_axis")
def _take_along_axis(batch: Batch, op: Op) -> Value:
    indices = batch.plain(op.operands[1])
    index = {"index": (NewAxis(), *[FULL] * known_rank(op.operands[1]))}
    shared = batch.b.op("getitem", [indices], ("x",), index)
    axis = _moved(known(op, "axis", -1))
    return again(batch, op, [batch.of(op.operands[0]), shared], axis=axis)


# --- shapes ---------------------------------------------------------------------------------------


@batched("np.reshape")
def _reshape(batch: Batch, op: Op) -> Value:
    if op.attrs.get("order", "C") != "C":
        raise NoAxis
    return _shaped(batch, "np.reshape", batch.of(op.operands[0]), op)


@batched("np.ravel", "flatten")
def _ravel(batch: Batch, op: Op) -> Value:
    """The length is computed, since NumPy cannot tell it where there are no directions."""
    (x,) = op.operands
    b, made, rank = batch.b, batch.of(x), known_rank(x)
    if op.attrs.get("order", "C") != "C":
        raise NoAxis
    if rank == 1:
        return made if op.name == "np.ravel" else b.op("copy", [made])
    length = b.const(1)
    for axis in range(rank):
        length = b.op("mul", [length, b.op("dim", [made], attrs={"axis": axis + 1})])
    return b.op("np.reshape", [made, batch.tuple_of([batch.count, length])])


@batched("np.broadcast_to")
def _broadcast_to(batch: Batch, op: Op) -> Value:
    made = batch.padded(op.operands[0], known_rank(op.result))
    return _shaped(batch, "np.broadcast_to", made, op)


def _shaped(batch: Batch, name: str, made: Value, op: Op) -> Value:
    b = batch.b
    args = definition(name).arg_names(2)
    if "shape" in op.attrs:
        shape = op.attrs["shape"]
        lengths = [b.const(n) for n in (shape if isinstance(shape, tuple) else (shape,))]
    else:
        given = op.operands[1]
        plain = batch.plain(given)
        if isinstance(given.type, StructT):
            lengths = [
                b.op("field", [plain], attrs={"key": key})
                for key, u in zip(given.type.keys, given.type.types, strict=True)
            ]
        elif isinstance(given.type, ScalarT):
            lengths = [plain]
        else:
            raise NoAxis
    return b.op(name, [made, batch.tuple_of([batch.count, *lengths])], args)


@batched("np.pad")
def _pad(batch: Batch, op: Op) -> Value:
    rank, width = known_rank(op.operands[0]), known(op, "pad_width")
    if type(width) is int:
        width = ((width, width),) * rank
    elif isinstance(width, tuple) and all(type(w) is int for w in width):
        width = ((width * 2)[:2],) * rank
    elif isinstance(width, tuple) and len(width) == 1:
        width = width * rank
    if not isinstance(width, tuple):
        raise NoAxis
    if isinstance(op.attrs.get("constant_values", 0), tuple):
        raise NoAxis
    return again_known(batch, op, only_first(batch, op), pad_width=((0, 0), *width))


@batched("np.tile")
def _tile(batch: Batch, op: Op) -> Value:
    rank, reps = known_rank(op.operands[0]), known(op, "reps")
    reps = reps if isinstance(reps, tuple) else (reps,)
    if len(reps) > rank:
        raise NoAxis
    return again_known(batch, op, only_first(batch, op), reps=(1,) * (rank - len(reps) + 1) + reps)


@batched("np.concatenate", "np.stack")
def _join(batch: Batch, op: Op) -> Value:
    if len(op.operands) != 1 or set(op.attrs) - {"axis"}:
        raise NoAxis
    return again(batch, op, [_parts(batch, op)], axis=_moved(known(op, "axis", 0)))


def _parts(batch: Batch, op: Op) -> Value:
    """The arrays that are joined; integers among them get the axis, too."""
    (given,) = op.operands
    made, t = batch.of(given), given.type
    inside = (t.elem,) if isinstance(t, ListT) else getattr(t, "types", ())
    if any(isinstance(part, ListT | StructT) for part in inside):
        raise NoAxis  # of numbers in a list the directions come last
    if not isinstance(t, StructT) or all(map(may_be_real_number, t.types)):
        return made
    parts = []
    for key, u in zip(t.keys, t.types, strict=True):
        real = may_be_real_number(u)
        part = batch.b.op("field", [made], attrs={"key": key})
        parts.append(part if real else batch.repeated(part))
    return batch.b.op("list", parts, tuple(f"e{k}" for k in range(len(parts))))


@batched("np.hstack", "np.vstack", "np.column_stack")
def _stack(batch: Batch, op: Op) -> Value:
    """By the rank of the parts, which is that of the first, as these functions have it."""
    (parts,) = op.operands
    t = parts.type
    ranks = {rank_of(u) for u in (t.types if isinstance(t, StructT) else ())}
    if len(ranks) != 1 or set(op.attrs):
        raise NoAxis
    (rank,) = ranks
    how = _JOINED.get((op.name, rank or 0))
    if how is None:
        raise NoAxis
    name, axis = how
    return batch.b.op(name, [_parts(batch, op)], ("arrays",), {"axis": axis})


_JOINED = {
    ("np.hstack", 1): ("np.concatenate", 1),
    ("np.hstack", 2): ("np.concatenate", 2),
    ("np.hstack", 3): ("np.concatenate", 2),
    ("np.vstack", 1): ("np.stack", 1),
    ("np.vstack", 2): ("np.concatenate", 1),
    ("np.vstack", 3): ("np.concatenate", 1),
    ("np.column_stack", 1): ("np.stack", 2),
    ("np.column_stack", 2): ("np.concatenate", 2),
}


@batched("np.array", "np.asarray", "np.ascontiguousarray", "np.atleast_1d")
def _array(batch: Batch, op: Op) -> Value:
    """Of an array itself, or of nested lists: the numbers are stacked behind the directions."""
    (x,) = op.operands
    if set(op.attrs) - {"dtype", "order"} or op.attrs.get("dtype", "float64") != "float64":
        raise NoAxis
    rank = rank_of(x.type)
    if rank is not None and (rank or op.name in ("np.array", "np.asarray")):
        return batch.b.op("copy", [batch.of(x)]) if op.name == "np.array" else batch.of(x)
    if op.name == "np.atleast_1d":
        raise NoAxis
    return _stacked(batch, batch.of(x))


def _stacked(batch: Batch, value: Value) -> Value:
    b, t = batch.b, value.type
    if isinstance(t, ArrayT):
        return value
    if isinstance(t, ListT):
        if not isinstance(t.elem, ArrayT):
            raise NoAxis
        return b.op("np.stack", [value], ("arrays",), {"axis": 1})
    if not isinstance(t, StructT) or t.kind not in ("tuple", "list"):
        raise NoAxis
    parts = [
        _stacked(batch, b.op("field", [value], attrs={"key": key}))
        for key, u in zip(t.keys, t.types, strict=True)
    ]
    listed = b.op("list", parts, tuple(f"e{k}" for k in range(len(parts))))
    return b.op("np.stack", [listed], ("arrays",), {"axis": 1})
