"""What both halves of a function know has one name in both."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from sourcead.backend.describe import describe
from sourcead.backend.plan import LOOPS, Plan
from sourcead.ir.core import Op, Param, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import StructT

# Operations that hand on the elements of a list.
_PASSING = ("reversed", "getitem", "first_items", "last_items")


@dataclass(frozen=True, slots=True)
class Slot:
    """The name of something saved; of a tape, also the name of what was appended to it."""

    name: str
    element: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """The names that a forward half uses: of what it saves, and of each value by its `key`.

    One value that is saved alone is the slot None.
    """

    slots: dict[object, Slot]
    names: dict[int, str]


NO_HANDOVER = Handover({}, {})


def is_slot(plan: Plan, op: Op) -> bool:
    """Whether an operation reads a part of what the forward half saved."""
    function = plan.function
    if op.name != "field" or not function.forward_half or not function.body.params:
        return False
    return op.operands[0] is function.body.params[0]


def handover_of(plan: Plan) -> Handover:
    """The names that a forward half has been given."""
    names = {value.key: name for value, name in plan.names.items() if value.op is not None}
    return Handover(_slots_of(plan), names)


def _slots_of(plan: Plan) -> dict[object, Slot]:
    packed = plan.function.body.yields[-1]
    if packed.op is None or packed.op.style != "saved" or not isinstance(packed.type, StructT):
        return {None: Slot(_name(plan, packed), _element(plan, packed))}
    return {
        key: Slot(_name(plan, value), _element(plan, value))
        for key, value in zip(packed.type.keys, packed.op.operands, strict=True)
    }


def _name(plan: Plan, value: Value) -> str:
    return plan.names.get(value, "") or value.hint or value.soft or describe(plan, value)


def _element(plan: Plan, tape: Value) -> str:
    if tape.op is None or tape.op.name not in LOOPS:
        return ""
    loop = Loop(tape.op)
    if tape not in loop.tapes:
        return ""
    return _name(plan, loop.collected[loop.tapes.index(tape)])


def take_names(plan: Plan, handover: Handover, reserved: Container[str]) -> None:
    """Give what a reverse half was handed, or makes again, the names of the forward half."""
    slots = handover.slots
    if None in slots and slots[None].name not in reserved:
        _rename_parameter(plan, slots[None].name)
    for op in plan.function.body.walk():
        for result in op.results if op.phase == "recompute" else ():
            if not result.hint:
                result.soft = handover.names.get(result.key, result.soft)
        if is_slot(plan, op) and op.attrs["key"] in slots:
            name = slots[op.attrs["key"]].name
            if op.result.hint:
                op.result.hint = name
            op.result.soft = name
        if op.name in LOOPS:
            loop = Loop(op)
            for item, stream in zip(loop.items, loop.streams, strict=True):
                slot = _slot_behind(plan, stream, slots)
                if slot is not None and not item.hint:
                    item.soft = slot.element or item.soft


def _rename_parameter(plan: Plan, name: str) -> None:
    """A reverse half's first parameter is what one value is called in the forward half."""
    function = plan.function
    others = {param.name for param in function.params[1:]}
    if name not in others:
        function.params[0] = Param(name)
        function.body.params[0].hint = name


def _slot_behind(plan: Plan, stream: Value, slots: dict[object, Slot]) -> Slot | None:
    """The saved list whose elements a stream runs through."""
    while stream.op is not None and stream.op.name in _PASSING:
        stream = stream.op.operands[0]
    if stream in plan.function.body.params[:1]:
        return slots.get(None)
    if stream.op is None or not is_slot(plan, stream.op):
        return None
    return slots.get(stream.op.attrs["key"])
