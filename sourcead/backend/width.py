"""How long the text of an expression will be: an estimate, without printing it."""

from __future__ import annotations

from sourcead.backend.operators import BINARY, COMPARE, UNARY
from sourcead.backend.plan import LOOPS, Plan
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop

# What is folded always, however long its text is.
ALWAYS = ("const", "global", "undef", "range", "reversed")
LIMIT = 92
NAME = 5


class ExpressionWidth:
    """Estimated widths under the current folding decisions."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def of(self, value: Value) -> int:
        if value in self.plan.folded and value.op is not None:
            return self.of_op(value.op)
        return len(value.hint or value.soft) or NAME

    def of_op(self, op: Op) -> int:
        inner = [self.of(v) for v in op.operands]
        if op.name == "const":
            return len(op.style) or len(str(op.attrs["value"]))
        if op.name == "global":
            return len(op.attrs["ref"].name)
        if op.name in BINARY or op.name in COMPARE:
            return sum(inner) + 4
        if op.name in UNARY:
            return sum(inner) + 1
        if op.name in ("getitem", "setitem", "setitem_add"):
            return sum(inner) + 2 + 3 * len(op.attrs["index"])
        if op.name == "if":
            return sum(inner) + 11 + sum(self.of(y) for r in op.regions for y in r.yields)
        head = 8 if op.name in ("dim", "field") else len(op.name) + 2
        return head + sum(inner) + 2 * len(inner) + sum(len(k) + 5 for k in op.attrs)

    def too_wide(self, region: Region, depth: int = 1) -> list[Value]:
        """Folded values that get a variable after all, for their statement would be too long."""
        found: list[Value] = []
        for op in region.ops:
            for inner in op.regions:
                found += self.too_wide(inner, depth + 1)
            if not self.plan.is_folded(op) and op not in self.plan.expressions:
                found += self._split(op, depth)
        return found

    def of_statement(self, op: Op) -> int:
        """A statement's own width; a loop's first values stand on lines of their own."""
        if op.name in LOOPS:
            return 20 + sum(self.of(v) + 14 for v in Loop(op).streams)
        if op.name == "if" and op not in self.plan.expressions:
            return 4 + sum(map(self.of, op.operands))
        if op.name == "check":
            # The message may stand on a line of its own.
            return 8 + self.of(op.operands[0])
        return self.of_op(op)

    def _split(self, op: Op, depth: int) -> list[Value]:
        """The largest parts of a statement, until the rest fits on a line."""
        target = sum(len(r.hint or r.soft) or NAME for r in op.results) + 3
        written = len(op.loc.statement) if op.phase != "reverse" else 0
        limit = max(LIMIT - 4 * depth - target, written + 4 * len(op.operands))
        found: list[Value] = []
        while self.of_statement(op) > limit:
            part = self._widest(op, limit // 2)
            if part is None:
                break
            found.append(part)
            self.plan.folded.discard(part)
        return found

    def _widest(self, op: Op, enough: int) -> Value | None:
        """The widest folded part no wider than a comfortable line; deeper if it is wider."""
        parts = [v for v in op.operands if v in self.plan.folded and self._may_be_named(v)]
        if not parts:
            return None
        widest = max(parts, key=self.of)
        if widest.op is not None and self.of(widest) > enough and widest.op.name != "if":
            return self._widest(widest.op, enough) or widest
        return widest

    def _may_be_named(self, value: Value) -> bool:
        return self.of(value) > 12 and value.op is not None and value.op.name not in ALWAYS
