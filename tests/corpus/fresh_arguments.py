"""What was just made and goes straight into a call is one object, however often it is read."""

import collections
import functools
from dataclasses import dataclass, field

import numpy as np

from tests.corpus.registry import array, arrays, case


class Ends:
    """Keeps an array and a part of it."""

    def __init__(self, whole):
        self.whole = whole
        self.tail = whole[1:]

    def __add__(self, more):
        self.whole = more
        self.tail = more[:1]
        return self


def part_kept_by_an_object(x):
    ends = Ends(x * 2.0)
    ends.tail *= 3.0
    first = ends.whole
    joined = ends + np.sin(x)
    joined.tail *= 5.0
    return np.sum(first**2) + np.sum(joined.whole)


def doubled_beside_its_part(whole, times):
    part = whole[:-1]
    for _ in range(times):
        whole *= 1.5
    return part


def part_of_a_parameter(x):
    return np.sum(doubled_beside_its_part(x * x, 2) * x[1:])


def written_while_it_yields(buffer):
    part = buffer[:2]
    for _ in range(2):
        buffer *= 2.0
        yield part


def part_yielded(x):
    return sum(np.sum(part**2) for part in written_while_it_yields(x + 1.0))


def collected(*several, **named):
    first = several[0]
    first *= 2.0
    named["w"] += several[0]
    return named["w"] * first


def collected_by_a_helper(x):
    return np.sum(collected(x * 3.0, w=np.cos(x)))


def put(buffer, place, value):
    buffer[place] += value
    return buffer


def buffer_of_a_partial(x):
    insert = functools.partial(put, np.zeros(3))
    insert(0, x[0])
    found = insert(0, x[1] * x[0])
    insert(2, x[2])
    return np.sum(found**2)


@dataclass
class Sums:
    total: np.ndarray = field(default_factory=lambda: np.zeros(3))


def made_by_a_factory(x):
    sums = Sums()
    total = sums.total
    total += x
    sums.total *= x
    return np.sum(total)


def entries_given_by_name(x, y):
    table = {}
    table.update(a=x * y)
    a = table["a"]
    a *= 2.0
    same = dict.fromkeys("uv", y * 1.0)
    same["u"] += x
    ordered = collections.OrderedDict(w=np.exp(x))
    ordered["w"][0] = 1.0
    table.update(b=same["v"])
    table["b"] *= ordered["w"]
    return np.sum(table["a"] * same["u"])


def elements_of_map(x, y):
    first, second = map(np.sin, (x, y))
    part = first[1:]
    part *= second[1:]
    return np.sum(first * second)


CASES = [
    case(part_kept_by_an_object, array(3)),
    case(part_of_a_parameter, array(3)),
    case(part_yielded, array(3)),
    case(collected_by_a_helper, array(3)),
    case(buffer_of_a_partial, array(3)),
    case(made_by_a_factory, array(3)),
    case(entries_given_by_name, arrays((3,), (3,)), wrt=(0, 1)),
    case(elements_of_map, arrays((3,), (3,)), wrt=(0, 1)),
]
