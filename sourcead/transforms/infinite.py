"""Which cotangents and tangents may be infinite: what a mask makes zero of them must be zero.

The mirror image of `selection`. There a zero meets an infinite slope; here the slope is the exact
zero of a selection, such as that of `np.maximum` or of a product with a mask.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from sourcead.ir.core import Module, Op, Region, Value
from sourcead.transforms.activity import Activity
from sourcead.transforms.selecting import EXTREMES, PRODUCTS, holds_zeros, meets_mask
from sourcead.transforms.steepness import is_declared_steep, is_finite_but_steep


def infinite_cotangents(
    body: Region, active: set[Value], results: Iterable[Value], module: Module
) -> set[Value]:
    """The values whose cotangents may be infinite while what was computed of them is finite."""
    if not _masks(body, module):
        return set()
    seeds = [*results, *_around(body, active, module, is_finite_but_steep, lambda op: op.operands)]
    return Activity(module).upstream(body, seeds) if seeds else set()


def infinite_tangents(
    body: Region, active: set[Value], params: Iterable[Value], module: Module
) -> set[Value]:
    """The values whose tangents may be infinite."""
    if not _masks(body, module):
        return set()
    seeds = [*params, *_around(body, active, module, is_declared_steep, lambda op: op.results)]
    return Activity(module).downstream(body, seeds) if seeds else set()


def masks(op: Op, position: int) -> bool:
    """Whether the slope for an operand may be the exact zero of a selection."""
    if meets_mask(op, position) or op.name in EXTREMES or op.name == "np.nan_to_num":
        return True
    return op.name == "mul" and op.phase == "reverse" and holds_zeros(op.operands[1 - position])


def _around(
    body: Region,
    active: set[Value],
    module: Module,
    counts: Callable[[Op, Container[Value]], bool],
    values: Callable[[Op], list[Value]],
) -> list[Value]:
    found = []
    for op in body.walk():
        if op.name == "call":
            steep = _any_in_callee(op.attrs["callee"], module, lambda inner: counts(inner, ()))
        else:
            steep = counts(op, active)
        if steep and not active.isdisjoint(op.operands):
            found += values(op)
    return found


def _may_mask(op: Op) -> bool:
    if op.name in PRODUCTS:
        return any(masks(op, k) for k in range(len(op.operands)))
    return masks(op, 0)


def has_masks(name: str, module: Module) -> bool:
    """Whether an operation of a function, or of one that it calls, may be a mask."""
    return _any_in_callee(name, module, _may_mask)


def _masks(body: Region, module: Module) -> bool:
    return any(
        _may_mask(op) or (op.name == "call" and has_masks(op.attrs["callee"], module))
        for op in body.walk()
    )


def _any_in_callee(
    name: str, module: Module, test: Callable[[Op], bool], seen: frozenset[str] = frozenset()
) -> bool:
    if name in seen or name not in module.functions:
        return False
    inner = seen | {name}
    return any(
        test(op) or (op.name == "call" and _any_in_callee(op.attrs["callee"], module, test, inner))
        for op in module.functions[name].body.walk()
    )
