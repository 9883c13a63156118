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


def number_or_array(x: Any, s: float) -> Any:
    c: Any = x[0] if s > 0 else 1j
    for k in range(2):
        c = x * (0.3 + 1j * k)
    c *= np.prod(s * 0.7)
    return np.sum(np.real(c)) + np.sum(np.imag(c))


def carried_number_or_array(x: Any, s: float) -> Any:
    c: Any = 1.0
    for _ in range(3):
        c *= np.array([s, s * s, 0.3]) if np.ndim(c) else np.float64(s)
        c = c * x if np.ndim(c) else x * 0.5
    c -= np.ones(3)
    return np.sum(c * c)


@pytest.mark.parametrize("f", [number_or_array, carried_number_or_array])
def test_what_may_be_an_array_keeps_its_dtype_in_place(f: Callable[..., Any]) -> None:
    x = np.array([0.3, -0.8, 1.1], np.float32)
    want = f(x, 0.7)
    value, (x_bar, s_bar) = sourcead.value_and_grad(f, wrt=(0, 1))(x, 0.7)
    assert (value, value.dtype, x_bar.dtype) == (want, np.float32, np.float32)
    _, dot = sourcead.jvp(f, (x, 0.7), (np.ones(3, np.float32), 1.0))
    exact, wide_bar = sourcead.value_and_grad(f, wrt=(0, 1))(x.astype(float), 0.7)
    assert np.isclose(value, exact, rtol=1e-5)
    assert np.allclose(x_bar, wide_bar[0], rtol=1e-5)
    assert np.isclose(s_bar, wide_bar[1], rtol=1e-5)
    assert np.isclose(dot, np.sum(x_bar) + s_bar, rtol=1e-5)
