"""Every derivative as a transformation of a function of a module: one line of the table each."""

from __future__ import annotations

from collections.abc import Callable

from sourcead.ir.core import Function
from sourcead.ir.structure import Leaf, map_leaves
from sourcead.transforms.along import tangents_along
from sourcead.transforms.facts import Facts
from sourcead.transforms.forward import Mask, real_results, tangent
from sourcead.transforms.gradient import gradient
from sourcead.transforms.jacobian import jacobian_by_columns, jacobian_by_rows
from sourcead.transforms.linearized import linearized_functions
from sourcead.transforms.pipeline import clean
from sourcead.transforms.pullback import vjp_functions

Made = tuple[Function, list[Function]]
Transform = Callable[[Function, Mask, Facts], Made]


def _positions(moved: Mask) -> list[int]:
    return [k for k, m in enumerate(moved) if m]


def _grad(function: Function, moved: Mask, facts: Facts) -> Made:
    return gradient(function, _positions(moved), "", facts), []


def _grad_aux(function: Function, moved: Mask, facts: Facts) -> Made:
    return gradient(function, _positions(moved), "aux", facts), []


def _value_and_grad(function: Function, moved: Mask, facts: Facts) -> Made:
    return gradient(function, _positions(moved), "value", facts), []


def _vjp(function: Function, moved: Mask, facts: Facts) -> Made:
    forward, pullback = vjp_functions(function, moved, facts)
    return forward, [pullback]


def _jvp(function: Function, moved: Mask, facts: Facts) -> Made:
    name = f"{function.name}_jvp"
    return tangent(function, facts.wrt, real_results(function), facts, name), []


def _jvp_along(function: Function, moved: Mask, facts: Facts) -> Made:
    return tangents_along(function, facts), []


def _linearize(function: Function, moved: Mask, facts: Facts) -> Made:
    evaluating, linear = linearized_functions(function, facts)
    return evaluating, [linear]


def _hvp(function: Function, moved: Mask, facts: Facts) -> Made:
    """Forward over reverse: the tangent of the gradient, whose own value is dropped."""
    facts.expander.orders_to_come += 1
    grad = clean(gradient(function, _positions(moved), "", facts), facts)
    facts.expander.orders_to_come -= 1
    made = tangent(grad, facts.wrt, real_results(grad), facts, f"{function.name}_hvp")
    first = len(grad.body.yields)
    made.body.yields = made.body.yields[first:]
    made.output = map_leaves(made.output.children[1], lambda leaf: Leaf(leaf.index - first))
    return made, []


def _jacobian_forward(function: Function, moved: Mask, facts: Facts) -> Made:
    return jacobian_by_columns(function, facts), []


def _jacobian_reverse(function: Function, moved: Mask, facts: Facts) -> Made:
    return jacobian_by_rows(function, facts), []


TRANSFORMS: dict[str, Transform] = {
    "jacobian_forward": _jacobian_forward,
    "jacobian_reverse": _jacobian_reverse,
    "grad": _grad,
    "value_and_grad": _value_and_grad,
    "grad_aux": _grad_aux,
    "value_and_grad_aux": _value_and_grad,
    "vjp": _vjp,
    "linearize": _linearize,
    "jvp": _jvp,
    "jvp_along": _jvp_along,
    "hvp": _hvp,
}
