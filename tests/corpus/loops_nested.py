"""Loops inside loops, branches inside them, and returns from any depth."""

import numpy as np

from tests.corpus.registry import array, arrays, case, floats, numpy_scalars


def double_sum(x):
    s = 0.0
    for i in range(3):
        for j in range(4):
            s = s + x ** (i + 1) * (j + 1.0)
    return s


def inner_carries(x):
    s = 0.0
    for i in range(3):
        p = 1.0
        for j in range(i):
            p = p * x
        s = s + p
    return s


def outer_and_inner_carry(x):
    y = x
    for i in range(3):
        for j in range(2):
            y = np.sin(y) + 0.1 * x
        y = y * x
    return y


def pair_energy(x):
    e = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            d = x[i] - x[j]
            e += 1.0 / (1.0 + d * d)
    return e


def matrix_product_by_elements(a, b):
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            s = 0.0
            for k in range(a.shape[1]):
                s += a[i, k] * b[k, j]
            total += s * s
    return total


def over_rows_and_elements(x):
    s = 0.0
    for row in x:
        p = 1.0
        for v in row:
            p = p * (1.0 + 0.5 * v)
        s += p
    return s


def first_large(x):
    for v in x:
        if v > 0.5:
            return v * v
    return x[0] * 3.0


def return_from_inner_loop(x, limit):
    y = x
    for i in range(4):
        for j in range(3):
            y = y * 1.2 + 0.1 * i
            if y > limit:
                return y * y
        y = y + 0.3 * x
    return y - x


def return_from_while(x):
    y = x
    n = 0
    while True:
        y = y * 1.4
        if y > 6.0:
            return y * x
        n += 1
        if n == 4:
            return y + x


def break_of_the_inner_loop(x):
    s = 0.0
    for i in range(4):
        y = x
        for j in range(10):
            y = y * 1.5
            if y > 2.0 + i:
                break
        s = s + y
    return s


def breaks_of_both(x):
    s = x
    for i in range(5):
        for j in range(5):
            s = s * 1.1
            if s > 3.0:
                break
        if s > 3.0:
            break
        s = s + 0.1
    return s * x


def while_inside_for(x):
    s = 0.0
    for i in range(1, 4):
        y = x
        while y < i:
            y = y + 0.4 * x
        s = s + y * y
    return s


def for_inside_while(x):
    y = x
    while y < 20.0:
        for c in (1.1, 1.3):
            y = y * c
    return y


def triple(x):
    y = x
    for i in range(2):
        for j in range(2):
            for k in range(2):
                y = y + 0.1 * np.sin(y * (i + j + k))
    return y


def branch_at_each_level(x):
    y = x
    for i in range(4):
        if i % 2 == 0:
            for j in range(3):
                if j == 1:
                    continue
                y = y * 1.1 + 0.1 * j
        else:
            y = np.cos(y)
    return y


def search_with_else(x, target):
    best = 0.0
    for i in range(len(x)):
        for j in range(i):
            if x[i] + x[j] > target:
                best = x[i] * x[j]
                break
        else:
            best = best + 0.1 * x[i]
            continue
        best = best * 2.0
    return best


def dynamic_table_of_scalars(x):
    a, b, c = 0.0, x[0], x[1]
    for i in range(2, len(x)):
        a, b, c = b, c, b * x[i] + 0.5 * a * c
    return a + b + c


def _each(*values):
    return (*map(floats, values), *map(numpy_scalars, values))


CASES = [
    case(double_sum, *_each(0.7), array(3), tags="holomorphic"),
    case(inner_carries, *_each(0.7), array(3), array(2, 2), tags="holomorphic"),
    case(outer_and_inner_carry, *_each(0.7), array(3), tags="holomorphic"),
    case(pair_energy, array(4), array(1), tags="holomorphic"),
    case(matrix_product_by_elements, arrays((2, 3), (3, 2)), wrt=(0, 1), tags="holomorphic"),
    case(over_rows_and_elements, array(3, 2), tags="holomorphic"),
    case(first_large, array(6), array(4, high=0.4), array(1)),
    case(return_from_inner_loop, floats(0.7, 2.0), floats(0.7, 100.0), floats(0.7, 0.1)),
    case(return_from_while, *_each(0.3, 3.0)),
    case(break_of_the_inner_loop, *_each(0.7)),
    case(breaks_of_both, *_each(0.7, 0.1)),
    case(while_inside_for, *_each(0.7)),
    case(for_inside_while, *_each(0.7)),
    case(triple, *_each(0.7), array(3), tags="holomorphic"),
    case(branch_at_each_level, *_each(0.7), array(3), tags="holomorphic"),
    case(search_with_else, lambda rng: (np.array([0.3, 0.9, 0.2, 1.4, 0.1]), 1.25)),
    case(dynamic_table_of_scalars, array(5), array(2), tags="holomorphic"),
]
