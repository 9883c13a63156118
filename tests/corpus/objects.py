"""Objects in lists, values that may be None, loops over tuples that hold text, strict zips."""

import numpy as np

from tests.corpus.registry import array, arrays, case, floats


class Scaled:
    """A plain class whose `__init__` computes."""

    def __init__(self, weight, bias):
        self.slope = weight * bias
        self.bias = bias

    def __call__(self, x):
        return self.slope * x + self.bias


def objects_in_a_list(x, y):
    found = []
    for k in range(len(x)):
        found.append(Scaled(x[k], y[k]))
    total = 0.0
    for item in found:
        total += item(0.5) * item.slope
    return total


def least_or_none(x, y):
    best = None
    for i in range(len(x)):
        v = x[i] ** 2 - y[i]
        if best is None or v < best:
            best = v
    return best * y[0]


def first_above(x, y):
    found = None
    for v in x:
        if v > 1.0:
            found = v
            break
    if found is None:
        return y[0] * y[1]
    return found * y[0]


def tested_for_truth(x, y):
    found = None
    for k in range(len(x)):
        if x[k] > 0.5:
            found = x[k:]
    return np.sum(y**2) if found is None else np.sum(found) * y[0]


def chosen_in_an_expression(x):
    z = x * x if x > 0.0 else None
    if z is not None and z > 0.25:
        return z * x
    return 3.0 * x


def reset_to_none(x):
    last = None
    total = 0.0
    for k in range(len(x)):
        if last is not None:
            total += last * x[k]
        last = None if x[k] < 0.0 else x[k] ** 2
    return total


def strict_pairs(x, y):
    total = 0.0
    for a, b in zip(x, y, strict=True):
        total += np.sin(a) * b
    return total


def strict_pairs_numbered(x, y):
    parts = []
    for k, (a, b) in enumerate(zip(x, y, strict=True)):
        parts.append(k * a * b)
    return sum(p**2 for p in parts)


def named_penalties(x, y):
    model = {"x": x, "y": y}
    total = 0.0
    for name, weight in ("x", 0.5), ("y", 2.0):
        total += weight * np.sum(model[name] ** 2)
    return total


def sum_of_a_generator(x):
    return sum(v * w for v in x for w in x if v > w) * x[0]


def head_and_rest(x):
    parts = [v * v for v in x]
    first, *rest = parts
    return first * sum(rest)


VECTORS = arrays((4,), (4,))

CASES = [
    case(objects_in_a_list, VECTORS, wrt=(0, 1)),
    case(least_or_none, VECTORS, wrt=(0, 1)),
    case(first_above, VECTORS, arrays((3,), (3,), low=-1.0, high=0.9), wrt=(0, 1)),
    case(tested_for_truth, VECTORS, arrays((3,), (3,), low=-1.0, high=0.4), wrt=(0, 1)),
    case(chosen_in_an_expression, floats(0.3), floats(0.8), floats(-0.4)),
    case(reset_to_none, array(7)),
    case(strict_pairs, VECTORS, wrt=(0, 1), tags="holomorphic"),
    case(strict_pairs_numbered, VECTORS, wrt=(0, 1), tags="holomorphic"),
    case(named_penalties, VECTORS, wrt=(0, 1)),
    case(sum_of_a_generator, array(5)),
    case(head_and_rest, array(4)),
]
