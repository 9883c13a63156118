"""Types of NumPy functions beside the common ones: selections, statistics, tables, products."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import (
    ANY,
    FLOAT,
    INT,
    UNKNOWN,
    ArrayT,
    ScalarT,
    StructT,
    Type,
    is_python_scalar,
    kind_of_dtype,
    rank_of,
)
from sourcead.ops.infer_common import (
    Dims,
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_of,
    is_known,
    known,
    normal_axis,
    promote,
    shape_dims,
    static,
    type_of,
)
from sourcead.ops.infer_reductions import TABLE as REDUCTIONS
from sourcead.ops.opdef import Infer

FLOATING = ("float32", "float64", "complex64", "complex128")


def _first(name: str, shape: Callable[[Op, Dims], Dims | None], floating: bool = False) -> Infer:
    """An array of the dtype of the parameter `name`, with axes computed from its axes."""

    def infer(op: Op) -> Type:
        t = type_of(op, name)
        dims, dtype = array_dims(t), dtype_of(t)
        if dims is None or (floating and dtype not in FLOATING):
            return UNKNOWN
        found = shape(op, dims)
        return UNKNOWN if found is None else ArrayT(dtype, found)

    return infer


def same(op: Op, dims: Dims) -> Dims:
    return dims


def flat(op: Op, dims: Dims) -> Dims:
    return (ANY,)


def flat_if_vector(op: Op, dims: Dims) -> Dims | None:
    return (ANY,) if len(dims) == 1 else None


def along_axis(op: Op, dims: Dims) -> Dims | None:
    """Another length along one axis; without an axis, of all elements in a row."""
    axis = static(op, "axis", None)
    return (ANY,) if axis is None else _other_length(dims, axis)


def _other_length(dims: Dims, axis: object) -> Dims | None:
    k = normal_axis(axis, len(dims))
    return None if k is None else (*dims[:k], ANY, *dims[k + 1 :])


def segments(op: Op, dims: Dims) -> Dims | None:
    return _other_length(dims, static(op, "axis", 0))


def running(op: Op, dims: Dims) -> Dims | None:
    if "include_initial" in (*op.args, *op.attrs) or {"dtype"} & {*op.args, *op.attrs}:
        return None
    return dims


def quarter_turns(op: Op, dims: Dims) -> Dims | None:
    turns, axes = static(op, "k", 1), static(op, "axes", (0, 1))
    if not isinstance(turns, int) or not isinstance(axes, tuple) or len(axes) != 2:
        return None
    a, b = (normal_axis(axis, len(dims)) for axis in axes)
    if a is None or b is None:
        return None
    order = list(dims)
    if turns % 2:
        order[a], order[b] = order[b], order[a]
    return tuple(order)


def resized(op: Op, dims: Dims) -> Dims | None:
    return shape_dims(op, "new_shape")


# Statistics --------------------------------------------------------------------------------


def average(op: Op) -> Type:
    plain = REDUCTIONS["np.mean"](op)
    weights = type_of(op, "weights")
    if "weights" not in op.args:
        return plain
    dtype = promote([dtype_of(type_of(op, "a")), dtype_of(weights)])
    if dtype not in FLOATING or not isinstance(plain, ArrayT | ScalarT):
        return UNKNOWN
    return array_or_scalar(dtype, array_dims(plain))


def covariance(op: Op) -> Type:
    """A matrix; of one vector a number, in which the two functions differ."""
    t = op.operands[0].type
    dims, kind = array_dims(t), kind_of_dtype(dtype_of(t))
    if dims is None or kind != "float" or (len(dims) < 2 and "y" not in op.args):
        return UNKNOWN
    return ArrayT("float64", (ANY, ANY))


def counted(op: Op) -> Type:
    return ArrayT("float64" if "weights" in op.args else "int64", (ANY,))


# Tables ------------------------------------------------------------------------------------


def powers(op: Op) -> Type:
    """`np.vander`: a column for each power."""
    t, columns = type_of(op, "x"), static(op, "N", None)
    dims, dtype = array_dims(t), dtype_of(t)
    if dims is None or len(dims) != 1 or dtype is None:
        return UNKNOWN
    width = dims[0] if columns is None else known(columns) if isinstance(columns, int) else ANY
    return ArrayT(promote([dtype, "int64"]), (dims[0], width))


def spaced(op: Op) -> Type:
    """`np.logspace`, `np.geomspace` between numbers, or arrays of them."""
    ends = [type_of(op, "start"), type_of(op, "stop")]
    base = array_dims(type_of(op, "base")) if "base" in op.args else ()
    rest, others = broadcast([array_dims(t) for t in ends]), {"dtype", "axis"}
    if rest is None or base != () or not others.isdisjoint((*op.args, *op.attrs)):
        return UNKNOWN
    num = static(op, "num", 50)
    dims = (known(num) if isinstance(num, int) else ANY, *rest)
    forms = [("" if is_python_scalar(t) else dtype_of(t), rank_of(t)) for t in ends]
    real = all(kind_of_dtype(dtype_of(t)) in ("bool", "int", "float") for t in ends)
    numbers = "base" not in op.args or is_python_scalar(type_of(op, "base"))
    return ArrayT(_dtype_of_spaced(op.name, *forms) if real and numbers else None, dims)


@functools.cache
def _dtype_of_spaced(name: str, *ends: tuple[str, int]) -> str:
    """What NumPy gives between numbers, which versions differ in; Python's have no dtype."""
    first, last = (np.ones((1,) * rank, dtype)[()] if dtype else 1.0 for dtype, rank in ends)
    return str(getattr(np, name.removeprefix("np."))(first, last, 2).dtype)


