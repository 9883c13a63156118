"""Loops that stop early: the last `if` of a body, and flags that only a stop changes."""

from __future__ import annotations

from sourcead.backend.plan import Plan
from sourcead.ir.attempts import is_attempt
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop


def stopping_if(plan: Plan, region: Region, stop: Value) -> Op | None:
    """The `if` at the end of a region that decides whether to stop, if there is one."""
    last = None
    for op in plan.statements(region):
        last = op
    if last is None or stop.op is not last or not plan.has_branches(last):
        return None
    if is_attempt(last):
        return None
    return last


def steady_carries(plan: Plan, loop: Loop) -> dict[str, object]:
    """Variables that have the same literal value at the start of every iteration.

    They begin with it, every way through the body that goes on leaves them with it, and nothing
    else in the body shares their variable.
    """
    found: dict[str, object] = {}
    for carry, init, following in zip(loop.carries, loop.inits, loop.nexts, strict=True):
        value = constant(init)
        name = plan.names.get(carry)
        if not isinstance(value, bool) or name is None or loop.stop is None:
            continue
        made = _going_on(plan, loop.body, loop.stop, following, value)
        if made is not None and _only_there(plan, loop, name, {carry, *made}):
            found[name] = value
    return found


def _going_on(
    plan: Plan, region: Region, stop: Value, following: Value, value: object
) -> set[Value] | None:
    """The results through which a value passes, if all ways that go on leave it unchanged."""
    if constant(stop) is True:
        return set()
    if constant(stop) is False:
        return set() if constant(following) is value else None
    op = stopping_if(plan, region, stop)
    if op is None or following not in op.results:
        return None
    found = {following}
    for inner in op.regions:
        flag = inner.yields[op.results.index(stop)]
        passed = inner.yields[op.results.index(following)]
        deeper = _going_on(plan, inner, flag, passed, value)
        if deeper is None:
            return None
        found |= deeper
    return found


def _only_there(plan: Plan, loop: Loop, name: str, made: set[Value]) -> bool:
    for op in loop.body.walk():
        results = [r for r in op.results if r not in made]
        params = [p for inner in op.regions for p in inner.params]
        if any(plan.names.get(v) == name for v in (*results, *params)):
            return False
    return all(plan.names.get(v) != name for v in loop.body.params if v not in made)
