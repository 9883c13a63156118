"""The second half of a vector-Jacobian product: called as often as one likes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from sourcead.errors import UsageError
from sourcead.runtime.containers import parts_of, rebuilt
from sourcead.runtime.dispatch import Specialisation
from sourcead.runtime.half import Half, half_maker
from sourcead.runtime.tangents import part_of
from sourcead.runtime.types import fields_of


class Pullback:
    """Maps a cotangent of the result to the cotangents of the arguments.

    The result is a tuple with one entry for each argument, None where it has no derivative.
    """

    __slots__ = ("_half", "_like", "_places")

    def __init__(self, half: Half, like: Any, places: tuple[int | None, ...]) -> None:
        self._half = half
        self._like = like
        self._places = places

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        bars = self._half(_conform(cotangent, self._like, "the cotangent"))
        return tuple(None if place is None else bars[place] for place in self._places)

    def __repr__(self) -> str:
        return f"<pullback {self._half.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return Pullback, (self._half, self._like, self._places)

    @property
    def generated(self) -> Callable[..., Any]:
        """The generated function, for `inspect.getsource`."""
        return self._half.function

    def first(self, count: int) -> Pullback:
        """The pullback for the first arguments alone."""
        return Pullback(self._half, self._like, self._places[:count])


def pullback_maker(
    s: Specialisation,
) -> Callable[[tuple[Any, Any], tuple[Any, ...]], tuple[Any, Pullback]]:
    """What turns the result of a forward half into the function's result and its pullback."""
    later = half_maker(s)
    order = {name: place for place, name in enumerate(s.request.wrt)}
    places = tuple(order.get(name) for name in s.names)

    def finish(result: tuple[Any, Any], arguments: tuple[Any, ...]) -> tuple[Any, Pullback]:
        out, saved = result
        half = later(saved, [out, *arguments])
        return out, Pullback(half, _without_values(out), places)

    return finish


def _without_values(out: Any) -> Any:
    """The result with every array replaced by one that holds no memory."""
    if isinstance(out, np.ndarray):
        return np.broadcast_to(np.zeros((), out.dtype), out.shape)
    parts = parts_of(out)
    if parts is None:
        return out
    return rebuilt(out, {key: _without_values(part) for key, part in parts.items()})


def _conform(given: Any, like: Any, name: str) -> Any:
    """The cotangent with the structure, shapes and types of the result, refused if it differs."""
    if isinstance(like, list | tuple):
        if not isinstance(given, list | tuple) or len(given) != len(like):
            raise UsageError(f"{name} must be a sequence of {len(like)}, as the result is")
        conformed = [
            _conform(g, part, f"{name}[{k}]")
            for k, (g, part) in enumerate(zip(given, like, strict=True))
        ]
        if isinstance(like, list):
            return conformed
        return type(like)(*conformed) if hasattr(like, "_fields") else tuple(conformed)
    if isinstance(like, dict):
        if not isinstance(given, dict) or given.keys() != like.keys():
            raise UsageError(f"{name} must be a dict with the keys of the result: {list(like)}")
        return {key: _conform(given[key], like[key], f"{name}[{key!r}]") for key in like}
    if like is None or isinstance(like, str):
        return None
    if isinstance(like, bool | int | np.integer | np.bool_):
        return 0.0  # no derivative goes through it, though it may where another path is taken
    fields = fields_of(like)
    if fields is not None:
        given_parts = {f: part_of(given, f, name) for f in fields}
        return SimpleNamespace(
            **{f: _conform(g, getattr(like, f), f"{name}.{f}") for f, g in given_parts.items()}
        )
    if np.shape(given) != np.shape(like):
        raise UsageError(
            f"{name} has shape {np.shape(given)}, but the result has shape {np.shape(like)}"
        )
    if isinstance(like, np.ndarray):
        # A copy: the pullback may update it in place.
        return np.array(given, dtype=_real_as(like.dtype, given))
    return _scalar(given, like)


def _real_as(dtype: np.dtype[Any], given: Any) -> np.dtype[Any]:
    if dtype.kind in "biu":
        return np.dtype(np.float64)
    if dtype.kind == "f" and np.iscomplexobj(given):
        raise UsageError("the cotangent is complex, but the result is real")
    return dtype


def _scalar(given: Any, like: Any) -> Any:
    if isinstance(like, np.generic):
        return _real_as(like.dtype, given).type(given)
    if isinstance(like, complex):
        return complex(given)
    return float(_real_as(np.dtype(np.float64), given).type(given))
