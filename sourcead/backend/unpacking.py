"""`n, m = x.shape`: the elements of one tuple, each given a name, as one assignment."""

from __future__ import annotations

from dataclasses import dataclass, field

from sourcead.backend.plan import Plan
from sourcead.backend.popping import POPS, reads_nothing_else
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import StructT
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
    statements = list(plan.statements(region))
    k = 0
    while k < len(statements):
        run = _run(statements, k)
        if len(run) > 1:
            found.groups[run[0]] = run
            found.parts.update(run[1:])
            before = statements[k - 1] if k else None
            if before is not None and _only_unpacked(plan, before, run):
                found.inline.add(before)
            elif k > 1 and _is_popped(plan, statements[k - 2 : k], run):
                found.inline.add(statements[k - 2])
        k += max(len(run), 1)
    return found


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
