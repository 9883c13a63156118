"""Cotangents of numbers that are arrays of no axes: where a path makes them of unknown ranks.

They may be views of what others read, or of what nobody may write: nothing is added in place.
"""

from __future__ import annotations

from collections.abc import Iterator

from sourcead.backend.plan import LOOPS
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ScalarT, UndefT


def arrays_for_numbers(body: Region) -> set[Value]:
    """The values with the type of a number that a branch or a loop may give an array."""
    targets: dict[Value, list[Value]] = {}
    for op in body.walk():
        for source, target in _given(op):
            if isinstance(target.type, ScalarT):
                targets.setdefault(source, []).append(target)
    todo = [source for source in targets if not isinstance(source.type, ScalarT | UndefT)]
    found: set[Value] = set()
    while todo:
        new = [target for target in targets.get(todo.pop(), ()) if target not in found]
        found.update(new)
        todo += new
    return found


def _given(op: Op) -> Iterator[tuple[Value, Value]]:
    """What a branch or a loop gives to which value."""
    if op.name == "if":
        for region in op.regions:
            yield from zip(region.yields, op.results, strict=True)
    elif op.name in LOOPS:
        loop = Loop(op)
        for sources in (loop.inits, loop.nexts):
            yield from zip(sources, loop.carries, strict=True)
        yield from zip(loop.carries, loop.finals, strict=True)
