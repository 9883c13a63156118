"""Elements that a loop has finished with: read again from the array it leaves, not saved.

In `for j in range(1, n): a[j] = f(a[j - 1])` nothing writes `a[j - 1]` after it is read. The
reverse sweep finds the value that was read in the array that the loop ends with. That holds along
an axis where every write is at or ahead of `counter + constant`, for what is read behind that
place, or at it after the last write there: recurrences, sweeps along a line, time steps that are
kept, factorisations column by column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.index import Dots, Entry, NewAxis, Ref, Slice
from sourcead.ir.integers import Shifted, shifted
from sourcead.ir.loops import Loop
from sourcead.ir.types import FLOAT, ArrayT, Dim, ScalarT, Type, forget_axes, rank_of
from sourcead.ir.walk import defined
from sourcead.ops.build import Builder
from sourcead.transforms.bounds import (
    Bounds,
    Counters,
    bounds_in_branch,
    bounds_in_loop,
    counter,
    lower_bound,
)
from sourcead.transforms.chains import (
    WRITES,
    Link,
    chain,
    changed_lists,
    link_to,
    outer_chain,
    overwritten_versions,
)
from sourcead.transforms.costs import recompute_needs

LOOPS = ("for", "while")
# The least and the most index that is selected along an axis; None where unknown.
Span = tuple[Shifted | None, Shifted | None]


@dataclass(frozen=True, slots=True)
class _Access:
    """A read or a write of a part of an array; `version` is what it reads, or what it makes."""

    op: Op
    version: Value
    spans: tuple[Span, ...]

    def span(self, axis: int) -> Span:
        return self.spans[axis] if axis < len(self.spans) else ((None, 0), None)


@dataclass
class _Settling:
    """What one loop finishes with: along an axis, the parts at or behind `last`."""

    counters: Counters
    writes: dict[Op, _Access]
    links: list[Link]
    item: Value
    direction: int
    # For each axis along which writes advance: how far behind the counter they may be.
    last: dict[int, int]
    final: Value

    def holds(self, access: _Access, version: Value) -> bool:
        """Whether what is accessed is still the same when the loop ends."""
        behind = [self.behind(access.span(axis), axis) for axis in self.last]
        known = [distance for distance in behind if distance is not None]
        if any(distance > 0 for distance in known):
            return True
        return 0 in known and self.is_left_alone(access, version)

    def behind(self, span: Span, axis: int) -> int | None:
        """How far the nearest part is behind the last place that is still written."""
        offset = offset_of(span, self.item, -self.direction, self.counters)
        return None if offset is None else (self.last[axis] - offset) * self.direction

    def is_left_alone(self, access: _Access, version: Value) -> bool:
        """Whether the rest of the iteration writes elsewhere."""
        for link in self.links:
            if link.after is version:
                return True
            if not all(self.elsewhere(self.writes[op], access) for op in write_ops([link])):
                return False
        return bool(self.links) and self.links[-1].before is version

    def elsewhere(self, write: _Access, access: _Access) -> bool:
        """Whether along some axis the write is surely on one side of what is accessed."""
        for axis in range(max(len(write.spans), len(access.spans))):
            (low, high), (least, most) = write.span(axis), access.span(axis)
            if high is not None and least is not None:
                apart = self.counters.most_apart(high, least)
                if apart is not None and apart < 0:
                    return True
            if low is not None and most is not None:
                apart = self.counters.least_apart(low, most)
                if apart is not None and apart > 0:
                    return True
        return False


def offset_of(span: Span, item: Value, side: int, counters: Counters) -> int | None:
    """A bound of the span's offset from a counter: from below (side 1) or from above (-1)."""
    end = span[0] if side > 0 else span[1]
    if end is None:
        return None
    if side > 0:
        return counters.least_apart(end, (item, 0))
    return counters.most_apart(end, (item, 0))


@dataclass
class Settled:
    """For each value that a loop reads or writes: where it is found after the loop.

    `changing` are versions of lists that do not last: what was read of them is not read again.
    """

    sources: dict[Value, Op] = field(default_factory=dict)
    changing: set[Value] = field(default_factory=set)

    def needs(self, value: Value) -> list[Value] | None:
        """What making the value again needs: subscripts where it is settled, else its operands.

        None where it has to be saved.
        """
        read = self.sources.get(value)
        if read is not None:
            return list(read.operands[1:])
        return None if self.is_passing(value) else recompute_needs(value)

    def is_passing(self, value: Value) -> bool:
        """Whether a value was read of a list that is no more."""
        op = value.op
        return op is not None and op.name in ("getitem", "dim") and op.operands[0] in self.changing


