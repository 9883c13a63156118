"""A loop that only an exception ends raises it, though nobody needs what the loop computes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead

X = np.array([0.3, 0.4])


def shapes_do_not_fit(x):
    a = np.ones(5)
    while True:
        a = a[1:] + np.ones(4)
    return np.sum(x)


def columns_do_not_fit(x):
    a = np.ones((2, 2))
    while True:
        a = np.concatenate([a, np.ones((2, 1))], axis=1)
        a @ np.ones(4)
    return np.sum(x)


def lengths_are_negative(x):
    k = 3
    while True:
        k -= 1
        np.zeros((k, 2))
    return np.sum(x)


def numbers_are_too_large(x):
    n = 1
    while True:
        n *= 10
        n * 0.5
    return np.sum(x)


def roots_of_negative_numbers(x):
    t = 5.0
    while True:
        t -= 1.0
        math.sqrt(t)
    return np.sum(x)


def inside_a_helper(x):
    def step(a):
        return a[1:] + np.ones(4)

    a = np.ones(5)
    while True:
        a = step(a)
    return np.sum(x)


@pytest.mark.parametrize(
    "f",
    [
        shapes_do_not_fit, columns_do_not_fit, lengths_are_negative, numbers_are_too_large,
        roots_of_negative_numbers, inside_a_helper,
    ],
)  # fmt: skip
def test_it_raises_what_python_raises(f: Callable[..., Any]) -> None:
    with pytest.raises((ValueError, OverflowError)) as raised:
        f(X)
    for derivative in (
        lambda: sourcead.grad(f)(X),
        lambda: sourcead.value_and_grad(f)(X),
        lambda: sourcead.jvp(f, (X,), (X,)),
        lambda: sourcead.vjp(f, X),
    ):
        with pytest.raises(raised.type):
            derivative()
