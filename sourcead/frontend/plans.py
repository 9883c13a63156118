"""What a loop carries from turn to turn."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Content,
    Either,
    Items,
    Maybe,
    Numbered,
    OrNone,
    State,
    View,
)
from sourcead.frontend.filling import Possible
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import is_pending
from sourcead.frontend.outcomes import candidates
from sourcead.frontend.sharing import may_be_same
from sourcead.frontend.templates import (
    Choice,
    Group,
    Template,
    content_template,
    maybe_of,
    on_its_path,
    or_none_of,
    template_of,
)
from sourcead.ir.core import Region

# What a loop carries: a name, or a container that its body writes.
Key = str | Cell
# A part of what is carried: the how manieth of a key.
Place = tuple[Key, int]


@dataclass
class Plan:
    """What a loop carries: names, and cells that its body writes, with their structure.

    `doubts` are objects from before the loop that a carried one may be. `pairs` are carried parts
    that may be one object when a turn ends.
    """

    names: dict[str, Template] = field(default_factory=dict)
    cells: dict[Cell, Template] = field(default_factory=dict)
    doubts: dict[Key, set[Cell]] = field(default_factory=dict)
    pairs: set[tuple[Place, Place]] = field(default_factory=set)

    def copy(self) -> Plan:
        """A plan to be widened."""
        return Plan(dict(self.names), dict(self.cells), dict(self.doubts), set(self.pairs))

    def meet(self, objects: Sequence[tuple[Place, Possible]]) -> None:
        """Note which parts may be one object, given what they may be when a turn ends."""
        for k, (place, mine) in enumerate(objects):
            for other, its in objects[:k]:
                if any(a is b or may_be_same(a, b) for a in mine for b in its):
                    self.pairs.add((other, place))

    def doubt_pairs(self, carried: dict[Place, Cell | None]) -> None:
        """The objects with which a turn begins may be one where those of the last turn may."""
        for pair in self.pairs:
            first, second = (carried.get(place) for place in pair)
            if first is not None and second is not None and first is not second:
                first.doubts.add(second)


def places_of(key: Key, objects: Sequence[Possible]) -> list[tuple[Place, Possible]]:
    """The objects that the parts of a key may be."""
    return [((key, k), possible) for k, possible in enumerate(objects) if possible]


class Structures:
    """The templates of what a loop carries, as seen from where it begins."""

    def __init__(self, by_path: bool, entry: State) -> None:
        self.by_path = by_path
        self.entry = entry
        self.order = {cell: k for k, cell in enumerate(entry.contents)}
        self.views = {b for b in entry.env.values() if isinstance(b, View)}

    def template(self, frame: Frame, binding: Binding, node: ast.AST) -> Template:
        """The structure of a binding; of an object that there is at entry, which one it is."""
        if not self.by_path:
            return template_of(frame, binding, node)
        match binding:
            case Cell() if isinstance(frame.state.contents[binding], Numbered):
                return template_of(frame, binding, node)
            case Items(items=items, kind=kind, names=names, cls=cls):
                parts = tuple(self.template(frame, item, node) for item in items)
                return Group(kind, names or tuple(range(len(parts))), parts, cls)
            case OrNone(binding=inner, given=given):
                found = on_its_path(frame, given, True, self.template, inner, node)
                return or_none_of(template_of(frame, given, node), found)
            case Maybe(binding=inner, bound=bound, half=False):
                return maybe_of(on_its_path(frame, bound, True, self.template, inner, node))
            case Cell() | View() | Either() if not is_pending(frame, binding):
                things = candidates(frame.state, binding)
                known = [t for t in things if self._is_known(t)]
                if len(known) == len(things):
                    frame.program.eithers = True
                    structure = template_of(frame, binding, node)
                    return Choice(tuple(sorted(known, key=self._place)), structure)
        return template_of(frame, binding, node)

    def _is_known(self, thing: Binding) -> TypeGuard[Cell | View]:
        return thing in self.views if isinstance(thing, View) else thing in self.order

    def _place(self, thing: Cell | View) -> tuple[int, bool]:
        cell = thing.cell if isinstance(thing, View) else thing
        return self.order.get(cell, -1), isinstance(thing, View)

    def content(self, frame: Frame, cell: Cell, content: Content, node: ast.AST) -> Template:
        """The structure of what an object holds."""
        return content_template(frame, cell, content, node, self.template)

    def at_entry(self, frame: Frame, name: str, node: ast.AST) -> Template:
        """The structure of what a name is when the loop begins."""
        with frame.branch(Region(), self.entry.copy()):
            return self.template(frame, self.entry.env[name], node)

    def content_at_entry(self, frame: Frame, cell: Cell, node: ast.AST) -> Template:
        """The structure of a container, and of what is in it, when the loop begins."""
        with frame.branch(Region(), self.entry.copy()):
            return self.content(frame, cell, self.entry.contents[cell], node)
