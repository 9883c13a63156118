"""Python's builtins that select code, build containers or iterate."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import functools
import operator
from abc import ABCMeta
from collections.abc import Callable
from types import FunctionType, GeneratorType, UnionType
from typing import Any

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.attributes import ATTRIBUTES, answers, super_call
from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Closure,
    Content,
    DictItems,
    Instance,
    Items,
    ListItems,
    Numbered,
    Pending,
    SetItems,
    ShapeOf,
    Static,
    View,
)
from sourcead.frontend.classes import class_of, look_up, with_fields
from sourcead.frontend.columns import has_column
from sourcead.frontend.conditions import truth
from sourcead.frontend.copying import COPIES
from sourcead.frontend.deques import DEQUES
from sourcead.frontend.dicts import DICTS
from sourcead.frontend.effects import print_call
from sourcead.frontend.frame import Frame
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iteration_calls import ITERATION
from sourcead.frontend.iterators import begin, known_at_once, one_by_one
from sourcead.frontend.memory import read
from sourcead.frontend.operators import operation
from sourcead.frontend.ordering import (
    extreme,
    filter_call,
    map_call,
    reduce_call,
    sorted_call,
)
from sourcead.frontend.parsed_classes import decides_itself
from sourcead.frontend.parsed_module import ParsedClass
from sourcead.frontend.sets import frozenset_call, set_call
from sourcead.frontend.statics import static_value
from sourcead.frontend.sums import added, is_sum_without_zero, sum_of_floats
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
    """`slice(a, b, c)`."""
    none: list[Binding] = [Static(None)]
    given = [none[0], *args] if len(args) == 1 else args
    return Items(tuple((*given, *none, *none)[:3]), "slice")


# Conversions -------------------------------------------------------------------------------


@builtin_of(float, int, bool)
def convert(target: Any, frame: Frame, args: Args, kwargs: Kwargs, node: ast.expr) -> Binding:
    if not args:
        return frame.const(target())
    known = [static_value(arg) for arg in args]
    if isinstance(known[0], str) and MISSING not in known:
        return _number_of_text(frame, target, known, node)
    if len(args) > 1 or kwargs:
        _wrong(frame, node, target.__name__)
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


def _number_of_text(frame: Frame, target: Any, args: list[Any], node: ast.AST) -> Binding:
    """`float("1.5")`, `int("ff", 16)`."""
    try:
        return frame.const(target(*args))
    except (TypeError, ValueError) as error:
        frame.raises(type(error), str(error))
        frame.refuse(
            node, "SAD105", f"this call raises {type(error).__name__}", str(error), "a number"
        )  # fmt: skip


# Reductions --------------------------------------------------------------------------------


@builtin(sum)
def sum_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    start = args[1] if len(args) > 1 else kwargs.get("start")
    items = known_items(frame, args[0], node)
    if items is None:
        exactly = sum_of_floats(frame, lambda: _listed(frame, args[0], node), start, node)
        if exactly is not None:
            return exactly
        return inline_prelude(frame, prelude.total, [args[0], start or frame.const(0)], node)
    given = items if start is None else [start, *items]
    if any(_is_joined(frame, item) for item in given):
        first = frame.const(0) if start is None else start
        return functools.reduce(lambda a, b: operation(frame, "add", a, b, node), items, first)
    values = [read(frame, item, node) for item in items]
    if start is not None:
        values.insert(0, read(frame, start, node))
    if not is_sum_without_zero(values, start is not None):
        values.insert(0, frame.const(0))
    return added(frame, values, start is not None)


def _listed(frame: Frame, items: Binding, node: ast.AST) -> Binding:
    content = frame.state.contents[items] if isinstance(items, Cell) else items
    if isinstance(content, Value) and isinstance(content.type, ListT):
        return items
    return inline_prelude(frame, prelude.listed, [items], node)


def _is_joined(frame: Frame, item: Binding) -> bool:
    """Whether adding something is more than adding numbers: lists, tuples, objects."""
    content = frame.state.contents[item] if isinstance(item, Cell) else item
    if isinstance(content, Value):
        return isinstance(content.type, ListT)
    return not isinstance(content, Static | View)


@builtin_of(max, min)
def extreme_call(target: Any, frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return extreme(frame, target.__name__, args, kwargs, node)


BUILTINS |= {
    **ATTRIBUTES, **COPIES, **DICTS, **DEQUES, set: set_call, frozenset: frozenset_call,
    **TEXT, sorted: sorted_call, map: map_call, filter: filter_call, functools.reduce: reduce_call,
}  # fmt: skip


@builtin(dataclasses.replace)
def replace_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return with_fields(frame, args[0], kwargs, node)


@builtin_of(any, all)
def quantifier(target: Any, frame: Frame, args: Args, kwargs: Kwargs, node: ast.expr) -> Binding:
    """`any` and `all`, which ask no further than they must."""
    made = begin(frame, args[0], node, partly=True)
    items = known_at_once(frame, made, node) or known_items(frame, made, node)
    if items is not None:
        found = [truth(frame, item, node) for item in items]
        stop = target is any
        known = [f for f in found if isinstance(f, bool)]
        if stop in known:
            return frame.const(stop)
        if len(known) == len(found):
            return frame.const(not stop)
        made = Items(tuple(items))
    asked = one_by_one(frame, made, node)
    function = prelude.some if target is any else prelude.every
    return inline_prelude(frame, function, [asked], node)


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
        answers = {issubclass(cls, wanted) for cls in _mixed_classes(frame, args[0], node)}
        if len(answers) == 1:
            return frame.const(answers.pop())
    if found is None or wanted is MISSING:
        frame.refuse(
            node,
            "SAD108",
            "`isinstance` must be decided when the function is compiled",
            "the type of the value is not known here",
            "state the types of the arguments",
        )
    return frame.const(_is_subclass(frame, found, wanted, node))


def _is_subclass(frame: Frame, cls: type, wanted: Any, node: ast.AST) -> bool:
    """What a class is an instance of; of classes that are only parsed nothing is made."""
    options = wanted if isinstance(wanted, tuple) else (wanted,)
    live = tuple(w for w in options if not isinstance(w, ParsedClass))
    if any(isinstance(w, ParsedClass) and decides_itself(w) for w in options):
        frame.refuse(node, "SAD108", "a class that may decide itself what its instances are")
    if any(isinstance(look_up(type(w), "__instancecheck__"), FunctionType) for w in live):
        if not all(isinstance(w, ABCMeta) or not isinstance(w, type) for w in live):
            frame.refuse(node, "SAD108", "a class that decides itself what its instances are")
    try:
        return issubclass(cls, live)
    except TypeError as error:
        return frame.refuse(node, "SAD105", "this `isinstance` raises TypeError", str(error))


def _mixed_classes(frame: Frame, binding: Binding, node: ast.AST) -> tuple[type, ...]:
    """The classes of which a number of Python's may be, where that depends on the path."""
    t = binding.type if isinstance(binding, Value) else None
    if not isinstance(t, ScalarT) or not t.mixed:
        return ()
    return (bool, int, float, complex) if t.kind == "complex" else (bool, int, float)


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
    if isinstance(content, Numbered):
        own = has_column(frame, content, name)
        return frame.const(own or answers(frame, args[0], name, node))
    if isinstance(content, Instance) and name not in content.items:
        return frame.const(answers(frame, args[0], name, node))
    return frame.const(hasattr(found, name) or isinstance(content, Instance))


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


