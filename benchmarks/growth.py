"""The cost of a gradient as sizes, trip counts and nesting grow: `python -m benchmarks.growth`.

gradient / primal should not depend on any of them. "tape" is the peak memory of the gradient call
beyond that of the primal, per iteration and element: 8 bytes are one number saved.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import sourcead
from benchmarks.timing import Call, copied, in_words, interleaved
from sourcead.errors import SourceadError

SIZES = (100, 1000, 10_000)
TRIPS = (10, 100, 1000)


def linear(u, steps):
    """A linear stencil in place: nothing to save."""
    for _ in range(steps):
        u[1:-1] = 0.25 * (u[:-2] + 2.0 * u[1:-1] + u[2:])
    return np.sum(u * u)


def nonlinear(u, steps):
    """A non-linear stencil in place: what is overwritten is saved."""
    for _ in range(steps):
        u[1:-1] -= 1e-4 * u[1:-1] * (u[2:] - u[:-2])
    return np.sum(u * u)


def recurrence(u, steps):
    """A value replaced by another: one tape of values."""
    for _ in range(steps):
        u = np.tanh(1.1 * u)
    return np.sum(u)


def reads(u, steps):
    """Elements read one by one."""
    total = 0.0
    for _ in range(steps):
        for i in range(len(u) - 1):
            total += (u[i + 1] - u[i] * u[i]) ** 2
    return total


def writes(u, steps):
    """Elements written one by one."""
    for _ in range(steps):
        for i in range(1, len(u) - 1):
            u[i] = (u[i - 1] * u[i] + u[i + 1]) / 3.0
    return np.sum(u)


def one_loop(u, n):
    for i in range(n):
        k = i % len(u)
        u[k] = 0.5 * np.sin(u[k]) + 0.4 * u[k - 1]
    return np.sum(u)


def two_loops(u, n):
    for i in range(n):
        for j in range(n):
            k = (i + j) % len(u)
            u[k] = 0.5 * np.sin(u[k]) + 0.4 * u[k - 1]
    return np.sum(u)


def three_loops(u, n):
    for h in range(n):
        for i in range(n):
            for j in range(n):
                k = (h + i + j) % len(u)
                u[k] = 0.5 * np.sin(u[k]) + 0.4 * u[k - 1]
    return np.sum(u)


@dataclass(frozen=True)
class Row:
    """One measurement: a program, its arguments, and in how many parts its work is counted."""

    loss: Callable[..., Any]
    label: str
    args: tuple[Any, ...]
    work: int


def rows() -> Iterator[Row]:
    """All measurements, grouped by what grows."""
    rng = np.random.default_rng(0)
    for loss in (linear, nonlinear, recurrence, reads, writes):
        for n in SIZES:
            yield Row(loss, f"n = {n}", (rng.normal(size=n), 10), 10 * n)
        for trips in TRIPS:
            yield Row(loss, f"T = {trips}", (rng.normal(size=100), trips), 100 * trips)
    for depth, loss in enumerate((one_loop, two_loops, three_loops), start=1):
        trips = round(4096 ** (1.0 / depth))
        yield Row(loss, f"depth = {depth}", (rng.normal(size=50), trips), 4096)


def peak(function: Callable[..., Any], args: tuple[Any, ...]) -> int:
    """Peak memory of one call, in bytes, beyond what was held before."""
    own = copied(args)
    tracemalloc.start()
    function(*own)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def measure(row: Row, seconds: float = 0.2) -> str:
    """Measure one row and put it in words."""
    gradient = sourcead.grad(row.loss)
    medians = interleaved(
        {"primal": Call(row.loss, row.args, mutates=True), "gradient": Call(gradient, row.args)},
        seconds,
        least=3,
    )
    beyond = peak(gradient, row.args) - peak(row.loss, row.args)
    return (
        f"{row.loss.__name__:14s}{row.label:>12s}{in_words(medians['primal']):>11s}"
        f"{medians['gradient'] / medians['primal']:8.2f}"
        f"{beyond / 1024:12.0f} KiB{beyond / row.work:9.1f}"
    )


def main() -> None:
    """Print one line per measurement."""
    print(f"{'program':14s}{'':>12s}{'primal':>11s}{'ratio':>8s}{'tape':>16s}{'bytes/el':>9s}")
    for row in rows():
        try:
            print(measure(row), flush=True)
        except SourceadError as refusal:
            print(f"{row.loss.__name__:14s} refused: {str(refusal).splitlines()[0]}")


if __name__ == "__main__":
    main()
