"""The half of a derivative that is called later: as often as one likes, in another process too."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from sourcead.frontend.codes import all_codes
from sourcead.ir.core import GlobalRef
from sourcead.ops.originals import frozen
from sourcead.runtime.containers import parts_of, rebuilt
from sourcead.runtime.contract import Compiled
from sourcead.runtime.dispatch import Specialisation, arrays_in
from sourcead.runtime.loader import load


class Half:
    """A generated function that reads what the call which made it has saved.

    What it reads from outside has the values of that call. It is pickled as its source.
    """

    __slots__ = ("_compiled", "_function", "_objects", "_saved")

    def __init__(
        self,
        compiled: Compiled,
        objects: dict[str, Any],
        saved: tuple[Any, ...],
        function: Callable[..., Any] | None = None,
    ) -> None:
        self._compiled = compiled
        self._objects = objects
        self._saved = saved
        self._function = function

    def __call__(self, *given: Any) -> Any:
        return self.function(*self._saved, *given)

    @property
    def name(self) -> str:
        """What the generated function is called."""
        return self._compiled.pullback

    @property
    def function(self) -> Callable[..., Any]:
        """The generated function."""
        if self._function is None:
            found: Callable[..., Any] = load(self._compiled, self._objects)[self._compiled.pullback]
            self._function = found
        return self._function

    def __reduce__(self) -> tuple[Any, ...]:
        objects = {name: _packed(value) for name, value in self._objects.items()}
        return _unpacked, (self._compiled, objects, self._saved)


def half_maker(s: Specialisation) -> Callable[[Any, list[Any]], Half]:
    """What makes the later half of a call, from what it saves and from what others may change."""
    function, read = s.namespace[s.compiled.pullback], _read_later(s)
    objects = {n: o for n, o in s.objects.items() if n in read or isinstance(o, ModuleType)}
    synced = [name for name in s.synced if name in read]

    def made(saved: Any, others: list[Any]) -> Half:
        apart = kept_apart(saved, [*others, *(s.namespace[name] for name in s.synced)])
        if not synced:
            return Half(s.compiled, objects, apart, function)
        now = {name: _as_it_is_now(s.namespace[name]) for name in synced}
        return Half(s.compiled, {**objects, **now}, apart)

    return made


def _as_it_is_now(value: Any) -> Any:
    return value if isinstance(value, int | float) else kept_apart(value, [value])


def _read_later(s: Specialisation) -> set[str]:
    """The names that functions other than the first half read."""
    functions = [o for o in s.namespace.values() if isinstance(o, FunctionType)]
    later = [f for f in functions if f.__globals__ is s.namespace and f is not s.function]
    return {name for f in later for code in all_codes(f.__code__) for name in code.co_names}


def kept_apart(saved: Any, others: list[Any]) -> Any:
    """What was saved, with a copy of each array that is among what the caller has too."""
    return _kept(saved, {id(_owner(array)) for array in arrays_in(others)})


def _kept(saved: Any, foreign: set[int]) -> Any:
    """What was saved, with a copy of each array that the caller has and may change."""
    if isinstance(saved, np.ndarray):
        return saved.copy() if id(_owner(saved)) in foreign else saved
    parts = parts_of(saved)
    if parts is None:
        return saved
    return rebuilt(saved, {key: _kept(part, foreign) for key, part in parts.items()})


def _owner(array: np.ndarray[Any, Any]) -> Any:
    """The object that owns an array's memory."""
    owner: Any = array
    while isinstance(owner, np.ndarray) and owner.base is not None:
        owner = owner.base
    return owner


def _packed(value: Any) -> Any:
    """Modules are pickled by name."""
    return GlobalRef(value.__name__, "") if isinstance(value, ModuleType) else value


def _unpacked(compiled: Compiled, objects: dict[str, Any], saved: tuple[Any, ...]) -> Half:
    found = {
        name: frozen(import_module(value.module)) if isinstance(value, GlobalRef) else value
        for name, value in objects.items()
    }
    return Half(compiled, found, saved)
