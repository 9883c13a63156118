"""Integers of a program as older ones plus constants."""

from __future__ import annotations

from sourcead.ir.constants import constant
from sourcead.ir.core import Value

# An integer as a value plus a constant; the value is None for a constant alone.
Shifted = tuple[Value | None, int]


def shifted(value: Value) -> Shifted:
    """The integer as an older one plus a constant."""
    number = constant(value)
    if type(number) is int:
        return None, number
    op = value.op
    if op is not None and op.name in ("add", "sub"):
        first, second = shifted(op.operands[0]), shifted(op.operands[1])
        if second[0] is None:
            return first[0], first[1] + (second[1] if op.name == "add" else -second[1])
        if first[0] is None and op.name == "add":
            return second[0], second[1] + first[1]
    return value, 0
