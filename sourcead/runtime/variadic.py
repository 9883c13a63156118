"""Functions of `*args`: what is differentiated has as many parameters as a call passes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

from sourcead.runtime.decorated import names_of_wrapped
from sourcead.runtime.forwarding import Remembered, forwarding, signature_of

_written_out: Remembered[FunctionType] = Remembered("written_out", most=64)


def collects(parameters: Sequence[inspect.Parameter], wrt: Any) -> bool:
    """Whether a parameter collects arguments that `wrt` tells apart: it does not name it."""
    given = (wrt,) if isinstance(wrt, int | str) else tuple(wrt or ())
    return any(p.kind is p.VAR_POSITIONAL and p.name not in given for p in parameters)


def own_names(callee: Any, parameters: Sequence[inspect.Parameter], wrt: Any) -> Any:
    """`wrt` by the function's own parameters: what `*args` collects counts as that one."""
    collected = names_of_wrapped(callee)
    place = [p.kind for p in parameters].index(inspect.Parameter.VAR_POSITIONAL)
    given = (wrt,) if isinstance(wrt, int | str) else tuple(wrt)
    found = [
        place if k in collected or (isinstance(k, int) and (k > place or k < 0)) else k
        for k in given
    ]
    return tuple(dict.fromkeys(found))


def written_out(callee: Callable[..., Any], count: int) -> Callable[..., Any]:
    """A function with a parameter for each of `count` arguments, instead of `*args`.

    Args:
        callee: a function, a method or the like.
        count: how many arguments are passed by position.

    Returns:
        The function; the callee itself where none of them belongs to `*args`.
    """
    parameters = list(signature_of(callee).parameters.values())
    variadic = next((p for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    first = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if variadic is None or count < len(first):
        return callee
    known = _written_out.of(callee)
    if count not in known:
        mark = "_" if any(p.name.startswith(f"{variadic.name}_") for p in parameters) else ""
        names = names_of_wrapped(callee)[: count - len(first)]
        names += [f"{variadic.name}_{k}{mark}" for k in range(len(names), count - len(first))]
        more = [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in names]
        given = [p.replace(default=p.empty) for p in first]
        rest = [p for p in parameters if p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD)]
        signature = inspect.Signature([*given, *more, *rest])
        known[count] = forwarding(callee, "function({})", {"function": callee}, signature)
    return known[count]


def with_required(callee: Callable[..., Any]) -> Callable[..., Any]:
    """A decorated function with a parameter for each argument that what it wraps must have."""
    names = names_of_wrapped(callee, required=True)
    return written_out(callee, len(names)) if names else callee
