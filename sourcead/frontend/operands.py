"""Which operations take objects: those that hand them on, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sourcead.frontend.columns import MOVES, OF_LISTS, gathered, is_list_of_arrays
from sourcead.ir.classes import object_in
from sourcead.ir.core import Value
from sourcead.ir.types import ListT, NumberedT

if TYPE_CHECKING:
    from sourcead.frontend.frame import Frame


def checked_operands(frame: Frame, name: str, operands: Sequence[Value]) -> Sequence[Value]:
    """The operands of an operation; of arrays of which a list holds the numbers, the arrays.

    An object is no operand: what its class says of the operation would be passed over.
    """
    if name in MOVES:
        return operands
    if name not in OF_LISTS and any(is_list_of_arrays(v.type) for v in operands):
        operands = [gathered(frame, v) if is_list_of_arrays(v.type) else v for v in operands]
    for value in operands:
        if name in OF_LISTS and isinstance(value.type, ListT):
            continue
        if name == "repeat" and isinstance(value.type, NumberedT):
            continue
        cls = object_in(value.type)
        if cls is not None:
            frame.refuse(
                frame.here,
                "SAD102",
                f"an object of class `{cls}` is used as a value",
                "what Python makes of it here depends on methods that are not followed",
                "an attribute of the object",
            )
    return operands
