"""What a loop computes anew in every iteration although nothing in it changes."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.ir.attempts import is_attempt
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.walk import defined, free_values_of
from sourcead.ops.catalog import definition
from sourcead.ops.signatures_random import is_draw
from sourcead.transforms.facts import Facts
from sourcead.transforms.problems import drawn_again


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


# What decides how a `try` goes on.
DECIDING = ("raise", "check", "caught")


def without_effects(ops: Iterable[Op], facts: Facts, in_attempt: bool = False) -> list[Op]:
    """The operations without prints and checks, which another copy of them does once.

    Inside a `try` it is what they raise that tells where to go on. A random draw cannot be done
    without: another one would be another number. It is a problem.
    """
    kept = []
    for op in ops:
        drawn = draw_in(op, facts)
        if drawn is not None:
            problem = drawn_again(drawn, op)
            facts.problems += [problem] if problem not in facts.problems else []
            kept.append(op)
        elif in_attempt and op.name in DECIDING:
            kept.append(op)
        elif op.name == "call" or definition(op.name).pure:
            for region in op.regions:
                deciding = in_attempt or is_attempt(op)
                region.ops = without_effects(region.ops, facts, deciding)
            kept.append(op)
    return kept


def draw_in(op: Op, facts: Facts, seen: frozenset[str] = frozenset()) -> Op | None:
    """The first random draw that an operation, or a function that it calls, makes."""
    if is_draw(op.name):
        return op
    callee = op.attrs["callee"] if op.name == "call" else ""
    if not callee or callee in seen:
        return None
    body = facts.module.functions[callee].body
    found = (draw_in(inner, facts, seen | {callee}) for inner in body.walk())
    return next((drawn for drawn in found if drawn is not None), None)
