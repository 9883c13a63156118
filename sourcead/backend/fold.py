"""Which values are printed inside the expression that reads them, and which get a variable.

A value moves to its reader if that changes nothing: it is pure, read once, in the same region,
and nothing between writes memory that its expression reads. What the user named stays a statement.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice, takewhile
from operator import itemgetter

from sourcead.backend.alias_groups import Groups
from sourcead.backend.plan import LOOPS, WRITES, Plan
from sourcead.backend.slots import is_slot
from sourcead.backend.unbound import Unbound
from sourcead.backend.width import ExpressionWidth
from sourcead.ir.attempts import is_attempt
from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import INT, ArrayT, ScalarT, kind_of

# Folded however often they are read: their text is no longer than a name would be.
FREE = ("const", "global", "undef")
CHEAP = ("dim", "shape", "ndim", "size", "field", "dtype")
STATEMENTS = ("for", "while", "raise", "check", "print", "effect", *WRITES)
UPDATES = ("add", "sub", "mul", "div")
# The first contribution to an adjoint, which the others of its statement are added to at once.
BEGINNINGS = ("mul", "div", "neg", "matmul", "getitem")
SHORT = 26
# Expressions are not nested deeper than this, whatever a program does.
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Site:
    """A read: by `op` at a position of a region, or by the region's yield (op None)."""

    region: Region
    index: int
    op: Op | None
    slot: int = 0


