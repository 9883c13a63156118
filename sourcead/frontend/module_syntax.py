"""What statements and functions bind, read off their syntax."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from sourcead.frontend.trees import walk

FunctionLike = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def defaults_of(spec: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """The parameters that have a default."""
    positional = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
    yield from zip(positional[len(positional) - len(spec.defaults) :], spec.defaults, strict=True)
    for arg, node in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        if node is not None:
            yield arg.arg, node


def locals_of(node: FunctionLike | ast.ClassDef) -> set[str]:
    """The names that a function, or a class, binds itself."""
    names: set[str] = set()
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        names |= {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    outside: set[str] = set()
    while body:
        inner = body.pop()
        if isinstance(inner, ast.Global | ast.Nonlocal):
            outside |= set(inner.names)
        elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(inner.name)
            body += [*inner.decorator_list]
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            names |= {a.asname or a.name.partition(".")[0] for a in inner.names}
        elif isinstance(inner, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            walrus = (n for n in ast.walk(inner) if isinstance(n, ast.NamedExpr))
            names |= {n.target.id for n in walrus}
        elif not isinstance(inner, ast.Lambda):
            if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                names.add(inner.id)
            name = getattr(inner, "name", None) or getattr(inner, "rest", None)
            if isinstance(inner, ast.ExceptHandler | ast.pattern) and isinstance(name, str):
                names.add(name)
            body += ast.iter_child_nodes(inner)
    return names - outside


def paired(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """The targets of an assignment with what each gets, as far as that is written out."""
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        starred = any(isinstance(t, ast.Starred) for t in (*target.elts, *value.elts))
        if len(target.elts) == len(value.elts) and not starred:
            parts = zip(target.elts, value.elts, strict=True)
            return [pair for t, v in parts for pair in paired(t, v)]
    return [(target, value)]


def loaded(node: ast.expr) -> ast.expr:
    """What an item or attribute that is assigned to belongs to."""
    return node.value if isinstance(node, ast.Subscript | ast.Attribute) else node


def builtins_in(tree: ast.Module) -> set[str]:
    """The names of builtins that occur."""
    return {n.id for n in walk(tree) if isinstance(n, ast.Name) and hasattr(builtins, n.id)}


def first_name(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def single_imports(node: ast.stmt) -> Iterator[ast.stmt]:
    """A statement; an import of several names as one of each."""
    if not isinstance(node, ast.Import | ast.ImportFrom) or len(node.names) == 1:
        yield node
        return
    for alias in node.names:
        part: ast.stmt = ast.Import([alias])
        if isinstance(node, ast.ImportFrom):
            part = ast.ImportFrom(node.module, [alias], node.level)
        yield ast.copy_location(part, node)
