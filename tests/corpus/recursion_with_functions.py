"""Functions that call themselves: what they are passed, and the objects that they return."""

from typing import NamedTuple

import numpy as np

from tests.corpus.registry import case, floats


def simpson(g, a, b):
    return (b - a) / 6.0 * (g(a) + 4.0 * g((a + b) / 2.0) + g(b))


def integral(g, a, b, tolerance, depth=0):
    middle = (a + b) / 2.0
    halves = simpson(g, a, middle) + simpson(g, middle, b)
    if abs(halves - simpson(g, a, b)) < tolerance or depth >= 2:
        return halves
    left = integral(g, a, middle, tolerance, depth + 1)
    return left + integral(g, middle, b, tolerance, depth + 1)


def adaptive_quadrature(rate, end, tolerance):
    return integral(lambda t: np.exp(-rate * t) * np.sin(3.0 * t), 0.0, end, tolerance)


def over_halves(leaf, low, high):
    if high - low <= 1:
        return leaf(low)
    middle = (low + high) // 2
    return over_halves(leaf, low, middle) * 0.9 + over_halves(leaf, middle, high)


def leaves_that_see_and_write(x, w):
    tables, seen = [w, w * w], np.zeros(len(x))

    def shifted(v, by=w):
        return v + by

    def leaf(k):
        seen[k] += x[k] * tables[1]
        return shifted(seen[k]) * x[0] + k

    return over_halves(leaf, 0, len(x)) + np.sum(seen * x)


def down(step, other, v, n):
    return step(v) if n <= 0 else up(step, other, other(v), n - 1)


def up(step, other, v, n):
    return v if n <= 0 else down(step, other, step(v), n - 1)


def through_each_other(a, b, n):
    return down(lambda v: v * a + b, lambda v: np.sin(v * b), a, n) * b


class Level(NamedTuple):
    value: float
    depth: int


def refined(n, seen, x):
    if n == 0:
        newest = [x, 1.0]
        return Level(x * seen[0], n), newest, newest
    return refined(n - 1, seen, x * 1.1 + seen[1])


def named_tuple_before_one_list_twice(a, b):
    level, kept, again = refined(2, [a, b], b)
    kept[1] = level.value * 3.0
    again[0] *= b
    return kept[0] * again[1] * a + again[0]


class Number:
    def __init__(self, value):
        self.value = value


class Sum:
    def __init__(self, left, right):
        self.left, self.right = left, right


class Product(Sum):
    pass


def value_of(tree):
    match tree:
        case Number(value=value):
            return value
        case Product(left=left, right=right):
            return value_of(left) * value_of(right)
        case Sum(left=left, right=right):
            return value_of(left) + value_of(right)


def slope_of(tree):
    match tree:
        case Number():
            return Number(1.0)
        case Product(left=left, right=right):
            return Sum(Product(slope_of(left), right), Product(left, slope_of(right)))
        case Sum(left=left, right=right):
            return Sum(slope_of(left), slope_of(right))


def tree_that_shares_branches(a, b):
    inner = Sum(Number(a), Product(Number(b), Number(a)))
    tree = Sum(Product(inner, Number(b)), Product(inner, Number(a)))
    slope = slope_of(tree)
    return value_of(tree) * a + value_of(slope) * b


CASES = [
    case(adaptive_quadrature, *(lambda rng, t=t: (0.7, 1.3, t) for t in (1.0, 1e-6)), wrt=(0, 1)),
    case(leaves_that_see_and_write, lambda rng: (rng.uniform(0.3, 1.2, 5), 0.4), wrt=(0, 1)),
    case(through_each_other, *(lambda rng, n=n: (0.7, 1.3, n) for n in (0, 1, 4)), wrt=(0, 1)),
    *(
        case(f, floats(0.7, 1.3), floats(1.2, 0.4))
        for f in (named_tuple_before_one_list_twice, tree_that_shares_branches)
    ),
]
