"""Copies: what the check of writes may ask for, and how each copy is put into the program."""

from __future__ import annotations

from dataclasses import dataclass, field

from sourcead.backend.memory import Memory
from sourcead.backend.paths import NOTHING, Buffers
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.backend.starts import may_redirect, redirect
from sourcead.backend.unbound import Unbound
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, may_be_absent
from sourcead.ir.walk import substitute, uses
from sourcead.ops.catalog import definition

# Views in another order of memory. A copy keeps that order, so that sums round as they would.
REORDERING = ("np.transpose", "np.swapaxes", "np.moveaxis", "np.matrix_transpose", "np.rollaxis")


@dataclass
class Fixes:
    """What a round of checks asks for. Keys are unique, so that two conflicts ask once.

    What is collected is copied as a whole, or the parts of it that are named. `last_reads` are the
    writes after which nobody reads what they overwrite.
    """

    operands: dict[tuple[Op, int], Buffers] = field(default_factory=dict)
    definitions: dict[Value, None] = field(default_factory=dict)
    collected: dict[Value, tuple[Loop, frozenset[int] | None]] = field(default_factory=dict)
    inits: dict[tuple[Op, int], Loop] = field(default_factory=dict)
    starts: dict[tuple[Op, int], Loop] = field(default_factory=dict)
    nexts: dict[tuple[Op, int], Loop] = field(default_factory=dict)
    elements: dict[tuple[Op, int], None] = field(default_factory=dict)
    plain: dict[Op, None] = field(default_factory=dict)
    last_reads: set[Op] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(
            self.operands
            or self.definitions
            or self.collected
            or self.inits
            or self.starts
            or self.nexts
            or self.elements
            or self.plain
        )


def is_view(value: Value) -> bool:
    """Whether a value is the direct result of an operation that looks into another array."""
    op = value.op
    if op is None or op.name in (*WRITES, *LOOPS, "if", "call"):
        return False
    return bool(definition(op.name).views(op))


def apply(plan: Plan, memory: Memory, fixes: Fixes) -> None:
    """Carry out what a round of checks asked for."""
    plan.in_place -= set(fixes.plain)
    if fixes.plain:
        return  # what else was asked for may have been for their sake
    places = _places(plan.function.body)
    if fixes.definitions:
        for value in fixes.definitions:
            if value.op is not None:
                copy_definition(plan, places[value.op], value)
        plan.changed()
        return  # what holds such a view may be settled with it
    _copy_what_is_written(plan, memory, places, fixes)
    for value, (loop, keys) in fixes.collected.items():
        _copy_collected(plan, loop, value, keys)
    for op, k in fixes.elements:
        copied = _copy(plan, op.operands[k], op, "")
        _insert_before(places[op], op, copied)
        op.operands[k] = copied.result
        plan.folded.add(copied.result)
    for (_, k), loop in fixes.nexts.items():
        _copy_next(plan, loop, k)
    plan.changed()


def _copy_what_is_written(
    plan: Plan, memory: Memory, places: dict[Op, Region], fixes: Fixes
) -> None:
    """Copies before writes and before loops that write: of an array's versions the first."""
    order = {op: position for position, op in enumerate(plan.function.body.walk())}
    requests = [*reversed(fixes.operands), *fixes.inits, *fixes.starts]
    done: set[int] = set()
    for op, k in sorted(requests, key=lambda request: order[request[0]]):
        loop = fixes.inits.get((op, k)) or fixes.starts.get((op, k))
        buffers = fixes.operands[op, k] if loop is None else _written_init(memory, loop, k)
        if buffers & done:
            continue  # a version of what was just copied
        done |= buffers
        if loop is None:
            _copy_operand(plan, memory, places[op], op, k, op in fixes.last_reads)
        elif (op, k) in fixes.inits:
            _copy_init(plan, memory, places[op], loop, k)
        else:
            _keep_start(plan, memory, places[op], loop, k)


def _written_init(memory: Memory, loop: Loop, k: int) -> Buffers:
    parts = memory.exclusive_parts(loop.carries[k])
    return NOTHING.union(*(memory.own(loop.inits[k], path) for path in parts))


def _copy_init(plan: Plan, memory: Memory, region: Region, loop: Loop, k: int) -> None:
    """`a = a.copy()` before a loop that writes `a`."""
    init = loop.inits[k]
    if _is_foreign_view(memory, region, init):
        copy_definition(plan, region, init)
        return
    copied = _copy(plan, init, loop.op, loop.carries[k].hint)
    _insert_before(region, loop.op, copied)
    loop.op.operands[loop.n_streams + k] = copied.result
    plan.folded.add(copied.result)


def _keep_start(plan: Plan, memory: Memory, region: Region, loop: Loop, k: int) -> None:
    """`a_start = a.copy()` before a loop that writes `a`, for those who read the old one."""
    init, name = loop.inits[k], loop.carries[k].hint
    if not name or init.hint != name or not may_redirect(plan, region, loop.op, init):
        _copy_init(plan, memory, region, loop, k)
        return
    copied = _copy(plan, init, loop.op, "")
    copied.results.clear()
    redirect(region, loop.op, init, copied, name)


def _copy_next(plan: Plan, loop: Loop, k: int) -> None:
    """The next iteration is handed a copy, made where a view is taken or at the end."""
    following, ops = loop.nexts[k], loop.body.ops
    if is_view(following) and following.op in ops:
        copy_definition(plan, loop.body, following)
        return
    copied = _copy(plan, following, loop.op, "")
    ops.append(copied)
    loop.body.yields[int(loop.has_stop) + k] = copied.result
    plan.folded.add(copied.result)


