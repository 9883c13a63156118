"""Applying a derivative rule backwards: the rule's body becomes IR in the reverse sweep."""

from __future__ import annotations

import cmath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import ListT, StructT, UnknownT
from sourcead.ir.walk import free_values_of, substitute
from sourcead.ops.build import Builder
from sourcead.rules.creation import unstack_like
from sourcead.rules.declare import BILINEAR, LINEAR, POINTWISE, RULE, ZERO, Rule
from sourcead.rules.steep import STEEP
from sourcead.rules.table import rule_for
from sourcead.transforms.activity import has_complex_operand
from sourcead.transforms.cotangents import (
    Bar,
    LinearScope,
    Parts,
    Scope,
    field,
    materialise,
    parts_of,
)
from sourcead.transforms.edges import broadcasts, fit, gate, in_dtype_of, masked
from sourcead.transforms.infinite import masks
from sourcead.transforms.lengths import ABSOLUTES, one_sided
from sourcead.transforms.problems import needs_vjp, no_rule
from sourcead.transforms.ruled import (
    arguments,
    body_of,
    check_real,
    grouped,
    in_full_width,
    members,
    parameter_names,
    uncovered,
)
from sourcead.transforms.steepness import is_steep

if TYPE_CHECKING:
    from sourcead.transforms.reverse import Sweep


def rule_adjoint(sweep: Sweep, op: Op, bar: Bar, scope: Scope) -> None:
    """Add to each active operand its cotangent, by the operation's rule."""
    rule = rule_for(op.name)
    if rule is None:
        sweep.facts.problems.append(no_rule(op))
        return
    if rule.kind == ZERO and not (rule.real and has_complex_operand(op)):
        check_real(scope.b, op, rule, scope.active)
        return
    problem = uncovered(op, rule, scope.active)
    if problem is not None:
        sweep.facts.problems.append(problem)
        return
    check_real(scope.b, op, rule, scope.active)
    # The parts of a result that have no cotangent need no work: the transposed tangent skips them.
    parted = isinstance(bar, Parts) and rule.kind == RULE and (rule.vjp is None or rule.parted)
    g = bar if parted else materialise(scope.b, bar, op.result)
    cotangents = _BY_KIND[rule.kind](sweep, op, rule, g, scope)
    by_param = grouped(op)
    for name, cotangent in zip(rule.wrt, cotangents, strict=True):
        entry = by_param.get(name)
        parts = cotangent if isinstance(entry, tuple) else (cotangent,)
        for operand, part in zip(members(entry), parts, strict=False):
            if operand in scope.active and part is not None:
                _contribute(sweep, scope, operand, part, broadcasts(op))


def _bound(op: Op, rule: Rule, scope: Scope) -> dict[str, Any]:
    return arguments(op, rule, scope.active, lambda value: value)


def _contribute(
    sweep: Sweep, scope: Scope, operand: Value, cotangent: Any, stretched: bool
) -> None:
    if isinstance(cotangent, Value) and not isinstance(operand.type, StructT | ListT):
        if isinstance(cotangent.type, ListT):  # of a function of `math` that was given an array
            cotangent = scope.b.op("np.array", [cotangent], ("object",))
        fitted = fit if stretched else in_dtype_of
        scope.add(operand, fitted(scope.b, cotangent, operand))
    else:
        scope.add(operand, _in_form_of(sweep, operand, cotangent))


def _in_form_of(sweep: Sweep, operand: Value, cotangent: Any) -> Bar:
    """What a rule gives for an argument in the one form that the argument's cotangent has.

    That of a list is a list, also where the rule, for which the list is an array, gives an array;
    broadcasting is undone for each element of a sequence, and of those inside it.
    """
    b, t = sweep.b, operand.type
    sequence = isinstance(t, ListT) or (isinstance(t, StructT) and t.kind in ("list", "tuple"))
    if isinstance(cotangent, Value) and sequence:
        if isinstance(cotangent.type, (StructT, type(t))):
            return cotangent
        cotangent = sweep.facts.expander.expand(b, unstack_like, {"g": cotangent, "like": operand})
    if isinstance(cotangent, Value):
        return cotangent if isinstance(t, StructT | ListT) else fit(b, cotangent, operand)
    parts = enumerate(cotangent) if isinstance(cotangent, tuple | list) else cotangent.items()
    fitted: dict[Any, Bar] = {}
    for key, part in parts:
        if part is not None:
            element = field(b, operand, key) if isinstance(t, StructT) else None
            fitted[key] = part if element is None else _in_form_of(sweep, element, part)
    return Parts(fitted)


def _results(found: Any, rule: Rule) -> list[Any]:
    return list(found) if isinstance(found, tuple) else [found]


def _pointwise(sweep: Sweep, op: Op, rule: Rule, g: Value, scope: Scope) -> list[Any]:
    b = scope.b
    bound = arguments(op, rule, scope.active, lambda v: in_full_width(b, op, v))
    partials = _results(sweep.facts.expander.expand(b, body_of(rule), bound), rule)
    found: list[Any] = []
    for arg, partial in zip(rule.wrt, partials, strict=True):
        moved = partial is not None and op.operand(arg) in scope.active
        found.append(_product(sweep, op, g, partial, arg, scope) if moved else None)
    return found


