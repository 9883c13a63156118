"""A lambda that gets a name at module level is a function definition in other words."""

from __future__ import annotations

import ast

from sourcead.frontend.trees import walk


def define_lambdas(statements: list[ast.stmt]) -> None:
    """Write `f = lambda x: x * x` as the `def` that it is, also in blocks."""
    for k, statement in enumerate(statements):
        made = _defined(statement)
        if made is not None:
            statements[k] = made
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for block in _blocks(statement):
                define_lambdas(block)


def _defined(node: ast.stmt) -> ast.FunctionDef | None:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
            return defined(name, function, node)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Lambda() as function):
            return defined(name, function, node)
    return None


def defined(
    name: str, function: ast.Lambda, node: ast.stmt | None = None
) -> ast.FunctionDef | None:
    """A lambda as the definition that says the same, None where there is none."""
    if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in walk(function)):
        return None
    result = ast.copy_location(ast.Return(function.body), function.body)
    made = ast.FunctionDef(name=name, args=function.args, body=[result], decorator_list=[])
    for field in ast.FunctionDef._fields:
        if not hasattr(made, field):
            setattr(made, field, [] if field == "type_params" else None)
    return ast.copy_location(made, node or function)


def _blocks(node: ast.stmt) -> list[list[ast.stmt]]:
    parts = [node, *getattr(node, "handlers", []), *getattr(node, "cases", [])]
    names = ("body", "orelse", "finalbody")
    found = [getattr(part, name, None) for part in parts for name in names]
    return [block for block in found if isinstance(block, list)]
