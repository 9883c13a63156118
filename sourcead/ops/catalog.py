"""Every operation the compiler knows, by name, by function object and by method name."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sourcead.ir.core import Op
from sourcead.ir.types import ScalarT
from sourcead.ops import names
from sourcead.ops.infer_random import random_definitions
from sourcead.ops.opdef import REQUIRED, OpDef, ParamSpec
from sourcead.ops.table_core import core_definitions
from sourcead.ops.table_library import library_definition, library_names

__all__ = [
    "REQUIRED",
    "OpDef",
    "ParamSpec",
    "all_definitions",
    "cost_of",
    "definition",
    "find",
    "find_method",
    "find_name",
    "is_definition",
    "register",
]

_definitions: dict[str, OpDef] = {}
_registered: dict[int, tuple[Any, OpDef]] = {}


def _table() -> dict[str, OpDef]:
    if not _definitions:
        _definitions.update(core_definitions())
        _definitions.update(random_definitions())
    return _definitions


def definition(name: str) -> OpDef:
    """The definition of the operation `name`.

    Raises:
        KeyError: there is no such operation.
    """
    found = _definitions.get(name) or _table().get(name)
    if found is None:
        found = library_definition(name)
        if found is None:
            raise KeyError(f"there is no operation {name!r}")
        _definitions[name] = found
    return found


def is_definition(name: str) -> bool:
    """Whether there is an operation of this name."""
    return name in _table() or name in library_names()


def all_definitions() -> dict[str, OpDef]:
    """All definitions by name."""
    for name in library_names():
        definition(name)
    return dict(_table())


def register(target: Any, new: OpDef) -> None:
    """Make a user's function an operation (it has a rule of its own).

    Args:
        target: the function; it is kept alive, since it is known by its identity.
        new: what it is called and what it takes.
    """
    _table()[new.name] = new
    _registered[id(target)] = (target, new)


def find_name(dotted: str) -> OpDef | None:
    """The definition of a library function by its qualified name, None where there is none.

    Example:
        >>> find_name("numpy.sum").name, find_name("numpy.add").name
        ('np.sum', 'add')
        >>> find_name("scipy.special.expit").name
        'scipy.special.expit'
    """
    name = names.canonical(dotted)
    return definition(name) if name is not None and is_definition(name) else None


def find(obj: Any) -> OpDef | None:
    """The definition of a function object, None where there is none.

    A function counts as a library's only if it is the very object that the library has under
    its name, so a user's function that carries the same name is never mistaken for it.

    Example:
        >>> import math
        >>> import numpy as np
        >>> find(np.sum).name, find(np.amax).name, find(math.sin).name, find(abs).name
        ('np.sum', 'np.max', 'math.sin', 'abs')
    """
    if id(obj) in _registered and _registered[id(obj)][0] is obj:
        return _registered[id(obj)][1]
    dotted = names.qualified(obj)
    return None if dotted is None else find_name(dotted)


def find_method(name: str) -> names.Method | None:
    """How a method or attribute of an array maps to an operation, None where it does not.

    Example:
        >>> find_method("sum").op, find_method("T").attribute
        ('np.sum', True)
    """
    return names.METHODS.get(name)


@lru_cache(maxsize=512)
def _scalar_cost(cost: str) -> str:
    return "cheap" if cost == "array" else cost


def cost_of(op: Op) -> str:
    """ "free", "cheap", "array" or "heavy": what it costs to compute an operation again."""
    cost = definition(op.name).cost
    if all(isinstance(v.type, ScalarT) for v in (*op.operands, *op.results)):
        return _scalar_cost(cost)
    if op.name == "getitem" and op.results and not definition(op.name).views(op):
        scalar = isinstance(op.results[0].type, ScalarT)
        return "cheap" if scalar else "array"
    return cost
