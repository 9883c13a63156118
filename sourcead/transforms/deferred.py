"""Sums of outer products: a reverse loop keeps the vectors, and one product of matrices follows it.

A weight's gradient is a sum of `np.outer(u, v)` over the iterations, each of which would pass over
the whole matrix twice. Only loops that read saved arrays anyway are changed: there the vectors that
are kept do not make memory grow faster than it does already.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ANY, ArrayT, ListT, rank_of
from sourcead.ir.walk import substitute, uses
from sourcead.ops.build import Builder
from sourcead.transforms.deferred_slices import defer_slices, shaped_like

LEFT, RIGHT = 0, 1
NAMES = ("left", "right")

# The lists that a loop keeps, by what their only update adds.
Shared = dict[Hashable, Value]


def defer_outer_products(function: Function) -> None:
    """Collect the rank-one updates of reverse loops; done when every derivative is taken."""
    _visit(function.body, uses(function.body))


def _visit(region: Region, read: dict[Value, int]) -> None:
    for op in list(region.ops):
        for inner in op.regions:
            _visit(inner, read)
        if op.name != "for" or op.phase != "reverse":
            continue
        for carry in Loop(op).carries:
            defer_slices(region, op, carry, read)
        if _reads_saved_arrays(Loop(op)):
            shared: Shared = {}
            for carry in Loop(op).carries:
                chain = _deferrable(Loop(op), carry, read)
                if chain is not None:
                    _Lists(op, carry, chain, shared).replace(region)


def _reads_saved_arrays(loop: Loop) -> bool:
    return any(
        isinstance(s.type, ListT) and isinstance(s.type.elem, ArrayT) and s.type.elem.rank != 0
        for s in loop.streams
    )


@dataclass(slots=True)
class _Chain:
    """How a carried matrix gets from one version to the next."""

    updates: dict[Op, Region] = field(default_factory=dict)
    passed: dict[Value, int] = field(default_factory=dict)

    def follow(self, region: Region, end: Value, read: dict[Value, int]) -> Value | None:
        """The oldest version from outside the region, None where it is not only updated."""
        here = set(region.ops)
        self._pass(end)
        value: Value | None = end
        while value is not None and value.op in here:
            value = self._older(region, value, read)
        return value

    def _pass(self, value: Value) -> None:
        self.passed[value] = self.passed.get(value, 0) + 1

    def _older(self, region: Region, value: Value, read: dict[Value, int]) -> Value | None:
        op = value.op
        if op is not None and op.name in ("add", "sub") and op.phase == "reverse":
            older, outer = op.operands
            if not _is_outer(outer, read):
                return None
            self.updates[op] = region
            self._pass(older)
            return older
        if op is None or op.name != "if":
            return None
        position = op.results.index(value)
        roots = [self.follow(r, r.yields[position], read) for r in op.regions]
        return roots[0] if roots[0] is roots[1] else None


def _is_outer(value: Value, read: dict[Value, int]) -> bool:
    op = value.op
    if op is None or op.name != "np.outer" or read.get(value) != 1:
        return False
    t = value.type
    return all(
        rank_of(v.type) == 1 and isinstance(v.type, ArrayT) and v.type.dtype == t.dtype
        for v in op.operands
        if isinstance(t, ArrayT) and t.dtype is not None
    )


def _deferrable(loop: Loop, carry: Value, read: dict[Value, int]) -> _Chain | None:
    """The updates of a carried matrix, if it is nothing but a sum of outer products."""
    k = loop.carries.index(carry)
    t = carry.type
    if not isinstance(t, ArrayT) or t.rank != 2 or t.dtype is None:
        return None
    chain = _Chain()
    root = chain.follow(loop.body, loop.nexts[k], read)
    if root is not carry or not chain.updates:
        return None
    only_updated = all(read.get(value) == n for value, n in chain.passed.items())
    same_dtype = all(_dtype(op.operands[1]) == t.dtype for op in chain.updates)
    return chain if only_updated and same_dtype else None


def _dtype(value: Value) -> str | None:
    return value.type.dtype if isinstance(value.type, ArrayT) else None


class _Lists:
    """The two lists that take the place of one carried sum.

    A vector that is kept for another sum at the same place need not be kept twice.
    """

    def __init__(self, loop: Op, carry: Value, chain: _Chain, shared: Shared) -> None:
        self.loop = loop
        self.carry = carry
        self.chain = chain
        self.type = ListT(ArrayT(_dtype(carry), (ANY,)))
        self.keys = self._keys()
        self.found = [shared.get(key) if key is not None else None for key in self.keys]
        self.sides = [side for side in (LEFT, RIGHT) if self.found[side] is None]
        self.shared = shared

    def _keys(self) -> list[Hashable]:
        """What the only update keeps on either side; None where there are several."""
        if len(self.chain.updates) != 1:
            return [None, None]
        ((update, region),) = self.chain.updates.items()
        outer = update.operands[1].op
        assert outer is not None
        u, v = outer.operands
        return [(region, LEFT, u, update.name), (region, RIGHT, v)]

    def replace(self, region: Region) -> None:
        """Carry the lists instead, and sum what they hold after the loop."""
        loop, op = Loop(self.loop), self.loop
        k = loop.carries.index(self.carry)
        init, final = loop.inits[k], loop.finals[k]
        b = Builder(Region(), op.loc, op.phase)
        empty = [b.op("list", [], attrs={"dynamic": True}, type=self.type) for _ in self.sides]
        for value, side in zip(empty, self.sides, strict=True):
            value.hint = NAMES[side]
        position = region.ops.index(op)
        region.ops[position:position] = b.region.ops
        first = len(loop.streams) + k
        yielded = int(loop.has_stop) + k
        params = self._new()
        loop.body.yields[yielded : yielded + 1] = self._collected(loop.body, params)
        loop.body.params[first : first + 1] = params
        op.operands[first : first + 1] = empty
        results = self._new(op)
        op.results[k : k + 1] = results
        for side, result in zip(self.sides, results, strict=True):
            self.found[side] = result
            if self.keys[side] is not None:
                self.shared[self.keys[side]] = result
        after = Builder(Region(), op.loc, op.phase)
        total = _total(after, [v for v in self.found if v is not None], init, final)
        substitute(region, {final: total})
        place = region.ops.index(op) + 1
        region.ops[place:place] = after.region.ops

    def _new(self, op: Op | None = None) -> list[Value]:
        return [Value(self.type, NAMES[side], op) for side in self.sides]

    def _collected(self, region: Region, lists: list[Value]) -> list[Value]:
        """The lists at the end of a region that is entered with `lists`."""
        found: list[Op] = []
        for op in region.ops:
            if op in self.chain.updates:
                b = Builder(Region(), op.loc, op.phase)
                lists = self._appended(b, op, lists)
                found += b.region.ops
                continue
            found.append(op)
            passed = [r for r in op.results if r in self.chain.passed] if op.name == "if" else []
            for result in passed:
                position = op.results.index(result)
                for inner in op.regions:
                    inner.yields[position : position + 1] = self._collected(inner, lists)
                lists = self._new(op)
                op.results[position : position + 1] = lists
        region.ops = found
        return lists

    def _appended(self, b: Builder, update: Op, lists: list[Value]) -> list[Value]:
        outer = update.operands[1].op
        assert outer is not None
        found = []
        for xs, side in zip(lists, self.sides, strict=True):
            x = outer.operands[side]
            if update.name == "sub" and side == LEFT:
                x = b.op("neg", [x])
            found.append(b.op("append", [xs, x], type=self.type, hint=NAMES[side]))
        return found


def _total(b: Builder, lists: list[Value], init: Value, final: Value) -> Value:
    """What the loop began with, and what it added."""
    is_zero = init.op is not None and init.op.name in ("zero", "np.zeros")
    hint = final.hint if is_zero else ""
    total = b.op("sum_of_outer", [*lists, shaped_like(init)], type=final.type, hint=hint)
    return total if is_zero else b.op("add", [init, total], type=final.type, hint=final.hint)
