"""Derivatives inside differentiated functions: they nest, and levels are not mixed up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead import check_grads, forward, grad, hessian, hvp, jacobian, jvp, value_and_grad
from sourcead.errors import DifferentiationError, RefusalError, UnsupportedError
from tests.standalone import load_alone


def log_density(q, width=1.5):
    return -0.5 * np.sum(q * q) / width + np.sum(np.sin(q))


gradient = grad(log_density)


@grad
def slope(x):
    return x**3 * np.sin(x)


def leapfrog(q, p, eps):
    for _ in range(3):
        p = p + 0.5 * eps * grad(log_density)(q)
        q = q + eps * p
        p = p + 0.5 * eps * grad(log_density)(q)
    return np.sum(q * p)


def of_a_module_level_derivative(q, scale):
    g = gradient(q)
    return scale * (g @ g)


def of_a_decorated_function(x):
    return slope(x) ** 2


def newton(a):
    def f(x):
        return x**3 - a * x - 1.0

    x = 1.0
    for _ in range(6):
        value, derivative = value_and_grad(f)(x)
        x = x - value / derivative
    return x


def meta_step(w, rate, data):
    def loss(v):
        return np.sum((np.tanh(data @ v) - 0.5) ** 2)

    adapted = w - rate * grad(loss)(w)
    return loss(adapted)


def gradient_penalty(x, w):
    critic = lambda y: np.sum(np.tanh(w @ y))  # noqa: E731
    g = grad(critic)(x)
    return (np.sqrt(g @ g) - 1.0) ** 2


def directional(x, v):
    out, moved = jvp(lambda y: np.sin(y) * y[0], (x,), (v,))
    return np.sum(moved * out)


def curvature(x, v):
    return v @ hvp(log_density)(x, v)


def both_arguments(x, y):
    gx, gy = grad(lambda a, b: np.sum(a * b**2), wrt=(0, 1))(x, y)
    return np.sum(np.sin(gx) * gy)


def by_keyword(x):
    return np.sum(grad(log_density, wrt="q")(width=2.0, q=x) ** 2)


def of_a_tangent(x):
    return forward(lambda y: y**3)(x, 2.0)[1]


def in_a_branch(x, flag):
    g = grad(log_density)(x) if flag else grad(lambda q: np.sum(np.cos(q)))(x)
    return np.sum(g**2)


def with_the_jacobian(x):
    j = jacobian(lambda y: np.sin(y) * y[0])(x)
    return np.sum(j * j)


def with_the_hessian(x):
    h = hessian(lambda y: np.sum(y**4) + y[0] * y[1])(x)
    return np.sum(h @ x)


def writes_its_own_array(x):
    def f(y):
        z = np.zeros(3)
        for k in range(3):
            z[k] = y[k] ** 3
        return np.sum(z * y)

    g = grad(f)(x)
    g[0] = g[0] * 2.0
    return np.sum(g * x)


def writes_its_argument(x):
    def f(y):
        y[0] = y[1] * y[2]
        return np.sum(y * y)

    return np.sum(grad(f)(x) * x)


def of_a_derivative(x):
    return grad(lambda y: grad(lambda z: np.sin(z * y) * z)(y))(x)


X, V = np.array([0.3, -0.5, 1.2]), np.array([1.0, 0.5, -0.3])
M = np.arange(12.0).reshape(4, 3) / 10.0 - 0.4

PROGRAMS = [
    (leapfrog, (X, V, 0.1)),
    (of_a_module_level_derivative, (X, 2.0)),
    (of_a_decorated_function, (0.7,)),
    (newton, (1.5,)),
    (meta_step, (V, 0.1, M)),
    (gradient_penalty, (X, M)),
    (directional, (X, V)),
    (curvature, (X, V)),
    (both_arguments, (X, V)),
    (by_keyword, (X,)),
    (of_a_tangent, (1.3,)),
    (in_a_branch, (X, True)),
    (in_a_branch, (X, False)),
    (with_the_jacobian, (X,)),
    (with_the_hessian, (X,)),
    (writes_its_own_array, (X,)),
    (writes_its_argument, (X,)),
    (of_a_derivative, (1.1,)),
]


def _called(f: Any, args: tuple[Any, ...]) -> Any:
    return f(*[np.array(a) if isinstance(a, np.ndarray) else a for a in args])


@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
def test_programs(f: Any, args: tuple[Any, ...]) -> None:
    """The function itself runs the derivatives; its gradient contains them."""
    assert check_grads(f, args).worst < 1e-6
    value, _ = value_and_grad(f)(*args)
    assert value == pytest.approx(_called(f, args), rel=1e-12)


@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
def test_other_directions(f: Any, args: tuple[Any, ...]) -> None:
    g = grad(f)(*args)
    move = np.cos(np.arange(np.size(args[0]))).reshape(np.shape(args[0]))
    move = move if np.ndim(args[0]) else float(move)
    _, moved = jvp(f, args, (move, *[None] * (len(args) - 1)))
    assert float(moved) == pytest.approx(float(np.sum(g * move)), rel=1e-10)


def test_standalone(tmp_path: Any) -> None:
    g = grad(leapfrog)
    want = g(X, V, 0.1)
    assert "sourcead" not in g.source
    alone = load_alone(g.source, tmp_path / "alone.py", "leapfrog_grad")
    np.testing.assert_array_equal(alone(X, V, 0.1), want)


def newton_with_the_hessian(x, v):
    y = x
    for _ in range(3):
        step = np.linalg.solve(hessian(log_density)(y) - np.eye(3), grad(log_density)(y))
        y = y - 0.1 * step
    return np.sum(y * v)


def gauss_newton(x, m):
    def residual(y):
        return np.sin(m @ y) * y[0]

    y = x
    for _ in range(2):
        j = jacobian(residual)(y)
        y = y - np.linalg.solve(j.T @ j + np.eye(3), j.T @ residual(y))
    return np.sum(y)


def by_rows(x, m):
    return np.sum(jacobian(lambda y: np.tanh(m @ y), mode="reverse")(x) @ x)


def blocks(x, v):
    h = hessian(lambda a, b: np.sum(a**3 * b), wrt=(0, 1))(x, v)
    return np.sum(h[0][0]) + np.sum(h[0][1] * x) + np.sum(h[1][0] * v)


def captured_curvature(x, v):
    return np.sum(x * hvp(lambda y: np.sum(x * y**3))(v, x))


def captured_matrix(x, v):
    return np.sum(x * (jacobian(lambda y: x * y * y[0])(v) @ x))


def captured_rows(x, v):
    return np.sum(x * (jacobian(lambda y: x * y * y[0], mode="reverse")(v) @ x))


def captured_hessian(x, v):
    return v @ hessian(lambda y: np.sum(x * y**4) + y[0] * y[1] * x[2])(v) @ x


def captured_value(x, v):
    value, g = value_and_grad(lambda y: np.sum(x * y * y))(v)
    return value * np.sum(g * x)


MATRICES = [
    (newton_with_the_hessian, (X, V)),
    (gauss_newton, (X, M)),
    (by_rows, (X, M)),
    (blocks, (X, V)),
    (captured_curvature, (X, V)),
    (captured_matrix, (X, V)),
    (captured_rows, (X, V)),
    (captured_hessian, (X, V)),
    (captured_value, (X, V)),
]


@pytest.mark.parametrize(("f", "args"), MATRICES, ids=lambda v: getattr(v, "__name__", ""))
def test_matrices_and_what_moves_outside_them(f: Any, args: tuple[Any, ...]) -> None:
    """What a derivative captures moves outside, in the same direction or another one."""
    assert check_grads(f, args).worst < 1e-6
    g = grad(f)(*args)
    _, moved = jvp(f, args, (V, None))
    assert float(moved) == pytest.approx(float(g @ V), rel=1e-10)
    of_gradient = jvp(grad(f), args, (V, None))[1]
    np.testing.assert_allclose(hvp(f)(*args, V), of_gradient, rtol=1e-10)


# Perturbation confusion ------------------------------------------------------------------------


def confused_by_sum(x):
    return x * grad(lambda y: x + y)(1.0)


def confused_by_product(x):
    return x * grad(lambda y: x * y)(3.0)


def confused_forward(x):
    return x * jvp(lambda y: x * y, (3.0,), (1.0,))[1]


def confused_three_deep(x):
    return grad(lambda y: y * grad(lambda z: z * z * x * y)(x))(x)


def captured_and_moved(x):
    return grad(lambda y: x * y * y)(x)


@pytest.mark.parametrize("outer", ["grad", "forward"])
@pytest.mark.parametrize(
    ("f", "derivative"),
    [
        (confused_by_sum, lambda x: 1.0),
        (confused_by_product, lambda x: 2.0 * x),
        (confused_forward, lambda x: 2.0 * x),
        (confused_three_deep, lambda x: 12.0 * x**2),
        (captured_and_moved, lambda x: 4.0 * x),
    ],
)
def test_levels_are_not_confused(f: Any, derivative: Any, outer: str) -> None:
    got = grad(f)(2.0) if outer == "grad" else jvp(f, (2.0,), (1.0,))[1]
    assert got == pytest.approx(derivative(2.0), rel=1e-14)


def test_a_change_of_the_function_is_noticed() -> None:
    scale = 2.0

    def inner(x):
        return scale * x**2

    def outer(x):
        return grad(inner)(x) * x

    g = grad(outer)
    assert g(1.0) == 8.0
    scale = 3.0
    assert g(1.0) == 12.0


# Refusals --------------------------------------------------------------------------------------


def captures_and_writes(x):
    work = np.zeros(3)

    def f(y):
        work[0] = y[0] ** 2
        return np.sum(work)

    return np.sum(grad(f)(x))


def of_a_vector(x):
    return np.sum(grad(np.sin)(x))


def of_an_integer(x):
    return grad(lambda n: n * n)(3) * x


def with_vjp(x):
    _, pullback = sourcead.vjp(np.sin, x)
    return np.sum(pullback(x)[0])


def with_a_linear_map(x):
    _, along = sourcead.linearize(np.sin, x)
    return np.sum(along(x))


def with_an_operator(x):
    return np.sum(sourcead.as_linear_operator(np.sin, x).matvec(x))


@pytest.mark.parametrize(
    ("f", "error", "part"),
    [
        (captures_and_writes, UnsupportedError, "writes to `work`"),
        (of_a_vector, DifferentiationError, "a gradient is defined for one real number"),
        (of_an_integer, UnsupportedError, "of type int"),
        (with_vjp, UnsupportedError, "`grad(lambda y: np.sum(f(y) * out_bar))(x)`"),
        (with_a_linear_map, UnsupportedError, "`jvp(f, (x,), (x_dot,))`"),
        (with_an_operator, UnsupportedError, "`jacobian(f)(x)` for the matrix"),
    ],
)
def test_refusals(f: Any, error: type[RefusalError], part: str) -> None:
    with pytest.raises(error) as refusal:
        grad(f)(X if f is not of_an_integer else 1.0)
    assert part in str(refusal.value)
