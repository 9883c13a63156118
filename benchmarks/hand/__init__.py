"""Gradients written by hand as an expert would: the standard that generated source is held to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """A function, the gradient an expert wrote for it, and arguments to run both on.

    `target` is the name of the target it stands for; `numbers` makes the arguments.
    """

    target: str
    primal: Callable[..., float]
    gradient: Callable[..., Any]
    wrt: tuple[str, ...]
    numbers: Callable[[np.random.Generator], tuple[Any, ...]]

    def args(self) -> tuple[Any, ...]:
        """The arguments, the same at each call."""
        return self.numbers(np.random.default_rng(0))


def all_cases() -> tuple[Case, ...]:
    """Every case of every module, in the order of the targets."""
    from benchmarks.hand import (
        classifier,
        elements,
        in_place,
        newton,
        process,
        recurrences,
        scalar,
        sines,
    )

    modules = (scalar, classifier, recurrences, newton, in_place, elements, process, sines)
    return tuple(case for module in modules for case in module.CASES)
