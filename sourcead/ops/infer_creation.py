"""Types of functions that make arrays, and of those that join several into one."""

from __future__ import annotations

from typing import Any

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import (
    ANY,
    BOOL,
    ONE,
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    OpaqueT,
    ScalarT,
    StructT,
    Type,
)
from sourcead.ops.infer_common import (
    Dims,
    add_lengths,
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_of,
    given_dtype,
    is_known,
    known,
    length_dim,
    literal_type,
    normal_axis,
    promote,
    shape_dims,
    static,
    type_of,
    ufunc_dtype,
)
from sourcead.ops.infer_elementwise import numpy_result
from sourcead.ops.opdef import Infer, words


def filled(op: Op) -> Type:
    """`np.zeros(shape)` and its like."""
    return ArrayT(given_dtype(op, "float64"), shape_dims(op, "shape"))


def full(op: Op) -> Type:
    value = type_of(op, "fill_value")
    dtype = given_dtype(op, dtype_of(value) if is_known(value) else None)
    return ArrayT(dtype, shape_dims(op, "shape"))


def like(op: Op) -> Type:
    """`np.zeros_like(x)`: an array also of a scalar, of x's dtype unless one is given."""
    t = op.operands[0].type if op.operands else UNKNOWN
    if not is_known(t):
        return UNKNOWN
    shaped = "shape" in op.args or op.attrs.get("shape") is not None
    dims = shape_dims(op, "shape") if shaped else array_dims(t)
    return ArrayT(given_dtype(op, dtype_of(t)), dims)


def _length(op: Op, name: str) -> Dim | None:
    """The axis given by an integer argument, None where it is absent (or None)."""
    value = op.operand(name)
    if value is not None:
        return length_dim(value)
    n = op.attrs.get(name)
    return known(n) if isinstance(n, int) and n >= 0 else None


def eye(op: Op) -> Type:
    rows = _length(op, "n" if op.name == "np.identity" else "N") or ANY
    columns = rows if op.name == "np.identity" else _length(op, "M") or rows
    return ArrayT(given_dtype(op, "float64"), (rows, columns))


def arange(op: Op) -> Type:
    names = [n for n in ("start", "stop", "step") if n in op.args or op.attrs.get(n) is not None]
    types = [type_of(op, n) for n in names]
    dtype = promote([dtype_of(t) for t in types]) if all(is_known(t) for t in types) else None
    length = _length(op, "start") if names == ["start"] else None
    if names == ["start", "stop"] and static(op, "start", MISSING) == 0:
        length = _length(op, "stop")
    if dtype is not None and not dtype.startswith("int"):
        length = None
    return ArrayT(given_dtype(op, dtype), (length or ANY,))


def linspace(op: Op) -> Type:
    ends = [array_dims(type_of(op, n)) for n in ("start", "stop")]
    if static(op, "retstep", False) is not False:
        return UNKNOWN
    rest = broadcast(ends)
    num = _length(op, "num") if "num" in op.args or "num" in op.attrs else known(50)
    dtype = promote([dtype_of(type_of(op, n)) for n in ("start", "stop")])
    counts = dtype is not None and dtype.startswith(("int", "uint", "bool"))
    dtype = given_dtype(op, "float64" if counts else dtype)
    if rest is None or (rest and static(op, "axis", 0) != 0):
        return ArrayT(dtype, None)
    return ArrayT(dtype, (num or ANY, *rest))


def array(op: Op) -> Type:
    """`np.array`, `np.asarray`: of a number, an array, or nested lists."""
    name = "object" if op.name == "np.array" else "a"
    t = type_of(op, name)
    if not is_known(t):
        return UNKNOWN
    dims = array_dims(t)
    ndmin = static(op, "ndmin", 0)
    if dims is not None and isinstance(ndmin, int):
        dims = (ONE,) * (ndmin - len(dims)) + dims
    if dims is not None and op.name == "np.ascontiguousarray" and not dims:
        dims = (ONE,)
    return ArrayT(given_dtype(op, dtype_of(t)), dims if ndmin is not MISSING else None)


# Joining -----------------------------------------------------------------------------------


def parts(op: Op) -> list[Type] | None:
    """The types of the arrays that are joined, None where their number is unknown."""
    t = type_of(op, "arrays")
    if isinstance(t, StructT) and all(is_known(u) for u in t.types):
        return list(t.types)
    return None


