"""Loops that read what they have written before: how much of it the forward sweep saves."""

from __future__ import annotations

import numpy as np
import pytest

import sourcead
from sourcead.ir.core import Region
from sourcead.ir.types import INT
from sourcead.ops.build import Builder
from sourcead.transforms.bounds import Counters, Range, shifted
from tests.corpus import writes_recurrences as programs
from tests.test_corpus import arguments

TAPES = {
    "wraps_around": 1,
    "ahead_of_the_last_write": 1,
    "guarded_by_a_test": 0,
    "guarded_by_another_number": 1,
    "triangle_with_its_diagonal": 2,
    "triangle_without_its_diagonal": 0,
    "column_then_block": 0,
    "block_then_column": 1,
    "back_substitution": 0,
}


@pytest.mark.parametrize("name", TAPES)
def test_only_what_is_written_again_is_saved(name: str) -> None:
    (entry,) = (case for case in programs.CASES if case.f.__name__ == name)
    source = sourcead.source(sourcead.grad(entry.f, entry.wrt), *arguments(entry, 0))
    assert source.count(".append(") == TAPES[name]


def test_differences_of_counters() -> None:
    """`j` in `range(i)` is below `i`, and so is `k` in `range(j)`."""
    b = Builder(Region())
    i, j, k = (b.region.new_param(INT, name) for name in "ijk")
    counters = Counters(
        {
            j: Range((None, 0), (i, -1), 1),
            k: Range((None, 0), (j, -1), 1),
            i: Range((None, 1), (i, 0), 1),
        }
    )
    assert counters.most_apart((j, 0), (i, 0)) == -1
    assert counters.most_apart((k, 1), (i, 0)) == -1
    assert counters.least_apart((i, 0), (k, 0)) == 2
    assert counters.most_apart((i, 0), (j, 0)) is None
    assert shifted(b.op("sub", [b.op("add", [i, b.const(3)]), b.const(1)])) == (i, 2)


def test_long_sweeps_save_nothing() -> None:
    def smooth(x):
        y = np.zeros_like(x)
        for k in range(1, len(x)):
            y[k] = 0.5 * y[k - 1] * y[k - 1] + x[k]
        return y[-1]

    source = sourcead.source(sourcead.grad(smooth), np.ones(4))
    assert "append" not in source
