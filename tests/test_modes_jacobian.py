"""Jacobians and Hessians: both directions agree with each other and with differences."""

from __future__ import annotations

import copy
import re
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import DifferentiationError, UsageError
from tests import numerics
from tests.corpus.registry import Case, all_cases
from tests.standalone import load_alone
from tests.test_corpus import arguments


def _arrays_to_arrays() -> list[Any]:
    """Cases of arrays and numbers, whose Jacobians are arrays."""
    found = []
    for entry in all_cases():
        for k in range(len(entry.makers)):
            args = arguments(entry, k)
            out = numerics.leaves(numerics.run(entry.f, args))
            moved = [args[p] for p in entry.positions]
            if all(isinstance(v, float | np.ndarray | np.floating) for v in (*out, *moved)):
                found.append(pytest.param(entry, k, id=f"{entry.name}-{k}"))
                break
    return found


def _contracted(block: Any, out: Any, move: Any) -> Any:
    return np.tensordot(block, move, axes=np.ndim(move)) if np.ndim(move) else block * move


@pytest.mark.parametrize(("entry", "k"), _arrays_to_arrays())
def test_columns_are_rows(entry: Case, k: int) -> None:
    args = arguments(entry, k)
    given = copy.deepcopy(args)
    out = numerics.leaves(numerics.run(entry.f, args))
    moves = numerics.random_like(tuple(args[p] for p in entry.positions), np.random.default_rng(5))
    by_name = dict(zip(entry.positions, moves, strict=True))
    tangents = [by_name.get(p) for p in range(len(args))]
    _, out_dot = numerics.run_on(sourcead.jvp, (entry.f, copy.deepcopy(args), tangents))
    for mode in ("forward", "reverse"):
        jacobian = sourcead.jacobian(entry.f, wrt=entry.wrt, mode=mode)
        try:
            blocks = numerics.run_on(jacobian, given)
        except DifferentiationError as refusal:
            # The frontend does not know the rank or the dtype of every result.
            if "of real arrays of known rank" not in str(refusal):
                raise
            return
        assert numerics.identical(list(args), list(given)), "the caller's arguments were changed"
        parts = numerics.leaves(blocks)
        assert len(parts) == len(out) * len(moves)
        for j, (value, dot) in enumerate(zip(out, numerics.leaves(out_dot), strict=True)):
            row = parts[j * len(moves) : (j + 1) * len(moves)]
            for block, move in zip(row, moves, strict=True):
                assert np.shape(block) == np.shape(value) + np.shape(move)
            total = sum(_contracted(b, value, m) for b, m in zip(row, moves, strict=True))
            np.testing.assert_allclose(total, dot, rtol=1e-9, atol=1e-9)


def wave(x, w):
    return np.sin(w @ x) * x[0]


def curve(p):
    t = np.linspace(0.0, 1.0, 10_000)
    return p[0] * np.exp(-p[1] * t) + p[2]


def rough(x):
    return np.sum((x[1:] - x[:-1] ** 2) ** 2)


def test_the_direction_with_fewer_sweeps() -> None:
    """3 columns for R^3 -> R^10000, one row for R^10000 -> R."""
    narrow = sourcead.jacobian(curve)
    p = np.array([1.0, 2.0, 3.0])
    assert narrow(p).shape == (10_000, 3)
    assert narrow.direction(p) is narrow.by_columns
    assert "p_dot = np.eye(p.size)" in narrow.source
    assert "for " not in narrow.source
    wide = sourcead.jacobian(rough)
    x = np.linspace(0.0, 1.0, 10_000)
    np.testing.assert_allclose(wide(x), sourcead.grad(rough)(x))
    assert wide.direction(x) is wide.by_rows
    # One row: no loop at all, and no unit vector.
    assert "for " not in wide.source
    wide(x[:2])
    assert wide.direction(x[:2]) is wide.by_rows


def test_rows_and_columns_share_the_primal() -> None:
    """What does not depend on the direction is computed once, before the loop."""
    w = np.arange(12.0).reshape(4, 3)
    for mode in ("forward", "reverse"):
        jacobian = sourcead.jacobian(wave, mode=mode)
        jacobian(np.ones(3), w)
        code = re.sub(r"#.*", "", jacobian.source)
        before, loop, _ = code.partition("for k in")
        assert not loop
        assert before.count("np.sin(") == 1
        assert before.count("np.cos(") == 1


def gathered(x, w):
    y = np.sum(w * x, axis=1) / x[1] - x[-1] * w[:, 0]
    return (y @ w) * np.sum(x) + 2.0 * x[1:2] - (x @ x) * x


def outer_sums(x, w):
    table = w * x + (x @ x)
    return np.sum(table, axis=-1, keepdims=True) * x[0] @ x[1:2] / np.sum(table), table @ x, -x


def by_elements(x, w):
    return np.array([np.sum(w[k] * x) for k in range(3)]) + x


def between_pairs(x, w):
    # Once for each unit vector, all pairs would take far more memory than the Jacobian.
    return np.sum(np.sin(x[:, None] - x), axis=1) * w[0, 0]


