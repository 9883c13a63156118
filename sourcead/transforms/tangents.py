"""Tangents of single operations: of those that move values about, and of those with a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.types import StructT, kind_of, rank_of
from sourcead.ops.build import Builder
from sourcead.rules.declare import BILINEAR, LINEAR, POINTWISE, ZERO, Rule
from sourcead.rules.products import masked_matmul
from sourcead.rules.table import rule_for
from sourcead.transforms.activity import has_complex_operand, may_have_complex_operand
from sourcead.transforms.cotangents import Bar, Parts, field, parts_of
from sourcead.transforms.edges import MaskedProducts, gate, masked
from sourcead.transforms.infinite import masks
from sourcead.transforms.lengths import ABSOLUTES, moved_length, one_sided
from sourcead.transforms.problems import no_rule
from sourcead.transforms.ruled import (
    arguments,
    body_of,
    check_real,
    grouped,
    in_full_width,
    parameter_names,
    params_of,
    uncovered,
)
from sourcead.transforms.selecting import CONTRACTIONS
from sourcead.transforms.steepness import is_finite_but_steep

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


@tangent_of("getitem", "reversed", "without_last", "unbroadcast", "broadcast_like")
@tangent_of("updated")
@tangent_of("first_items", "last_items", "extended_with_zeros", "preceded_by_zeros")
@tangent_of("without_item", "with_zero_at", "delete", "truncate", "repeat")
def _of_first(sweep: ForwardSweep, op: Op) -> Bar | None:
    dot = sweep.dot(op.operands[0])
    return None if dot is None else _again(sweep, op, {0: dot})


@tangent_of("gate")
def _gate(sweep: ForwardSweep, op: Op) -> Bar | None:
    product, *factors = op.operands
    dot = sweep.dot(product)
    if dot is None:
        return None
    dots = [d for d in map(sweep.dot, factors) if d is not None]
    return gate(sweep.b, dot, *map(sweep.of, factors), *dots)


@tangent_of("setitem", "setitem_add", "append", "insert", "extend")
@tangent_of("accumulate", "concat")
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


@tangent_of("length")
def _length(sweep: ForwardSweep, op: Op) -> Bar | None:
    dot = sweep.dot(op.operands[0])
    if dot is None:
        return None
    return moved_length(sweep.b, op, dot, sweep.dot_or_zero, sweep.of)


def rule_tangent(sweep: ForwardSweep, op: Op) -> Bar | None:
    """The tangent by the operation's rule."""
    rule = rule_for(op.name)
    if rule is None:
        sweep.facts.problems.append(no_rule(op))
        return None
    if rule.kind == ZERO and not (rule.real and has_complex_operand(op)):
        check_real(sweep.b, op, rule, sweep.dots, sweep.of)
        return None
    problem = uncovered(op, rule, sweep.dots)
    if problem is not None:
        sweep.facts.problems.append(problem)
        return None
    check_real(sweep.b, op, rule, sweep.dots, sweep.of)
    dot = _BY_KIND.get(rule.kind, _by_body)(sweep, op, rule)
    return _real_of_real(sweep.b, dot, op) if isinstance(dot, Value) else dot


def _bound(sweep: ForwardSweep, op: Op, rule: Rule) -> dict[str, Any]:
    return arguments(op, rule, sweep.dots, sweep.of)


