"""Objects as tangents and cotangents: of their class, whatever calling it would do."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

import sourcead
from sourcead.errors import UsageError


class Plain:
    def __init__(self, w, name):
        self.w = 1.0 * w
        self.name = name


@dataclass(frozen=True)
class Checked:
    w: float
    name: str
    doubled: float = field(init=False, default=2.0)

    def __post_init__(self):
        if self.w <= 0.0:
            raise ValueError("w must be positive")


class Pair(NamedTuple):
    w: float
    name: str


def cube(p):
    return p.w**3


OBJECTS = [
    Plain(2.0, "a"),
    Checked(2.0, "a"),
    Pair(2.0, "a"),
    SimpleNamespace(w=2.0, name="a"),
    argparse.Namespace(w=2.0, name="a"),
]


@pytest.mark.parametrize("p", OBJECTS, ids=lambda p: type(p).__name__)
def test_every_direction_of_an_object(p: Any) -> None:
    gradient = sourcead.grad(cube)(p)
    assert (gradient.w, gradient.name) == (12.0, None)
    back = SimpleNamespace(w=-1.0, name=None, doubled=None)
    back = Pair(-1.0, None) if isinstance(p, Pair) else back
    assert sourcead.jvp(cube, (p,), (back,)) == (8.0, -12.0)
    assert sourcead.linearize(cube, p)[1](gradient) == 144.0
    assert sourcead.hvp(cube)(p, back).w == -12.0
    assert sourcead.jvp(cube, (p,), (None,)) == (8.0, 0.0)


def test_a_tangent_without_an_attribute_is_refused() -> None:
    with pytest.raises(UsageError, match="must have the attribute 'w'"):
        sourcead.jvp(cube, (Plain(2.0, "a"),), (SimpleNamespace(name=None),))


@dataclass
class Fit:
    slope: np.ndarray
    label: str


def fitted(x):
    return Fit(x * x, "squares"), Pair(np.sum(x), "sum")


def test_cotangents_and_tangents_of_results_that_are_objects() -> None:
    x = np.array([1.0, 2.0])
    value, pullback = sourcead.vjp(fitted, x)
    assert value[0].label == "squares"
    slope = np.array([1.0, 10.0])
    for slope_bar in (Fit(slope, "any"), SimpleNamespace(slope=slope, label=0)):
        (x_bar,) = pullback((slope_bar, Pair(3.0, None)))
        np.testing.assert_array_equal(x_bar, [5.0, 43.0])
    with pytest.raises(UsageError, match="must have the attribute 'slope'"):
        pullback((1.0, Pair(3.0, None)))
    _, (along, total) = sourcead.jvp(fitted, (x,), (None,))
    np.testing.assert_array_equal(along.slope, [0.0, 0.0])
    assert total.w == 0.0


def weighed(models, x):
    return sum(np.sum(m.w * x**2) for m in models)


def test_a_pullback_does_not_see_what_becomes_of_an_object() -> None:
    models, x = [Plain(np.ones(2), "a"), Plain(np.ones(2), "b")], np.array([1.0, 2.0])
    _, pullback = sourcead.vjp(weighed, models, x)
    for m in models:
        m.w[:] = 7.0
    np.testing.assert_array_equal(pullback(1.0)[1], [4.0, 8.0])
