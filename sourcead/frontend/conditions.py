"""Conditions, and the expressions that choose: `and`, `or`, `not`, `if else`, comparisons."""

from __future__ import annotations

import ast
import enum
import functools
from collections.abc import Sequence

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    DictItems,
    Either,
    Items,
    Iteration,
    ListItems,
    OrNone,
    ShapeOf,
    Static,
)
from sourcead.frontend.dunders import beside_array, overloaded, truth_of_object
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.identity import compare_identity
from sourcead.frontend.join import conditional
from sourcead.frontend.membership import membership
from sourcead.frontend.memory import read
from sourcead.frontend.optional import is_none
from sourcead.frontend.outcomes import decided
from sourcead.frontend.outside import static
from sourcead.frontend.paths import per_path
from sourcead.frontend.sets import set_operation
from sourcead.frontend.statics import static_truth, static_value
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Value
from sourcead.ir.types import (
    BOOL,
    ListT,
    ScalarT,
    StructT,
)

COMPARISONS = {
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne",
    ast.Is: "is", ast.IsNot: "is_not", ast.In: "in", ast.NotIn: "not_in",
}  # fmt: skip


def condition(frame: Frame, node: ast.expr) -> bool | Value:
    """Whether an expression is true: a bool where that is known, else a value."""
    if isinstance(node, ast.BoolOp):
        with frame.at(node):
            return truth(frame, _chain(frame, node, node.values, True), node)
    return truth(frame, frame.expr(node), node)


def truth(frame: Frame, binding: Binding, node: ast.expr) -> bool | Value:
    """Whether something counts as true: a bool where that is known, else a value."""
    binding = frame.known(binding, node)
    if isinstance(binding, OrNone):
        return _truth_or_none(frame, binding, node)
    own = truth_of_object(frame, binding, node)
    if own is not None:
        return truth(frame, own, node)
    known = static_truth(binding, frame.state)
    if known is not None:
        return known
    value = read(frame, binding, node)
    if isinstance(value.type, ListT):
        length = frame.extent(value, 0, "len")
        return frame.op("gt", [length, frame.const(0)])
    return value


def _truth_or_none(frame: Frame, binding: OrNone, node: ast.expr) -> bool | Value:
    """None counts as false."""
    known = static_truth(binding.binding, frame.state)
    given = binding.given
    assert isinstance(given, Value)
    if known is not None:
        return given if known else False

    def there() -> Binding:
        found = truth(frame, binding.binding, node)
        return frame.const(found) if isinstance(found, bool) else frame.op("bool", [found], ("x",))

    found = conditional(frame, given, there, lambda: frame.const(False), node, everything(frame))
    return read(frame, found, node)


def everything(frame: Frame) -> frozenset[str]:
    """Every name: inside an expression nothing is known to be dead."""
    return frozenset(frame.state.env) | frame.program.locals_of(frame.source)


@expression(ast.BoolOp)
def boolean(frame: Frame, node: ast.BoolOp) -> Binding:
    return _chain(frame, node, node.values, False)


def _chain(frame: Frame, node: ast.BoolOp, values: Sequence[ast.expr], as_truth: bool) -> Binding:
    """`a and b`; of a condition only the truth is asked for."""
    first = frame.expr(values[0])
    if len(values) == 1 and as_truth:
        found = truth(frame, first, values[0])
        return frame.const(found) if isinstance(found, bool) else found
    if len(values) == 1:
        return first
    known = truth(frame, first, values[0])
    stops_on = isinstance(node.op, ast.Or)
    if isinstance(known, bool):
        if known is stops_on:
            return frame.const(known) if as_truth else first
        return _chain(frame, node, values[1:], as_truth)

    def go_on() -> Binding:
        return _chain(frame, node, values[1:], as_truth)

    def stop() -> Binding:
        if as_truth or (first is known and known.type == BOOL):
            return frame.const(stops_on)
        return first.binding if stops_on and isinstance(first, OrNone) else first

    arms = (stop, go_on) if stops_on else (go_on, stop)
    return conditional(frame, known, arms[0], arms[1], node, everything(frame))


