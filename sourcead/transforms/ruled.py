"""How an operation's operands meet the parameters of its rule; used in both directions."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from sourcead.errors import Diagnostic
from sourcead.ir.core import Op, Value
from sourcead.ir.types import ScalarT, kind_of
from sourcead.ops.build import Builder
from sourcead.ops.catalog import definition
from sourcead.rules.declare import Rule
from sourcead.rules.zero import WITHOUT_DERIVATIVE
from sourcead.transforms.activity import may_be_complex
from sourcead.transforms.problems import (
    argument_without_derivative,
    argument_without_rule,
    complex_without_rule,
)
from sourcead.transforms.squares_ops import MARK

# Attributes that are no arguments of the function.
_MARKS = ("unique", MARK)

Grouped = dict[str, Value | tuple[Value, ...]]


def params_of(op: Op) -> list[str]:
    """The parameter that each operand belongs to."""
    variadic = [p.name for p in definition(op.name).params if p.kind == "var"]
    return [next((v for v in variadic if arg.removeprefix(v).isdigit()), arg) for arg in op.args]


def grouped(op: Op) -> Grouped:
    """The operands by parameter; those of a `*args` parameter are one tuple."""
    found: Grouped = {}
    for param, arg, value in zip(params_of(op), op.args, op.operands, strict=True):
        if param == arg:
            found[param] = value
        else:
            found[param] = (*members(found.get(param)), value)
    return found


def members(entry: Value | tuple[Value, ...] | None) -> tuple[Value, ...]:
    if entry is None:
        return ()
    return entry if isinstance(entry, tuple) else (entry,)


def uncovered(op: Op, rule: Rule, active: Container[Value]) -> Diagnostic | None:
    """What the rule does not cover: an argument it does not know, or cannot differentiate."""
    by_param = grouped(op)
    passed = [*by_param, *(a for a in op.attrs if a not in _MARKS)]
    for name in passed:
        if name not in rule.params:
            return argument_without_rule(op, name)
    for name, entry in by_param.items():
        complex_moves = any(v in active and kind_of(v.type) == "complex" for v in members(entry))
        if rule.real and complex_moves:
            return complex_without_rule(op)
        if name in rule.wrt or name in WITHOUT_DERIVATIVE.get(op.name, ()):
            continue
        if any(v in active for v in members(entry)):
            return argument_without_derivative(op, name)
    return None


def check_real(
    b: Builder,
    op: Op,
    rule: Rule,
    active: Container[Value],
    image: Callable[[Value], Value] = lambda value: value,
) -> None:
    """A rule for real numbers is applied to what may be complex at run time: then it raises."""
    if not rule.real:
        return
    for value in dict.fromkeys(v for entry in grouped(op).values() for v in members(entry)):
        if value in active and may_be_complex(value.type):
            message = f"the derivative rule of `{op.name}` holds for real numbers only"
            b.raise_if(b.op("np.iscomplexobj", [image(value)]), "TypeError", message)


def arguments(
    op: Op, rule: Rule, active: Container[Value], image: Callable[[Value], Value]
) -> dict[str, Any]:
    """What the rule's body is called with, by name; `image` maps the operation's values."""
    by_param = grouped(op)
    bound: dict[str, Any] = {
        name: tuple(map(image, entry)) if isinstance(entry, tuple) else image(entry)
        for name, entry in by_param.items()
    }
    bound.update({a: v for a, v in op.attrs.items() if a not in _MARKS})
    if rule.wants_out:
        bound["out"] = image(op.result)
    if rule.wants_argument:
        bound["argument"] = op.attrs.get(MARK, "")
    if rule.wants_active:
        moved = (any(v in active for v in members(by_param.get(a))) for a in rule.wrt)
        bound["active"] = tuple(moved)
    return bound


# What rules may compute with as it is: products, and sums.
_ANY_WIDTH = ("add", "sub", "mul", "div", "neg")
_SMALL = ("bool", "int8", "uint8", "int16", "uint16")


def in_full_width(b: Builder, op: Op, value: Value) -> Value:
    """An argument of an elementwise function, whose slopes small integers would lose digits in.

    NumPy's logarithm of an int8 has half precision, and its square overflows.
    """
    t, out = value.type, op.result.type
    if op.name in _ANY_WIDTH or getattr(t, "dtype", None) not in _SMALL:
        return value
    dtype = getattr(out, "dtype", None) or "float64"
    if kind_of(out) not in ("float", "complex", None):
        return value
    if isinstance(t, ScalarT):
        return b.op(f"np.{dtype}", [value], ("x",))
    return b.op("np.astype", [value], attrs={"dtype": dtype})


def body_of(rule: Rule) -> Callable[..., Any]:
    assert rule.function is not None
    return rule.function


def parameter_names(function: Callable[..., Any]) -> tuple[str, ...]:
    code = function.__code__
    return code.co_varnames[: code.co_argcount]
