"""Which buffers a value may be, or may hold: a points-to analysis over the structured program.

A buffer is a number. Buffer 0 and those of parameters are not ours. A loop's body sees buffers
that an earlier iteration made under other numbers, so that this iteration's own stay apart. A
carried value that is written has a number of its own: the loop is its only owner, which
`inplace` guarantees by copying where it would not be so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from sourcead.backend.alias_groups import has_memory, may_accumulate
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, ListT, StructT, UnknownT
from sourcead.ops.catalog import definition

Buffers = frozenset[int]
NOTHING: Buffers = frozenset()
FOREIGN = 0
FOREIGN_ONLY: Buffers = frozenset([FOREIGN])

# Views through which the viewed array may be written; any other view is treated as foreign.
WRITABLE_VIEWS = {
    "getitem", "field", "tuple", "list", "dict", "object", "unbroadcast", "np.reshape", "np.ravel",
    "np.transpose", "np.swapaxes", "np.moveaxis", "np.squeeze", "np.expand_dims", "np.asarray",
    "np.atleast_1d", "np.atleast_2d", "np.matrix_transpose", "np.ascontiguousarray", "reversed",
    "without_last", "first_items", "accumulate", "max", "min", "np.flip", "np.rollaxis",
}  # fmt: skip


@dataclass
class Memory:
    """Buffers of every value: `own` is the object itself, `inner` what it may contain."""

    plan: Plan
    own: dict[Value, Buffers] = field(default_factory=dict)
    inner: dict[Value, Buffers] = field(default_factory=dict)
    exclusive: set[Value] = field(default_factory=set)
    foreign: set[int] = field(default_factory=lambda: {FOREIGN})
    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _inside: dict[int, tuple[Region, ...]] = field(default_factory=lambda: {FOREIGN: ()})
    _ages: dict[int, tuple[int, frozenset[Region]]] = field(default_factory=dict)
    _loops: list[Region] = field(default_factory=list)
    _changed: bool = False

    def solve(self) -> None:
        """Grow the sets until nothing changes."""
        body = self.plan.function.body
        for k, param in enumerate(body.params):
            self._set(param, frozenset([self.parameter(k)]), frozenset([self.parameter(k)]))
        self._changed = True
        while self._changed:
            self._changed = False
            self._region(body)

    def reach(self, value: Value) -> Buffers:
        """Every buffer that can be read through a value."""
        return self.own.get(value, NOTHING) | self.inner.get(value, NOTHING)

    def parameter(self, k: int) -> int:
        number = self._number(("parameter", k))
        if self.plan.function.body.params[k] not in self.plan.given:
            self.foreign.add(number)
        return number

    def is_ours(self, buffers: Buffers) -> bool:
        return bool(buffers) and not buffers & self.foreign

    def made_inside(self, body: Region, buffers: Buffers) -> bool:
        """Whether all buffers are made anew in each iteration of a loop, or owned by it."""
        return all(body in self._inside[b] for b in buffers)

    def earlier(self, body: Region, buffers: Buffers) -> Buffers:
        """The same buffers as the next iteration sees them."""
        return frozenset(self._aged(body, b) for b in buffers)

    # Numbers --------------------------------------------------------------------------------

    def _aged(self, body: Region, buffer: int) -> int:
        base, ages = self._ages.get(buffer, (buffer, frozenset()))
        if body not in self._inside[buffer] or body in ages:
            return buffer
        older = self._number((base, ages | {body}), self._inside[buffer])
        self._ages[older] = (base, ages | {body})
        return older

    def _number(self, key: Hashable, inside: tuple[Region, ...] | None = None) -> int:
        if key not in self._numbers:
            number = len(self._numbers) + 1
            self._numbers[key] = number
            self._inside[number] = tuple(self._loops) if inside is None else inside
        return self._numbers[key]

    def _fresh(self, key: Hashable) -> Buffers:
        return frozenset([self._number(key)])

    def _set(self, value: Value, own: Buffers, inner: Buffers = NOTHING) -> None:
        if not has_memory(value.type):
            return
        if isinstance(value.type, ArrayT):
            inner = NOTHING
        old_own, old_inner = self.own.get(value, NOTHING), self.inner.get(value, NOTHING)
        if not (own <= old_own and inner <= old_inner) or value not in self.own:
            self.own[value] = old_own | own
            self.inner[value] = old_inner | inner
            self._changed = True

    def _join(self, value: Value, sources: Iterable[Value]) -> None:
        for source in sources:
            self._set(value, self.own.get(source, NOTHING), self.inner.get(source, NOTHING))

    # Operations -----------------------------------------------------------------------------

    def _region(self, region: Region) -> None:
        for op in region.ops:
            if op.name in LOOPS:
                self._loop(Loop(op))
            elif op.name == "if":
                for inner in op.regions:
                    self._region(inner)
                    for result, value in zip(op.results, inner.yields, strict=True):
                        self._join(result, [value])
            elif op.name == "call":
                self._call(op)
            elif op.results and has_memory(op.results[0].type):
                self._plain(op)

    def _plain(self, op: Op) -> None:
        result = op.results[0]
        reach = [self.reach(v) for v in op.operands]
        if op.name in WRITES or op in self.plan.in_place:
            written = op.operands[0]
            inner = self.inner.get(written, NOTHING)
            if len(op.operands) > 1:
                inner = inner | reach[1] | self._fresh((op, "sum"))
            self._set(result, self.own.get(written, NOTHING), inner)
        elif op.name in ("tuple", "list", "dict", "object"):
            self._set(result, self._fresh(op), NOTHING.union(*reach))
        elif op.name in ("field", "getitem") and self._is_container(op.operands[0]):
            self._element(op)
        elif op.name in ("global", "effect"):
            self._set(result, FOREIGN_ONLY.union(*reach), FOREIGN_ONLY.union(*reach))
        else:
            self._computed(op)

    def _is_container(self, value: Value) -> bool:
        return isinstance(value.type, ListT | StructT | UnknownT)

    def _element(self, op: Op) -> None:
        """An element of a container; a slice of a list is a new list of the same elements."""
        x = op.operands[0]
        inner = self.inner.get(x, NOTHING)
        own = inner
        if isinstance(x.type, UnknownT):
            own = inner | self.own.get(x, NOTHING)
        elif isinstance(op.results[0].type, ListT):
            own = inner | self._fresh(op)
        self._set(op.results[0], own, inner)

    def _computed(self, op: Op) -> None:
        """A function's result: new, or a view of some of its operands."""
        viewed = [op.operands[k] for k in definition(op.name).views(op)]
        result = op.results[0]
        fresh = not viewed or not isinstance(result.type, ArrayT)
        own = self._fresh(op) if fresh else NOTHING
        inner = self._fresh((op, "inner")) if fresh else NOTHING
        for value in viewed:
            reach = self.reach(value)
            own |= reach
            inner |= reach
        if not isinstance(result.type, ArrayT) and not definition(op.name).allocates:
            inner = inner.union(*(self.inner.get(v, NOTHING) for v in op.operands))
        if viewed and op.name not in WRITABLE_VIEWS:
            own |= FOREIGN_ONLY
        self._set(result, own, inner)

    def _call(self, op: Op) -> None:
        summary = self.plan.summaries.get(op.attrs["callee"])
        reach = [self.reach(v) for v in op.operands]
        for k, result in enumerate(op.results):
            if summary is None:
                self._set(result, FOREIGN_ONLY.union(*reach), FOREIGN_ONLY.union(*reach))
                continue
            shared = NOTHING.union(*(reach[a] for a in summary.arguments[k]))
            for mark in summary.marks[k]:
                shared |= self._fresh((op, mark)) if mark else FOREIGN_ONLY
            self._set(result, shared, shared)

    def _loop(self, loop: Loop) -> None:
        for stream, item in zip(loop.streams, loop.items, strict=True):
            inner = self.inner.get(stream, NOTHING)
            own = self.own.get(stream, NOTHING) if isinstance(stream.type, ArrayT) else inner
            self._set(item, own, inner)
        self._loops.append(loop.body)
        for k, carry in enumerate(loop.carries):
            self._carry(loop, k, carry)
        for region in loop.op.regions:
            self._region(region)
        self._loops.pop()
        for k, final in enumerate(loop.finals):
            sources = [loop.inits[k], loop.nexts[k]]
            if loop.carries[k] in self.exclusive:
                inner = NOTHING.union(*(self.inner.get(s, NOTHING) for s in sources))
                self._set(final, self._fresh((loop.op, k)), inner)
            else:
                self._join(final, sources)
        for tape, value in zip(loop.tapes, loop.collected, strict=True):
            held = self.reach(value)
            self._set(tape, self._fresh(tape), held | self.earlier(loop.body, held))
        if loop.count is not None:
            self._set(loop.count, NOTHING)

    def _carry(self, loop: Loop, k: int, carry: Value) -> None:
        init, following = loop.inits[k], loop.nexts[k]
        inner = self.earlier(loop.body, self.inner.get(following, NOTHING))
        inner |= self.inner.get(init, NOTHING)
        if carry in self.exclusive:
            own = self._fresh(carry)
        else:
            own = self.earlier(loop.body, self.own.get(following, NOTHING))
            own |= self.own.get(init, NOTHING)
        self._set(carry, own, inner)


