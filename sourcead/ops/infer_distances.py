"""Types of `scipy.spatial.distance`, of filters, and of solvers of systems with a structure."""

from __future__ import annotations

from sourcead.ir.core import Op
from sourcead.ir.types import ANY, UNKNOWN, ArrayT, Type
from sourcead.ops.infer_common import array_dims, dtype_of, type_of
from sourcead.ops.opdef import Infer


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


TABLE: dict[str, Infer] = {
    "scipy.spatial.distance.cdist": between_rows,
    "scipy.spatial.distance.pdist": among_rows,
    "scipy.spatial.distance.squareform": square_or_flat,
}
