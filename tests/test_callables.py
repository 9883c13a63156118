"""Derivatives of what is called like a function: methods, partial functions, objects."""

from __future__ import annotations

import functools
import gc
import inspect
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special

import sourcead
from sourcead.errors import SourceUnavailableError
from sourcead.runtime.derivative import derivative_of
from tests.standalone import load_alone


class Layer:
    def __init__(self, w: np.ndarray, activation: Any) -> None:
        self.w = w
        self.activation = activation

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.activation(self.w @ x)


class Net:
    scale = 2.0

    def __init__(self) -> None:
        self.layers = [Layer(np.eye(2), np.tanh), Layer(2.0 * np.eye(2), np.sin)]
        self.params = {"gain": 3.0, "bias": np.array([1.0, -1.0])}
        self.kind = "squares"

    @property
    def gain(self) -> float:
        return self.params["gain"] * self.scale

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x * self.gain + self.params["bias"]

    def loss(self, x, y=None, power=2.0):
        out = self.forward(x)
        if y is not None:
            out = out - y
        if self.kind == "squares":
            return np.sum(out**power)
        return np.sum(np.abs(out))

    @classmethod
    def scaled(cls, x):
        return np.sum(cls.scale * x**2)

    @staticmethod
    def cubed(x):
        return np.sum(x**3)


X, Y = np.array([0.1, 0.2]), np.array([0.5, -0.5])
NET = Net()


def outer(x, y):
    return NET.loss(x, y) + NET.layers[0].w[0, 1] * x[0]


def _differences(f: Any, x: np.ndarray) -> np.ndarray:
    steps = 1e-6 * np.eye(len(x))
    return np.array([(f(x + h) - f(x - h)) / 2e-6 for h in steps])


def test_a_method() -> None:
    net = Net()
    gradient = sourcead.grad(net.loss)
    assert list(inspect.signature(gradient).parameters) == ["x", "y", "power"]
    np.testing.assert_allclose(gradient(X), _differences(net.loss, X), rtol=1e-7)
    np.testing.assert_allclose(gradient(X, Y, power=4.0), _differences(
        lambda x: net.loss(x, Y, 4.0), X), rtol=1e-7)  # fmt: skip
    assert "def Net_loss_grad(x, y=None, power=2.0):" in gradient.source
    by_power = sourcead.grad(net.loss, wrt="power")(X, Y)
    assert by_power == pytest.approx(
        (net.loss(X, Y, 2.0 + 1e-6) - net.loss(X, Y, 2.0 - 1e-6)) / 2e-6
    )


@pytest.mark.parametrize("call", ["method", "global"])
def test_attributes_are_read_at_the_call(call: str, tmp_path: Path) -> None:
    """Values as they are then; other types, other code that they select, other lists: new code."""
    net = NET if call == "global" else Net()
    f = outer if call == "global" else net.loss
    gradient = sourcead.grad(f)

    def check() -> None:
        want = _differences(lambda x: f(x, Y), X)
        np.testing.assert_allclose(gradient(X, Y), want, rtol=1e-6, atol=1e-8)

    check()
    net.layers[0].w = np.array([[0.3, 0.7], [-0.2, 0.4]])
    check()
    net.layers[1].w[0, 1] = 0.25
    net.params["gain"] = 5.0
    check()
    net.params["bias"] = 2.0
    check()
    net.kind = "distances"
    check()
    net.layers.append(Layer(np.array([[1.0, 2.0], [3.0, 4.0]]), np.cos))
    check()
    net.layers[2] = Layer(np.array([[1.0, 2.0], [3.0, 4.0]]), np.exp)
    check()
    alone = load_alone(gradient.source, tmp_path / "alone.py", gradient.generated.__name__)
    np.testing.assert_array_equal(alone(X, Y), gradient(X, Y))


def test_other_callables() -> None:
    net = Net()
    assert "def Layer_jvp(x, x_dot):" in sourcead.source(sourcead.forward(net.layers[0]), X, X)
    _, moved = sourcead.forward(net.layers[0])(X, np.ones(2))
    np.testing.assert_allclose(moved, 1.0 - np.tanh(X) ** 2)
    np.testing.assert_allclose(sourcead.grad(net.scaled)(X), 4.0 * X)
    np.testing.assert_allclose(sourcead.grad(Net.scaled)(X), 4.0 * X)
    np.testing.assert_allclose(sourcead.grad(net.cubed)(X), 3.0 * X**2)
    np.testing.assert_allclose(sourcead.hessian(net.cubed)(X), np.diag(6.0 * X))
    part = functools.partial(net.loss, y=Y)
    np.testing.assert_allclose(sourcead.grad(part)(X), sourcead.grad(net.loss)(X, Y))
    first = functools.partial(Net.loss, net, X)
    np.testing.assert_allclose(sourcead.grad(first)(Y), _differences(first, Y), rtol=1e-7)
    with pytest.raises(SourceUnavailableError, match="wrap it in a function"):
        sourcead.grad([].append)


