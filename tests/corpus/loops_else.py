"""Exits in the `else` of a loop, functions with defaults by path, numbers of either class, and
lists that are assigned as a whole."""

import numpy as np

from tests.corpus.registry import array, case


def halves(t, n):
    for _ in range(n):
        yield t
        t = t * 0.5


def generator_left_by_an_else(x):
    taken = halves(x[0], 4)
    for first in taken:
        for t in x:
            if t > 50.0:
                break
        else:
            break
    return first * 3.0 + sum(taken)


def map_left_by_the_else_of_a_while(x):
    scaled, total = map(lambda t: t * x[1], x), 0.0
    for t in scaled:
        total = total + t
        k = 0
        while k < 2:
            k += 1
        else:
            if total > -50.0:
                break
    return total + np.prod(list(scaled))


def left_from_two_loops_deep(x):
    pairs = zip(x, 2.0 * x)
    for a, b in pairs:
        for _ in (1, 2):
            for _ in (1, 2):
                pass
            else:
                break
        else:
            continue
        return a * b + sum(p * q for p, q in pairs)
    return x[0]


def default_by_path(x):
    if x[0] > 0.0:
        weight = lambda q=x[1] * 2.0: q * q
    else:
        weight = lambda q=x[2] * 3.0: q
    return weight() * x[0]


def list_of_functions_by_path(x):
    functions = [lambda: x[1]]
    if x[0] > 0.0:
        functions = [lambda q=x[0] * 2.0: q * q] * 2
    return functions[0]() * len(functions)


def default_of_a_handler(x):
    weight = lambda: x[1]
    try:
        if x[0] > 0.0:
            raise ValueError("positive")
    except ValueError:
        weight = lambda q=3.0: q * x[0]
    return weight() * x[2]


def default_that_a_helper_returns(x):
    def chosen(c):
        if c > 0.0:
            return lambda q=c * 3.0: q * x[1]
        return lambda q=c: q + x[0]

    weight = chosen(x[0])
    return weight() * x[2]


def one_times_either_class(x):
    count = 2 if x[0] > 0.0 else 0.5
    kept = count * 1.0
    return x * kept if isinstance(kept, float) else x * 7.0


def either_class_over_one(x):
    count = len(x) if x[0] > 0.0 else 0.5
    shares = [count / 1, 1.0 * count]
    return np.sum(x) * sum(3.0 for share in shares if isinstance(share, float))


def list_assigned_to_all_of_itself(x):
    items = [t * 2.0 for t in x]
    same = items
    items[:] = items
    items[:] = [t * same[0] for t in items]
    same[:] = x.tolist() + items
    return sum(t * (k + 1) for k, t in enumerate(items))


def list_assigned_in_front_and_behind(x):
    items = [x[0]] * len(x)
    items[0:0] = items
    items[len(items) :] = [x[1], x[2]]
    return sum(t * (k + 1) for k, t in enumerate(items))


POSITIVE = array(3, low=0.2, high=1.5)
NEGATIVE = array(3, low=-1.5, high=-0.3)

CASES = [
    case(generator_left_by_an_else, POSITIVE),
    case(map_left_by_the_else_of_a_while, POSITIVE),
    case(left_from_two_loops_deep, POSITIVE),
    case(default_by_path, POSITIVE, NEGATIVE),
    case(list_of_functions_by_path, POSITIVE, NEGATIVE),
    case(default_of_a_handler, POSITIVE, NEGATIVE),
    case(default_that_a_helper_returns, POSITIVE, NEGATIVE),
    case(one_times_either_class, POSITIVE, NEGATIVE),
    case(either_class_over_one, POSITIVE, NEGATIVE),
    case(list_assigned_to_all_of_itself, POSITIVE),
    case(list_assigned_in_front_and_behind, POSITIVE),
]
