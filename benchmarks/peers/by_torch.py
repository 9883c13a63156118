"""PyTorch, eager: a write is a clone with an assignment, so that what was read stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from benchmarks.peers import is_real

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class Torch:
    """The library PyTorch."""

    name = "torch"
    compiled = False

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)

    def put(self, a, index, value):
        out = a.clone()
        out[index] = value
        return out

    def put_add(self, a, index, value):
        return a.index_add(0, torch.as_tensor(index), value)

    def loop(self, start, stop, body, state):
        for i in range(start, stop):
            state = body(i, state)
        return state

    def reverse(self, a):
        return torch.flip(a, (0,))

    def whole(self, x):
        """Integers below the numbers, as an index."""
        return torch.floor(x.detach()).long()

    def gradient(
        self, loss: Callable[..., Any], where: tuple[int, ...], args: tuple[Any, ...]
    ) -> tuple[Callable[[], Any], Callable[[], Any]]:
        """Calls without arguments that compute the loss and its gradient."""
        given = [torch.tensor(a) if is_real(a) else a for a in args]
        for k in where:
            given[k] = torch.tensor(args[k])
        fixed = list(given)
        for k in where:
            given[k] = fixed[k].clone().requires_grad_()
        leaves = [given[k] for k in where]

        def primal():
            with torch.no_grad():
                return loss(*fixed)

        return primal, lambda: torch.autograd.grad(loss(*given), leaves)
