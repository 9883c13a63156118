"""Methods of lists, tuples and dicts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NoReturn

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    DictItems,
    Items,
    ListItems,
    Lost,
    SetItems,
    Static,
)
from sourcead.frontend.classes import own_method, with_fields
from sourcead.frontend.conditions import elements, truth
from sourcead.frontend.dicts import dict_method
from sourcead.frontend.dunders import holds_object
from sourcead.frontend.frame import Frame
from sourcead.frontend.list_methods import delete_from_list, dynamic_method
from sourcead.frontend.memory import named, read, write
from sourcead.frontend.sets import set_method
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ListT

Kwargs = dict[str, Binding]


def container_method(
    frame: Frame, owner: Binding, name: str, args: list[Binding], kwargs: Kwargs, node: ast.AST
) -> Binding:
    """Call a method of a container."""
    content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
    if isinstance(content, Lost):
        read(frame, owner, node)
    if isinstance(owner, Cell) and owner.deque is not None and not kwargs:
        args = [named(frame, a) for a in args]
        from sourcead.frontend.deques import deque_method

        return deque_method(frame, owner, name, args, node)
    if isinstance(owner, Cell) and isinstance(content, SetItems) and not kwargs:
        return set_method(frame, owner, content.elements, name, args, node)
    if isinstance(owner, Cell) and isinstance(content, DictItems):
        return dict_method(frame, owner, content, name, args, kwargs, node)
    if name == "sort" and isinstance(owner, Cell) and not args:
        return _sort(frame, owner, kwargs, node)
    if isinstance(owner, Cell) and not kwargs:
        args = [named(frame, a) for a in args]
        if isinstance(content, ListItems):
            return list_method(frame, owner, list(content.items), name, args, node)
        if isinstance(content, Value):
            return dynamic_method(frame, owner, content, name, args, node)
    if name in ("index", "count"):
        return _search(frame, owner, name, args, node)
    if name == "_replace":
        return with_fields(frame, owner, kwargs, node)
    if name == "_asdict" and isinstance(owner, Items) and owner.names:
        made = Cell()
        frame.state.contents[made] = DictItems(dict(zip(owner.names, owner.items, strict=True)))
        return made
    return frame.refuse(node, "SAD106", f"the method `.{name}()` is not supported here")


def _sort(frame: Frame, owner: Cell, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`xs.sort(key=, reverse=)`."""
    from sourcead.frontend.ordering import sorted_call

    ordered = sorted_call(frame, [owner], kwargs, node)
    if not isinstance(ordered, Cell):
        read(frame, ordered, node)
        raise AssertionError(ordered)
    write(frame, owner, frame.state.contents[ordered], node)
    return Static(None)


def delete_item(frame: Frame, target: ast.Subscript, node: ast.AST) -> None:
    """`del xs[i]`, `del d[key]`."""
    owner = frame.expr(target.value)
    content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
    index = frame.expr(target.slice)
    if own_method(frame, owner, "__delitem__", [index], node) is not None:
        return
    key = static_value(index)
    if isinstance(owner, Cell) and isinstance(content, DictItems) and key in content.items:
        left = {k: v for k, v in content.items.items() if k != key}
        write(frame, owner, content.holding(left), node)
        return
    if isinstance(owner, Cell) and isinstance(content, ListItems):
        items = list(content.items)
        bounds = [static_value(b) for b in index.items] if isinstance(index, Items) else []
        if type(key) is int and -len(items) <= key < len(items):
            del items[key]
        elif bounds and all(b is None or type(b) is int for b in bounds):
            del items[slice(*bounds)]
        elif type(key) is int:
            frame.raises(IndexError, "list assignment index out of range")
            frame.refuse(node, "SAD108", f"index {key} is out of range for {len(items)} elements")
        else:
            delete_from_list(frame, owner, content, index, node)
            return
        write(frame, owner, ListItems(tuple(items)), node)
        return
    if isinstance(owner, Cell) and isinstance(content, Value) and isinstance(content.type, ListT):
        delete_from_list(frame, owner, content, index, node)
        return
    frame.refuse(
        node, "SAD101", "`del` of an element is not supported here", fix="make a new container"
    )


