"""Every in-place kernel: its gradient is right, its source the one that was read and agreed to."""

import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sourcead
from benchmarks import kernels
from benchmarks.timing import copied

DIRECTIONS = 3


@pytest.fixture(params=kernels.NAMES)
def kernel(request):
    return kernels.load(request.param)


def directional(kernel, args, direction, h):
    """Central difference of the loss along a direction."""
    names = list(inspect.signature(kernel.loss).parameters)

    def moved(step):
        new = list(copied(args))
        for name, d in zip(kernel.wrt, direction, strict=True):
            k = names.index(name)
            new[k] = new[k] + step * d
        return kernel.loss(*new)

    return (moved(h) - moved(-h)) / (2.0 * h)


def test_gradient_against_central_differences(kernel):
    args = kernel.args("small")
    before = copied(args)
    bars = sourcead.grad(kernel.loss, wrt=kernel.wrt)(*args)
    for now, then in zip(args, before, strict=True):
        assert np.array_equal(now, then), "the caller's arguments changed"
    rng = np.random.default_rng(5)
    for _ in range(DIRECTIONS):
        direction = [rng.normal(size=np.shape(bar)) for bar in bars]
        want = directional(kernel, args, direction, 1e-6)
        got = sum(np.sum(bar * d) for bar, d in zip(bars, direction, strict=True))
        assert got == pytest.approx(want, rel=2e-6, abs=1e-7)


def test_value_is_that_of_numpy_bit_for_bit(kernel):
    args = kernel.args("small")
    value, _ = sourcead.value_and_grad(kernel.loss, wrt=kernel.wrt)(*args)
    assert value == kernel.loss(*copied(args))


def test_pullback_is_linear_and_may_be_called_again(kernel):
    args = kernel.args("small")
    _, pullback = sourcead.vjp(kernel.loss, *args)
    once, thrice = pullback(1.0), pullback(-3.0)
    names = list(inspect.signature(kernel.loss).parameters)
    bars = sourcead.grad(kernel.loss, wrt=kernel.wrt)(*args)
    for name, bar in zip(kernel.wrt, bars, strict=True):
        k = names.index(name)
        assert_allclose(once[k], bar, rtol=1e-11, atol=1e-14)
        assert_allclose(thrice[k], -3.0 * once[k], rtol=1e-11, atol=1e-14)
    for arg, bar in zip(args, once, strict=True):
        assert (bar is None) == (np.asarray(arg).dtype.kind != "f")


def test_gradients_share_no_memory(kernel):
    args = kernel.args("small")
    bars = sourcead.grad(kernel.loss, wrt=kernel.wrt)(*args)
    arrays = [bar for bar in bars if isinstance(bar, np.ndarray)]
    given = [arg for arg in args if isinstance(arg, np.ndarray)]
    for i, bar in enumerate(arrays):
        others = arrays[i + 1 :] + given
        assert not any(np.shares_memory(bar, other) for other in others)


def test_source_is_the_golden_one(kernel, golden):
    gradient = sourcead.grad(kernel.loss, wrt=kernel.wrt)
    golden(f"kernels/{kernel.name}.py", sourcead.source(gradient, *kernel.args("small")))
