"""The reverse of `checkpointed` loops, from snapshots of their state.

The body of such a loop is made a function, `step` (`checkpointed_steps`). The forward loop stores
some of its states; the reverse loop carries out a schedule, an action a turn: restore the last
snapshot, advance a step, store the state, drop a snapshot, or take a step in reverse, for which
the step runs once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.index import Ref, Slice
from sourcead.ir.loops import Loop
from sourcead.ir.types import INT, ArrayT, ListT, forget_axes
from sourcead.ir.walk import region_of
from sourcead.ops.build import Builder
from sourcead.transforms.checkpointed_steps import (
    Storing,
    kept,
    overwritten,
    snapshots_of,
    state_of,
)
from sourcead.transforms.cotangents import Scope, bar_name
from sourcead.transforms.edges import zero
from sourcead.transforms.invariants import quiet_function
from sourcead.transforms.random_streams import streams_before

if TYPE_CHECKING:
    from sourcead.transforms.reverse import Sweep

RESTORE, ADVANCE, STORE, DROP = range(4)
LAST = {"index": (-1,)}
ITEM = {"index": (Ref(0),)}


class CheckpointedReversal:
    """The making of the reverse of one checkpointed loop.

    The reverse loop carries the state, the snapshots, the cotangents of the state, those of what
    the step reads from outside, and the lists of those of the elements that the loop runs over.
    """

    def __init__(self, sweep: Sweep, op: Op, scope: Scope) -> None:
        self.sweep, self.op, self.scope = sweep, op, scope
        self.b: Builder = sweep.b
        self.loop = loop = Loop(op)
        active = sweep.active
        (self.call,) = loop.body.ops
        self.items, self.streams = list(loop.items), list(loop.streams)
        self.carries, self.inits = list(loop.carries), list(loop.inits)
        self.finals, self.collected = list(loop.finals), list(loop.collected)
        self.has_stop, self.limit = loop.has_stop, snapshots_of(op)
        self.carried = [
            k for k, c in enumerate(self.carries) if c in active or self.finals[k] in active
        ]
        own = {*self.items, *self.carries}
        self.captured = [v for v in self.call.operands if v in active and v not in own]
        self.moving = [k for k, item in enumerate(self.items) if item in active]
        self.tape_bars = {k: scope.value_of(t) for k, t in enumerate(loop.tapes)}
        self.bars = [scope.value_or_zero(self.finals[k]) for k in self.carried]
        # What the step prints it has printed in the forward sweep.
        self.quiet = quiet_function(str(self.call.attrs["callee"]), sweep.facts)

    def run(self) -> None:
        """Store snapshots in the forward loop, and append the reverse loop."""
        b = self.b
        step = self.sweep.facts.module.functions[str(self.call.attrs["callee"])]
        self.written = overwritten(self.op, step)
        home = region_of(self.sweep.forward_body, self.op)
        drawn = streams_before(self.op, self.sweep.facts)
        storing = Storing(self.op, home, self.written, drawn)
        self.generators = storing.generators
        sums = [self.scope.value_or_zero(v) for v in self.captured]
        lists = [self._empty(self.items[k]) for k in self.moving]
        places = storing.places
        if self.op.name == "while":
            places = b.op("stored_places", [places])
        random_states = self.generators.states(b, "now")
        actions = b.op("binomial_actions", [places, storing.count, b.const(self.limit)])
        inits = [*self.finals, storing.snapshots, *self.bars, *sums, *lists]
        region, carried = Region(), [self.carries[k] for k in self.carried]
        assert isinstance(actions.type, ListT)
        action = region.new_param(actions.type.elem)
        params = [region.new_param(forget_axes(v.type), v.hint) for v in inits]
        self._name(params)
        bars = params[len(self.finals) + 1 :]
        for state, bar in (
            *zip(self.carries, params, strict=False),
            *zip(carried, bars, strict=False),
        ):
            if state.type == ArrayT():
                bar.type = ArrayT()  # it is not bound in some of the states
        with b.into(region), b.at(NOWHERE):
            region.yields = self._turn(action, params)
        new = Op("for", [actions, *inits], (), {"streams": 1}, [region], b.loc, "", "reverse")
        b.append(new)
        results = [new.new_result(forget_axes(p.type), p.hint) for p in params]
        self.generators.put_back(b, random_states)
        # A second derivative sees a loop like any other.
        self.op.attrs.pop("snapshots")
        self._hand_out(results[len(self.finals) + 1 :])

    def _empty(self, item: Value) -> Value:
        hint = f"{bar_name(item) or 'bar'}_tape"
        kept = ListT(forget_axes(item.type))
        return self.b.op("list", [], attrs={"dynamic": True}, type=kept, hint=hint)

    def _name(self, params: list[Value]) -> None:
        bars = params[len(self.finals) + 1 :]
        for k, bar in zip(self.carried, bars, strict=False):
            bar.hint = bar_name(self.carries[k]) or bar_name(self.finals[k])
        for value, bar in zip(self.captured, bars[len(self.carried) :], strict=False):
            bar.hint = bar_name(value)

    def _hand_out(self, results: list[Value]) -> None:
        """Give the reverse loop's results to the values they are cotangents of."""
        scope, b = self.scope, self.b
        ends, rest = results[: len(self.carried)], results[len(self.carried) :]
        for value, bar in zip(self.captured, rest, strict=False):
            scope.set(value, bar)
        for k, bars in zip(self.moving, rest[len(self.captured) :], strict=True):
            in_order = b.op("getitem", [bars], ("x",), {"index": (Slice(None, None, -1),)})
            if self.has_stop or len(self.streams) > 1:
                in_order = b.op("extended_with_zeros", [in_order, self.streams[k]])
            scope.add(self.streams[k], in_order)
        for k, end in zip(self.carried, ends, strict=True):
            scope.bars.pop(self.finals[k], None)
            scope.add(self.inits[k], end)

    # A turn of the reverse loop -----------------------------------------------------------------

    def _turn(self, action: Value, params: list[Value]) -> list[Value]:
        """One action of the schedule: what the loop carries after it."""
        b, count = self.b, len(self.finals)
        kind = b.op("field", [action], attrs={"key": 0}, hint="action")
        i = b.op("field", [action], attrs={"key": 1}, hint="step")
        state, held, bars = params[:count], params[count], params[count + 1 :]

        def restored() -> list[Value]:
            last = b.op("getitem", [held], ("x",), LAST)
            parts = range(count + len(self.generators.values))
            now = [b.op("field", [last], attrs={"key": k}) for k in parts]
            self.generators.put_back(b, now[count:])
            del now[count:]
            return [*(kept(b, v, k in self.written) for k, v in enumerate(now)), held, *bars]

        def advanced() -> list[Value]:
            new = Op("call", self._arguments(i, state), (), {"callee": self.quiet}, None, b.loc)
            new.phase = b.phase
            b.append(new)
            results = [new.new_result(forget_axes(v.type), v.hint) for v in self.call.results]
            first = int(self.has_stop)
            return [*results[first : first + count], held, *bars]

        def stored() -> list[Value]:
            stored_now = state_of(b, state, self.written, self.generators)
            return [*state, b.op("append", [held, stored_now]), *bars]

        def dropped() -> list[Value]:
            last = b.op("getitem", [held], ("x",), LAST)
            return [*state, b.op("without_last", [held, last]), *bars]

        def reversed_step() -> list[Value]:
            return [*state, held, *self._reverse_step(i, state, bars)]

        arms = [(RESTORE, restored), (ADVANCE, advanced), (STORE, stored), (DROP, dropped)]
        return self._choose(kind, arms, reversed_step, params)

    def _choose(
        self,
        kind: Value,
        arms: list[tuple[int, Callable[[], list[Value]]]],
        last: Callable[[], list[Value]],
        params: list[Value],
    ) -> list[Value]:
        if not arms:
            return last()
        (code, arm), *others = arms
        b = self.b
        test = b.op("eq", [kind, b.const(code)])
        branch = Op("if", [test], (), {}, [Region(), Region()], b.loc, "", b.phase)
        with b.into(branch.regions[0]):
            branch.regions[0].yields = arm()
        with b.into(branch.regions[1]):
            branch.regions[1].yields = self._choose(kind, others, last, params)
        b.append(branch)
        return [branch.new_result(forget_axes(p.type), p.hint) for p in params]

    def _arguments(self, i: Value, state: list[Value]) -> list[Value]:
        """The operands of the step, for another number and another state."""
        own = dict(zip(self.carries, state, strict=True))
        for item, stream in zip(self.items, self.streams, strict=True):
            if item in self.call.operands:
                own[item] = self._element(stream, i, item)
        return [own.get(v, v) for v in self.call.operands]

    def _element(self, stream: Value, i: Value, item: Value) -> Value:
        """What a loop over a stream meets in its step `i`."""
        b, op = self.b, stream.op
        if op is not None and op.name == "reversed":
            (base,) = op.operands
            length = b.op("dim", [base], ("x",), {"axis": 0}, style="len")
            i = b.op("sub", [b.op("sub", [length, b.const(1)]), i])
            return self._element(base, i, item)
        if op is not None and op.name == "range":
            start, _, step = op.operands
            made = b.op("add", [start, b.op("mul", [i, step])], type=INT)
        else:
            made = b.op("getitem", [stream, i], ("x", "i0"), ITEM)
        if made is not i:
            made.hint = item.hint
        return made

    def _reverse_step(self, i: Value, state: list[Value], bars: list[Value]) -> list[Value]:
        """The step in reverse: new cotangents of the state, sums of those of captured values."""
        b, active = self.b, self.sweep.active
        n, first = len(self.carried), int(self.has_stop)
        ends, sums = bars[:n], bars[n : n + len(self.captured)]
        lists = bars[n + len(self.captured) :]
        seeds = dict(zip((first + k for k in self.carried), ends, strict=True))
        for k, tape_bar in self.tape_bars.items():
            if tape_bar is not None:
                bar = b.op("getitem", [tape_bar, i], ("x", "i0"), ITEM)
                seeds[first + len(self.carries) + k] = bar
        moved = tuple(v in active for v in self.call.operands)
        wanted = tuple(k in seeds for k in range(len(self.call.results)))
        onto = tuple(v in self.captured for v in self.call.operands)
        sweep = self.sweep
        name = self.call.attrs["callee"]
        zeros = sweep.selection.of_call(self.call.results, name, sweep.facts.module)
        callee = sweep.halves.again(name, moved, wanted, onto, zeros)
        operands = [*self._arguments(i, state), *(seeds[k] for k in sorted(seeds)), *sums]
        new = Op("call", operands, (), {"callee": callee}, None, b.loc, "", "reverse")
        b.append(new)
        found = {
            v: new.new_result(forget_axes(v.type), bar_name(v))
            for v, m in zip(self.call.operands, moved, strict=True)
            if m
        }
        carries = [self.carries[k] for k in self.carried]
        new_ends = [
            found[c] if c in found else zero(b, state[k])
            for c, k in zip(carries, self.carried, strict=True)
        ]
        items = [self.items[k] for k in self.moving]
        longer = [
            b.op("append", [bars_so_far, found[item] if item in found else zero(b, item)])
            for bars_so_far, item in zip(lists, items, strict=True)
        ]
        return [*new_ends, *(found[v] for v in self.captured), *longer]
