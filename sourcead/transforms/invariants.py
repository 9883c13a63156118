"""What a loop computes anew in every iteration although nothing in it changes."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.ir.core import Op, Region, Value
from sourcead.ir.walk import defined, free_values_of
from sourcead.ops.catalog import definition
from sourcead.transforms.facts import Facts


def hoist(loop: Op, into: Region, facts: Facts) -> None:
    """Move out of a loop what reads nothing that the loop defines; buffers stay inside.

    Args:
        loop: the loop, about to be appended to `into`.
        into: receives the operations.
        facts: the module, which tells which calls have effects.
    """
    body = loop.regions[-1]
    inside: set[Value] = set(defined(body))
    kept = []
    for op in body.ops:
        if _movable(op, facts) and inside.isdisjoint(free_values_of(op)):
            into.ops.append(op)
            inside.difference_update(op.results)
        else:
            kept.append(op)
    body.ops = kept


def _movable(op: Op, facts: Facts) -> bool:
    if op.name == "call":
        return not facts.has_effects(op.attrs["callee"])
    if op.name == "reversed":
        return False  # an iterator runs out
    known = definition(op.name)
    inner = (o for region in op.regions for o in region.walk())
    return known.pure and not known.allocates and all(_is_pure(o, facts) for o in inner)


def _is_pure(op: Op, facts: Facts) -> bool:
    if op.name == "call":
        return not facts.has_effects(op.attrs["callee"])
    return definition(op.name).pure


def without_effects(ops: Iterable[Op]) -> list[Op]:
    """The operations without prints and checks, which another copy of them does once."""
    kept = []
    for op in ops:
        if op.name == "call" or definition(op.name).pure:
            for region in op.regions:
                region.ops = without_effects(region.ops)
            kept.append(op)
    return kept
