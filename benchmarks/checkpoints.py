"""What a reverse sweep holds: `python -m benchmarks.checkpoints [--steps N] [--size M]`.

A loop of N steps over a state of M numbers, plain and with 30 snapshots: the peak of what the
gradient allocates, in states, and its time over that of the loop.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import sourcead


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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--size", type=int, default=1_000)
    options = parser.parse_args()
    x, n = np.linspace(0.0, 1.0, options.size), options.steps
    print(f"{'':10s}{'states held':>14s}{'time / loop':>14s}")
    for f in (plain, kept):
        gradient = sourcead.grad(f)
        gradient(x, 10)
        ratio = seconds(gradient, x, n) / seconds(plain, x, n)
        print(f"{f.__name__:10s}{peak(gradient, x, n) / x.nbytes:14.1f}{ratio:14.2f}")


if __name__ == "__main__":
    main()
