"""`n, m = x.shape`: the elements of one tuple or array, each given a name, as one assignment."""

from __future__ import annotations

from dataclasses import dataclass, field

from sourcead.backend.plan import Plan
from sourcead.backend.popping import POPS, reads_nothing_else
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import StructT, dims_of
from sourcead.ir.walk import uses


@dataclass
class Unpacking:
    """Groups of statements of a region that print as one.

    `groups` maps the first statement of a group to all of them; `parts` holds the others;
    `inline` the operations whose result is unpacked where it is computed.
    """

    groups: dict[Op, list[Op]] = field(default_factory=dict)
    parts: set[Op] = field(default_factory=set)
    inline: set[Op] = field(default_factory=set)


def find_unpacking(plan: Plan, region: Region) -> Unpacking:
    """Runs of neighbouring reads of one tuple's elements, in order."""
    found = Unpacking()
    found.parts.update(plan.in_head.intersection(region.ops))
    statements = [op for op in plan.statements(region) if op not in found.parts]
    k = 0
    while k < len(statements):
        rows = _rows(statements, k)
        run = rows or _run(statements, k)
        if rows:
            found.groups[rows[0]] = rows
            found.parts.update(rows[1:])
        elif len(run) > 1:
            found.groups[run[0]] = run
            found.parts.update(run[1:])
            before = statements[k - 1] if k else None
            if before is not None and _only_unpacked(plan, before, run):
                found.inline.add(before)
            elif k > 1 and _is_popped(plan, statements[k - 2 : k], run):
                found.inline.add(statements[k - 2])
        k += max(len(run), 1)
    _hide_tests(plan, found)
    return found


def unpacked_items(plan: Plan, loop: Loop) -> dict[Value, list[Op]]:
    """Items that are tuples of which the body begins by naming elements, and nothing else."""
    read = uses(loop.body)
    taken = {plan.names[carry] for carry in loop.carries}
    found: dict[Value, list[Op]] = {}
    for op in plan.statements(loop.body):
        item = op.operands[0] if op.name == "field" else None
        if item not in loop.items or not _is_tuple(item) or op.phase == "reverse":
            break
        if plan.names[op.results[0]] in taken:
            break
        found.setdefault(item, []).append(op)
    return {item: ops for item, ops in found.items() if read[item] == len(ops)}


def _hide_tests(plan: Plan, found: Unpacking) -> None:
    """What only such tests ask needs no statement: unpacking itself asks."""
    tests = [op.operands[0] for op in found.groups if op.name == "check"]
    if tests:
        read = uses(plan.function.body)
        for test in dict.fromkeys(tests):
            if test.op is not None and tests.count(test) == read[test]:
                found.parts.add(test.op)


def _run(statements: list[Op], start: int) -> list[Op]:
    first = statements[start]
    if first.name != "field" or not _is_tuple(first.operands[0]):
        return []
    run = [first]
    for op in statements[start + 1 :]:
        same = op.name == "field" and op.operands[0] is first.operands[0]
        if not same or op.phase != first.phase or op.attrs["key"] <= run[-1].attrs["key"]:
            break
        run.append(op)
    return run


def _rows(statements: list[Op], start: int) -> list[Op]:
    """The test that an array has so many rows, and the statements that read each of them."""
    count = _tested_length(statements[start])
    rows = statements[start + 1 : start + 1 + count]
    if len(rows) < count or count < 2:
        return []
    for k, op in enumerate(rows):
        if op.name != "getitem" or op.attrs["index"] != (k,) or op.operands != rows[0].operands:
            return []
    asked = statements[start].operands[0].op
    assert asked is not None
    length = asked.operands[0].op
    assert length is not None
    return [statements[start], *rows] if _as_long(rows[0].operands[0], length.operands[0]) else []


def _tested_length(op: Op) -> int:
    """The `n` of the test that precedes the unpacking of an array, 0 for any other operation."""
    test = op.operands[0].op if op.name == "check" else None
    if test is None or test.name != "eq" or test.operands[0].op is None:
        return 0
    count = constant(test.operands[1])
    said = constant(op.operands[-1])
    if test.operands[0].op.name != "dim" or said != f"expected {count} values to unpack":
        return 0
    return int(count)


def _as_long(array: Value, other: Value) -> bool:
    if array is other:
        return True
    dims, others = dims_of(array.type), dims_of(other.type)
    return dims[0].same_length(others[0]) if dims and others else False


def _is_tuple(struct: Value) -> bool:
    return isinstance(struct.type, StructT) and struct.type.kind == "tuple"


def _is_popped(plan: Plan, pair: list[Op], run: list[Op]) -> bool:
    """`a, b = stack.pop()`."""
    read, removal = pair
    if removal.name not in POPS or read.results != [run[0].operands[0]]:
        return False
    return reads_nothing_else(plan, read, removal, len(run))


def _only_unpacked(plan: Plan, op: Op, run: list[Op]) -> bool:
    """Whether a statement computes the tuple, for nothing but the run that follows."""
    if op.results != [run[0].operands[0]] or op.regions or op.results[0].hint:
        return False
    return uses(plan.function.body).get(op.results[0]) == len(run)
