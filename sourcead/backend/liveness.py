"""What is still needed after each statement: one backward walk over the structured program."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.backend.alias_groups import has_memory
from sourcead.backend.plan import LOOPS, Plan
from sourcead.ir.attempts import is_attempt, may_raise
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.walk import free_values

Live = frozenset[Value]


class Visitor:
    """Called for each event of the walk, later events first. `live` is what is needed after it."""

    def statement(self, op: Op, live: Live) -> None:
        """An operation without regions."""

    def append(self, value: Value, tape: Value, live: Live) -> None:
        """A value is collected."""

    def moves(self, targets: list[Value], sources: list[Value], live: Live) -> None:
        """Each target takes the value of its source, all at once."""

    def define(self, values: list[Value], live: Live) -> None:
        """Values that are there without a statement: parameters, items, tapes, counters."""

    def enter(self, loop: Loop, live: Live) -> None:
        """A loop begins; `live` is what anything in it or after it needs from before it."""

    def iterate(self, loop: Loop, live: Live) -> None:
        """An iteration ends; `live` is what the next one or the code after the loop needs."""


class Walk:
    """The walk over one function."""

    def __init__(self, plan: Plan, visitor: Visitor) -> None:
        self.plan = plan
        self.visitor = visitor

    def run(self) -> None:
        body = self.plan.function.body
        live = self.region(body, self.leaves(self.returned(body)))
        self.visitor.define(body.params, live)

    def leaves(self, values: Iterable[Value]) -> Live:
        return frozenset(leaf for value in values for leaf in self.plan.leaves(value))

    def returned(self, region: Region) -> list[Value]:
        """What a region reads when it ends, without the results of an `if` that returns."""
        last = region.ops[-1] if region.ops else None
        gone = last.results if last is not None and last in self.plan.returning else []
        return [v for v in region.yields if v not in gone]

    def region(
        self,
        region: Region,
        live: Live,
        tapes: dict[Value, list[Value]] | None = None,
        interrupted: tuple[Op | None, Live] = (None, frozenset()),
    ) -> Live:
        """The values needed before a region, given those needed after it.

        `interrupted` is the last statement that may raise, and what is needed if it does.
        """
        for op in reversed(region.ops):
            if tapes:
                for result in reversed(op.results):
                    if result in tapes:
                        live = self.appends(result, tapes, live)
            if self.plan.is_folded(op):
                continue
            if op.name in LOOPS:
                live = self.loop(Loop(op), live)
            elif self.plan.has_branches(op):
                live = self.branches(op, live)
            else:
                self.visitor.statement(op, live)
                live = (live - set(op.results)).union(self.plan.read_by(op))
            if op is interrupted[0]:
                live |= interrupted[1]
        return live

    def appends(self, value: Value, tapes: dict[Value, list[Value]], live: Live) -> Live:
        for tape in reversed(tapes[value]):
            self.visitor.append(value, tape, live)
        return live.union(self.plan.leaves(value))

    def branches(self, op: Op, live: Live) -> Live:
        if is_attempt(op):
            otherwise = self._branch(op, op.regions[1], live)
            return otherwise | self._attempt(op, live, otherwise)
        before: set[Value] = set(self.plan.leaves(op.operands[0]))
        for inner in op.regions:
            before |= self._branch(op, inner, live)
        return frozenset(before)

    def _branch(self, op: Op, inner: Region, live: Live) -> Live:
        after = live - set(op.results)
        if op in self.plan.returning:
            return self.region(inner, after | self.leaves(self.returned(inner)))
        self.visitor.moves(op.results, inner.yields, live)
        return self.region(inner, after | self.leaves(inner.yields))

    def _attempt(self, op: Op, live: Live, otherwise: Live) -> Live:
        """The block of a `try`: what is done when it is interrupted is needed until it is sure
        that it will not be."""
        inner = op.regions[0]
        risky = [s for s in self.plan.statements(inner) if self._is_risky(s)]
        last = risky[-1] if risky else None
        sure = last is not None and self.plan.fails_whole(last)
        if any(self._is_risky(v.op) for v in inner.yields if v in self.plan.folded and v.op):
            last, sure = None, False
        needed = frozenset() if sure else otherwise
        self.visitor.moves(op.results, inner.yields, live | needed)
        after = (live - set(op.results)) | self.leaves(inner.yields) | needed
        return self.region(inner, after, interrupted=(last, otherwise))

    def _is_risky(self, op: Op) -> bool:
        """Whether a statement, with all that is printed inside it, may raise."""
        folded = [v.op for v in op.operands if v in self.plan.folded and v.op is not None]
        return may_raise(op) or any(map(self._is_risky, folded))

    def loop(self, loop: Loop, live: Live) -> Live:
        """Around a loop: what the body reads from outside is needed until the last iteration."""
        kept = live - set(loop.finals)
        kept |= self.leaves(s for s in loop.streams if has_memory(s.type))
        for inner in loop.op.regions:
            kept |= self.leaves(free_values(inner)) - set(loop.carries)
        self.visitor.iterate(loop, kept)
        stop = self.leaves([loop.stop]) if loop.stop is not None else frozenset()
        needed = [c for c, f in zip(loop.carries, loop.finals, strict=True) if f in live]
        self.visitor.moves(loop.carries, loop.nexts, kept | stop | set(needed))
        tapes = self.plan.tapes(loop)
        before = kept | stop | self.leaves(loop.nexts)
        before = self.region(loop.body, before, tapes)
        own = {result for op in loop.body.ops for result in op.results}
        for value in tapes:
            if value not in own:
                before = self.appends(value, tapes, before)
        self.visitor.define(loop.items, before - set(loop.items))
        before = before - set(loop.items)
        if loop.cond is not None:
            test = before | kept | set(needed) | self.leaves(loop.cond.yields)
            before = self.region(loop.cond, test)
        before |= set(needed)
        self.visitor.define(loop.carries, before - set(loop.carries))
        self.visitor.enter(loop, (before | kept) - set(loop.carries))
        return self._before(loop, (before | kept) - set(loop.carries))

    def _before(self, loop: Loop, live: Live) -> Live:
        """Before the loop: the tapes and the counter begin, the carries take their first values."""
        own = [*loop.tapes, *([loop.count] if loop.count is not None else [])]
        live |= self.leaves(loop.streams)  # the head of the loop is evaluated after these
        self.visitor.moves(loop.carries, loop.inits, live | set(loop.carries))
        self.visitor.define(own, live - set(own))
        live = live - set(own)
        return live | self.leaves(loop.inits)
