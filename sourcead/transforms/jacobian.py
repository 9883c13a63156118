"""Whole Jacobians: column by column in forward mode, row by row in reverse mode.

The derivative is inlined into a loop over unit vectors; what does not depend on the vector is
moved out of the loop, so that rows and columns share the primal (in reverse mode, the whole
forward sweep).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sourcead.ir.core import Function, Loc, Op, Region, Value
from sourcead.ir.index import FULL, Index, Ref
from sourcead.ir.structure import Fixed, Leaf, Node, Structure, leaves
from sourcead.ir.types import INT, RANGE, ArrayT, ScalarT, kind_of, may_be_real_number, rank_of
from sourcead.ir.walk import Map, copy_op, copy_region, substitute
from sourcead.ops.infer_common import dtype_of
from sourcead.transforms.edges import NARROW, in_width_of, shape_origin
from sourcead.transforms.facts import Facts
from sourcead.transforms.forward import tangent
from sourcead.transforms.function_demands import meet_function_demands
from sourcead.transforms.gradient import reverse
from sourcead.transforms.invariants import draw_in, hoist, without_effects
from sourcead.transforms.jacobian_at_once import as_columns, as_rows, at_once
from sourcead.transforms.problems import no_jacobian
from sourcead.transforms.simplify import SimplifyingBuilder

Array = Any


def unit_vector(like: Array, k: int, dtype: Any) -> Array:
    """A zero array with a one at its `k`-th element."""
    if np.ndim(like) == 1:
        unit = np.zeros_like(like)
        unit[k] = 1.0
        return unit
    unit = np.zeros(np.size(like), dtype)
    unit[k] = 1.0
    return np.reshape(unit, np.shape(like))


def no_columns(out: Array, x: Array, dtype: Any) -> Array:
    if np.ndim(out) == 0:
        return np.zeros(np.size(x), dtype)
    return np.zeros((*np.shape(out), np.size(x)), dtype)


def no_rows(out: Array, x: Array, dtype: Any) -> Array:
    if np.ndim(x) == 0:
        return np.zeros(np.size(out), dtype)
    return np.zeros((np.size(out), *np.shape(x)), dtype)


def width_of(value: Value) -> str | None:
    """The dtype of a block in single precision; None is NumPy's own, double precision."""
    dtype = dtype_of(value.type)
    return dtype if dtype in NARROW else None


def shaped(jacobian: Array, out: Array, x: Array) -> Array:
    return np.reshape(jacobian, (*np.shape(out), *np.shape(x)))


def jacobian_by_columns(function: Function, facts: Facts) -> Function:
    """The function that computes the Jacobian with a tangent per element of the arguments.

    Args:
        function: the primal.
        facts: the module and the rules, and the parameters that are differentiated.
    """
    if any(draw_in(op, facts) for op in function.body.walk()):
        return jacobian_by_rows(function, facts)  # where nothing is drawn for each of them
    work = _Work.of(function, facts)
    wanted = tuple(k in work.real for k in range(len(function.body.yields)))
    outs: list[Value] = []
    blocks: dict[tuple[int, int], Value] = {}
    for position in work.positions:
        made = tangent(function, [position], wanted, facts, f"{function.name}_jvp")
        made_columns = _columns(work, made.body, position, outs)
        outs, columns = made_columns[: len(wanted)], made_columns[len(wanted) :]
        blocks |= {(k, position): block for k, block in zip(work.real, columns, strict=True)}
    return work.finished(blocks)


def _primal(work: _Work) -> list[Value]:
    """The results of the function itself."""
    body = work.function.body
    primal = copy_region(body, dict(zip(body.params, work.region.params, strict=True)))
    substitute(primal, dict(zip(primal.params, work.region.params, strict=True)))
    work.region.ops += primal.ops
    return primal.yields


def jacobian_by_rows(function: Function, facts: Facts) -> Function:
    """The function that computes the Jacobian with a cotangent per element of the results."""
    work = _Work.of(function, facts)
    blocks: dict[tuple[int, int], Value] = {}
    for k in work.real:
        wanted = tuple(k == j for j in range(len(function.body.yields)))
        moved = tuple(p in work.positions for p in range(len(function.params)))
        scalar = isinstance(function.body.yields[k].type, ScalarT)
        made = reverse(function, moved, wanted, facts, seed=1.0 if scalar else None)
        meet_function_demands(made)
        body = made.function.body
        renamed = dict(zip(body.params, work.region.params, strict=True))
        substitute(body, renamed)
        substitute(made.region, renamed)
        work.region.ops += body.ops if k == work.real[0] else without_effects(body.ops, facts)
        rows = _rows(work, made.region, made.seeds[0], body.yields[k])
        blocks |= {(k, p): block for p, block in zip(sorted(work.positions), rows, strict=True)}
    return work.finished(blocks)


