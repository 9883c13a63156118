"""`for` and `while`: the types of carried variables are found by repeating the body."""

from __future__ import annotations

import ast
from collections.abc import Callable

from sourcead.frontend.alternatives import Before, NotKnown, lower_either, lowered_if_known
from sourcead.frontend.bindings import (
    FLAGS,
    RETURN,
    UNBOUND,
    Binding,
    Box,
    Cell,
    Either,
    Iteration,
    View,
)
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame, statement
from sourcead.frontend.generators import consume, yields
from sourcead.frontend.iteration import Turn, known_items, streams_of
from sourcead.frontend.iterators import Generated, begin_beside, read_now
from sourcead.frontend.kept_lists import check_kept_in_loop
from sourcead.frontend.lists import is_pending
from sourcead.frontend.liveness import FUNCTIONS, Names, stored_names
from sourcead.frontend.plans import Plan, Structures
from sourcead.frontend.readings import reading_of
from sourcead.frontend.recomputing import snapshots_in, split_test
from sourcead.frontend.rounds import Loop, Round
from sourcead.frontend.templates import UNSURE, Template, join_templates
from sourcead.frontend.turns import (
    changes,
    in_turn,
    one_by_one,
    over_name,
    refuse_changes,
    taken_at_entry,
)
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
        # Names of objects that are only updated: they stay what they are, if their `+=` says so.
        self.in_place: list[str] = []
        # In a loop over a generator, what the body returns is in an object that is there already.
        boxed = isinstance(self.entry.env.get(RETURN), Box)
        self.returns = () if boxed else (RETURN,)
        # What the streams were made of, which the body must leave alone; whether it does.
        self.taken: set[Cell] = set()
        self.changes = False
        self.memo: dict[str, Template] = frame.program.loop_memo.setdefault((*frame.path, node), {})

    # The plan ------------------------------------------------------------------------------

    def first_plan(self) -> Plan:
        plan = Plan()
        wanted = self.live_head | self.live_after | self.frame.live.always
        for name in sorted(self.bound | self.updated):
            binding = self.entry.env.get(name, UNBOUND)
            if name not in wanted or isinstance(binding, Box):
                continue
            if name in self.updated and isinstance(binding, Cell | View | Either):
                self.in_place.append(name)
            else:
                known = self.structures.template(self.frame, binding, self.node)
                plan.names[name] = UNSURE if binding is UNBOUND else known
        self._recall(plan)
        return plan

    def _recall(self, plan: Plan) -> None:
        """Start from what an earlier round of an outer loop has found."""
        boxed = {name for name, held in self.entry.env.items() if isinstance(held, Box)}
        for name, template in self.memo.items():
            if name in boxed:
                continue  # its cell is carried
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
        optional = dict(self.entry.optional)
        for _ in range(MOST_ROUNDS):
            program.rewind(problems)
            del region.ops[emitted:]
            self.entry.reads, self.entry.optional = dict(reads), dict(optional)
            lowered = Round(self, plan)
            new = lowered.next_plan()
            if new is None:
                self._check_taken(lowered)
                head, end = lowered.head_contents, lowered.end.contents
                check_kept_in_loop(self.frame, self.entry.contents, head, end, self.node)
                self.keep(plan)
                lowered.emit()
                return
            plan = new
        message = "the types of the variables of this loop never settle"
        self.frame.refuse(self.node, "SAD110", message)

    def _check_taken(self, lowered: Round) -> None:
        """Refuse a body that changes what the loop runs over: its elements are live."""
        self.changes = changes(self.frame, self.taken, lowered.head_contents, lowered.end.contents)
        if self.changes:
            assert isinstance(self.node, ast.For)
            refuse_changes(self.frame, self.node.iter)


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
    """A loop over what is there, or over an iterator, of which each turn takes an element."""
    iterable = frame.expr(node.iter)
    if not is_pending(frame, iterable):
        _loop_over(frame, node, _begun(frame, node, iterable))
        return
    reading, before = reading_of(frame, iterable), Before(frame)
    program, count = frame.program, frame.program.made_at_once
    _loop_over(frame, node, _begun(frame, node, iterable))
    if program.made_at_once == count or reading.is_unchanged(frame):
        return
    before.restore()
    program.strictly_in_turn = True
    try:
        steps = _begun(frame, node, iterable)
    finally:
        program.strictly_in_turn = False
    _loop_over(frame, node, steps)


