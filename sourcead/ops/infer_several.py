"""Types of functions that give several arrays at once, as a list or a tuple."""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op, Value
from sourcead.ir.types import ANY, ONE, UNKNOWN, ArrayT, Dim, ListT, StructT, Type
from sourcead.ops.infer_common import (
    NUMPY_1,
    Dims,
    array_dims,
    broadcast,
    dtype_of,
    is_known,
    known,
    normal_axis,
    static,
)
from sourcead.ops.opdef import Infer


def several(types: Sequence[Type], kind: str = "tuple") -> StructT:
    return StructT(kind, tuple(range(len(types))), tuple(types))


def once_list(types: Sequence[Type]) -> StructT:
    """What is a tuple since NumPy 2, and was a list before."""
    return several(types, "list" if NUMPY_1 else "tuple")


def split(op: Op) -> Type:
    """A list, of known length where the sections are counted or listed statically."""
    parts = static(op, "indices_or_sections", MISSING)
    if parts is MISSING:
        return ListT(_piece(op, 0))
    n = parts if isinstance(parts, int) else len(parts) + 1
    even = n if isinstance(parts, int) and op.name == "np.split" else 0
    return several((_piece(op, even),) * n, "list")


def _piece(op: Op, even: int) -> Type:
    """One part, or one of so many that are of one length."""
    t = op.operands[0].type
    dims = array_dims(t) if is_known(t) else None
    if dims is None:
        return UNKNOWN
    default = {"np.hsplit": min(1, len(dims) - 1), "np.dsplit": 2}.get(op.name, 0)
    at = normal_axis(static(op, "axis", default), len(dims))
    if at is None:
        return UNKNOWN
    length = dims[at].symbol
    new = known(length // even) if even and isinstance(length, int) else ANY
    return ArrayT(dtype_of(t), (*dims[:at], new, *dims[at + 1 :]))


def broadcast_arrays(op: Op) -> Type:
    if not all(is_known(v.type) for v in op.operands):
        return once_list([UNKNOWN for _ in op.operands])
    dims = broadcast([array_dims(v.type) for v in op.operands])
    types = [ArrayT(dtype_of(v.type), dims) for v in op.operands]
    return once_list(types)


def _own_axis(v: Value) -> Dim:
    """The axis along which an argument of `np.meshgrid` runs, whatever its rank."""
    dims = array_dims(v.type) if is_known(v.type) else None
    if dims is None or len(dims) > 1:
        return ANY
    return dims[0] if dims else ONE


def meshgrid(op: Op) -> Type:
    sparse = static(op, "sparse", False)
    lengths = [_own_axis(v) for v in op.operands]
    turned = static(op, "indexing", "xy") == "xy" and len(lengths) > 1
    places = [1, 0, *range(2, len(lengths))] if turned else list(range(len(lengths)))

    def dims(own: int) -> Dims:
        return tuple(ONE if sparse and k != own else lengths[k] for k in places)

    if sparse is MISSING:
        return once_list([UNKNOWN for _ in op.operands])
    return once_list([ArrayT(dtype_of(v.type), dims(k)) for k, v in enumerate(op.operands)])


def open_grid(op: Op) -> Type:
    """`np.ix_`: each vector along an axis of its own; of a mask the places where it is true."""
    types = [v.type for v in op.operands]
    grids: list[Type] = []
    for axis, t in enumerate(types):
        dims = array_dims(t) if is_known(t) else None
        if dims is None or len(dims) != 1:
            return UNKNOWN
        dtype = dtype_of(t)
        along = ANY if dtype in ("bool", None) else dims[0]
        shape = tuple(along if k == axis else ONE for k in range(len(types)))
        grids.append(ArrayT("int64" if dtype == "bool" else dtype, shape))
    return several(grids)


TABLE: dict[str, Infer] = {
    "np.split": split,
    "np.array_split": split,
    "np.hsplit": split,
    "np.vsplit": split,
    "np.dsplit": split,
    "np.broadcast_arrays": broadcast_arrays,
    "np.meshgrid": meshgrid,
    "np.ix_": open_grid,
}
