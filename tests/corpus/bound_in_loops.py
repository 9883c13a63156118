"""Names that only a loop binds, read after it or in a later turn."""

import numpy as np

from tests.corpus.registry import array, case


def last_turn_returned(x):
    for v in x:
        y = v * v
    return y


def first_turn_binds(x):
    total = 0.0
    for i in range(len(x)):
        if i == 0:
            y = x * 2.0
        else:
            y = y * x[i] + 1.0
        total = total + np.sum(y)
    return total


def bound_where_found(x):
    for v in x:
        if v > -9.0:
            y = v * x
            break
    return np.sum(y)


def inner_loop_has_no_turn_at_first(x):
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            y = x[i] * x[j]
        if i > 0:
            total = total + y
    return total


def squares(x):
    for v in x:
        yield v * v


def bound_by_a_generator(x):
    for w in squares(x):
        y = w * x[0]
    return y


def read_in_a_generator_expression(x):
    for v in x:
        y = v
    return sum(y * w for w in x) + y


def read_in_a_try(x):
    for v in x:
        y = abs(v)
    try:
        z = 1.0 / y
    except ZeroDivisionError:
        z = y * 3.0
    return z


def estimate_left_by_break(x):
    s = np.sum(x * x) + 1.0
    while True:
        t = 0.5 * (s + 2.0 / s)
        if abs(t - s) < 1e-9:
            break
        s = t
    return t


def list_made_when_it_is_needed(x):
    found = None
    for e in x:
        if found is None:
            found = []
        found.append(e * e)
    return sum(found) * found[0]


CASES = [
    case(last_turn_returned, array(3), array(1)),
    case(first_turn_binds, array(3), array(1)),
    case(bound_where_found, array(3)),
    case(inner_loop_has_no_turn_at_first, array(4)),
    case(bound_by_a_generator, array(3)),
    case(read_in_a_generator_expression, array(3)),
    case(read_in_a_try, array(3)),
    case(estimate_left_by_break, array(3)),
    case(list_made_when_it_is_needed, array(3)),
]
