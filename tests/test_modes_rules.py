"""Rules that users declare, and `stop_gradient`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import check_grads, check_rule, grad, hvp, jvp, stop_gradient
from sourcead.checking import GradientMismatch
from sourcead.errors import UsageError
from tests.standalone import load_alone

# Functions that the compiler cannot look into.
namespace: dict[str, Any] = {"np": np, "__name__": __name__}
exec(
    "def gauss(x):\n    return np.exp(-x * x)\n"
    "def blend(x, y, share=0.5):\n    return share * x + (1 - share) * y\n"
    "def shifted(x, by):\n    return np.roll(x, by)\n"
    "def product(a, b):\n    return a @ b\n"
    "def length(x):\n    return np.sqrt(x @ x)\n"
    "def level(x):\n    return np.floor(x)\n"
    "def wrong(x):\n    return x ** 3\n",
    namespace,
)
gauss, blend, shifted = namespace["gauss"], namespace["blend"], namespace["shifted"]
product, length, level = namespace["product"], namespace["length"], namespace["level"]
wrong = namespace["wrong"]


@sourcead.pointwise(gauss)
def gauss_slope(x, *, out):
    return -2.0 * x * out


@sourcead.pointwise(blend, wrt=("x", "y"))
def blend_slopes(x, y, share=0.5):
    return share, 1.0 - share


@sourcead.linear(shifted)
def shifted_bar(g, x, by):
    return np.roll(g, -by)


@sourcead.bilinear(product)
def product_bar(g, a, b):
    return g @ b.T, a.T @ g


def length_vjp(g, x, *, out):
    return g * x / out


@sourcead.rule(length, vjp=length_vjp)
def length_dot(dx, x, *, out):
    return x @ dx / out


sourcead.nondifferentiable(level, reason="it counts")


@sourcead.pointwise(wrong)
def wrong_slope(x):
    return 2.0 * x


X, Y = np.array([0.3, -0.8, 1.4]), np.array([1.0, 0.5, -0.2])
M = np.arange(9.0).reshape(3, 3) / 9.0


@pytest.mark.parametrize(
    ("target", "args"),
    [
        (gauss, (X,)),
        (gauss, (0.7,)),
        (blend, (X, Y)),
        (blend, (X, Y, 0.25)),
        (shifted, (X, 2)),
        (product, (M, M + 1.0)),
        (length, (X,)),
    ],
)
def test_rules_agree_with_differences(target: Any, args: tuple[Any, ...]) -> None:
    if len(args) == 3:
        args = (args[0], args[1])
    check_rule(target, *args)


def test_a_rule_for_a_function_of_two_results() -> None:
    def both(x):
        return x * x, np.sin(x)

    @sourcead.rule(both)
    def both_dot(dx, x, *, out):
        return 2.0 * x * dx, np.cos(x) * dx

    def f(x):
        square, sine = both(x)
        return np.sum(square * sine) + np.sum(both(x)[0])

    x = np.array([0.4, 1.1])
    wanted = 2.0 * x * np.sin(x) + x * x * np.cos(x) + 2.0 * x
    np.testing.assert_allclose(sourcead.grad(f)(x), wanted)
    np.testing.assert_allclose(sourcead.jvp(f, (x,), (x,))[1], np.sum(wanted * x))
    out, pullback = sourcead.vjp(both, 0.7)
    assert out == both(0.7)
    np.testing.assert_allclose(pullback((1.0, 2.0))[0], 1.4 + 2.0 * np.cos(0.7))


def test_a_wrong_rule_is_found() -> None:
    with pytest.raises(GradientMismatch, match="rule of wrong: differences"):
        check_rule(wrong, 1.5)
    with pytest.raises(UsageError, match="can move"):
        check_rule(wrong, 3)


def energy(x, y):
    return length(gauss(x) * shifted(blend(x, y, 0.25), 1)) * np.sum(product(M, x * y)) + np.sum(
        level(x) * x
    )


def test_rules_inside_programs() -> None:
    assert check_grads(energy, (X, Y)).worst < 1e-8
    _, moved = jvp(energy, (X, Y), (Y, None))
    assert float(moved) == pytest.approx(float(grad(energy)(X, Y) @ Y), rel=1e-12)


def test_second_order() -> None:
    step = 1e-5
    got = hvp(energy)(X, Y, Y)
    gradient = grad(energy)
    want = (gradient(X + step * Y, Y) - gradient(X - step * Y, Y)) / (2 * step)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)


def test_the_function_is_called_and_the_rule_written_out() -> None:
    source = sourcead.source(grad(lambda x: np.sum(gauss(x) ** 2)), X)
    assert "gauss(x)" in source
    assert "np.exp" not in source
    assert f"from {__name__} import gauss" in source


def test_standalone(tmp_path: Any) -> None:
    def f(x):
        return length(x) ** 3

    g = grad(f)
    want = g(X)
    alone = load_alone(g.source, tmp_path / "alone.py", "f_grad")
    np.testing.assert_array_equal(alone(X), want)


def test_functions_of_libraries() -> None:
    import scipy.special

    @sourcead.pointwise(scipy.special.modstruve, wrt="x")
    def struve_slope(v, x, *, out):
        return scipy.special.modstruve(v - 1.0, x) - v / x * out

    def f(x):
        return np.sum(scipy.special.modstruve(1.5, x) * x)

    assert check_grads(f, (X + 2.0,)).worst < 1e-8
    check_rule(scipy.special.modstruve, 1.5, X + 2.0)
    source = sourcead.source(hvp(f), X, X)
    assert "from scipy.special import modstruve" in source


def test_a_rule_is_declared_once() -> None:
    with pytest.raises(UsageError, match="has a derivative rule already"):
        sourcead.pointwise(gauss)(gauss_slope)
    with pytest.raises(UsageError, match="has a derivative rule already"):
        sourcead.pointwise(np.sin)(gauss_slope)
    no_function: Any = 3.0
    with pytest.raises(UsageError, match="not a function"):
        sourcead.pointwise(no_function)(gauss_slope)


def test_functions_of_one_name_have_rules_of_their_own() -> None:
    def powered(n: int) -> Any:
        def power(x):
            return math.pow(x, n)

        @sourcead.pointwise(power)
        def slope(x):
            return n * math.pow(x, n - 1)

        return power

    square, cube = powered(2), powered(3)
    assert check_rule(square, 1.5).forward != check_rule(cube, 1.5).forward


# stop_gradient -----------------------------------------------------------------------------------


def surrogate(x, y):
    return np.sum(x * stop_gradient(x * y))


def test_stop_gradient() -> None:
    np.testing.assert_array_equal(grad(surrogate)(X, Y), X * Y)
    np.testing.assert_array_equal(grad(surrogate, wrt=1)(X, Y), np.zeros(3))
    np.testing.assert_array_equal(hvp(surrogate)(X, Y, Y), np.zeros(3))
    assert "stop_gradient" not in sourcead.source(grad(surrogate), X, Y)


def test_stop_gradient_of_containers_and_copies() -> None:
    def f(x):
        a, b = stop_gradient((x, x * 2.0))
        a[0] = 5.0
        return np.sum(a * x) + np.sum(b * x) + x[0]

    np.testing.assert_array_equal(
        grad(f)(X), np.array([5.0, X[1], X[2]]) + 2.0 * X + np.array([1.0, 0.0, 0.0])
    )
    assert f(X.copy()) == sourcead.value_and_grad(f)(X)[0]
