"""`for` and `while` as Python writes them: direct iteration, `reversed`, `zip`, `break`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sourcead.backend import syntax
from sourcead.backend.moves import sequence
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop

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
    before = sequence(printer.moves(loop.carries, loop.inits)) + before
    after = sequence(printer.moves(loop.finals, loop.carries))
    body = _body(printer, loop)
    if loop.op.name == "while":
        return [*before, _while(printer, loop, body), *after]
    target, streams = _head(printer, loop)
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
    stopping = _stopping_if(printer, loop) if loop.stop is not None and not moves else None
    if stopping is None:
        end = sequence(moves)
        if loop.stop is not None:
            end += _break(printer, loop.stop)
        return start + printer.block(loop.body, tapes) + end
    return start + _block_that_stops(printer, loop.body, stopping, loop.stop, tapes)


def _stopping_if(printer: Printer, loop: Loop) -> Op | None:
    """The `if` at the end of the body that decides whether to stop, and does nothing else."""
    return _last_if(printer, loop.body, loop.stop)


def _last_if(printer: Printer, region: Region, stop: Value | None) -> Op | None:
    last = None
    for last in printer.plan.statements(region):
        pass
    if last is None or stop is None or stop.op is not last or not printer.plan.has_branches(last):
        return None
    return last


def _block_that_stops(
    printer: Printer,
    region: Region,
    stopping: Op,
    stop: Value | None,
    tapes: dict[Value, list[Value]] | None = None,
) -> list[ast.stmt]:
    """A block whose last `if` has a `break` in its branches instead of setting a flag."""
    before = printer.block(region, tapes, skip=stopping)
    slot = next(k for k, r in enumerate(stopping.results) if r is stop)
    is_read = sum(1 for v in region.yields if v is stop) > 1
    kept = [k for k in range(len(stopping.results)) if k != slot or is_read]

    def branch(inner: Region) -> list[ast.stmt]:
        flag = inner.yields[slot]
        moves = printer.moves([stopping.results[k] for k in kept], [inner.yields[k] for k in kept])
        nested = None if moves else _last_if(printer, inner, flag)
        if nested is not None:
            return _block_that_stops(printer, inner, nested, flag)
        return printer.block(inner) + sequence(moves) + _break(printer, flag)

    return before + printer.choose(stopping, branch)


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


def _head(printer: Printer, loop: Loop) -> tuple[ast.expr, ast.expr]:
    """The target and the iterable of a `for`."""
    pairs = [
        (_item(printer, item), stream)
        for item, stream in zip(loop.items, loop.streams, strict=True)
    ]
    counted = _counts(loop)
    streams = [_stream(printer, s, bool(loop.op.attrs.get("reverse"))) for _, s in pairs]
    names = [name for name, _ in pairs]
    if counted:
        inner = syntax.targets(names[1:])
        target: ast.expr = ast.Tuple([syntax.target(names[0]), inner], syntax.STORE)
        return target, syntax.call(
            printer.library("builtins.enumerate"), [_zip(printer, streams[1:])]
        )
    return syntax.targets(names), _zip(printer, streams)


def _item(printer: Printer, item: Value) -> str:
    return printer.plan.names[item] if item in printer.used or item.hint else "_"


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
