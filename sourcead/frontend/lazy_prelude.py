"""`itertools` and iterators as the generator functions they are; lowered like user code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

# The place of an iterator that has ended: no list is that long.
ENDED = 2**63 - 1


def counted(start: Any, step: Any) -> Iterator[Any]:
    number = start
    while True:
        yield number
        number = number + step


def each(items: Iterable[Any]) -> Iterator[Any]:
    yield from items


def repeated(item: Any, times: int) -> Iterator[Any]:
    for _ in range(times):
        yield item


def repeated_for_ever(item: Any) -> Iterator[Any]:
    while True:
        yield item


def cycled(items: Iterable[Any]) -> Iterator[Any]:
    begun = Place()
    while True:
        as_first_read(begun, items)
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


def triples_of(first: Iterable[Any], second: Iterable[Any], third: Iterable[Any]) -> Iterator[Any]:
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


def grouped(groups: Iterable[Any]) -> Iterator[Any]:
    for key, items in groups:
        group = iter(items)
        yield key, group
        for _ in group:
            pass  # whoever has kept the group finds nothing in it


def filled_pairs(first: Any, second: Any, fill: Any) -> Iterator[Any]:
    for k in range(max(len(first), len(second))):
        yield (first[k] if k < len(first) else fill), (second[k] if k < len(second) else fill)


def mapped(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        yield function(item)


def kept(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if function(item):
            yield item


def true_ones(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if item:
            yield item


def before(column: Any, items: Iterable[Any]) -> Iterator[Any]:
    """`zip(column, items)`, where only `column` can be asked whether there is more."""
    if column.more():
        first = column.take()
        for item in items:
            yield first, item
            if not column.more():
                column.end()
                return
            first = column.take()
    else:
        column.end()


def beside(items: Iterable[Any], columns: Any) -> Iterator[Any]:
    """`zip(items, *columns)`, where only the columns can be asked whether there is more."""
    for item in items:
        row = [item]
        for column in columns:
            if not column.more():
                column.end()
                return
            row.append(column.take())
        yield tuple(row)


def in_step(first: Any, second: Any) -> Iterator[Any]:
    """`zip(first, second)` of what can be asked whether there is more, perhaps one thing twice."""
    while first.more():
        x = first.take()
        if not second.more():
            second.end()
            return
        yield x, second.take()
    first.end()


def in_three_steps(first: Any, second: Any, third: Any) -> Iterator[Any]:
    while first.more():
        x = first.take()
        if not second.more():
            second.end()
            return
        y = second.take()
        if not third.more():
            third.end()
            return
        yield x, y, third.take()
    first.end()


def each_next(iterator: Any) -> Iterator[Any]:
    """What an object with `__next__` gives until it stops."""
    while True:
        try:
            item = next(iterator)
        except StopIteration:
            return
        yield item


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


def contains(items: Iterable[Any], wanted: Any) -> bool:
    return any(item == wanted for item in items)


def next_or(iterator: Any, default: Any) -> Any:
    return iterator.take() if iterator.more() else default


def next_of_list_or(iterator: Any, default: Any) -> Any:
    if iterator.more():
        return iterator.take()
    iterator.end()
    return default


def as_made(iterator: Any) -> None:
    """What the compiler makes sure of: nothing that the elements are made of has changed."""


def as_first_read(begun: Any, items: Any) -> None:
    """What the compiler makes sure of: a list is what it was when it was first read, of which
    Python has kept the elements."""


class Place:
    """How many elements have been taken, or the number that comes next."""

    def __init__(self, place: Any = 0) -> None:
        self.place = place


class Taking:
    """What `iter(items)` returns."""

    def __init__(self, items: Any) -> None:
        self.items = items
        self.at = Place()

    def more(self) -> Any:
        return self.at.place < len(self.items)

    def take(self) -> Any:
        as_made(self)
        item = self.items[self.at.place]
        self.at.place += 1
        return item

    def end(self) -> None:
        pass

    def __next__(self) -> Any:
        if self.at.place >= len(self.items):
            raise StopIteration
        return self.take()


class ListTaking(Taking):
    """What `iter` returns for a list, which may grow: a list iterator that has ended stays so."""

    def end(self) -> None:
        self.at.place = ENDED

    def __next__(self) -> Any:
        if self.at.place >= len(self.items):
            self.end()
            raise StopIteration
        return self.take()


class Counting:
    """What `itertools.count(start, step)` returns."""

    def __init__(self, start: Any, step: Any) -> None:
        self.step = step
        self.at = Place(start)

    def more(self) -> bool:
        return True

    def take(self) -> Any:
        number = self.at.place
        self.at.place = number + self.step
        return number

    def end(self) -> None:
        pass

    def __next__(self) -> Any:
        return self.take()


class Cycling:
    """What `itertools.cycle(items)` returns, if there are items."""

    def __init__(self, items: Any) -> None:
        self.items = items
        self.at = Place()

    def more(self) -> Any:
        return len(self.items) > 0

    def take(self) -> Any:
        as_first_read(self.at, self.items)
        item = self.items[self.at.place % len(self.items)]
        self.at.place += 1
        return item

    def end(self) -> None:
        pass

    def __next__(self) -> Any:
        if len(self.items) == 0:
            raise StopIteration
        return self.take()


# Generators without an end, as objects of which elements can be taken here and there.
ENDLESS = {"counted": Counting, "cycled": Cycling}


def rest(iterator: Any) -> Iterator[Any]:
    """What is left of an iterator from which nobody else takes meanwhile."""
    for place in range(iterator.at.place, len(iterator.items)):
        iterator.at.place = place + 1
        as_made(iterator)
        yield iterator.items[place]
    iterator.end()


def rest_shared(iterator: Any) -> Iterator[Any]:
    """What is left of an iterator from which others take as well."""
    while iterator.more():
        yield iterator.take()
    iterator.end()
