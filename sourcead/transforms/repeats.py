"""Which subscripts surely name each element at most once: what is added there needs no `add.at`."""

from __future__ import annotations

from typing import Any

from sourcead.ir.core import Value
from sourcead.ir.index import Index, Ref
from sourcead.ir.types import dims_of, kind_of, rank_of
from sourcead.ops.infer_common import static


def never_repeats(index: Index, operands: list[Value]) -> bool:
    """Whether a subscript surely names each element at most once.

    Of arrays that are broadcast against each other it is enough that one of the full length does.
    """
    refs = [operands[e.k] for e in index if isinstance(e, Ref)]
    arrays = [v for v in refs if rank_of(v.type) != 0]
    if all(map(_is_distinct, arrays)):
        return True
    if any(rank_of(v.type) != 1 or kind_of(v.type) == "bool" for v in arrays):
        return False
    return any(_is_distinct(v) and all(_is_as_long(v, o) for o in arrays) for v in arrays)


def _is_distinct(value: Value) -> bool:
    """Whether an index array alone names each element at most once."""
    return kind_of(value.type) == "bool" or _counts(value)


def _is_as_long(value: Value, other: Value) -> bool:
    """Whether a vector that is broadcast against another is not stretched."""
    own, others = dims_of(value.type), dims_of(other.type)
    assert own is not None
    assert others is not None
    return own[0].one is False or own[0].same_length(others[0]) or bool(others[0].one)


def _counts(value: Value) -> bool:
    """Whether an array counts, and the numbers are all counted from the same end of an axis."""
    made = value.op
    if made is None or made.name != "np.arange":
        return False
    start, stop, step = (static(made, name) for name in ("start", "stop", "step"))
    step = 1 if step is None else step
    if not isinstance(step, int):
        return False
    if stop is None:
        return step > 0
    if step > 0:
        return _is_length(made.operand("start")) or _is_in(start, 0, None) or _is_in(stop, None, 0)
    return _is_in(stop, -1, None) or _is_in(start, None, -1)


def _is_in(number: Any, least: int | None, most: int | None) -> bool:
    """Whether a number is known, and not outside of a range of which one end is given."""
    if not isinstance(number, int):
        return False
    return number >= least if least is not None else most is not None and number <= most


def _is_length(value: Value | None) -> bool:
    return value is not None and value.op is not None and value.op.name == "dim"
