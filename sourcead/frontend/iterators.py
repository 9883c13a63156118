"""Iterators: objects from which each element is taken once, when it is asked for.

`map`, `filter`, `zip`, `enumerate`, `reversed`, a generator expression and a call of a generator
function make a cell whose content says what nothing has been taken from yet (`Pending`). Whoever
takes from it (`take_all`, `begin`) finds it as the program has it at that moment, and leaves it
exhausted. Where elements are taken here and there, the iterator is a list with a place
(`lazy_prelude.Taking`) from the beginning: it was evaluated where it was made, which is right as
long as nothing that it reads has changed, and whoever takes from it makes sure of that.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

from sourcead.frontend import lazy_prelude
from sourcead.frontend.alternatives import Before
from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Closure,
    Instance,
    Items,
    Iteration,
    Lost,
    Pending,
)
from sourcead.frontend.classes import instance_class, own_method
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame
from sourcead.frontend.liveness import COMPREHENSIONS, FUNCTIONS, Names, own_nodes
from sourcead.frontend.readings import possibly, reading_of, unobserved
from sourcead.frontend.source import FunctionSource
from sourcead.frontend.statics import static_value

# What is read while elements are taken.
Reads = Sequence[Binding]
EXHAUSTED = Pending(Iteration("exhausted", ()))
PARTLY = Lost(
    "is an iterator from which some elements have been taken",
    "a list of its elements: `list(...)`",
    "SAD109",
)


@dataclass(frozen=True, eq=False)
class Generated(Iteration):
    """A call of a generator function: nothing of its body has run yet."""

    source: FunctionSource
    names: tuple[str, ...]
    captured: Any = None

    @property
    def held(self) -> tuple[Binding, ...]:
        """Its arguments, and what it sees of the function around it."""
        around = () if self.captured is None else (Closure(self.source.node, self.captured),)
        return (*self.parts, *around)


def generated(
    source: FunctionSource, bound: dict[str, Binding], captured: Frame | None
) -> Generated:
    """What a call of a generator function returns."""
    return Generated("generator", tuple(bound.values()), source, tuple(bound), captured)


@dataclass(frozen=True, eq=False)
class Lazy(Iteration):
    """What makes its elements when they are taken: `at_once` as a list, `steps` one by one."""

    at_once: Callable[[Frame, ast.AST], Binding]
    steps: Iteration | None
    cls: type = GeneratorType

    @property
    def held(self) -> tuple[Binding, ...]:
        """All that it can lead to."""
        return (*self.parts, *(() if self.steps is None else self.steps.held))


ENDLESS = tuple(lazy_prelude.ENDLESS.values())
TAKING = (lazy_prelude.Taking, lazy_prelude.ListTaking, *ENDLESS)


@dataclass(frozen=True, eq=False)
class Backwards(Iteration):
    """`reversed(items)`: it goes down from the place that was the last one when it was made."""

    since: Any


class TakenInSteps(Exception):
    """An iterator has to be one from its beginning of which elements are taken here and there."""

    def __init__(self, place: Hashable) -> None:
        super().__init__(place)
        self.place = place


def new_iterator(frame: Frame, made: Iteration, node: ast.AST) -> Cell:
    """An iterator that nothing has been taken from."""
    place = (frame.source.file, *(_position(n) for n in (*frame.path, node)), made.kind)
    cell = frame.new_cell(Pending(made))
    frame.program.iterators[cell] = place
    if place in frame.program.in_steps:
        _take_in_steps(frame, cell, made, node)
    return cell


def _position(node: Any) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def pending(frame: Frame, binding: Binding) -> Pending | None:
    """What an iterator runs over; None for anything else.

    One of which it is not known what is left is refused by whoever reads it.
    """
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return content if isinstance(content, Pending) else None


# Taking ------------------------------------------------------------------------------------------


def take_all(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """The elements of an iterator, which is exhausted from then on; anything else as it is."""
    made = begin(frame, binding, node)
    if isinstance(made, Lazy):
        return made.at_once(frame, node)
    known = elements(frame, made, node) if isinstance(made, Iteration) else None
    return made if known is None else Items(tuple(known))


def begin(
    frame: Frame, binding: Binding, node: ast.AST, reads: Reads = (), partly: bool = False
) -> Binding:
    """What an iterator runs over, for a consumer that begins to take from it; else the binding.

    Args:
        frame: the function that takes.
        binding: what may be an iterator.
        node: where it is taken from.
        reads: what is read while it is taken from.
        partly: whether the consumer may stop before the end.
    """
    if isinstance(binding, Cell) and is_taking(frame, binding):
        return _rest(frame, binding, node, reads, partly)
    if hasattr(instance_class(frame, binding), "__next__"):
        return steps(frame, lazy_prelude.each_next, [binding], node)
    found = pending(frame, binding)
    if found is None or not isinstance(binding, Cell):
        return binding
    if found is EXHAUSTED:
        return Items(())
    for cell in reading_of(frame, binding).iterators:
        if (partly and is_wanted(frame, cell)) or leads(frame, reads, cell):
            in_steps(frame, cell)
    frame.state.contents[binding] = PARTLY if partly else EXHAUSTED
    opened = OPENED.get(found.made.kind)
    return found.made if opened is None else opened(frame, found.made, node, partly)


# How what a pending iterator runs over is put together when the first element is asked for.
OPENED: dict[str, Callable[[Frame, Iteration, ast.AST, bool], Binding]] = {}


def in_steps(frame: Frame, cell: Cell) -> None:
    """Begin again, with an iterator of which elements are taken here and there."""
    place = frame.program.iterators[cell]
    if frame.program.inlines_everything:
        frame.refuse(
            frame.statement or frame.source.node, "SAD109",
            "elements of an iterator are taken here and there in a rule", fix="a list of them",
        )  # fmt: skip
    assert place not in frame.program.in_steps
    raise TakenInSteps(place)


def _take_in_steps(frame: Frame, cell: Cell, made: Iteration, node: ast.AST) -> None:
    """The list of an iterator's elements, and how many have been taken."""
    from sourcead.frontend.lazily import in_order, new_taking

    endless = isinstance(made, Generated) and lazy_prelude.ENDLESS.get(made.source.name)
    if endless:
        again = new_taking(frame, endless, list(made.parts), node)
        frame.state.contents[cell] = frame.state.contents[again]
        return
    reading = reading_of(frame, cell)
    before = dict(frame.state.contents)
    frame.state.contents[cell] = EXHAUSTED
    found = in_order(frame, made, node)
    used = [c for c, old in before.items() if frame.state.contents[c] is not old and c is not cell]
    if found is None or any(is_wanted(frame, c) for c in used):
        frame.refuse(
            node, "SAD109", "elements of this iterator are taken here and there",
            "making them does something that the program sees, or takes from another iterator",
            "a list of its elements: `list(...)`, or a loop that does it",
        )  # fmt: skip
    taking = new_taking(frame, lazy_prelude.Taking, [found], node)
    frame.state.contents[cell] = frame.state.contents[taking]
    frame.program.readings[cell] = reading


