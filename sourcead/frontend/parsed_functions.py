"""Functions of files that are only parsed: decorators that change them, and their defaults."""

from __future__ import annotations

import ast
import copy
from typing import Any, TypeGuard

from sourcead.errors import UnsupportedError
from sourcead.frontend.constants_of_files import is_plain
from sourcead.frontend.module_effects import default_name
from sourcead.frontend.module_syntax import FunctionLike, defaults_of
from sourcead.frontend.parsed_module import FromClass, NotEvaluated, ParsedFunction, ParsedModule
from sourcead.ir.constants import MISSING

# Decorators that leave a function what it is; the first two make its derivative as well.
PLAIN_DECORATORS = {
    "grad", "value_and_grad", "njit", "jit", "cache", "lru_cache", "staticmethod", "wraps",
    "override", "final", "no_type_check",
}  # fmt: skip


def unsettled(module: ParsedModule, name: str, found: NotEvaluated) -> UnsupportedError:
    """The error that says that a name may stand for several functions."""
    node = ast.Pass(lineno=found.line, col_offset=0, end_lineno=found.line, end_col_offset=10**6)
    return module.refusal(
        node,
        f"what `{name}` is, is decided when this line runs",
        "the file is parsed and never executed",
        f"one definition of `{name}`, or call `sourcead.grad` in a program",
        "SAD104",
    )


def check_decorators(module: ParsedModule, node: ast.FunctionDef) -> None:
    """Refuse a function that a decorator makes another one of."""
    for decorator in node.decorator_list:
        if not keeps_the_function(module, decorator):
            raise module.refusal(
                decorator,
                f"`{node.name}` is decorated with `{ast.unparse(decorator)}`",
                "what the decorator makes of it is only known when the module runs",
                "the undecorated function, or call `sourcead.grad` in a program",
                "SAD104",
            )


def keeps_the_function(module: ParsedModule, decorator: ast.expr, called: bool = False) -> bool:
    """Whether a function still computes what it says under a decorator.

    Args:
        decorator: the decorator.
        called: whether the function is called, so that it must not be a derivative instead.
    """
    name = _name_of(decorator)
    if called and name in ("grad", "value_and_grad"):
        return False
    known = name in PLAIN_DECORATORS and module.names.is_harmless(decorator)
    return known or _hands_back(module, decorator)


def remembers(function: ParsedFunction) -> bool:
    """Whether calls with equal arguments get one and the same result."""
    return any(_name_of(d) in ("cache", "lru_cache") for d in function.node.decorator_list)


def _name_of(decorator: ast.expr) -> str:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(call).rpartition(".")[2]


def _hands_back(module: ParsedModule, decorator: ast.expr) -> bool:
    """Whether a decorator of the file returns the function itself: it notes it in a table."""
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    found = module.names.definitions(name.id) if isinstance(name, ast.Name) else []
    node = found[0].statement if len(found) == 1 else None
    if isinstance(decorator, ast.Call) and isinstance(node, ast.FunctionDef):
        *_, last = node.body
        made = last.value.id if returns_name(last) else ""
        inner = [s for s in node.body if getattr(s, "name", "") == made]
        node = inner[0] if len(inner) == 1 else None
    return isinstance(node, ast.FunctionDef) and _is_identity(node)


def returns_name(node: ast.stmt) -> TypeGuard[Any]:
    """Whether a statement returns what a name stands for."""
    return isinstance(node, ast.Return) and isinstance(node.value, ast.Name)


