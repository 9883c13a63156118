"""What is known of a binding when the function is compiled."""

from __future__ import annotations

import enum
from typing import Any

import numpy as np

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    Instance,
    Items,
    Iteration,
    Pending,
    SetItems,
    State,
    Static,
)
from sourcead.ir.classes import class_named
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import GlobalRef, Value


def static_value(binding: Binding) -> Any:
    """The object behind a binding, `MISSING` where it is known at run time only."""
    match binding:
        case Static(value=value):
            return value
        case Value():
            return constant(binding)
        case Items(kind="tuple"):
            parts = tuple(static_value(item) for item in binding.items)
            return MISSING if any(p is MISSING for p in parts) else parts
    return MISSING


def static_truth(binding: Binding, state: State) -> bool | None:
    """Whether a binding counts as true, None where that is not known."""
    match binding:
        case Items():
            return bool(binding.items)
        case Closure():
            return True
        case Iteration(kind="items" | "keys" | "values", parts=(viewed,)):
            return static_truth(viewed, state)
        case Cell():
            content = state.contents[binding]
            if isinstance(content, SetItems):
                return bool(content.elements)
            if isinstance(content, Pending):
                return True
            if isinstance(content, Instance):
                return _truth_of_instance(content)
            items = getattr(content, "items", None)
            return bool(items) if isinstance(items, tuple | dict) else None
    value = static_value(binding)
    if value is MISSING or isinstance(value, np.ndarray):
        return None
    return bool(value)


def _truth_of_instance(content: Instance) -> bool | None:
    """An object is true, whatever it holds, unless its class says something else."""
    cls = class_named(content.cls) if isinstance(content.cls, GlobalRef) else content.cls
    bases = cls.__mro__ if isinstance(cls, type) else ()
    says = any(name in vars(base) for base in bases for name in ("__bool__", "__len__"))
    return True if bases and not says else None


def plain(value: Any) -> Any:
    """A member of an enumeration of numbers as the number it is; anything else as it is."""
    return int(value) if isinstance(value, int) and isinstance(value, enum.Enum) else value


def attribute(value: Any) -> Any:
    """A static object in the form in which operations hold it: dtypes become their names."""
    value = plain(value)
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, COPY_MODE):
        return COPY_MODES[value]
    if isinstance(value, type) and value not in ABSTRACT:
        if issubclass(value, np.generic) or value in PYTHON:
            return np.dtype(value).name
    if isinstance(value, tuple | list):
        return tuple(attribute(v) for v in value)
    return value


# NumPy's names for `copy=True`, `copy=None` and `copy=False`.
COPY_MODE = type(np._CopyMode.ALWAYS)
COPY_MODES = {np._CopyMode.ALWAYS: True, np._CopyMode.IF_NEEDED: None, np._CopyMode.NEVER: False}
ABSTRACT = (
    np.generic, np.number, np.integer, np.signedinteger, np.unsignedinteger, np.inexact,
    np.floating, np.complexfloating, np.flexible, np.character,
)  # fmt: skip
PYTHON = (bool, int, float, complex)


def is_attribute(value: Any) -> bool:
    """Whether an operation can hold a static object as an attribute."""
    if isinstance(value, tuple):
        return all(is_attribute(v) for v in value)
    return value is None or isinstance(value, bool | int | float | complex | str | np.generic)
