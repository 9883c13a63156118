"""Undo: an array updated in place is put back step by step in the reverse sweep.

Before a write `x1 = setitem(x0, v, i)` the part `x0[i]` is saved, the size of the update; in
reverse `x0 = setitem(x1, saved, i)`. The reverse loop carries the array backwards.

The inverse of each link of a chain of versions is an operation that reads forward values as if
they were in scope, like everything else in a reversed body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcead.ir.attempts import decides
from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, forget_axes
from sourcead.ir.walk import free_values_of, substitute
from sourcead.ops.build import Builder
from sourcead.ops.catalog import definition
from sourcead.transforms.chains import WRITES, Link, chain, outer_chain
from sourcead.transforms.costs import REFERENCE, SCALAR, saving_cost
from sourcead.transforms.demands import Inverse, TapeDemands, kept_parts, meet_branch_demands
from sourcead.transforms.mincut import cheapest_saves
from sourcead.transforms.reverse_streams import ReverseStreams

if TYPE_CHECKING:
    from sourcead.transforms.reverse import Sweep


class Undo:
    """The arrays that one reversed body carries backwards, and the inverse of each write."""

    def __init__(self, sweep: Sweep, body: Region, reverse: Region) -> None:
        self.sweep = sweep
        self.body = body
        self.reverse = reverse
        self.inverse: Inverse = {}

    def choose(
        self,
        loop: Loop,
        wanted: list[Value],
        at_hand: set[Value],
        own: set[Value],
        overwritten: set[Value],
    ) -> list[int]:
        """The written carries whose undoing costs less than saving what is read of them."""
        taken = []
        for k, carry in enumerate(loop.carries):
            if carry not in overwritten:
                continue
            links = chain(loop.nexts[k], carry)
            if links is None:
                continue
            versions = {carry, *(link.after for link in links)}
            plain = self._price(wanted, own, at_hand, overwritten)
            undone = self._price(wanted, own, at_hand | versions, overwritten)
            if undone + sum(self._price_of(link) for link in links) < plain:
                taken.append(k)
                at_hand |= versions
                self.take(links)
        return taken

    def _price_of(self, link: Link) -> int:
        """What undoing one link adds to what is saved at this level."""
        if link.op.name in WRITES:
            piece = link.op.operands[1].type
            return REFERENCE if isinstance(piece, ArrayT) and piece.rank != 0 else SCALAR
        return 0 if self._state(link) is not None else REFERENCE

    def take(self, links: list[Link]) -> None:
        for link in links:
            state = self._state(link)
            if state is not None:
                self.inverse[link.before] = state
                continue
            *needed, inverse = invert(self.sweep, link, self.body)
            self.inverse |= {op.result: op for op in needed}
            self.inverse[link.before] = inverse

    def _state(self, link: Link) -> Value | None:
        """The undone array that the link's reverse loop already hands out, if that is in time."""
        state = self.sweep.states.get((link.op, link.position))
        if state is None or state.op not in self.reverse.ops:
            return None
        for op in self.reverse.ops:
            if link.before in self._closure(free_values_of(op), link.after):
                return None
            if op is state.op:
                return state
        return None

    def _closure(self, values: list[Value], stop: Value) -> set[Value]:
        """The values and what recomputing them reads, older versions included."""
        seen: set[Value] = set()
        pending = list(values)
        while pending:
            value = pending.pop()
            if value in seen or value is stop:
                continue
            seen.add(value)
            pending += self.sweep.settled.needs(value) or ()
            if value.op is not None and value.op.name in WRITES:
                pending.append(value.op.operands[0])
        return seen

    def _price(
        self, wanted: list[Value], own: set[Value], known: set[Value], overwritten: set[Value]
    ) -> int:
        _, price = cheapest_saves(
            wanted,
            lambda v: v not in own or v in known,
            self.sweep.settled.needs,
            lambda v: saving_cost(v, overwritten),
        )
        return price


def invert(sweep: Sweep, link: Link, body: Region) -> list[Op]:
    """The operation that makes `link.before` out of `link.after`, after those that it needs."""
    if link.op.name in WRITES:
        return [_invert_write(link, body)]
    if link.op.name == "if":
        return [_invert_branches(sweep, link)]
    return _invert_loop(sweep, link)


