"""Dead code: what no result and no effect needs goes, values that loops carry included.

In a gradient this is adjoint liveness: primal statements that no adjoint reads disappear.
"""

from __future__ import annotations

from sourcead.ir.attempts import FIRST_SWEEPS, is_attempt, may_raise
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.walk import free_values_of
from sourcead.ops.catalog import definition
from sourcead.transforms.facts import Facts
from sourcead.transforms.invariants import AGAIN, draw_in

CONTROL = ("if", "for", "while")


def remove_dead_code(function: Function, facts: Facts) -> Function:
    """Remove operations, carries, tapes, streams and results that nothing needs."""
    live = _Liveness(facts, function.body)
    live.run()
    _sweep(function.body, live)
    return function


def prune(region: Region) -> None:
    """Remove pure operations of a straight region that none of its yields needs."""
    live = set(region.yields)
    kept = []
    for op in reversed(region.ops):
        if not op.results or any(r in live for r in op.results):
            live.update(free_values_of(op))
            kept.append(op)
    region.ops = kept[::-1]


class _Liveness:
    def __init__(self, facts: Facts, body: Region) -> None:
        self.facts = facts
        self.body = body
        self.live: set[Value] = set()
        self.needed: set[Op] = set()
        self.pending: list[Value] = []
        # For each parameter or result of control flow: what it stands for elsewhere.
        self.sources: dict[Value, list[Value]] = {}
        self.enclosing: dict[Op, list[Op]] = {}
        self.effects: list[Op] = []
        self.owner: dict[Value, Op] = {}

    def run(self) -> None:
        self._survey(self.body, [])
        for value in self.body.yields:
            self._mark(value)
        for op in self.effects:
            self._need(op)
        while self.pending:
            value = self.pending.pop()
            for source in self.sources.get(value, ()):
                self._mark(source)
            maker = value.op or self.owner.get(value)
            if maker is not None:
                self._need(maker)

    def _mark(self, value: Value) -> None:
        if value not in self.live:
            self.live.add(value)
            self.pending.append(value)

    def _need(self, op: Op) -> None:
        """The operation runs; plain ones need all operands, control flow what steers it."""
        if op in self.needed:
            return
        self.needed.add(op)
        for outer in self.enclosing[op]:
            self._need(outer)
        if is_attempt(op):
            # What raises decides, also where nobody reads what it computes.
            for inner in op.regions[0].walk():
                if may_raise(inner):
                    self._need(inner)
        for value in self._steering(op):
            self._mark(value)

    def _steering(self, op: Op) -> list[Value]:
        if op.name == "if":
            return op.operands
        if op.name in ("for", "while"):
            loop = Loop(op)
            steering = list(self._lengths(loop))
            if loop.stop is not None:
                steering.append(loop.stop)
            if loop.cond is not None:
                steering += loop.cond.yields
            return steering
        return op.operands

    def _lengths(self, loop: Loop) -> list[Value]:
        """The streams that fix the trip count. In a reverse loop all have the same length."""
        if loop.op.phase != "reverse":
            return loop.streams
        pairs = zip(loop.items, loop.streams, strict=True)
        read = [stream for item, stream in pairs if item in self.live]
        return read or loop.streams[:1]

    def _survey(self, region: Region, outer: list[Op]) -> None:
        for op in region.ops:
            self.enclosing[op] = outer
            if op.name in CONTROL:
                self._survey_control(op)
                for inner in op.regions:
                    self._survey(inner, [*outer, op])
            elif self._has_effect(op):
                self.effects.append(op)

    def _has_effect(self, op: Op) -> bool:
        if op.awaited and op.phase in FIRST_SWEEPS:
            return True
        if op.name == "call":
            if op.phase == "reverse":
                # What is done again is done for its draws too, which others follow.
                return draw_in(op, self.facts) is not None
            return self.facts.has_effects(op.attrs["callee"])
        if op.name == "generator_state" or op.attrs.get(AGAIN):
            return False
        return not definition(op.name).pure

    def _survey_control(self, op: Op) -> None:
        if op.name == "if":
            for position, result in enumerate(op.results):
                self.sources[result] = [r.yields[position] for r in op.regions]
            return
        loop = Loop(op)
        for item, stream in zip(loop.items, loop.streams, strict=True):
            self.sources[item] = [stream]
            self.owner[item] = op
        for k, carry in enumerate(loop.carries):
            links = [loop.inits[k], loop.nexts[k]]
            self.sources[carry] = links
            self.sources[loop.finals[k]] = [carry]
            self.owner[carry] = op
            if loop.cond is not None:
                self.sources[loop.cond.params[k]] = [carry]
        for tape, collected in zip(loop.tapes, loop.collected, strict=True):
            self.sources[tape] = [collected]


def _sweep(region: Region, live: _Liveness) -> None:
    kept = []
    for op in region.ops:
        if op not in live.needed:
            continue
        if op.name == "if":
            _prune_branches(op, live.live)
        elif op.name in ("for", "while"):
            _prune_loop(op, live.live)
        for inner in op.regions:
            _sweep(inner, live)
        kept.append(op)
    region.ops = kept


def _prune_branches(op: Op, live: set[Value]) -> None:
    keep = [r in live for r in op.results]
    op.results = _chosen(op.results, keep)
    for region in op.regions:
        region.yields = _chosen(region.yields, keep)


def _chosen(values: list[Value], keep: list[bool]) -> list[Value]:
    return [v for v, kept in zip(values, keep, strict=True) if kept]


def _prune_loop(op: Op, live: set[Value]) -> None:
    loop = Loop(op)
    is_reverse = op.phase == "reverse"
    pairs = zip(loop.items, loop.streams, strict=True)
    streams = [s in live and (i in live or not is_reverse) for i, s in pairs]
    if loop.n_streams and not any(streams):
        streams[0] = True
    carries = [c in live or f in live for c, f in zip(loop.carries, loop.finals, strict=True)]
    tapes = [t in live for t in loop.tapes]
    count = loop.count
    stop = [loop.stop] if loop.stop is not None else []
    nexts, collected = _chosen(loop.nexts, carries), _chosen(loop.collected, tapes)
    results = _chosen(loop.finals, carries) + _chosen(loop.tapes, tapes)
    op.operands = _chosen(loop.streams, streams) + _chosen(loop.inits, carries)
    loop.body.params = _chosen(loop.items, streams) + _chosen(loop.carries, carries)
    if loop.cond is not None:
        loop.cond.params = _chosen(loop.cond.params, carries)
    loop.body.yields = [*stop, *nexts, *collected]
    op.results = results + ([count] if count is not None and count in live else [])
    op.attrs["count"] = count is not None and count in live
    if loop.n_streams:
        op.attrs["streams"] = sum(streams)
