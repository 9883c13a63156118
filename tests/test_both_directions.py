"""Results of any structure, with the same array in it twice: both directions and differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from tests import both_directions, numerics

X = np.array([0.3, -0.7, 1.2])


def an_argument_a_view_and_a_constant(x: Any, s: Any) -> Any:
    return x, x[1:], x * s, s, np.ones(3), "name", None, 3


def arguments_that_were_written(x: Any, s: Any) -> Any:
    y = x
    x[0] = s * x[1]
    y[1:] *= x[0]
    return x, y, x[:2], s


def one_array_in_several_places(x: Any, s: Any) -> Any:
    y = np.sin(x) * s
    d = {"a": y, "b": y[1:], "c": [y, x], "d": {"e": (y[0], s)}}
    y[0] = s * x[1]
    return d


def whole_numbers_between_others(x: Any, s: Any) -> Any:
    order = np.argsort(x)
    n = int(np.floor(3.0 * x[2]))
    y = x[order]
    y[order[0]] = n * s
    return order, n, y, x > 0.0, [n, y[0], order]


def lists_that_grow_with_the_turns(x: Any, s: Any) -> Any:
    rows = []
    for i in range(len(x)):
        rows.append(x[i] * x)
        rows[0][i] = s * x[i]
    return rows, rows[0], len(rows)


@pytest.mark.parametrize(
    "f",
    [
        an_argument_a_view_and_a_constant,
        arguments_that_were_written,
        one_array_in_several_places,
        whole_numbers_between_others,
        lists_that_grow_with_the_turns,
    ],
)
def test_both_directions(f: Callable[..., Any]) -> None:
    args = (X.copy(), 0.5)
    assert both_directions.check(f, args, (0, 1), numerics.run(f, args)) == "right"


def half_of_it(x: Any, s: Any) -> Any:
    return sourcead.stop_gradient(x) * x * s


def test_a_wrong_derivative_is_seen() -> None:
    args = (X.copy(), 0.5)
    with pytest.raises(AssertionError, match="vjp and differences"):
        both_directions.check(half_of_it, args, (0, 1), numerics.run(half_of_it, args))