def check_unchanged(frame: Frame, taking: Binding, node: ast.AST) -> None:
    """Refuse to take an element that would be another one, had it been made only now."""
    reading = frame.program.readings.get(taking) if isinstance(taking, Cell) else None
    if reading is not None and not reading.is_unchanged(frame):
        frame.refuse(
            node, "SAD109", "an element is taken from an iterator, part of which has been read",
            "what its elements are made of has changed since it was made",
            "a list of its elements: `list(...)`",
        )  # fmt: skip


def is_taking(frame: Frame, binding: Binding) -> bool:
    """Whether something is a list, or the like, with the place that an iterator over it is at."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return isinstance(content, Instance) and content.cls in TAKING


def _rest(frame: Frame, taking: Cell, node: ast.AST, reads: Reads, partly: bool) -> Binding:
    """What is left of an iterator of which elements are taken here and there."""
    content = frame.state.contents[taking]
    assert isinstance(content, Instance)
    if content.cls not in (lazy_prelude.Taking, lazy_prelude.ListTaking):
        return steps(frame, lazy_prelude.rest_shared, [taking], node)
    items, at = content.items["items"], content.items["at"]
    known, place = elements(frame, items, node), _place(frame, at)
    if leads(frame, reads, taking) or (isinstance(items, Cell) and leads(frame, reads, items)):
        return steps(frame, lazy_prelude.rest_shared, [taking], node)
    if known is None or place is None or partly or not isinstance(at, Cell):
        return steps(frame, lazy_prelude.rest, [taking], node)
    check_unchanged(frame, taking, node)
    is_of_list = content.cls is lazy_prelude.ListTaking
    end = frame.const(lazy_prelude.ENDED if is_of_list else len(known))
    frame.state.contents[at] = Instance(lazy_prelude.Place, {"place": end})
    return Items(tuple(known[place:]))


def _place(frame: Frame, at: Binding) -> int | None:
    """How many elements have been taken, if it is known."""
    content = frame.state.contents[at] if isinstance(at, Cell) else None
    found = static_value(content.items["place"]) if isinstance(content, Instance) else None
    return found if isinstance(found, int) else None


def steps(
    frame: Frame, function: Callable[..., Any], args: list[Binding], node: ast.AST
) -> Generated:
    """What a generator function of ours yields."""
    source = frame.program.source(frame, function, node)
    names = [arg.arg for arg in source.node.args.args]
    return generated(source, dict(zip(names, args, strict=True)), None)


def own_iterator(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What the `__iter__` of an object returns; anything else as it is."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    if not isinstance(content, Instance) or content.cls in TAKING:
        return binding
    found = own_method(frame, binding, "__iter__", [], node)
    if found is None:
        frame.refuse(node, "SAD109", "a loop over an object whose class has no `__iter__`")
    return found


def begin_beside(
    frame: Frame, binding: Binding, node: ast.AST, reads: Reads = (), partly: bool = True,
    early: bool = False,
) -> Binding:  # fmt: skip
    """What is begun while other things are done in turn with it.

    It is made at once only if nobody can tell, and nobody means to stop early.
    """
    made = begin(frame, own_iterator(frame, binding, node), node, reads, partly)
    if not isinstance(made, Lazy):
        return made
    # What raises in a `try` is to be raised in its turn.
    in_turn = early or frame.program.strictly_in_turn or bool(frame.program.watches)
    if made.steps is None or not in_turn:
        found = _whole(frame, made, node, partly)
        if found is not None:
            frame.program.made_at_once += 1
            return found
    return one_by_one(frame, made, node)


def known_at_once(frame: Frame, made: Binding, node: ast.AST) -> list[Binding] | None:
    """The elements of what has been begun, if they are known and nobody can tell when they are
    made."""
    if not isinstance(made, Lazy):
        return None
    before = Before(frame)
    found = _whole(frame, made, node, True)
    known = None if found is None else elements(frame, found, node)
    if known is None:
        before.restore()
    return known


def _whole(frame: Frame, made: Lazy, node: ast.AST, partly: bool) -> Binding | None:
    """All the elements, if there is an end to them and nobody can tell when they are made."""
    if partly and is_endless(frame, made):
        return None
    return possibly(frame, lambda: made.at_once(frame, node))


def is_endless(frame: Frame, binding: Binding) -> bool:
    """Whether nothing says that an iterator comes to an end."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    if isinstance(content, Pending):
        return is_endless(frame, content.made)
    if isinstance(content, Instance):
        return content.cls in ENDLESS
    if isinstance(binding, Lazy):
        return binding.steps is not None and is_endless(frame, binding.steps)
    if not isinstance(binding, Iteration):
        return False
    inside = [is_endless(frame, part) for part in binding.parts]
    if not isinstance(binding, Generated):
        return all(inside) if binding.kind == "zip" else any(inside)
    own = list(own_nodes(binding.source.node))
    loops = [n.test for n in own if isinstance(n, ast.While)]
    if any(isinstance(test, ast.Constant) and test.value for test in loops):
        return True
    return any(inside) and not any(isinstance(n, ast.Return | ast.Break) for n in own)


