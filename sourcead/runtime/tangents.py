"""Tangents as generated code takes them: each in the very form of what it is the tangent of."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.errors import UsageError
from sourcead.runtime.containers import rebuilt, with_fields
from sourcead.runtime.types import fields_of


def same_form(tangent: Any, primal: Any) -> bool:
    """Whether two containers of one type have arrays of equal shapes and lists of equal lengths."""
    if isinstance(primal, np.ndarray):
        return bool(np.shape(tangent) == primal.shape)
    if isinstance(primal, dict):
        return all(same_form(tangent[key], part) for key, part in primal.items())
    if isinstance(primal, list | tuple):
        pairs = zip(tangent, primal, strict=False)
        return len(tangent) == len(primal) and all(same_form(a, b) for a, b in pairs)
    fields = fields_of(primal) or ()
    return all(same_form(getattr(tangent, f), getattr(primal, f)) for f in fields)


def conform_tangent(given: Any, primal: Any, name: str) -> Any:
    """A tangent in the form of its primal; None stands for zeros.

    Args:
        given: what the caller passes.
        primal: the argument that it is the tangent of.
        name: how messages call the tangent.

    Returns:
        A value of the type and shape of `primal`. Parts without a derivative are the primal's own.

    Raises:
        UsageError: the tangent has another structure or shape, or moves what cannot move.

    >>> conform_tangent(1, 2.5, "the tangent of x")
    1.0
    >>> conform_tangent((None, 1.0), (np.ones(2), 3.0), "the tangent of x")
    (array([0., 0.]), 1.0)
    """
    if isinstance(primal, list | tuple):
        return _sequence(given, primal, name)
    if isinstance(primal, dict):
        return _mapping(given, primal, name)
    if has_tangent(primal):
        return _number(given, primal, name)
    fields = fields_of(primal)
    if fields is not None:
        given_parts = {f: None if given is None else part_of(given, f, name) for f in fields}
        return with_fields(
            primal,
            {
                f: conform_tangent(g, getattr(primal, f), f"{name}.{f}")
                for f, g in given_parts.items()
            },
        )
    if given is not None and not is_zero(given):
        raise UsageError(f"{name} must be None or zero: {primal!r} has no derivative")
    return primal


def has_tangent(value: Any) -> bool:
    """Whether a leaf of an argument is a number that can move."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fc"
    return isinstance(value, float | complex)


def is_zero(tangent: Any) -> bool:
    return isinstance(tangent, bool | int | float | np.generic | np.ndarray) and not np.any(tangent)


def _sequence(given: Any, primal: Any, name: str) -> Any:
    if given is None:
        given = [None] * len(primal)
    if not isinstance(given, list | tuple) or len(given) != len(primal):
        raise UsageError(f"{name} must be a sequence of {len(primal)}, as the argument is")
    parts = [
        conform_tangent(g, p, f"{name}[{k}]")
        for k, (g, p) in enumerate(zip(given, primal, strict=True))
    ]
    return rebuilt(primal, dict(enumerate(parts)))


def _mapping(given: Any, primal: dict[Any, Any], name: str) -> dict[Any, Any]:
    if given is None:
        given = dict.fromkeys(primal)
    if not isinstance(given, dict) or given.keys() != primal.keys():
        raise UsageError(f"{name} must be a dict with the keys of the argument: {list(primal)}")
    return {key: conform_tangent(given[key], p, f"{name}[{key!r}]") for key, p in primal.items()}


def part_of(given: Any, field: str, name: str) -> Any:
    """An attribute of a tangent or cotangent of an object."""
    if not hasattr(given, field):
        raise UsageError(f"{name} must have the attribute {field!r}, as the object has")
    return getattr(given, field)


def _number(given: Any, primal: Any, name: str) -> Any:
    if given is None:
        given = np.zeros(np.shape(primal))
    if np.shape(given) != np.shape(primal):
        raise UsageError(
            f"{name} has shape {np.shape(given)}, but the argument has shape {np.shape(primal)}"
        )
    if np.iscomplexobj(given) and not np.iscomplexobj(primal):
        raise UsageError(f"{name} is complex, but the argument is real")
    if isinstance(primal, np.ndarray):
        return np.asarray(given, dtype=primal.dtype)
    if isinstance(primal, np.generic):
        return primal.dtype.type(given)
    return complex(given) if isinstance(primal, complex) else float(given)
