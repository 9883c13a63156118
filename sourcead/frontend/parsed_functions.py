"""Functions of files that are only parsed: decorators that change them, and their defaults."""

from __future__ import annotations

import ast
import copy

from sourcead.errors import UnsupportedError
from sourcead.frontend.constants_of_files import is_plain
from sourcead.frontend.module_effects import default_name
from sourcead.frontend.module_syntax import FunctionLike, defaults_of
from sourcead.frontend.parsed_module import NotEvaluated, ParsedModule
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
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = ast.unparse(call).rpartition(".")[2]
    if called and name in ("grad", "value_and_grad"):
        return False
    return name in PLAIN_DECORATORS and module.names.is_harmless(decorator)


def settled_default(module: ParsedModule, function: ast.AST, node: ast.expr) -> ast.expr:
    """A default as an expression that has its value wherever it is evaluated later.

    Raises:
        UnsupportedError: it was made where the function is defined, and has changed since.
    """
    changed = _changed_since(module, function, node)
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
        changes = not is_plain(module.defaults.get(node, MISSING))
        if changes and not isinstance(node, ast.Name) and not module.names.is_data(node):
            _check_kept(module, function, name, node)
    settled = copy.copy(spec)
    settled.defaults = [settled_default(module, function, d) for d in spec.defaults]
    settled.kw_defaults = [d and settled_default(module, function, d) for d in spec.kw_defaults]
    return settled


def _is_immutable(node: ast.expr) -> bool:
    """Whether a default is a literal that nobody can change, or has a name of its own."""
    if isinstance(node, ast.Tuple):
        return all(isinstance(part, ast.Constant) or _is_immutable(part) for part in node.elts)
    return isinstance(node, ast.Constant | ast.Name)


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


def _changed_since(module: ParsedModule, function: ast.AST, node: ast.expr) -> int | None:
    """The line that changes what a default was computed from, None if there is none."""
    if isinstance(node, ast.Constant):
        return None
    start = next((k for k, s in enumerate(module.steps) if s.node is function), None)
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