def _product(sweep: Sweep, op: Op, g: Value, partial: Value, arg: str, scope: Scope) -> Value:
    """What was selected away counts for 0, also where the other factor is infinite or undefined."""
    if op.result in sweep.selection.infinite and masks(op, op.args.index(arg)):
        return masked(scope.b, g, partial)
    product = scope.b.op("mul", [g, partial])
    if op.name in ABSOLUTES:
        product = one_sided(scope.b, product, partial)
    if _is_finite(partial) or _is_in_where(sweep, op, g):
        return product
    if op.result not in sweep.selected:
        return product
    numbers = op.result in sweep.selection.chosen
    steep = is_steep(op, op.args.index(arg), scope.active, numbers)
    return gate(scope.b, product, g) if steep else product


def _is_in_where(sweep: Sweep, op: Op, g: Value) -> bool:
    """Whether a product is moved into the `np.where` that made the zeros of `g`."""
    made = g.op
    if made is None or made.name != "np.where" or op.result not in sweep.selection.masked:
        return False
    return any(constant(v) == 0 for v in made.operands[1:])


def _is_finite(partial: Value) -> bool:
    known = constant(partial)
    return isinstance(known, bool | int | float | complex) and cmath.isfinite(known)


def _linear(sweep: Sweep, op: Op, rule: Rule, g: Value, scope: Scope) -> list[Any]:
    bound = _bound(op, rule, scope)
    body = body_of(rule)
    bound[parameter_names(body)[0]] = g
    found = sweep.facts.expander.expand(scope.b, body, bound)
    return [found] if len(rule.wrt) == 1 else _results(found, rule)


def _by_tangent(sweep: Sweep, op: Op, rule: Rule, g: Bar, scope: Scope) -> list[Any]:
    """A rule that gives a tangent: its adjoint is the transpose of its body."""
    bound = arguments(op, rule, scope.active, lambda value: _as_array(scope.b, value))
    if rule.vjp is not None:
        bound[parameter_names(rule.vjp)[0]] = _one_by_one(scope.b, op, g) if rule.parted else g
        found = sweep.facts.expander.expand(scope.b, rule.vjp, bound)
        return [found] if len(rule.wrt) == 1 else _results(found, rule)
    return _transpose(sweep, op, rule, bound, g, scope)


def _one_by_one(b: Builder, op: Op, g: Bar) -> Bar | tuple[Bar | None, ...]:
    """The cotangents of the parts of a result; of one part where it has no others."""
    if isinstance(op.result.type, UnknownT):
        return g
    if not isinstance(op.result.type, StructT):
        return (g,)
    parts = parts_of(b, g)
    return tuple(parts.get(key) for key in op.result.type.keys)


def _as_array(b: Builder, value: Value) -> Value:
    """A parameter of unknown type may be a list, which rules do not compute with."""
    is_parameter = value.op is None and isinstance(value.type, UnknownT)
    return b.op("np.asarray", [value]) if is_parameter else value


def _transpose(
    sweep: Sweep, op: Op, rule: Rule, bound: dict[str, Any], g: Bar, scope: Scope
) -> list[Any]:
    b, body = scope.b, body_of(rule)
    tangents: list[Value | None] = []
    for arg, name in zip(rule.wrt, parameter_names(body), strict=False):
        operand = op.operand(arg)
        moved = operand is not None and operand in scope.active
        tangents.append(Value(operand.type) if moved and operand else None)
        bound[name] = tangents[-1] if tangents[-1] is not None else b.const(0.0)
    scratch = Region()
    with b.into(scratch):
        out = sweep.facts.expander.expand(b, body, bound)
    linear = _dependents(scratch, {t for t in tangents if t is not None})
    if op.result in sweep.selected and op.name in STEEP:
        sweep.selected |= linear
    # Adjoints of linear operations may ask for the shape of what they were applied to: it is
    # that of the same operations on the primal value.
    pairs = zip(tangents, rule.wrt, strict=True)
    stand_ins = {t: bound.get(a, op.operand(a)) for t, a in pairs if t is not None}
    walked = [o for o in scratch.ops if linear.intersection(o.results)]
    if any(o.regions for o in walked):
        sweep.facts.problems.append(needs_vjp(op))
        return [None] * len(tangents)
    inner = LinearScope(b, linear, linear)
    for result, part in _results_with_cotangents(b, out, g):
        inner.add(result, part)
    start = len(b.region.ops)
    sweep.walk(walked, inner)
    reversed_ops = b.region.ops[start:]
    b.region.ops[start:] = scratch.ops + reversed_ops
    step = Region()
    step.ops = scratch.ops + reversed_ops
    substitute(step, {t: v for t, v in stand_ins.items() if v is not None})
    return [inner.value_of(t) if t is not None else None for t in tangents]


def _results_with_cotangents(b: Builder, out: Any, g: Bar) -> list[tuple[Value, Bar]]:
    """A function of several results has a tangent of several parts."""
    if isinstance(out, Value):
        return [(out, g)]
    parts = parts_of(b, g)
    return [(v, parts[k]) for k, v in enumerate(out) if isinstance(v, Value) and k in parts]


def _dependents(region: Region, values: set[Value]) -> set[Value]:
    found = set(values)
    for op in region.ops:
        if any(v in found for v in free_values_of(op)):
            found.update(op.results)
    return found


_BY_KIND: dict[str, Callable[..., list[Any]]] = {
    POINTWISE: _pointwise,
    LINEAR: _linear,
    BILINEAR: _linear,
    RULE: _by_tangent,
}
