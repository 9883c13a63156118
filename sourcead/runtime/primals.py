"""Lowered functions that are kept for a while: every derivative of a function begins with one."""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType
from typing import Any

from sourcead.ir.core import GlobalRef, Module
from sourcead.ir.walk import copy_module
from sourcead.runtime.contract import ArgType
from sourcead.runtime.dependencies import Dependencies, are_same
from sourcead.runtime.locks import importing

# What is kept refers to objects of the user's, and is only of use for what is asked for soon.
MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Lowered:
    """A lowered function, and what it was made of.

    `objects` are those whose identity counts, the function itself first; `texts` describe all that
    it could reach, `numbers` those that objects held; its code may be made of what was
    `looked_into`; `read` are the numbers that it read, by name, without knowing them.
    """

    objects: tuple[Any, ...]
    texts: list[str]
    numbers: dict[int, list[str]]
    module: Module
    looked_into: list[Any]
    read: dict[GlobalRef, Any]

    def is_right_for(self, function: FunctionType, reached: Dependencies) -> bool:
        """Whether a function is the same, and reaches the very same objects."""
        same = are_same(self.objects, (function, *reached.objects()))
        return same and self.texts == reached.lines and self.numbers == reached.numbers


# By the function and the types of its arguments.
_kept: dict[tuple[int, tuple[ArgType, ...]], Lowered] = {}


def lowered(function: FunctionType, types: tuple[ArgType, ...], reached: Dependencies) -> Module:
    """Lower a function, or copy what it was lowered to when all was as it is now.

    Args:
        function: the function.
        types: the types of its arguments.
        reached: what the function and the code among its arguments can reach.

    Returns:
        A module of the caller's own.

    Raises:
        UnsupportedError: the function is outside the subset.
    """
    with importing.held():
        from sourcead.frontend.known_numbers import knows_numbers, read_again
        from sourcead.frontend.lower import lower
        from sourcead.frontend.outside import look_into
        from sourcead.frontend.source import source_of

    if knows_numbers():
        # What is made of numbers' values is right for these alone, and is not asked for again soon.
        return lower(source_of(function), list(types))
    key = id(function), types
    known = _kept.get(key)
    if known is None or not known.is_right_for(function, reached):
        known = _lower(function, types, reached)
        if reached.unchanged():
            _kept[key] = known
            while len(_kept) > MOST_KEPT:
                _kept.pop(next(iter(_kept)), None)
    for value in known.looked_into:
        look_into(value)
    read_again(known.read)
    return copy_module(known.module)


def _lower(function: FunctionType, types: tuple[ArgType, ...], reached: Dependencies) -> Lowered:
    from sourcead.frontend.known_numbers import numbers_read
    from sourcead.frontend.lower import lower
    from sourcead.frontend.outside import looking_into
    from sourcead.frontend.source import source_of

    objects = (function, *reached.objects())
    with looking_into() as looked_into:
        module = lower(source_of(function), list(types))
    return Lowered(
        objects, list(reached.lines), dict(reached.numbers), module, looked_into, numbers_read()
    )


def forget() -> None:
    """Forget what has been lowered."""
    _kept.clear()
