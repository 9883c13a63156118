"""Order: the next value of a carried variable is computed once the old one has been read."""

from __future__ import annotations

from itertools import zip_longest

from sourcead.backend.alias_groups import Groups
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.walk import uses


def schedule(plan: Plan, groups: Groups) -> None:
    """Move `y_bar = y_bar * x` behind the statements that still read the old `y_bar`.

    Without it both values are alive at once and one of them would need a second name.
    """
    bodies = {op.regions[-1]: Loop(op) for op in plan.function.body.walk() if op.name in LOOPS}
    regions = [plan.function.body]
    for op in plan.function.body.walk():
        regions += op.regions
    reads = _reads(plan, plan.function.body)
    for region in regions:
        order = _Order(plan, region.ops, reads)
        for op in reversed(list(region.ops)):
            old = _replaced(plan, op, bodies.get(region))
            if old is not None:
                _delay(plan, groups, order, op, old)


class _Order:
    """The operations of a region, where each of them stands, and which of them read what."""

    def __init__(self, plan: Plan, ops: list[Op], reads: dict[Op, set[Value]]) -> None:
        self.ops = ops
        self.reads = reads
        self.position = {op: k for k, op in enumerate(ops)}
        self.readers: dict[Value, list[Op]] = {}
        for op in ops:
            if not plan.is_folded(op):
                for value in reads[op]:
                    self.readers.setdefault(value, []).append(op)

    def last_reader(self, value: Value) -> int:
        """The position of the last statement that reads a variable, -1 if none does."""
        return max((self.position[op] for op in self.readers.get(value, ())), default=-1)

    def move(self, start: int, last: int) -> None:
        self.ops.insert(last, self.ops.pop(start))
        for k in range(start, last + 1):
            self.position[self.ops[k]] = k


def _replaced(plan: Plan, op: Op, loop: Loop | None) -> Value | None:
    """The value whose name a statement's result takes over."""
    if plan.is_folded(op) or len(op.results) != 1 or not plan.is_pure(op):
        return None
    result = op.results[0]
    if loop is not None and result in loop.nexts:
        carry = loop.carries[loop.nexts.index(result)]
        if not result.hint or result.hint == carry.hint:
            return carry
    if not result.hint:
        return None
    return next((v for v in plan.read_by(op) if v.hint == result.hint), None)


def _delay(plan: Plan, groups: Groups, order: _Order, op: Op, old: Value) -> None:
    start, last = order.position[op], order.last_reader(old)
    if last > start and _may_move(plan, groups, order, op, start, last):
        order.move(start, last)


def _reads(plan: Plan, region: Region) -> dict[Op, set[Value]]:
    """The variables that each operation of a region reads, with all that its own regions hold."""
    found: dict[Op, set[Value]] = {}
    for op in region.ops:
        own = set(plan.read_by(op))
        for inner in op.regions:
            parts = _reads(plan, inner)
            found |= parts
            own.update(*(parts[part] for part in inner.ops))
            for value in inner.yields:
                own.update(plan.leaves(value))
        found[op] = own
    return found


def _may_move(plan: Plan, groups: Groups, order: _Order, op: Op, start: int, last: int) -> bool:
    """Whether nothing on the way reads the result or writes what the operation reads or writes."""
    between = order.ops[start + 1 : last + 1]
    results = set(op.results)
    if op.regions or op.name in WRITES:
        return False
    if any(results & order.reads[other] for other in between):
        return False
    read = groups.read_by(op.results[0], plan.folded) | groups.written(op)
    return not any(groups.written(other) & read for other in between)


def fold_calls(plan: Plan) -> None:
    """Put a call into the next statement, if what it overwrites are copies made for it alone.

    `out = scale(a[0].copy())`, `a[0] = out` becomes `a[0] = scale(a[0].copy())`.
    """
    count = uses(plan.function.body)
    regions = [plan.function.body, *(r for op in plan.function.body.walk() for r in op.regions)]
    for region in regions:
        statements = list(plan.statements(region))
        for op, following in zip_longest(statements, statements[1:]):
            if op.name == "call" and _is_fresh_call(plan, op, count):
                read = region.yields if following is None else _values_read(plan, following)
                if any(op.results[0] in plan.leaves(value) for value in read):
                    plan.folded.add(op.results[0])


def _is_fresh_call(plan: Plan, op: Op, count: dict[Value, int]) -> bool:
    if len(op.results) != 1 or op.results[0].hint or count.get(op.results[0]) != 1:
        return False
    written = plan.written_operands(op)
    return plan.is_pure(op) and bool(written) and all(v in plan.folded for v in written)


def _values_read(plan: Plan, op: Op) -> list[Value]:
    """The operands whose expressions may hold a call; a loop's stand before other things."""
    if op.name in LOOPS or op.name == "call":
        return []
    written = plan.written_operands(op)
    return [v for v in op.operands if v not in written]
