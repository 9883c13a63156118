"""Functions whose code depends on numbers and keys from outside, which change between calls."""

from __future__ import annotations

import enum
import types

import numpy as np

from tests.changed_cases import Case, case


@case
def captured_axis() -> Case:
    axis = 0

    def turn(k):
        nonlocal axis
        axis = k

    def f(x):
        return np.sum(np.max(np.outer(x, x), axis=axis) * np.arange(3.0))

    return f, [lambda: turn(1), lambda: turn(-1), lambda: turn(0)]


@case
def numbers_in_a_table_and_an_object() -> Case:
    table = {"axis": 0, "rate": 1.0}
    model = types.SimpleNamespace(order=1, rate=0.5)

    def f(x):
        y = np.cumsum(np.outer(x, x), axis=table["axis"]) * table["rate"]
        return np.sum(np.linalg.norm(y + 3.0, ord=model.order, axis=0)) * model.rate

    return f, [lambda: table.update(axis=1, rate=3.0), lambda: setattr(model, "order", 2)]


class Part(enum.Enum):
    ONE = "one"
    TWO = "two"


@case
def a_table_by_members_of_an_enum() -> Case:
    table = {Part.ONE: 2.0, (Part.TWO, 1): 3.0, str: 5.0}

    def f(x):
        made = {kind: x * k for k, kind in enumerate(Part)}
        made[Part.ONE] = made[Part.TWO] * x
        named = sum(v for kind, v in table.items() if kind is not str)
        return np.sum(made[Part.ONE]) * table[Part.ONE] * table[Part.TWO, 1] * named

    return f, [
        lambda: table.update({Part.ONE: 4.0}),
        lambda: table.update({(Part.TWO, 1): 6.0}),
        lambda: table.update({Part.TWO: 1.5}),
    ]
