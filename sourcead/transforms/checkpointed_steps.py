"""The forward loops of `checkpointed`: a function for the body, and where states are stored.

A loop whose number of steps is known beforehand stores its state at the places that the binomial
schedule of A. Griewank and A. Walther names (ACM TOMS 26, 2000); `while` decides as it goes, by
the schedule of Q. Wang, P. Moin and G. Iaccarino (SIAM J. Sci. Comput. 31, 2009).
"""

from __future__ import annotations

from sourcead.ir.core import Function, Op, Param, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import INT, NONE, RANGE, ArrayT, ListT, OpaqueT, StructT, forget_axes
from sourcead.ir.walk import free_values, substitute
from sourcead.ops.build import Builder
from sourcead.transforms.chains import overwritten_versions
from sourcead.transforms.demands import bind_undefined
from sourcead.transforms.facts import Facts
from sourcead.transforms.halves import free_name
from sourcead.transforms.random_streams import Generators, Stream
from sourcead.transforms.reverse_streams import run_count

SNAPSHOTS = "snapshots"


def snapshots_of(op: Op) -> int:
    """How many states a loop may hold, 0 for a loop that is not checkpointed."""
    return int(op.attrs.get(SNAPSHOTS, 0))


def outline(function: Function, facts: Facts) -> Function:
    """Make a function of the body of each checkpointed loop that has not been made one yet."""
    for op in list(function.body.walk()):
        if snapshots_of(op) and not op.attrs.get("outlined"):
            _outline(op, function.name, facts)
    return function


def _outline(op: Op, name: str, facts: Facts) -> None:
    body = Loop(op).body
    step = Region()
    step.ops, step.yields = body.ops, body.yields
    loop = Loop(op)
    for carry, init, after in zip(loop.carries, loop.inits, loop.nexts, strict=True):
        if isinstance(carry.type, ArrayT) and (_may_be_unbound(init) or _may_be_unbound(after)):
            carry.type = ArrayT()  # in some of the states it has no shape
    for value in (*step.yields, *loop.inits):
        _bind(value)
    outside = list(body.params) + [v for v in free_values(step) if v not in body.params]
    mapping = {v: step.new_param(v.type, v.hint) for v in outside}
    for value, param in mapping.items():
        param.soft, param.key = value.soft, value.key
    substitute(step, mapping)
    made = facts.fresh_name(f"{name}_step")
    params: list[Param] = []
    for value in step.params:
        value.hint = free_name(value.hint or value.soft or "part", {p.name for p in params})
        params.append(Param(value.hint))
    facts.module.functions[made] = Function(made, step, params, None, "", op.loc)
    call = Op("call", outside, (), {"callee": made, "checkpoint": True}, None, op.loc)
    body.ops = [call]
    body.yields = []
    for value in step.yields:
        result = call.new_result(value.type, value.hint)
        result.soft = value.soft
        body.yields.append(result)
    op.attrs["outlined"] = True


def _may_be_unbound(value: Value) -> bool:
    op = value.op
    if op is None or op.name != "if":
        return op is not None and op.name == "undef"
    return any(_may_be_unbound(region.yields[op.results.index(value)]) for region in op.regions)


def _bind(value: Value) -> None:
    """States are kept whole: what is not bound yet is None in them."""
    if value.op is not None and value.op.name == "undef":
        value.op.name = "const"
        value.op.attrs = {"value": None}
        value.type = NONE
    else:
        bind_undefined(value)


def overwritten(op: Op, step: Function) -> set[int]:
    """The carried values whose memory the step writes: those that are stored must be copied."""
    loop = Loop(op)
    (call,) = loop.body.ops
    params = dict(zip(call.operands, step.body.params, strict=True))
    nexts = step.body.yields[int(loop.has_stop) :]
    written = overwritten_versions(step.body)
    found = {k for k, c in enumerate(loop.carries) if params.get(c) in written}
    while True:
        # Where two arrays change places, what the step writes is the other one the next time.
        handed = [nexts[k] for k in found]
        more = {k for k, c in enumerate(loop.carries) if c in params and params[c] in handed}
        if more <= found:
            return found
        found |= more


