"""Forward mode and the composition of derivatives, as their users see them."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import sourcead
from sourcead.errors import DifferentiationError, UsageError
from tests.standalone import load_alone


def energy(x, w):
    s = np.sin(w @ x)
    return s @ s


def settings(x, n=3, *rest, scale=1.0, **more):
    return scale * x**n


def mixed(x, pair, k):
    a, b = pair
    return {"sum": np.sum(x) * a, "count": k, "both": (x * b, "text")}


X, W = np.array([0.3, -0.2, 0.5, 1.0]), np.arange(12.0).reshape(3, 4) / 7.0


def test_jvp_takes_none_for_what_does_not_move() -> None:
    value, moved = sourcead.jvp(energy, (X, W), (np.ones(4), None))
    assert value == energy(X, W)
    step = 1e-6
    want = (energy(X + step, W) - energy(X - step, W)) / (2 * step)
    np.testing.assert_allclose(moved, want, rtol=1e-7)
    both = sourcead.jvp(energy, (X, W), (np.ones(4), np.ones((3, 4))))[1]
    other = sourcead.jvp(energy, (X, W), (None, np.ones((3, 4))))[1]
    np.testing.assert_allclose(both, moved + other)


def test_jvp_of_functions_with_defaults() -> None:
    assert sourcead.jvp(settings, (2.0,), (1.0,)) == (8.0, 12.0)
    assert sourcead.jvp(settings, (2.0, 2), (1.0, None)) == (4.0, 4.0)
    assert sourcead.jvp(settings, (2.0, 2, 5.0, 6.0), (1.0, None, None, None)) == (4.0, 4.0)


def test_jvp_without_any_movement_is_zero() -> None:
    value, moved = sourcead.jvp(energy, (X, W), (None, None))
    assert (value, moved) == (energy(X, W), 0.0)


def test_jvp_of_structures() -> None:
    x, pair = np.array([1.0, 2.0]), (3.0, np.array([1.0, 4.0]))
    out, out_dot = sourcead.jvp(mixed, (x, pair, 7), (None, (1.0, None), 0))
    assert out["count"] == 7
    assert out_dot["count"] is None
    assert out_dot["sum"] == 3.0
    moved, text = out_dot["both"]
    np.testing.assert_array_equal(moved, np.zeros(2))
    assert text is None


@pytest.mark.parametrize(
    ("tangents", "part"),
    [
        ((np.ones(3), None), "shape (3,)"),
        ((np.ones(4) * 1j, None), "complex"),
        ((np.ones(4),), "2 primals and 1 tangents"),
    ],
)
def test_jvp_refuses_tangents_that_do_not_fit(tangents: Any, part: str) -> None:
    with pytest.raises(UsageError, match="tangent") as error:
        sourcead.jvp(energy, (X, W), tangents)
    assert part in str(error.value)


def test_an_argument_without_derivative_moves_only_by_zero() -> None:
    assert sourcead.jvp(lambda x, n: x**n, (2.0, 3), (1.0, 0)) == (8.0, 12.0)
    with pytest.raises(UsageError, match="'n_dot' must be None or zero"):
        sourcead.jvp(lambda x, n: x**n, (2.0, 3), (1.0, 1.0))


def test_shapes_are_checked_at_every_call() -> None:
    f_jvp = sourcead.forward(energy)
    f_jvp(X, W, np.ones(4))
    with pytest.raises(UsageError, match="shape"):
        f_jvp(X, W, np.ones(5))
    with pytest.raises(UsageError, match="shape"):
        f_jvp(X, W, 1.0)
    # Other types of the same numbers are made to fit.
    assert f_jvp(X, W, [1, 1, 1, 1]) == f_jvp(X, W, np.ones(4, np.float32))


def test_signature_of_a_tangent() -> None:
    assert str(inspect.signature(sourcead.forward(energy, wrt=(0, 1)))) == "(x, w, x_dot, w_dot)"
    tangent = sourcead.forward(settings)
    assert str(inspect.signature(tangent)) == "(x, x_dot, n=3, *rest, scale=1.0, **more)"
    assert tangent(2.0, 1.0) == (8.0, 12.0)
    assert tangent(2.0, 1.0, 2) == (4.0, 4.0)
    assert tangent(2.0, n=2, x_dot=1.0) == (4.0, 4.0)
    named = sourcead.forward(settings, wrt="scale")
    assert str(inspect.signature(named)) == "(x, n=3, *rest, scale=1.0, scale_dot, **more)"
    assert named(2.0, scale_dot=1.0) == (8.0, 8.0)


def test_source_of_a_tangent(tmp_path) -> None:
    tangent = sourcead.forward(energy)
    want = tangent(X, W, np.ones(4))
    assert "def energy_jvp(x, w, x_dot):" in tangent.source
    assert "x_dot" in tangent.source
    assert "tape" not in tangent.source
    alone = load_alone(tangent.source, tmp_path / "alone.py", "energy_jvp")
    assert alone(X, W, np.ones(4)) == want


def quartic(x):
    return x**4 + np.sin(x)


DERIVATIVES = [
    lambda x: 4 * x**3 + np.cos(x),
    lambda x: 12 * x**2 - np.sin(x),
    lambda x: 24 * x - np.cos(x),
    lambda x: 24 + np.sin(x),
]


def _along(f: Any) -> Any:
    """The derivative of `f`, whatever it is, by forward mode."""
    return sourcead.forward(f)


def test_repeated_gradients() -> None:
    f: Any = quartic
    for derivative in DERIVATIVES:
        f = sourcead.grad(f)
        assert f(0.7) == pytest.approx(derivative(0.7), rel=1e-13)


def test_repeated_tangents() -> None:
    f: Any = quartic
    for order in range(1, 5):
        f = sourcead.forward(f)
        out = f(0.7, *[1.0] * order)
        for _ in range(order):
            out = out[1]
        assert out == pytest.approx(DERIVATIVES[order - 1](0.7), rel=1e-13)


def product_of_all(x, y):
    s = 1.0
    for k in range(3):
        s = s * np.tanh(x[k] * y) + x[k] ** 2
    return s * y


@pytest.mark.parametrize("order", ["ff", "fr", "rf", "rr", "frr", "rfr", "rrf", "ffr", "rrrf"])
def test_compositions_agree_with_repeated_tangents(order: str) -> None:
    """Moving `y` again and again: a gradient is asked of a scalar, a tangent picks its second."""
    x, y = np.array([0.4, -0.8, 1.2]), 0.6

    def reference(depth: int) -> float:
        f: Any = product_of_all
        for _ in range(depth):
            f = sourcead.forward(f, wrt="y")
        out = f(x, y, *[1.0] * depth)
        for _ in range(depth):
            out = out[1]
        return float(out)

    f: Any = product_of_all
    tangents = 0
    for letter in reversed(order):
        if letter == "r" and tangents == 0:
            f = sourcead.grad(f, wrt="y")
        else:
            f = sourcead.forward(f, wrt="y")
            tangents += 1
    out = f(x, y, *[1.0] * tangents)
    for _ in range(tangents):
        out = out[1]
    assert float(out) == pytest.approx(reference(len(order)), rel=1e-11)


def test_order_and_boxes_of_inner_gradients() -> None:
    def f(x, y):
        return x * y**2

    inner = sourcead.grad(f, wrt=("y", "x"))
    value, moved = sourcead.jvp(inner, (2.0, 3.0), (1.0, None))
    assert (value, moved) == ((12.0, 9.0), (6.0, 0.0))
    boxed = sourcead.grad(f, wrt=("y",))
    assert sourcead.jvp(boxed, (2.0, 3.0), (1.0, None)) == ((12.0,), (6.0,))


def test_vjp_of_a_gradient() -> None:
    _, pullback = sourcead.vjp(sourcead.grad(energy), X, W)
    direction = np.array([1.0, -2.0, 0.5, 0.0])
    np.testing.assert_allclose(pullback(direction)[0], sourcead.hvp(energy)(X, W, direction))


def test_linearize() -> None:
    x = X.copy()
    out, along = sourcead.linearize(energy, x, W)
    assert out == energy(X, W)
    x[:] = 0.0
    gradient = sourcead.grad(energy)(X, W)
    for k in range(4):
        np.testing.assert_allclose(along(np.eye(4)[k], None), gradient[k])


def test_linearize_evaluates_once() -> None:
    """The linear part reads what was saved: it calls nothing that it does not have to."""
    _, along = sourcead.linearize(energy, X, W)
    linear = inspect.getsource(along.generated)
    assert "np.sin" not in linear
    assert "np.cos" not in linear
    assert "x_dot" in linear
    with pytest.raises(UsageError, match="shape"):
        along(np.ones(3), None)
    with pytest.raises(UsageError, match="3 tangents for 2 arguments"):
        along(None, None, None)
    assert along() == 0.0


def test_linearize_prints_once(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x, n):
        for k in range(n):
            print(k)
            x = np.sin(x)
        return x, n

    (value, count), along = sourcead.linearize(loud, 0.5, 2)
    assert count == 2
    assert along(1.0, None) == along(1.0) == sourcead.jvp(np_loud, (0.5,), (1.0,))[1]
    assert capsys.readouterr().out == "0\n1\n"
    assert value == np_loud(0.5)[0]


def np_loud(x):
    return np.sin(np.sin(x)), 2


def test_several_directions_at_once() -> None:
    """A leading axis of directions: what each of them gives, stacked; one evaluation."""
    directions, weights = np.eye(4)[:3], np.arange(36.0).reshape(3, 3, 4)
    value, moved = sourcead.jvp(energy, (X, W), (directions, weights))
    assert value == energy(X, W)
    assert moved.shape == (3,)
    for k in range(3):
        want = sourcead.jvp(energy, (X, W), (directions[k], weights[k]))[1]
        np.testing.assert_allclose(moved[k], want, rtol=1e-12)
    out, out_dot = sourcead.jvp(lambda x, s, n: (x * s, {"s": s**n}), (X, 2.0, 3), (
        None, np.array([1.0, -2.0]), None,
    ))  # fmt: skip
    assert out[1] == {"s": 8.0}
    np.testing.assert_array_equal(out_dot[0], np.stack([X, -2.0 * X]))
    np.testing.assert_array_equal(out_dot[1]["s"], [12.0, -24.0])
    _, none = sourcead.jvp(energy, (X, W), (np.zeros((0, 4)), None))
    assert none.shape == (0,)
    with pytest.raises(UsageError, match="as many in each"):
        sourcead.jvp(energy, (X, W), (directions, weights[:2]))
    with pytest.raises(UsageError, match="3 directions are"):
        sourcead.jvp(energy, (X, W), (directions, np.float64(1.0)))


def crossed(x, y):
    return np.sum(np.sin(x) * y**2) * y[0]


def test_tangents_come_in_the_order_of_wrt() -> None:
    """Arrays of one shape are mistaken for each other in silence."""
    x, y = np.array([0.4, -0.8, 1.2]), np.array([1.0, 0.5, -0.3])
    u, v = np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.5, 0.25])
    assert sourcead.forward(crossed, ("y", "x"))(x, y, v, u) == sourcead.forward(
        crossed, ("x", "y")
    )(x, y, u, v)
    of_y, of_x = sourcead.hvp(crossed, ("y", "x"))(x, y, v, u)
    want_x, want_y = sourcead.hvp(crossed, ("x", "y"))(x, y, u, v)
    np.testing.assert_array_equal(of_x, want_x)
    np.testing.assert_array_equal(of_y, want_y)
    (yy, yx), (xy, xx) = sourcead.hessian(crossed, ("y", "x"))(x, y)
    np.testing.assert_allclose(yy @ v + yx @ u, of_y, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(xy @ v + xx @ u, of_x, rtol=1e-12, atol=1e-14)


def padded_with_the_largest(x):
    return np.pad(x, 2, mode="maximum")


def solved_for_each_of_a_stack(x):
    stack = np.stack([np.diag(x), np.diag(2.0 * x), np.diag(x * x), np.eye(4)])
    return scipy.linalg.solve_triangular(stack, np.ones(4), lower=True)


@pytest.mark.parametrize("f", [padded_with_the_largest, solved_for_each_of_a_stack])
def test_forward_mode_refuses_what_its_tangent_is_not(f: Any) -> None:
    with pytest.raises(DifferentiationError, match="SAD302"):
        sourcead.jvp(f, (X,), (np.ones(4),))


def table_of_flags():
    table = np.zeros((4, 4))
    for k in range(4):
        for j in range(k):
            table[k, j] = 1.0 if (k + j) % 2 else -1.0
    return table


def signed_sums(x):
    return table_of_flags() @ x[::-1]


def test_helpers_without_parameters_run_loops() -> None:
    np.testing.assert_allclose(sourcead.jvp(signed_sums, (X,), (W[0],))[1], signed_sums(W[0]))
    bars = sourcead.vjp(signed_sums, X)[1](W[0])[0]
    np.testing.assert_allclose(bars, (table_of_flags().T @ W[0])[::-1])
