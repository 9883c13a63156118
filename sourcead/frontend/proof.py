"""Proving that a piece of syntax is what a code object was compiled from.

A text that stands where a function says it stands may be another one: of a second lambda on the
line, of a file that was edited since. So the piece alone is compiled again, in surroundings that
bind what the function captures, and the result compared with the code that runs.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from types import CodeType
from typing import Any

from sourcead.frontend.codes import future_flags, imported_names, same
from sourcead.frontend.trees import copied

Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

# The names that pytest gives to what it puts in the place of an `assert`.
_REWRITTEN = ("@py_", "@pytest_")
_REWRITER = "_pytest.assertion.rewrite"


def proven(candidates: Iterable[Node], code: CodeType, line_offset: int = 0) -> Node | None:
    """The candidate that a code object was compiled from, None where there is none.

    Args:
        candidates: pieces of syntax, likeliest first.
        code: the code of a function.
        line_offset: what to add to the lines of the candidates.

    Returns:
        Of several that compute the same, the one whose place in the text is that of the code.
    """
    fits: Node | None = None
    for node in candidates:
        if not _has_parameters(node, code):
            continue
        made = _compiled(node, code)
        if made is None or not same(made, code):
            continue
        if isinstance(node, ast.FunctionDef) or _positions(made, line_offset) == _positions(code):
            return node
        fits = fits or node
    return fits


def _has_parameters(node: Node, code: CodeType) -> bool:
    """A quick look at the names of the parameters, as far as no class changes them."""
    spec = node.args
    names = [arg.arg for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    if len(names) != code.co_argcount + code.co_kwonlyargcount:
        return False
    return all(
        name == given or name.startswith("__")
        for name, given in zip(names, code.co_varnames, strict=False)
    )


def _positions(code: CodeType, line_offset: int = 0) -> list[Any]:
    return [
        (line and line + line_offset, end and end + line_offset, *columns)
        for line, end, *columns in code.co_positions()
    ]


def _compiled(node: Node, code: CodeType) -> CodeType | None:
    """What the candidate becomes where it captures the names that the code captures."""
    statement, depth = _surrounded(_bare(node), code)
    module = ast.Module([*_imports(code, statement), statement], [])
    if _is_rewritten(code):
        module = _with_rewritten_asserts(module)
    try:
        made: CodeType = compile(
            module, code.co_filename, "exec", future_flags(code), dont_inherit=True
        )
    except (SyntaxError, ValueError, RecursionError):
        return None
    for _ in range(depth + 1):
        (inner,) = (c for c in made.co_consts if isinstance(c, CodeType))
        made = inner
    return made


def _imports(code: CodeType, at: ast.stmt) -> list[ast.stmt]:
    names = [ast.copy_location(ast.alias(name), at) for name in sorted(imported_names(code))]
    return [ast.copy_location(ast.Import(names), at)] if names else []


def _bare(node: Node) -> ast.stmt:
    """The function without what is evaluated around it: decorators, defaults, annotations."""
    spec = node.args
    args = ast.arguments(
        posonlyargs=[_plain(arg) for arg in spec.posonlyargs],
        args=[_plain(arg) for arg in spec.args],
        vararg=spec.vararg and _plain(spec.vararg),
        kwonlyargs=[_plain(arg) for arg in spec.kwonlyargs],
        kw_defaults=[None] * len(spec.kwonlyargs),
        kwarg=spec.kwarg and _plain(spec.kwarg),
        defaults=[],
    )
    if isinstance(node, ast.Lambda):
        made = ast.copy_location(ast.Lambda(args, node.body), node)
        return ast.copy_location(ast.Expr(made), node)
    return _definition(type(node), node.name, args, node.body, node)


def _plain(arg: ast.arg) -> ast.arg:
    return ast.copy_location(ast.arg(arg.arg), arg)


def _surrounded(statement: ast.stmt, code: CodeType) -> tuple[ast.stmt, int]:
    """A definition inside a function that has the variables it captures, and that inside the class
    it names; and how deep it is then."""
    depth = 0
    names = [name for name in code.co_freevars if name != "__class__"]
    if names:
        parameters = [ast.copy_location(ast.arg(name), statement) for name in names]
        args = ast.arguments([], parameters, None, [], [], None, [])
        statement = _definition(ast.FunctionDef, "around", args, [statement], statement)
        depth += 1
    owner = class_around(code.co_qualname)
    if owner or "__class__" in code.co_freevars:
        fields: dict[str, Any] = {"bases": [], "keywords": [], "decorator_list": []}
        if sys.version_info >= (3, 12):
            fields["type_params"] = []
        inside = ast.ClassDef(name=owner or "owner", body=[statement], **fields)
        statement, depth = ast.copy_location(inside, statement), depth + 1
    return statement, depth


def _definition(
    kind: type[ast.FunctionDef | ast.AsyncFunctionDef],
    name: str,
    args: ast.arguments,
    body: list[ast.stmt],
    at: ast.stmt,
) -> ast.stmt:
    fields: dict[str, Any] = {"decorator_list": [], "returns": None}
    if sys.version_info >= (3, 12):
        fields["type_params"] = []
    return ast.copy_location(kind(name=name, args=args, body=body, **fields), at)


def class_around(qualified: str) -> str:
    """The class after which private names are called in a function, "" where there is none.

    >>> class_around("make.<locals>.Model.loss.<locals>.<lambda>")
    'Model'
    """
    path = qualified.split(".")
    for name, inside in zip(path[-2::-1], path[:0:-1], strict=True):
        if "<locals>" not in (name, inside):
            return name
    return ""


def _is_rewritten(code: CodeType) -> bool:
    """Whether pytest has put code of its own in the place of asserts."""
    names = (*code.co_names, *code.co_varnames)
    inside = (c for c in code.co_consts if isinstance(c, CodeType))
    return any(n.startswith(_REWRITTEN) for n in names) or any(map(_is_rewritten, inside))


def _with_rewritten_asserts(module: ast.Module) -> ast.Module:
    """The module as pytest compiles it."""
    rewriter = sys.modules.get(_REWRITER)
    if rewriter is None:
        return module
    module = copied(module)
    rewriter.rewrite_asserts(module, b"")
    return module
