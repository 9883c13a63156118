"""Where two paths meet: the `if` operation, and the state after it."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.frontend.bindings import (
    FLAGS,
    RETURN,
    RETURNED,
    SKIPPED,
    STOPPED,
    UNBOUND,
    Binding,
    Cell,
    Maybe,
    Poison,
    State,
    Static,
    Unbound,
    hint_of,
)
from sourcead.frontend.frame import Frame
from sourcead.frontend.liveness import Names
from sourcead.frontend.memory import Heirs, kin, reachable_cells
from sourcead.frontend.templates import (
    Clash,
    Leaf,
    Same,
    Slot,
    Template,
    content_leaves,
    content_template,
    instantiate,
    instantiate_content,
    join_templates,
    leaves,
    template_of,
)
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import ListT, UndefT, join
from sourcead.ops.catalog import definition

SOFT = {RETURN: "result", RETURNED: "returned", STOPPED: "stopped", SKIPPED: "skipped"}


class Arm:
    """One of the two paths: its region, and the state at its end."""

    def __init__(self, region: Region, state: State) -> None:
        self.region = region
        self.state = state


class Joiner:
    """Builds the results of an `if` from what its arms leave behind."""

    def __init__(self, frame: Frame, before: State, arms: tuple[Arm, Arm], node: ast.AST) -> None:
        self.frame = frame
        self.before = before
        self.arms = arms
        self.node = node
        self.op = Op("if", [], regions=[arm.region for arm in arms])
        self.slots: dict[object, tuple[Value, Cell | None]] = {}
        self.heirs = (Heirs(), Heirs())

    def template(self, bindings: tuple[Binding, Binding]) -> Template:
        found = []
        for arm, binding in zip(self.arms, bindings, strict=True):
            with self.frame.branch(arm.region, arm.state):
                found.append(template_of(self.frame, binding, self.node))
        return join_templates(found[0], found[1])

    def binding(self, bindings: tuple[Binding, Binding], hint: str, soft: str = "") -> Binding:
        """The binding after the `if` of what is bound to `bindings` at the ends of the arms."""
        a, b = bindings
        if a is b or (isinstance(a, Static) and a == b):
            return a
        template = self.template(bindings)
        if isinstance(template, Same | Clash):
            return instantiate(self.frame, template, _never)
        sides = []
        for arm, binding in zip(self.arms, bindings, strict=True):
            with self.frame.branch(arm.region, arm.state):
                sides.append(leaves(self.frame, template, binding, self.node))
        return instantiate(self.frame, template, self.maker(sides, hint, soft), hint)

    def content(self, cell: Cell) -> None:
        """The content after the `if` of a cell that an arm has written."""
        found = []
        for arm in self.arms:
            with self.frame.branch(arm.region, arm.state):
                content = arm.state.contents[cell]
                found.append(content_template(self.frame, cell, content, self.node))
        template = join_templates(found[0], found[1])
        sides = []
        for arm in self.arms:
            with self.frame.branch(arm.region, arm.state):
                sides.append(content_leaves(self.frame, template, cell, self.node))
        make = self.maker(sides, cell.hint, "")
        self.frame.state.contents[cell] = instantiate_content(self.frame, template, make)

    def maker(
        self, sides: list[list[Leaf]], hint: str, soft: str
    ) -> Callable[[Slot], tuple[Value, Cell | None]]:
        pairs = iter(list(zip(sides[0], sides[1], strict=True)))

        def make(slot: Slot) -> tuple[Value, Cell | None]:
            (a, cell_a), (b, cell_b) = next(pairs)
            key = (_identity(a), _identity(b), cell_a, cell_b, slot.mutable)
            if key not in self.slots:
                self.slots[key] = self.result(a, b, slot, hint, soft)
                self.remember(self.slots[key][1], cell_a, cell_b)
            return self.slots[key]

        return make

    def result(
        self, a: Value, b: Value, slot: Slot, hint: str, soft: str
    ) -> tuple[Value, Cell | None]:
        value = self.handed_on(a, b)
        if value is None:
            for arm, side in zip(self.arms, (a, b), strict=True):
                arm.region.yields.append(side)
            value = self.op.new_result(slot.type if _covers(slot, a, b) else join(a.type, b.type))
            value.hint = hint
            value.soft = soft
        if not slot.mutable:
            return value, None
        cell = Cell(hint, contiguous=slot.contiguous)
        cell.held = slot.held
        self.frame.state.contents[cell] = value
        return value, cell

    def handed_on(self, a: Value, b: Value) -> Value | None:
        """A value that is the same on both paths needs no result."""
        if a is b:
            return a
        x, y = constant(a), constant(b)
        if x is not MISSING and type(x) is type(y) and x == y:
            return self.frame.const(x)
        if isinstance(a.type, UndefT) and isinstance(b.type, UndefT):
            return self.frame.op("undef")
        return None

    def remember(self, new: Cell | None, *old: Cell | None) -> None:
        """What a new cell may or may not be the same as."""
        if new is None:
            return
        for arm, cell in enumerate(old):
            if cell is None:
                continue
            new.doubts |= kin(cell, self.before)
            self.heirs[arm].add(new, cell)


def _covers(slot: Slot, a: Value, b: Value) -> bool:
    return isinstance(slot.type, ListT) or join(join(slot.type, a.type), b.type) == slot.type


def _identity(value: Value) -> object:
    known = constant(value)
    return value if known is MISSING else (type(known), known)


def _never(slot: Slot) -> tuple[Value, Cell | None]:
    raise AssertionError(slot)


def join_arms(
    frame: Frame, cond: Value, before: State, arms: tuple[Arm, Arm], live: Names, node: ast.AST
) -> Joiner:
    """Make `frame.state` the state after an `if` whose arms have been lowered.

    The operation is appended by `finish`, so that a caller may join further bindings first.
    """
    joiner = Joiner(frame, before, arms, node)
    joiner.op.operands = [cond]
    joiner.op.loc = frame.builder.loc
    first, second = (arm.state for arm in arms)
    after = State({}, dict(before.contents), dict(before.reads))
    reachable: dict[Cell, None] = {}
    for arm in arms:
        with frame.branch(arm.region, arm.state):
            reachable |= reachable_cells(frame, [*frame.roots(live), *frame.kept_cells()])
    frame.state = after
    frame.share_contents()
    for name in dict.fromkeys((*first.env, *second.env)):
        if name in live or name in FLAGS or name == RETURN:
            pair = first.env.get(name, UNBOUND), second.env.get(name, UNBOUND)
            after.env[name] = _named(joiner, pair, name)
    for cell in before.contents:
        if first.contents[cell] is not second.contents[cell]:
            if cell in reachable:
                joiner.content(cell)
        else:
            after.contents[cell] = first.contents[cell]
    return joiner


def _named(joiner: Joiner, pair: tuple[Binding, Binding], name: str) -> Binding:
    """A name after the `if`; where only one arm binds it, also whether it is bound."""
    a, b = pair
    if name in SOFT:
        return joiner.binding(pair, "", SOFT[name])
    if a is b or not any(isinstance(x, Unbound | Maybe) for x in pair):
        return joiner.binding(pair, hint_of(name))
    inner = [x.binding if isinstance(x, Maybe) else x for x in pair]
    found = joiner.binding((inner[0], inner[1]), hint_of(name))
    if isinstance(found, Unbound | Poison):
        return found
    bound = [_is_bound(x) for x in pair]
    cond = joiner.op.operands[0]
    if bound == [Static(True), Static(False)]:
        return Maybe(found, cond)
    if bound == [Static(False), Static(True)]:
        return Maybe(found, joiner.frame.op("not", [cond]))
    return Maybe(found, joiner.binding((bound[0], bound[1]), ""))


def _is_bound(binding: Binding) -> Binding:
    if isinstance(binding, Maybe):
        return binding.bound
    return Static(not isinstance(binding, Unbound))


def finish(frame: Frame, joiner: Joiner) -> None:
    """Append the `if`, unless it does nothing."""
    op = joiner.op
    if op.results or any(region.ops and _has_effect(region) for region in op.regions):
        frame.builder.append(op)


def _has_effect(region: Region) -> bool:
    return any(op.name == "while" or not definition(op.name).pure for op in region.walk())


def conditional(
    frame: Frame,
    cond: Value,
    then: Callable[[], Binding | None],
    orelse: Callable[[], Binding | None],
    node: ast.AST,
    live: Names,
) -> Binding:
    """Lower two arms under a run-time condition, and join what they leave behind.

    The arms may return a binding each; the result is their join.
    """
    before = frame.state
    arms: list[Arm] = []
    results: list[Binding] = []
    for lower in (then, orelse):
        arm = Arm(Region(), before.copy())
        with frame.branch(arm.region, arm.state):
            found = lower()
            arm.state = frame.state
        results.append(UNBOUND if found is None else found)
        arms.append(arm)
    pair = (arms[0], arms[1])
    joiner = join_arms(frame, cond, before, pair, live, node)
    result: Binding = UNBOUND
    if results != [UNBOUND, UNBOUND]:
        result = joiner.binding((results[0], results[1]), "")
    finish(frame, joiner)
    return result