def _pointwise(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    b = sweep.b
    wide = arguments(op, rule, sweep.dots, lambda v: in_full_width(b, op, sweep.of(v)))
    found = sweep.facts.expander.expand(b, body_of(rule), wide)
    partials = list(found) if isinstance(found, tuple) else [found]
    total: Value | None = None
    for arg, partial in zip(rule.wrt, partials, strict=True):
        operand = op.operand(arg)
        dot = None if operand is None else sweep.dot(operand)
        if dot is None or partial is None:
            continue
        assert operand is not None
        term = masked(b, dot, partial) if _is_masked(sweep, op, operand) else None
        if term is None:
            term = b.op("mul", [partial, dot])
            if op.name in ABSOLUTES:
                term = one_sided(b, term, partial)
            zeros = operand in sweep.selection.selected and constant(partial) is MISSING
            if zeros and is_finite_but_steep(op, sweep.active):
                term = gate(b, term, dot)
        total = term if total is None else b.op("add", [total, term])
    return total


def _is_masked(sweep: ForwardSweep, op: Op, operand: Any) -> bool:
    """Whether a tangent that may be infinite meets a slope that may be the zero of a selection."""
    known = isinstance(operand, Value) and operand in sweep.selection.infinite
    return known and masks(op, op.operands.index(operand))


# Functions whose results are real, whatever they are applied to.
SIZES = ("abs", "np.abs", "np.angle", "np.hypot")


def _real_of_real(b: Builder, dot: Value, op: Op) -> Value:
    """The tangent of a real function of complex numbers, such as `abs`, is the real part."""
    kind, real = kind_of(dot.type), kind_of(op.result.type) == "float"
    perhaps = kind is None and op.name in SIZES and may_have_complex_operand(op)
    if perhaps or (real and kind == "complex"):
        return b.op("np.real", [dot])
    return dot


def _linear(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    if rule.jvp is not None:
        return _expanded(sweep, op, rule, rule.jvp)
    replaced = {
        position: _dot_or_zero(sweep, op, op.operands[position])
        for position, param in enumerate(params_of(op))
        if param in rule.wrt
    }
    fixed = {name: _zeroed(v) if name in rule.wrt else v for name, v in op.attrs.items()}
    operands = [replaced.get(k, sweep.of(v)) for k, v in enumerate(op.operands)]
    return sweep.b.op(op.name, operands, op.args, fixed, style=op.style)


def _zeroed(value: Any) -> Any:
    """The tangent of an argument that is known when the function is compiled."""
    if isinstance(value, tuple):
        return tuple(_zeroed(v) for v in value)
    return value if value is None or isinstance(value, str) else 0


def _dot_or_zero(sweep: ForwardSweep, op: Op, operand: Value) -> Value:
    """The tangent of an operand; a zero that broadcasts as the operand does will do."""
    if operand not in sweep.dots and op.name in _BROADCASTING:
        return sweep.b.const(0.0)
    return sweep.dot_or_zero(operand)


_BROADCASTING = ("np.where",)


def _bilinear(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    """The product rule, for as many factors as there are."""
    total: Value | None = None
    for position, param in enumerate(params_of(op)):
        dot = sweep.dot(op.operands[position]) if param in rule.wrt else None
        if dot is None:
            continue
        term = _product_with_mask(sweep, op, position, dot)
        if term is None:
            term = _again(sweep, op, {position: dot})
        total = term if total is None else sweep.b.op("add", [total, term])
    return total


def _product_with_mask(sweep: ForwardSweep, op: Op, position: int, dot: Value) -> Value | None:
    """A product of a mask with a tangent that may be infinite."""
    if not _is_masked(sweep, op, op.operands[position]):
        return None
    ranks = sorted(rank_of(v.type) or 0 for v in op.operands)
    of_matrix = ranks == [1, 2] and op.name in ("matmul", "np.dot")
    of_vectors = op.name in CONTRACTIONS and ranks == [1, 1] and rank_of(op.result.type) == 0
    if not of_matrix and not of_vectors:
        return _product_of_finite(sweep, op, position, dot)
    factors = [sweep.of(v) for v in op.operands]
    mask = factors[1 - position]
    factors[position] = dot
    bound = {"x": factors[0], "y": factors[1], "mask": mask}
    product: Value = sweep.facts.expander.expand(sweep.b, masked_matmul, bound)
    return product


def _product_of_finite(sweep: ForwardSweep, op: Op, position: int, dot: Value) -> Value:
    """A product where what is not finite counts only if no other factor is 0 there."""
    b = sweep.b
    finite = b.op("np.isfinite", [dot])
    kept = b.op("np.where", [finite, dot, b.const(0)])
    met = {k: b.op("ne", [sweep.of(v), b.const(0)]) for k, v in enumerate(op.operands)}
    met[position] = b.op("np.logical_not", [finite])
    meets = _again(sweep, op, {k: b.op("mul", [b.const(1.0), v]) for k, v in met.items()})
    whole = _again(sweep, op, {position: dot})
    return b.op("np.where", [meets, whole, _again(sweep, op, {position: kept})])


def _by_body(sweep: ForwardSweep, op: Op, rule: Rule) -> Bar | None:
    return _expanded(sweep, op, rule, body_of(rule))


def _expanded(sweep: ForwardSweep, op: Op, rule: Rule, body: Callable[..., Any]) -> Bar | None:
    """What a body that takes tangents first returns."""
    bound = _bound(sweep, op, rule)
    by_param, pairs = grouped(op), list(zip(parameter_names(body), rule.wrt, strict=False))
    for name, arg in pairs:
        entry = by_param.get(arg)
        if isinstance(entry, tuple):
            bound[name] = tuple(map(sweep.dot_or_zero, entry))
        elif entry is None or (entry not in sweep.dots and not isinstance(entry.type, StructT)):
            # The body asks `active` before it looks into the tangent of what does not move.
            bound[name] = sweep.b.const(0.0)
        else:
            bound[name] = sweep.dot_or_zero(entry)
    infinite = {bound[name] for name, arg in pairs if _is_masked(sweep, op, by_param.get(arg))}
    b = MaskedProducts(sweep.b, infinite) if infinite else sweep.b
    return _put_together(sweep, op, sweep.facts.expander.expand(b, body, bound))


def _put_together(sweep: ForwardSweep, op: Op, found: Any) -> Bar | None:
    """The tangent of a function with several results, as its body returns it."""
    if not isinstance(found, tuple | list):
        made: Bar | None = found
        return made
    t = op.result.type
    if isinstance(t, StructT):
        pairs = zip(t.keys, found, strict=True)
        return Parts({key: part for key, part in pairs if part is not None})
    return sweep.b.op("list", list(found), attrs={"dynamic": True})


_BY_KIND: dict[str, Callable[..., Bar | None]] = {
    POINTWISE: _pointwise,
    LINEAR: _linear,
    BILINEAR: _bilinear,
}
