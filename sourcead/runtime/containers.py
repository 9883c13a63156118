"""Containers and objects as the runtime goes through them: taken apart, and put together again."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.runtime.types import fields_of


def parts_of(value: Any) -> dict[Any, Any] | None:
    """What a container or an object holds, None of anything else.

    >>> parts_of([1.0, 2.0]), parts_of({"w": 3.0}), parts_of(4.0)
    ({0: 1.0, 1: 2.0}, {'w': 3.0}, None)
    """
    if isinstance(value, dict):
        return value
    if isinstance(value, list | tuple):
        return dict(enumerate(value))
    if isinstance(value, np.ndarray | np.generic):
        return None
    fields = fields_of(value)
    return None if fields is None else {name: getattr(value, name) for name in fields}


def rebuilt(like: Any, parts: dict[Any, Any]) -> Any:
    """A container or an object like another one, which holds other parts.

    >>> rebuilt((1.0, 2.0), {0: 3.0, 1: 4.0})
    (3.0, 4.0)
    """
    if isinstance(like, dict):
        return dict(parts)
    if isinstance(like, list | tuple):
        values = parts.values()
        return type(like)(*values) if hasattr(like, "_fields") else type(like)(values)
    return with_fields(like, parts)


def with_fields(like: Any, parts: dict[str, Any]) -> Any:
    """An object of the class of another, which is not called, with other attributes."""
    cls: Any = type(like)
    made = cls.__new__(cls)
    for name, part in parts.items():
        object.__setattr__(made, name, part)
    return made
