"""Several tangents at once: a leading axis of directions, where broadcasting carries it along.

Straight-line code of elementwise operations, products with matrices, sums and basic subscripts
takes the axis as it is, or with one change. Anything else is left to a loop over the directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sourcead.ir.core import Op, Value
from sourcead.ir.index import FULL, NewAxis, Slice
from sourcead.ir.types import rank_of
from sourcead.ir.walk import Map, copy_op, free_values_of
from sourcead.ops.build import Builder


class Batch:
    """Operations copied with a leading axis on whatever depends on the tangents.

    Args:
        b: where the operations go.
        mapping: what the values stand for that have no such axis.
    """

    def __init__(self, b: Builder, mapping: Map) -> None:
        self.b = b
        self.mapping = mapping
        self.many: dict[Value, Value] = {}

    def run(self, ops: Sequence[Op]) -> bool:
        """Whether every operation could be copied; if not, none is."""
        before = len(self.b.region.ops)
        for op in ops:
            if all(v not in self.many for v in free_values_of(op)):
                self.b.append(copy_op(op, self.mapping))
                continue
            rule = _RULES.get(op.name)
            with self.b.at(op.loc):
                made = rule(self, op) if rule is not None and not op.regions else None
            if made is None:
                del self.b.region.ops[before:]
                return False
            made.hint = made.hint or op.result.hint
            self.many[op.result] = made
        return True

    def of(self, value: Value) -> Value:
        return self.many.get(value) or self.mapping.get(value, value)


def _elementwise(batch: Batch, op: Op) -> Value | None:
    """Operands of lower rank than the result get axes of length 1 after that of the directions."""
    rank = rank_of(op.result.type)
    operands = []
    for value in op.operands:
        own = rank_of(value.type)
        if rank is None or own is None:
            return None
        new = batch.of(value)
        if value in batch.many and own < rank:
            index = (FULL, *[NewAxis()] * (rank - own))
            new = batch.b.op("getitem", [new], ("x",), {"index": index})
        operands.append(new)
    return batch.b.op(op.name, operands, op.args, dict(op.attrs))


def _matmul(batch: Batch, op: Op) -> Value | None:
    left, right = op.operands
    x, y = batch.of(left), batch.of(right)
    ranks = (rank_of(left.type), rank_of(right.type))
    b = batch.b
    if left in batch.many and right in batch.many:
        return None
    if left in batch.many and ranks in ((1, 1), (1, 2), (2, 2), (2, 1)):
        return b.op("matmul", [x, y])
    if right in batch.many and ranks == (1, 1):
        return b.op("matmul", [y, x])
    if right in batch.many and ranks == (2, 1):
        return b.op("matmul", [y, b.op("np.transpose", [x], ("a",))])
    if right in batch.many and ranks in ((2, 2), (1, 2)):
        return b.op("matmul", [x, y])
    return None


def _sum(batch: Batch, op: Op) -> Value | None:
    rank = rank_of(op.operands[0].type)
    axis, keepdims = op.attrs.get("axis"), op.attrs.get("keepdims", False)
    if len(op.operands) != 1 or rank is None or set(op.attrs) - {"axis", "keepdims"}:
        return None
    axes = range(rank) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    attrs: dict[str, object] = {"axis": tuple(a + 1 if a >= 0 else a for a in axes)}
    if keepdims:
        attrs["keepdims"] = keepdims
    return batch.b.op(op.name, [batch.of(op.operands[0])], ("a",), attrs)


def _getitem(batch: Batch, op: Op) -> Value | None:
    index = op.attrs["index"]
    basic = all(
        isinstance(e, int)
        or (isinstance(e, Slice) and all(type(p) in (int, type(None)) for p in _bounds(e)))
        for e in index
    )
    if len(op.operands) != 1 or not basic or rank_of(op.operands[0].type) is None:
        return None
    return batch.b.op("getitem", [batch.of(op.operands[0])], ("x",), {"index": (FULL, *index)})


def _bounds(part: Slice) -> tuple[object, ...]:
    return part.lower, part.upper, part.step


_RULES: dict[str, Callable[[Batch, Op], Value | None]] = {
    **dict.fromkeys(("add", "sub", "mul", "neg"), _elementwise),
    "div": _elementwise,
    "matmul": _matmul,
    "np.sum": _sum,
    "getitem": _getitem,
}