@pytest.mark.parametrize(
    ("f", "at_once"),
    [
        (gathered, False),
        (wave, True),
        (outer_sums, False),
        (by_elements, True),
        (between_pairs, False),
    ],
)
def test_all_columns_at_once_where_operations_allow_it(f: Any, at_once: bool) -> None:
    x, w = np.array([0.3, -0.2, 0.5]), np.arange(1.0, 13.0).reshape(4, 3) / 9.0
    forward = sourcead.jacobian(f, mode="forward")
    got = numerics.leaves(forward(x, w))
    assert ("np.eye" in forward.source) == at_once
    want = numerics.leaves(sourcead.jacobian(f, mode="reverse")(x, w))
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
    single = sourcead.jacobian(f, mode="forward")
    x32, w32 = x.astype(np.float32), w.astype(np.float32)
    for a, b in zip(numerics.leaves(single(x32, w32)), want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_several_parameters_in_the_order_asked_for() -> None:
    x, w = np.array([0.3, -0.2, 0.5]), np.arange(12.0).reshape(4, 3) / 9.0
    for mode in ("forward", "reverse"):
        jw, jx = sourcead.jacobian(wave, wrt=("w", "x"), mode=mode)(x, w)
        assert (jw.shape, jx.shape) == ((4, 4, 3), (4, 3))
        np.testing.assert_allclose(jx, sourcead.jacobian(wave, mode=mode)(x, w))
        (boxed,) = sourcead.jacobian(wave, wrt=("x",), mode=mode)(x, w)
        np.testing.assert_allclose(boxed, jx)


def test_empty_arrays() -> None:
    for mode in ("forward", "reverse"):
        assert sourcead.jacobian(lambda x: x * 2.0, mode=mode)(np.zeros(0)).shape == (0, 0)


def test_prints_happen_once(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x):
        print("computing")
        for _ in range(2):
            x = np.sin(x)
        return x

    for mode in ("forward", "reverse"):
        sourcead.jacobian(loud, mode=mode)(np.ones(3))
        assert capsys.readouterr().out == "computing\n"


def test_refusals() -> None:
    with pytest.raises(DifferentiationError, match="Jacobian is of real arrays"):
        sourcead.jacobian(lambda xs: xs[0] * xs[1], mode="forward")([1.0, 2.0])
    with pytest.raises(UsageError, match="mode"):
        sourcead.jacobian(wave, mode="sideways")


def test_standalone_source(tmp_path: Any) -> None:
    x, w = np.array([0.3, -0.2, 0.5]), np.arange(12.0).reshape(4, 3) / 9.0
    for mode in ("forward", "reverse"):
        jacobian = sourcead.jacobian(wave, mode=mode)
        want = jacobian(x, w)
        alone = load_alone(jacobian.source, tmp_path / f"{mode}.py", "wave_jacobian")
        assert numerics.identical(alone(x, w), want)


def test_hessians() -> None:
    x = np.array([0.3, -0.2, 0.5, 1.0])
    h = sourcead.hessian(rough)(x)
    np.testing.assert_allclose(h, h.T)
    product = sourcead.hvp(rough)
    for k in range(4):
        np.testing.assert_allclose(h[k], product(x, np.eye(4)[k]), atol=1e-14)
    by_rows = sourcead.jacobian(sourcead.grad(rough), mode="reverse")(x)
    np.testing.assert_allclose(by_rows, h)
    third = sourcead.jacobian(sourcead.hessian(rough), mode="forward")(x)
    assert third.shape == (4, 4, 4)
    np.testing.assert_allclose(third, np.transpose(third, (2, 1, 0)), atol=1e-13)


def test_hessian_of_several_parameters() -> None:
    def f(x, y):
        return np.sum(x * np.sin(y)) * y[0]

    x, y = np.array([1.0, 2.0]), np.array([0.3, 0.4])
    (xx, xy), (yx, yy) = sourcead.hessian(f, wrt=(0, 1))(x, y)
    np.testing.assert_allclose(xx, np.zeros((2, 2)))
    np.testing.assert_allclose(xy, yx.T)
    np.testing.assert_allclose(yy, yy.T)


def test_jacobians_of_jacobians() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        return np.array([x[0] ** 2 * x[1], np.sin(x[0]) * x[1] ** 3, x[0]])

    x, step = np.array([0.4, 1.3]), 1e-5 * np.eye(2)
    for mode in ("auto", "forward", "reverse"):
        once = sourcead.jacobian(f, mode=mode)
        twice = sourcead.jacobian(once, mode=mode)(x)
        slopes = [(once(x + e) - once(x - e)) / 2e-5 for e in step]
        np.testing.assert_allclose(twice, np.stack(slopes, axis=-1), atol=1e-8)
        moved = sourcead.jvp(once, (x,), (np.ones(2),))[1]
        np.testing.assert_allclose(moved, twice.sum(axis=-1), atol=1e-12)


def test_linear_operators() -> None:
    from scipy.sparse.linalg import lsqr

    x, w = np.array([0.3, -0.2, 0.5]), np.random.default_rng(0).normal(size=(5, 3))
    operator = sourcead.as_linear_operator(wave, x, w)
    matrix = sourcead.jacobian(wave)(x, w)
    assert operator.shape == (5, 3)
    np.testing.assert_allclose(operator @ np.eye(3), matrix)
    np.testing.assert_allclose(operator.T @ np.eye(5), matrix.T)
    step = lsqr(operator, np.arange(5.0), atol=1e-13, btol=1e-13)[0]
    np.testing.assert_allclose(step, np.linalg.lstsq(matrix, np.arange(5.0), rcond=None)[0])