@expression(ast.IfExp)
def ternary(frame: Frame, node: ast.IfExp) -> Binding:
    cond = condition(frame, node.test)
    if isinstance(cond, bool):
        return frame.thing(node.body if cond else node.orelse)
    return conditional(
        frame,
        cond,
        lambda: frame.thing(node.body),
        lambda: frame.thing(node.orelse),
        node,
        everything(frame),
    )


@expression(ast.Compare)
def compare(frame: Frame, node: ast.Compare) -> Binding:
    return _comparisons(frame, node, frame.thing(node.left), 0)


def _comparisons(frame: Frame, node: ast.Compare, left: Binding, k: int) -> Binding:
    name = COMPARISONS[type(node.ops[k])]
    comparator = node.comparators[k]
    if isinstance(comparator, ast.Set) and name in ("in", "not_in"):
        comparator = ast.copy_location(ast.Tuple(comparator.elts, ast.Load()), comparator)
    right = frame.thing(comparator)
    first = compare_pair(frame, name, left, right, node)
    if k + 1 == len(node.ops):
        return first
    known = truth(frame, first, node)
    if known is False:
        return first
    if known is True:
        return _comparisons(frame, node, right, k + 1)
    return conditional(
        frame,
        known,
        lambda: _comparisons(frame, node, right, k + 1),
        lambda: frame.const(False) if first is known and known.type == BOOL else first,
        node,
        everything(frame),
    )


def compare_pair(frame: Frame, name: str, left: Binding, right: Binding, node: ast.expr) -> Binding:
    """One comparison, decided now where both sides are known well enough."""
    left, right = _compared(frame, name, left, node), _compared(frame, name, right, node)
    if isinstance(left, Either):
        return per_path(frame, left, node, lambda x: compare_pair(frame, name, x, right, node))
    if isinstance(right, Either):
        return per_path(frame, right, node, lambda x: compare_pair(frame, name, left, x, node))
    if name in ("in", "not_in"):
        return membership(frame, name, left, right, node)
    if name in NONE_TESTS and (isinstance(left, OrNone) or isinstance(right, OrNone)):
        return _compare_or_none(frame, name, left, right, node)
    if name in ("is", "is_not"):
        return compare_identity(frame, name, left, right, node)
    own = overloaded(frame, name, left, right, node)
    own = own or set_operation(frame, name, left, right)
    if own is not None:
        return own
    left, right = beside_array(frame, left, right, node), beside_array(frame, right, left, node)
    a, b = static_value(left), static_value(right)
    if _is_object(a) and _is_object(b):
        return frame.const((a == b) == (name == "eq"))
    if (_is_object(a) or _is_object(b)) and name in ("eq", "ne") and MISSING not in (a, b):
        return frame.const(name == "ne")
    if isinstance(left, Items | ShapeOf) and isinstance(right, Items | ShapeOf):
        return _compare_tuples(frame, name, left, right, node)
    return frame.op(name, [read(frame, left, node), read(frame, right, node)])


def _compared(frame: Frame, name: str, side: Binding, node: ast.expr) -> Binding:
    """A side of a comparison: only of `is` may it be one of several objects."""
    return decided(frame.state, side) if name in ("is", "is_not") else frame.known(side, node)


NONE_TESTS = ("is", "is_not", "eq", "ne")


def _compare_or_none(
    frame: Frame, name: str, left: Binding, right: Binding, node: ast.expr
) -> Binding:
    """A comparison with what is None on some paths: None is equal to None alone."""
    for x, y, first in ((left, right, True), (right, left, False)):
        if not isinstance(x, OrNone):
            continue
        if static_value(y) is None:
            return x.given if name in ("is_not", "ne") else is_none(frame, x)
        assert isinstance(x.given, Value)
        pairs = [(side, y) if first else (y, side) for side in (x.binding, Static(None))]
        arms = [functools.partial(compare_pair, frame, name, *pair, node) for pair in pairs]
        return conditional(frame, x.given, arms[0], arms[1], node, everything(frame))
    raise AssertionError(left)


