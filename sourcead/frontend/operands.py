"""Which operations take objects: those that hand them on, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sourcead.ir.classes import object_in
from sourcead.ir.core import Value
from sourcead.ir.types import ListT

if TYPE_CHECKING:
    from sourcead.frontend.frame import Frame

# Operations that hand objects on as they are: parts of containers, elements of lists.
MOVES = {
    "const", "tuple", "list", "dict", "object", "field", "set_field", "append", "insert", "extend",
    "getitem", "setitem", "delete", "without_last", "truncate", "is", "is_not", "undef",
}  # fmt: skip

# Operations on a list that do not ask what its elements are.
OF_LISTS = {"dim", "reversed", "concat", "repeat"}


def check_operands(frame: Frame, name: str, operands: Sequence[Value]) -> None:
    """An object is no operand: what its class says of the operation would be passed over."""
    if name in MOVES:
        return
    for value in operands:
        if name in OF_LISTS and isinstance(value.type, ListT):
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
