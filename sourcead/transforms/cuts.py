"""Finding what cuts the only path from an argument to the result: `int(x)`, `np.round(x)`, ..."""

from __future__ import annotations

from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.rules.declare import ZERO
from sourcead.rules.table import rule_for

_SHAPES = ("dim", "shape", "ndim", "size", "dtype", "range", "np.shape", "np.size", "np.ndim")


def cut_of(body: Region, param: Value, varied: set[Value], results: list[Value]) -> Op | None:
    """The first piecewise constant operation between a varied value and a result, if there is one.

    Args:
        body: the function's region.
        param: the parameter whose derivative is zero.
        varied: the values that move with the differentiated parameters.
        results: the results that are differentiated.
    """
    reaching = _reaching(body, set(results))
    from_param = _dependents(body, {param})
    for op in body.walk():
        cuts = op.name not in _SHAPES and _is_piecewise_constant(op)
        if cuts and any(v in varied and v in from_param for v in op.operands):
            if any(r in reaching for r in op.results):
                return op
    return None


def _is_piecewise_constant(op: Op) -> bool:
    rule = rule_for(op.name)
    return rule is not None and rule.kind == ZERO and op.name != "stop_gradient"


def _edges(body: Region) -> list[tuple[Value, Value]]:
    """Data flow from value to value, control left out."""
    found: list[tuple[Value, Value]] = []
    for op in body.walk():
        if op.name == "if":
            for region in op.regions:
                found += zip(region.yields, op.results, strict=True)
        elif op.name in ("for", "while"):
            loop = Loop(op)
            found += zip(loop.streams, loop.items, strict=True)
            found += zip(loop.inits, loop.carries, strict=True)
            found += zip(loop.nexts, loop.carries, strict=True)
            found += zip(loop.carries, loop.finals, strict=True)
            found += zip(loop.collected, loop.tapes, strict=True)
        else:
            found += [(v, r) for v in op.operands for r in op.results]
    return found


def _closure(start: set[Value], edges: list[tuple[Value, Value]]) -> set[Value]:
    found = set(start)
    before = -1
    while before != len(found):
        before = len(found)
        found.update(b for a, b in edges if a in found)
    return found


def _dependents(body: Region, start: set[Value]) -> set[Value]:
    return _closure(start, _edges(body))


def _reaching(body: Region, results: set[Value]) -> set[Value]:
    return _closure(results, [(b, a) for a, b in reversed(_edges(body))])