def _is_foreign_view(memory: Memory, region: Region, value: Value) -> bool:
    """Whether a value is of no use but as the source of a copy, made where it is computed."""
    if not is_view(value) or value.op not in region.ops:
        return False
    return not memory.is_ours(memory.own(value))


def _copy_operand(
    plan: Plan, memory: Memory, region: Region, op: Op, k: int, is_dead: bool
) -> None:
    """`a[i] = v` becomes `a = a.copy()` and `a[i] = v`; a call is handed the copy."""
    old = op.operands[k]
    if _is_foreign_view(memory, region, old):
        copy_definition(plan, region, old)
        return
    is_call = op.name == "call"
    copied = _copy(plan, old, op, "" if is_call else op.results[0].hint or old.hint)
    at = region.ops.index(op)
    if is_dead and not is_call:
        at = _read_copy(plan, region, op, old, copied.result)
    region.ops.insert(at, copied)
    op.operands[k] = copied.result
    if is_call:
        plan.folded.add(copied.result)
        _fold_neighbour(plan, region, copied, old)


def _read_copy(plan: Plan, region: Region, op: Op, old: Value, new: Value) -> int:
    """Let the expressions of a write read the copy too, so that the old array is free.

    Returns where the copy must stand: before all of them.
    """
    at = region.ops.index(op)
    todo = _folded_into(plan, region, op)
    while todo:
        inner = todo.pop()
        if old in inner.operands and not inner.regions:
            inner.operands = [new if v is old else v for v in inner.operands]
            at = min(at, region.ops.index(inner))
        todo += _folded_into(plan, region, inner)
    op.operands = [op.operands[0], *(new if v is old else v for v in op.operands[1:])]
    return at


def _folded_into(plan: Plan, region: Region, op: Op) -> list[Op]:
    """The operations of the same region whose expressions stand in an operation's own."""
    makers = [v.op for v in op.operands if v in plan.folded]
    return [maker for maker in makers if maker is not None and maker in region.ops]


def _fold_neighbour(plan: Plan, region: Region, reader: Op, value: Value) -> None:
    """A view read by the very next statement alone needs no name."""
    if value.op not in region.ops or value.hint or not is_view(value):
        return
    start, end = region.ops.index(value.op), region.ops.index(reader)
    between = [op for op in region.ops[start + 1 : end] if not plan.is_folded(op)]
    if not between and uses(plan.function.body).get(value) == 1:
        plan.folded.add(value)


def copy_definition(plan: Plan, region: Region, value: Value) -> None:
    """`u_old = u[1:-1]` becomes `u_old = u[1:-1].copy()`."""
    op = value.op
    if op is None:
        raise ValueError(f"{value} is not the result of an operation")
    copied = _copy(plan, value, op, value.hint)
    copied.result.soft = value.soft
    substitute(plan.function.body, {value: copied.result})
    copied.operands = [value]
    region.ops.insert(region.ops.index(op) + 1, copied)
    value.hint = ""
    plan.folded.add(value)


def _copy_collected(plan: Plan, loop: Loop, value: Value, keys: frozenset[int] | None) -> None:
    """`tape.append(x)` becomes `tape.append(x.copy())`."""
    ops = loop.body.ops
    if value.op is not None and value.op.name == "copied_parts" and keys is not None:
        value.op.attrs["keys"] |= keys
        return
    copied = _copy(plan, value, loop.op, "")
    if keys is not None and copied.style != "maybe":
        copied.name, copied.style, copied.attrs = "copied_parts", "", {"keys": keys}
    if value.op is not None and value.op in ops:
        ops.insert(ops.index(value.op) + 1, copied)
    else:
        ops.insert(0, copied)
    first = int(loop.has_stop) + loop.n_carries
    for slot in range(first, len(loop.body.yields)):
        if loop.body.yields[slot] is value:
            loop.body.yields[slot] = copied.result
    plan.folded.add(copied.result)


def _copy(plan: Plan, value: Value, near: Op, hint: str) -> Op:
    phase = value.op.phase if value.op is not None else near.phase
    style = "np.copy" if _may_be_reordered(plan, value) else ""
    absent = may_be_absent(value.type) or value in Unbound(plan).unbound_values()
    if value.type == ArrayT() or absent:
        style = "maybe"  # where it is not bound it is None, and its cotangent 0.0
    op = Op("copy", [value], ("x",), {}, None, near.loc, style, phase)
    op.new_result(value.type, hint)
    return op


def _may_be_reordered(plan: Plan, value: Value) -> bool:
    """Whether an array may be stored in another order: `np.copy` keeps it, `x.copy()` does not."""
    if not isinstance(value.type, ArrayT) or value.type.rank in (0, 1):
        return False
    return value in plan.function.body.params or (
        value.op is not None and value.op.name in REORDERING
    )


def _insert_before(region: Region, op: Op, new: Op) -> None:
    region.ops.insert(region.ops.index(op), new)


def _places(region: Region) -> dict[Op, Region]:
    """The region in which each operation stands."""
    found: dict[Op, Region] = {}

    def visit(inside: Region) -> None:
        for op in inside.ops:
            found[op] = inside
            for inner in op.regions:
                visit(inner)

    visit(region)
    return found
