"""Definitions of the library functions, made when they are first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sourcead.ops import signatures as sig
from sourcead.ops import signatures_scipy as sp
from sourcead.ops.inference import inference
from sourcead.ops.opdef import OpDef, Views, first_view, no_views, parse_params, words
from sourcead.ops.opdef import all_views as all_operands

LINE = re.compile(r"([\w.]+)\((.*)\)")

# Functions whose result may be a view of their first operand.
VIEWS = words(
    """
    np.reshape np.ravel np.transpose np.matrix_transpose np.swapaxes np.moveaxis np.rollaxis
    np.squeeze np.expand_dims np.broadcast_to np.atleast_1d np.atleast_2d np.atleast_3d
    np.split np.array_split np.hsplit np.vsplit np.dsplit np.unstack np.flip np.fliplr
    np.flipud np.rot90 np.diag np.diagonal np.trim_zeros np.real np.imag np.real_if_close
    np.asarray np.asanyarray np.ascontiguousarray np.asfarray np.conj np.nan_to_num
    np.fft.fftshift np.array np.astype
    """
)
ALL_VIEWS = words(
    """
    np.broadcast_arrays np.meshgrid np.ix_
    """
)
ALLOCATES = words(
    """
    np.zeros np.ones np.empty np.full np.zeros_like np.ones_like np.empty_like np.full_like
    np.array np.eye np.identity np.arange np.linspace
    """
)
FREE = words(
    """
    np.transpose np.matrix_transpose np.swapaxes np.moveaxis np.rollaxis np.squeeze
    np.expand_dims np.broadcast_to np.atleast_1d np.atleast_2d np.atleast_3d np.flip
    np.fliplr np.flipud np.diagonal np.shape np.ndim np.size np.finfo np.dtype
    np.result_type
    """
)
HEAVY = words(
    """
    np.sort np.argsort np.median np.percentile np.quantile np.unique np.partition
    np.argpartition np.nanmedian np.lexsort np.cov np.corrcoef np.convolve np.correlate
    np.nanquantile
    """
)
PLAIN = ("sort", "partition", "fill")


def _lines() -> Iterator[tuple[str, str]]:
    """Every library function's name and the inside of its signature."""
    for name in sig.UNARY_UFUNCS:
        yield f"np.{name}", "x"
    for name in sig.BINARY_UFUNCS:
        yield f"np.{name}", "x, y"
    for name in sig.MATH:
        yield f"math.{name}", "x"
    for name in sp.SPECIAL_UNARY:
        yield f"scipy.special.{name}", "x"
    for name in sp.SPECIAL_BINARY:
        yield f"scipy.special.{name}", "x, y"
    tables = (
        sig.ELEMENTWISE, sig.REDUCTIONS, sig.SCANS, sig.SHAPES, sig.CREATION, sig.INDEXING,
        sig.PRODUCTS, sig.LINALG, sig.FFT, sig.MATH_OTHER, sig.IN_PLACE,
        sp.SPECIAL_OTHER, sp.LINALG, sp.STATS, sp.SIGNAL,
    )  # fmt: skip
    for table in tables:
        for line in table.strip().splitlines():
            match = LINE.fullmatch(line.strip())
            if match is None:
                raise ValueError(f"not a signature: {line!r}")
            yield match.group(1), match.group(2)


@lru_cache(maxsize=1)
def _signatures() -> dict[str, str]:
    return dict(_lines())


def library_names() -> frozenset[str]:
    """The names of all library functions."""
    return frozenset(_signatures())


def library_definition(name: str) -> OpDef | None:
    """The definition of a library function, None where it is not in the tables."""
    text = _signatures().get(name)
    if text is None:
        return None
    views: Views = no_views
    if name in VIEWS:
        views = first_view
    elif name in ALL_VIEWS:
        views = all_operands
    fresh = name in ALLOCATES
    return OpDef(name, parse_params(text), inference(name), True, views, fresh, _cost(name))


def _cost(name: str) -> str:
    if name in FREE:
        return "free"
    heavy = name in HEAVY or name.startswith(("np.linalg.", "np.fft.", "scipy.linalg."))
    return "heavy" if heavy or f" {name}(" in sig.PRODUCTS else "array"
