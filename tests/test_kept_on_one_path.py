"""Gradients inside of differentiated functions, of what takes one of several ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from tests import numerics


def two_ways(y: Any) -> Any:
    if y[0] > 0.5:
        u = np.exp(y) * y
        return np.sum(u * u)
    elif y[0] > 0.1:
        return np.sum(np.sin(y) * y)
    return np.sum(y**3)


def gradient_of_two_ways(x: Any) -> Any:
    return np.sum(sourcead.grad(two_ways)(x) * x)


def by_length(y: Any) -> Any:
    s = np.exp(y) * y if len(y) > 3 else y**3
    return np.sum(s * s)


def gradient_by_length(x: Any) -> Any:
    return np.sum(sourcead.grad(by_length)(x) ** 2)


def on_a_grid(x: Any) -> Any:
    down, across = np.ogrid[0:1:5j, -1.0:1.0:0.5]
    return np.sum(down * x[0] * np.sin(across * x[1])) + np.sum(x**3)


def gradient_on_a_grid(x: Any) -> Any:
    return np.sum(sourcead.grad(on_a_grid)(x) * x)


def left_early(y: Any, n: Any) -> Any:
    for k in range(n):
        t = np.exp(y * k)
        if t[0] > 1.1:
            return np.sum(t * y)
        if t[0] > 5.0:
            return np.sum(t * t * y)
    return np.sum(y)


def gradient_of_what_is_left_early(x: Any, n: Any) -> Any:
    return np.sum(sourcead.grad(left_early)(x, n) ** 2)


def open_grid_read(m: Any) -> Any:
    return np.sum(m[np.ix_([0, 2], [1, 0])] ** 2) + np.sum(m[np.ix_(m[:, 0] > 0.0, [1, 0])] ** 3)


SMALL = np.array([0.05, 0.9, 1.2])
PROGRAMS = [
    (gradient_of_two_ways, (SMALL,)),
    (gradient_of_two_ways, (SMALL + 0.2,)),
    (gradient_of_two_ways, (SMALL + 0.6,)),
    (gradient_by_length, (SMALL,)),
    (gradient_by_length, (np.append(SMALL, 0.4),)),
    (gradient_on_a_grid, (SMALL[:2],)),
    (gradient_of_what_is_left_early, (SMALL, 3)),
    (gradient_of_what_is_left_early, (SMALL + 0.5, 3)),
    (open_grid_read, (np.arange(9.0).reshape(3, 3) / 4 + 0.1,)),
]


@pytest.mark.parametrize(("f", "args"), PROGRAMS)
def test_gradient(f: Any, args: Any) -> None:
    numerics.check_gradient(f, args, (0,), (sourcead.grad(f)(*args),))
