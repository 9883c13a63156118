"""Functions that return a view in some cases only: writes that would be seen elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import RefusalError


def transposed_by_einsum(x):
    a = x.copy()
    b = np.einsum("ij->ji", a)
    b[0, 0] = x[0, 1] ** 2
    return np.sum(a * a)


def diagonal_by_einsum(x):
    a = x.copy()
    b = np.einsum("ii->i", a)
    b[:] = x[0] ** 2
    return np.sum(a * a)


def no_differences(x):
    a = x.copy()
    b = np.diff(a, n=0)
    b[0] = x[1] ** 2
    return np.sum(a * a)


def first_power(x):
    a = x.copy()
    b = np.linalg.matrix_power(a, 1)
    b[0] = x[1] ** 2
    return np.sum(a * a)


def contiguous_or_not(x):
    b = np.ascontiguousarray(x)
    b[0] = 2.0 * x[1]
    return np.sum(x * b)


@pytest.mark.parametrize(
    "f",
    [transposed_by_einsum, diagonal_by_einsum, no_differences, first_power, contiguous_or_not],
    ids=lambda f: f.__name__,
)
def test_a_write_through_a_possible_view_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(RefusalError) as caught:
        sourcead.grad(f)(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert {diagnostic.code for diagnostic in caught.value.diagnostics} == {"SAD201"}
