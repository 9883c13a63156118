"""Convolutions of `scipy.signal` over any number of axes, transforms of `scipy.fft`."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft
import scipy.signal

from sourcead.rules import fft as fourier
from sourcead.rules.declare import Unsupported, bilinear, linear, rule
from sourcead.rules.helpers import conj

Array = Any


@bilinear("scipy.signal.fftconvolve")
@bilinear("scipy.signal.convolve")
def convolve(g: Array, in1: Array, in2: Array, mode: str = "full") -> Any:
    full = whole(g, in1, in2, mode)
    in1_bar = scipy.signal.correlate(full, np.conj(in2), "valid")
    return in1_bar, scipy.signal.correlate(full, np.conj(in1), "valid")


@bilinear("scipy.signal.correlate")
def correlate(g: Array, in1: Array, in2: Array, mode: str = "full") -> Any:
    full = whole(g, in1, in2, mode)
    in1_bar = scipy.signal.correlate(full, np.flip(in2), "valid")
    return in1_bar, np.conj(np.flip(scipy.signal.correlate(full, np.conj(in1), "valid")))


def whole(g: Array, in1: Array, in2: Array, mode: str) -> Array:
    """The cotangent of a part of a convolution with zeros where the rest of it was left out."""
    if mode == "full":
        return g
    pairs = [margins(np.shape(in1)[k], np.shape(in2)[k], mode) for k in range(np.ndim(in1))]
    return np.pad(g, pairs)


def margins(n: Any, m: Any, mode: str) -> Any:
    """What is missing before and behind the part."""
    if mode == "same":
        return ((m - 1) // 2, m - 1 - (m - 1) // 2)
    if mode != "valid":
        raise Unsupported(f"a convolution in mode {mode!r}")
    short = min(n, m) - 1
    return (short, short)


# Transforms -------------------------------------------------------------------------------------


@linear("scipy.fft.fft")
def fft(g: Array, x: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fourier.fft(g, x, n, axis, norm)


@linear("scipy.fft.ifft")
def ifft(g: Array, x: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fourier.ifft(g, x, n, axis, norm)


@linear("scipy.fft.rfft")
def rfft(g: Array, x: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fourier.rfft(g, x, n, axis, norm)


@linear("scipy.fft.irfft")
def irfft(g: Array, x: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fourier.irfft(g, x, n, axis, norm)


@linear("scipy.fft.fft2")
def fft2(g: Array, x: Array, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return fourier.fft2(g, x, s, axes, norm)


@linear("scipy.fft.ifft2")
def ifft2(g: Array, x: Array, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return fourier.ifft2(g, x, s, axes, norm)


@linear("scipy.fft.fftn")
def fftn(g: Array, x: Array, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    return fourier.fftn(g, x, s, axes, norm)


@linear("scipy.fft.ifftn")
def ifftn(g: Array, x: Array, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    return fourier.ifftn(g, x, s, axes, norm)


@linear("scipy.fft.dct")
def dct(g: Array, x: Array, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    if norm == "ortho":
        return fourier.fitted(scipy.fft.idct(g, type, axis=axis, norm=norm), x, axis, n)
    if type != 2 or norm not in (None, "backward"):
        raise Unsupported("scipy.fft.dct of another type than 2 that is not orthonormal")
    doubled = first_scaled(g, 2.0, axis)
    return fourier.fitted(scipy.fft.dct(doubled, 3, axis=axis), x, axis, n)


@linear("scipy.fft.idct")
def idct(g: Array, x: Array, type: int = 2, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    if norm == "ortho":
        return fourier.fitted(scipy.fft.dct(g, type, axis=axis, norm=norm), x, axis, n)
    if type != 2 or norm not in (None, "backward"):
        raise Unsupported("scipy.fft.idct of another type than 2 that is not orthonormal")
    back = first_scaled(scipy.fft.dct(g, 2, axis=axis), 0.5, axis) / (2 * np.shape(g)[axis])
    return fourier.fitted(back, x, axis, n)


def first_scaled(g: Array, factor: float, axis: int) -> Array:
    """The first element along an axis times a factor."""
    last = np.moveaxis(g, axis, -1)
    weight = np.where(np.arange(np.shape(last)[-1]) == 0, factor, 1.0)
    return np.moveaxis(last * weight, -1, axis)


# Recursive filters: sum a[k] y[n - k] = sum b[k] x[n - k] defines y, and is differentiated as it
# stands. The adjoint filter is the filter run backwards in time.


def lfilter_vjp(
    g: Array,
    b: Array,
    a: Array,
    x: Array,
    axis: int = -1,
    *,
    out: Array,
    active: tuple[bool, bool, bool],
) -> Any:
    back = np.flip(scipy.signal.lfilter(b, a, np.flip(g, axis), axis), axis) if active[2] else None
    if not active[0] and not active[1]:
        return None, None, back
    if np.ndim(x) != 1:
        raise Unsupported("coefficients of a filter that runs over several signals")
    u = np.flip(scipy.signal.lfilter([1.0], a, np.flip(g)))
    of_b = lagged(u, x, np.shape(b)[0]) if active[0] else None
    return of_b, -lagged(u, out, np.shape(a)[0]) if active[1] else None, back


def lagged(u: Array, x: Array, count: int) -> Array:
    """The sums of `u[n] * x[n - k]`, for each k below `count`."""
    first = np.shape(x)[0] - 1
    return np.correlate(np.pad(u, (0, count)), conj(x), "full")[first : first + count]


@rule("scipy.signal.lfilter", wrt=("b", "a", "x"), vjp=lfilter_vjp, real=False)
def lfilter(
    db: Array,
    da: Array,
    dx: Array,
    b: Array,
    a: Array,
    x: Array,
    axis: int = -1,
    *,
    out: Array,
    active: tuple[bool, bool, bool],
) -> Any:
    moved = scipy.signal.lfilter(b, a, dx, axis) if active[2] else 0.0
    if active[0]:
        moved = moved + scipy.signal.lfilter(db, a, x, axis)
    if active[1]:
        moved = moved - scipy.signal.lfilter(da, a, out, axis)
    return moved
