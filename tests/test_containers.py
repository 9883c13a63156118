"""Containers and what is known of them when code is made: lengths, defaults, refusals."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import UnsupportedError
from tests import numerics


@dataclass(frozen=True)
class Options:
    method: str = "midpoint"
    steps: int = 3
    tolerance: float | None = None


def shares(x: Any) -> Any:
    """Keys that count the argument's elements."""
    squares = {i: v * v for i, v in enumerate(x)}
    found = {}
    for i in range(len(x)):
        found[i] = squares[i] / (1.0 + sum(squares.values()))
    return sum(k * v for k, v in found.items()) * found[len(x) - 1]


DEFAULTS = Options()


def step(x: Any, options: Options = DEFAULTS) -> Any:
    y = x[0]
    for _ in range(options.steps):
        k = y * x[1]
        if options.method == "midpoint":
            k = (y + 0.05 * k) * x[1]
        y = y + 0.1 * k
    return y if options.tolerance is None else y * options.tolerance


def selected(x: Any, n: int) -> Any:
    parts = {}
    for k in range(n):
        parts[f"p{k}"] = x[k] ** 2
    return sum(parts.values()) * x[0]


def test_lengths_are_known_where_code_needs_them() -> None:
    gradient = sourcead.grad(shares)
    for n in (3, 5, 3, 4):
        x = np.linspace(0.3, 1.2, n)
        numerics.check_gradient(shares, (x,), (0,), (gradient(x),))


def test_the_source_states_the_lengths_and_values_that_it_was_made_for() -> None:
    x = np.ones(3)
    assert "    assert x.shape == (3,)\n" in sourcead.source(sourcead.grad(shares), x)
    assert "    assert n == 2\n" in sourcead.source(sourcead.grad(selected), x, 2)


def test_long_arrays_are_not_taken_apart() -> None:
    with pytest.raises(UnsupportedError, match="the key must be known"):
        sourcead.grad(shares)(np.ones(1000))
    sourcead.grad(shares)(np.ones(3))
    with pytest.raises(UnsupportedError, match="the key must be known"):
        sourcead.grad(shares)(np.ones(1000))


@pytest.mark.parametrize("options", [DEFAULTS, Options("euler", 2), Options("midpoint", 1, 0.5)])
def test_objects_with_texts_and_none(options: Options) -> None:
    x = np.array([0.7, -0.4])
    found = sourcead.grad(step)(x, options)
    numerics.check_gradient(lambda x: step(x, options), (x,), (0,), (found,))
    if options == DEFAULTS:
        assert numerics.identical(sourcead.grad(step)(x), found)


def _writes_nothing(a: float) -> float:
    b = np.sin(a) * np.cos(a) + np.exp(a) * a**2 - np.tanh(a) * np.log1p(a * a)
    b = b * np.sin(b) + np.cos(b) * np.exp(-b * b) + np.tanh(b)
    zlib.crc32(b"x")
    return b * b


def added(x: Any) -> Any:
    total = 0
    for v in x:
        total = total + _writes_nothing(v)
    return total


def test_what_is_refused_in_a_callee_is_refused_in_every_round_of_a_loop() -> None:
    with pytest.raises(UnsupportedError, match=r"zlib\.crc32"):
        sourcead.grad(added)(np.ones(2))
