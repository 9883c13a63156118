"""When something is evaluated: whether anybody can tell, and what it reads."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sourcead.frontend.alternatives import Before
from sourcead.frontend.bindings import (
    UNBOUND,
    Applied,
    Binding,
    Box,
    Cell,
    Closure,
    Either,
    Items,
    Iteration,
    Maybe,
    Method,
    OrNone,
    Pending,
    Super,
    View,
)
from sourcead.frontend.frame import Frame, Poisoned, Refused
from sourcead.frontend.lists import is_written
from sourcead.frontend.liveness import free_names
from sourcead.frontend.sharing import parts_of, reachable_cells
from sourcead.frontend.trees import may_act, walk
from sourcead.ir.core import Op
from sourcead.ops.catalog import definition


def unobserved(frame: Frame, evaluate: Callable[[], Binding]) -> Binding | None:
    """What is evaluated, if nobody can tell when that was; else None, and nothing is evaluated."""
    before = Before(frame)
    region = frame.builder.region
    found = evaluate()
    contents = frame.state.contents
    changed = any(_is_changed(old, contents.get(c)) for c, old in before.contents.items())
    changed = changed or _is_changed_since_yielded(frame, found)
    if not changed and not any(_acts(frame, op) for op in region.ops[before.emitted :]):
        return found
    before.restore()
    return None


def would_act(frame: Frame, nodes: Sequence[ast.expr]) -> bool:
    """Whether evaluating expressions may do something that what was evaluated before would see.

    Calls may; of operators, attributes and subscripts it is what stands behind them that tells.
    """
    if any(map(may_act, nodes)):
        return True
    if all(isinstance(n, QUIET) for node in nodes for n in walk(node)):
        return False
    before = Before(frame)
    found = unobserved(frame, lambda: Items(tuple(frame.expr(node) for node in nodes)))
    before.restore()
    return found is None


QUIET = (ast.Name, ast.Constant, ast.Tuple, ast.Lambda, ast.arguments, ast.arg, ast.expr_context)


def _is_changed_since_yielded(frame: Frame, found: Binding) -> bool:
    """Whether a generator has gone on to change what it had yielded."""
    yielded, contents = frame.program.yielded, frame.state.contents
    if not yielded:
        return False
    held = [c for c in reachable_cells(frame, [found]) if c in yielded and contents.get(c)]
    return any(is_written(yielded[c], contents[c]) for c in held)


def possibly(frame: Frame, evaluate: Callable[[], Binding]) -> Binding | None:
    """The same, where evaluating may also be refused, and is not done then."""
    before = Before(frame)
    try:
        found = unobserved(frame, evaluate)
    except (Refused, Poisoned):
        found = None
    if found is None or before.problems_since():
        before.restore()
        return None
    return found


def _acts(frame: Frame, op: Op) -> bool:
    """Whether an operation does something beside computing its results."""
    if op.name == "call":
        callee = frame.program.module.functions.get(op.attrs["callee"])
        inside = [] if callee is None else callee.body.ops
    elif not definition(op.name).pure:
        return True
    else:
        inside = [inner for region in op.regions for inner in region.ops]
    return any(_acts(frame, inner) for inner in inside)


def _is_changed(before: Any, after: Any) -> bool:
    """Whether an object holds something else; that an iterator is exhausted is no such change."""
    return not isinstance(before, Pending) and is_written(before, after)


@dataclass(frozen=True, eq=False)
class Reading:
    """What an iterator reads when its elements are made: names, and what objects hold.

    `iterators` are those that nothing has been taken from yet: this one, and what it takes from.
    """

    names: dict[tuple[Frame, str], Binding]
    contents: dict[Cell, Any]
    iterators: list[Cell]

    def is_unchanged(self, frame: Frame) -> bool:
        """Whether all of it is now what it was."""
        now = frame.state.contents
        return not any(is_written(old, now.get(c)) for c, old in self.contents.items()) and all(
            f.state.env.get(n, UNBOUND) is old for (f, n), old in self.names.items()
        )

    def again(self, frame: Frame) -> Reading:
        """The same names and objects as they are now."""
        now = frame.state.contents
        names = {(f, n): f.state.env.get(n, UNBOUND) for f, n in self.names}
        return Reading(names, {c: now.get(c) for c in self.contents}, self.iterators)


def reading_of(frame: Frame, *iterators: Binding) -> Reading:
    """What iterators, or functions, would read now."""
    found = Reading({}, {}, [])
    todo = list(iterators)
    while todo:
        binding = todo.pop()
        match binding:
            case Cell() if binding not in found.contents and binding not in found.iterators:
                content = frame.state.contents.get(binding)
                if isinstance(content, Pending):
                    found.iterators.append(binding)
                else:
                    found.contents[binding] = content
                todo += parts_of(content)
            case Closure(node=node, frame=outer, defaults=defaults):
                todo += [*_captured(found, node, outer), *defaults.values()]
            case _:
                todo += _parts(binding)
    return found


def _captured(found: Reading, node: ast.AST, outer: Frame | None) -> list[Binding]:
    """The bindings of the names that a function reads around it, which are noted."""
    names = free_names(node)
    more: list[Binding] = []
    while outer is not None:
        for name in names & outer.state.env.keys():
            key = outer, name
            if key not in found.names:
                found.names[key] = outer.state.env[name]
                more.append(outer.state.env[name])
        outer = outer.captured
    return more


def _parts(binding: Binding) -> Iterable[Binding]:
    match binding:
        case Items(items=parts):
            return parts
        case Iteration():
            return binding.held
        case View():
            return [binding.cell]
        case Box(cell=cell):
            return [cell]
        case Applied():
            return [binding.function, *binding.args, *binding.kwargs.values()]
        case Method(owner=owner):
            return [owner]
        case Maybe() | OrNone():
            return [binding.binding]
        case Either(then=then, orelse=orelse):
            return [then, orelse]
        case Super(owner=owner):
            return [owner]
    return ()
