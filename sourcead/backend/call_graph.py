"""Who calls whom, which functions have no effect but their results, and what is called inside."""

from __future__ import annotations

from dataclasses import replace

from sourcead.ir.core import Function, Module, Op
from sourcead.ir.structure import Leaf, Node
from sourcead.ir.walk import copy_function
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
    """The functions, callees before callers and forward halves before reverse ones.

    Recursion may forbid it.
    """
    order: dict[str, None] = {}
    visiting: set[str] = set()

    def visit(key: str) -> None:
        if key in visiting or key in order:
            return
        visiting.add(key)
        for op in module.functions[key].body.walk():
            if op.name == "call":
                visit(op.attrs["callee"])
        if module.functions[key].forward_half in module.functions:
            visit(module.functions[key].forward_half)
        order[key] = None

    for key in module.functions:
        visit(key)
    return list(order)


def calls_of(module: Module) -> dict[str, set[str]]:
    """The functions that each function calls."""
    return {
        key: {op.attrs["callee"] for op in function.body.walk() if op.name == "call"}
        for key, function in module.functions.items()
    }


def recursive_functions(module: Module) -> set[str]:
    """The functions that may call themselves, directly or through others."""
    calls = calls_of(module)
    found = set()
    for key in calls:
        reached: set[str] = set()
        todo = list(calls[key])
        while todo:
            callee = todo.pop()
            if callee not in reached:
                reached.add(callee)
                todo += calls.get(callee, ())
        if key in reached:
            found.add(key)
    return found


def with_private_twins(module: Module) -> Module:
    """Calls inside the module hand over flat results, so what is public too gets a private twin.

    A public function whose results are a plain tuple of all it yields serves both.
    """
    called = set().union(*calls_of(module).values())
    shared = [key for key in (module.entry, *module.exports) if key in called]
    twins = {key: f"{key}_parts" for key in shared if not _is_flat(module.functions[key])}
    if not twins:
        return module
    functions = {key: copy_function(f)[0] for key, f in module.functions.items()}
    for key, twin in twins.items():
        functions[twin] = copy_function(module.functions[key])[0]
        functions[twin].name = f"{functions[twin].name}_parts"
    for function in functions.values():
        for op in function.body.walk():
            if op.name == "call":
                op.attrs["callee"] = twins.get(op.attrs["callee"], op.attrs["callee"])
    return replace(module, functions=functions)


def _is_flat(function: Function) -> bool:
    output, count = function.output, len(function.body.yields)
    if any(p.kind != "POSITIONAL_OR_KEYWORD" for p in function.params):
        return False
    if isinstance(output, Leaf):
        return count == 1
    if isinstance(output, Node) and output.kind == "tuple" and count != 1:
        return output.children == tuple(Leaf(k) for k in range(count))
    return output is None
