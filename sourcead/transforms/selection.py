"""Which cotangents may hold exact zeros because something was selected away: the strong zeros.

A value is *plainly needed* if on some way to a result nothing selects of it: no `np.where`, mask,
subscript, extremum, branch. The cotangent of what is needed, but not plainly, may be zero where the
value was not selected, and that zero counts for 0 through an infinite slope too (`gate`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

from sourcead.ir.attempts import always_raises
from sourcead.ir.core import Module, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.transforms.activity import differentiable_operands
from sourcead.transforms.cotangents import own_values
from sourcead.transforms.infinite import has_masks, infinite_cotangents
from sourcead.transforms.selecting import (
    reads_one_by_one,
    selects,
    selects_by_value,
    stores_elements,
)
from sourcead.transforms.steepness import has_steep, region_has_steep

Mask = tuple[bool, ...]
Test = Callable[[Op, int], bool]


def _never(op: Op, position: int) -> bool:
    return False


# The adjoints of these are an `np.where`, into which products are moved.
BY_WHERE = ("np.where", "np.nansum", "np.nanmean")


class PlainNeeds:
    """The plainly needed values of a function, for results whose own cotangents are plain.

    Args:
        module: the functions that are called.
        selecting: whether an operation selects of its operand at a position.
        keeping: whether what an operation stores of one is read for sure.
        by_path: whether a branch selects what it reads.
    """

    def __init__(
        self, module: Module, selecting: Test, keeping: Test = _never, by_path: bool = True
    ) -> None:
        self.module = module
        self.selecting = selecting
        self.keeping = keeping
        self.by_path = by_path
        self.values: set[Value] = set()
        self.streams: dict[Value, Value] = {}
        self.callees: dict[tuple[str, Mask], Mask] = {}

    def run(self, body: Region, wanted: Iterable[Value]) -> set[Value]:
        self.values.update(wanted)
        self._region(body)
        return self.values

    def _region(self, region: Region) -> None:
        for op in reversed(region.ops):
            if op.name == "if":
                self._branches(op)
            elif op.name in ("for", "while"):
                self._loop(op)
            elif op.name == "call":
                self._call(op)
            else:
                self._plain(op)

    def _plain(self, op: Op) -> None:
        needed = any(r in self.values for r in op.results)
        for k in differentiable_operands(op):
            if (needed and not self._selects(op, k)) or self.keeping(op, k):
                self.values.add(op.operands[k])

    def _selects(self, op: Op, position: int) -> bool:
        if op.name == "getitem" and op.attrs["index"] and reads_one_by_one(op, self.streams):
            return False
        return self.selecting(op, position)

    def _branches(self, op: Op) -> None:
        """What a branch does not read it has selected away."""
        before = set(self.values)
        of_all: set[Value] | None = None
        for region in op.regions:
            self.values = set(before)
            pairs = zip(op.results, region.yields, strict=True)
            self.values.update(y for r, y in pairs if r in before)
            self._region(region)
            own = {v for inner in nested(region) for v in own_values(inner)}
            before |= self.values & own
            if not always_raises(region):
                outer = self.values - own
                of_all = outer if of_all is None else self._of_both(of_all, outer)
        self.values = before | (of_all or set())

    def _of_both(self, a: set[Value], b: set[Value]) -> set[Value]:
        return a & b if self.by_path else a | b

    def _loop(self, op: Op) -> None:
        loop = Loop(op)
        self.streams.update(zip(loop.items, loop.streams, strict=True))
        plain = self.values
        plain.update(c for t, c in zip(loop.tapes, loop.collected, strict=True) if t in plain)
        plain.update(n for f, n in zip(loop.finals, loop.nexts, strict=True) if f in plain)
        before = -1
        while before != len(self.values):
            before = len(self.values)
            pairs = zip(loop.nexts, loop.carries, strict=True)
            self.values.update(after for after, carry in pairs if carry in self.values)
            self._region(loop.body)
        for init, carry in zip(loop.inits, loop.carries, strict=True):
            if carry in self.values:
                self.values.add(init)
        for item, stream in zip(loop.items, loop.streams, strict=True):
            if item in self.values:
                self.values.add(stream)

    def _call(self, op: Op) -> None:
        needed = tuple(r in self.values for r in op.results)
        if any(needed):
            mask = self._of_callee(op.attrs["callee"], needed)
            self.values.update(v for v, m in zip(op.operands, mask, strict=True) if m)

    def _of_callee(self, name: str, needed: Mask) -> Mask:
        """Which parameters a function needs plainly; of a recursive one, none are known to be."""
        key = (name, needed)
        if key not in self.callees:
            body = self.module.functions[name].body
            self.callees[key] = (False,) * len(body.params)
            inner = PlainNeeds(self.module, self.selecting, self.keeping, self.by_path)
            inner.callees = self.callees
            plain = inner.run(body, (v for v, n in zip(body.yields, needed, strict=True) if n))
            self.callees[key] = tuple(p in plain for p in body.params)
        return self.callees[key]


def nested(region: Region) -> Iterable[Region]:
    yield region
    for op in region.ops:
        for inner in op.regions:
            yield from nested(inner)


@dataclass(frozen=True, slots=True)
class Zeros:
    """What is known of the cotangents of results, or the tangents of parameters, by position.

    `selected` may hold zeros of a selection, `chosen` those of one that is told by values,
    `infinite` may be infinite; () is none of them.
    """

    selected: Mask = ()
    chosen: Mask = ()
    infinite: Mask = ()


PLAIN = Zeros()


@dataclass(frozen=True, slots=True)
class Selection:
    """The same of the active values of a function.

    `masked` are those that hold zeros because of `np.where` alone.
    """

    selected: frozenset[Value] = frozenset()
    chosen: frozenset[Value] = frozenset()
    masked: frozenset[Value] = frozenset()
    infinite: frozenset[Value] = frozenset()

    def of_call(self, values: Sequence[Value], callee: str, module: Module) -> Zeros:
        """What a callee is to know of its results or parameters, if that matters to it."""
        selected = tuple(v in self.selected for v in values)
        chosen = tuple(v in self.chosen for v in values)
        infinite = tuple(v in self.infinite for v in values)
        matters = any(selected) and has_steep(callee, module, any(chosen))
        return Zeros(
            selected if matters else (),
            chosen if matters and any(chosen) else (),
            infinite if any(infinite) and has_masks(callee, module) else (),
        )


def split(values: Sequence[Value], mask: Mask) -> tuple[list[Value], list[Value]]:
    """The values without those of a mask, and those of it."""
    pairs = list(zip(values, mask or (False,) * len(values), strict=True))
    return [v for v, m in pairs if not m], [v for v, m in pairs if m]


def selection_backwards(
    body: Region, active: set[Value], wanted: Container[Value], zeros: Zeros, module: Module
) -> Selection:
    """The strong zeros of the cotangents of a function.

    What is put into a place of an array is taken to be read there again, unless a mask or a choice
    comes in between: else every loop that fills an array would count as selecting.

    Args:
        body: the function's.
        active: the values that have cotangents.
        wanted: the results that have one.
        zeros: what is known of these.
        module: with the functions that it calls.
    """
    _, wild = split(body.yields, zeros.infinite)
    infinite = frozenset(infinite_cotangents(body, active, wild, module))
    if not region_has_steep(body, module):
        return Selection(infinite=infinite)
    plain, _ = split(body.yields, zeros.selected)
    results = [v for v in plain if v in wanted]

    def stored(op: Op, position: int) -> bool:
        return stores_elements(op, position) and (op.result in active or op.result not in own)

    own = {v for region in nested(body) for v in own_values(region)}
    by_index = active - PlainNeeds(module, selects, stored).run(body, results)
    selected = by_index | (active - PlainNeeds(module, selects_by_value).run(body, results))
    if not selected:
        return Selection(infinite=infinite)
    told, _ = split(body.yields, zeros.chosen)
    values = PlainNeeds(module, selects_by_value, by_path=False)
    chosen = selected - values.run(body, [v for v in told if v in wanted])
    not_where = PlainNeeds(module, lambda op, k: op.name not in BY_WHERE and selects(op, k))
    masked = selected & not_where.run(body, results)
    return Selection(frozenset(selected), frozenset(chosen), frozenset(masked), infinite)
