"""The kernels as the benchmark has other libraries express them compute what the kernels do."""

import numpy as np
import pytest

from benchmarks import kernels
from benchmarks.peers import expressed
from benchmarks.timing import copied


class Plain:
    """NumPy in the place of a library that differentiates."""

    name = "numpy"

    def __init__(self, compiled):
        self.compiled = compiled

    def __getattr__(self, name):
        return getattr(np, name)

    def put(self, a, index, value):
        out = a.copy()
        out[index] = value
        return out

    def put_add(self, a, index, value):
        out = a.copy()
        np.add.at(out, index, value)
        return out

    def loop(self, start, stop, body, state):
        for i in range(start, stop):
            state = body(i, state)
        return state

    def reverse(self, a):
        return a[::-1]

    def whole(self, x):
        return np.floor(x).astype(int)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", kernels.NAMES)
def test_a_kernel_without_writes_computes_the_same(name, compiled):
    kernel = kernels.load(name)
    args = kernel.args("small")
    want = kernel.loss(*copied(args))
    assert expressed(name, Plain(compiled))(*args) == pytest.approx(want, rel=1e-12)
