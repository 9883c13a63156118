"""Generator functions: the body of the loop that consumes one stands where it yields.

The generator's body is lowered in line; at each `yield` the loop's target takes the value, and the
loop's body follows. Variables that the loop's body assigns belong to another function than the
loops around it do, and live in boxes meanwhile, as do those that nested functions rebind.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import (
    FLAGS,
    RETURN,
    RETURNED,
    SKIPPED,
    STOPPED,
    UNBOUND,
    Binding,
    Box,
    Cell,
    Conflict,
    Items,
    ListItems,
    Lost,
    State,
    Static,
)
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.iterators import Generated
from sourcead.frontend.join import conditional
from sourcead.frontend.liveness import own_nodes, stored_names
from sourcead.frontend.sharing import reachable_cells
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statements import lower_block
from sourcead.frontend.trees import copied
from sourcead.ir.core import Value


@dataclass(frozen=True, eq=False)
class Consumer:
    """The loop that takes what a generator yields.

    `left` and `returned` hold whether it has been left, and whether by `return`; `count` the number
    of the next turn, if anybody wants it. `resumes`: the generator goes on although the loop was
    left, and sees its exceptions, as that of a `with` does.
    """

    frame: Frame
    node: ast.For
    left: Cell
    returned: Cell
    count: Cell | None
    resumes: bool = False


@lru_cache(maxsize=512)
def generates(node: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a function is a generator function."""
    return yields(node)


def yields(node: ast.AST) -> bool:
    """Whether a node yields, not counting the functions inside it."""
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(node))


# Consumption -----------------------------------------------------------------------------------


def consume(
    frame: Frame,
    node: ast.For,
    made: Generated,
    count: Binding | None = None,
    resumes: bool = False,
) -> None:
    """Lower a loop over what a generator yields; `count` numbers it, `resumes`: see `Consumer`."""
    path = (*frame.path, node)
    inner = Frame(frame.program, _plain(made.source), frame.builder, frame, path)
    inner.captured = made.captured
    if not resumes:
        _outside_try(inner)
    depth = len(frame.guests)
    own = [f"<left {depth}>", f"<gone {depth}>", f"<count {depth}>"]
    left, returned = (_boxed(frame, name, Static(False)) for name in own[:2])
    counter = None if count is None else _boxed(frame, own[2], count)
    if counter is None:
        own.pop()
    bound, updated = stored_names([node.target, *node.body])
    for name in (*sorted(bound | updated), RETURN):
        if not isinstance(frame.state.env.get(name), Box):
            _boxed(frame, name, frame.state.env.get(name, UNBOUND))
            own.append(name)
    for name, binding in zip(made.names, made.parts, strict=True):
        inner.bind(name, binding)
    inner.consumer = Consumer(frame, node, left, returned, counter, resumes)
    outer, frame.loop_live = frame.loop_live, frozenset(frame.state.env)
    loc = frame.builder.loc
    frame.guests.append(inner)
    try:
        definition = inner.source.node
        assert isinstance(definition, ast.FunctionDef)
        lower_block(inner, definition.body)
    finally:
        frame.guests.pop()
        frame.loop_live = outer
        frame.builder.loc = loc
    frame.state.contents = inner.state.contents
    frame.share_contents()
    gone, stopped = _content(frame, returned), _content(frame, left)
    for name in own:
        _unboxed(frame, name)
    if frame.state.env[RETURN] is UNBOUND:
        del frame.state.env[RETURN]
    frame.state.env.update(dict.fromkeys(FLAGS, gone))
    if node.orelse:
        _otherwise(frame, node, stopped)


def _outside_try(frame: Frame) -> None:
    """An exception of the loop's body is none of the generator's, whose `try` does not see it."""
    attempts = (n for n in own_nodes(frame.source.node) if isinstance(n, ast.Try))
    inside = (n for attempt in attempts for stmt in attempt.body for n in (stmt, *own_nodes(stmt)))
    found = [n for n in inside if isinstance(n, ast.Yield | ast.YieldFrom)]
    if found:
        frame.refuse(
            min(found, key=lambda n: n.lineno), "SAD101", "`yield` inside a `try`",
            "what the loop raises that takes the value would be caught here",
            "the `yield` after the `try`, of what it has assigned",
        )  # fmt: skip


def _otherwise(frame: Frame, node: ast.For, stopped: Binding) -> None:
    """The `else` of a loop that has not been left."""

    def orelse() -> None:
        frame.set_flags(False, *FLAGS)
        lower_block(frame, node.orelse)

    if stopped == Static(False):
        lower_block(frame, node.orelse)
    elif isinstance(stopped, Value):
        live = frame.live.after[node] | frame.loop_live
        conditional(frame, stopped, lambda: None, orelse, node, live)