def _container_type(content: Content) -> type | None:
    if isinstance(content, Pending):
        made = content.made
        return getattr(made, "cls", ITERATORS.get(made.kind, GeneratorType))
    if isinstance(content, SetItems) and content.frozen:
        return frozenset
    kinds: dict[type, type] = {ListItems: list, SetItems: set, DictItems: dict}
    return kinds.get(type(content))


ITERATORS: dict[str, type] = {"zip": zip, "enumerate": enumerate, "reversed": reversed}
SCALARS = {"bool": bool, "int": int, "float": float, "complex": complex}
TYPES: dict[type, type] = {StrT: str, NoneT: type(None), RangeT: range}


def python_type(frame: Frame, binding: Binding, node: ast.AST) -> type | None:
    """The class of a value at run time, None where it is not known."""
    match binding:
        case Static(held=value):
            return type(value)
        case Items(cls=cls) if isinstance(cls, type):
            return cls
        case Items(kind=kind):
            return slice if kind == "slice" else tuple
        case ShapeOf():
            return tuple
        case Closure():
            return type(python_type)
        case Cell():
            content = frame.state.contents[binding]
            if isinstance(content, Instance):
                return class_of(content)
            if not isinstance(content, Value):
                return _container_type(content)
    if not isinstance(binding, Value | Cell | View):
        return None
    t = read(frame, binding, node).type
    if isinstance(t, ScalarT):
        if t.dtype == "?" or t.mixed:
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


@builtin(operator.itemgetter)
def itemgetter_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`operator.itemgetter(key, ...)`."""
    if len(args) == 1:
        return Applied(Static(prelude.item_of), tuple(args))
    return Applied(Static(prelude.items_of), (Items(tuple(args)),))


@builtin(operator.attrgetter)
def attrgetter_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`operator.attrgetter(name)`."""
    name = static_value(args[0])
    if len(args) != 1 or not isinstance(name, str) or "." in name:
        frame.refuse(node, "SAD105", "`attrgetter` of one attribute is supported", fix="a lambda")
    return Applied(Static(prelude.attribute_of), (Static(name),))


@builtin(functools.partial)
def partial_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return Applied(args[0], tuple(args[1:]), dict(kwargs))
