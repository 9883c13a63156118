"""Derivatives go to other processes, and leave the functions they are made of as they were."""

from __future__ import annotations

import copy
import functools
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest

import sourcead

ROOT = Path(__file__).parent.parent
X = np.array([0.3, -0.7, 1.1])
SCALE = 2.0
WEIGHTS = np.array([1.0, 2.0, 3.0])


def loss(x):
    return SCALE * np.sum(WEIGHTS * np.sin(x))


def rows(x):
    return {"values": SCALE * np.sin(x), "sum": np.sum(WEIGHTS * x * x)}


class Model:
    def __init__(self, k: float) -> None:
        self.k = k

    def cost(self, x):
        return self.k * np.sum(x * x)


PICKLERS: list[Any] = [pickle, cloudpickle]
again = pytest.mark.parametrize("pickler", PICKLERS, ids=lambda p: p.__name__)

MADE: dict[str, Callable[[Any], Any]] = {
    "grad": sourcead.grad,
    "value_and_grad": sourcead.value_and_grad,
    "jacobian": sourcead.jacobian,
    "jacobian by rows": lambda f: sourcead.jacobian(f, wrt=("x",), mode="reverse"),
    "hessian": sourcead.hessian,
    "grad of grad": lambda f: sourcead.jacobian(sourcead.grad(f)),
}


@again
@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_what_makers_return(pickler: Any, make: Callable[[Any], Any]) -> None:
    made = make(loss)
    want = made(X)
    found = pickle.loads(pickler.dumps(made))
    for got, wanted in zip(found(X), want, strict=True):
        np.testing.assert_array_equal(got, wanted)


@again
def test_functions_with_several_arguments(pickler: Any) -> None:
    for made in (sourcead.forward(loss), sourcead.hvp(loss)):
        want = made(X, np.ones(3))
        found = pickle.loads(pickler.dumps(made))(X, np.ones(3))
        np.testing.assert_array_equal(np.hstack(found), np.hstack(want))


@again
def test_pullbacks_and_linear_maps(pickler: Any) -> None:
    value, pullback = sourcead.vjp(rows, X)
    bar = {"values": np.ones(3), "sum": 2.0}
    found = pickle.loads(pickler.dumps(pullback))
    np.testing.assert_array_equal(found(bar)[0], pullback(bar)[0])
    np.testing.assert_array_equal(found.first(1)(bar)[0], pullback(bar)[0])
    _, along = sourcead.linearize(rows, X)
    moved = pickle.loads(pickler.dumps(along))(X)
    assert moved.keys() == value.keys()
    np.testing.assert_array_equal(moved["values"], along(X)["values"])
    assert copy.deepcopy(pullback)(bar)[0].tolist() == pullback(bar)[0].tolist()


@again
def test_methods_and_partial_functions(pickler: Any) -> None:
    for f in (Model(3.0).cost, functools.partial(Model.cost, Model(3.0))):
        gradient = sourcead.grad(f)
        np.testing.assert_array_equal(pickle.loads(pickler.dumps(gradient))(X), 6.0 * X)
        np.testing.assert_array_equal(
            pickle.loads(pickler.dumps(sourcead.vjp(f, X)[1]))(1.0)[0], 6.0 * X
        )


def test_a_function_stays_as_it_was() -> None:
    def local(x):
        return SCALE * np.sum(x * x)

    gradient = sourcead.grad(local)
    np.testing.assert_array_equal(gradient(X), 4.0 * X)
    found = pickle.loads(cloudpickle.dumps((local, gradient, sourcead.jacobian(local))))
    assert found[0](X) == local(X)
    if found[0].__code__.co_filename == __file__:  # as cloudpickle before 3.1 has it
        np.testing.assert_array_equal(found[1](X), 4.0 * X)
    else:
        with pytest.raises(sourcead.SourceadError, match="cannot be read"):
            found[1](X)

    @functools.wraps(local)
    def wrapper(x):
        return 3.0 * local(x)

    np.testing.assert_array_equal(sourcead.grad(wrapper)(X), 12.0 * X)
    assert pickle.loads(cloudpickle.dumps(wrapper))(X) == wrapper(X)


SENDER = """
import sys
import cloudpickle
import numpy as np
import sourcead

K = 2.0


def loss(x):
    return K * np.sum(np.sin(x) * x)


x = np.array([0.3, -0.7])
made = loss, sourcead.grad(loss), sourcead.vjp(loss, x)[1], sourcead.linearize(loss, x)[1]
assert np.all(np.isfinite(made[1](x)))
sys.stdout.buffer.write(cloudpickle.dumps((x, made)))
"""
RECEIVER = """
import pickle
import sys
import numpy as np
import sourcead

x, (loss, gradient, pullback, along) = pickle.load(sys.stdin.buffer)
want = 2.0 * (np.cos(x) * x + np.sin(x))
print(np.allclose(pullback(1.0)[0], want), np.allclose(along(x), want @ x))
print(np.allclose(loss(x), 2.0 * np.sum(np.sin(x) * x)))
try:
    print(np.allclose(gradient(x), want))
except sourcead.SourceadError as error:
    print("cannot be read" in str(error))
"""


def test_another_process(tmp_path: Path) -> None:
    def run(name: str, text: str, given: bytes) -> bytes:
        (tmp_path / name).write_text(text)
        return subprocess.run(
            [sys.executable, name],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            input=given,
            capture_output=True,
            check=True,
        ).stdout

    sent = run("sender.py", SENDER, b"")
    assert run("receiver.py", RECEIVER, sent).split() == [b"True"] * 4
