"""Reads that nobody needs and whose exception somebody waits for."""

import numpy as np

from tests.corpus.registry import array, case


def look_at(x, k):
    x[k]
    return k + 1


def product_until_large(x):
    k, t = 0, 1.0
    while True:
        y = x[k]
        k += 1
        t *= x[0]
        if t > 100.0:
            return t + 0.0 * y


def emptied(xs):
    n = 0
    while n < 100:
        xs.pop()
        n += len(xs) > 50
    return n


def by_a_helper_in_a_try(x):
    t = x[0]
    for k in range(5):
        try:
            look_at(x, k)
            t = t * x[1]
        except IndexError:
            t = t + x[2]
    return t


def until_there_is_nothing_left(x):
    try:
        return product_until_large(x) * x[0]
    except IndexError:
        return x[0] * x[1]


def taken_from_an_empty_list(x):
    try:
        return emptied([v for v in x]) * x[0]
    except IndexError:
        return x[0] * x[2]


def loop_that_is_broken_off(x):
    t, k = x[0], 0
    while True:
        try:
            for j in range(2):
                np.outer(x, x)[k + j]
        except IndexError:
            break
        t, k = t * x[1], k + 1
    return t


def until_an_integer_is_too_large(x):
    n = 1
    try:
        while True:
            n *= 10
            float(n)
    except OverflowError:
        return x[0] * x[1] * 2.0


def until_shapes_do_not_fit(x):
    a = np.ones(6)
    while len(a):
        try:
            endless(a)
        except ValueError:
            a = a[2:]
    return x[0] * x[1] + np.sum(a)


def endless(a):
    while True:
        a = a[1:] + np.ones(4)


CASES = [
    case(until_an_integer_is_too_large, array(3)),
    case(until_shapes_do_not_fit, array(3)),
    case(by_a_helper_in_a_try, array(3), array(6)),
    case(until_there_is_nothing_left, array(3, high=0.9), array(3, low=50.0, high=60.0)),
    case(taken_from_an_empty_list, array(3)),
    case(loop_that_is_broken_off, array(3), array(4)),
]
