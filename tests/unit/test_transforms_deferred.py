"""Sums of outer products over a reverse loop become one product of matrices after it."""

from __future__ import annotations

import numpy as np
import pytest

import sourcead
from sourcead.backend.helpers import sum_of_outer


def recurrent(w, xs):
    h = np.zeros(xs.shape[1])
    for x in xs:
        h = np.tanh(w @ h + x)
    return h @ h


def gated(w, xs, threshold):
    h = np.ones(xs.shape[1])
    for x in xs:
        if x[0] > threshold:
            h = np.tanh(w @ h) * x
        else:
            h = np.sin(h + x)
    return h @ h


def two_weights(w, u, xs, threshold):
    h = np.ones(xs.shape[1])
    for x in xs:
        z = np.sin(h)
        if x[0] > threshold:
            h = np.tanh(w @ z + x)
        h = h + np.cos(u @ h)
    return h @ h


def linear(w, xs, c):
    total = 0.0
    for x in xs:
        total += c @ (w @ x)
    return total


def used_on_the_way(w, h, steps):
    for _ in range(steps):
        h = np.tanh(w @ h)
        w = w * 1.5
    return h @ h


rng = np.random.default_rng(3)
W = rng.normal(size=(3, 3))
XS = rng.normal(size=(5, 3))


def central(f, w, *args):
    """The gradient by central differences."""
    out = np.zeros_like(w)
    for place in np.ndindex(w.shape):
        step = np.zeros_like(w)
        step[place] = 1e-6
        out[place] = (f(w + step, *args) - f(w - step, *args)) / 2e-6
    return out


@pytest.mark.parametrize(
    ("f", "args"),
    [(recurrent, (XS,)), (recurrent, (XS[:0],)), (gated, (XS, 0.1)), (gated, (XS, 9.0))],
)
def test_vectors_are_kept_and_multiplied_after_the_loop(f, args):
    gradient = sourcead.grad(f)
    assert np.allclose(gradient(W, *args), central(f, W, *args), atol=1e-7)
    assert "w_bar = sum_of_outer(left, right, w)" in sourcead.source(gradient, W, *args)


def test_two_sums_of_which_one_is_on_a_path_have_lists_of_their_own():
    gradient = sourcead.grad(two_weights, wrt=("w", "u"))
    w_bar, u_bar = gradient(W, 0.5 * W, XS, 0.1)
    assert np.allclose(w_bar, central(two_weights, W, 0.5 * W, XS, 0.1), atol=1e-6)

    def swapped(u):
        return two_weights(W, u, XS, 0.1)

    assert np.allclose(u_bar, central(swapped, 0.5 * W), atol=1e-6)


def test_a_loop_that_keeps_nothing_still_keeps_nothing():
    gradient = sourcead.grad(linear)
    assert "append" not in sourcead.source(gradient, W, XS, XS[0])
    assert np.allclose(gradient(W, XS, XS[0]), central(linear, W, XS, XS[0]), atol=1e-7)


def test_a_sum_that_the_loop_reads_is_not_deferred():
    args = (XS[0], 4)
    gradient = sourcead.grad(used_on_the_way)
    assert "sum_of_outer" not in sourcead.source(gradient, W, *args)
    assert np.allclose(gradient(W, *args), central(used_on_the_way, W, *args), atol=1e-6)


def test_single_precision_stays():
    assert sourcead.grad(recurrent)(W.astype("f4"), XS.astype("f4")).dtype == np.float32
    assert sourcead.grad(recurrent)(W.astype("f4"), XS[:0].astype("f4")).dtype == np.float32


def test_second_derivatives_see_the_sum_itself():
    direction = rng.normal(size=(3, 3))
    got = sourcead.hvp(recurrent)(W, XS, direction)
    gradient = sourcead.grad(recurrent)
    want = (gradient(W + 1e-6 * direction, XS) - gradient(W - 1e-6 * direction, XS)) / 2e-6
    assert np.allclose(got, want, atol=1e-6)


def test_the_helper_is_right_for_no_pair():
    assert np.array_equal(sum_of_outer([], [], W), np.zeros((3, 3)))
    pairs = ([XS[0], XS[1]], [XS[2], XS[3]])
    want = np.outer(XS[0], XS[2]) + np.outer(XS[1], XS[3])
    assert np.allclose(sum_of_outer(*pairs, W), want)