def one_by_one(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What is begun, for a consumer that may stop early: no element is made before its turn."""
    if not isinstance(binding, Lazy):
        return binding
    if binding.steps is not None:
        return binding.steps
    found = unobserved(frame, lambda: binding.at_once(frame, node))
    if found is None:
        frame.refuse(
            node, "SAD109", "elements are taken from this as far as they are needed",
            "making them does something that the program sees",
            "a loop that does it, and stops where it is to stop",
        )  # fmt: skip
    return found


def asked_in_turn(
    frame: Frame, binding: Binding, function: Binding, use: Callable[[Binding], Binding],
    node: ast.AST,
) -> Binding:  # fmt: skip
    """What is made of all elements, where Python asks a function about each before it makes the
    next one: refused where one sees what the other does."""
    made, asked = reading_of(frame, binding), reading_of(frame, function)
    left = {c: frame.state.contents[c] for c in asked.iterators}
    first = take_all(frame, binding, node)
    taken = any(frame.state.contents[c] is not old for c, old in left.items())
    between = made.again(frame)
    found = None if taken or not asked.is_unchanged(frame) else use(first)
    if found is None or not between.is_unchanged(frame):
        frame.refuse(
            node, "SAD109", "what is called for each element sees how far they have been made",
            "Python calls it before it makes the next one",
            "a list of the elements: `list(...)`",
        )  # fmt: skip
    return found


# Who else takes from it --------------------------------------------------------------------------


def is_wanted(frame: Frame, cell: Cell) -> bool:
    """Whether something can still be taken from an iterator when the current statement is over,
    or by another part of it."""
    around: Frame | None = frame
    while around is not None:
        if any(leads(f, read_now(f, _read_later(f)), cell) for f in (around, *around.guests)):
            return True
        around = around.parent
    return False


def leads(frame: Frame, reads: Reads, thing: Binding) -> bool:
    """Whether what is read leads to an object."""
    found = reading_of(frame, *reads)
    return thing in found.contents or thing in found.iterators


def made_of(frame: Frame, iterator: Binding, thing: Binding) -> bool:
    """Whether the elements of an iterator are made of an object, which may change meanwhile."""
    return pending(frame, iterator) is not None and leads(frame, [iterator], thing)


def read_now(frame: Frame, names: Names) -> list[Binding]:
    """What names stand for, those of the functions around included."""
    found: list[Binding] = []
    around: Frame | None = frame
    while around is not None:
        env = around.state.env
        found += [env[n] for n in names if n in env]
        names, around = names - env.keys(), around.captured
    return found


def _read_later(frame: Frame) -> Names:
    """The names read after the current statement, or several times by it."""
    if frame.statement is None:
        return frozenset(_read_often(frame.source.node))
    once = _read_often(frame.statement)
    return frame.live_after() | once


def _read_often(tree: ast.AST) -> Names:
    """Names that a statement may read more than once."""
    found: dict[str, int] = {}
    stack = [(tree, 2 if isinstance(tree, ast.While) else 1)]
    while stack:
        node, times = stack.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found[node.id] = found.get(node.id, 0) + times
        if isinstance(node, (*FUNCTIONS, *COMPREHENSIONS)) and node is not tree:
            times = 2
        if isinstance(node, ast.For):
            stack += [(inner, 2) for inner in (*node.body, *node.orelse)]
            stack.append((node.iter, times))
            continue
        stack += [(inner, times) for inner in ast.iter_child_nodes(node)]
    return frozenset(name for name, count in found.items() if count > 1)
