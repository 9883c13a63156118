"""Functions whose code depends on numbers from outside, which change between calls."""

from __future__ import annotations

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
