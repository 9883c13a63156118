"""List comprehensions: element by element where they are known, else a loop that appends."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import Binding, Cell, DictItems, ListItems
from sourcead.frontend.conditions import condition
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.iteration import known_items
from sourcead.frontend.memory import bind_value
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import inline
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value

LONGEST = 16
LONGEST_RANGE = 4


@expression(ast.ListComp, ast.GeneratorExp)
def list_comprehension(frame: Frame, node: ast.ListComp | ast.GeneratorExp) -> Binding:
    found: list[Binding] = []

    def add() -> None:
        item = frame.expr(node.elt)
        found.append(bind_value(frame, item) if isinstance(item, Value) else item)

    if _is_short(node) and _unrolled(frame, node.generators, add):
        cell = Cell()
        frame.state.contents[cell] = ListItems(tuple(found))
        return cell
    return _as_loop(frame, node)


@expression(ast.DictComp)
def dict_comprehension(frame: Frame, node: ast.DictComp) -> Binding:
    found: dict[object, Binding] = {}

    def add() -> None:
        key = static_value(frame.expr(node.key))
        if key is MISSING:
            frame.refuse(node.key, "SAD108", "the keys of a dict must be known")
        value = frame.expr(node.value)
        found[key] = bind_value(frame, value) if isinstance(value, Value) else value

    if not _unrolled(frame, node.generators, add):
        frame.refuse(node, "SAD108", "the keys of a dict must be known")
    cell = Cell()
    frame.state.contents[cell] = DictItems(found)
    return cell


def _unrolled(
    frame: Frame, generators: list[ast.comprehension], body: Callable[[], None]
) -> bool:
    """Run `body` for each element; False (and nothing done) where elements are not known."""
    outer = dict(frame.state.env)
    emitted = len(frame.builder.region.ops)
    done = _generators(frame, generators, body)
    for name in [n for n in frame.state.env if n not in outer]:
        del frame.state.env[name]
    frame.state.env.update({n: b for n, b in outer.items() if not n.startswith("<")})
    if not done:
        del frame.builder.region.ops[emitted:]
    return done


def _generators(
    frame: Frame, generators: list[ast.comprehension], body: Callable[[], None]
) -> bool:
    if not generators:
        body()
        return True
    first, *rest = generators
    items = known_items(frame, frame.expr(first.iter), first.iter)
    if items is None or len(items) > LONGEST:
        return False
    for item in items:
        assign(frame, first.target, item)
        conditions = [condition(frame, test) for test in first.ifs]
        if any(isinstance(c, Value) for c in conditions):
            return False
        if all(conditions) and not _generators(frame, rest, body):
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


def _as_loop(frame: Frame, node: ast.ListComp | ast.GeneratorExp) -> Binding:
    """The comprehension as a function of its own: a loop that appends to a list."""
    program = frame.program
    function = program.comprehensions.get(node)
    if function is None:
        function = program.comprehensions[node] = _as_function(node)
        text = program.statement_text(frame.source, frame.statement)
        program.texts.update({n: text for n in ast.walk(function) if isinstance(n, ast.stmt)})
    source = FunctionSource(
        "<listcomp>", function, frame.source.file, frame.source.lines,
        frame.source.line_offset, frame.source.scope,
    )  # fmt: skip
    return inline(frame, source, {}, node, captured=frame)


def _as_function(node: ast.ListComp | ast.GeneratorExp) -> ast.FunctionDef:
    result = "<list>"
    append = ast.Expr(
        ast.Call(
            ast.Attribute(ast.Name(result, ast.Load()), "append", ast.Load()), [node.elt], []
        )
    )
    body: ast.stmt = append
    for generator in reversed(node.generators):
        for test in reversed(generator.ifs):
            body = ast.If(test, [body], [])
        body = ast.For(generator.target, generator.iter, [body], [])
    start = ast.Assign([ast.Name(result, ast.Store())], ast.List([], ast.Load()))
    end = ast.Return(ast.Name(result, ast.Load()))
    function = ast.FunctionDef(
        "<listcomp>",
        ast.arguments([], [], None, [], [], None, []),
        [start, body, end],
        [],
        lineno=node.lineno,
        col_offset=node.col_offset,
    )
    for inner in ast.walk(function):
        if not hasattr(inner, "lineno") and isinstance(inner, ast.stmt | ast.expr):
            ast.copy_location(inner, node)
    return function
