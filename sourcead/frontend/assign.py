"""Assignment: to names, tuples, subscripts and attributes, plain and augmented."""

from __future__ import annotations

import ast

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.attributes import set_attribute
from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Instance,
    Iteration,
    ListItems,
    OrNone,
    Poison,
    ShapeOf,
    Static,
    View,
    hint_of,
)
from sourcead.frontend.classes import instance_class, own_method
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame
from sourcead.frontend.item_writes import set_item, write_item
from sourcead.frontend.iterators import own_iterator, take_all
from sourcead.frontend.liveness import stored_names
from sourcead.frontend.memory import bind_value, named, read, write
from sourcead.frontend.optional import present
from sourcead.frontend.paths import per_path
from sourcead.frontend.sharing import is_container, views_in
from sourcead.frontend.subscripts import make_index, own_entries, read_item
from sourcead.frontend.views import has_order_of, looks_at
from sourcead.ir.core import Value
from sourcead.ir.index import Dots
from sourcead.ir.types import (
    ArrayT,
    Dim,
    ListT,
    ScalarT,
    StructT,
    rank_of,
)


def assign(frame: Frame, target: ast.expr, binding: Binding) -> Binding:
    """Bind a target; returns what later targets of a chained assignment are bound to."""
    match target:
        case ast.Name():
            return bind_name(frame, target.id, binding)
        case ast.Tuple() | ast.List():
            binding = named(frame, frame.known(binding, target))
            unpack(frame, target, binding)
        case ast.Subscript():
            binding = named(frame, binding)
            own = own_entries(frame, target)
            if own is not None:
                set_own_entry(frame, *own, binding, target)
                return binding
            base = place_of(frame, target)
            if instance_class(frame, base) is not None:
                index = frame.expr(target.slice)
                if own_method(frame, base, "__setitem__", [index, binding], target) is not None:
                    return binding
            write_item(frame, base, target, make_index(frame, base, target), binding)
        case ast.Attribute():
            binding = named(frame, binding)
            set_attribute_of(frame, frame.thing(target.value), target, binding)
        case ast.Starred():
            frame.refuse(target, "SAD107", "a starred target is only supported in a tuple")
        case _:
            frame.refuse(target, "SAD101", "this assignment target is not supported")
    return binding


def place_of(frame: Frame, target: ast.Subscript) -> Binding:
    """What a subscript that is written is a part of: an element of a list as part of the list."""
    node: ast.expr = target
    while isinstance(node, ast.Subscript | ast.Attribute):
        frame.program.places.add(node)
        node = node.value
    return frame.known(present(frame, frame.expr(target.value)), target)


def bind_name(frame: Frame, name: str, binding: Binding) -> Binding:
    """Bind a name, and name what it stands for."""
    hint = hint_of(name)
    if isinstance(binding, Value):
        hint_value(binding, hint)
        contiguous = _is_contiguous(binding)
        binding = bind_value(frame, binding, hint, contiguous=contiguous)
    elif isinstance(binding, Cell):
        content = frame.state.contents[binding]
        binding.hint = binding.hint or hint
        if isinstance(content, Value):
            hint_value(content, hint)
    elif isinstance(binding, OrNone):
        if isinstance(binding.given, Value) and not binding.given.hint:
            binding.given.soft = binding.given.soft or f"has_{hint}"
        if isinstance(binding.binding, Value):
            hint_value(binding.binding, hint)
    elif isinstance(binding, View):
        hint_value(read(frame, binding, ast.Name(name)), hint)
    frame.bind(name, binding)
    return binding


def hint_value(value: Value, name: str) -> None:
    """Give a computed value its user's name; the first name stays."""
    if not value.hint and value.op is not None and value.op.name not in ("const", "undef"):
        value.hint = name


CONTIGUOUS = {
    "np.zeros", "np.ones", "np.empty", "np.full", "np.eye", "np.identity", "np.arange",
    "np.linspace", "np.tri",
}  # fmt: skip


