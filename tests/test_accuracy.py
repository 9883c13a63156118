"""Derivatives of every elementwise rule, of orders 1 and 2, over the range of doubles.

In float32 they are tried where neither they nor what they are computed from leaves its range.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import sourcead
from tests.accuracy import wrong
from tests.accuracy_table import DISTRIBUTIONS, ONE, STATS, TWO, Entry
from tests.rule_forms import IMPORTS

ENTRIES = [*ONE, *STATS, *DISTRIBUTIONS, *TWO]

# Numbers have no float32, nor has `factorial`; for some functions mpmath takes its time.
NOT_IN_SINGLE = ("math", "sp.k", "sp.y", "sp.f", "sp.h")
IN_SINGLE = [k for k, e in enumerate(ENTRIES) if e in ONE and e.text[:4] not in NOT_IN_SINGLE]

# Functions whose own values in float32 are too coarse for the second derivative at a point.
COARSE = {"sp.erfcx(x)": 4.0, "sp.dawsn(x)": 8.0}


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Of entry k: the sum over its values at many points, or the value of a number."""
    lines = [IMPORTS]
    for k, entry in enumerate(ENTRIES):
        names = "x, y" if len(entry.points[0]) == 2 else "x"
        body = entry.text if entry.text.startswith("math") else f"np.sum({entry.text})"
        lines.append(f"\ndef f{k}({names}):\n    return {body}\n")
    path = tmp_path_factory.mktemp("accuracy") / "accurate_functions.py"
    path.write_text("\n".join(lines), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def at_points(entry: Entry, derivative: Callable[..., Any], columns: list[np.ndarray]) -> list[Any]:
    """A derivative in each argument at all points; functions of numbers are called for each."""
    size = len(columns[0])
    if entry.text.startswith("math"):
        found = [derivative(*map(float, point)) for point in zip(*columns, strict=True)]
        return [np.array(part) for part in zip(*found, strict=True)]
    return [np.broadcast_to(part, (size,)) for part in derivative(*columns)]


def problems(entry: Entry, f: Callable[..., Any], points: list[Any], dtype: Any) -> list[str]:
    columns = [np.array(column, dtype) for column in zip(*points, strict=True)]
    single = dtype is np.float32
    first, hvp = sourcead.grad(f, entry.wrt), sourcead.hvp(f, entry.wrt)
    gradient = at_points(entry, first, columns)
    found = []
    for j, at in enumerate(entry.wrt):
        along = [np.full(len(points), float(k == at), dtype) for k in entry.wrt]
        second = at_points(entry, hvp, [*columns, *along])
        for i, point in enumerate(zip(*columns, strict=True)):
            exact = tuple(map(float, point))
            for order, got in ((1, gradient[j][i]), (2, second[j][i])):
                assert not single or order == 2 or got.dtype == np.float32
                found.append(wrong(entry.reference, exact, at, order, float(got), single))
    return [text for text in found if text]


@pytest.mark.parametrize("k", range(len(ENTRIES)), ids=[entry.text for entry in ENTRIES])
def test_double(k: int, functions: ModuleType) -> None:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        f = getattr(functions, f"f{k}")
        assert problems(ENTRIES[k], f, list(ENTRIES[k].points), np.float64) == []


@pytest.mark.parametrize("k", IN_SINGLE, ids=[ENTRIES[k].text for k in IN_SINGLE])
def test_single(k: int, functions: ModuleType) -> None:
    entry = ENTRIES[k]
    coarse = COARSE.get(entry.text, np.inf)
    points = [
        point
        for point in entry.points
        if all(v == 0 or 1e-18 < abs(v) < 1e18 for v in point)
        and all(abs(v) == 1 or abs(abs(v) - 1) > 1e-5 for v in point)
        and not coarse < abs(point[0]) < 10
    ]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert problems(entry, getattr(functions, f"f{k}"), points, np.float32) == []
