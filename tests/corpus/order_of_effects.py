"""What happens first: iterators left early, values that rebind their target, contexts left by
exceptions, and methods that the language calls."""

import functools
import itertools
from collections import namedtuple
from enum import Flag, auto

import numpy as np

from tests.corpus.registry import array, case

Pair = namedtuple("Pair", "low high")


class Parts(Flag):
    LEFT = auto()
    RIGHT = auto()


class Tag:
    def __init__(self, number, v):
        self.number, self.v = number, v

    def __eq__(self, other):
        return self.number == other.number

    def __hash__(self):
        return self.number

    def __format__(self, spec):
        return f"{spec}{self.number}"


class Chain:
    """A list that is linked, with what Python asks of containers."""

    def __init__(self, v, rest=None):
        self.v, self.rest = v, rest

    def __iter__(self):
        node = self
        while node is not None:
            yield node.v
            node = node.rest

    def __reversed__(self):
        return iter(list(self)[::-1])

    def __len__(self):
        return 1 + (len(self.rest) if self.rest else 0)


class Window:
    def __init__(self, items):
        self._items, self.cleared = list(items), 0.0

    @property
    def items(self):
        return self._items

    @items.deleter
    def items(self):
        self._items = self._items[:1]
        self.cleared += 1.0

    def __delitem__(self, k):
        del self._items[k]


class Quiet:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        return self

    def __exit__(self, kind, exception, trace):
        self.log.append(2.0 if kind is None else 3.0)
        return True


@functools.singledispatch
def size(v):
    return abs(v)


@size.register
def _of_array(v: np.ndarray):
    return np.sqrt(np.sum(v * v))


@size.register(list)
def _of_list(v):
    return sum(size(part) for part in v) * 2.0


def asked_as_far_as_needed(x):
    values = (v * v for v in x)
    small = any(v < 0.3 for v in values)
    first = next((v for v in values if v > 0.1), 0.5)
    return sum(values) * (2.0 if small else 3.0) + first * x[0]


def loop_left_over_an_iterator(x):
    values = map(np.sin, x)
    total = 0.0
    for large in (v > 0.2 for v in values):
        if large:
            break
        total += 1.0
    return total * x[0] + sum(v * v for v in values)


def powers_without_an_end(x, a):
    total = sum(v * p for v, p in zip(x, (a**k for k in itertools.count()), strict=False))
    for p in (a**k for k in itertools.count(1)):
        if p < 0.1:
            break
        total += p
    return total


def groups_in_their_turn(x):
    names = ["a", "a", "b"]
    total = 0.0
    for name, group in itertools.groupby(zip(names, x, strict=True), key=lambda pair: pair[0]):
        total += len(name) * next(group)[1] ** 2
    early = list(itertools.groupby([1, 1, 2]))
    table = {k: list(g) for k, g in itertools.groupby([(1, x[0]), (1, x[1]), (2, x[2])], _first)}
    return total + len(list(early[0][1])) + table[1][1][1] * table[2][0][1]


def _first(pair):
    return pair[0]


def array_rebound_by_its_own_value(x):
    y = x * 2.0
    seen = y

    def doubled():
        nonlocal y
        y = y * 2.0
        return x[0]

    y += doubled()
    return np.sum(y * x) + np.sum(seen)


def item_and_attribute_replaced_by_the_value(x, a):
    rows, tag = [x * 1.0, x * 2.0], Tag(0, x * 3.0)

    def replaced():
        rows[0] = x * 5.0
        tag.v = x * 7.0
        return a

    rows[0] += replaced()
    tag.v *= replaced()
    return np.sum(rows[0] * x) + np.sum(tag.v * rows[1])


def list_rebound_by_its_own_value(a, b):
    items = [a]
    seen = items

    def others():
        nonlocal items
        items = [5.0, b]
        return [b * b]

    items += others()
    return sum(items) * len(items) + sum(seen)


def exception_ended_by_a_context(x, a):
    log = [1.0]
    y = 0.5 * a
    with Quiet(log):
        y = np.sum(np.linalg.solve(np.outer(x, x), x))
    with Quiet([]), Quiet(log):
        y = y + a * a
    return y * x[0]


def linked_list_as_a_container(a, b):
    chain = Chain(a, Chain(b, Chain(a * b)))
    first, *rest = chain
    return first * rest[-1] + max(chain) * len(chain) + next(reversed(chain)) ** 2


def parts_of_texts_and_names(a, b):
    name = "part12"
    pair = Pair._make([a, b])
    parts = Parts.LEFT | Parts.RIGHT
    total = a ** int(name[-1]) if Parts.LEFT in parts else a
    if f"{Tag(3, a):>}" == ">3" and name[:4] == "part":
        total += pair.high * int(name[4])
    return total * pair.low


def deleted_by_methods(a, b):
    window = Window([a, b, a * b])
    del window[0]
    first = window.items[0]
    del window.items
    return first * len(window.items) + window.cleared * window.items[0] ** 2


def found_by_equality(a, b):
    tags = [Tag(1, a), Tag(2, b), Tag(1, a * b)]
    place, count = tags.index(Tag(2, a)), tags.count(Tag(1, b))
    tags.remove(Tag(1, b))
    return tags[0].v * tags[1].v + place * a + count * b


def chosen_by_the_class(x, a):
    return size(x) * size(a) + size([a, x[0]])


def _two(rng):
    return 0.7, 1.3


CASES = [
    case(asked_as_far_as_needed, array(5), lambda rng: (np.array([1.3, 0.2, 0.9, 0.4]),)),
    case(loop_left_over_an_iterator, lambda rng: (np.array([-0.7, 0.9, 0.4, 0.3]),)),
    case(powers_without_an_end, lambda rng: (np.array([0.7, -0.2, 0.4]), 0.45), wrt=(0, 1)),
    case(groups_in_their_turn, array(3)),
    case(array_rebound_by_its_own_value, array(3)),
    case(item_and_attribute_replaced_by_the_value, lambda rng: (rng.normal(size=3), 0.3)),
    case(list_rebound_by_its_own_value, _two, wrt=(0, 1)),
    case(exception_ended_by_a_context, lambda rng: (np.array([1.0, 2.0]), 0.6), wrt=1),
    case(linked_list_as_a_container, _two, wrt=(0, 1)),
    case(parts_of_texts_and_names, _two, wrt=(0, 1)),
    case(deleted_by_methods, _two, wrt=(0, 1)),
    case(found_by_equality, _two, wrt=(0, 1)),
    case(chosen_by_the_class, lambda rng: (rng.normal(size=3), -0.6), wrt=(0, 1)),
]
