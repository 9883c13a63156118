"""Several directions in one pass give what each of them gives alone."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import several
from sourcead.errors import DifferentiationError
from sourcead.runtime.containers import parts_of, rebuilt
from sourcead.runtime.derivative import derivative_of
from sourcead.runtime.tangents import has_tangent
from tests import numerics
from tests.corpus.registry import Case, all_cases
from tests.test_corpus import arguments
from tests.test_modes_kernels import Point, point

__all__ = ["point"]

COUNT = 3


def _stacked(moves: list[Any]) -> Any:
    """Tangents of several directions, the leaves of each stacked."""
    first = moves[0]
    if isinstance(first, list | tuple | dict) or hasattr(first, "__dataclass_fields__"):
        parts = [parts_of(move) or {} for move in moves]
        return rebuilt(first, {k: _stacked([p[k] for p in parts]) for k in parts[0]})
    return None if first is None else np.stack(moves) if has_tangent(first) else first


def _check(f: Any, args: tuple[Any, ...], moves: list[list[Any]]) -> None:
    along = [_stacked(list(column)) for column in zip(*moves, strict=True)]
    given = copy.deepcopy(args)
    out, dots = numerics.run_on(sourcead.jvp, (f, given, along))
    assert numerics.identical(list(args), list(given)), "the caller's arguments were changed"
    for k, tangents in enumerate(moves):
        alone, dot = numerics.run_on(sourcead.jvp, (f, copy.deepcopy(args), tangents))
        assert numerics.identical(out, alone)
        for many, one in zip(numerics.leaves(dots), numerics.leaves(dot), strict=True):
            assert (many is None) == (one is None)
            if one is not None:
                assert np.shape(many) == (COUNT, *np.shape(one))
                np.testing.assert_allclose(many[k], one, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("entry", [pytest.param(e, id=e.name) for e in all_cases()])
def test_directions_at_once_are_directions_one_by_one(entry: Case) -> None:
    args = arguments(entry, 0)
    rng = np.random.default_rng(11)
    moves = []
    for _ in range(COUNT):
        made = numerics.random_like(tuple(args[p] for p in entry.positions), rng)
        by_place = dict(zip(entry.positions, made, strict=True))
        moves.append([by_place.get(p) for p in range(len(args))])
    try:
        _check(entry.f, args, moves)
    except DifferentiationError as refusal:
        if "draws random numbers in a computation that has to run again" not in str(refusal):
            raise


def test_kernels(point: Point) -> None:
    moves = [point.tangents(point.left), point.tangents(point.right)]
    moves.append(point.tangents(point.left))
    _check(point.kernel.loss, point.args, moves)


def recurrence(x, w):
    h = np.zeros(x.shape)
    for i in range(len(x)):
        h[i] = np.tanh(w[i] @ x) + (h[i - 1] if i else 0.0)
    return h


def of_unknown_rank(x, n):
    return np.sum(np.squeeze(np.kron(x, x)) ** n)


def test_one_pass_where_operations_allow_it() -> None:
    x, w = np.array([0.1, 0.2, 0.3]), np.arange(9.0).reshape(3, 3) / 9.0
    sourcead.jvp(recurrence, (x, w), (np.eye(3), None))
    along = derivative_of(recurrence, "jvp_along", ("x",))
    assert "h_dot[:, i] = " in along.source
    assert not several._one_by_one.of(recurrence)
    _, dots = sourcead.jvp(of_unknown_rank, (x, 2), (np.eye(3), None))
    np.testing.assert_allclose(dots, sourcead.grad(of_unknown_rank)(x, 2))
    assert several._one_by_one.of(of_unknown_rank)["loops"]


def scaled(u, w):
    total = np.zeros(len(u))
    for k in range(len(w)):
        total = np.tanh(total * u + w[k] * u) + total
        total = total * 2.0 - np.sin(total) * w[k] + u * u
        total = total / (1.0 + total * total) + u * w[k]
    return total


def in_callees(x, w):
    return np.sum(scaled(x, w)) * scaled(x[:2], w)


def test_callees_for_axes_of_several_lengths() -> None:
    """The directions are as many as the elements of one argument, then of the other."""
    x, w = np.array([0.3, -0.2, 0.5]), np.array([0.1, 0.4, -0.3, 0.7, 0.2])
    for f in (in_callees, scaled):
        columns = sourcead.jacobian(f, wrt=("x" if f is in_callees else "u", "w"), mode="forward")
        rows = sourcead.jacobian(f, wrt=columns.by_columns.wrt, mode="reverse")
        for left, right in zip(columns(x, w), rows(x, w), strict=True):
            np.testing.assert_allclose(left, right, rtol=1e-11, atol=1e-13)


class Spring:
    """An object whose class has an `__init__` of other parameters than its attributes."""

    def __init__(self, stiffness):
        self.k, self.rest = stiffness, np.ones(2)


def stored(spring, x):
    return 0.5 * spring.k * np.sum((x - spring.rest) ** 2)


def test_objects_along_several_directions() -> None:
    x, move = np.array([0.5, 2.0]), Spring(np.array([1.0, -2.0]))
    move.rest = np.array([[1.0, 0.0], [0.5, 3.0]])
    _, dots = sourcead.jvp(stored, (Spring(3.0), x), (move, np.eye(2)))
    for k in range(2):
        alone = Spring(move.k[k])
        alone.rest = move.rest[k]
        _, dot = sourcead.jvp(stored, (Spring(3.0), x), (alone, np.eye(2)[k]))
        np.testing.assert_allclose(dots[k], dot, rtol=1e-13)
