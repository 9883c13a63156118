"""Which operations select: of an operand that they take, they may leave some elements out."""

from __future__ import annotations

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import FULL, Dots, Index, NewAxis, Ref, Slice
from sourcead.ir.types import ListT, ScalarT, StructT, kind_of, rank_of

CHOICES = ("np.where", "np.select", "np.choose", "gate")
EXTREMES = (
    *("np.maximum", "np.minimum", "np.fmax", "np.fmin", "np.clip", "max", "min"),
    *("np.max", "np.min", "np.nanmax", "np.nanmin", "np.ptp"),
    *("np.median", "np.nanmedian", "np.quantile", "np.percentile"),
)
CUTS = (
    *("np.triu", "np.tril", "np.diag", "np.diagonal", "np.trace", "np.compress", "np.extract"),
    *("np.take", "np.take_along_axis", "np.delete", "np.resize", "np.trim_zeros", "np.unique"),
    *("np.interp", "np.nansum", "np.nanmean", "np.nanprod", "np.nanvar", "np.nanstd"),
    *("np.nancumsum", "np.nan_to_num", "np.split", "np.array_split", "np.vsplit", "np.hsplit"),
    *("np.dsplit", "np.unstack", "scipy.spatial.distance.squareform"),
)
# Their results hold nothing infinite that was selected away.
GUARDS = (*CHOICES, "np.clip", "np.maximum", "np.minimum", "np.nan_to_num")

_MASKS = (
    *("np.eye", "np.identity", "np.tri", "lt", "le", "gt", "ge", "eq", "ne"),
    *("np.isfinite", "np.isnan", "np.isinf", "np.logical_and", "np.logical_or", "np.logical_not"),
)
_OF_MASKS = (
    *("np.astype", "float", "int", "np.float64", "np.float32", "getitem", "np.reshape"),
    *("np.expand_dims", "np.transpose", "np.broadcast_to", "np.triu", "np.tril", "copy"),
    *("np.array", "np.asarray"),
)
CONTRACTIONS = ("matmul", "np.dot", "np.inner", "np.vdot", "np.vecdot", "np.tensordot")
PRODUCTS = (
    *CONTRACTIONS,
    *("mul", "np.outer", "np.matvec", "np.vecmat", "np.einsum", "np.kron", "np.average"),
)
_FILLED = ("np.ones", "np.ones_like", "np.zeros", "np.zeros_like")


def selects(op: Op, position: int) -> bool:
    """Whether an element of the operand at a position may have no influence on the result."""
    if op.name in CHOICES or op.name in EXTREMES or op.name in CUTS:
        return True
    if op.name == "getitem":
        return not _hands_on(op.operands[0]) and not reads_all(op.attrs["index"])
    if op.name == "setitem":
        return position == 0
    if op.name == "np.repeat":
        return position == 0 and not _repeats_all(op)
    return meets_mask(op, position) or "where" in op.args or "where" in op.attrs


def _repeats_all(op: Op) -> bool:
    """Whether each element is repeated as often as the others, not 0 times."""
    times = op.operand("repeats")
    if times is None:
        return isinstance(op.attrs.get("repeats"), int)
    return isinstance(times.type, ScalarT)


def meets_mask(op: Op, position: int) -> bool:
    """Whether an operand is multiplied by a mask."""
    others = (v for k, v in enumerate(op.operands) if k != position)
    return op.name in PRODUCTS and any(map(is_mask, others))


def selects_by_value(op: Op, position: int) -> bool:
    """The same of all but subscripts by integers and slices."""
    if op.name in ("getitem", "setitem"):
        return any(
            kind_of(v.type) == "bool" for v in op.operands[2 - (op.name == "getitem") :]
        ) and (selects(op, position))
    return selects(op, position)


def stores_elements(op: Op, position: int) -> bool:
    """Whether an operand is put into a place that is named by integers or slices.

    What a program puts into its arrays like that it is taken to read again.
    """
    if op.name in ("append", "insert", "extend", "concat", "list"):
        return not _hands_on(op.result)
    if op.name not in ("setitem", "setitem_add") or position != 1:
        return False
    x, _, *indices = op.operands
    return not _hands_on(x) and not any(kind_of(v.type) == "bool" for v in indices)


def _hands_on(container: Value) -> bool:
    """Whether what is done to a container's element counts, not that it is read: of arrays."""
    t = container.type
    return isinstance(t, StructT) or (isinstance(t, ListT) and not isinstance(t.elem, ScalarT))


def reads_all(index: Index) -> bool:
    """Whether a subscript names every element: `x[:, None]`, `x[...]`, `x[::-1]`."""
    return all(isinstance(e, NewAxis | Dots) or e in (FULL, Slice(None, None, -1)) for e in index)


