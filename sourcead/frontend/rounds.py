"""One lowering of a loop's body under a plan: does it fit, and if so, the loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING

from sourcead.frontend.bindings import (
    FLAGS,
    RETURN,
    RETURNED,
    SKIPPED,
    STOPPED,
    UNBOUND,
    Binding,
    Box,
    Cell,
    State,
    Static,
    hint_of,
)
from sourcead.frontend.bound_names import after_loop, is_endless
from sourcead.frontend.conditions import condition, negate, truth
from sourcead.frontend.filling import (
    Leaf,
    Make,
    Possible,
    content_leaves,
    instantiate,
    instantiate_content,
    leaves,
    objects_along,
    values_of,
)
from sourcead.frontend.join import SOFT, conditional
from sourcead.frontend.lists import is_written
from sourcead.frontend.plans import Key, Place, Plan, places_of
from sourcead.frontend.sharing import Heirs, kin, may_be_same, parts_of, reachable_cells
from sourcead.frontend.statements import lower_block
from sourcead.frontend.templates import (
    Group,
    Slot,
    Template,
    has_identity,
    join_templates,
    outlasting,
    template_of,
)
from sourcead.ir.core import Op, Region, Value, newer_key
from sourcead.ir.types import INT, ListT, Type
from sourcead.ir.walk import substitute

if TYPE_CHECKING:
    from sourcead.frontend.loops import LoopLowering

Loop = ast.For | ast.While


class Round:
    """The body, lowered once under a plan."""

    def __init__(self, loop: LoopLowering, plan: Plan) -> None:
        self.loop = loop
        self.plan = plan
        self.frame = loop.frame
        self.node = loop.node
        self.begin = newer_key()
        self.body = Region()
        self.cond: Region | None = None
        self.cond_value: Value | None = None
        self.never = False
        # The object that each carried part is at the end of a turn; that at the beginning of a
        # turn, or after the loop.
        self.end_cells: list[Cell | None] = []
        self.carried: list[Cell | None] = []
        self.places: dict[Place, Cell | None] = {}
        self.items = [self.body.new_param(_item_type(s)) for s in loop.streams]
        self.inits: list[Value] = []
        self.head = self._head()
        self.head_contents = dict(self.head.contents)
        self.end = self._lower()

    def _head(self) -> State:
        """The state in which a turn begins: a parameter for each slot."""
        head = self.loop.entry.copy()
        frame = self.frame
        outer = frame.state
        self.heirs = Heirs()
        self._init_values()
        with frame.branch(self.body, head):
            for name, template in self.plan.names.items():
                binding = self._instantiate(name, template)
                if name in FLAGS:
                    continue
                frame.bind(name, binding if name in self.loop.live_head else UNBOUND)
            for cell, template in self.plan.cells.items():
                make = self._maker(cell.hint, cell, self._entered(cell))
                head.contents[cell] = instantiate_content(frame, cell, template, make)
            self.plan.doubt_pairs(self.places)
            self.forget(head)
            frame.set_flags(False, *FLAGS)
            head = frame.state
        frame.state = outer
        frame.share_contents()
        return head

    def forget(self, state: State) -> None:
        """Variables of the body that nobody reads after a turn."""
        for name in self.loop.bound - self.plan.names.keys():
            if not isinstance(state.env.get(name), Box):
                state.env.pop(name, None)

    def _init_values(self) -> None:
        """The values with which the loop is entered, in the order of the slots."""
        frame, entry = self.frame, self.loop.entry
        self.init_leaves: dict[str, list[Leaf]] = {}
        for name, template in self.plan.names.items():
            binding = entry.env.get(name, UNBOUND)
            if name in FLAGS:
                binding = frame.const(False)
            if name == RETURN:
                binding = UNBOUND
            self.init_leaves[name] = leaves(frame, template, binding, self.node)
        self.cell_leaves = {
            cell: content_leaves(frame, template, cell, self.node)
            for cell, template in self.plan.cells.items()
        }
        entered = [*self.init_leaves.values(), *self.cell_leaves.values()]
        self.inits = [v for found in entered for v in values_of(found)]

    def _entered(self, cell: Cell) -> Iterator[Cell | None]:
        """What stood at entry for each part of a container."""
        return iter([part for _, part in self.cell_leaves[cell]])

    def _instantiate(self, name: str, template: Template) -> Binding:
        cells = iter([cell for _, cell in self.init_leaves[name]])
        hint = hint_of(name)
        return instantiate(self.frame, template, self._maker(hint, name, cells), hint)

    def _maker(self, hint: str, name: Key, cells: Iterator[Cell | None]) -> Make:
        return self._carrying(self.body.new_param, hint, name, cells)

    def _carrying(
        self,
        new: Callable[[Type, str], Value],
        hint: str,
        name: Key,
        cells: Iterator[Cell | None],
    ) -> Make:
        """Makes the carried values, and objects for those that were there at entry."""
        numbers = count()

        def make(part: Slot | Group) -> Leaf:
            made = carry(part)
            self.carried.append(made[1])
            self.places[name, next(numbers)] = made[1]
            return made

        def carry(part: Slot | Group) -> Leaf:
            old = next(cells, None)
            if isinstance(part, Group):
                cell = self._cell("", name, old)
                cell.held = part.held
                return None, cell
            value = new(part.type, hint)
            value.soft = SOFT.get(name, "") if isinstance(name, str) else ""
            if not part.mutable:
                return value, None
            cell = self._cell(hint, name, old)
            cell.contiguous = part.contiguous
            cell.known = part.known
            self.frame.state.contents[cell] = value
            return value, cell

        return make

    def _cell(self, hint: str, name: Key, old: Cell | None) -> Cell:
        """A carried object: it may be what it was at entry, or what an earlier turn made it."""
        cell = Cell(hint)
        cell.doubts = set(self.plan.doubts.get(name, ()))
        if old is not None:
            cell.doubts |= kin(old, self.loop.entry)
        self.heirs.add(cell, old)
        return cell

    def _lower(self) -> State:
        frame = self.frame
        outer_live = frame.loop_live
        with frame.branch(self.body, self.head):
            frame.loop_live = self.loop.live_head | self.loop.live_after
            try:
                if isinstance(self.node, ast.While):
                    assert self.loop.test is not None
                    self._condition(self.node, self.loop.test)
                self.loop.turn(self.items)
                if not self.never:
                    lower_block(frame, self.node.body)
            finally:
                frame.loop_live = outer_live
            return frame.state

    def _condition(self, node: ast.While, test: ast.expr) -> None:
        """The test, in a region of its own with the carried values as parameters."""
        frame = self.frame
        self.cond = Region()
        if any(isinstance(n, ast.NamedExpr) for n in ast.walk(test)):
            self._condition_that_changes(node, test)
            return
        before = dict(frame.state.contents)
        with frame.branch(self.cond, frame.state.copy()):
            cond = condition(frame, test)
            after = frame.state.contents
            changes = any(is_written(v, after.get(c)) for c, v in before.items())
        if changes:
            self.cond = Region()
            self._condition_that_changes(node, test, bool(self.loop.snapshots))
            return
        self.never = cond is False
        with frame.builder.into(self.cond):
            self.cond_value = frame.const(cond) if isinstance(cond, bool) else cond

    def _condition_that_changes(
        self, node: ast.While, test: ast.expr, checkpointed: bool = False
    ) -> None:
        """A test that binds or changes something is the first thing in a loop that has no other
        end than to break."""
        frame = self.frame
        if node.orelse or checkpointed:
            what = "`checkpointed` loop" if checkpointed else "`while` with an `else`"
            frame.refuse(
                node.test,
                "SAD101",
                f"the condition of a {what} binds or changes something",
                fix="`while True:` with a `break`, and what is changed as a statement",
            )
        assert self.cond is not None
        with frame.builder.into(self.cond):
            self.cond_value = frame.const(True)
        ended = negate(frame, frame.expr(test), test)
        known = truth(frame, ended, test)
        done: Binding = Static(known) if isinstance(known, bool) else known
        frame.state.env[STOPPED] = frame.state.env[SKIPPED] = done

    # What the round has found --------------------------------------------------------------

    def next_plan(self) -> Plan | None:
        """A wider plan, or None where the body fits the plan."""
        frame, plan, structures = self.frame, self.plan, self.loop.structures
        new = plan.copy()
        with frame.branch(self.body, self.end):
            for name in (*plan.names, *self._flags()):
                if name in FLAGS or name == RETURN:
                    end = self._flag_template(name)
                else:
                    binding = self.end.env.get(name, UNBOUND)
                    end = structures.template(frame, binding, self.node)
                    self._note_sharing(new, name, [binding])
                end = outlasting(end, self.begin)
                old = plan.names.get(name)
                new.names[name] = end if old is None else join_templates(old, end)
            for name in self._rebound():
                new.names[name] = structures.at_entry(frame, name, self.node)
            for cell, content in self.head_contents.items():
                if cell in self.loop.entry.contents and self.end.contents[cell] is not content:
                    content = self.end.contents[cell]
                    found = structures.content(frame, cell, content, self.node)
                    known = plan.cells.get(cell)
                    old = known or structures.content_at_entry(frame, cell, self.node)
                    new.cells[cell] = join_templates(old, outlasting(found, self.begin))
                    self._note_sharing(new, cell, list(parts_of(self.end.contents[cell])))
            if new == plan:
                new.meet(self._objects_at_end())
        return None if new == plan else new

    def _rebound(self) -> list[str]:
        """Names that were taken to be updated in place, and are other objects after a turn."""
        uncarried = (n for n in self.loop.in_place if n not in self.plan.names)
        return [n for n in uncarried if self.end.env.get(n) is not self.loop.entry.env[n]]

    def _objects_at_end(self) -> list[tuple[Place, Possible]]:
        """The objects that the carried parts are when a turn has ended."""
        found = []
        for name, template in self.plan.names.items():
            held = self.end.env.get(name, UNBOUND)
            found += places_of(name, objects_along(self.frame, template, held))
        for cell, template in self.plan.cells.items():
            parts = objects_along(self.frame, template, cell)
            found += places_of(cell, parts[1:] if has_identity(template) else parts)
        return found

    def _flags(self) -> list[str]:
        """The flags that are still of interest when the loop has ended."""
        found, env = [], self.end.env
        if env[RETURNED] != Static(False):
            found = [n for n in (RETURNED, *self.loop.returns) if type(env.get(n)) is not Box]
        if self.node.orelse and env[STOPPED] != Static(False):
            found.append(STOPPED)
        return found

    def _flag_template(self, name: str) -> Template:
        binding = self.end.env.get(name, UNBOUND)
        if name in FLAGS:
            return template_of(self.frame, self.frame.const(True), self.node)
        return template_of(self.frame, binding, self.node)

    def _note_sharing(self, new: Plan, name: Key, bindings: list[Binding]) -> None:
        """What a carried array may be the same as when the next turn begins."""
        found: set[Cell] = set()
        for cell in reachable_cells(self.frame, bindings):
            found |= {c for c in (cell, *cell.doubts) if c in self.loop.entry.contents}
            for other, used in self.end.env.items():
                if other != name and used is cell and self._both_carried(other, bindings[0]):
                    found |= self._entry_cell(other)
        if found - new.doubts.get(name, set()):
            new.doubts[name] = new.doubts.get(name, set()) | found

    def _both_carried(self, other: str, binding: Binding) -> bool:
        return other in self.loop.live_head and isinstance(binding, Cell)

    def _entry_cell(self, name: str) -> set[Cell]:
        binding = self.loop.entry.env.get(name)
        return {binding} if isinstance(binding, Cell) else set()

    # The operation -------------------------------------------------------------------------

    def emit(self) -> None:
        """Append the loop, and make the state after it."""
        frame, node = self.frame, self.node
        if self.never:
            frame.state = self.loop.entry
            frame.share_contents()
            lower_block(frame, node.orelse)
            return
        stop = self._yields()
        kind = "while" if isinstance(node, ast.While) else "for"
        attrs: dict[str, object] = {} if kind == "while" else {"streams": len(self.loop.streams)}
        if self.loop.snapshots:
            attrs["snapshots"] = self.loop.snapshots
        if self.loop.equal and len(self.loop.streams) > 1:
            attrs["equal"] = True
        if stop is not None:
            attrs["stop"] = True
            self.body.yields.insert(0, stop)
        op = Op(kind, [*self.loop.streams, *self.inits], (), attrs, loc=frame.builder.loc)
        if self.cond is not None:
            self._finish_condition()
            op.regions.append(self.cond)
        op.regions.append(self.body)
        frame.state = self._after(op)
        frame.share_contents()
        frame.builder.append(op)
        self._orelse(stop)

    def _finish_condition(self) -> None:
        assert self.cond is not None
        assert self.cond_value is not None
        mapping = {}
        for param in self.body.params:
            mapping[param] = self.cond.new_param(param.type, param.hint)
        self.cond.yields = [self.cond_value]
        substitute(self.cond, mapping)

    def _yields(self) -> Value | None:
        frame = self.frame
        with frame.branch(self.body, self.end):
            stopped = frame.flag(STOPPED)
            for name, template in self.plan.names.items():
                binding = self.end.env.get(name, UNBOUND)
                found = leaves(frame, template, binding, self.node)
                self.body.yields += values_of(found)
                self.end_cells += [c for _, c in found]
            for cell, template in self.plan.cells.items():
                found = content_leaves(frame, template, cell, self.node)
                self.body.yields += values_of(found)
                self.end_cells += [c for _, c in found]
            if stopped is False:
                return None
            return frame.const(True) if stopped is True else stopped

    def _after(self, op: Op) -> State:
        """The state after the loop: every slot is a result."""
        frame, loop = self.frame, self.loop
        entry = loop.entry
        after = entry.after(dict(entry.env))
        frame.state = after
        self.heirs, self.carried, self.places = Heirs(), [], {}
        for name, template in self.plan.names.items():
            hint = hint_of(name)
            entered = iter([cell for _, cell in self.init_leaves[name]])
            make = self._carrying(op.new_result, hint, name, entered)
            binding = instantiate(frame, template, make, hint)
            if name in FLAGS or name == RETURN or name in loop.live_after | loop.live_head:
                after.env[name] = after_loop(self, name, binding)
        for cell, template in self.plan.cells.items():
            make = self._carrying(op.new_result, cell.hint, cell, self._entered(cell))
            after.contents[cell] = instantiate_content(frame, cell, template, make)
        self.forget(after)
        self._tell_apart()
        self._after_flags(after)
        return after

    def _tell_apart(self) -> None:
        """What shares an object at the end of a turn may do so after the loop."""
        both = [
            (end, new)
            for end, new in zip(self.end_cells, self.carried, strict=True)
            if end is not None and new is not None
        ]
        for k, (end, new) in enumerate(both):
            for other_end, other in both[:k]:
                if end is other_end or may_be_same(end, other_end):
                    new.doubts.add(other)

    def _after_flags(self, after: State) -> None:
        for flag in FLAGS:
            if flag not in self.plan.names:
                after.env[flag] = Static(False)
        self.stopped = after.env[STOPPED]
        if self._only_returns():
            after.env[RETURNED] = Static(True)
        returned = after.env[RETURNED]
        after.env[STOPPED] = after.env[SKIPPED] = returned

    def _only_returns(self) -> bool:
        """Whether the loop can end in no other way than by a `return`."""
        stopped, returned = self.end.env[STOPPED], self.end.env[RETURNED]
        return is_endless(self) and (stopped is returned or stopped == returned == Static(True))

    def _orelse(self, stop: Value | None) -> None:
        if not self.node.orelse:
            return
        frame = self.frame
        if stop is None:
            lower_block(frame, self.node.orelse)
            return
        assert isinstance(self.stopped, Value)
        conditional(
            frame,
            self.stopped,
            lambda: None,
            lambda: lower_block(frame, self.node.orelse),
            self.node,
            self.loop.live_after | frame.loop_live,
        )


def _item_type(stream: Value) -> Type:
    return stream.type.elem if isinstance(stream.type, ListT) else INT
