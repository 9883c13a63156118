"""Medians of interleaved calls: what is compared takes turns, so that it meets the same machine."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

# One measurement lasts at least this long, so that the clock's own cost does not show.
SHORTEST = 2e-4


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments with fresh arrays, for a function that changes them."""
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)


@dataclass(frozen=True)
class Call:
    """A call to time; `mutates` has every run get fresh arrays, copied outside the clock."""

    function: Callable[..., object]
    args: tuple[Any, ...]
    mutates: bool = False

    def seconds(self, number: int) -> float:
        """Time `number` runs; return the seconds of one.

        A run before them is not timed: it brings back to the caches what another call drove out.
        The garbage collector is off, as in `timeit`: it would be paid for by whoever comes next.
        """
        batch = [copied(self.args) if self.mutates else self.args for _ in range(number + 1)]
        function = self.function
        function(*batch.pop())
        gc.disable()
        try:
            start = time.perf_counter()
            for args in batch:
                function(*args)
            return (time.perf_counter() - start) / number
        finally:
            gc.enable()


def settle_allocator() -> None:
    """Bring the C allocator where it is in a program that has had a large array before.

    glibc gives memory above 128 KiB back to the system at once until a larger block has been freed,
    and then keeps that much. Without this a call that frees a megabyte pays for its pages anew each
    time, three times the work itself, and the first array of such a size changes the rest.
    """
    np.empty(4_000_000)


def interleaved(
    calls: Mapping[str, Call], seconds: float = 0.5, least: int = 5
) -> dict[str, float]:
    """Median seconds of each call, from rounds in which each has its turn.

    Args:
        calls: what to time, by name.
        seconds: how long to go on, for each call.
        least: the fewest rounds, however slow the calls are.
    """
    settle_allocator()
    numbers = {}
    for name, call in calls.items():
        numbers[name] = max(1, min(1000, round(SHORTEST / call.seconds(1))))
    samples: dict[str, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + seconds * len(calls)
    while len(next(iter(samples.values()))) < least or time.perf_counter() < end:
        for name, call in calls.items():
            samples[name].append(call.seconds(numbers[name]))
    return {name: statistics.median(times) for name, times in samples.items()}


def in_words(seconds: float) -> str:
    """A time with three digits and its unit."""
    for unit, scale in (("s ", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:6.3g} {unit}"
    return f"{seconds / 1e-9:6.3g} ns"
