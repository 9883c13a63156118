"""Builtins over things of unknown length, as the loops they are; lowered like user code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np


def total(items: Iterable[Any], start: Any) -> Any:
    for item in items:
        start = start + item
    return start


def largest(items: Any) -> Any:
    best = items[0]
    for item in items:
        best = max(best, item)
    return best


def smallest(items: Any) -> Any:
    best = items[0]
    for item in items:
        best = min(best, item)
    return best


def every(items: Iterable[Any]) -> bool:
    result = True
    for item in items:
        if not item:
            result = False
            break
    return result


def some(items: Iterable[Any]) -> bool:
    result = False
    for item in items:
        if item:
            result = True
            break
    return result


def listed(items: Iterable[Any]) -> list[Any]:
    found = []
    for item in items:
        found.append(item)
    return found


def mapped(function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [function(item) for item in items]


def folded(function: Callable[[Any, Any], Any], items: Iterable[Any], start: Any) -> Any:
    for item in items:
        start = function(start, item)
    return start


def piecewise(x: Any, conditions: Any, functions: Any) -> Any:
    """`np.piecewise`; a function more than conditions is for what none of them covers."""
    result = np.zeros_like(x)
    for k, function in enumerate(functions):
        if k < len(conditions):
            chosen = conditions[k]
        else:
            chosen = ~np.any(np.stack(conditions), axis=0)
        result[chosen] = function(x[chosen]) if callable(function) else function
    return result


def apply_where(condition: Any, args: Any, first: Any, second: Any, fill: Any) -> Any:
    """`first` of the arguments where a condition holds, elsewhere `second` or a number."""
    wide = np.broadcast_arrays(condition, *args)
    chosen = wide[0]
    result = np.full(np.shape(chosen), fill, dtype=np.float64)
    result[chosen] = first(*[a[chosen] for a in wide[1:]])
    if second is not None:
        rest = ~chosen
        result[rest] = second(*[a[rest] for a in wide[1:]])
    return result
