"""Subscripts that have no element in common, whatever the length of the array."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sourcead.ir.core import Op, Value
from sourcead.ir.index import Dots, Ref, Slice
from sourcead.ir.types import INT
from sourcead.transforms.apart import apart

ENTRIES = [
    *range(-4, 5),
    *(Slice(a, b) for a in (None, -3, -1, 0, 2) for b in (None, -2, 0, 1, 3)),
    Slice(None, None, 2),
]


def read(index: tuple[Any, ...], *places: Value) -> Op:
    return Op("getitem", [Value(INT, "x"), *places], (), {"index": index})


def selected(entry: Any, n: int) -> set[int]:
    """The elements that an entry selects; none where it is out of range."""
    elements = np.arange(n)
    if isinstance(entry, Slice):
        return set(elements[entry.lower : entry.upper : entry.step].tolist())
    return {elements[entry].item()} if -n <= entry < n else set()


@pytest.mark.parametrize("n", range(7))
def test_what_is_apart_has_nothing_in_common(n: int) -> None:
    found = 0
    for x in ENTRIES:
        for y in ENTRIES:
            if apart(read((x,)), read((y,))):
                found += 1
                assert not selected(x, n) & selected(y, n), (x, y, n)
    assert found > 100


@pytest.mark.parametrize("k", range(-4, 5))
def test_around_a_number_of_the_run(k: int) -> None:
    place = Value(INT, "k")
    before = read((Slice(None, Ref(0)),), place)
    at, behind = read((Ref(0),), place), read((Slice(Ref(0), None),), place)
    assert apart(before, behind)
    assert apart(at, before)
    assert not apart(at, behind)
    assert not apart(at, read((Slice(None, Ref(0)),), Value(INT, "j")))
    for n in range(5):
        elements = np.arange(n)
        assert not set(elements[:k].tolist()) & set(elements[k:].tolist())


def test_one_axis_is_enough_but_not_behind_dots() -> None:
    assert apart(read((Slice(), 0)), read((Slice(), 1)))
    assert not apart(read((Dots(), 0)), read((Dots(), 1)))
    assert not apart(read((0,)), read((0, 1)))
