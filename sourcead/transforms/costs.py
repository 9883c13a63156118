"""What a value costs to save, and what may be recomputed instead."""

from __future__ import annotations

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value
from sourcead.ir.types import ArrayT, ScalarT, StructT, is_python_scalar
from sourcead.ops.catalog import definition

SCALAR = 10
REFERENCE = 1000
COPY = 1_000_000

_ARITHMETIC = {"add", "sub", "mul", "div", "neg", "pos", "floordiv", "mod", "not", "invert"}
_COMPARISONS = {"lt", "le", "gt", "ge", "eq", "ne", "is", "is_not"}
_CONVERSIONS = {"int", "float", "bool", "tuple", "field", "range", "getitem"}


def saving_cost(value: Value, overwritten: set[Value]) -> int:
    """What a tape entry for this value costs; an array that is overwritten must be copied."""
    t = value.type
    if value in overwritten:
        return COPY
    if isinstance(t, ScalarT) or (isinstance(t, ArrayT) and t.rank == 0):
        return SCALAR
    if isinstance(t, StructT) and all(isinstance(e, ScalarT) for e in t.types):
        return SCALAR
    return REFERENCE


def is_integer(value: Value) -> bool:
    return isinstance(value.type, ScalarT) and value.type.kind == "int"


def is_plain_number(value: Value) -> bool:
    """Whether a value is an integer, or another number that the program gives no name."""
    return is_integer(value) or (isinstance(value.type, ScalarT) and not value.hint)


def recomputable(op: Op) -> bool:
    """Whether doing it again is cheaper than saving its result."""
    if op.regions or op.name in ("call", "undef", "global"):
        return op.name == "global"
    if op.name == "pow":
        return constant(op.operands[1]) in (2, 3)
    if op.name.startswith("math."):
        return is_python_scalar(op.result.type)
    if op.name in _ARITHMETIC or op.name in _COMPARISONS or op.name in _CONVERSIONS:
        return True
    known = definition(op.name)
    return known.pure and known.cost == "free" and not known.allocates


def recompute_needs(value: Value) -> list[Value] | None:
    """The operands needed to recompute a value, None where it has to be saved."""
    op = value.op
    return list(op.operands) if op is not None and recomputable(op) else None


def is_free(op: Op) -> bool:
    """Constants and views: never worth a variable of their own."""
    known = definition(op.name)
    return known.pure and known.cost == "free" and not known.allocates and not op.regions
