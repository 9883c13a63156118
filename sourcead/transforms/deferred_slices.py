"""Outer products added to slices that grow with the loop: `a_bar[:, i:] += np.outer(u, v)`.

NumPy has no update by an outer product that does not pass over the slice twice. The vectors are
kept instead, in their places among zeros, for one product of matrices after the loop. The slice is
half open and bounded by the loop's own counter, so that there are about as many vectors as rows or
columns, and about half of what is kept is not zero.
"""

from __future__ import annotations

from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import FULL, Index, Ref, Slice, refs
from sourcead.ir.loops import Loop
from sourcead.ir.types import ANY, ArrayT, ListT, RangeT, rank_of
from sourcead.ir.walk import substitute
from sourcead.ops.build import Builder

NAMES = ("left", "right")
VECTORS = ListT(ArrayT("float64", (ANY,)))


def defer_slices(region: Region, op: Op, carry: Value, read: dict[Value, int]) -> None:
    """Take the outer products out of the updates of a carried matrix.

    Args:
        region: where the loop is.
        op: the reverse loop.
        carry: a value that it carries.
        read: how often each value is read.
    """
    loop = Loop(op)
    updates = _updates(loop, carry, read)
    if updates:
        _keep(region, op, loop.carries.index(carry), updates)


def _updates(loop: Loop, carry: Value, read: dict[Value, int]) -> list[Op]:
    """The updates to take out, if the matrix is only added to."""
    t = carry.type
    if not isinstance(t, ArrayT) or t.dtype != "float64" or t.rank != 2:
        return []
    here, counted = set(loop.body.ops), _counted(loop)
    value, found = loop.nexts[loop.carries.index(carry)], []
    while value is not carry:
        op = value.op
        if op is None or op not in here or op.phase != "reverse" or read.get(value) != 1:
            return []
        if op.name not in ("setitem_add", "add", "sub"):
            return []
        if op.name == "setitem_add" and _is_growing(op, counted) and _outer(op, read) is not None:
            found.append(op)
        value = op.operands[0]
    return found[::-1] if read.get(carry) == 1 else []


def _counted(loop: Loop) -> set[Value]:
    """The loop's counters, and the numbers computed from them."""
    found = set()
    for item, stream in zip(loop.items, loop.streams, strict=True):
        while stream.op is not None and stream.op.name == "reversed":
            stream = stream.op.operands[0]
        if isinstance(stream.type, RangeT):
            found.add(item)
    for op in loop.body.ops:
        if op.name in ("add", "sub") and not found.isdisjoint(op.operands):
            found.update(op.results)
    return found


def _is_growing(op: Op, counted: set[Value]) -> bool:
    """Whether one axis is cut on one side at the counter, and the other is whole."""
    index = _entries(op.attrs["index"])
    cut = [entry for entry in index if entry != FULL]
    if len(index) != 2 or len(cut) != 1 or not isinstance(cut[0], Slice):
        return False
    bounds = [b for b in (cut[0].lower, cut[0].upper) if b is not None]
    if len(bounds) != 1 or cut[0].step is not None or not isinstance(bounds[0], Ref):
        return False
    return op.operands[2 + bounds[0].k] in counted


def _entries(index: Index) -> Index:
    return index if len(index) != 1 else (*index, FULL)


def _outer(op: Op, read: dict[Value, int]) -> Op | None:
    """The outer product that an update adds or subtracts."""
    value = op.operands[1]
    while value.op is not None and value.op.name == "neg" and read.get(value) == 1:
        value = value.op.operands[0]
    outer = value.op
    if outer is None or outer.name != "np.outer" or read.get(value) != 1:
        return None
    vectors = (v.type for v in outer.operands)
    plain = all(isinstance(t, ArrayT) and t.dtype == "float64" and t.rank == 1 for t in vectors)
    return outer if plain and rank_of(value.type) == 2 else None


def _keep(region: Region, op: Op, k: int, updates: list[Op]) -> None:
    """Carry two lists besides the matrix, which is completed after the loop."""
    loop = Loop(op)
    final, init, place = loop.finals[k], loop.inits[k], len(loop.streams) + k + 1
    like = shaped_like(init)
    before = Builder(Region(), op.loc, op.phase)
    empty = [
        before.op("list", [], attrs={"dynamic": True}, type=VECTORS, hint=name) for name in NAMES
    ]
    params = [Value(VECTORS, name) for name in NAMES]
    lists, ops = params, list[Op]()
    versions: dict[Value, Value] = {}
    for inner in loop.body.ops:
        if inner in updates:
            b = Builder(Region(), inner.loc, inner.phase)
            vectors = _vectors(b, inner, like)
            lists = [
                b.op("append", [xs, x], type=VECTORS, hint=name)
                for xs, x, name in zip(lists, vectors, NAMES, strict=True)
            ]
            ops += b.region.ops
            older = inner.operands[0]
            versions[inner.result] = versions.get(older, older)
        else:
            ops.append(inner)
    loop.body.ops = ops
    substitute(loop.body, versions)
    yielded = int(loop.has_stop) + k + 1
    loop.body.yields[yielded:yielded] = lists
    loop.body.params[place:place] = params
    op.operands[place:place] = empty
    results = [Value(VECTORS, name, op) for name in NAMES]
    op.results[k + 1 : k + 1] = results
    after = Builder(Region(), op.loc, op.phase)
    kept = after.op("sum_of_outer", [*results, final], type=final.type)
    total = after.op("add", [final, kept], type=final.type, hint=final.hint)
    substitute(region, {final: total})
    position = region.ops.index(op)
    region.ops[position : position + 1] = [*before.region.ops, op, *after.region.ops]


def shaped_like(matrix: Value) -> Value:
    """What a zero has the shape of; any other matrix itself."""
    made = matrix.op
    if made is not None and made.name == "np.zeros" and made.operands:
        made = made.operands[0].op
        return made.operands[0] if made is not None and made.name == "shape" else matrix
    return made.operands[0] if made is not None and made.name == "zero" else matrix


def _vectors(b: Builder, update: Op, like: Value) -> list[Value]:
    """The two vectors of an update, as long as the matrix is."""
    value = update.operands[1]
    negated = False
    while value.op is not None and value.op.name == "neg":
        negated, value = not negated, value.op.operands[0]
    assert value.op is not None
    u, v = value.op.operands
    if negated:
        u = b.op("neg", [u])
    index = _entries(update.attrs["index"])
    return [_placed(b, x, update, like, axis, index[axis]) for axis, x in enumerate((u, v))]


def _placed(b: Builder, x: Value, update: Op, like: Value, axis: int, entry: object) -> Value:
    """A vector in its place among zeros."""
    if entry == FULL:
        return x
    assert isinstance(entry, Slice)
    (k,) = refs((entry,))
    renumbered = Slice(Ref(0)) if entry.lower is not None else Slice(None, Ref(0))
    length = b.op("dim", [like], attrs={"axis": axis})
    name = ("column", "row")[axis]
    zeros = b.op("np.zeros", [length], ("shape",), hint=name)
    args, index = ("x", "v", "i0"), {"index": (renumbered,)}
    return b.op("setitem", [zeros, x, update.operands[2 + k]], args, index, hint=name)
