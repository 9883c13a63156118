"""Calls of functions whose source can be read: inlined where small, else lowered once each."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sourcead.frontend.bindings import (
    RETURN,
    UNBOUND,
    Applied,
    Binding,
    Cell,
    Closure,
    DictItems,
    Instance,
    Items,
    Iteration,
    ListItems,
    Lost,
    Numbered,
    OrNone,
    Pending,
    Static,
    Super,
    View,
)
from sourcead.frontend.carrying import with_surroundings
from sourcead.frontend.columns import check_no_columns
from sourcead.frontend.frame import Frame
from sourcead.frontend.generators import generates
from sourcead.frontend.iterators import generated, new_iterator
from sourcead.frontend.liveness import name_of
from sourcead.frontend.memory import may_be_number, named, read, write
from sourcead.frontend.sharing import may_be_same, objects_at, parts_of, reachable_cells
from sourcead.frontend.signatures import Incoming, Signature, enter, result_of, signature_of
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statics import static_value
from sourcead.frontend.trees import walk
from sourcead.frontend.writable import check_elements, check_write
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op, Value
from sourcead.ir.types import ListT

MOST_OPERATIONS = 14
MOST_STATEMENTS = 24
DEEPEST = 40


def call_closure(
    frame: Frame, closure: Closure, args: list[Binding], kwargs: dict[str, Binding], node: ast.AST
) -> Binding:
    """A function defined inside the one that is lowered: its body, where it is called."""
    outer: Frame = closure.frame
    name = getattr(closure.node, "name", "<lambda>")
    source = FunctionSource(
        name, closure.node, outer.source.file, outer.source.lines, outer.source.line_offset,
        outer.source.scope,
    )  # fmt: skip
    bound = bind_arguments(frame, source, args, kwargs, closure.defaults, node)
    if generates(source.node):
        return new_iterator(frame, generated(source, bound, outer), node)
    return inline(frame, source, bound, node, captured=outer)


def call_source(
    frame: Frame,
    source: FunctionSource,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> Binding:
    """Call a function with its own source."""
    defaults = {
        name: frame.program.static_binding(frame, value, node)
        for name, value in source.defaults.items()
    }
    if frame.program.is_parsed(source):
        defaults = frame.program.parsed_defaults(frame, source)
    bound = bind_arguments(frame, source, args, kwargs, defaults, node)
    if generates(source.node):
        return new_iterator(frame, generated(source, bound, None), node)
    if _belongs_inline(frame, source, bound):
        if not frame.program.is_open(frame, source) or _of_other_objects(frame, source, bound):
            return inline(frame, source, bound, node)
        check_no_columns(frame, source.name, bound.values(), node)
    return call_lowered(frame, source, bound, node)


def _belongs_inline(frame: Frame, source: FunctionSource, bound: dict[str, Binding]) -> bool:
    """Small functions; those that take or make functions or iterators, which live where they are
    made.

    A function that only passes its arguments on is printed as the one it calls.
    """
    if frame.program.inlines_everything or is_small(source.node):
        return True
    if frame.program.ways.columns is not None:
        return True  # the attributes of objects are in lists that the caller has
    if getattr(frame.source.function, "passes_on", False):
        return True
    if any(_is_local(frame, b) for b in bound.values()) or _overlap(frame, bound):
        return True
    if _has_known_keywords(frame, source, bound):
        return True
    if frame.program.by_path and _is_short(source.node):
        return any(isinstance(b, Cell | View | Items | OrNone) for b in bound.values())
    return _makes_functions(source.node)


def _has_known_keywords(frame: Frame, source: FunctionSource, bound: dict[str, Binding]) -> bool:
    """Whether `**kwargs` collects literals, such as an axis, which stay literals where they go."""
    collecting = source.node.args.kwarg
    cell = bound[collecting.arg] if collecting is not None else None
    content = frame.state.contents.get(cell) if isinstance(cell, Cell) else None
    given = content.items.values() if isinstance(content, DictItems) else ()
    return any(static_value(b) is not MISSING for b in given)


def _of_other_objects(frame: Frame, source: FunctionSource, bound: dict[str, Binding]) -> bool:
    """Whether a call inside itself is one of other objects, which no value can stand for."""
    owners = [b for b in bound.values() if isinstance(b, Cell) and _holds_code(frame, b)]
    outer: Frame | None = frame
    while outer is not None and owners:
        if outer.source.node is source.node and any(b is o for b in outer.given for o in owners):
            return False
        outer = outer.parent
    return bool(owners)


def _holds_code(frame: Frame, owner: Cell) -> bool:
    """Whether an object has a function, a type or the like among its attributes, at any depth."""
    seen: set[int] = set()
    todo: list[Any] = [owner]
    while todo:
        binding = todo.pop()
        content = frame.state.contents.get(binding) if isinstance(binding, Cell) else binding
        match content:
            case Static(value=value):
                if not isinstance(value, bool | int | float | complex | str | tuple | None):
                    return True
            case Closure() | Applied():
                return True
            case Numbered():
                pass
            case Instance(items=parts) | DictItems(items=parts) if id(content) not in seen:
                seen.add(id(content))
                todo += parts.values()
            case Items(items=parts) | ListItems(items=parts) if id(content) not in seen:
                seen.add(id(content))
                todo += parts
    return False


@lru_cache(maxsize=512)
def _is_short(node: ast.FunctionDef | ast.Lambda) -> bool:
    return sum(isinstance(n, ast.stmt) for n in walk(node)) <= MOST_STATEMENTS


@lru_cache(maxsize=512)
def _makes_functions(node: ast.FunctionDef | ast.Lambda) -> bool:
    inside = [n for n in walk(node) if n is not node]
    returned = [n.value for n in inside if isinstance(n, ast.Return)]
    return any(isinstance(n, ast.FunctionDef | ast.Lambda) for n in inside) or any(
        isinstance(value, ast.GeneratorExp)
        or (isinstance(value, ast.Call) and name_of(value.func) in ITERATORS)
        for value in returned
    )


ITERATORS = {
    "map", "filter", "zip", "enumerate", "reversed", "iter", "chain", "items", "keys", "values",
}  # fmt: skip


def _is_local(frame: Frame, binding: Binding) -> bool:
    """Functions and objects that live where they were made."""
    if isinstance(binding, Cell):
        content = frame.state.contents[binding]
        return isinstance(content, Instance | Pending) or binding.deque is not None
    return isinstance(binding, Closure | Applied | Super | OrNone)


def _overlap(frame: Frame, bound: dict[str, Binding]) -> bool:
    """Whether arguments, or parts of one, share memory: in line, each sees the others' writes."""
    found: list[Cell] = []
    todo = list(bound.values())
    while todo:
        match todo.pop():
            case View(cell=cell) | (Cell() as cell):
                if cell in found:
                    return True
                found.append(cell)
                todo += parts_of(frame.state.contents.get(cell))
            case Items(items=parts) | Iteration(parts=parts):
                todo += parts
    return False


