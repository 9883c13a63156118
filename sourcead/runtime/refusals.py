"""Diagnostics that need the arguments of a call; loaded only to be raised."""

from __future__ import annotations

import ast
from types import FunctionType

from sourcead.errors import Diagnostic, SourceUnavailableError
from sourcead.frontend.source import FunctionSource, source_of
from sourcead.ir.types import ArrayT, ScalarT
from sourcead.runtime.contract import ArgType, StaticArg


def argument_without_derivative(function: FunctionType, name: str, t: ArgType) -> Diagnostic:
    """The argument of a call that is differentiated with respect to and is not a real number."""
    try:
        return parameter_without_derivative(source_of(function), name, t)
    except SourceUnavailableError:
        code = function.__code__
        return _diagnostic(code.co_filename, code.co_firstlineno, 0, 0, "", name, t)


def parameter_without_derivative(source: FunctionSource, name: str, t: ArgType) -> Diagnostic:
    """The same for a parameter whose type is declared."""
    arguments = source.node.args
    everything = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    node: ast.arg | None = next((a for a in everything if a.arg == name), None)
    if node is None:
        return _diagnostic(source.file, source.node.lineno, 0, 0, "", name, t)
    line = node.lineno + source.line_offset
    text = source.line_text(line)
    return _diagnostic(source.file, line, node.col_offset, node.end_col_offset or 0, text, name, t)


def _diagnostic(
    file: str, line: int, col: int, end_col: int, text: str, name: str, t: ArgType
) -> Diagnostic:
    what, fix = _description(name, t)
    return Diagnostic(
        "SAD305",
        file,
        line,
        col,
        end_col,
        f"cannot differentiate with respect to `{name}`: it is {what}",
        reason="only real and complex numbers have a derivative",
        fix=fix,
        source_line=text,
    )


def _description(name: str, t: ArgType) -> tuple[str, str]:
    if isinstance(t, StaticArg):
        return f"the object {t.value!r}", "`wrt` with the names of numbers or arrays"
    if isinstance(t, ArrayT):
        return f"an array of {t.dtype}", f"a call with `{name}.astype(float)`"
    if isinstance(t, ScalarT):
        return f"of type {t}", f"a call with `float({name})`, such as 3.0 for 3"
    return f"of type {t}", "`wrt` with the names of numbers or arrays"
