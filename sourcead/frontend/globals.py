"""Objects from outside the function: numbers and arrays are read when generated code runs."""

from __future__ import annotations

import ast
import inspect
import sys
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from sourcead.frontend.bindings import Binding, Cell
from sourcead.frontend.class_data import class_reference
from sourcead.frontend.frame import Frame
from sourcead.frontend.known_numbers import noted
from sourcead.frontend.memory import bind_value
from sourcead.frontend.outside import static
from sourcead.frontend.parsed_module import NotEvaluated, ParsedModule
from sourcead.ir.classes import FROM_TEXT
from sourcead.ir.core import GlobalRef
from sourcead.ir.types import (
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    OpaqueT,
    ScalarT,
    StructT,
    Type,
    UnknownT,
    can_be_key,
    join,
    kind_of_dtype,
)
from sourcead.ops.signatures_random import PREFIXES

NUMBERS = (bool, int, float, complex)


def global_binding(frame: Frame, value: Any, node: ast.AST, name: str, owner: Any) -> Binding:
    """A global or captured object: a value where it is data, else the object itself."""
    t = type_of_object(value)
    ref = _reference(frame, name, owner, value) or frame.program.origins.of(value)
    if t is None:
        if ref is not None:
            frame.program.origins.note(value, ref)
        return static(value)
    if ref is None:
        return _literal(frame, value, node)
    if isinstance(owner, ModuleType) and name not in vars(owner):
        frame.refuse(
            node,
            "SAD104",
            f"`{name}` is made by the `__getattr__` of the module `{owner.__name__}`",
            "it may be another one at each call",
            "give it a name in the module, or pass it as an argument",
        )
    result = frame.op("global", [], (), {"ref": ref}, type=t, hint="")
    binding = bind_value(frame, result, name, "global")
    if isinstance(binding, Cell):
        binding.owner = "global"
    return noted(frame, binding, value, ref, owner)


def _literal(frame: Frame, value: Any, node: ast.AST) -> Binding:
    """A number that has no name to be read by: a default value."""
    if type(value) in NUMBERS:
        return frame.const(value)
    if isinstance(value, tuple):
        return frame.program.static_binding(frame, value, node)
    return frame.refuse(
        node,
        "SAD104",
        "an object without a name at module level is used",
        "generated code has no way to read it",
        "give it a name at module level, or pass it as an argument",
    )


def _reference(frame: Frame, name: str, owner: Any, value: Any) -> GlobalRef | None:
    if not name:
        return None
    if isinstance(owner, ParsedModule):
        return GlobalRef(owner.module, name, str(owner.path))
    if isinstance(owner, type) and owner in FROM_TEXT:
        return class_reference(owner, name, value)
    if isinstance(owner, type | FunctionType) and _found_by_name(owner):
        if hasattr(type(inspect.getattr_static(owner, name, None)), "__get__"):
            return None  # the class would give what the descriptor makes
        return GlobalRef(owner.__module__, f"{owner.__qualname__}.{name}")
    if frame.program.origins.of(owner) is not None and not isinstance(owner, ModuleType):
        return frame.program.origins.of_part(owner, f".{name}")
    if owner is not None and not isinstance(owner, ModuleType):
        return None
    module = getattr(owner, "__name__", None) if owner is not None else frame.source.scope.module
    if not isinstance(module, str):
        return None
    if owner is not None:
        return GlobalRef(module, name)
    return GlobalRef(module, name, frame.source.file, frame.source.scope.cell_of(name))


def _found_by_name(owner: type | FunctionType) -> bool:
    """Whether a class or a function is what its module has under its name."""
    found: Any = sys.modules.get(owner.__module__)
    for part in owner.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is owner


def type_of_object(value: Any) -> Type | None:
    """The type of data; None for anything that is not data.

    Example:
        >>> str(type_of_object(np.ones((2, 1)))), type_of_object(print)
        ('float64[n, 1]', None)
    """
    if isinstance(value, NotEvaluated):
        return UNKNOWN
    if isinstance(value, NUMBERS) and type(value) in NUMBERS:
        return ScalarT(type(value).__name__)
    if isinstance(value, np.generic):
        kind = kind_of_dtype(value.dtype.name)
        return ScalarT(kind, value.dtype.name) if kind else None
    if type(value) is np.ndarray:
        if kind_of_dtype(value.dtype.name) is None:
            return None
        dims = tuple(Dim(1, True) if n == 1 else Dim(None, False) for n in value.shape)
        return ArrayT(value.dtype.name, dims)
    what = f"{type(value).__module__}.{type(value).__qualname__}"
    if what in PREFIXES:
        return OpaqueT(what)
    if type(value) in (tuple, list, dict):
        return _container_type(value)
    return None


def _container_type(value: Any) -> Type | None:
    if isinstance(value, dict) and not all(map(can_be_key, value)):
        return None
    items = list(value.values()) if isinstance(value, dict) else list(value)
    types = [type_of_object(v) for v in items]
    found = [t for t in types if t is not None]
    if len(found) != len(types) or not found:
        return None
    if isinstance(value, list):
        element = found[0]
        for t in found[1:]:
            element = join(element, t)
        return ListT(element) if not isinstance(element, UnknownT) else None
    keys = tuple(value) if isinstance(value, dict) else tuple(range(len(found)))
    return StructT(type(value).__name__, keys, tuple(found))
