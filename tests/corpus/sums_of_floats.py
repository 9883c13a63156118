"""`sum` of Python's floats, which newer Pythons add with what each addition rounds off."""

import math

import numpy as np

from tests.corpus.registry import array, case, floats


def in_a_list(x):
    return sum([x * 0.1, x * 0.7, x * 3.3, x * 0.01]) * x


def of_a_comprehension(x):
    return sum(math.sin(x * k) for k in range(1, 12)) * x


def of_unknown_length(x, n):
    return sum([math.cos(x * k) for k in range(n)], x) * x + sum(x * k for k in range(n) if k % 2)


def of_a_generator(x):
    def steps(y, n):
        while n:
            y = y * 1.1
            n -= 1
            yield y

    return sum(steps(x, 9)) / x


def with_integers(x):
    return sum([1, 2, x, x * 0.1, 3, x * 0.7, True]) * sum((x, 0.1, x * x))


def until_a_number_of_numpy(x, a):
    """What is added to a number of NumPy is added in order."""
    return sum([x, x * 0.1, x * 0.2, a[0], x * 0.7, x * 0.3, x * 0.11])


def of_a_dict(x):
    parts = {"a": x * 0.1, "b": x * 0.2, "c": x * 0.7, "d": x * x}
    return sum(parts.values()) * sum(parts[k] for k in parts)


def nested(x):
    return sum(sum(x * i * j * 0.1 for j in range(4)) ** 2 for i in range(5))


def in_a_loop(x):
    total = 0.0
    for k in range(4):
        total += sum((x * k, x * 0.1, x * 0.3, 2, x)) ** 2
    return total


def of_arrays(x):
    return sum([x, x * 0.1, x * x, x * 0.7]) + sum(x * k for k in range(3))


def of_different_lengths(x, y, n):
    """Numbers and arrays in one list: what is added is stretched."""
    parts = []
    for k in range(n):
        parts.append(x * y[k : k + 1])
    parts.append(y[:, None])
    return sum(parts) * y


def of_negative_zeros(x):
    """The sum is 0.0, unless it starts with -0.0."""
    found = math.copysign(x * x, sum([x * -0.0, x * -0.0]))
    kept = math.copysign(x, sum([x * -0.0, x * -0.0, x * -0.0], -0.0))
    return found + 2.0 * kept + math.copysign(x, sum(-0.0 * x for _ in range(2)))


CASES = [
    case(of_negative_zeros, floats(0.7)),
    case(in_a_list, floats(0.7)),
    case(of_a_comprehension, floats(0.7)),
    case(of_unknown_length, lambda rng: (0.7, 9), lambda rng: (0.7, 1)),
    case(of_a_generator, floats(0.7)),
    case(with_integers, floats(0.7)),
    case(until_a_number_of_numpy, lambda rng: (0.7, np.array([0.3]))),
    case(of_a_dict, floats(0.7)),
    case(nested, floats(0.7)),
    case(in_a_loop, floats(0.7)),
    case(of_different_lengths, lambda rng: (0.7, np.array([0.3, -0.4, 1.1]), 3), wrt=(0, 1)),
    case(of_arrays, floats(0.7), array(3)),
]
