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
    for item in items:
        if not item:
            return False
    return True


def some(items: Iterable[Any]) -> bool:
    for item in items:
        if item:
            return True
    return False


def listed(items: Iterable[Any]) -> list[Any]:
    return [item for item in items]


def mapped(function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [function(item) for item in items]


def folded(function: Callable[[Any, Any], Any], items: Iterable[Any], start: Any) -> Any:
    for item in items:
        start = function(start, item)
    return start
