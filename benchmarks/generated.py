"""What the compiler wrote: its source, its statements, and the function without its guard."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

import sourcead


def source_of(function: Callable[..., Any], wrt: tuple[str, ...], args: tuple[Any, ...]) -> str:
    """The source of a function's gradient for the kinds of these arguments."""
    gradient = sourcead.grad(function, wrt=wrt if len(wrt) > 1 else wrt[0])
    return sourcead.source(gradient, *args)


def unguarded(
    function: Callable[..., Any], wrt: tuple[str, ...], args: tuple[Any, ...]
) -> Callable[..., Any]:
    """The generated gradient as a plain function: what runs once the guard has let a call in."""
    source = source_of(function, wrt, args)
    names = dict(vars(sys.modules[function.__module__]))
    exec(compile(source, f"<gradient of {function.__name__}>", "exec"), names)
    generated: Callable[..., Any] = names[f"{function.__name__}_grad"]
    return generated


def statements(source: str) -> int:
    """How many statements the functions of a source have, docstrings not counted."""
    count = 0
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            inside = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
            count += len(inside) - 1 - (ast.get_docstring(function) is not None)
    return count
