"""Two operands of every pair of shapes that NumPy broadcasts; the cotangent is summed back."""

import numpy as np

from tests.corpus.registry import array, arrays, case, every_pair


def added(x, y):
    return x + y


def subtracted(x, y):
    return x - y


def multiplied(x, y):
    return x * y


def divided(x, y):
    return x / y


def raised(x, y):
    return x**y


def power_call(x, y):
    return np.power(x, y) + np.float_power(y, x)


def larger(x, y):
    return np.maximum(x, y) - 0.5 * np.minimum(y, x)


def hypotenuse(x, y):
    return np.hypot(x, y) * x


def angle(x, y):
    return np.arctan2(x, y)


def log_sum(x, y):
    return np.logaddexp(x, y) + np.logaddexp2(y, x)


def chosen(x, y):
    return np.where(x > y, x * y, x - y)


def squared_distance(x, y):
    return np.sum((x - y) ** 2)


def mixed(x, y):
    z = x * y + x
    return np.sum(z / (1.0 + y * y) - np.tanh(x - y))


def both_sides(x, y):
    return (x + y) * (x - y) + (y + x) / (2.5 + y)


def broadcast_call(x, y):
    a, b = np.broadcast_arrays(x, y)
    return a * b + np.broadcast_to(x, a.shape)


def affine(x, w, b):
    return np.tanh(x @ w + b)


def standardised(x):
    return (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)


def outer_by_none(x, y):
    return x[:, None] * y[None, :] + x[:, np.newaxis] / (3.0 + y)


def three_way(x, y, z):
    return np.exp(x * y) * z + z * x


def scalar_into_array(s, x):
    return s * x + x / s - s


PAIR_CASES = (added, subtracted, multiplied, squared_distance, mixed, both_sides)

CASES = [
    *(case(f, *every_pair(), wrt=(0, 1), tags="holomorphic") for f in PAIR_CASES),
    case(divided, *every_pair(low2=0.5, high2=2.0), wrt=(0, 1), tags="holomorphic"),
    case(raised, *every_pair(0.3, 2.0, -2.0, 2.0), wrt=(0, 1), tags="holomorphic"),
    case(power_call, *every_pair(0.3, 2.0), wrt=(0, 1), tags="holomorphic"),
    case(larger, *every_pair(), wrt=(0, 1)),
    case(hypotenuse, *every_pair(), wrt=(0, 1)),
    case(angle, *every_pair(low2=0.5, high2=2.0), wrt=(0, 1)),
    case(log_sum, *every_pair(), wrt=(0, 1)),
    case(chosen, *every_pair(), wrt=(0, 1)),
    case(broadcast_call, arrays((2, 1), (1, 3)), arrays((3,), (2, 3)), wrt=(0, 1)),
    case(affine, arrays((5, 3), (3, 2), (2,)), arrays((3,), (3, 2), (2,)), wrt=(0, 1, 2)),
    case(standardised, array(6, 3), array(4), array(3, 2, 2)),
    case(outer_by_none, arrays((3,), (4,)), arrays((1,), (4,)), wrt=(0, 1), tags="holomorphic"),
    case(three_way, arrays((3,), (2, 1), ()), arrays((2, 1, 1), (3, 1), (4,)), wrt=(0, 1, 2)),
    case(
        scalar_into_array,
        lambda rng: (1.4, rng.normal(size=4)),
        lambda rng: (np.float64(1.4), rng.normal(size=(2, 3))),
        lambda rng: (np.array(1.4), rng.normal(size=(2, 3))),
        lambda rng: (np.array([1.4]), rng.normal(size=(3, 2))),
        wrt=(0, 1),
        tags="holomorphic",
    ),
]
