"""`try` as an operation: an `if` without an operand, which its own first branch decides.

The first branch is the block that may be interrupted by one of the exceptions in `catch`; the
second is what is done then, and reads nothing that the first defines. What a `try` yields beside
its values is whether its block was completed: True from the first branch, False from the second.
"""

from __future__ import annotations

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import BOOL, ScalarT, is_python_scalar

# Operations that never raise, whatever their operands are.
SAFE = (
    "const", "global", "undef", "tuple", "list", "dict", "object", "field", "set_field", "append",
    "not", "is", "is_not", "dim", "shape", "ndim", "stop_gradient", "zero", "caught",
)  # fmt: skip
# Operations that never raise on plain numbers, whose arithmetic does not overflow.
SAFE_ON_NUMBERS = (
    "add", "sub", "mul", "neg", "pos", "lt", "le", "gt", "ge", "eq", "ne", "bool", "float", "abs",
    "max", "min",
)  # fmt: skip
# Of these the ones that make a float of an integer, which has no bound.
MIXING = ("add", "sub", "mul", "float")
# Integers that are no larger than what they are made of, or that memory bounds.
BOUNDED = ("const", "dim", "ndim", "size", "bool", "mod", "getitem", "field")
# The sweeps in which what is raised is raised first.
FIRST_SWEEPS = ("", "forward")


def is_attempt(op: Op) -> bool:
    """Whether an operation is a `try`."""
    return op.name == "if" and "catch" in op.attrs


def may_raise(op: Op) -> bool:
    """Whether running an operation may raise an exception."""
    if op.name in SAFE:
        return False
    if op.name == "if" and not is_attempt(op):
        return any(may_raise(inner) for region in op.regions for inner in region.ops)
    if op.name in SAFE_ON_NUMBERS:
        values = (*op.operands, *op.results)
        return not all(is_python_scalar(v.type) for v in values) or _may_overflow(op)
    return True


def _may_overflow(op: Op) -> bool:
    """Whether an integer, or the length of a complex number, may be too large for a float."""
    (result,) = op.results
    if op.name == "abs":
        return any(isinstance(v.type, ScalarT) and v.type.kind == "complex" for v in op.operands)
    is_float = isinstance(result.type, ScalarT) and result.type.kind != "int"
    return is_float and op.name in MIXING and any(map(_is_unbounded, op.operands))


def _is_unbounded(value: Value) -> bool:
    is_int = isinstance(value.type, ScalarT) and value.type.kind == "int"
    return is_int and (value.op is None or value.op.name not in BOUNDED)


def always_raises(region: Region) -> bool:
    """Whether a branch never gets to its end."""
    return any(op.name == "raise" for op in region.ops)


def completed(op: Op) -> Value:
    """The result of a `try` that tells whether its block was completed; added if need be."""
    first, second = op.regions
    for result, then, other in zip(op.results, first.yields, second.yields, strict=True):
        if constant(then) is True and constant(other) is False:
            return result
    for region, value in ((first, True), (second, False)):
        region.yields.append(_literal(op, region, value))
    result = op.new_result(BOOL)
    result.soft = "completed"
    return result


def _literal(op: Op, region: Region, value: bool) -> Value:
    literal = Op("const", [], (), {"value": value}, loc=op.loc, phase=op.phase)
    # A region that ends by raising has nothing after it.
    region.ops.insert(0, literal)
    return literal.new_result(BOOL)


def decides(op: Op) -> Value:
    """The condition on which an `if`, or what a `try` did, is decided afterwards."""
    return completed(op) if is_attempt(op) else op.operands[0]
