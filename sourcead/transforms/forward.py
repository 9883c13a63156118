"""Forward mode: the same walk in program order, each operation followed by its tangent.

There is no tape, and what the primal writes in place its tangent writes in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sourcead.ir.attempts import is_attempt
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.structure import Fixed, Leaf, Node, Structure
from sourcead.ir.tangent_params import with_tangents
from sourcead.ir.types import ArrayT, ListT, ScalarT, StructT, dims_of, may_be_real_number
from sourcead.ir.walk import copy_op
from sourcead.ir.words import spoken_name
from sourcead.ops.build import Builder
from sourcead.rules.declare import BILINEAR
from sourcead.rules.table import rule_for
from sourcead.transforms.activity import Activity
from sourcead.transforms.cotangents import Bar, Parts, materialise
from sourcead.transforms.edges import complex_of_complex, in_form_of, in_width_of, spread, zero
from sourcead.transforms.facts import Facts
from sourcead.transforms.forward_attempts import forward_attempt
from sourcead.transforms.lengths import one_sided_size, sizes_behind_gates
from sourcead.transforms.problems import draw_without_rule
from sourcead.transforms.selection import PLAIN, Selection, Zeros
from sourcead.transforms.selection_forward import selection_forwards
from sourcead.transforms.simplify import SimplifyingBuilder
from sourcead.transforms.spectral import function_tangent, matrix_function
from sourcead.transforms.tangents import TANGENTS, rule_tangent

Mask = tuple[bool, ...]


def dot_name(value: Value) -> str:
    """The tangent of `x` is `x_dot`; what a tape of `x` holds of it is an `x_dot_tape`."""
    if value.hint.endswith("_tape"):
        return f"{value.hint.removesuffix('_tape')}_dot_tape"
    return f"{value.hint}_dot" if value.hint else ""


class ForwardSweep:
    """One function being walked: where each primal value and each tangent is."""

    def __init__(
        self,
        facts: Facts,
        active: set[Value],
        builder: Builder,
        selection: Selection,
    ) -> None:
        self.facts = facts
        self.active = active
        self.selection = selection
        self.b = builder
        self.primal: dict[Value, Value] = {}
        self.dots: dict[Value, Bar] = {}
        # The sizes of vectors whose tangents at zero are those on one side, with their lengths.
        self.sizes: dict[Value, Op] = {}

    def of(self, value: Value) -> Value:
        """The copy of a primal value."""
        return self.primal.get(value, value)

    def dot(self, value: Value) -> Value | None:
        """The tangent of a primal value, None where it is zero."""
        bar = self.dots.get(value)
        return None if bar is None else materialise(self.b, bar, self.of(value))

    def dot_or_zero(self, value: Value) -> Value:
        """The tangent; where the value is not bound on this path, neither is its tangent."""
        if value.op is not None and (value.op.name == "undef" or constant(value) is None):
            return self.of(value)
        found = self.dot(value)
        if found is None:
            return zero(self.b, self.of(value))
        return complex_of_complex(self.b, found, value) if _is_array(value) else found

    def set(self, value: Value, dot: Bar | None) -> None:
        if dot is None:
            return
        if isinstance(dot, Value) and dot.op is not None and dot.op.phase == "tangent":
            dot.hint = dot.hint or dot_name(value)
            name = spoken_name(value)
            dot.soft = dot.soft or (f"{name}_dot" if name else "")
        self.dots[value] = dot

    def walk(self, ops: Sequence[Op]) -> None:
        for op in ops:
            with self.b.at(op.loc):
                control = _CONTROL.get(op.name)
                if control is not None:
                    control(self, op)
                else:
                    self._plain(op)

    def _plain(self, op: Op) -> None:
        self.b.append(copy_op(op, self.primal))
        self.move(op)

    def move(self, op: Op) -> None:
        """The tangent of an operation that has been copied."""
        moved = any(v in self.dots for v in op.operands)
        if not moved or not any(r in self.active for r in op.results):
            return
        whole = matrix_function(op)
        if whole is not None:
            self.set(op.result, function_tangent(self, whole))
            return
        tangent = TANGENTS.get(op.name)
        dot = tangent(self, op) if tangent is not None else rule_tangent(self, op)
        if dot is None:
            return
        dot = self._in_width(self._shaped(dot, op), op.result)
        if op.result in self.sizes and isinstance(dot, Value):
            dot = self._one_sided(self.sizes[op.result], dot)
        self.set(op.result, dot)

    def _one_sided(self, length: Op, dot: Value) -> Value:
        """The tangent of a size at a zero vector; what its length is made of may come later."""
        later = [v for v in length.operands if v not in self.primal]
        if any(constant(v) is MISSING for v in later):
            return dot
        for v in later:
            self.primal[v] = self.b.const(constant(v))
        return one_sided_size(self.b, length, dot, self.dot_or_zero, self.of)

    def _shaped(self, dot: Bar, op: Op) -> Bar:
        """A tangent has the shape of its primal, also where only a broadcast operand moved."""
        result = op.result
        if not isinstance(dot, Value) or isinstance(result.type, ListT | StructT):
            return dot
        if self._keeps_shape(op):
            return dot
        have, want = dims_of(dot.type), dims_of(result.type)
        if have is not None and want is not None and len(have) == len(want):
            # What has another length than 1 was not broadcast.
            if all(h.one is False or h.same_length(w) for h, w in zip(have, want, strict=True)):
                return dot
        if want is None and have is None and dot.type != result.type:
            return spread(self.b, dot, result, self.of(result))
        if have is None or want is None or len(have) <= len(want):
            return spread(self.b, dot, result, self.of(result))
        return dot

    def _in_width(self, dot: Bar, like: Value) -> Bar:
        """A tangent is in single precision where its value is, in containers as well."""
        if isinstance(dot, Value):
            return in_width_of(self.b, dot, like)
        if not isinstance(like.type, StructT):
            return dot
        types = dict(zip(like.type.keys, like.type.types, strict=True))
        return Parts({k: self._in_width(part, Value(types[k])) for k, part in dot.of.items()})

    def _keeps_shape(self, op: Op) -> bool:
        """Whether the tangents of the operands are broadcast as the operands themselves are."""
        rule = rule_for(op.name)
        if op.name in ("getitem", "mul", "div", "neg", "copy"):
            return True
        if rule is not None and rule.kind == BILINEAR:
            return True
        arrays = [v for v in op.operands if not isinstance(v.type, ScalarT)]
        return op.name in ("add", "sub") and all(v in self.dots for v in arrays)


def _is_array(value: Value) -> bool:
    """Whether what is written into the tangent later goes into its memory."""
    return isinstance(value.type, ArrayT)


def _forward_if(sweep: ForwardSweep, op: Op) -> None:
    if is_attempt(op):
        forward_attempt(sweep, op)
        return
    moved = [r for r in op.results if r in sweep.active]
    new = Op("if", [sweep.of(op.operands[0])], (), dict(op.attrs), [], op.loc, op.style, op.phase)
    for region in op.regions:
        copied = Region()
        with sweep.b.into(copied):
            sweep.walk(region.ops)
            copied.yields = [sweep.of(v) for v in region.yields]
            positions = [op.results.index(r) for r in moved]
            copied.yields += [sweep.dot_or_zero(region.yields[k]) for k in positions]
        new.regions.append(copied)
    sweep.b.append(new)
    _copy_results(sweep, op, new, op.results, moved)


def _copy_results(
    sweep: ForwardSweep, op: Op, new: Op, values: Sequence[Value], moved: Sequence[Value]
) -> None:
    """Results of a control operation, then the tangents of the moved ones."""
    for value in values:
        copied = new.new_result(value.type, value.hint)
        copied.soft = value.soft
        sweep.primal[value] = copied
    for value in moved:
        dot = new.new_result(value.type, dot_name(value))
        dot.soft = f"{value.soft}_dot" if value.soft else ""
        sweep.dots[value] = dot


def _forward_loop(sweep: ForwardSweep, op: Op) -> None:
    loop = Loop(op)
    carried = [k for k, c in enumerate(loop.carries) if _moves(sweep, (c, loop.finals[k]))]
    streams = [k for k, s in enumerate(loop.streams) if s in sweep.dots]
    tapes = [k for k, t in enumerate(loop.tapes) if t in sweep.active]
    operands = [sweep.of(s) for s in loop.streams] + [
        sweep.dot_or_zero(loop.streams[k]) for k in streams
    ]
    inits = [sweep.of(v) for v in loop.inits] + [sweep.dot_or_zero(loop.inits[k]) for k in carried]
    new = Op(op.name, operands + inits, (), dict(op.attrs), [], op.loc, op.style, op.phase)
    if op.name == "for":
        new.attrs["streams"] = len(operands)
        new.attrs |= {"tangent_streams": len(streams)} if streams else {}
    if loop.cond is not None:
        new.regions.append(_forward_test(sweep, loop, carried))
    body = Region()
    with sweep.b.into(body):
        items = _params(sweep, loop.items, [loop.items[k] for k in streams])
        carries = _params(sweep, loop.carries, [loop.carries[k] for k in carried])
        body.params = items + carries
        sweep.walk(loop.body.ops)
        stop = [sweep.of(loop.stop)] if loop.stop is not None else []
        nexts = [sweep.of(v) for v in loop.nexts]
        nexts += [sweep.dot_or_zero(loop.nexts[k]) for k in carried]
        collected = [sweep.of(v) for v in loop.collected]
        collected += [sweep.dot_or_zero(loop.collected[k]) for k in tapes]
        body.yields = [*stop, *nexts, *collected]
    new.regions.append(body)
    sweep.b.append(new)
    _copy_results(sweep, op, new, loop.finals, [loop.finals[k] for k in carried])
    _copy_results(sweep, op, new, loop.tapes, [loop.tapes[k] for k in tapes])
    if loop.count is not None:
        _copy_results(sweep, op, new, [loop.count], [])


def _moves(sweep: ForwardSweep, values: Sequence[Value]) -> bool:
    return not sweep.active.isdisjoint(values)


def _params(sweep: ForwardSweep, values: Sequence[Value], moved: Sequence[Value]) -> list[Value]:
    params = []
    for value in values:
        sweep.primal[value] = Value(value.type, value.hint)
        sweep.primal[value].soft = value.soft
        params.append(sweep.primal[value])
    for value in moved:
        dot = Value(value.type, dot_name(value))
        dot.soft = f"{value.soft}_dot" if value.soft else ""
        sweep.dots[value] = dot
        params.append(dot)
    return params


def _forward_test(sweep: ForwardSweep, loop: Loop, carried: Sequence[int]) -> Region:
    """The test of a `while` reads primal values only; it takes the tangents it does not read."""
    assert loop.cond is not None
    test = Region()
    test.params = _params(sweep, loop.cond.params, [])
    test.params += [Value(loop.carries[k].type, dot_name(loop.carries[k])) for k in carried]
    for op in loop.cond.ops:
        test.ops.append(copy_op(op, sweep.primal))
    test.yields = [sweep.of(v) for v in loop.cond.yields]
    return test


def _forward_call(sweep: ForwardSweep, op: Op) -> None:
    moved = tuple(v in sweep.dots for v in op.operands)
    wanted = tuple(r in sweep.active for r in op.results)
    operands = [sweep.of(v) for v in op.operands]
    if not any(moved) or not any(wanted):
        sweep.b.append(copy_op(op, sweep.primal))
        return
    operands += [sweep.dot_or_zero(v) for v in op.operands if v in sweep.dots]
    zeros = sweep.selection.of_call(op.operands, op.attrs["callee"], sweep.facts.module)
    callee = tangent_function(op.attrs["callee"], moved, wanted, sweep.facts, zeros)
    new = Op("call", operands, (), {"callee": callee}, None, op.loc, op.style, op.phase)
    sweep.b.append(new)
    _copy_results(sweep, op, new, op.results, [r for r in op.results if r in sweep.active])


_CONTROL: dict[str, Callable[[ForwardSweep, Op], None]] = {
    "if": _forward_if,
    "for": _forward_loop,
    "while": _forward_loop,
    "call": _forward_call,
}


def tangent_function(
    name: str, moved: Mask, wanted: Mask, facts: Facts, zeros: Zeros = PLAIN
) -> str:
    """The name of a callee's tangent: primal arguments, then tangents; results likewise.

    What is known of the tangents of the arguments stands in `zeros`.
    """
    key = ("jvp", name, moved, wanted, zeros)
    if key not in facts.made:
        new_name = facts.fresh_name(f"{name}_jvp")
        facts.made[key] = new_name
        primal = facts.module.functions[name]
        places = [k for k, m in enumerate(moved) if m]
        facts.module.functions[new_name] = tangent(primal, places, wanted, facts, new_name, zeros)
    return facts.made[key]


def tangent(
    function: Function,
    moved: Sequence[int],
    wanted: Mask,
    facts: Facts,
    name: str,
    zeros: Zeros = PLAIN,
) -> Function:
    """The function of primal values and tangents that computes results and their tangents.

    Args:
        function: the primal.
        moved: the positions of the parameters that have a tangent, in the order of the tangents;
            these follow the primal parameters.
        wanted: which results need one; they follow the primal results.
        facts: the module and the rules.
        name: the new function's name.
        zeros: what is known of the tangents of the parameters.
    """
    body = function.body
    params = [body.params[k] for k in moved]
    results = [v for v, w in zip(body.yields, wanted, strict=True) if w]
    activity = Activity(facts.module)
    active = activity.run(body, params, results)
    facts.problems += map(draw_without_rule, activity.moved_draws)
    region = Region()
    b = SimplifyingBuilder(region, function.loc, "tangent")
    b.complex_numbers, b.again = facts.has_complex_numbers(), facts.again
    selection = selection_forwards(body, active, params, zeros, facts.module)
    sweep = ForwardSweep(facts, active, b, selection)
    names = [function.params[k].name for k in moved]
    signature, dot_names = with_tangents(function.params, names)
    region.params = _params(sweep, body.params, params)
    for param, name_of_dot in zip(region.params[len(body.params) :], dot_names, strict=True):
        param.hint = name_of_dot
    with facts.differentiating(function) as b.second_order:
        sweep.sizes = sizes_behind_gates(body) if b.second_order else {}
        sweep.walk(body.ops)
    region.yields = [sweep.of(v) for v in body.yields]
    region.yields += [in_form_of(b, sweep.dot_or_zero(v), v) for v in results]
    by_name = dict(
        zip([*(p.name for p in function.params), *dot_names], region.params, strict=True)
    )
    region.params = [by_name[p.name] for p in signature]
    output = Node("tuple", (0, 1), (function.output, _dot_output(function, wanted)))
    return Function(name, region, signature, output, function.doc, function.loc)


def _dot_output(function: Function, wanted: Mask) -> Structure:
    """The tangents in the structure of the primal results; None where there is no derivative."""
    first = len(function.body.yields)
    place = {k: first + n for n, k in enumerate(k for k, w in enumerate(wanted) if w)}

    def shift(structure: Structure) -> Structure:
        if isinstance(structure, Leaf):
            return Leaf(place[structure.index]) if structure.index in place else Fixed(None)
        if isinstance(structure, Node):
            children = tuple(shift(child) for child in structure.children)
            return Node(structure.kind, structure.keys, children, structure.cls)
        return Fixed(None)

    return shift(function.output)


def real_results(function: Function) -> Mask:
    return tuple(may_be_real_number(v.type) for v in function.body.yields)
