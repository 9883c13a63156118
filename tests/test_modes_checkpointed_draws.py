"""Random draws in what a reverse sweep runs again: the same numbers, and each drawn once.

Every program of `checkpointed_draws` draws what it draws without checkpoints, bit for bit, and
leaves its generators where they would be without a derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import checkpoint, checkpointed, grad, hvp, jvp, linearize, vjp
from sourcead.errors import DifferentiationError, UsageError
from tests import checkpointed_draws, numerics
from tests.uncheckpointed import program_names, without_checkpoints

X, ONES = np.array([0.3, -0.2, 0.5]), np.ones(3)
HELPERS = ("jitter",)
PROGRAMS = [name for name in program_names(checkpointed_draws) if name not in HELPERS]
Program = Callable[..., Any]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The programs without checkpoints."""
    return without_checkpoints(checkpointed_draws, tmp_path_factory.mktemp("plain"))


def seeded(direction: Callable[[Any], Any]) -> tuple[Any, Any]:
    """What a computation returns, and the states that it leaves its generators in."""
    rng = np.random.default_rng(5)
    np.random.seed(11)
    found = direction(rng)
    key, place = np.random.get_state()[1:3]
    return found, (rng.bit_generator.state, key.tolist(), place)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_same_draws(name: str, plain: ModuleType) -> None:
    f, g = getattr(checkpointed_draws, name), getattr(plain, name)
    for n in (0, 1, 2, 7, 14):
        _, primal = seeded(lambda rng, n=n: f(X.copy(), rng, n))
        got, state = seeded(lambda rng, n=n: grad(f)(X, rng, n))
        want, _ = seeded(lambda rng, n=n: grad(g)(X, rng, n))
        assert numerics.identical(got, want)
        assert state == primal


@pytest.mark.parametrize("name", PROGRAMS)
def test_other_directions(name: str, plain: ModuleType) -> None:
    f, g = getattr(checkpointed_draws, name), getattr(plain, name)
    moves = (ONES, None, None)
    _, primal = seeded(lambda rng: f(X.copy(), rng, 6))
    for direction in (
        lambda h, rng: jvp(h, (X, rng, 6), moves),
        lambda h, rng: hvp(h)(X, rng, 6, ONES),
        lambda h, rng: grad(lambda x, rng, n: np.sum(grad(h)(x, rng, n) ** 2))(X, rng, 6),
    ):
        got, state = seeded(lambda rng, direction=direction: direction(f, rng))
        want, _ = seeded(lambda rng, direction=direction: direction(g, rng))
        for a, b in zip(numerics.leaves(got), numerics.leaves(want), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)
        assert state == primal


@pytest.mark.parametrize("name", ["simple", "nested", "plain_checkpoint", "legacy_object"])
def test_pullbacks_leave_generators_alone(name: str) -> None:
    f = getattr(checkpointed_draws, name)
    rng = np.random.default_rng(5)
    _, pullback = vjp(f, X, rng, 6)
    rng.random()
    before = rng.bit_generator.state
    first, second = pullback(1.0)[0], pullback(1.0)[0]
    assert rng.bit_generator.state == before
    assert numerics.identical(first, second)
    assert numerics.identical(first, grad(f)(X, np.random.default_rng(5), 6))


def test_snapshots_hold_states_of_generators_and_no_draws() -> None:
    source = sourcead.source(grad(checkpointed_draws.simple), X, np.random.default_rng(0), 5)
    assert "snapshots.append((y, rng.bit_generator.state))" in source
    assert "rng.bit_generator.state = snapshots[-1][1]" in source
    assert "rng.bit_generator.state = rng_now" in source


# Linear maps -------------------------------------------------------------------------------------


def walk(x, rng, n):
    noise = rng.normal(size=3)
    for _ in range(n):
        x = np.sin(x * rng.normal(size=3))
    return x * rng.random() * noise


def branches(x, rng, n):
    if rng.random() < 0.9:
        y = rng.normal(size=3) * np.sin(x)
        if rng.random() < 0.9:
            y = y * x * rng.random()
    else:
        y = x * rng.random() * n
    return y


def calls(x, rng, n):
    first = checkpointed_draws.jitter(x, rng)
    return checkpointed_draws.jitter(first, rng) * n + np.random.normal(size=3) * np.tanh(x)


@pytest.mark.parametrize("f", [walk, branches, calls])
def test_a_linear_map_of_the_numbers_drawn(f: Program) -> None:
    _, primal = seeded(lambda rng: f(X.copy(), rng, 4))
    (_, along), state = seeded(lambda rng: linearize(f, X, rng, 4))
    assert state == primal
    rows = [along(v, None, None) for v in np.eye(3)]
    for row, v in zip(rows, np.eye(3), strict=True):
        assert numerics.identical(row, along(v, None, None))
        want, _ = seeded(lambda rng, v=v: jvp(f, (X, rng, 4), (v, None, None))[1])
        assert numerics.identical(row, want)
    together, _ = seeded(lambda rng: jvp(f, (X, rng, 4), (np.eye(3), None, None))[1])
    np.testing.assert_array_equal(rows, together)


def test_a_linear_operator_would_be_of_two_draws() -> None:
    with pytest.raises(UsageError, match="draws random numbers"):
        sourcead.as_linear_operator(lambda x: walk(x, np.random.default_rng(1), 3), X)


# Refusals ----------------------------------------------------------------------------------------


def in_the_test(x, rng, n):
    while checkpointed(rng.random() < 0.9, snapshots=3):
        x = x * np.sin(x)
    return np.sum(x) * n


def one_for_each_step(x, rng, n):
    generators = [np.random.default_rng(k) for k in range(n)]
    for own in checkpointed(generators, snapshots=3):
        x = x * own.normal(size=3)
    return np.sum(x)


def without_a_seed(x, rng, n):
    for _ in checkpointed(range(n), snapshots=3):
        x = x * np.random.default_rng().normal(size=3)
    return np.sum(x)


def another_one_later(x, rng, n):
    for k in checkpointed(range(n), snapshots=3):
        x = x * rng.normal(size=3)
        rng = np.random.default_rng(k)
    return np.sum(x)


def chosen(x, rng, n):
    other = np.random.default_rng(1)
    return np.sum(checkpoint(lambda y: y * (other if x[0] > 0.0 else rng).normal(size=3))(x))


@pytest.mark.parametrize(
    ("f", "part"),
    [
        (in_the_test, "in the test of a checkpointed `while`"),
        (one_for_each_step, "from a generator that is made, or chosen"),
        (without_a_seed, "from a generator that is made, or chosen"),
        (another_one_later, "from a generator that is made, or chosen"),
        (chosen, "from a generator that is made, or chosen"),
    ],
)
def test_refusals(f: Program, part: str) -> None:
    with pytest.raises(DifferentiationError) as refusal:
        grad(f)(X, np.random.default_rng(0), 4)
    assert part in str(refusal.value)
