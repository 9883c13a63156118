"""What a decorator leaves is differentiated as it runs: how arguments are passed may count."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead

X = np.array([0.3, 0.4])
Y = np.array([1.0, 2.0])
Function = Callable[..., Any]


def scaled(x, k=5.0):
    return np.sum(x * x * k)


def by_keyword(x, *, k=5.0, m=1.0):
    return np.sum(x * x * k * m)


def product(x, y):
    return np.sum(x * x * y)


def single(f: Function) -> Function:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        if len(args) == 1:
            return 10.0 * f(*args, **kwargs)
        return f(*args, **kwargs)

    return wrapper


def with_default(f: Function) -> Function:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        kwargs.setdefault("k", 7.0)
        return f(*args, **kwargs)

    return wrapper


def looked_up(f: Function) -> Function:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return kwargs.get("k", 2.0) * f(*args, **kwargs)

    return wrapper


def asked_for(f: Function) -> Function:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) * (3.0 if kwargs else 1.0)

    return wrapper


def plain(f: Function) -> Function:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return wrapper


def completed(f: Function) -> Function:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, Y, **kwargs)

    return wrapper


def on_wrapped(f: Function) -> Function:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return 3.0 * wrapper.__wrapped__(*args, **kwargs)

    return wrapper


def slopes(f: Function, *more: Any, **named: Any) -> np.ndarray:
    steps = 1e-6 * np.eye(2)
    return np.array(
        [(f(X + step, *more, **named) - f(X - step, *more, **named)) / 2e-6 for step in steps]
    )


def check(f: Function, *more: Any, **named: Any) -> None:
    want = slopes(f, *more, **named)
    np.testing.assert_allclose(sourcead.grad(f)(X, *more, **named), want, atol=1e-7)
    value, found = sourcead.value_and_grad(f, wrt="x")(X, *more, **named)
    assert value == f(X, *more, **named)
    np.testing.assert_allclose(found, want, atol=1e-7)


@pytest.mark.parametrize("decorator", [single, with_default, looked_up, asked_for, plain])
@pytest.mark.parametrize("f", [scaled, by_keyword])
def test_how_arguments_are_passed_counts(decorator: Callable[..., Any], f: Function) -> None:
    made = decorator(f)
    check(made)
    check(made, k=1.5)
    if f is scaled and decorator is not with_default:
        check(made, 1.5)


def test_what_the_decorator_adds_is_no_argument() -> None:
    check(completed(product))
    with pytest.raises(TypeError, match="missing"):  # the wrapped function's parameters count
        sourcead.hvp(completed(product))(X, x_dot=Y)


def test_products_with_the_hessian_are_of_what_must_be_passed() -> None:
    found = sourcead.hvp(looked_up(scaled))(X, x_dot=Y)
    np.testing.assert_allclose(found, 20.0 * Y)
    moved = sourcead.jvp(single(scaled), (X,), (Y,))[1]
    np.testing.assert_allclose(moved, 100.0 * np.sum(X * Y))


def test_another_function_may_be_wrapped_later() -> None:
    made = on_wrapped(scaled)
    gradient = sourcead.grad(made)
    np.testing.assert_allclose(gradient(X), slopes(made), atol=1e-7)
    made.__wrapped__ = product
    np.testing.assert_allclose(gradient(X, Y), slopes(made, Y), atol=1e-7)
    check(made, Y)
    made.__wrapped__ = scaled
    np.testing.assert_allclose(gradient(X), slopes(made), atol=1e-7)


def test_what_is_said_to_be_wrapped_does_not_run() -> None:
    made = plain(scaled)
    gradient = sourcead.grad(made)
    np.testing.assert_allclose(gradient(X), slopes(made), atol=1e-7)
    made.__wrapped__ = product
    with pytest.raises(sourcead.UsageError, match="ask again"):
        gradient(X)
    check(made)
    del made.__wrapped__
    np.testing.assert_allclose(sourcead.grad(made)(X), slopes(made), atol=1e-7)
