"""Whether two subscripts of one array surely select different elements."""

from __future__ import annotations

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import Entry, Ref, Slice
from sourcead.ir.types import ScalarT

Bound = int | Value | None


def apart(a: Op, b: Op) -> bool:
    """Whether two reads or writes of one array, whatever its length, have no element in common."""
    for x, y in zip(a.attrs["index"], b.attrs["index"], strict=False):
        if not _is_plain(x, a) or not _is_plain(y, b):
            return False
        if _entries_apart(x, a, y, b) or _entries_apart(y, b, x, a):
            return True
    return False


def _indices(op: Op) -> list[Value]:
    return op.operands[1 if op.name == "getitem" else 2 :]


def _is_plain(entry: Entry, op: Op) -> bool:
    if isinstance(entry, Ref):
        t = _indices(op)[entry.k].type
        return isinstance(t, ScalarT) and t.kind == "int"
    return isinstance(entry, int) or (isinstance(entry, Slice) and entry.step in (None, 1))


def _bound(entry: int | Ref | None, op: Op) -> Bound:
    if not isinstance(entry, Ref):
        return entry
    value = _indices(op)[entry.k]
    known = constant(value)
    return known if isinstance(known, int) else value


def _entries_apart(x: Entry, a: Op, y: Entry, b: Op) -> bool:
    """Whether all that `x` selects along its axis is before what `y` selects."""
    last = _bound(x.upper, a) if isinstance(x, Slice) else _after(x, a)
    first = _bound(y.lower, b) if isinstance(y, Slice) else _first(y, b)
    if last is None or first is None:
        return False
    if isinstance(last, int) and isinstance(first, int):
        return last <= first and (last < 0) == (first < 0)
    # `x[:k]` and `x[k:]`, or `x[:k]` and `x[k]`, whatever the sign of `k`.
    return last is first and isinstance(x, Slice)


def _first(entry: Entry, op: Op) -> Bound:
    return _bound(entry, op) if isinstance(entry, int | Ref) else None


def _after(entry: Entry, op: Op) -> Bound:
    """The place after a single one; after the last there is none."""
    place = _first(entry, op)
    return place + 1 if isinstance(place, int) and place != -1 else None
