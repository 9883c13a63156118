"""Builtins over things of unknown length, as the loops they are; lowered like user code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


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
