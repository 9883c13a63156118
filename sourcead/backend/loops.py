"""`for` and `while` as Python writes them: direct iteration, `reversed`, `zip`, `break`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sourcead.backend import syntax
from sourcead.backend.moves import Move, chained, sequence
from sourcead.backend.stopping import steady_carries, stopping_if
from sourcead.backend.unbound import is_nothing
from sourcead.backend.unpacking import unpacked_items
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import BOOL, StructT

if TYPE_CHECKING:
    from sourcead.backend.statements import Printer


def loop(printer: Printer, loop: Loop) -> list[ast.stmt]:
    """A loop, with what must be there before it: tapes, a counter, first values."""
    names = printer.plan.names
    before: list[ast.stmt] = [
        syntax.assign(syntax.target(names[tape]), ast.List([], syntax.LOAD)) for tape in loop.tapes
    ]
    if loop.count is not None:
        before.append(syntax.assign(syntax.target(names[loop.count]), ast.Constant(0)))
    first = sequence(printer.moves(loop.carries, loop.inits))
    before = (chained(first) if loop.op.phase == "reverse" else first) + before
    after = sequence(printer.moves(loop.finals, loop.carries))
    unpacked = unpacked_items(printer.plan, loop)
    printer.plan.in_head.update(op for ops in unpacked.values() for op in ops)
    body = _body(printer, loop)
    if loop.op.name == "while":
        return [*before, _while(printer, loop, body), *after]
    target, streams = _head(printer, loop, unpacked)
    return [*before, ast.For(target, streams, body or [ast.Pass()], []), *after]


# The body -------------------------------------------------------------------------------------


def _body(printer: Printer, loop: Loop) -> list[ast.stmt]:
    tapes = printer.plan.tapes(loop)
    own = {result for op in loop.body.ops for result in op.results}
    start: list[ast.stmt] = []
    if loop.count is not None:
        count = syntax.target(printer.plan.names[loop.count])
        start.append(syntax.augmented(count, ast.Add(), ast.Constant(1)))
    for value in tapes:
        if value not in own:
            start += printer.appends(value, tapes)
    moves = printer.moves(loop.carries, loop.nexts)
    if loop.stop is not None and not moves:
        stopping = stopping_if(printer.plan, loop.body, loop.stop)
        if stopping is not None:
            made = [r for r in stopping.results if r in tapes and r not in loop.nexts]
            collected = tuple((r, printer.plan.names[tape]) for r in made for tape in tapes[r])
            others = {v: held for v, held in tapes.items() if v not in made}
            after = loop.body.ops[loop.body.ops.index(stopping) :]
            late = [r for op in after for r in op.results if r in others]
            if loop.stop not in made and not late:
                steady = steady_carries(printer.plan, loop)
                printing = _Stopping(printer, steady, collected)
                return start + printing.block(loop.body, stopping, loop.stop, others)
    end = sequence(moves)
    if loop.stop is not None:
        end += _break(printer, loop.stop)
    return start + printer.block(loop.body, tapes) + end


@dataclass(frozen=True)
class _Stopping:
    """Prints a block whose last `if` has a `break` in its branches instead of setting a flag.

    `steady` are variables that keep their value in every iteration that does not break, with
    that value: giving it to them again would say nothing.
    `collected` are values that a tape reads, with its name: each branch appends its own.
    """

    printer: Printer
    steady: dict[str, object]
    collected: tuple[tuple[Value, str], ...] = ()

    def block(
        self,
        region: Region,
        stopping: Op,
        stop: Value,
        tapes: dict[Value, list[Value]] | None = None,
        read: frozenset[Value] = frozenset(),
    ) -> list[ast.stmt]:
        """`read`: what is also the value of a variable, among it perhaps the flag."""
        before = self.printer.block(region, tapes, skip=stopping)
        slot = stopping.results.index(stop)
        is_read = stop in read or sum(1 for v in region.yields if v is stop) > 1
        appended = self.only_appended(region) - read
        kept = [
            k
            for k, result in enumerate(stopping.results)
            if (k != slot or is_read) and result not in appended
        ]
        return before + self.printer.choose(
            stopping, lambda inner: self.branch(inner, stopping, slot, kept)
        )

    def only_appended(self, region: Region) -> set[Value]:
        """What tapes collect and no variable holds: as often as a tape takes it, it is yielded."""
        collected = [value for value, _ in self.collected]
        return {v for v in collected if region.yields.count(v) <= collected.count(v)}

    def branch(self, inner: Region, stopping: Op, slot: int, kept: list[int]) -> list[ast.stmt]:
        flag = inner.yields[slot]
        moves = self.printer.moves(
            [stopping.results[k] for k in kept], [inner.yields[k] for k in kept]
        )
        if constant(flag) is False:
            moves = [m for m in moves if not self.is_steady(m)]
        moves = [m for m in moves if not self.is_tested(m, stopping, inner)]
        own = dict(zip(stopping.results, inner.yields, strict=True))
        held = {stopping.results[k] for k in kept}
        kept_too = {v for v in held if not _has_nothing(own[v])}
        collected = tuple(
            (value if value in kept_too else own.get(value, value), tape)
            for value, tape in self.collected
        )
        nested = None if moves else stopping_if(self.printer.plan, inner, flag)
        if nested is not None:
            through = tuple((own.get(value, value), tape) for value, tape in self.collected)
            read = frozenset(inner.yields[k] for k in kept)
            return replace(self, collected=through).block(inner, nested, flag, read=read)
        appends = [self.printer.method(t, "append", self.printer.expr(v)) for v, t in collected]
        named = [value in kept_too for value, _ in collected]
        early = [a for a, later in zip(appends, named, strict=True) if not later]
        late = [a for a, later in zip(appends, named, strict=True) if later]
        end = early + sequence(moves) + late + _break(self.printer, flag)
        return self.printer.block(inner) + end

    def is_tested(self, move: Move, op: Op, inner: Region) -> bool:
        """Whether a move gives the flag that was just tested the value it was found to have."""
        test, plan = op.operands[0], self.printer.plan
        if test in plan.folded or plan.names[test] != move.target or test.type != BOOL:
            return False
        known = isinstance(move.value, ast.Constant) and move.value.value
        if known is not (inner is op.regions[0]):
            return False
        return all(plan.names.get(r) != move.target for o in inner.walk() for r in o.results)

    def is_steady(self, move: Move) -> bool:
        value = move.value
        if move.target not in self.steady or not isinstance(value, ast.Constant):
            return False
        return value.value is self.steady[move.target]


def _has_nothing(value: Value) -> bool:
    return value.op is not None and is_nothing(value.op)


def _break(printer: Printer, stop: Value) -> list[ast.stmt]:
    known = constant(stop)
    if known is False:
        return []
    if known is True:
        return [ast.Break()]
    return [ast.If(printer.expr(stop), [ast.Break()], [])]


# The head -------------------------------------------------------------------------------------


def _while(printer: Printer, loop: Loop, body: list[ast.stmt]) -> ast.stmt:
    cond = loop.op.regions[0]
    test = printer.block(cond)
    if not test:
        return ast.While(printer.expr(cond.yields[0]), body or [ast.Pass()], [])
    leave = ast.If(syntax.negated(printer.expr(cond.yields[0])), [ast.Break()], [])
    return ast.While(ast.Constant(True), [*test, leave, *body], [])


def _head(
    printer: Printer, loop: Loop, unpacked: dict[Value, list[Op]]
) -> tuple[ast.expr, ast.expr]:
    """The target and the iterable of a `for`."""
    reverse = bool(loop.op.attrs.get("reverse"))
    streams = [_stream(printer, stream, reverse) for stream in loop.streams]
    targets = [_item(printer, item, unpacked.get(item)) for item in loop.items]
    if _counts(loop):
        target = ast.Tuple([targets[0], _together(targets[1:])], syntax.STORE)
        return target, syntax.call(
            printer.library("builtins.enumerate"), [_zip(printer, streams[1:])]
        )
    return _together(targets), _zip(printer, streams)


def _together(targets: list[ast.expr]) -> ast.expr:
    return targets[0] if len(targets) == 1 else ast.Tuple(targets, syntax.STORE)


def _item(printer: Printer, item: Value, parts: list[Op] | None) -> ast.expr:
    """The name of an item, or of those of its elements that are read."""
    if parts is not None and isinstance(item.type, StructT):
        named = {op.attrs["key"]: printer.plan.names[op.results[0]] for op in parts}
        return syntax.targets([named.get(key, "_") for key in item.type.keys])
    named_so = item in printer.used or item.hint
    return syntax.target(printer.plan.names[item] if named_so else "_")


def _zip(printer: Printer, streams: list[ast.expr]) -> ast.expr:
    if len(streams) == 1:
        return streams[0]
    return syntax.call(printer.library("builtins.zip"), streams)


def _stream(printer: Printer, stream: Value, reverse: bool) -> ast.expr:
    while stream.op is not None and stream.op.name == "reversed" and stream in printer.plan.folded:
        stream, reverse = stream.op.operands[0], not reverse
    iterable = printer.expr(stream)
    if not reverse:
        return iterable
    return syntax.call(printer.library("builtins.reversed"), [iterable])


def _counts(loop: Loop) -> bool:
    """`for i, x in enumerate(xs)`: the first stream counts the elements of the second."""
    if loop.op.attrs.get("reverse") or len(loop.streams) < 2:
        return False
    first, second = loop.streams[0].op, loop.streams[1]
    if first is None or first.name != "range" or constant(first.operands[0]) != 0:
        return False
    if constant(first.operands[2]) != 1 or first.operands[1].op is None:
        return False
    stop = first.operands[1].op
    return stop.name == "dim" and stop.operands[0] is second
