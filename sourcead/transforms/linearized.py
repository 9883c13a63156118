"""A function and its linear approximation at a point, as `linearize` hands them out.

`f_linearized(args...)` returns the result and a tuple of what was saved; `f_tangent(saved...,
x_dot...)` returns the tangent of the result. What moves is known only to the second. A loop, a
branch or a call in which primal values and tangents go together is run by both, from what it reads.
"""

from __future__ import annotations

from sourcead.ir.core import Function, Op, Param, Value
from sourcead.ir.structure import Leaf, map_leaves
from sourcead.ir.walk import copy_function, free_values_of
from sourcead.transforms.costs import is_free
from sourcead.transforms.dce import remove_dead_code
from sourcead.transforms.facts import Facts
from sourcead.transforms.forward import real_results, tangent
from sourcead.transforms.halves import free_name, pack
from sourcead.transforms.invariants import quiet
from sourcead.transforms.random_streams import Around, drawn_again


def linearized_functions(function: Function, facts: Facts) -> tuple[Function, Function]:
    """The function that evaluates and saves, and the linear one.

    Args:
        function: the primal.
        facts: the module and the rules, and the parameters that move.
    """
    name = f"{function.name}_linearized"
    first = tangent(function, facts.wrt, real_results(function), facts, name)
    linear, copies = copy_function(first)
    drawn = drawn_again(first, linear, copies, facts)
    own = {p.name for p in function.params}
    dots = [v for v, p in zip(linear.body.params, linear.params, strict=True) if p.name not in own]
    count = len(function.body.yields)
    linear.name = f"{function.name}_tangent"
    linear.body.yields = linear.body.yields[count:]
    linear.output = map_leaves(first.output.children[1], lambda leaf: Leaf(leaf.index - count))
    remove_dead_code(linear, facts)
    saves = _split(linear, dots, drawn)
    linear.body.ops = quiet(linear.body.ops, facts)
    originals = {copied: value for value, copied in copies.items()}
    _evaluating(first, function, [originals[v] for v in saves], facts)
    return first, linear


def _evaluating(first: Function, primal: Function, saves: list[Value], facts: Facts) -> None:
    """Leave of the tangent what computes the primal results and what is saved."""
    by_name = {p.name: v for p, v in zip(first.params, first.body.params, strict=True)}
    first.params = list(primal.params)
    first.body.params = [by_name[p.name] for p in primal.params]
    first.body.yields = first.body.yields[: len(primal.body.yields)]
    first.output = primal.output
    _without_tangents(first, facts)
    pack(first, saves)
    remove_dead_code(first, facts)


def _without_tangents(function: Function, facts: Facts) -> None:
    """Call the functions themselves instead of their tangents, and loop over no tangents."""
    primals = {made: facts.module.functions[key[1]] for key, made in facts.made.items()}
    for op in list(function.body.walk()):
        if op.attrs.get("tangent_streams"):
            stop = op.attrs["streams"]
            start = stop - op.attrs.pop("tangent_streams")
            del op.operands[start:stop]
            del op.regions[-1].params[start:stop]
            op.attrs["streams"] = start
        primal = primals.get(op.attrs["callee"]) if op.name == "call" else None
        if primal is not None:
            op.attrs["callee"] = primal.name
            op.operands = op.operands[: len(primal.body.params)]
            op.results = op.results[: len(primal.body.yields)]


def _split(linear: Function, dots: list[Value], drawn: Around) -> list[Value]:
    """Leave what depends on tangents; the rest comes in saved, except for what costs nothing."""
    depends = set(dots)
    kept: list[Op] = []
    for op in linear.body.ops:
        if not depends.isdisjoint(free_values_of(op)):
            depends.update(op.results)
            before, after = drawn.get(op, ([], []))
            kept += [*before, op, *after]
    makers = {v: op for op in linear.body.ops if op not in kept for v in op.results}
    wanted = {*makers, *linear.body.params} - depends
    saves: dict[Value, None] = {}
    again: dict[Op, None] = {}

    def need(value: Value) -> None:
        if value not in wanted or value in saves:
            return
        maker = makers.get(value)
        if maker is None or not is_free(maker):
            saves[value] = None
            return
        for operand in free_values_of(maker):
            need(operand)
        again[maker] = None

    for op in kept:
        for value in free_values_of(op):
            need(value)
    for value in linear.body.yields:
        need(value)
    names = dict(zip(linear.body.params, (p.name for p in linear.params), strict=True))
    taken: set[str] = {names[v] for v in dots}
    params: list[Param] = []
    for value in saves:
        value.hint = free_name(value.hint or value.soft or "saved", taken)
        taken.add(value.hint)
        params.append(Param(value.hint))
        value.op = None
    linear.params = [*params, *(Param(names[v]) for v in dots)]
    linear.body.params = [*saves, *dots]
    linear.body.ops = [*again, *kept]
    return list(saves)
