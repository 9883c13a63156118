"""Loops in reverse: carried cotangents, accumulators for outer values, tapes for demands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcead.ir.constants import constant
from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.presence import is_bound
from sourcead.ir.types import (
    ArrayT,
    ListT,
    ScalarT,
    Type,
    forget_axes,
    same_array,
    same_shape,
)
from sourcead.ops.build import Builder
from sourcead.transforms.checkpointed_loops import CheckpointedReversal
from sourcead.transforms.checkpointed_steps import snapshots_of
from sourcead.transforms.cotangents import LoopScope, Scope, bar_name, own_values
from sourcead.transforms.edges import as_array, zero
from sourcead.transforms.loop_demands import LoopDemands
from sourcead.transforms.reverse_streams import ReverseStreams

if TYPE_CHECKING:
    from sourcead.transforms.reverse import Sweep


def reverse_loop(sweep: Sweep, op: Op, scope: Scope) -> None:
    """The loop in reverse order, carrying the cotangents of what the loop carried."""
    loop = Loop(op)
    if op.attrs.get("outlined") and snapshots_of(op):
        if any(scope.lookup(r) is not None for r in loop.finals + loop.tapes):
            CheckpointedReversal(sweep, op, scope).run()
        return
    if any(scope.lookup(r) is not None for r in loop.finals + loop.tapes):
        _Reversal(sweep, op, scope).run()


class _Reversal:
    """The making of one reverse loop."""

    def __init__(self, sweep: Sweep, op: Op, scope: Scope) -> None:
        self.sweep = sweep
        self.b: Builder = sweep.b
        self.op = op
        self.loop = loop = Loop(op)
        self.scope = scope
        self.carried = [
            k
            for k, carry in enumerate(loop.carries)
            if not sweep.active.isdisjoint((carry, loop.nexts[k], loop.finals[k]))
        ]
        self.region = Region()
        self.inner = LoopScope(scope, own_values(loop.body))
        self.streams = ReverseStreams(sweep.b, op)

    def run(self) -> None:
        final_bars = [self.scope.value_of(self.loop.finals[k]) for k in self.carried]
        tapes = self._tape_bars()
        with self.b.into(self.region):
            bars = self._seed(tapes)
            self.sweep.walk(self.loop.body.ops, self.inner)
            ends = [self._end(k, bar) for k, bar in zip(self.carried, bars, strict=True)]
            elements = self._element_bars()
            outer = list(self.inner.accumulators)
            self.region.yields = [*ends, *(self.inner.value_or_zero(v) for v in outer)]
        inits = [
            self._zero_of_final(k) if g is None else as_array(self.b, g, bar)
            for g, k, bar in zip(final_bars, self.carried, bars, strict=True)
        ]
        inits += [self.scope.value_or_zero(v) for v in outer]
        params = bars + list(self.inner.accumulators.values())
        reverse = self._emit(params, inits, [bar for _, bar in elements])
        self._hand_out(reverse, outer)
        self._hand_out_elements(reverse, [stream for stream, _ in elements])

    def _tape_bars(self) -> list[tuple[Value, Value]]:
        """Collected values whose list has a cotangent, with the item that runs through it."""
        found = []
        for value, tape in zip(self.loop.collected, self.loop.tapes, strict=True):
            bars = self.scope.value_of(tape)
            if bars is not None:
                item = Value(value.type, bar_name(value))
                self.streams.read_list(bars, item)
                found.append((value, item))
        return found

    def _seed(self, tapes: list[tuple[Value, Value]]) -> list[Value]:
        """Parameters for the carried cotangents; `tapes` are items of lists of cotangents."""
        bars = []
        for k in self.carried:
            carry, after = self.loop.carries[k], self.loop.nexts[k]
            bar = Value(_shaped_like(carry.type, after), bar_name(after) or bar_name(carry))
            bars.append(bar)
            self.inner.add(after, bar)
        for value, item in tapes:
            self.inner.add(value, item)
        return bars

    def _element_bars(self) -> list[tuple[Value, Value]]:
        """Lists the loop runs over, with the cotangents of their elements."""
        found = []
        for item, stream in zip(self.loop.items, self.loop.streams, strict=True):
            if item in self.inner.bars and stream in self.sweep.active:
                found.append((stream, self.inner.value_or_zero(item)))
        return found

    def _end(self, k: int, bar: Value) -> Value:
        carry = self.loop.carries[k]
        out = self.inner.value_of(carry)
        if out is not None:
            return as_array(self.b, out, bar)
        init = self.loop.inits[k]
        if isinstance(carry.type, ListT) and not is_bound(init):
            return self.b.op("zero", [carry], attrs={"absent": True})
        same = _keeps_shape(carry) or same_shape(carry.type, init.type)
        return zero(self.b, bar if same else carry)

    def _zero_of_final(self, k: int) -> Value:
        final, init = self.loop.finals[k], self.loop.inits[k]
        if _is_left_empty(self.loop, k):
            return self.b.op("list", [], attrs={"dynamic": True}, type=final.type)
        same = _keeps_shape(final) or same_array(final.type, init.type)
        return zero(self.b, init if same and init.type == final.type else final)

    def _emit(self, params: list[Value], inits: list[Value], collected: list[Value]) -> Op:
        n_states = len(self.region.yields)
        self.region.yields += collected
        demands = LoopDemands(self.sweep, self.op, self.region, self.streams)
        demands.meet()
        self._collect_last(n_states, len(collected))
        params = params + [param for param, _ in demands.states]
        inits = inits + [init for _, init in demands.states]
        self.region.params = self.streams.items + params
        operands = self.streams.values + inits
        attrs = self.streams.attrs()
        new = Op("for", operands, (), attrs, [self.region], self.b.loc, "", "reverse")
        self.b.append(new)
        for param, init in zip(params, inits, strict=True):
            new.new_result(_type_after(param, init), param.hint)
        demands.finish(new)
        for bar in collected:
            hint = f"{bar.hint}s" if bar.hint else ""
            new.new_result(ListT(forget_axes(bar.type)), hint)
        return new

    def _collect_last(self, first: int, count: int) -> None:
        """What a loop collects is yielded after all that it carries."""
        yields = self.region.yields
        self.region.yields = (
            yields[:first] + yields[first + count :] + yields[first : first + count]
        )

    def _hand_out_elements(self, reverse: Op, streams: list[Value]) -> None:
        """The collected cotangents are in the order of the reverse sweep."""
        through_from_the_end = self.op.attrs.get("reverse")
        for stream, bars in zip(streams, reverse.results[-len(streams) :], strict=False):
            in_order = bars if through_from_the_end else self.b.op("reversed", [bars])
            if self.streams.partial:
                rest = "preceded_by_zeros" if through_from_the_end else "extended_with_zeros"
                in_order = self.b.op(rest, [in_order, stream])
            in_order.soft = in_order.soft or "bars"
            self.scope.add(stream, in_order)

    def _hand_out(self, reverse: Op, outer: list[Value]) -> None:
        """Give the reverse loop's results to the values they are cotangents of."""
        for k, value in enumerate(outer):
            self.scope.set(value, reverse.results[len(self.carried) + k])
        for position, k in enumerate(self.carried):
            self.scope.bars.pop(self.loop.finals[k], None)
            init = self.loop.inits[k]
            with self.b.at(init.op.loc if init.op is not None else NOWHERE):
                self.scope.add(init, reverse.results[position])