def _is_contiguous(value: Value) -> bool:
    """Whether a fresh array is surely stored in C order."""
    op = value.op
    if op is None:
        return False
    if op.name == "if":
        number = op.results.index(value)
        return all(_is_contiguous(region.yields[number]) for region in op.regions)
    if isinstance(value.type, ArrayT) and value.type.rank == 1:
        # A function may return every other element of an argument.
        return op.name != "call" and (not looks_at(op) or has_order_of(op, _is_contiguous))
    if op.name == "np.array" and "order" not in op.args and "order" not in op.attrs:
        return is_container(op.operands[0].type)  # a new array, row by row
    if op.name == "copy":
        return op.style != "np.copy" and op.attrs.get("order", "C") == "C"
    in_order = op.attrs.get("order", "C") == "C" and op.attrs.get("axis", 0) == 0
    return op.name in CONTIGUOUS and in_order and not {"order", "axis"} & {*op.args}


def unpack(frame: Frame, target: ast.Tuple | ast.List, binding: Binding) -> None:
    """Bind each element of a tuple target."""
    from sourcead.frontend.user_calls import inline_prelude

    n = len(target.elts)
    binding = take_all(frame, own_iterator(frame, binding, target), target)
    if isinstance(binding, Iteration) and elements(frame, binding, target) is None:
        binding = inline_prelude(frame, prelude.listed, [binding], target)
    starred = [k for k, e in enumerate(target.elts) if isinstance(e, ast.Starred)]
    around = _around_star(frame, binding, target, starred[0]) if starred else None
    items = around or _unpacked(frame, binding, target, n if not starred else None)
    if starred and around is None:
        k = starred[0]
        after = n - k - 1
        if len(items) < n - 1:
            frame.refuse(target, "SAD107", f"{len(items)} values for {n} targets")
        rest = Cell()
        frame.state.contents[rest] = ListItems(tuple(items[k : len(items) - after]))
        items = [*items[:k], rest, *items[len(items) - after :]]
    if len(items) != n:
        frame.refuse(target, "SAD107", f"{len(items)} values are unpacked into {n} names")
    for element, item in zip(target.elts, items, strict=True):
        assign(frame, element.value if isinstance(element, ast.Starred) else element, item)


def _around_star(
    frame: Frame, binding: Binding, target: ast.Tuple | ast.List, before: int
) -> list[Binding] | None:
    """`first, *rest = xs` of an array or a list of unknown length; None for anything else."""
    from sourcead.frontend.user_calls import inline_prelude

    if elements(frame, binding, target) is not None or not isinstance(binding, Value | Cell | View):
        return None
    value = read(frame, binding, target)
    if not isinstance(value.type, ListT) and not rank_of(value.type):
        return None
    held = named(frame, binding)
    after = len(target.elts) - before - 1
    given = [held, frame.const(before), frame.const(after)]
    rest = inline_prelude(frame, prelude.between, given, target)
    first = [read_item(frame, held, (k,), [], target) for k in range(before)]
    return [*first, rest, *(read_item(frame, held, (k,), [], target) for k in range(-after, 0))]


def _unpacked(frame: Frame, binding: Binding, target: ast.expr, n: int | None) -> list[Binding]:
    found = elements(frame, binding, target)
    if found is not None:
        return found
    if instance_class(frame, binding) is not None:
        frame.refuse(target, "SAD107", "an object is unpacked", fix="its attributes by their names")
    if isinstance(binding, ShapeOf) and n is not None:
        return [frame.extent(binding.array, k) for k in range(n)]
    value = read(frame, binding, target)
    if isinstance(value.type, StructT):
        return [frame.op("field", [value], ("s",), {"key": k}) for k in value.type.keys]
    if n is None or isinstance(value.type, ScalarT):
        frame.refuse(
            target,
            "SAD107",
            "the number of values to unpack is not known",
            fix="assign the elements one by one, by their index",
        )
    _check_length(frame, value, n)
    return [read_item(frame, binding, (k,), [], target) for k in range(n)]


