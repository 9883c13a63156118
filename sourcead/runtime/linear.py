"""The linear approximation of a function at a point: called as often as one likes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from sourcead.errors import UsageError
from sourcead.runtime.dispatch import Specialisation
from sourcead.runtime.half import Half, half_maker
from sourcead.runtime.tangents import conform_tangent


class LinearMap:
    """Maps tangents of the arguments, None for one that is not moved, to that of the result."""

    __slots__ = ("_half", "_names", "_order", "_primals")

    def __init__(self, half: Half, primals: dict[str, Any], order: tuple[str, ...]) -> None:
        self._half = half
        self._primals = primals
        self._names = tuple(primals)
        self._order = order

    def __call__(self, *tangents: Any) -> Any:
        if len(tangents) > len(self._names):
            raise UsageError(f"{len(tangents)} tangents for {len(self._names)} arguments")
        given = dict(zip(self._names, tangents, strict=False))
        conformed = {
            name: conform_tangent(given.get(name), primal, f"the tangent of {name!r}")
            for name, primal in self._primals.items()
            if name in self._order or given.get(name) is not None
        }
        return self._half(*(conformed[name] for name in self._order))

    def __repr__(self) -> str:
        return f"<linear map {self._half.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return LinearMap, (self._half, self._primals, self._order)

    @property
    def generated(self) -> Callable[..., Any]:
        """The generated function, for `inspect.getsource`."""
        return self._half.function


def linear_maker(
    s: Specialisation,
) -> Callable[[tuple[Any, Any], tuple[Any, ...]], tuple[Any, LinearMap]]:
    """What turns the result of the evaluation into the function's result and its linear map."""
    later = half_maker(s)

    def finish(result: tuple[Any, Any], arguments: tuple[Any, ...]) -> tuple[Any, LinearMap]:
        out, saved = result
        half = later(saved, [out, *arguments])
        primals = copy.deepcopy(dict(zip(s.names, arguments, strict=True)))
        return out, LinearMap(half, primals, s.request.wrt)

    return finish