@dataclass
class _Folder:
    plan: Plan
    groups: Groups
    width: ExpressionWidth
    sites: dict[Value, list[Site]] = field(default_factory=dict)
    at: dict[Op, int] = field(default_factory=dict)
    depth: dict[Op, int] = field(default_factory=dict)
    loops: dict[Region, Loop] = field(default_factory=dict)
    unassigned: set[Value] = field(default_factory=set)

    # Reads ----------------------------------------------------------------------------------

    def collect(self, region: Region) -> None:
        for index, op in enumerate(region.ops):
            for slot, value in enumerate(op.operands):
                self.sites.setdefault(value, []).append(Site(region, index, op, slot))
            if op.name in LOOPS:
                self.loops[op.regions[-1]] = Loop(op)
            for inner in op.regions:
                self.collect(inner)
        for slot, value in enumerate(region.yields):
            self.sites.setdefault(value, []).append(Site(region, len(region.ops), None, slot))

    def collected_slot(self, site: Site) -> bool:
        """Whether a read is a tape's: the value is appended where it is computed."""
        loop = self.loops.get(site.region)
        if loop is None or site.op is not None:
            return False
        first: int = int(loop.has_stop) + loop.n_carries
        return site.slot >= first

    def stop_slot(self, site: Site) -> bool:
        loop = self.loops.get(site.region)
        return loop is not None and site.op is None and loop.has_stop and site.slot == 0

    # Decisions ------------------------------------------------------------------------------

    def region(self, region: Region) -> None:
        """Backwards, so that a reader's place is known before what it reads is decided."""
        writes = [(i, self.groups.written(op)) for i, op in enumerate(region.ops)]
        writes = [(i, groups) for i, groups in writes if groups]
        effects = [i for i, op in enumerate(region.ops) if not self.plan.is_pure(op)]
        for index in reversed(range(len(region.ops))):
            op = region.ops[index]
            self.at[op] = index
            for inner in op.regions:
                self.region(inner)
            if op.name == "if":
                self.mark_expression(op)
            if self.may_fold(op) and self.reaches(region, index, op, writes, effects):
                self.plan.folded.add(op.results[0])
                self.depth[op] = 1 + self.nesting(op)

    def mark_expression(self, op: Op) -> None:
        """An `if` of two unnamed expressions is a conditional expression."""
        if len(op.results) != 1 or op in self.plan.returning or is_attempt(op):
            return
        hint = op.results[0].hint
        for region in op.regions:
            if not all(self.plan.is_folded(inner) for inner in region.ops):
                return
            value = region.yields[0]
            if hint and (value.hint == hint or (value.hint and value not in self.plan.folded)):
                return
            if value in self.unassigned:
                return
        self.plan.expressions.add(op)
        if hint and self.width.of_op(op) > 80:
            self.plan.expressions.discard(op)

    def may_fold(self, op: Op) -> bool:
        if len(op.results) != 1 or op.name in STATEMENTS or self.plan.written_operands(op):
            return False
        if op.name == "if":
            return op in self.plan.expressions and not op.results[0].hint
        if is_slot(self.plan, op):
            return False
        if op.name in FREE:
            return True
        result = op.results[0]
        return not result.hint or self.rotates(result) or self.continues(result)

    def continues(self, value: Value) -> bool:
        """Whether a number's adjoint is a partial sum that the next statement goes on with."""
        sites = self.sites.get(value, [])
        if len(sites) != 1 or sites[0].op is None or sites[0].slot != 0:
            return False
        op, reader = value.op, sites[0].op
        if op is None or op.phase != "reverse" or not isinstance(value.type, ScalarT):
            return False
        if reader.name not in ("add", "sub") or reader.style or reader.phase != "reverse":
            return False
        goes_on = op.name in ("add", "sub") and not op.style
        begins = op.name in BEGINNINGS and op.loc.statement == reader.loc.statement
        return (goes_on or begins) and reader.results[0].hint == value.hint

    def rotates(self, value: Value) -> bool:
        """Whether a carried variable's new value is best assigned together with the others.

        In `a, b = b, a + b` the old `b` is needed for `a` when the new `b` is there.
        """
        sites = self.sites.get(value, [])
        if len(sites) != 1 or sites[0].op is not None or sites[0].region not in self.loops:
            return False
        loop = self.loops[sites[0].region]
        slot = sites[0].slot - int(loop.has_stop)
        if not 0 <= slot < loop.n_carries or loop.carries[slot].hint != value.hint:
            return False
        others = [v for k, v in enumerate(loop.nexts) if k != slot]
        return isinstance(value.type, ScalarT) and loop.carries[slot] in others

    def reaches(
        self,
        region: Region,
        index: int,
        op: Op,
        writes: list[tuple[int, set[Value]]],
        effects: list[int],
    ) -> bool:
        """Whether the expression may be computed at its readers instead."""
        if op.name in FREE:
            return True
        sites = self.sites.get(op.results[0], [])
        if self.nesting(op) > DEEPEST:
            return False
        if not sites or not self.wanted(region, op, sites):
            return False
        places = [self.place(region, index, site) for site in sites]
        if any(place is None for place in places):
            return False
        last = max(place for place in places if place is not None)
        if not self.plan.is_pure(op) and any(index < i < last for i in effects):
            return False
        read = self.groups.read_by(op.results[0], self.plan.folded)
        between = islice(writes, bisect_right(writes, index, key=itemgetter(0)), None)
        return not any(groups & read for _, groups in takewhile(lambda w: w[0] < last, between))

    def nesting(self, op: Op) -> int:
        """How many expressions deep the readers of an operation stand."""
        readers = (site.op for site in self.sites.get(op.results[0], ()))
        return max((self.depth.get(reader, 0) for reader in readers if reader), default=0)

    def wanted(self, region: Region, op: Op, sites: list[Site]) -> bool:
        """Whether the text is better off at the readers."""
        value = op.results[0]
        if any(site.op and value in self.plan.written_operands(site.op) for site in sites):
            return False
        if any(self.stop_slot(site) and self.reads_carry(site.region, op) for site in sites):
            return False
        if len(sites) == 1 and sites[0].region is region and not _is_printed_twice(sites[0]):
            return True
        if self.is_test(sites) or self.is_update_index(region, sites):
            return True
        if not self.plan.is_pure(op):
            return False
        if is_offset(op) and all(self.indexes(site) for site in sites):
            return True
        short = 2 * SHORT if op.name == "range" else SHORT
        reads = len(sites) + sum(map(_is_printed_twice, sites))
        return self.is_cheap(op, reads) and self.width.of_op(op) <= short

    def is_test(self, sites: list[Site]) -> bool:
        """Read twice but printed once: the left side of `and`, `or`."""
        tests = [site.op for site in sites if site.op is not None and site.op.name == "if"]
        if len(sites) != 2 or len(tests) != 1 or tests[0] not in self.plan.expressions:
            return False
        return any(site.op is None and site.region in tests[0].regions for site in sites)

    def is_update_index(self, region: Region, sites: list[Site]) -> bool:
        """Read twice but printed once: the index of `x[i] += v`, which reads and writes."""
        if len(sites) != 2 or any(site.region is not region or site.op is None for site in sites):
            return False
        read, write = (site.op for site in sorted(sites, key=lambda site: site.index))
        if read is None or write is None or (read.name, write.name) != ("getitem", "setitem"):
            return False
        return updates(write, self.plan.folded) is read

    def indexes(self, site: Site) -> bool:
        """Whether a read is inside the brackets of a subscript."""
        if site.op is None or site.op.name not in ("getitem", "setitem", "setitem_add"):
            return False
        return site.slot >= (1 if site.op.name == "getitem" else 2)

    def reads_carry(self, body: Region, op: Op) -> bool:
        """A stop test is read after the carried variables have taken their next values."""
        carries = set(self.loops[body].carries)
        seen: list[Value] = list(op.operands)
        while seen:
            value = seen.pop()
            if value in carries:
                return True
            if value in self.plan.folded or (value.op is not None and not value.hint):
                seen += value.op.operands if value.op is not None else []
        return False

    def is_cheap(self, op: Op, reads: int) -> bool:
        """Expressions worth writing again rather than naming."""
        if not all(self.is_simple(v) for v in op.operands):
            return False
        if op.name in CHEAP:
            return True
        if op.name == "np.transpose" and len(op.operands) == 1 and not op.attrs.get("axes"):
            return isinstance(op.operands[0].type, ArrayT)
        if op.name == "getitem":
            result = op.results[0].type
            basic = isinstance(result, ScalarT) or self.groups.is_view(op)
            return basic and reads <= (2 if isinstance(result, ScalarT) else 3)
        return op.name == "range" and reads <= 2

    def is_simple(self, value: Value) -> bool:
        """A variable, a literal, or an expression cheap enough to be repeated."""
        op = value.op
        if op is None or value.hint or op.name in FREE:
            return True
        if op.name not in (*CHEAP, "getitem") and len(self.sites.get(value, ())) > 1:
            return True
        if op.name in ("add", "sub") and isinstance(value.type, ScalarT):
            return any(constant(v) in (1, -1) for v in op.operands)
        if op.name in CHEAP or op.name == "getitem":
            return all(self.is_simple(v) for v in op.operands)
        return False

    def place(self, region: Region, index: int, site: Site) -> int | None:
        """The position in `region` where a reader's expression is evaluated, None if too far."""
        if site.region is not region:
            return self.outer_place(region, site)
        if site.op is None:
            return index if self.collected_slot(site) else site.index
        if self.plan.is_folded(site.op):
            inner = self.sites[site.op.results[0]]
            places = [self.place(region, site.index, further) for further in inner]
            return None if any(p is None for p in places) else max(p or 0 for p in places)
        return site.index

    def outer_place(self, region: Region, site: Site) -> int | None:
        """The operation of `region` inside which a nested read lies, plus one if it is a loop."""
        for index, op in enumerate(region.ops):
            if any(site.region is inner or _holds(inner, site.region) for inner in op.regions):
                return index + 1
        return None


