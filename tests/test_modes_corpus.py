"""Laws between the directions, on every program of the corpus."""

from __future__ import annotations

import copy
import functools
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.runtime.derivative import Derivative
from tests import numerics
from tests.corpus.registry import Args, Case, all_cases, describe
from tests.test_corpus import arguments


def _items() -> list[Any]:
    return [
        pytest.param(entry, k, id=f"{entry.name}-{k}-{describe(make(np.random.default_rng(0)))}")
        for entry in all_cases()
        for k, make in enumerate(entry.makers)
    ]


def _scalar_items() -> list[Any]:
    return [
        pytest.param(entry, k, id=f"{entry.name}-{k}")
        for entry in all_cases()
        for k in range(len(entry.makers))
        if numerics.is_scalar(numerics.run(entry.f, arguments(entry, k)))
    ]


@functools.cache
def _hvp_of(entry: Case) -> Derivative:
    return sourcead.hvp(entry.f, wrt=entry.wrt)


def _hessian_times(entry: Case, args: Args, vectors: Args) -> Args:
    product = _hvp_of(entry)
    by_name = dict(zip(product.wrt, vectors, strict=True))
    result: Args = numerics.run_on(lambda *a: product.moving(a, by_name), copy.deepcopy(args))
    return result


def _moves(entry: Case, args: Args, seed: int) -> Args:
    chosen = tuple(args[position] for position in entry.positions)
    moves: Args = numerics.random_like(chosen, np.random.default_rng(seed))
    return moves


def _check_linearize(entry: Case, args: Args, tangents: list[Any], out: Any, out_dot: Any) -> None:
    """The linear approximation, as often as one likes, whatever becomes of the arguments."""
    given = copy.deepcopy(args)
    try:
        value, along = numerics.run_on(sourcead.linearize, (entry.f, *given))
    except sourcead.DifferentiationError as refusal:
        if "draws random numbers in a computation that has to run again" not in str(refusal):
            raise
        return
    assert numerics.identical(value, out)
    assert numerics.identical(list(args), list(given)), "the caller's arguments were changed"
    for leaf in numerics.leaves(list(given)):
        if isinstance(leaf, np.ndarray):
            leaf[...] = 0
    for _ in range(2):
        moved = numerics.run_on(along, tuple(copy.deepcopy(tangents)))
        for a, b in zip(numerics.leaves(moved), numerics.leaves(out_dot), strict=True):
            assert (a is None) == (b is None)
            if a is not None:
                np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("entry", "k"), _items())
def test_forward_agrees_with_reverse_and_with_differences(entry: Case, k: int) -> None:
    """<y_bar, J x_dot> is <J^T y_bar, x_dot>, and both are what differences give."""
    args = arguments(entry, k)
    given = copy.deepcopy(args)
    out = numerics.run(entry.f, args)
    moves = _moves(entry, args, 5)
    tangents: list[Any] = [None] * len(args)
    for position, move in zip(entry.positions, moves, strict=True):
        tangents[position] = copy.deepcopy(move)
    value, out_dot = numerics.run_on(sourcead.jvp, (entry.f, given, tangents))
    assert numerics.identical(value, out), f"value {value!r}, the function returns {out!r}"
    assert numerics.identical(list(args), list(given)), "the caller's arguments were changed"
    assert numerics.identical([tangents[p] for p in entry.positions], list(moves))
    assert not numerics.shared([given, tangents, value, out_dot]), "results share memory"
    _check_linearize(entry, args, tangents, out, out_dot)
    out_bar = numerics.random_like(out, np.random.default_rng(3))
    scale = float(np.real(numerics.dot(out_bar, out)))
    got = float(numerics.dot(out_bar, out_dot))
    want = numerics.central(entry.f, args, entry.positions, moves, out_bar)
    assert numerics.close(got, want, 1e-6, scale), (got, want)
    _, pullback = numerics.run_on(sourcead.vjp, (entry.f, *copy.deepcopy(args)))
    bars = pullback(copy.deepcopy(out_bar))
    reverse = float(numerics.dot(tuple(bars[p] for p in entry.positions), moves))
    assert numerics.close(got, reverse, 1e-9, scale), (got, reverse)


@pytest.mark.parametrize(("entry", "k"), _scalar_items())
def test_hessian_vector_products(entry: Case, k: int) -> None:
    """They agree with differences of the gradient, and the Hessian is symmetric."""
    args = arguments(entry, k)
    gradient = sourcead.grad(entry.f, wrt=entry.wrt)
    left, right = _moves(entry, args, 5), _moves(entry, args, 9)
    product = _hessian_times(entry, args, right)
    got = float(numerics.dot(left, product))
    want = numerics.central(gradient, args, entry.positions, right, left)
    assert numerics.close(got, want, 1e-6, 1.0), (got, want)
    mirrored = float(numerics.dot(right, _hessian_times(entry, args, left)))
    assert numerics.close(got, mirrored, 1e-9, 1.0), (got, mirrored)
