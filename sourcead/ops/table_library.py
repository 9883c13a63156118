"""Definitions of the library functions, made when they are first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sourcead.ops import signatures as sig
from sourcead.ops import signatures_scipy as sp
from sourcead.ops.inference import inference
from sourcead.ops.library_views import library_views
from sourcead.ops.opdef import OpDef, parse_params, words

LINE = re.compile(r"([\w.]+)\((.*)\)")

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
    fresh, views = name in ALLOCATES, library_views(name)
    return OpDef(name, parse_params(text), inference(name), True, views, fresh, _cost(name))


def _cost(name: str) -> str:
    if name in FREE:
        return "free"
    heavy = name in HEAVY or name.startswith(("np.linalg.", "np.fft.", "scipy.linalg."))
    return "heavy" if heavy or f" {name}(" in sig.PRODUCTS else "array"