@dataclass
class _Work:
    """The function that is being built."""

    function: Function
    facts: Facts
    region: Region
    b: SimplifyingBuilder
    positions: list[int]
    real: list[int]

    @classmethod
    def of(cls, function: Function, facts: Facts) -> _Work:
        region = Region()
        positions = list(facts.wrt)
        for param in function.body.params:
            copied = region.new_param(param.type, param.hint)
            copied.key = param.key
        results = function.body.yields
        found = sorted(set(leaves(function.output)))
        real = [k for k in found if may_be_real_number(results[k].type)]
        for name, value in (
            *((function.params[k].name, region.params[k]) for k in positions),
            *(("the result", function.body.yields[k]) for k in real),
        ):
            if not _is_plain(value):
                facts.problems.append(no_jacobian(_place(function, value), name, value.type))
        b = SimplifyingBuilder(region, function.loc, "tangent")
        if facts.problems:
            return cls(function, facts, region, b, [], [])
        return cls(function, facts, region, b, positions, real)

    def expand(self, body: Callable[..., Any], *values: Value | str | None) -> Value:
        names = body.__code__.co_varnames[: body.__code__.co_argcount]
        made: Value = self.facts.expander.expand(
            self.b, body, dict(zip(names, values, strict=True))
        )
        return made

    def unit(self, like: Value, k: Value, name: str) -> Value:
        """The `k`-th unit vector, under the name of what it stands for."""
        made = self.expand(unit_vector, shape_origin(like), k, width_of(like))
        for value in (made, *(made.op.operands[:1] if made.op is not None else ())):
            if value.hint == "unit" and rank_of(like.type) == 1:
                value.hint = name
        made.hint = name
        return made

    def loop(self, count: Value, blank: list[Value], fill: Callable[[Value], list[Value]]) -> Op:
        """A loop over `range(count)` that carries the blocks it fills."""
        b = self.b
        stream = b.op("range", [b.const(0), count, b.const(1)], type=RANGE)
        loop = Op("for", [stream, *blank], (), {"streams": 1}, [Region()], b.loc, "", "tangent")
        body = loop.regions[0]
        k = body.new_param(INT, "k")
        for value in blank:
            body.new_param(value.type, "jacobian")
        with b.into(body):
            body.yields = fill(k)
        hoist(loop, self.region, self.facts)
        self.region.ops.append(loop)
        for value in blank:
            loop.new_result(value.type, "jacobian")
        return loop

    def finished(self, blocks: dict[tuple[int, int], Value]) -> Function:
        """The function, with the blocks in the structure of the primal's result."""
        order = list(blocks)
        results = self.function.body.yields
        with self.b.into(self.region):
            self.region.yields = [in_width_of(self.b, blocks[k], results[k[0]]) for k in order]

        def place(structure: Structure) -> Structure:
            if isinstance(structure, Node):
                children = tuple(place(child) for child in structure.children)
                return Node(structure.kind, structure.keys, children, structure.cls)
            if isinstance(structure, Fixed) or structure.index not in self.real:
                return Fixed(None)
            found = tuple(Leaf(order.index((structure.index, p))) for p in self.positions)
            return found[0] if len(found) == 1 else Node("tuple", tuple(range(len(found))), found)

        f = self.function
        output = place(f.output)
        name = f"{f.name}_jacobian"
        return Function(name, self.region, list(f.params), output, f.doc, f.loc)


def _is_plain(value: Value) -> bool:
    """A real number, or an array of known rank of them."""
    t = value.type
    return isinstance(t, ScalarT | ArrayT) and rank_of(t) is not None and kind_of(t) == "float"


def _place(function: Function, value: Value) -> Loc:
    return value.op.loc if value.op is not None else function.loc