def _unknown_parts(op: Op, more: int, axis: Any = 0, lift: Any = None) -> Type:
    """The result of joining a list of unknown length; `lift` prepares the axes of its elements."""
    t = type_of(op, "arrays")
    if isinstance(t, ListT) and is_known(t.elem):
        dims = array_dims(t.elem)
        if dims is not None and isinstance(axis, int):
            dims = lift(dims) if lift else dims
            at = normal_axis(axis, len(dims) + more)
            if at is not None:
                front = (*dims[:at], ANY, *dims[at + 1 - more :])
                return ArrayT(dtype_of(t.elem), front)
        return ArrayT(dtype_of(t.elem), None)
    if isinstance(t, ArrayT):
        return ArrayT(t.dtype, None)
    return UNKNOWN


def join_along(types: list[Type], axis: object, lift: Any = None) -> Type:
    """Arrays laid end to end along an axis; `lift` prepares each one's axes."""
    dtype = promote([dtype_of(t) for t in types])
    shapes = [array_dims(t) for t in types]
    if any(s is None for s in shapes) or not shapes:
        return ArrayT(dtype, None)
    dims = [lift(s) if lift else s for s in shapes if s is not None]
    rank = len(dims[0])
    if axis is None:
        return ArrayT(dtype, (add_lengths([d[0] if len(d) == 1 else ANY for d in dims]),))
    at = normal_axis(axis, rank)
    if at is None or any(len(d) != rank for d in dims):
        return ArrayT(dtype, None)
    # Off the axis the lengths are equal: one known axis speaks for all.
    merged = list(dims[0])
    for other in dims[1:]:
        merged = [_informative(a, b) for a, b in zip(merged, other, strict=True)]
    merged[at] = add_lengths([d[at] for d in dims])
    return ArrayT(dtype, tuple(merged))


def _informative(a: Dim, b: Dim) -> Dim:
    """Of two axes known equal, the one of which more is known."""
    if a.one is not None and (b.one is None or a.symbol is not None):
        return a
    return b if b.one is not None or a.symbol is None else a


def concatenate(op: Op) -> Type:
    types = parts(op)
    axis = static(op, "axis", 0)
    if types is None:
        return _with_dtype(op, _unknown_parts(op, 0, axis))
    joined = join_along(types, axis)
    return _with_dtype(op, joined)


def _with_dtype(op: Op, t: Type) -> Type:
    return ArrayT(given_dtype(op, t.dtype), t.dims) if isinstance(t, ArrayT) else t


def stack(op: Op) -> Type:
    types = parts(op)
    axis = static(op, "axis", 0)
    if types is None:
        return _with_dtype(op, _unknown_parts(op, 1, axis))
    shapes = [array_dims(t) for t in types]
    dtype = given_dtype(op, promote([dtype_of(t) for t in types]))
    if not shapes or any(s is None for s in shapes):
        return ArrayT(dtype, None)
    rest = [s for s in shapes if s is not None]
    at = normal_axis(axis, len(rest[0]) + 1)
    if at is None or any(len(s) != len(rest[0]) for s in rest):
        return ArrayT(dtype, None)
    merged = list(rest[0])
    for other in rest[1:]:
        merged = [_informative(a, b) for a, b in zip(merged, other, strict=True)]
    return ArrayT(dtype, (*merged[:at], known(len(rest)), *merged[at:]))


def _row(dims: Dims) -> Dims:
    return (ONE,) * (2 - len(dims)) + dims


def _at_least_1d(dims: Dims) -> Dims:
    return dims or (ONE,)


def _column(dims: Dims) -> Dims:
    if len(dims) >= 2:
        return dims
    return (dims[0] if dims else ONE, ONE)


def vstack(op: Op) -> Type:
    types = parts(op)
    if types is None:
        return _unknown_parts(op, 0, 0, _row)
    return join_along(types, 0, _row)


def hstack(op: Op) -> Type:
    types = parts(op)
    if types is None:
        t = type_of(op, "arrays")
        dims = array_dims(t.elem) if isinstance(t, ListT) and is_known(t.elem) else None
        along = None if dims is None else 0 if len(dims) < 2 else 1
        return _unknown_parts(op, 0, along, _at_least_1d)
    first = array_dims(types[0]) if types else None
    axis = None if first is None else 0 if len(first) < 2 else 1
    return ArrayT(None, None) if axis is None else join_along(types, axis, _at_least_1d)


def column_stack(op: Op) -> Type:
    types = parts(op)
    if types is None:
        return _unknown_parts(op, 0, 1, _column)
    return join_along(types, 1, _column)


def append(op: Op) -> Type:
    types = [type_of(op, "arr"), type_of(op, "values")]
    if not all(is_known(t) for t in types):
        return UNKNOWN
    axis = static(op, "axis", None)
    if axis is None:
        return join_along(types, 0, lambda d: (d[0] if len(d) == 1 else ANY if d else ONE,))
    return join_along(types, axis)


