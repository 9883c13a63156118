"""The same kernels for libraries that differentiate: each as well as the library can express it.

They have no writes into arrays, so here a kernel is a function of values, with `put` for a write
and `loop` for a loop of known length, and each library does these in its own way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import numpy as np


class Peer(Protocol):
    """A library, as the kernels of `benchmarks.peers` see it; other names are those of NumPy."""

    name: str
    compiled: bool

    def gradient(
        self, loss: Callable[..., Any], where: tuple[int, ...], args: tuple[Any, ...]
    ) -> tuple[Callable[[], Any], Callable[[], Any]]:
        """Calls without arguments that compute the loss and its gradient, on arrays made before."""


def installed() -> tuple[Peer, ...]:
    """The libraries that can be imported here."""
    found: list[Peer] = []
    for make in (_autograd, _torch, _jax):
        try:
            found.append(make())
        except ImportError:
            continue
    return tuple(found)


def is_real(a: Any) -> bool:
    """Whether an argument is an array of real numbers."""
    return isinstance(a, np.ndarray) and a.dtype == np.float64


def _autograd() -> Peer:
    from benchmarks.peers.by_autograd import Autograd

    return Autograd()


def _torch() -> Peer:
    from benchmarks.peers.by_torch import Torch

    return Torch()


def _jax() -> Peer:
    from benchmarks.peers.by_jax import Jax

    return Jax()


# What a library cannot express at all.
CANNOT = {
    ("conjugate_gradient", "jax.jit"): "no reverse mode through a loop of unknown length",
    ("babylonian", "jax.jit"): "no reverse mode through a loop of unknown length",
}


def expressed(name: str, peer: Peer) -> Callable[..., Any] | None:
    """The loss of a kernel or program as a library can express it; None where it cannot."""
    from benchmarks.peers import algebra, programs, sequences, stencils

    if (name, peer.name) in CANNOT:
        return None
    kernels = {f.__name__: f for m in (algebra, programs, sequences, stencils) for f in m.KERNELS}
    if peer.compiled:
        kernels["durbin"] = algebra.durbin_of_one_shape
    return partial(kernels[name], peer)
