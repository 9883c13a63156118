"""Results of calls that no caller reads: the callee need not compute them.

The gradient itself is such a result where only its tangent is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sourcead.ir.core import Function, Module, Op
from sourcead.ir.walk import uses


def callees(function: Function) -> list[str]:
    """The functions of the module that a function calls, sorted."""
    return sorted({op.attrs["callee"] for op in function.body.walk() if op.name == "call"})


def callers_first(module: Module, entries: Sequence[Function]) -> list[str]:
    """The names of the functions that are reached, each after those that call it."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(function: Function) -> None:
        seen.add(function.name)
        for name in callees(function):
            if name not in seen:
                visit(module.functions[name])
        order.append(function.name)

    for entry in reversed(entries):
        if entry.name not in seen:
            visit(entry)
    return order[::-1]


def calls_itself(module: Module, name: str) -> bool:
    """Whether a function of the module calls itself, directly or through others."""
    seen: set[str] = set()
    todo = callees(module.functions[name])
    while todo:
        callee = todo.pop()
        if callee not in seen:
            seen.add(callee)
            todo += callees(module.functions[callee])
    return name in seen


def drop_unused_results(function: Function, callers: Iterable[Function]) -> None:
    """Drop the results of a function that no call in its callers, which are all of them, reads.

    Args:
        function: the callee.
        callers: the functions that call it, all of them, and not itself among them.
    """
    calls: list[Op] = []
    read: set[int] = set()
    for caller in callers:
        used = uses(caller.body)
        for op in caller.body.walk():
            if op.name == "call" and op.attrs["callee"] == function.name:
                calls.append(op)
                read.update(k for k, result in enumerate(op.results) if result in used)
    if not calls or len(read) == len(function.body.yields):
        return
    kept = sorted(read) or [0]
    function.body.yields = [function.body.yields[k] for k in kept]
    function.output = None
    for op in calls:
        op.results = [op.results[k] for k in kept]
