"""The corpus and the kernels, lowered and interpreted: the frontend alone, bit for bit."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.kernels import NAMES
from benchmarks.kernels import load as load_kernel
from sourcead.errors import UnsupportedError
from sourcead.frontend.known_numbers import with_values
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_of
from sourcead.ir.types import UNKNOWN, ArrayT
from sourcead.ir.verify import verify_module
from sourcead.ops.infer_common import known
from sourcead.runtime.contract import StaticArg
from sourcead.runtime.types import type_of_argument
from tests.corpus.registry import all_cases
from tests.unit.ir_interpreter import Interpreter

Make = Callable[[], tuple[Any, ...]]


def _programs() -> list[Any]:
    found = []
    for entry in all_cases():
        for k, maker in enumerate(entry.makers):
            make = _seeded(maker, k)
            found.append(pytest.param(entry.f, make, id=f"{entry.name}-{k}"))
    for name in NAMES:
        kernel = load_kernel(name)
        found.append(pytest.param(kernel.loss, _small(kernel), id=f"kernel-{name}"))
    return found


def _seeded(maker: Any, k: int) -> Make:
    return lambda: tuple(maker(np.random.default_rng(1000 + k)))


def _small(kernel: Any) -> Make:
    return lambda: tuple(kernel.args("small"))


def _bound(f: Callable[..., Any], make: Make) -> dict[str, Any]:
    bound = inspect.signature(f).bind(*make())
    bound.apply_defaults()
    return dict(bound.arguments)


def _check(f: Callable[..., Any], make: Make, types: list[Any]) -> None:
    module, _ = with_values(lambda: lower(source_of(f), types))
    verify_module(module)
    got = Interpreter(module, f.__globals__)(*_bound(f, make).values())
    _assert_same(f(*make()), got)


def _assert_same(want: Any, got: Any) -> None:
    if isinstance(want, tuple | list):
        assert len(want) == len(got)
        for a, b in zip(want, got, strict=True):
            _assert_same(a, b)
    else:
        np.testing.assert_array_equal(want, got)


@pytest.mark.parametrize(("f", "make"), _programs())
def test_lowered_with_types(f: Callable[..., Any], make: Make) -> None:
    given = _bound(f, make)
    types = [type_of_argument(v, n) for n, v in given.items()]
    try:
        _check(f, make, types)
    except UnsupportedError as refusal:
        if not any(d.code in ("SAD107", "SAD108") for d in refusal.diagnostics):
            raise
        pairs = zip(given.values(), types, strict=True)
        _check(f, make, [_known(v, t) for v, t in pairs])


def _known(value: Any, t: Any) -> Any:
    """The number itself, and the lengths of an array: NumPy 2.5 has arrays match sequences."""
    if isinstance(value, np.ndarray):
        return ArrayT(t.dtype, tuple(map(known, value.shape)))
    return StaticArg(value) if type(value) is int else t


@pytest.mark.parametrize(("f", "make"), _programs())
def test_right_or_refused_without_types(f: Callable[..., Any], make: Make) -> None:
    given = [type_of_argument(v, n) for n, v in _bound(f, make).items()]
    types = [t if isinstance(t, StaticArg) else UNKNOWN for t in given]
    with contextlib.suppress(UnsupportedError):
        _check(f, make, types)
