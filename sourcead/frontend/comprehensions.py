"""Comprehensions: element by element where they are known, else a loop that appends or adds."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.frontend.alternatives import NotKnown, lower_either
from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import Binding, Cell, DictItems
from sourcead.frontend.conditions import condition
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.iteration import known_items
from sourcead.frontend.join import TOTAL
from sourcead.frontend.memory import bind_value
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statics import static_value
from sourcead.frontend.turns import changes, containers, refuse_changes
from sourcead.frontend.unrolling import MOST_TURNS
from sourcead.frontend.user_calls import inline
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value

LONGEST = 16
LONGEST_RANGE = 4


@expression(ast.ListComp, ast.GeneratorExp)
def list_comprehension(frame: Frame, node: ast.ListComp | ast.GeneratorExp) -> Binding:
    return known_list(frame, node) or loop_or_list(
        frame, node, lambda: _as_loop(frame, node, _appending(node), {}), lambda cell: cell
    )


def loop_or_list(
    frame: Frame,
    node: ast.ListComp | ast.GeneratorExp,
    loop: Callable[[], Binding],
    use: Callable[[Cell], Binding],
) -> Binding:
    """A comprehension as a loop, or else the use of its elements, if they are known."""
    found: list[Binding] = []

    def written_out() -> None:
        cell = known_list(frame, node, MOST_TURNS)
        if cell is None:
            raise NotKnown
        found[:] = [use(cell)]

    def as_loop() -> None:
        found[:] = [loop()]

    lower_either(frame, as_loop, written_out, lambda: False)
    return found[0]


def known_list(
    frame: Frame, node: ast.ListComp | ast.GeneratorExp, longest: int = 0
) -> Cell | None:
    """The list of a comprehension over few elements that are known; None for any other.

    It may be as long as `longest`, where that is given.
    """
    found: list[Binding] = []

    def add() -> None:
        item = frame.expr(node.elt)
        found.append(bind_value(frame, item) if isinstance(item, Value) else item)

    if not longest and not _is_short(node):
        return None
    if not _unrolled(frame, node.generators, add, longest or LONGEST):
        return None
    return frame.new_list(found)


def added_up(
    frame: Frame, node: ast.GeneratorExp, start: Binding, add: Callable[[Cell], Binding]
) -> Binding:
    """`sum(... for ...)`: each element is added when it is there, as Python does.

    `add` adds up elements that are known, which is done where there can be no loop.
    """
    return loop_or_list(
        frame, node, lambda: _as_loop(frame, node, _adding(node), {TOTAL: start}), add
    )


@expression(ast.DictComp)
def dict_comprehension(frame: Frame, node: ast.DictComp) -> Binding:
    found: dict[object, Binding] = {}

    def add() -> None:
        key = static_value(frame.expr(node.key))
        if key is MISSING:
            frame.refuse(node.key, "SAD108", "the keys of a dict must be known")
        value = frame.expr(node.value)
        found[key] = bind_value(frame, value) if isinstance(value, Value) else value

    with frame.program.written_out():
        done = _unrolled(frame, node.generators, add, MOST_TURNS)
    if not done:
        frame.refuse(node, "SAD108", "the keys of a dict must be known")
    return frame.new_cell(DictItems(found))


def _unrolled(
    frame: Frame, generators: list[ast.comprehension], body: Callable[[], None], longest: int
) -> bool:
    """Run `body` for each element; False (and nothing done) where elements are not known."""
    outer = dict(frame.state.env)
    emitted = len(frame.builder.region.ops)
    done = _generators(frame, generators, body, longest)
    for name in [n for n in frame.state.env if n not in outer]:
        del frame.state.env[name]
    frame.state.env.update({n: b for n, b in outer.items() if not n.startswith("<")})
    if not done:
        del frame.builder.region.ops[emitted:]
    return done


def _generators(
    frame: Frame, generators: list[ast.comprehension], body: Callable[[], None], longest: int
) -> bool:
    if not generators:
        body()
        return True
    first, *rest = generators
    iterable = frame.expr(first.iter)
    items = known_items(frame, iterable, first.iter)
    if items is None or len(items) > longest:
        return False
    lists = [part for part in containers(frame, iterable) if isinstance(part, Cell)]
    before = dict(frame.state.contents)
    for item in items:
        if changes(frame, lists, before, frame.state.contents):
            refuse_changes(frame, first)
        assign(frame, first.target, item)
        conditions = [condition(frame, test) for test in first.ifs]
        if any(isinstance(c, Value) for c in conditions):
            return False
        if all(conditions) and not _generators(frame, rest, body, longest):
            return False
    return True


def _is_short(node: ast.ListComp | ast.GeneratorExp) -> bool:
    """Elements are written out where they are code, or not counted by a long range."""
    if any(isinstance(n, ast.Lambda) for n in ast.walk(node.elt)):
        return True
    for generator in node.generators:
        match generator.iter:
            case ast.Call(func=ast.Name(id="range"), args=[*_, ast.Constant(value=int(n))]):
                if n > LONGEST_RANGE:
                    return False
    return True


def _as_loop(
    frame: Frame,
    node: ast.ListComp | ast.GeneratorExp,
    statements: list[ast.stmt],
    bound: dict[str, Binding],
) -> Binding:
    """The comprehension as a function of its own."""
    program = frame.program
    function = program.comprehensions.get(node)
    if function is None:
        function = program.comprehensions[node] = _as_function(node, statements)
        text = program.statement_text(frame.source, frame.statement)
        program.texts.update({n: text for n in ast.walk(function) if isinstance(n, ast.stmt)})
    source = FunctionSource(
        "<listcomp>", function, frame.source.file, frame.source.lines,
        frame.source.line_offset, frame.source.scope,
    )  # fmt: skip
    return inline(frame, source, bound, node, captured=frame)


LIST = "<list>"


def _appending(node: ast.ListComp | ast.GeneratorExp) -> list[ast.stmt]:
    append = ast.Attribute(ast.Name(LIST, ast.Load()), "append", ast.Load())
    start = ast.Assign([ast.Name(LIST, ast.Store())], ast.List([], ast.Load()))
    loop = _nest(node, ast.Expr(ast.Call(append, [node.elt], [])))
    return [start, loop, ast.Return(ast.Name(LIST, ast.Load()))]


def _adding(node: ast.GeneratorExp) -> list[ast.stmt]:
    total = ast.BinOp(ast.Name(TOTAL, ast.Load()), ast.Add(), node.elt)
    loop = _nest(node, ast.Assign([ast.Name(TOTAL, ast.Store())], total))
    return [loop, ast.Return(ast.Name(TOTAL, ast.Load()))]


def _nest(node: ast.ListComp | ast.GeneratorExp, body: ast.stmt) -> ast.stmt:
    """The loops of a comprehension around a statement."""
    for generator in reversed(node.generators):
        for test in reversed(generator.ifs):
            body = ast.If(test, [body], [])
        body = ast.For(generator.target, generator.iter, [body], [])
    return body


def _as_function(
    node: ast.ListComp | ast.GeneratorExp, statements: list[ast.stmt]
) -> ast.FunctionDef:
    function = ast.FunctionDef(
        "<listcomp>",
        ast.arguments([], [], None, [], [], None, []),
        statements,
        [],
        lineno=node.lineno,
        col_offset=node.col_offset,
    )
    for inner in ast.walk(function):
        if not hasattr(inner, "lineno") and isinstance(inner, ast.stmt | ast.expr):
            ast.copy_location(inner, node)
    return function
