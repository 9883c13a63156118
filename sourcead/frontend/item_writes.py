"""Writing what a subscript leads to: elements and slices of arrays, lists and dicts."""

from __future__ import annotations

import ast
from typing import Any

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, DictItems, ListItems, View
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import as_array, as_dynamic_list, element, put_into
from sourcead.frontend.memory import read, write
from sourcead.frontend.overlaps import check_apart
from sourcead.frontend.sharing import is_mutable
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import Indices, composed, known_slice
from sourcead.ir.core import Value
from sourcead.ir.index import Ref, Slice
from sourcead.ir.types import ArrayT, ListT, UnknownT


def write_item(
    frame: Frame, base: Binding, node: ast.Subscript, index: Indices, value: Binding
) -> None:
    """`base[index] = value`."""
    entries, operands = index
    content = frame.state.contents.get(base) if isinstance(base, Cell) else None
    if isinstance(base, Cell) and isinstance(content, DictItems):
        write(frame, base, content.holding({**content.items, entries[0]: value}), node)
        return
    if isinstance(base, Cell) and isinstance(content, ListItems):
        _write_list(frame, base, content, index, value, node)
        return
    if not isinstance(base, Cell | View):
        no_target(frame, base, node)
    whole, entries, operands = composed(frame, base, entries, operands)
    assert isinstance(whole, Cell | View)
    old = read(frame, whole, node)
    if isinstance(old.type, ListT):
        _write_element(frame, whole, old, entries, operands, value, node)
        return
    new = read(frame, value, node)
    if not isinstance(old.type, ArrayT | UnknownT):
        no_target(frame, base, node)
    if isinstance(new.type, ArrayT | UnknownT):
        check_apart(frame, whole, value, (entries, operands), node)
    set_item(frame, whole, old, new, entries, operands, node)


def set_item(
    frame: Frame,
    place: Cell | View,
    old: Value,
    new: Value,
    entries: tuple[Any, ...],
    operands: list[Value],
    node: ast.AST,
    name: str = "setitem",
) -> None:
    """Write through a place with one `setitem` (or `setitem_add`)."""
    args = ("x", "v", *(f"i{k}" for k in range(len(operands))))
    new = as_array(frame, new)
    kept = old.type if isinstance(old.type, ArrayT) else None
    result = frame.op(name, [old, new, *operands], args, {"index": entries}, type=kept)
    write(frame, place, result, node)


def _write_element(
    frame: Frame,
    place: Cell | View,
    old: Value,
    entries: tuple[Any, ...],
    operands: list[Value],
    value: Binding,
    node: ast.AST,
) -> None:
    if isinstance(entries[0], Slice) and isinstance(place, Cell):
        _write_part(frame, place, old, (entries[0], operands), value, node)
        return
    new = element(frame, value, node)
    if len(entries) != 1 or isinstance(entries[0], Slice):
        frame.refuse(node, "SAD204", "a slice of this list cannot be written")
    put_into(frame, place, value)
    args = ("x", "v", *(f"i{k}" for k in range(len(operands))))
    result = frame.op("setitem", [old, new, *operands], args, {"index": entries})
    write(frame, place, result, node)


def _write_part(
    frame: Frame, owner: Cell, old: Value, index: tuple[Slice, list[Value]], value: Binding,
    node: ast.AST,
) -> None:  # fmt: skip
    """`xs[a:b] = ys` of a list of numbers: it gets as long as it then is."""
    from sourcead.frontend.iterators import take_all
    from sourcead.frontend.user_calls import inline_prelude

    part, operands = index
    if part.step is not None or not isinstance(old.type, ListT) or is_mutable(old.type.elem):
        frame.refuse(node, "SAD204", "a slice of this list cannot be written")
    write(frame, owner, old, node)
    bounds = [operands[b.k] if isinstance(b, Ref) else b for b in (part.lower, part.upper)]
    start, stop = (frame.const(b) if isinstance(b, int) else b for b in bounds)
    more = value
    if not (isinstance(value, Cell) and isinstance(frame.state.contents[value], ListItems)):
        more = inline_prelude(frame, prelude.listed, [take_all(frame, value, node)], node)
    if frame.state.contents[owner] is not old:
        frame.refuse(
            node, "SAD204", "a slice of a list is assigned what changes the list as it is made",
            fix="a list of it first: `list(...)`",
        )  # fmt: skip
    found: Binding
    if stop is None and (start is None or static_value(start) == 0):
        found = inline_prelude(frame, prelude.listed, [more], node)
    elif stop is None:
        assert start is not None
        found = inline_prelude(frame, prelude.with_tail, [owner, start, more], node)
    elif start is None or static_value(start) == 0:
        found = inline_prelude(frame, prelude.with_head, [owner, stop, more], node)
    else:
        found = inline_prelude(frame, prelude.with_part, [owner, start, stop, more], node)
    write(frame, owner, read(frame, found, node), node)


def no_target(frame: Frame, base: Binding, node: ast.Subscript) -> None:
    name = ast.unparse(node.value)
    frame.refuse(
        node,
        "SAD204",
        f"`{name}` cannot be written",
        "only arrays, lists and dicts have elements that can be assigned",
        "assign the result to a name first" if not isinstance(node.value, ast.Name) else "",
    )


def _write_list(
    frame: Frame, base: Cell, content: ListItems, index: Indices, value: Binding, node: ast.AST
) -> None:
    entries, operands = index
    items = list(content.items)
    (entry,) = entries
    if isinstance(entry, int):
        if not -len(items) <= entry < len(items):
            frame.refuse(node, "SAD108", f"index {entry} is out of range for {len(items)} elements")
        items[entry] = value
        write(frame, base, ListItems(tuple(items)), node)
        return
    known = known_slice(entry) if isinstance(entry, Slice) else None
    if known is not None:
        more = elements(frame, value, node)
        if more is not None:
            items[known] = more
            write(frame, base, ListItems(tuple(items)), node)
            return
    old = as_dynamic_list(frame, content, node, base)
    _write_element(frame, base, old, entries, operands, value, node)
