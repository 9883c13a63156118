"""Loops in reverse from snapshots: `checkpointed(range(n), snapshots=s)`.

The body of such a loop is made a function, `step`. The forward loop stores the state at the steps
that the binomial schedule of Griewank and Walther names; the reverse loop carries out the rest of
the schedule, an action a turn: restore the last snapshot, advance a step, store the state, drop a
snapshot, or take a step in reverse, for which the step runs once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sourcead.ir.core import Function, Op, Param, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ListT, StructT
from sourcead.ir.walk import free_values, substitute
from sourcead.ops.build import Builder
from sourcead.transforms.cotangents import Scope, accumulate, bar_name, materialise
from sourcead.transforms.edges import zero
from sourcead.transforms.facts import Facts
from sourcead.transforms.invariants import without_effects
from sourcead.transforms.problems import no_snapshots

if TYPE_CHECKING:
    from sourcead.transforms.reverse import Sweep

RESTORE, ADVANCE, STORE, DROP, REVERSE = range(5)


def snapshots_of(op: Op) -> int:
    """How many states a loop may hold, 0 for a loop that is not checkpointed."""
    if op.name != "for" or not Loop(op).streams:
        return 0
    stream = Loop(op).streams[0]
    return int(stream.op.attrs.get("snapshots", 0)) if stream.op is not None else 0


def outline(function: Function, facts: Facts) -> Function:
    """Make a function of the body of each checkpointed loop that has not been made one yet."""
    for op in function.body.walk():
        if snapshots_of(op) and not op.attrs.get("outlined"):
            _outline(op, function.name, facts)
    return function


def _outline(op: Op, name: str, facts: Facts) -> None:
    loop = Loop(op)
    if loop.has_stop or loop.tapes or len(loop.streams) != 1:
        facts.problems.append(no_snapshots(op.loc))
        return
    body = loop.body
    step = Region()
    step.ops, step.yields = body.ops, body.yields
    outside = list(body.params) + [v for v in free_values(step) if v not in body.params]
    mapping = {v: step.new_param(v.type, v.hint) for v in outside}
    for value, param in mapping.items():
        param.soft, param.key = value.soft, value.key
    substitute(step, mapping)
    made = facts.fresh_name(f"{name}_step")
    params = [Param(v.hint or f"part_{k}") for k, v in enumerate(step.params)]
    facts.module.functions[made] = Function(made, step, params, None, "", op.loc)
    call = Op("call", outside, (), {"callee": made, "checkpoint": True}, None, op.loc)
    body.ops = [call]
    body.yields = [call.new_result(v.type, v.hint) for v in step.yields]
    op.attrs["outlined"] = True


class CheckpointedReversal:
    """The making of the reverse of one checkpointed loop."""

    def __init__(self, sweep: Sweep, op: Op, scope: Scope) -> None:
        self.sweep, self.op, self.scope = sweep, op, scope
        self.loop = Loop(op)
        self.b: Builder = sweep.b
        (self.call,) = self.loop.body.ops
        self.quiet = self._quiet_step()

    def run(self) -> None:
        """Store snapshots in the forward loop, and append the reverse loop."""
        active, loop, b = self.sweep.active, self.loop, self.b
        carried = [k for k, c in enumerate(loop.carries) if c in active or loop.finals[k] in active]
        bars = [self.scope.value_or_zero(loop.finals[k]) for k in carried]
        actions, snapshots = self._store_in_forward_loop()
        own = {*loop.items, *loop.carries}
        captured = [v for v in self.call.operands if v in active and v not in own]
        inits = [*loop.finals, snapshots, *bars, *map(self.scope.value_or_zero, captured)]
        region = Region()
        action = region.new_param(
            actions.type.elem if isinstance(actions.type, ListT) else actions.type
        )
        params = [region.new_param(v.type, v.hint) for v in inits]
        for k, position in enumerate(carried):
            carry = loop.carries[position]
            params[len(loop.finals) + 1 + k].hint = bar_name(carry) or bar_name(
                loop.finals[position]
            )
        with b.into(region):
            region.yields = self._turn(action, params, carried, captured)
        attrs: dict[str, Any] = {"streams": 1}
        new = Op("for", [actions, *inits], (), attrs, [region], b.loc, "", "reverse")
        b.append(new)
        results = [new.new_result(p.type, p.hint) for p in params]
        first = len(loop.finals) + 1
        for k, position in enumerate(carried):
            self.scope.bars.pop(loop.finals[position], None)
            self.scope.add(loop.inits[position], results[first + k])
        # A second derivative sees a loop like any other.
        assert loop.streams[0].op is not None
        loop.streams[0].op.attrs.pop("snapshots")
        for value, bar in zip(captured, results[first + len(carried) :], strict=True):
            self.scope.set(value, bar)

    def _quiet_step(self) -> str:
        """The step without what it prints, which it has printed in the forward sweep."""
        facts = self.sweep.facts
        name = self.call.attrs["callee"]
        if not facts.has_effects(name):
            return str(name)
        from sourcead.ir.walk import copy_function

        made, _ = copy_function(facts.module.functions[name])
        made.body.ops = without_effects(made.body.ops, facts)
        made.name = facts.fresh_name(f"{name}_again")
        facts.module.functions[made.name] = made
        return made.name

    def _store_in_forward_loop(self) -> tuple[Value, Value]:
        """The actions of the reverse sweep, and the snapshots that the forward loop takes."""
        op, loop = self.op, self.loop
        region = _region_of(self.sweep.forward_body, op)
        at = region.ops.index(op)
        before = Region()
        b = Builder(before, op.loc, "forward")
        n = b.op("dim", [loop.streams[0]], attrs={"axis": 0}, style="len")
        held_at_most = snapshots_of(op)
        places = b.op("snapshot_places", [n, b.const(held_at_most)], hint="places")
        actions = self.b.op("binomial_actions", [n, self.b.const(held_at_most)])
        carries = list(loop.carries)
        state_type = StructT(
            "tuple", tuple(range(len(loop.carries))), tuple(c.type for c in loop.carries)
        )
        empty = b.op("list", [], attrs={"dynamic": True}, type=ListT(state_type), hint="snapshots")
        region.ops[at:at] = before.ops
        body = loop.body
        held = body.new_param(empty.type, "snapshots")
        inner = Region()
        with b.into(inner):
            stored = b.op("in", [loop.items[0], places])
            inner.ops.append(self._stored_if(b, stored, held, carries))
        body.ops[:0] = inner.ops
        body.yields.append(inner.ops[-1].results[0])
        op.operands.append(empty)
        snapshots = op.new_result(empty.type, "snapshots")
        return actions, snapshots

    def _stored_if(self, b: Builder, test: Value, held: Value, state: list[Value]) -> Op:
        branch = Op("if", [test], (), {}, [Region(), Region()], b.loc, "", b.phase)
        with b.into(branch.regions[0]):
            now = b.op("tuple", list(state))
            branch.regions[0].yields = [b.op("append", [held, now])]
        branch.regions[1].yields = [held]
        branch.new_result(held.type, "snapshots")
        return branch

    def _turn(
        self, action: Value, params: list[Value], carried: list[int], captured: list[Value]
    ) -> list[Value]:
        """One action of the schedule: what the loop carries after it."""
        b, count = self.b, len(self.loop.finals)
        kind = b.op("field", [action], attrs={"key": 0}, hint="action")
        i = b.op("field", [action], attrs={"key": 1}, hint=self.loop.items[0].hint or "i")
        state, held, bars = params[:count], params[count], params[count + 1 :]

        def restored() -> list[Value]:
            last = b.op("getitem", [held], ("x",), {"index": (-1,)})
            return [
                *(b.op("field", [last], attrs={"key": k}) for k in range(count)), held, *bars
            ]  # fmt: skip

        def advanced() -> list[Value]:
            new = Op("call", self._arguments(i, state), (), {"callee": self.quiet}, None, b.loc)
            new.phase = b.phase
            b.append(new)
            return [*(new.new_result(v.type, v.hint) for v in state), held, *bars]

        def stored() -> list[Value]:
            return [*state, b.op("append", [held, b.op("tuple", list(state))]), *bars]

        def dropped() -> list[Value]:
            return [*state, b.op("without_last", [held]), *bars]

        def reversed_step() -> list[Value]:
            return [*state, held, *self._reverse_step(i, state, bars, carried, captured)]

        arms = [(RESTORE, restored), (ADVANCE, advanced), (STORE, stored), (DROP, dropped)]
        return self._choose(kind, arms, reversed_step, params)

    def _choose(self, kind: Value, arms: list[Any], last: Any, params: list[Value]) -> list[Value]:
        if not arms:
            return list(last())
        (code, arm), *others = arms
        b = self.b
        test = b.op("eq", [kind, b.const(code)])
        branch = Op("if", [test], (), {}, [Region(), Region()], b.loc, "", b.phase)
        with b.into(branch.regions[0]):
            branch.regions[0].yields = arm()
        with b.into(branch.regions[1]):
            branch.regions[1].yields = self._choose(kind, others, last, params)
        b.append(branch)
        return [branch.new_result(p.type, p.hint) for p in params]

    def _arguments(self, i: Value, state: list[Value]) -> list[Value]:
        """The operands of the step, for another number and another state."""
        own = dict(zip([*self.loop.items, *self.loop.carries], [i, *state], strict=False))
        return [own.get(v, v) for v in self.call.operands]

    def _reverse_step(
        self,
        i: Value,
        state: list[Value],
        bars: list[Value],
        carried: list[int],
        captured: list[Value],
    ) -> list[Value]:
        """The step in reverse: new cotangents of the state, sums of those of captured values."""
        b, active = self.b, self.sweep.active
        moved = tuple(v in active for v in self.call.operands)
        wanted = tuple(k in carried for k in range(len(self.call.results)))
        callee = self.sweep.halves.again(self.call.attrs["callee"], moved, wanted)
        operands = [*self._arguments(i, state), *bars[: len(carried)]]
        new = Op("call", operands, (), {"callee": callee}, None, b.loc, "", "reverse")
        b.append(new)
        found = {
            v: new.new_result(v.type) for v, m in zip(self.call.operands, moved, strict=True) if m
        }
        ends = []
        for k in carried:
            carry = self.loop.carries[k]
            ends.append(found[carry] if carry in found else zero(b, state[k]))
        sums = [
            materialise(b, accumulate(b, old, found[v]), v)
            for v, old in zip(captured, bars[len(carried) :], strict=True)
        ]
        return [*ends, *sums]


def _region_of(body: Region, op: Op) -> Region:
    """The region that holds an operation."""
    if op in body.ops:
        return body
    for other in body.walk():
        for region in other.regions:
            if op in region.ops:
                return region
    raise AssertionError(f"{op} is not in the function")
