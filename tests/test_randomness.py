"""Random draws: the generator is advanced as the program advances it, and nothing is redrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import DifferentiationError

X = np.array([0.3, -0.5, 1.1])
captured = np.random.default_rng(0)


def noisy(x: Any, rng: Any) -> Any:
    total = 0.0
    for _ in range(3):
        z = rng.standard_normal(x.shape)
        total = total + np.sum(np.sin(x * z))
        rng.random()
    return total


def jittered(x: Any, rng: Any) -> Any:
    return x * rng.normal(x, 0.1) + rng.uniform(size=x.shape)


def from_the_module(x: Any) -> Any:
    return np.sum(x * captured.standard_normal(3))


def sigma_only(x: Any, rng: Any) -> Any:
    return np.sum(rng.normal(0.0, x) ** 2)


def states(seed: int, *programs: Callable[[Any], Any]) -> list[Any]:
    """The state that each program leaves a generator of the same seed in."""
    found = []
    for program in programs:
        rng = np.random.default_rng(seed)
        program(rng)
        found.append(rng.bit_generator.state)
    return found


def test_every_direction_advances_the_generator_as_the_primal_does() -> None:
    one = np.array([1.0, 0.0, 0.0])
    primal, *others = states(
        1,
        lambda rng: noisy(X, rng),
        lambda rng: sourcead.grad(noisy)(X, rng),
        lambda rng: sourcead.value_and_grad(noisy)(X, rng),
        lambda rng: sourcead.jvp(noisy, (X, rng), (one, None)),
        lambda rng: sourcead.hvp(noisy)(X, rng, one),
        lambda rng: sourcead.vjp(noisy, X, rng)[1](1.0),
    )
    for other in others:
        assert other == primal


def test_a_pullback_draws_nothing() -> None:
    rng = np.random.default_rng(2)
    _, pullback = sourcead.vjp(noisy, X, rng)
    before = rng.bit_generator.state
    first, second = pullback(1.0)[0], pullback(1.0)[0]
    assert rng.bit_generator.state == before
    np.testing.assert_array_equal(first, second)


def test_the_gradient_is_that_of_the_numbers_drawn() -> None:
    got = sourcead.grad(noisy)(X, np.random.default_rng(5))
    rng, want = np.random.default_rng(5), np.zeros(3)
    for _ in range(3):
        z = rng.standard_normal(3)
        want += np.cos(X * z) * z
        rng.random()
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_a_generator_of_the_module_is_read_at_each_call() -> None:
    global captured
    gradient = sourcead.grad(from_the_module)
    captured = np.random.default_rng(3)
    first = gradient(X)
    second = gradient(X)
    captured = np.random.default_rng(3)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(gradient(X), first)
    np.testing.assert_array_equal(first, np.random.default_rng(3).standard_normal(3))


def test_a_scale_that_moves() -> None:
    got = sourcead.grad(sigma_only)(np.array([0.5, 2.0]), np.random.default_rng(4))
    z = np.random.default_rng(4).standard_normal(2)
    np.testing.assert_allclose(got, 2 * np.array([0.5, 2.0]) * z**2, rtol=1e-12)


def test_rows_of_a_jacobian_share_their_draws() -> None:
    got = sourcead.jacobian(jittered, mode="reverse")(X, np.random.default_rng(6))
    noise = np.random.default_rng(6).normal(X, 0.1) - X
    np.testing.assert_allclose(got, np.diag(2 * X + noise), rtol=1e-12)


def test_columns_do_not_draw_again() -> None:
    by_rows = sourcead.jacobian(jittered, mode="reverse")(X, np.random.default_rng(6))
    by_columns = sourcead.jacobian(jittered, mode="forward")(X, np.random.default_rng(6))
    np.testing.assert_array_equal(by_columns, by_rows)


def test_a_hessian_of_the_numbers_drawn() -> None:
    got = sourcead.hessian(noisy)(X, np.random.default_rng(7))
    rng, want = np.random.default_rng(7), np.zeros(3)
    for _ in range(3):
        z = rng.standard_normal(3)
        want -= np.sin(X * z) * z**2
        rng.random()
    np.testing.assert_allclose(got, np.diag(want), rtol=1e-12)


def test_a_jacobian_of_several_results_is_refused() -> None:
    def f(x: Any, rng: Any) -> Any:
        z = rng.standard_normal(3)
        return x * z, np.sin(x * z)

    with pytest.raises(DifferentiationError, match="has to run again"):
        sourcead.jacobian(f)(X, np.random.default_rng(0))
