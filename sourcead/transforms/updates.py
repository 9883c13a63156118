"""Updates of one accumulator put together: `x[i] += a; x[i] += b`, `x[i] = 0; x[i] += v`.

Additions commute, so updates that follow each other may be merged across others in between.
"""

from __future__ import annotations

from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.types import ArrayT, ScalarT
from sourcead.ir.walk import free_values_of, substitute, users, uses
from sourcead.transforms.apart import apart
from sourcead.transforms.facts import Facts
from sourcead.transforms.simplify import SimplifyingBuilder


def merge_updates(function: Function, facts: Facts) -> Function:
    """Add all that one run of updates adds at one subscript in a single update."""
    _merge_region(function.body)
    return function


def _merge_region(region: Region) -> None:
    for op in region.ops:
        for inner in op.regions:
            _merge_region(inner)
    _drop_unseen_clears(region)
    _sink_clears(region)
    merged = True
    while merged:
        merged = any(_merge_into_earlier(region, op) for op in _updates(region))


def _updates(region: Region) -> list[Op]:
    return [op for op in region.ops if op.name == "setitem_add" and op.phase == "reverse"]


def _is_clear(op: Op) -> bool:
    return op.name == "setitem" and op.phase == "reverse" and constant(op.operands[1]) == 0.0


def _drop_unseen_clears(region: Region) -> None:
    """`x[i] = 0` is nothing to those who read `x` in other places only."""
    if not any(map(_is_clear, region.ops)):
        return
    read, readers = uses(region), users(region)
    for op in reversed(list(region.ops)):
        if not _is_clear(op):
            continue
        seen_by = readers.get(op.result, [])
        elsewhere = all(o.name == "getitem" and apart(o, op) for o in seen_by)
        if elsewhere and len(seen_by) == read.get(op.result, 0):
            region.ops.remove(op)
            substitute(region, {op.result: op.operands[0]})
            older = op.operands[0]
            readers[older] = [o for o in readers[older] if o is not op] + seen_by
            read[older] += len(seen_by) - 1


def _sink_clears(region: Region) -> None:
    """`x[i] = 0` moves down to the first reader of the new version: what is read of the old one
    before need not be copied."""
    for op in list(region.ops):
        if not _is_clear(op):
            continue
        region.ops.remove(op)
        readers = (k for k, o in enumerate(region.ops) if op.result in free_values_of(o))
        region.ops.insert(next(readers, len(region.ops)), op)


def _merge_into_earlier(region: Region, op: Op) -> bool:
    earlier = _same_place_earlier(region, op)
    if earlier is None:
        return False
    if earlier.name == "setitem_add":
        _merge_later(region, earlier, op)
        return True
    return _merge_at_write(region, earlier, op)


def _same_place_earlier(region: Region, op: Op) -> Op | None:
    """An update or write at the same subscript, with nothing but updates in between."""
    read = uses(region)
    here = set(region.ops)
    value = op.operands[0]
    while value.op in here and read.get(value) == 1:
        older = value.op
        assert older is not None
        if older.name not in ("setitem_add", "setitem") or older.phase != "reverse":
            return None
        if older.attrs["index"] == op.attrs["index"] and older.operands[2:] == op.operands[2:]:
            unique = op.attrs.get("unique", False)
            return older if unique or older.name == "setitem_add" else None
        if older.name == "setitem":
            return None
        value = older.operands[0]
    return None


def _total(first: Op, second: Op, at: Op) -> tuple[Value, list[Op]]:
    b = SimplifyingBuilder(Region(), at.loc, at.phase)
    old, new = first.operands[1], second.operands[1]
    if isinstance(first.operands[0].type, ArrayT) or isinstance(new.type, ScalarT | ArrayT):
        return b.op("add", [old, new]), b.region.ops
    if old.op is not None and old.op.name == "zero":
        return new, []
    return b.op("accumulate", [old, new]), b.region.ops


def _merge_later(region: Region, earlier: Op, later: Op) -> None:
    """Both contributions are added where the later one was."""
    total, ops = _total(earlier, later, later)
    later.operands[1] = total
    position = region.ops.index(later)
    region.ops[position:position] = ops
    region.ops.remove(earlier)
    substitute(region, {earlier.result: earlier.operands[0]})


def _merge_at_write(region: Region, write: Op, later: Op) -> bool:
    """What is added later is written at once, if it can be computed by then."""
    slice_ops = _slice_between(region, write, later)
    if slice_ops is None:
        return False
    for op in slice_ops:
        region.ops.remove(op)
    total, ops = _total(write, later, later)
    position = region.ops.index(write)
    region.ops[position:position] = [*slice_ops, *ops]
    write.operands[1] = total
    write.loc = later.loc
    _as_update(region, write)
    region.ops.remove(later)
    substitute(region, {later.result: later.operands[0]})
    return True


def _as_update(region: Region, write: Op) -> None:
    """`x[i] = x[i] + v` is an update; `x[i] = x[i]` is nothing."""
    if _reads_place(write.operands[1], write):
        region.ops.remove(write)
        substitute(region, {write.result: write.operands[0]})
        return
    total = write.operands[1].op
    if total is None or total.name not in ("add", "sub") or total.phase != "reverse":
        return
    old, added = total.operands
    if not _reads_place(old, write):
        return
    if not all(isinstance(i.type, ScalarT) for i in write.operands[2:]):
        return
    b = SimplifyingBuilder(Region(), write.loc, write.phase)
    write.operands[1] = added if total.name == "add" else b.op("neg", [added])
    position = region.ops.index(write)
    region.ops[position:position] = b.region.ops
    write.name = "setitem_add"
    write.attrs = {**write.attrs, "unique": True}


def _reads_place(value: Value, write: Op) -> bool:
    """Whether a value is what stands where a write puts another."""
    read = value.op
    if read is None or read.name != "getitem" or read.operands[0] is not write.operands[0]:
        return False
    return read.attrs["index"] == write.attrs["index"] and read.operands[1:] == write.operands[2:]


def _slice_between(region: Region, write: Op, later: Op) -> list[Op] | None:
    """What the later contribution needs that is computed after the write, if it can move up."""
    start, end = region.ops.index(write), region.ops.index(later)
    between = region.ops[start + 1 : end]
    needed = {later.operands[1]}
    moved: list[Op] = []
    for op in reversed(between):
        if needed.isdisjoint(op.results):
            continue
        if op.regions or op.name == "call" or write.result in op.operands:
            return None
        needed.update(op.operands)
        moved.append(op)
    stay = [op for op in between if op not in moved]
    for op in moved:
        old_version = op.name in ("setitem", "setitem_add") and op.operands[0]
        if old_version and any(old_version in free_values_of(o) for o in stay):
            return None
    return moved[::-1]
