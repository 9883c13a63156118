"""Numbers at module level and under known keys that decide about axes, shapes, forms and code."""

import numpy as np

from tests.corpus.registry import array, case

AXIS, KEEP, RATE, ORDER, LAST = 1, True, 0.5, 1, 2
AXES, SHAPE, ORDERS = (0, 1), (3, 2), [1, 0]
SETTINGS = {"axis": 0, "rate": 0.3}
TWO_RESULTS = True
TABLE = {0: 1.5, 2: 0.5}


class Model:
    """Its axis is an attribute beside the numbers that are trained."""

    def __init__(self, axis, rate):
        self.axis = axis
        self.rate = rate

    def loss(self, x):
        return np.sum(np.max(x, axis=self.axis) ** 2) * self.rate


MODEL = Model(1, 0.7)


def axis_of_the_module(x):
    return np.sum((x - np.max(x, axis=AXIS, keepdims=KEEP)) ** 2) * RATE


def axis_computed(x):
    return np.sum(np.sort(x, axis=AXIS - 1)[0] ** 3) + np.sum(np.sum(x**2, axis=AXES))


def axis_in_a_table(x):
    return np.sum(np.max(x, axis=SETTINGS["axis"]) ** 2) * SETTINGS["rate"]


def axis_of_an_object(x):
    return MODEL.loss(x)


def shape_of_the_module(x):
    return np.sum(x.reshape(SHAPE)[0] ** 2) + np.sum(np.transpose(x, ORDERS)[LAST] ** 3)


def form_by_a_flag(x):
    found = (np.sum(x), np.sum(x**2)) if TWO_RESULTS else np.sum(x**3)
    return found[0] * found[1] if TWO_RESULTS else found


def order_of_a_norm(x):
    return np.sum(np.linalg.norm(x, ord=ORDER, axis=AXIS) ** 2)


def looked_up_by_codes(x):
    bias = {0: x[0, 0], 1: 2.0, 2: x[1, 1]}
    rows = {0: x[0], 3: x[1] * x[0]}
    total = 0.0
    for k, code in enumerate(np.array([2, 0, 2])):
        total = total + x[0, k] * bias[code] * TABLE[code] + rows.get(code, x[1])[k]
    return total


def summed_by_codes(x):
    sums = {0: 0.0, 1: 0.0, 5: 1.0}
    also = sums
    for k, code in enumerate(np.array([5, 0, 5])):
        sums[code] += x[0, k] ** 2
        sums[code] *= x[1, k]
    return also[0] * 2.0 + also[1] + also[5] ** 2


def code_that_is_missing(x):
    total = 0.0
    for k, code in enumerate(np.array([2, 7, 0])):
        try:
            total = total + TABLE[code] * x[0, k]
        except KeyError:
            total = total * x[1, k]
    return total * total


def grown(v, n):
    return v if n == 0 else grown(v * 0.5 + 1.0, n - 1)


def polynomial(c, v, k):
    return c[k] + (v * polynomial(c, v, k + 1) if k + 1 < len(c) else 0.0)


def recursion_in_an_expression(x):
    return np.sum(grown(x, 3) ** 2) * polynomial(x[0], x[1, 0], 0)


def list_repeated_in_place(x):
    known, made = [x[0, 0], x[0, 1]], [v * v for v in x[1]]
    also = made
    known *= 2
    made *= LAST
    return sum(known) * known[3] + sum((k + 1) * v for k, v in enumerate(also))


CASES = [
    case(f, array(2, 3))
    for f in (
        axis_of_the_module,
        axis_computed,
        axis_in_a_table,
        axis_of_an_object,
        shape_of_the_module,
        form_by_a_flag,
        order_of_a_norm,
        looked_up_by_codes,
        summed_by_codes,
        code_that_is_missing,
        recursion_in_an_expression,
        list_repeated_in_place,
    )
]
