"""`v = xs.pop()`: an element that is read and then removed, as one call."""

from __future__ import annotations

from itertools import pairwise

from sourcead.backend.plan import Plan
from sourcead.ir.core import Op, Region
from sourcead.ir.walk import uses

POPS = ("delete", "without_last")


def find_pops(plan: Plan, region: Region) -> dict[Op, Op]:
    """The removals from lists by the statement before them, which reads what is removed."""
    statements = list(plan.statements(region))
    found = {}
    for read, removal in pairwise(statements):
        if removal.name in POPS and is_read_before(plan, read, removal):
            found[read] = removal
    return found


def is_read_before(plan: Plan, read: Op, removal: Op) -> bool:
    """Whether `read` gives the element that `removal` removes from a list of the same name."""
    xs, item = removal.operands[:2]
    same = read.name == "getitem" and read.results == [item] and read.operands[0] is xs
    return same and plan.names[xs] == plan.names[removal.results[0]]


def reads_nothing_else(plan: Plan, read: Op, removal: Op, others: int) -> bool:
    """Whether what is removed is read by the removal and `others` more operations alone."""
    if read.results[0].hint:
        return False
    return uses(plan.function.body).get(read.results[0]) == others + 1 and is_read_before(
        plan, read, removal
    )