def _columns(work: _Work, body: Region, position: int, outs: list[Value]) -> list[Value]:
    """The results, then the blocks of one parameter: the derivatives along its elements.

    `outs` are the results where they have been computed, and what the program prints is printed.
    """
    b, x = work.b, work.region.params[position]
    (x_dot,) = (p for p in body.params if p.hint not in {q.name for q in work.function.params})
    given = [p for p in body.params if p is not x_dot]
    mapping: Map = dict(zip(given, work.region.params, strict=True))
    ops = without_effects(body.ops, work.facts) if outs else body.ops
    count = len(work.function.body.yields)
    if isinstance(x.type, ScalarT):
        return _inlined(b, ops, {**mapping, x_dot: b.const(1.0)}, body.yields)
    sizes = [x, *(work.function.body.yields[k] for k in work.real)]
    # What a gradient keeps on the way would be kept for each column of a Hessian.
    tapes = all(op.phase != "reverse" for op in body.walk())
    batch = at_once(b, work.facts, ops, dict(mapping), x_dot, x, sizes, tapes, work.region.params)
    blocks = None if batch is None else as_columns(batch, body.yields[count:], x)
    if batch is not None and blocks is not None:
        return [*(outs or map(batch.plain, body.yields[:count])), *blocks]
    outs = outs or _primal(work)
    return [*outs, *_one_by_one(work, body, x, x_dot, mapping, outs)]


def _inlined(
    b: SimplifyingBuilder, ops: list[Op], mapping: Map, yields: list[Value]
) -> list[Value]:
    for op in ops:
        b.append(copy_op(op, mapping))
    return [mapping.get(v, v) for v in yields]


def _one_by_one(
    work: _Work, body: Region, x: Value, x_dot: Value, mapping: Map, outs: list[Value]
) -> list[Value]:
    """The blocks of one parameter, column by column."""
    b = work.b
    ops = without_effects(body.ops, work.facts)
    blank = [
        work.expand(no_columns, shape_origin(outs[k]), x, width_of(outs[k])) for k in work.real
    ]

    def fill(k: Value) -> list[Value]:
        unit = work.unit(x, k, x_dot.hint)
        columns = _inlined(b, ops, {**mapping, x_dot: unit}, body.yields[len(outs) :])
        return [
            b.op("setitem", [jacobian, column, k], ("x", "v", "i0"), {"index": _column(jacobian)})
            for jacobian, column in zip(b.region.params[1:], columns, strict=True)
        ]

    loop = work.loop(b.op("size", [x]), blank, fill)
    return _shaped(work, loop.results, [(outs[k], x) for k in work.real], rank_of(x.type) != 1)


def _column(jacobian: Value) -> Index:
    """The subscript of the `k`-th place along the last axis."""
    return (*[FULL] * ((rank_of(jacobian.type) or 1) - 1), Ref(0))


def _rows(work: _Work, region: Region, seed: Value, out: Value) -> list[Value]:
    """The blocks of one result: its derivatives with respect to each parameter."""
    b = work.b
    if isinstance(out.type, ScalarT):
        work.region.ops += region.ops
        return region.yields
    out = shape_origin(out)
    sizes = [out, *(work.region.params[p] for p in work.positions)]
    with b.during("reverse"):
        batch = at_once(b, work.facts, region.ops, {}, seed, out, sizes, True, work.region.params)
    if batch is not None:
        return as_rows(batch, region.yields, out)
    xs = [work.region.params[p] for p in sorted(work.positions)]
    blank = [work.expand(no_rows, out, x, width_of(x)) for x in xs]

    def fill(k: Value) -> list[Value]:
        substitute(region, {seed: work.unit(out, k, seed.hint)})
        b.region.ops += region.ops
        attrs = {"index": (Ref(0),)}
        return [
            b.op("setitem", [jacobian, bar, k], ("x", "v", "i0"), attrs)
            for jacobian, bar in zip(b.region.params[1:], region.yields, strict=True)
        ]

    loop = work.loop(b.op("size", [out]), blank, fill)
    return _shaped(work, loop.results, [(out, x) for x in xs], rank_of(out.type) != 1)


def _shaped(
    work: _Work, blocks: list[Value], pairs: list[tuple[Value, Value]], needed: bool
) -> list[Value]:
    """The blocks with one axis for each axis of the result and of the parameter."""
    if not needed:
        return list(blocks)
    return [
        work.expand(shaped, block, shape_origin(out), x)
        for block, (out, x) in zip(blocks, pairs, strict=True)
    ]
