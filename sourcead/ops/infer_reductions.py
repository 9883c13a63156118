"""Types of reductions, scans and sorts."""

from __future__ import annotations

import numpy as np

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import ANY, FLOAT, INT, ONE, UNKNOWN, ArrayT, ScalarT, StructT, Type, kind_of
from sourcead.ops.infer_common import (
    NUMPY_1,
    Dims,
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_name,
    dtype_of,
    floating,
    is_known,
    minus,
    normal_axes,
    normal_axis,
    promote,
    real_dtype,
    static,
    type_of,
    ufunc_dtype,
)
from sourcead.ops.infer_several import once_list
from sourcead.ops.opdef import Infer


def subject(op: Op) -> Type:
    """The type of the array that is reduced: the first argument."""
    return op.operands[0].type if op.operands else UNKNOWN


def reduced_dims(op: Op, dims: Dims | None, default_axis: object = None) -> Dims | None:
    """The axes that a reduction leaves; None where the axis is dynamic."""
    axis, keepdims = static(op, "axis", default_axis), static(op, "keepdims", False)
    if axis is None and keepdims is False:
        return ()
    if dims is None or axis is MISSING or keepdims is MISSING:
        return None
    if not dims and axis in (0, -1):
        return ()  # NumPy takes the first axis of a number for none
    gone = normal_axes(axis, len(dims))
    if gone is None:
        return None
    if keepdims:
        return tuple(ONE if k in gone else d for k, d in enumerate(dims))
    return tuple(d for k, d in enumerate(dims) if k not in gone)


def _explicit_dtype(op: Op) -> str | None:
    dtype = static(op, "dtype", None)
    return None if dtype is None or dtype is MISSING else dtype_name(dtype)


def _reduction(kind: str, default_axis: object = None) -> Infer:
    """`kind`: "same" dtype, "sum" (small integers widen), "mean" (integers become float64)."""

    def infer(op: Op) -> Type:
        t = subject(op)
        if not is_known(t):
            return UNKNOWN
        dtype = _explicit_dtype(op) or result_dtype(kind, dtype_of(t))
        if static(op, "dtype", None) is MISSING:
            dtype = None
        return array_or_scalar(dtype, reduced_dims(op, array_dims(t), default_axis))

    return infer


def result_dtype(kind: str, dtype: str | None) -> str | None:
    """The dtype of a reduction's result."""
    if kind in ("bool", "int64"):
        return kind
    if dtype is None or kind == "same":
        return dtype
    if kind == "sum":
        if dtype == "bool" or dtype in ("int8", "int16", "int32"):
            return "int64"
        return "uint64" if dtype in ("uint8", "uint16", "uint32") else dtype
    if dtype == "bool" or dtype.startswith(("int", "uint")):
        return "float64"
    if kind == "real" and dtype.startswith("complex"):
        return {"complex64": "float32"}.get(dtype, "float64")
    return dtype


def scan(kind: str) -> Infer:
    """A function that keeps the axes, or flattens with `axis=None`."""

    def infer(op: Op) -> Type:
        t = subject(op)
        default = -1 if op.name in ("np.sort", "np.argsort", "np.partition") else None
        axis = static(op, "axis", default)
        if not is_known(t):
            return UNKNOWN
        dtype = _explicit_dtype(op) or result_dtype(kind, dtype_of(t))
        dims = array_dims(t)
        if axis is None:
            return ArrayT(dtype, (dims[0] if dims is not None and len(dims) == 1 else ANY,))
        return ArrayT(dtype, dims)

    return infer


def diff(op: Op) -> Type:
    t = subject(op)
    dims = array_dims(t) if is_known(t) else None
    n, axis = static(op, "n", 1), static(op, "axis", -1)
    ends = [name in op.args or op.attrs.get(name) is not None for name in ("prepend", "append")]
    given = [name for name, there in zip(("prepend", "append"), ends, strict=True) if there]
    dtype = promote([dtype_of(t), *(dtype_of(type_of(op, name)) for name in given)])
    if dims is None or not isinstance(n, int):
        return ArrayT(dtype, None) if is_known(t) else UNKNOWN
    at = normal_axis(axis, len(dims))
    if at is None:
        return ArrayT(dtype, None)
    length = minus(dims[at], n) if not any(ends) else ANY
    if sum(ends) and all(_is_scalar(op, name) for name in ("prepend", "append")):
        grown = sum(ends)
        length = minus(dims[at], n - grown) if n >= grown else ANY
    return ArrayT(dtype, (*dims[:at], length, *dims[at + 1 :]))


def _is_scalar(op: Op, name: str) -> bool:
    given = name in op.args or op.attrs.get(name) is not None
    return not given or array_dims(type_of(op, name)) == ()


def interp(op: Op) -> Type:
    x, fp = type_of(op, "x"), type_of(op, "fp")
    if not (is_known(x) and is_known(fp)):
        return UNKNOWN
    dtype = "complex128" if (dtype_of(fp) or "").startswith("complex") else "float64"
    return array_or_scalar(dtype, array_dims(x))


