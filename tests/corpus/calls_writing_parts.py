"""Functions that write into the parts of a tuple, or of a container, that they are handed."""

import collections

import numpy as np

from tests.corpus.registry import array, case, floats

State = collections.namedtuple("State", "place speed")


def _scale(*parts):
    for part in parts:
        part *= 2.0
        part[0] += 1.0


def arrays_of_star_arguments(x):
    p, q = x * 1.0, x * 2.0
    _scale(p, q)
    return np.sum(p * p) + 10 * np.sum(q)


def _exchange(pair, turns):
    first, second = pair
    for k in range(turns):
        first[k] = second[0] * 2.0
        first, second = second, first


def arrays_of_a_tuple(x, turns):
    p, q = x.copy(), x * 3.0
    _exchange((p, q), turns)
    return np.sum(p**2) + np.sum(q)


def _swing(state, h):
    state.place[:] += h * state.speed
    state.speed[:] -= h * state.place


def arrays_of_a_named_tuple(x):
    state = State(x * 1.0, x * 2.0)
    for _ in range(2):
        _swing(state, 0.1)
    return np.sum(state.place * state.speed)


def _note(pair):
    pair[0].append(pair[1]["v"] * 3)
    for _ in range(2):
        pair[1]["v"] = pair[1]["v"] * pair[0][0]


def list_and_dict_of_a_tuple(a, b):
    seen, kept = [a], {"v": b}
    _note((seen, kept))
    return sum(seen) + 10 * kept["v"]


def _move(parts, k):
    if k > 1:
        parts["p"].append(parts["q"][0] * 3)
        parts["q"][0] = 5.0
    else:
        parts["p"] = parts["q"]


def lists_of_a_dict(a, b):
    p, q = [a], [b]
    _move({"p": p, "q": q}, 2)
    return sum(p) + 10 * sum(q)


def _grow(table, k):
    if k > 0:
        table[k][0] = table[k - 1][0] * 2.0
        _grow(table, k - 1)


def recursion_into_rows(x, n):
    table = [[v * 1.0] for v in x]
    _grow(table, n)
    return sum((i + 1) * row[0] for i, row in enumerate(table))


def _filled(xs, x):
    for i in range(len(xs)):
        xs[i] = x[i] ** 2


def whole_numbers_replaced(x, n):
    xs = [0] * n
    _filled(xs, x)
    return sum(xs) * xs[1]


def _multiplied(xs, x, k):
    if k > 0:
        xs.append(x[k] * xs[-1])
        _multiplied(xs, x, k - 1)


def numbers_after_whole_numbers(x, n):
    xs = [1] * n
    for _ in range(2):
        _multiplied(xs, x, n)
    return sum(xs) * xs[-1]


def with_two(rng):
    return rng.uniform(0.3, 1.5, size=3), 2


CASES = [
    case(arrays_of_star_arguments, array(3)),
    case(arrays_of_a_named_tuple, array(3)),
    case(arrays_of_a_tuple, with_two),
    case(list_and_dict_of_a_tuple, floats(0.7, 1.2), wrt=(0, 1)),
    case(lists_of_a_dict, floats(0.7, 1.2), wrt=(0, 1)),
    case(recursion_into_rows, with_two),
    case(whole_numbers_replaced, with_two),
    case(numbers_after_whole_numbers, with_two),
]