def written_values(plan: Plan, written: Iterable[Value]) -> set[Value]:
    """The values whose buffer is written when the given operands are, directly or as a view."""
    found: set[Value] = set()
    sources = _same_buffer(plan.function.body, plan)
    todo = list(written)
    while todo:
        value = todo.pop()
        if value not in found and has_memory(value.type):
            found.add(value)
            todo += sources.get(value, ())
    return found


def _same_buffer(body: Region, plan: Plan) -> dict[Value, list[Value]]:
    """For each value, the values that may be the same buffer or own the buffer it views."""
    sources: dict[Value, list[Value]] = {}
    for op in body.walk():
        if op.name in LOOPS:
            loop = Loop(op)
            for k, carry in enumerate(loop.carries):
                for value in (carry, loop.finals[k]):
                    sources.setdefault(value, []).extend([loop.inits[k], loop.nexts[k], carry])
        elif op.name == "if":
            for inner in op.regions:
                for result, value in zip(op.results, inner.yields, strict=True):
                    sources.setdefault(result, []).append(value)
        elif op.name in WRITES or op in plan.in_place:
            sources.setdefault(op.results[0], []).append(op.operands[0])
        elif op.results and op.name != "call":
            views = definition(op.name).views(op)
            sources.setdefault(op.results[0], []).extend(op.operands[k] for k in views)
        elif op.name == "call":
            for result in op.results:
                sources.setdefault(result, []).extend(op.operands)
    return sources


def accumulations(plan: Plan) -> set[Op]:
    """The operations that may print as `x += g` on an array of known, unchanged type."""
    found = set()
    for op in plan.function.body.walk():
        if op.name in ("add", "sub", "mul", "div") and may_accumulate(op):
            old, new = op.operands[0], op.results[0]
            if isinstance(new.type, ArrayT) and old not in plan.folded and _same_shape(old, new):
                found.add(op)
    return found


def _same_shape(old: Value, new: Value) -> bool:
    a, b = old.type, new.type
    if not (isinstance(a, ArrayT) and isinstance(b, ArrayT)):
        return False
    if a.dtype is None or a.dtype != b.dtype or a.dims is None or b.dims is None:
        return False
    return len(a.dims) == len(b.dims) and all(
        x.same_length(y) for x, y in zip(a.dims, b.dims, strict=True)
    )
