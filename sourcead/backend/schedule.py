"""Order: the next value of a carried variable is computed once the old one has been read."""

from __future__ import annotations

from itertools import zip_longest

from sourcead.backend.alias_groups import Groups
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.ir.core import Op, Value
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
    for region in regions:
        for op in reversed(list(region.ops)):
            old = _replaced(plan, op, bodies.get(region))
            if old is not None:
                _delay(plan, groups, region.ops, op, old)


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


def _delay(plan: Plan, groups: Groups, ops: list[Op], op: Op, old: Value) -> None:
    start, last = ops.index(op), _last_reader(plan, ops, old)
    if last > start and _may_move(plan, groups, ops, op, start, last):
        ops.insert(last, ops.pop(start))


def _last_reader(plan: Plan, ops: list[Op], value: Value) -> int:
    """The position of the last statement that reads a variable, -1 if none does."""
    for k in range(len(ops) - 1, -1, -1):
        if not plan.is_folded(ops[k]) and value in _reads(plan, ops[k]):
            return k
    return -1


def _reads(plan: Plan, op: Op) -> set[Value]:
    found = set(plan.read_by(op))
    for region in op.regions:
        for inner in region.ops:
            found |= _reads(plan, inner)
        for value in region.yields:
            found.update(plan.leaves(value))
    return found


def _may_move(plan: Plan, groups: Groups, ops: list[Op], op: Op, start: int, last: int) -> bool:
    """Whether nothing on the way reads the result or writes what the operation reads or writes."""
    between = ops[start + 1 : last + 1]
    results = set(op.results)
    if op.regions or op.name in WRITES:
        return False
    if any(results & _reads(plan, other) for other in between):
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
