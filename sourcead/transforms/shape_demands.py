"""Arrays that a reverse half would need for their shape alone: it asks another one, or is told.

An array that is kept must not be written any more, so keeping it for its shape costs a copy.
"""

from __future__ import annotations

from typing import Any

from sourcead.ir.core import NOWHERE, Op, Region, Value
from sourcead.ir.presence import is_bound
from sourcead.ir.types import ArrayT, Dim, dims_of
from sourcead.ir.walk import reads, substitute
from sourcead.ops.build import Builder
from sourcead.transforms.cotangents import own_values
from sourcead.transforms.shapes import QUERIES, TYPED, alike

ZEROS = ("zero", "np.zeros_like")
CREATIONS = ("np.zeros", "np.ones", "np.empty", "np.full")


def ask_shapes_at_hand(forward: Region, reverse: Region, seeds: list[Value]) -> None:
    """Ask for shapes what the reverse half has anyway; else let the forward half hand them over.

    Args:
        forward: the body of the forward half.
        reverse: the body of the reverse half, which reads forward values as if in scope.
        seeds: the cotangents that the reverse half is given.
    """
    own = own_values(forward)
    queries = [op for op in reverse.walk() if op.name in QUERIES and op.operands]
    arrays = [(op, op.operands[0]) for op in queries]
    asked = {op: array for op, array in arrays if array in own and is_bound(array)}
    for op in asked:
        op.operands = op.operands[1:]
    answers: dict[Value, Value] = {}
    read = [v for v in dict.fromkeys(reads(reverse)) if v in own and is_bound(v)]
    given = [v for v in seeds if is_bound(v)]
    for op, array in asked.items():
        typed = op.name in TYPED
        others = (v for v in [*given, *read] if alike(v.type, array.type, typed))
        other = array if array in read else next(others, None)
        if other is not None:
            op.operands = [other, *op.operands]
        elif op.name in ZEROS and _is_plain(array):
            _make_zeros(op, _shape(forward, array), array)
        elif typed or op.operands:
            op.operands = [array, *op.operands]
        else:
            answers[op.result] = _asked_in_forward(forward, array, op.name, op.attrs, op.style)
            op.operands = [array]
    substitute(reverse, answers)


def lengths_at_hand(forward: Region, reverse: Region, seeds: list[Value]) -> dict[Value, Op]:
    """Lengths of axes that the reverse half finds in arrays that it reads, or is given.

    Args:
        forward: the body of the forward half.
        reverse: the body of the reverse half, which reads forward values as if in scope.
        seeds: the cotangents that the reverse half is given.

    Returns:
        For a length, a query of such an array.
    """
    own = own_values(forward)
    arrays = [v for v in dict.fromkeys(reads(reverse)) if v in own and is_bound(v)]
    given = [v for v in seeds if is_bound(v)]
    found = {}
    for op in forward.ops:
        array = op.operands[0] if op.operands else None
        if op.name != "dim" or array is None or array in arrays or len(op.operands) > 1:
            continue
        asked = _axes(array)[op.attrs["axis"]] if _axes(array) else Dim()
        named = [v for v in arrays if v.hint and v.hint == array.hint]
        place = _axis_of_length(asked, [*named, *arrays, *given])
        if place is not None:
            other, axis = place
            style = op.style if axis == 0 else ""
            again = Op("dim", [other], ("x",), {"axis": axis}, None, NOWHERE, style, "reverse")
            again.new_result(op.result.type, op.result.hint)
            found[op.result] = again
    return found


def _axes(array: Value) -> tuple[Dim, ...]:
    return dims_of(array.type) or () if isinstance(array.type, ArrayT) else ()


def _axis_of_length(asked: Dim, arrays: list[Value]) -> tuple[Value, int] | None:
    """An array with an axis of some length, and the axis."""
    for array in arrays:
        for axis, dim in enumerate(_axes(array)):
            if dim.symbol is not None and dim.same_length(asked):
                return array, axis
    return None


def _is_plain(array: Value) -> bool:
    """Whether an array is surely one of NumPy's, of known dtype."""
    t = array.type
    return isinstance(t, ArrayT) and t.dtype is not None and bool(dims_of(t))


def _shape(forward: Region, array: Value) -> Value:
    """The shape as the forward half knows it: as it was asked for, or of the array."""
    maker = array.op
    asked = None if maker is None or maker.name not in CREATIONS else maker.operand("shape")
    if asked is not None:
        return asked
    shape = _asked_in_forward(forward, array, "shape", {}, "")
    shape.soft = shape.soft or (f"{array.hint}_shape" if array.hint else "")
    return shape


def _asked_in_forward(
    forward: Region, array: Value, name: str, attrs: dict[str, Any], style: str
) -> Value:
    """A query of a forward array, made where the array is."""
    for op in forward.ops:
        if op.name == name and op.operands == [array] and op.attrs == attrs:
            return op.result
    found = Region()
    answer = Builder(found, phase="forward").op(name, [array], attrs=attrs, style=style)
    at = forward.ops.index(array.op) + 1 if array.op is not None else 0
    forward.ops[at:at] = found.ops
    return answer


def _make_zeros(op: Op, shape: Value, array: Value) -> None:
    """`np.zeros_like(x)` becomes `np.zeros(shape)`."""
    assert isinstance(array.type, ArrayT)
    op.name, op.operands, op.args = "np.zeros", [shape], ("shape",)
    op.attrs = {} if array.type.dtype == "float64" else {"dtype": array.type.dtype}
