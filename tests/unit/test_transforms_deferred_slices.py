"""Outer products added to growing slices are kept for one product of matrices."""

from __future__ import annotations

import numpy as np
import pytest

import sourcead


def to_the_right(data):
    total = 0.0
    for i in range(data.shape[1]):
        row = data[:, i] @ data[:, i:]
        total = total + row @ row
    return total


def from_the_left(data):
    total = 0.0
    for i in range(data.shape[1]):
        row = data[:, i] @ data[:, : i + 1]
        total = total - row @ row
    return total


def downwards(data):
    total = 0.0
    for i in range(1, len(data)):
        column = data[i:] @ data[i - 1]
        total = total + np.sum(np.sin(column))
    return total


def windows(data):
    total = 0.0
    for i in range(len(data) - 1):
        part = data[i : i + 2] @ data[0]
        total = total + part @ part
    return total


rng = np.random.default_rng(8)


def central(f, x):
    """The gradient by central differences."""
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        out[place] = (f(x + step) - f(x - step)) / 2e-6
    return out


@pytest.mark.parametrize("f", [to_the_right, from_the_left, downwards])
@pytest.mark.parametrize("shape", [(4, 3), (2, 5), (1, 1), (3, 1), (1, 3)])
def test_the_vectors_are_put_in_their_places(f, shape):
    data = rng.normal(size=shape)
    assert np.allclose(sourcead.grad(f)(data), central(f, data), atol=1e-6)


@pytest.mark.parametrize("f", [to_the_right, from_the_left, downwards])
def test_nothing_is_added_to_a_slice(f):
    source = sourcead.source(sourcead.grad(f), np.ones((4, 3)))
    assert "= np.outer" not in source
    assert "data_bar += sum_of_outer(left, right, data_bar)" in source


def test_no_column_and_no_row():
    assert sourcead.grad(to_the_right)(np.ones((3, 0))).shape == (3, 0)
    assert np.array_equal(sourcead.grad(to_the_right)(np.ones((0, 3))), np.zeros((0, 3)))


def test_windows_are_added_where_they_are():
    data = rng.normal(size=(5, 3))
    gradient = sourcead.grad(windows)
    assert "sum_of_outer" not in sourcead.source(gradient, data)
    assert np.allclose(gradient(data), central(windows, data), atol=1e-6)


def test_single_precision_stays():
    data = rng.normal(size=(4, 3)).astype("f4")
    assert sourcead.grad(to_the_right)(data).dtype == np.float32
