"""What a reverse sweep holds: `python -m benchmarks.checkpoints [--steps N] [--size M]`.

A loop of N steps over a state of M numbers, plain, with 30 snapshots, and as a `while` whose length
is not known: the peak of what the gradient allocates, in states; the steps it takes forwards, over
N; and its time over that of the loop. The defaults take some minutes. The plain gradient is
measured on a twentieth of the steps: what it holds grows with them.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import sourcead
from sourcead.backend.helpers import (
    binomial_actions,
    online_schedule,
    snapshot_places,
    stored_places,
)

SNAPSHOTS = 30
SHARE = 20


def plain(x, n):
    """Many small steps."""
    for _ in range(n):
        x = x + 1e-4 * np.sin(x)
    return np.sum(x)


def kept(x, n):
    """The same from snapshots."""
    for _ in sourcead.checkpointed(range(n), snapshots=30):
        x = x + 1e-4 * np.sin(x)
    return np.sum(x)


def online(x, n):
    """The same as a loop that does not say how long it runs."""
    k = 0
    while sourcead.checkpointed(k < n, snapshots=30):
        x = x + 1e-4 * np.sin(x)
        k += 1
    return np.sum(x)


def seconds(f: Callable[..., Any], *args: Any) -> float:
    """The time of one call."""
    start = time.perf_counter()
    f(*args)
    return time.perf_counter() - start


def peak(f: Callable[..., Any], *args: Any) -> int:
    """The bytes that a call holds at its peak."""
    tracemalloc.start()
    f(*args)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def places(f: Callable[..., Any], n: int) -> list[int]:
    """The steps before which the forward loop has stored its state when it ends."""
    if f is kept:
        return snapshot_places(n, SNAPSHOTS)
    marks = [(0, 0)]
    for _ in range(n):
        _, marks = online_schedule(marks, SNAPSHOTS)
    return stored_places(marks)


def sweeps(f: Callable[..., Any], n: int) -> float:
    """The steps taken forwards before the steps in reverse, over the number of steps."""
    if f is plain:
        return 1.0
    again = sum(action == 1 for action, _ in binomial_actions(places(f, n), n, SNAPSHOTS))
    return 1.0 + again / n


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--size", type=int, default=10_000)
    options = parser.parse_args()
    x, n = np.linspace(0.0, 1.0, options.size), options.steps
    print(f"{'':10s}{'states held':>14s}{'forward sweeps':>16s}{'time / loop':>14s}")
    for f in (plain, kept, online):
        steps, times = (max(n // SHARE, 1), SHARE) if f is plain else (n, 1)
        gradient = sourcead.grad(f)
        gradient(x, 10)
        ratio = seconds(gradient, x, steps) / seconds(plain, x, steps)
        held = times * peak(gradient, x, steps) / x.nbytes
        print(f"{f.__name__:10s}{held:14.1f}{sweeps(f, n):16.2f}{ratio:14.2f}", flush=True)


if __name__ == "__main__":
    main()
