"""Arrays that a path chooses: where paths meet, a name stands for one of two arrays."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sourcead.frontend.bindings import Binding, Cell, State, Step, View
from sourcead.frontend.choices import EITHER, together
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.sharing import memory_of
from sourcead.frontend.templates import Slot
from sourcead.ir.core import Region, Value
from sourcead.ir.types import ArrayT, UnknownT, join

if TYPE_CHECKING:
    from sourcead.frontend.join import Joiner


def are_arrays(joiner: Joiner, bindings: Sequence[Binding]) -> bool:
    """Whether a name is an array on both paths."""
    for arm, binding in zip(joiner.arms, bindings, strict=True):
        with joiner.frame.branch(arm.region, arm.state):
            if not _is_array(joiner.frame, binding, joiner.node):
                return False
    return True


def _is_array(frame: Frame, binding: Binding, node: ast.AST) -> bool:
    content: object = binding
    if isinstance(binding, Cell):
        content = frame.state.contents[binding]
    elif isinstance(binding, View):
        content = read(frame, binding, node)
    return isinstance(content, Value) and isinstance(content.type, ArrayT | UnknownT)


def array_of(joiner: Joiner, bindings: Sequence[Binding], hint: str) -> Binding | None:
    """One of two arrays, as the condition has it; None where that cannot be followed."""
    frame, cond = joiner.frame, joiner.cond
    if cond is None or joiner.dead is not None:
        return None
    lasting, sides = [], []
    for arm, binding in zip(joiner.arms, bindings, strict=True):
        with frame.branch(arm.region, arm.state):
            lasts = _outlasts(binding, joiner.before, arm.region)
            if not lasts and not _is_fresh(frame, binding, joiner.before):
                return None
            lasting.append(lasts)
            sides.append(read(frame, binding, joiner.node))
    if not any(lasting):
        return None
    t = join(sides[0].type, sides[1].type)
    value, _ = joiner.result(sides[0], sides[1], Slot(t), hint, "")
    assert value is not None
    first, second = (
        binding if lasts else _made_on_path(joiner, k, binding, value, hint)
        for k, (binding, lasts) in enumerate(zip(bindings, lasting, strict=True))
    )
    view = View(together(frame, (first, second)), Step(EITHER, (cond,), (), {}))
    joiner.seen.append((view, value))
    return view


def _made_on_path(joiner: Joiner, arm: int, binding: Binding, value: Value, hint: str) -> Cell:
    """What stands for an array that a path has made: one object, whatever leads to it."""
    made = joiner.made
    if (arm, binding) not in made:
        cell = made[arm, binding] = joiner.frame.new_cell(value, hint)
        for old in memory_of(joiner.frame, binding):
            joiner.heirs[arm].add(cell, old)
    return made[arm, binding]


def _outlasts(place: Binding, before: State, region: Region) -> bool:
    """Whether a place was there before a path began, and can be named when it has ended."""
    if isinstance(place, View):
        made = {value for op in region.walk() for value in op.results}
        if not made.isdisjoint(place.step.operands):
            return False
        return _outlasts(place.base, before, region)
    return isinstance(place, Cell) and place in before.contents


def _is_fresh(frame: Frame, binding: Binding, before: State) -> bool:
    """Whether an array was made on a path, and shares no memory with what was there before."""
    memory = memory_of(frame, binding)
    if any(cell.held or cell.shared for cell in memory):
        return False  # what made it is not known
    known = memory.union(*(cell.doubts for cell in memory))
    return known.isdisjoint(before.contents)
