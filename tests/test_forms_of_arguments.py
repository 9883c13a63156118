"""A derivative has the shape, the dtype and the container of its argument, or of the result."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.ops.infer_common import NUMPY_1

X = np.array([0.31, 0.74, 1.23])
SINGLE = X.astype(np.float32)
Y = (0.2, 0.9, 1.4)


def form_of(value: Any) -> Any:
    """A value without its numbers: containers, shapes and dtypes."""
    if isinstance(value, dict):
        return {key: form_of(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(form_of, value))
    return (type(value), np.shape(value), getattr(value, "dtype", None))


def ones(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: ones(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(ones, value))
    return np.ones_like(value) if hasattr(value, "dtype") else 1.0


def sine(x):
    return math.sin(x) * 2.0


def larger(x):
    return np.maximum(x, 0.1)


def squared(x):
    return float(x) ** 2


def together(p):
    return p["a"] * np.sum(p["b"][0] * p["b"][1])


def apart(p):
    return {"u": p["a"] * p["b"][0], "v": [p["b"][1], p["a"]]}


def added_up(xs):
    return math.fsum(xs) * math.prod(xs) + math.dist(xs, [1.0, 2.0, 0.5]) + math.dist(Y, xs)


def put_among_others(x):
    return np.repeat(x, 3) * np.append(np.ones(2), x)


def sum_of_one(x):
    return np.sum(x)


def contracted(x):
    return np.tensordot(np.outer(x, X), np.outer(x, X), 2)[()]


def chosen(x):
    return np.where(x > 0.1, x, 2.0)


def turned(x):
    return np.exp(1j * X * x)


def beside_small_integers(x):
    return np.stack([SINGLE * x, np.array([1, 2, 3], np.int8)])


def joined_with_numbers(x):
    return np.r_[SINGLE * np.float32(x), 0, 0.5]


def filled_in_single(x):
    return np.zeros_like(SINGLE) + x


def filled_in_double(x):
    return np.zeros_like(X) + x


NUMBERS = (0.7, np.float32(0.7), np.array(0.7), np.array(0.7, np.float32), np.float64(0.7))
PARTS = (
    {"a": 1.3, "b": [X, 2.0 * X]},
    {"a": np.float64(1.3), "b": [SINGLE, SINGLE]},
    {"a": np.float32(1.3), "b": (X, SINGLE)},
)
IN_FORM = (
    *(put_among_others, sum_of_one, contracted, chosen, turned),
    *(beside_small_integers, joined_with_numbers, filled_in_single, filled_in_double),
)
ROWS = (X, SINGLE, X.tolist(), tuple(X.tolist()), list(X))


@pytest.mark.parametrize(
    ("f", "arg"),
    [
        *[(f, arg) for f in (sine, larger, squared) for arg in NUMBERS],
        *[(f, arg) for f in (together, apart) for arg in PARTS],
        *[(added_up, arg) for arg in ROWS],
        *[(f, arg) for f in IN_FORM for arg in NUMBERS],
    ],
)
def test_derivatives_have_the_form_of_what_they_belong_to(f: Callable[..., Any], arg: Any) -> None:
    value, pullback = sourcead.vjp(f, arg)
    assert form_of(value) == form_of(f(arg))
    assert numbers_of(pullback(ones(value))[0]) == numbers_of(arg)
    _, dot = sourcead.jvp(f, (arg,), (ones(arg),))
    assert numbers_of(dot) == numbers_of(value)
    if f is not apart and np.ndim(value) == 0:
        assert numbers_of(sourcead.grad(f)(arg)) == numbers_of(arg)
        assert numbers_of(sourcead.hvp(f)(arg, ones(arg))) == numbers_of(arg)


def numbers_of(value: Any) -> Any:
    """The form of a derivative, in which a double may be Python's or NumPy's."""
    if isinstance(value, dict):
        return {key: numbers_of(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(numbers_of, value))
    return (isinstance(value, np.ndarray), np.shape(value), np.asarray(value).dtype)


def test_pullbacks_of_what_is_filled_with_a_number() -> None:
    def f(x):
        return np.full((2,), x[0])[0] * x[1] + np.sum(np.full(x.shape, x[2]) * x)

    _, pullback = sourcead.vjp(f, X)
    np.testing.assert_allclose(pullback(1.0)[0], sourcead.grad(f)(X))
    np.testing.assert_allclose(pullback(1.0)[0], [X[1] + X[2], X[0] + X[2], np.sum(X) + X[2]])


STACK = np.stack([np.eye(3) + 0.1, 2.0 * np.eye(3)])


def solved(b):
    if NUMPY_1:  # which counts the axes of the matrices to tell vectors
        return np.linalg.solve(STACK, b[None, :, None])[..., 0]
    return np.linalg.solve(STACK, b)


def with_ends(x):
    return np.diff(x, 2, prepend=x[:2], append=2.0)


def among_lists(x):
    return np.concatenate([[0.0, 1.0], x * x, [2.0]])


@pytest.mark.parametrize("f", [solved, with_ends, among_lists])
def test_jacobians_of_vectors_among_others(f: Callable[..., Any]) -> None:
    found = sourcead.jacobian(f)(X)
    columns = [sourcead.jvp(f, (X,), (unit,))[1] for unit in np.eye(3)]
    np.testing.assert_allclose(found, np.stack(columns, axis=-1))


def of_a_mask_by_path(x: Any, s: float) -> Any:
    c = 0.5j * x
    if x[0] > 0.0:
        c = x > 0.1
    if s > 0.4:
        c = c * x
    return np.sum(abs(c))


def test_no_derivative_goes_through_an_integer_of_one_path() -> None:
    x = np.array([0.3, 0.5, 0.7])
    for s, slope in ((0.1, 0.0), (0.9, 1.0)):
        _, pullback = sourcead.vjp(of_a_mask_by_path, x, s)
        np.testing.assert_array_equal(pullback(1.0)[0], slope)
