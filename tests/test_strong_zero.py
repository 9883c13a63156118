"""What a selection made exactly zero stays zero through an infinite slope, in every mode."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special

import sourcead

ROOT = Path(__file__).parent.parent
X = np.array([0.0, 4.0])
P = np.array([0.0, 1.0, 3.0])
Q = np.array([[1.0, 4.0], [9.0, 16.0]])

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def overwritten(x):
    r = np.sqrt(3.0 * x)
    r[x == 0] = 2.0
    return np.sum(r * r * r)


def copied_over(x):
    r = np.log(x)
    np.copyto(r, 1.0, where=x == 0)
    return np.sum(r)


def used_by_two_guards(x):
    r = np.sqrt(x)
    return np.sum(np.where(x > 0, r, 0.0) + np.where(x > 1, r * r * r, 0.0))


def choice_in_a_choice(x):
    return np.sum(np.where(x > 9, 1.0, np.where(x > 0, x * np.log(x), 2.0)))


def reduced_before_it_is_chosen(x):
    r = np.log(x[:, None] * np.ones((2, 3))).sum(axis=1)
    return np.sum(np.where(x > 0, r, 0.0))


def multiplied_by_a_matrix(x):
    roots = np.sqrt(np.outer(x, np.ones(2)))
    return (roots @ np.array([1.0, 2.0]))[1]


def root(v):
    return np.sqrt(v)


def tail_of(v):
    return v[1:]


def by_helpers(x):
    return np.sum(tail_of(root(x)))


def halved(v, n):
    if n == 0:
        return np.sqrt(v)
    return 0.5 * halved(v, n - 1)


def by_recursion(x):
    return np.sum(halved(x, 2)[1:])


def branch_in_a_loop(x):
    logs = np.log(x)
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0:
            total += logs[i]
    return total


def filled_in_a_loop(x):
    r = np.zeros(2)
    for i in range(2):
        r[i] = np.sqrt(x[i])
    return np.sum(r[r > 0])


def while_something_is_left(x):
    r = np.sqrt(x)
    i, total = 1, 0.0
    while i < len(x):
        total += r[i] * i
        i += 1
    return total


def lists_of_arrays(x):
    rows = []
    for k in range(2):
        rows.append(np.sqrt(x) * (k + 1))
    return np.sum(rows[0][1:]) + np.sum(rows[1][1:])


def lists_of_numbers(x):
    roots = [np.sqrt(v) for v in x]
    total = 0.0
    for k, r in enumerate(roots):
        if k > 0:
            total += r
    return total


def entropy(x):
    return np.sum(np.where(x > 0, scipy.special.xlogy(x, x), 0.0)[:])


def lower_triangle_read(x):
    d = np.sqrt(np.abs(x[:, None] - x[None, :]))
    total = 0.0
    for i in range(2):
        for j in range(i):
            total += d[i, j]
    return total


def put_between_zeros(x):
    y = np.zeros(4)
    y[1:2] = x[1:]
    return np.sum(np.sqrt(y))


def joined_with_zeros(x):
    return np.sum(np.sqrt(np.concatenate([np.zeros(2), x[1:]])))


def angle(x):
    return np.sum(np.where(x > 0, np.arctan2(x, 2.0 * x * x), 0.0)[None])


def order_of_a_norm(x):
    rows = x[:, None] * np.array([[1.0, 2.0]])
    return np.sum(np.linalg.norm(rows, 3, axis=1)[1:])


def inverse_distances(p):
    u = 1.0 / np.abs(p[:, None] - p[None, :])
    u[np.arange(3), np.arange(3)] = 0.0
    return np.sum(u)


def cubes_of_distances(p):
    d = p[:, None] - p[None, :]
    r = np.abs(d)
    return np.sum(np.where(r > 0, r**-3.0, 0.0) * d * np.arange(3.0)[:, None])


def distances_without_diagonal(p):
    d = p[:, None] - p[None, :]
    r = np.sqrt(d * d * 1.0)
    return np.sum(r * (1 - np.eye(3)) * np.arange(9.0).reshape(3, 3))


def triangle_before_the_root(q):
    return np.sum(np.sqrt(np.triu(q)))


def product_with_a_vector_of_flags(x):
    return (1.0 * (x > 0)) @ np.sqrt(x)


def product_with_a_table_of_flags(x):
    return np.sum((np.outer([1.0, 2.0], x) > 0).astype(float) @ np.sqrt(x))


def vector_times_a_table_of_flags(x):
    return np.sum(np.sqrt(x) @ (np.outer(x, [1.0, 2.0]) > 0))


def inner_product_with_flags(x):
    return np.inner(np.sqrt(x), (x > 0) * 1) + np.tensordot(x > 0, np.sqrt(x), 1)


def average_by_flags(x):
    return np.average(np.sqrt(x), weights=x > 0)


def contracted_with_flags(x):
    total = np.einsum("i,i,i", x > 0, np.sqrt(x), np.ones(2))
    return total + np.sum(np.matmul((x > 0)[None] * np.ones((2, 1)), np.sqrt(x)[:, None]))


def repeated_by_numbers(x):
    return np.sum(np.repeat(np.sqrt(x), [0, 2]))


def largest_root(x):
    return np.max(np.sqrt(x)) - np.min(-np.log(x[1:]))


def what_is_finite(x):
    return np.sum(np.nan_to_num(np.log(x), neginf=0.0))


ROOTS = np.array([0.0, 0.25])
LOGS = np.array([0.0, 0.25])

PROGRAMS: list[tuple[Callable[..., Any], Any, Any]] = [
    (overwritten, X, np.array([0.0, 9.0 * math.sqrt(3.0)])),
    (copied_over, X, LOGS),
    (used_by_two_guards, X, np.array([0.0, 3.25])),
    (choice_in_a_choice, X, np.array([0.0, 1.0 + math.log(4.0)])),
    (reduced_before_it_is_chosen, X, 3.0 * LOGS),
    (multiplied_by_a_matrix, X, 3.0 * ROOTS),
    (by_helpers, X, ROOTS),
    (by_recursion, X, 0.25 * ROOTS),
    (branch_in_a_loop, X, LOGS),
    (filled_in_a_loop, X, ROOTS),
    (while_something_is_left, X, ROOTS),
    (lists_of_arrays, X, 3.0 * ROOTS),
    (lists_of_numbers, X, ROOTS),
    (entropy, X, np.array([0.0, 1.0 + math.log(4.0)])),
    (lower_triangle_read, X, np.array([-0.25, 0.25])),
    (put_between_zeros, X, ROOTS),
    (joined_with_zeros, X, ROOTS),
    (angle, X, np.array([0.0, -2.0 / 65.0])),
    (order_of_a_norm, X, np.array([0.0, 9.0 ** (1 / 3)])),
    (inverse_distances, P, np.array([20.0 / 9.0, -1.5, -13.0 / 18.0])),
    (cubes_of_distances, P, np.array([2.0 + 4.0 / 27.0, -1.75, -43.0 / 108.0])),
    (distances_without_diagonal, P, np.array([-12.0, -8.0, 20.0])),
    (product_with_a_vector_of_flags, X, ROOTS),
    (product_with_a_table_of_flags, X, 2.0 * ROOTS),
    (vector_times_a_table_of_flags, X, 2.0 * ROOTS),
    (inner_product_with_flags, X, 2.0 * ROOTS),
    (average_by_flags, X, ROOTS),
    (contracted_with_flags, X, 3.0 * ROOTS),
    (repeated_by_numbers, X, 2.0 * ROOTS),
    (largest_root, X, ROOTS + LOGS),
    (what_is_finite, X, LOGS),
    (triangle_before_the_root, Q, np.array([[0.5, 0.25], [0.0, 0.125]])),
]


@pytest.mark.parametrize(("f", "x", "expected"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
def test_program(f: Callable[..., Any], x: Any, expected: Any) -> None:
    direction = np.linspace(1.0, 2.0, x.size).reshape(x.shape)
    np.testing.assert_allclose(sourcead.grad(f)(x), expected, rtol=1e-12, atol=1e-12)
    tangent = sourcead.jvp(f, (x,), (direction,))[1]
    np.testing.assert_allclose(tangent, np.vdot(expected, direction), rtol=1e-12)
    assert np.all(np.isfinite(sourcead.hvp(f)(x, direction)))


@pytest.mark.parametrize("f", [overwritten, used_by_two_guards, by_helpers, choice_in_a_choice])
def test_second_order_both_ways(f: Callable[..., Any]) -> None:
    direction = np.array([1.0, 2.0])

    def slope(x):
        return sourcead.grad(f)(x) @ direction

    second = sourcead.hvp(f)(X, direction)
    assert second[0] == 0.0
    np.testing.assert_allclose(sourcead.grad(slope)(X), second, rtol=1e-12)


def test_lines_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "nonsmooth.md").read_text().partition("## Infinite slopes")[2]
    lines = re.findall(r"^\| [a-z ,]+ \| `(.*)` \|$", page, re.MULTILINE)
    assert len(lines) == 12  # none is passed over
    text = [f"def f{k}(x):\n    return np.sum({line})\n" for k, line in enumerate(lines)]
    (tmp_path / "strong_zeros.py").write_text("import numpy as np\n\n\n" + "\n\n".join(text))
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("strong_zeros")
    for k, line in enumerate(lines):
        f, step = getattr(module, f"f{k}"), np.array([0.0, 1e-6])
        slope = (f(X + step) - f(X - step)) / 2e-6
        expected = np.array([0.0, slope])
        np.testing.assert_allclose(sourcead.grad(f)(X), expected, rtol=1e-6, err_msg=line)
        tangent = sourcead.jvp(f, (X,), (np.array([2.0, 3.0]),))[1]
        np.testing.assert_allclose(tangent, 3.0 * slope, rtol=1e-6, err_msg=line)


def test_a_zero_by_chance_still_moves() -> None:
    """A cotangent that is zero, though nothing was selected away, has a derivative."""

    def f(x):
        r = np.sqrt(x)
        return np.sum(((r - 2.0) ** 2)[1:])

    np.testing.assert_allclose(sourcead.grad(f)(X), 0.0)
    np.testing.assert_allclose(sourcead.hvp(f)(X, np.ones(2)), [0.0, 0.125])


def test_zero_times_infinite_elsewhere() -> None:
    """Nothing is selected: there is no derivative, and none is made up."""

    def f(x):
        return np.sum(0.0 * np.sqrt(x))

    assert np.isnan(sourcead.grad(f)(X)[0])


def test_guard_is_printed_where_both_meet() -> None:
    def f(x):
        r = np.sqrt(2.0 * x)
        return np.sum(r[1:])

    def without_selection(x):
        r = np.sqrt(2.0 * x)
        return np.sum(r[::-1][:, None])

    def away_from_the_pole(x):
        r = np.sqrt(1.0 + x * x) / 3.0
        return np.sum((r**2)[1:])

    assert "np.where(r_bar != 0, 0.5 * r_bar / r, 0)" in sourcead.source(sourcead.grad(f), X)
    for plain in (without_selection, away_from_the_pole):
        assert "np.where" not in sourcead.source(sourcead.grad(plain), X)
