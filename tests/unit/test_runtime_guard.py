"""The generated conditions: true for every value of the type, false for all others."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from sourcead.runtime.guard import Scope, condition
from sourcead.runtime.types import type_of_argument


class Point(NamedTuple):
    x: float
    y: Any


def add(x: float) -> float:
    return x + 1.0


def sub(x: float) -> float:
    return x - 1.0


VALUES: list[Any] = [
    True,
    1,
    2.0,
    2j,
    np.float64(2.0),
    np.float32(2.0),
    np.int64(2),
    None,
    "a",
    "b",
    np.sin,
    add,
    sub,
    np.float64,
    range(3),
    np.array(1.0),
    np.ones(1),
    np.ones(3),
    np.ones(3, dtype=np.float32),
    np.ones(3, dtype=int),
    np.ones((2, 3)),
    np.ones((2, 1)),
    np.ones((1, 3)),
    np.ones((1, 1)),
    [],
    [1.0],
    [1],
    [1.0, 2],
    [np.ones(2), np.ones(3)],
    [np.ones((2, 3)), np.ones(3)],
    [{"w": np.ones(2)}, {"w": np.ones(3)}],
    (1.0, 2.0),
    (1.0, 2),
    (1.0, 2.0, 3.0),
    (1.0, (2.0, np.ones(3))),
    (1.0, (2.0, np.ones(1))),
    {"w": 1.0},
    {"v": 1.0},
    {"w": 1.0, "b": 2.0},
    {1: 1.0},
    Point(1.0, 2.0),
    Point(1.0, np.ones(3)),
]


def test_exactly_the_values_of_one_type_fit() -> None:
    for example in VALUES:
        scope = Scope(["x"])
        text = condition(type_of_argument(example, "x"), "x", example, scope)
        for value in VALUES:
            fits = eval(text, {**scope.objects, "x": value})
            same = type_of_argument(example, "x") == type_of_argument(value, "x")
            assert bool(fits) == same, (text, value)


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (2.0, "type(x) is _float"),
        (np.ones((2, 3)), "x.ndim == 2 and 1 not in x.shape"),
        (np.ones((2, 1)), "x.shape[0] != 1 and x.shape[1] == 1"),
        (None, "x is None"),
        ("a", "type(x) is str and x == 'a'"),
    ],
    ids=str,
)
def test_conditions_are_short(example: Any, expected: str) -> None:
    text = condition(type_of_argument(example, "x"), "x", example, Scope(["x"]))
    assert text.endswith(expected)


def test_names_collide_with_no_parameter() -> None:
    scope = Scope(["_float", "_float_1"])
    assert condition(type_of_argument(2.0, "x"), "_float", 2.0, scope) == (
        "type(_float) is _float_2"
    )


def test_functions_made_anew_fit() -> None:
    made = [lambda x: x for _ in range(2)]
    scope = Scope(["f"])
    text = condition(type_of_argument(made[0], "f"), "f", made[0], scope)
    assert eval(text, {**scope.objects, "f": made[1]})
    assert not eval(text, {**scope.objects, "f": add})
