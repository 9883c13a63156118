"""JAX, compiled and warm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.peers import is_real

jax.config.update("jax_enable_x64", True)


class Jax:
    """The library JAX."""

    name = "jax.jit"
    compiled = True

    def __getattr__(self, name: str) -> Any:
        return getattr(jnp, name)

    def put(self, a, index, value):
        return a.at[index].set(value)

    def put_add(self, a, index, value):
        return a.at[index].add(value)

    def loop(self, start, stop, body, state):
        return jax.lax.fori_loop(start, stop, body, state)

    def reverse(self, a):
        return a[::-1]

    def whole(self, x):
        """Integers below the numbers, as an index."""
        return jnp.floor(x).astype(int)

    def gradient(
        self, loss: Callable[..., Any], where: tuple[int, ...], args: tuple[Any, ...]
    ) -> tuple[Callable[[], Any], Callable[[], Any]]:
        """Calls without arguments that compute the loss and its gradient."""

        def of_moving(*moving):
            given = [jnp.asarray(a) if is_real(a) else a for a in args]
            for k, value in zip(where, moving, strict=True):
                given[k] = value
            return loss(*given)

        moving = [jnp.asarray(args[k]) for k in where]
        primal = jax.jit(of_moving)
        slope = jax.jit(jax.grad(of_moving, tuple(range(len(where)))))
        return (
            lambda: primal(*moving).block_until_ready(),
            lambda: jax.block_until_ready(slope(*moving)),
        )