# Arguments -------------------------------------------------------------------------------------


@dataclass
class _Left:
    """Arguments that have not found their parameter yet."""

    args: list[Binding]
    kwargs: dict[str, Binding] = field(default_factory=dict)


def bind_arguments(
    frame: Frame,
    source: FunctionSource,
    args: list[Binding],
    kwargs: dict[str, Binding],
    defaults: dict[str, Binding],
    node: ast.AST,
) -> dict[str, Binding]:
    """Arguments by parameter name, as Python binds them: each is one object however often read."""
    spec = source.node.args
    left = _Left([named(frame, a) for a in args], {k: named(frame, a) for k, a in kwargs.items()})
    bound: dict[str, Binding] = {}
    for k, arg in enumerate((*spec.posonlyargs, *spec.args)):
        if left.args:
            bound[arg.arg] = left.args.pop(0)
            if arg.arg in left.kwargs and k >= len(spec.posonlyargs):
                frame.refuse(node, "SAD105", f"`{source.name}` gets `{arg.arg}` twice")
        elif arg.arg in left.kwargs and k >= len(spec.posonlyargs):
            bound[arg.arg] = left.kwargs.pop(arg.arg)
    for arg in spec.kwonlyargs:
        if arg.arg in left.kwargs:
            bound[arg.arg] = left.kwargs.pop(arg.arg)
    _take_rest(frame, source, left, bound, node)
    for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs):
        if arg.arg not in bound:
            if arg.arg not in defaults:
                frame.refuse(
                    node, "SAD105", f"`{source.name}` is called without its argument `{arg.arg}`"
                )
            bound[arg.arg] = defaults[arg.arg]
    return bound


