"""Forward mode along several directions at once: tangents have an axis of directions in front."""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.errors import NoAxis
from sourcead.ir.core import Function, Region, Value
from sourcead.ir.types import ArrayT, Dim, StructT, may_be_real_number
from sourcead.ops.build import Builder
from sourcead.transforms.batched import Batch
from sourcead.transforms.facts import Facts
from sourcead.transforms.forward import real_results, tangent
from sourcead.transforms.simplify import SimplifyingBuilder


def tangents_along(function: Function, facts: Facts) -> Function:
    """The function of primal values and of tangents for each direction.

    It returns what the tangent of one direction returns, with the axis in front of each tangent.

    Args:
        function: the primal.
        facts: the module and the rules, and the parameters that move.

    Raises:
        NoAxis: an operation does not take the axis.
    """
    name = f"{function.name}_jvp"
    single = tangent(function, facts.wrt, real_results(function), facts, name)
    region = Region()
    b = SimplifyingBuilder(region, function.loc, "tangent")
    dim = Dim(("directions", function.name), None)
    names = {p.name for p in function.params}
    dots = [
        value
        for value, param in zip(single.body.params, single.params, strict=True)
        if param.name not in names
    ]
    batch = Batch(b, facts, {}, dim)
    for param in single.body.params:
        region.params.append(batch.param(param, param in dots))
    batch.bound.update(region.params)
    batch.count = _count(b, [batch.many[dot] for dot in dots])
    batch.run_all(single.body.ops)
    first = len(function.body.yields)
    region.yields = [batch.plain(v) for v in single.body.yields[:first]]
    region.yields += [batch.spread(v) for v in single.body.yields[first:]]
    return Function(name, region, single.params, single.output, function.doc, function.loc)


def _count(b: Builder, dots: Sequence[Value]) -> Value:
    """The number of directions, asked of the first array among the tangents."""
    for dot in dots:
        found = _first_array(b, dot)
        if found is not None:
            return b.op("dim", [found], attrs={"axis": 0})
    raise NoAxis


def _first_array(b: Builder, value: Value) -> Value | None:
    t = value.type
    if isinstance(t, StructT):
        for key, u in zip(t.keys, t.types, strict=True):
            if not may_be_real_number(u):
                continue
            found = _first_array(b, b.op("field", [value], attrs={"key": key}, type=u))
            if found is not None:
                return found
    return value if isinstance(t, ArrayT) and t.dims else None
