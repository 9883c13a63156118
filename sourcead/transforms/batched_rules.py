"""Operations along a leading axis of directions: a line of the table for each that takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sourcead.errors import NoAxis
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import FULL, Dots, Index, NewAxis, Ref, Slice
from sourcead.ir.types import ArrayT, ListT, ScalarT, StructT, kind_of, rank_of
from sourcead.ops.catalog import definition

if TYPE_CHECKING:
    from sourcead.transforms.batched import Batch

Rule = Callable[["Batch", Op], Value]
RULES: dict[str, Rule] = {}


def batched(*names: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return register


def known_rank(value: Value) -> int:
    rank = rank_of(value.type)
    if rank is None:
        raise NoAxis
    return rank


def again(batch: Batch, op: Op, operands: Sequence[Value], **attrs: Any) -> Value:
    """The operation itself on other operands, with some attributes replaced."""
    args = tuple(arg for arg in op.args if arg not in attrs)
    return batch.b.op(op.name, operands, args, {**op.attrs, **attrs})


def known(op: Op, name: str, default: Any = None) -> Any:
    """What is known of an argument, be it passed as an attribute or as a literal operand."""
    operand = op.operand(name)
    if operand is None:
        return op.attrs.get(name, default)
    found = constant(operand)
    if found is MISSING:
        raise NoAxis
    return found


def again_known(batch: Batch, op: Op, first: Value, **attrs: Any) -> Value:
    """The operation on an array, with arguments that are known; other operands as they are."""
    rest = [
        (arg, value)
        for arg, value in zip(op.args[1:], op.operands[1:], strict=True)
        if arg not in attrs
    ]
    operands = [first, *(batch.plain(value) for _, value in rest)]
    args = (op.args[0], *(arg for arg, _ in rest))
    return batch.b.op(op.name, operands, args, {**op.attrs, **attrs})


def only_first(batch: Batch, op: Op) -> Value:
    """The first operand, the only one that may depend on the directions."""
    for value in op.operands[1:]:
        batch.plain(value)
    return batch.of(op.operands[0])


def elementwise(batch: Batch, op: Op) -> Value:
    """Operands of lower rank than the result get axes of length 1 after that of the directions."""
    batch.check_growth(op)
    rank = known_rank(op.result)
    return again(batch, op, [batch.padded(value, rank) for value in op.operands])


batched("copy", "np.astype", "np.where", "gate", "np.conj", "np.real", "np.imag")(elementwise)
batched("np.float16", "np.float32", "np.float64", "np.complex64", "np.complex128")(elementwise)


@batched("float", "item", "np.float64")
def _number(batch: Batch, op: Op) -> Value:
    (x,) = op.operands
    made = batch.of(x)
    if kind_of(x.type) != "float" or (op.name != "item" and rank_of(x.type) != 0):
        raise NoAxis
    return made if rank_of(x.type) == 0 else batch.b.op("np.reshape", [made, batch.count])


@batched("zero", "np.zeros_like")
def _zeros(batch: Batch, op: Op) -> Value:
    return again(batch, op, [batch.of(v) for v in op.operands])


@batched("dim")
def _dim(batch: Batch, op: Op) -> Value:
    axis = op.attrs["axis"]
    made = batch.of(op.operands[0])
    if not isinstance(op.operands[0].type, ArrayT):
        return again(batch, op, [made])
    return batch.b.op("dim", [made], attrs={"axis": axis + 1 if axis >= 0 else axis})


@batched("shape")
def _shape(batch: Batch, op: Op) -> Value:
    x = batch.of(op.operands[0])
    lengths = [
        batch.b.op("dim", [x], attrs={"axis": k + 1}) for k in range(known_rank(op.operands[0]))
    ]
    return batch.tuple_of(lengths)


@batched("broadcast_like")
def _broadcast_like(batch: Batch, op: Op) -> Value:
    g, like = op.operands
    plain, rank = batch.plain(like), known_rank(like)
    made = batch.padded(g, rank)
    return batch.b.op("np.broadcast_to", [made, batch.shape(plain, rank)], ("array", "shape"))


@batched("unbroadcast")
def _unbroadcast(batch: Batch, op: Op) -> Value:
    """Where it has to find out at run time what to sum, it is told so along the new axis too."""
    g, like = op.operands
    plain, rank = batch.plain(like), known_rank(like)
    if known_rank(g) != rank:
        raise NoAxis
    stretched = batch.b.op("np.broadcast_to", [plain, batch.shape(plain, rank)], ("array", "shape"))
    return batch.b.op("unbroadcast", [batch.of(g), stretched])


# --- containers -----------------------------------------------------------------------------------


@batched("tuple", "list", "dict", "object")
def _container(batch: Batch, op: Op) -> Value:
    real = [kind_of(v.type) in (None, "float", "complex") for v in op.operands]
    parts = [
        batch.spread(v) if is_real else batch.plain(v)
        for v, is_real in zip(op.operands, real, strict=True)
    ]
    return again(batch, op, parts)


@batched("field", "reversed", "without_last", "first_items", "last_items", "without_item")
def _of_container(batch: Batch, op: Op) -> Value:
    first = only_first(batch, op)
    return again(batch, op, [first, *map(batch.plain, op.operands[1:])])


@batched("append", "set_field", "accumulate")
def _two_containers(batch: Batch, op: Op) -> Value:
    x, v, *rest = op.operands
    return again(batch, op, [batch.spread(x), batch.spread(v), *map(batch.plain, rest)])


# --- subscripts -----------------------------------------------------------------------------------


@batched("getitem")
def _getitem(batch: Batch, op: Op) -> Value:
    x, *indices = op.operands
    operands = [batch.of(x), *map(batch.plain, indices)]
    if isinstance(x.type, ListT | StructT):
        return again(batch, op, operands)
    return again(batch, op, operands, index=_behind_an_axis(op, x, indices))


@batched("setitem", "setitem_add")
def _setitem(batch: Batch, op: Op) -> Value:
    x, v, *indices = op.operands
    plain = [*map(batch.plain, indices)]
    if isinstance(x.type, ListT | StructT):
        return again(batch, op, [batch.spread(x), batch.spread(v), *plain])
    index = _behind_an_axis(op, x, indices)
    selected = definition("getitem").infer(
        Op("getitem", [x, *indices], ("x", *op.args[2:]), {"index": op.attrs["index"]})
    )
    rank = rank_of(selected)
    if rank is None:
        raise NoAxis
    return again(batch, op, [batch.spread(x), batch.padded(v, rank), *plain], index=index)


def _behind_an_axis(op: Op, x: Value, indices: Sequence[Value]) -> Index:
    """The subscript with a full slice in front.

    Arrays of indices that stand apart move their axes to the front, before that of the directions.
    """
    known_rank(x)
    index: Index = op.attrs["index"]
    kinds = [_kind(entry, indices) for entry in index]
    if "array" in kinds:
        places = [k for k, kind in enumerate(kinds) if kind != "slice"]
        if places[-1] - places[0] != len(places) - 1:
            raise NoAxis
    return (FULL, *index)


def _kind(entry: object, indices: Sequence[Value]) -> str:
    if isinstance(entry, Slice | NewAxis | Dots):
        return "slice"
    if not isinstance(entry, Ref):
        return "number"
    t = indices[entry.k].type
    if isinstance(t, ScalarT) and t.kind == "int":
        return "number"
    if isinstance(t, ListT):
        t = t.elem
    if isinstance(t, StructT):
        return "array" if all(kind_of(u) == "int" for u in t.types) else "unknown"
    if kind_of(t) in ("int", "bool"):
        return "array"
    raise NoAxis


# --- products -------------------------------------------------------------------------------------


@batched("matmul", "np.dot", "np.inner", "np.vdot")
def _product(batch: Batch, op: Op) -> Value:
    left, right = op.operands
    ranks = known_rank(left), known_rank(right)
    if left in batch.many and right in batch.many:
        raise NoAxis
    if op.name == "np.vdot" and ranks != (1, 1):
        if "complex" in (kind_of(left.type), kind_of(right.type)) or ranks[0] != ranks[1]:
            raise NoAxis
        product = batch.b.op("mul", [batch.of(left), batch.of(right)])
        return batch.b.op("np.sum", [product], attrs={"axis": tuple(range(1, ranks[0] + 1))})
    if op.name == "np.dot" and 0 in ranks:
        batch.check_growth(op)
        return _as("mul", batch, op)
    if op.name != "matmul" and (max(ranks) > 2 or (op.name == "np.inner" and ranks != (1, 1))):
        raise NoAxis
    x, y = batch.of(left), batch.of(right)
    if left in batch.many:
        return _from_the_left(batch, left, y, ranks)
    return _from_the_right(batch, x, right, ranks)


def _as(name: str, batch: Batch, op: Op) -> Value:
    rank = known_rank(op.result)
    return batch.b.op(name, [batch.padded(value, rank) for value in op.operands])


def _from_the_left(batch: Batch, left: Value, y: Value, ranks: tuple[int, int]) -> Value:
    if ranks[0] == 1 and ranks[1] > 2:
        raise NoAxis
    x = batch.of(left) if ranks[0] == 1 else batch.padded(left, max(ranks))
    return batch.b.op("matmul", [x, y])


def _from_the_right(batch: Batch, x: Value, right: Value, ranks: tuple[int, int]) -> Value:
    b, y = batch.b, batch.of(right)
    if ranks[1] > 1:
        y = y if ranks[0] == 1 else batch.padded(right, max(ranks))
        return b.op("matmul", [x, y])
    if ranks[0] == 1:
        return b.op("matmul", [y, x])
    if ranks[0] != 2:
        raise NoAxis
    return b.op("matmul", [y, b.op("np.transpose", [x], ("a",))])


@batched("np.outer")
def _outer(batch: Batch, op: Op) -> Value:
    left, right = op.operands
    if (known_rank(left), known_rank(right)) != (1, 1) or set(op.attrs):
        raise NoAxis
    batch.check_growth(op)
    b = batch.b
    x_axes = (FULL, FULL, NewAxis()) if left in batch.many else (FULL, NewAxis())
    x = b.op("getitem", [batch.of(left)], ("x",), {"index": x_axes})
    y = batch.padded(right, 2)
    return b.op("mul", [x, y])


@batched("np.cross")
def _cross(batch: Batch, op: Op) -> Value:
    """Vectors along the last axis, which stays the last one."""
    if set(op.attrs) or len(op.operands) != 2:
        raise NoAxis
    rank = max(known_rank(value) for value in op.operands)
    return again(batch, op, [batch.padded(value, rank) for value in op.operands])


@batched("np.tensordot")
def _tensordot(batch: Batch, op: Op) -> Value:
    """The last axes of the first array against the first ones of the second, which has no axis."""
    left, right = op.operands[:2]
    known_rank(left)
    axes = known(op, "axes", 2)
    if type(axes) is not int or op.args[:2] != ("a", "b"):
        raise NoAxis
    return again(batch, op, [batch.of(left), batch.plain(right), *op.operands[2:]])


@batched("np.einsum")
def _einsum(batch: Batch, op: Op) -> Value:
    text = str(op.attrs.get("subscripts", "...")).replace(" ", "")
    batch.check_growth(op)
    if "." in text:
        raise NoAxis
    inputs, _, output = text.partition("->")
    if "->" not in text:
        letters = inputs.replace(",", "")
        output = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    new = next(c for c in "zyxwvutsrqponmlkjihgfedcbaZYXWVUTS" if c not in text)
    terms = [
        new + term if value in batch.many else term
        for term, value in zip(inputs.split(","), op.operands, strict=True)
    ]
    subscripts = f"{','.join(terms)}->{new}{output}"
    return again(batch, op, [batch.of(v) for v in op.operands], subscripts=subscripts)


@batched("np.linalg.solve", "scipy.linalg.solve", "scipy.linalg.solve_triangular")
@batched("scipy.linalg.cho_solve", "scipy.linalg.lu_solve")
def _solve(batch: Batch, op: Op) -> Value:
    """A right-hand side that is a vector becomes a column for each direction."""
    matrix, right = op.operands
    if op.name == "np.linalg.solve" and known_rank(matrix) == 2 and known_rank(right) == 2:
        return again(batch, op, [batch.plain(matrix), batch.of(right)])
    if op.args[1] != "b" or known_rank(right) != 1:
        raise NoAxis
    columns = batch.b.op("np.transpose", [batch.of(right)], ("a",))
    made = again(batch, op, [batch.plain(matrix), columns])
    if known_rank(op.result) == 1:
        return batch.b.op("np.transpose", [made], ("a",))
    return batch.b.op("np.moveaxis", [made], ("a",), {"source": -1, "destination": 0})
