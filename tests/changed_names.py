"""What functions ask of names changes between calls: what there is, and what things are called."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from tests.changed_cases import Case, case


def documented(x):
    return np.sum(x)


@case
def a_name_that_a_library_gets_and_loses() -> Case:
    def f(x):
        return np.sum(x) * getattr(math, "of_the_test", 3.0) * (2.0 if hasattr(np, "own") else 1.0)

    def removed() -> None:
        vars(math).pop("of_the_test")
        vars(np).pop("own")

    def added() -> None:
        vars(math).update(of_the_test=5.0)
        vars(np).update(own=None)

    return f, [added, removed]


@case
def a_list_of_a_library() -> Case:
    def f(x):
        return np.sum(x) * len(sys.argv)

    return f, [lambda: sys.argv.append("more"), sys.argv.pop]


@case
def what_a_function_is_called() -> Case:
    def called(x):
        return np.sum(x) * len(called.__name__)

    return called, [lambda: setattr(called, "__name__", "of_another_length")]


@case
def what_is_said_of_a_function() -> Case:
    def f(x):
        return np.sum(x) * (2.0 if documented.__doc__ else 3.0)

    def said(text: Any) -> None:
        documented.__doc__ = text

    return f, [lambda: said("Documented."), lambda: said(None)]
