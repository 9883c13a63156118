"""Python's built-in functions on numbers and arrays."""

import numpy as np

from tests.corpus.registry import array, arrays, case, floats, numpy_scalars


def magnitude(x):
    return abs(x) * x


def larger(x, y):
    return max(x, y) * min(x, y, 3.0)


def largest_of_a_list(x):
    return max([x[0], x[1], x[2]]) - min((x[0], x[2]))


def summed_list(x, y):
    return sum([x, y, x * y])


def summed_from(x, y):
    return sum((x, y), 2.0) * sum([x * x], x)


def summed_array(x):
    return sum(x)


def powers(x, y):
    return pow(x, 3) + pow(x, y)


def length(x):
    return x.sum() / len(x) + len(x) * x[0]


def as_float(x):
    return float(x) * 2.0 + float(x) * x


def as_integer(x):
    return int(x) * x + int(2.7) * x**2


def rounded(x):
    return round(x) * x + bool(x) * x


def item_of(x):
    return x[0].item() * x[1] + x.sum().item()


def listed(x, y):
    values = [x, y, x * y]
    return values[0] * values[2] + values[-1] + len(values)


def tuple_of_values(x, y):
    pair = (x * y, x + y)
    first, second = pair
    return pair[0] * second + first


def kind_tested(x):
    if isinstance(x, np.ndarray):
        return np.sum(x * x)
    return x * 5.0


def counted(x):
    s = 0.0
    for i, v in enumerate(x, 1):
        s += i * v * v
    return s


def paired(x, y):
    s = 0.0
    for a, b in zip(x, y):
        s += a * b
    return s


def reversed_order(x):
    s = 0.0
    for v in reversed(x):
        s = 0.5 * s + v * v
    return s


def any_positive(x):
    return x.sum() if (x > 0).any() else (x * x).sum()


def all_small(x):
    if np.all(np.abs(x) < 10.0) and all(x < 100.0):
        return np.prod(x)
    return x[0]


CASES = [
    case(magnitude, floats(-1.3), numpy_scalars(0.4), array(), array(3), array(2, 2)),
    case(larger, floats(1.3, 0.2), numpy_scalars(0.2, 1.3), floats(4.0, 5.0), wrt=(0, 1)),
    case(largest_of_a_list, array(3)),
    case(summed_list, floats(1.3, 0.2), arrays((3,), (3,)), arrays((2, 3), (3,)), wrt=(0, 1)),
    case(summed_from, floats(1.3, 0.2), arrays((3,), (3,)), wrt=(0, 1)),
    case(summed_array, array(4), array(3, 2)),
    case(powers, floats(1.3, 0.2), arrays((3,), (3,), low=0.5), wrt=(0, 1), tags="holomorphic"),
    case(length, array(3), array(4), tags="holomorphic"),
    case(as_float, floats(1.3), numpy_scalars(1.3), array()),
    case(as_integer, floats(1.3), numpy_scalars(2.6)),
    case(rounded, floats(1.3), numpy_scalars(2.6)),
    case(item_of, array(2), array(3)),
    case(listed, floats(1.3, 0.2), arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(tuple_of_values, floats(1.3, 0.2), arrays((3,), (2, 1)), wrt=(0, 1), tags="holomorphic"),
    case(kind_tested, floats(1.3), numpy_scalars(1.3), array(), array(3), array(2, 3)),
    case(counted, array(3), array(4)),
    case(paired, arrays((3,), (3,)), arrays((3,), (5,)), wrt=(0, 1)),
    case(reversed_order, array(4), array(3)),
    case(any_positive, array(4), array(2, 2), array(3, low=-2.0, high=-1.0)),
    case(all_small, array(3), array(2)),
]
