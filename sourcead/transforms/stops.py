"""`stop_gradient` has no meaning once every derivative has been taken."""

from __future__ import annotations

from sourcead.ir.core import Function, Region, Value
from sourcead.ir.walk import substitute


def erase_stops(function: Function) -> None:
    """Replace each stopped value by the value itself."""
    mapping: dict[Value, Value] = {}
    _collect(function.body, mapping)
    substitute(function.body, mapping)


def _collect(region: Region, mapping: dict[Value, Value]) -> None:
    kept = []
    for op in region.ops:
        for inner in op.regions:
            _collect(inner, mapping)
        if op.name == "stop_gradient":
            value = mapping.get(op.operands[0], op.operands[0])
            value.hint = value.hint or op.result.hint
            mapping[op.result] = value
        else:
            kept.append(op)
    region.ops = kept
