"""Cotangents of numbers that are arrays of no axes: where a path makes them of unknown ranks.

They may be views of what others read, or of what nobody may write: nothing is added in place.
"""

from __future__ import annotations

from sourcead.ir.core import Region, Value
from sourcead.ir.loops import handed_on
from sourcead.ir.types import ScalarT, UndefT


def arrays_for_numbers(body: Region) -> set[Value]:
    """The values with the type of a number that a branch or a loop may give an array."""
    targets: dict[Value, list[Value]] = {}
    for op in body.walk():
        for source, target in handed_on(op):
            if isinstance(target.type, ScalarT):
                targets.setdefault(source, []).append(target)
    todo = [source for source in targets if not isinstance(source.type, ScalarT | UndefT)]
    found: set[Value] = set()
    while todo:
        new = [target for target in targets.get(todo.pop(), ()) if target not in found]
        found.update(new)
        todo += new
    return found
