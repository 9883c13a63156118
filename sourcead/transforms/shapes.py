"""Queries of shapes, which do not depend on what an array holds.

Before reverse mode a query is moved to the oldest version of its array, so that nothing written in
place is ever demanded for its shape. At the end it is moved to the newest version in scope, so
that an old version is not kept, nor needs a name, for its shape alone.
"""

from __future__ import annotations

from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.presence import is_bound
from sourcead.ir.types import ArrayT, Type, dims_of, same_array, same_shape
from sourcead.rules.declare import POINTWISE
from sourcead.rules.table import rule_for
from sourcead.transforms.chains import chain, link_to
from sourcead.transforms.facts import Facts

QUERIES = (
    "dim",
    "shape",
    "ndim",
    "size",
    "zero",
    "np.shape",
    "np.size",
    "np.ndim",
    "np.zeros_like",
    "np.ones_like",
    "np.empty_like",
)

# Queries whose answer has the dtype of the array too.
TYPED = ("zero", "np.zeros_like", "np.ones_like", "np.empty_like")

Roots = dict[Value, Value]


def ask_oldest_version(function: Function, facts: Facts) -> Function:
    """Move shape queries to the version that exists before any write."""
    _ask_oldest(function.body, {})
    return function


def _ask_oldest(region: Region, roots: Roots) -> None:
    for op in region.ops:
        if op.name in QUERIES and op.operands:
            op.operands[0] = _shape_root(op, roots)
        if op.name in ("for", "while"):
            _enter_loop(op, roots)
        for inner in op.regions:
            _ask_oldest(inner, roots)
        _trace(op, roots)


def _shape_root(query: Op, roots: Roots) -> Value:
    """The oldest value of the shape asked for: an operand of an elementwise operation has it."""
    value = query.operands[0]
    while True:
        value = roots.get(value, value)
        older = _operand_of_same_shape(value, query.name in TYPED)
        if older is None:
            return value
        value = older


def _operand_of_same_shape(value: Value, same_dtype: bool) -> Value | None:
    op = value.op
    if op is None or not isinstance(value.type, ArrayT):
        return None
    rule = rule_for(op.name)
    if rule is None or rule.kind != POINTWISE:
        return None
    found = next((v for v in op.operands if alike(v.type, value.type, same_dtype)), None)
    if found is None and not same_dtype and not value.hint:
        arrays = {v for v in op.operands if dims_of(v.type) != ()}
        if len(arrays) == 1 and isinstance(op.operands[0].type, ArrayT):
            found = op.operands[0] if op.operands[0] in arrays else None
    return found


def alike(a: Type, b: Type, same_dtype: bool) -> bool:
    """Whether two arrays surely have the same shape, and the same dtype if that is asked for."""
    return same_array(a, b) if same_dtype else same_shape(a, b)


def _enter_loop(op: Op, roots: Roots) -> None:
    """A carried array that is only written keeps its shape."""
    loop = Loop(op)
    for k, carry in enumerate(loop.carries):
        if isinstance(carry.type, ArrayT) and chain(loop.nexts[k], carry) is not None:
            roots[carry] = roots.get(loop.inits[k], loop.inits[k])
            if loop.cond is not None:
                roots[loop.cond.params[k]] = roots[carry]


def _trace(op: Op, roots: Roots) -> None:
    for result in op.results:
        found = link_to(result)
        if found is not None and isinstance(result.type, ArrayT):
            roots[result] = roots.get(found.before, found.before)


def ask_newest_version(function: Function, facts: Facts) -> Function:
    """Move shape queries to the newest version in scope; a copy under the same name counts."""
    _ask_newest(function.body, {}, {})
    return function


def _ask_newest(region: Region, roots: Roots, newest: Roots) -> None:
    for op in region.ops:
        if op.name in QUERIES and op.operands:
            root = roots.get(op.operands[0], op.operands[0])
            op.operands[0] = newest.get(root, op.operands[0])
        if op.name in ("for", "while"):
            _enter_loop(op, roots)
            _enter_steady(op, roots)
        for inner in op.regions:
            inside = dict(newest)
            if op.name in ("for", "while"):
                inside.update((roots[p], p) for p in inner.params if p in roots)
            _ask_newest(inner, roots, inside)
        _trace(op, roots)
        _trace_copy(op, roots)
        _trace_sum(op, roots)
        for result in op.results:
            if result in roots:
                newest[roots[result]] = result


def _enter_steady(op: Op, roots: Roots) -> None:
    """A carried array whose type fixes its shape has that of its initial value."""
    loop = Loop(op)
    for carry, init, final in zip(loop.carries, loop.inits, loop.finals, strict=True):
        if carry not in roots and alike(carry.type, init.type, same_dtype=True):
            roots[carry] = roots.get(init, init)
            if is_bound(final):
                roots[final] = roots[carry]


def _trace_sum(op: Op, roots: Roots) -> None:
    """A sum under the name of what is added to is a version of it."""
    if op.name in ("add", "sub") and op.operands[0].hint == op.result.hint != "":
        if alike(op.result.type, op.operands[0].type, same_dtype=True):
            roots[op.result] = roots.get(op.operands[0], op.operands[0])


def _trace_copy(op: Op, roots: Roots) -> None:
    if op.name == "copy" and op.operands[0].hint == op.result.hint != "":
        if op.result.type == op.operands[0].type:
            roots[op.result] = roots.get(op.operands[0], op.operands[0])
