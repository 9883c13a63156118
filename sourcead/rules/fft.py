"""Discrete Fourier transforms. The matrix of one is symmetric, so it is its own transpose."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import linear, rule, static
from sourcead.rules.helpers import slice_along

Array = Any


@rule("np.fft.fftfreq", wrt="d")
def fftfreq(dd: Any, n: Any, d: Any = 1.0, *, out: Array) -> Any:
    return -out * dd / d


@rule("np.fft.rfftfreq", wrt="d")
def rfftfreq(dd: Any, n: Any, d: Any = 1.0, *, out: Array) -> Any:
    return -out * dd / d


SWAPPED = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


@static
def swapped(norm: Any) -> Any:
    """The scaling of the inverse transform that scales as this one does."""
    return SWAPPED[norm]


def fitted(g: Array, a: Array, axis: int, n: Any) -> Array:
    """Undo that the input was cut, or padded with zeros, to another length."""
    if n is None:
        return g
    m, k = np.shape(a)[axis], axis % np.ndim(a)
    kept = slice_along(g, axis, None, m)
    shape = np.shape(kept)
    cut = np.zeros((*shape[:k], m - shape[k], *shape[k + 1 :]), g.dtype)
    return np.concatenate((kept, cut), axis=axis)


def all_fitted(g: Array, a: Array, axes: tuple[int, ...], s: Any) -> Array:
    """As `fitted`, for each of the axes."""
    if s is None:
        return g
    for axis, n in zip(axes, s, strict=True):
        g = fitted(g, a, axis, n)
    return g


def halved(n: Any, axis: int, rank: int) -> Array:
    """1 for the frequencies of a real transform that stand alone, 0.5 for those of a pair."""
    k = np.arange(n // 2 + 1)
    weight = np.where((k == 0) | (2 * k == n), 1.0, 0.5)
    if axis == -1 or axis == rank - 1:
        return weight
    return np.expand_dims(weight, trailing(axis % rank, rank))


@static
def trailing(axis: int, rank: int) -> tuple[int, ...]:
    """The axes to add after the only one, for it to be `axis` of `rank`."""
    return tuple(range(1, rank - axis))


def real_bar(g: Array, a: Array, n: Any, axis: int, norm: Any) -> Array:
    """The cotangent of a real input of length `n`; `norm` is that of the inverse transform."""
    return np.fft.irfft(np.conj(g) * halved(n, axis, np.ndim(a)), n, axis, norm)


def length(a: Array, n: Any, axis: int) -> Any:
    return np.shape(a)[axis] if n is None else n


@linear(np.fft.fft)
def fft(g: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fitted(np.fft.fft(g, axis=axis, norm=norm), a, axis, n)


@linear(np.fft.ifft)
def ifft(g: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fitted(np.fft.ifft(g, axis=axis, norm=norm), a, axis, n)


@linear(np.fft.rfft)
def rfft(g: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fitted(real_bar(g, a, length(a, n, axis), axis, swapped(norm)), a, axis, n)


@linear(np.fft.ihfft)
def ihfft(g: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return fitted(real_bar(np.conj(g), a, length(a, n, axis), axis, norm), a, axis, n)


@linear(np.fft.irfft)
def irfft(g: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    bar = np.conj(np.fft.rfft(g, axis=axis, norm=swapped(norm)))
    return fitted(bar / halved(np.shape(g)[axis], axis, np.ndim(a)), a, axis, n)


@linear(np.fft.hfft)
def hfft(g: Array, a: Array, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    bar = np.fft.rfft(g, axis=axis, norm=norm)
    return fitted(bar / halved(np.shape(g)[axis], axis, np.ndim(a)), a, axis, n)


@linear(np.fft.fft2)
def fft2(g: Array, a: Array, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return all_fitted(np.fft.fft2(g, axes=axes, norm=norm), a, axes, s)


@linear(np.fft.ifft2)
def ifft2(g: Array, a: Array, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return all_fitted(np.fft.ifft2(g, axes=axes, norm=norm), a, axes, s)


@linear(np.fft.fftn)
def fftn(g: Array, a: Array, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    if s is None:
        return np.fft.fftn(g, axes=axes, norm=norm)
    chosen = last_axes(axes, s, np.ndim(a))
    return all_fitted(np.fft.fftn(g, axes=chosen, norm=norm), a, chosen, s)


@linear(np.fft.ifftn)
def ifftn(g: Array, a: Array, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    if s is None:
        return np.fft.ifftn(g, axes=axes, norm=norm)
    chosen = last_axes(axes, s, np.ndim(a))
    return all_fitted(np.fft.ifftn(g, axes=chosen, norm=norm), a, chosen, s)


def last_axes(axes: Any, s: Any, rank: int) -> Any:
    """The axes of a transform: all of them, or as many of the last ones as there are lengths."""
    return counted(axes, rank if s is None else len(s), rank)


@static
def counted(axes: Any, count: int, rank: int) -> tuple[int, ...]:
    return tuple(range(rank - count, rank)) if axes is None else tuple(axes)


@linear(np.fft.rfft2)
def rfft2(g: Array, a: Array, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return rfftn_bar(g, a, s, axes, norm)


@linear(np.fft.rfftn)
def rfftn(g: Array, a: Array, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    return rfftn_bar(g, a, s, last_axes(axes, s, np.ndim(a)), norm)


def rfftn_bar(g: Array, a: Array, s: Any, axes: tuple[int, ...], norm: Any) -> Array:
    """The other axes as they are, the last one as in `rfft`."""
    if len(axes) > 1:
        g = np.fft.fftn(g, axes=axes[:-1], norm=norm)
    n = np.shape(a)[axes[-1]] if s is None else s[-1]
    return all_fitted(real_bar(g, a, n, axes[-1], swapped(norm)), a, axes, s)


@linear(np.fft.irfft2)
def irfft2(g: Array, a: Array, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return irfftn_bar(g, a, s, axes, norm)


@linear(np.fft.irfftn)
def irfftn(g: Array, a: Array, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    return irfftn_bar(g, a, s, last_axes(axes, s, np.ndim(a)), norm)


def irfftn_bar(g: Array, a: Array, s: Any, axes: tuple[int, ...], norm: Any) -> Array:
    """The last axis as in `irfft`, then the others as they are."""
    last = axes[-1]
    bar = np.conj(np.fft.rfft(g, axis=last, norm=swapped(norm)))
    bar = bar / halved(np.shape(g)[last], last, np.ndim(a))
    if len(axes) > 1:
        bar = np.fft.ifftn(bar, axes=axes[:-1], norm=norm)
    return all_fitted(bar, a, axes, s)
