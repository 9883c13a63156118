"""`for` and `while`: the types of carried variables are found by repeating the body."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from sourcead.frontend.bindings import (
    FLAGS,
    RETURN,
    RETURNED,
    SKIPPED,
    STOPPED,
    UNBOUND,
    Binding,
    Cell,
    State,
    Static,
)
from sourcead.frontend.conditions import condition, negate, truth
from sourcead.frontend.frame import Frame, statement
from sourcead.frontend.iteration import Turn, streams_of
from sourcead.frontend.join import SOFT
from sourcead.frontend.liveness import Names, stored_names
from sourcead.frontend.memory import reachable_cells
from sourcead.frontend.statements import lower_block
from sourcead.frontend.templates import (
    Leaf,
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
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value

Loop = ast.For | ast.While
MOST_ROUNDS = 12


@dataclass
class Plan:
    """What a loop carries: names, and cells that its body writes, with their structure."""

    names: dict[str, Template] = field(default_factory=dict)
    cells: dict[Cell, Template] = field(default_factory=dict)
    doubts: dict[str, set[Cell]] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)

    def slots(self) -> list[Template]:
        return [*self.names.values(), *self.cells.values()]


class LoopLowering:
    """One loop: rounds of lowering its body until what it carries is stable."""

    def __init__(
        self, frame: Frame, node: Loop, streams: list[Value], turn: Callable[[list[Value]], None]
    ) -> None:
        self.frame = frame
        self.node = node
        self.streams = streams
        self.turn = turn
        self.entry = frame.state
        self.live_after: Names = frame.live.after[node] | _else_reads(frame, node)
        self.live_head: Names = frame.live.head[node]
        self.bound, self.updated = stored_names([node])
        self.memo: dict[str, Template] = frame.program.loop_memo.setdefault(
            (*frame.path, node), {}
        )

    # The plan ------------------------------------------------------------------------------

    def first_plan(self) -> Plan:
        plan = Plan()
        wanted = self.live_head | self.live_after | frozenset(self._captured())
        for name in sorted(self.bound | self.updated):
            binding = self.entry.env.get(name, UNBOUND)
            in_place = name in self.updated and not isinstance(binding, Value)
            if name in wanted and not in_place:
                plan.names[name] = template_of(self.frame, binding, self.node)
        self._recall(plan)
        return plan

    def _captured(self) -> Names:
        return self.frame.live.always

    def _recall(self, plan: Plan) -> None:
        """Start from what an earlier round of an outer loop has found."""
        for name, template in self.memo.items():
            if name in plan.names:
                plan.names[name] = join_templates(plan.names[name], template)
            elif name in FLAGS or name == RETURN:
                plan.names[name] = template
            elif isinstance(cell := self.entry.env.get(name), Cell):
                content = self.entry.contents[cell]
                now = content_template(self.frame, cell, content, self.node)
                plan.cells[cell] = join_templates(now, template)

    def keep(self, plan: Plan) -> None:
        self.memo.update(plan.names)
        for cell, template in plan.cells.items():
            for name, binding in self.entry.env.items():
                if binding is cell:
                    self.memo[name] = template

    # A round -------------------------------------------------------------------------------

    def run(self) -> None:
        plan = self.first_plan()
        program, region = self.frame.program, self.frame.builder.region
        problems, emitted, reads = program.mark(), len(region.ops), dict(self.entry.reads)
        for _ in range(MOST_ROUNDS):
            program.rewind(problems)
            del region.ops[emitted:]
            self.entry.reads = dict(reads)
            lowered = Round(self, plan)
            new = lowered.next_plan()
            if new is None:
                self.keep(plan)
                lowered.emit()
                return
            plan = new
        self.frame.refuse(self.node, "SAD110", "the types of the variables of this loop never settle")


class Round:
    """The body, lowered once under a plan."""

    def __init__(self, loop: LoopLowering, plan: Plan) -> None:
        self.loop = loop
        self.plan = plan
        self.frame = loop.frame
        self.node = loop.node
        self.body = Region()
        self.cond: Region | None = None
        self.cond_value: Value | None = None
        self.never = False
        self.items = [self.body.new_param(*_item_of(s)) for s in loop.streams]
        self.slots: list[Slot] = []
        self.head_cells: dict[str, Cell] = {}
        self.inits: list[Value] = []
        self.head = self._head()
        self.head_contents = dict(self.head.contents)
        self.end = self._lower()

    def _head(self) -> State:
        """The state in which a turn begins: a parameter for each slot."""
        head = self.loop.entry.copy()
        frame = self.frame
        outer = frame.state
        self._init_values()
        with frame.branch(self.body, head):
            groups: dict[object, tuple[Value, Cell | None]] = {}
            for name, template in self.plan.names.items():
                binding = self._instantiate(name, template, groups, head)
                if name in FLAGS:
                    continue
                frame.bind(name, binding if name in self.loop.live_head else UNBOUND)
            for cell, template in self.plan.cells.items():
                make = self._maker(cell.hint, "", {}, iter([None] * 10000))
                head.contents[cell] = instantiate_content(frame, template, make)
            for name in self.loop.bound - self.plan.names.keys():
                head.env.pop(name, None)
            frame.set_flags(False, *FLAGS)
            head = frame.state
        frame.state = outer
        frame.share_contents()
        return head

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
        self.inits = [v for found in self.init_leaves.values() for v, _ in found]
        self.inits += [v for found in self.cell_leaves.values() for v, _ in found]

    def _instantiate(
        self,
        name: str,
        template: Template,
        groups: dict[object, tuple[Value, Cell | None]],
        head: State,
    ) -> Binding:
        found = iter(self.init_leaves[name])
        cells = iter([cell for _, cell in found])
        hint = "" if name in SOFT else name
        make = self._maker(hint, name, groups, cells)
        binding = instantiate(self.frame, template, make, hint)
        if isinstance(binding, Cell):
            self.head_cells[name] = binding
        return binding

    def _maker(
        self, hint: str, name: str, groups: dict[object, tuple[Value, Cell | None]], cells: object
    ) -> Callable[[Slot], tuple[Value, Cell | None]]:
        def make(slot: Slot) -> tuple[Value, Cell | None]:
            param = self.body.new_param(slot.type, hint)
            param.soft = SOFT.get(name, "")
            self.slots.append(slot)
            if not slot.mutable:
                return param, None
            old = next(cells, None)  # type: ignore[call-overload]
            cell = Cell(hint, contiguous=slot.contiguous)
            cell.held = slot.held
            cell.doubts = set(self.plan.doubts.get(name, ()))
            if old is not None:
                cell.doubts |= {old} | old.doubts
            self.frame.state.contents[cell] = param
            return param, cell

        return make

    def _lower(self) -> State:
        frame = self.frame
        outer_live = frame.loop_live
        with frame.branch(self.body, self.head):
            frame.loop_live = self.loop.live_head | self.loop.live_after
            try:
                if isinstance(self.node, ast.While):
                    self._condition(self.node)
                self.loop.turn(self.items)
                if not self.never:
                    lower_block(frame, self.node.body)
            finally:
                frame.loop_live = outer_live
            return frame.state

    def _condition(self, node: ast.While) -> None:
        """The test, in a region of its own with the carried values as parameters."""
        frame = self.frame
        self.cond = Region()
        if any(isinstance(n, ast.NamedExpr) for n in ast.walk(node.test)):
            self._condition_that_binds(node)
            return
        before = dict(frame.state.contents)
        with frame.branch(self.cond, frame.state.copy()):
            cond = condition(frame, node.test)
            written = any(frame.state.contents.get(c) is not v for c, v in before.items())
        if written:
            frame.refuse(
                node.test,
                "SAD101",
                "the condition of `while` changes something",
                fix="write `while True:` and break out of it",
            )
        self.never = cond is False
        with frame.builder.into(self.cond):
            self.cond_value = frame.const(cond) if isinstance(cond, bool) else cond

    def _condition_that_binds(self, node: ast.While) -> None:
        """A test with `:=` is the first thing in a loop that has no other end than to break."""
        frame = self.frame
        if node.orelse:
            frame.refuse(
                node.test,
                "SAD101",
                "`:=` in the condition of a `while` with an `else` is not supported",
                fix="assign the name before the loop and at its end",
            )
        assert self.cond is not None
        with frame.builder.into(self.cond):
            self.cond_value = frame.const(True)
        test = negate(frame, frame.expr(node.test), node.test)
        known = truth(frame, test, node.test)
        done: Binding = Static(known) if isinstance(known, bool) else known
        frame.state.env[STOPPED] = frame.state.env[SKIPPED] = done

    # What the round has found --------------------------------------------------------------

    def next_plan(self) -> Plan | None:
        """A wider plan, or None where the body fits the plan."""
        frame, plan = self.frame, self.plan
        new = Plan(dict(plan.names), dict(plan.cells), dict(plan.doubts))
        with frame.branch(self.body, self.end):
            for name in (*plan.names, *self._flags()):
                if name in FLAGS or name == RETURN:
                    end = self._flag_template(name)
                else:
                    binding = self.end.env.get(name, UNBOUND)
                    end = template_of(frame, binding, self.node)
                    self._note_sharing(new, name, binding)
                old = plan.names.get(name)
                new.names[name] = end if old is None else join_templates(old, end)
            for cell, content in self.head_contents.items():
                if cell in self.loop.entry.contents and self.end.contents[cell] is not content:
                    found = content_template(frame, cell, self.end.contents[cell], self.node)
                    old = plan.cells.get(cell) or content_template(
                        frame, cell, self.loop.entry.contents[cell], self.node
                    )
                    new.cells[cell] = join_templates(old, found)
        same = new.names == plan.names and new.cells == plan.cells and new.doubts == plan.doubts
        return None if same else new

    def _flags(self) -> list[str]:
        """The flags that are still of interest when the loop has ended."""
        found = []
        if self.end.env[RETURNED] != Static(False):
            found = [RETURNED, RETURN]
        if self.node.orelse and self.end.env[STOPPED] != Static(False):
            found.append(STOPPED)
        return found

    def _flag_template(self, name: str) -> Template:
        binding = self.end.env.get(name, UNBOUND)
        if name in FLAGS:
            return template_of(self.frame, self.frame.const(True), self.node)
        return template_of(self.frame, binding, self.node)

    def _note_sharing(self, new: Plan, name: str, binding: Binding) -> None:
        """What a carried array may be the same as when the next turn begins."""
        found: set[Cell] = set()
        for cell in reachable_cells(self.frame, [binding]):
            found |= {c for c in (cell, *cell.doubts) if c in self.loop.entry.contents}
            for other, used in self.end.env.items():
                if other != name and used is cell and self._both_carried(other, binding):
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
        assert self.cond is not None and self.cond_value is not None
        mapping = {}
        for param in self.body.params:
            mapping[param] = self.cond.new_param(param.type, param.hint)
        self.cond.yields = [self.cond_value]
        from sourcead.ir.walk import substitute

        substitute(self.cond, mapping)

    def _yields(self) -> Value | None:
        frame = self.frame
        with frame.branch(self.body, self.end):
            stopped = frame.flag(STOPPED)
            for name, template in self.plan.names.items():
                binding = self.end.env.get(name, UNBOUND)
                found = leaves(frame, template, binding, self.node)
                self.body.yields += [v for v, _ in found]
            for cell, template in self.plan.cells.items():
                found = content_leaves(frame, template, cell, self.node)
                self.body.yields += [v for v, _ in found]
            if stopped is False:
                return None
            return frame.const(True) if stopped is True else stopped

    def _after(self, op: Op) -> State:
        """The state after the loop: every slot is a result."""
        frame, loop = self.frame, self.loop
        after = State(dict(loop.entry.env), dict(loop.entry.contents), dict(loop.entry.reads))
        frame.state = after
        shared: dict[Cell, Cell] = {}

        def maker(hint: str, name: str, ends: list[Cell | None]) -> Callable[[Slot], tuple[Value, Cell | None]]:
            cells = iter(ends)

            def make(slot: Slot) -> tuple[Value, Cell | None]:
                result = op.new_result(slot.type, hint)
                result.soft = SOFT.get(name, "")
                end = next(cells, None)
                if not slot.mutable:
                    return result, None
                return result, self._cell_after(slot, hint, name, end, result, shared)

            return make

        for name, template in self.plan.names.items():
            ends = [c for _, c in self.init_leaves[name]]
            binding = instantiate(frame, template, maker(name if name not in SOFT else "", name, ends), "")
            if name in FLAGS or name == RETURN or name in loop.live_after | loop.live_head:
                after.env[name] = binding
        for cell, template in self.plan.cells.items():
            after.contents[cell] = instantiate_content(frame, template, maker(cell.hint, "", []))
        for name in loop.bound - self.plan.names.keys():
            after.env.pop(name, None)
        self._after_flags(after)
        return after

    def _cell_after(
        self,
        slot: Slot,
        hint: str,
        name: str,
        entry: Cell | None,
        result: Value,
        shared: dict[Cell, Cell],
    ) -> Cell:
        cell = Cell(hint, contiguous=slot.contiguous)
        cell.held = slot.held
        cell.doubts = set(self.plan.doubts.get(name, ()))
        if entry is not None:
            cell.doubts |= {entry} | entry.doubts
        end = self.end.env.get(name)
        if isinstance(end, Cell):
            if end in shared:
                cell.doubts.add(shared[end])
            shared[end] = cell
        self.frame.state.contents[cell] = result
        return cell

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
        endless = self.cond is not None and constant(self.cond_value) is True
        stopped, returned = self.end.env[STOPPED], self.end.env[RETURNED]
        return endless and (stopped is returned or stopped == returned == Static(True))

    def _orelse(self, stop: Value | None) -> None:
        if not self.node.orelse:
            return
        frame = self.frame
        if stop is None:
            lower_block(frame, self.node.orelse)
            return
        from sourcead.frontend.join import conditional

        assert isinstance(self.stopped, Value)
        conditional(
            frame,
            self.stopped,
            lambda: None,
            lambda: lower_block(frame, self.node.orelse),
            self.node,
            self.loop.live_after | frame.loop_live,
        )


def _item_of(stream: Value) -> tuple[object, str]:
    from sourcead.ir.types import INT, ListT

    return (stream.type.elem if isinstance(stream.type, ListT) else INT), ""


def _else_reads(frame: Frame, node: Loop) -> Names:
    found: Names = frozenset()
    for stmt in node.orelse:
        found |= frame.live.reads(stmt)
    return found


@statement(ast.While)
def while_loop(frame: Frame, node: ast.While) -> None:
    LoopLowering(frame, node, [], lambda items: None).run()


@statement(ast.For)
def for_loop(frame: Frame, node: ast.For) -> None:
    found = streams_of(frame, frame.expr(node.iter), node)
    if isinstance(found, Turn):
        turn = found.binder(frame, node)
        LoopLowering(frame, node, found.streams, turn).run()
        return
    unrolled(frame, node, found)


def unrolled(frame: Frame, node: ast.For, items: list[Binding]) -> None:
    """A loop over a few objects that are known: its body, once for each."""
    _turns(frame, node, items)
    if node.orelse:
        stopped = frame.flag(STOPPED)
        if stopped is False:
            lower_block(frame, node.orelse)
    returned = frame.state.env[RETURNED]
    frame.state.env[STOPPED] = frame.state.env[SKIPPED] = returned


def _turns(frame: Frame, node: ast.For, items: list[Binding]) -> None:
    from sourcead.frontend.assign import assign
    from sourcead.frontend.join import conditional

    outer, frame.loop_live = frame.loop_live, frozenset(frame.state.env) | frame.live.head[node]
    try:
        for k, item in enumerate(items):
            assign(frame, node.target, item)
            lower_block(frame, node.body)
            stopped = frame.flag(STOPPED)
            if stopped is True:
                return
            frame.set_flags(False, SKIPPED)
            if isinstance(stopped, Value):
                rest = items[k + 1 :]
                live = frame.live.head[node] | frame.live.after[node] | frame.loop_live

                def go_on(rest: list[Binding] = rest) -> None:
                    frame.set_flags(False, *FLAGS)
                    _turns(frame, node, rest)

                def leave(stopped: Value = stopped) -> None:
                    for flag in FLAGS:
                        if frame.state.env[flag] is stopped:
                            frame.set_flags(True, flag)

                conditional(frame, stopped, leave, go_on, node, live)
                return
    finally:
        frame.loop_live = outer
