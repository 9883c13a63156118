"""Single precision in, single precision out: every rule's forms, in every mode."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import DifferentiationError
from tests import test_rules_linalg, test_rules_math, test_rules_numpy, test_rules_scipy
from tests.rule_forms import Form, available, load, moving

NARROW = {np.dtype(np.float64): np.float32, np.dtype(np.complex128): np.complex64}
TABLES = {
    "numpy": test_rules_numpy.FORMS,
    "math": test_rules_math.FORMS,
    "linalg": test_rules_linalg.FORMS,
    "scipy": test_rules_scipy.FORMS,
}
# What is real or complex by its values has no type that is known in advance.
BY_VALUE = re.compile(r"linalg\.(eig|eigvals|logm|sqrtm)\(")


def narrow(value: Any) -> Any:
    """The arguments of a form with every array in single precision."""
    if isinstance(value, list | tuple):
        return type(value)(map(narrow, value))
    if isinstance(value, np.ndarray) and value.dtype in NARROW:
        return value.astype(NARROW[value.dtype])
    return value


def one_for_each_function(forms: list[Form]) -> Iterator[int]:
    """The first form of each set of functions that forms call."""
    seen = set()
    for k, entry in enumerate(forms):
        called = (*re.findall(r"[\w.]+\(", entry.text), *map(np.ndim, entry.args))
        arrays = any(isinstance(a, np.ndarray) for a in entry.args)
        if called not in seen and arrays and moving(entry.args):
            seen.add(called)
            if not BY_VALUE.search(entry.text):
                yield k


def alike(found: Any, like: Any) -> bool:
    """Whether numbers have the shape and the dtype of others; None is no derivative."""
    if isinstance(like, list | tuple):
        return len(found) == len(like) and all(map(alike, found, like))
    want = np.asarray(like)
    if found is None or want.dtype.kind not in "fc":
        return True
    have = np.asarray(found)
    same = (
        have.dtype == want.dtype if hasattr(like, "dtype") else have.dtype.kind == want.dtype.kind
    )
    return same and have.shape == want.shape


def units(like: Any) -> Any:
    """A tangent or cotangent of ones."""
    if isinstance(like, list | tuple):
        return [units(v) for v in like] if isinstance(like, list) else tuple(map(units, like))
    if np.asarray(like).dtype.kind not in "fc":
        return like
    return np.ones_like(like) if hasattr(like, "dtype") else type(like)(1)


def widened(f: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """The modes whose results have another dtype or shape than they should."""
    at, value = moving(args), f(*args)
    found = []
    out, pullback = sourcead.vjp(f, *args)
    bars = pullback(units(out))
    if not alike(out, value) or not alike([bars[k] for k in at], [args[k] for k in at]):
        found.append("vjp")
    _, dot = sourcead.jvp(f, args, [units(a) if k in at else None for k, a in enumerate(args)])
    if not alike(dot, value):
        found.append("jvp")
    k = at[0]
    if (
        isinstance(value, np.ndarray)
        and value.dtype.kind == "f"
        and isinstance(args[k], np.ndarray)
    ):
        if args[k].dtype.kind == "f" and not alike(*jacobian_of(f, args, k, value)):
            found.append("jacobian")
    return found


def jacobian_of(f: Any, args: tuple[Any, ...], k: int, value: Any) -> tuple[Any, Any]:
    """The Jacobian, and something of its shape and dtype; None where there is no Jacobian."""
    like = np.zeros(value.shape + args[k].shape, value.dtype)
    found = None
    with contextlib.suppress(DifferentiationError):  # of a rank that is not known
        found = sourcead.jacobian(f, wrt=k)(*args)
    return found, like


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_keeps_single_precision(table: str, tmp_path: Any) -> None:
    forms = available(TABLES[table])
    functions = load(forms, tmp_path / f"narrow_{table}.py")
    wrong = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for k in one_for_each_function(forms):
            args = narrow(forms[k].args)
            try:
                functions[k](*args)
            except TypeError:  # the function knows double precision only
                continue
            wrong += [(forms[k].name, mode) for mode in widened(functions[k], args)]
    assert wrong == []
