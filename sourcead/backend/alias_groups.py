"""A coarse answer to "may these two share memory": values in classes that ever meet.

It costs one walk and ignores order, which is enough to decide whether an expression may move
past a write. What is really written in place is decided by `inplace`, with the fine analysis.
"""

from __future__ import annotations

from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import NoneT, RangeT, ScalarT, StrT, Type, UndefT
from sourcead.ops.catalog import definition

ACCUMULATIONS = ("add", "sub", "mul", "div")


# A tuple, which is asked faster than a union: `has_memory` is called for every value.
_WITHOUT_MEMORY = (ScalarT, StrT, NoneT, RangeT, UndefT)


def has_memory(t: Type) -> bool:
    """Whether values of a type are, or may be, objects that can be written."""
    return not isinstance(t, _WITHOUT_MEMORY)


def may_accumulate(op: Op) -> bool:
    """`x = x + g` under one name: a candidate for `x += g`."""
    if op.name not in ACCUMULATIONS or op.style or not op.results[0].hint:
        return False
    return op.results[0].hint == op.operands[0].hint


class Groups:
    """Classes of values that may share memory, each represented by one of them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parent: dict[Value, Value] = {}
        self._written: dict[Op, set[Value]] = {}
        self._visit(plan.function.body)

    def group(self, value: Value) -> Value:
        parent = self._parent
        while value in parent and parent[value] is not value:
            above = parent[value]
            parent[value] = parent.get(above, above)
            value = above
        return value

    def is_view(self, op: Op) -> bool:
        return bool(definition(op.name).views(op))

    def read_by(self, value: Value, folded: set[Value]) -> set[Value]:
        """The classes whose memory the expression of a value reads."""
        found: set[Value] = set()
        todo = [value]
        while todo:
            read = todo.pop()
            if has_memory(read.type):
                found.add(self.group(read))
            if read.op is not None and (read is value or read in folded):
                todo += read.op.operands
                todo += [y for r in read.op.regions for y in r.yields]
        return found

    def written(self, op: Op) -> set[Value]:
        """The classes that an operation may write, were all of it done in place."""
        if op not in self._written:
            found: set[Value] = set()
            if op.name in WRITES or (may_accumulate(op) and has_memory(op.results[0].type)):
                found.add(self.group(op.operands[0]))
            for region in op.regions:
                for inner in region.ops:
                    found |= self.written(inner)
            self._written[op] = found
        return self._written[op]

    def _union(self, a: Value, b: Value) -> None:
        if has_memory(a.type) and has_memory(b.type):
            self._parent[self.group(a)] = self.group(b)

    def _visit(self, region: Region) -> None:
        for op in region.ops:
            for inner in op.regions:
                self._visit(inner)
            if op.name in LOOPS:
                self._loop(Loop(op))
            elif op.name == "if":
                for inner in op.regions:
                    for result, value in zip(op.results, inner.yields, strict=True):
                        self._union(result, value)
            elif op.name == "call":
                for result in op.results:
                    for operand in op.operands:
                        self._union(result, operand)
            else:
                self._plain(op)

    def _plain(self, op: Op) -> None:
        shared = {0} if op.name in WRITES or may_accumulate(op) else set()
        if op.name in ("append", "insert", "extend", "set_field"):
            shared.add(1)
        if op.results:
            shared.update(definition(op.name).views(op))
            for position in shared:
                self._union(op.results[0], op.operands[position])

    def _loop(self, loop: Loop) -> None:
        for stream, item in zip(loop.streams, loop.items, strict=True):
            self._union(stream, item)
        for k, carry in enumerate(loop.carries):
            for other in (loop.inits[k], loop.nexts[k], loop.finals[k]):
                self._union(carry, other)
        for tape, value in zip(loop.tapes, loop.collected, strict=True):
            self._union(tape, value)
