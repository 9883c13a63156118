"""Order: the next value of a carried variable is computed once the old one has been read."""

from __future__ import annotations

from sourcead.backend.alias_groups import Groups
from sourcead.backend.plan import LOOPS, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop


def schedule(plan: Plan, groups: Groups) -> None:
    """Move `y_bar = y_bar * x` behind the statements that still read the old `y_bar`.

    Without it both values are alive at once and one of them would need a second name.
    """
    for op in list(plan.function.body.walk()):
        if op.name in LOOPS:
            _delay_updates(plan, groups, Loop(op))


def _delay_updates(plan: Plan, groups: Groups, loop: Loop) -> None:
    ops = loop.body.ops
    for carry, following in zip(loop.carries, loop.nexts, strict=True):
        op = following.op
        if op is None or op not in ops or following in plan.folded or not plan.is_pure(op):
            continue
        start = ops.index(op)
        last = _last_reader(plan, ops, carry)
        if last > start and _may_move(plan, groups, loop.body, op, start, last):
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


def _may_move(plan: Plan, groups: Groups, body: Region, op: Op, start: int, last: int) -> bool:
    """Whether nothing on the way reads the result or writes what the operation reads."""
    between = body.ops[start + 1 : last + 1]
    results = set(op.results)
    if op.regions or groups.written(op):
        return False
    if any(results & _reads(plan, other) for other in between):
        return False
    read = groups.read_by(op.results[0], plan.folded)
    return not any(groups.written(other) & read for other in between)
