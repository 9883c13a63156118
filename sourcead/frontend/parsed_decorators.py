"""Decorators of a parsed file that wrap a function: what they return is looked up by calling them.

A decorator runs once, when the module does. It may be called again wherever the function is used if
it does nothing but define functions and hand one out: nothing it makes has a state, and nothing it
reads has changed since.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sourcead.frontend.bindings import Binding, Static
from sourcead.frontend.constants_of_files import constant_value, is_plain
from sourcead.frontend.module_syntax import defaults_of
from sourcead.frontend.parsed_functions import changed_since, keeps_the_function, returns_name
from sourcead.frontend.parsed_module import ParsedFunction, ParsedModule

if TYPE_CHECKING:
    from sourcead.frontend.frame import Frame

_CALM = (
    *(ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp),
    *(ast.operator, ast.unaryop, ast.expr_context),
)
_STATE = (
    *(ast.Nonlocal, ast.Global, ast.Yield, ast.YieldFrom, ast.Await, ast.ClassDef, ast.NamedExpr),
    *(ast.Import, ast.ImportFrom, ast.Delete, ast.AsyncFunctionDef),
)


def undecorated(function: ParsedFunction) -> ParsedFunction:
    """The function that the first decorator gets."""
    plain = function.plain
    if plain is None:
        node = copy.copy(function.node)
        node.decorator_list = []
        plain = function.plain = ParsedFunction(function.module, node)
    return plain


def is_wrapped(function: ParsedFunction) -> bool:
    """Whether decorators make another function of it, all of the kind described above."""
    found = _changing(function)
    return bool(found) and all(_wraps_only(function, decorator) for decorator in found)


def _changing(function: ParsedFunction) -> list[ast.expr]:
    module = function.module
    return [d for d in function.node.decorator_list if not keeps_the_function(module, d, True)]


def wrapped(frame: Frame, function: ParsedFunction) -> Binding:
    """What the decorators have made of a function, where they only wrap it."""
    from sourcead.frontend.calls import apply
    from sourcead.frontend.frame import Frame
    from sourcead.frontend.source import parsed_source

    plain = undecorated(function)
    found: Binding = Static(plain)
    for decorator in reversed(_changing(function)):
        inner = Frame(frame.program, parsed_source(plain), frame.builder, frame, frame.path)
        inner.state.contents = frame.state.contents
        found = apply(inner, inner.expr(decorator), [found], {}, decorator)
        frame.state.contents = inner.state.contents
        frame.share_contents()
    return found


def forwarding(function: ParsedFunction) -> ast.FunctionDef | None:
    """A function that calls what the decorators have made; None where its parameters are hidden."""
    outermost = _made_by(function.module, function.node.decorator_list[0])
    hides = outermost.vararg is not None and outermost.kwarg is not None
    args = function.node.args if hides and not outermost.args else outermost
    parameters = [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    if args.vararg or args.kwarg or function.node.name in parameters:
        return None
    given: list[ast.expr] = [ast.Name(a.arg, ast.Load()) for a in (*args.posonlyargs, *args.args)]
    named = [ast.keyword(a.arg, ast.Name(a.arg, ast.Load())) for a in args.kwonlyargs]
    call = ast.Call(ast.Name(function.node.name, ast.Load()), given, named)
    made = copy.copy(function.node)
    made.args, made.decorator_list, made.body = args, [], [ast.Return(call)]
    for node in ast.walk(made.body[0]):
        ast.copy_location(node, function.node.decorator_list[0])
    return made


def _wraps_only(function: ParsedFunction, decorator: ast.expr) -> bool:
    module = function.module
    found = _definition(module, decorator)
    if found is None or not _is_calm(found) or not _made_by_is_known(found):
        return False
    given = []
    if isinstance(decorator, ast.Call):
        given = [*decorator.args, *(k.value for k in decorator.keywords)]
        values = [constant_value(arg, lambda name: module.bindings.get(str(name))) for arg in given]
        if not all(is_plain(v) or isinstance(v, ParsedFunction) for v in values):
            return False
    needed = ast.Tuple([*given, *_read_at_once(found)], ast.Load())
    name = ast.Name(found.name, ast.Load())
    for node in (name, *ast.walk(needed)):
        ast.copy_location(node, decorator)
    return all(changed_since(module, function.node, node) is None for node in (name, needed))


def _read_at_once(node: ast.FunctionDef) -> Iterator[ast.expr]:
    """The names that a decorator reads when it is called: all but those in what it returns."""
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            yield from (n for n in ast.walk(statement.value) if isinstance(n, ast.Name))
        elif isinstance(statement, ast.FunctionDef) and isinstance(statement.body[-1], ast.Return):
            yield from _read_at_once(statement)


def _definition(module: ParsedModule, decorator: ast.expr) -> ast.FunctionDef | None:
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    found = module.bindings.get(name.id) if isinstance(name, ast.Name) else None
    if not isinstance(found, ParsedFunction) or found.module is not module:
        return None
    return None if found.node.decorator_list else found.node


def _is_calm(node: ast.FunctionDef) -> bool:
    """Whether a function only defines functions without a state, and returns one of them."""
    *body, last = node.body
    inner = [s for s in body if isinstance(s, ast.FunctionDef)]
    names = [s.name for s in inner]
    return (
        returns_name(last)
        and last.value.id in names
        and all(isinstance(s, ast.FunctionDef) or _is_constant(s) for s in body)
        and all(map(_has_no_state, inner))
        and _has_plain_defaults(node)
    )


def _is_constant(node: ast.stmt) -> bool:
    """A docstring, or a name for what is computed without a call."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if not isinstance(node, ast.Assign) or not all(isinstance(t, ast.Name) for t in node.targets):
        return False
    return all(isinstance(n, _CALM) for n in ast.walk(node.value))


def _has_no_state(node: ast.FunctionDef) -> bool:
    """Whether a function keeps nothing from call to call, and writes to its own names alone."""
    own = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
    functions = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef)]
    return (
        not any(isinstance(n, _STATE) for n in ast.walk(node))
        and all(root in own for root in _written(node))
        and all(map(_has_plain_defaults, functions))
    )


def _written(node: ast.AST) -> Iterator[str]:
    """The names through which parts of something are written; of attributes none is one."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute | ast.Subscript) and isinstance(inner.ctx, ast.Store):
            root: ast.AST = inner
            while isinstance(root, ast.Subscript):
                root = root.value
            yield root.id if isinstance(root, ast.Name) else ""


def _has_plain_defaults(node: ast.FunctionDef) -> bool:
    return all(isinstance(default, ast.Constant) for _, default in defaults_of(node.args))


def _made_by_is_known(node: ast.FunctionDef) -> bool:
    return all(map(_is_wraps, _decorators(node)))


def _decorators(node: ast.FunctionDef) -> Iterable[ast.expr]:
    inner = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef) and n is not node]
    return [d for n in inner for d in n.decorator_list]


def _is_wraps(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("functools.wraps", "wraps")


def _made_by(module: ParsedModule, decorator: ast.expr) -> ast.arguments:
    """The parameters of what a decorator returns."""
    node = _definition(module, decorator)
    assert node is not None
    for _ in range(1 + isinstance(decorator, ast.Call)):
        returned = node.body[-1]
        assert returns_name(returned)
        name = returned.value.id
        node = next(s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == name)
    return node.args
