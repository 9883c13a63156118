"""What a program puts in the place of a library's function is what its derivative is of."""

from __future__ import annotations

import builtins
import functools
import math
import operator
import types
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import pytest
import scipy.special
import scipy.stats

import sourcead

X = np.array([0.3, 0.7])
own = types.ModuleType("own")


def tripled(x):
    return 3.0 * x * x


own.helper = lambda x: np.sin(x)


def counted(f: Callable[..., Any]) -> Callable[..., Any]:
    """A tool's wrapper, which takes over the name of what it wraps."""

    @functools.wraps(f)
    def wrapper(*args):
        return 2.0 * f(*args)

    return wrapper


class Model:
    def __init__(self) -> None:
        self.xp = np
        self.name = "sin"

    def __call__(self, x):
        return np.sum(self.xp.sin(x))


MODEL = Model()


def by_name(x):
    return np.sum(np.sin(x) * x)


def by_import_inside(x):
    import numpy

    return numpy.sum(numpy.sin(x))


def by_object(x):
    return MODEL(x)


def by_text(x):
    return np.sum(getattr(np, "sin")(x))  # noqa: B009


def by_attribute_text(x):
    return np.sum(getattr(np, MODEL.name)(x))


def by_own_text(x):
    return np.sum(getattr(own, "helper")(x))  # noqa: B009


def by_numbers(x):
    return math.exp(x[0]) * x[1]


def by_constant(x):
    return np.sum(x * np.pi)


def by_submodule(x):
    return np.linalg.norm(x - 2.0)


def by_scipy(x):
    return np.sum(scipy.special.expit(x))


def by_distribution(x):
    return np.sum(scipy.stats.norm.logpdf(x))


def by_builtin(x):
    return abs(x[0]) * abs(x[1])


def by_reduction(x):
    return functools.reduce(operator.add, [x[0], x[1] * 2.0])


REPLACED: list[tuple[Callable[..., Any], Any, str, Any]] = [
    (by_name, np, "sin", tripled),
    (by_name, np, "sin", np.cos),
    (by_name, np, "sin", counted(np.sin)),
    (by_name, np, "sum", counted(np.sum)),
    # Only the rule of the sine has to do with it.
    (by_name, np, "cos", tripled),
    (by_import_inside, np, "sin", tripled),
    (by_object, np, "sin", np.exp),
    (by_text, np, "sin", tripled),
    (by_attribute_text, np, "sin", tripled),
    (by_own_text, own, "helper", tripled),
    (by_own_text, np, "sin", tripled),
    (by_numbers, math, "exp", math.log1p),
    (by_numbers, math, "exp", tripled),
    (by_constant, np, "pi", 2.0),
    (by_submodule, np.linalg, "norm", lambda x: np.sum(x * x)),
    (by_submodule, np, "sqrt", tripled),
    (by_scipy, scipy.special, "expit", scipy.special.erf),
    (by_distribution, scipy.stats.norm, "logpdf", tripled),
    (by_distribution, scipy.stats, "norm", scipy.stats.cauchy),
    (by_builtin, builtins, "abs", tripled),
    (by_reduction, operator, "add", operator.mul),
]


def slopes(f: Callable[..., Any]) -> np.ndarray:
    steps = 1e-6 * np.eye(len(X))
    return np.array([(f(X + step) - f(X - step)) / 2e-6 for step in steps])


def check(f: Callable[..., Any], gradient: Callable[..., Any]) -> None:
    want = slopes(f)
    np.testing.assert_allclose(gradient(X), want, atol=1e-7)
    np.testing.assert_allclose(sourcead.grad(f)(X), want, atol=1e-7)
    moved = sourcead.jvp(f, (X,), (np.ones(2),))[1]
    np.testing.assert_allclose(moved, want.sum(), atol=1e-7)


@pytest.mark.parametrize(("f", "owner", "name", "new"), REPLACED)
def test_what_stands_there_now_is_differentiated(
    f: Callable[..., Any], owner: Any, name: str, new: Any
) -> None:
    gradient = sourcead.grad(f)
    check(f, gradient)
    with mock.patch.object(owner, name, new):
        check(f, gradient)
    check(f, gradient)


def test_it_may_stand_there_at_the_first_call() -> None:
    def f(x):
        return np.sum(np.tanh(x) * np.arctan(x))

    gradient = sourcead.grad(f)
    with mock.patch.object(np, "tanh", np.sin), mock.patch.object(np, "multiply", np.add):
        check(f, gradient)
    check(f, gradient)


def test_the_later_half_of_a_call_is_of_the_first() -> None:
    _, pullback = sourcead.vjp(by_name, X)
    with mock.patch.object(np, "cos", tripled), mock.patch.object(np, "sin", tripled):
        (found,) = pullback(1.0)
    np.testing.assert_allclose(found, slopes(by_name), atol=1e-7)


def test_what_cannot_be_followed_is_refused() -> None:
    gradient = sourcead.grad(by_name)
    gradient(X)
    watched = mock.patch.object(np, "sin", mock.MagicMock(return_value=X))
    with watched, pytest.raises(sourcead.SourceadError, match="SAD204"):
        gradient(X)
