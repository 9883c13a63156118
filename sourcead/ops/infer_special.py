"""Types of the functions of `scipy.special`."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from sourcead.ir.core import Op
from sourcead.ir.types import UNKNOWN, ArrayT, ScalarT, Type
from sourcead.ops.infer_common import (
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_of,
    floating,
    is_known,
)
from sourcead.ops.opdef import Infer, words
from sourcead.ops.signatures_scipy import SPECIAL_BINARY, SPECIAL_UNARY


def special(op: Op) -> Type:
    """A ufunc of `scipy.special`, or a function that acts on each element as one does."""
    types = [v.type for v in op.operands]
    if not types or not all(is_known(t) for t in types):
        return UNKNOWN
    dims = broadcast([array_dims(t) for t in types])
    given = tuple(map(_sample_of, types))
    options = tuple(sorted(op.attrs.items()))
    dtype = None if None in given else special_dtype(op.name, given, options)
    return array_or_scalar(dtype, dims)


def _sample_of(t: Type) -> tuple[bool, str] | None:
    """Whether an argument is Python's own number, and its kind or dtype."""
    if isinstance(t, ScalarT) and t.dtype is None:
        return None if t.mixed else (True, t.kind)
    dtype = dtype_of(t)
    return None if dtype is None else (False, dtype)


@lru_cache(maxsize=1000)
def special_dtype(name: str, given: Sequence[tuple[bool, str]], options: Any) -> str | None:
    """The dtype of a result: SciPy is asked, for its functions treat Python's numbers diversely."""
    function = getattr(importlib.import_module("scipy.special"), name.rsplit(".", 1)[1], None)
    numbers = {"bool": True, "int": 1, "float": 1.0, "complex": 1j}
    ones = [numbers[kind] if python else np.ones(2, kind) for python, kind in given]
    if function is None:
        return None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = function(*ones, **dict(options))
    except (TypeError, ValueError):
        return None
    return str(np.asarray(found).dtype.name)


def complex_special(op: Op) -> Type:
    t = op.operands[0].type if op.operands else UNKNOWN
    return array_or_scalar("complex128", array_dims(t)) if is_known(t) else UNKNOWN


def softmax(op: Op) -> Type:
    t = op.operands[0].type if op.operands else UNKNOWN
    return ArrayT(floating(dtype_of(t)), t.dims) if isinstance(t, ArrayT) else UNKNOWN


OTHERS = words("betainc hyp1f1 hyp2f1 softplus zeta zetac comb factorial multigammaln")

TABLE: dict[str, Infer] = {
    **{f"scipy.special.{n}": special for n in (*SPECIAL_UNARY, *SPECIAL_BINARY)},
    **{f"scipy.special.{n}": special for n in OTHERS},
    **dict.fromkeys(("scipy.special.lambertw", "scipy.special.wofz"), complex_special),
    "scipy.special.softmax": softmax,
    "scipy.special.log_softmax": softmax,
}
