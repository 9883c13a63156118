"""What passes from a function's forward half to its reverse half, and what does not."""

from __future__ import annotations

import numpy as np

import sourcead


def newton(x, n):
    for _ in range(n):
        x = x - (x * x - 2.0) / (2.0 * x)
        if abs(x * x - 2.0) < 1e-9:
            break
    return x


def calls_newton(x, n):
    return newton(x, n) * x


def smoothed(u, h):
    n = u.shape[0]
    out = np.zeros(n)
    for i in range(1, n - 1):
        out[i] = np.sin(u[i]) * (2.0 * h)
    return out


def calls_smoothed(u, h):
    return np.sum(smoothed(u, h) ** 2)


def overwritten(u, buffer):
    buffer[:] = u * u
    for i in range(1, 3):
        buffer[i] += np.exp(buffer[i - 1])
    return buffer


def calls_overwritten(u):
    buffer = np.empty_like(u)
    return np.sum(overwritten(u, buffer))


def half(source: str, name: str) -> str:
    """The text of one function."""
    return source.split(f"def {name}(")[1].split("\ndef ")[0]


def test_a_counter_that_only_measures_tapes_is_neither_counted_nor_saved():
    source = sourcead.source(sourcead.grad(calls_newton), 1.5, 3)
    assert "count" not in source


def test_numbers_that_are_quickly_made_again_are_not_saved():
    source = sourcead.source(sourcead.grad(calls_smoothed, wrt=(0, 1)), np.ones(5), 0.1)
    forward = half(source, "smoothed_fwd")
    assert "range(1, n - 1)" in forward
    assert "n_diff" not in source
    assert "prod," not in forward.split("return")[1]


def test_an_array_that_is_needed_for_its_shape_is_not_saved():
    source = sourcead.source(sourcead.grad(calls_overwritten), np.ones(5))
    forward = half(source, "overwritten_fwd")
    assert ".copy()" not in forward.split("for")[0]


def test_all_of_it_is_right():
    u = np.linspace(0.1, 0.9, 5)
    assert sourcead.check_grads(calls_newton, (1.5, 3), wrt=0)
    assert sourcead.check_grads(calls_smoothed, (u, 0.1), wrt=(0, 1))
    assert sourcead.check_grads(calls_overwritten, (u,), wrt=0)
