"""Adjoints of the operations that move values about: subscripts, containers, conversions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import Dots, Ref
from sourcead.ir.types import (
    ArrayT,
    ListT,
    ScalarT,
    StructT,
    forget_axes,
    rank_of,
    same_shape,
)
from sourcead.ops.build import Builder
from sourcead.transforms.cotangents import (
    Bar,
    Parts,
    Scope,
    accumulate,
    bar_name,
    materialise,
    parts_of,
)
from sourcead.transforms.edges import fit, gate, in_kind_of, zero
from sourcead.transforms.repeats import never_repeats

Adjoint = Callable[[Op, Bar, Scope], None]
CORE_ADJOINTS: dict[str, Adjoint] = {}


def adjoint(*names: str) -> Callable[[Adjoint], Adjoint]:
    def register(function: Adjoint) -> Adjoint:
        CORE_ADJOINTS.update(dict.fromkeys(names, function))
        return function

    return register


def index_attrs(op: Op) -> dict[str, Any]:
    attrs: dict[str, Any] = {"index": op.attrs["index"]}
    first = 1 if op.name == "getitem" else 2
    if never_repeats(op.attrs["index"], op.operands[first:]):
        attrs["unique"] = True
    return attrs


def add_at(scope: Scope, x: Value, g: Value, op: Op) -> None:
    """Add `g` into the adjoint of `x` at the subscript of `op`: O(size of the read)."""
    if x not in scope.active:
        return
    b = scope.b
    if rank_of(x.type) == 0:
        # Arithmetic makes a number of an array of rank 0, into which nothing can be written.
        scope.add(x, fit(b, g, x))
        return
    base, g = scope.value_or_zero(x), in_kind_of(b, g, x)
    indices = op.operands[1:] if op.name == "getitem" else op.operands[2:]
    args = ("x", "v", *(f"i{k}" for k in range(len(indices))))
    scope.set(x, b.op("setitem_add", [base, g, *indices], args, index_attrs(op)))


@adjoint("getitem")
def _getitem(op: Op, bar: Bar, scope: Scope) -> None:
    x = op.operands[0]
    if isinstance(x.type, StructT):
        _struct_getitem(op, bar, scope)
    elif isinstance(x.type, ScalarT):
        # A subscript of a number adds axes, or masks it.
        scope.add(x, fit(scope.b, materialise(scope.b, bar, op.result), x))
    else:
        add_at(scope, x, materialise(scope.b, bar, op.result), op)


def _struct_getitem(op: Op, bar: Bar, scope: Scope) -> None:
    """A container of known structure read at a dynamic position."""
    x = op.operands[0]
    base = scope.value_or_zero(x)
    g = materialise(scope.b, bar, op.result)
    args = ("x", "v", *(f"i{k}" for k in range(len(op.operands) - 1)))
    scope.set(x, scope.b.op("setitem_add", [base, g, *op.operands[1:]], args, index_attrs(op)))


@adjoint("setitem")
def _setitem(op: Op, bar: Bar, scope: Scope) -> None:
    x, v, *indices = op.operands
    b = scope.b
    g = materialise(b, bar, op.result)
    if rank_of(x.type) == 0 and op.attrs["index"] in ((), (Dots(),)):
        # The one element is written: nothing of the old version is left.
        scope.add(v, fit(b, g, v))
        return
    if rank_of(x.type) == 0:
        g = b.op("np.asarray", [g], ("a",))
    if v in scope.active:
        read = read_at(b, g, op)
        if not never_repeats(op.attrs["index"], indices):
            read = _only_last_writer(b, read, x, op)
        scope.add(v, read if isinstance(x.type, ListT) else fit(b, read, v))
    if x in scope.active:
        args = ("x", "v", *(f"i{k}" for k in range(len(indices))))
        attrs = {"index": op.attrs["index"]}
        # x itself is only a link of the chain of versions: its cotangent replaces, never adds to,
        # that of the version it became; other readers of x have their own contribution.
        cleared = b.op("setitem", [g, _nothing(b, g, op), *indices], args, attrs)
        scope.add(x, cleared)


def _nothing(b: Builder, g: Value, op: Op) -> Value:
    """What is left of the cotangent `g` where an element was written: that of the old element."""
    x = op.operands[0]
    if not isinstance(x.type, ListT) or isinstance(x.type.elem, ScalarT):
        return b.const(0.0)
    element = x.type.elem
    of_one_shape = isinstance(element, ArrayT) and same_shape(element, element)
    return b.op("zero", [read_at(b, g if of_one_shape else x, op)])


def read_at(b: Builder, x: Value, op: Op) -> Value:
    """`x` read at the subscript that `op` writes."""
    indices = op.operands[2:]
    args = ("x", *(f"i{k}" for k in range(len(indices))))
    return b.op("getitem", [x, *indices], args, {"index": op.attrs["index"]})


def _only_last_writer(b: Builder, g: Value, x: Value, op: Op) -> Value:
    """Where an index array repeats an element, only the last value written to it survives."""
    indices = op.operands[2:]
    args = ("x", *(f"i{k}" for k in range(len(indices))))
    mask = b.op("last_writer", [x, *indices], args, {"index": op.attrs["index"]})
    return b.op("np.where", [mask, g, b.const(0.0)])


@adjoint("setitem_add")
def _setitem_add(op: Op, bar: Bar, scope: Scope) -> None:
    x, v, *_ = op.operands
    g = materialise(scope.b, bar, op.result)
    if v in scope.active:
        scope.add(v, fit(scope.b, read_at(scope.b, g, op), v))
    scope.add(x, g)


@adjoint("gate")
def _gate(op: Op, bar: Bar, scope: Scope) -> None:
    """Nothing where the product was undefined; a factor that is zero by chance still moves it."""
    product, *factors = op.operands
    b, g = scope.b, materialise(scope.b, bar, op.result)
    scope.add(product, gate(b, g, *factors, b.op("np.isfinite", [product])))


@adjoint("tuple", "list")
def _sequence(op: Op, bar: Bar, scope: Scope) -> None:
    if isinstance(op.result.type, ListT) or (isinstance(bar, Value) and not _is_struct(bar)):
        for position, element in enumerate(op.operands):
            if element in scope.active:
                scope.add(
                    element, _element(scope.b, materialise(scope.b, bar, op.result), position)
                )
        return
    parts = parts_of(scope.b, bar)
    for position, element in enumerate(op.operands):
        scope.add(element, parts.get(position))


def _is_struct(bar: Value) -> bool:
    return isinstance(bar.type, StructT)


def _element(b: Builder, xs: Value, position: int) -> Value:
    return b.op("getitem", [xs], ("x",), {"index": (position,)})


@adjoint("dict", "object")
def _keyed(op: Op, bar: Bar, scope: Scope) -> None:
    parts = parts_of(scope.b, bar)
    for key, element in zip(op.attrs["keys"], op.operands, strict=True):
        scope.add(element, parts.get(key))


@adjoint("field")
def _field(op: Op, bar: Bar, scope: Scope) -> None:
    scope.add(op.operands[0], Parts({op.attrs["key"]: bar}))


@adjoint("set_field")
def _set_field(op: Op, bar: Bar, scope: Scope) -> None:
    struct, element = op.operands
    parts = dict(parts_of(scope.b, bar))
    scope.add(element, parts.pop(op.attrs["key"], None))
    scope.add(struct, Parts(parts))


@adjoint("append")
def _append(op: Op, bar: Bar, scope: Scope) -> None:
    xs, v = op.operands
    g = materialise(scope.b, bar, op.result)
    bar = _element(scope.b, g, -1)
    scope.add(v, bar)
    if xs in scope.active:
        scope.add(xs, scope.b.op("without_last", [g, bar]))


@adjoint("without_last")
def _without_last(op: Op, bar: Bar, scope: Scope) -> None:
    """What is removed has no cotangent; the read of it, which is next, adds its own."""
    xs, item = op.operands
    g = materialise(scope.b, bar, op.result)
    scope.add(xs, scope.b.op("append", [g, zero(scope.b, item)]))


@adjoint("repeat")
def _repeat(op: Op, bar: Bar, scope: Scope) -> None:
    """Each item is the one value: its cotangent is the sum of theirs."""
    b, x = scope.b, op.operands[0]
    g = materialise(b, bar, op.result)
    assert isinstance(g.type, ListT)
    body = Region()
    item = body.new_param(g.type.elem, bar_name(op.result))
    so_far = body.new_param(forget_axes(x.type), bar_name(x))
    with b.into(body):
        body.yields = [materialise(b, accumulate(b, so_far, item), so_far)]
    operands = [g, zero(b, x)]
    new = Op("for", operands, (), {"streams": 1}, [body], b.loc, "", "reverse")
    scope.add(x, b.append(new).new_result(so_far.type, so_far.hint))


@adjoint("extend", "concat")
def _extend(op: Op, bar: Bar, scope: Scope) -> None:
    b = scope.b
    xs, ys = op.operands
    g = materialise(b, bar, op.result)
    added = _length(b, ys)
    scope.add(ys, b.op("last_items", [g, added]))
    if xs in scope.active:
        kept = b.op("sub", [_length(b, g), added])
        scope.add(xs, b.op("truncate", [g, kept]))


@adjoint("insert")
def _insert(op: Op, bar: Bar, scope: Scope) -> None:
    b = scope.b
    xs, v, k = op.operands
    g = materialise(b, bar, op.result)
    if constant(k) != 0:
        k = b.op("insertion_place", [k, _length(b, g)])
    item = b.op("getitem", [g, k], ("x", "i0"), {"index": (Ref(0),)})
    scope.add(v, item)
    if xs in scope.active:
        scope.add(xs, b.op("delete", [g, item, k]))


@adjoint("delete")
def _delete(op: Op, bar: Bar, scope: Scope) -> None:
    b = scope.b
    xs, item, k = op.operands
    g = materialise(b, bar, op.result)
    if not _is_counted(k):
        k = b.op("mod", [k, b.op("add", [_length(b, g), b.const(1)])])
    scope.add(xs, b.op("insert", [g, zero(b, item), k]))


def _is_counted(k: Value) -> bool:
    """Whether an integer is surely not negative."""
    known = constant(k)
    if isinstance(known, int):
        return known >= 0
    return k.op is not None and k.op.name in ("np.argmin", "np.argmax", "dim")


@adjoint("reversed")
def _reversed(op: Op, bar: Bar, scope: Scope) -> None:
    g = materialise(scope.b, bar, op.result)
    scope.add(op.operands[0], scope.b.op("reversed", [g]))


def _told_the_shape(name: str) -> Adjoint:
    """The adjoint is another operation, which is told the shape that the operand had."""

    def reverse(op: Op, bar: Bar, scope: Scope) -> None:
        g = materialise(scope.b, bar, op.result)
        scope.add(op.operands[0], scope.b.op(name, [g, op.operands[0]]))

    return reverse


adjoint("truncate")(_told_the_shape("extended_with_zeros"))
adjoint("unbroadcast")(_told_the_shape("broadcast_like"))
adjoint("broadcast_like")(_told_the_shape("unbroadcast"))


@adjoint("length")
def _length_of_vector(op: Op, bar: Bar, scope: Scope) -> None:
    """Backwards nobody knows whether a zero vector moves: there is no second derivative."""
    b, size = scope.b, op.operands[0]
    undefined = b.op("eq", [size, b.const(0)])
    g = materialise(b, bar, op.result)
    nan = b.const(float("nan"), style="np.nan")
    scope.add(size, b.op("np.where", [undefined, nan, g]))


@adjoint("updated")
def _updated(op: Op, bar: Bar, scope: Scope) -> None:
    scope.add(op.operands[0], bar)


@adjoint("accumulate")
def _accumulate(op: Op, bar: Bar, scope: Scope) -> None:
    for operand in op.operands:
        scope.add(operand, bar)


@adjoint("first_items")
def _first_items(op: Op, bar: Bar, scope: Scope) -> None:
    g = materialise(scope.b, bar, op.result)
    scope.add(op.operands[0], scope.b.op("extended_with_zeros", [g, op.operands[0]]))


@adjoint("without_item")
def _without_item(op: Op, bar: Bar, scope: Scope) -> None:
    g = materialise(scope.b, bar, op.result)
    xs, k = op.operands
    scope.add(xs, scope.b.op("with_zero_at", [g, xs, k]))


@adjoint("with_zero_at")
def _with_zero_at(op: Op, bar: Bar, scope: Scope) -> None:
    g = materialise(scope.b, bar, op.result)
    scope.add(op.operands[0], scope.b.op("without_item", [g, op.operands[2]]))


@adjoint("last_items")
def _last_items(op: Op, bar: Bar, scope: Scope) -> None:
    g = materialise(scope.b, bar, op.result)
    scope.add(op.operands[0], scope.b.op("preceded_by_zeros", [g, op.operands[0]]))


@adjoint("extended_with_zeros")
def _extended_with_zeros(op: Op, bar: Bar, scope: Scope) -> None:
    _add_part_of(op, "first_items", bar, scope)


@adjoint("preceded_by_zeros")
def _preceded_by_zeros(op: Op, bar: Bar, scope: Scope) -> None:
    _add_part_of(op, "last_items", bar, scope)


def _add_part_of(op: Op, name: str, bar: Bar, scope: Scope) -> None:
    """What was lengthened takes the cotangents of as many elements as it had."""
    b, short = scope.b, op.operands[0]
    scope.add(short, b.op(name, [materialise(b, bar, op.result), _length(b, short)]))


def _length(b: Builder, xs: Value) -> Value:
    return b.op("dim", [xs], attrs={"axis": 0}, style="len")
