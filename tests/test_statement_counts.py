"""The generated gradients of the targets are as short as those an expert writes, plus two."""

from __future__ import annotations

import inspect

import pytest

from benchmarks.generated import source_of, statements
from benchmarks.hand import Case, all_cases

ALLOWANCE = 2
# Vectors that are kept for one product of matrices take a statement more than adding at once.
KEPT = "sum_of_outer("


@pytest.mark.parametrize("case", all_cases(), ids=lambda c: f"{c.target}_{c.primal.__name__}")
def test_as_short_as_by_hand(case: Case) -> None:
    source = source_of(case.primal, case.wrt, case.args())
    by_hand = statements(inspect.getsource(case.gradient))
    assert statements(source) <= by_hand + ALLOWANCE + source.count(KEPT), source
