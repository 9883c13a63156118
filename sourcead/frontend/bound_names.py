"""Whether a name that a loop binds is bound after it: a loop may have had no turn.

What is bound in every turn is bound if there was one, which what the loop runs over tells before
it begins; of any other name the loop carries whether it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcead.frontend.bindings import HALF, UNBOUND, Binding, Maybe, State
from sourcead.frontend.frame import Frame
from sourcead.ir.constants import constant
from sourcead.ir.core import Value

if TYPE_CHECKING:
    from sourcead.frontend.loops import LoopLowering
    from sourcead.frontend.rounds import Round


def after_loop(lowered: Round, name: str, binding: Binding) -> Binding:
    """A name after a loop."""
    if not isinstance(binding, Maybe) or not _is_bound(lowered.end, name):
        return binding
    if is_endless(lowered):
        return binding.binding
    if lowered.loop.entry.env.get(name, UNBOUND) is not UNBOUND:
        return binding
    had_turns = _has_turns(lowered.frame, lowered.loop)
    if had_turns is None:
        return binding
    had_turns.soft = had_turns.soft or f"has_{name}"
    return Maybe(binding.binding, had_turns)


def is_endless(lowered: Round) -> bool:
    """Whether nothing but its body ends a loop."""
    return lowered.cond is not None and constant(lowered.cond_value) is True


def _is_bound(state: State, name: str) -> bool:
    held = state.env.get(name, UNBOUND)
    return held is not UNBOUND and held is not HALF and not isinstance(held, Maybe)


def _has_turns(frame: Frame, loop: LoopLowering) -> Value | None:
    """Whether a loop has a turn, where what it runs over says so before it begins."""
    if not loop.streams or (len(loop.streams) > 1 and not loop.equal):
        return None
    stream = loop.streams[0]
    while stream.op is not None and stream.op.name == "reversed":
        (stream,) = stream.op.operands
    if stream.op is None or stream.op.name != "range":
        length = frame.op("dim", [stream], ("x",), {"axis": 0}, style="len")
        return frame.op("gt", [length, frame.const(0)])
    start, stop, step = stream.op.operands
    known = constant(step)
    if not isinstance(known, int):
        return None
    return frame.op("gt", [stop, start] if known > 0 else [start, stop])
