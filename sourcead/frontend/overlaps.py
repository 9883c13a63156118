"""Assignments in which NumPy overwrites elements that it has yet to read.

`m[:, 3] = m[1]` writes `m[1, 3]` before it is read: NumPy copies what overlaps only where more
than one axis is written. What such a line leaves depends on where the arrays lie in memory.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass

import numpy as np

from sourcead.frontend.bindings import Binding, Cell, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.sharing import may_overlap
from sourcead.frontend.subscripts import Indices
from sourcead.ir.core import Value
from sourcead.ir.index import Dots, Entry, Index, NewAxis, Ref, Slice
from sourcead.ir.integers import Shifted, shifted
from sourcead.ir.types import INT, ScalarT, kind_of, rank_of


@dataclass(frozen=True)
class Run:
    """Places along an axis from a first one on; `step` is None where it is not known."""

    first: Shifted = (None, 0)
    step: int | None = 1


ALL = Run()
# What is selected along an axis: one place, or several.
Part = Shifted | Run


def check_apart(
    frame: Frame, place: Binding, value: Binding, index: Indices, node: ast.AST
) -> None:
    """Refuse `place[index] = value` where what it leaves may depend on the order of the writes."""
    _, operands = index
    by_lists = [v for v in operands if not isinstance(v.type, ScalarT)]
    if by_lists:
        is_mask = len(operands) == 1 and kind_of(operands[0].type) == "bool"
        if is_mask or _reads_before_it_writes() or not may_overlap(frame, place, [value]):
            return
        what = "the elements at these indices may share memory with what is assigned to them"
        why = "this version of NumPy overwrites elements that it has yet to read"
    else:
        if not isinstance(place, Cell | View) or not isinstance(value, Cell | View):
            return
        if _root(place) is not _root(value) or _in_order(frame, place, value, index, node):
            return
        what = "the elements that are written may be among those that are assigned to them"
        why = "along one axis NumPy overwrites elements that it has yet to read"
    frame.refuse(node, "SAD204", what, why, "assign a copy, `np.array(...)`")


@functools.cache
def _reads_before_it_writes() -> bool:
    """Whether NumPy copies what is assigned to a subscript of lists: NumPy 1 does not."""
    numbers = np.arange(3)
    numbers[[1, 2]] = numbers[:2]
    return bool(numbers[2] == 1)


def _root(binding: Cell | View) -> Cell:
    return binding.cell if isinstance(binding, View) else binding


def _in_order(
    frame: Frame, place: Cell | View, value: Cell | View, index: Indices, node: ast.AST
) -> bool:
    """Whether each element is surely read before it is overwritten, or never read."""
    if rank_of(read(frame, value, node).type) == 0:
        return True
    rank = rank_of(read(frame, _root(place), node).type)
    written, assigned = _selected(place, [index], rank), _selected(value, [], rank)
    count = max(len(written or ()), len(assigned or ())) if rank is None else rank
    to, of = _runs(written, count), _runs(assigned, count)
    if written is None or (len(to) == 1 and (assigned is None or len(of) > 1)):
        return False
    if assigned is None or len(to) != 1 or not of:
        return True  # NumPy copies first
    written += [ALL] * (count - len(written))
    assigned += [ALL] * (count - len(assigned))
    return _are_apart(written, assigned) or _meet_in_step(written, assigned, to[0], of[0])


def _runs(parts: list[Part] | None, count: int) -> list[int]:
    """The axes along which several places are selected."""
    if parts is None:
        return []
    return [k for k in range(count) if k >= len(parts) or isinstance(parts[k], Run)]


def _are_apart(written: list[Part], assigned: list[Part]) -> bool:
    """Whether along some axis what is written and what is read are known to be apart."""
    pairs = zip(written, assigned, strict=True)
    return any(_is_before(a, b) or _is_before(b, a) for a, b in pairs)


def _is_before(place: Part, other: Part) -> bool:
    """Whether a known place is before all others, counted from the same end of the axis."""
    first, step = (other.first, other.step) if isinstance(other, Run) else (other, 1)
    if isinstance(place, Run) or place[0] is not None or first[0] is not None:
        return False
    if isinstance(other, Run) and (step is None or step < 1 or first[1] < 0):
        return False
    return place[1] < first[1] and (place[1] < 0) == (first[1] < 0)


def _meet_in_step(written: list[Part], assigned: list[Part], p: int, q: int) -> bool:
    """Whether what is written along axis `p` and read along `q` meets at the same count, if at all.

    Along one axis NumPy goes in the direction that is right for equal steps.
    """
    to, of = written[p], assigned[q]
    assert isinstance(to, Run)
    assert isinstance(of, Run)
    if to.step is None or of.step is None:
        return False
    if to.step * of.step < 0:
        return True  # NumPy copies first
    if p == q:
        return to.step == of.step or (to.first == of.first and 0 < to.step < of.step)
    row, column = assigned[p], written[q]
    return to.step == of.step and to.first == of.first and row == column


def _selected(binding: Cell | View, more: list[Indices], rank: int | None) -> list[Part] | None:
    """What subscripts, one of the other, select along the leading axes; None where unknown.

    Of an array of unknown rank `...` counts as one axis.
    """
    indices = list(more)
    while isinstance(binding, View):
        if binding.step.name != "getitem":
            return None
        indices.insert(0, (binding.step.attrs["index"], list(binding.step.operands)))
        binding = binding.base
    parts: list[Part] = []
    for entries, operands in indices:
        opened = [k for k, part in enumerate(parts) if isinstance(part, Run)]
        places = len(entries) if rank is None else len(opened) + rank - len(parts)
        for entry in _without_dots(entries, places):
            made = _part(entry, operands)
            if made is None:
                return None
            if opened:
                at = opened.pop(0)
                outer = parts[at]
                assert isinstance(outer, Run)
                parts[at] = _within(outer, made)
            else:
                parts.append(made)
    return parts


def _within(outer: Run, part: Part) -> Part:
    """What is selected of what is selected."""
    if ALL in (outer, part):
        return part if outer == ALL else outer
    somewhere = (Value(INT), 0)
    if isinstance(part, tuple):
        return somewhere
    if outer.step is None or part.step is None:
        return Run(somewhere, None)
    return Run(somewhere, outer.step * part.step)


def _without_dots(entries: Index, places: int) -> Index:
    """The entries with `...` written out: it stands for all axes that no other entry is for."""
    if Dots() not in entries:
        return entries
    at = entries.index(Dots())
    return (*entries[:at], *[Slice()] * (places - len(entries) + 1), *entries[at + 1 :])


def _part(entry: Entry, operands: list[Value]) -> Part | None:
    """What an entry selects; None where it is not along an axis, or by a list."""

    def number(bound: int | Ref) -> Shifted:
        return shifted(operands[bound.k]) if isinstance(bound, Ref) else (None, bound)

    if isinstance(entry, Slice):
        step = number(1 if entry.step is None else entry.step)
        first = number(0 if entry.lower is None else entry.lower)
        return Run(first, step[1] if step[0] is None else None)
    if isinstance(entry, NewAxis | Dots):
        return None
    is_list = isinstance(entry, Ref) and not isinstance(operands[entry.k].type, ScalarT)
    return None if is_list else number(entry)
