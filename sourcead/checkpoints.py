"""Memory for time: what a reverse sweep computes again instead of keeping it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

Steps = TypeVar("Steps")


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


def checkpointed(steps: Steps, snapshots: int = 30) -> Steps:
    """What a loop runs over, or tests: it keeps a few states for the reverse sweep, not all.

    `for x in checkpointed(xs)` runs over anything that a loop runs over. The steps between the
    states that were kept are taken again, in the order that needs the fewest of them (the binomial
    schedule of Griewank and Walther): of 100,000 steps with 30 states, each three times on average.
    `while checkpointed(test)` decides which states to keep while it runs (the schedule of Wang,
    Moin and Iaccarino). Such loops may end early, write arrays, fill lists and nest. A state is
    all that the loop carries from step to step; lists that grow in it are part of it.

    Args:
        steps: an iterable, or the test of a `while`.
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
    >>> def root(x):
    ...     y = x
    ...     while checkpointed(abs(y * y - x) > 1e-12, snapshots=5):
    ...         y = 0.5 * (y + x / y)
    ...     return y
    >>> round(sourcead.grad(root)(4.0), 6)
    0.25
    """
    return steps
