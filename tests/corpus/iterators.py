"""Generators beside other things, iterators, `itertools`, and functions over elements."""

import functools
import itertools
import math
import operator

import numpy as np

from tests.corpus.registry import array, case


def squares(x):
    for v in x:
        yield v * v


def running(x):
    total = 0.0
    for v in x:
        total += v
        yield total


def halving(start):
    while True:
        yield start
        start = start * 0.5


@np.vectorize
def bent(v):
    return math.sin(v) if v > 0 else v * v


def generators_in_step(x):
    total = sum(a * b for a, b in zip(squares(x), running(x), strict=False))
    for a, b in zip(x, running(x), strict=False):
        total += a * b
    for weight, v in zip(halving(x[0]), x, strict=False):
        total += weight * v
    return total


def first_and_rest(x):
    it = iter(x)
    previous = next(it)
    total = 0.0
    for v in it:
        total += (v - previous) ** 2
        previous = v
    gen = squares(x)
    first, second = next(gen), next(gen)
    for v in gen:
        total += v * first * second
    return total + next((v for v in x if v > 0.5), 0.25) * next((v for v in x if v > 99), 3.0)


def unpacked_generator(x):
    a, b, c, d = squares(x)
    return a * b + c * d


def pairs_of_elements(x):
    total = sum((a - b) ** 2 for a, b in itertools.combinations(x, 2))
    for i, j in itertools.combinations(range(len(x)), 2):
        total += np.exp(-((x[i] - x[j]) ** 2))
    total += sum(a * b * b for a, b in itertools.product(x, x))
    return total + sum(a * b * b for a, b in itertools.permutations(x, 2))


def triples_of_elements(x):
    total = sum(a * b * c for a, b, c in itertools.combinations(x, 3))
    for i, j, k in itertools.product(range(len(x)), repeat=3):
        total += x[i] * x[j] * x[k] if i <= j <= k else 0.0
    return total


def running_sums(x):
    total = sum(v * v for v in itertools.accumulate(x))
    total += list(itertools.accumulate(x, operator.mul))[-1]
    return total + sum(itertools.accumulate(x, lambda a, b: a * 0.5 + b, initial=x[0]))


def parts_of_iterables(x):
    total = sum(v**2 for v in itertools.islice(x, 1, 3)) + sum(itertools.islice(squares(x), 2))
    total += sum(x[0] ** k for k in itertools.islice(itertools.count(1), 4))
    total += sum(v * v for v in itertools.takewhile(lambda v: v < 1.0, x))
    total += sum(itertools.dropwhile(lambda v: v < 1.0, x))
    return total + sum(v**3 for v in itertools.filterfalse(lambda v: v > 0.0, x))


def endless_ones(x):
    y = x[0]
    for k in itertools.count():
        y = np.cos(y) * x[1]
        if k >= 5:
            break
    for _ in itertools.repeat(None, 3):
        y = y * x[1] + 1
    for v, w in zip(itertools.cycle([1.0, 2.0]), x, strict=False):
        y += v * w * w
    return y


def rows_applied(x):
    total = sum(itertools.starmap(lambda a, b: a * b, zip(x, x[::-1], strict=True)))
    total += sum(itertools.starmap(pow, [(x[0], 2), (x[1], 3)]))
    total += sum(a * b for a, b in itertools.zip_longest(x, x[:2], fillvalue=2.0))
    return total + sum(itertools.chain.from_iterable([x[:2], x[2:] ** 2]))


def groups_by_label(x):
    total = 0.0
    labelled = [("a", x[0]), ("a", x[1]), ("b", x[2]), ("b", x[3])]
    for key, group in itertools.groupby(labelled, key=lambda pair: pair[0]):
        total += sum(v for _, v in group) ** 2 * (2.0 if key == "a" else 1.0)
    return total


def reduced(x):
    total = functools.reduce(lambda a, b: a * b + 1, x, x[0])
    total += functools.reduce(lambda a, f: f(a), [np.sin, np.exp], x[0])
    return total + functools.reduce(np.dot, [np.outer(x, x), np.outer(x, x)])[0, 1]


def elementwise_functions(x):
    f = np.vectorize(lambda v, c: v * c if v > 0 else v**2)
    return np.sum(f(x, 2.0) * bent(x)) + np.sum(f(x[:, None], x))


def along_axes(x):
    a = np.outer(x, np.sin(x))
    rows = np.apply_along_axis(lambda r: r / np.sqrt(1 + np.sum(r**2)), 1, a)
    return np.sum(rows * x) + np.sum(np.apply_along_axis(np.prod, 0, a) * x)


def indices_of_arrays(x):
    a = x.reshape(2, 2)
    total = 0.0
    for (i, j), v in np.ndenumerate(a):
        total += (i + 2 * j) * v**2
    for i, j in np.ndindex(2, 2):
        total += a[i, j] * a[j, i]
    for index in np.ndindex(a.shape):
        total += a[index] ** 3
    return total + np.sum(np.fromiter((v * v for v in x), dtype=float) * x)


def grids(x):
    rows, columns = np.mgrid[0:3, 0:2]
    down, across = np.ogrid[0:1:5j, -1.0:1.0:0.5]
    total = np.sum((rows * x[0] + columns * x[1]) ** 2)
    total += np.sum(down * x[2] * np.sin(across * x[3]))
    return total + np.sum(np.mgrid[1:4] * x[0])


def iterator_chosen_by_a_path(x):
    it = (v * v for v in x) if x[0] > 0 else iter(x)
    return sum(it)


class Last:
    """Adds what it is asked about to the last element of a list."""

    def __init__(self, items):
        self.items = items

    def __call__(self, value):
        self.items[-1] += value
        return value


def changed_by_a_comprehension(x):
    items = [x[0], x[1], x[2]]
    add = Last(items)
    listed = [add(v) * k for k, v in enumerate(items)]
    backwards = [add(v) for v in reversed(items)]
    named = {k: add(v) for k, v in zip("abc", items, strict=True)}
    return sum(listed) + sum(backwards) * named["c"]


def changed_while_mapped(x):
    items = [x[0], x[1], x[2]]
    add = Last(items)
    total = sum(map(add, items)) + functools.reduce(lambda a, b: a * add(b), items)
    return total + max(items, key=add) * items[2]


def values_read_late(x):
    shares = {"a": x[0], "b": x[1]}
    values, pairs = iter(shares.values()), iter(shares.items())
    for v in x:
        shares["b"] = shares["a"] * v
    return sum(values) + sum(v * v for _, v in pairs)


CASES = [
    case(f, array(4, low=-0.9, high=1.4))
    for f in (
        generators_in_step,
        first_and_rest,
        unpacked_generator,
        pairs_of_elements,
        triples_of_elements,
        running_sums,
        parts_of_iterables,
        endless_ones,
        rows_applied,
        groups_by_label,
        reduced,
        elementwise_functions,
        along_axes,
        indices_of_arrays,
        grids,
        iterator_chosen_by_a_path,
        changed_by_a_comprehension,
        changed_while_mapped,
        values_read_late,
    )
]
