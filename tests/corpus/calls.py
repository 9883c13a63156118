"""Calls of other functions: of this module, of another, with defaults and keywords."""

import numpy as np

from tests.corpus import helpers
from tests.corpus.helpers import clipped_cube, norm_and_direction, repeated_sine, soft_sign
from tests.corpus.helpers import square as squared
from tests.corpus.registry import array, arrays, case, floats, numpy_scalars


def double(x):
    return x + x


def layer(x, w, b):
    return np.tanh(x @ w + b)


def mean_square(a, b):
    d = a - b
    return np.mean(d * d)


def residual(x, t, y):
    amplitude, rate = x[0], x[1]
    return amplitude * np.exp(-rate * t) - y


def rosenbrock_term(a, b):
    return 100.0 * (b - a * a) ** 2 + (1.0 - a) ** 2


def calls_one(x):
    return double(x) * x


def calls_twice(x, y):
    return double(x) * double(y) + double(x * y)


def nested_calls(x):
    return double(double(squared(x)))


def imported_function(x):
    return squared(x) + helpers.scaled(x)


def through_levels(x):
    return helpers.through_two_levels(x) * helpers.SCALE


def defaults_and_keywords(x):
    return helpers.affine(x) + helpers.affine(x, 3.0) * helpers.affine(b=x, x=2.0)


def keyword_only(x):
    return soft_sign(x) + soft_sign(x, sharpness=2.0) * x


def several_results(x):
    n, direction = norm_and_direction(x)
    return n * direction[0] + np.sum(direction)


def several_results_by_index(x):
    return norm_and_direction(x)[1] * norm_and_direction(x)[0]


def callee_with_a_loop(x):
    return repeated_sine(x, 3) * repeated_sine(x, times=2)


def callee_with_branches(x, y):
    return clipped_cube(x) * clipped_cube(y)


def called_in_a_loop(x):
    y = x
    for i in range(4):
        y = clipped_cube(y) + 0.5 * helpers.affine(y, 0.1 * i)
    return y


def called_in_a_condition(x):
    if squared(x) > 1.0:
        return double(x)
    return squared(x)


def called_with_different_types(x, v):
    return np.sum(squared(v)) * squared(x) + squared(2)


def two_layers(x, w1, b1, w2, b2, y):
    h = layer(x, w1, b1)
    return mean_square(layer(h, w2, b2), y)


def least_squares_cost(x, t, y):
    r = residual(x, t, y)
    return 0.5 * np.dot(r, r)


def chained_rosenbrock(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += rosenbrock_term(x[i], x[i + 1])
    return total


def rhs(t, y, k):
    return -k * y + np.sin(t)


def rk4_step(t, y, dt, k):
    k1 = rhs(t, y, k)
    k2 = rhs(t + 0.5 * dt, y + 0.5 * dt * k1, k)
    k3 = rhs(t + 0.5 * dt, y + 0.5 * dt * k2, k)
    k4 = rhs(t + dt, y + dt * k3, k)
    return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


def integrated(y0, k, dt, steps):
    y = y0
    for i in range(steps):
        y = rk4_step(i * dt, y, dt, k)
    return np.sum(y * y)


def unused_call(x):
    double(x)
    return x * 3.0


def constant_callee(x):
    return x * np.sum(double(np.ones(3)))


def same_name_other_module(x):
    return affine(x) * helpers.affine(x)


def affine(x, w=5.0):
    return w - x


def doubled(function):
    def run(*args, **kwargs):
        if any(isinstance(a, str) for a in args):
            raise TypeError("text")
        return 2.0 * function(*args, **kwargs)

    return run


doubled_sum = doubled(np.sum)
doubled_roll = doubled(np.roll)


def keywords_through_a_wrapper(x):
    return np.sum(doubled_sum(x * doubled_roll(x, shift=1, axis=0), axis=1) ** 2)


def decorated_inside(x, y):
    @doubled
    def scaled(v, by=2.0):
        return v * by * x[0]

    @np.vectorize
    def soft(v):
        return v * y[0] if v > 0.0 else np.exp(v)

    return np.sum(soft(x)) * scaled(y[1], by=y[2])


def defaults_kept(x, y):
    def remembered(v, seen=[], factor=x[0]):
        seen.append(v)
        return factor * v * len(seen)

    return remembered(y[0]) + remembered(y[1]) * remembered(x[2], factor=y[2])


CASES = [
    case(calls_one, floats(0.7), numpy_scalars(0.7), array(3), array(2, 3), tags="holomorphic"),
    case(calls_twice, floats(0.7, 0.4), arrays((3,), (2, 1)), wrt=(0, 1), tags="holomorphic"),
    case(nested_calls, floats(0.7), array(3), tags="holomorphic"),
    case(imported_function, floats(0.7), array(3), array(2, 2), tags="holomorphic"),
    case(through_levels, floats(0.7), array(3), tags="holomorphic"),
    case(defaults_and_keywords, floats(0.7), array(3), tags="holomorphic"),
    case(keyword_only, floats(0.7), array(3)),
    case(several_results, array(3), array(1), tags="holomorphic"),
    case(several_results_by_index, array(3), array(2, 2), tags="holomorphic"),
    case(callee_with_a_loop, floats(0.7), array(3), tags="holomorphic"),
    case(callee_with_branches, floats(0.7, 1.4), numpy_scalars(1.7, 0.4), wrt=(0, 1)),
    case(called_in_a_loop, floats(0.7), floats(1.7)),
    case(called_in_a_condition, floats(0.7), floats(1.7)),
    case(called_with_different_types, lambda rng: (0.7, rng.normal(size=3)), wrt=(0, 1)),
    case(
        two_layers,
        arrays((5, 3), (3, 4), (4,), (4, 2), (2,), (5, 2)),
        wrt=("w1", "b1", "w2", "b2"),
    ),
    case(
        least_squares_cost,
        lambda rng: (np.array([2.0, 0.7]), np.linspace(0.0, 2.0, 5), rng.normal(size=5)),
        tags="holomorphic",
    ),
    case(chained_rosenbrock, array(5), tags="holomorphic"),
    case(
        integrated,
        lambda rng: (0.7, 1.3, 0.1, 4),
        lambda rng: (rng.normal(size=3), 1.3, 0.1, 4),
        wrt=("y0", "k", "dt"),
        tags="holomorphic",
    ),
    case(unused_call, floats(0.7), array(3), tags="holomorphic"),
    case(constant_callee, floats(0.7), array(3), tags="holomorphic"),
    case(same_name_other_module, floats(0.7), array(3), tags="holomorphic"),
    case(keywords_through_a_wrapper, array(2, 3)),
    case(decorated_inside, arrays((3,), (3,)), wrt=(0, 1)),
    case(defaults_kept, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
]
