"""Loops run in reverse from snapshots: the same numbers, the fewest steps, little memory."""

from __future__ import annotations

import tracemalloc
from math import comb
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import checkpointed, grad, hvp, jvp
from sourcead.backend.helpers import binomial_actions, snapshot_places
from tests import numerics


def fewest(n: int, snapshots: int) -> int:
    """Steps taken in all, as Griewank and Walther give them in closed form."""
    repeats = 0
    while comb(snapshots + repeats, repeats) < n:
        repeats += 1
    return repeats * n - comb(snapshots + repeats, repeats - 1) if repeats else 0


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10, 56, 100, 1000])
@pytest.mark.parametrize("snapshots", [1, 2, 3, 5, 10])
def test_the_schedule(n: int, snapshots: int) -> None:
    """Every step is reversed once, last first, from its own state, with the fewest steps taken."""
    if snapshots == 1 and n > 100:
        return
    places = snapshot_places(n, snapshots)
    held, state, taken, reversed_steps = list(places), -1, places[-1], []
    for action, step in binomial_actions(places, n, snapshots):
        if action == 0:
            state = held[-1]
        elif action == 1:
            assert state == step
            state, taken = state + 1, taken + 1
        elif action == 2:
            held.append(state)
            assert state == step
        elif action == 3:
            held.pop()
        else:
            assert state == step
            reversed_steps.append(step)
        assert len(held) <= snapshots
    assert reversed_steps == list(reversed(range(n)))
    assert taken == fewest(n, snapshots)


def test_no_steps_at_all() -> None:
    for snapshots in (1, 5):
        assert list(binomial_actions(snapshot_places(0, snapshots), 0, snapshots)) == []


def relaxed(x, w, n):
    y = x.copy()
    s = 0.0
    for i in checkpointed(range(n), snapshots=4):
        y = np.tanh(w @ y) + 0.1 * x * i
        s = s + y[0] * y[1]
    return np.sum(y * y) + s


def relaxed_plain(x, w, n):
    y = x.copy()
    s = 0.0
    for i in range(n):
        y = np.tanh(w @ y) + 0.1 * x * i
        s = s + y[0] * y[1]
    return np.sum(y * y) + s


def in_place(x, w, n):
    u = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        for k in range(2):
            u[k] = u[k] + 0.1 * np.sin(u[k + 1] * w[k, 0])
        u[2] *= 0.9
    return np.sum(u**2)


def in_place_plain(x, w, n):
    u = x.copy()
    for _ in range(n):
        for k in range(2):
            u[k] = u[k] + 0.1 * np.sin(u[k + 1] * w[k, 0])
        u[2] *= 0.9
    return np.sum(u**2)


def nested(x, w, n):
    total = 0.0
    for j in range(3):
        y = x * (j + 1.0)
        for _ in checkpointed(range(n), snapshots=2):
            y = np.sin(w @ y)
        total = total + np.sum(y * x)
    return total


def nested_plain(x, w, n):
    total = 0.0
    for j in range(3):
        y = x * (j + 1.0)
        for _ in range(n):
            y = np.sin(w @ y)
        total = total + np.sum(y * x)
    return total


X, W = np.array([0.3, -0.2, 0.5]), np.arange(9.0).reshape(3, 3) / 9.0
PAIRS = [(relaxed, relaxed_plain), (in_place, in_place_plain), (nested, nested_plain)]


@pytest.mark.parametrize("n", [0, 1, 2, 5, 23])
@pytest.mark.parametrize(("f", "plain"), PAIRS)
def test_the_same_numbers(f: Any, plain: Any, n: int) -> None:
    got = grad(f, wrt=("x", "w"))(X, W, n)
    want = grad(plain, wrt=("x", "w"))(X, W, n)
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)
    assert jvp(f, (X, W, n), (np.ones(3), None, None)) == jvp(
        plain, (X, W, n), (np.ones(3), None, None)
    )


@pytest.mark.parametrize(("f", "plain"), PAIRS)
def test_second_order(f: Any, plain: Any) -> None:
    np.testing.assert_allclose(
        hvp(f)(X, W, 7, np.ones(3)), hvp(plain)(X, W, 7, np.ones(3)), rtol=1e-11
    )


def test_bit_for_bit() -> None:
    got, want = grad(relaxed)(X, W, 50), grad(relaxed_plain)(X, W, 50)
    assert numerics.identical(got, want)


def test_a_pullback_may_be_called_again() -> None:
    _, pullback = sourcead.vjp(relaxed, X, W, 20)
    first = pullback(1.0)
    assert numerics.identical(first, pullback(1.0))
    np.testing.assert_allclose(first[0], grad(relaxed)(X, W, 20))


def test_memory() -> None:
    def long(x):
        for _ in checkpointed(range(400), snapshots=10):
            x = x + 0.001 * np.sin(x)
        return np.sum(x * x)

    x = np.linspace(0.0, 1.0, 10_000)
    g = grad(long)
    g(x)
    tracemalloc.start()
    g(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * x.nbytes


def test_prints_happen_once(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x):
        for k in checkpointed(range(5), snapshots=2):
            print(k)
            x = x * np.sin(x)
        return x

    grad(loud)(1.0)
    assert capsys.readouterr().out == "0\n1\n2\n3\n4\n"
