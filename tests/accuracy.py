"""Derivatives at arguments of every size, measured against mpmath.

A reference is mpmath's function of the same name, differentiated by differences with so many
digits that they are exact; no formula of a derivative enters.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np

Reference = Callable[..., Any]

# What a double can hold with all its digits; beyond, any tiny or huge number will do.
TINY, HUGE = 1e-290, 1e300


def stencil(f: Reference, args: Sequence[float], at: int, digits: int) -> tuple[Any, Any]:
    """First and second derivative in one argument by central differences."""
    with mpmath.workdps(digits):
        exact = [mpmath.mpf(value) for value in args]
        size = abs(exact[at]) if exact[at] else mpmath.mpf(1)
        h = size * mpmath.mpf(10) ** -(30 if digits < 200 else 60)
        below, middle, above = (
            mpmath.re(f(*(v + k * h if i == at else v for i, v in enumerate(exact))))
            for k in (-1, 0, 1)
        )
        return (above - below) / (2 * h), (above - 2 * middle + below) / (h * h)


@functools.cache
def derivatives(f: Reference, args: tuple[Any, ...], at: int) -> tuple[Any, Any]:
    """The same, with as many digits as it takes until more of them change nothing."""
    need = sum(-mpmath.mag(v) / 3.3 for v in args if 0 < abs(v) < 1)
    digits = 90 + 3 * int(need)
    found = stencil(f, args, at, digits)
    while True:
        digits *= 2
        better = stencil(f, args, at, digits)
        same = all(abs(a - b) <= 1e-13 * abs(b) for a, b in zip(found, better, strict=True))
        if (same and all(better)) or digits > 1500:
            return better
        found = better


def agrees(got: float, want: Any, relative: float) -> bool:
    """Whether a double is the number, as far as a double can be."""
    if abs(want) < TINY:
        return abs(got) < 2 * TINY
    if abs(want) > HUGE:
        return bool(abs(got) > HUGE / 2)
    return bool(abs(got - want) <= relative * abs(want))


def conditioned(f: Reference, args: tuple[float, ...], at: int, order: int, unit: float) -> float:
    """How far the derivative moves where the arguments are rounded, relatively."""
    want = derivatives(f, args, at)[order - 1]
    moved = 0.0
    for k, value in enumerate(args):
        near = tuple(v * (1 + mpmath.mpf(unit)) if i == k else v for i, v in enumerate(args))
        if value:
            moved += float(abs(derivatives(f, near, at)[order - 1] / want - 1)) if want else 0.0
    return moved


def wrong(
    f: Reference, args: tuple[float, ...], at: int, order: int, got: float, single: bool = False
) -> str:
    """What is wrong with a derivative, or nothing."""
    relative, unit = (1e-4, 2.0**-24) if single else (1e-9, 2.0**-53)
    want = derivatives(f, args, at)[order - 1]
    if single and not (1e-36 < abs(want) < 1e37):
        return ""
    if agrees(got, want, relative):
        return ""
    if agrees(got, want, relative + 20 * conditioned(f, args, at, order, unit)):
        return ""
    return f"order {order} in {at} at {args}: got {got!r}, is {mpmath.nstr(want, 17)}"


def values(found: Any, size: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(found), (size,))
