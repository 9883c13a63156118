"""The insides of brackets."""

from __future__ import annotations

import ast

from sourcead.backend import syntax
from sourcead.backend.operators import Names
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import Dots, Entry, Index, NewAxis, Ref, Slice


def index_expression(op: Op, names: Names) -> ast.expr:
    """The inside of the brackets of `getitem`, `setitem` and `setitem_add`."""
    return _index(op.attrs["index"], index_operands(op), names)


def index_operands(op: Op) -> list[Value]:
    return op.operands[2 if op.name in ("setitem", "setitem_add") else 1 :]


def place_expression(op: Op, base: ast.expr, names: Names) -> ast.Subscript:
    """`x[i]`, or `x[i][j]` where a write goes through a view."""
    operands = index_operands(op)
    place = syntax.subscript(base, _index(op.attrs["index"], operands, names))
    for index in op.attrs.get("inner", ()):
        place = syntax.subscript(place, _index(index, operands, names))
    return place


def _index(index: Index, operands: list[Value], names: Names) -> ast.expr:
    def bound(part: int | Ref | None) -> ast.expr | None:
        if isinstance(part, Ref):
            known = constant(operands[part.k])
            return None if known is None else names.expr(operands[part.k])
        return None if part is None else syntax.literal(part)

    def entry(part: Entry) -> ast.expr:
        if isinstance(part, Slice):
            return ast.Slice(bound(part.lower), bound(part.upper), bound(part.step))
        if isinstance(part, NewAxis):
            return ast.Constant(None)
        if isinstance(part, Dots):
            return ast.Constant(...)
        return names.expr(operands[part.k]) if isinstance(part, Ref) else syntax.literal(part)

    entries = [entry(part) for part in index]
    return entries[0] if len(entries) == 1 else syntax.tuple_of(entries)


def subscript(op: Op, names: Names) -> ast.Subscript:
    return syntax.subscript(names.expr(op.operands[0]), index_expression(op, names))


def index_argument(index: ast.expr, names: Names) -> ast.expr:
    """A subscript as the argument of a call: slices are spelled out."""
    if isinstance(index, ast.Tuple):
        return syntax.tuple_of([index_argument(e, names) for e in index.elts])
    if isinstance(index, ast.Slice):
        bounds = (index.lower, index.upper, index.step)
        args = [ast.Constant(None) if b is None else b for b in bounds]
        return syntax.call(names.library("builtins.slice"), args)
    return index
