"""The gradients written by hand, to which generated ones are compared, are right themselves."""

import inspect

import numpy as np
import pytest

from benchmarks.hand import all_cases
from benchmarks.timing import copied


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.primal.__name__)
def test_hand_gradient_against_central_differences(case):
    args = case.args()
    bars = case.gradient(*copied(args))
    bars = bars if isinstance(bars, tuple) else (bars,)
    names = list(inspect.signature(case.primal).parameters)
    where = [names.index(name) for name in case.wrt]
    assert len(bars) == len(where)
    rng = np.random.default_rng(3)
    direction = [rng.normal(size=np.shape(bar)) for bar in bars]

    def moved(h):
        new = list(copied(args))
        for k, d in zip(where, direction, strict=True):
            new[k] = new[k] + h * d
        return case.primal(*new)

    want = (moved(1e-6) - moved(-1e-6)) / 2e-6
    got = sum(np.sum(bar * d) for bar, d in zip(bars, direction, strict=True))
    assert got == pytest.approx(want, rel=1e-5, abs=1e-8)
