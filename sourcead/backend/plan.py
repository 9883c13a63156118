"""What the stages decide about one function: read by all, written by one stage each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sourcead.backend.paths import Path
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ops.catalog import definition

LOOPS = ("for", "while")
# Operations that replace a value by a new version of it: in place, they overwrite the old one.
WRITES = (
    "setitem", "setitem_add", "set_field", "append", "insert", "delete", "without_last",
    "extend", "truncate",
)  # fmt: skip


# What a part of a result may share: parts of arguments, and marks of the function's own buffers.
Sharing = tuple[frozenset[tuple[int, Path]], frozenset[int]]


@dataclass(frozen=True)
class Summary:
    """What callers must know of a function.

    `results` says for each result, part by part, what it may share: the memory of arguments and
    buffers of the function's own, by marks that are equal where two results may share one; mark 0
    stands for memory that is nobody's to write. `writes` are the parts of arguments that the
    function overwrites: its callers must own them.
    """

    results: tuple[dict[Path, Sharing], ...]
    writes: frozenset[tuple[int, Path]] = frozenset()


@dataclass
class Plan:
    """Decisions about one function (a private copy, which stages may rewrite).

    `pure_calls`: functions of the module whose calls have no effect.
    `summaries`: what is known of the functions it calls.
    `given`: parameters whose buffers the callers hand over, so that they may be written.
    `folded`: values printed inside the expressions that read them.
    `expressions`: `if` operations printed as conditional expressions.
    `returning`: `if` operations whose branches return (their results have no variable).
    `in_place`: accumulations printed as `x += g` on an array.
    `names`: the variable of each value that has one.
    `comments`: whether groups of statements are headed.
    """

    function: Function
    pure_calls: frozenset[str] = frozenset()
    summaries: Mapping[str, Summary] = field(default_factory=dict)
    given: set[Value] = field(default_factory=set)
    folded: set[Value] = field(default_factory=set)
    expressions: set[Op] = field(default_factory=set)
    returning: set[Op] = field(default_factory=set)
    in_place: set[Op] = field(default_factory=set)
    # Reads of elements that the head of a loop unpacks.
    in_head: set[Op] = field(default_factory=set)
    names: dict[Value, str] = field(default_factory=dict)
    comments: bool = True
    _tapes: dict[Region, dict[Value, list[Value]]] = field(default_factory=dict)

    def leaves(self, value: Value) -> Iterator[Value]:
        """The variables that the expression of a value reads."""
        if value not in self.folded:
            yield value
        elif value.op is not None:
            yield from self.read_by(value.op)

    def read_by(self, op: Op) -> Iterator[Value]:
        """The variables that an operation reads where it is printed, its own regions left out."""
        for operand in op.operands:
            yield from self.leaves(operand)
        if op in self.expressions:
            for region in op.regions:
                for value in region.yields:
                    yield from self.leaves(value)

    def statements(self, region: Region) -> Iterator[Op]:
        """The operations of a region that are statements of their own."""
        for op in region.ops:
            if not self.is_folded(op):
                yield op

    def is_folded(self, op: Op) -> bool:
        return len(op.results) == 1 and op.results[0] in self.folded

    def has_branches(self, op: Op) -> bool:
        """Whether an `if` is printed as a statement."""
        return op.name == "if" and op not in self.expressions

    def tapes(self, loop: Loop) -> dict[Value, list[Value]]:
        """The tapes that collect each value of a loop's body."""
        known = self._tapes.get(loop.body)
        if known is None:
            known = {}
            for value, tape in zip(loop.collected, loop.tapes, strict=True):
                known.setdefault(value, []).append(tape)
            self._tapes[loop.body] = known
        return known

    def written_operands(self, op: Op) -> list[Value]:
        """The operands whose memory an operation overwrites when it runs."""
        if op.name in WRITES or op in self.in_place:
            return op.operands[:1]
        if op.name == "call" and op.attrs["callee"] in self.summaries:
            summary = self.summaries[op.attrs["callee"]]
            return [op.operands[k] for k in sorted({k for k, _ in summary.writes})]
        return []

    def written_paths(self, op: Op, operand: Value) -> list[Path]:
        """The parts of a written operand that are overwritten."""
        if op.name != "call":
            return [()]
        writes = self.summaries[op.attrs["callee"]].writes
        return [path for k, path in writes if op.operands[k] is operand]

    def fails_whole(self, op: Op) -> bool:
        """Whether a statement that raises has changed nothing."""
        if op.regions or op.name == "call":
            return False
        return op.name != "setitem_add" or bool(op.attrs.get("unique"))

    def is_pure(self, op: Op) -> bool:
        """Whether running an operation again or later changes nothing but its result."""
        return is_pure(op, self.pure_calls)

    def changed(self) -> None:
        """The function was rewritten: forget what was derived from it."""
        self._tapes.clear()


def is_pure(op: Op, pure_calls: frozenset[str]) -> bool:
    """Whether an operation, with all that its regions hold, has no effect but its results."""
    if op.name == "call":
        return op.attrs["callee"] in pure_calls
    if not definition(op.name).pure:
        return False
    return all(is_pure(inner, pure_calls) for region in op.regions for inner in region.ops)
