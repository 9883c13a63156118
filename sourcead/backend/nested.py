"""Writes through views, as Python writes them: `a[1:][0] = v` instead of read, change, write back.

In the IR `row = a[i]; row[j] = v` is a new row that is written back: `a' = a with [i] = (a[i] with
[j] = v)`. Printed literally it would copy the row twice.
"""

from __future__ import annotations

from typing import Any

from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import Dots, Index, Ref, Slice
from sourcead.ir.types import ArrayT
from sourcead.ir.walk import substitute, uses

WRITE = ("setitem", "setitem_add")


def write_through_views(body: Region) -> None:
    """Merge each write-back with the write it brings back."""
    _drop_empty(body)
    count = uses(body)
    for op in list(body.walk()):
        while op.name == "setitem" and _merge(op, count):
            pass


def _drop_empty(body: Region) -> None:
    """`x[i] = x[i]` changes nothing."""
    same: dict[Value, Value] = {}
    for op in body.walk():
        if op.name == "setitem" and not op.attrs.get("inner"):
            x, v, *index = op.operands
            read = v.op
            if read is None or read.name != "getitem" or read.operands != [x, *index]:
                continue
            if read.attrs["index"] == op.attrs["index"] and isinstance(x.type, ArrayT):
                same[op.result] = same.get(x, x)
    substitute(body, same)


def _merge(op: Op, count: dict[Value, int]) -> bool:
    x, changed, *index = op.operands
    inner = changed.op
    if inner is None or inner.name not in WRITE or count.get(changed) != 1 or op.attrs.get("inner"):
        return False
    part = inner.operands[0].op
    if part is None or part.name != "getitem" or part.operands != [x, *index]:
        return False
    if part.attrs["index"] != op.attrs["index"] or not isinstance(x.type, ArrayT):
        return False
    if not all(_is_basic(entry) for entry in op.attrs["index"]):
        return False
    _take(op, inner, len(index))
    count[changed] -= 1
    return True


def _is_basic(entry: Any) -> bool:
    """Numbers and slices: what gives a view. An operand may be an array, so it does not count."""
    return isinstance(entry, int | Slice | Dots)


def _take(op: Op, inner: Op, first: int) -> None:
    """Let `op` do what `inner` did, at the place where `inner`'s result was put back."""
    value, *operands = inner.operands[1:]
    op.name = inner.name
    whole = inner.attrs["index"] == (Dots(),) and not inner.attrs.get("inner")
    if not whole:
        chain = (inner.attrs["index"], *inner.attrs.get("inner", ()))
        op.attrs = {**op.attrs, "inner": tuple(_shifted(index, first) for index in chain)}
    if "unique" in inner.attrs:
        op.attrs["unique"] = inner.attrs["unique"]
    op.operands = [op.operands[0], value, *op.operands[2:], *operands]
    op.args = ("x", "v", *(f"i{k}" for k in range(len(op.operands) - 2)))


def _shifted(index: Index, by: int) -> Index:
    def moved(part: Any) -> Any:
        if isinstance(part, Ref):
            return Ref(part.k + by)
        if isinstance(part, Slice):
            return Slice(moved(part.lower), moved(part.upper), moved(part.step))
        return part

    return tuple(moved(part) for part in index)
