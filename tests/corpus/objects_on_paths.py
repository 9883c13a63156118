"""Objects that a path changes last thing in a method, before anybody else knows them."""

from dataclasses import dataclass
from functools import reduce

from tests.corpus.registry import case, floats


class Limited:
    """What its `__init__` does last depends on its arguments; some attributes the class has."""

    cap = 1.5
    found = None
    label = "low"

    def __init__(self, value):
        self.value = value
        if value > 1.0:
            self.value = value * value
            self.cap = value
            self.label = "high"

    def search(self, bound):
        if self.value > bound:
            self.found = self.value - bound


@dataclass
class Clipped:
    value: float

    def __post_init__(self):
        if self.value > 1.0:
            self.value = 2.0 - self.value


class Doubled(Limited):
    def __init__(self, value):
        super().__init__(value * 2.0)
        if value < 0.5:
            self.cap = value


class Tally:
    """Counts what it is asked; also a context."""

    def __init__(self, value, seen):
        self.value = value
        self.seen = seen
        self.hits = 0

    def score(self):
        score = self.value * 2.0
        if score > 1.0:
            self.hits += 1
        return score

    def add(self, value):
        if value > 0.5:
            self.value += value
        return self

    def __enter__(self):
        if self.value > 1.0:
            self.value = self.value * 3.0

    def __exit__(self, *exc):
        self.seen.append(self.value)


def changed_by_their_constructors(a, b):
    total = 0.0
    for value in (a, b, a * b):
        one, two = Limited(value), Doubled(value)
        total += one.value * one.cap + two.value * two.cap + Clipped(value).value
        if one.label != two.label:
            total = total * a
    return total


def found_on_one_path(a, b):
    one = Limited(a)
    one.search(b)
    other = Limited(b)
    if b < a:
        other.cap = a
    return (a if one.found is None else one.found * b) * one.cap * other.cap


def changed_without_a_name(a, b):
    seen = []
    best = max([Tally(a, seen), Tally(b, seen)], key=Tally.score)
    with Tally(a, seen), Tally(a + b, seen):
        if b > 0.5:
            b = b * 2.0
    added = reduce(Tally.add, [a, b, a * b], Tally(b, seen))
    twice = [Tally.score(one) * one.hits for one in [Tally(a, seen)] * 2]
    return best.value * best.hits + added.value + sum(twice) + seen[0] * seen[1]


PLACES = (floats(0.4, 0.3), floats(1.7, 0.4), floats(0.6, 2.2))
CASES = [
    case(f, *PLACES, wrt=(0, 1))
    for f in (changed_by_their_constructors, found_on_one_path, changed_without_a_name)
]
