"""Python's builtins that select code, build containers or iterate."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import functools
from collections.abc import Callable
from types import UnionType
from typing import Any

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Closure,
    Instance,
    Items,
    ListItems,
    SetItems,
    ShapeOf,
    Static,
    View,
)
from sourcead.frontend.classes import class_of, super_call, with_fields
from sourcead.frontend.conditions import truth
from sourcead.frontend.deques import DEQUES
from sourcead.frontend.dicts import DICTS
from sourcead.frontend.effects import print_call
from sourcead.frontend.frame import Frame
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iteration_calls import ITERATION
from sourcead.frontend.memory import read
from sourcead.frontend.ordering import (
    extreme,
    filter_call,
    is_sequence,
    map_call,
    reduce_call,
    sorted_call,
)
from sourcead.frontend.sets import set_call
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import slice_object
from sourcead.frontend.text import TEXT
from sourcead.frontend.user_calls import inline_prelude
from sourcead.frontend.writes import put
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import (
    ArrayT,
    ListT,
    NoneT,
    RangeT,
    ScalarT,
    StrT,
    StructT,
    UnknownT,
)

Args = list[Binding]
Kwargs = dict[str, Binding]
BUILTINS: dict[Any, Callable[[Frame, Args, Kwargs, ast.AST], Binding]] = {np.put: put, **ITERATION}
Handler = Callable[[Frame, Args, Kwargs, ast.AST], Binding]


def builtin(*targets: Any) -> Callable[[Handler], Handler]:
    """Register the lowering of builtins."""

    def register(handler: Handler) -> Handler:
        BUILTINS.update(dict.fromkeys(targets, handler))
        return handler

    return register


def builtin_of(*targets: Any) -> Callable[[Callable[..., Binding]], Callable[..., Binding]]:
    """Register one lowering of several builtins, which is told which of them is called."""

    def register(handler: Callable[..., Binding]) -> Callable[..., Binding]:
        BUILTINS.update({target: functools.partial(handler, target) for target in targets})
        return handler

    return register


def _wrong(frame: Frame, node: ast.AST, name: str) -> None:
    frame.refuse(node, "SAD105", f"this form of `{name}` is not supported")


@builtin(print)
def print_builtin(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return print_call(frame, args, kwargs, node)


@builtin(slice)
def slice_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return slice_object(frame, args, node)


# Conversions -------------------------------------------------------------------------------


@builtin_of(float, int, bool)
def convert(target: Any, frame: Frame, args: Args, kwargs: Kwargs, node: ast.expr) -> Binding:
    if not args:
        return frame.const(target())
    known = static_value(args[0])
    if isinstance(known, str):
        return frame.const(target(known))
    if target is bool:
        found = truth(frame, args[0], node)
        return frame.const(found) if isinstance(found, bool) else frame.op("bool", [found], ("x",))
    return frame.op(target.__name__, [read(frame, args[0], node)], ("x",))


@builtin_of(list, tuple)
def container(target: Any, frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    items = known_items(frame, args[0], node) if args else []
    if items is None:
        if target is tuple and isinstance(args[0], ShapeOf):
            return args[0]
        return inline_prelude(frame, prelude.listed, args, node)
    if target is tuple:
        return Items(tuple(items))
    return frame.new_list(items)


# Reductions --------------------------------------------------------------------------------


@builtin(sum)
def sum_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    start = args[1] if len(args) > 1 else kwargs.get("start")
    items = known_items(frame, args[0], node)
    if items is None:
        return inline_prelude(frame, prelude.total, [args[0], start or frame.const(0)], node)
    summands = items if start is None else [start, *items]
    if any(is_sequence(frame, item, node) for item in summands):
        return _joined(frame, start or frame.const(0), items, node)
    values = [read(frame, item, node) for item in items]
    if start is not None:
        values.insert(0, read(frame, start, node))
    if len(values) < 2 or not isinstance(values[0].type, ScalarT) or values[0].type.kind == "bool":
        values.insert(0, frame.const(0))
    result = values[0]
    for value in values[1:]:
        result = frame.op("add", [result, value])
    return result


def _joined(frame: Frame, start: Binding, items: Args, node: ast.AST) -> Binding:
    """A sum of lists, tuples or objects, by their own `+`."""
    from sourcead.frontend.operators import binary

    result = start
    for item in items:
        result = binary(frame, ast.Add(), result, item, node)
    return result


@builtin_of(max, min)
def extreme_call(target: Any, frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return extreme(frame, target.__name__, args, kwargs, node)


BUILTINS |= {
    **DICTS, **DEQUES, set: set_call, frozenset: set_call,
    **TEXT, sorted: sorted_call, map: map_call, filter: filter_call, functools.reduce: reduce_call,
}  # fmt: skip


@builtin(dataclasses.replace)
def replace_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return with_fields(frame, args[0], kwargs, node)


@builtin_of(any, all)
def quantifier(target: Any, frame: Frame, args: Args, kwargs: Kwargs, node: ast.expr) -> Binding:
    items = known_items(frame, args[0], node)
    if items is not None:
        found = [truth(frame, item, node) for item in items]
        stop = target is any
        if stop in found:
            return frame.const(stop)
        if all(isinstance(f, bool) for f in found):
            return frame.const(not stop)
    return inline_prelude(frame, prelude.some if target is any else prelude.every, args, node)


# Types -----------------------------------------------------------------------------------


@builtin(np.shape)
def shape_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    value = read(frame, args[0], node)
    if isinstance(value.type, ArrayT | ScalarT | UnknownT):
        return ShapeOf(value)
    return ShapeOf(frame.op("np.array", [value], ("object",)))


# What a number or an array of a type that is not known exactly may be.
NUMERIC = (bool, int, float, complex, np.generic, np.ndarray)


def _may_be(classes: tuple[type, ...], wanted: Any) -> bool:
    """Whether an instance of one of these may be an instance of what is wanted."""
    options = wanted if isinstance(wanted, tuple) else getattr(wanted, "__args__", (wanted,))
    return any(issubclass(c, o) or issubclass(o, c) for c in classes for o in options)


def _is_numeric(frame: Frame, binding: Binding, node: ast.AST) -> bool:
    content: object = frame.state.contents.get(binding) if isinstance(binding, Cell) else binding
    if isinstance(binding, View):
        content = read(frame, binding, node)
    if isinstance(content, Value) and isinstance(content.type, UnknownT):
        return frame.program.inlines_everything  # the elements that a rule sees are numbers
    return isinstance(content, Value) and isinstance(content.type, ScalarT | ArrayT)


@builtin(isinstance)
def isinstance_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    wanted = static_value(args[1])
    found = python_type(frame, args[0], node)
    if found is None and isinstance(wanted, type | UnionType | tuple):
        if _is_numeric(frame, args[0], node) and not _may_be(NUMERIC, wanted):
            return frame.const(False)
    if found is None or wanted is MISSING:
        frame.refuse(
            node,
            "SAD108",
            "`isinstance` must be decided when the function is compiled",
            "the type of the value is not known here",
            "state the types of the arguments",
        )
    return frame.const(issubclass(found, wanted))


@builtin(type)
def type_of_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    found = python_type(frame, args[0], node)
    if found is None or len(args) != 1:
        frame.refuse(node, "SAD108", "the type of this value is not known here")
    return Static(found)


@builtin(callable)
def callable_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    known = static_value(args[0])
    return frame.const(isinstance(args[0], Closure) or (known is not MISSING and callable(known)))


@builtin(hasattr)
def hasattr_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    found, name = python_type(frame, args[0], node), static_value(args[1])
    known = static_value(args[0])
    if known is not MISSING and not isinstance(args[0], Value):
        return frame.const(hasattr(known, str(name)))
    if found is None or not isinstance(name, str):
        frame.refuse(node, "SAD108", "`hasattr` must be decided when the function is compiled")
    content = frame.state.contents.get(args[0]) if isinstance(args[0], Cell) else None
    own = isinstance(content, Instance) and name in content.items
    return frame.const(own or hasattr(found, name))


@builtin(getattr)
def getattr_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    from sourcead.frontend.expressions import get_attribute

    name = static_value(args[1])
    if not isinstance(name, str):
        frame.refuse(node, "SAD108", "the attribute's name must be known")
    if len(args) == 3:
        there = hasattr_call(frame, args[:2], {}, node)
        if static_value(there) is False:
            return args[2]
    return get_attribute(frame, args[0], name, node)


SCALARS = {"bool": bool, "int": int, "float": float, "complex": complex}
TYPES: dict[type, type] = {StrT: str, NoneT: type(None), RangeT: range}


def python_type(frame: Frame, binding: Binding, node: ast.AST) -> type | None:
    """The class of a value at run time, None where it is not known."""
    match binding:
        case Static(value=value):
            return type(value)
        case Items(cls=cls) if isinstance(cls, type):
            return cls
        case Items() | ShapeOf():
            return tuple
        case Closure():
            return type(python_type)
        case Cell():
            content = frame.state.contents[binding]
            if isinstance(content, Instance):
                return class_of(content)
            if not isinstance(content, Value):
                kinds = {ListItems: list, SetItems: set}
                return kinds.get(type(content), dict)
    if not isinstance(binding, Value | Cell | View):
        return None
    t = read(frame, binding, node).type
    if isinstance(t, ScalarT):
        if t.dtype == "?":
            return None
        return SCALARS[t.kind] if t.dtype is None else np.dtype(t.dtype).type
    if isinstance(t, ArrayT):
        return np.ndarray
    if isinstance(t, ListT):
        return list
    if isinstance(t, StructT) and t.kind != "object":
        return getattr(builtins, t.kind, None)
    return TYPES.get(type(t))


@builtin(super)
def super_builtin(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return super_call(frame, args, kwargs, node)


@builtin(functools.partial)
def partial_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return Applied(args[0], tuple(args[1:]), dict(kwargs))


