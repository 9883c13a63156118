"""Small constructors for Python's AST. Nodes are never shared: the printer writes into them."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import Any

from sourcead.ir.core import GlobalRef

OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
LOAD = ast.Load()
STORE = ast.Store()


def name(text: str) -> ast.Name:
    return ast.Name(text, LOAD)


def target(text: str) -> ast.Name:
    return ast.Name(text, STORE)


def dotted(text: str) -> ast.expr:
    """`np.linalg.solve` as an attribute chain."""
    first, *rest = text.split(".")
    node: ast.expr = name(first)
    for part in rest:
        node = ast.Attribute(node, part, LOAD)
    return node


def attribute(value: ast.expr, attr: str) -> ast.expr:
    return ast.Attribute(value, attr, LOAD)


def call(
    function: str | ast.expr, args: Sequence[ast.expr], keywords: dict[str, ast.expr] | None = None
) -> ast.Call:
    node = dotted(function) if isinstance(function, str) else function
    named = [ast.keyword(k, v) for k, v in (keywords or {}).items()]
    return ast.Call(node, list(args), named)


def subscript(value: ast.expr, index: ast.expr) -> ast.Subscript:
    return ast.Subscript(value, index, LOAD)


def tuple_of(elements: Sequence[ast.expr]) -> ast.expr:
    return ast.Tuple(list(elements), LOAD)


def assign(to: ast.expr, value: ast.expr) -> ast.Assign:
    return ast.Assign([to], value)


def augmented(
    to: ast.Name | ast.Attribute | ast.Subscript, op: ast.operator, value: ast.expr
) -> ast.stmt:
    return ast.AugAssign(to, op, value)


def literal(value: Any) -> ast.expr:
    """A literal: numbers that have no literal of their own are spelled as calls."""
    if isinstance(value, float) and not math.isfinite(value):
        return call("float", [ast.Constant(repr(value))])
    if isinstance(value, complex) and not _is_imaginary(value):
        return call("complex", [literal(value.real), literal(value.imag)])
    if isinstance(value, tuple):
        return tuple_of([literal(v) for v in value])
    if isinstance(value, list):
        return ast.List([literal(v) for v in value], LOAD)
    if isinstance(value, dict):
        return ast.Dict([literal(k) for k in value], [literal(v) for v in value.values()])
    if isinstance(value, slice):
        return call("slice", [literal(v) for v in (value.start, value.stop, value.step)])
    if isinstance(value, GlobalRef):
        raise TypeError(f"{value} is no literal: it needs a name")
    if _has_sign(value):
        # A constant with a sign would be printed without the parentheses of `(-2.0) ** x`.
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _is_imaginary(value: complex) -> bool:
    """Whether a literal such as `2j` or `-2j` is this very number, signs of zeros included."""
    if value.real != 0 or not math.isfinite(value.imag):
        return False
    return math.copysign(1, value.real) == math.copysign(1, value.imag)


def _has_sign(value: Any) -> bool:
    """Whether a number is printed with a sign in front."""
    if isinstance(value, bool) or not isinstance(value, int | float | complex):
        return False
    part = value.imag if isinstance(value, complex) else value
    return part < 0 or (part == 0 and math.copysign(1, part) < 0)


def negated(test: ast.expr) -> ast.expr:
    """`not test`, where no shorter form means the same for all values, NaN included."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in OPPOSITE:
        return ast.Compare(test.left, [OPPOSITE[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def targets(names: Sequence[str]) -> ast.expr:
    """One name, or a tuple of names to be assigned."""
    if len(names) == 1:
        return target(names[0])
    return ast.Tuple([target(text) for text in names], STORE)
