"""What a variable was when a loop began, kept under another name: `x_start`.

The loop goes on under the user's name, so that its body reads as the user's does.
"""

from __future__ import annotations

from sourcead.backend.liveness import Live, Visitor, Walk
from sourcead.backend.plan import Plan
from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.walk import substitute


class _Kept(Visitor):
    """Finds the carried variables whose first value is needed in or after the loop."""

    def __init__(self, plan: Plan) -> None:
        names = [param.name for param in plan.function.params]
        self.params = dict(zip(plan.function.body.params, names, strict=True))
        self.found: list[tuple[Loop, int]] = []

    def enter(self, loop: Loop, live: Live) -> None:
        for k, (carry, init) in enumerate(zip(loop.carries, loop.inits, strict=True)):
            name = self.params.get(init, init.hint)
            if init in live and name and name == carry.hint:
                self.found.append((loop, k))


def keep_starts(plan: Plan) -> None:
    """Print `x_start = x` before each loop that overwrites the variable `x`, still needed."""
    kept = _Kept(plan)
    Walk(plan, kept).run()
    for loop, k in kept.found:
        region = region_of(plan.function.body, loop.op)
        init = loop.inits[k]
        if region is not None and may_redirect(plan, region, loop.op, init):
            op = Op("same", [init], ("x",), {}, None, NOWHERE, "", loop.op.phase)
            redirect(region, loop.op, init, op, loop.carries[k].hint)
    if kept.found:
        plan.changed()


def redirect(region: Region, loop: Op, value: Value, kept: Op, name: str) -> None:
    """Let what reads a value in or after a loop read what is `kept` of it before the loop."""
    start = kept.new_result(value.type, f"{name}_start")
    at = region.ops.index(loop)
    later = Region()
    later.ops, later.yields = region.ops[at + 1 :], region.yields
    for inner in (later, *loop.regions):
        substitute(inner, {value: start})
    region.yields = later.yields
    region.ops.insert(at, kept)


def may_redirect(plan: Plan, region: Region, loop: Op, value: Value) -> bool:
    """Whether all that reads a value in or after a loop is printed there too."""
    defined = value in region.params or (value.op is not None and value.op in region.ops)
    before = region.ops[: region.ops.index(loop)]
    if not defined or loop.operands.count(value) > 1:
        return False
    folded = {op.results[0] for op in before if plan.is_folded(op)}
    folded = {v for v in folded if value in plan.leaves(v)}
    later = [op for op in region.ops if op not in before]
    read = {v for op in later for v in _reads(op)} | set(region.yields)
    return folded.isdisjoint(read)


def _reads(op: Op) -> set[Value]:
    found = set(op.operands)
    for region in op.regions:
        found.update(region.yields)
        for inner in region.ops:
            found |= _reads(inner)
    return found


def region_of(body: Region, op: Op) -> Region | None:
    """The region in which an operation stands."""
    if op in body.ops:
        return body
    inner = (region_of(region, op) for outer in body.ops for region in outer.regions)
    return next((found for found in inner if found is not None), None)
