"""What a loop carries from turn to turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sourcead.frontend.bindings import Cell
from sourcead.frontend.sharing import may_be_same
from sourcead.frontend.templates import Template

# What a loop carries: a name, or a container that its body writes.
Key = str | Cell
# A part of what is carried: the how manieth of a key.
Place = tuple[Key, int]


@dataclass
class Plan:
    """What a loop carries: names, and cells that its body writes, with their structure.

    `doubts` are objects from before the loop that a carried one may be. `pairs` are carried parts
    that may be one object when a turn ends. `kept` are names that stand for the same object then as
    at the beginning.
    """

    names: dict[str, Template] = field(default_factory=dict)
    cells: dict[Cell, Template] = field(default_factory=dict)
    doubts: dict[Key, set[Cell]] = field(default_factory=dict)
    pairs: set[tuple[Place, Place]] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def copy(self) -> Plan:
        """A plan to be widened."""
        return Plan(
            dict(self.names), dict(self.cells), dict(self.doubts), set(self.pairs), set(self.kept)
        )

    def meet(self, objects: Sequence[tuple[Place, Cell]]) -> None:
        """Note which parts may be one object, given what they are when a turn ends."""
        for k, (place, cell) in enumerate(objects):
            for other, second in objects[:k]:
                if cell is second or may_be_same(cell, second):
                    self.pairs.add((other, place))

    def doubt_pairs(self, carried: dict[Place, Cell | None]) -> None:
        """The objects with which a turn begins may be one where those of the last turn may."""
        for pair in self.pairs:
            first, second = (carried.get(place) for place in pair)
            if first is not None and second is not None and first is not second:
                first.doubts.add(second)


def places_of(key: Key, objects: Sequence[Cell | None]) -> list[tuple[Place, Cell]]:
    """The objects that the parts of a key are."""
    return [((key, k), cell) for k, cell in enumerate(objects) if cell is not None]
