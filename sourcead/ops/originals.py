"""What libraries had under their names before anybody put something else there.

A program may replace `np.sin`: a test does, or a tool that counts calls. What the program computes
follows, but rules and generated code mean the library's own functions.
"""

from __future__ import annotations

import builtins
import math
import operator
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from sourcead.ir.constants import MISSING

LIBRARIES = ("numpy", "scipy", "math", "operator", "builtins")
# Modules by name, as they were when they were first looked at.
_first_seen: dict[str, tuple[ModuleType, dict[str, Any]]] = {}
_frozen: dict[str, ModuleType] = {}


def is_of_libraries(module: str) -> bool:
    """Whether a module belongs to a library whose functions are operations.

    >>> is_of_libraries("scipy.special"), is_of_libraries("time")
    (True, False)
    """
    return module.partition(".")[0] in LIBRARIES


def original(module: ModuleType, name: str) -> Any:
    """What a library's module had under a name at first; what is in no module has no original.

    >>> original(np, "sin") is np.sin, original(math, "no_such_function") is MISSING
    (True, True)
    """
    if not is_of_libraries(module.__name__):
        return getattr(module, name, MISSING)
    found = _names_of(module).get(name, MISSING)
    return getattr(module, name, MISSING) if found is MISSING else found


def frozen(module: ModuleType) -> ModuleType:
    """The library's module as it was: what is put into the module later does not show.

    Other modules, and what a library adds to its own when it is asked for, are as they are.
    """
    if not is_of_libraries(module.__name__):
        return module
    made = _frozen.get(module.__name__)
    if made is None:
        made = _frozen[module.__name__] = ModuleType(module.__name__)
        made.__dict__.update(_names_of(module))
        parts = [(name, part) for name, part in vars(made).items() if _is_part(part, module)]
        made.__dict__.update({name: frozen(part) for name, part in parts})
        made.__dict__["__getattr__"] = lambda name: _later(module, name)
    return made


def _later(module: ModuleType, name: str) -> Any:
    found = getattr(module, name)
    return frozen(found) if _is_part(found, module) else found


def _is_part(value: Any, module: ModuleType) -> bool:
    return isinstance(value, ModuleType) and value.__name__.startswith(f"{module.__name__}.")


def _names_of(module: ModuleType) -> dict[str, Any]:
    if module.__name__ not in _first_seen:
        _first_seen[module.__name__] = module, dict(vars(module))
    return _first_seen[module.__name__][1]


@contextmanager
def as_at_first() -> Iterator[bool]:
    """Libraries as they were, while modules are imported whose tables name their functions.

    Yields:
        Whether anything has been replaced.
    """
    replaced = [
        (module, name, held[name], value)
        for module, names in [*_first_seen.values()]
        for held in (vars(module),)
        for name, value in names.items()
        if name in held and held[name] is not value
    ]
    try:
        for module, name, _, value in replaced:
            setattr(module, name, value)
        yield bool(replaced)
    finally:
        for module, name, now, _ in replaced:
            setattr(module, name, now)


def frozen_builtins() -> dict[str, Any]:
    """The builtins as they were; only what prints is what it is now."""
    return _builtins


def _print(*values: Any, **options: Any) -> None:
    builtins.print(*values, **options)


_builtins = {**vars(builtins), "print": _print}


def look_at_libraries() -> None:
    """Note what is there: the sooner, the less can have been replaced."""
    for module in (np, np.linalg, np.fft, np.random, math, operator, builtins):
        _names_of(module)
    for name, module in [*sys.modules.items()]:
        if name.startswith("scipy.") and name.count(".") == 1 and name[6] != "_":
            _names_of(module)


look_at_libraries()
