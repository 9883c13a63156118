"""Writes that somebody else sees: items of containers, sections, elements by place or by path, and
loops over what they change."""

from collections import defaultdict, deque

import numpy as np

from tests.corpus.registry import array, case


def rows_of_a_matrix_in_a_list(x):
    a = np.outer(x, x)
    rows = [a[0], a[1:, 0]]
    rows[0] *= x[1]
    rows[1] += rows[0][1:]
    return a * a


def slots_of_a_dict(x):
    a = x * x
    slots = {"head": a[:2], "tail": a[2:], "sum": np.sum(x)}
    slots["tail"] -= slots["head"][0]
    slots["sum"] *= 2.0
    return a * slots["sum"]


def counted_by_default(x):
    sums = defaultdict(float)
    parts = defaultdict(lambda: x * 1.0)
    for k in range(4):
        sums[k % 2] += x[k] ** 2
        parts["a"] *= x[k]
    return sums[0] * sums[1] * parts["a"]


def nested_lists(x):
    table = [[x[0], x[1]], [x[2] * x, x[3]]]
    table[0][1] *= x[2]
    table[1][0] += x
    kept = table[1][0]
    table[1][0] *= 2.0
    return kept * table[0][1]


def parts_of_a_queue(x):
    a = x * 1.0
    queue = deque([a[:2], a[2:]], maxlen=2)
    queue[0] *= 3.0
    queue[-1] += queue[0]
    return a * x


class Pair:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def attributes_of_an_object(x):
    a = np.sin(x)
    pair = Pair(a[:2], [a[2:], a])
    pair.left *= x[:2]
    pair.right[0] += 1.0
    pair.right[1] **= 2
    return a


def list_grown_in_a_loop(x):
    rows = [x * 1.0]
    for k in range(len(x) - 1):
        rows.append(rows[0] * x[k])
    first = rows[0]
    rows[0] *= 2.0
    rows[-1] += first
    return first * rows[1] + rows[len(x) - 1]


def rows_written_in_a_loop(x):
    rows = [v * x for v in x]
    for row in rows:
        row *= row[1]
    return np.array(rows)


def sections(x):
    a = x * x
    first, second, third = np.array_split(a, 3)
    second += first[:-1]
    third *= 2.0
    left, right = np.split(a, [1])
    right *= left
    return a


def one_of_two_by_place(x):
    a, b = x * 2.0, np.cos(x)
    k = int(x[0] > 0.0)
    chosen = (a, b)[k]
    chosen *= x
    (b, a)[-k - 1][0] = x[1]
    return a + 3.0 * b


def one_of_two_by_path(x):
    a, b = x * 2.0, np.cos(x)
    chosen = a[1:] if x[1] > 0.0 else b.copy()
    if x[0] > 0.1:
        b = a
    chosen *= x[2]
    b[0] += x[3]
    return np.sum(chosen) * a + b


def either_array_in_a_dict(x):
    a, b = x * 2.0, np.cos(x)
    if x[0] > 0.0:
        a, b = b, a
    both = {"p": a, "q": b}
    both["p"] *= x
    return a - 2.0 * b


def copies_by_library(x):
    a = np.array(x)
    b = a.reshape(2, -1).T
    b[1] *= x[:2]
    c = np.array([y * y for y in x])
    c.reshape(2, -1)[0] += a[1]
    np.rot90(c.reshape(2, -1))[0, 0] *= 3.0
    return a * c


def parts_of_complex_numbers(x):
    z = x * (1.0 + 2.0j)
    z.imag *= x
    z.real = z.imag[::-1]
    return np.abs(z) ** 2


def arrays_of_a_tuple(x):
    a, b = x * 1.0, x * 2.0
    total = 0.0
    for y in (a, b, a):
        a *= 1.5
        total += y * y
    return total


def one_array_twice(x):
    w = x * 1.0
    for y in [w, w[::-1], w]:
        w[0] = y[1] * y[2]
    return w * w


def list_assigned_ahead(x):
    items = [v * 1.0 for v in x]
    total = 0.0
    for i, v in enumerate(items):
        total += v * v
        if i + 1 < len(items):
            items[i + 1] += v * x[i]
    return total * np.array(items)


def list_that_grows(x):
    items = list(x[:2])
    for v in items:
        if len(items) < 6:
            items.append(v * v + x[2])
    return np.array(items)


def list_that_shrinks(x):
    items = [x[0], x[1] * x[2], x[2], x[3]]
    total = 1.0
    for v in items:
        total *= v
        if len(items) > 2:
            items.pop(0)
    return total + items[0] * items[1]


def pairs_of_changing_lists(x):
    left, right = [v * 1.0 for v in x], [v * v for v in x]
    total = 0.0
    for a, b in zip(left, right, strict=True):
        total += a * b
        right[-1] += a
        left[2] = left[2] * b
    return total


def elements_of_an_array(x):
    a = x * 1.0
    total = 0.0
    for y in a:
        a[1] += y * x[2]
        a = a
        total += y * y
    return total * a


def columns_by_a_helper(x):
    def halved(c):
        c *= 0.5
        return c

    s = np.outer(x, x)
    for k in range(2):
        mean = s.mean(axis=0)
        s = halved(s)
        s[:, k] += mean
    return s


VECTOR = array(4)
CASES = [
    case(f, VECTOR)
    for f in (
        slots_of_a_dict, counted_by_default, nested_lists, parts_of_a_queue,
        attributes_of_an_object, list_grown_in_a_loop, rows_written_in_a_loop,
        rows_of_a_matrix_in_a_list, one_of_two_by_place, one_of_two_by_path,
        either_array_in_a_dict, copies_by_library, parts_of_complex_numbers, arrays_of_a_tuple,
        one_array_twice, list_assigned_ahead, list_that_grows, list_that_shrinks,
        pairs_of_changing_lists, elements_of_an_array, columns_by_a_helper,
    )
] + [case(sections, array(7))]  # fmt: skip
