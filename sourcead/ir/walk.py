"""Uses, free values, substitution and copying: what every pass needs to move around in the IR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sourcead.ir.core import Function, Module, Op, Region, Value

Map = dict[Value, Value]


def uses(region: Region) -> dict[Value, int]:
    """How often each value is read in a region, its nested regions and its yields."""
    count: dict[Value, int] = {}
    for value in reads(region):
        count[value] = count.get(value, 0) + 1
    return count


def reads(region: Region) -> Iterator[Value]:
    """Every read of a value, in program order."""
    for op in region.ops:
        yield from op.operands
        for inner in op.regions:
            yield from reads(inner)
    yield from region.yields


def defined(region: Region) -> Iterator[Value]:
    """Every value a region defines, those of nested regions included."""
    yield from region.params
    for op in region.ops:
        yield from op.results
        for inner in op.regions:
            yield from defined(inner)


def free_values(region: Region) -> list[Value]:
    """The values a region reads but does not define, each once, in order of first use."""
    own = set(defined(region))
    return list(dict.fromkeys(v for v in reads(region) if v not in own))


def free_values_of(op: Op) -> list[Value]:
    """The values an operation reads from outside: operands, and what its regions capture."""
    found = dict.fromkeys(op.operands)
    for region in op.regions:
        found.update(dict.fromkeys(free_values(region)))
    return list(found)


def substitute(region: Region, mapping: Map) -> None:
    """Replace reads of the mapping's keys in place, nested regions included."""
    if not mapping:
        return
    for op in region.walk():
        op.operands = [mapping.get(v, v) for v in op.operands]
        for inner in op.regions:
            inner.yields = [mapping.get(v, v) for v in inner.yields]
    region.yields = [mapping.get(v, v) for v in region.yields]


def copy_value(value: Value, op: Op | None = None) -> Value:
    new = Value(value.type, value.hint, op)
    new.soft, new.key = value.soft, value.key
    return new


def copy_op(op: Op, mapping: Map) -> Op:
    """A copy whose operands are mapped; its results are new and entered into the mapping."""
    new = Op(
        op.name,
        [mapping.get(v, v) for v in op.operands],
        op.args,
        dict(op.attrs),
        [copy_region(r, mapping) for r in op.regions],
        op.loc,
        op.style,
        op.phase,
    )
    new.awaited = op.awaited
    for result in op.results:
        copied = copy_value(result, new)
        new.results.append(copied)
        mapping[result] = copied
    return new


def copy_region(region: Region, mapping: Map) -> Region:
    """A copy of a region with new parameters, results and nested regions."""
    new = Region()
    for param in region.params:
        mapping[param] = copy_value(param)
        new.params.append(mapping[param])
    new.ops = [copy_op(op, mapping) for op in region.ops]
    new.yields = [mapping.get(v, v) for v in region.yields]
    return new


def copy_function(function: Function) -> tuple[Function, Map]:
    """A deep copy, and the map from old values to new ones."""
    mapping: Map = {}
    body = copy_region(function.body, mapping)
    new = Function(
        function.name, body, list(function.params), function.output, function.doc, function.loc
    )
    new.forward_half = function.forward_half
    return new, mapping


def copy_module(module: Module) -> Module:
    """A deep copy of the functions of a module, and of those it is to take derivatives of."""
    derived = {
        name: replace(derivation, function=_copy_whole(derivation.function))
        for name, derivation in module.derived.items()
    }
    functions = {name: _copy_whole(function) for name, function in module.functions.items()}
    return replace(module, functions=functions, derived=derived)


def _copy_whole(function: Function) -> Function:
    return replace(copy_function(function)[0], writes=function.writes)


def users(region: Region) -> dict[Value, list[Op]]:
    """The operations that read each value directly as an operand (yields are not listed)."""
    found: dict[Value, list[Op]] = {}
    for op in region.walk():
        for value in op.operands:
            found.setdefault(value, []).append(op)
    return found


def region_of(body: Region, op: Op) -> Region:
    """The region, of those in a function's body, that holds an operation."""
    if op in body.ops:
        return body
    for other in body.walk():
        for region in other.regions:
            if op in region.ops:
                return region
    raise AssertionError(f"{op} is not in the function")


def count_ops(regions: Iterable[Region]) -> int:
    return sum(1 for region in regions for _ in region.walk())
