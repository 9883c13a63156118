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


def relaxed(x, b):
    r = b - x
    total = r @ r
    for _ in range(3):
        x = x + 0.1 * np.sin(r)
        r = b - x * x
    return total + r @ r


def calls_relaxed(x, b):
    return relaxed(x, b) + 1.0


def scaled(u, v):
    return u * v.T


def calls_scaled(u, v):
    return np.sum(scaled(u, v) * scaled(u, np.sin(v)))


def chosen(x, n):
    total = 0.0
    for i in range(n):
        if i % 2 == 1:
            total += np.sum(x[i - 1] / (1.0 + np.exp(x[i])))
    return total


def calls_chosen(x, n):
    return chosen(x, n) ** 2


def rectified(u, w, out):
    for i in range(len(u)):
        out[i] = np.sin(u[i]) * w
    np.maximum(out, 0.0, out=out)


def calls_rectified(u, w):
    out = np.empty_like(u)
    rectified(u, w, out)
    return np.sum(out**2)


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


def test_both_halves_use_the_same_names():
    source = sourcead.source(sourcead.grad(calls_relaxed, wrt=(0, 1)), np.ones(3), np.ones(3))
    backward = half(source, "relaxed_rev")
    saved = backward.split(" = saved")[0].splitlines()[-1].strip()
    assert saved in half(source, "relaxed_fwd").split("return")[1]
    assert "for r, x in zip(reversed(r_tape), reversed(x_tape)):" in backward
    assert "part_saved" not in source and "item" not in source and "_" not in saved.split(", ")


def test_a_loop_goes_on_under_the_name_of_the_user():
    source = sourcead.source(sourcead.grad(calls_relaxed, wrt=(0, 1)), np.ones(3), np.ones(3))
    forward = half(source, "relaxed_fwd")
    assert "r_start = r\n" in forward
    assert "        r = b - x * x\n" in forward


def test_results_of_reverse_halves_are_called_what_they_are():
    u, v = np.ones((2, 3)), np.ones((3, 2))
    source = sourcead.source(sourcead.grad(calls_scaled, wrt=(0, 1)), u, v)
    assert "rev_out" not in source
    assert "u_bar, " in source


def test_what_a_branch_can_make_again_has_no_tape():
    source = sourcead.source(sourcead.grad(calls_chosen), np.ones((4, 2)), 4)
    assert source.count("_tape = []") == 1
    assert "i_diff" not in source


def test_of_a_maximum_the_result_is_kept_alone():
    source = sourcead.source(sourcead.grad(calls_rectified, wrt=(0, 1)), np.ones(4), 2.0)
    assert "out > 0.0" in half(source, "rectified_rev")
    assert "out = np.maximum(out, 0.0)" in half(source, "rectified_fwd")


def test_lengths_are_read_off_arrays_that_are_there():
    source = sourcead.source(sourcead.grad(calls_smoothed, wrt=(0, 1)), np.ones(5), 0.1)
    assert "n = u.shape[0]" in half(source, "smoothed_rev")
    source = sourcead.source(sourcead.grad(calls_overwritten), np.ones(5))
    assert "shape" not in half(source, "overwritten_rev")


def test_all_of_it_is_right():
    u = np.linspace(0.1, 0.9, 5)
    assert sourcead.check_grads(calls_newton, (1.5, 3), wrt=0)
    assert sourcead.check_grads(calls_smoothed, (u, 0.1), wrt=(0, 1))
    assert sourcead.check_grads(calls_overwritten, (u,), wrt=0)
    assert sourcead.check_grads(calls_chosen, (np.outer(u, u), 5), wrt=0)
    assert sourcead.check_grads(calls_rectified, (u - 0.4, 2.0), wrt=(0, 1))
    assert sourcead.check_grads(calls_relaxed, (u, 2.0 * u), wrt=(0, 1))
    assert sourcead.check_grads(calls_scaled, (np.outer(u, u), np.outer(u, 2.0 + u)), wrt=(0, 1))
