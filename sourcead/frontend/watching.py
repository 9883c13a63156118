"""What an interrupted block leaves behind: the state at each place where it may raise.

A handler sees the names as they were when the exception was raised. A name or an object that is
the same at every such place is what it is then; any other is half computed.
"""

from __future__ import annotations

import ast
from typing import Any

from sourcead.frontend.bindings import (
    FLAGS,
    HALF,
    RAISED,
    RETURN,
    UNBOUND,
    Binding,
    Cell,
    Content,
    Lost,
    Maybe,
    State,
    Static,
)
from sourcead.frontend.frame import Frame, Handler
from sourcead.ir.attempts import may_raise
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value

# Methods that change a container; as a whole statement, after their arguments are evaluated.
CHANGING = (
    "append", "extend", "insert", "pop", "update", "setdefault", "clear", "sort", "reverse",
    "add", "discard", "remove",
)  # fmt: skip
INTERRUPTED = Lost(
    "was being written when a `try` block was interrupted",
    "writes to a `.copy()`, which the last statement of the block assigns",
)
OWN = (*FLAGS, RETURN, RAISED)


class Watch:
    """The states in which the block of one `try` may be interrupted."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.before = frame.state.copy()
        self.names: dict[str, Binding] = {}
        self.lost: set[Cell] = set()
        self.noted = False

    def here(self, current: Frame) -> None:
        """The block may be interrupted here."""
        self.note(self.frame.state.env, current.state.contents)

    def note(self, env: dict[str, Binding], contents: dict[Cell, Content]) -> None:
        """The block may be interrupted where this is its state."""
        for name in dict.fromkeys((*self.before.env, *env, *self.names)):
            now = env.get(name, UNBOUND)
            known = self.names.get(name, now if not self.noted else UNBOUND)
            self.names[name] = known if _same(now, known) else HALF
        self.noted = True
        before = self.before.contents
        self.lost |= {c for c, old in before.items() if contents.get(c) is not old}

    def state(self) -> State:
        """The state in which the handler begins. Values of the block are none of it."""
        found = self.before.copy()
        for name, binding in self.names.items():
            if name in OWN or binding is self.before.env.get(name, UNBOUND):
                continue
            if isinstance(binding, Value):
                binding = self._literal(binding)
            elif not isinstance(binding, Static):
                binding = HALF
            found.env[name] = binding
        for cell in self.lost & found.contents.keys():
            found.contents[cell] = INTERRUPTED
        return found

    def _literal(self, value: Value) -> Binding:
        """A number that is known, to be written again in the handler."""
        known = constant(value)
        return HALF if known is MISSING else self.frame.const(known)


def _same(a: Binding, b: Binding) -> bool:
    if a is b or (isinstance(a, Static) and a == b):
        return True
    if isinstance(b, Maybe) and a is b.binding:
        return True  # it has been read: nothing was assigned
    if isinstance(a, Value) and isinstance(b, Value):
        x, y = constant(a), constant(b)
        return x is not MISSING and type(x) is type(y) and repr(x) == repr(y)
    return False


def watched(frame: Frame, stmt: ast.stmt, handler: Handler) -> None:
    """Lower a statement inside a `try`, and note the state before it if it may raise."""
    watches = frame.program.watches
    if not _is_simple(stmt):
        for watch in watches:
            watch.here(frame)
        handler(frame, stmt)
        return
    region, start = frame.builder.region, len(frame.builder.region.ops)
    names = [dict(watch.frame.state.env) for watch in watches]
    contents = dict(frame.state.contents)
    outer, frame.program.stored = frame.program.stored, None
    handler(frame, stmt)
    stored, frame.program.stored = frame.program.stored, outer
    noted = frame.program.noted
    risky = [op for op in region.ops[start:] if _is_new(op, noted)]
    if not risky:
        return
    noted.update(risky)
    if stored is None:
        stored = contents if _changes_last(stmt) else frame.state.contents
    for watch, env, classes in zip(watches, names, frame.program.catching, strict=True):
        if any(_concerns(op, classes) for op in risky):
            watch.note(env, contents)
            watch.note(env, stored)


def _concerns(op: Op, classes: list[Any]) -> bool:
    """Whether what an operation may raise may be one of these exceptions.

    Only a `raise` and what is called ever stop an iteration.
    """
    if not all(isinstance(cls, type) and issubclass(cls, StopIteration) for cls in classes):
        return True
    if op.regions:
        inside = (inner for region in op.regions for inner in region.ops)
        return any(may_raise(inner) and _concerns(inner, classes) for inner in inside)
    known = op.name == "raise" and isinstance(op.attrs["exc"], str)
    return op.attrs["exc"] == "StopIteration" if known else op.name in ("call", "effect", "raise")


def _is_new(op: Op, noted: set[Op]) -> bool:
    """Whether an operation may raise where no statement of a function called here has said so."""
    if not may_raise(op) or op in noted:
        return False
    inside = [inner for region in op.regions for inner in region.ops]
    risky = [inner for inner in inside if may_raise(inner)]
    return not risky or any(_is_new(inner, noted) for inner in risky)


def before_store(frame: Frame) -> None:
    """An assignment has evaluated its right side, and is about to store."""
    if frame.program.watches:
        frame.program.stored = dict(frame.state.contents)


def _is_simple(stmt: ast.stmt) -> bool:
    return not isinstance(stmt, ast.For | ast.While | ast.With | ast.Try | ast.Match)


def _changes_last(stmt: ast.stmt) -> bool:
    """Whether what a statement changes, it changes after all that may raise in it."""
    outermost = stmt.value if isinstance(stmt, ast.Expr) else None
    return not any(
        isinstance(node, ast.Call)
        and node is not outermost
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CHANGING
        for node in ast.walk(stmt)
    )