def trapezoid(op: Op) -> Type:
    t = type_of(op, "y")
    dims = array_dims(t) if is_known(t) else None
    at = None if dims is None else normal_axis(static(op, "axis", -1), len(dims))
    if dims is None or at is None:
        return UNKNOWN
    steps = [type_of(op, name) for name in ("x", "dx") if name in op.args][:1]
    # SciPy sums in the kind of `y`, and drops an imaginary part of `x`.
    dtype = ufunc_dtype("divide", [t, *(steps or [FLOAT])])
    if op.name.startswith("scipy.") and kind_of(t) != "complex" and dtype is not None:
        dtype = real_dtype(dtype)
    return array_or_scalar(dtype, dims[:at] + dims[at + 1 :])


def polyval(op: Op) -> Type:
    p, x = type_of(op, "p"), type_of(op, "x")
    if not (is_known(p) and is_known(x)):
        return UNKNOWN
    coefficients = array_dims(p)
    if coefficients is None:
        return array_or_scalar(promote([dtype_of(p), dtype_of(x)]), None)
    parts = [coefficients[1:], array_dims(x)]
    summands = [array_or_scalar(dtype_of(t), part) for t, part in zip((p, x), parts, strict=True)]
    return array_or_scalar(ufunc_dtype("add", summands), broadcast(parts))


def log_of_sum(op: Op) -> Type:
    """That of weighted exponentials is complex where the weights are."""
    t = _reduction("mean")(op)
    if "b" not in op.args or not isinstance(t, ArrayT | ScalarT):
        return t
    weights = type_of(op, "b")
    if not is_known(weights):
        return UNKNOWN
    return array_or_scalar(promote([dtype_of(t), floating(dtype_of(weights))]), array_dims(t))


def convolve(op: Op) -> Type:
    a, v = op.operands[0].type, op.operands[1].type
    if not (is_known(a) and is_known(v)):
        return UNKNOWN
    return ArrayT(promote([dtype_of(a), dtype_of(v)]), (ANY,))


def gradient(op: Op) -> Type:
    """One array, or a tuple with one for each of several axes."""
    t = subject(op)
    dims = array_dims(t) if is_known(t) else None
    axis = static(op, "axis", None)
    if dims is None or axis is MISSING:
        return UNKNOWN
    n = len(dims) if axis is None else len(axis) if isinstance(axis, tuple) else 1
    slope = ArrayT(result_dtype("mean", dtype_of(t)), dims)
    return slope if n == 1 else once_list((slope,) * n)


def count_nonzero(op: Op) -> Type:
    """A number without an axis, Python's or NumPy's as NumPy has it, else an array of counts."""
    axis = static(op, "axis", None)
    t = subject(op)
    if axis is None:
        counted: object = np.count_nonzero(())
        return ScalarT("int", counted.dtype.name) if isinstance(counted, np.generic) else INT
    return array_or_scalar("int64", reduced_dims(op, array_dims(t)))


# Methods that return one of the elements.
OBSERVED = ("lower", "higher", "nearest", "inverted_cdf", "closest_observation")


def quantile(op: Op) -> Type:
    q = type_of(op, "q")
    t = subject(op)
    if not (is_known(t) and is_known(q)):
        return UNKNOWN
    dims, front = reduced_dims(op, array_dims(t)), array_dims(q)
    # A number gives way to the array, but NumPy 1 computes with it as with an array.
    dtype = promote([dtype_of(t), *([dtype_of(q)] if NUMPY_1 or front != () else [])])
    if static(op, "method", "linear") not in OBSERVED:
        dtype = result_dtype("mean", dtype)
    both = None if dims is None or front is None else front + dims
    return array_or_scalar(dtype, both)


def slots(t: Type) -> int | None:
    """How many elements a container of known structure has."""
    return len(t.types) if isinstance(t, StructT) else None


TABLE: dict[str, Infer] = {
    **{f"np.{n}": _reduction("same") for n in ("max", "min", "ptp", "nanmax", "nanmin")},
    **{f"np.{n}": _reduction("sum") for n in ("sum", "prod", "nansum", "nanprod")},
    **{f"np.{n}": _reduction("mean") for n in ("mean", "nanmean", "median", "nanmedian")},
    **{f"np.{n}": _reduction("real") for n in ("var", "std", "nanvar", "nanstd")},
    **{f"np.{n}": _reduction("bool") for n in ("any", "all")},
    **{f"np.{n}": _reduction("int64") for n in ("argmax", "argmin", "nanargmax", "nanargmin")},
    **{f"np.{n}": scan("sum") for n in ("cumsum", "cumprod", "nancumsum", "nancumprod")},
    **{f"np.{n}": scan("same") for n in ("sort", "partition")},
    **{f"np.{n}": scan("int64") for n in ("argsort", "argpartition")},
    "np.logaddexp.reduce": _reduction("mean", default_axis=0),
    "np.diff": diff,
    "np.interp": interp,
    "np.trapezoid": trapezoid,
    "scipy.integrate.trapezoid": trapezoid,
    "np.polyval": polyval,
    "np.convolve": convolve,
    "np.correlate": convolve,
    "np.gradient": gradient,
    "np.count_nonzero": count_nonzero,
    "np.quantile": quantile,
    "np.percentile": quantile,
    "scipy.special.logsumexp": log_of_sum,
}
