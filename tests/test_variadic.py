"""Functions of `*args` have as many parameters as a call passes; containers may be empty."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import UsageError
from tests import numerics

X, Y = np.array([0.4, -1.2]), np.array([1.3, 0.7])


def product(*xs: Any) -> Any:
    total = 1.0
    for x in xs:
        total = total * np.sum(x * x)
    return total


def shifted(a: Any, *xs: Any, scale: float = 2.0) -> Any:
    return np.sum(a * xs[0]) * scale + np.sum(xs[-1] ** 2)


def defaulted(a: float, b: float = 1.5, *xs: float) -> float:
    return a * b * (xs[0] if xs else 3.0)


class Model:
    def cost(self, *xs: Any) -> Any:
        return product(*xs) * 0.5


CALLS: tuple[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]], ...] = (
    (product, (X,), {}),
    (product, (X, Y, 2.0), {}),
    (shifted, (X, Y), {}),
    (shifted, (X, Y, 3.0), {"scale": 0.5}),
    (defaulted, (2.0, 3.0, 4.0), {}),
    (defaulted, (2.0, 3.0), {}),
    (Model().cost, (X, Y), {}),
    (functools.partial(shifted, X), (Y, 1.5), {}),
    (lambda *xs: xs[0] * xs[1], (2.0, 3.0), {}),
)


@pytest.mark.parametrize(("f", "args", "named"), CALLS)
def test_a_parameter_for_each_argument(f: Any, args: Any, named: Any) -> None:
    places = tuple(range(len(args)))
    value, bars = sourcead.value_and_grad(f, wrt=places)(*args, **named)
    assert value == f(*args, **named)
    numerics.check_gradient(functools.partial(f, **named), args, places, bars, holomorphic=True)
    for place, bar in zip(places, bars, strict=True):
        assert np.shape(bar) == np.shape(args[place])
        alone = sourcead.grad(f, wrt=place)(*args, **named)
        np.testing.assert_array_equal(alone, bar)
    if not named:
        out, pullback = sourcead.vjp(f, *args)
        assert out == value
        for one, other in zip(pullback(1.0), bars, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)
        _, moved = sourcead.jvp(f, args, args)
        inner = sum(np.sum(bar * x) for bar, x in zip(bars, args, strict=True))
        np.testing.assert_allclose(moved, inner, rtol=1e-12)
        assert sourcead.check_grads(f, args).passed


def test_the_name_means_all_that_it_collects() -> None:
    bars = sourcead.grad(product, wrt="xs")(X, Y)
    assert isinstance(bars, tuple)
    np.testing.assert_allclose(bars[1], sourcead.grad(product, wrt=1)(X, Y))


def test_second_derivatives_and_source() -> None:
    hessian = sourcead.hessian(product)(X, Y)
    np.testing.assert_allclose(hessian, 2.0 * np.eye(2) * np.sum(Y * Y))
    jacobian = sourcead.jacobian(lambda *xs: xs[0] * xs[1], wrt=1)(X, Y)
    np.testing.assert_allclose(jacobian, np.diag(X))
    gradient = sourcead.grad(product)
    gradient(X, Y)
    assert "def product_grad(xs_0, xs_1):" in gradient.source
    assert "def product_grad(xs_0):" in sourcead.source(gradient, X)


def test_a_position_that_is_not_passed() -> None:
    with pytest.raises(UsageError, match="no parameter 3"):
        sourcead.grad(product, wrt=3)(X, Y)


@pytest.mark.parametrize("nothing", [{}, [], ()])
def test_empty_containers(nothing: Any) -> None:
    def f(parts: Any, x: float) -> float:
        return x * x + len(parts) * x

    assert sourcead.grad(f, wrt=(0, 1))(nothing, 3.0) == (nothing, 6.0)
    _, pullback = sourcead.vjp(f, nothing, 3.0)
    assert pullback(2.0) == (nothing, 12.0)
    assert sourcead.jvp(f, (nothing, 3.0), (nothing, 1.0)) == (9.0, 6.0)
