"""Simplification: the rewrite table, and the few identities that need more than a line.

`SimplifyingBuilder` applies them at emission; the pass `simplify` applies them once more, when
constants have travelled through loops.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, Type, dims_of, kind_of
from sourcead.ir.walk import substitute
from sourcead.ops.build import Builder
from sourcead.ops.catalog import definition
from sourcead.ops.folding import fold
from sourcead.transforms.facts import Facts
from sourcead.transforms.patterns import Binding, build, compiled, match_op
from sourcead.transforms.rewrites import REWRITES

# Sweeps whose operations may be rewritten: what the program itself computes stays as it is.
DERIVATIVE = ("reverse", "tangent")

_ELEMENTWISE = ("add", "sub", "mul", "div", "neg")


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
        if isinstance(a, int | float) and isinstance(c, int | float) and not _exact(op, a, c):
            return None
    return fold(op, b)


def _exact(op: Op, c: float, d: float) -> bool:
    """Whether a quotient of literals is a float with no rounding."""
    return d != 0 and Fraction(c) / Fraction(d) == Fraction(c / d)


def simplified(op: Op, b: Builder) -> Value | None:
    """A simpler value equal to what the operation computes, None where there is none."""
    for rewrite in compiled(REWRITES).get(op.name, ()):
        found: Binding = {}
        if match_op(rewrite.left, op, found) and _guarded(rewrite.guard, op, found):
            return build(rewrite.right, found, b)
    special = _SPECIAL.get(op.name)
    return special(op, b) if special is not None else None


# Guards


def _guarded(guard: str, op: Op, found: Binding) -> bool:
    if not guard:
        return True
    negated = guard.startswith("not ")
    name, _, rest = guard.removeprefix("not ").partition("(")
    arguments = [found[a.strip()] for a in rest.rstrip(")").split(",")]
    return _GUARDS[name](op, *arguments) is not negated


def _same_type(op: Op, x: Value) -> bool:
    result = definition(op.name).infer(op)
    if result == x.type:
        return True
    both = isinstance(result, ArrayT) and isinstance(x.type, ArrayT)
    return both and _same_array(result, x.type)


def _same_array(a: Type, b: Type) -> bool:
    if not (isinstance(a, ArrayT) and isinstance(b, ArrayT)) or a.dtype is None:
        return False
    if a.dtype != b.dtype or a.dims is None or b.dims is None or len(a.dims) != len(b.dims):
        return False
    return all(x.same_length(y) for x, y in zip(a.dims, b.dims, strict=True))


def _no_wider(op: Op, x: Value, y: Value, z: Value) -> bool:
    """Whether `x / z * y` takes no more work than `x * (y / z)`; `x / z` is often there already."""
    quotient = op.operands[1].op
    if quotient is None or quotient.phase not in DERIVATIVE:
        return False
    return dims_of(y.type) != () or dims_of(z.type) != () or dims_of(x.type) == ()


_GUARDS: dict[str, Callable[..., bool]] = {
    "same_type": _same_type,
    "negative": lambda op, c: c < 0,
    "literal": lambda op, x: isinstance(constant(x), int | float),
    "inexact": lambda op, x: kind_of(x.type) in ("float", "complex"),
    "boolean": lambda op, x: kind_of(x.type) in ("bool", None),
    "exact": _exact,
    "no_wider": _no_wider,
}


# Identities with conditions on shapes or subscripts


def _drop_spread(op: Op, b: Builder) -> Value | None:
    """An operand broadcast to the shape the other one has anyway need not be."""
    result = definition(op.name).infer(op)
    for position, operand in enumerate(op.operands):
        spread = operand.op
        if spread is None or spread.name != "np.broadcast_to":
            continue
        operands = list(op.operands)
        operands[position] = spread.operands[0]
        trial = Op(op.name, operands, op.args)
        if _same_array(definition(op.name).infer(trial), result) or _has_shape_of(spread, op):
            return b.op(op.name, operands)
        if all(dims_of(v.type) == () for v in op.operands if v is not operand):
            return b.op(
                "np.broadcast_to",
                [b.op(op.name, operands), *spread.operands[1:]],
                spread.args,
                dict(spread.attrs),
            )
    return None


def _has_shape_of(spread: Op, op: Op) -> bool:
    """Whether the shape that is broadcast to is that of another operand of `op`."""
    shape = spread.operands[1].op if len(spread.operands) > 1 else None
    if shape is None or shape.name not in ("shape", "np.shape"):
        return False
    return any(v is shape.operands[0] for v in op.operands if v.op is not spread)


def _into_where(op: Op, b: Builder) -> Value | None:
    """`where(c, g, 0) * p` is `where(c, g * p, 0)`: an infinite slope that is not selected is 0."""
    for position, operand in enumerate(op.operands):
        chosen = operand.op
        if chosen is None or chosen.name != "np.where" or (op.name == "div" and position == 1):
            continue
        zeros = [k for k in (1, 2) if constant(chosen.operands[k]) == 0]
        if len(zeros) != 1:
            continue
        operands = list(op.operands)
        operands[position] = chosen.operands[3 - zeros[0]]
        branches = list(chosen.operands)
        branches[3 - zeros[0]] = b.op(op.name, operands)
        return b.op("np.where", branches, chosen.args)
    return None


def _elementwise(op: Op, b: Builder) -> Value | None:
    moved = _into_where(op, b) if op.name in ("mul", "div", "neg") else None
    return moved if moved is not None else _drop_spread(op, b)


def _add(op: Op, b: Builder) -> Value | None:
    """Adding to a fresh zero of the same shape."""
    x, y = op.operands
    for value, other in ((x, y), (y, x)):
        if value.op is not None and value.op.name == "zero" and _same_array(value.type, other.type):
            return other
    return _drop_spread(op, b)


def _same_subscript(a: Op, b: Op, first: int, other: int) -> bool:
    same = a.attrs["index"] == b.attrs["index"]
    return same and a.operands[first:] == b.operands[other:]


def _add_at(op: Op, b: Builder) -> Value | None:
    """`x[i] = 0; x[i] += v` is `x[i] = v`; so is adding where nothing was yet."""
    x, v, *indices = op.operands
    inner = x.op
    if inner is None or not op.attrs.get("unique"):
        return None
    cleared = inner.name == "setitem" and constant(inner.operands[1]) == 0.0
    if cleared and _same_subscript(op, inner, 2, 2):
        return b.op(
            "setitem", [inner.operands[0], v, *indices], op.args, {"index": op.attrs["index"]}
        )
    if inner.name == "zero":
        return b.op("setitem", [x, v, *indices], op.args, {"index": op.attrs["index"]})
    return None


def _write(op: Op, b: Builder) -> Value | None:
    """`x[i] = x[i]` does nothing."""
    x, v, *_ = op.operands
    read = v.op
    if read is not None and read.name == "getitem" and read.operands[0] is x:
        if _same_subscript(op, read, 2, 1):
            return x
    return None


def _element_of_zero(op: Op, b: Builder) -> Value | None:
    x = op.operands[0]
    if x.op is not None and x.op.name == "zero" and dims_of(op_type(op)) == ():
        return b.const(0.0)
    return None


def op_type(op: Op) -> Type:
    return definition(op.name).infer(op)


def _sum_of_scalar(op: Op, b: Builder) -> Value | None:
    x = op.operands[0]
    return x if dims_of(x.type) == () and not op.attrs else None


def _needless_spread(op: Op, b: Builder) -> Value | None:
    """Stretching to the shape that is there already."""
    x = op.operands[0]
    have, want = dims_of(x.type), dims_of(op_type(op))
    if have is None or want is None or len(have) != len(want):
        return None
    return x if all(h.same_length(w) for h, w in zip(have, want, strict=True)) else None


_SPECIAL: dict[str, Callable[[Op, Builder], Value | None]] = {
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    "add": _add,
    "setitem_add": _add_at,
    "setitem": _write,
    "getitem": _element_of_zero,
    "np.broadcast_to": _needless_spread,
    "np.sum": _sum_of_scalar,
}


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
            _drop_decided_results(op, mapping)
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


def _drop_decided_results(op: Op, mapping: dict[Value, Value]) -> None:
    """A result that both branches agree on is that value; `True if c else False` is `c`."""
    for result, then, other in zip(op.results, *(r.yields for r in op.regions), strict=True):
        if then is other:
            mapping[result] = then
        elif len(op.results) == 1 and op.operands and kind_of(op.operands[0].type) == "bool":
            if constant(then) is True and constant(other) is False:
                mapping[result] = op.operands[0]


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
    return all(op is not None and op.name == "zero" for op in both) and _same_array(
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
