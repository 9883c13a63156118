"""Meeting what a reversed body reads of the forward body: recompute, undo, or save.

The free values of the reversed body that the forward body defines are its demands. What to save
is the cheapest vertex cut (`transforms.mincut`); the rest is recomputed where it is first read.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.presence import is_bound
from sourcead.ir.types import ListT, absent, forget_axes
from sourcead.ir.walk import copy_op, free_values, free_values_of, substitute
from sourcead.transforms.chains import overwritten_versions
from sourcead.transforms.costs import is_free, is_integer, recomputable, saving_cost
from sourcead.transforms.cotangents import own_values
from sourcead.transforms.cse import read_again
from sourcead.transforms.dce import prune
from sourcead.transforms.mincut import cheapest_saves
from sourcead.transforms.reverse_streams import ReverseStreams
from sourcead.transforms.settled import Settled

Inverse = dict[Value, Op | Value]


def settle(
    region: Region, own: set[Value], at_hand: dict[Value, Value], inverse: Inverse | None = None
) -> None:
    """Replace demands by what is at hand; recompute or undo the rest before its first use."""
    mapping = dict(at_hand)
    inverse = inverse or {}
    ops: list[Op] = []

    def ensure(value: Value) -> None:
        if value in mapping or (value not in own and value not in inverse):
            return
        maker = inverse.get(value, value.op)
        if isinstance(maker, Value):
            mapping[value] = maker
            return
        if maker is None:
            raise AssertionError(f"{value} is demanded but was not saved")
        for operand in free_values_of(maker):
            ensure(operand)
        again = copy_op(maker, mapping)
        again.phase = "recompute" if maker is value.op else "reverse"
        again.loc = NOWHERE
        ops.append(again)
        mapping[value] = again.results[maker.results.index(value) if maker is value.op else 0]

    for op in region.ops:
        for value in free_values_of(op):
            ensure(value)
        ops.append(op)
    for value in region.yields:
        ensure(value)
    region.ops = ops
    substitute(region, mapping)


def demanded(reverse: Region, own: set[Value]) -> list[Value]:
    return [v for v in free_values(reverse) if v in own]


def kept_parts(ops: Iterable[Op | Value]) -> set[Value]:
    """What inverse writes put back: it cannot be read again from the array that it restores."""
    return {op.operands[1] for op in ops if isinstance(op, Op) and op.name == "setitem"}


def meet_branch_demands(
    op: Op,
    forward: Region,
    reverse: Region,
    kept: Container[Value] = (),
    settled: Settled | None = None,
    in_loop: bool = False,
) -> None:
    """A branch's demands become further results of the forward `if`; `kept` is not recomputed.

    In a loop each of these is a tape: there arithmetic is done again, if the reverse branch reads
    what it takes from outside anyway.
    """
    prune(reverse)
    read_again(reverse, forward)
    own = own_values(forward)
    wanted = demanded(reverse, own)
    at_hand_anyway = set(free_values(reverse)) if in_loop else set()
    overwritten = overwritten_versions(forward)

    settled = settled or Settled()
    sources = settled.sources

    def needs(value: Value) -> list[Value] | None:
        if value in sources:
            return list(sources[value].operands[1:])
        op = value.op
        if op is None or value in kept or (in_loop and settled.is_passing(value)):
            return None
        again = is_free(op) or (is_integer(value) and recomputable(op))
        if in_loop and recomputable(op):
            again = again or all(
                v in own or v in at_hand_anyway or constant(v) is not MISSING for v in op.operands
            )
        return list(op.operands) if again else None

    saves, _ = cheapest_saves(
        wanted, lambda v: v not in own, needs, lambda v: saving_cost(v, overwritten)
    )
    at_hand = {value: export(op, forward, value) for value in saves}
    settle(reverse, own, at_hand, dict(sources))


def export(op: Op, forward: Region, value: Value) -> Value:
    """Make a value of one branch a result of the `if`; on the other path it is not bound."""
    for result, yielded in zip(op.results, forward.yields, strict=True):
        if yielded is value and _undefined_elsewhere(op, forward, op.results.index(result)):
            return result
    for region in op.regions:
        if region is forward:
            region.yields.append(value)
        else:
            undef = Op("undef", [], loc=op.loc, phase=op.phase)
            region.ops.append(undef)
            region.yields.append(undef.new_result(value.type))
    result = op.new_result(absent(value.type), value.hint)
    result.soft = value.soft
    return result


def _undefined_elsewhere(op: Op, forward: Region, position: int) -> bool:
    others = (r.yields[position] for r in op.regions if r is not forward)
    return all(v.op is not None and v.op.name == "undef" for v in others)


class TapeDemands:
    """What one reverse loop needs from its forward loop, and how it gets it.

    Tapes become further streams. `states` are primal values that the reverse loop carries
    backwards (parameter, initial value); their next values are yielded last.
    """

    def __init__(
        self,
        op: Op,
        region: Region,
        streams: ReverseStreams,
        kept: Container[Value] = (),
        settled: Settled | None = None,
    ) -> None:
        self.kept = kept
        self.settled = settled or Settled()
        self.op = op
        self.loop = Loop(op)
        self.region = region
        self.streams = streams
        self.states: list[tuple[Value, Value]] = []

    def meet(self) -> None:
        prune(self.region)
        read_again(self.region, self.loop.body)
        at_hand = dict(self.streams.known)
        inverse = self.undo(at_hand)
        own = own_values(self.loop.body)
        saves = self._saves(own, at_hand, inverse)
        self._carry_backwards(saves, at_hand)
        for value in saves:
            if value not in at_hand:
                at_hand[value] = self._tape(value)
        settle(self.region, own, at_hand, {**self.settled.sources, **inverse})

    def undo(self, at_hand: dict[Value, Value]) -> Inverse:
        """Choose arrays to put back rather than to save; none here."""
        return {}

    def _saves(self, own: set[Value], at_hand: dict[Value, Value], inverse: Inverse) -> list[Value]:
        overwritten = overwritten_versions(self.loop.body)
        kept = kept_parts(inverse.values())

        def needs(value: Value) -> list[Value] | None:
            return None if value in kept or value in self.kept else self.settled.needs(value)

        def cheapest(wanted: list[Value], known: Container[Value]) -> list[Value]:
            saves, _ = cheapest_saves(
                wanted,
                lambda v: v not in own or v in at_hand or v in known,
                needs,
                lambda v: saving_cost(v, overwritten),
            )
            return saves

        inverses = [op for op in inverse.values() if isinstance(op, Op)]
        reads = [v for op in inverses for v in free_values_of(op) if v in own and v not in inverse]
        # Nor can a length of a loop that restores the array.
        loops = [v.op for v in inverse.values() if isinstance(v, Value) and v.op is not None]
        asked = [v for op in loops for v in op.operands if v in own and v not in inverse]
        reads += [v for v in asked if _is_made_of(v, inverse, own)]
        # A subscript computed from the array cannot wait for the array that it helps to restore.
        first = cheapest(reads, ())
        wanted = [v for v in demanded(self.region, own) if v not in inverse]
        rest = cheapest(wanted, {*inverse, *first})
        return first + [v for v in rest if v not in first]

    def _carry_backwards(self, saves: list[Value], at_hand: dict[Value, Value]) -> None:
        """A saved carry is the next value of the iteration before: save it once, carry it along."""
        loop = self.loop
        for carry, after, final in zip(loop.carries, loop.nexts, loop.finals, strict=True):
            if carry in saves and after in saves and carry is not after and after not in at_hand:
                state = Value(after.type, after.hint)
                self.states.append((state, final))
                at_hand[after] = state
                self.region.yields.append(carry)

    def _tape(self, value: Value) -> Value:
        tape = collect(self.op, value)
        item = Value(value.type, value.hint)
        item.soft = value.soft
        self.streams.read_list(tape, item)
        return item


def _is_made_of(value: Value, sources: Container[Value], own: set[Value]) -> bool:
    """Whether a value of a body would be computed again from one of these."""
    todo = [value]
    while todo:
        op = todo.pop().op
        operands = [] if op is None or op.regions else op.operands
        if any(v in sources for v in operands):
            return True
        todo += [v for v in operands if v in own]
    return False


def collect(op: Op, value: Value) -> Value:
    """Append a value of the body to a tape in every iteration; the tape is a result."""
    loop = Loop(op)
    for collected, tape in zip(loop.collected, loop.tapes, strict=True):
        if collected is value:
            return tape
    bind_undefined(value)
    loop.body.yields.append(value)
    tape = Value(ListT(forget_axes(value.type)), f"{value.hint}_tape" if value.hint else "", op)
    tape.soft = f"{value.soft}_tape" if value.soft else ""
    position = len(op.results) - int(loop.has_count)
    op.results.insert(position, tape)
    return tape


def bind_undefined(value: Value) -> None:
    """What is kept is None where a branch left its value unbound."""
    if value.op is not None and value.op.name == "if":
        position = value.op.results.index(value)
        for region in value.op.regions:
            yielded = region.yields[position]
            if yielded.op is not None and yielded.op.name == "undef":
                yielded.op.name = "const"
                yielded.op.attrs = {"value": None}
            else:
                bind_undefined(yielded)
    if not is_bound(value):
        value.type = absent(value.type)
