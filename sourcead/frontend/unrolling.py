"""Loops written out: the body once for each turn, where all turns are known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from sourcead.frontend.alternatives import NotKnown
from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import (
    FLAGS,
    RETURNED,
    SKIPPED,
    STOPPED,
    Binding,
    Cell,
    Conflict,
    Items,
    Lost,
)
from sourcead.frontend.conditions import condition
from sourcead.frontend.frame import Frame
from sourcead.frontend.join import conditional
from sourcead.frontend.liveness import stored_names
from sourcead.frontend.sharing import parts_of
from sourcead.frontend.statements import lower_block
from sourcead.ir.core import Value

Loop = ast.For | ast.While
# Each turn begins by calling the next of these.
Turns = Iterator[Callable[[], object]]
MOST_TURNS = 64


def unrolled(frame: Frame, node: ast.For, items: Iterator[Binding]) -> None:
    """A loop over a few objects that are known: its body, once for each."""

    def turns() -> Turns:
        for item in items:
            yield _assigning(frame, node, item)

    _written_out(frame, node, turns())


def _assigning(frame: Frame, node: ast.For, item: Binding) -> Callable[[], object]:
    return lambda: assign(frame, node.target, item)


def unrolled_while(frame: Frame, node: ast.While, most: int = MOST_TURNS) -> None:
    """A `while` whose condition is known at each turn.

    Raises:
        NotKnown: it is not.
    """

    def turns() -> Turns:
        for _ in range(most):
            known = condition(frame, node.test)
            if not isinstance(known, bool):
                raise NotKnown
            if not known:
                return
            yield lambda: None
        raise NotKnown

    _written_out(frame, node, turns())


def _written_out(frame: Frame, node: Loop, turns: Turns) -> None:
    _turns(frame, node, turns)
    stopped = frame.flag(STOPPED)
    returned = frame.state.env[RETURNED]
    frame.state.env[STOPPED] = frame.state.env[SKIPPED] = returned
    if node.orelse and stopped is False:
        lower_block(frame, node.orelse)
    elif node.orelse and isinstance(stopped, Value):
        live = frame.live.after[node] | frame.loop_live
        conditional(frame, stopped, lambda: None, lambda: _else(frame, node), node, live)


def _else(frame: Frame, node: Loop) -> None:
    """The `else` of a loop that has not been left."""
    frame.set_flags(False, *FLAGS)
    lower_block(frame, node.orelse)


def _turns(frame: Frame, node: Loop, turns: Turns) -> None:
    outer, frame.loop_live = frame.loop_live, frozenset(frame.state.env) | frame.live.head[node]
    try:
        for begin in turns:
            begin()
            lower_block(frame, node.body)
            stopped = frame.flag(STOPPED)
            if stopped is True:
                return
            frame.set_flags(False, SKIPPED)
            if isinstance(stopped, Value):
                _remaining_turns(frame, node, stopped, turns)
                return
    finally:
        frame.loop_live = outer


def _remaining_turns(frame: Frame, node: Loop, stopped: Value, turns: Turns) -> None:
    """The turns after one that may have left the loop."""
    live = frame.live.head[node] | frame.live.after[node] | frame.loop_live

    def leave() -> None:
        for flag in FLAGS:
            if frame.state.env[flag] is stopped:
                frame.set_flags(True, flag)

    def go_on() -> None:
        frame.set_flags(False, *FLAGS)
        _turns(frame, node, turns)

    conditional(frame, stopped, leave, go_on, node, live)


def leaves_unclear(frame: Frame, node: Loop) -> bool:
    """Whether a name that is read after a loop means something else after each turn."""
    bound, updated = stored_names([node])
    for name in (bound | updated) & frame.live.after[node]:
        if _is_unclear(frame, frame.state.env.get(name), frozenset()):
            return True
    return False


def _is_unclear(frame: Frame, binding: Binding | None, seen: frozenset[Cell]) -> bool:
    if isinstance(binding, Conflict):
        return True
    parts = binding.items if isinstance(binding, Items) else ()
    if isinstance(binding, Cell) and binding not in seen:
        content = frame.state.contents.get(binding)
        if isinstance(content, Lost):
            return True
        parts, seen = tuple(parts_of(content)), seen | {binding}
    return any(_is_unclear(frame, part, seen) for part in parts)
