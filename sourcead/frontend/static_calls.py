"""Calls that are answered when the function is compiled: about types, settings and the like."""

from __future__ import annotations

import ast
import enum
import types
import typing
import warnings
from types import BuiltinMethodType, MappingProxyType
from typing import Any

import numpy as np

from sourcead.frontend.bindings import Binding, Cell, DictItems, Items, Static
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.outside import look_into, static
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.types import ArrayT, ScalarT
from sourcead.ops.names import existing

# Functions of types and settings alone, which change nothing.
QUESTIONS = (
    issubclass, np.issubdtype, np.promote_types, np.can_cast, np.dtype, np.iinfo,
    *existing(np, "isdtype", "lib.array_utils.normalize_axis_index"),
)  # fmt: skip
_QUESTIONS = {id(question) for question in QUESTIONS}
# Methods that read a dict, a set, a tuple or a list.
READING = {"get", "items", "keys", "values", "copy", "index", "count", "issubset", "issuperset"}
READ = (dict, tuple, list, set, frozenset, MappingProxyType)
PYTHON_NUMBERS = {"bool": False, "int": 0, "float": 0.0, "complex": 0j}


def static_call(
    frame: Frame,
    target: Any,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> Binding | None:
    """The answer to a question whose arguments are known; None for other calls."""
    if target is typing.cast and len(args) == 2:
        return args[1]
    if target is warnings.simplefilter or target is warnings.filterwarnings:
        return Static(None)  # which warnings are shown is for the caller to say
    if target is np.result_type and args:
        return _result_type(frame, args, node)
    asks = id(target) in _QUESTIONS or isinstance(target, enum.EnumMeta)
    if not asks and not _reads_container(target):
        return None
    look_into(getattr(target, "__self__", None))
    given = [static_value(a) for a in args]
    named = {name: static_value(a) for name, a in kwargs.items()}
    if MISSING in given or MISSING in named.values():
        return None
    try:
        answer = target(*given, **named)
    except (TypeError, ValueError, LookupError) as error:
        frame.raises(type(error), str(error))
        return frame.refuse(node, "SAD105", f"this call raises {type(error).__name__}", str(error))
    if isinstance(answer, dict):
        return copied_dict(frame, answer, node)
    if type(answer).__name__ in ("dict_items", "dict_keys", "dict_values"):
        answer = tuple(answer)
    return known_object(frame, answer, node)


def _reads_container(target: object) -> bool:
    """Whether this is a reading method of a container from outside."""
    if not isinstance(target, BuiltinMethodType) or target.__name__ not in READING:
        return False
    return isinstance(target.__self__, READ)


def known_object(frame: Frame, value: Any, node: ast.AST) -> Binding:
    """An object found while compiling: numbers are literals, anything else selects code."""
    if isinstance(value, bool | int | float | complex):
        return frame.const(value)
    if isinstance(value, tuple):
        return Items(tuple(known_object(frame, part, node) for part in value))
    if isinstance(value, np.ndarray):
        return frame.program.static_binding(frame, value, node)
    return static(value)


def copied_dict(frame: Frame, entries: dict[Any, Any], node: ast.AST) -> Binding:
    """A dict of the program's own with the entries of one from outside."""
    cell = Cell()
    found = {key: known_object(frame, value, node) for key, value in entries.items()}
    frame.state.contents[cell] = DictItems(found)
    return cell


def _result_type(frame: Frame, args: list[Binding], node: ast.AST) -> Binding | None:
    """`np.result_type`, where the types of all arrays are known; None where they are not."""
    types: list[Any] = []
    for arg in args:
        known = static_value(arg)
        if known is not MISSING and not isinstance(known, bool | int | float | complex):
            types.append(known)
            continue
        t = read(frame, arg, node).type
        if isinstance(t, ScalarT) and t.dtype is None and t.kind in PYTHON_NUMBERS:
            types.append(PYTHON_NUMBERS[t.kind])
        elif isinstance(t, ArrayT | ScalarT) and t.dtype not in (None, "?"):
            types.append(np.dtype(t.dtype))
        else:
            return None
    return Static(np.result_type(*types))


# `tuple[int, ...]`, `Optional[float]`
TYPES = (type, types.GenericAlias, type(typing.Optional))


def type_of_types(frame: Frame, base: Any, node: ast.Subscript) -> Binding:
    """A type with its parameters, such as those of annotations."""
    index = static_value(frame.expr(node.slice))
    if index is MISSING:
        frame.refuse(node, "SAD102", "a type is subscripted by what is no type")
    return Static(base[index])
