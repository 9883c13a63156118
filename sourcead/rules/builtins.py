"""Builtin functions: `max` and `min` return one of their arguments as it is."""

from __future__ import annotations

from typing import Any

from sourcead.rules.declare import pointwise

Scalar = Any


@pointwise("max")
def max(x: Scalar, y: Scalar) -> Any:
    return 1 - (y > x), y > x


@pointwise("min")
def min(x: Scalar, y: Scalar) -> Any:
    return 1 - (y < x), y < x
