"""A private copy of the function in the shape the other stages want."""

from __future__ import annotations

from sourcead.backend.iteration import iterate_directly, read_rows
from sourcead.backend.nested import write_through_views
from sourcead.backend.plan import LOOPS, is_pure
from sourcead.ir.attempts import FIRST_SWEEPS, is_attempt, may_raise
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.walk import copy_function, copy_op, substitute, uses

ITERATORS = ("reversed", "binomial_actions")


def prepared(function: Function, pure_calls: frozenset[str] = frozenset()) -> Function:
    """Copy, drop what nobody reads, and let loop conditions read the loop's own carries."""
    new, _ = copy_function(function)
    _give_own_iterators(new.body)
    _drop_dead(new.body, uses(new.body), pure_calls)
    _drop_unread_streams(new.body)
    write_through_views(new.body)
    read_rows(new.body)
    iterate_directly(new.body)
    _drop_dead(new.body, uses(new.body), pure_calls)
    _share_carries(new.body)
    return new


def _give_own_iterators(region: Region) -> None:
    """An iterator runs out: whatever reads it gets one of its own, made there."""
    ops: list[Op] = []
    for op in region.ops:
        for position, value in enumerate(op.operands):
            if value.op is not None and value.op.name in ITERATORS:
                own = copy_op(value.op, {})
                op.operands[position] = own.result
                ops.append(own)
        for inner in op.regions:
            _give_own_iterators(inner)
        ops.append(op)
    region.ops = ops


def _drop_unread_streams(region: Region) -> None:
    """Of streams that are equally long, those whose elements nobody reads say nothing."""
    for op in region.walk():
        if op.name != "for" or not op.attrs.get("equal"):
            continue
        loop, count = Loop(op), uses(op.regions[0])
        read = [k for k, item in enumerate(loop.items) if count.get(item)] or [0]
        streams, items = loop.streams, loop.items
        op.regions[0].params = [items[k] for k in read] + loop.carries
        op.operands = [streams[k] for k in read] + loop.inits
        op.attrs["streams"] = len(read)


def _share_carries(region: Region) -> None:
    """A `while` condition reads the carried values of the body: they are the same variables."""
    for op in region.ops:
        if op.name == "while":
            cond, loop = op.regions[0], Loop(op)
            substitute(cond, dict(zip(cond.params, loop.carries, strict=True)))
            cond.params = list(loop.carries)
        for inner in op.regions:
            _share_carries(inner)


def _drop_dead(
    region: Region, count: dict[Value, int], pure: frozenset[str], decisive: bool = False
) -> None:
    """Remove pure operations, tapes and counters that are never read.

    In the block of a `try` what raises is `decisive`.
    """
    kept: list[Op] = []
    for op in reversed(region.ops):
        if _is_dead(op, count, pure) and not (decisive and may_raise(op)):
            _release(op, count)
            continue
        if op.name in LOOPS:
            _drop_tapes(op, count)
        elif op.name == "if":
            _drop_results(op, count)
        for k, inner in enumerate(op.regions):
            _drop_dead(inner, count, pure, decisive or (is_attempt(op) and k == 0))
        kept.append(op)
    region.ops = kept[::-1]


def _is_dead(op: Op, count: dict[Value, int], pure: frozenset[str]) -> bool:
    if any(count.get(r) for r in op.results) or (op.awaited and op.phase in FIRST_SWEEPS):
        return False
    return op.name != "while" and is_pure(op, pure)


def _release(op: Op, count: dict[Value, int]) -> None:
    for value in op.operands:
        count[value] -= 1
    for region in op.regions:
        for value in region.yields:
            count[value] -= 1
        for inner in region.ops:
            _release(inner, count)


def _drop_tapes(op: Op, count: dict[Value, int]) -> None:
    loop = Loop(op)
    if loop.count is not None and not count.get(loop.count):
        op.results.pop()
        op.attrs["count"] = False
    first = int(loop.has_stop) + loop.n_carries
    for k in reversed(range(len(loop.collected))):
        if not count.get(loop.tapes[k]):
            count[loop.body.yields.pop(first + k)] -= 1
            del op.results[loop.n_carries + k]


def _drop_results(op: Op, count: dict[Value, int]) -> None:
    for k in reversed(range(len(op.results))):
        if not count.get(op.results[k]):
            for region in op.regions:
                count[region.yields.pop(k)] -= 1
            del op.results[k]
