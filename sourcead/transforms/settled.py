"""Elements that a loop has finished with: read again from the array it leaves, not saved.

In `for j in range(1, n): a[j] = f(a[j - 1])` nothing writes `a[j - 1]` after it is read. The
reverse sweep finds the value that was read in the array that the loop ends with. That holds along
an axis where every write is at `counter + constant`, for what is read at or behind the last write,
as in recurrences, sweeps along a line and time steps that are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.index import Dots, Entry, NewAxis, Ref, Slice
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, ScalarT, rank_of
from sourcead.ops.build import Builder
from sourcead.transforms.bounds import (
    Bounds,
    bounds_in_branch,
    bounds_in_loop,
    counter,
    lower_bound,
    offset_from,
)
from sourcead.transforms.chains import (
    WRITES,
    Link,
    chain,
    link_to,
    outer_chain,
    overwritten_versions,
)
from sourcead.transforms.costs import recompute_needs

LOOPS = ("for", "while")


@dataclass(frozen=True, slots=True)
class _Access:
    """A read or a write of a part of an array; `version` is what it reads, or what it makes."""

    op: Op
    version: Value
    bounds: Bounds

    def entry(self, axis: int) -> Value | None:
        """The integer that selects along an axis, None where the index is of another form."""
        entries = plain_entries(self.op)
        if entries is None or axis >= len(entries):
            return None
        entry = entries[axis]
        return self.op.operands[_first_index(self.op) + entry.k] if isinstance(entry, Ref) else None


@dataclass
class _Settling:
    """What one loop finishes with: along an axis, the parts at or behind `least`."""

    axis: int
    item: Value
    direction: int
    last: int
    late: set[Value]
    final: Value

    def holds(self, access: _Access, version: Value) -> bool:
        """Whether what is accessed is still the same when the loop ends."""
        index = access.entry(self.axis)
        offset = offset_from(index, self.item) if index is not None else None
        if index is None or offset is None or not _not_negative(index, access.bounds):
            return False
        behind = (self.last - offset) * self.direction
        return behind > 0 or (behind == 0 and version in self.late)


@dataclass
class Settled:
    """For each value that a loop reads or writes: where it is found after the loop."""

    sources: dict[Value, Op] = field(default_factory=dict)

    def needs(self, value: Value) -> list[Value] | None:
        """What making the value again needs: subscripts where it is settled, else its operands.

        None where it has to be saved.
        """
        read = self.sources.get(value)
        return recompute_needs(value) if read is None else list(read.operands[1:])


def settled_parts(body: Region, keeps_parameters: bool) -> Settled:
    """Find the values of a function that need not be saved.

    Args:
        body: of the function.
        keeps_parameters: whether arrays that callers pass may be copied once.
    """
    found = Settled()
    _Search(body, keeps_parameters, found).run()
    return found


class _Search:
    """Looks at the loops of a function, inner ones first."""

    def __init__(self, body: Region, keeps_parameters: bool, found: Settled) -> None:
        self.body = body
        self.keeps_parameters = keeps_parameters
        self.found = found
        # The newest version that an access is known to agree with so far.
        self.agrees: dict[Op, Value] = {}

    def run(self) -> None:
        self._visit(self.body, {}, None)

    def _visit(self, region: Region, bounds: Bounds, around: Loop | None) -> list[_Access]:
        """The accesses in a region; `around` is the loop whose body it is part of."""
        found: list[_Access] = []
        for op in region.ops:
            if op.name == "getitem":
                found.append(_Access(op, op.operands[0], bounds))
            elif op.name in WRITES:
                found.append(_Access(op, op.result, bounds))
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
            may_keep = self._may_keep(loop, k, own, settling, around)
            for access in own:
                agreed = self.agrees.get(access.op, access.version)
                if settling.holds(access, agreed):
                    self.agrees[access.op] = settling.final
                    if may_keep:
                        self._note(access, settling.final)

    def _settling(
        self, loop: Loop, k: int, links: list[Link], own: list[_Access]
    ) -> _Settling | None:
        found = counter(loop)
        writes = [access for access in own if access.op.name in WRITES]
        written = {access.op for access in writes}
        if found is None or set(_write_ops(links)) != written:
            return None
        item, _, direction = found
        for axis in range(rank_of(loop.carries[k].type) or 0):
            offsets = [_offset(access, axis, item) for access in writes]
            known = [offset for offset in offsets if offset is not None]
            if len(known) == len(offsets) and known:
                last = min(known) if direction > 0 else max(known)
                by_op = dict(zip((access.op for access in writes), known, strict=True))
                late = _late_versions(loop.nexts[k], links, by_op, last)
                return _Settling(axis, item, direction, last, late, loop.finals[k])
        return None

    def _may_keep(
        self, loop: Loop, k: int, own: list[_Access], settling: _Settling, around: Loop | None
    ) -> bool:
        """Whether keeping the array until the reverse sweep costs no more than the loop itself."""
        final = loop.finals[k]
        if around is not None:
            return loop.op in around.body.ops and not _is_overwritten(final, around)
        if self.keeps_parameters or _root(loop.inits[k]) not in self.body.params:
            return True
        return _runs_along_an_axis(loop) and all(
            isinstance(entry, Slice) or axis == settling.axis
            for access in own
            if access.op.name in WRITES
            for axis, entry in enumerate(plain_entries(access.op) or ())
        )

    def _note(self, access: _Access, final: Value) -> None:
        op = access.op
        first = _first_index(op)
        read = Builder(Region(), NOWHERE, "reverse")
        args = ("x", *(f"i{k}" for k in range(len(op.operands) - first)))
        index = {"index": op.attrs["index"]}
        again = read.op("getitem", [final, *op.operands[first:]], args, index)
        value = op.result if op.name == "getitem" else op.operands[1]
        if op.name == "setitem_add" or again.op is None or not _same(again, value):
            return
        again.type = value.type
        again.soft = value.soft
        self.found.sources[value] = again.op


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


def _not_negative(index: Value, bounds: Bounds) -> bool:
    least = lower_bound(index, bounds)
    return least is not None and least >= 0


def _offset(access: _Access, axis: int, item: Value) -> int | None:
    index = access.entry(axis)
    if index is None or not _not_negative(index, access.bounds):
        return None
    return offset_from(index, item)


def _late_versions(
    newest: Value, links: list[Link], offsets: dict[Op, int], last: int
) -> set[Value]:
    """The versions after which an iteration writes no more at the last place."""
    late = {newest}
    for link in links:
        if link.op.name not in WRITES or offsets[link.op] == last:
            break
        late.add(link.before)
    return late


def _versions(links: list[Link]) -> Iterator[Value]:
    for link in links:
        yield from (link.before, link.after)
        for inner in _inner_chains(link):
            yield from _versions(inner)


def _write_ops(links: list[Link]) -> Iterator[Op]:
    for link in links:
        if link.op.name in WRITES:
            yield link.op
        for inner in _inner_chains(link):
            yield from _write_ops(inner)


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


def _runs_along_an_axis(loop: Loop) -> bool:
    """Whether the trip count is the length of an axis, but for a constant."""
    found = counter(loop)
    if found is None:
        return False
    start, stop, _ = found[1].operands
    ends = [value for value in (start, stop) if lower_bound(value, {}) is not None]
    return len(ends) == 2 and any(_from_axis(value) for value in ends)


def _from_axis(value: Value) -> bool:
    op = value.op
    if op is None:
        return False
    return op.name == "dim" or (op.name in ("add", "sub") and any(map(_from_axis, op.operands)))


def _same(a: Value, b: Value) -> bool:
    """Whether an element that was read is what was stored: no conversion, no broadcasting."""
    if a.type == b.type:
        return True
    if not isinstance(a.type, ArrayT) or not isinstance(b.type, ArrayT):
        return False
    if a.type.dims is None or b.type.dims is None or a.type.dtype != b.type.dtype:
        return False
    pairs = list(zip(a.type.dims, b.type.dims, strict=False))
    same = all(d.same_length(e) or d.one is e.one is False for d, e in pairs)
    return len(a.type.dims) == len(b.type.dims) and same