def list_method(
    frame: Frame, owner: Cell, items: list[Binding], name: str, args: list[Binding], node: ast.AST
) -> Binding:
    """A list of known structure."""
    result: Binding = Static(None)
    match name, args:
        case "append", [item]:
            items.append(item)
        case "extend", [more]:
            found = elements(frame, more, node)
            if found is None:
                return dynamic_method(frame, owner, frame.state.contents[owner], name, args, node)
            items += found
        case "insert", [at, item]:
            k = static_value(at)
            if not isinstance(k, int):
                return dynamic_method(frame, owner, frame.state.contents[owner], name, args, node)
            items.insert(k, item)
        case "pop", _ if len(args) <= 1:
            k = static_value(args[0]) if args else -1
            if not isinstance(k, int):
                return dynamic_method(frame, owner, frame.state.contents[owner], name, args, node)
            if not -len(items) <= k < len(items):
                frame.raises(IndexError, "pop index out of range")
                frame.refuse(node, "SAD108", "the index of `pop` is out of range for this list")
            result = items.pop(k)
        case "reverse", []:
            items.reverse()
        case "clear", []:
            items.clear()
        case "copy", []:
            copied = Cell()
            frame.state.contents[copied] = ListItems(tuple(items))
            return copied
        case "remove", [item]:
            del items[_place_of(frame, items, name, item, node)]
        case (("index" | "count"), _):
            return _search(frame, owner, name, args, node)
        case _:
            frame.refuse(node, "SAD106", f"the list method `.{name}()` is not supported here")
    write(frame, owner, ListItems(tuple(items)), node)
    return result


def _search(frame: Frame, owner: Binding, name: str, args: list[Binding], node: ast.AST) -> Binding:
    items = elements(frame, owner, node)
    if items is None or len(args) != 1:
        _refuse_search(frame, name, node)
    if name == "index":
        return frame.const(_place_of(frame, items, name, args[0], node))
    return frame.const(sum(_matches(frame, items, name, args[0], node)))


def _place_of(frame: Frame, items: list[Binding], name: str, wanted: Binding, node: ast.AST) -> int:
    """The first place in a list where something stands that is equal."""
    for place, equal in enumerate(_matches(frame, items, name, wanted, node)):
        if equal:
            return place
    known = static_value(wanted)
    shown = "it" if known is MISSING else repr(known)
    frame.raises(ValueError, f"{shown} is not in the list")
    return frame.refuse(node, "SAD108", f"{shown} is not in the list")


def _matches(
    frame: Frame, items: list[Binding], name: str, wanted: Binding, node: ast.AST
) -> Iterator[bool]:
    """Whether each element is equal to something; objects are asked in turn."""
    from sourcead.frontend.membership import is_or_equals

    assert isinstance(node, ast.expr)
    values, value = [static_value(item) for item in items], static_value(wanted)
    known = value is not MISSING and MISSING not in values
    if not known and not any(holds_object(frame, b) for b in (wanted, *items)):
        _refuse_search(frame, name, node)
    for item, found in zip(items, values, strict=True):
        equal = found == value if known else None
        if equal is None:
            equal = truth(frame, is_or_equals(frame, item, wanted, node), node)
        if not isinstance(equal, bool):
            _refuse_search(frame, name, node)
        yield equal


def _refuse_search(frame: Frame, name: str, node: ast.AST) -> NoReturn:
    frame.refuse(
        node, "SAD108", f"`.{name}()` must be decided when the function is compiled",
        fix="a loop with an `if`, or an array and `np.argmin`, `np.sum` of a comparison",
    )  # fmt: skip
