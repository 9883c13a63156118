"""Lower bounds of the integers of a program, and how an index depends on a loop's counter."""

from __future__ import annotations

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value
from sourcead.ir.loops import Loop

Bounds = dict[Value, int]


def lower_bound(value: Value, known: Bounds) -> int | None:
    """The largest number that the integer is surely not below, None where there is none.

    >>> from sourcead.ops.build import Builder
    >>> from sourcead.ir.core import Region
    >>> lower_bound(Builder(Region()).const(3), {})
    3
    """
    if value in known:
        return known[value]
    number = constant(value)
    if isinstance(number, int):
        return number
    op = value.op
    if op is None:
        return None
    if op.name == "dim":
        return 0
    shifted = _shifted(op)
    if shifted is None:
        return None
    base = lower_bound(shifted[0], known)
    return None if base is None else base + shifted[1]


def offset_from(value: Value, base: Value) -> int | None:
    """The constant c where the value is `base + c`."""
    if value is base:
        return 0
    shifted = _shifted(value.op) if value.op is not None else None
    if shifted is None:
        return None
    rest = offset_from(shifted[0], base)
    return None if rest is None else rest + shifted[1]


def _shifted(op: Op) -> tuple[Value, int] | None:
    """The other operand and the constant where an operation adds one."""
    if op.name not in ("add", "sub"):
        return None
    first, second = op.operands
    number = constant(second)
    if isinstance(number, int):
        return first, number if op.name == "add" else -number
    number = constant(first)
    if isinstance(number, int) and op.name == "add":
        return second, number
    return None


def counter(loop: Loop) -> tuple[Value, Op, int] | None:
    """The item that counts a loop's iterations, its `range`, and 1 or -1 for the direction."""
    if loop.op.name != "for":
        return None
    for item, stream in zip(loop.items, loop.streams, strict=True):
        made, direction = stream.op, -1 if loop.op.attrs.get("reverse") else 1
        if made is not None and made.name == "reversed":
            made, direction = made.operands[0].op, -direction
        if made is None or made.name != "range":
            continue
        step = constant(made.operands[2])
        if isinstance(step, int) and step:
            return item, made, direction if step > 0 else -direction
    return None


def bounds_in_loop(loop: Loop, known: Bounds) -> Bounds:
    """What is known inside a loop's body: its counter is not below the start of its range."""
    found = counter(loop)
    if found is None:
        return known
    item, made, _ = found
    start, stop, step = made.operands
    rises = constant(step) > 0
    least = lower_bound(start if rises else stop, known)
    return known if least is None else {**known, item: least if rises else least + 1}


def bounds_in_branch(op: Op, position: int, known: Bounds) -> Bounds:
    """What is known inside a branch: `if t > 0` bounds `t` in its first region."""
    test = op.operands[0].op if op.operands else None  # a `try` has no operand
    if test is None or len(test.operands) != 2:
        return known
    value, limit = test.operands[0], constant(test.operands[1])
    if type(limit) is not int:
        return known
    name = test.name if position == 0 else _OPPOSITE.get(test.name, "")
    least = lower_bound(value, known)
    if name == "gt":
        bound = limit + 1
    elif name == "ge" or name == "eq":
        bound = limit
    elif name == "ne" and least == limit:
        bound = limit + 1
    else:
        return known
    return known if least is not None and least >= bound else {**known, value: bound}


_OPPOSITE = {"le": "gt", "lt": "ge", "ne": "eq", "eq": "ne"}
