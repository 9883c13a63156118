"""Out of SSA: values that never meet share a variable, and every variable gets a readable name."""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable

from sourcead.backend.describe import constant_name, describe, item_name
from sourcead.backend.liveness import Live, Visitor, Walk
from sourcead.backend.memory import accumulations
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.backend.slots import is_slot
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import ScalarT
from sourcead.ir.walk import defined


class _Interference(Visitor):
    """Which values are needed at the same time, so that they cannot share a variable."""

    def __init__(self) -> None:
        self.edges: defaultdict[Value, set[Value]] = defaultdict(set)

    def meet(self, value: Value, others: Iterable[Value]) -> None:
        """A value is there while others are: a live set is taken in at once, for it is long."""
        mine = self.edges[value]
        mine.update(others)
        mine.discard(value)
        for other in others:
            if other is not value:
                self.edges[other].add(value)

    def statement(self, op: Op, live: Live) -> None:
        self.define(op.results, live)

    def moves(self, targets: list[Value], sources: list[Value], live: Live) -> None:
        for target, source in zip(targets, sources, strict=True):
            self.meet(target, live - {source})

    def define(self, values: list[Value], live: Live) -> None:
        for k, value in enumerate(values):
            self.meet(value, live.union(values[k + 1 :]))


class _Variables:
    """Classes of values that share one variable."""

    def __init__(self, edges: dict[Value, set[Value]], fixed: dict[Value, str]) -> None:
        self.edges = edges
        self.parent: dict[Value, Value] = {}
        self.members: dict[Value, list[Value]] = {}
        self.fixed = fixed

    def root(self, value: Value) -> Value:
        root = value
        while root in self.parent:
            root = self.parent[root]
        while value is not root:
            self.parent[value], value = root, self.parent[value]
        return root

    def of(self, root: Value) -> list[Value]:
        return self.members.get(root, [root])

    def meet(self, a: Value, b: Value) -> bool:
        """Whether a value of one class is needed at the same time as one of another."""
        return not self.edges.get(a, set()).isdisjoint(self.of(b))

    def hints(self, root: Value) -> list[str]:
        return [v.hint for v in self.of(root) if v.hint]

    def compatible(self, a: Value, b: Value) -> bool:
        """Whether two classes may share a variable without hiding a name of the user's."""
        if a in self.fixed and b in self.fixed:
            return False
        x, y = set(self.hints(a)), set(self.hints(b))
        return not x or not y or bool(x & y)

    def join(self, a: Value, b: Value, anyhow: bool = False) -> None:
        """Let two values share a variable if nothing speaks against it."""
        a, b = self.root(a), self.root(b)
        if a is b or self.meet(a, b) or not (anyhow or self.compatible(a, b)):
            return
        if a in self.fixed and b in self.fixed:
            return
        if b in self.fixed:
            a, b = b, a
        self.members[a] = self.of(a) + self.of(b)
        self.edges.setdefault(a, set()).update(self.edges.get(b, ()))
        self.parent[b] = a
        self.members.pop(b, None)


def name_values(plan: Plan, reserved: Iterable[str]) -> None:
    """Decide `plan.names`: the variable of every value that is not folded."""
    graph = _Interference()
    Walk(plan, graph).run()
    function = plan.function
    fixed = {
        value: param.name
        for value, param in zip(function.body.params, function.params, strict=True)
    }
    variables = _Variables(graph.edges, fixed)
    _coalesce(plan, variables)
    hints = {v.hint for v in defined(function.body) if v.hint and v not in plan.folded}
    _give_names(plan, variables, set(reserved), hints)


# Sharing --------------------------------------------------------------------------------------


def _coalesce(plan: Plan, variables: _Variables) -> None:
    """Loops first: their variables must agree; then writes; then what merely would be nice."""
    body = plan.function.body
    sums = accumulations(plan)
    for op in body.walk():
        if op.name in LOOPS:
            loop = Loop(op)
            for carry, final in zip(loop.carries, loop.finals, strict=True):
                variables.join(carry, final, anyhow=True)
    for op in body.walk():
        if op.name in WRITES or op in plan.in_place:
            variables.join(op.operands[0], op.results[0], anyhow=True)
    for op in body.walk():
        if op.name in LOOPS:
            loop = Loop(op)
            for k, carry in enumerate(loop.carries):
                _share(plan, variables, carry, loop.nexts[k])
                _share(plan, variables, carry, loop.inits[k])
        elif plan.has_branches(op) and op not in plan.returning:
            for inner in op.regions:
                for result, value in zip(op.results, inner.yields, strict=True):
                    _share(plan, variables, result, value)
        elif op in sums or _is_scalar_sum(op):
            _share(plan, variables, op.results[0], op.operands[0])


