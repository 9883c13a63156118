"""The only place that decides mutation.

Every `setitem`, `setitem_add`, `set_field` and `append` is printed as a statement that overwrites
its operand. That is right if the operand's buffer is ours and nobody who may share it is read
later; where it is not so, a `copy` is inserted here: of a small view that is still read, of what a
tape collects, of a loop's initial value, or of the array itself. Sums into an array (`x = x + g`)
are done in place only where that needs no copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sourcead.backend.alias_groups import has_memory
from sourcead.backend.liveness import Live, Visitor, Walk
from sourcead.backend.memory import (
    Buffers,
    Memory,
    accumulations,
    written_values,
)
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ListT
from sourcead.ir.walk import substitute, uses
from sourcead.ops.catalog import definition

SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
# Each round settles at least one write for good; a program has far fewer.
LIMIT = 200


@dataclass
class Fixes:
    """What a round of checks asks for. Keys are unique, so that two conflicts ask once.

    `last_reads` are the writes after which nobody reads what they overwrite.
    """

    operands: dict[tuple[Op, int], Buffers] = field(default_factory=dict)
    definitions: dict[Value, None] = field(default_factory=dict)
    collected: dict[Value, Loop] = field(default_factory=dict)
    inits: dict[tuple[Op, int], Loop] = field(default_factory=dict)
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
            or self.nexts
            or self.elements
            or self.plain
        )


class _Check(Visitor):
    """Looks for writes that somebody would notice."""

    def __init__(self, plan: Plan, memory: Memory, required: set[Value]) -> None:
        self.plan = plan
        self.memory = memory
        self.required = required
        self.fixes = Fixes()
        self.tapes: dict[Value, tuple[Loop, Value]] = {}
        self.not_yet: set[Value] = set()

    # What a live value holds ----------------------------------------------------------------

    def held(self, value: Value) -> Buffers:
        """The buffers reachable from a value here; a tape holds only what was appended so far."""
        if value in self.not_yet:
            loop, collected = self.tapes[value]
            own = self.memory.own.get(value, frozenset())
            return own | self.memory.earlier(loop.body, self.memory.reach(collected))
        return self.memory.reach(value)

    def sharing(self, buffers: Buffers, live: Iterable[Value]) -> list[Value]:
        return [v for v in live if has_memory(v.type) and self.held(v) & buffers]

    # Events ---------------------------------------------------------------------------------

    def statement(self, op: Op, live: Live) -> None:
        for operand in self.plan.written_operands(op):
            self.check_write(op, operand, live - set(op.results))

    def check_write(self, op: Op, operand: Value, live: Live) -> None:
        buffers = self.memory.own.get(operand, frozenset())
        conflicts = self.sharing(buffers, live)
        shared = op.name == "call" and self.is_passed_twice(op, operand)
        if self.memory.is_ours(buffers) and not conflicts and not shared:
            return
        if op in self.plan.in_place:
            self.fixes.plain[op] = None
        elif not shared and self.memory.is_ours(buffers) and self.separate_all(conflicts, buffers):
            return
        else:
            self.fixes.operands[op, op.operands.index(operand)] = buffers
            if operand not in live:
                self.fixes.last_reads.add(op)

    def is_passed_twice(self, op: Op, operand: Value) -> bool:
        """Whether a call receives the memory it overwrites through another argument too."""
        buffers = self.memory.reach(operand)
        position = op.operands.index(operand)
        others = [v for k, v in enumerate(op.operands) if k != position]
        return any(self.memory.reach(v) & buffers for v in others)

    def separate_all(self, values: list[Value], buffers: Buffers) -> bool:
        """Copy what shares a buffer rather than the buffer, if that is better for all of them."""
        held = {v: self.elements_sharing(v, buffers) for v in values if isinstance(v.type, ListT)}
        if not all(v in self.tapes or is_view(v) or held.get(v) for v in values):
            return False
        for value in values:
            if value in self.tapes:
                loop, collected = self.tapes[value]
                self.fixes.collected[collected] = loop
            elif held.get(value):
                self.fixes.elements.update(dict.fromkeys(held[value]))
            else:
                self.fixes.definitions[value] = None
        return True

    def elements_sharing(self, xs: Value, buffers: Buffers) -> list[tuple[Op, int]]:
        """The places where an array with one of the buffers is put into a list such as `xs`."""
        lists = self.memory.own.get(xs, frozenset())
        found = []
        for op in self.plan.function.body.walk():
            if op.name not in ("append", "list") or not self.memory.own[op.results[0]] & lists:
                continue
            first = 1 if op.name == "append" else 0
            for k, value in enumerate(op.operands[first:], first):
                if self.memory.reach(value) & buffers:
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
        """The next iteration must be the only owner of the buffer it is handed."""
        following = loop.nexts[k]
        buffers = self.memory.own.get(following, frozenset())
        held = self.sharing(buffers, [*live, *loop.tapes])
        others = [j for j, v in enumerate(loop.nexts) if j != k and self.memory.reach(v) & buffers]
        ours = self.memory.is_ours(buffers) and self.memory.made_inside(loop.body, buffers)
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
            if carry not in self.memory.exclusive:
                continue
            buffers = self.memory.own.get(loop.inits[k], frozenset())
            others = [
                v
                for j, v in enumerate(loop.inits)
                if j < k or (j > k and loop.carries[j] not in self.memory.exclusive)
            ]
            conflicts = self.sharing(buffers, [*live, *others])
            if self.memory.is_ours(buffers) and not conflicts:
                continue
            if carry not in self.required:
                self.give_up(carry)
            elif not self.memory.is_ours(buffers) or not self.separate_all(conflicts, buffers):
                self.fixes.inits[loop.op, k] = loop

    def give_up(self, carry: Value) -> None:
        """A sum in place that would need a copy is written as a plain sum."""
        for op in list(self.plan.in_place):
            if carry in written_values(self.plan, op.operands[:1]):
                self.fixes.plain[op] = None


def is_view(value: Value) -> bool:
    """Whether a value is the direct result of an operation that looks into another array."""
    op = value.op
    if op is None or op.name in (*WRITES, *LOOPS, "if", "call"):
        return False
    return bool(definition(op.name).views(op))


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
        asked = [op.operands[0] for op in plan.in_place if _is_written_so(op)]
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


def apply(plan: Plan, memory: Memory, fixes: Fixes) -> None:
    """Carry out what a round of checks asked for."""
    plan.in_place -= set(fixes.plain)
    if fixes.plain:
        return  # what else was asked for may have been for their sake
    places = _places(plan.function.body)
    done: set[int] = set()
    for (op, k), buffers in reversed(fixes.operands.items()):
        if buffers & done:
            continue  # a version of what was just copied
        done |= buffers
        _copy_operand(plan, memory, places[op], op, k, op in fixes.last_reads)
    for value in fixes.definitions:
        if value.op is not None:
            copy_definition(plan, places[value.op], value)
    for value, loop in fixes.collected.items():
        _copy_collected(plan, loop, value)
    for op, k in fixes.elements:
        copied = _copy(op.operands[k], op, "")
        _insert_before(places[op], op, copied)
        op.operands[k] = copied.result
        plan.folded.add(copied.result)
    for (op, k), loop in fixes.inits.items():
        _copy_init(plan, memory, places[op], loop, k)
    for (_, k), loop in fixes.nexts.items():
        _copy_next(plan, loop, k)
    plan.changed()


def _copy_init(plan: Plan, memory: Memory, region: Region, loop: Loop, k: int) -> None:
    """`a = a.copy()` before a loop that writes `a`."""
    init = loop.inits[k]
    if _is_foreign_view(memory, region, init):
        copy_definition(plan, region, init)
        return
    copied = _copy(init, loop.op, loop.carries[k].hint)
    _insert_before(region, loop.op, copied)
    loop.op.operands[loop.n_streams + k] = copied.result
    plan.folded.add(copied.result)


def _copy_next(plan: Plan, loop: Loop, k: int) -> None:
    """The next iteration is handed a copy, made where a view is taken or at the end."""
    following, ops = loop.nexts[k], loop.body.ops
    if is_view(following) and following.op in ops:
        copy_definition(plan, loop.body, following)
        return
    copied = _copy(following, loop.op, "")
    ops.append(copied)
    loop.body.yields[int(loop.has_stop) + k] = copied.result
    plan.folded.add(copied.result)


def _is_foreign_view(memory: Memory, region: Region, value: Value) -> bool:
    """Whether a value is of no use but as the source of a copy, made where it is computed."""
    if not is_view(value) or value.op not in region.ops:
        return False
    return not memory.is_ours(memory.own.get(value, frozenset()))


def _copy_operand(
    plan: Plan, memory: Memory, region: Region, op: Op, k: int, is_dead: bool
) -> None:
    """`a[i] = v` becomes `a = a.copy()` and `a[i] = v`; a call is handed the copy."""
    old = op.operands[k]
    if _is_foreign_view(memory, region, old):
        copy_definition(plan, region, old)
        return
    is_call = op.name == "call"
    copied = _copy(old, op, "" if is_call else op.results[0].hint or old.hint)
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
    todo = [v.op for v in op.operands if v in plan.folded and v.op in region.ops]
    while todo:
        inner = todo.pop()
        if inner is None:
            continue
        if old in inner.operands and not inner.regions:
            inner.operands = [new if v is old else v for v in inner.operands]
            at = min(at, region.ops.index(inner))
        todo += [v.op for v in inner.operands if v in plan.folded and v.op in region.ops]
    op.operands = [op.operands[0], *(new if v is old else v for v in op.operands[1:])]
    return at


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
    copied = _copy(value, op, value.hint)
    copied.result.soft = value.soft
    substitute(plan.function.body, {value: copied.result})
    copied.operands = [value]
    region.ops.insert(region.ops.index(op) + 1, copied)
    value.hint = ""
    plan.folded.add(value)


def _copy_collected(plan: Plan, loop: Loop, value: Value) -> None:
    """`tape.append(x)` becomes `tape.append(x.copy())`."""
    ops = loop.body.ops
    copied = _copy(value, loop.op, "")
    if value.op is not None and value.op in ops:
        ops.insert(ops.index(value.op) + 1, copied)
    else:
        ops.insert(0, copied)
    first = int(loop.has_stop) + loop.n_carries
    for slot in range(first, len(loop.body.yields)):
        if loop.body.yields[slot] is value:
            loop.body.yields[slot] = copied.result
    plan.folded.add(copied.result)


def _copy(value: Value, near: Op, hint: str) -> Op:
    phase = value.op.phase if value.op is not None else near.phase
    op = Op("copy", [value], ("x",), loc=near.loc, phase=phase)
    op.new_result(value.type, hint)
    return op


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
