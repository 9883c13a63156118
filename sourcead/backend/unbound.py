"""Variables that one path leaves unbound: where the program hands them on, they become None.

A value that only some iterations compute is still collected, saved or passed on in all of them;
nobody looks at it there. A variable that is read where it was not assigned raises, as in Python.
"""

from __future__ import annotations

from collections.abc import Callable

from sourcead.backend.plan import LOOPS, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop

PASSIVE = ("tuple", "list", "dict", "object", "append", "insert", "call", "set_field", "copy")
# The zero cotangent of what this path does not have is never used either.
ZEROS = ("zero", "np.zeros_like")


class Unbound:
    """Answers whether a variable must be bound even if it has no value."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._handed_on: set[Value] = set(plan.function.body.yields)
        self._targets: dict[Value, list[Value]] = {}
        # The copy of nothing is nothing too, though its variable is assigned.
        self._copies: dict[Value, list[Value]] = {}
        self._known: dict[Value, bool] = {}
        if any(map(is_nothing, plan.function.body.walk())):
            for op in plan.function.body.walk():
                self._visit(op)

    def is_handed_on(self, target: Value) -> bool:
        if target not in self._known:
            self._known[target] = False  # a loop hands on to itself what nothing else asks for
            self._known[target] = target in self._handed_on or any(
                self._moves(target, other) or self.is_handed_on(other)
                for other in self._targets.get(target, ())
            )
        return self._known[target]

    def _moves(self, source: Value, target: Value) -> bool:
        """Whether giving a value to a target reads its variable."""
        names = self.plan.names
        return source in names and target in names and names[source] != names[target]

    def unbound_values(self) -> set[Value]:
        """The values that are nothing on some path."""
        return self._reached(is_nothing, self._copies)

    def unassigned_values(self) -> set[Value]:
        """The values whose variable may not have been assigned, not even None."""
        return self._reached(lambda op: op.name == "undef", {})

    def _reached(
        self, begins: Callable[[Op], bool], copies: dict[Value, list[Value]]
    ) -> set[Value]:
        found: set[Value] = set()
        todo = [op.result for op in self.plan.function.body.walk() if begins(op)]
        while todo:
            value = todo.pop()
            if value not in found:
                found.add(value)
                todo += self._targets.get(value, ())
                todo += copies.get(value, ())
        return found

    def _visit(self, op: Op) -> None:
        if op.name in LOOPS:
            loop = Loop(op)
            self._handed_on.update(loop.collected)
            for k, carry in enumerate(loop.carries):
                self._flow(loop.inits[k], carry)
                self._flow(loop.nexts[k], carry)
                self._flow(carry, loop.finals[k])
        elif op.name == "if" and op not in self.plan.returning:
            for inner in op.regions:
                self._branch(op, inner)
        elif op.name in (*PASSIVE, *ZEROS):
            self._handed_on.update(op.operands)
            if op.name == "copy":
                self._copies.setdefault(op.operands[0], []).append(op.result)

    def _branch(self, op: Op, inner: Region) -> None:
        for result, value in zip(op.results, inner.yields, strict=True):
            self._flow(value, result)

    def _flow(self, source: Value, target: Value) -> None:
        self._targets.setdefault(source, []).append(target)


def is_nothing(op: Op) -> bool:
    """Whether an operation stands for a variable that is not bound, or that is bound to None."""
    return op.name == "undef" or (op.name == "const" and op.attrs["value"] is None)