def is_offset(op: Op) -> bool:
    """`i + 1`, `i - 1`: as good a name as any."""
    if op.name not in ("add", "sub") or op.results[0].type != INT or op.operands[0].op is op:
        return False
    return isinstance(constant(op.operands[1]), int) and _is_variable(op.operands[0])


def _is_printed_twice(site: Site) -> bool:
    """Whether what is read stands more than once in the text of its reader."""
    op = site.op
    return op is not None and op.name == "divisor" and isinstance(op.operands[0].type, ScalarT)


def _is_variable(value: Value) -> bool:
    return bool(value.hint) or value.op is None


def updates(write: Op, folded: set[Value]) -> Op | None:
    """The read `x[i]` of a write `x[i] = x[i] + v`, None where it is none."""
    x, v, *index = write.operands
    inner = v.op
    if inner is None or v not in folded or inner.name not in UPDATES or inner.style:
        return None
    old = inner.operands[0]
    read = old.op
    if read is None or old not in folded or read.name != "getitem" or write.attrs.get("inner"):
        return None
    same = read.operands == [x, *index] and read.attrs["index"] == write.attrs["index"]
    if not same or not isinstance(x.type, ArrayT) or kind_of(x.type) != kind_of(v.type):
        return None
    return read


def _holds(outer: Region, region: Region) -> bool:
    return any(region is r or _holds(r, region) for op in outer.ops for r in op.regions)


def fold(plan: Plan, groups: Groups) -> None:
    """Decide `plan.folded`, `plan.expressions` and `plan.returning`."""
    body = plan.function.body
    folder = _Folder(plan, groups, ExpressionWidth(plan))
    folder.collect(body)
    _mark_returns(plan, folder, body)
    folder.unassigned = Unbound(plan).unassigned_values()
    folder.region(body)
    for value in folder.width.too_wide(body):
        plan.folded.discard(value)


def _mark_returns(plan: Plan, folder: _Folder, region: Region) -> None:
    """A last `if` whose unnamed results are only returned: its branches return themselves."""
    if not region.ops or region.ops[-1].name != "if":
        return
    op = region.ops[-1]
    if not op.results or set(op.results) != set(region.yields) or is_attempt(op):
        return
    if op.loc.statement.startswith("return ") or _is_logical(op):
        return  # an expression of the user's
    if any(r.hint or len(folder.sites[r]) != 1 for r in op.results):
        return
    plan.returning.add(op)
    for inner in op.regions:
        _mark_returns(plan, folder, inner)


def _is_logical(op: Op) -> bool:
    """Whether an `if` is an `and`, an `or`, or a test as a value."""
    yields = [value for inner in op.regions for value in inner.yields]
    literal = all(isinstance(constant(value), bool) for value in yields)
    return len(op.results) == 1 and (literal or op.operands[0] in yields)
