"""`try` blocks taken statement by statement, so that it is known how far an interrupted one came.

    try:                    interrupted = False
        a = f(x)            try:
        b = g(a)                try: a = f(x)
    except E: ...               except E: interrupted = True
                                if not interrupted:
                                    try: b = g(a)
                                    except E: interrupted = True
                            except E: interrupted = True
                            if interrupted: ...

What a handler, or what comes afterwards, reads is then known after each statement. The outer block
stays for what no statement of the inner ones holds: the header of a loop, a condition.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from sourcead.frontend.source import FunctionNode, FunctionSource
from sourcead.frontend.trees import copied, walk

Node = TypeVar("Node", bound=ast.AST)
# Longer blocks would be nested too deeply.
MOST_STATEMENTS = 24
# What is iterated over once it is made, without anything that reads later.
MADE = (ast.List, ast.Tuple, ast.BinOp, ast.Subscript)
# What raises nothing, or is left to the outer block.
UNGUARDED = (
    ast.Break, ast.Continue, ast.Pass, ast.Global, ast.Nonlocal, ast.FunctionDef, ast.ClassDef,
)  # fmt: skip


def stepped(source: FunctionSource) -> FunctionSource:
    """A function whose `try` blocks are taken statement by statement."""
    return replace(source, node=_stepped(source.node))


@lru_cache(maxsize=256)
def _stepped(node: FunctionNode) -> FunctionNode:
    if not any(isinstance(inner, ast.Try) for inner in walk(node)):
        return node
    taken = {inner.id for inner in walk(node) if isinstance(inner, ast.Name)}
    made: FunctionNode = _Stepping(taken).visit(copied(node))
    return made


class _Stepping(ast.NodeTransformer):
    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        # The outer blocks of statements that have been taken apart already.
        self.outer: set[ast.Try] = set()

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if not node.handlers or not _can_step(node):
            return node
        name = "interrupted"
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        made = _Steps(node, name, self.outer).statements()
        if not node.finalbody:
            return made
        return _at(node, ast.Try(body=made, handlers=[], orelse=[], finalbody=node.finalbody))


def _can_step(node: ast.Try) -> bool:
    """Whether nothing is raised again, and the block is short and no part of a generator."""
    inside = [inner for stmt in node.body for inner in walk(stmt)]
    if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in inside):
        return False
    if sum(isinstance(inner, ast.stmt) for inner in inside) > MOST_STATEMENTS:
        return False
    return not any(map(_raises_again, node.handlers))


def _raises_again(handler: ast.ExceptHandler) -> bool:
    inside = (n for stmt in handler.body for n in walk(stmt))
    return any(isinstance(inner, ast.Raise) and inner.exc is None for inner in inside)


def _reads(handler: ast.ExceptHandler) -> bool:
    """Whether a handler reads the exception."""
    inside = (n for stmt in handler.body for n in walk(stmt))
    return any(isinstance(inner, ast.Name) and inner.id == handler.name for inner in inside)


class _Steps:
    """The steps of one `try` statement; `name` says by which handler it was interrupted."""

    def __init__(self, node: ast.Try, name: str, outer: set[ast.Try]) -> None:
        self.node = node
        self.name = name
        self.outer = outer
        self.several = len(node.handlers) > 1
        self.made = 0
        self.blocks: list[ast.Try] = []

    def statements(self) -> list[ast.stmt]:
        node = self.node
        after: Sequence[ast.stmt] = node.orelse
        for k in range(len(node.handlers), 0, -1):
            body = self._handled(node.handlers[k - 1])
            after = [self._if(node, self._is(node, k), body, after)]
        steps = self._block(node.body)
        self.blocks.clear()
        block = self._guarded(node, steps)
        self.outer.update(self.blocks)
        return [self._set(node, 0), block, *after]

    def _handled(self, handler: ast.ExceptHandler) -> list[ast.stmt]:
        """What a handler does, after the exception; its name is unbound then."""
        if handler.name is None:
            return handler.body
        error = _at(handler, ast.Name(self._error, ast.Load()))
        bind = self._assign(handler, handler.name, error) if _reads(handler) else None
        none = self._assign(handler, handler.name, _at(handler, ast.Constant(None)))
        gone = _at(handler, ast.Delete([_at(handler, ast.Name(handler.name, ast.Del()))]))
        unbind = [none, gone]
        return [*unbind, *handler.body] if bind is None else [bind, *handler.body, *unbind]

    @property
    def _error(self) -> str:
        return f"{self.name}_by"

    def _assign(self, at: ast.AST, name: str, value: ast.expr) -> ast.stmt:
        target = _at(at, ast.Name(name, ast.Store()))
        return _at(at, ast.Assign(targets=[target], value=value))

    def _block(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Statements, each of which is done if those before it were not interrupted."""
        made: list[ast.stmt] = []
        statements = [*statements]
        while statements:
            first, *rest = self._apart(statements.pop(0)) + statements
            statements = rest
            made.append(self._step(first))
            if rest and not isinstance(first, UNGUARDED):
                unless = self._is(first, 0)
                return [*made, self._if(rest[0], unless, self._block(rest), [])]
        return made

    def _apart(self, stmt: ast.stmt) -> list[ast.stmt]:
        """What a statement evaluates first, as a statement of its own."""
        if isinstance(stmt, ast.For) and isinstance(stmt.iter, MADE):
            first, stmt.iter = self._named(stmt.iter)
        elif isinstance(stmt, ast.If) and not _is_plain(stmt.test):
            first, stmt.test = self._named(stmt.test)
        else:
            return [stmt]
        return [first, stmt]

    def _named(self, value: ast.expr) -> tuple[ast.stmt, ast.expr]:
        """A statement that gives a value a name, and the name."""
        self.made += 1
        name = f"{self.name}_{self.made}"
        return self._assign(value, name, value), _at(value, ast.Name(name, ast.Load()))

    def _step(self, stmt: ast.stmt) -> ast.stmt:
        if isinstance(stmt, UNGUARDED):
            return stmt
        if isinstance(stmt, ast.If):
            return self._if(stmt, stmt.test, self._block(stmt.body), self._block(stmt.orelse))
        if isinstance(stmt, ast.For | ast.While):
            leave = self._if(stmt, self._was(stmt), [_at(stmt, ast.Break())], [])
            stmt.body = [*self._block(stmt.body), leave]
            stmt.orelse = self._block(stmt.orelse)
            return stmt
        if stmt in self.outer:
            # Its own steps come first: they stand inside those that are made here.
            assert isinstance(stmt, ast.Try)
            stmt.body = self._block(stmt.body)
            return stmt
        return self._guarded(stmt, [stmt])

    def _guarded(self, at: ast.stmt, body: list[ast.stmt]) -> ast.Try:
        """Statements whose interruption is noted: a block for each handler, the first inside."""
        for k, handler in enumerate(self.node.handlers):
            noting = self._noting(at, k + 1, handler)
            block = _at(at, ast.Try(body=body, handlers=[noting], orelse=[], finalbody=[]))
            self.blocks.append(block)
            body = [block]
        return block

    def _noting(self, at: ast.AST, k: int, handler: ast.ExceptHandler) -> ast.ExceptHandler:
        """A handler that notes that it was reached, and the exception where that is read."""
        name, body = None, [self._set(at, k)]
        if _reads(handler):
            name = f"{self._error}_{k}"
            caught = _at(at, ast.Name(name, ast.Load()))
            body.append(self._assign(at, self._error, caught))
        return _at(at, ast.ExceptHandler(copied(handler.type), name, body))

    def _set(self, at: ast.AST, k: int) -> ast.stmt:
        return self._assign(at, self.name, _at(at, ast.Constant(k if self.several else bool(k))))

    def _is(self, at: ast.stmt, k: int) -> ast.expr:
        read = _at(at, ast.Name(self.name, ast.Load()))
        if self.several:
            number = _at(at, ast.Constant(k))
            return _at(at, ast.Compare(left=read, ops=[ast.Eq()], comparators=[number]))
        return read if k else _at(at, ast.UnaryOp(op=ast.Not(), operand=read))

    def _was(self, at: ast.stmt) -> ast.expr:
        return _at(at, ast.UnaryOp(op=ast.Not(), operand=self._is(at, 0)))

    def _if(
        self, at: ast.stmt, test: ast.expr, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt]
    ) -> ast.stmt:
        return _at(at, ast.If(test=test, body=[*body], orelse=[*orelse]))


def _is_plain(node: ast.expr) -> bool:
    """Whether evaluating something again, or later, makes no difference."""
    if isinstance(node, ast.UnaryOp):
        return _is_plain(node.operand)
    return isinstance(node, ast.Name | ast.Constant | ast.Lambda)


def _at(where: ast.AST, made: Node) -> Node:
    return ast.copy_location(made, where)
