"""Lists and tuples as arguments and results: a cotangent has the form of what it belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from tests import numerics

MATRIX = np.array([[0.5, 0.1], [0.3, 0.9]])


def tuple_written(p: Any, x: Any) -> Any:
    a = np.zeros(2)
    a[:] = p
    return np.sum(a**2) * x[0] + np.sum(p) * np.max(p)


def list_reduced(p: Any, x: Any) -> Any:
    return np.sum(p) ** 2 + np.dot(p, x) + np.sum(np.array(p) * x) + np.sum(np.concatenate([p, x]))


def list_of_arrays(p: Any, x: Any) -> Any:
    return np.sum(np.concatenate(p) ** 2) + np.sum(np.stack(p) * x) + np.sum(p)


def nested_tuples(p: Any, x: Any) -> Any:
    return np.sum(p) ** 2 + np.sum(np.array(p) @ x) + np.sum(np.concatenate([p[0], x]) ** 2)


def score(par: Any, seq: Any) -> Any:
    start, slope = par
    s = start
    for k in seq:
        s = np.tanh(slope @ s) + slope[:, k]
    return np.sum(s)


def helper_of_a_tuple(par: Any, seqs: Any) -> Any:
    total = 0.0
    for q in seqs:
        total = total + score(par, q)
    return total


PROGRAMS = [
    (tuple_written, ((0.3, 0.7), np.array([0.2, 0.9]))),
    (list_reduced, ([0.3, 0.7], np.array([0.2, 0.9]))),
    (list_of_arrays, ([np.array([0.2, 0.9]), np.array([0.4, -0.3])], np.array([1.2, 0.1]))),
    (nested_tuples, (((0.3, 0.7), (0.1, 0.5)), np.array([0.2, 0.9]))),
    (helper_of_a_tuple, ((np.array([0.2, 0.4]), MATRIX), [np.array([0, 1]), np.array([1, 1, 0])])),
]


def moved(tree: Any, direction: Any, step: float) -> Any:
    """A container after a step along a direction."""
    if isinstance(tree, list | tuple):
        parts = zip(tree, direction, strict=True)
        return type(tree)(moved(part, change, step) for part, change in parts)
    return tree + step * direction


@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=lambda value: getattr(value, "__name__", ""))
def test_arguments(f: Any, args: Any) -> None:
    bar = sourcead.grad(f)(*args)
    assert type(bar) is type(args[0])
    direction = numerics.random_like(args[0], np.random.default_rng(3))
    slope = sum(
        weight * f(moved(args[0], direction, step * 1e-3), *args[1:])
        for step, weight in numerics.STENCIL
    )
    assert np.isclose(numerics.dot(bar, direction), slope / 1e-3, rtol=1e-8)
    _, pullback = sourcead.vjp(f, *args)
    assert numerics.identical(pullback(1.0)[0], bar)


def path(rate: Any, cash: Any) -> Any:
    found = []
    for c in cash:
        found.append(c * rate**2)
        rate = rate * 1.1
    return found


def test_a_pullback_takes_the_list_that_the_function_returns() -> None:
    value, pullback = sourcead.vjp(path, 1.05, [3.0, 2.0])
    assert value == path(1.05, [3.0, 2.0])
    rate_bar, cash_bar = pullback([1.0, 10.0])
    assert np.isclose(rate_bar, 2 * 1.05 * (3.0 + 10.0 * 2.0 * 1.1**2))
    assert np.allclose(cash_bar, [1.05**2, 10.0 * (1.05 * 1.1) ** 2])
    assert isinstance(cash_bar, list)


def powers(x: Any) -> Any:
    return x * x, np.sin(x)


@sourcead.rule(powers)
def powers_dot(dx: Any, x: Any) -> Any:
    return 2 * x * dx, np.cos(x) * dx


def both(x: Any) -> Any:
    a, b = powers(x)
    return np.sum(a * b)


def test_a_rule_for_a_function_of_two_results() -> None:
    x = np.array([0.3, 0.7])
    numerics.check_gradient(both, (x,), (0,), (sourcead.grad(both)(x),))
    _, dot = sourcead.jvp(both, (x,), (np.ones(2),))
    assert np.isclose(dot, np.sum(sourcead.grad(both)(x)))


@pytest.mark.parametrize("z", [0.7 + 0.2j, np.array([0.3 + 0.2j, -0.7j])])
def test_the_derivative_for_a_complex_argument_is_complex(z: Any) -> None:
    """Also where only its real part is used."""
    bar = sourcead.grad(lambda z: np.sum(np.real(z) ** 2))(z)
    assert np.asarray(bar).dtype == np.complex128
    assert np.allclose(bar, 2 * np.real(z))


def test_the_derivative_for_a_real_factor_of_a_complex_product_is_real() -> None:
    _, pullback = sourcead.vjp(lambda a, z: np.kron(a, z), 0.7, np.array([1j, 2.0]))
    assert pullback(np.array([1.0 + 0j, 3.0]))[0] == 6.0
