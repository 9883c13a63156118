"""Products in their usual order: the literal, numbers, arrays; signs where they cost nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import sourcead


def statements(f: Callable[..., object], *args: object) -> list[str]:
    """The lines of a gradient, without its head and comments."""
    lines = sourcead.source(sourcead.grad(f, wrt=tuple(range(len(args)))), *args).splitlines()
    return [line.strip() for line in lines if not line.strip().startswith("#")]


X, Y = np.linspace(0.5, 1.5, 4), np.linspace(-1.0, 2.0, 4)


def squared_norm_scaled(x, s):
    return s * (x @ x)


def weighted(x, y):
    return np.sum(x * y)


def difference(x):
    y = np.zeros_like(x)
    y[1:] += 0.5 * (x[1:] - x[:-1])
    return np.sum(y * y)


def scaled_sum(x, s):
    return np.sum(s * s * x)


def bilinear(a, x, s):
    y = x - s * (a @ x)
    return y @ y


def test_twice_the_same_contribution_is_one_of_twice_its_size():
    assert "x_bar = 2.0 * s * x" in statements(squared_norm_scaled, X, 3.0)


def test_a_difference_is_added_and_subtracted_as_one_value():
    lines = statements(difference, X)
    assert "x_bar[:-1] = -half_y_bar" in lines
    assert "x_bar[1:] += half_y_bar" in lines


def test_numbers_come_before_the_array_and_out_of_the_sum():
    lines = statements(scaled_sum, X, 3.0)
    assert any("s_bar = 2.0 * " in line and "np.sum(x)" in line for line in lines), lines


def test_the_sign_of_an_outer_product_goes_to_the_update_or_to_a_vector():
    lines = statements(bilinear, np.eye(4) + 0.1, X, 0.5)
    assert any("np.outer(" in line for line in lines)
    assert not any("-np.outer(" in line for line in lines)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("f", [squared_norm_scaled, scaled_sum])
def test_values_and_dtypes_are_those_of_the_formula(f, dtype):
    x = X.astype(dtype)
    x_bar, s_bar = sourcead.grad(f, wrt=(0, 1))(x, 3.0)
    h = 1e-6
    want = (f(x.astype("float64"), 3.0 + h) - f(x.astype("float64"), 3.0 - h)) / (2.0 * h)
    assert x_bar.dtype == dtype
    assert s_bar == pytest.approx(want, rel=1e-5)
