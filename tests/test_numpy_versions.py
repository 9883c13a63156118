"""Where versions of NumPy differ, a program means what the one at hand makes of it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import UnsupportedError
from sourcead.ir.types import ArrayT, Dim, ScalarT, Type, kind_of_dtype
from sourcead.ops.infer_common import NUMPY_1, ufunc_dtype
from tests import numerics

DTYPES = ("bool", "int32", "int64", "uint8", "float32", "float64", "complex64", "complex128")
# Of every dtype a number, an array without axes and one with an axis; and Python's numbers.
NUMBERS: list[Any] = [True, 2, 2.5, 1j]
FROM_NUMPY = [made for d in DTYPES for made in (np.dtype(d).type(1), np.ones((), d), np.ones(2, d))]


def type_of(value: Any) -> Type:
    if isinstance(value, np.ndarray):
        return ArrayT(value.dtype.name, (Dim(2, False),) * value.ndim)
    if isinstance(value, np.generic):
        return ScalarT(str(kind_of_dtype(value.dtype.name)), value.dtype.name)
    return ScalarT(type(value).__name__)


@pytest.mark.parametrize("ufunc", ["add", "true_divide", "power", "maximum"])
def test_dtypes_of_results(ufunc: str) -> None:
    pairs = [
        *itertools.product(FROM_NUMPY, FROM_NUMPY + NUMBERS),
        *itertools.product(NUMBERS, FROM_NUMPY),
    ]
    for pair in pairs:
        want = getattr(np, ufunc)(*pair).dtype.name
        assert ufunc_dtype(ufunc, [type_of(value) for value in pair]) == want, pair


def test_dtypes_of_unknown_rank() -> None:
    """Known where it makes no difference whether there are axes."""
    narrow, wide = ArrayT("float32", None), ArrayT("float64", None)
    assert ufunc_dtype("add", [wide, ScalarT("float")]) == "float64"
    assert ufunc_dtype("add", [wide, ArrayT("int64", None)]) == "float64"
    assert ufunc_dtype("add", [narrow, narrow]) == "float32"
    assert ufunc_dtype("add", [narrow, wide]) == (None if NUMPY_1 else "float64")


def by_list(x):
    z = 2.0 * x
    z[[1, 2]] = z[:2]
    return z * z


def by_list_of_itself(x):
    x[[0, 2, 0]] = x
    return x * x


def by_rows(x):
    table = np.outer(x, x)
    table[np.array([1, 2]), 1:] = table.T[:2, :2]
    return table * x


def in_a_loop(x):
    z = 2.0 * x
    for k in range(2):
        z[[k, k + 1]] = z[:2][::-1]
    return z * z


def copied(x):
    z = 2.0 * x
    z[[1, 2]] = np.array(z[:2])
    z[[0, 1]] += z[1:]
    z[z > 1.0] = z[:2]
    z[[2, 0]] = [z[0], z[1]]
    return z * z


POINT = np.array([0.2, 1.3, 2.1])


@pytest.mark.parametrize("f", [by_list, by_list_of_itself, by_rows, in_a_loop])
def test_elements_that_are_read_while_they_are_written(f: Any) -> None:
    """NumPy 1 overwrites them first: what then comes out depends on its order, and is refused."""
    numbers = np.arange(3)
    numbers[[1, 2]] = numbers[:2]
    if numbers.tolist() == [0, 0, 0]:
        with pytest.raises(UnsupportedError, match="may share memory"):
            sourcead.vjp(f, POINT)
    else:
        check(f)


def test_elements_that_are_copied_first() -> None:
    check(copied)


def check(f: Any) -> None:
    value, pullback = sourcead.vjp(f, POINT.copy())
    np.testing.assert_array_equal(value, f(POINT.copy()))
    cotangent = numerics.random_like(value, np.random.default_rng(0))
    numerics.check_gradient(f, (POINT,), (0,), pullback(cotangent), cotangent)


def clipped(x):
    return np.clip(x, min=0.5) * np.clip(x, None, None)


def deviation(x):
    return x * np.std(x, correction=1)


def lower_quantile(x):
    return x * np.percentile(x, 30.0, interpolation="lower")


def counted(x):
    return x * len(np.nonzero(np.float64(2.0)))


@pytest.mark.filterwarnings("ignore:(the `interpolation|Calling nonzero):DeprecationWarning")
@pytest.mark.parametrize("f", [clipped, deviation, lower_quantile, counted])
def test_spellings_that_only_some_versions_know(f: Any) -> None:
    """Where the program raises there is no derivative; where it does not, that is right."""
    try:
        f(POINT)
    except (TypeError, ValueError):
        with pytest.raises((UnsupportedError, ValueError)):
            sourcead.vjp(f, POINT)
        return
    try:
        check(f)
    except UnsupportedError:
        assert f in (lower_quantile, counted)


def table_of_itself(x):
    w = np.outer(x[:0], x)
    np.cumsum(w, out=w)
    return np.sum(w) + np.sum(x * x)


def test_a_sum_along_an_empty_table() -> None:
    """NumPy before 2.5 stores it in an array of several axes, later ones raise."""
    try:
        table_of_itself(POINT)
    except ValueError:
        with pytest.raises(UnsupportedError, match="has rank 2"):
            sourcead.grad(table_of_itself)(POINT)
    else:
        np.testing.assert_array_equal(sourcead.grad(table_of_itself)(POINT), 2.0 * POINT)
