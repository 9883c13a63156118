"""The only place that decides mutation.

Every `setitem`, `set_field`, `append` and the like is printed as a statement that overwrites its
operand. That is right if the operand's buffer is ours and nobody who may share it is read
later; where it is not so, a `copy` is inserted here: of a small view that is still read, of what a
tape collects, of a loop's initial value, or of the array itself. Sums into an array (`x = x + g`)
are done in place only where that needs no copy.
"""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.backend.alias_groups import has_memory
from sourcead.backend.copies import Fixes, apply, is_view
from sourcead.backend.liveness import Live, Visitor, Walk
from sourcead.backend.memory import (
    Memory,
    accumulations,
    written_values,
)
from sourcead.backend.paths import NOTHING, Buffers
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, ListT, StructT

SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
# Each round settles at least one write for good; a program has far fewer.
LIMIT = 200


class _Check(Visitor):
    """Looks for writes that somebody would notice."""

    def __init__(self, plan: Plan, memory: Memory, required: set[Value]) -> None:
        self.plan = plan
        self.memory = memory
        self.required = required
        self.fixes = Fixes()
        self.tapes: dict[Value, tuple[Loop, Value]] = {}
        self.not_yet: set[Value] = set()
        self.holders: dict[int, list[Value]] = {}
        for value in memory.parts:
            for buffer in memory.reach(value):
                self.holders.setdefault(buffer, []).append(value)

    # What a live value holds ----------------------------------------------------------------

    def held(self, value: Value) -> Buffers:
        """The buffers reachable from a value here; a tape holds only what was appended so far."""
        if value in self.not_yet:
            loop, collected = self.tapes[value]
            own = self.memory.own(value)
            return own | self.memory.earlier(loop.body, self.memory.reach(collected))
        return self.memory.reach(value)

    def sharing(self, buffers: Buffers, live: Iterable[Value]) -> list[Value]:
        """The live values that hold one of some buffers."""
        holding = {v for buffer in buffers for v in self.holders.get(buffer, ())} - self.not_yet
        holding |= {v for v in self.not_yet if self.held(v) & buffers}
        found = [v for v in holding.intersection(live) if has_memory(v.type)]
        return sorted(found, key=lambda value: value.id)

    # Events ---------------------------------------------------------------------------------

    def statement(self, op: Op, live: Live) -> None:
        for operand in self.plan.written_operands(op):
            self.check_write(op, operand, live - set(op.results))

    def check_write(self, op: Op, operand: Value, live: Live) -> None:
        written = [self.memory.own(operand, p) for p in self.plan.written_paths(op, operand)]
        buffers = NOTHING.union(*written)
        conflicts = self.sharing(buffers, live)
        ours = all(self.memory.is_ours(each) for each in written)
        shared = op.name == "call" and self.is_passed_twice(op, operand)
        if ours and not conflicts and not shared:
            return
        if op in self.plan.in_place:
            self.fixes.plain[op] = None
        elif not shared and ours and self.separate_all(conflicts, buffers):
            return
        elif not shared and ours and _is_copy(operand) and all(map(_may_be_copied, conflicts)):
            # Of unknown type, they may hold what they were computed from: even this very copy.
            self.fixes.definitions.update(dict.fromkeys(conflicts))
        else:
            self.fixes.operands[op, op.operands.index(operand)] = buffers
            if operand not in live:
                self.fixes.last_reads.add(op)

    def is_passed_twice(self, op: Op, operand: Value) -> bool:
        """Whether a call receives memory that it overwrites in another place too."""
        position = op.operands.index(operand)
        parts = self.memory.parts.get(operand, {})
        for path in self.plan.written_paths(op, operand):
            buffers = self.memory.own(operand, path)
            others = [self.memory.reach(v) for k, v in enumerate(op.operands) if k != position]
            others += [held for other, held in parts.items() if other != path]
            if any(buffers & other for other in others):
                return True
        return False

    def separate_all(self, values: list[Value], buffers: Buffers) -> bool:
        """Copy what shares a buffer rather than the buffer, if that is better for all of them."""
        held = {v: self.elements_sharing(v, buffers) for v in values if isinstance(v.type, ListT)}
        if not all(v in self.tapes or is_view(v) or held.get(v) for v in values):
            return False
        for value in values:
            if value in self.tapes:
                loop, collected = self.tapes[value]
                keys = self.keys_sharing(loop, collected, buffers)
                known = self.fixes.collected.get(collected, (loop, frozenset()))[1]
                both = None if keys is None or known is None else keys | known
                self.fixes.collected[collected] = (loop, both)
            elif held.get(value):
                self.fixes.elements.update(dict.fromkeys(held[value]))
            else:
                self.fixes.definitions[value] = None
        return True

    def keys_sharing(self, loop: Loop, value: Value, buffers: Buffers) -> frozenset[int] | None:
        """The arrays in a collected tuple that share a buffer; None if other parts do."""
        if not isinstance(value.type, StructT) or value.type.kind != "tuple":
            return None
        arrays = [k for k, t in enumerate(value.type.types) if isinstance(t, ArrayT)]
        found: set[int] = set()
        for path, held in self.memory.parts.get(value, {}).items():
            if (held | self.memory.earlier(loop.body, held)) & buffers:
                key = path[0] if path else None
                if not isinstance(key, int) or key not in arrays:
                    return None
                found.add(key)
        return frozenset(found) or None

    def elements_sharing(self, xs: Value, buffers: Buffers) -> list[tuple[Op, int]]:
        """The places where an array with one of the buffers is put into a list such as `xs`."""
        lists = self.memory.own(xs)
        found = []
        for op in self.plan.function.body.walk():
            if op.name not in ("append", "insert", "list"):
                continue
            if not self.memory.own(op.results[0]) & lists:
                continue
            first, last = (0, None) if op.name == "list" else (1, 2)
            for k, value in enumerate(op.operands[first:last], first):
                if not self.memory.reach(value) & buffers:
                    continue
                if value.op is not None and value.op.name == "copy":
                    return []  # it is the list's own element that is written
                found.append((op, k))
        return found

    def append(self, value: Value, tape: Value, live: Live) -> None:
        self.not_yet.add(tape)

    def iterate(self, loop: Loop, live: Live) -> None:
        for tape, value in zip(loop.tapes, loop.collected, strict=True):
            self.tapes[tape] = (loop, value)
        for k, carry in enumerate(loop.carries):
            if carry in self.memory.exclusive:
                self.check_next(loop, k, live)

    def check_next(self, loop: Loop, k: int, live: Live) -> None:
        """The next iteration must be the only owner of the buffers it is handed."""
        following = loop.nexts[k]
        parts = [
            self.memory.own(following, p) for p in self.memory.exclusive_parts(loop.carries[k])
        ]
        buffers = NOTHING.union(*parts)
        held = self.sharing(buffers, [*live, *loop.tapes])
        others = [
            j
            for j, value in enumerate(loop.nexts)
            if j != k and not self.only_on_leaving(loop.body, loop.stop, value, buffers)
        ]
        ours = all(map(self.memory.is_ours, parts)) and not _overlap(parts)
        ours = ours and self.memory.made_inside(loop.body, buffers)
        if ours and not held and not others:
            return
        if loop.carries[k] not in self.required:
            self.give_up(loop.carries[k])
        elif not ours or any(v not in self.tapes for v in held):
            self.fixes.nexts[loop.op, k] = loop
        elif held:
            self.separate_all(held, buffers)
        elif not self.separate_all([loop.nexts[j] for j in others], buffers):
            self.separate_next(loop, k, others)

    def only_on_leaving(
        self, region: Region, stop: Value | None, value: Value, buffers: Buffers
    ) -> bool:
        """Whether a value shares a buffer at most in an iteration that is the last one."""
        known = constant(stop)
        if known is True or not self.memory.reach(value) & buffers:
            return True
        op = stop.op if stop is not None else None
        if op is None or op.name != "if" or op not in region.ops or value not in op.results:
            return False
        assert stop is not None
        flag, position = op.results.index(stop), op.results.index(value)
        return all(
            self.only_on_leaving(inner, inner.yields[flag], inner.yields[position], buffers)
            for inner in op.regions
        )

    def separate_next(self, loop: Loop, k: int, others: list[int]) -> None:
        """Two carried values share a buffer: copy a view rather than the array, else the later."""
        for j in others:
            if loop.carries[j] in self.memory.exclusive:
                self.fixes.nexts[loop.op, max(j, k)] = loop
            else:
                self.fixes.nexts[loop.op, j if is_view(loop.nexts[j]) else k] = loop

    def enter(self, loop: Loop, live: Live) -> None:
        for tape in loop.tapes:
            self.tapes.pop(tape, None)
            self.not_yet.discard(tape)
        for k, carry in enumerate(loop.carries):
            if carry not in self.memory.exclusive or not has_memory(loop.inits[k].type):
                continue
            paths = self.memory.exclusive_parts(carry)
            parts = [self.memory.own(loop.inits[k], path) for path in paths]
            buffers = NOTHING.union(*parts)
            ours = all(map(self.memory.is_ours, parts)) and not _overlap(parts)
            others = [
                v
                for j, v in enumerate(loop.inits)
                if j < k or (j > k and loop.carries[j] not in self.memory.exclusive)
            ]
            conflicts = self.sharing(buffers, [*live, *others])
            if ours and not conflicts:
                continue
            if carry not in self.required:
                self.give_up(carry)
            elif ours and conflicts == [loop.inits[k]]:
                self.fixes.starts[loop.op, k] = loop
            elif not ours or not self.separate_all(conflicts, buffers):
                self.fixes.inits[loop.op, k] = loop

    def give_up(self, carry: Value) -> None:
        """A sum in place that would need a copy is written as a plain sum."""
        for op in list(self.plan.in_place):
            if carry in written_values(self.plan, op.operands[:1]):
                self.fixes.plain[op] = None


