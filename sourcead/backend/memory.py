"""Which buffers a value may be, or may hold: a points-to analysis over the structured program.

A buffer is a number. Buffer 0 and those of parameters are not ours. What a value holds is known
part by part: the path `()` is the object itself, `(0, "w")` the element "w" of its first element,
`"*"` stands for any element of a list, `"?"` for whatever may be inside.

A loop's body sees buffers that an earlier iteration made under other numbers, so that this
iteration's own stay apart. A carried value that is written has numbers of its own: the loop is
its only owner, which `inplace` guarantees by copying where it would not be so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from sourcead.backend.alias_groups import has_memory, may_accumulate
from sourcead.backend.paths import (
    ANY,
    EACH,
    NOTHING,
    Buffers,
    Parts,
    Path,
    all_of,
    element_of,
    exclusive_paths,
    merged,
    part_of,
    paths_of,
    under,
)
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import Slice
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, ListT, StructT, UnknownT, same_array
from sourcead.ops.catalog import definition

FOREIGN = 0
FOREIGN_ONLY: Buffers = frozenset([FOREIGN])

# Views through which the viewed array may be written; any other view is treated as foreign.
WRITABLE_VIEWS = {
    "getitem", "field", "tuple", "list", "dict", "object", "unbroadcast", "np.reshape", "np.ravel",
    "np.transpose", "np.swapaxes", "np.moveaxis", "np.squeeze", "np.expand_dims", "np.asarray",
    "np.atleast_1d", "np.atleast_2d", "np.matrix_transpose", "np.ascontiguousarray", "reversed",
    "without_item", "first_items", "concat", "repeat", "accumulate", "max", "min", "np.flip",
    "np.rollaxis", "updated",
}  # fmt: skip

# New lists of the elements of others.
NEW_LISTS = ("concat", "first_items", "last_items", "without_item")
REMOVALS = ("delete", "without_last", "truncate")


@dataclass
class Memory:
    """Buffers of every value, part by part."""

    plan: Plan
    parts: dict[Value, Parts] = field(default_factory=dict)
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
            paths = paths_of(param.type)
            self._set(param, {path: frozenset([self.parameter(k, path)]) for path in paths})
        self._changed = True
        while self._changed:
            self._changed = False
            self._region(body)

    def own(self, value: Value, path: Path = ()) -> Buffers:
        """The buffers that a value, or one of its parts, may be."""
        return part_of(self.parts.get(value, {}), path)

    def reach(self, value: Value) -> Buffers:
        """Every buffer that can be read through a value."""
        return all_of(self.parts.get(value, {}))

    def parameter(self, k: int, path: Path) -> int:
        number = self._number(("parameter", k, path))
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

    def _fresh(self, *key: Hashable) -> Buffers:
        return frozenset([self._number(key)])

    def _set(self, value: Value, parts: Parts) -> None:
        if not has_memory(value.type):
            return
        if isinstance(value.type, ArrayT):
            parts = {(): all_of(parts)}
        old = self.parts.setdefault(value, {})
        for path, buffers in parts.items():
            if not buffers <= old.get(path, NOTHING):
                old[path] = old.get(path, NOTHING) | buffers
                self._changed = True

    def _get(self, value: Value) -> Parts:
        return self.parts.get(value, {})

    def _everything(self, values: Iterable[Value], buffers: Buffers = NOTHING) -> Parts:
        """No knowledge but of what it may be made from."""
        for value in values:
            buffers |= self.reach(value)
        return {(): buffers, (ANY,): buffers}

    # Operations -----------------------------------------------------------------------------

    def _region(self, region: Region) -> None:
        for op in region.ops:
            if op.name in LOOPS:
                self._loop(Loop(op))
            elif op.name == "if":
                for inner in op.regions:
                    self._region(inner)
                    for result, value in zip(op.results, inner.yields, strict=True):
                        self._set(result, self._get(value))
            elif op.name == "call":
                self._call(op)
            elif op.results and has_memory(op.results[0].type):
                self._set(op.results[0], self._plain(op))

    def _plain(self, op: Op) -> Parts:
        if op.name in WRITES or op in self.plan.in_place:
            return self._written(op)
        if op.name in ("tuple", "list", "dict", "object", "repeat"):
            keys = op.attrs.get("keys", range(len(op.operands)))
            if isinstance(op.results[0].type, ListT):
                keys = [EACH] * len(op.operands)
            elements = [under(k, self._get(v)) for k, v in zip(keys, op.operands, strict=True)]
            return merged([{(): self._fresh(op)}, *elements])
        if op.name in ("field", "getitem") and not isinstance(op.operands[0].type, ArrayT):
            return self._element(op)
        if op.name == "copied_parts":
            return self._partly_copied(op)
        if op.name in NEW_LISTS and isinstance(op.results[0].type, ListT):
            lists = [self._get(v) for v in op.operands if isinstance(v.type, ListT)]
            held = [{path: h for path, h in parts.items() if path} for parts in lists]
            return merged([{(): self._fresh(op)}, *held])
        if op.name in ("global", "effect"):
            return self._everything(op.operands, FOREIGN_ONLY)
        return self._computed(op)

    def _partly_copied(self, op: Op) -> Parts:
        """A tuple with new memory in some places."""
        keys, old = op.attrs["keys"], self._get(op.operands[0])
        kept = {path: held for path, held in old.items() if path and path[0] not in keys}
        fresh = {path: self._fresh(op, path) for path in old if path not in kept}
        return merged([{(): self._fresh(op)}, kept, fresh])

    def _written(self, op: Op) -> Parts:
        """The new version of what is overwritten; containers hold what was put into them."""
        old = self._get(op.operands[0])
        if isinstance(op.results[0].type, ArrayT) or op.name in REMOVALS:
            return old
        new = self._get(op.operands[1])
        if op.name == "set_field":
            key = op.attrs["key"]
            kept = {path: buffers for path, buffers in old.items() if path[:1] != (key,)}
            return merged([kept, under(key, new)])
        if op.name == "extend":
            return merged([old, {path: held for path, held in new.items() if path}])
        if op.name == "setitem_add":
            new = merged([new, {path: self._fresh(op, path) for path in new}])
        added = isinstance(op.results[0].type, ListT) and op.name in ("append", "insert")
        return merged([old, under(EACH if added else ANY, new)])

    def _element(self, op: Op) -> Parts:
        """An element of a container; a slice of a list is a new list of the same elements."""
        container, parts = op.operands[0], self._get(op.operands[0])
        if isinstance(op.results[0].type, ListT) and isinstance(container.type, ListT):
            index = op.attrs.get("index", ())
            if any(isinstance(entry, Slice) for entry in index):
                elements = {path: buffers for path, buffers in parts.items() if path}
                return merged([{(): self._fresh(op)}, elements])
        if op.name == "field" and isinstance(container.type, StructT):
            return element_of(parts, op.attrs["key"])
        if isinstance(container.type, ListT):
            return element_of(parts, EACH)
        return self._everything([container])

    def _computed(self, op: Op) -> Parts:
        """A function's result: new, or a view of some of its operands."""
        viewed = [op.operands[k] for k in definition(op.name).views(op)]
        result = op.results[0]
        fresh: Parts = {path: self._fresh(op, path) for path in paths_of(result.type)}
        if isinstance(result.type, ArrayT):
            if not viewed:
                return fresh
            own = NOTHING if op.name in WRITABLE_VIEWS else FOREIGN_ONLY
            return {(): own.union(*(self.reach(v) for v in viewed))}
        held = viewed
        if not definition(op.name).allocates:
            containers = ListT | StructT | UnknownT
            held = [v for v in op.operands if v in viewed or isinstance(v.type, containers)]
        same = [self._get(v) for v in held if v.type == result.type]
        others = [v for v in held if v.type != result.type]
        rest = [self._everything(others)] if others else []
        if viewed and op.name not in WRITABLE_VIEWS:
            rest.append({(): FOREIGN_ONLY, (ANY,): FOREIGN_ONLY})
        return merged([fresh, *same, *rest])

    def _call(self, op: Op) -> None:
        summary = self.plan.summaries.get(op.attrs["callee"])
        for k, result in enumerate(op.results):
            if summary is None:
                self._set(result, self._everything(op.operands, FOREIGN_ONLY))
                continue
            parts: Parts = {}
            for path, (arguments, marks) in summary.results[k].items():
                shared = NOTHING.union(*(self.own(op.operands[a], p) for a, p in arguments))
                for mark in marks:
                    shared |= self._fresh(op, mark) if mark else FOREIGN_ONLY
                parts[path] = shared
            self._set(result, parts)

    # Loops ----------------------------------------------------------------------------------

    def _loop(self, loop: Loop) -> None:
        for stream, item in zip(loop.streams, loop.items, strict=True):
            parts = self._get(stream)
            is_array = isinstance(stream.type, ArrayT)
            self._set(item, parts if is_array else element_of(parts, EACH))
        self._loops.append(loop.body)
        for k, carry in enumerate(loop.carries):
            self._set(carry, self._carried(loop, k, carry))
        for region in loop.op.regions:
            self._region(region)
        self._loops.pop()
        for k, final in enumerate(loop.finals):
            both = merged([self._get(loop.inits[k]), self._get(loop.nexts[k])])
            for path in self.exclusive_parts(loop.carries[k]):
                both[path] = self._fresh(loop.op, k, path)
            self._set(final, {path: self._as_left(loop, k, held) for path, held in both.items()})
        for tape, value in zip(loop.tapes, loop.collected, strict=True):
            held = {
                path: buffers | self.earlier(loop.body, buffers)
                for path, buffers in self._get(value).items()
            }
            self._set(tape, merged([{(): self._fresh(tape)}, under(EACH, held)]))

    def _as_left(self, loop: Loop, k: int, buffers: Buffers) -> Buffers:
        """What a final value holds: another's buffer too, if both are it when the loop is left."""
        found = buffers
        for j, carry in enumerate(loop.carries):
            for path in self.exclusive_parts(carry) if j != k else ():
                if self.own(loop.nexts[j], path) & buffers:
                    found |= self._fresh(loop.op, j, path)
        return found

    def _carried(self, loop: Loop, k: int, carry: Value) -> Parts:
        following = {
            path: self.earlier(loop.body, buffers)
            for path, buffers in self._get(loop.nexts[k]).items()
        }
        both = merged([self._get(loop.inits[k]), following])
        for path in self.exclusive_parts(carry):
            both[path] = self._fresh(carry, path)
        return both

    def exclusive_parts(self, carry: Value) -> Iterator[Path]:
        """The parts of a carried value that nobody but the loop may hold."""
        if carry in self.exclusive:
            yield from exclusive_paths(carry.type)


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
        elif op.name == "call":
            for k, result in enumerate(op.results):
                sources.setdefault(result, []).extend(_handed_back(plan, op, k))
        elif op.results and has_memory(op.results[0].type):
            views = definition(op.name).views(op)
            sources.setdefault(op.results[0], []).extend(op.operands[k] for k in views)
    return sources


def _handed_back(plan: Plan, op: Op, k: int) -> list[Value]:
    """The arguments of a call whose memory its result `k` may be, or hold."""
    summary = plan.summaries.get(op.attrs["callee"])
    if summary is None:
        return op.operands
    places = {a for arguments, _ in summary.results[k].values() for a, _ in arguments}
    return [op.operands[a] for a in sorted(places)]


def accumulations(plan: Plan) -> set[Op]:
    """The operations that may print as `x += g` on an array of known, unchanged type."""
    found = set()
    for op in plan.function.body.walk():
        if op.name in ("add", "sub", "mul", "div") and may_accumulate(op):
            old, new = op.operands[0], op.results[0]
            if old not in plan.folded and same_array(old.type, new.type):
                found.add(op)
    return found