def settled_parts(body: Region, keeps_parameters: bool) -> Settled:
    """Find the values of a function that need not be saved.

    Args:
        body: of the function.
        keeps_parameters: whether arrays that callers pass may be copied once.
    """
    found = Settled(changing=changed_lists(body))
    _Search(body, keeps_parameters, found).run()
    return found


class _Search:
    """Looks at the loops of a function, inner ones first."""

    def __init__(self, body: Region, keeps_parameters: bool, found: Settled) -> None:
        self.body = body
        self.keeps_parameters = keeps_parameters
        self.found = found
        self.counters = Counters.of(body)
        self.is_wide = not any(_is_narrow(value.type) for value in defined(body))
        # The newest version that an access is known to agree with so far.
        self.agrees: dict[Op, Value] = {}

    def run(self) -> None:
        self._visit(self.body, {}, None)

    def _visit(self, region: Region, bounds: Bounds, around: Loop | None) -> list[_Access]:
        """The accesses in a region; `around` is the loop whose body it is part of."""
        found: list[_Access] = []
        for op in region.ops:
            if op.name == "getitem":
                found.append(_Access(op, op.operands[0], spans_of(op, bounds)))
            elif op.name in WRITES:
                found.append(_Access(op, op.result, spans_of(op, bounds)))
            elif op.name == "if":
                for position, inner in enumerate(op.regions):
                    known = bounds_in_branch(op, position, bounds)
                    found += self._visit(inner, known, around)
            elif op.name in LOOPS:
                loop = Loop(op)
                inside = self._visit(loop.body, bounds_in_loop(loop, bounds), loop)
                self._settle(loop, inside, around)
                found += inside
        return found

    def _settle(self, loop: Loop, accesses: list[_Access], around: Loop | None) -> None:
        for k, carry in enumerate(loop.carries):
            links = chain(loop.nexts[k], carry)
            if not links or not isinstance(carry.type, ArrayT):
                continue
            versions = set(_versions(links))
            own = [access for access in accesses if access.version in versions]
            settling = self._settling(loop, k, links, own)
            if settling is None:
                continue
            may_keep = self._may_keep(loop, k, settling, around)
            for access in own:
                agreed = self.agrees.get(access.op, access.version)
                if settling.holds(access, agreed):
                    self.agrees[access.op] = settling.final
                    if may_keep:
                        self._note(access, settling.final)

    def _settling(
        self, loop: Loop, k: int, links: list[Link], own: list[_Access]
    ) -> _Settling | None:
        found = counter(loop) if loop.op.name == "for" else None
        writes = {access.op: access for access in own if access.op.name in WRITES}
        if found is None or not writes or set(write_ops(links)) != set(writes):
            return None
        item, counted = found
        last: dict[int, int] = {}
        for axis in range(rank_of(loop.carries[k].type) or 0):
            offsets = [
                offset_of(access.span(axis), item, counted.direction, self.counters)
                for access in writes.values()
            ]
            known = [offset for offset in offsets if offset is not None]
            if len(known) == len(offsets):
                last[axis] = min(known) if counted.direction > 0 else max(known)
        final = loop.finals[k]
        made = _Settling(self.counters, writes, links, item, counted.direction, last, final)
        return made if last else None

    def _may_keep(self, loop: Loop, k: int, settling: _Settling, around: Loop | None) -> bool:
        """Whether keeping the array until the reverse sweep costs no more than the loop itself."""
        if around is not None:
            return loop.op in around.body.ops and not _is_overwritten(settling.final, around)
        if self.keeps_parameters or _root(loop.inits[k]) not in self.body.params:
            return True
        return all(
            low is not None and low == high and self._runs_along_an_axis(low[0])
            for write in settling.writes.values()
            for low, high in _places(write)
        )

    def _runs_along_an_axis(self, item: Value | None) -> bool:
        """Whether an index counts from end to end of an axis, or of what another one leaves."""
        known = self.counters.ranges.get(item) if item is not None else None
        if known is None:
            return False
        ends = [end for end, _ in (known.least, known.most) if end is not None]
        return bool(ends) and all(
            end in self.counters.ranges or (end.op is not None and end.op.name == "dim")
            for end in ends
        )

    def _is_found_again(self, read: Value, op: Op) -> bool:
        """Whether what is read from the array is what the operation read, or stored there."""
        if op.name == "getitem":
            same = forget_axes(read.type) == forget_axes(op.result.type)
            return same or _is_stored_as(read.type, op.result.type)
        stored = op.operands[1].type
        if isinstance(stored, ScalarT) and stored == FLOAT:
            return self.is_wide and read.type == ScalarT("float", "float64")
        if isinstance(stored, ScalarT):
            return stored.dtype is not None and read.type == stored
        return _is_stored_as(read.type, stored)

    def _note(self, access: _Access, final: Value) -> None:
        op = access.op
        first = _first_index(op)
        read = Builder(Region(), NOWHERE, "reverse")
        args = ("x", *(f"i{k}" for k in range(len(op.operands) - first)))
        index = {"index": op.attrs["index"]}
        again = read.op("getitem", [final, *op.operands[first:]], args, index)
        if op.name == "setitem_add" or again.op is None or not self._is_found_again(again, op):
            return
        value = op.result if op.name == "getitem" else op.operands[1]
        again.type = value.type
        again.soft = value.soft
        self.found.sources[value] = again.op