def _take_rest(
    frame: Frame, source: FunctionSource, left: _Left, bound: dict[str, Binding], node: ast.AST
) -> None:
    """What `*args` and `**kwargs` collect."""
    spec = source.node.args
    if spec.vararg is not None:
        bound[spec.vararg.arg] = Items(tuple(left.args))
    elif left.args:
        frame.refuse(node, "SAD105", f"`{source.name}` takes fewer positional arguments")
    if spec.kwarg is not None:
        cell = frame.new_cell(DictItems(dict(left.kwargs)), spec.kwarg.arg)
        bound[spec.kwarg.arg] = cell
    elif left.kwargs:
        name = next(iter(left.kwargs))
        frame.refuse(node, "SAD105", f"`{source.name}` does not take the argument `{name}`")


# Inlining --------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def is_small(node: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a function is an expression with a name: straight-line, short, one return."""
    if isinstance(node, ast.Lambda):
        return True
    if len(node.body) > MOST_OPERATIONS:
        return False
    count = 0
    for k, stmt in enumerate(node.body):
        last = k == len(node.body) - 1
        docstring = isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant)
        plain = isinstance(stmt, ast.Assign) or (last and isinstance(stmt, ast.Return))
        if not plain and not docstring:
            return False
        for inner in walk(stmt):
            if isinstance(inner, ast.Call | ast.BinOp | ast.UnaryOp | ast.Compare | ast.Subscript):
                count += 1
            if isinstance(inner, ast.ListComp | ast.GeneratorExp | ast.Lambda):
                return False
    return count <= MOST_OPERATIONS


def inline(
    frame: Frame,
    source: FunctionSource,
    bound: dict[str, Binding],
    node: ast.AST,
    captured: Frame | None = None,
) -> Binding:
    """Lower a function's body where it is called."""
    if len(frame.path) > DEEPEST:
        frame.refuse(node, "SAD111", f"`{source.name}` calls itself without an end known here")
    inner = Frame(frame.program, source, frame.builder, frame, (*frame.path, node))
    inner.captured = captured
    inner.given = tuple(bound.values())
    for name, binding in bound.items():
        inner.bind(name, binding)
    outer_loc = frame.builder.loc
    try:
        result = run_body(inner)
    finally:
        frame.builder.loc = outer_loc
    frame.state.contents = inner.state.contents
    frame.share_contents()
    return result


def run_body(frame: Frame) -> Binding:
    """Lower the body of a frame's function; what it returns."""
    node = frame.source.node
    if isinstance(node, ast.Lambda):
        return frame.expr(node.body)
    frame.block(node.body)
    frame.program.close(frame)
    found = frame.state.env.get(RETURN, UNBOUND)
    return Static(None) if found is UNBOUND else found


def inline_prelude(
    frame: Frame, function: Callable[..., Any], args: list[Binding], node: ast.AST
) -> Binding:
    """Lower a function of the prelude where it is called."""
    source = frame.program.source(frame, function, node)
    return inline(frame, source, bind_arguments(frame, source, args, {}, {}, node), node)


# Calls of lowered functions ------------------------------------------------------------------


