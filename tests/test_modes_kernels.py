"""Laws between the directions, on every kernel."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import numpy as np
import pytest

import sourcead
from benchmarks.kernels import NAMES, Kernel, load
from benchmarks.timing import copied
from tests import numerics

Args = tuple[Any, ...]


class Point:
    """A kernel, where it is differentiated, and two directions to move in."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel, self.wrt, self.args = kernel, kernel.wrt, kernel.args("small")
        names = list(inspect.signature(kernel.loss).parameters)
        self.places = tuple(names.index(name) for name in kernel.wrt)
        chosen = tuple(self.args[k] for k in self.places)
        self.left = numerics.random_like(chosen, np.random.default_rng(5))
        self.right = numerics.random_like(chosen, np.random.default_rng(9))
        self.gradient = sourcead.grad(kernel.loss, wrt=kernel.wrt)
        self.bars = self.gradient(*self.args)

    def tangents(self, moves: Args) -> list[Any]:
        by_place = dict(zip(self.places, moves, strict=True))
        return [by_place.get(k) for k in range(len(self.args))]

    def times_hessian(self, vectors: Args) -> Any:
        product = sourcead.hvp(self.kernel.loss, wrt=self.wrt)
        return product.moving(self.args, dict(zip(self.wrt, vectors, strict=True)))


@functools.cache
def point_of(name: str) -> Point:
    return Point(load(name))


@pytest.fixture(params=NAMES)
def point(request: pytest.FixtureRequest) -> Point:
    return point_of(request.param)


def test_forward_agrees_with_reverse(point: Point) -> None:
    before = copied(point.args)
    value, moved = sourcead.jvp(point.kernel.loss, point.args, point.tangents(point.left))
    assert value == point.kernel.loss(*copied(point.args)), "not bit for bit what NumPy computes"
    assert numerics.identical(list(point.args), list(before)), "the caller's arguments changed"
    want = numerics.dot(point.bars, point.left)
    assert float(moved) == pytest.approx(float(want), rel=1e-10, abs=1e-11)


def test_hessians_are_symmetric_and_agree_with_differences(point: Point) -> None:
    got = float(numerics.dot(point.right, point.times_hessian(point.left)))
    mirrored = float(numerics.dot(point.left, point.times_hessian(point.right)))
    assert got == pytest.approx(mirrored, rel=1e-9, abs=1e-11)
    want = numerics.central(point.gradient, point.args, point.places, point.left, point.right)
    assert numerics.close(got, want, 1e-6, 1.0)


def test_columns_and_rows_are_the_gradient(point: Point) -> None:
    for mode in ("forward", "reverse"):
        blocks = sourcead.jacobian(point.kernel.loss, wrt=point.wrt, mode=mode)(*point.args)
        for block, bar in zip(blocks, point.bars, strict=True):
            np.testing.assert_allclose(block, bar, rtol=1e-10, atol=1e-11)


def test_the_whole_hessian_is_made_of_products(point: Point) -> None:
    blocks = sourcead.hessian(point.kernel.loss, wrt=point.wrt)(*point.args)
    product = point.times_hessian(point.left)
    for row, want in zip(blocks, product, strict=True):
        got = sum(
            np.tensordot(block, move, axes=np.ndim(move))
            for block, move in zip(row, point.left, strict=True)
        )
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-10)


def test_recomputed_calls_give_the_same_bits(point: Point) -> None:
    """A call that is run again may change none of its arguments: it gets copies."""
    loss = point.kernel.loss

    def on_copies(*args: Any) -> Any:
        return loss(*[a.copy() if isinstance(a, np.ndarray) else a for a in args])

    def recomputed(*args: Any) -> Any:
        return sourcead.checkpoint(on_copies)(*args)

    bars = sourcead.vjp(recomputed, *point.args)[1](1.0)
    plain = sourcead.vjp(loss, *point.args)[1](1.0)
    for k in point.places:
        assert numerics.identical(bars[k], plain[k])