def _invert_write(link: Link, body: Region) -> Op:
    indices = link.op.operands[2:]
    operands = [link.after, saved_part(link.op, body), *indices]
    attrs = {"index": link.op.attrs["index"]}
    return _result_like(
        Op("setitem", operands, link.op.args, attrs, None, NOWHERE, "", "reverse"), link
    )


def _result_like(op: Op, link: Link) -> Op:
    op.new_result(link.before.type, link.before.hint or link.after.hint)
    return op


def saved_part(write: Op, body: Region) -> Value:
    """The part a write overwrites, read (and copied, if it is a view) before it."""
    before = body.ops[: body.ops.index(write)]
    read = _own_read(write, before)
    scratch = Region()
    builder = Builder(scratch, NOWHERE, "forward")
    if read is None:
        x, _, *indices = write.operands
        args = ("x", *(f"i{k}" for k in range(len(indices))))
        read = builder.op("getitem", [x, *indices], args, {"index": write.attrs["index"]})
    name = write.operands[0].hint
    read.soft = read.soft or (f"{name}_old" if name else "old")
    if read.op is not None and is_view(read.op):
        read = _copied(read, before, builder)
    body.ops[len(before) : len(before)] = scratch.ops
    return read


def _own_read(write: Op, before: list[Op]) -> Value | None:
    """A read of the same part that the program makes itself."""
    x, _, *indices = write.operands
    for op in before:
        same = op.name == "getitem" and op.operands == [x, *indices]
        if same and op.attrs["index"] == write.attrs["index"]:
            return op.result
    return None


def is_view(op: Op) -> bool:
    """Whether the result is memory of an operand; a number is not."""
    return isinstance(op.result.type, ArrayT) and bool(definition(op.name).views(op))


def _copied(read: Value, before: list[Op], builder: Builder) -> Value:
    for op in before:
        if op.name == "copy" and op.operands[0] is read and not op.result.hint:
            return op.result
    copied = builder.op("copy", [read])
    copied.soft = read.soft
    return copied


def _undo_chain(
    sweep: Sweep, links: list[Link], start: Value, body: Region, into: Region, kept: set[Value]
) -> Value:
    """Emit the inverses of a chain, newest first; returns the oldest version."""
    current = start
    for link in links:
        step = Region()
        step.ops = invert(sweep, link, body)
        kept |= kept_parts(step.ops)
        substitute(step, {link.after: current})
        into.ops += step.ops
        current = step.ops[-1].results[0]
    return current


def _invert_branches(sweep: Sweep, link: Link) -> Op:
    regions = []
    for region in link.op.regions:
        links = outer_chain(region, region.yields[link.position])
        assert links is not None
        undone = Region()
        kept: set[Value] = set()
        undone.yields = [_undo_chain(sweep, links, link.after, region, undone, kept)]
        meet_branch_demands(link.op, region, undone, kept, sweep.settled)
        regions.append(undone)
    new = Op("if", [decides(link.op)], (), {}, regions, NOWHERE, "", "reverse")
    return _result_like(new, link)


def _invert_loop(sweep: Sweep, link: Link) -> list[Op]:
    """A loop that does nothing but put the array back, and the streams that it runs over."""
    loop = Loop(link.op)
    k = link.position
    links = chain(loop.nexts[k], loop.carries[k])
    assert links is not None
    region = Region()
    state = Value(link.after.type, link.after.hint)
    kept: set[Value] = set()
    region.yields = [_undo_chain(sweep, links, state, loop.body, region, kept)]
    before = Region()
    streams = ReverseStreams(Builder(before, NOWHERE, "reverse"), link.op)
    demands = TapeDemands(link.op, region, streams, kept, sweep.settled)
    demands.meet()
    region.params = [*streams.items, state, *(param for param, _ in demands.states)]
    operands = [*streams.values, link.after, *(init for _, init in demands.states)]
    new = Op("for", operands, (), streams.attrs(), [region], NOWHERE, "", "reverse")
    _result_like(new, link)
    for param, _ in demands.states:
        new.new_result(forget_axes(param.type))
    return [*before.ops, new]