def _is_object(value: object) -> bool:
    """Something that no number equals: a string, None, a function, a dtype, a tuple of these."""
    return value is not MISSING and not isinstance(value, int | float | complex)


def _compare_tuples(
    frame: Frame, name: str, left: Binding, right: Binding, node: ast.expr
) -> Binding:
    a, b = elements(frame, left, node), elements(frame, right, node)
    if a is None or b is None or name not in ("eq", "ne"):
        return frame.op(name, [read(frame, left, node), read(frame, right, node)])
    if len(a) != len(b):
        return frame.const(name == "ne")
    result: Binding = frame.const(True)
    for x, y in zip(a, b, strict=True):
        part = compare_pair(frame, "eq", x, y, node)
        known = truth(frame, result, node)
        if known is False:
            break
        if known is True:
            result = part
        else:
            result = _both(frame, known, part, node)
    return result if name == "eq" else negate(frame, result, node)


def _both(frame: Frame, first: Value, second: Binding, node: ast.expr) -> Binding:
    """`first and second`, for a second condition that is there already."""
    return conditional(
        frame, first, lambda: second, lambda: frame.const(False), node, everything(frame)
    )


def elements(frame: Frame, binding: Binding, node: ast.AST) -> list[Binding] | None:
    """The elements of something of known structure, None where it is not known."""
    match binding:
        case Items():
            return list(binding.items)
        case Static(held=tuple() | list() | str() as value):
            if any(isinstance(v, int | float) for v in value):
                value = binding.value
            return [frame.const(v) if isinstance(v, int | float) else static(v) for v in value]
        case Static(value=enum.EnumType() as members):
            return _members(frame, binding, members, node)
        case ShapeOf(array=array):
            rank = getattr(array.type, "rank", 0 if isinstance(array.type, ScalarT) else None)
            if rank is None:
                return None
            return [frame.extent(array, k) for k in range(rank)]
        case Cell():
            content = frame.state.contents[binding]
            if isinstance(content, DictItems):
                return [Static(k) for k in content.items]
            return list(content.items) if isinstance(content, ListItems) else None
        case Iteration(kind="items" | "keys" | "values", parts=(Cell() as viewed,)):
            content = frame.state.contents[viewed]
            return _viewed(frame, binding.kind, content) if isinstance(content, DictItems) else None
        case Value() if isinstance(binding.type, StructT) and binding.type.kind == "tuple":
            keys = binding.type.keys
            return [frame.op("field", [binding], ("s",), {"key": k}) for k in keys]
    return None


def _members(
    frame: Frame, binding: Binding, members: enum.EnumType, node: ast.AST
) -> list[Binding]:
    """What a loop over the class of an enumeration gives."""
    from sourcead.frontend.expressions import get_attribute

    each: list[enum.Enum] = list(members)
    return [get_attribute(frame, binding, member.name, node) for member in each]


def _viewed(frame: Frame, kind: str, content: DictItems) -> list[Binding]:
    """What a view of a dict shows now."""
    keys: list[Binding] = [
        frame.const(k) if isinstance(k, int | float) else Static(k) for k in content.items
    ]
    if kind == "keys":
        return keys
    values = list(content.items.values())
    return values if kind == "values" else [Items(pair) for pair in zip(keys, values, strict=True)]


def negate(frame: Frame, binding: Binding, node: ast.expr) -> Binding:
    """Python's `not`."""
    known = truth(frame, binding, node)
    if isinstance(known, bool):
        return frame.const(not known)
    inner = constant(known)
    return frame.const(not inner) if inner is not MISSING else frame.op("not", [known])