def _is_scalar_sum(op: Op) -> bool:
    if op.name not in ("add", "sub", "mul", "div") or not op.operands:
        return False
    result = op.results[0]
    return isinstance(result.type, ScalarT) and result.hint == op.operands[0].hint != ""


def _share(plan: Plan, variables: _Variables, a: Value, b: Value) -> None:
    if b not in plan.folded and a not in plan.folded:
        variables.join(a, b)


# Names ----------------------------------------------------------------------------------------


def _give_names(plan: Plan, variables: _Variables, reserved: set[str], hints: set[str]) -> None:
    given = {v: name for root, name in variables.fixed.items() for v in variables.of(root)}
    taken = reserved | set(given.values())
    made_before: dict[Hashable, str] = {}
    for value in _in_order(plan, plan.function.body):
        root = variables.root(value)
        if root not in given:
            near = set(filter(None, map(given.get, variables.edges.get(root, ()))))
            name = next((made_before[m] for m in _meanings(value) if m in made_before), "")
            if not name or variables.hints(root) or name in near:
                described = not any(v.hint or v.soft for v in variables.of(root))
                avoided = near | hints if described else near
                name = _choose(plan, variables, root, value, avoided, reserved, taken)
            # Otherwise it is the same value, made again.
            given.update(dict.fromkeys(variables.of(root), name))
        plan.names[value] = given[root]
        if value.op is not None:
            for meaning in _meanings(value):
                made_before.setdefault(meaning, given[root])


def _meanings(value: Value) -> Iterable[Hashable]:
    """What is equal for a value that is made again: copies, arithmetic on the same values."""
    yield value.key
    op = value.op
    if op is not None and op.name in ("add", "sub", "mul", "div"):
        known = ((v.key, constant(v)) for v in op.operands)
        yield op.name, *(key if number is MISSING else repr(number) for key, number in known)


def _choose(
    plan: Plan,
    variables: _Variables,
    root: Value,
    value: Value,
    near: set[str],
    reserved: set[str],
    taken: set[str],
) -> str:
    """A name that none of the values alive at the same time has."""
    hints = variables.hints(root)
    if hints:
        base = max(dict.fromkeys(hints), key=hints.count)
        forbidden = near | reserved
    else:
        base = next((v.soft for v in variables.of(root) if v.soft), "") or describe(plan, value)
        is_item = value.op is None
        forbidden = near | reserved if is_item else near | reserved | taken
    base = sanitised(base).replace("_tape_tape", "_tapes")
    numbered = item_name(plan, value) if value.op is None else ""
    if re.fullmatch(rf"{base}_\d+", numbered) and numbered not in forbidden:
        taken.add(numbered)
        return numbered  # as its tape is
    for name in _alternatives(plan, base, value, variables.of(root)):
        if name not in forbidden and not keyword.iskeyword(name):
            taken.add(name)
            return name
    raise AssertionError("there is always another number")


def _alternatives(plan: Plan, base: str, value: Value, members: list[Value]) -> Iterable[str]:
    yield base
    op = value.op
    if op is not None and op.name == "field" and not value.hint and not is_slot(plan, op):
        owner = constant_name(plan, op.operands[0])
        if owner and not base.startswith(owner):
            yield f"{owner}_{base}"
    if all(v.op is None for v in members):
        yield f"{base}_in"
    stem, number = re.sub(r"_\d+$", "", base), 2
    while True:
        yield f"{stem}_{number}"
        number += 1


def sanitised(name: str) -> str:
    """A valid identifier near a name."""
    if name.isidentifier():
        return name
    cleaned = "".join(c if c.isidentifier() or c.isdigit() else "_" for c in name)
    return cleaned if cleaned.isidentifier() else f"v_{cleaned}"


def _in_order(plan: Plan, region: Region) -> Iterable[Value]:
    """Every value that has a variable, in the order of the program."""
    yield from (v for v in region.params)
    for op in region.ops:
        if plan.is_folded(op):
            continue
        if op.name in LOOPS:
            loop = Loop(op)
            yield from loop.carries
            if loop.count is not None:
                yield loop.count
        if plan.has_branches(op) or op.name in LOOPS:
            for inner in op.regions:
                yield from _in_order(plan, inner)
        yield from op.results
