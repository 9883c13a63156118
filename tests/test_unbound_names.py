"""Names that no path has bound: generated code raises where Python does, in every mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.corpus import bound_in_loops

NONE, ONE = np.zeros(0), np.array([0.7])


def while_without_a_turn(x: Any) -> Any:
    k = 0
    while k < len(x):
        y = x[k] * 2.0
        k += 1
    return y


def number_without_a_turn(x: Any) -> Any:
    for _ in x:
        y = 3.0
    return y


def object_without_a_turn(x: Any) -> Any:
    for v in x:
        pair = [v, v * v]
    return pair[1]


def never_found(x: Any) -> Any:
    for v in x:
        if v > 9.0:
            y = v
    return y * 2.0


def read_and_not_used(x: Any) -> Any:
    for v in x:
        y = v
    y  # noqa: B018
    return np.sum(x)


def deleted(x: Any) -> Any:
    y = np.sum(x)
    for v in x:
        if v < 1.0:
            del y
            break
    return y


def deleted_unbound(x: Any) -> Any:
    for v in x:
        y = v
    del y
    return np.sum(x)


def set_by_a_closure(x: Any) -> Any:
    def put(v: Any) -> None:
        nonlocal y
        y = v * v

    y = 0.0
    if len(x) < 2:
        del y
    for v in x[1:]:
        put(v)
    return y


PROGRAMS: dict[str, tuple[Callable[..., Any], Any]] = {
    "last turn": (bound_in_loops.last_turn_returned, NONE),
    "generator": (bound_in_loops.bound_by_a_generator, NONE),
    "generator expression": (bound_in_loops.read_in_a_generator_expression, NONE),
    "while": (while_without_a_turn, NONE),
    "number": (number_without_a_turn, NONE),
    "object": (object_without_a_turn, NONE),
    "never found": (never_found, ONE),
    "not used": (read_and_not_used, NONE),
    "deleted": (deleted, ONE),
    "deleted unbound": (deleted_unbound, NONE),
    "closure": (set_by_a_closure, ONE),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_unbound_names_raise(name: str) -> None:
    f, x = PROGRAMS[name]
    for run in (
        lambda: f(x),
        lambda: sourcead.vjp(f, x),
        lambda: sourcead.grad(f)(x),
        lambda: sourcead.jvp(f, (x,), (np.ones_like(x),)),
        lambda: sourcead.hvp(f)(x, np.ones_like(x)),
    ):
        with pytest.raises(NameError):
            run()
