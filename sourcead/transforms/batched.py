"""A leading axis of directions: the same sweep for many tangents, or many cotangents, in one pass.

`Batch` copies operations. Whatever depends on the directions gets one more axis in front; what
does not is copied as it is. `batched_rules` has a line per operation. Where an operation does not
take the axis, `NoAxis` says so, and the caller loops over the directions instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sourcead.errors import NoAxis
from sourcead.ir.attempts import is_attempt
from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.index import FULL, NewAxis
from sourcead.ir.loops import Loop
from sourcead.ir.types import (
    ArrayT,
    Dim,
    ListT,
    ScalarT,
    StructT,
    Type,
    UndefT,
    dims_of,
    may_be_absent,
    may_be_real_number,
    rank_of,
)
from sourcead.ir.walk import Map, copy_op, copy_value, free_values_of
from sourcead.ops.build import Builder
from sourcead.transforms.batched_shapes import rule_of
from sourcead.transforms.facts import Facts
from sourcead.transforms.unused_results import calls_itself

# The dtypes that arrays of Python's numbers have.
_WIDE = {"float": "float64", "complex": "complex128"}


def along(t: Type, dim: Dim) -> Type:
    """The type of as many values of type `t` as there are directions.

    Raises:
        NoAxis: the number of axes is not known.
    """
    if isinstance(t, ScalarT):
        return ArrayT(t.dtype or _WIDE.get(t.kind), (dim,))
    if isinstance(t, ArrayT) and t.dims is not None:
        return ArrayT(t.dtype, (dim, *t.dims), t.absent)
    if isinstance(t, ListT):
        return ListT(along(t.elem, dim))
    if isinstance(t, StructT):
        parts = tuple(along(u, dim) if may_be_real_number(u) else u for u in t.types)
        return StructT(t.kind, t.keys, parts, t.cls)
    if isinstance(t, UndefT):
        return t
    raise NoAxis


class Batch:
    """Operations copied with a leading axis on whatever depends on the directions.

    Args:
        b: where the operations go.
        facts: the module, which receives batched copies of callees.
        mapping: what the values stand for that have no such axis.
        dim: the axis of directions in types.
        most_axes: what is stretched to more axes than this, the new one not counted, would take
            far more memory than what is asked for: it counts as `NoAxis`.
        tapes: whether loops may save a value for each direction.
    """

    # How many directions there are; set once there is a value that tells.
    count: Value

    def __init__(
        self,
        b: Builder,
        facts: Facts,
        mapping: Map,
        dim: Dim,
        most_axes: int | None = None,
        tapes: bool = True,
    ) -> None:
        self.b = b
        self.facts = facts
        self.mapping = mapping
        self.dim = dim
        self.most_axes = most_axes
        self.tapes = tapes
        self.guessed = False
        # Parameters of functions; those of loops may be unbound on some paths, hence None.
        self.bound: set[Value] = set()
        self.many: dict[Value, Value] = {}

    def run_all(self, ops: Iterable[Op]) -> None:
        """Copy all operations of a sweep.

        Raises:
            NoAxis: one of them does not take the axis.
        """
        self.run(ops)
        if self.guessed:
            raise NoAxis

    def run(self, ops: Iterable[Op]) -> None:
        """Copy some operations; `run_all` is for callers."""
        for op in ops:
            if all(v not in self.many for v in free_values_of(op)):
                self.b.append(copy_op(op, self.mapping))
                continue
            with self.b.at(op.loc), self.b.during(op.phase):
                control = _CONTROL.get(op.name)
                if control is not None:
                    control(self, op)
                else:
                    self._plain(op)

    def _plain(self, op: Op) -> None:
        rule = rule_of(op.name)
        if rule is None or len(op.results) != 1:
            raise NoAxis
        made = rule(self, op)
        self.enter(op.result, made, may_be_real_number(op.result.type))

    def enter(self, value: Value, made: Value, many: bool) -> None:
        """Note what stands for a value."""
        if made.hint == "":
            made.hint, made.soft = value.hint, value.soft
        if not many:
            self.mapping[value] = made
            return
        self.many[value] = made

    def check_growth(self, op: Op) -> None:
        """Refuse a result that is stretched far beyond the operands that have the axis."""
        dims = dims_of(op.result.type)
        if self.most_axes is None or dims is None or len(dims) <= self.most_axes:
            return
        for value in op.operands:
            own = dims_of(value.type)
            grows = own is None or len(own) < len(dims) or any(d.one for d in own)
            if value in self.many and grows:
                raise NoAxis

    def of(self, value: Value) -> Value:
        """What stands for a value, with the axis where it has one."""
        return self.many.get(value) or self.mapping.get(value, value)

    def plain(self, value: Value) -> Value:
        """What stands for a value that does not depend on the directions."""
        if value in self.many:
            raise NoAxis
        return self.mapping.get(value, value)

    def spread(self, value: Value) -> Value:
        """A value with the axis, whether it depends on the directions or not."""
        if value in self.many:
            return self.many[value]
        own = self.mapping.get(value, value)
        t = value.type
        maker = value.op.name if value.op is not None else ""
        if maker == "undef" or constant(value) is None or not may_be_real_number(t):
            return own
        if maker == "list" and value.op is not None and not value.op.operands:
            return own
        if isinstance(t, StructT):
            return self._spread_parts(own, t)
        if maker == "zero" or (isinstance(t, ScalarT) and constant(value) == 0.0):
            return self.zeros(own)
        return self.repeated(own)

    def repeated(self, own: Value) -> Value:
        """A number or an array that has no such axis, once for each direction.

        A list is taken to be one that a loop carries, and that will turn out to have the axis.
        """
        rank = rank_of(own.type)
        if isinstance(own.type, ListT):
            self.guessed = True
            return own
        t = along(own.type, self.dim)
        if rank == 0:
            return self.b.op("np.full", [self.count, own], ("shape", "fill_value"), type=t)
        if rank is None:
            raise NoAxis
        index = {"index": (NewAxis(), *[FULL] * rank)}
        one = self.b.op("getitem", [own], ("x",), index)
        return self.b.op("np.repeat", [one, self.count], ("a", "repeats"), {"axis": 0}, type=t)

    def _spread_parts(self, struct: Value, t: StructT) -> Value:
        b = self.b
        parts = []
        for key, u in zip(t.keys, t.types, strict=True):
            part = b.op("field", [struct], attrs={"key": key})
            parts.append(self.spread(part) if may_be_real_number(u) else part)
        attrs: dict[str, object] = {"keys": t.keys} if t.kind in ("dict", "object") else {}
        if t.kind == "object":
            attrs["cls"] = t.cls
        return b.op(t.kind, parts, tuple(f"e{k}" for k in range(len(parts))), attrs)

    def zeros(self, like: Value) -> Value:
        """Zeros for each direction, in the shape of a value that has no such axis."""
        while like.op is not None and like.op.name in ("zero", "np.zeros_like"):
            like = like.op.operands[0]
        rank = rank_of(like.type)
        if rank is None:
            raise NoAxis
        dtype = getattr(like.type, "dtype", None) or "float64"
        attrs = {} if dtype == "float64" else {"dtype": dtype}
        t = along(like.type, self.dim)
        return self.b.op("np.zeros", [self.shape(like, rank)], ("shape",), attrs, type=t)

    def shape(self, like: Value, rank: int) -> Value:
        """The number of directions, and the lengths of an array's axes."""
        if rank == 0:
            return self.count
        if like.op is None and like not in self.bound:
            raise NoAxis
        lengths = [self.b.op("dim", [like], attrs={"axis": k}) for k in range(rank)]
        return self.tuple_of([self.count, *lengths])

    def tuple_of(self, parts: Sequence[Value]) -> Value:
        return self.b.op("tuple", parts, tuple(f"e{k}" for k in range(len(parts))))

    def padded(self, value: Value, rank: int) -> Value:
        """A value for an operation that broadcasts it to `rank` axes, the new one not counted."""
        made, own = self.of(value), rank_of(value.type)
        if own is None:
            raise NoAxis
        if value not in self.many or own >= rank:
            return made
        index = (FULL, *[NewAxis()] * (rank - own), *[FULL] * own)
        return self.b.op("getitem", [made], ("x",), {"index": index})

    def param(self, value: Value, many: bool) -> Value:
        """A parameter of a copied region."""
        made = copy_value(value)
        if many:
            made.type = along(value.type, self.dim)
            self.many[value] = made
        else:
            self.many.pop(value, None)
            self.mapping[value] = made
        return made

    def result(self, value: Value, op: Op, many: bool) -> None:
        """The result of a control operation."""
        made = op.new_result(along(value.type, self.dim) if many else value.type, value.hint)
        made.soft = value.soft
        self.enter(value, made, many)


