"""Types of `np.fft`, and of the densities of `scipy.stats`."""

from __future__ import annotations

from collections.abc import Callable

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import ANY, ONE, UNKNOWN, ArrayT, Dim, Type, kind_of
from sourcead.ops.infer_common import (
    NUMPY_1,
    Dims,
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_of,
    is_known,
    known,
    length_dim,
    normal_axes,
    normal_axis,
    promote,
    static,
    type_of,
)
from sourcead.ops.opdef import Infer
from sourcead.ops.signatures_scipy import STATS

COMPLEX = {
    "float32": "complex64", "complex64": "complex64", "float64": "complex128",
    "complex128": "complex128", "int64": "complex128", "bool": "complex128",
}  # fmt: skip
REAL = {"complex64": "float32", "complex128": "float64"}

Length = Callable[[Dim], Dim]


def half(d: Dim) -> Dim:
    """The axis of a real transform: n // 2 + 1 frequencies."""
    if d.one:
        return ONE
    symbol = None if d.symbol is None else ("frequencies", d.symbol)
    return Dim(symbol, False if d.one is False else None)


def same(d: Dim) -> Dim:
    return d


def doubled(d: Dim) -> Dim:
    """The axis of an inverse real transform: 2 (n - 1) points."""
    if d.one is not False:
        return ANY
    return Dim(None if d.symbol is None else ("points", d.symbol), False)


def _given(op: Op, name: str) -> Dim | None:
    """The length asked for, None where there is none."""
    operand = op.operand(name)
    if operand is not None:
        return length_dim(operand)
    n = op.attrs.get(name)
    return known(n) if isinstance(n, int) and n >= 0 else None


def along_one(real: bool, of_input: Length, of_given: Length) -> Infer:
    """A transform along one axis, of which `n` may be the length."""

    def infer(op: Op) -> Type:
        t = op.operands[0].type if op.operands else UNKNOWN
        axis = static(op, "axis", -1)
        dims = array_dims(t) if is_known(t) else None
        k = normal_axis(axis, len(dims)) if dims is not None else None
        if dims is None or k is None:
            return UNKNOWN
        n = _given(op, "n")
        length = of_input(dims[k]) if n is None else of_given(n)
        return ArrayT(_dtype(op, t, real), (*dims[:k], length, *dims[k + 1 :]))

    return infer


def _dtype(op: Op, t: Type, real: bool) -> str | None:
    """In the precision of the array, but NumPy 1 transforms in double precision."""
    dtype = COMPLEX.get(dtype_of(t) or "")
    if dtype is not None and NUMPY_1 and op.name.startswith("np.fft."):
        dtype = "complex128"
    return REAL.get(dtype or "") if real else dtype


def along_several(real: bool, of_last: Length) -> Infer:
    """A transform along several axes, the last one of which may change its length."""

    def infer(op: Op) -> Type:
        t = op.operands[0].type if op.operands else UNKNOWN
        dims = array_dims(t) if is_known(t) else None
        default = (-2, -1) if op.name.endswith("2") else None
        axes = static(op, "axes", default)
        if dims is not None and ("s" in op.args or op.attrs.get("s") is not None):
            return ArrayT(_dtype(op, t, real), (ANY,) * len(dims))
        if dims is None or axes is MISSING:
            return UNKNOWN
        found = normal_axes(axes, len(dims))
        if not found:
            return UNKNOWN
        last = found[-1]
        new: Dims = tuple(of_last(d) if k == last else d for k, d in enumerate(dims))
        return ArrayT(_dtype(op, t, real), new)

    return infer


def density(op: Op) -> Type:
    """Elementwise, in double precision."""
    types = [v.type for v in op.operands]
    if not types or not all(is_known(t) for t in types):
        return UNKNOWN
    return array_or_scalar("float64", broadcast([array_dims(t) for t in types]))


def density_of_vectors(op: Op) -> Type:
    """One number for each vector along the last axis."""
    x = type_of(op, "x")
    dims = array_dims(x) if is_known(x) else None
    return UNKNOWN if not dims else array_or_scalar("float64", dims[:-1])


def of_one_kind(length: Length) -> Infer:
    """A transform of real numbers into real ones, and of complex into complex ones."""
    of_real, of_complex = along_one(True, length, same), along_one(False, length, same)

    def inferred(op: Op) -> Type:
        kind = kind_of(op.operands[0].type)
        if kind not in ("float", "int", "complex"):
            return UNKNOWN
        return of_complex(op) if kind == "complex" else of_real(op)

    return inferred


def convolution(op: Op) -> Type:
    """As many axes as the first operand has."""
    a, b = type_of(op, "in1"), type_of(op, "in2")
    dims = array_dims(a) if is_known(a) and is_known(b) else None
    if dims is None:
        return UNKNOWN
    return ArrayT(promote([dtype_of(a), dtype_of(b)]), (ANY,) * len(dims))


DENSITIES = [line.split("(")[0].strip() for line in STATS.strip().splitlines()]

TABLE: dict[str, Infer] = {
    **{n: density for n in DENSITIES if "multivariate" not in n and "dirichlet" not in n},
    "scipy.stats.multivariate_normal.logpdf": density_of_vectors,
    "scipy.stats.multivariate_normal.pdf": density_of_vectors,
    **{f"scipy.signal.{n}": convolution for n in ("convolve", "fftconvolve", "correlate")},
    **{f"scipy.fft.{n}": along_one(False, same, same) for n in ("fft", "ifft")},
    **{f"scipy.fft.{n}": of_one_kind(same) for n in ("dct", "idct")},
    "scipy.fft.rfft": along_one(False, half, half),
    "scipy.fft.irfft": along_one(True, doubled, same),
    **{f"scipy.fft.{n}": along_several(False, same) for n in ("fft2", "ifft2", "fftn", "ifftn")},
    "np.fft.fft": along_one(False, same, same),
    "np.fft.ifft": along_one(False, same, same),
    "np.fft.rfft": along_one(False, half, half),
    "np.fft.ihfft": along_one(False, half, half),
    "np.fft.irfft": along_one(True, doubled, same),
    "np.fft.hfft": along_one(True, doubled, same),
    **{f"np.fft.{n}": along_several(False, same) for n in ("fft2", "ifft2", "fftn", "ifftn")},
    **{f"np.fft.{n}": along_several(False, half) for n in ("rfft2", "rfftn")},
    **{f"np.fft.{n}": along_several(True, doubled) for n in ("irfft2", "irfftn")},
}