def _is_copy(value: Value) -> bool:
    return value.op is not None and value.op.name == "copy"


def _may_be_copied(value: Value) -> bool:
    """Whether a value is computed from others, and is no version of something that is written."""
    op = value.op
    return op is not None and op.name not in (*WRITES, *LOOPS, "if", "call", "copy")


def _overlap(parts: list[Buffers]) -> bool:
    """Whether two parts of one value may be the same buffer."""
    seen: set[int] = set()
    for buffers in parts:
        if seen & buffers:
            return True
        seen |= buffers
    return False


def decide(plan: Plan, may_take: bool = False) -> Memory:
    """Insert copies until every write is safe; what is left in `plan.in_place` is safe too.

    Args:
        plan: the function; folding is decided.
        may_take: whether the function may write its parameters, which its callers then own.
    """
    plan.in_place = accumulations(plan)
    ops = list(plan.function.body.walk())
    required = [v for op in ops if op not in plan.in_place for v in plan.written_operands(op)]
    if may_take:
        params = plan.function.body.params
        adds = bool(plan.function.forward_half)
        asked = [op.operands[0] for op in plan.in_place if adds or _is_written_so(op)]
        plan.given = written_values(plan, [*required, *asked]) & set(params)
    for _ in range(LIMIT):
        memory = Memory(plan)
        sums = [op.operands[0] for op in plan.in_place]
        memory.exclusive = written_values(plan, [*required, *sums])
        memory.solve()
        if not required and not sums:
            return memory
        check = _Check(plan, memory, written_values(plan, required))
        Walk(plan, check).run()
        if not check.fixes:
            return memory
        apply(plan, memory, check.fixes)
        ops = list(plan.function.body.walk())
        required = [v for op in ops if op not in plan.in_place for v in plan.written_operands(op)]
    raise AssertionError(f"copies inserted into {plan.function.name} do not settle its writes")


def _is_written_so(op: Op) -> bool:
    """Whether the user wrote `x += v`, which changes the caller's array too."""
    return op.phase != "reverse" and f" {SYMBOLS[op.name]}= " in op.loc.statement