# Elementwise functions with a signature of their own ---------------------------------------


def where(op: Op) -> Type:
    types = [type_of(op, n) for n in ("condition", "x", "y")]
    if not all(is_known(t) for t in types):
        return UNKNOWN
    dims = broadcast([array_dims(t) for t in types])
    dtype = ufunc_dtype("maximum", types[1:])
    # np.where returns an array of rank 0 where a ufunc would return a scalar.
    return ArrayT(dtype, dims)


def clip(op: Op) -> Type:
    names = [n for n in ("a", "a_min", "a_max") if n in op.args or op.attrs.get(n) is not None]
    types = [type_of(op, n) for n in names]
    if not all(is_known(t) for t in types):
        return UNKNOWN
    result = types[0]
    for bound in types[1:]:
        result = numpy_result("maximum", [result, bound])
    return result if len(types) > 1 else numpy_result("positive", types)


def of_kind(ufunc: str, param: str) -> Infer:
    """As the ufunc does with one argument called `param`."""

    def infer(op: Op) -> Type:
        return numpy_result(ufunc, [type_of(op, param)])

    return infer


def real_part(op: Op) -> Type:
    t = op.operands[0].type if op.operands else UNKNOWN
    if isinstance(t, ScalarT):
        if t.kind != "complex":
            return t
        return ScalarT("float", t.dtype and {"complex64": "float32"}.get(t.dtype, "float64"))
    if not isinstance(t, ArrayT):
        return UNKNOWN
    real = {"complex64": "float32", "complex128": "float64"}
    return ArrayT(real.get(t.dtype, t.dtype) if t.dtype else None, t.dims)


def angle(op: Op) -> Type:
    """An angle is a real number, in the precision of what it is the angle of."""
    t = op.operands[0].type if op.operands else UNKNOWN
    single = {"complex64": "float32", "float32": "float32"}
    if isinstance(t, ScalarT):
        return ScalarT("float", single.get(t.dtype or "", "float64"))
    if not isinstance(t, ArrayT) or t.dtype is None or t.dtype == "float16":
        return UNKNOWN
    return array_or_scalar(single.get(t.dtype, "float64"), t.dims)


def cast(dtype: str) -> Infer:
    """`np.float32(x)`: a NumPy scalar, or an array of an array."""

    def infer(op: Op) -> Type:
        t = op.operands[0].type if op.operands else literal_type(0)
        return array_or_scalar(dtype, array_dims(t)) if is_known(t) else UNKNOWN

    return infer


def same_array(op: Op) -> Type:
    t = op.operands[0].type if op.operands else UNKNOWN
    return array_or_scalar(dtype_of(t), array_dims(t)) if is_known(t) else UNKNOWN


def opaque(what: str) -> Infer:
    def infer(op: Op) -> Type:
        return OpaqueT(what)

    return infer


def boolean(op: Op) -> Type:
    return BOOL


DTYPES = words(
    """
    float64 float32 float16 complex128 complex64 int64 int32 bool
    """
)

TABLE: dict[str, Infer] = {
    **{f"np.{n}": filled for n in ("zeros", "ones", "empty")},
    **{f"np.{n}_like": like for n in ("zeros", "ones", "empty", "full")},
    **{f"np.{n}": eye for n in ("eye", "identity", "tri")},
    **{f"np.{n}": array for n in ("array", "asarray", "asanyarray", "ascontiguousarray")},
    **{f"np.{n}": cast(n) for n in DTYPES},
    "np.full": full,
    "np.arange": arange,
    "np.linspace": linspace,
    "np.concatenate": concatenate,
    "np.stack": stack,
    "np.vstack": vstack,
    "np.hstack": hstack,
    "np.column_stack": column_stack,
    "np.append": append,
    "np.where": where,
    "np.clip": clip,
    "np.angle": angle,
    "np.real": real_part,
    "np.imag": real_part,
    "np.round": same_array,
    "np.fix": same_array,
    "np.nan_to_num": same_array,
    "np.sinc": of_kind("sin", "x"),
    "np.i0": of_kind("sin", "x"),
    "np.degrees": of_kind("degrees", "x"),
    "np.radians": of_kind("radians", "x"),
    "np.finfo": opaque("finfo"),
    "np.dtype": opaque("dtype"),
    "np.result_type": opaque("dtype"),
    "dtype": opaque("dtype"),
    "np.iscomplexobj": boolean,
    "np.isscalar": boolean,
    "np.allclose": boolean,
    "np.array_equal": boolean,
}