def test_functions_of_libraries() -> None:
    """They need no function around them, whatever they take."""
    for f in (np.sum, np.linalg.norm, np.prod, np.std, special.logsumexp):
        np.testing.assert_allclose(sourcead.grad(f)(X), _differences(f, X), rtol=1e-7)
    assert sourcead.grad(np.sin)(0.3) == np.cos(0.3)
    np.testing.assert_allclose(sourcead.jacobian(np.exp)(X), np.diag(np.exp(X)))
    np.testing.assert_allclose(sourcead.hvp(np.prod)(X, Y), Y[::-1])
    np.testing.assert_allclose(sourcead.grad(np.dot, wrt=(0, 1))(X, Y), (Y, X))
    np.testing.assert_allclose(sourcead.grad(np.linalg.norm)(X, ord=1), np.sign(X))
    columns = sourcead.jacobian(functools.partial(np.sum, axis=0))(np.outer(X, Y))
    np.testing.assert_allclose(columns, np.einsum("jl,k->jkl", np.eye(2), np.ones(2)))
    assert "def sin_grad(x):" in sourcead.source(sourcead.grad(np.sin), 0.3)


def same_names(self, function):
    return np.sum(self * function**2)


def test_names_of_what_is_captured_do_not_collide() -> None:
    part = functools.partial(same_names, function=X)
    np.testing.assert_array_equal(sourcead.grad(part)(X), X**2)
    _, pullback = sourcead.vjp(functools.partial(same_names, X), X)
    np.testing.assert_allclose(pullback(1.0)[0], 2.0 * X * X)


def test_made_once_for_a_method_and_forgotten_in_the_end() -> None:
    net = Net()
    value, pullback = sourcead.vjp(net.loss, X)
    made = sourcead.vjp(net.loss, X)[1]
    assert type(made) is type(pullback)
    assert value == net.loss(X)
    assert derivative_of(net.loss, "vjp") is derivative_of(net.loss, "vjp")
    gone = weakref.ref(derivative_of(functools.partial(net.loss, y=Y), "vjp"))
    for _ in range(300):
        derivative_of(functools.partial(net.loss, y=Y), "vjp")
    gc.collect()
    assert gone() is None


def test_what_was_compiled_is_shared_between_derivatives_of_a_function() -> None:
    first = sourcead.grad(NET.cubed)
    first(X)
    assert sourcead.grad(NET.cubed) is first
    second = sourcead.grad(NET.cubed, wrt="x")
    with pytest.raises(sourcead.UsageError, match="has not been called yet"):
        _ = second.source
    np.testing.assert_array_equal(second(X), first(X))
    assert second.generated is first.generated
    hessians = [sourcead.hessian(NET.cubed) for _ in range(2)]
    for hessian in hessians:
        np.testing.assert_allclose(hessian(X), np.diag(6.0 * X))
    assert hessians[0] is hessians[1]


def doubled(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return wrapper


@doubled
def weighted(x, y=3.0, *, power=2):
    return np.sum(x * y**power)


def test_parameters_behind_a_decorator() -> None:
    np.testing.assert_allclose(sourcead.grad(weighted)(X), [18.0, 18.0])
    assert sourcead.grad(weighted, wrt="y")(X, y=2.0, power=3) == pytest.approx(24.0 * np.sum(X))
    value, moved = sourcead.jvp(weighted, (X, 3.0), (None, 1.0))
    assert value == weighted(X)
    assert moved == pytest.approx(12.0 * np.sum(X))
    assert list(inspect.signature(sourcead.grad(weighted)).parameters) == ["x", "y", "power"]


def hides_its_parameters(*args, **kwargs):
    return 2.0 * weighted(*args, **kwargs)


def says_otherwise(x, *, power=3):
    return hides_its_parameters(x, 2.0, power=power)


def test_what_a_signature_says_is_not_what_is_called() -> None:
    """`__signature__` is what a function shows; its code has parameters of its own."""
    vars(hides_its_parameters)["__signature__"] = inspect.signature(weighted)
    vars(hides_its_parameters)["__wrapped__"] = weighted
    vars(says_otherwise)["__signature__"] = inspect.signature(lambda a: None)
    np.testing.assert_allclose(sourcead.grad(hides_its_parameters)(X, 3.0), [36.0, 36.0])
    np.testing.assert_allclose(sourcead.grad(says_otherwise)(X), [32.0, 32.0])
    squared = functools.partial(says_otherwise, power=2)
    np.testing.assert_allclose(sourcead.grad(squared)(X), [16.0, 16.0])


def test_an_object_that_is_called_gets_no_attributes() -> None:
    class Scaled:
        def __init__(self, w: float) -> None:
            self.w = w

        def __call__(self, x: float) -> float:
            return self.w * x

    model = Scaled(2.0)
    assert sourcead.grad(model)(3.0) == 2.0
    assert list(vars(model)) == ["w"]


def test_a_partial_of_a_builtin_is_told_from_its_name() -> None:
    assert sourcead.grad(functools.partial(pow, 2.0))(3.0) == pytest.approx(8.0 * np.log(2.0))