class Storing:
    """What a forward loop is told to store; `snapshots`, `places` and `count` are known after it.

    Args:
        op: the loop, whose body is one call.
        region: the region that it stands in.
        written: the carried values that the step overwrites.
        drawn: the generators that the step draws from, whose states are part of what is stored.
    """

    def __init__(self, op: Op, region: Region, written: set[int], drawn: list[Stream]) -> None:
        self.op, self.loop, self.written = op, Loop(op), written
        self.carries, self.finals = list(self.loop.carries), list(self.loop.finals)
        self.items = list(self.loop.items)
        self.before, self.inside = Region(), Region()
        self.b = Builder(self.before, op.loc, "forward")
        self.limit = snapshots_of(op)
        self.generators = Generators(drawn, self.b)
        state = tuple(forget_axes(c.type) for c in self.carries) + (OpaqueT(),) * len(drawn)
        self.held_type = ListT(StructT("tuple", tuple(range(len(state))), state))
        online = op.name == "while"
        self.snapshots, self.places, self.count = self._as_it_goes() if online else self._planned()
        at = region.ops.index(op)
        region.ops[at:at] = self.before.ops
        self.loop.body.ops[:0] = self.inside.ops

    def _planned(self) -> tuple[Value, Value, Value]:
        """A loop over streams: the places are computed before it."""
        b, op = self.b, self.op
        count, *others = map(self._length, self.loop.streams)
        for other in others:
            count = b.op("min", [count, other], ("x", "y"))
        places = b.op("snapshot_places", [count, b.const(self.limit)], hint="places")
        empty = b.op("list", [], attrs={"dynamic": True}, type=self.held_type, hint=SNAPSHOTS)
        step = self._step_number(count)
        held = self.loop.body.new_param(self.held_type, SNAPSHOTS)
        with b.into(self.inside):
            stored = b.op("in", [step, places])
            (after,) = self._branch(stored, lambda: [self._with_state(held)], [held])
        (snapshots,) = self._carry([empty], [after])
        return snapshots, places, run_count(op) if self.loop.has_stop else count

    def _length(self, stream: Value) -> Value:
        if stream.op is not None and stream.op.name == "reversed":
            (stream,) = stream.op.operands
        return self.b.op("dim", [stream], ("x",), {"axis": 0}, style="len")

    def _step_number(self, count: Value) -> Value:
        """The number of the step: what a loop over `range(n)` runs over, else one more stream."""
        first = self.loop.streams[0]
        if first.op is not None and first.op.name == "range":
            start, _, step = (v.op for v in first.op.operands)
            if start and step and (start.attrs.get("value"), step.attrs.get("value")) == (0, 1):
                return self.items[0]
        b = self.b
        numbers = b.op("range", [b.const(0), count, b.const(1)], type=RANGE)
        step_number = Value(INT, "step")
        self.op.operands.insert(0, numbers)
        self.op.attrs["streams"] += 1
        self.loop.body.params.insert(0, step_number)
        self.loop = Loop(self.op)
        return step_number

    def _as_it_goes(self) -> tuple[Value, Value, Value]:
        """A loop that ends at some time: which state to give up is decided at each step."""
        b, body = self.b, self.loop.body
        zero = b.const(0)
        mark = b.op("tuple", [zero, zero])
        first = b.op("list", [mark], attrs={"dynamic": True}, hint="marks")
        empty = b.op("list", [], attrs={"dynamic": True}, type=self.held_type, hint=SNAPSHOTS)
        held = body.new_param(self.held_type, SNAPSHOTS)
        marks = body.new_param(first.type, "marks")
        with b.into(self.inside):
            found = b.op("online_schedule", [marks, b.const(self.limit)])
            place = b.op("field", [found], attrs={"key": 0}, hint="place")
            new_marks = b.op("field", [found], attrs={"key": 1}, hint="marks")
            kept = b.op("ge", [place, b.const(0)])
            (after,) = self._branch(
                kept, lambda: [self._with_state(b.op("without_item", [held, place]))], [held]
            )
        assert self.loop.cond is not None
        for value in (held, marks):
            self.loop.cond.new_param(value.type, value.hint)
        snapshots, last = self._carry([empty, first], [after, new_marks])
        return snapshots, last, run_count(self.op)

    def _with_state(self, held: Value) -> Value:
        state = state_of(self.b, self.carries, self.written, self.generators)
        return self.b.op("append", [held, state])

    def _branch(self, test: Value, then: object, other: list[Value]) -> list[Value]:
        b = self.b
        branch = Op("if", [test], (), {}, [Region(), Region()], b.loc, "", b.phase)
        assert callable(then)
        with b.into(branch.regions[0]):
            branch.regions[0].yields = then()
        branch.regions[1].yields = other
        b.append(branch)
        return [branch.new_result(v.type, v.hint) for v in other]

    def _carry(self, inits: list[Value], nexts: list[Value]) -> list[Value]:
        """Let the loop carry more: the new values at its end."""
        op, loop = self.op, self.loop
        first = int(loop.has_stop) + len(self.finals)
        loop.body.yields[first:first] = nexts
        op.operands += inits
        made = []
        for k, value in enumerate(inits):
            result = Value(value.type, value.hint, op)
            op.results.insert(len(self.finals) + k, result)
            made.append(result)
        return made


def state_of(b: Builder, values: list[Value], written: set[int], generators: Generators) -> Value:
    """The state as one tuple, with copies of what is going to be overwritten."""
    parts = [kept(b, v, k in written) for k, v in enumerate(values)]
    return b.op("tuple", [*parts, *generators.states(b)])


def kept(b: Builder, value: Value, is_written: bool) -> Value:
    """A value that is going to be overwritten, as a copy."""
    return b.op("copy", [value], ("x",)) if is_written else value
