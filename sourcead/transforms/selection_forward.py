"""The same of tangents: which may hold exact zeros because only a part of them was put in.

A value moves *plainly* if all of it does. What `np.where` chooses does not, nor what a program
writes into an array of zeros, or cuts off at a constant by `np.maximum`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sourcead.ir.attempts import always_raises
from sourcead.ir.core import Module, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.transforms.activity import differentiable_operands
from sourcead.transforms.infinite import infinite_tangents
from sourcead.transforms.selecting import leaves_zeros, parts_put_together
from sourcead.transforms.selection import Selection, Zeros, split
from sourcead.transforms.steepness import region_has_steep

Mask = tuple[bool, ...]


class PlainMoves:
    """The plainly moved values of a function, for parameters that are plainly moved."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.values: set[Value] = set()
        self.callees: dict[tuple[str, Mask], Mask] = {}

    def run(self, body: Region, moved: Iterable[Value]) -> set[Value]:
        self.values.update(moved)
        self._region(body)
        return self.values

    def _region(self, region: Region) -> None:
        for op in region.ops:
            if op.name == "if":
                self._branches(op)
            elif op.name in ("for", "while"):
                self._loop(op)
            elif op.name == "call":
                moved = tuple(v in self.values for v in op.operands)
                mask = self._of_callee(op.attrs["callee"], moved)
                self.values.update(r for r, m in zip(op.results, mask, strict=True) if m)
            elif self._moves(op):
                self.values.update(op.results)

    def _moves(self, op: Op) -> bool:
        parts = parts_put_together(op)
        if parts is not None:
            return bool(parts) and all(v in self.values for v in parts)
        moved = [k for k in differentiable_operands(op) if op.operands[k] in self.values]
        return any(not leaves_zeros(op, k) for k in moved)

    def _branches(self, op: Op) -> None:
        for region in op.regions:
            self._region(region)
        ends = [region for region in op.regions if not always_raises(region)]
        for k, result in enumerate(op.results):
            if all(region.yields[k] in self.values for region in ends):
                self.values.add(result)

    def _loop(self, op: Op) -> None:
        """What a loop carries moves plainly once an iteration has made it."""
        loop = Loop(op)
        pairs = zip(loop.items, loop.streams, strict=True)
        self.values.update(item for item, stream in pairs if stream in self.values)
        before = -1
        while before != len(self.values):
            before = len(self.values)
            for carry, init, after in zip(loop.carries, loop.inits, loop.nexts, strict=True):
                if init in self.values or after in self.values:
                    self.values.add(carry)
            self._region(loop.body)
        made = zip(loop.finals + loop.tapes, loop.carries + loop.collected, strict=True)
        self.values.update(result for result, value in made if value in self.values)

    def _of_callee(self, name: str, moved: Mask) -> Mask:
        """Which results of a function move plainly; of a recursive one, none is known to."""
        key = (name, moved)
        if key not in self.callees:
            body = self.module.functions[name].body
            self.callees[key] = (False,) * len(body.yields)
            inner = PlainMoves(self.module)
            inner.callees = self.callees
            plain = inner.run(body, (p for p, m in zip(body.params, moved, strict=True) if m))
            self.callees[key] = tuple(v in plain for v in body.yields)
        return self.callees[key]


def selection_forwards(
    body: Region, active: set[Value], moved: Sequence[Value], zeros: Zeros, module: Module
) -> Selection:
    """The strong zeros of the tangents of a function.

    Args:
        body: the function's.
        active: the values that have tangents.
        moved: the parameters that have one.
        zeros: what is known of the parameters.
        module: with the functions that it calls.
    """
    _, wild = split(body.params, zeros.infinite)
    infinite = frozenset(infinite_tangents(body, active, wild, module))
    if not region_has_steep(body, module):
        return Selection(infinite=infinite)
    plain, _ = split(body.params, zeros.selected)
    moves = PlainMoves(module).run(body, (v for v in plain if v in moved))
    selected = frozenset(active - moves)
    return Selection(selected, selected, infinite=infinite)