def _if(batch: Batch, op: Op) -> None:
    if is_attempt(op):
        raise NoAxis
    tests = [batch.plain(v) for v in op.operands]
    new = Op("if", tests, (), dict(op.attrs), [], op.loc, op.style, op.phase)
    for region in op.regions:
        copied = Region()
        with batch.b.into(copied):
            batch.run(region.ops)
        new.regions.append(copied)
    many = [
        any(region.yields[k] in batch.many for region in op.regions) for k in range(len(op.results))
    ]
    for region, copied in zip(op.regions, new.regions, strict=True):
        with batch.b.into(copied):
            copied.yields = _yields(batch, region.yields, many)
    batch.b.append(new)
    for value, has_axis in zip(op.results, many, strict=True):
        batch.result(value, new, has_axis)


def _yields(batch: Batch, values: Sequence[Value], many: Sequence[bool]) -> list[Value]:
    return [
        batch.spread(value) if has_axis else batch.plain(value)
        for value, has_axis in zip(values, many, strict=True)
    ]


def _loop(batch: Batch, op: Op) -> None:
    """What is carried has the axis if it comes in with it, or if a turn gives it one."""
    loop = Loop(op)
    carried = [v in batch.many for v in loop.inits]
    guessed_before = batch.guessed
    while True:
        batch.guessed = False
        body = _body(batch, loop, carried)
        found = [c or n in batch.many for c, n in zip(carried, loop.nexts, strict=True)]
        if found == carried:
            break
        carried = found
    batch.guessed = batch.guessed or guessed_before
    collected = [v in batch.many for v in loop.collected]
    if any(collected) and not batch.tapes:
        raise NoAxis
    with batch.b.into(body):
        stop = [batch.plain(loop.stop)] if loop.stop is not None else []
        nexts = _yields(batch, loop.nexts, carried)
        body.yields = [*stop, *nexts, *_yields(batch, loop.collected, collected)]
    new = Op(op.name, [], (), dict(op.attrs), [body], op.loc, op.style, op.phase)
    if loop.cond is not None:
        new.regions.insert(0, _test(batch, loop.cond, carried))
    inits = _yields(batch, loop.inits, carried)
    new.operands = [*map(batch.of, loop.streams), *inits]
    batch.b.append(new)
    for value, has_axis in zip(loop.finals, carried, strict=True):
        batch.result(value, new, has_axis)
    for value, has_axis in zip(loop.tapes, collected, strict=True):
        batch.result(value, new, has_axis)
    if loop.count is not None:
        batch.result(loop.count, new, False)


