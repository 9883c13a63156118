"""Tangents of a `try`: computed after it, so that what they raise is not caught by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcead.ir.attempts import completed
from sourcead.ir.core import Op, Region
from sourcead.ir.walk import copy_op
from sourcead.ops.catalog import definition
from sourcead.transforms.demands import meet_branch_demands
from sourcead.transforms.facts import Facts
from sourcead.transforms.problems import tangent_of_attempt

if TYPE_CHECKING:
    from sourcead.transforms.forward import ForwardSweep


def forward_attempt(sweep: ForwardSweep, op: Op) -> None:
    """The `try` as it is; then, where it was completed and where not, the tangents."""
    new = copy_op(op, sweep.primal)
    sweep.b.append(new)
    positions = [k for k, r in enumerate(op.results) if r in sweep.active]
    if not positions:
        return
    test = completed(new)
    branch = Op("if", [test], (), {}, [], op.loc, op.style, op.phase)
    for region, copied in zip(op.regions, new.regions, strict=True):
        dots = Region()
        with sweep.b.into(dots):
            _move(sweep, region)
            dots.yields = [sweep.dot_or_zero(region.yields[k]) for k in positions]
        meet_branch_demands(new, copied, dots)
        branch.regions.append(dots)
    sweep.b.append(branch)
    for k in positions:
        value = op.results[k]
        dot = branch.new_result(value.type, f"{value.hint}_dot" if value.hint else "")
        dot.soft = f"{value.soft}_dot" if value.soft else ""
        sweep.dots[value] = dot


def _move(sweep: ForwardSweep, region: Region) -> None:
    """The tangents of a branch. Where it has branches of its own they come with the values, which
    are computed again: what has been completed does not raise."""
    moved = [op for op in region.ops if any(r in sweep.active for r in op.results)]
    nested = [op for op in moved if op.regions or op.name == "call"]
    if nested and any(_shows(sweep.facts, op) for op in region.walk()):
        sweep.facts.problems.append(tangent_of_attempt(nested[0]))
    elif nested:
        sweep.walk([op for op in region.ops if op.name not in ("raise", "check")])
    else:
        for op in moved:
            with sweep.b.at(op.loc):
                sweep.move(op)


def _shows(facts: Facts, op: Op, seen: frozenset[str] = frozenset()) -> bool:
    """Whether doing an operation twice would be noticed."""
    if op.name != "call":
        return not definition(op.name).pure and op.name not in ("raise", "check", "caught")
    name = op.attrs["callee"]
    if name in seen:
        return False
    body = facts.module.functions[name].body
    return any(_shows(facts, inner, seen | {name}) for inner in body.walk())
