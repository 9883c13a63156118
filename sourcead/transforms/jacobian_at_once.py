"""All columns, or all rows, of a Jacobian in one pass: the unit vectors are rows of one matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sourcead.errors import NoAxis
from sourcead.ir.core import Op, Value
from sourcead.ir.types import ArrayT, Dim, StructT, Type, dims_of, rank_of
from sourcead.ir.walk import Map
from sourcead.ops.build import Builder
from sourcead.transforms.batched import Batch, along
from sourcead.transforms.facts import Facts


def at_once(
    b: Builder,
    facts: Facts,
    ops: Sequence[Op],
    mapping: Map,
    seed: Value,
    like: Value,
    sizes: Sequence[Value],
    tapes: bool,
    bound: Iterable[Value],
) -> Batch | None:
    """Copy a linear sweep so that it runs for every unit vector; None where that cannot be.

    Args:
        b: where the operations go.
        facts: the module and the rules.
        ops: the sweep.
        mapping: what the values stand for that it reads.
        seed: the tangent or cotangent that becomes the unit vectors.
        like: the value whose shape and dtype the seed has.
        sizes: what is differentiated, and by what. A value on the way with more axes than these,
            once for each unit vector, would take far more memory than the Jacobian itself.
        tapes: whether loops may save a value for each unit vector.
        bound: the parameters of the function.
    """
    before = len(b.region.ops)
    most = max(_axes(v.type) for v in sizes)
    count = b.op("size", [like])
    dims = dims_of(like.type)
    dim = dims[0] if dims is not None and len(dims) == 1 else Dim(("size", like.key), None)
    batch = Batch(b, facts, mapping, dim, most, tapes)
    batch.count = count
    batch.bound.update(bound)
    try:
        batch.many[seed] = _units(batch, seed, like)
        batch.run_all(ops)
    except NoAxis:
        del b.region.ops[before:]
        return None
    return batch


def _axes(t: Type) -> int:
    if isinstance(t, StructT):
        return max(map(_axes, t.types), default=0)
    return rank_of(t) or 0


def _units(batch: Batch, seed: Value, like: Value) -> Value:
    """The unit vectors in the shape of a value, one behind the other."""
    b, rank = batch.b, rank_of(like.type)
    dtype = like.type.dtype if isinstance(like.type, ArrayT) else None
    if rank is None or dtype is None:
        raise NoAxis
    attrs = {} if dtype == "float64" else {"dtype": dtype}
    made = b.op("np.eye", [batch.count], ("N",), attrs)
    t = along(like.type, batch.dim)
    if rank == 1:
        made.type = t
    else:
        made = b.op("np.reshape", [made, batch.shape(like, rank)], ("a", "shape"), type=t)
    made.hint = seed.hint
    return made


def as_columns(batch: Batch, dots: Sequence[Value], x: Value) -> list[Value] | None:
    """The blocks of a Jacobian from the tangents of the results; None where a rank is unknown."""
    b, blocks = batch.b, []
    for value in dots:
        rank = rank_of(value.type)
        if rank is None:
            return None
        rows = batch.spread(value)
        if rank == 1:
            rows = b.op("np.transpose", [rows], ("a",))
        elif rank:
            rows = b.op("np.moveaxis", [rows], ("a",), {"source": 0, "destination": -1})
        blocks.append(_split(b, rows, rank, x, behind=True))
    return blocks


def as_rows(batch: Batch, bars: Sequence[Value], out: Value) -> list[Value]:
    """The blocks of a Jacobian from the cotangents of the parameters."""
    return [
        _split(batch.b, batch.spread(bar), rank_of(bar.type) or 0, out, behind=False)
        for bar in bars
    ]


def _split(b: Builder, block: Value, rank: int, like: Value, behind: bool) -> Value:
    """The axis of unit vectors split into the axes of what these are the units of."""
    own = rank_of(like.type)
    if own == 1:
        return block
    units = [b.op("dim", [like], attrs={"axis": k}) for k in range(own or 0)]
    first = 0 if behind else 1
    others = [b.op("dim", [block], attrs={"axis": first + k}) for k in range(rank)]
    lengths = others + units if behind else units + others
    shape = b.op("tuple", lengths, tuple(f"e{k}" for k in range(len(lengths))))
    return b.op("np.reshape", [block, shape], ("a", "shape"))
