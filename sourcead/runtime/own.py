"""The functions that have a rule of a user's, by the references through which code calls them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.ir.core import GlobalRef

# How the module part of such a reference begins; the name of the operation follows.
OWN = "sourcead.rule:"

# The functions by operation, and by function the code that decides its derivative.
targets: dict[str, Any] = {}
_bodies: dict[int, tuple[Callable[..., Any], ...]] = {}
_operations: dict[int, str] = {}


def enter(operation: str, target: Any) -> GlobalRef:
    """Note a function under its operation's name; how generated code refers to it."""
    targets[operation] = target
    _operations[id(target)] = operation
    return GlobalRef(f"{OWN}{operation}", target.__name__)


def enter_bodies(target: Any, *bodies: Callable[..., Any] | None) -> None:
    _bodies[id(target)] = tuple(body for body in bodies if body is not None)


def bodies_of(value: Any) -> tuple[Callable[..., Any], ...]:
    """What decides the derivative of a function with a rule of a user's, besides its own code."""
    return _bodies.get(id(value), ())


def operation_of(value: Any) -> str:
    """The name by which generated code calls a function with a rule of a user's, else "".

    Of two functions of one name it depends on which rule was declared first.
    """
    return _operations.get(id(value), "")


def target_of(ref: GlobalRef) -> Any:
    """The function that generated code calls by a reference, None if it has no rule of a user's."""
    return targets.get(ref.module.removeprefix(OWN)) if ref.module.startswith(OWN) else None


def home_of(target: Any) -> tuple[str, str]:
    """The module a function is imported from, and its name there."""
    name = target.__name__
    if isinstance(target, np.ufunc):
        for module in ("scipy.special", "numpy"):
            if getattr(sys.modules.get(module), name, None) is target:
                return module, name
    return getattr(target, "__module__", None) or "builtins", name
