"""Whether anything that can change has changed: looked at before every call, so by identity.

A function may reach a model of fifty layers, an enum or a table of settings. What they hold is
compared object by object, in loops that run in C; only where that finds a difference is content
looked at (`reach`), since an equal string in the place of another one changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain, compress
from operator import attrgetter, is_
from typing import Any

import numpy as np

_dtype, _shape = attrgetter("dtype"), attrgetter("shape")
_bases = attrgetter("__mro__")
_all_of = chain.from_iterable
NUMBERS = (bool, int, float, complex)
_UNSET = object()
_END = (object(),)


class Slots:
    """The values of an object's slots, in a fixed order."""

    __slots__ = ("_names", "_owner", "_read")

    def __init__(self, owner: Any, names: tuple[str, ...]) -> None:
        self._owner = owner
        self._names = names
        # Where no code of the user's reads attributes it is done in C.
        reads: Any = type(owner).__getattribute__
        plain = reads is object.__getattribute__ and len(names) > 1
        self._read = attrgetter(*names) if plain else None

    def __iter__(self) -> Iterator[Any]:
        if self._read is not None:
            try:
                return iter(self._read(self._owner))
            except AttributeError:
                pass  # one of them is not set
        return iter([_slot(self._owner, name) for name in self._names])


def _slot(owner: Any, name: str) -> Any:
    try:
        return object.__getattribute__(owner, name)
    except AttributeError:
        return _UNSET


class Elements:
    """The elements of a list, a tuple, a set or the like of a class of the user's.

    What its own `__iter__` does is for programs to run.
    """

    __slots__ = ("_base", "_owner")

    def __init__(self, owner: Any, base: Any) -> None:
        self._owner = owner
        self._base = base

    def __iter__(self) -> Iterator[Any]:
        found: Iterator[Any] = self._base.__iter__(self._owner)
        return found


class Watch:
    """The containers, objects and classes in reach, with what each held when it was looked at."""

    __slots__ = ("_classes", "_found", "_held", "_keyed", "_objects", "_others", "_owners", "_test")

    def __init__(self) -> None:
        self._held: list[Iterable[Any]] = []
        # Whose numbers may change, by the place in `_held`.
        self._owners: dict[int, int] = {}
        self._found: list[list[Any]] = []
        self._keyed: list[Iterable[Any]] = []
        self._objects: list[Any] = []
        self._classes: list[type] = []
        self._test: Callable[[], bool] | None = None
        self._others: Callable[[], bool] | None = None

    def items(self, container: Iterable[Any], owner: int | None = None) -> None:
        """Watch the elements of a list, a set or the like, which belong to an `owner`."""
        if owner is not None:
            self._owners[len(self._held)] = owner
        self._held.append(container)

    def mapping(self, entries: Any, owner: int | None = None) -> None:
        """Watch the keys and values of a dict, or of the attributes of a class."""
        values = dict.values(entries) if isinstance(entries, dict) else entries.values()
        self.items(values, owner)
        self._keyed.append(entries)

    def instance(self, value: Any) -> None:
        """Watch the class of an object, and which dict its attributes are in."""
        self._objects.append(value)

    def bases(self, cls: type) -> None:
        """Watch what a class inherits from."""
        self._classes.append(cls)

    def take(self) -> None:
        """Note what everything holds now."""
        if self._held or self._objects or self._classes:
            self._found = [[*part] for part in self._held]
            self._others = _all_true(
                [
                    *([_keys(self._keyed)] if self._keyed else ()),
                    *_kinds(self._objects),
                    *_same(self._classes, _bases),
                ]
            )
            self.settle(set(self._owners.values()))

    def settle(self, counted: Container[int]) -> None:
        """Of numbers only the types count, unless they belong to one of these owners."""
        others = self._others
        if others is not None and self._found:
            free = [
                k in self._owners and self._owners[k] not in counted
                for k, part in enumerate(self._found)
                for _ in part
            ]
            contents = _contents(self._held, [*_all_of(self._found)], free)
            self._test = _all_true([contents, others])
        else:
            self._test = others

    def release(self) -> None:
        """Let go of what was found: nothing will be settled any more."""
        self._found = []

    @property
    def needed(self) -> bool:
        """Whether anything in reach can change."""
        return self._test is not None

    def unchanged(self) -> bool:
        """Whether everything is the very object that it was."""
        return self._test is None or self._test()

    def adopt(self, other: Watch) -> None:
        """Look at what another one looks at: whoever holds this one need not be told."""
        self._test = other._test


def _contents(held: list[Iterable[Any]], found: list[Any], free: list[bool]) -> Callable[[], bool]:
    """A test of what containers hold; of numbers that are `free` the type counts.

    Arrays and NumPy's numbers count by type and shape, and are not kept alive: generated code reads
    them at each call, and a model gets new ones in every step of a training loop.
    """
    count = len(found)
    arrays = [type(value) is np.ndarray and value.dtype.kind in "biufc" for value in found]
    loose = [
        array or isinstance(value, np.generic) or (is_free and type(value) in NUMBERS)
        for array, value, is_free in zip(arrays, found, free, strict=True)
    ]
    strict = [not value for value in loose]
    fixed = [*compress(found, strict)]
    if not any(loose):
        del found
        return lambda: len(now := [*_all_of(held)]) == count and all(map(is_, now, fixed))
    types = [*map(type, compress(found, loose))]
    dtypes, shapes = ([*map(part, compress(found, arrays))] for part in (_dtype, _shape))
    del found

    def unchanged() -> bool:
        now = [*_all_of(held)]
        if len(now) != count or not all(map(is_, compress(now, strict), fixed)):
            return False
        return all(map(is_, map(type, compress(now, loose)), types)) and (
            not dtypes
            or (
                all(map(is_, map(_dtype, now_arrays := [*compress(now, arrays)]), dtypes))
                and [*map(_shape, now_arrays)] == shapes
            )
        )

    return unchanged


def _keys(keyed: list[Iterable[Any]]) -> Callable[[], bool]:
    """A test of the keys of dicts, and of the names in classes."""
    known = [*_all_of(keyed), *_END]
    return lambda: all(map(is_, chain(_all_of(keyed), _END), known))


def _kinds(objects: list[Any]) -> list[Callable[[], bool]]:
    """Tests of the classes of objects, and of where their attributes are."""
    with_dict = [o for o in objects if hasattr(o, "__dict__")]
    return [*_same(objects, type), *_same(with_dict, vars)]


def _same(objects: list[Any], part: Callable[[Any], Any]) -> list[Callable[[], bool]]:
    """A test whether a part of each object is the one that it is now; none without objects."""
    known = [*map(part, objects)]
    return [lambda: all(map(is_, map(part, objects), known))] if objects else []


def _all_true(tests: list[Callable[[], bool]]) -> Callable[[], bool]:
    """One test of a few, which is asked before every call."""
    if len(tests) > 2:
        first, *rest = tests
        others = _all_true(rest)
        return lambda: first() and others()
    if len(tests) == 2:
        one, other = tests
        return lambda: one() and other()
    return tests[0] if tests else lambda: True
