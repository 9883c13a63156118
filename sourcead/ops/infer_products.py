"""Types of products: matmul, dot, outer, einsum, ..."""

from __future__ import annotations

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import ANY, UNKNOWN, ArrayT, Dim, Type
from sourcead.ops.infer_common import (
    Dims,
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_of,
    is_known,
    meet,
    normal_axis,
    promote,
    static,
    type_of,
    ufunc_dtype,
)


def _pair(op: Op) -> tuple[Type, Type]:
    return op.operands[0].type, op.operands[1].type


def _dtype(a: Type, b: Type) -> str | None:
    return ufunc_dtype("multiply", [a, b])


def _array_dtype(a: Type, b: Type) -> str | None:
    """Of functions that make arrays of both: a Python number counts as what it becomes."""
    return promote([dtype_of(a), dtype_of(b)])


def matmul_dims(a: Dims, b: Dims) -> Dims | None:
    """The axes of `a @ b`."""
    if not a or not b:
        return None
    rows = a[-2:-1] if len(a) > 1 else ()
    cols = b[-1:] if len(b) > 1 else ()
    batch = broadcast([a[:-2], b[:-2]])
    return None if batch is None else (*batch, *rows, *cols)


def matmul(op: Op) -> Type:
    a, b = _pair(op)
    if not (is_known(a) and is_known(b)):
        return UNKNOWN
    da, db, dtype = array_dims(a), array_dims(b), _dtype(a, b)
    dims = matmul_dims(da, db) if da is not None and db is not None else None
    return array_or_scalar(dtype, dims)


def dot(op: Op) -> Type:
    """`np.dot`: the last axis of `a` with the last but one of `b`."""
    a, b = _pair(op)
    if not (is_known(a) and is_known(b)):
        return UNKNOWN
    da, db, dtype = array_dims(a), array_dims(b), _array_dtype(a, b)
    if da is None or db is None:
        return array_or_scalar(dtype, None)
    if not da or not db:
        return array_or_scalar(dtype, da or db)
    rest = db[:-2] + db[-1:] if len(db) > 1 else ()
    return array_or_scalar(dtype, da[:-1] + rest)


def inner(op: Op) -> Type:
    a, b = _pair(op)
    if not (is_known(a) and is_known(b)):
        return UNKNOWN
    da, db, dtype = array_dims(a), array_dims(b), _array_dtype(a, b)
    if da is None or db is None:
        return array_or_scalar(dtype, None)
    return array_or_scalar(dtype, da[:-1] + db[:-1] if da and db else da or db)


def outer(op: Op) -> Type:
    a, b = _pair(op)
    if not (is_known(a) and is_known(b)):
        return UNKNOWN
    lengths = []
    for dims in (array_dims(a), array_dims(b)):
        lengths.append(dims[0] if dims is not None and len(dims) == 1 else ANY)
    return ArrayT(_array_dtype(a, b), tuple(lengths))


def vdot(op: Op) -> Type:
    a, b = _pair(op)
    return array_or_scalar(_array_dtype(a, b), ()) if is_known(a) and is_known(b) else UNKNOWN


def cross(op: Op) -> Type:
    """`np.cross` of vectors of length 3, which the frontend makes sure they are."""
    a, b = type_of(op, "a"), type_of(op, "b")
    others = {"axisa", "axisb", "axisc"} & {*op.args, *op.attrs}
    if others or static(op, "axis", None) not in (None, -1) or not (is_known(a) and is_known(b)):
        return UNKNOWN
    return array_or_scalar(_array_dtype(a, b), broadcast([array_dims(a), array_dims(b)]))


def tensordot(op: Op) -> Type:
    a, b = type_of(op, "a"), type_of(op, "b")
    axes = static(op, "axes", 2)
    if not (is_known(a) and is_known(b)):
        return UNKNOWN
    da, db, dtype = array_dims(a), array_dims(b), _array_dtype(a, b)
    if da is None or db is None or axes is MISSING:
        return array_or_scalar(dtype, None)
    if isinstance(axes, int):
        return ArrayT(dtype, da[: len(da) - axes] + db[axes:])
    left, right = (x if isinstance(x, tuple | list) else (x,) for x in axes)
    gone_a = {normal_axis(x, len(da)) for x in left}
    gone_b = {normal_axis(x, len(db)) for x in right}
    kept_a = tuple(d for k, d in enumerate(da) if k not in gone_a)
    return ArrayT(dtype, kept_a + tuple(d for k, d in enumerate(db) if k not in gone_b))


def einsum_output(subscripts: str) -> str | None:
    """The letters of the result, also where `->` is left out; None with an ellipsis."""
    text = subscripts.replace(" ", "")
    if "..." in text:
        return None
    if "->" in text:
        return text.split("->")[1]
    letters = text.replace(",", "")
    return "".join(sorted(c for c in set(letters) if letters.count(c) == 1))


def einsum(op: Op) -> Type:
    subscripts = static(op, "subscripts", MISSING)
    values = [v for v, name in zip(op.operands, op.args, strict=True) if name != "subscripts"]
    types = [v.type for v in values]
    if not isinstance(subscripts, str) or not all(is_known(t) for t in types):
        return UNKNOWN
    dtype = promote([dtype_of(t) for t in types])
    output = einsum_output(subscripts)
    terms = subscripts.replace(" ", "").split("->")[0].split(",")
    if output is None or len(terms) != len(types):
        return array_or_scalar(dtype, None)
    axes: dict[str, Dim] = {}
    for term, t in zip(terms, types, strict=True):
        dims = array_dims(t)
        if dims is None or len(dims) != len(term):
            return array_or_scalar(dtype, None if output else ())
        for letter, d in zip(term, dims, strict=True):
            axes[letter] = meet(axes[letter], d) if letter in axes else d
    if any(letter not in axes for letter in output):
        return UNKNOWN
    return array_or_scalar(dtype, tuple(axes[letter] for letter in output))
