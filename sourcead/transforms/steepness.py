"""Whether the slope of an operation may be infinite or undefined for the operands that it has."""

from __future__ import annotations

from collections.abc import Container

from sourcead.ir.constants import constant
from sourcead.ir.core import Module, Op, Region, Value
from sourcead.ir.types import dims_of, kind_of
from sourcead.rules.steep import STEEP, Steep
from sourcead.transforms.selecting import GUARDS

# So far back is looked for what an operand was made of.
DEPTH = 12

_SIZES = (
    *("np.sqrt", "np.abs", "abs", "np.square", "np.linalg.norm", "np.fabs", "math.sqrt"),
    *("np.var", "np.std", "np.nanvar", "np.nanstd"),
)
_EXPONENTIALS = ("np.exp", "math.exp", "np.cosh", "math.cosh", "np.exp2")
_KEEP_SIGN = ("getitem", "copy", "np.sum", "np.mean", "np.reshape", "np.expand_dims", "float")


def is_declared_steep(op: Op, moved: Container[Value]) -> bool:
    """Whether a slope may be infinite or undefined for finite operands."""
    declared = STEEP.get(op.name)
    return declared is not None and not _is_excluded(op, declared, moved)


def is_steep(op: Op, position: int, moved: Container[Value], numbers: bool) -> bool:
    """Whether the slope for one operand may be infinite or undefined.

    That is so where the operation is declared so, or where an operand may be infinite itself.
    `numbers`: also where a number may be infinite, which is more than an element left out.
    """
    if is_declared_steep(op, moved) and (numbers or not is_pole_of_a_number(op)):
        return True
    others = op.operands[1 - position :][:1] if op.name == "mul" else op.operands
    return any(may_be_infinite(v, moved, numbers) for v in others)


def is_pole_of_a_number(op: Op) -> bool:
    """Whether an operation is steep only where a number makes all of its result infinite."""
    declared = STEEP[op.name]
    at = op.operand(declared.zero_of) if declared.zero_of else None
    return declared.pole and at is not None and dims_of(at.type) == () and not _is_root(op)


def is_finite_but_steep(op: Op, moved: Container[Value]) -> bool:
    """Whether an operation may have a finite value where its slope is infinite or undefined."""
    if not is_declared_steep(op, moved):
        return False
    return _is_root(op) or not STEEP[op.name].pole


def _is_root(op: Op) -> bool:
    """Whether an operation may be a power between 0 and 1."""
    if op.name not in ("pow", "np.float_power", "math.pow"):
        return False
    exponent = constant(op.operand("y"))
    return not isinstance(exponent, int | float) or 0 < exponent < 1


def may_be_infinite(
    value: Value, moved: Container[Value], numbers: bool, depth: int = DEPTH
) -> bool:
    """Whether a value is seen to come from an operation with a pole.

    What is selected of it, carried by a loop or handed over by a caller counts as finite.
    """
    op = value.op
    if op is None or depth == 0 or op.name in GUARDS or op.regions or op.name == "call":
        return False
    if op.name in ("dim", "shape", "size", "ndim", "setitem", "setitem_add"):
        return False
    declared = STEEP.get(op.name)
    if declared is not None and declared.pole and not _is_excluded(op, declared, moved):
        if numbers or not is_pole_of_a_number(op):
            return True
    return any(may_be_infinite(v, moved, numbers, depth - 1) for v in op.operands)


def _is_excluded(op: Op, declared: Steep, moved: Container[Value]) -> bool:
    """Whether the operands keep away from where the operation is steep."""
    at = op.operand(declared.zero_of) if declared.zero_of else None
    if at is None:
        return False
    if at.op is not None and at.op.name == "divisor":
        return True  # it is never zero
    if declared.zero_of == "y" and dims_of(at.type) == () and at not in moved:
        return True  # a number that everything is divided by, and that does not move
    if op.name in ("pow", "math.pow", "np.float_power") and _has_smooth_exponent(op, moved):
        return True
    return is_positive(at)


def _has_smooth_exponent(op: Op, moved: Container[Value]) -> bool:
    exponent = op.operand("y")
    known = constant(exponent)
    if isinstance(known, int | float):
        return known >= 1 or known == 0
    return op.operand("x") not in moved and exponent not in moved


def is_positive(value: Value, depth: int = DEPTH) -> bool:
    """Whether a real value is seen to be greater than zero, whatever it is computed from."""
    known, op = constant(value), value.op
    if isinstance(known, int | float):
        return known > 0
    if op is None or depth == 0 or kind_of(value.type) not in ("int", "float"):
        return False
    deeper = depth - 1
    if op.name == "add":
        x, y = op.operands
        return (is_positive(x, deeper) and _is_not_negative(y, deeper)) or (
            is_positive(y, deeper) and _is_not_negative(x, deeper)
        )
    if op.name in ("np.maximum", "np.clip", "max"):
        return any(is_positive(v, deeper) for v in op.operands[: 3 if op.name == "max" else 2])
    if op.name in ("mul", "div"):
        return all(is_positive(v, deeper) for v in op.operands)
    if op.name in _EXPONENTIALS:
        return True
    if op.name in ("np.sqrt", "math.sqrt", "pow", *_KEEP_SIGN):
        return is_positive(op.operands[0], deeper)
    return op.name in ("dim", "size")


def _is_not_negative(value: Value, depth: int) -> bool:
    known, op = constant(value), value.op
    if isinstance(known, int | float):
        return known >= 0
    if op is None or depth == 0 or kind_of(value.type) not in ("int", "float"):
        return False
    deeper = depth - 1
    if op.name == "mul" and op.operands[0] is op.operands[1]:
        return True
    if op.name == "pow":
        exponent = constant(op.operands[1])
        return isinstance(exponent, int) and exponent % 2 == 0
    if op.name in ("add", "mul", "div", *_KEEP_SIGN):
        first = op.operands if op.name in ("add", "mul", "div") else op.operands[:1]
        return all(_is_not_negative(v, deeper) for v in first)
    return op.name in _SIZES or is_positive(value, deeper)


def has_steep(
    name: str, module: Module, numbers: bool = True, seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a function of the module, or one that it calls, has an operation declared steep."""
    if name in seen or name not in module.functions:
        return False
    return region_has_steep(module.functions[name].body, module, numbers, seen | {name})


def region_has_steep(
    region: Region, module: Module, numbers: bool = True, seen: frozenset[str] = frozenset()
) -> bool:
    return any(
        (op.name in STEEP and (numbers or not is_pole_of_a_number(op)))
        or (op.name == "call" and has_steep(op.attrs["callee"], module, numbers, seen))
        for op in region.walk()
    )
