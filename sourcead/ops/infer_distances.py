"""Types of `scipy.spatial.distance`, of filters, and of solvers of systems with a structure."""

from __future__ import annotations

from sourcead.ir.core import Op
from sourcead.ir.types import ANY, UNKNOWN, ArrayT, StructT, Type
from sourcead.ops.infer_common import (
    array_dims,
    array_or_scalar,
    dtype_of,
    promote,
    type_of,
    ufunc_dtype,
)
from sourcead.ops.opdef import Infer

FLOATING = ("float32", "float64", "complex64", "complex128")


def between_rows(op: Op) -> Type:
    """`cdist`: a row for each row of the first, a column for each row of the second."""
    a, b = array_dims(type_of(op, "XA")), array_dims(type_of(op, "XB"))
    return ArrayT("float64", (a[0], b[0])) if a and b else UNKNOWN


def among_rows(op: Op) -> Type:
    """`pdist`: a number for each pair."""
    return ArrayT("float64", (ANY,))


def square_or_flat(op: Op) -> Type:
    t = type_of(op, "X")
    dims = array_dims(t)
    if dims is None or len(dims) not in (1, 2):
        return UNKNOWN
    return ArrayT(dtype_of(t), (ANY, ANY) if len(dims) == 1 else (ANY,))


def filtered(op: Op) -> Type:
    """`lfilter`: as long as what is filtered."""
    types = [type_of(op, name) for name in ("b", "a", "x")]
    dims, dtype = array_dims(types[2]), promote([dtype_of(t) for t in types])
    return ArrayT(dtype, dims) if dims and dtype in ("float64", "complex128") else UNKNOWN


def sine_and_cosine_integral(op: Op) -> Type:
    t = op.operands[0].type
    dims, dtype = array_dims(t), ufunc_dtype("sin", [t])
    if dims is None or dtype is None:
        return UNKNOWN
    part = array_or_scalar(dtype, dims)
    return StructT("tuple", (0, 1), (part, part))


def least_squares(op: Op) -> Type:
    """The solution, the sums of squares (a number for one right side), the rank, the values."""
    a, b = type_of(op, "a"), type_of(op, "b")
    da, db, dtype = array_dims(a), array_dims(b), promote([dtype_of(a), dtype_of(b)])
    solution: Type = UNKNOWN
    if da is not None and db and len(da) == 2 and dtype in FLOATING:
        solution = ArrayT(dtype, (da[1], *db[1:]))
    values = ArrayT(
        {"complex64": "float32", "complex128": "float64"}.get(dtype or "", dtype), (ANY,)
    )
    return StructT("tuple", (0, 1, 2, 3), (solution, UNKNOWN, UNKNOWN, values))


TABLE: dict[str, Infer] = {
    "scipy.spatial.distance.cdist": between_rows,
    "scipy.spatial.distance.pdist": among_rows,
    "scipy.spatial.distance.squareform": square_or_flat,
    "scipy.signal.lfilter": filtered,
    "scipy.special.sici": sine_and_cosine_integral,
    "scipy.linalg.lstsq": least_squares,
}