def spans_of(op: Op, bounds: Bounds) -> tuple[Span, ...]:
    """What a subscript selects along each leading axis."""
    operands = op.operands[_first_index(op) :]

    def end(bound: int | Ref | None) -> Shifted | None:
        """A bound that is surely counted from the start of the axis."""
        number = shifted(operands[bound.k]) if isinstance(bound, Ref) else (None, bound or 0)
        least = lower_bound(number, bounds)
        return number if least is not None and least >= 0 else None

    def span(entry: Entry) -> Span:
        if not isinstance(entry, Slice):
            place = end(entry) if isinstance(entry, int | Ref) else None
            return place, place
        if isinstance(entry.step, Ref) or (entry.step is not None and entry.step < 1):
            return None, None
        stop = end(entry.upper) if entry.upper is not None else None
        return end(entry.lower), None if stop is None else (stop[0], stop[1] - 1)

    return tuple(map(span, plain_entries(op) or ()))


def plain_entries(op: Op) -> list[Entry] | None:
    """One entry for each leading axis; None for an index with arrays or new axes."""
    entries: list[Entry] = []
    operands = op.operands[_first_index(op) :]
    for entry in op.attrs["index"]:
        if isinstance(entry, Dots):
            break
        if isinstance(entry, NewAxis):
            return None
        if isinstance(entry, Ref) and not isinstance(operands[entry.k].type, ScalarT):
            return None
        entries.append(entry)
    rest = op.attrs["index"][len(entries) + 1 :]
    return None if any(not isinstance(entry, Slice) for entry in rest) else entries


def _first_index(op: Op) -> int:
    return 2 if op.name in WRITES else 1


def _versions(links: list[Link]) -> Iterator[Value]:
    for link in links:
        yield from (link.before, link.after)
        for inner in _inner_chains(link):
            yield from _versions(inner)


def write_ops(links: list[Link]) -> Iterator[Op]:
    for link in links:
        if link.op.name in WRITES:
            yield link.op
        for inner in _inner_chains(link):
            yield from write_ops(inner)


def _inner_chains(link: Link) -> list[list[Link]]:
    """The links inside a control operation."""
    if link.op.name in LOOPS:
        loop = Loop(link.op)
        found = [chain(loop.nexts[link.position], loop.carries[link.position])]
    elif link.op.name == "if":
        found = [outer_chain(r, r.yields[link.position]) for r in link.op.regions]
    else:
        found = []
    return [links for links in found if links]


def _is_overwritten(version: Value, around: Loop) -> bool:
    """Whether the body of a loop, or its next iteration, writes on top of a version."""
    found = overwritten_versions(around.body)
    pairs = zip(around.carries, around.nexts, strict=True)
    return version in found or any(v is version and c in found for c, v in pairs)


def _root(value: Value) -> Value:
    """The array that a chain of versions at function level begins with."""
    while (link := link_to(value)) is not None:
        value = link.before
    return value


def _places(write: _Access) -> list[Span]:
    """The indices of a write along the axes of which it does not take a slice."""
    entries = plain_entries(write.op) or []
    pairs = zip(entries, write.spans, strict=True)
    return [span for entry, span in pairs if not isinstance(entry, Slice)]


def _is_stored_as(stored: Type, value: Type) -> bool:
    """Whether an array is put into a place of one type without broadcasting or conversion."""
    if not isinstance(stored, ArrayT) or not isinstance(value, ArrayT):
        return False
    if stored.dtype is None or stored.dtype != value.dtype:
        return False
    if stored.dims is None or value.dims is None or len(stored.dims) != len(value.dims):
        return False
    return all(map(Dim.meets, stored.dims, value.dims))


def _is_narrow(t: Type) -> bool:
    """Whether a NumPy number would widen arrays of a type, where a Python number does not."""
    dtype = t.dtype if isinstance(t, ArrayT | ScalarT) else None
    return dtype in ("float16", "float32", "complex64")