def _check_length(frame: Frame, value: Value, n: int) -> None:
    """What Python checks when it unpacks an array or a list: that there are just `n` elements."""
    from sourcead.frontend.effects import effect

    dims = value.type.dims if isinstance(value.type, ArrayT) else None
    if dims and dims[0].symbol == n:
        return
    length = frame.extent(value, 0, "len")
    enough = frame.op("eq", [length, frame.const(n)])
    effect(frame, "check", [enough, frame.const(f"expected {n} values to unpack")], {})
    here = frame.builder.region
    if dims and isinstance(value.type, ArrayT) and (value in here.params or value.op in here.ops):
        value.type = ArrayT(value.type.dtype, (Dim(dims[0].symbol, n == 1), *dims[1:]))


# What can be assigned of an array, and is a view of it.
PARTS_OF_ARRAYS = ("real", "imag")


def set_attribute_of(frame: Frame, base: Binding, target: ast.Attribute, binding: Binding) -> None:
    """`base.attr = binding`."""
    from sourcead.frontend.expressions import get_attribute

    attr = target.attr

    def store(owner: Binding) -> Binding:
        content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
        if isinstance(owner, Cell) and isinstance(content, Instance):
            set_attribute(frame, owner, content, attr, binding, target)
            return Static(None)
        value = read(frame, owner, target) if isinstance(owner, Value | Cell | View) else None
        numeric = value is not None and isinstance(value.type, ScalarT | ArrayT)
        if numeric and not hasattr(np.ndarray, attr):
            frame.raises(AttributeError, f"no attribute '{attr}' can be set")
        if attr == "shape" and isinstance(owner, Cell) and value is not None:
            _reshape(frame, owner, value, binding, target)
            return Static(None)
        if target.attr in PARTS_OF_ARRAYS and isinstance(owner, Cell | View):
            place = get_attribute(frame, owner, target.attr, target)
            if isinstance(place, Cell | View):
                old, new = read(frame, place, target), read(frame, binding, target)
                set_item(frame, place, old, new, (Dots(),), [], target)
                return Static(None)
        outside = isinstance(owner, Static)
        return frame.refuse(
            target, "SAD204", f"the attribute `{target.attr}` cannot be written",
            fix="a result that the caller assigns to it" if outside else "use a variable",
        )  # fmt: skip

    per_path(frame, present(frame, base), target, store)


def _reshape(frame: Frame, owner: Cell, value: Value, shape: Binding, node: ast.Attribute) -> None:
    """`a.shape = ...`: the array itself has another shape from then on, under all its names."""
    from sourcead.frontend.calls import apply

    flat = isinstance(value.type, ArrayT) and value.type.rank == 1
    seen = views_in(frame, frame.roots(frame.live_now()), owner)
    if owner.owner != "local" or seen or not (owner.contiguous or flat):
        frame.refuse(
            node, "SAD204", "the shape of this array cannot be assigned",
            "it is a parameter, others see parts of it, or its memory may not be in order",
            f"`{ast.unparse(node.value)} = {ast.unparse(node.value)}.reshape(...)`",
        )  # fmt: skip
    made = apply(frame, Static(np.reshape), [value, shape], {}, node)
    write(frame, owner, read(frame, made, node), node)


def set_own_entry(
    frame: Frame, owner: Cell, content: Instance, key: str, value: Binding, node: ast.Subscript
) -> None:
    """`obj.__dict__["key"] = value`."""
    write(frame, owner, Instance(content.cls, {**content.items, key: value}), node)


def bind_statement_names(frame: Frame, stmt: ast.stmt, binding: Poison) -> None:
    """Bind every name that a statement would bind."""
    bound, updated_names = stored_names([stmt])
    for name in bound | updated_names:
        frame.bind(name, binding)
