"""From a primal function to the function that computes its gradient."""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.ir.core import Function, Region, Value
from sourcead.ir.structure import Leaf, Node, Structure, leaves, map_leaves
from sourcead.ir.types import StructT, Type
from sourcead.ir.walk import copy_function
from sourcead.ops.build import Builder
from sourcead.transforms.activity import Activity
from sourcead.transforms.checkpointed_steps import outline
from sourcead.transforms.cotangents import Bar, Parts, Scope, accumulate, bar_name, own_values
from sourcead.transforms.cuts import cut_of
from sourcead.transforms.dce import prune
from sourcead.transforms.edges import in_form_of
from sourcead.transforms.facts import CalleeHalves, Facts
from sourcead.transforms.function_demands import meet_function_demands
from sourcead.transforms.halves import Halves, Mask, Reversed
from sourcead.transforms.pipeline import prepare
from sourcead.transforms.problems import draw_without_rule, zero_everywhere
from sourcead.transforms.reverse import Sweep
from sourcead.transforms.selection import PLAIN, Zeros, selection_backwards
from sourcead.transforms.settled import settled_parts
from sourcead.transforms.simplify import SimplifyingBuilder


def gradient(function: Function, wrt: Sequence[int], beside: str, facts: Facts) -> Function:
    """The function that computes the gradient of a scalar result, forward and reverse sweep fused.

    Args:
        function: the primal; its first result is differentiated.
        wrt: positions of the differentiated parameters.
        beside: what is returned too: "value" for the primal's result, before the gradient; "aux"
            for what the primal returns beside the scalar, after it; or "".
        facts: the module and the rules.
    """
    moved = tuple(k in wrt for k in range(len(function.params)))
    position = next(iter(leaves(function.output)))
    wanted = tuple(k == position for k in range(len(function.body.yields)))
    made = reverse(function, moved, wanted, facts, seed=1.0)
    meet_function_demands(made)
    body = made.function.body
    body.ops += made.region.ops
    bars = made.region.yields
    output = made.function.output
    values: list[Value] = []
    if beside == "value":
        values = list(body.yields)
    elif beside == "aux":
        assert isinstance(output, Node)
        output, values = _only(output.children[1], body.yields)
    grads = _structure_of(len(bars), len(values))
    body.yields = values + bars
    parts = {"value": (output, grads), "aux": (grads, output)}
    made.function.output = Node("tuple", (0, 1), parts[beside]) if beside else grads
    made.function.name = f"{function.name}_{'value_and_grad' if beside == 'value' else 'grad'}"
    return made.function


def _only(structure: Structure, values: list[Value]) -> tuple[Structure, list[Value]]:
    """A part of a result, with the values that it holds."""
    kept = sorted(set(leaves(structure)))
    moved = map_leaves(structure, lambda leaf: Leaf(kept.index(leaf.index)))
    return moved, [values[k] for k in kept]


def _structure_of(count: int, first: int) -> Structure:
    if count == 1:
        return Leaf(first)
    children = tuple(Leaf(first + k) for k in range(count))
    return Node("tuple", tuple(range(count)), children)


def _halves(facts: Facts) -> CalleeHalves:
    if facts.halves is None:
        facts.halves = Halves(
            facts,
            lambda f, moved, wanted, onto, zeros: reverse(
                f, moved, wanted, facts, onto=onto, zeros=zeros
            ),
        )
    return facts.halves


def reverse(
    function: Function,
    moved: Mask,
    wanted: Mask,
    facts: Facts,
    seed: float | None = None,
    onto: Mask = (),
    zeros: Zeros = PLAIN,
) -> Reversed:
    """A copy of the function with its reverse: the cotangents of the moved parameters.

    The reverse region reads forward values as if they were in scope. Its seeds are parameters,
    or the literal `seed`. The cotangents of the parameters of `onto` are added to given ones.
    What is known of those of the results stands in `zeros`.
    """
    made, _ = copy_function(function)
    made = outline(prepare(made, facts), facts)
    body = made.body
    for op in body.walk():
        op.phase = "forward"
    params = [p for p, m in zip(body.params, moved, strict=True) if m]
    results = [v for v, w in zip(body.yields, wanted, strict=True) if w]
    activity = Activity(facts.module)
    active = activity.run(body, params, results)
    facts.problems += map(draw_without_rule, activity.moved_draws)
    for param in params:
        cut = None if param in active else cut_of(body, param, activity.varied, results)
        if cut is not None:
            facts.warnings.append(zero_everywhere(cut, param.hint))
    region = Region()
    b = SimplifyingBuilder(region, function.loc, "reverse")
    b.complex_numbers, b.again = facts.has_complex_numbers(), facts.again
    scope = Scope(b, active, own_values(body))
    seeds = []
    for k, value in enumerate(results):
        g = b.const(seed) if seed is not None else Value(value.type, _seed_name(value, k, results))
        seeds.append(g)
        scope.add(value, g)
    sums = [p for p, m in zip(body.params, onto, strict=False) if m]
    for param in sums:
        bar = Value(param.type, bar_name(param) or "sum_bar")
        seeds.append(bar)
        # A parameter that is a result too has the cotangent of that already.
        known = scope.bars.get(param)
        scope.bars[param] = bar if known is None else accumulate(b, known, bar)
    selection = selection_backwards(body, active, results, zeros, facts.module)
    sweep = Sweep(facts, active, b, _halves(facts), selection)
    sweep.forward_body = body
    sweep.settled = settled_parts(body, keeps_parameters=seed is not None)
    with facts.differentiating(function) as b.second_order:
        sweep.walk(body.ops, scope)
    region.yields = [_handed_out(scope, p) for p in params]
    prune(region)
    return Reversed(made, region, sweep, seeds, region.yields)


def _handed_out(scope: Scope, param: Value) -> Value:
    """The cotangent of a parameter, in the form and the width of each part of it."""
    bar = scope.lookup(param)
    if isinstance(bar, Parts):
        scope.bars[param] = _parts_in_form(scope.b, bar, param.type)
    return in_form_of(scope.b, scope.value_or_zero(param), param)


def _parts_in_form(b: Builder, bar: Bar, t: Type) -> Bar:
    if isinstance(bar, Value):
        return in_form_of(b, bar, Value(t))
    if not isinstance(t, StructT):
        return bar
    types = dict(zip(t.keys, t.types, strict=True))
    return Parts({key: _parts_in_form(b, part, types[key]) for key, part in bar.of.items()})


def _seed_name(value: Value, position: int, results: list[Value]) -> str:
    name = bar_name(value) or ("out_bar" if len(results) == 1 else f"out{position}_bar")
    taken = [bar_name(v) for v in results[:position]]
    return f"{name}_{position}" if name in taken else name
