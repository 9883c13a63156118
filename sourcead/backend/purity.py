"""Which functions of a module have no effect but their result, and who calls whom."""

from __future__ import annotations

from sourcead.ir.core import Module, Op
from sourcead.ops.catalog import definition


def pure_functions(module: Module) -> frozenset[str]:
    """The functions that print nothing and draw nothing; raising does not count as an effect."""
    pure = set(module.functions)
    changed = True
    while changed:
        changed = False
        for key in list(pure):
            ops = module.functions[key].body.walk()
            if any(_has_effect(op, pure) for op in ops):
                pure.discard(key)
                changed = True
    return frozenset(pure)


def _has_effect(op: Op, pure: set[str]) -> bool:
    if op.name == "call":
        return op.attrs["callee"] not in pure
    return op.name not in ("raise", "check") and not definition(op.name).pure


def call_order(module: Module) -> list[str]:
    """The functions, callees before callers where no recursion forbids it."""
    order: dict[str, None] = {}
    visiting: set[str] = set()

    def visit(key: str) -> None:
        if key in visiting or key in order:
            return
        visiting.add(key)
        for op in module.functions[key].body.walk():
            if op.name == "call":
                visit(op.attrs["callee"])
        order[key] = None

    for key in module.functions:
        visit(key)
    return list(order)
