"""The passes after a transformation, in order."""

from __future__ import annotations

from collections.abc import Callable

from sourcead.ir.core import Function
from sourcead.transforms.cse import merge_common_subexpressions
from sourcead.transforms.dce import remove_dead_code
from sourcead.transforms.facts import Facts, Pass
from sourcead.transforms.simplify import simplify
from sourcead.transforms.updates import merge_updates

PASSES: tuple[Pass, ...] = (
    remove_dead_code,
    merge_common_subexpressions,
    simplify,
    merge_updates,
    merge_common_subexpressions,
    remove_dead_code,
)

Check = Callable[[Function], None]


def clean(function: Function, facts: Facts, check: Check | None = None) -> Function:
    """Run every pass; `check` (the verifier, in tests) looks at each result."""
    for run in PASSES:
        function = run(function, facts)
        if check is not None:
            check(function)
    return function
