"""Objects that a path chooses, where it matters which object it is.

Where paths meet, a name of two objects is usually one new object that may be either of them:
nothing is lost while nobody writes. A program that does write is lowered once more, and then such a
name is an `Either`: what is done with it is done on each path with the object that it is there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sourcead.frontend.bindings import (
    UNBOUND,
    Applied,
    Binding,
    Box,
    Cell,
    Closure,
    Content,
    DictItems,
    Either,
    Instance,
    Items,
    Iteration,
    ListItems,
    Lost,
    Maybe,
    Method,
    OrNone,
    Pending,
    ShapeOf,
    Static,
    Step,
    View,
)
from sourcead.frontend.frame import MERGED, Frame
from sourcead.frontend.memory import LITERALS, bind_value
from sourcead.frontend.optional import or_none
from sourcead.frontend.outcomes import candidates, decided
from sourcead.frontend.sharing import either_known, is_mutable
from sourcead.frontend.templates import Slot
from sourcead.frontend.trees import walk
from sourcead.ir.constants import constant
from sourcead.ir.core import Value
from sourcead.ir.types import BOOL

if TYPE_CHECKING:
    from sourcead.frontend.join import Joiner

Use = Callable[[Binding], Binding]
NONE = Static(None)
# For how many paths a program is written out, all in all.
MOST_PATHS = 200


def per_path(frame: Frame, binding: Binding, node: ast.AST, use: Use) -> Binding:
    """What is done with an object, on each path with the object that it is there."""
    from sourcead.frontend.conditions import everything
    from sourcead.frontend.join import conditional

    found = decided(frame.state, binding)
    if not isinstance(found, Either):
        return use(found)
    frame.program.paths += 1
    if frame.program.paths > MOST_PATHS:
        frame.refuse(
            node, "SAD201", "too many objects of which this may be one",
            "what is done with it is written out for each of them",
            "numbers or arrays in place of the objects",
        )  # fmt: skip
    return conditional(
        frame,
        found.cond,
        lambda: per_path(frame, found.then, node, use),
        lambda: per_path(frame, found.orelse, node, use),
        node,
        everything(frame),
    )


def merged(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """One object for what may be several: it can be read, and written if they are not read."""
    program = frame.program
    outer, program.by_path = program.by_path, False
    try:
        return per_path(frame, binding, node, lambda found: found)
    finally:
        program.by_path = outer


MERGED.append(merged)


def is_it(frame: Frame, binding: Binding, thing: Binding, node: ast.AST) -> Value:
    """Whether a chosen object is this one."""
    found = decided(frame.state, binding)
    if not isinstance(found, Either):
        return frame.const(found == thing)
    sides = [candidates(frame.state, side) for side in (found.then, found.orelse)]
    if sides[0] == [thing] and thing not in sides[1]:
        return found.cond
    if sides[1] == [thing] and thing not in sides[0]:
        return frame.op("not", [found.cond])
    value = per_path(frame, found, node, lambda side: frame.const(side == thing))
    assert isinstance(value, Value)
    return value


def one_of(things: Sequence[Binding], flags: Sequence[Value]) -> Binding:
    """The object whose flag is true; the last where none is."""
    found = things[-1]
    for thing, flag in zip(things[-2::-1], flags[::-1], strict=True):
        found = Either(flag, thing, found)
    return found


# Where paths meet ------------------------------------------------------------------------------


def chosen(joiner: Joiner, bindings: tuple[Binding, Binding]) -> Binding | None:
    """What two paths bind a name to, as a choice of objects; None for anything else."""
    if joiner.dead is not None:
        return None
    a, b = (decided(arm.state, x) for arm, x in zip(joiner.arms, bindings, strict=True))
    if a is b:
        return a
    if _is_thing(a) != _is_thing(b):
        a, b = _with_cell(joiner, 0, a), _with_cell(joiner, 1, b)
    if _is_thing(a) and _is_thing(b):
        return _new_container(joiner, a, b) or _either(joiner, a, b)
    if any(isinstance(x, OrNone) or x == NONE for x in (a, b)):
        return _or_none(joiner, a, b)
    if isinstance(a, Items) and isinstance(b, Items):
        if (len(a.items), a.kind, a.names, a.cls) == (len(b.items), b.kind, b.names, b.cls):
            return replace(a, items=_joined(joiner, a.items, b.items))
    if isinstance(a, Method) and isinstance(b, Method) and a.name == b.name:
        return Method(joiner.binding((a.owner, b.owner), ""), a.name)
    if isinstance(a, Applied) and isinstance(b, Applied) and a.function == b.function:
        if len(a.args) == len(b.args) and tuple(a.kwargs) == tuple(b.kwargs):
            named = _joined(joiner, tuple(a.kwargs.values()), tuple(b.kwargs.values()))
            args = _joined(joiner, a.args, b.args)
            return Applied(a.function, args, dict(zip(a.kwargs, named, strict=True)))
    return None


def chosen_content(joiner: Joiner, a: Content, b: Content) -> Content | None:
    """The content of a container of which both paths have changed no more than the parts."""
    if isinstance(a, ListItems) and isinstance(b, ListItems):
        if len(a.items) == len(b.items):
            return ListItems(_joined(joiner, a.items, b.items))
    for kind in (DictItems, Instance):
        if isinstance(a, kind) and isinstance(b, kind) and tuple(a.items) == tuple(b.items):
            if replace(a, items={}) != replace(b, items={}) and not _alike(a, b):
                return None
            parts = _joined(joiner, tuple(a.items.values()), tuple(b.items.values()))
            return replace(a, items=dict(zip(a.items, parts, strict=True)))
    return None


def _with_cell(joiner: Joiner, arm: int, binding: Binding) -> Binding:
    """An array that a path has just made, which has no name yet, as the object that it is."""
    if not isinstance(binding, Value) or not is_mutable(binding.type):
        return binding
    with joiner.frame.branch(joiner.arms[arm].region, joiner.arms[arm].state):
        return bind_value(joiner.frame, binding)


def _alike(a: DictItems | Instance, b: DictItems | Instance) -> bool:
    """Whether two containers differ in nothing but what is in them."""
    if isinstance(a, Instance) and isinstance(b, Instance):
        return a.cls is b.cls or bool(a.cls == b.cls)
    return isinstance(a, DictItems) and isinstance(b, DictItems) and a.missing == b.missing


def _joined(joiner: Joiner, a: Sequence[Binding], b: Sequence[Binding]) -> tuple[Binding, ...]:
    return tuple(joiner.binding(pair, "") for pair in zip(a, b, strict=True))


def _is_thing(binding: Binding) -> bool:
    if isinstance(binding, Either):
        return _is_thing(binding.then) and _is_thing(binding.orelse)
    if isinstance(binding, Static):
        return binding.value is not None and type(binding.value) not in LITERALS
    return isinstance(binding, Cell | View | Closure)


def _new_container(joiner: Joiner, a: Binding, b: Binding) -> Binding | None:
    """A container or an array that each path has made: one thing stands for both."""
    before = joiner.before.contents
    if not (isinstance(a, Cell) and isinstance(b, Cell)) or a in before or b in before:
        return None
    key = ("made", a, b)
    if key in joiner.slots:
        return joiner.slots[key][1]
    contents = [arm.state.contents[c] for arm, c in zip(joiner.arms, (a, b), strict=True)]
    if any(isinstance(content, Pending) for content in contents):
        return None
    cell = Cell(a.hint)
    cell.deque, cell.known = a.deque, either_known(a.known, b.known)
    joiner.slots[key] = None, cell
    found = chosen_content(joiner, contents[0], contents[1]) if a.deque == b.deque else None
    if found is None:
        del joiner.slots[key]
        return joiner.as_one((a, b), a.hint)
    joiner.frame.state.contents[cell] = found
    joiner.remember(cell, a, b)
    return cell


def _either(joiner: Joiner, a: Binding, b: Binding) -> Binding:
    """One of two objects."""
    joiner.frame.program.eithers = True
    found = candidates(joiner.arms[0].state, a)
    found += [c for c in candidates(joiner.arms[1].state, b) if c not in found]
    if len(found) == 2 and (isinstance(a, Either) or isinstance(b, Either)):
        flags = []
        for arm, side in zip(joiner.arms, (a, b), strict=True):
            with joiner.frame.branch(arm.region, arm.state):
                flags.append(is_it(joiner.frame, side, found[0], joiner.node))
        things = [_handed_out(joiner, c, a, b) for c in found]
        flag, _ = joiner.result(flags[0], flags[1], Slot(BOOL), "", "")
        assert flag is not None
        return decided(joiner.frame.state, Either(flag, things[0], things[1]))
    assert joiner.cond is not None
    return Either(joiner.cond, Export(joiner, 0).binding(a), Export(joiner, 1).binding(b))


def _handed_out(joiner: Joiner, thing: Binding, a: Binding, b: Binding) -> Binding:
    """An object of which one of the paths knows."""
    side = 0 if thing in candidates(joiner.arms[0].state, a) else 1
    return Export(joiner, side).binding(thing)


def _or_none(joiner: Joiner, a: Binding, b: Binding) -> Binding | None:
    """Something that is None on some paths."""
    inner: list[Binding] = []
    flags: list[Value] = []
    for arm, side in zip(joiner.arms, (a, b), strict=True):
        with joiner.frame.branch(arm.region, arm.state):
            if isinstance(side, OrNone):
                assert isinstance(side.given, Value)
                flags.append(side.given)
                inner.append(side.binding)
            else:
                flags.append(joiner.frame.const(side != NONE))
                inner.append(UNBOUND if side == NONE else side)
    if not all(x is UNBOUND or _is_thing(x) for x in inner):
        return None
    if all(x is UNBOUND for x in inner):
        return None
    if UNBOUND in inner:
        k = 1 if inner[0] is UNBOUND else 0
        found = Export(joiner, k).binding(inner[k])
    else:
        found = joiner.binding((inner[0], inner[1]), "")
    if constant(flags[0]) is True and constant(flags[1]) is False:
        assert joiner.cond is not None
        return or_none(found, joiner.cond)
    flag, _ = joiner.result(flags[0], flags[1], Slot(BOOL), "", "")
    assert flag is not None
    return or_none(found, flag)


class Export:
    """Hands out what one of two paths has made: the other has nothing in its place."""

    def __init__(self, joiner: Joiner, arm: int) -> None:
        self.joiner = joiner
        self.arm = arm
        self.functions: list[Closure] = []

    def binding(self, binding: Binding) -> Binding:
        match binding:
            case Value():
                return self.value(binding)
            case Cell():
                self.cell(binding)
            case View(base=base, step=step):
                return self.view(binding, base, step)
            case Either(cond=cond, then=then, orelse=orelse):
                return Either(self.value(cond), self.binding(then), self.binding(orelse))
            case Items(items=items):
                return replace(binding, items=tuple(map(self.binding, items)))
            case OrNone(binding=inner, given=given):
                return OrNone(self.binding(inner), self.binding(given))
            case Maybe(binding=inner, bound=bound):
                return replace(binding, binding=self.binding(inner), bound=self.binding(bound))
            case Method(owner=owner):
                return Method(self.binding(owner), binding.name)
            case Applied(args=args, kwargs=kwargs):
                named = {name: self.binding(b) for name, b in kwargs.items()}
                function = self.binding(binding.function)
                return Applied(function, tuple(map(self.binding, args)), named)
            case Closure(defaults=defaults):
                self.captured(binding)
                return replace(binding, defaults={n: self.binding(b) for n, b in defaults.items()})
            case ShapeOf(array=array):
                return ShapeOf(self.value(array))
            case Box(cell=cell):
                self.cell(cell)
            case Iteration(parts=parts):
                return replace(binding, parts=tuple(map(self.binding, parts)))
        return binding

    def captured(self, function: Closure) -> None:
        """What a function knows of calls that have ended on this path."""
        if function in self.functions:
            return
        self.functions.append(function)
        running, outer = self.joiner.frame.running(), function.frame
        names = {n.id for n in walk(function.node) if isinstance(n, ast.Name)}
        while outer is not None and outer not in running:
            env = outer.state.env
            env.update({name: self.binding(env[name]) for name in names & env.keys()})
            outer = outer.captured

    def value(self, value: Value) -> Value:
        known = self.joiner.known_outside(value, self.arm)
        if known is not None:
            return known
        other = self.joiner.arms[1 - self.arm]
        with self.joiner.frame.branch(other.region, other.state):
            nothing = self.joiner.frame.op("undef")
        pair = (value, nothing) if self.arm == 0 else (nothing, value)
        key = ("out", value)
        if key not in self.joiner.slots:
            self.joiner.slots[key] = self.joiner.result(*pair, Slot(value.type), value.hint, "")
        found = self.joiner.slots[key][0]
        assert found is not None
        return found

    def cell(self, cell: Cell) -> None:
        """An object that only this path knows, as it is at its end."""
        contents = self.joiner.frame.state.contents
        if cell in contents:
            return
        content = self.joiner.arms[self.arm].state.contents[cell]
        contents[cell] = content
        self.joiner.heirs[self.arm].add(cell, cell)
        if isinstance(content, Value):
            contents[cell] = self.value(content)
        elif isinstance(content, ListItems):
            contents[cell] = ListItems(tuple(map(self.binding, content.items)))
        elif isinstance(content, DictItems | Instance):
            items = {k: self.binding(b) for k, b in content.items.items()}
            contents[cell] = replace(content, items=items)
        elif isinstance(content, Pending):
            contents[cell] = self.pending(content)

    def pending(self, content: Pending) -> Pending | Lost:
        """An iterator that nothing has been taken from: what it runs over is handed out."""
        from sourcead.frontend.iterators import Lazy

        made = content.made
        parts = tuple(map(self.binding, made.parts))
        if all(new is old for new, old in zip(parts, made.parts, strict=True)):
            return content
        if not isinstance(made, Lazy):
            return Pending(replace(made, parts=parts))
        # What makes its elements at once has been made for what the path knows.
        if made.steps is None:
            return Lost("is an iterator that only one of the paths has made", code="SAD110")
        steps = self.binding(made.steps)
        assert isinstance(steps, Iteration)
        return Pending(steps)

    def view(self, view: View, base: Cell | View, step: Step) -> View:
        outer = self.binding(base)
        operands = tuple(map(self.value, step.operands))
        if outer is base and operands == step.operands:
            return view
        assert isinstance(outer, Cell | View)
        return View(outer, replace(step, operands=operands))
