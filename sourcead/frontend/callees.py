"""Which of the functions that were lowered are called in the end, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator

from sourcead.ir.core import Function, Module, Op

Bases = dict[str, str]


def keep_called(module: Module, bases: Bases) -> None:
    """Drop functions that only discarded code called; the others need fewer numbers in their names.

    Args:
        module: what has been lowered.
        bases: for each name that was handed out, the name of the function in the program.
    """
    called = _called(module)
    kept = {key: f for key, f in module.functions.items() if key in called or key == module.entry}
    taken = {module.entry, *module.derived}
    names = {}
    for key in called:
        if key in kept and key != module.entry:
            names[key] = _free(bases[key], taken)
            taken.add(names[key])
    module.functions = {names.get(key, key): function for key, function in kept.items()}
    for key, function in module.functions.items():
        function.name = key
    for op in _calls(module):
        op.attrs["callee"] = names.get(op.attrs["callee"], op.attrs["callee"])


def _free(base: str, taken: set[str]) -> str:
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _calls(module: Module) -> Iterator[Op]:
    """Every call in the functions of a module, and in those that it takes derivatives of."""
    derived = [derivation.function for derivation in module.derived.values()]
    for function in [*module.functions.values(), *derived]:
        yield from _calls_in(function)


def _calls_in(function: Function) -> Iterator[Op]:
    return (op for op in function.body.walk() if op.name == "call")


def _called(module: Module) -> dict[str, None]:
    """The names of the functions that are reached from the entry, callers before callees."""
    found: dict[str, None] = {}

    def visit(function: Function) -> None:
        for op in _calls_in(function):
            name = op.attrs["callee"]
            if name not in found:
                found[name] = None
                derivation = module.derived.get(name)
                visit(derivation.function if derivation else module.functions[name])

    visit(module.functions[module.entry])
    return found
