"""autograd: writes and scattered adds are primitives of our own, which it has not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from autograd.numpy.numpy_vjps import unbroadcast_f
from autograd.tracer import getval


@primitive
def put(a, index, value):
    """The array with one part replaced."""
    out = a.copy()
    out[index] = value
    return out


@primitive
def put_add(a, index, value):
    """The array with values added at indices, duplicates included."""
    out = a.copy()
    np.add.at(out, index, value)
    return out


defvjp(
    put,
    lambda ans, a, index, value: lambda g: put(g, index, 0.0),
    lambda ans, a, index, value: unbroadcast_f(value, lambda g: g[index]),
    argnums=(0, 2),
)
defvjp(
    put_add,
    lambda ans, a, index, value: lambda g: g,
    lambda ans, a, index, value: unbroadcast_f(value, lambda g: g[index]),
    argnums=(0, 2),
)


class Autograd:
    """The library autograd."""

    name = "autograd"
    compiled = False
    put = staticmethod(put)
    put_add = staticmethod(put_add)

    def __getattr__(self, name: str) -> Any:
        return getattr(anp, name)

    def loop(self, start, stop, body, state):
        for i in range(start, stop):
            state = body(i, state)
        return state

    def reverse(self, a):
        return a[::-1]

    def whole(self, x):
        """Integers below the numbers, as an index."""
        return np.floor(getval(x)).astype(int)

    def gradient(
        self, loss: Callable[..., Any], where: tuple[int, ...], args: tuple[Any, ...]
    ) -> tuple[Callable[[], Any], Callable[[], Any]]:
        """Calls without arguments that compute the loss and its gradient."""
        slope = autograd.grad(loss, where)
        return lambda: loss(*args), lambda: slope(*args)
