"""`copy.copy` and `copy.deepcopy` of arrays, containers of known structure and objects."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    Content,
    DictItems,
    Instance,
    Items,
    ListItems,
    SetItems,
    ShapeOf,
    Static,
    View,
)
from sourcead.frontend.classes import class_of, look_up
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import bind_value, read
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, ScalarT

Args = list[Binding]
Kwargs = dict[str, Binding]
# What a class says of copies, and of the attributes that are copied.
OWN_COPIES = (
    "__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__",
    "__getattribute__",
)  # fmt: skip


def copied(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`copy.copy(x)`: a new container of the same parts."""
    return _copy(frame, args[0], lambda part: part, node)


def deeply_copied(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`copy.deepcopy(x)`: what stands in several places of it stands in as many of the copy."""
    if len(args) != 1 or kwargs:
        frame.refuse(node, "SAD105", "`deepcopy` with a memo is not supported")
    made: dict[Binding, Binding] = {}

    def each(part: Binding) -> Binding:
        if not isinstance(part, Cell):
            return _copy(frame, part, each, node)
        if part not in made:
            made[part] = _copy(frame, part, each, node)
        return made[part]

    return each(args[0])


def _copy(
    frame: Frame, binding: Binding, each: Callable[[Binding], Binding], node: ast.AST
) -> Binding:
    match binding:
        case Static() | Closure() | ShapeOf():
            return binding
        case Items(items=items):
            return replace(binding, items=tuple(map(each, items)))
        case Cell():
            content = frame.state.contents[binding]
            if not isinstance(content, Value) and binding.deque is None:
                return frame.new_cell(_copied_content(frame, content, each, node))
    if not isinstance(binding, Value | Cell | View):
        frame.refuse(node, "SAD105", "a copy of this is not supported")
    value = read(frame, binding, node)
    if isinstance(value.type, ScalarT):
        return value
    if not isinstance(value.type, ArrayT):
        frame.refuse(
            node, "SAD105", "a copy of what may be a number, or of a list of unknown length",
            fix="`.copy()` of the arrays themselves",
        )  # fmt: skip
    return bind_value(frame, frame.op("copy", [value]))


def _copied_content(
    frame: Frame, content: Content, each: Callable[[Binding], Binding], node: ast.AST
) -> Content:
    match content:
        case ListItems(items=items):
            return ListItems(tuple(map(each, items)))
        case DictItems(items=entries):
            return content.holding({key: each(part) for key, part in entries.items()})
        case SetItems():
            return content
        case Instance(cls=made_of, items=entries):
            cls = class_of(content)
            own = [] if cls is None else [look_up(cls, name) for name in OWN_COPIES]
            if any(found is not MISSING and hasattr(found, "__code__") for found in own):
                frame.refuse(node, "SAD105", "the class of the object says how it is copied",
                             fix="a call of the class")  # fmt: skip
            return Instance(made_of, {name: each(part) for name, part in entries.items()})
    frame.refuse(node, "SAD105", "a copy of this is not supported")


COPIES: dict[Any, Callable[[Frame, Args, Kwargs, ast.AST], Binding]] = {
    copy.copy: copied,
    copy.deepcopy: deeply_copied,
}
