"""Forms of the language that are plain code: parts of lists, sets, enumerations, attributes."""

import contextlib
import enum
import math

import numpy as np

from tests.corpus.registry import array, case, floats


class Side(enum.Enum):
    LEFT = 1
    RIGHT = 2


class Axis(enum.IntEnum):
    X = 0
    Y = 1


class Counted:
    scale = 3.0

    def __init__(self, v):
        self.v = v


def turned_round(x, n):
    items = [v * 2 for v in x]
    for _ in range(n):
        items = items[1:] + [items[0] * 0.5]
    items = [x[1]] + items + items[:n]
    return sum((k + 1) * v for k, v in enumerate(items))


def parts_of_a_list_assigned(x, n):
    items = [v * v for v in x]
    kept = items
    items[:1] = [items[1] * 3.0, items[0]]
    items[n:] = []
    items[5:1] = x
    items[1:n] = items[:2]
    items[-2:] = (x[0], x[1] * x[0], x[2])
    return sum((k + 1) * v for k, v in enumerate(kept))


def part_of_a_known_list_assigned(x, n):
    items = [x[0], x[1], x[2], x[0] * x[1]]
    for k in range(n):
        items[k : k + 1] = [items[k] * 2, x[k]]
        items[:1] = []
    return sum((k + 1) * v for k, v in enumerate(items))


def sets_updated(x):
    seen, fixed = {1, 2}, frozenset({1})
    same, old = seen, fixed
    seen |= {5}
    seen -= {1}
    fixed |= {2, 7}
    if x[0] > 0:
        seen.add(9)
        y = x[0]
    else:
        same |= {9}
        y = x[1]
    sizes = len(same) + 10 * len(old) + 100 * len(fixed)
    return np.sum(x * y) * sizes * (2 if isinstance(fixed | {3}, frozenset) else 3)


def members_in_turn(x):
    total = 0.0
    for k, side in enumerate(Side):
        total += x[k] ** 2 * (2.0 if side is Side.LEFT else 5.0)
    weights = dict(zip(Side, (x[0], x[2]), strict=True))
    first, second = Side
    picked = sum(x[i] * (i + 1) for i in Axis)
    return total * len(Side) + weights[second] * weights[first] + picked


def suppressed(x):
    total = 0.0
    for v in (float(u) for u in x):
        with contextlib.suppress(ValueError):
            if v > 1.2:
                break
            total = total + math.sqrt(v)
    return total


def missing_key_suppressed(a, b):
    known, y = {"a": a}, 1.0 * b
    with contextlib.suppress(KeyError, IndexError):
        y = known["b"]
    with contextlib.suppress(KeyError):
        y = y * known["a"]
    return y * y


def _mean(v):
    try:
        return sum(v) / len(v)
    except TypeError:
        return v


def _first(v):
    try:
        return next(iter(v)) * v[0]
    except TypeError:
        return 2.0 * v


def number_or_sequence(a, x):
    return _mean(a) * _mean(x) + _first(a) * _first(x)


def attributes_deleted(a):
    counted = Counted(a)
    counted.scale = a * a
    own = counted.scale
    del counted.scale
    own = own + counted.scale * a
    if a > 0:
        del counted.v
        counted.v = 2 * a
    return own * counted.v


def shape_assigned(x):
    y = x * 2.0
    same = y
    y.shape = (2, 3)
    z = np.zeros(4)
    z.shape = 2, -1
    z[0] = y[0, :2]
    return np.sum(same[0] ** 2 * same[1]) + np.sum(z[0] ** 2)


def elements_removed(x):
    places, names = [1, 2, 0, 2], ["a", "b", "c"]
    places.remove(2)
    names.remove("b")
    try:
        names.remove("z")
    except ValueError:
        places.append(names.index("c"))
    return x[places[0]] * len(places) + x[places[1]] * x[places[-1]] + len(names) * x[2]


def class_of_a_value(a, x):
    by_class = {float: 2.0, np.ndarray: 3.0}
    return a * by_class[a.__class__] + np.sum(x) * by_class[x.__class__]


def root_of_a_negative_literal(a):
    return a * ((-8.0) ** (1 / 3)).real


def with_two(rng):
    return rng.uniform(0.3, 1.5, size=3), 2


def number_and_vector(rng):
    return 0.7, rng.uniform(0.3, 1.5, size=3)


CASES = [
    case(turned_round, with_two),
    case(parts_of_a_list_assigned, with_two),
    case(part_of_a_known_list_assigned, with_two),
    case(sets_updated, array(2)),
    case(members_in_turn, array(3)),
    case(suppressed, lambda rng: (np.array([0.3, -0.7, 1.1, 1.4, 0.5]),)),
    case(missing_key_suppressed, floats(0.7, 1.2), wrt=(0, 1)),
    case(number_or_sequence, number_and_vector, wrt=(0, 1)),
    case(attributes_deleted, floats(0.7)),
    case(shape_assigned, array(6)),
    case(elements_removed, array(3)),
    case(class_of_a_value, number_and_vector, wrt=(0, 1)),
    case(root_of_a_negative_literal, floats(0.7)),
]
