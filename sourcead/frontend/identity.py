"""`is` and `is not`: decided by types and identities, or refused where that is left to Python."""

from __future__ import annotations

import ast
from typing import Any

from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    Items,
    Numbered,
    ShapeOf,
    Static,
    View,
)
from sourcead.frontend.columns import array_number
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.sharing import may_be_same
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import BOOL, NoneT, ScalarT, StrT, Type, UndefT, UnknownT


def compare_identity(
    frame: Frame, name: str, left: Binding, right: Binding, node: ast.expr
) -> Binding:
    """`left is right`, `left is not right`."""
    same = _identical(frame, left, right, node)
    if isinstance(same, bool):
        return frame.const(same == (name == "is"))
    return same if name == "is" else frame.op("not", [same])


def _identical(frame: Frame, left: Binding, right: Binding, node: ast.expr) -> bool | Value:
    """Whether two are one object: known now, or a condition of the program."""
    if left is right and not isinstance(left, Value):
        return True
    numbers = [array_number(side) for side in (left, right)]
    if any(number is not None for number in numbers):
        return _are_one_number(frame, *numbers)
    if isinstance(left, Cell) and isinstance(right, Cell):
        numbers = [_number(frame, side) for side in (left, right)]
        if any(number is not None for number in numbers):
            return _are_one_number(frame, *numbers)
        if not {left, right} <= frame.program.given and not _may_be_one(left, right):
            return False
        if all(isinstance(frame.state.contents[cell], Value) for cell in (left, right)):
            return frame.op("is", [read(frame, left, node), read(frame, right, node)])
    a, b = _object(left), _object(right)
    if a is not MISSING and b is not MISSING:
        return _are_one(frame, a, b, node)
    if a is not MISSING or b is not MISSING:
        other, static = (left, b) if a is MISSING else (right, a)
        return _is_static(frame, other, static, node)
    first, second = (_type(frame, side, node) for side in (left, right))
    if first is not None and second is not None and not _may_share_class(first, second):
        return False
    if (first is None) != (second is None) and UnknownT not in (type(first), type(second)):
        return False
    return _refuse(frame, node, "SAD201" if isinstance(left, Cell | View) else "SAD108")


def _may_be_one(left: Cell, right: Cell) -> bool:
    """Whether two may be one object: of what lists of unknown length hold, nobody knows."""
    return may_be_same(left, right) or (left.held and right.held)


def _number(frame: Frame, cell: Cell) -> Value | None:
    """The number of an object that has one."""
    content = frame.state.contents[cell]
    return content.number if isinstance(content, Numbered) else None


def _are_one_number(frame: Frame, a: Value | None, b: Value | None) -> bool | Value:
    """Whether two are the number of one object: only those of one class have the same."""
    if a is None or b is None or a.type != b.type:
        return False
    return frame.builder.op("eq", [a, b], type=BOOL)


def _refuse(frame: Frame, node: ast.expr, code: str = "SAD108") -> bool:
    frame.refuse(
        node,
        code,
        "`is` must be decided when the function is compiled",
        "whether two values are the same object is not known here",
        "compare with `==`, or test for None before the call",
    )


SMALL = range(-5, 257)  # the integers of which Python has one object each
COPIED = (int, float, complex, str, bytes, tuple)


def _object(binding: Binding) -> Any:
    """A known object, of which only the identity counts unless it may be a copy."""
    if isinstance(binding, Static) and not isinstance(binding.held, COPIED):
        return binding.held
    return static_value(binding)


def _are_one(frame: Frame, a: Any, b: Any, node: ast.expr) -> bool:
    """Two known objects; of equal numbers and texts Python may have one object or two."""
    if type(a) is not type(b) or not isinstance(a, COPIED) or isinstance(a, bool):
        return a is b
    if a != b:
        return False
    if (type(a) is int and a in SMALL) or (isinstance(a, str) and a is b):
        return True
    return a is b if type(a) not in COPIED else _refuse(frame, node)


def _type(frame: Frame, binding: Binding, node: ast.expr) -> Type | None:
    """The type of a value, None for objects, containers and functions."""
    return read(frame, binding, node).type if isinstance(binding, Value | Cell | View) else None


def _may_share_class(a: Type, b: Type) -> bool:
    if isinstance(a, UnknownT | UndefT) or isinstance(b, UnknownT | UndefT):
        return True
    if isinstance(a, ScalarT) and isinstance(b, ScalarT):
        return "?" in (a.dtype, b.dtype) or (a.kind, a.dtype) == (b.kind, b.dtype)
    return type(a) is type(b)


def _is_static(frame: Frame, other: Binding, static: Any, node: ast.expr) -> bool | Value:
    """Whether something of the program's is an object that is known."""
    if isinstance(other, Items):
        return _refuse(frame, node) if isinstance(static, tuple) else False
    if isinstance(other, Closure | ShapeOf):
        return False
    if isinstance(other, Cell | View) and not (static is None or _is_unknown(frame, other, node)):
        return False
    value = read(frame, other, node)
    t = value.type
    if isinstance(t, NoneT):
        return static is None
    if isinstance(t, UnknownT):
        none = [value, read(frame, Static(None), node)]
        return frame.op("is", none) if static is None else _refuse(frame, node)
    if isinstance(t, ScalarT) and isinstance(static, bool | int | float | complex):
        return _is_number(frame, value, t, static, node)
    if isinstance(t, UndefT) or (isinstance(t, StrT) and isinstance(static, str)):
        return _refuse(frame, node)
    return False


def _is_unknown(frame: Frame, binding: Cell | View, node: ast.expr) -> bool:
    """Whether what a name stands for may be anything, a member of an enum among others."""
    if isinstance(binding, View):
        return isinstance(read(frame, binding, node).type, UnknownT)
    content = frame.state.contents[binding]
    return isinstance(content, Value) and isinstance(content.type, UnknownT)


def _is_number(frame: Frame, value: Value, t: ScalarT, static: Any, node: ast.expr) -> bool | Value:
    """`x is True` of a comparison of Python's numbers; a bool of NumPy is another object."""
    if t == BOOL and isinstance(static, bool):
        return value if static else frame.op("not", [value])
    if t.dtype == "?" or t.kind == type(static).__name__:
        return False if t.dtype not in (None, "?") else _refuse(frame, node)
    return False
