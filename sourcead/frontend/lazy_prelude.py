"""`itertools` and iterators as the generator functions they are; lowered like user code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


def counted(start: Any, step: Any) -> Iterator[Any]:
    number = start
    while True:
        yield number
        number = number + step


def repeated(item: Any, times: int) -> Iterator[Any]:
    for _ in range(times):
        yield item


def repeated_for_ever(item: Any) -> Iterator[Any]:
    while True:
        yield item


def cycled(items: Iterable[Any]) -> Iterator[Any]:
    while True:
        yield from items


def singles_of(first: Iterable[Any]) -> Iterator[Any]:
    for x in first:
        yield (x,)


def numbered(indices: Iterable[Any], array: Any) -> Iterator[Any]:
    for index in indices:
        yield index, array[index]


def pairs_of(first: Iterable[Any], second: Iterable[Any]) -> Iterator[Any]:
    for x in first:
        for y in second:
            yield x, y


def triples_of(
    first: Iterable[Any], second: Iterable[Any], third: Iterable[Any]
) -> Iterator[Any]:
    for x in first:
        for y in second:
            for z in third:
                yield x, y, z


def combined_numbers(n: int) -> Iterator[Any]:
    for i in range(n):
        for j in range(i + 1, n):
            yield i, j


def combined(items: Any) -> Iterator[Any]:
    for i in range(len(items)):
        for j in range(i + 1, len(items)):
            yield items[i], items[j]


def combined_by_three(items: Any) -> Iterator[Any]:
    for i in range(len(items)):
        for j in range(i + 1, len(items)):
            for k in range(j + 1, len(items)):
                yield items[i], items[j], items[k]


def combined_with_itself(items: Any) -> Iterator[Any]:
    for i in range(len(items)):
        for j in range(i, len(items)):
            yield items[i], items[j]


def permuted(items: Any) -> Iterator[Any]:
    for i in range(len(items)):
        for j in range(len(items)):
            if i != j:
                yield items[i], items[j]


def first_ones(items: Iterable[Any], count: int) -> Iterator[Any]:
    taken = 0
    if taken < count:
        for item in items:
            yield item
            taken += 1
            if taken >= count:
                return


def part_of(items: Iterable[Any], start: int, stop: int, step: int) -> Iterator[Any]:
    taken = 0
    if taken < stop:
        for item in items:
            if taken >= start and (taken - start) % step == 0:
                yield item
            taken += 1
            if taken >= stop:
                return


def while_true(test: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if not test(item):
            return
        yield item


def from_false(test: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    skipping = True
    for item in items:
        skipping = skipping and bool(test(item))
        if not skipping:
            yield item


def false_ones(test: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if not test(item):
            yield item


def selected(items: Iterable[Any], selectors: Iterable[Any]) -> Iterator[Any]:
    for item, chosen in zip(items, selectors, strict=False):
        if chosen:
            yield item


def applied(function: Callable[..., Any], rows: Iterable[Any]) -> Iterator[Any]:
    for row in rows:
        yield function(*row)


def joined(iterables: Iterable[Iterable[Any]]) -> Iterator[Any]:
    for items in iterables:
        yield from items


def filled_pairs(first: Any, second: Any, fill: Any) -> Iterator[Any]:
    for k in range(max(len(first), len(second))):
        yield (first[k] if k < len(first) else fill), (second[k] if k < len(second) else fill)


def beside(items: Iterable[Any], columns: Any, place: int) -> Iterator[Any]:
    """`zip` of a generator and what can be indexed; the generator stands at `place`."""
    taken = 0
    shortest = min([len(column) for column in columns])
    if place == 0 or taken < shortest:
        for item in items:
            if place == 0 and taken >= shortest:
                return
            row = [column[taken] for column in columns]
            row.insert(place, item)
            yield tuple(row)
            taken += 1
            if place > 0 and taken >= shortest:
                return


def live(items: Any) -> Iterator[Any]:
    """The elements of a list that changes meanwhile."""
    turn = 0
    while turn < len(items):
        yield items[turn]
        turn += 1


def live_pairs(items: Any, start: int) -> Iterator[Any]:
    turn = 0
    while turn < len(items):
        yield start + turn, items[turn]
        turn += 1


def numbered_from(items: Iterable[Any], start: int) -> Iterator[Any]:
    number = start
    for item in items:
        yield number, item
        number += 1


def live_backwards(items: Any) -> Iterator[Any]:
    turn = len(items) - 1
    while turn >= 0 and turn < len(items):
        yield items[turn]
        turn -= 1


def live_rows(columns: Any) -> Iterator[Any]:
    turn = 0
    while min([len(column) for column in columns]) > turn:
        yield tuple([column[turn] for column in columns])
        turn += 1


def first_of(items: Iterable[Any]) -> Any:
    for item in items:
        return item
    raise StopIteration


def first_or(items: Iterable[Any], default: Any) -> Any:
    for item in items:
        return item
    return default


def next_or(iterator: Any, default: Any) -> Any:
    return default if iterator.place >= len(iterator.items) else next(iterator)


class Taking:
    """What `iter(items)` returns."""

    def __init__(self, items: Any) -> None:
        self.items = items
        self.place = 0

    def __iter__(self) -> Iterator[Any]:
        for place in range(self.place, len(self.items)):
            self.place = place + 1
            yield self.items[place]

    def __next__(self) -> Any:
        if self.place >= len(self.items):
            raise StopIteration
        item = self.items[self.place]
        self.place += 1
        return item
