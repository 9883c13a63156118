"""What raises where somebody waits for it stays, though nobody reads what it computes.

The block of a `try` keeps whatever may raise; so do the functions that it calls, and loops that
have no other end. A loop that may have another one keeps the reads that go on until there is
nothing left to read.
"""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.ir.attempts import is_attempt, may_raise
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Module, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import is_python_scalar

_COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
_SHORTENING = ("without_last", "delete")
_DIVISIONS = ("div", "floordiv", "mod")


def mark_awaited(module: Module) -> None:
    """Mark the operations of a primal module whose exceptions are waited for."""
    called: list[str] = []
    for function in module.functions.values():
        for op in function.body.walk():
            if is_attempt(op):
                called += _callees(op.regions[0])
            elif op.name == "while" and not _ends_by_counting(Loop(op)):
                called += _callees(op.regions[-1])
                if _has_no_end(Loop(op)):
                    _mark_all(op.regions[-1])
                else:
                    _mark_moving(op)
    _mark_called(module, called)


def _callees(region: Region) -> list[str]:
    return [str(op.attrs["callee"]) for op in region.walk() if op.name == "call"]


def _mark_called(module: Module, called: list[str]) -> None:
    """Whatever may raise in these functions, and in those that they call."""
    seen: set[str] = set()
    while called:
        name = called.pop()
        if name in seen or name not in module.functions:
            continue
        seen.add(name)
        body = module.functions[name].body
        called += _callees(body)
        _mark_all(body)


def _mark_all(region: Region) -> None:
    for op in region.walk():
        op.awaited |= not op.regions and may_raise(op)


def _has_no_end(loop: Loop) -> bool:
    """Whether only an exception ends a loop."""
    return loop.stop is None and loop.cond is not None and constant(loop.cond.yields[0]) is True


def _mark_moving(op: Op) -> None:
    """What the loop `op` reads at places that change, takes from a list, or divides by."""
    inside = _made_in(op.regions[-1])
    for inner in op.regions[-1].walk():
        moves = any(v in inside for v in inner.operands[1:])
        if inner.name == "getitem":
            inner.awaited |= moves
        elif inner.name in _DIVISIONS:
            inner.awaited |= moves and all(is_python_scalar(v.type) for v in inner.operands)
        elif inner.name in _SHORTENING:
            inner.awaited = True


def _made_in(region: Region) -> set[Value]:
    """The values that a region, with all that it holds, defines."""
    found = set(region.params)
    for op in region.walk():
        found.update(op.results)
        for inner in op.regions:
            found.update(inner.params)
    return found


def _ends_by_counting(loop: Loop) -> bool:
    """Whether what decides if a loop goes on compares a number that each turn moves by as much."""
    inside = _made_in(loop.body)
    counters: set[Value] = set()
    for k, (carry, after) in enumerate(zip(loop.carries, loop.nexts, strict=True)):
        if _is_step(after, carry, inside):
            counters |= {carry, after}
            counters |= {loop.cond.params[k]} if loop.cond is not None else set()
    ends = [*(loop.cond.yields if loop.cond is not None else ()), *filter(None, [loop.stop])]
    return any(
        op.name in _COMPARISONS and not counters.isdisjoint(op.operands) for op in _behind(ends)
    )


def _is_step(after: Value, before: Value, inside: set[Value]) -> bool:
    made = after.op
    if made is None or made.name not in ("add", "sub") or before not in made.operands:
        return False
    by = [v for v in made.operands if v is not before and constant(v) is MISSING]
    return inside.isdisjoint(by)


def _behind(values: Iterable[Value]) -> set[Op]:
    """The operations that values are computed by, with what decides between them."""
    found: set[Op] = set()
    todo = list(values)
    while todo:
        op = todo.pop().op
        if op is not None and op not in found:
            found.add(op)
            todo += op.operands
            for region in op.regions:
                todo += region.yields
    return found