def reads_one_by_one(op: Op, streams: dict[Value, Value]) -> bool:
    """Whether `x[i]` is read for every `i` in `range(len(x))`."""
    first, *rest = op.attrs["index"]
    if not isinstance(first, Ref) or not reads_all(tuple(rest)):
        return False
    stream = streams.get(op.operands[1 + first.k])
    made = stream.op if stream is not None else None
    if made is None or made.name != "range":
        return False
    start, stop, step = (made.operand(a) for a in ("start", "stop", "step"))
    from_zero = (start is None or constant(start) == 0) and (step is None or constant(step) == 1)
    length = stop.op if stop is not None else None
    x = op.operands[0]
    return (
        from_zero
        and length is not None
        and length.name == "dim"
        and length.attrs.get("axis", 0) == 0
        and length.operands[0] is x
    )


def is_mask(value: Value) -> bool:
    """Whether a value is surely made of zeros and ones."""
    op = value.op
    if kind_of(value.type) == "bool":
        return True
    if op is None:
        return False
    if op.name in _MASKS or op.name in _FILLED:
        return True
    if op.name in ("mul", "bitand", "bitor"):
        return all(is_mask(v) or constant(v) in (0, 1) for v in op.operands)
    if op.name == "np.where":
        return all(constant(v) in (0, 1) for v in op.operands[1:])
    if op.name == "sub":
        return constant(op.operands[0]) == 1 and is_mask(op.operands[1])
    if op.name not in _OF_MASKS or not op.operands:  # an array of a literal tuple has no operand
        return False
    return rank_of(op.operands[0].type) != 0 and is_mask(op.operands[0])


_PASS_ON = (
    *("neg", "np.sum", "np.reshape", "np.expand_dims", "np.transpose", "np.broadcast_to"),
    *("unbroadcast", "getitem", "np.astype"),
)


def holds_zeros(value: Value) -> bool:
    """Whether a cotangent is seen to be zero where something was selected away."""
    op = value.op
    if op is None:
        return False
    if op.name == "mul":
        return any(map(holds_zeros, op.operands))
    if op.name in ("setitem", "setitem_add"):
        base = op.operands[0].op
        return base is not None and (base.name == "zero" or holds_zeros(op.operands[0]))
    if op.name in _PASS_ON or op.name == "div":
        return holds_zeros(op.operands[0])
    chosen = op.name == "np.where" and any(constant(v) == 0 for v in op.operands[1:])
    return chosen or op.name in ("np.triu", "np.tril", "gate")


# The arguments that share the elements of the result between them.
_SHARED = {
    "np.where": ("x", "y"),
    "np.choose": ("choices",),
    "np.select": ("choicelist", "default"),
    **dict.fromkeys(("np.maximum", "np.minimum", "np.fmax", "np.fmin", "max", "min"), ("x", "y")),
    "np.clip": ("a", "a_min", "a_max"),
    **dict.fromkeys(("np.concatenate", "np.stack", "np.vstack", "np.hstack", "np.dstack"), ()),
    **dict.fromkeys(("np.column_stack", "np.append", "np.insert", "np.block"), ()),
    "np.array": (),
}
_WITH_ZEROS = (
    "np.triu",
    "np.tril",
    "np.diag",
    "np.diagflat",
    "np.pad",
    "np.nan_to_num",
    "np.interp",
)


def parts_put_together(op: Op) -> list[Value] | None:
    """The values that a result is put together of, None where it is computed from all of them.

    An empty list says that there are zeros between them. A gradient's own operations were seen to
    when it was made.
    """
    if op.phase == "reverse":
        return None
    if op.name == "setitem":
        return _of_write(op)
    if op.name not in _SHARED:
        return None
    names = _SHARED[op.name]
    if any(op.attrs.get(name) is not None for name in names):
        return []  # a number that is known before the program runs
    if op.name == "np.select" and "default" not in op.args:
        return []
    given = [v for v, arg in zip(op.operands, op.args, strict=True) if not names or arg in names]
    return [v for v in _elements(given) if kind_of(v.type) != "int" or constant(v) is not MISSING]


def _of_write(op: Op) -> list[Value]:
    """Places that a loop runs through are all written some time."""
    x, v, *indices = op.operands
    if reads_all(op.attrs["index"]):
        return [v]
    counted = [i for i in indices if kind_of(i.type) == "int" and constant(i) is MISSING]
    return [v] if counted or isinstance(x.type, ListT) else [x, v]


def _elements(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        made = value.op
        inner = made is not None and made.name in ("tuple", "list")
        found += _elements(made.operands) if made is not None and inner else [value]
    return found


def leaves_zeros(op: Op, position: int) -> bool:
    """Whether elements of the result may not move though the operand at a position does."""
    if op.phase == "reverse":
        return False
    if op.name == "mul":
        return is_mask(op.operands[1 - position])
    return op.name in _WITH_ZEROS