def _boxed(frame: Frame, name: str, binding: Binding) -> Cell:
    cell = frame.new_cell(ListItems((binding,)), name if name.isidentifier() else "")
    frame.state.env[name] = Box(cell)
    return cell


def _unboxed(frame: Frame, name: str) -> None:
    box = frame.state.env[name]
    assert isinstance(box, Box)
    content = frame.state.contents.pop(box.cell)
    held = content.items[0] if isinstance(content, ListItems) else None
    what = content.what if isinstance(content, Lost) else "is not known"
    frame.state.env[name] = Conflict(what) if held is None else held


def _content(frame: Frame, cell: Cell) -> Binding:
    content = frame.state.contents[cell]
    assert isinstance(content, ListItems)
    return content.items[0]


@expression(ast.Yield)
def yield_expression(frame: Frame, node: ast.Yield) -> Binding:
    """The body of the loop that consumes what is yielded."""
    consumer, statement = frame.consumer, frame.statement
    if consumer is None or not isinstance(statement, ast.Expr) or statement.value is not node:
        frame.refuse(
            node,
            "SAD101",
            "`yield` whose value is used" if consumer is not None else "a generator is returned",
            fix="a loop that takes what is yielded, and sends nothing back",
        )
    value: Binding = Static(None) if node.value is None else frame.expr(node.value)
    for cell in reachable_cells(frame, [value]):
        frame.program.yielded.setdefault(cell, frame.state.contents.get(cell))
    outer = consumer.frame
    before = outer.state
    outer.state = State(
        dict(before.env), frame.state.contents, dict(frame.state.reads),
        outcomes=dict(frame.state.outcomes),
    )  # fmt: skip
    if consumer.count is not None:
        value = Items((_counted(outer, consumer.count), value))
    assign(outer, consumer.node.target, value)
    lower_block(outer, consumer.node.body)
    stopped = outer.flag(STOPPED)
    if stopped is not False:
        for flag, cell in ((STOPPED, consumer.left), (RETURNED, consumer.returned)):
            outer.state.contents[cell] = ListItems((outer.state.env[flag],))
    frame.state.contents = outer.state.contents
    outer.state = before
    frame.share_contents()
    if stopped is not False and not consumer.resumes:
        left = stopped if isinstance(stopped, Value) else Static(True)
        for flag in (RETURNED, STOPPED, SKIPPED):
            frame.state.env[flag] = left
    return Static(None)


def _counted(frame: Frame, cell: Cell) -> Binding:
    number = _content(frame, cell)
    assert isinstance(number, Value)
    frame.state.contents[cell] = ListItems((frame.op("add", [number, frame.const(1)]),))
    return number


# `yield from` ------------------------------------------------------------------------------------


class _Plain(ast.NodeTransformer):
    """`yield from xs` as a loop over `xs`; no `yield` inside a `try` where it can be after it."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        if not isinstance(node.value, ast.YieldFrom):
            return node
        item = "<item>"
        body = ast.Expr(ast.Yield(ast.Name(item, ast.Load())))
        loop = ast.For(ast.Name(item, ast.Store()), node.value.value, [body], [])
        return _placed(loop, node)

    def visit_Try(self, node: ast.Try) -> ast.stmt:
        """The value is made inside the `try`; what the loop does with it is no part of that."""
        self.generic_visit(node)
        *before, last = node.body
        plain = isinstance(last, ast.Expr) and isinstance(last.value, ast.Yield)
        if plain and not node.orelse and not node.finalbody and not any(map(yields, before)):
            assert isinstance(last, ast.Expr)
            assert isinstance(last.value, ast.Yield)
            made = last.value.value or ast.Constant(None)
            assigned = ast.Assign([ast.Name("<made>", ast.Store())], made)
            yielded = ast.Expr(ast.Yield(ast.Name("<made>", ast.Load())))
            node.body = [*before, _placed(assigned, last)]
            node.orelse = [_placed(yielded, last)]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node


def _placed(made: ast.stmt, node: ast.AST) -> ast.stmt:
    """A statement that stands for what is written elsewhere."""
    for inner in ast.walk(made):
        if isinstance(inner, ast.stmt | ast.expr) and not hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    return made


def _plain(source: FunctionSource) -> FunctionSource:
    node = _without_delegation(source.node)
    return FunctionSource(
        source.name, node, source.file, source.lines, source.line_offset, source.scope
    )


@lru_cache(maxsize=512)
def _without_delegation(node: ast.FunctionDef) -> ast.FunctionDef:
    if not any(isinstance(n, ast.YieldFrom | ast.Try) for n in own_nodes(node)):
        return node
    new: ast.FunctionDef = copied(node)
    new.body = [_Plain().visit(stmt) for stmt in new.body]
    return new
