"""The demands of a reversed loop, with arrays written in place put back instead of saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcead.ir.core import Op, Region, Value
from sourcead.transforms.chains import overwritten_versions
from sourcead.transforms.cotangents import own_values
from sourcead.transforms.demands import Inverse, TapeDemands, demanded
from sourcead.transforms.reverse_streams import ReverseStreams
from sourcead.transforms.undo import Undo

if TYPE_CHECKING:
    from sourcead.transforms.reverse import Sweep


class LoopDemands(TapeDemands):
    """Tapes, and arrays carried backwards where undoing is cheaper than saving what is read."""

    def __init__(self, sweep: Sweep, op: Op, region: Region, streams: ReverseStreams) -> None:
        super().__init__(op, region, streams, settled=sweep.settled)
        self.sweep = sweep
        self.undone: list[int] = []

    def undo(self, at_hand: dict[Value, Value]) -> Inverse:
        loop, body = self.loop, self.loop.body
        own, overwritten = own_values(body), overwritten_versions(body)
        wanted = [v for v in demanded(self.region, own) if v not in at_hand]
        undo = Undo(self.sweep, body, self.region)
        self.undone = undo.choose(loop, wanted, set(at_hand), own, overwritten)
        for k in self.undone:
            after, carry = loop.nexts[k], loop.carries[k]
            state = Value(after.type, after.hint or carry.hint)
            self.states.append((state, loop.finals[k]))
            at_hand[after] = state
            self.region.yields.append(carry)
        return undo.inverse

    def finish(self, reverse: Op) -> None:
        """Record which results of the reverse loop are undone arrays."""
        first = len(reverse.results) - len(self.states)
        for offset, k in enumerate(self.undone):
            self.sweep.states[self.op, k] = reverse.results[first + offset]
