"""What a corpus module declares: programs, the argument sets they run on, and what holds of them.

A corpus module is plain NumPy. Below its functions stands `CASES`, a list of `case(...)`: the
function, makers of argument tuples (each takes a random generator), and the arguments that
gradients are taken with respect to.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Args = tuple[Any, ...]
Maker = Callable[[np.random.Generator], Args]

# Rank 0 to 3, with an axis of length 1, none of them square: mixed-up axes do not go unseen.
SHAPES: tuple[tuple[int, ...], ...] = ((), (4,), (2, 3), (2, 1, 3))

# Pairs that NumPy broadcasts: equal, one of rank 0, a missing axis, stretched on one or both sides.
PAIRS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((3,), (3,)),
    ((), (2, 3)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((4, 1, 3), (2, 1)),
)


@dataclass(frozen=True)
class Case:
    """One program with the argument sets it is run on."""

    f: Callable[..., Any]
    makers: tuple[Maker, ...]
    wrt: tuple[int | str, ...]
    tags: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.f.__module__.rpartition('.')[2]}.{self.f.__name__}"

    @property
    def positions(self) -> tuple[int, ...]:
        """The arguments of `wrt` by position, where some are given by name."""
        names = list(inspect.signature(self.f).parameters)
        return tuple(names.index(key) if isinstance(key, str) else key for key in self.wrt)


def case(
    f: Callable[..., Any],
    *makers: Maker,
    wrt: int | tuple[int | str, ...] = 0,
    tags: str = "",
) -> Case:
    """Declare a program.

    Tag `holomorphic`: the complex step applies, to the arguments in `wrt`. Tag `newest`: it
    calls what older NumPy does not have.
    """
    chosen = (wrt,) if isinstance(wrt, int) else wrt
    return Case(f, makers, chosen, frozenset(tags.split()))


def array(*shape: int, low: float = -1.5, high: float = 1.5) -> Maker:
    """One array argument of that shape, uniform between `low` and `high`."""
    return lambda rng: (rng.uniform(low, high, size=shape),)


def arrays(*shapes: tuple[int, ...], low: float = -1.5, high: float = 1.5) -> Maker:
    """Several array arguments."""
    return lambda rng: tuple(rng.uniform(low, high, size=shape) for shape in shapes)


def floats(*values: float) -> Maker:
    """Python floats."""
    return lambda rng: values


def numpy_scalars(*values: float) -> Maker:
    """The same values as `np.float64`, which is neither a float to `type` nor an array."""
    return lambda rng: tuple(np.float64(value) for value in values)


def every_kind(low: float = -1.5, high: float = 1.5) -> tuple[Maker, ...]:
    """One argument as Python float, NumPy scalar and array of rank 0 to 3."""
    middle = low + 0.618 * (high - low)
    return (
        floats(middle),
        numpy_scalars(middle),
        *(array(*shape, low=low, high=high) for shape in SHAPES),
    )


def every_pair(
    low: float = -1.5, high: float = 1.5, low2: float | None = None, high2: float | None = None
) -> tuple[Maker, ...]:
    """Two arguments: floats, NumPy scalars, a float and an array both ways, broadcasting pairs."""
    low2 = low if low2 is None else low2
    high2 = high if high2 is None else high2
    first, second = low + 0.618 * (high - low), low2 + 0.31 * (high2 - low2)

    def pair(left: tuple[int, ...], right: tuple[int, ...]) -> Maker:
        return lambda rng: (
            rng.uniform(low, high, size=left),
            rng.uniform(low2, high2, size=right),
        )

    return (
        floats(first, second),
        numpy_scalars(first, second),
        lambda rng: (first, rng.uniform(low2, high2, size=(3,))),
        lambda rng: (rng.uniform(low, high, size=(2, 2)), second),
        *(pair(left, right) for left, right in PAIRS),
    )


def modules(prefix: str = "") -> Iterator[Any]:
    """The corpus modules that have a table, in alphabetical order."""
    package = importlib.import_module(__package__)
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if info.name.startswith(prefix):
            module = importlib.import_module(f"{__package__}.{info.name}")
            if hasattr(module, "CASES"):
                yield module


def all_cases() -> list[Case]:
    """Every declared case of the corpus that the NumPy at hand can run."""
    newest = np.lib.NumpyVersion(np.__version__) >= "2.3.0"
    cases = [entry for module in modules() for entry in module.CASES]
    return [entry for entry in cases if newest or "newest" not in entry.tags]


def describe(args: Args) -> str:
    """A short text for a test id: `float,f8[3,4],int`."""
    return ",".join(
        f"{value.dtype.str[1:]}[{','.join(map(str, value.shape))}]"
        if isinstance(value, np.ndarray)
        else type(value).__name__
        for value in args
    )
