"""What is known of the integers of a program: least values, and differences of indices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.integers import Shifted, shifted
from sourcead.ir.loops import Loop

Bounds = dict[Value, int]
# How far ends of ranges are followed, from `k` in `range(j)` to `j` in `range(i)` and so on.
DEPTH = 3


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a loop counts, ends included, and 1 or -1 for the order."""

    least: Shifted
    most: Shifted
    direction: int


@dataclass
class Counters:
    """The counters of all loops of a function, with their ranges."""

    ranges: dict[Value, Range] = field(default_factory=dict)

    @classmethod
    def of(cls, body: Region) -> Counters:
        found = cls()
        for op in body.walk():
            counted = counter(Loop(op)) if op.name == "for" else None
            if counted is not None:
                found.ranges[counted[0]] = counted[1]
        return found

    def most_apart(self, a: Shifted, b: Shifted) -> int | None:
        """A number that `a - b` is surely not above, None where there is none."""
        return min(_differences(self._limits(a, 1), self._limits(b, -1)), default=None)

    def least_apart(self, a: Shifted, b: Shifted) -> int | None:
        """A number that `a - b` is surely not below, None where there is none."""
        return max(_differences(self._limits(a, -1), self._limits(b, 1)), default=None)

    def _limits(self, number: Shifted, side: int) -> list[Shifted]:
        """The number itself, and what it is surely not above (side 1) or below (-1)."""
        found = [number]
        for _ in range(DEPTH):
            base, shift = found[-1]
            known = self.ranges.get(base) if base is not None else None
            if known is None:
                break
            end, more = known.most if side > 0 else known.least
            found.append((end, shift + more))
        return found


def _differences(first: list[Shifted], second: list[Shifted]) -> Iterator[int]:
    for a, m in first:
        yield from (m - n for b, n in second if a is b)


def counter(loop: Loop) -> tuple[Value, Range] | None:
    """The item that counts a loop's iterations, None where no stream is a range."""
    for item, stream in zip(loop.items, loop.streams, strict=True):
        made, direction = stream.op, -1 if loop.op.attrs.get("reverse") else 1
        if made is not None and made.name == "reversed":
            made, direction = made.operands[0].op, -direction
        if made is None or made.name != "range":
            continue
        start, stop = shifted(made.operands[0]), shifted(made.operands[1])
        step = constant(made.operands[2])
        if type(step) is int and step > 0:
            return item, Range(start, (stop[0], stop[1] - 1), direction)
        if type(step) is int and step < 0:
            return item, Range((stop[0], stop[1] + 1), start, -direction)
    return None


def lower_bound(number: Shifted, known: Bounds) -> int | None:
    """The largest constant that the integer is surely not below, None where there is none."""
    value, shift = number
    if value is None:
        return shift
    if value in known:
        return known[value] + shift
    return shift if value.op is not None and value.op.name == "dim" else None


def bounds_in_loop(loop: Loop, known: Bounds) -> Bounds:
    """What is known inside a loop's body: its counter is not below the start of its range."""
    found = counter(loop) if loop.op.name == "for" else None
    least = lower_bound(found[1].least, known) if found is not None else None
    return known if found is None or least is None else {**known, found[0]: least}


def bounds_in_branch(op: Op, position: int, known: Bounds) -> Bounds:
    """What is known inside a branch: `if t > 0` bounds `t` in its first region."""
    test = op.operands[0].op if op.operands else None  # a `try` has no operand
    if test is None or len(test.operands) != 2:
        return known
    value, limit = test.operands[0], constant(test.operands[1])
    if type(limit) is not int:
        return known
    name = test.name if position == 0 else _OPPOSITE.get(test.name, "")
    least = known.get(value)
    if name == "gt" or (name == "ne" and least == limit):
        bound = limit + 1
    elif name in ("ge", "eq"):
        bound = limit
    else:
        return known
    return known if least is not None and least >= bound else {**known, value: bound}


_OPPOSITE = {"le": "gt", "lt": "ge", "ne": "eq", "eq": "ne"}
