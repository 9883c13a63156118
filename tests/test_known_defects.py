"""Programs that well-known libraries differentiate wrongly without a word: right here, or refused.

Each program below is the smallest that shows a published or reproduced defect.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import SourceadError, UsageError
from tests import numerics
from tests.corpus import helpers

SCALE = 7.0
TABLE = np.array([1.0, 2.0, 3.0])


def constant_array_changed_after_use(x):
    w = np.array([1.0, 2.0, 3.0])
    y = x * w
    w[0] = 100.0
    return np.sum(y * y)


def operand_changed_after_use(x):
    w = np.zeros(3)
    total = 0.0
    for i in range(3):
        w[i] = i + 1.0
        total = total + np.sum(x * x * w)
    return total


def fill_that_is_active(x):
    y = np.full_like(x, x[0])
    return np.sum(y * x)


def fill_of_a_shape(x):
    return np.sum(np.full(3, x[1]) * x)


def type_test(x):
    if isinstance(x, np.ndarray):
        return np.sum(x * x)
    return np.sum(x) * 100.0


def type_test_of_a_scalar(x):
    y = x[0] * 1.0
    if isinstance(y, float):
        return y * x[1]
    return y * 50.0


def item_call(x):
    return x[0].item() * x[1] + x.sum().item()


def float_call(x):
    return float(x[0]) * x[1] + float(np.sum(x * x))


def list_of_items(x):
    values = x.tolist()
    return values[0] * values[1] + x[2]


def unique_values(x):
    return np.sum(np.unique(x) * np.array([1.0, 2.0, 3.0]))


def sorted_in_place(x):
    y = x.copy()
    y.sort()
    return y[0] * 2.0 + y[-1] * y[1]


def names_that_are_generated(x, x_bar, y_bar):
    y = x * x_bar
    y_tape = y * y_bar
    g = y_tape + x
    out_bar = g * y
    for _ in range(2):
        y = y * out_bar
    return y * x_bar


def names_of_modules(x, sourcead):
    numpy = x * sourcead
    np_bar = np.sin(numpy)
    return np_bar * numpy


def global_of_one_name(x):
    return SCALE * helpers.scaled(x)


def broadcast_division(x, y):
    return np.sum(x / y)


def broadcast_power(x, y):
    return np.sum(x**y)


def broadcast_multiply_call(x, y):
    return np.sum(np.multiply(x, y) * np.divide(y, x))


def captured_and_carried(x):
    y = x
    for _ in range(3):
        y = y * x
    return y


def captured_and_carried_array(x):
    h = x
    for _ in range(3):
        h = np.tanh(h + x)
    return np.sum(h * h)


def shared_by_two_names(x):
    a = x.copy()
    b = a
    b[0] = 2.0 * a[1]
    return np.sum(a * a)


def same_array_twice(x):
    return pair(x, x)


def pair(a, b):
    return np.sum(a * b) + a[0]


VECTOR = np.array([1.3, 0.4, 2.1])
MATRIX = np.array([[1.3, 0.4, 2.1], [0.7, 1.9, 0.2]])
COLUMN = np.array([[1.1], [0.6]])

PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...], tuple[int, ...]]] = [
    (constant_array_changed_after_use, (VECTOR,), (0,)),
    (operand_changed_after_use, (VECTOR,), (0,)),
    (fill_that_is_active, (VECTOR,), (0,)),
    (fill_of_a_shape, (VECTOR,), (0,)),
    (type_test, (VECTOR,), (0,)),
    (type_test, (1.3,), (0,)),
    (type_test_of_a_scalar, (VECTOR,), (0,)),
    (item_call, (VECTOR,), (0,)),
    (float_call, (VECTOR,), (0,)),
    (list_of_items, (VECTOR,), (0,)),
    (unique_values, (VECTOR,), (0,)),
    (sorted_in_place, (VECTOR,), (0,)),
    (names_that_are_generated, (1.3, 0.7, 0.4), (0, 1, 2)),
    (names_of_modules, (1.3, 0.7), (0, 1)),
    (global_of_one_name, (1.3,), (0,)),
    (broadcast_division, (MATRIX, VECTOR), (0, 1)),
    (broadcast_division, (VECTOR, COLUMN), (0, 1)),
    (broadcast_division, (2.0, MATRIX), (0, 1)),
    (broadcast_power, (MATRIX, VECTOR), (0, 1)),
    (broadcast_power, (VECTOR, 1.7), (0, 1)),
    (broadcast_power, (1.7, COLUMN), (0, 1)),
    (broadcast_multiply_call, (MATRIX, COLUMN), (0, 1)),
    (captured_and_carried, (1.3,), (0,)),
    (captured_and_carried_array, (VECTOR,), (0,)),
    (shared_by_two_names, (VECTOR,), (0,)),
    (same_array_twice, (VECTOR,), (0,)),
]


IDS = [f"{f.__name__}-{k}" for k, (f, _, _) in enumerate(PROGRAMS)]


def gradient_or_refusal(
    f: Callable[..., Any], args: tuple[Any, ...], wrt: tuple[int, ...]
) -> tuple[Any, str]:
    """The gradient, or None and the text of the refusal."""
    try:
        return sourcead.grad(f, wrt=wrt)(*args), ""
    except SourceadError as refusal:
        return None, str(refusal)


@pytest.mark.parametrize(("f", "args", "wrt"), PROGRAMS, ids=IDS)
def test_right_or_refused(
    f: Callable[..., Any], args: tuple[Any, ...], wrt: tuple[int, ...]
) -> None:
    given = copy.deepcopy(args)
    bars, refusal = gradient_or_refusal(f, given, wrt)
    if bars is None:
        assert "test_known_defects.py" in refusal
        return
    assert numerics.identical(list(args), list(given))
    numerics.check_gradient(f, args, wrt, bars)


def weighted(x, w):
    y = np.exp(x * w)
    return np.sum(y * y * w)


def test_argument_changed_before_the_pullback() -> None:
    """What the pullback needs of the arguments is what they were at the call."""
    x, w = VECTOR.copy(), VECTOR[::-1].copy()
    _, pullback = sourcead.vjp(weighted, x, w)
    x[:] = 0.0
    w[:] = 0.0
    numerics.check_gradient(weighted, (VECTOR, VECTOR[::-1]), (0, 1), pullback(1.0))


def test_result_changed_before_the_pullback() -> None:
    """A caller may write into the result: the pullback does not read it any more."""
    out, pullback = sourcead.vjp(np_exp, VECTOR)
    out[:] = 0.0
    (bar,) = pullback(np.ones(3))
    np.testing.assert_allclose(bar, np.exp(VECTOR))


def np_exp(x):
    return np.exp(x)


def global_table(x):
    return np.sum(TABLE * x * x)


def test_global_array_is_read_at_the_call() -> None:
    """A global is read when the function is called, as Python reads it."""
    gradient = sourcead.grad(global_table)
    kept = TABLE.copy()
    try:
        np.testing.assert_allclose(gradient(VECTOR), 2.0 * kept * VECTOR)
        TABLE[:] = 5.0
        np.testing.assert_allclose(gradient(VECTOR), 10.0 * VECTOR)
    finally:
        TABLE[:] = kept


def safe_root(x):
    return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))


def safe_logarithm(x):
    return np.sum(np.where(x > 0.0, np.log(x) * x, x))


def safe_quotient(x):
    return np.sum(np.where(x != 0.0, 1.0 / x, 0.0))


@pytest.mark.parametrize(
    ("f", "want"),
    [
        (safe_root, [0.0, 0.25, 0.0]),
        (safe_logarithm, [1.0, 1.0 + np.log(4.0), 1.0]),
        (safe_quotient, [0.0, -1.0 / 16.0, -1.0]),
    ],
)
def test_branch_that_where_did_not_select(f: Callable[..., Any], want: list[float]) -> None:
    """Zero times an infinite slope must not reach the gradient as NaN."""
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(sourcead.grad(f)(np.array([0.0, 4.0, -1.0])), want)


def vector_result(x):
    return x * x


def test_vector_output_is_not_summed() -> None:
    with pytest.raises(SourceadError, match="vjp"):
        sourcead.grad(vector_result)(VECTOR)


def cubed(x):
    return np.sum(x**3)


@pytest.mark.parametrize("x", [3, True, np.int64(3), np.array([1, 2]), np.array([True])])
def test_integer_argument_is_refused(x: Any) -> None:
    """Neither a gradient of integer type nor a silent zero."""
    with pytest.raises(SourceadError, match="x"):
        sourcead.grad(cubed)(x)


def mixed_integers(x, n, table):
    return np.sum(x * n) + x[0] * table[1]


def test_integers_beside_a_float_do_not_round_it() -> None:
    x, table = VECTOR.copy(), np.array([1, 2, 3])
    numerics.check_gradient(
        mixed_integers, (x, 3, table), (0,), (sourcead.grad(mixed_integers)(x, 3, table),)
    )


def out_of_bounds(x):
    return x[0] * x[5]


def test_read_out_of_bounds_raises() -> None:
    with pytest.raises(IndexError):
        sourcead.grad(out_of_bounds)(VECTOR)


def only_path_is_cut(x):
    return np.sum(np.floor(x)) * 2.0


def test_path_that_is_cut_is_warned_about() -> None:
    with pytest.warns(sourcead.errors.SourceadWarning):
        bar = sourcead.grad(only_path_is_cut)(VECTOR)
    np.testing.assert_array_equal(bar, np.zeros(3))


def unknown_function(x):
    return np.sum(np.unwrap(x) * x)


def test_unknown_function_is_no_zero() -> None:
    """A function that no table knows: right if its source can be read, else refused."""
    bars, refusal = gradient_or_refusal(unknown_function, (VECTOR,), (0,))
    if bars is None:
        assert "unwrap" in refusal
        return
    numerics.check_gradient(unknown_function, (VECTOR,), (0,), bars)


def test_unknown_wrt_is_an_error() -> None:
    with pytest.raises(UsageError, match="z"):
        sourcead.grad(cubed, wrt="z")(VECTOR)
    with pytest.raises(UsageError):
        sourcead.grad(cubed, wrt=4)(VECTOR)
