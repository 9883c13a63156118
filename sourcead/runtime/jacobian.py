"""Jacobians by whichever direction takes fewer sweeps, decided from the sizes at each call."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from sourcead.errors import UsageError
from sourcead.runtime.derivative import Derivative, Wrt, derivative_of
from sourcead.runtime.forwarding import Remembered
from sourcead.runtime.tangents import has_tangent

MODES = ("auto", "forward", "reverse")


class Jacobian:
    """The Jacobian of a function: column by column or row by row."""

    def __init__(self, function: Callable[..., Any], wrt: Wrt, mode: str) -> None:
        if mode not in MODES:
            raise UsageError(f"mode={mode!r}: a Jacobian's mode is one of {', '.join(MODES)}")
        self.by_columns = derivative_of(function, "jacobian_forward", wrt)
        self.by_rows = derivative_of(function, "jacobian_reverse", wrt)
        functools.update_wrapper(self, self.by_columns)
        self._function = function
        self._wrt = wrt
        self._mode = mode
        self._results: dict[tuple[Any, ...], int] = {}
        self._last = self.by_rows if mode == "reverse" else self.by_columns

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._last = self.direction(*args, **kwargs)
        return self._last(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return Jacobian, (self._function, self._wrt, self._mode)

    def __repr__(self) -> str:
        names = ", ".join(self.by_columns.wrt)
        return f"<jacobian of {self.by_columns.__name__} with respect to {names}>"

    @property
    def derivation(self) -> tuple[Callable[..., Any], str, Any]:
        """As of `Derivative`."""
        return self._last.derivation

    @property
    def in_one_direction(self) -> Derivative:
        """What derivatives of the Jacobian are taken of: both directions compute the same."""
        return self.by_rows if self._mode == "reverse" else self.by_columns

    @property
    def source(self) -> str:
        """The generated source of the direction and the types that were asked for last."""
        return self._last.source

    def source_for(self, *args: Any, **kwargs: Any) -> str:
        """The source for some arguments; to choose a direction the function itself may run."""
        return self.direction(*args, **kwargs).source_for(*args, **kwargs)

    def direction(self, *args: Any, **kwargs: Any) -> Derivative:
        """The derivative that takes fewer sweeps for these arguments."""
        if self._mode != "auto":
            return self._last
        columns = self.by_columns.of_arguments(len(args))
        arguments = columns.bind(args, kwargs)
        by_name = dict(zip(columns.parameters, arguments, strict=True))
        moving = sum(_count(by_name[name]) for name in columns.wrt)
        if moving <= 1:
            return self.by_columns
        sizes = tuple(map(_size, arguments))
        if sizes not in self._results:
            # The result's size is known only after a run, which sees copies: it may write.
            out = self._function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
            self._results[sizes] = _count(out)
        return self.by_columns if moving <= self._results[sizes] else self.by_rows


_made: Remembered[Jacobian] = Remembered("jacobians", most=64)


def jacobian_of(f: Callable[..., Any], wrt: Wrt, mode: str) -> Jacobian:
    """The Jacobian of a function, made once."""
    known = _made.of(f)
    key = mode, wrt if type(wrt) in (int, str) else repr(wrt)
    return known.get(key) or known.setdefault(key, Jacobian(f, wrt, mode))


def _size(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.shape
    if isinstance(value, list | tuple):
        return tuple(map(_size, value))
    return value if isinstance(value, int | str) else None


def _count(value: Any) -> int:
    """How many numbers with a derivative there are in an argument or a result."""
    if isinstance(value, list | tuple):
        return sum(map(_count, value))
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    return int(np.size(value)) if has_tangent(value) else 0
