"""Identities with conditions on shapes or subscripts, which need more than a line."""

from __future__ import annotations

from collections.abc import Callable

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import Index, Ref
from sourcead.ir.types import ArrayT, ScalarT, Type, dims_of, kind_of, same_array
from sourcead.ops.build import Builder
from sourcead.ops.catalog import definition
from sourcead.transforms.apart import apart
from sourcead.transforms.lengths import length, without_division
from sourcead.transforms.squares import same

_ELEMENTWISE = ("add", "sub", "mul", "div", "neg")


def _drop_spread(op: Op, b: Builder) -> Value | None:
    """An operand broadcast to the shape the other one has anyway need not be."""
    for position, operand in enumerate(op.operands):
        spread = operand.op
        if spread is None or spread.name != "np.broadcast_to":
            continue
        operands = list(op.operands)
        operands[position] = spread.operands[0]
        trial = Op(op.name, operands, op.args)
        if same_array(op_type(trial), op_type(op)) or _has_shape_of(spread, op):
            return b.op(op.name, operands)
        if op.name == "neg":
            continue  # a sign may yet meet an update that subtracts
        if all(dims_of(v.type) == () for v in op.operands if v is not operand):
            return b.op(
                "np.broadcast_to",
                [b.op(op.name, operands), *spread.operands[1:]],
                spread.args,
                dict(spread.attrs),
            )
    return None


def _has_shape_of(spread: Op, op: Op) -> bool:
    """Whether the shape that is broadcast to is that of another operand of `op`."""
    shape = spread.operands[1].op if len(spread.operands) > 1 else None
    if shape is None or shape.name not in ("shape", "np.shape"):
        return False
    return any(v is shape.operands[0] for v in op.operands if v.op is not spread)


def _into_where(op: Op, b: Builder) -> Value | None:
    """`where(c, g, 0) * p` is `where(c, g * p, 0)`: an infinite slope that is not selected is 0."""
    for position, operand in enumerate(op.operands):
        chosen = operand.op
        if chosen is None or chosen.name != "np.where" or (op.name == "div" and position == 1):
            continue
        zeros = [k for k in (1, 2) if constant(chosen.operands[k]) == 0]
        if len(zeros) != 1:
            continue
        operands = list(op.operands)
        operands[position] = chosen.operands[3 - zeros[0]]
        branches = list(chosen.operands)
        branches[3 - zeros[0]] = b.op(op.name, operands)
        return b.op("np.where", branches, chosen.args)
    return None


def _elementwise(op: Op, b: Builder) -> Value | None:
    moved = _into_where(op, b) if op.name in ("mul", "div", "neg") else None
    if moved is None and op.name in ("mul", "div"):
        moved = without_division(op, b)
    return moved if moved is not None else _drop_spread(op, b)


def _add(op: Op, b: Builder) -> Value | None:
    """Adding to a fresh zero of the same shape."""
    x, y = op.operands
    for value, other in ((x, y), (y, x)):
        if value.op is not None and value.op.name == "zero" and same_array(value.type, other.type):
            return other
    return _drop_spread(op, b)


def _same_subscript(a: Op, b: Op, first: int, other: int) -> bool:
    same = a.attrs["index"] == b.attrs["index"]
    return same and a.operands[first:] == b.operands[other:]


def _add_at(op: Op, b: Builder) -> Value | None:
    """`x[i] = 0; x[i] += v` is `x[i] = v`; so is adding where nothing was yet."""
    x, v, *indices = op.operands
    inner = x.op
    if inner is not None and inner.name in ("append", "insert") and _is_zero(inner.operands[1]):
        if _is_place_of(inner, op.attrs["index"], indices):
            return b.op(inner.name, [inner.operands[0], v, *inner.operands[2:]])
    if inner is None or not op.attrs.get("unique"):
        return _not_spread(op, b)
    cleared = inner.name == "setitem" and constant(inner.operands[1]) == 0.0
    if cleared and _same_subscript(op, inner, 2, 2):
        return b.op(
            "setitem", [inner.operands[0], v, *indices], op.args, {"index": op.attrs["index"]}
        )
    if _is_untouched(op, x):
        return b.op("setitem", [x, v, *indices], op.args, {"index": op.attrs["index"]})
    return _not_spread(op, b)


def _is_untouched(op: Op, x: Value) -> bool:
    """Whether nothing has been added yet at the place of an update."""
    inner = x.op
    while inner is not None and inner.name in ("setitem", "setitem_add") and apart(op, inner):
        inner = inner.operands[0].op
    return inner is not None and inner.name == "zero"


def _is_zero(value: Value) -> bool:
    return constant(value) == 0.0 or (value.op is not None and value.op.name == "zero")


def _is_place_of(inner: Op, index: Index, indices: list[Value]) -> bool:
    """Whether a subscript names the element that has just been put into a list."""
    if inner.name == "append":
        return index == (-1,)
    place = inner.operands[2]
    if place.op is not None and place.op.name == "mod":
        place = place.op.operands[0]
    (entry,) = index
    named = indices[entry.k] if isinstance(entry, Ref) else entry
    return named is place or constant(place) == (
        constant(named) if isinstance(named, Value) else named
    )