def _is_identity(node: ast.FunctionDef) -> bool:
    """Whether a function returns its first argument, and leaves it the code that it has."""
    if not node.args.args or node.decorator_list or not isinstance(node.body[-1], ast.Return):
        return False
    first, inner = node.args.args[0].arg, list(ast.walk(node))
    returned = [n for n in inner if isinstance(n, ast.Return)]
    named = [n for n in inner if isinstance(n, ast.Name) and n.id == first]
    words = {str(getattr(n, "attr", "") or getattr(n, "id", "")) for n in inner}
    return (
        all(returns_name(n) and n.value.id == first for n in returned)
        and all(isinstance(n.ctx, ast.Load) for n in named)
        and not any(isinstance(n, ast.Yield | ast.YieldFrom) for n in inner)
        and words.isdisjoint({"setattr", "__code__", "__defaults__", "__kwdefaults__", "__dict__"})
    )


def settled_default(module: ParsedModule, function: ast.AST, node: ast.expr) -> ast.expr:
    """A default as an expression that has its value wherever it is evaluated later.

    Raises:
        UnsupportedError: it was made where the function is defined, and has changed since.
    """
    changed = changed_since(module, function, node)
    if changed is None:
        return node
    value = module.defaults.get(node, MISSING)
    if isinstance(value, bool | int | float | str | type(None)):
        return ast.copy_location(ast.Constant(value), node)
    raise module.refusal(
        node,
        f"the default `{ast.unparse(node)}` is computed here, and line {changed} changes what "
        "it is computed from",
        "it keeps the value it had where the function is defined",
        "a name for it that nothing changes",
    )


def settled_defaults(module: ParsedModule, function: FunctionLike) -> ast.arguments:
    """The parameters of a function with defaults as `settled_default` has them.

    Raises:
        UnsupportedError: a default is an object that calls of the function change.
    """
    spec = function.args
    for name, node in defaults_of(spec):
        value = module.defaults.get(node, MISSING)
        member = isinstance(node, ast.Attribute) and isinstance(value, FromClass)
        changes = not (member or is_plain(value) or module.names.is_unchangeable(node))
        if changes and not isinstance(node, ast.Name) and not module.names.is_data(node):
            _check_kept(module, function, name, node)
    settled = copy.copy(spec)
    settled.defaults = [settled_default(module, function, d) for d in spec.defaults]
    settled.kw_defaults = [d and settled_default(module, function, d) for d in spec.kw_defaults]
    return settled


def _check_kept(module: ParsedModule, function: FunctionLike, name: str, node: ast.expr) -> None:
    """A default is one object for all calls: each must leave it as it is."""
    summary = module.names.summary(function)
    own = default_name(name, module.names.tag(function))
    shared = any(f"@{name}" in names and names - {f"@{name}", own} for names in summary.shares)
    if shared or f"@{name}" in summary.writes:
        raise module.refusal(
            node,
            f"the default of `{name}` is changed by the function, or handed out",
            "all calls share one object, which keeps what earlier calls have written",
            "None as the default, and a new object in the function",
            "SAD202",
        )


def changed_since(module: ParsedModule, function: ast.AST, node: ast.expr) -> int | None:
    """The line that changes what was computed where a function is defined, None for none."""
    if isinstance(node, ast.Constant):
        return None
    start = next((k for k, s in enumerate(module.steps) if _defines(s.node, function)), None)
    if start is None:
        return None
    needs = module.names.effects(ast.copy_location(ast.Expr(node), node))
    groups = module.names.groups
    parts = set() if isinstance(node, ast.Name) else {groups.of(n) for n in needs.reads}
    for step in module.steps[start + 1 :]:
        touched = step.effects.binds & needs.reads
        written = parts & {groups.of(n) for n in step.effects.writes}
        if touched or written or step.effects.wild is not None:
            return getattr(step.node, "lineno", 0)
    return None


def _defines(step: ast.stmt, function: ast.AST) -> bool:
    """Whether a statement is a function's definition, which may be a copy without decorators."""
    if step is function:
        return True
    both = isinstance(step, ast.FunctionDef) and isinstance(function, ast.FunctionDef)
    return both and _place(step) == _place(function)


def _place(node: ast.AST) -> tuple[object, ...]:
    return tuple(getattr(node, name, None) for name in ("name", "lineno", "col_offset"))
