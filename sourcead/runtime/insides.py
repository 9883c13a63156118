"""What is inside of objects, looked at without running code of the user's."""

from __future__ import annotations

import functools
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from sourcead.runtime.watch import Elements

# What Python itself puts into classes and functions, which no program computes with.
OF_PYTHON = frozenset({
    "__dict__", "__weakref__", "__doc__", "__module__", "__qualname__", "__firstlineno__",
    "__static_attributes__", "__annotations__", "__annotate__", "__annotate_func__",
    "__annotations_cache__", "__sourcead__",
})  # fmt: skip


class Given:
    """What a partial function calls, and with what."""

    __slots__ = ("_owner",)

    def __init__(self, owner: functools.partial[Any]) -> None:
        self._owner = owner

    def __iter__(self) -> Iterator[Any]:
        return iter((self._owner.func, *self._owner.args, self._owner.keywords))


def strings_in(constants: tuple[Any, ...]) -> Iterator[str]:
    for value in constants:
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | frozenset):
            yield from strings_in(tuple(value))


def elements_of(value: Any) -> Iterable[Any]:
    """A container, to be iterated over without code of the user's."""
    base = next(cls for cls in (list, tuple, deque, set, frozenset) if isinstance(value, cls))
    return value if type(value) is base else Elements(value, base)


def slots_of(cls: type) -> tuple[str, ...]:
    """The names of an object's slots, as its class has them."""
    found = []
    for base in cls.__mro__:
        own = vars(base).get("__slots__", ())
        for name in (own,) if isinstance(own, str) else own:
            hidden = name.startswith("__") and not name.endswith("__")
            found.append(f"_{base.__name__.lstrip('_')}{name}" if hidden else name)
    return tuple(name for name in found if name not in OF_PYTHON)


def imported(names: Iterable[str], function: types.FunctionType) -> list[types.ModuleType]:
    """Modules that a function may import when it runs."""
    package = function.__globals__.get("__package__") or ""
    places = [place for name in names for place in (name, f"{package}.{name}")]
    return [sys.modules[place] for place in places if place in sys.modules]
