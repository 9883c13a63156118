"""Writes of elements as statements: `x[i] = v`, `x[i] += v`, or a call where these will not do."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sourcead.backend import syntax
from sourcead.backend.fold import updates
from sourcead.backend.operators import BINARY
from sourcead.backend.plan import LOOPS
from sourcead.backend.subscripts import index_argument, index_operands, place_expression
from sourcead.ir.constants import constant
from sourcead.ir.core import Op
from sourcead.ir.index import Dots, NewAxis, Ref
from sourcead.ir.types import ArrayT, ListT, ScalarT, StructT, UnknownT, kind_of_dtype

if TYPE_CHECKING:
    from sourcead.backend.statements import Printer

AUGMENTED = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def wrote(op: Op, symbol: str) -> bool:
    """Whether an augmented assignment is in place: the user wrote one, or the statement is ours."""
    if op.phase in ("reverse", "tangent") or not op.loc.statement:
        return True
    return bool(symbol) and f" {symbol}= " in op.loc.statement


def renamed(printer: Printer, op: Op) -> list[ast.stmt]:
    """The new version's variable, where it is not the old version's."""
    old, new = printer.plan.names[op.operands[0]], printer.plan.names[op.results[0]]
    return [] if old == new else [syntax.assign(syntax.target(new), syntax.name(old))]


def _element(printer: Printer, op: Op) -> ast.Subscript:
    return place_expression(op, syntax.name(printer.plan.names[op.results[0]]), printer)


def setitem(printer: Printer, op: Op) -> list[ast.stmt]:
    update = _update(printer, op)
    if update is not None:
        kind, value = update
        return [*renamed(printer, op), syntax.augmented(_element(printer, op), kind, value)]
    value = printer.expr(op.operands[1])
    if _may_be_immutable(printer, op):
        return [_replaced(printer, op, value)]
    return [*renamed(printer, op), syntax.assign(_element(printer, op), value)]


def _may_be_immutable(printer: Printer, op: Op) -> bool:
    """Whether the cotangent of a tuple or a number may be written: where one element is, in line.

    In a loop it is no tuple: of what has elements an array or a list.
    """
    t, index = op.operands[0].type, op.attrs["index"]
    if op.phase not in ("reverse", "tangent"):
        return False
    if all(isinstance(entry, NewAxis | Dots) for entry in index):
        # NumPy's numbers can be read so.
        return isinstance(t, UnknownT) or (isinstance(t, ArrayT) and t.dims is None)
    element = all(isinstance(entry, int | NewAxis | Dots) for entry in index)
    if not element or not isinstance(t, UnknownT):
        return False
    loops = (o for o in printer.plan.function.body.walk() if o.name in LOOPS)
    return not any(op in region.walk() for loop in loops for region in loop.regions)


def _replaced(printer: Printer, op: Op, value: ast.expr) -> ast.stmt:
    old, new = printer.plan.names[op.operands[0]], printer.plan.names[op.results[0]]
    index = index_argument(_element(printer, op).slice, printer)
    made = syntax.call(printer.helper("replaced"), [syntax.name(old), index, value])
    return syntax.assign(syntax.target(new), made)


def _update(printer: Printer, op: Op) -> tuple[ast.operator, ast.expr] | None:
    """`x[i] = x[i] + v` is printed `x[i] += v`, where no conversion happens on the way."""
    changed = op.operands[1].op
    if changed is None or updates(op, printer.plan.folded) is None:
        return None
    if not wrote(op, AUGMENTED[changed.name]):
        return None
    return BINARY[changed.name](), printer.expr(changed.operands[1])


def setitem_add(printer: Printer, op: Op) -> list[ast.stmt]:
    """`x[i] += v`, or a call where an index may name an element twice or `x` be a list."""
    x, value = op.operands[:2]
    if _may_be_immutable(printer, op):
        old = place_expression(op, syntax.name(printer.plan.names[x]), printer)
        both = syntax.call(printer.helper("accumulate"), [old, printer.expr(value)])
        return [_replaced(printer, op, both)]
    if isinstance(x.type, ListT | StructT | UnknownT) or not (
        op.attrs.get("unique") or _is_single(op)
    ):
        return [*renamed(printer, op), _added_by_call(printer, op)]
    kind: ast.operator = ast.Add()
    if value in printer.plan.folded and value.op is not None and value.op.name == "neg":
        kind, value = ast.Sub(), value.op.operands[0]
    shown, number = printer.expr(value), constant(value)
    if isinstance(number, int | float) and not isinstance(number, bool) and number < 0:
        kind, shown = ast.Sub(), syntax.literal(-number)
    return [*renamed(printer, op), syntax.augmented(_element(printer, op), kind, shown)]


def _added_by_call(printer: Printer, op: Op) -> ast.stmt:
    """An element of a list is replaced by the sum: the old one may be known elsewhere."""
    x, value = op.operands[:2]
    place, shown = _element(printer, op), printer.expr(value)
    single = all(isinstance(v.type, ScalarT) for v in index_operands(op))
    numbers = all(isinstance(entry, int | Ref) for entry in op.attrs["index"])
    if isinstance(x.type, ListT) and single and numbers:
        if isinstance(x.type.elem, ScalarT | ArrayT):
            old = place_expression(op, syntax.name(printer.plan.names[op.results[0]]), printer)
            return syntax.assign(place, ast.BinOp(old, ast.Add(), shown))
    is_array = isinstance(x.type, ArrayT)
    function = printer.library("np.add.at") if is_array else printer.helper("add_at")
    args = [place.value, index_argument(place.slice, printer), shown]
    return ast.Expr(syntax.call(function, args))


def _is_single(op: Op) -> bool:
    """Whether an index names no element twice: numbers, slices, or one mask."""
    index = [v.type for v in index_operands(op)]
    if all(isinstance(t, ScalarT) and t.kind == "int" for t in index):
        return True
    return (
        len(index) == 1 and isinstance(index[0], ArrayT) and kind_of_dtype(index[0].dtype) == "bool"
    )
