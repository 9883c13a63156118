"""What a loop computes anew in every iteration although nothing in it changes."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.errors import Diagnostic
from sourcead.ir.attempts import is_attempt
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.walk import copy_function, defined, free_values_of
from sourcead.ops.catalog import definition
from sourcead.ops.signatures_random import is_draw
from sourcead.transforms.facts import Facts
from sourcead.transforms.problems import asked_again, drawn_again


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


# What draws that are done again need.
RANDOM = ("generator_state", "restore_generator")
# Marks questions in what has to run again: nobody may read the answers.
AGAIN = "again"
# What decides how a `try` goes on.
DECIDING = ("raise", "check", "caught")


def without_effects(ops: Iterable[Op], facts: Facts, in_attempt: bool = False) -> list[Op]:
    """The operations without prints and checks, which another copy of them does once.

    Inside a `try` it is what they raise that tells where to go on. A random draw cannot be done
    without: another one would be another number. It is a problem.
    """
    for op in (ops := list(ops)):
        drawn = draw_in(op, facts)
        if drawn is not None:
            problem = drawn_again(drawn, op)
            facts.problems += [problem] if problem not in facts.problems else []
    return quiet(ops, facts, in_attempt)


def quiet(ops: Iterable[Op], facts: Facts, in_attempt: bool = False) -> list[Op]:
    """The same, where the generators that the operations draw from have been put back."""
    kept = []
    for op in ops:
        if op.name == "call":
            op.attrs["callee"] = quiet_function(str(op.attrs["callee"]), facts, in_attempt)
            kept.append(op)
        elif op.name in RANDOM or is_draw(op.name) or (in_attempt and op.name in DECIDING):
            kept.append(op)
        elif definition(op.name).pure:
            for region in op.regions:
                region.ops = quiet(region.ops, facts, in_attempt or is_attempt(op))
            kept.append(op)
        elif op.name not in DECIDING and op.results:
            op.attrs[AGAIN] = True
            kept.append(op)
    return kept


def questions_asked_again(function: Function) -> list[Diagnostic]:
    """Answers that are read where another call would give another one, such as a clock's.

    To be asked of a function without dead code.
    """
    return [asked_again(op) for op in function.body.walk() if op.attrs.get(AGAIN)]


def quiet_function(name: str, facts: Facts, in_attempt: bool = False) -> str:
    """The function without what it prints and checks; itself where there is nothing of that."""
    key = ("quiet", name, in_attempt)
    if key in facts.made:
        return facts.made[key]
    if not _speaks(name, facts, in_attempt):
        return name
    made, _ = copy_function(facts.module.functions[name])
    made.name = facts.made[key] = facts.fresh_name(f"{name}_again")
    made.body.ops = quiet(made.body.ops, facts, in_attempt)
    facts.module.functions[made.name] = made
    return made.name


def _speaks(name: str, facts: Facts, in_attempt: bool, seen: frozenset[str] = frozenset()) -> bool:
    """Whether calling a function does something besides computing and drawing, and deciding."""
    if name in seen or name not in facts.module.functions:
        return False
    for op in facts.module.functions[name].body.walk():
        if op.name == "call":
            if _speaks(str(op.attrs["callee"]), facts, in_attempt, seen | {name}):
                return True
        elif not (definition(op.name).pure or op.name in RANDOM or is_draw(op.name)):
            if not (in_attempt and op.name in DECIDING):
                return True
    return False


def draw_in(op: Op, facts: Facts, seen: frozenset[str] = frozenset()) -> Op | None:
    """The first random draw that an operation, or a function that it calls, makes."""
    if is_draw(op.name):
        return op
    callee = op.attrs["callee"] if op.name == "call" else ""
    if not callee or callee in seen or callee not in facts.module.functions:
        return None  # a reverse half that is still being made leaves generators as they are
    body = facts.module.functions[callee].body
    found = (draw_in(inner, facts, seen | {callee}) for inner in body.walk())
    return next((drawn for drawn in found if drawn is not None), None)
