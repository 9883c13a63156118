"""Tables whose keys have no text in generated code: members of enums, types."""

from __future__ import annotations

import enum

import numpy as np
import pytest

import sourcead

X = np.array([0.3, -0.7, 1.1])


class Part(enum.Enum):
    ONE = "one"
    TWO = "two"


def test_numbers_of_a_table_that_change() -> None:
    table = {Part.ONE: 2.0, (Part.TWO, 1): 3.0, str: 5.0}

    def f(x):
        made = {part: x * k for k, part in enumerate(Part)}
        made[Part.ONE] = made[Part.TWO] * x
        named = sum(v for part, v in table.items() if part is not str)
        return np.sum(made[Part.ONE]) * table[Part.ONE] * table[Part.TWO, 1] * named

    gradient = sourcead.grad(f)
    for change in ({}, {Part.ONE: 4.0}, {(Part.TWO, 1): 6.0}, {Part.TWO: 1.5}):
        table.update(change)
        factor = table[Part.ONE] * table[Part.TWO, 1] * (sum(table.values()) - table[str])
        np.testing.assert_allclose(gradient(X), 2.0 * X * factor)
        np.testing.assert_allclose(sourcead.jvp(f, (X,), (X,))[1], 2.0 * X @ X * factor)


def test_such_a_table_is_no_argument_and_no_result() -> None:
    with pytest.raises(sourcead.UsageError, match="keys that generated code has no text for"):
        sourcead.grad(lambda table: table[Part.ONE] ** 2)({Part.ONE: 1.0})
    with pytest.raises(sourcead.SourceadError, match="a dict with such keys"):
        sourcead.jvp(lambda x: {Part.ONE: x}, (1.0,), (1.0,))
