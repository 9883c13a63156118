"""Objects from outside, and which of them a compilation has looked into.

Generated code reads the numbers that an object holds when it runs. Whether it would be the same
code for other numbers is known only if nothing else has been done with the object: that is noted
here, by whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from sourcead.frontend.bindings import Static

_LOOKED_INTO: ContextVar[list[Any] | None] = ContextVar("looked into", default=None)
# What holds no numbers that could be others at the next call, or tells them by itself.
_WITHOUT_NUMBERS = (
    bool, int, float, complex, str, bytes, type, FunctionType, ModuleType, BuiltinFunctionType,
    MethodType, np.dtype, np.generic, np.ufunc, type(np.sum), type(list.append), type(int.__add__),
)  # fmt: skip


class Outside(Static):
    """An object from outside that may hold numbers.

    Whoever asks for its `value` may do anything with it, so that the code is right for the numbers
    as they are; `held` is for who looks at anything but numbers.
    """

    def __init__(self, value: Any) -> None:
        self.__dict__["_held"] = value

    @property
    def held(self) -> Any:
        return self.__dict__["_held"]

    @property
    def value(self) -> Any:
        look_into(self.held)
        return self.held

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Outside) and self.held is other.held:
            return True
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash(type(self.held))


def look_into(value: Any) -> None:
    """Note that what is compiled may rely on the numbers that an object holds."""
    found = _LOOKED_INTO.get()
    if found is not None:
        found.append(value)


def static(value: Any) -> Static:
    """What stands for an object from outside."""
    return Static(value) if isinstance(value, _WITHOUT_NUMBERS) else Outside(value)


@contextmanager
def looking_into() -> Iterator[list[Any]]:
    """Collect the objects whose numbers what is compiled meanwhile may rely on."""
    found: list[Any] = []
    token = _LOOKED_INTO.set(found)
    try:
        yield found
    finally:
        _LOOKED_INTO.reset(token)
