"""`if`, `elif`, `else` and early returns; every path is taken by one of the argument sets."""

import numpy as np

from tests.corpus.registry import array, case, floats, numpy_scalars


def two_paths(x):
    if x > 1.0:
        y = x * x
    else:
        y = 3.0 * x
    return y + x


def without_else(x):
    y = x * 2.0
    if x > 1.0:
        y = y * x
    return y


def elif_chain(x):
    if x < -1.0:
        y = -x
    elif x < 0.0:
        y = x * x
    elif x < 1.0:
        y = x**3
    else:
        y = np.sqrt(x)
    return y * 2.0


def early_return(x):
    if x < 0.0:
        return -x * 0.1
    return x * x


def return_in_every_branch(x):
    if x > 2.0:
        return np.log(x)
    elif x > 1.0:
        return x * x
    else:
        return 1.0 / (x + 5.0)


def return_among_statements(x, y):
    z = x * y
    if z > 1.0:
        z = z * x
        if y > 2.0:
            return z + y
        z = z - y
    w = z * z
    return w + x


def nested(x, y):
    if x > 0.0:
        if y > 0.0:
            z = x * y
        else:
            z = x - y
    else:
        if y > 0.0:
            z = y / (2.0 - x)
        else:
            z = x + y * y
    return z * x


def variable_of_one_branch(x):
    if x > 1.0:
        a = x * 3.0
        b = a * x
    else:
        b = x
    return b + 1.0


def condition_on_an_argument(x, flag):
    if flag:
        x = np.sin(x)
    if not flag:
        x = np.cos(x)
    return np.sum(x * x)


def condition_on_a_string(x, kind="relu"):
    if kind == "relu":
        return np.maximum(x, 0.0)
    if kind == "tanh":
        return np.tanh(x)
    return x


def condition_on_none(x, scale=None):
    if scale is None:
        scale = np.sum(x)
    return x * scale


def condition_on_a_reduction(x):
    if np.sum(x) > 0.0:
        x = x * 2.0
    else:
        x = x - np.mean(x)
    return np.sum(x**3)


def condition_on_shape(x):
    if x.ndim == 2:
        return np.sum(x, axis=1)
    if len(x) > 3:
        return x[:3] * 2.0
    return x * x


def swapped_by_branch(x, y):
    if x > y:
        x, y = y, x
    return x * x * y


def cut_by_condition(x):
    if x > 0.5 and x < 0.9:
        x = 0.5 + 0.1 * (x - 0.5)
    return x * x


def huber(r, delta):
    a = abs(r)
    if a <= delta:
        return 0.5 * r * r
    return delta * (a - 0.5 * delta)


def different_results(x):
    if x > 0.0:
        return x * np.ones(3)
    return -x * np.arange(3.0)


def return_constant(x):
    if x < 0.0:
        return 0.0
    return x * 2.0


def empty_branch(x):
    if x > 1.0:
        pass
    else:
        x = x * 3.0
    return x * x


def condition_reused(x, y):
    positive = x > 0.0
    if positive:
        z = x * y
    else:
        z = y
    if positive:
        z = z * z
    return z


def _each(*values):
    return (*map(floats, values), *map(numpy_scalars, values))


def _each_pair(*pairs):
    return (*(floats(*pair) for pair in pairs), *(numpy_scalars(*pair) for pair in pairs))


CASES = [
    case(two_paths, *_each(1.7, 0.3), lambda rng: (np.array(1.7),)),
    case(without_else, *_each(1.7, 0.3), lambda rng: (np.array(1.7),)),
    case(elif_chain, *_each(-1.7, -0.3, 0.3, 1.7)),
    case(early_return, *_each(-0.7, 0.7), lambda rng: (np.array(-0.7),)),
    case(return_in_every_branch, *_each(2.7, 1.7, 0.7)),
    case(return_among_statements, *_each_pair((0.3, 0.4), (1.5, 1.2), (1.5, 2.2)), wrt=(0, 1)),
    case(nested, *_each_pair((1.2, 0.4), (1.2, -0.4), (-1.2, 0.4), (-1.2, -0.4)), wrt=(0, 1)),
    case(variable_of_one_branch, *_each(1.7, 0.3)),
    case(
        condition_on_an_argument,
        lambda rng: (rng.normal(size=3), True),
        lambda rng: (rng.normal(size=3), False),
        lambda rng: (1.3, 0),
        lambda rng: (rng.normal(size=(2, 2)), np.bool_(True)),
    ),
    case(
        condition_on_a_string,
        array(4),
        lambda rng: (rng.normal(size=(2, 3)), "tanh"),
        lambda rng: (1.3, "none"),
    ),
    case(condition_on_none, array(3), lambda rng: (rng.normal(size=3), 2.0)),
    case(
        condition_on_a_reduction,
        array(3, low=0.2),
        array(3, high=-0.2),
        array(2, 2, low=0.1),
    ),
    case(condition_on_shape, array(2, 3), array(4), array(3)),
    case(swapped_by_branch, *_each_pair((1.2, 0.4), (0.4, 1.2)), wrt=(0, 1)),
    case(cut_by_condition, *_each(0.3, 0.7, 1.1)),
    case(huber, *_each_pair((0.4, 1.0), (-2.4, 1.0), (2.4, 1.0)), wrt=(0, 1)),
    case(different_results, *_each(0.7, -0.7)),
    case(return_constant, *_each(0.7, -0.7)),
    case(empty_branch, *_each(1.7, 0.7)),
    case(condition_reused, *_each_pair((1.2, 0.4), (-1.2, 0.4)), wrt=(0, 1)),
]
