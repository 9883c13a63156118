"""`try`: the block, or what is done when it is interrupted. The path taken is a value.

The block becomes the first branch of an operation, the handler the second (`ir/attempts.py`).
Several handlers are nested: each notes that it was reached, and what it does comes afterwards, as
does the `else`. What no exception can reach is plain code.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sourcead.frontend.bindings import (
    CAUGHT,
    FLAGS,
    RAISED,
    SKIPPED,
    UNBOUND,
    Binding,
    Items,
    State,
    Static,
)
from sourcead.frontend.effects import effect, exception_name
from sourcead.frontend.frame import Frame, statement
from sourcead.frontend.join import Arm, Joiner, conditional, join_states
from sourcead.frontend.liveness import Names
from sourcead.frontend.parsed_module import ParsedClass
from sourcead.frontend.statements import lower_block
from sourcead.frontend.statics import static_value
from sourcead.frontend.watching import READ_LATER, Watch
from sourcead.ir.attempts import completed, may_raise
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import OpaqueT
from sourcead.ops.catalog import definition
from sourcead.ops.signatures_effects import reads_clock

Class = type[BaseException] | ParsedClass
Lower = Callable[[], None]
# Whether a block was completed, where that is known.
Completed = bool | Value


@statement(ast.Try)
def try_statement(frame: Frame, stmt: ast.Try) -> None:
    if stmt.finalbody:
        _with_finally(frame, stmt)
    else:
        _handled(frame, stmt)


def _handled(frame: Frame, stmt: ast.Try) -> None:
    """The block, its handlers and its `else`."""
    handlers = [(_classes(frame, h), h) for h in stmt.handlers]
    if not handlers:
        lower_block(frame, stmt.body)
        return
    if len(handlers) == 1 and not stmt.orelse:
        classes, handler = handlers[0]
        _attempt(frame, stmt, lambda: lower_block(frame, stmt.body), classes, handler)
        return
    _one_after_the_other(frame, stmt, handlers)


def _classes(frame: Frame, handler: ast.ExceptHandler) -> list[Class]:
    """The exceptions that a handler names."""
    if handler.type is None:
        return [BaseException]
    found = frame.expr(handler.type)
    parts = found.items if isinstance(found, Items) else (found,)
    classes: list[Class] = []
    for part in parts:
        cls = static_value(part)
        live = isinstance(cls, type) and issubclass(cls, BaseException)
        if not live and not (isinstance(cls, ParsedClass) and cls.is_exception):
            frame.refuse(handler.type, "SAD101", "only exception classes can be caught")
        classes.append(cls)
    return classes


# One handler -----------------------------------------------------------------------------------


def _attempt(
    frame: Frame, stmt: ast.Try, block: Lower, classes: list[Class], handler: ast.ExceptHandler
) -> None:
    """A block and its only handler."""
    _try(frame, stmt, block, classes, lambda: _handle(frame, handler))


def _handle(frame: Frame, handler: ast.ExceptHandler) -> None:
    """What a handler does, where an exception is at hand."""
    if handler.name is not None and _reads(handler.body, handler.name):
        caught = Op("caught", [], loc=frame.builder.loc)
        frame.builder.append(caught)
        frame.bind(handler.name, caught.new_result(OpaqueT("exception"), handler.name))
    frame.program.handling += 1
    try:
        lower_block(frame, handler.body)
    finally:
        frame.program.handling -= 1
    if handler.name is not None:
        frame.bind(handler.name, UNBOUND)


def _reads(statements: Sequence[ast.stmt], name: str) -> bool:
    """Whether an exception is used for more than being the cause of another."""
    causes = {n.cause for s in statements for n in ast.walk(s) if isinstance(n, ast.Raise)}
    names = (n for s in statements for n in ast.walk(s) if isinstance(n, ast.Name))
    return any(n.id == name and n not in causes for n in names)


def _try(
    frame: Frame, stmt: ast.Try | ast.With, block: Lower, classes: list[Class], handle: Lower
) -> Completed:
    """Lower a block, and what is done where it is interrupted; whether it was completed."""
    before = frame.state
    watch = Watch(frame, classes)
    arm = Arm(Region(), before.copy())
    frame.program.watches.append(watch)
    frame.program.catching.append(classes)
    with frame.branch(arm.region, arm.state), _watched(frame):
        block()
        arm.state = frame.state
    frame.program.catching.pop()
    frame.program.watches.pop()
    risky = [op for op in arm.region.ops if may_raise(op)]
    if not risky or not watch.noted:
        _go_on(frame, arm)
        return True
    raised = static_value(arm.state.env.get(RAISED, Static(None)))
    if isinstance(raised, type) and risky == arm.region.ops[-1:]:
        return _surely(frame, arm, raised, classes, handle)
    other = Arm(Region(), before.copy())
    with frame.branch(other.region, other.state):
        frame.state = watch.state()
        frame.share_contents()
        handle()
        other.state = frame.state
    return _joined(frame, stmt, before, (arm, other), classes)


@contextlib.contextmanager
def _watched(frame: Frame) -> Iterator[None]:
    """All `try` blocks around are told of what is emitted."""
    builder, watches = frame.builder, frame.program.watches
    outer = builder.emitted

    def tell(op: Op) -> None:
        for k, watch in enumerate(watches):
            if not any(map(watch.is_inside, watches[k + 1 :])):
                watch.emitted(op)

    builder.emitted = tell
    try:
        yield
    finally:
        builder.emitted = outer


def _go_on(frame: Frame, arm: Arm) -> None:
    """Code that nothing interrupts."""
    frame.builder.region.ops += arm.region.ops
    frame.state = arm.state
    frame.share_contents()


def _surely(frame: Frame, arm: Arm, raised: type, classes: list[Class], handle: Lower) -> Completed:
    """A block that always raises the same exception, and does nothing else that may raise."""
    caught = any(isinstance(c, type) and issubclass(raised, c) for c in classes)
    if not caught:
        _go_on(frame, arm)
        return False
    arm.region.ops.pop()
    _go_on(frame, arm)
    del frame.state.env[RAISED]
    frame.set_flags(False, SKIPPED)
    handle()
    return False


def _joined(
    frame: Frame,
    stmt: ast.Try | ast.With,
    before: State,
    arms: tuple[Arm, Arm],
    classes: list[Class],
) -> Completed:
    joiner = Joiner(frame, before, arms, stmt)
    joiner.op.attrs["catch"] = tuple(exception_name(c) for c in classes)
    joiner.op.loc = frame.builder.loc
    raising = [RAISED in arm.state.env for arm in arms]
    if all(raising):
        frame.builder.append(joiner.op)
        frame.bind(RAISED, Static(True))
        frame.set_flags(True, SKIPPED)
        return False
    joiner.cond = completed(joiner.op)
    joiner.dead = raising.index(True) if any(raising) else None
    live = _live_after(frame, stmt) | _names_of(arms, before)
    join_states(joiner, live)
    frame.builder.append(joiner.op)
    return joiner.cond if joiner.dead is None else joiner.dead == 1


def _live_after(frame: Frame, stmt: ast.Try | ast.With) -> Names:
    """The names that handlers, `else` and `finally` read, and those read afterwards."""
    after = frame.live.after.get(stmt, frozenset(frame.state.env))
    return after | frame.live.reads(stmt) | frame.loop_live


def _names_of(arms: tuple[Arm, Arm], before: State) -> Names:
    """Names that only the compiler knows; what handlers that come later read stays live."""
    names = {n for state in (before, *(arm.state for arm in arms)) for n in state.env}
    return frozenset(n for n in names if not n.isidentifier() and n != RAISED)


# Several handlers, and `else` --------------------------------------------------------------------


def _one_after_the_other(
    frame: Frame, stmt: ast.Try, handlers: list[tuple[list[Class], ast.ExceptHandler]]
) -> None:
    """Nested blocks find out what was caught; what is done then comes after them."""
    names = [f"{CAUGHT} {k} on line {stmt.lineno}>" for k in range(len(handlers))]
    for name in names:
        frame.bind(name, Static(False))

    def nested(k: int) -> None:
        if k < 0:
            lower_block(frame, stmt.body)
            return
        classes, _ = handlers[k]
        _try(frame, stmt, lambda: nested(k - 1), classes, lambda: _note(frame, names[k]))

    nested(len(handlers) - 1)
    live = _live_after(frame, stmt)

    def choose(k: int) -> None:
        if k == len(handlers):
            lower_block(frame, stmt.orelse)
            return
        caught = frame.lookup(names[k], stmt)
        _, handler = handlers[k]
        if isinstance(caught, Static):
            _later(frame, handler) if caught.value else choose(k + 1)
            return
        assert isinstance(caught, Value)
        conditional(
            frame, caught, lambda: _later(frame, handler), lambda: choose(k + 1), stmt, live
        )

    choose(0)
    for name in names:
        frame.state.env.pop(name, None)


def _note(frame: Frame, name: str) -> None:
    frame.bind(name, Static(True))


def _later(frame: Frame, handler: ast.ExceptHandler) -> None:
    """What a handler does, after the exception is gone."""
    if handler.name is not None and _reads(handler.body, handler.name):
        frame.refuse(
            handler,
            "SAD101",
            f"`{handler.name}` {READ_LATER}",
            fix="one `except` clause, or a message that does not contain the exception",
        )
    lower_block(frame, handler.body)
    if handler.name is not None:
        frame.bind(handler.name, UNBOUND)


# finally -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cleanup:
    """What is done when a block is left: at its end, and on the way of an exception.

    `interrupted` tells whether that ends the exception; `ends` whether it ever may.
    """

    usual: Lower
    interrupted: Callable[[], bool]
    ends: bool = False


def _with_finally(frame: Frame, stmt: ast.Try) -> None:
    """`finally`: done after the block, and when an exception leaves it, if anybody can tell."""
    for inner in (n for s in stmt.finalbody for n in ast.walk(s)):
        if isinstance(inner, ast.Return | ast.Break | ast.Continue):
            frame.refuse(inner, "SAD101", "`finally` is left early", fix="the exit after the `try`")

    def interrupted() -> bool:
        inside = bool(frame.program.catching)
        lower_block(frame, stmt.finalbody if inside else _seen(stmt.finalbody))
        return False

    usual = Cleanup(lambda: lower_block(frame, stmt.finalbody), interrupted)
    cleaned_up(frame, stmt, lambda: _handled(frame, stmt), usual)


def cleaned_up(frame: Frame, stmt: ast.Try | ast.With, block: Lower, cleanup: Cleanup) -> None:
    """A block, and what is done however it is left."""
    region, start = frame.builder.region, len(frame.builder.region.ops)
    before, problems = frame.state.copy(), frame.program.mark()
    done: Completed = True
    block()
    if _can_tell(frame, cleanup, region.ops[start:]):
        del region.ops[start:]
        frame.program.rewind(problems)
        frame.state = before
        frame.share_contents()
        done = _try(frame, stmt, block, [BaseException], lambda: _again(frame, cleanup))
    if RAISED in frame.state.env:
        return
    if not cleanup.ends or done is True:
        _cleanup(frame, cleanup)
    elif isinstance(done, Value):
        live = _live_after(frame, stmt)
        conditional(frame, done, lambda: _cleanup(frame, cleanup), lambda: None, stmt, live)


def _can_tell(frame: Frame, cleanup: Cleanup, ops: list[Op]) -> bool:
    """Whether the block may raise, and what is done then is more than to compute."""
    if not any(may_raise(op) for op in ops):
        return False
    if frame.program.catching or cleanup.ends:
        return True  # a handler further out sees what it assigns
    problems, scratch = frame.program.mark(), Region()
    state = frame.state.copy()
    state.env.pop(RAISED, None)
    with frame.branch(scratch, state):
        frame.set_flags(False, *FLAGS)
        cleanup.usual()
    frame.program.rewind(problems)
    return any(not (definition(op.name).pure or reads_clock(op.name)) for op in scratch.walk())


def _again(frame: Frame, cleanup: Cleanup) -> None:
    """What is done on the way of an exception, which goes on unless that has ended it."""
    if cleanup.interrupted():
        return
    effect(frame, "raise", [], {"exc": None})
    frame.bind(RAISED, Static(True))
    frame.set_flags(True, SKIPPED)


def _seen(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Statements without the assignments to names that none of the others reads."""
    kept: list[ast.stmt] = []
    read: set[str] = set()
    for stmt in reversed(statements):
        targets = stmt.targets if isinstance(stmt, ast.Assign) else []
        if isinstance(stmt, ast.AugAssign | ast.AnnAssign):
            targets = [stmt.target]
        names = [t.id for t in targets if isinstance(t, ast.Name)]
        calls = any(isinstance(n, ast.Call) for n in ast.walk(stmt))
        if names and len(names) == len(targets) and read.isdisjoint(names) and not calls:
            continue
        kept.append(stmt)
        read |= {n.id for n in ast.walk(stmt) if isinstance(n, ast.Name)}
    return kept[::-1]


def _cleanup(frame: Frame, cleanup: Cleanup) -> None:
    """What is done after the block, also where that has returned."""
    flags: dict[str, Binding] = {name: frame.state.env[name] for name in FLAGS}
    frame.set_flags(False, *FLAGS)
    cleanup.usual()
    if RAISED not in frame.state.env:
        frame.state.env.update(flags)
