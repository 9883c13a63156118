"""Comprehensions: element by element where they are known, else a loop that appends or adds."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.frontend.alternatives import NotKnown, lower_either
from sourcead.frontend.assign import assign
from sourcead.frontend.bindings import Binding, Cell, DictItems
from sourcead.frontend.conditions import condition
from sourcead.frontend.frame import Frame, Poisoned, expression
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iterators import Generated, Lazy, begin_beside, new_iterator, read_now
from sourcead.frontend.join import TOTAL
from sourcead.frontend.liveness import run_later, stored_names, walrus_names
from sourcead.frontend.memory import named
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statics import static_value
from sourcead.frontend.turns import in_turn
from sourcead.frontend.unrolling import MOST_TURNS
from sourcead.frontend.user_calls import inline
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value

Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp
LONGEST = 16
LONGEST_RANGE = 4


@expression(ast.ListComp)
def list_comprehension(frame: Frame, node: ast.ListComp | ast.GeneratorExp) -> Binding:
    return known_list(frame, node) or loop_or_list(
        frame, node, lambda: _as_loop(frame, node, _appending(node), {}), lambda cell: cell
    )


@expression(ast.GeneratorExp)
def generator_expression(frame: Frame, node: ast.GeneratorExp) -> Binding:
    """Its first iterable is evaluated now, everything else when it is taken from."""
    first, *rest = node.generators
    iterable = frame.expr(first.iter)
    program = frame.program
    function = program.comprehensions.get(node)
    if function is None:
        given = ast.copy_location(ast.Name(GIVEN, ast.Load()), first.iter)
        begun = ast.comprehension(first.target, given, first.ifs, 0)
        inner = ast.copy_location(ast.GeneratorExp(node.elt, [begun, *rest]), node)
        function = _as_function(inner, [_nest(inner, ast.Expr(ast.Yield(node.elt)))])
        function.name, function.args.args = "<genexpr>", [ast.arg(GIVEN)]
        program.comprehensions[node], program.inner_expressions[function] = function, inner
        _give_texts(frame, function)
    source = _source_of(frame, function)
    steps = Generated("generator", (iterable,), source, (GIVEN,), frame)
    statement = frame.statement

    def at_once(consumer: Frame, at: ast.AST) -> Binding:
        inner = Frame(program, source, consumer.builder, consumer, (*consumer.path, node))
        inner.captured, inner.statement = frame, statement
        inner.bind(GIVEN, iterable)
        found: Binding = list_comprehension(inner, program.inner_expressions[function])
        consumer.state.contents = inner.state.contents
        consumer.share_contents()
        return found

    return new_iterator(frame, Lazy("lazy", (iterable,), at_once, steps), node)


# What a generator expression was given to run over.
GIVEN = "<given>"


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
    scope = _scope_of(frame, node, [node.elt])

    def add() -> None:
        item = scope.expr(node.elt)
        found.append(named(frame, item))

    if not longest and not _is_short(node):
        return None
    if not _unrolled(frame, scope, node, add, longest or LONGEST):
        return None
    return frame.new_list(found)


def _scope_of(frame: Frame, node: Comprehension, made: list[ast.expr]) -> Frame:
    """The frame for the names of a comprehension: its own, where functions can tell.

    Those made in it see its names as they are in the end, all others those around it.
    """
    bound, _ = stored_names([generator.target for generator in node.generators])
    functions = any(any(run_later(ast.Expr(part))) for part in made)
    if not functions and frame.live.always.isdisjoint(bound):
        return frame
    source = _source_of(frame, _as_function(node, []))
    inner = Frame(frame.program, source, frame.builder, frame, (*frame.path, node))
    inner.captured = frame
    return inner


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

    scope = _scope_of(frame, node, [node.key, node.value])

    def add() -> None:
        key = static_value(scope.expr(node.key))
        if key is MISSING:
            scope.refuse(node.key, "SAD108", "the keys of a dict must be known")
        value = scope.expr(node.value)
        found[key] = named(scope, value)

    with frame.program.written_out():
        done = _unrolled(frame, scope, node, add, MOST_TURNS)
    if done:
        return frame.new_cell(DictItems(found))
    problems = frame.program.mark()
    made = _as_loop(frame, node, _entering(node), {})
    if frame.program.problems[problems:]:
        raise Poisoned
    return made


def _unrolled(
    frame: Frame, scope: Frame, node: Comprehension, body: Callable[[], None], longest: int
) -> bool:
    """Run `body` for each element; False (and nothing done) where elements are not known.

    `scope` holds the names of the comprehension; they are gone after it where it is the frame.
    """
    outer, contents, reads = dict(scope.state.env), frame.state.contents, frame.state.reads
    scope.state.contents, scope.state.reads = dict(contents), dict(reads)
    scope.share_contents()
    emitted = len(frame.builder.region.ops)
    done = _generators(scope, node, 0, body, longest)
    if scope is frame:
        for name in [n for n in frame.state.env if n not in outer]:
            del frame.state.env[name]
        frame.state.env.update({n: b for n, b in outer.items() if not n.startswith("<")})
    if done:
        frame.state.contents = scope.state.contents
    else:
        del frame.builder.region.ops[emitted:]
        frame.state.contents, frame.state.reads = contents, reads
    frame.share_contents()
    return done


def _generators(
    frame: Frame, node: Comprehension, k: int, body: Callable[[], None], longest: int
) -> bool:
    """The loops of a comprehension from the one at `k` on."""
    if k == len(node.generators):
        body()
        return True
    first = node.generators[k]
    reads = _reads_beside(frame, node, k)
    iterable = frame.expr(first.iter)
    steps = begin_beside(frame, iterable, first.iter, reads, partly=False)
    items = known_items(frame, steps, first.iter)
    if items is None or len(items) > longest:
        return False
    for item in in_turn(frame, steps, first.iter) or ():
        assign(frame, first.target, item)
        conditions = [condition(frame, test) for test in first.ifs]
        if any(isinstance(c, Value) for c in conditions):
            return False
        if all(conditions) and not _generators(frame, node, k + 1, body, longest):
            return False
    return True


def _reads_beside(frame: Frame, node: Comprehension, k: int) -> list[Binding]:
    """What is read while elements are taken from what the loop at `k` runs over."""
    inner = node.generators[k + 1 :]
    parts = [*node.generators[k].ifs, *(part for g in inner for part in (g.iter, *g.ifs))]
    parts += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    return read_now(frame, frozenset[str]().union(*map(frame.live.reads, parts)))


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
    node: Comprehension,
    statements: list[ast.stmt],
    bound: dict[str, Binding],
) -> Binding:
    """The comprehension as a function of its own."""
    program = frame.program
    function = program.comprehensions.get(node)
    if function is None:
        function = program.comprehensions[node] = _as_function(node, statements)
        _give_texts(frame, function)
    return inline(frame, _source_of(frame, function), bound, node, captured=frame)


def _give_texts(frame: Frame, function: ast.FunctionDef) -> None:
    """What is made of a statement's expression shows the statement's text."""
    text = frame.program.locations.statement_text(frame.source, frame.statement)
    statements = (n for n in ast.walk(function) if isinstance(n, ast.stmt))
    frame.program.locations.texts.update(dict.fromkeys(statements, text))


def _source_of(frame: Frame, function: ast.FunctionDef) -> FunctionSource:
    outer = frame.source
    return FunctionSource(
        function.name, function, outer.file, outer.lines, outer.line_offset, outer.scope
    )


LIST, DICT = "<list>", "<dict>"


def _appending(node: ast.ListComp | ast.GeneratorExp) -> list[ast.stmt]:
    append = ast.Attribute(ast.Name(LIST, ast.Load()), "append", ast.Load())
    start = ast.Assign([ast.Name(LIST, ast.Store())], ast.List([], ast.Load()))
    loop = _nest(node, ast.Expr(ast.Call(append, [node.elt], [])))
    return [start, loop, ast.Return(ast.Name(LIST, ast.Load()))]


def _entering(node: ast.DictComp) -> list[ast.stmt]:
    start = ast.Assign([ast.Name(DICT, ast.Store())], ast.Dict([], []))
    entry = ast.Subscript(ast.Name(DICT, ast.Load()), node.key, ast.Store())
    loop = _nest(node, ast.Assign([entry], node.value))
    return [start, loop, ast.Return(ast.Name(DICT, ast.Load()))]


def _adding(node: ast.GeneratorExp) -> list[ast.stmt]:
    total = ast.BinOp(ast.Name(TOTAL, ast.Load()), ast.Add(), node.elt)
    loop = _nest(node, ast.Assign([ast.Name(TOTAL, ast.Store())], total))
    return [loop, ast.Return(ast.Name(TOTAL, ast.Load()))]


def _nest(node: Comprehension, body: ast.stmt) -> ast.stmt:
    """The loops of a comprehension around a statement."""
    for generator in reversed(node.generators):
        for test in reversed(generator.ifs):
            body = ast.If(test, [body], [])
        body = ast.For(generator.target, generator.iter, [body], [])
    return body


def _as_function(node: Comprehension, statements: list[ast.stmt]) -> ast.FunctionDef:
    bound = walrus_names(node)
    own: list[ast.stmt] = [ast.Nonlocal(sorted(bound))] if bound else []
    function = ast.FunctionDef(
        "<listcomp>",
        ast.arguments([], [], None, [], [], None, []),
        [*own, *statements],
        [],
        lineno=node.lineno,
        col_offset=node.col_offset,
    )
    for inner in ast.walk(function):
        if not hasattr(inner, "lineno") and isinstance(inner, ast.stmt | ast.expr):
            ast.copy_location(inner, node)
    return function
