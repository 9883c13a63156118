"""Tangents of single operations: of those that move values about, and of those with a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sourcead.ir.core import Op, Value
from sourcead.ir.types import StructT
from sourcead.rules.declare import BILINEAR, LINEAR, POINTWISE, ZERO, Rule
from sourcead.rules.table import rule_for
from sourcead.transforms.cotangents import Bar, Parts, field, parts_of
from sourcead.transforms.problems import no_rule
from sourcead.transforms.ruled import (
    arguments,
    body_of,
    parameter_names,
    params_of,
    uncovered,
)

if TYPE_CHECKING:
    from sourcead.transforms.forward import ForwardSweep

Tangent = Callable[["ForwardSweep", Op], Bar | None]
TANGENTS: dict[str, Tangent] = {}


def tangent_of(*names: str) -> Callable[[Tangent], Tangent]:
    def register(function: Tangent) -> Tangent:
        TANGENTS.update(dict.fromkeys(names, function))
        return function

    return register


def _again(sweep: ForwardSweep, op: Op, replaced: dict[int, Value]) -> Value:
    """The operation itself with some operands replaced."""
    operands = [replaced.get(k, sweep.of(v)) for k, v in enumerate(op.operands)]
    return sweep.b.op(op.name, operands, op.args, dict(op.attrs), style=op.style)


@tangent_of("getitem", "reversed", "without_last", "unbroadcast", "broadcast_like", "first_items")
def _of_first(sweep: ForwardSweep, op: Op) -> Bar | None:
    dot = sweep.dot(op.operands[0])
    return None if dot is None else _again(sweep, op, {0: dot})


@tangent_of("setitem", "setitem_add", "append", "accumulate")
def _of_two(sweep: ForwardSweep, op: Op) -> Bar | None:
    x, v, *_ = op.operands
    return _again(sweep, op, {0: sweep.dot_or_zero(x), 1: sweep.dot_or_zero(v)})


@tangent_of("tuple", "list", "dict", "object")
def _container(sweep: ForwardSweep, op: Op) -> Bar | None:
    if op.attrs.get("dynamic"):
        dots = {k: sweep.dot_or_zero(v) for k, v in enumerate(op.operands)}
        return _again(sweep, op, dots)
    keys = op.attrs.get("keys", range(len(op.operands)))
    parts: dict[Any, Bar] = {}
    for key, element in zip(keys, op.operands, strict=True):
        if element in sweep.dots:
            parts[key] = sweep.dots[element]
    return Parts(parts)


@tangent_of("field")
def _field(sweep: ForwardSweep, op: Op) -> Bar | None:
    struct = op.operands[0]
    bar = sweep.dots.get(struct)
    if bar is None:
        return None
    if isinstance(bar, Parts):
        return bar.of.get(op.attrs["key"])
    return field(sweep.b, bar, op.attrs["key"])


@tangent_of("set_field")
def _set_field(sweep: ForwardSweep, op: Op) -> Bar | None:
    struct, element = op.operands
    bar = sweep.dots.get(struct)
    parts = dict(parts_of(sweep.b, bar)) if bar is not None else {}
    parts.pop(op.attrs["key"], None)
    if element in sweep.dots:
        parts[op.attrs["key"]] = sweep.dots[element]
    return Parts(parts)


def rule_tangent(sweep: ForwardSweep, op: Op) -> Bar | None:
    """The tangent by the operation's rule."""
    rule = rule_for(op.name)
    if rule is None:
        sweep.facts.problems.append(no_rule(op))
        return None
    if rule.kind == ZERO:
        return None
    problem = uncovered(op, rule, sweep.dots)
    if problem is not None:
        sweep.facts.problems.append(problem)
        return None
    return _BY_KIND.get(rule.kind, _by_body)(sweep, op, rule)


def _moved(sweep: ForwardSweep, op: Op, arg: str) -> Value | None:
    operand = op.operand(arg)
    return None if operand is None else sweep.dot(operand)


def _bound(sweep: ForwardSweep, op: Op, rule: Rule) -> dict[str, Any]:
    return arguments(op, rule, sweep.dots, sweep.of)


def _pointwise(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    b = sweep.b
    found = sweep.facts.expander.expand(b, body_of(rule), _bound(sweep, op, rule))
    partials = list(found) if isinstance(found, tuple) else [found]
    total: Value | None = None
    for arg, partial in zip(rule.wrt, partials, strict=True):
        dot = _moved(sweep, op, arg)
        if dot is None or partial is None:
            continue
        term = b.op("mul", [partial, dot])
        total = term if total is None else b.op("add", [total, term])
    return total


def _linear(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    if rule.jvp is not None:
        bound = _bound(sweep, op, rule)
        for name, arg in zip(parameter_names(rule.jvp), rule.wrt, strict=False):
            bound[name] = _zero_or_dot(sweep, op, arg)
        made: Bar | None = sweep.facts.expander.expand(sweep.b, rule.jvp, bound)
        return made
    replaced = {}
    for position, param in enumerate(params_of(op)):
        if param in rule.wrt:
            replaced[position] = _zero_or_dot(sweep, op, op.args[position])
    return _again(sweep, op, replaced)


def _zero_or_dot(sweep: ForwardSweep, op: Op, arg: str) -> Value:
    dot = _moved(sweep, op, arg)
    return dot if dot is not None else _zero(sweep, op, arg)


def _zero(sweep: ForwardSweep, op: Op, arg: str) -> Value:
    operand = op.operand(arg)
    if operand is None or not isinstance(operand.type, StructT):
        return sweep.b.const(0.0)
    return sweep.dot_or_zero(operand)


def _bilinear(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    total: Value | None = None
    for arg in rule.wrt:
        dot = _moved(sweep, op, arg)
        if dot is None:
            continue
        term = _again(sweep, op, {op.args.index(arg): dot})
        total = term if total is None else sweep.b.op("add", [total, term])
    return total


def _by_body(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    bound = _bound(sweep, op, rule)
    for name, arg in zip(parameter_names(body_of(rule)), rule.wrt, strict=False):
        bound[name] = _zero_or_dot(sweep, op, arg)
    made: Bar | None = sweep.facts.expander.expand(sweep.b, body_of(rule), bound)
    return made


_BY_KIND: dict[str, Callable[..., Bar | None]] = {
    POINTWISE: _pointwise,
    LINEAR: _linear,
    BILINEAR: _bilinear,
}
