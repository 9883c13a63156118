"""Two ways of lowering a statement: the second where the first is refused.

A loop whose body selects code by its counter (`params[f"W{i}"]`, `functions[k](x)`) cannot be a
loop of the derivative; written out, each turn knows its number.
"""

from __future__ import annotations

from collections.abc import Callable

from sourcead.errors import Diagnostic
from sourcead.frontend.bindings import State
from sourcead.frontend.frame import Frame, Poisoned, Refused

Lowering = Callable[[], None]
# What is refused for want of knowing what a turn of a loop will see.
SELECTING = ("SAD102", "SAD107", "SAD108", "SAD109", "SAD110")


class NotKnown(Exception):
    """The second way asks for something that is not known when the function is compiled."""


class Before:
    """What lowering a statement changes, as it was before."""

    def __init__(self, frame: Frame) -> None:
        program, state = frame.program, frame.state
        self.frame = frame
        self.env, self.contents = dict(state.env), dict(state.contents)
        self.reads, self.decided = dict(state.reads), dict(state.decided)
        self.outcomes, self.optional = dict(state.outcomes), dict(state.optional)
        self.cells = [(cell, cell.held, set(cell.doubts)) for cell in state.contents]
        self.emitted = len(frame.builder.region.ops)
        self.problems = program.mark()
        self.callees = set(program.callees)
        self.clobbered = set(program.clobbered)
        self.memo = {key: dict(found) for key, found in program.loop_memo.items()}

    def problems_since(self) -> list[Diagnostic]:
        return self.frame.program.problems[self.problems :]

    def restore(self) -> list[Diagnostic]:
        """Go back; what was found wrong meanwhile."""
        frame, program = self.frame, self.frame.program
        found = self.problems_since()
        program.rewind(self.problems)
        program.forget_callees(self.callees)
        program.clobbered = set(self.clobbered)
        program.loop_memo = {key: dict(known) for key, known in self.memo.items()}
        for cell, held, doubts in self.cells:
            cell.held, cell.doubts = held, set(doubts)
        del frame.builder.region.ops[self.emitted :]
        frame.state = State(
            dict(self.env), dict(self.contents), dict(self.reads), dict(self.decided),
            dict(self.outcomes), dict(self.optional),
        )  # fmt: skip
        frame.share_contents()
        return found


def lower_either(
    frame: Frame, first: Lowering, second: Lowering, is_unclear: Callable[[], bool]
) -> None:
    """Lower a statement in the first way, or in the second if that alone is possible.

    Args:
        frame: the function it stands in.
        first: the way to take if there is nothing wrong with it.
        second: the other way.
        is_unclear: whether the first way leaves names behind that cannot be read.

    Raises:
        Refused: neither is possible. What is wrong with the first is reported, unless less is
            wrong with the second.
    """
    if frame.program.watches:
        first()
        return
    before = Before(frame)
    stopped = _tried(first)
    found = before.problems_since()
    fine = stopped is None and not found
    if not is_unclear() if fine else not any(d.code in SELECTING for d in found):
        if stopped is not None:
            raise stopped
        return
    problems = before.restore()
    program = frame.program
    outer, program.unrolling = program.unrolling, True
    try:
        with program.written_out():
            given_up = _tried(second)
    finally:
        program.unrolling = outer
    found = before.problems_since()
    if given_up is None and not found:
        return
    if given_up is NOTHING_KNOWN or len(set(found)) >= len(set(problems)):
        before.restore()
        if fine:
            first()
            return
        frame.program.problems += problems
        given_up = stopped or Refused()
    if given_up is not None:
        raise given_up


def lowered_if_known(frame: Frame, lowering: Lowering) -> bool:
    """Lower a statement in a way for which all must be known; False (and nothing done) if not."""
    if frame.program.watches:
        return False
    before = Before(frame)
    if _tried(lowering) is None and not before.problems_since():
        return True
    before.restore()
    return False


NOTHING_KNOWN = NotKnown()


def _tried(lowering: Lowering) -> Exception | None:
    try:
        lowering()
    except (Refused, Poisoned) as stopped:
        return stopped
    except NotKnown:
        return NOTHING_KNOWN
    return None
