"""Subscripts: reading an element, a slice or a selection, and writing it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    DictItems,
    Instance,
    Items,
    ListItems,
    ShapeOf,
    Static,
    Step,
    Store,
    View,
)
from sourcead.frontend.choices import chosen, versions
from sourcead.frontend.classes import call, instance_class, object_class, special_method
from sourcead.frontend.conditions import elements
from sourcead.frontend.dicts import dict_item, known_key
from sourcead.frontend.dunders import index_of
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.lists import as_dynamic_list, shared_type
from sourcead.frontend.memory import bind_value, read, read_as_array
from sourcead.frontend.optional import present
from sourcead.frontend.paths import per_path
from sourcead.frontend.sharing import is_mutable, kin, reachable_cells
from sourcead.frontend.static_calls import TYPES, type_of_types
from sourcead.frontend.statics import plain, static_value
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Value
from sourcead.ir.index import Dots, Entry, Index, NewAxis, Ref, Slice
from sourcead.ir.types import ArrayT, ListT, NumberedT, ScalarT, StructT, UnknownT
from sourcead.ops.infer_core import is_basic

Indices = tuple[tuple[Any, ...], list[Value]]

# `np.r_[...]` and `np.c_[...]`, which join what stands in the brackets; `np.mgrid`, `np.ogrid`.
SHORTHANDS: dict[Any, Callable[[Frame, ast.Subscript], Binding]] = {}
SHORTHAND_TYPES = (type(np.r_), type(np.c_), type(np.mgrid), type(np.ogrid))


@expression(ast.Subscript)
def subscript(frame: Frame, node: ast.Subscript) -> Binding:
    own = own_entries(frame, node)
    if own is not None:
        return dict_entry(frame, own[1].items, own[2], node)
    base = present(frame, frame.thing(node.value))
    return per_path(frame, base, node, lambda one: _subscripted(frame, one, node))


def _subscripted(frame: Frame, base: Binding, node: ast.Subscript) -> Binding:
    if isinstance(base, Static) and type(base.held) in SHORTHAND_TYPES:
        return SHORTHANDS[base.value](frame, node)
    getter = special_method(frame, object_class(frame, base), "__getitem__", node)
    if getter is not None:
        return call(frame, getter, [base, frame.expr(node.slice)], {}, node)
    if instance_class(frame, base) is not None:
        frame.refuse(node, "SAD102", "an object whose class has no `__getitem__` is subscripted")
    if isinstance(base, Static) and isinstance(base.held, TYPES):
        return type_of_types(frame, base.value, node)
    if isinstance(base, Static) and isinstance(base.held, str | bytes):
        return _part_of_text(frame, base.value, node)
    if _is_mapping(frame, base):
        return _by_key(frame, base, frame.expr(node.slice), node)
    entries, operands = make_index(frame, base, node)
    return read_item(frame, base, entries, operands, node)


def _part_of_text(frame: Frame, text: str | bytes, node: ast.Subscript) -> Binding:
    """A character or a slice of a text that is known."""
    index = frame.expr(node.slice)
    known = [static_value(part) for part in (index.items if isinstance(index, Items) else [index])]
    if MISSING in known:
        frame.refuse(node, "SAD108", "which part of a text this is, only the program will tell",
                     fix="an index that is known, or an `if` for each text")  # fmt: skip
    key = slice(*known) if isinstance(index, Items) else known[0]
    return _static_item(frame, Static(text), key, node)


def _by_key(frame: Frame, base: Binding, key: Binding, node: ast.Subscript) -> Binding:
    from sourcead.frontend.computed_keys import place_of_key, values_of

    place = place_of_key(frame, base, key, node.slice)
    if place is not None:
        return read_item(frame, values_of(frame, base), (Ref(0),), [place], node)
    return read_item(frame, base, (known_key(frame, key, node.slice),), [], node)


def own_entries(frame: Frame, node: ast.Subscript) -> tuple[Cell, Instance, str] | None:
    """The object, its content and the key of `obj.__dict__["key"]`; None for anything else."""
    if not isinstance(node.value, ast.Attribute) or node.value.attr != "__dict__":
        return None
    owner = frame.known(present(frame, frame.expr(node.value.value)), node)
    content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
    key = static_value(frame.expr(node.slice))
    if not isinstance(owner, Cell) or not isinstance(content, Instance) or key is MISSING:
        return None
    return owner, content, key


def make_index(frame: Frame, base: Binding, node: ast.Subscript) -> Indices:
    """The entries of a subscript, and the values they refer to."""
    if _is_mapping(frame, base):
        return (known_key(frame, frame.expr(node.slice), node.slice),), []
    entries: list[Entry] = []
    operands: list[Value] = []
    if not isinstance(node.slice, ast.Tuple):
        _add_entries(frame, node.slice, entries, operands)
        return tuple(entries), operands
    for part in node.slice.elts:
        _add_entries(frame, part, entries, operands, among_others=True)
    return tuple(entries), operands


def _is_mapping(frame: Frame, base: Binding) -> bool:
    if isinstance(base, Static):
        return isinstance(base.held, dict)
    if isinstance(base, Cell):
        return isinstance(frame.state.contents[base], DictItems)
    return False


def _add_entries(
    frame: Frame,
    part: ast.expr,
    entries: list[Entry],
    operands: list[Value],
    among_others: bool = False,
) -> None:
    """The entries of one part; a tuple that stands alone holds the parts, beside others it is
    an array of positions."""
    if isinstance(part, ast.Slice):
        bounds = [_bound(frame, b, operands) for b in (part.lower, part.upper, part.step)]
        entries.append(Slice(*bounds))
        return
    if isinstance(part, ast.Starred):
        frame.refuse(part, "SAD102", "a starred subscript is not supported")
    binding = frame.expr(part)
    items = [binding]
    if isinstance(binding, Items) and binding.kind == "tuple":
        if among_others:
            items = [frame.new_list(binding.items)]
        else:
            items = list(binding.items)
    for item in items:
        entries.append(_entry(frame, index_of(frame, item, part), part, operands))


def _entry(frame: Frame, binding: Binding, node: ast.AST, operands: list[Value]) -> Entry:
    if isinstance(binding, Items) and binding.kind == "slice":
        bounds = [_slice_bound(frame, b, node, operands) for b in binding.items]
        return Slice(*bounds)
    known = plain(static_value(binding))
    if known is None:
        return NewAxis()
    if known is Ellipsis:
        return Dots()
    if isinstance(known, slice):
        return Slice(known.start, known.stop, known.step)
    if isinstance(known, int) and not isinstance(known, bool):
        return known
    value = read_as_array(frame, binding, node)
    number = constant(value)
    if isinstance(number, int | np.integer) and not isinstance(number, bool):
        return int(number)
    operands.append(value)
    return Ref(len(operands) - 1)


def _bound(frame: Frame, node: ast.expr | None, operands: list[Value]) -> int | Ref | None:
    return None if node is None else _slice_bound(frame, frame.expr(node), node, operands)


def _slice_bound(
    frame: Frame, binding: Binding, node: ast.AST, operands: list[Value]
) -> int | Ref | None:
    binding = index_of(frame, binding, node)
    known = plain(static_value(binding))
    if known is None or (isinstance(known, int) and not isinstance(known, bool)):
        return known
    operands.append(read(frame, binding, node))
    return Ref(len(operands) - 1)


# Reading -----------------------------------------------------------------------------------


def read_item(
    frame: Frame, base: Binding, entries: tuple[Any, ...], operands: list[Value], node: ast.AST
) -> Binding:
    """`base[index]`: an element, a view, or a fresh selection."""
    if isinstance(base, Cell) and isinstance(frame.state.contents[base], DictItems):
        return dict_item(frame, base, entries[0], node)
    if isinstance(base, Static) and isinstance(base.held, dict | str):
        return _static_item(frame, base, entries[0], node)
    if isinstance(base, ShapeOf) and len(entries) == 1 and isinstance(entries[0], int):
        return _shape_item(frame, base, entries[0])
    items = None if isinstance(base, Value | View) else elements(frame, base, node)
    if items is not None:
        found = _known_item(frame, base, items, entries, operands, node)
        if found is not None:
            return found
    return _array_item(frame, base, entries, operands, node)


def _shape_item(frame: Frame, base: ShapeOf, k: int) -> Binding:
    rank = getattr(base.array.type, "rank", None)
    axis = k + rank if k < 0 and rank is not None else k
    return frame.extent(base.array, axis)


def dict_entry(frame: Frame, items: dict[Any, Binding], key: Any, node: ast.AST) -> Binding:
    if key not in items:
        frame.raises(KeyError, str(key))
        frame.refuse(node, "SAD108", f"the key {key!r} is not in the dict")
    return items[key]


def _static_item(frame: Frame, base: Static, key: Any, node: ast.AST) -> Binding:
    try:
        found = base.held[key]
        if isinstance(found, tuple | int | float | complex):
            found = base.value[key]
        return frame.program.static_binding(frame, found, node)
    except (LookupError, TypeError) as error:
        frame.raises(type(error), str(key))
        frame.refuse(node, "SAD108", f"{key!r} is no valid key here")


def _known_item(
    frame: Frame,
    base: Binding,
    items: list[Binding],
    entries: tuple[Any, ...],
    operands: list[Value],
    node: ast.AST,
) -> Binding | None:
    """An element or a slice of a container of known structure."""
    if len(entries) != 1:
        frame.refuse(node, "SAD105", "a list or tuple takes a single index")
    (entry,) = entries
    if isinstance(entry, int):
        if not -len(items) <= entry < len(items):
            frame.raises(IndexError, "list index out of range")
            frame.refuse(node, "SAD108", f"index {entry} is out of range for {len(items)} elements")
        return items[entry]
    if isinstance(entry, Slice):
        known = known_slice(entry)
        if known is None:
            return None
        part = tuple(items[known])
        if not isinstance(base, Cell):
            return Items(part)
        return frame.new_list(part)
    return None


def known_slice(entry: Slice) -> slice | None:
    """A slice with literal bounds."""
    bounds = (entry.lower, entry.upper, entry.step)
    numbers = [b for b in bounds if not isinstance(b, Ref)]
    return slice(numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None


def _array_item(
    frame: Frame, base: Binding, entries: tuple[Any, ...], operands: list[Value], node: ast.AST
) -> Binding:
    base, entries, operands = composed(frame, base, entries, operands)
    value = read(frame, base, node)
    if isinstance(value.type, ScalarT) and value.type.dtype is None:
        frame.raises(TypeError, "a number is not subscriptable")
        frame.refuse(node, "SAD102", "a number cannot be subscripted")
    if isinstance(value.type, StructT) and isinstance(entries[0], Ref):
        known = _followed_items(frame, base, value.type)
        view = None if known is None else _computed_place(frame, known, value, operands, node)
        if view is not None:
            return view
    if isinstance(value.type, StructT) and len(entries) == 1 and isinstance(entries[0], Ref):
        content = frame.state.contents[base] if isinstance(base, Cell) else None
        if isinstance(content, ListItems) and shared_type(value.type.types) is not None:
            as_dynamic_list(frame, content, node, base if isinstance(base, Cell) else None)
        value = _uniform(frame, value, node)
    if isinstance(value.type, ListT) and isinstance(base, Cell):
        frame.state.contents[base] = value
    attrs = {"index": entries}
    args = ("x", *(f"i{k}" for k in range(len(operands))))
    result = frame.op("getitem", [value, *operands], args, attrs)
    if isinstance(result.type, NumberedT):
        return bind_value(frame, result)
    if isinstance(base, Items) and is_mutable(result.type):
        return held_elements(frame, result, base.items)
    if not isinstance(base, Cell | View) or isinstance(result.type, ScalarT):
        return result
    op = result.op
    if op is None or op.name != "getitem" or op.operands[0] is not value:
        return result
    if isinstance(value.type, ListT):
        if isinstance(entries[0], Slice):
            return result
        followed = frame.program.ways.follows and isinstance(result.type, ArrayT)
        is_place = node in frame.program.places or (followed and isinstance(base, Cell))
        if isinstance(result.type, StructT) or not is_place:
            return held_elements(frame, result)
    elif is_basic(op) is False:
        return result
    view = View(base, Step("getitem", tuple(operands), args, attrs))
    frame.state.reads[view] = (value, result)
    return view


def _followed_items(frame: Frame, base: Binding, t: StructT) -> tuple[Binding, ...] | None:
    """The arrays one of which is taken at a computed place, where it stays one of them."""
    content = frame.state.contents[base] if isinstance(base, Cell) else base
    if not all(isinstance(u, ArrayT | UnknownT) for u in t.types):
        return None
    followed = isinstance(content, ListItems) and frame.program.ways.follows
    if isinstance(content, Items | ListItems) and (followed or isinstance(content, Items)):
        return content.items
    return None


def _computed_place(
    frame: Frame, items: tuple[Binding, ...], value: Value, operands: list[Value], node: ast.AST
) -> Binding | None:
    """An element of a container of known structure at a place that is computed."""
    view = chosen(frame, items, operands[0])
    if view is None:
        return None
    listed = _uniform(frame, value, node)
    result = frame.op("getitem", [listed, *operands], ("x", "i0"), {"index": (Ref(0),)})
    frame.state.reads[view] = (versions(frame, items), result)
    return view


def held_elements(frame: Frame, value: Value, among: Sequence[Binding] = ()) -> Binding:
    """What is an element of a list: it can be read, not written.

    `among` are the elements if they are known: it may be any of them, or a part of one.
    """
    binding = bind_value(frame, value, made=False)
    for cell in reachable_cells(frame, [binding]):
        if isinstance(cell, Store):
            continue
        cell.held = True
        for known in reachable_cells(frame, among):
            cell.doubts |= kin(known, frame.state)
    return binding


def _uniform(frame: Frame, value: Value, node: ast.AST) -> Value:
    """A container of known structure, indexed by a computed number: a list of one type."""
    t = value.type
    assert isinstance(t, StructT)
    if shared_type(t.types) is None:
        frame.refuse(
            node,
            "SAD108",
            "the index must be known when the function is compiled",
            "the elements have different types",
        )
    parts = [frame.op("field", [value], ("s",), {"key": k}) for k in t.keys]
    return frame.op("list", parts, attrs={"dynamic": True})


def composed(
    frame: Frame, base: Binding, entries: tuple[Any, ...], operands: list[Value]
) -> tuple[Binding, tuple[Any, ...], list[Value]]:
    """`a[i][j]` is `a[i, j]` where nothing but an element of the first axes is taken."""
    if not isinstance(base, View) or base.step.name != "getitem":
        return base, entries, operands
    first: Index = base.step.attrs["index"]
    whole = read(frame, base.base, ast.Name("whole", ast.Load()))
    if not isinstance(whole.type, ArrayT) or not all(_is_number(e, base.step) for e in first):
        return base, entries, operands
    if not all(_is_plain(e, operands) for e in entries):
        return base, entries, operands
    n = len(base.step.operands)
    moved = tuple(_shifted(e, n) for e in entries)
    return base.base, (*first, *moved), [*base.step.operands, *operands]


def _is_number(entry: Entry, step: Step) -> bool:
    if isinstance(entry, Ref):
        t = step.operands[entry.k].type
        return isinstance(t, ScalarT) and t.kind == "int"
    return isinstance(entry, int)


def _is_plain(entry: Entry, operands: list[Value]) -> bool:
    if isinstance(entry, Ref):
        t = operands[entry.k].type
        return isinstance(t, ScalarT) and t.kind == "int"
    return True


def _shifted(entry: Entry, n: int) -> Entry:
    def move(part: int | Ref | None) -> int | Ref | None:
        return Ref(part.k + n) if isinstance(part, Ref) else part

    if isinstance(entry, Slice):
        return Slice(move(entry.lower), move(entry.upper), move(entry.step))
    return Ref(entry.k + n) if isinstance(entry, Ref) else entry
