"""Memory for time: what a reverse sweep computes again instead of keeping it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose calls keep only their arguments for the reverse sweep.

    What the function computes on the way is computed again when the reverse sweep reaches the
    call, and dropped after it: the calls of a long computation hold the residuals of one of them
    at a time, for one more evaluation of each.

    Args:
        f: a function that changes none of its arguments.

    Returns:
        A function that does the same.

    >>> import sourcead
    >>> def layer(x):
    ...     for _ in range(100):
    ...         x = x + 0.01 * x * x
    ...     return x
    >>> g = sourcead.grad(lambda x: checkpoint(layer)(checkpoint(layer)(x)))
    >>> round(g(0.2), 6)
    2.764732
    """

    @functools.wraps(f)
    def checkpointed_call(*args: Any, **kwargs: Any) -> Any:
        return f(*args, **kwargs)

    return checkpointed_call


def checkpointed(steps: range, snapshots: int = 30) -> range:
    """A range whose loop keeps a few states for the reverse sweep, instead of one for each step.

    The steps in between are taken again from the nearest state that was kept, in the order that
    needs the fewest of them (the binomial schedule of Griewank and Walther): 100,000 steps with 30
    states take 4.5 times the forward sweep.

    Args:
        steps: `range(n)`.
        snapshots: how many states to hold; a literal in a differentiated function.

    Returns:
        `steps`, as it is.

    >>> import sourcead
    >>> def f(x):
    ...     for _ in checkpointed(range(1000), snapshots=5):
    ...         x = x + 0.001 * x * x
    ...     return x
    >>> round(sourcead.grad(f)(0.5), 4)
    3.9925
    """
    return steps
