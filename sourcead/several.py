"""`jvp` along several directions at once: tangents with one more axis in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.errors import NoAxis, UsageError
from sourcead.runtime.containers import parts_of, rebuilt
from sourcead.runtime.derivative import derivative_of
from sourcead.runtime.forwarding import Remembered
from sourcead.runtime.tangents import conform_tangent, has_tangent

Function = Callable[..., Any]

# Functions with something that does not take an axis of directions.
_one_by_one: Remembered[bool] = Remembered("one_by_one", most=64)


def count_directions(primals: Sequence[Any], tangents: Sequence[Any]) -> int | None:
    """How many directions there are, None where the tangents have the shapes of the arguments.

    Raises:
        UsageError: some tangents have more directions than others, or none.
    """
    counts: set[int | None] = set()
    for primal, tangent in zip(primals, tangents, strict=True):
        _collect(primal, tangent, counts)
    if len(counts) > 1:
        found = ", ".join(sorted("no axis" if n is None else str(n) for n in counts))
        raise UsageError(f"the tangents have {found} of directions: give as many in each")
    return counts.pop() if counts else None


def _collect(primal: Any, tangent: Any, counts: set[int | None]) -> None:
    """Note how many directions each leaf of a tangent has; a zero may stand for any number."""
    if tangent is None:
        return
    parts = parts_of(primal)
    if parts is not None:
        given = parts_of(tangent)
        if given is not None and given.keys() == parts.keys():
            for key, part in parts.items():
                _collect(part, given[key], counts)
    elif has_tangent(primal):
        shape, own = np.shape(tangent), np.shape(primal)
        if shape[1:] == own and len(shape) == len(own) + 1:
            counts.add(shape[0])
        elif shape == own and np.any(tangent):
            counts.add(None)


def along_each(
    moving: Callable[[str, Sequence[Any]], tuple[Any, Any]],
    f: Function,
    primals: Sequence[Any],
    tangents: Sequence[Any],
    count: int,
) -> tuple[Any, Any]:
    """The value, and its tangents along several directions, with the axis in front.

    Args:
        moving: computes the tangents by the derivative of a mode.
        f: the function.
        primals: its arguments.
        tangents: a tangent with the axis for each, or None.
        count: how many directions there are.
    """
    given = [
        None if t is None else _spread(primal, t, count, f"tangent {k}")
        for k, (primal, t) in enumerate(zip(primals, tangents, strict=True))
    ]
    known = _one_by_one.of(f)
    if not known.get("loops"):
        try:
            return moving("jvp_along", given)
        except NoAxis:
            known["loops"] = True
    out, along = derivative_of(f, "linearize")(*primals)
    # Where there is no direction, one of zeros tells the shapes.
    directions = [_directed(primals, given, k) for k in range(count)]
    if not directions:
        pairs = zip(primals, given, strict=True)
        directions = [[None if t is None else _zero(primal) for primal, t in pairs]]
    return out, _stacked([along(*tangents) for tangents in directions], count)


def _directed(primals: Sequence[Any], tangents: Sequence[Any], k: int) -> list[Any]:
    """The tangents along one direction."""
    return [_direction(primal, t, k) for primal, t in zip(primals, tangents, strict=True)]


def _spread(primal: Any, tangent: Any, count: int, name: str) -> Any:
    """A tangent of `count` directions in the form of its primal; None and 0 stand for zeros."""
    parts = parts_of(primal)
    if parts is not None:
        given = dict.fromkeys(parts) if tangent is None else parts_of(tangent)
        if given is None or given.keys() != parts.keys():
            raise UsageError(f"{name} must have the structure of the argument")
        return rebuilt(
            primal, {k: _spread(p, given[k], count, f"{name}[{k!r}]") for k, p in parts.items()}
        )
    if not has_tangent(primal):
        return conform_tangent(tangent, primal, name)
    dtype = np.asarray(primal).dtype
    shape = (count, *np.shape(primal))
    if tangent is None or (np.shape(tangent) == np.shape(primal) and not np.any(tangent)):
        return np.zeros(shape, dtype)
    if np.shape(tangent) != shape:
        raise UsageError(f"{name} has shape {np.shape(tangent)}: {count} directions are {shape}")
    if np.iscomplexobj(tangent) and dtype.kind != "c":
        raise UsageError(f"{name} is complex, but the argument is real")
    return np.asarray(tangent, dtype=dtype)


def _direction(primal: Any, tangent: Any, k: int) -> Any:
    """The tangent along one direction."""
    if tangent is None:
        return None
    parts = parts_of(primal)
    if parts is not None:
        given = parts_of(tangent) or {}
        return rebuilt(primal, {key: _direction(p, given[key], k) for key, p in parts.items()})
    return tangent[k] if has_tangent(primal) else tangent


def _zero(primal: Any) -> Any:
    return conform_tangent(None, primal, "a tangent")


def _stacked(trees: Sequence[Any], count: int) -> Any:
    """The leaves of trees of one structure, with an axis in front that tells them apart."""
    first = trees[0]
    parts = parts_of(first)
    if parts is not None:
        each = [parts_of(tree) or {} for tree in trees]
        return rebuilt(first, {key: _stacked([e[key] for e in each], count) for key in parts})
    return None if first is None else np.stack(trees)[:count]
