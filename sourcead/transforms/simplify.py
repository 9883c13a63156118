"""Simplification: the rewrite table, and the few identities that need more than a line.

`SimplifyingBuilder` applies them at emission; the pass `simplify` applies them once more, when
constants have travelled through loops.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sourcead.ir.attempts import is_attempt
from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import Type, kind_of, same_array
from sourcead.ir.walk import substitute
from sourcead.ops.build import Builder
from sourcead.ops.catalog import definition
from sourcead.ops.folding import fold
from sourcead.transforms.facts import Facts
from sourcead.transforms.guards import DERIVATIVE, exact, holds
from sourcead.transforms.identities import IDENTITIES
from sourcead.transforms.patterns import Binding, build, compiled, match_op
from sourcead.transforms.rewrites import REWRITES


class SimplifyingBuilder(Builder):
    """A builder whose operations are simplified before they are emitted."""

    def op(
        self,
        name: str,
        operands: Sequence[Value] = (),
        args: tuple[str, ...] | None = None,
        attrs: dict[str, Any] | None = None,
        *,
        hint: str = "",
        style: str = "",
        type: Type | None = None,
    ) -> Value:
        new = self.make(name, operands, args, attrs, style)
        simpler = _fold(new, self) or simplified(new, self)
        if simpler is not None:
            return simpler
        self.region.ops.append(new)
        return new.new_result(type if type is not None else definition(name).infer(new), hint)


def _fold(op: Op, b: Builder) -> Value | None:
    """Constants are folded, except a quotient that nobody would recognise: `g / 3.0` stays."""
    if op.name == "div":
        a, c = constant(op.operands[0]), constant(op.operands[1])
        if isinstance(a, int | float) and isinstance(c, int | float) and not exact(op, a, c):
            return None
    return fold(op, b)


def simplified(op: Op, b: Builder) -> Value | None:
    """A simpler value equal to what the operation computes, None where there is none."""
    # No pattern has further arguments.
    for rewrite in compiled(REWRITES).of(op) if not op.attrs else ():
        found: Binding = {}
        if match_op(rewrite.left, op, found) and holds(rewrite.guard, op, found):
            return build(rewrite.right, found, b)
    special = IDENTITIES.get(op.name)
    return special(op, b) if special is not None else None


# The pass


def simplify(function: Function, facts: Facts) -> Function:
    """Apply the rewrites once more, and take loop-invariant carries out of loops."""
    while _simplify_region(function.body, function.body):
        pass
    return function


def _simplify_region(region: Region, whole: Region) -> bool:
    changed = False
    before = region.ops
    region.ops = []
    b = SimplifyingBuilder(region)
    mapping: dict[Value, Value] = {}
    for op in before:
        op.operands = [mapping.get(v, v) for v in op.operands]
        for inner in op.regions:
            substitute(inner, mapping)
        if op.name in ("for", "while"):
            changed |= _drop_invariant_carries(op, mapping)
        for inner in op.regions:
            changed |= _simplify_region(inner, whole)
        if op.name == "if":
            changed |= _drop_decided_results(op, mapping)
        simpler = _again(op, b) if op.phase in DERIVATIVE and not op.regions else None
        if simpler is None:
            region.ops.append(op)
        else:
            changed = True
            if simpler.op is not None and not simpler.hint and simpler.op.phase in DERIVATIVE:
                simpler.hint, simpler.soft = op.result.hint, op.result.soft
            mapping[op.result] = simpler
    region.yields = [mapping.get(v, v) for v in region.yields]
    return changed


def _drop_decided_results(op: Op, mapping: dict[Value, Value]) -> bool:
    """A result that both branches agree on is that value; `True if c else False` is `c`."""
    agreed = []
    for result, then, other in zip(op.results, *(r.yields for r in op.regions), strict=True):
        if then is other:
            mapping[result] = then
            agreed.append(result)
        elif len(op.results) == 1 and op.operands and kind_of(op.operands[0].type) == "bool":
            if constant(then) is True and constant(other) is False:
                mapping[result] = op.operands[0]
    if not agreed or is_attempt(op):
        return False
    keep = [k for k, result in enumerate(op.results) if result not in agreed]
    op.results = [op.results[k] for k in keep]
    for region in op.regions:
        region.yields = [region.yields[k] for k in keep]
    return True


def _again(op: Op, b: SimplifyingBuilder) -> Value | None:
    if len(op.results) != 1:
        return None
    b.loc, b.phase = op.loc, op.phase
    return _fold(op, b) or simplified(op, b)


def _drop_invariant_carries(op: Op, mapping: dict[Value, Value]) -> bool:
    """A carry that every iteration hands on unchanged is its initial value."""
    loop = Loop(op)
    keep, invariant = [], {}
    for k, (carry, after) in enumerate(zip(loop.carries, loop.nexts, strict=True)):
        init = loop.inits[k]
        if after is carry or _stays_zero(init, after):
            invariant[carry] = init
            mapping[loop.finals[k]] = init
            if loop.cond is not None:
                invariant[loop.cond.params[k]] = init
        else:
            keep.append(k)
    if not invariant:
        return False
    _keep_carries(op, loop, keep)
    for region in op.regions:
        substitute(region, invariant)
    return True


def _stays_zero(init: Value, after: Value) -> bool:
    """A carry that begins and ends every iteration as zero: what happens between is local."""
    if constant(init) == 0.0 and constant(after) == 0.0:
        return True
    both = (init.op, after.op)
    return all(op is not None and op.name == "zero" for op in both) and same_array(
        init.type, after.type
    )


def _keep_carries(op: Op, loop: Loop, keep: list[int]) -> None:
    stop = [loop.stop] if loop.stop is not None else []
    nexts, collected = [loop.nexts[k] for k in keep], loop.collected
    results = [loop.finals[k] for k in keep] + op.results[loop.n_carries :]
    op.operands = loop.streams + [loop.inits[k] for k in keep]
    loop.body.params = loop.items + [loop.carries[k] for k in keep]
    if loop.cond is not None:
        loop.cond.params = [loop.cond.params[k] for k in keep]
    loop.body.yields = [*stop, *nexts, *collected]
    op.results = results
