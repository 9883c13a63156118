"""`jvp` along several directions at once: tangents with one more axis in front."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sourcead.errors import NoAxis, UsageError
from sourcead.runtime.forwarding import Remembered
from sourcead.runtime.tangents import conform_tangent, has_tangent
from sourcead.runtime.types import fields_of

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
    parts = _parts(primal)
    if parts is not None:
        given = _parts(tangent)
        if given is not None and given.keys() == parts.keys():
            for key, part in parts.items():
                _collect(part, given[key], counts)
    elif has_tangent(primal):
        shape, own = np.shape(tangent), np.shape(primal)
        if shape[1:] == own and len(shape) == len(own) + 1:
            counts.add(shape[0])
        elif shape == own and np.any(tangent):
            counts.add(None)


def _parts(value: Any) -> dict[Any, Any] | None:
    """What a container holds, None of a leaf."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list | tuple):
        return dict(enumerate(value))
    if isinstance(value, np.ndarray | np.generic):
        return None
    fields = fields_of(value)
    return None if fields is None else {name: getattr(value, name) for name in fields}


def _rebuilt(like: Any, parts: dict[Any, Any]) -> Any:
    """A container like another one, of other parts."""
    if isinstance(like, dict):
        return parts
    if isinstance(like, list | tuple):
        values = list(parts.values())
        return type(like)(*values) if hasattr(like, "_fields") else type(like)(values)
    return dataclasses.replace(like, **parts)


def along_each(
    moving: Callable[[str, Sequence[Any]], tuple[Any, Any]],
    linearize: Callable[..., tuple[Any, Callable[..., Any]]],
    f: Function,
    primals: Sequence[Any],
    tangents: Sequence[Any],
    count: int,
) -> tuple[Any, Any]:
    """The value, and its tangents along several directions, with the axis in front.

    Args:
        moving: computes the tangents by the derivative of a mode.
        linearize: as the public function.
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
    out, along = linearize(f, *primals)
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
    parts = _parts(primal)
    if parts is not None:
        given = dict.fromkeys(parts) if tangent is None else _parts(tangent)
        if given is None or given.keys() != parts.keys():
            raise UsageError(f"{name} must have the structure of the argument")
        return _rebuilt(
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
    parts = _parts(primal)
    if parts is not None:
        given = _parts(tangent) or {}
        return _rebuilt(primal, {key: _direction(p, given[key], k) for key, p in parts.items()})
    return tangent[k] if has_tangent(primal) else tangent


def _zero(primal: Any) -> Any:
    return conform_tangent(None, primal, "a tangent")


def _stacked(trees: Sequence[Any], count: int) -> Any:
    """The leaves of trees of one structure, with an axis in front that tells them apart."""
    first = trees[0]
    parts = _parts(first)
    if parts is not None:
        each = [_parts(tree) or {} for tree in trees]
        return _rebuilt(first, {key: _stacked([e[key] for e in each], count) for key in parts})
    return None if first is None else np.stack(trees)[:count]
