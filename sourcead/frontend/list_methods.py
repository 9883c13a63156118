"""Methods of lists whose length is known at run time only, and `del` of their elements."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, Content, Items, Static, View
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import as_dynamic_list, element, put_into
from sourcead.frontend.memory import bind_value, read, write
from sourcead.frontend.sharing import is_mutable
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import held_elements, read_item
from sourcead.ir.core import Value
from sourcead.ir.index import Ref, Slice
from sourcead.ir.types import ListT, ScalarT, Type

Args = list[Binding]


def dynamic_method(
    frame: Frame, owner: Cell, content: Content, name: str, args: Args, node: ast.AST
) -> Binding:
    """Call a method of a list as one of unknown length."""
    method = METHODS.get(name)
    if isinstance(content, Value) and not isinstance(content.type, ListT):
        method = None
    value = as_dynamic_list(frame, content, node, owner) if method is not None else None
    found = None
    if method is not None and value is not None:
        found = method(frame, owner, value, args, node)
    if found is None:
        frame.refuse(
            node,
            "SAD106",
            f"this call of the list method `.{name}()` is not supported on a list whose length "
            "is not known",
            fix="use `append`, `insert`, `pop` and `extend`, or an array of fixed size",
        )
    return found


def _append(frame: Frame, owner: Cell, value: Value, args: Args, node: ast.AST) -> Binding | None:
    if len(args) != 1:
        return None
    item = _put_in(frame, owner, args[0], node)
    write(frame, owner, frame.op("append", [value, item], ("xs", "v")), node)
    return Static(None)


def _put_in(frame: Frame, owner: Cell, item: Binding, node: ast.AST) -> Value:
    """The value of something that a list is going to hold."""
    put_into(frame, owner, item)
    return element(frame, item, node)


def _insert(frame: Frame, owner: Cell, value: Value, args: Args, node: ast.AST) -> Binding | None:
    if len(args) != 2:
        return None
    item = _put_in(frame, owner, args[1], node)
    place = _integer(frame, args[0], node)
    write(frame, owner, frame.op("insert", [value, item, place], ("xs", "v", "k")), node)
    return Static(None)


def _integer(frame: Frame, binding: Binding, node: ast.AST) -> Value:
    place = read(frame, binding, node)
    if not isinstance(place.type, ScalarT) or place.type.kind != "int":
        frame.refuse(node, "SAD105", "the place in a list must be an integer")
    return place


def _pop(frame: Frame, owner: Cell, value: Value, args: Args, node: ast.AST) -> Binding | None:
    if len(args) > 1:
        return None
    place = _integer(frame, args[0], node) if args else frame.const(-1)
    return removed(frame, owner, value, place, node)


def removed(frame: Frame, owner: Cell, value: Value, place: Value, node: ast.AST) -> Binding:
    """Remove an element, which stands for itself from then on."""
    k = static_value(place)
    if k == -1:
        item = frame.op("getitem", [value], ("x",), {"index": (-1,)})
        rest = frame.op("without_last", [value, item], ("xs", "item"))
    else:
        if isinstance(k, int) and k < 0:
            length = frame.op("dim", [value], ("x",), {"axis": 0}, style="len")
            place = frame.op("add", [length, place])
        index = (k,) if isinstance(k, int) and k >= 0 else (Ref(0),)
        operands = [value] if index == (k,) else [value, place]
        item = frame.op("getitem", operands, ("x", "i0")[: len(operands)], {"index": index})
        rest = frame.op("delete", [value, item, place], ("xs", "item", "k"))
    write(frame, owner, rest, node)
    return held_elements(frame, item)


def _extend(frame: Frame, owner: Cell, value: Value, args: Args, node: ast.AST) -> Binding | None:
    from sourcead.frontend.user_calls import inline_prelude

    if len(args) != 1:
        return None
    known = elements(frame, args[0], node)
    if known is not None:
        for item in known:
            _append(frame, owner, value, [item], node)
            value = read(frame, owner, node)
        return Static(None)
    more = read(frame, args[0], node) if isinstance(args[0], Cell | View | Value) else None
    if more is not None and isinstance(more.type, ListT):
        _share(owner, value.type, args[0])
        write(frame, owner, frame.op("extend", [value, more], ("xs", "ys")), node)
        return Static(None)
    write(frame, owner, value, node)
    return inline_prelude(frame, prelude.extend, [owner, args[0]], node)


def _share(owner: Cell, t: Type, other: Binding) -> None:
    """One list has got the elements of another."""
    if isinstance(t, ListT) and is_mutable(t.elem):
        owner.shared = True
        if isinstance(other, Cell):
            other.shared = True


def joined(frame: Frame, left: Value, right: Value) -> Binding:
    """`xs + ys`: a new list of the elements of both."""
    return bind_value(frame, frame.op("concat", [left, right], ("xs", "ys")))


def _copy(frame: Frame, owner: Cell, value: Value, args: Args, node: ast.AST) -> Binding | None:
    return None if args else bind_value(frame, value)


def _clear(frame: Frame, owner: Cell, value: Value, args: Args, node: ast.AST) -> Binding | None:
    if args:
        return None
    write(frame, owner, frame.op("list", [], attrs={"dynamic": True}, type=value.type), node)
    return Static(None)


def _reverse(frame: Frame, owner: Cell, value: Value, args: Args, node: ast.AST) -> Binding | None:
    if args:
        return None
    backwards = {"index": (Slice(None, None, -1),)}
    write(frame, owner, frame.op("getitem", [value], ("x",), backwards), node)
    return Static(None)


METHODS: dict[str, Callable[[Frame, Cell, Value, Args, ast.AST], Binding | None]] = {
    "append": _append,
    "insert": _insert,
    "pop": _pop,
    "extend": _extend,
    "copy": _copy,
    "clear": _clear,
    "reverse": _reverse,
}


def delete_from_list(
    frame: Frame, owner: Cell, content: Content, index: Binding, node: ast.AST
) -> None:
    """`del xs[k]` and `del xs[a:b]` of a list of unknown length."""
    value = as_dynamic_list(frame, content, node, owner)
    if not isinstance(index, Items):
        removed(frame, owner, value, _integer(frame, index, node), node)
        return
    start, stop, step = index.items
    if static_value(step) not in (None, 1):
        frame.refuse(node, "SAD101", "`del` with a step is not supported", fix="a new list")
    write(frame, owner, value, node)
    parts = []
    if static_value(start) not in (None, 0):
        parts.append(_part(frame, owner, None, start, node))
    if static_value(stop) is not None:
        parts.append(_part(frame, owner, stop, None, node))
    kept = frame.op("list", [], attrs={"dynamic": True}, type=value.type)
    if parts:
        kept = parts[0]
    if len(parts) == 2:
        kept = frame.op("concat", parts, ("xs", "ys"))
    write(frame, owner, kept, node)


def _part(
    frame: Frame, owner: Cell, lower: Binding | None, upper: Binding | None, node: ast.AST
) -> Value:
    operands: list[Value] = []
    bounds: list[int | Ref | None] = []
    for bound in (lower, upper):
        known = None if bound is None else static_value(bound)
        if bound is not None and known is not None and not isinstance(known, int):
            operands.append(_integer(frame, bound, node))
            bounds.append(Ref(len(operands) - 1))
        else:
            bounds.append(known)
    entry = Slice(bounds[0], bounds[1], None)
    return read(frame, read_item(frame, owner, (entry,), operands, node), node)
