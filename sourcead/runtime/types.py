"""The type of an example argument: what a specialisation is made for."""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
from typing import Any

import numpy as np

from sourcead.errors import UsageError
from sourcead.ir.classes import class_reference
from sourcead.ir.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NONE,
    RANGE,
    STR,
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    OpaqueT,
    ScalarT,
    StructT,
    Type,
    can_be_key,
    join,
    kind_of_dtype,
    map_axes,
)
from sourcead.ops.signatures_random import PREFIXES
from sourcead.runtime.contract import ArgType, StaticArg

# The flag of classes that are made by a `class` statement.
_HEAP_TYPE = 1 << 9

# A list this short whose elements differ is a record; a longer one is a sequence.
LONGEST_RECORD = 16

_PYTHON: dict[type, Type] = {
    bool: BOOL,
    int: INT,
    float: FLOAT,
    complex: COMPLEX,
    str: STR,
    range: RANGE,
    type(None): NONE,
}

_STATIC = (
    str,
    bytes,
    type,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.ModuleType,
    np.ufunc,
    np.dtype,
    functools.partial,
    type(None),
    type(Ellipsis),
    enum.Enum,
)


class UnsupportedArgument(UsageError):
    """An argument that no generated code can take."""


def type_of_argument(value: Any, name: str) -> ArgType:
    """The type of an argument, or its value where the compiler needs the value itself."""
    if isinstance(value, _STATIC):
        return StaticArg(value)
    try:
        return type_of(value, name)
    except RecursionError:
        raise UnsupportedArgument(
            f"{_the(name)} contains itself, which has no place in generated code: pass the parts "
            "that the function reads"
        ) from None


def type_of(value: Any, name: str = "") -> Type:
    """The type of a value; `name` makes the symbols of its axes, without it they have none.

    Args:
        value: any run-time value.
        name: how to call the value, such as a parameter's name.

    Returns:
        The type, with a fresh symbol for every axis.

    Raises:
        UnsupportedArgument: for arrays of objects and the like.

    >>> str(type_of(np.ones((3, 1)), "x"))
    'float64[n, 1]'
    >>> str(type_of([1.0, 2.0]))
    'list[float]'
    >>> str(type_of((1.0, 2)))
    'tuple(0: float, 1: int)'
    """
    kind = type(value)
    if kind in _PYTHON:
        return _PYTHON[kind]
    if kind is np.ndarray:
        return _array(value, name)
    if isinstance(value, np.generic):
        return ScalarT(_scalar_kind(value.dtype, name), value.dtype.name)
    if isinstance(value, np.ndarray):
        raise UnsupportedArgument(
            f"{_the(name)} is a {kind.__name__}, whose operations are not an ndarray's: "
            f"pass np.asarray({name or 'x'})"
        )
    if kind is list:
        return _list(value, name)
    return _record(value, name)


def _array(value: np.ndarray[Any, Any], name: str) -> Type:
    _scalar_kind(value.dtype, name)
    dims = (
        Dim(1, True) if n == 1 else Dim(f"{name}.{axis}" if name else None, False)
        for axis, n in enumerate(value.shape)
    )
    return ArrayT(value.dtype.name, tuple(dims))


def _scalar_kind(dtype: np.dtype[Any], name: str) -> str:
    kind = kind_of_dtype(dtype.name)
    if kind is None or not dtype.isnative:
        raise UnsupportedArgument(
            f"{_the(name)} has elements of type {dtype}, which have no derivative and no place "
            f"in generated code: convert with .astype(np.float64)"
        )
    return kind


def _list(value: list[Any], name: str) -> Type:
    """Elements of one type make a sequence of any length; a few different ones a record."""
    if not value:
        return ListT(UNKNOWN)
    elements = [type_of(item) for item in value]
    joined = functools.reduce(join, dict.fromkeys(elements))
    if _uniform(elements, joined) or len(value) > LONGEST_RECORD:
        return ListT(joined)
    keys = tuple(range(len(value)))
    return StructT("list", keys, tuple(type_of(v, _item(name, k)) for k, v in enumerate(value)))


def _uniform(elements: list[Type], joined: Type) -> bool:
    """Whether joining lost nothing but which axes have length 1."""
    return all(_without_lengths(t) == _without_lengths(joined) for t in set(elements))


def _without_lengths(t: Type) -> Type:
    return map_axes(t, lambda _: Dim())


def _record(value: Any, name: str) -> Type:
    kind = type(value)
    if kind is tuple:
        return StructT("tuple", tuple(range(len(value))), _types(dict(enumerate(value)), name))
    if kind is dict:
        if not all(map(can_be_key, value)):
            raise UnsupportedArgument(
                f"{_the(name)} has keys that generated code has no text for: use texts or numbers"
            )
        return StructT("dict", tuple(value), _types(value, name))
    what = f"{kind.__module__}.{kind.__qualname__}"
    fields = None if what in PREFIXES else fields_of(value)
    if fields is not None:
        parts = {field: getattr(value, field) for field in fields}
        return StructT("object", tuple(parts), _types(parts, name), class_reference(kind))
    return OpaqueT(what)


def fields_of(value: Any) -> tuple[str, ...] | None:
    """The attributes of a named tuple, a dataclass or a plain object, None for anything else."""
    if isinstance(value, tuple):
        return getattr(type(value), "_fields", None)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(field.name for field in dataclasses.fields(value))
    return tuple(vars(value)) if _is_plain(type(value)) else None


def _is_plain(cls: type) -> bool:
    """Whether an object is what its `__dict__` holds: its class is written in Python."""
    if cls is types.SimpleNamespace:
        return True
    hooks = {"__new__", "__getattr__", "__getattribute__"}
    bases = [vars(base) for base in cls.__mro__ if base is not object]
    if not all(base.__flags__ & _HEAP_TYPE for base in cls.__mro__[:-1]):
        return False
    return not any(hooks & base.keys() or base.get("__slots__") for base in bases)


def _types(parts: dict[Any, Any], name: str) -> tuple[Type, ...]:
    return tuple(type_of(part, _item(name, key)) for key, part in parts.items())


def _item(name: str, key: object) -> str:
    return f"{name}[{key!r}]" if name else ""


def _the(name: str) -> str:
    return f"argument {name!r}" if name else "the value"
