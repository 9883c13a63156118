"""Where two paths meet: the `if` operation, and the state after it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from sourcead.frontend.array_paths import are_arrays, array_of
from sourcead.frontend.bindings import (
    CAUGHT,
    COLUMN,
    FLAGS,
    FORGOTTEN,
    HALF,
    RETURN,
    RETURNED,
    SKIPPED,
    STOPPED,
    UNBOUND,
    Applied,
    Binding,
    Box,
    Cell,
    Items,
    Maybe,
    Numbered,
    OrNone,
    Poison,
    State,
    Static,
    Unbound,
    View,
    hint_of,
)
from sourcead.frontend.choices import alternatives_of, versions
from sourcead.frontend.class_defaults import fill_from_class
from sourcead.frontend.columns import named_array
from sourcead.frontend.filling import (
    Leaf,
    Make,
    as_flag,
    children_of,
    content_leaves,
    instantiate,
    instantiate_content,
    leaves,
)
from sourcead.frontend.frame import Frame, Poisoned, Raises
from sourcead.frontend.liveness import Names
from sourcead.frontend.optional import assume
from sourcead.frontend.paths import chosen, chosen_content
from sourcead.frontend.sharing import Heirs, kin, reachable_cells
from sourcead.frontend.templates import (
    MAYBE,
    OR_NONE,
    Clash,
    Group,
    Same,
    Slot,
    Template,
    content_template,
    has_identity,
    join_templates,
    template_of,
)
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.types import ListT, UndefT, join
from sourcead.ops.catalog import definition

# The sum that a generator expression adds up.
TOTAL = "<total>"
SOFT = {
    RETURN: "result",
    RETURNED: "returned",
    STOPPED: "stopped",
    SKIPPED: "skipped",
    TOTAL: "total",
}


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
        # The condition afterwards; of a `try`, whether its block was completed.
        self.cond: Value | None = None
        self.dead: int | None = None  # the arm that never gets to its end
        self.slots: dict[object, Leaf] = {}
        self.heirs = (Heirs(), Heirs())
        # Names that stand for one of two arrays: those that an arm has made, and what is known.
        self.made: dict[tuple[int, Binding], Cell] = {}
        self.seen: list[tuple[View, Value]] = []

    def template(self, bindings: tuple[Binding, Binding]) -> Template:
        found = []
        for k, (arm, binding) in enumerate(zip(self.arms, bindings, strict=True)):
            with self.frame.branch(arm.region, arm.state):
                if k != self.dead:
                    found.append(template_of(self.frame, binding, self.node))
        return self.kept(join_templates(found[0], found[-1]), bindings)

    def kept(self, template: Template, bindings: tuple[Binding, Binding]) -> Template:
        """The template, with what is the same object on both paths as that object."""
        a, b = bindings
        if a is b and isinstance(a, Cell) and a in self.before.contents:
            return Same(a)
        if not isinstance(template, Group) or template.kind in (MAYBE, OR_NONE):
            return template
        if not all(isinstance(x, Cell | Items | Applied) for x in bindings):
            return template
        return self.parts_kept(template, bindings)

    def binding(self, bindings: tuple[Binding, Binding], hint: str, soft: str = "") -> Binding:
        """The binding after the `if` of what is bound to `bindings` at the ends of the arms."""
        a, b = bindings
        if a is b or (isinstance(a, Static) and a == b):
            return a
        if self.frame.program.by_path and not self.are_numbered(bindings):
            found = array_of(self, bindings, hint) if are_arrays(self, bindings) else None
            found = found or chosen(self, bindings)
            if found is not None:
                return found
        return self.as_one(bindings, hint, soft)

    def are_numbered(self, bindings: tuple[Binding, Binding]) -> bool:
        """Whether a name is an object with a number on one path: then it is one after both."""
        held = [b.binding if isinstance(b, OrNone) else b for b in bindings]
        contents = [arm.state.contents.get(b) if isinstance(b, Cell) else None
                    for arm, b in zip(self.arms, held, strict=True)]  # fmt: skip
        return any(isinstance(content, Numbered) for content in contents)

    def as_one(self, bindings: tuple[Binding, Binding], hint: str, soft: str = "") -> Binding:
        """One binding for what the arms may have: objects become a new one, which may be either."""
        template = self.template(bindings)
        if isinstance(template, Same | Clash):
            return instantiate(self.frame, template, _never)
        sides = []
        for k, (arm, binding) in enumerate(zip(self.arms, bindings, strict=True)):
            with self.frame.branch(arm.region, arm.state):
                held = UNBOUND if k == self.dead else binding
                sides.append(leaves(self.frame, template, held, self.node))
        return instantiate(self.frame, template, self.maker(sides, hint, soft), hint)

    def content(self, cell: Cell) -> None:
        """The content after the `if` of a cell that an arm has written."""
        if self.dead is None:
            fill_from_class(self.frame, self.arms, cell, self.node)
        if self.frame.program.by_path and self.dead is None:
            new = chosen_content(self, *(arm.state.contents[cell] for arm in self.arms))
            if new is not None:
                self.frame.state.contents[cell] = new
                return
        found = []
        for k, arm in enumerate(self.arms):
            with self.frame.branch(arm.region, arm.state):
                content = arm.state.contents[cell]
                if k != self.dead:
                    found.append(content_template(self.frame, cell, content, self.node))
        template = join_templates(found[0], found[-1])
        if isinstance(template, Group) and self.dead is None:
            template = self.parts_kept(template, (cell, cell))
        sides = []
        for k, arm in enumerate(self.arms):
            with self.frame.branch(arm.region, arm.state):
                if k == self.dead:
                    unbound = leaves(self.frame, template, UNBOUND, self.node)
                    sides.append(unbound[has_identity(template) :])
                else:
                    sides.append(content_leaves(self.frame, template, cell, self.node))
        make = self.maker(sides, cell.hint, "")
        self.frame.state.contents[cell] = instantiate_content(self.frame, cell, template, make)

    def parts_kept(self, template: Group, bindings: tuple[Binding, Binding]) -> Group:
        """The template of a container, with what both paths leave in it."""
        sides = []
        for arm, binding in zip(self.arms, bindings, strict=True):
            with self.frame.branch(arm.region, arm.state):
                sides.append(children_of(self.frame, binding))
        pairs = zip(*sides, strict=True)
        parts = [self.kept(p, pair) for p, pair in zip(template.parts, pairs, strict=True)]
        return replace(template, parts=tuple(parts))

    def maker(self, sides: list[list[Leaf]], hint: str, soft: str) -> Make:
        pairs = iter(list(zip(sides[0], sides[1], strict=True)))

        def make(part: Slot | Group) -> Leaf:
            (a, cell_a), (b, cell_b) = next(pairs)
            if isinstance(part, Group):
                made: Leaf = (None, self.container(part, cell_a, cell_b))
                self.remember(made[1], cell_a, cell_b)
                return made
            assert a is not None
            assert b is not None
            key = (_identity(a), _identity(b), cell_a, cell_b, part.mutable)
            if key not in self.slots:
                self.slots[key] = self.result(a, b, part, hint, soft)
                self.remember(self.slots[key][1], cell_a, cell_b)
            return self.slots[key]

        return make

    def container(self, group: Group, a: Cell | None, b: Cell | None) -> Cell:
        """What stands for a container of known structure: one for each pair."""
        key = (group.kind, a, b)
        if (a is None and b is None) or key not in self.slots:
            cell = Cell()
            cell.held = group.held
            self.slots[key] = None, cell
        found = self.slots[key][1]
        assert found is not None
        return found

    def result(self, a: Value, b: Value, slot: Slot, hint: str, soft: str) -> Leaf:
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
        cell.known = slot.known
        self.frame.state.contents[cell] = value
        return value, cell

    def known_outside(self, value: Value, arm: int) -> Value | None:
        """A value that an arm has not made itself, None for one that it has."""
        known = constant(value)
        if known is not MISSING:
            return self.frame.const(known)
        region = self.op.regions[arm]
        return None if any(value in op.results for op in region.walk()) else value

    def handed_on(self, a: Value, b: Value) -> Value | None:
        """A value that is the same on both paths needs no result."""
        if a is b:
            return a
        if self.dead is not None:
            living = (a, b)[1 - self.dead]
            known = constant(living)
            if known is not MISSING:
                return self.frame.const(known)
            inside = self.op.regions[1 - self.dead].walk()
            return None if any(living in op.results for op in inside) else living
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


def _never(part: Slot | Group) -> Leaf:
    raise AssertionError(part)


def join_arms(
    frame: Frame, cond: Value, before: State, arms: tuple[Arm, Arm], live: Names, node: ast.AST
) -> Joiner:
    """Make `frame.state` the state after an `if` whose arms have been lowered.

    The operation is appended by `finish`, so that a caller may join further bindings first.
    """
    joiner = Joiner(frame, before, arms, node)
    joiner.op.operands = [cond]
    joiner.cond = cond
    join_states(joiner, live)
    return joiner


def join_states(joiner: Joiner, live: Names) -> None:
    """Join what the arms leave behind: the names that are live, and the contents of cells."""
    frame, before, arms = joiner.frame, joiner.before, joiner.arms
    joiner.op.loc = frame.builder.loc
    first, second = (arm.state for arm in arms)
    after = before.after({})
    reachable: dict[Cell, None] = dict.fromkeys(frame.program.read_by_iterators())
    for arm in arms:
        with frame.branch(arm.region, arm.state):
            reachable |= reachable_cells(frame, [*frame.roots(live), *frame.kept_cells()])
    frame.state = after
    frame.share_contents()
    for name in dict.fromkeys((*first.env, *second.env)):
        boxed = isinstance(first.env.get(name), Box)
        ours = name in FLAGS or name == RETURN or name.startswith((CAUGHT, COLUMN, "<over"))
        if name in live or ours or boxed:
            pair = first.undecided(name), second.undecided(name)
            after.env[name] = _named(joiner, pair, name)
    for cell in before.contents:
        if first.contents[cell] is second.contents[cell]:
            after.contents[cell] = first.contents[cell]
        elif cell in reachable:
            joiner.content(cell)
        else:
            after.contents[cell] = FORGOTTEN


def _named(joiner: Joiner, pair: tuple[Binding, Binding], name: str) -> Binding:
    """A name after the `if`; where only one arm binds it, also whether it is bound."""
    a, b = pair
    if name in SOFT:
        return joiner.binding(pair, "", SOFT[name])
    if joiner.dead is not None:
        return _of_the_living(joiner, pair[1 - joiner.dead], name)
    if a is b or not any(isinstance(x, Unbound | Maybe) or x is HALF for x in pair):
        return joiner.binding(pair, hint_of(name))
    inner = [_inner(x) for x in pair]
    found = joiner.binding((inner[0], inner[1]), hint_of(name))
    if isinstance(found, Unbound | Poison):
        return HALF if HALF in pair else found
    bound = [_is_bound(x) for x in pair]
    half = any(x is HALF or (isinstance(x, Maybe) and x.half) for x in pair)
    cond = joiner.cond
    assert cond is not None
    if bound == [Static(True), Static(False)]:
        return Maybe(found, cond, half)
    if bound == [Static(False), Static(True)] and joiner.op.operands:
        return Maybe(found, joiner.frame.op("not", [cond]), half)
    flag = joiner.binding((bound[0], bound[1]), "")
    return Maybe(found, as_flag(joiner.frame, flag), half)


def _of_the_living(joiner: Joiner, living: Binding, name: str) -> Binding:
    """A name after an `if` one arm of which never ends."""

    def handed(binding: Binding) -> Binding:
        pair = (UNBOUND, binding) if joiner.dead == 0 else (binding, UNBOUND)
        return joiner.binding(pair, hint_of(name))

    before = joiner.before
    if living is before.env.get(name) or (isinstance(living, Cell) and living in before.contents):
        return living
    if isinstance(living, Maybe):
        bound = living.bound
        flags = (UNBOUND, bound) if joiner.dead == 0 else (bound, UNBOUND)
        flag = as_flag(joiner.frame, joiner.binding(flags, ""))
        return Maybe(handed(living.binding), flag, living.half)
    return living if isinstance(living, Unbound) or living is HALF else handed(living)


def _inner(binding: Binding) -> Binding:
    if binding is HALF:
        return UNBOUND
    return binding.binding if isinstance(binding, Maybe) else binding


def _is_bound(binding: Binding) -> Binding:
    if isinstance(binding, Maybe):
        return binding.bound
    return Static(not isinstance(binding, Unbound) and binding is not HALF)


def finish(frame: Frame, joiner: Joiner) -> None:
    """Append the `if`, unless it does nothing."""
    op = joiner.op
    if op.results or any(region.ops and _has_effect(region) for region in op.regions):
        frame.builder.append(op)
    for view, value in joiner.seen:
        now = versions(frame, alternatives_of(frame, view) or ())
        frame.state.reads[view] = (now, value)


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
    before, problems = frame.state, frame.program.mark()
    arms: list[Arm] = []
    results: list[Binding] = []
    unknown = 0
    for lower, holds in ((then, True), (orelse, False)):
        arm = Arm(Region(), before.copy())
        with frame.branch(arm.region, arm.state):
            assume(frame, cond, holds)
            try:
                found = named_array(frame, lower())
            except Poisoned:
                # A recursion whose result is not known yet: the other arm tells what it is.
                unknown += 1
                if unknown == 2 or frame.program.mark() != problems:
                    raise
                found = None
            except Raises as error:
                frame.refuse(
                    node, "SAD101", f"one side of this raises: {error}", fix="an `if` statement"
                )
            arm.state = frame.state
        results.append(UNBOUND if found is None else found)
        arms.append(arm)
    joiner = join_arms(frame, cond, before, (arms[0], arms[1]), live, node)
    result: Binding = UNBOUND
    if results != [UNBOUND, UNBOUND]:
        result = joiner.binding((results[0], results[1]), "")
    finish(frame, joiner)
    return result