def _write(op: Op, b: Builder) -> Value | None:
    """`x[i] = x[i]` does nothing; of `x[i] = a; x[i] = b` only the second is seen."""
    x, v, *index = op.operands
    before, read = x.op, v.op
    if before is not None and before.name == "setitem" and before.phase == op.phase:
        if _same_subscript(op, before, 2, 2):
            attrs = {"index": op.attrs["index"]}
            return b.op("setitem", [before.operands[0], v, *index], op.args, attrs)
    if read is not None and read.name == "getitem" and read.operands[0] is x:
        if _same_subscript(op, read, 2, 1):
            return x
    return _not_spread(op, b)


def _not_spread(op: Op, b: Builder) -> Value | None:
    """A write stretches what is written: it need not be stretched before."""
    x, v, *indices = op.operands
    spread = v.op
    negated = spread is not None and spread.name == "neg"
    if spread is not None and negated:
        spread = spread.operands[0].op
    if spread is None or spread.name != "np.broadcast_to" or not isinstance(x.type, ArrayT):
        return None
    value = spread.operands[0]
    if negated:
        value = b.op("neg", [value])
    return b.op(op.name, [x, value, *indices], op.args, dict(op.attrs))


def _element_of_zero(op: Op, b: Builder) -> Value | None:
    x = op.operands[0]
    if x.op is not None and x.op.name == "zero" and dims_of(op_type(op)) == ():
        return b.const(0.0)
    return None


def op_type(op: Op) -> Type:
    return definition(op.name).infer(op)


def _sum_of_scalar(op: Op, b: Builder) -> Value | None:
    x = op.operands[0]
    return x if dims_of(x.type) == () and not op.attrs else _sign_outwards(op, b)


def _sign_outwards(op: Op, b: Builder) -> Value | None:
    """`f(-x)` is `-f(x)` for what only sums, stretches or rearranges."""
    x = op.operands[0].op
    if x is None or x.name != "neg":
        return None
    operands = [x.operands[0], *op.operands[1:]]
    return b.op("neg", [b.op(op.name, operands, op.args, dict(op.attrs), style=op.style)])


def _needless_spread(op: Op, b: Builder) -> Value | None:
    """Stretching to the shape that is there already."""
    x = op.operands[0]
    have, want = dims_of(x.type), dims_of(op_type(op))
    if have is not None and want is not None and len(have) == len(want):
        if all(h.same_length(w) for h, w in zip(have, want, strict=True)):
            return x
    return _sign_outwards(op, b)


def _unbroadcast(op: Op, b: Builder) -> Value | None:
    """Only the last shape counts; numbers are multiplied by what is left."""
    g, like = op.operands
    inner = g.op
    if g is like:
        return g
    if inner is not None and inner.name == "unbroadcast":
        between = inner.operands[1]
        if kind_of(between.type) == kind_of(like.type) == "float":
            return b.op("unbroadcast", [inner.operands[0], like])
    if inner is not None and inner.name == "np.broadcast_to" and _is_double(like):
        shape = inner.operands[1].op if "shape" in inner.args else None
        if shape is not None and shape.name == "shape" and shape.operands[0] is like:
            return g
    if inner is not None and inner.name in ("mul", "div"):
        x, y = inner.operands
        if _is_real_number(y) and _is_double(like):
            return b.op(inner.name, [b.op("unbroadcast", [x, like]), y])
        if _is_real_number(x) and _is_double(like) and inner.name == "mul":
            return b.op("mul", [x, b.op("unbroadcast", [y, like])])
    return _sign_outwards(op, b)


def _is_real_number(x: Value) -> bool:
    return dims_of(x.type) == () and kind_of(x.type) in ("bool", "int", "float")


def _is_double(x: Value) -> bool:
    """Whether a real number times such an array is such an array."""
    return isinstance(x.type, ArrayT) and x.type.dtype == "float64"


def _difference(op: Op, b: Builder) -> Value | None:
    """`x - x` is 0, also where `x` is infinite: the derivative of what has been cleared."""
    x, y = op.operands
    simpler = _elementwise(op, b)
    if simpler is None and kind_of(x.type) in ("float", "complex") and same(x, y):
        return b.const(0.0) if dims_of(x.type) == () else b.op("zero", [x])
    return simpler


def _divisor(op: Op, b: Builder) -> Value | None:
    """NumPy's numbers and arrays, and what cannot be 0, divide as they are."""
    x = op.operands[0]
    if isinstance(x.type, ArrayT) or (isinstance(x.type, ScalarT) and x.type.dtype is not None):
        return x
    known = constant(x)
    return x if known is not MISSING and known != 0 else None


IDENTITIES: dict[str, Callable[[Op, Builder], Value | None]] = {
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    "length": length,
    "sub": _difference,
    "divisor": _divisor,
    "add": _add,
    "setitem_add": _add_at,
    "setitem": _write,
    "getitem": _element_of_zero,
    "np.broadcast_to": _needless_spread,
    "np.sum": _sum_of_scalar,
    **dict.fromkeys(("np.expand_dims", "np.transpose"), _sign_outwards),
    "unbroadcast": _unbroadcast,
}
