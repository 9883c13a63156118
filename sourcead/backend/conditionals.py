"""An `if` of expressions: `a < b < c`, `a and b`, `a or b`, `a if c else b`."""

from __future__ import annotations

import ast

from sourcead.backend import syntax
from sourcead.backend.operators import COMPARE, Names
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import ScalarT


def _only(region: Region) -> Value:
    (value,) = region.yields
    return value


def conditional(op: Op, names: Names) -> ast.expr:
    """An `if` of expressions: `a < b < c`, `a and b`, `a or b` or `a if c else b`."""
    test = op.operands[0]
    then, other = (_only(region) for region in op.regions)
    if constant(then) is True and constant(other) is False and _is_bool(test):
        return names.expr(test)
    if constant(then) is False and constant(other) is True:
        return syntax.negated(names.expr(test))
    if other is test or (constant(other) is False and _is_bool(test)):
        chain = _chained(test, then, names)
        if chain is not None:
            return chain
        return _joined(ast.And(), names.expr(test), names.expr(then))
    if then is test or (constant(then) is True and _is_bool(test)):
        return _joined(ast.Or(), names.expr(test), names.expr(other))
    return ast.IfExp(names.expr(test), names.expr(then), names.expr(other))


def _is_bool(value: Value) -> bool:
    return isinstance(value.type, ScalarT) and value.type.kind == "bool"


def _joined(op: ast.boolop, left: ast.expr, right: ast.expr) -> ast.expr:
    parts = []
    for side in (left, right):
        same = isinstance(side, ast.BoolOp) and isinstance(side.op, type(op))
        parts += side.values if same and isinstance(side, ast.BoolOp) else [side]
    return ast.BoolOp(op, parts)


def _chained(test: Value, then: Value, names: Names) -> ast.expr | None:
    """`a < b < c` for `a < b and b < c`, where the middle is one and the same value."""
    left, right = names.expr(test), names.expr(then)
    if not (isinstance(left, ast.Compare) and isinstance(right, ast.Compare)):
        return None
    last = _last_compared(test)
    if last is None or then.op is None or _first_compared(then) is not last:
        return None
    return ast.Compare(left.left, left.ops + right.ops, left.comparators + right.comparators)


def _last_compared(value: Value) -> Value | None:
    op = value.op
    if op is not None and op.name == "if":
        return _last_compared(_only(op.regions[0]))
    return op.operands[1] if op is not None and op.name in COMPARE else None


def _first_compared(value: Value) -> Value | None:
    op = value.op
    if op is not None and op.name == "if":
        return _first_compared(op.operands[0])
    return op.operands[0] if op is not None and op.name in COMPARE else None
