"""What a program does besides computing: `raise`, `assert`, `print`, formatted strings."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable
from typing import Any

from sourcead.frontend.bindings import Binding, Static
from sourcead.frontend.conditions import condition
from sourcead.frontend.dunders import text_of
from sourcead.frontend.frame import Frame, expression, statement
from sourcead.frontend.memory import read
from sourcead.frontend.parsed_module import ParsedClass
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import GlobalRef, Op, Value
from sourcead.ir.types import STR


def effect(frame: Frame, name: str, operands: list[Value], attrs: dict[str, Any]) -> None:
    """Append an operation without a result, in program order."""
    args = tuple(f"x{k}" for k in range(len(operands)))
    frame.builder.append(Op(name, operands, args, attrs, loc=frame.builder.loc))


def raise_statement(frame: Frame, stmt: ast.Raise) -> Binding:
    """`raise E(...)`, what the exception is caused by plays no part; the class, if it is known."""
    if stmt.exc is None:
        if not frame.program.handling:
            frame.refuse(stmt, "SAD101", "a bare `raise` outside a handler",
                         fix="the exception by its name")  # fmt: skip
        effect(frame, "raise", [], {"exc": None})
        return Static(True)
    call = stmt.exc
    args: list[ast.expr] = []
    if isinstance(call, ast.Call):
        if call.keywords:
            frame.refuse(call, "SAD101", "keyword arguments of an exception are not supported")
        args = call.args
        call = call.func
    found = frame.expr(call)
    exc = static_value(found)
    is_live = isinstance(exc, type) and issubclass(exc, BaseException)
    if not is_live and not (isinstance(exc, ParsedClass) and exc.is_exception):
        frame.refuse(call, "SAD101", "only exception classes can be raised")
    given = [frame.expr(a) for a in args]
    if is_live:
        frame.program.raised(exc, [static_value(a) for a in given])
    operands = [read(frame, a, stmt) for a in given]
    effect(frame, "raise", operands, {"exc": exception_name(exc)})
    return Static(exc)


def exception_name(exc: type[BaseException] | ParsedClass) -> str | GlobalRef:
    if isinstance(exc, ParsedClass):
        return GlobalRef(exc.module.module, exc.__name__, str(exc.module.path))
    if exc.__module__ == "builtins":
        return exc.__name__
    return GlobalRef(exc.__module__, exc.__qualname__)


@statement(ast.Assert)
def assertion(frame: Frame, stmt: ast.Assert) -> None:
    cond = condition(frame, stmt.test)
    if cond is True:
        return
    operands = [frame.const(False) if isinstance(cond, bool) else cond]
    if stmt.msg is not None:
        operands.append(read(frame, frame.expr(stmt.msg), stmt.msg))
    effect(frame, "check", operands, {})


def print_call(frame: Frame, args: list[Binding], kwargs: dict[str, Binding], node: Any) -> Binding:
    """`print(...)`: runs once, where the program has it."""
    attrs: dict[str, Any] = {}
    for name, binding in kwargs.items():
        value = static_value(binding)
        if name not in ("sep", "end", "flush") or value is MISSING:
            frame.refuse(node, "SAD105", f"`print` with `{name}=` is not supported")
        attrs[name] = value
    shown = [text_of(frame, a, "s", "", node) for a in args]
    effect(frame, "print", [read(frame, a, node) for a in shown], attrs)
    return Static(None)


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "": lambda value: value,
    "r": repr,
    "s": str,
    "a": ascii,
}


@expression(ast.JoinedStr)
def formatted(frame: Frame, node: ast.JoinedStr) -> Binding:
    """An f-string: a `format` operation; its parts are text, or (operand, conversion, spec)."""
    parts: list[str | tuple[int, str, str]] = []
    operands: list[Value] = []
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            parts.append(str(piece.value))
            continue
        assert isinstance(piece, ast.FormattedValue)
        spec = _spec(frame, piece)
        conversion = "" if piece.conversion < 0 else chr(piece.conversion)
        binding = frame.expr(piece.value)
        text = text_of(frame, binding, conversion, spec, piece.value)
        if text is not binding:
            binding, conversion, spec = text, "", spec if conversion else ""
        known = static_value(binding)
        if isinstance(known, str | int | float):
            with contextlib.suppress(ValueError):  # which the program shall raise
                parts.append(format(CONVERSIONS[conversion](known), spec))
                continue
        if isinstance(binding, Static) and not spec:
            parts.append(str(binding.value))
            continue
        parts.append((len(operands), conversion, spec))
        operands.append(read(frame, binding, piece.value))
    if not operands:
        return Static("".join(str(p) for p in parts))
    args = tuple(f"x{k}" for k in range(len(operands)))
    return frame.op("format", operands, args, {"parts": tuple(parts)}, type=STR)


def _spec(frame: Frame, piece: ast.FormattedValue) -> str:
    if piece.format_spec is None:
        return ""
    text = ""
    assert isinstance(piece.format_spec, ast.JoinedStr)
    for part in piece.format_spec.values:
        if not isinstance(part, ast.Constant):
            frame.refuse(part, "SAD102", "a computed format specification is not supported")
        text += str(part.value)
    return text