def call_lowered(
    frame: Frame, source: FunctionSource, bound: dict[str, Binding], node: ast.AST
) -> Binding:
    """A `call` of a function of the module, lowered once per signature."""
    deciding = _passed_on(source.node)
    bound = with_surroundings(frame, source, bound, node)
    incoming = [Incoming(name, binding, name in deciding) for name, binding in bound.items()]
    signature = signature_of(frame, incoming, node)
    callee = enter(frame, source, signature, node)
    if callee.tangled:
        if frame.program.is_open(frame, source) or callee.open:
            frame.refuse(
                node,
                "SAD201",
                f"`{source.name}`, which calls itself, writes into a container",
                "who else knows what is in it cannot be followed through the calls",
                "a new container as the result",
            )
        return inline(frame, source, bound, node)
    if callee.optional:
        if frame.program.is_open(frame, source) or callee.open:
            frame.refuse(
                node, "SAD110", f"`{source.name}`, which calls itself, may return None",
                "what it returns must be of one kind on every path", "a value in place of None",
            )  # fmt: skip
        return inline(frame, source, bound, node)
    operands = signature.operands
    op = Op(
        "call", operands, tuple(signature.names), {"callee": callee.function.name},
        loc=frame.builder.loc,
    )  # fmt: skip
    for t in callee.result_types(signature):
        op.new_result(t)
    frame.builder.append(op)
    for k in callee.inside:
        _written_inside(frame, signature.places[k], node)
    _write_back(frame, signature, [*callee.written], op, node)
    for k, (held, shared) in callee.holding.items():
        for cell in reachable_cells(frame, [place] if (place := signature.places[k]) else []):
            cell.held, cell.shared = cell.held or held, cell.shared or shared
    for k in callee.lost:
        _lose(frame, source.name, signature, k, node)
    return result_of(frame, callee, signature, op)


@lru_cache(maxsize=512)
def _passed_on(node: ast.FunctionDef | ast.Lambda) -> set[str]:
    """Parameters that a function passes on to others, such as an axis: literals stay literals."""
    names: set[str] = set()
    name = getattr(node, "name", "")
    for n in walk(node):
        if isinstance(n, ast.Call):
            if isinstance(n.func, ast.Name) and n.func.id == name:
                return set()
            given = [*n.args, *(k.value for k in n.keywords)]
            names |= {a.id for a in given if isinstance(a, ast.Name)}
    return names


def _written_inside(frame: Frame, place: Cell | View | None, node: ast.AST) -> None:
    """The callee has written elements of a list."""
    content = frame.state.contents.get(place) if isinstance(place, Cell) else None
    if isinstance(place, Cell) and isinstance(content, Value) and isinstance(content.type, ListT):
        check_elements(frame, place, content.type, node)


def _write_back(
    frame: Frame, signature: Signature, written: list[int], op: Op, node: ast.AST
) -> None:
    """Cells that the callee has written get their new version."""
    results = op.results[len(op.results) - len(written) :]
    places = [signature.places[k] for k in written]
    for place, value in zip(places, results, strict=True):
        if place is None:
            continue
        _check_overlap(frame, place, signature, node)
        for watch in frame.program.watches:
            # An exception leaves it written in part.
            watch.lost |= objects_at(frame, place)
        if isinstance(place, View) and may_be_number(place, read(frame, place, node).type):
            frame.refuse(
                node, "SAD201", "a function changes what may be an array, or a number",
                "the caller would see it for a part of an array only: its type is not known here",
                "an annotation with the type of the array it is taken from",
            )  # fmt: skip
        write(frame, place, value, node)


def _lose(frame: Frame, name: str, signature: Signature, k: int, node: ast.AST) -> None:
    """An argument that the callee has overwritten on some paths only."""
    place = signature.places[k]
    if place is not None:
        _check_overlap(frame, place, signature, node)
        what = f"was passed to `{name}`, which overwrites it on some paths"
        lost = objects_at(frame, place)
        for cell in lost:
            check_write(frame, cell, node)
        frame.state.contents.update(dict.fromkeys(lost, Lost(what)))


def _check_overlap(frame: Frame, place: Cell | View, signature: Signature, node: ast.AST) -> None:
    cell = place.cell if isinstance(place, View) else place
    bases = [p.cell if isinstance(p, View) else p for p in signature.places if p is not None]
    if sum(p is cell or may_be_same(p, cell) for p in bases) > 1:
        frame.refuse(
            node,
            "SAD201",
            f"`{cell.hint or 'an array'}` is passed twice to a function that writes to it",
            "the function would see its own writes through the other argument",
            "pass a `.copy()` of what is only read",
        )