def frequencies(op: Op) -> Type:
    d = type_of(op, "d") if "d" in op.args else ScalarT("float")
    plain = isinstance(d, ScalarT) and d.kind in ("int", "float") and d.dtype in (None, "float64")
    return ArrayT("float64", (ANY,)) if plain else UNKNOWN


def places(op: Op) -> Type:
    dims = array_dims(op.operands[0].type)
    return UNKNOWN if dims is None else ArrayT("int64", (ANY, known(len(dims))))


def close(op: Op) -> Type:
    types = [type_of(op, "a"), type_of(op, "b")]
    dims = broadcast([array_dims(t) for t in types])
    return UNKNOWN if dims is None else array_or_scalar("bool", dims)


BESIDE = ("return_index", "return_inverse", "return_counts")


def distinct(op: Op) -> Type:
    t = op.operands[0].type
    plain = is_known(t) and len(op.operands) == 1 and not set(op.attrs) - set(BESIDE)
    kept = ArrayT(dtype_of(t), (ANY,)) if plain else UNKNOWN
    beside = sum(bool(static(op, name, False)) for name in BESIDE)
    if not beside:
        return kept
    parts = (kept, *(UNKNOWN for _ in range(beside)))
    return StructT("tuple", tuple(range(len(parts))), parts)


def in_two(second: str | None) -> Infer:
    """A number taken apart: its fraction or mantissa, and the rest, of a dtype of its own."""

    def infer(op: Op) -> Type:
        t = op.operands[0].type
        python, dims, dtype = op.name.startswith("math."), array_dims(t), dtype_of(t)
        if python:
            return StructT("tuple", (0, 1), (FLOAT, INT if second else FLOAT))
        if dims is None or dtype not in ("float32", "float64"):
            return StructT("tuple", (0, 1), (UNKNOWN, UNKNOWN))
        parts = (array_or_scalar(dtype, dims), array_or_scalar(second or dtype, dims))
        return StructT("tuple", (0, 1), parts)

    return infer


# Products ----------------------------------------------------------------------------------


def _two(op: Op) -> tuple[Dims, Dims, str] | None:
    a, b = op.operands[0].type, op.operands[1].type
    da, db, dtype = array_dims(a), array_dims(b), promote([dtype_of(a), dtype_of(b)])
    return None if da is None or db is None or dtype is None else (da, db, dtype)


def kron(op: Op) -> Type:
    found = _two(op)
    if found is None or not found[0] or not found[1]:
        return UNKNOWN
    return ArrayT(found[2], (ANY,) * max(len(found[0]), len(found[1])))


def matvec(op: Op) -> Type:
    found = _two(op)
    if found is None or len(found[0]) < 2 or not found[1]:
        return UNKNOWN
    batch = broadcast([found[0][:-2], found[1][:-1]])
    return UNKNOWN if batch is None else ArrayT(found[2], (*batch, found[0][-2]))


def vecmat(op: Op) -> Type:
    found = _two(op)
    if found is None or not found[0] or len(found[1]) < 2:
        return UNKNOWN
    batch = broadcast([found[0][:-1], found[1][:-2]])
    return UNKNOWN if batch is None else ArrayT(found[2], (*batch, found[1][-1]))


def vecdot(op: Op) -> Type:
    found = _two(op)
    if found is None or not found[0] or not found[1] or static(op, "axis", -1) != -1:
        return UNKNOWN
    return array_or_scalar(found[2], broadcast([found[0][:-1], found[1][:-1]]))


def select(op: Op) -> Type:
    """Choices of double precision, as wide as conditions and choices together."""
    conditions, choices = type_of(op, "condlist"), type_of(op, "choicelist")
    default = static(op, "default", 0) if "default" not in op.args else MISSING
    if not isinstance(conditions, StructT) or not isinstance(choices, StructT):
        return UNKNOWN
    if any(dtype_of(t) != "float64" for t in choices.types):
        return UNKNOWN
    if default is MISSING and dtype_of(type_of(op, "default")) != "float64":
        return UNKNOWN
    dims = broadcast([array_dims(t) for t in (*conditions.types, *choices.types)])
    return ArrayT("float64", dims) if dims else UNKNOWN


TABLE: dict[str, Infer] = {
    "np.extract": _first("arr", flat),
    "np.compress": _first("a", along_axis),
    "np.delete": _first("arr", along_axis),
    "np.insert": _first("arr", along_axis),
    "np.ediff1d": _first("ary", flat),
    "np.trim_zeros": _first("filt", flat_if_vector),
    "np.add.reduceat": _first("array", segments, floating=True),
    "np.cumulative_sum": _first("x", running, floating=True),
    "np.unwrap": _first("p", same, floating=True),
    "np.rot90": _first("m", quarter_turns),
    "np.resize": _first("a", resized),
    "np.fft.fftshift": _first("x", same),
    "np.fft.ifftshift": _first("x", same),
    "np.fft.fftfreq": frequencies,
    "np.fft.rfftfreq": frequencies,
    **{f"{lib}.modf": in_two(None) for lib in ("np", "math")},
    **{f"{lib}.frexp": in_two("int32") for lib in ("np", "math")},
    **{f"np.{name}.accumulate": _first("array", same) for name in ("maximum", "minimum")},
    "np.average": average,
    "np.cov": covariance,
    "np.corrcoef": covariance,
    "np.bincount": counted,
    "np.vander": powers,
    "np.logspace": spaced,
    "np.geomspace": spaced,
    "np.argwhere": places,
    "np.isclose": close,
    "np.unique": distinct,
    "np.kron": kron,
    "np.matvec": matvec,
    "np.vecmat": vecmat,
    "np.vecdot": vecdot,
    "np.select": select,
}