def _begun(frame: Frame, node: ast.For, iterable: Binding) -> Binding:
    """What a loop runs over, which its body may leave early."""
    reads, early = _between(frame, node)
    partly = early or bool(frame.program.watches)
    return begin_beside(frame, iterable, node.iter, reads, partly, early)


def _between(frame: Frame, node: ast.For) -> tuple[list[Binding], bool]:
    """What the turns of a loop read, and whether one may leave it.

    Where it yields, the turns of the loop that takes what is yielded are part of its own.
    """
    names = frozenset[str]().union(*(frame.live.reads(stmt) for stmt in node.body))
    reads, early = read_now(frame, names), _leaves(node.body, (ast.Break, ast.Return))
    consumer = frame.consumer
    if consumer is None or not yields(node):
        return reads, early
    more, left = _between(consumer.frame, consumer.node)
    return reads + more, early or left


def _leaves(statements: list[ast.stmt], exits: tuple[type[ast.stmt], ...]) -> bool:
    """Whether statements may leave the loop that they are the body of."""
    for stmt in statements:
        if isinstance(stmt, exits):
            return True
        if isinstance(stmt, FUNCTIONS):
            continue
        # A `break` in the `else` of a loop leaves the loop around it.
        inside = (ast.Return,) if isinstance(stmt, ast.For | ast.While) else exits
        blocks = [getattr(stmt, name, []) for name in ("orelse", "finalbody")]
        blocks += [h.body for h in getattr(stmt, "handlers", [])]
        blocks += [c.body for c in getattr(stmt, "cases", [])]
        if _leaves(getattr(stmt, "body", []), inside) or any(_leaves(b, exits) for b in blocks):
            return True
    return False


def _loop_over(frame: Frame, node: ast.For, steps: Binding) -> None:
    if isinstance(steps, Iteration) and taken(frame, node, steps):
        return
    if isinstance(steps, Iteration) and steps.kind == "checkpointed":
        _checkpointed_loop(frame, node, steps)
        return

    tried: list[LoopLowering] = []

    def loop() -> None:
        found = streams_of(frame, steps, node)
        if isinstance(found, Turn):
            tried.append(_prepared(frame, node, steps, found))
            tried[-1].run()
        else:
            unrolled(frame, node, in_turn(frame, steps, node.iter) or iter(found))

    def written_out() -> None:
        items = in_turn(frame, steps, node.iter)
        if items is not None:
            unrolled(frame, node, items)
            return
        made = one_by_one(frame, steps, node.iter) if tried and tried[-1].changes else None
        if made is None:
            raise NotKnown
        consume(frame, node, made)

    name = over_name(node)
    if not isinstance(steps, Iteration) or steps.kind != "range":
        frame.state.env[name] = steps
    ways = (written_out, loop) if _is_short(frame, steps, node) else (loop, written_out)
    lower_either(frame, *ways, lambda: leaves_unclear(frame, node))
    frame.state.env.pop(name, None)


def _is_short(frame: Frame, steps: Binding, node: ast.For) -> bool:
    """Whether a loop is written out because those around it are: then more may be known."""
    if not frame.program.unrolling:
        return False
    if frame.program.ways.writes_out:
        items = known_items(frame, steps, node.iter)
        return items is not None and len(items) <= FEW
    items = None if isinstance(steps, Iteration) else elements(frame, steps, node.iter)
    return items is not None and len(items) <= FEW


def _prepared(
    frame: Frame, node: ast.For, steps: Binding, found: Turn, snapshots: int = 0
) -> LoopLowering:
    lowering = LoopLowering(frame, node, found.streams, found.binder(frame, node), snapshots)
    lowering.equal = found.equal
    lowering.taken = taken_at_entry(frame, steps)
    return lowering


def _checkpointed_loop(frame: Frame, node: ast.For, steps: Iteration) -> None:
    found = streams_of(frame, steps.parts[0], node)
    if isinstance(found, Turn):
        _prepared(frame, node, steps.parts[0], found, snapshots_in(steps)).run()
        return
    frame.refuse(
        node,
        "SAD109",
        "`checkpointed` of objects that are looked at one by one",
        "the body is written out for each of them: there is no loop to run in reverse",
        "the loop without `checkpointed`, or `checkpoint` around what it calls",
    )


def taken(frame: Frame, node: ast.For, steps: Iteration) -> bool:
    """Lower a loop over a generator, which may be numbered; False for any other loop."""
    made, count = steps, None
    if steps.kind == "enumerate" and isinstance(steps.parts[0], Generated):
        made, count = steps.parts[0], steps.parts[1]
    if not isinstance(made, Generated):
        return False
    consume(frame, node, made, count)
    return True