def _keeps_shape(value: Value) -> bool:
    """Whether the value's type fixes its shape, so that it is the same in every iteration."""
    t = value.type
    if isinstance(t, ScalarT):
        return True
    if not isinstance(t, ArrayT) or t.dtype is None or t.dims is None:
        return False
    return forget_axes(t) == t and all(d.symbol is not None or d.one for d in t.dims)


def _shaped_like(t: Type, value: Value) -> Type:
    """The type of the cotangent of a value, whose shape the value has in each iteration."""
    if isinstance(t, ArrayT) and isinstance(value.type, ArrayT) and t.rank == value.type.rank:
        return ArrayT(t.dtype, value.type.dims)
    return t


def _type_after(param: Value, init: Value) -> Type:
    """The type of what a loop has carried: its shape is known where no iteration changes it."""
    return param.type if same_shape(param.type, init.type) else forget_axes(param.type)


def _is_left_empty(loop: Loop, k: int) -> bool:
    """Whether a loop ends when nothing is left in a list: `while stack:`."""
    if loop.cond is None or loop.has_stop:
        return False
    test = loop.cond.yields[0].op
    if test is None or test.name != "gt" or constant(test.operands[1]) != 0:
        return False
    length = test.operands[0].op
    return length is not None and length.name == "dim" and length.operands[0] is loop.cond.params[k]
