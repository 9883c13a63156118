"""`sum` of Python's floats, as the Python at hand adds them.

From 3.12 on it carries along what each addition rounds off, so that `sum([a, b, c])` and
`a + b + c` differ in the last bits. There such a sum stays a call of `sum`. Two floats have the
same sum either way, and what NumPy computes is added in order by every Python.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence

from sourcead.frontend.alternatives import NOTHING_KNOWN, lowered_if_known
from sourcead.frontend.bindings import Binding
from sourcead.frontend.frame import Frame
from sourcead.frontend.iteration import known_items
from sourcead.frontend.memory import read
from sourcead.ir.constants import constant
from sourcead.ir.core import Value
from sourcead.ir.types import ListT, ScalarT, Type, UnknownT

CARRIES_ROUNDING = sum([0.1] * 10) == 1.0

NEVER_NEGATIVE = frozenset({
    "abs", "np.abs", "np.fabs", "math.fabs", "np.exp", "math.exp", "np.square", "np.cosh",
    "math.cosh", "np.hypot", "math.hypot", "np.exp2", "math.exp2",
})  # fmt: skip


def added(frame: Frame, values: Sequence[Value], has_start: bool) -> Value:
    """The sum of numbers and arrays, at least one, as `sum` has it.

    Args:
        frame: where they are added.
        values: what is added.
        has_start: whether `sum` is told to start with the first of them.
    """
    count = _exactly_added(values)
    result, *rest = values
    if count and has_start and not _is_no_negative_zero(result):
        listed = frame.op("list", values[1:count])
        result = frame.op("sum", [listed, result], ("xs", "start"))
        rest = list(values[count:])
    elif count:
        items = values[1:count] if constant(result) == 0 else values[:count]
        result = frame.op("sum", [frame.op("list", items)], ("xs",))
        rest = list(values[count:])
    for value in rest:
        result = frame.op("add", [result, value])
    return result


def is_sum_without_zero(values: Sequence[Value], has_start: bool) -> bool:
    """Whether numbers added up give what `sum` gives, which adds them to 0.

    Where all are -0.0 they do not, unless the first is where `sum` is told to start.
    """
    first = values[0].type if len(values) > 1 else None
    if not isinstance(first, ScalarT) or first.kind == "bool":
        return False
    return has_start or _exactly_added(values) > 0 or any(map(_is_no_negative_zero, values))


def _is_no_negative_zero(value: Value) -> bool:
    """Whether a number is surely not -0.0."""
    known, op = constant(value), value.op
    if isinstance(value.type, ScalarT) and value.type.kind in ("bool", "int"):
        return True
    if isinstance(known, int | float):
        return known != 0 or math.copysign(1.0, known) > 0
    if op is None:
        return False
    if op.name == "mul":
        return op.operands[0] is op.operands[1]
    if op.name == "pow":
        power = constant(op.operands[1])
        return isinstance(power, int | float) and power % 2 == 0
    if op.name in ("add", "sub"):
        count = 2 if op.name == "add" else 1
        return any(map(_is_no_negative_zero, op.operands[:count]))
    return op.name in NEVER_NEGATIVE


def _exactly_added(values: Sequence[Value]) -> int:
    """How many values `sum` adds with what was rounded off; 0 if that makes no difference.

    What is of unknown type may be a float.
    """
    if not CARRIES_ROUNDING:
        return 0
    kinds = []
    for value in values:
        if not _is_python_number(value.type) and not isinstance(value.type, UnknownT):
            break
        kinds.append(value.type.kind if isinstance(value.type, ScalarT) else "float")
    return len(kinds) if "float" in kinds and len(kinds) - kinds.index("float") > 2 else 0


def _is_python_number(t: Type) -> bool:
    return isinstance(t, ScalarT) and t.dtype is None and t.kind in ("bool", "int", "float")


def sum_of_floats(
    frame: Frame, listed: Callable[[], Binding], start: Binding | None, node: ast.AST
) -> Value | None:
    """The sum of what `listed` lowers to, if it is of Python's floats that `sum` adds exactly."""
    found: list[Value] = []

    def lowered() -> None:
        items = listed()
        known = known_items(frame, items, node)
        first = [] if start is None else [read(frame, start, node)]
        if known is None:
            found.append(_of_list(frame, read(frame, items, node), first))
            return
        values = first + [read(frame, item, node) for item in known]
        if not _exactly_added(values):
            raise NOTHING_KNOWN
        found.append(added(frame, values, start is not None))

    if CARRIES_ROUNDING and lowered_if_known(frame, lowered):
        return found[0]
    return None


def _of_list(frame: Frame, items: Value, first: list[Value]) -> Value:
    """The sum of a list of a length that is not known, and of a first number if there is one."""
    floats = isinstance(items.type, ListT) and _may_be_float(items.type.elem)
    if not floats or not all(_is_python_number(value.type) for value in first):
        raise NOTHING_KNOWN
    return frame.op("sum", [items, *first], ("xs", "start")[: 1 + len(first)])


def _may_be_float(elem: Type) -> bool:
    if isinstance(elem, UnknownT):
        return True
    return _is_python_number(elem) and isinstance(elem, ScalarT) and elem.kind == "float"
