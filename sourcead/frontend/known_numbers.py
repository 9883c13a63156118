"""Numbers at module level and captured ones, where the code depends on their values.

Generated code reads such numbers when it runs, so that it is right whatever they are. Where that
is not enough (an axis, a flag, a key), a function is compiled once more with the values of some of
them; which these are is told to whoever keeps the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any, TypeVar

from sourcead.errors import RefusalError
from sourcead.frontend.bindings import Binding, Cell, DictItems, Items, ListItems
from sourcead.frontend.codes import is_library
from sourcead.frontend.frame import Frame
from sourcead.frontend.outside import look_into
from sourcead.frontend.watching import is_of_interruption
from sourcead.ir.core import GlobalRef, Value

COUNTS = (bool, int)
NUMBERS = (*COUNTS, float, complex)
Made = TypeVar("Made")
# So many are tried one by one: code that relies on few numbers is right for longer.
MOST_ALONE = 4


@dataclass(slots=True)
class _Reading:
    """The numbers that a compilation reads, those it may know, and those it has relied on."""

    known: frozenset[GlobalRef] = frozenset()
    read: dict[GlobalRef, Any] = field(default_factory=dict)
    relied: dict[GlobalRef, None] = field(default_factory=dict)


_READING: ContextVar[_Reading | None] = ContextVar("numbers read", default=None)


def with_values(attempt: Callable[[], Made]) -> tuple[Made, tuple[GlobalRef, ...]]:
    """Compile something, with the values of numbers from outside where that must be.

    Returns:
        What the attempt returns, and the names whose values it is made for. (What attributes hold
        is looked into instead.)

    Raises:
        RefusalError: of the attempt without any values.
    """
    with _reading(frozenset()) as first:
        try:
            return attempt(), ()
        except RefusalError as error:
            refused = error
    read, tried = dict(first.read), set[frozenset[GlobalRef]]()
    while todo := [known for known in _to_try(read, refused) if known not in tried]:
        tried.add(todo[0])
        with _reading(todo[0]) as reading:
            try:
                return attempt(), tuple(reading.relied)
            except RefusalError:
                read |= reading.read  # what comes after the place that was refused before
    raise refused


@contextmanager
def _reading(known: frozenset[GlobalRef]) -> Iterator[_Reading]:
    reading = _Reading(known)
    token = _READING.set(reading)
    try:
        yield reading
    finally:
        _READING.reset(token)


def knows_numbers() -> bool:
    """Whether the compilation under way may know the numbers of some names."""
    reading = _READING.get()
    return reading is not None and bool(reading.known)


def numbers_read() -> dict[GlobalRef, Any]:
    """What has been read so far, for who keeps what was made of it."""
    reading = _READING.get()
    return dict(reading.read) if reading is not None else {}


def read_again(before: dict[GlobalRef, Any]) -> None:
    """What is made of something kept has read what that has read."""
    reading = _READING.get()
    if reading is not None:
        reading.read.update(before)


def _to_try(read: dict[GlobalRef, Any], refused: RefusalError) -> list[frozenset[GlobalRef]]:
    """The sets of numbers to know: one by one, all that count or decide, all.

    Libraries read much of their own: that is known with all the rest, or not at all.
    """
    counting = [ref for ref, value in read.items() if _holds(value, COUNTS)]
    own = [ref for ref in counting if not is_library(ref.module, ref.file)]
    counts, found = frozenset(own), []
    if refused.asks_for_values:
        found = [*(frozenset({ref}) for ref in own[:MOST_ALONE]), counts, frozenset(read)]
    elif refused.is_of_paths and not all(map(is_of_interruption, refused.diagnostics)):
        found = [counts]
    return [known for known in dict.fromkeys(found) if known]


def _holds(value: Any, kinds: tuple[type, ...]) -> bool:
    """Whether something is a number of some type, or holds one."""
    if type(value) in (tuple, list, dict):
        return any(_holds(v, kinds) for v in (value.values() if type(value) is dict else value))
    return type(value) in kinds


def noted(frame: Frame, binding: Binding, value: Any, ref: GlobalRef, owner: Any) -> Binding:
    """What is read of an object from outside, its numbers being constants where they are known."""
    reading = _READING.get()
    if reading is None or not _holds(value, NUMBERS):
        return binding
    reading.read[ref] = value
    if ref not in reading.known:
        return binding
    if owner is None or isinstance(owner, ModuleType):
        reading.relied[ref] = None
    elif not isinstance(owner, type | FunctionType):
        look_into(owner)
    return _known(frame, binding, value)


def _known(frame: Frame, binding: Binding, value: Any) -> Binding:
    if isinstance(binding, Value):
        return frame.const(value) if type(value) in NUMBERS else binding
    if isinstance(binding, Items):
        return Items(_all_known(frame, binding.items, value))
    if isinstance(binding, Cell):
        content = frame.state.contents[binding]
        if isinstance(content, DictItems):
            parts = _all_known(frame, content.items.values(), value.values())
            found = DictItems(dict(zip(content.items, parts, strict=True)))
            frame.state.contents[binding] = found
        elif isinstance(content, Value) and type(value) is list and _is_known(value):
            frame.state.contents[binding] = ListItems(tuple(map(frame.const, value)))
    return binding


def _all_known(frame: Frame, bindings: Any, values: Any) -> tuple[Binding, ...]:
    return tuple(_known(frame, b, v) for b, v in zip(bindings, values, strict=True))


def _is_known(values: list[Any]) -> bool:
    return all(type(v) in NUMBERS for v in values)
