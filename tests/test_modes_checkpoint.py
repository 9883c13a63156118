"""Calls that are computed again in the reverse sweep: the same numbers, less memory."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import checkpoint, grad, hvp, jvp
from sourcead.errors import UnsupportedError
from tests import numerics


def layer(x, w):
    for _ in range(5):
        x = np.tanh(w @ x) + 0.1 * x
    return x


def deep(x, w):
    y = x.copy()
    for _ in range(3):
        y = checkpoint(layer)(y, w)
    return np.sum(y * y)


def deep_plain(x, w):
    y = x.copy()
    for _ in range(3):
        y = layer(y, w)
    return np.sum(y * y)


def smoothed(x, n):
    y = np.zeros(3)
    for k in range(3):
        y[k] = x[k] * x[k - 1] + n
    if n > 1:
        return y, y[0]
    return y * 2.0, y[1]


def several(x):
    a, b = checkpoint(smoothed)(x, 2)
    c, d = checkpoint(smoothed)(a * b, n=1)
    return np.sum(c) * d


def several_plain(x):
    a, b = smoothed(x, 2)
    c, d = smoothed(a * b, n=1)
    return np.sum(c) * d


layer_kept = checkpoint(layer)


def captured(x, w):
    f = checkpoint(lambda y: np.sin(w @ y) * y)
    z = layer_kept(f(f(x)), w)
    return np.sum(z)


def captured_plain(x, w):
    f = lambda y: np.sin(w @ y) * y  # noqa: E731
    z = layer(f(f(x)), w)
    return np.sum(z)


X, W = np.array([0.3, -0.2, 0.5]), np.arange(9.0).reshape(3, 3) / 9.0


@pytest.mark.parametrize(
    ("f", "plain", "args"),
    [
        (deep, deep_plain, (X, W)),
        (several, several_plain, (X,)),
        (captured, captured_plain, (X, W)),
    ],
)
def test_the_same_numbers(f: Any, plain: Any, args: tuple[Any, ...]) -> None:
    """Bit for bit in reverse mode; other directions and orders agree."""
    wrt = tuple(range(len(args)))
    assert f(*args) == plain(*args)
    assert numerics.identical(grad(f, wrt=wrt)(*args), grad(plain, wrt=wrt)(*args))
    tangents = (np.ones(3), *[None] * (len(args) - 1))
    assert jvp(f, args, tangents) == jvp(plain, args, tangents)
    np.testing.assert_allclose(hvp(f)(*args, np.ones(3)), hvp(plain)(*args, np.ones(3)), rtol=1e-12)


def test_only_the_arguments_are_kept() -> None:
    source = sourcead.source(grad(deep), X, W)
    main = source[source.index("def deep_grad(") :]
    assert main.count("_tape = []") == 1
    assert "saved" not in main


def test_memory() -> None:
    def steps(x):
        for _ in range(50):
            x = np.sin(x) * x + x
        return x

    def kept(x):
        for _ in range(20):
            x = steps(x)
        return np.sum(x)

    def recomputed(x):
        for _ in range(20):
            x = checkpoint(steps)(x)
        return np.sum(x)

    x = np.full(10_000, 0.01)
    peaks = []
    for f in (kept, recomputed):
        g = grad(f)
        g(x)
        tracemalloc.start()
        g(x)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] / 5


def test_prints_happen_once(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x):
        print("once")
        return np.sin(x) * x

    grad(lambda x: checkpoint(loud)(x) ** 2)(1.0)
    assert capsys.readouterr().out == "once\n"


def test_what_callees_print_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x):
        s = 0.0
        for k in range(3):
            s = np.sin(s + x[k])
            if k == 1:
                print("second")
        print("done")
        return s

    def calls_it(x):
        total = 0.0
        for _ in sourcead.checkpointed(range(3), snapshots=2):
            total = total + loud(x * total) + loud(x)
        return total

    grad(calls_it)(X)
    once = capsys.readouterr().out
    calls_it(X)
    assert capsys.readouterr().out == once
    grad(lambda x: checkpoint(lambda y: loud(y) * loud(2.0 * y))(x))(X)
    assert capsys.readouterr().out == "second\ndone\n" * 2


def writes(x):
    x[0] = 1.0
    return np.sum(x * x)


def test_functions_with_effects_on_their_arguments_are_refused() -> None:
    def calls_it(x):
        y = x * 2.0
        return checkpoint(writes)(y) + y[0]

    def gets_it_back(x):
        y = x * 2.0
        z = checkpoint(lambda v: v)(y)
        z[0] = 3.0
        return np.sum(y * z)

    with pytest.raises(UnsupportedError, match="called through `checkpoint` writes to"):
        grad(calls_it)(X)
    with pytest.raises(UnsupportedError, match="returns an argument"):
        grad(gets_it_back)(X)
