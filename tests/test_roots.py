"""docs/nonsmooth.md: roots of sums of squares, what is smooth in a norm, Python's numbers."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sourcead

Program = Callable[..., Any]
ORIGIN = np.zeros(3)
LINE = np.arange(1.0, 4.0)
POINTS = np.array([[0.1, 0.4], [0.7, -0.2], [2.0, 1.0]])


def squared(d):
    return np.sum(d * d)


def each_added(x):
    total = 0.0
    for d in x:
        total += d * d
    return math.sqrt(total)


def collected(x):
    squares = []
    for d in x:
        squares.append(2.0 * d**2)
    return sum(squares) ** 0.5


def of_a_helper(x):
    return np.sqrt(squared(x - np.zeros(3)))


def of_complex_numbers(x):
    z = x * (1.0 + 2.0j)
    return np.sum(np.sqrt((z * z.conj()).real)) + np.sum(np.sqrt(np.abs(z) ** 2))


def of_written_elements(x):
    s = np.zeros(3)
    s[0] = x[0] ** 2
    s[1] = x[1] * x[1]
    return np.sum(np.sqrt(s))


NORMS: list[Program] = [
    lambda x: np.linalg.norm(x),
    lambda x: np.sqrt(np.sum(x**2)),
    lambda x: np.sqrt(x[0] ** 2 + x[1] * x[1] + np.square(x[2])),
    lambda x: np.sqrt(x @ x / 3.0),
    lambda x: np.sqrt(np.vdot(x, x)) + np.inner(x, x) ** 0.5,
    lambda x: np.sqrt(np.einsum("i,i->", x, x)),
    lambda x: np.power(np.mean(x * x), 0.5),
    lambda x: np.sum(np.sqrt((x**2)[None, :].reshape(3, 1)[:, 0])),
    lambda x: np.sqrt(np.var(x)) + np.sqrt(np.mean((x - np.mean(x)) ** 2)),
    lambda x: math.sqrt(math.fsum([d * d for d in x])),
    lambda x: math.hypot(x[0], x[1], x[2]) + math.dist(x, [0.0, 0.0, 0.0]),
    each_added,
    collected,
    of_a_helper,
    of_complex_numbers,
    of_written_elements,
]


@pytest.mark.parametrize("f", NORMS)
def test_the_slope_of_a_norm_is_0_at_the_origin_and_it_has_no_second_one(f: Program) -> None:
    assert np.array_equal(sourcead.grad(f)(ORIGIN), ORIGIN)
    assert sourcead.jvp(f, (ORIGIN,), (LINE,))[1] == 0.0
    assert np.isnan(sourcead.hvp(f)(ORIGIN, LINE)[:2]).all()


@pytest.mark.parametrize("f", NORMS[:9])
def test_the_second_slope_of_a_norm_is_0_where_the_zero_does_not_move(f: Program) -> None:
    assert np.array_equal(sourcead.hvp(f)(ORIGIN, ORIGIN), ORIGIN)


def test_a_distance_to_itself_does_not_move() -> None:
    def f(p):
        total = 0.0
        for i in range(len(p)):
            for j in range(len(p)):
                d = p[i] - p[j]
                total = total + (j + 1.0) * np.linalg.norm(d) + np.sqrt(np.sum(d**2))
        return total

    def apart(p):
        total = 0.0
        for i in range(len(p)):
            for j in range(len(p)):
                if i != j:
                    total = total + (j + 2.0) * np.linalg.norm(p[i] - p[j])
        return total

    v = POINTS[::-1] ** 2
    assert np.allclose(sourcead.grad(f)(POINTS), sourcead.grad(apart)(POINTS))
    assert np.allclose(sourcead.hvp(f)(POINTS, v), sourcead.hvp(apart)(POINTS, v))


def test_a_sum_that_is_surely_positive_has_no_guard() -> None:
    for f in (lambda x: np.sqrt(np.sum(x**2) + 1e-9), lambda x: math.sqrt(1.0 + x[0] * x[0])):
        gradient = sourcead.grad(f)
        gradient(LINE)
        assert "== 0" not in gradient.source
        assert "float64" not in gradient.source


def test_what_may_be_negative_is_no_sum_of_squares() -> None:
    for f in (lambda x: np.sqrt(x[0] ** 2 - x[1] ** 2), lambda x: np.sqrt(x[0] * x[1])):
        with np.errstate(all="ignore"):
            assert np.isnan(sourcead.grad(f)(ORIGIN)).any()
    with np.errstate(all="ignore"):  # of complex numbers the squares may cancel
        bar = sourcead.grad(lambda x: np.abs(np.sqrt(np.sum((x * np.array([1, 1j, 0])) ** 2))))(
            LINE * 0 + 1
        )
    assert not np.isfinite(bar).all()


def square(r):
    return r**2


def of_a_list(x):
    lengths = [np.linalg.norm(x), 1.0]
    return lengths[0] ** 2 * lengths[1]


def in_a_loop(x):
    total = 0.0
    for k in range(3):
        r = np.hypot(x[k], 0.0)
        total = total + r * r
    return total


def huber(x):
    a = np.abs(x)
    return np.sum(np.where(a < 1.0, 0.5 * a**2, a - 0.5))


def huber_in_a_loop(x):
    total = 0.0
    for v in x:
        a = abs(v)
        total += 0.5 * a * a if a < 1.0 else a - 0.5
    return total


def huber_by_parts(x):
    a = np.abs(x)
    q = np.minimum(a, 1.0)
    return np.sum(0.5 * q**2 + (a - q))


def huber_by_masks(x):
    a = np.fabs(x)
    near = a <= 1.0
    return 0.5 * np.sum(a[near] ** 2) + np.sum(a[~near] - 0.5)


def energies(x):
    a = np.abs(x)
    r = np.zeros(3)
    r[a <= 1.0] = a[a <= 1.0] ** 2
    return np.sum(r)


SMOOTH: list[tuple[Program, float]] = [
    (huber, 1.0),
    (huber_in_a_loop, 1.0),
    (huber_by_parts, 1.0),
    (huber_by_masks, 1.0),
    (energies, 2.0),
    (lambda x: np.sum(np.cos(np.abs(x))), -1.0),
    (lambda x: sum(math.cos(math.fabs(v)) for v in x), -1.0),
    (lambda x: np.sum(np.log1p(np.abs(x) ** 2) + np.abs(x)), 2.0),
    (lambda x: np.linalg.norm(x) ** 2, 2.0),
    (lambda x: np.linalg.norm(x) * np.linalg.norm(x), 2.0),
    (lambda x: np.linalg.norm(x) ** 4, 0.0),
    (lambda x: np.linalg.norm(x) ** 2 + np.linalg.norm(x) ** 3, 2.0),
    (lambda x: np.exp(-(np.linalg.norm(x) ** 2)), -2.0),
    (lambda x: 1.0 / (1.0 + 0.5 * np.linalg.norm(x) ** 2), -1.0),
    (lambda x: np.sqrt(x @ x) ** 2, 2.0),
    (lambda x: np.sum(np.sqrt(x**2) ** 2), 2.0),
    (lambda x: np.sum(np.abs(x) ** 2), 2.0),
    (lambda x: np.sum(np.abs(x) * np.abs(x)), 2.0),
    (lambda x: np.sum(np.abs(x * (1.0 + 2.0j)) ** 2), 10.0),
    (lambda x: np.sum(np.linalg.norm(x[:, None], axis=1) ** 2), 2.0),
    (lambda x: math.hypot(x[0], x[1], x[2]) ** 2, 2.0),
    (lambda x: math.dist(x, [0.0, 0.0, 0.0]) ** 2, 2.0),
    (lambda x: np.square(np.linalg.norm(x)), 2.0),
    (lambda x: square(np.linalg.norm(x)), 2.0),
    (of_a_list, 2.0),
    (in_a_loop, 2.0),
]


@pytest.mark.parametrize(("f", "second"), SMOOTH)
def test_what_is_smooth_in_a_norm_is_exact_in_both_orders(f: Program, second: float) -> None:
    assert np.array_equal(sourcead.grad(f)(ORIGIN), ORIGIN)
    assert np.allclose(sourcead.hvp(f)(ORIGIN, LINE), second * LINE, rtol=1e-15)
    assert np.allclose(sourcead.hessian(f)(ORIGIN), second * np.eye(3), rtol=1e-15)
    again = sourcead.grad(lambda x: np.sum(sourcead.grad(f)(x) * LINE))
    assert np.allclose(again(ORIGIN), second * LINE, rtol=1e-15)


@pytest.mark.parametrize("absolute", [abs, np.abs, np.fabs, math.fabs])
def test_a_derivative_inside_of_another_has_the_slope_0_of_abs_at_0(absolute: Program) -> None:
    def f(t):
        return absolute(t)

    def slope_and_square(t):
        return sourcead.grad(f)(t) + t * t

    assert sourcead.value_and_grad(slope_and_square)(0.0) == (0.0, 0.0)
    assert sourcead.jvp(sourcead.grad(f), (0.0,), (1.0,)) == (0.0, 0.0)
    assert sourcead.value_and_grad(slope_and_square)(-0.5) == (-0.75, -1.0)


def test_the_square_of_a_standard_deviation_is_a_variance() -> None:
    found = sourcead.hessian(lambda x: np.std(x, ddof=1) ** 2)(np.ones(3))
    assert np.allclose(found, np.eye(3) - 1.0 / 3.0, rtol=1e-15)


def test_kernels_at_coincident_points() -> None:
    def f(p):
        r = np.linalg.norm(p[:, None, :] - p[None, :, :], axis=-1)
        return np.sum(np.exp(-(r**2)))

    v = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert np.allclose(sourcead.hvp(f)(np.zeros((3, 2)), v), -12.0 * (v - np.mean(v, axis=0)))


def test_a_function_of_a_norm_that_is_no_polynomial_has_no_second_derivative() -> None:
    assert np.isnan(sourcead.hvp(lambda x: np.cos(np.linalg.norm(x)))(ORIGIN, LINE)).all()
    twice = sourcead.grad(lambda x: np.sum(sourcead.grad(np.linalg.norm)(x)))
    assert np.isnan(twice(ORIGIN)).all()


CHOSEN: list[Program] = [
    lambda n: np.sum(np.where(n < 1.0, 0.5 * n**2, n - 0.5)),
    lambda n: np.sum(n[n < 1.0] ** 2),
    lambda n: np.sum(0.5 * np.minimum(n, 1.0) ** 2),
]


@pytest.mark.parametrize("chosen", CHOSEN)
def test_what_is_chosen_of_a_norm_is_no_silent_zero_in_second_order(chosen: Program) -> None:
    p = np.array([[0.0, 0.0], [0.0, 0.0], [2.0, 1.0]])
    v = np.array([[1.0, 2.0], [0.0, 0.0], [1.0, 1.0]])
    for norms in (
        lambda p: np.linalg.norm(p, axis=1),
        lambda p: np.sqrt(np.sum(p**2, axis=1)),
        lambda p: np.hypot(p[:, 0], p[:, 1]),
    ):
        second = sourcead.hvp(lambda p, norms=norms: chosen(norms(p)))(p, v)
        assert np.isnan(second[0]).all()
        assert np.array_equal(second[1], np.zeros(2))


INFINITE: list[tuple[Program, float, float, float]] = [
    (lambda x: x**0.5, 0.0, math.inf, -math.inf),
    (lambda x: x ** (1 / 3), 0.0, math.inf, -math.inf),
    (lambda x: math.sqrt(x), 0.0, math.inf, -math.inf),
    (lambda x: math.pow(x, 0.25), 0.0, math.inf, -math.inf),
    (lambda x: np.power(x, 0.5), 0.0, math.inf, -math.inf),
    (lambda x: np.sqrt(x), 0.0, math.inf, -math.inf),
    (lambda x: np.log(x), 0.0, math.inf, -math.inf),
    (lambda x: np.log1p(x), -1.0, math.inf, -math.inf),
    (lambda x: math.acos(x), 1.0, -math.inf, -math.inf),
    (lambda x: math.asin(x), 1.0, math.inf, math.inf),
    (lambda x: math.acosh(x), 1.0, math.inf, -math.inf),
    (lambda x: np.arctanh(x), 1.0, math.inf, math.inf),
]


@pytest.mark.parametrize(("f", "at", "first", "second"), INFINITE)
@pytest.mark.parametrize("number", [float, np.float64, np.array])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_infinite_slopes_of_numbers(
    f: Program, at: float, first: float, second: float, number: Any
) -> None:
    assert sourcead.grad(f)(number(at)) == first
    assert sourcead.jvp(f, (number(at),), (number(1.0),))[1] == first
    assert sourcead.hvp(f)(number(at), number(1.0)) == second


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_finite_parts_survive_beside_an_infinite_slope() -> None:
    bars = sourcead.grad(lambda x, y: math.sqrt(x) * y, wrt=(0, 1))(0.0, 2.0)
    assert bars == (math.inf, 0.0)


def test_the_exceptions_of_the_program_stay() -> None:
    with pytest.raises(ZeroDivisionError):
        sourcead.grad(lambda x: x**-0.5)(0.0)


def test_a_slope_that_cannot_be_infinite_has_no_guard() -> None:
    for f in (lambda x: x**2.5, lambda x: 1.0 / x, lambda x: math.log(x), lambda x: x**-0.5):
        gradient = sourcead.grad(f)
        gradient(2.0)
        assert "float64" not in gradient.source


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_cleared_by_subtraction_has_the_gradient_0() -> None:
    def f(x):
        a = x * 1.0
        total = 0.0
        for _ in range(2):
            total = total + np.sqrt(a[0])
            a[0] = a[0] - a[0]
        a[1] -= a[1]
        return total + np.sum(np.sqrt(a))

    assert np.array_equal(sourcead.grad(f)(np.array([4.0, 1.0, 4.0])), [0.25, 0.0, 0.25])
