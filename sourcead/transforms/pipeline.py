"""The passes after a transformation, in order."""

from __future__ import annotations

from collections.abc import Callable

from sourcead.ir.core import Function
from sourcead.transforms.cse import merge_common_subexpressions
from sourcead.transforms.dce import remove_dead_code
from sourcead.transforms.facts import Facts, Pass
from sourcead.transforms.products import order_products, subtract_at_updates
from sourcead.transforms.shapes import ask_newest_version, ask_oldest_version
from sourcead.transforms.simplify import simplify
from sourcead.transforms.updates import merge_updates

# What a primal goes through before it is differentiated.
BEFORE: tuple[Pass, ...] = (merge_common_subexpressions, ask_oldest_version, remove_dead_code)

# What both sweeps of a function go through before they are split into halves.
TOGETHER: tuple[Pass, ...] = (
    ask_oldest_version,
    remove_dead_code,
    merge_common_subexpressions,
    simplify,
    merge_updates,
    merge_common_subexpressions,
    remove_dead_code,
    order_products,
    merge_common_subexpressions,
    subtract_at_updates,
)

# What a derivative goes through.
PASSES: tuple[Pass, ...] = (*TOGETHER, ask_newest_version)

Check = Callable[[Function], None]


def prepare(function: Function, facts: Facts) -> Function:
    """Run the passes that a primal goes through before it is differentiated."""
    for run in BEFORE:
        function = run(function, facts)
    return function


def clean(function: Function, facts: Facts, check: Check | None = None) -> Function:
    """Run every pass on a derivative; `check` (the verifier, in tests) looks at each result."""
    for run in PASSES:
        function = run(function, facts)
        if check is not None:
            check(function)
    return function
