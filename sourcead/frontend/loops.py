"""`for` and `while`: the types of carried variables are found by repeating the body."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.frontend.alternatives import NotKnown, lower_either, lowered_if_known
from sourcead.frontend.bindings import (
    FLAGS,
    RETURN,
    UNBOUND,
    Binding,
    Box,
    Cell,
    Either,
    Instance,
    Iteration,
    View,
)
from sourcead.frontend.classes import instance_attribute
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame, statement
from sourcead.frontend.generators import Generated, consume
from sourcead.frontend.iteration import Turn, known_items, streams_of
from sourcead.frontend.liveness import Names, stored_names
from sourcead.frontend.plans import Plan, Structures
from sourcead.frontend.recomputing import snapshots_in, split_test
from sourcead.frontend.rounds import Loop, Round
from sourcead.frontend.templates import Template, join_templates
from sourcead.frontend.unrolling import leaves_unclear, unrolled, unrolled_while
from sourcead.ir.core import Value

MOST_ROUNDS = 12
FEW = 8


class LoopLowering:
    """One loop: rounds of lowering its body until what it carries is stable."""

    def __init__(
        self,
        frame: Frame,
        node: Loop,
        streams: list[Value],
        turn: Callable[[list[Value]], None],
        snapshots: int = 0,
    ) -> None:
        self.frame = frame
        self.node = node
        self.streams = streams
        # Whether the streams are known to be equally long.
        self.equal = False
        self.turn = turn
        self.test: ast.expr | None = None
        # How many states it holds for the reverse sweep, 0 if it is not `checkpointed`.
        self.snapshots = snapshots
        if isinstance(node, ast.While):
            self.test, self.snapshots = split_test(frame, node)
        self.entry = frame.state
        self.structures = Structures(frame.program.by_path, frame.state)
        self.live_after: Names = frame.live.after[node] | _else_reads(frame, node)
        self.live_head: Names = frame.live.head[node]
        self.bound, self.updated = stored_names([node])
        self.memo: dict[str, Template] = frame.program.loop_memo.setdefault(
            (*frame.path, node), {}
        )

    # The plan ------------------------------------------------------------------------------

    def first_plan(self) -> Plan:
        plan = Plan()
        wanted = self.live_head | self.live_after | self.frame.live.always
        for name in sorted(self.bound | self.updated):
            binding = self.entry.env.get(name, UNBOUND)
            in_place = isinstance(binding, Box)
            in_place |= name in self.updated and isinstance(binding, Cell | View | Either)
            if name in wanted and not in_place:
                plan.names[name] = self.structures.template(self.frame, binding, self.node)
        self._recall(plan)
        return plan

    def _recall(self, plan: Plan) -> None:
        """Start from what an earlier round of an outer loop has found."""
        for name, template in self.memo.items():
            if name in plan.names:
                plan.names[name] = join_templates(plan.names[name], template)
            elif name in FLAGS or name == RETURN:
                plan.names[name] = template
            elif isinstance(cell := self.entry.env.get(name), Cell):
                content = self.entry.contents[cell]
                now = self.structures.content(self.frame, cell, content, self.node)
                plan.cells[cell] = join_templates(now, template)

    def keep(self, plan: Plan) -> None:
        if self.frame.program.by_path:
            return  # templates name objects that another round does not have
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
        message = "the types of the variables of this loop never settle"
        self.frame.refuse(self.node, "SAD110", message)


def _else_reads(frame: Frame, node: Loop) -> Names:
    found: Names = frozenset()
    for stmt in node.orelse:
        found |= frame.live.reads(stmt)
    return found


@statement(ast.While)
def while_loop(frame: Frame, node: ast.While) -> None:
    def loop() -> None:
        LoopLowering(frame, node, [], lambda items: None).run()

    if frame.program.by_path and lowered_if_known(
        frame, lambda: unrolled_while(frame, node, FEW + 1)
    ):
        return
    lower_either(
        frame, loop, lambda: unrolled_while(frame, node), lambda: leaves_unclear(frame, node)
    )


@statement(ast.For)
def for_loop(frame: Frame, node: ast.For) -> None:
    steps = own_iterator(frame, frame.expr(node.iter), node.iter)
    if isinstance(steps, Iteration) and taken(frame, node, steps):
        return
    if isinstance(steps, Iteration) and steps.kind == "checkpointed":
        _checkpointed_loop(frame, node, steps)
        return

    def loop() -> None:
        found = streams_of(frame, steps, node)
        if isinstance(found, Turn):
            _run(frame, node, found)
        else:
            unrolled(frame, node, found)

    def written_out() -> None:
        items = known_items(frame, steps, node.iter)
        if items is None:
            raise NotKnown
        unrolled(frame, node, items)

    ways = (written_out, loop) if _is_short(frame, steps, node) else (loop, written_out)
    lower_either(frame, *ways, lambda: leaves_unclear(frame, node))


def _is_short(frame: Frame, steps: Binding, node: ast.For) -> bool:
    """Whether a loop is written out because those around it are: then more may be known.

    So it is where it matters which object each turn works with.
    """
    if frame.program.by_path:
        known = known_items(frame, steps, node.iter)
        return known is not None and len(known) <= FEW
    if not frame.program.unrolling or isinstance(steps, Iteration):
        return False
    items = elements(frame, steps, node.iter)
    return items is not None and len(items) <= FEW


def _run(frame: Frame, node: ast.For, found: Turn, snapshots: int = 0) -> None:
    lowering = LoopLowering(frame, node, found.streams, found.binder(frame, node), snapshots)
    lowering.equal = found.equal
    lowering.run()


def _checkpointed_loop(frame: Frame, node: ast.For, steps: Iteration) -> None:
    found = streams_of(frame, steps.parts[0], node)
    if isinstance(found, Turn):
        _run(frame, node, found, snapshots_in(steps))
        return
    frame.refuse(
        node,
        "SAD109",
        "`checkpointed` of objects that are looked at one by one",
        "the body is written out for each of them: there is no loop to run in reverse",
        "the loop without `checkpointed`, or `checkpoint` around what it calls",
    )


def own_iterator(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What the `__iter__` of an object returns; anything else as it is."""
    from sourcead.frontend.calls import apply

    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    if not isinstance(binding, Cell) or not isinstance(content, Instance):
        return binding
    method = instance_attribute(frame, binding, content, "__iter__", node)
    return apply(frame, method, [], {}, node)


def taken(frame: Frame, node: ast.For, steps: Iteration) -> bool:
    """Lower a loop over a generator, which may be numbered; False for any other loop."""
    made, count = steps, None
    if steps.kind == "enumerate" and isinstance(steps.parts[0], Generated):
        made, count = steps.parts[0], steps.parts[1]
    if not isinstance(made, Generated):
        return False
    consume(frame, node, made, count)
    return True