def _body(batch: Batch, loop: Loop, carried: Sequence[bool]) -> Region:
    body = Region()
    for item, stream in zip(loop.items, loop.streams, strict=True):
        body.params.append(batch.param(item, stream in batch.many))
    for carry, has_axis in zip(loop.carries, carried, strict=True):
        body.params.append(batch.param(carry, has_axis))
    with batch.b.into(body):
        batch.run(loop.body.ops)
    return body


def _test(batch: Batch, cond: Region, carried: Sequence[bool]) -> Region:
    test = Region()
    for param, has_axis in zip(cond.params, carried, strict=True):
        test.params.append(batch.param(param, has_axis))
    with batch.b.into(test):
        batch.run(cond.ops)
        test.yields = [batch.plain(v) for v in cond.yields]
    return test


def _call(batch: Batch, op: Op) -> None:
    mask = tuple(v in batch.many for v in op.operands)
    name, found = _batched_function(batch, op.attrs["callee"], mask)
    operands = [batch.of(v) for v in op.operands]
    new = Op("call", operands, (), {"callee": name}, None, op.loc, op.style, op.phase)
    batch.b.append(new)
    for value, has_axis in zip(op.results, found, strict=True):
        batch.result(value, new, has_axis)


def _batched_function(
    batch: Batch, callee: str, mask: tuple[bool, ...]
) -> tuple[str, tuple[bool, ...]]:
    """The batched copy of a callee, and which of its results have the axis."""
    facts = batch.facts
    known = facts.batched.get((callee, mask, batch.dim))
    if known is not None:
        return known
    function = facts.module.functions.get(callee)
    if function is None or calls_itself(facts.module, callee):
        raise NoAxis
    region = Region()
    b = type(batch.b)(region, function.loc, batch.b.phase)
    own = Batch(b, facts, {}, batch.dim, batch.most_axes, batch.tapes)
    for param, has_axis in zip(function.body.params, mask, strict=True):
        region.params.append(own.param(param, has_axis))
    own.bound.update(p for p in region.params if not may_be_absent(p.type))
    moved = [p for p, m in zip(region.params, mask, strict=True) if m and p in own.bound]
    first = next((p for p in moved if dims_of(p.type)), None)
    if first is None:
        raise NoAxis
    own.count = b.op("dim", [first], attrs={"axis": 0})
    own.run_all(function.body.ops)
    found = tuple(v in own.many for v in function.body.yields)
    region.yields = [own.of(v) for v in function.body.yields]
    name = facts.fresh_name(f"{callee}_batched")
    made = Function(
        name, region, list(function.params), function.output, function.doc, function.loc
    )
    facts.module.functions[name] = made
    facts.batched[callee, mask, batch.dim] = name, found
    return name, found


_CONTROL = {"if": _if, "for": _loop, "while": _loop, "call": _call}
