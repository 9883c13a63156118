"""Products written as a person would: the literal first, then numbers, then arrays; one sign.

Multiplying numbers first saves passes over arrays, and a factor of what is summed is taken out of
the sum. A sign that an update can absorb (`x[i] -= y`) is left to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.types import ListT, ScalarT, StructT, UnknownT, kind_of, rank_of
from sourcead.ops.build import Builder
from sourcead.transforms.facts import Facts
from sourcead.transforms.guards import DERIVATIVE
from sourcead.transforms.simplify import SimplifyingBuilder

# The sign of these goes to the first operand: to a small array, or to a literal factor.
_SIGNED_INSIDE = ("np.outer", "np.broadcast_to", "div")

_WRITING = ("setitem", "setitem_add", "call")

# A number is left of these: a factor of an operand is a factor of the result.
_REDUCTIONS = ("np.sum", "np.vdot", "matmul")

Users = dict[Value, list[Op | None]]


def order_products(function: Function, facts: Facts) -> Function:
    """Write every product of the derivative in its usual order."""
    users: Users = {}
    _find_users(function.body, users)
    _order(function.body, users)
    return function


def _find_users(region: Region, users: Users) -> None:
    """Who reads each value; None stands for the end of a region."""
    for op in region.ops:
        for value in op.operands:
            users.setdefault(value, []).append(op)
        for inner in op.regions:
            _find_users(inner, users)
    for value in region.yields:
        users.setdefault(value, []).append(None)


def _order(region: Region, users: Users) -> None:
    here = {op: k for k, op in enumerate(region.ops)}
    writes = [k for k, op in enumerate(region.ops) if op.regions or op.name in _WRITING]
    replaced: set[Op] = set()
    pending, ordered = list(region.ops), []
    while pending:
        op = pending.pop()
        for inner in op.regions:
            _order(inner, users)
        if op in replaced:
            continue
        ordered.append(op)
        if op.phase in DERIVATIVE and _is_product(op):
            product = _Product(op, here, users, writes)
            pending += product.negate_inside() or product.rewrite()
            replaced.update(product.absorbed)
    region.ops = ordered[::-1]


def _is_product(op: Op) -> bool:
    if op.name in ("mul", "neg"):
        return True
    if op.name not in _REDUCTIONS or op.attrs or rank_of(op.result.type) != 0:
        return False
    return all(kind_of(v.type) == "float" for v in op.operands)


def _has_literal(value: Value) -> bool:
    """Whether a value is a number, or a product or quotient that begins with one."""
    while value.op is not None and value.op.name in ("mul", "div"):
        value = value.op.operands[0]
    return isinstance(constant(value), int | float)


def _takes_sign(user: Op | None, value: Value) -> bool:
    """Whether a value is added by an update, which could subtract it as well."""
    if user is None or user.name != "setitem_add" or not user.attrs.get("unique"):
        return False
    if user.operands[1] is not value or user.operands.count(value) > 1:
        return False
    return not isinstance(user.operands[0].type, ListT | StructT | UnknownT)


@dataclass(slots=True)
class _Factors:
    literal: float = 1
    numbers: list[Value] = field(default_factory=list)
    arrays: list[Value] = field(default_factory=list)


class _Product:
    """A product that is taken apart and put together again; the root keeps its result."""

    def __init__(self, root: Op, here: dict[Op, int], users: Users, writes: list[int]) -> None:
        self.root = root
        self.here = here
        self.users = users
        self.writes = writes
        self.absorbed: list[Op] = []
        self.b = SimplifyingBuilder(Region(), root.loc, root.phase)

    def rewrite(self) -> list[Op]:
        """Change the root; returns the operations that it now needs before it."""
        factors = _Factors()
        self._collect(self.root, factors)
        value = self._put_together(factors)
        ops = self.b.region.ops
        computing = [op for op in ops if op.name != "const"]
        saved = len(computing) <= len(self.absorbed) + 1
        if value is None or not saved or value.op is not computing[-1]:
            self.absorbed = []
            return []
        last = computing[-1]
        ops.remove(last)
        self.root.name, self.root.args, self.root.attrs = last.name, last.args, last.attrs
        self.root.operands = last.operands
        for op in [*ops, self.root]:
            self.here[op] = self.here[self.root]
            for operand in op.operands:
                self.users.setdefault(operand, []).append(op)
        return ops

    def negate_inside(self) -> list[Op]:
        """`-np.outer(x, y)` that nothing subtracts is `np.outer(-x, y)`; so for `-(c * x / y)`."""
        root, large = self.root, self.root.operands[0]
        maker = large.op
        if root.name != "neg" or maker is None or maker.name not in _SIGNED_INSIDE:
            return []
        if self._is_subtracted() or maker not in self.here:
            return []
        if not self._may_move(maker, (large.hint,)):
            return []
        first = maker.operands[0]
        if maker.name == "div" and not _has_literal(first):
            return []
        with self.b.at(maker.loc):
            negated = Builder(self.b.region, maker.loc, root.phase).op("neg", [first])
        root.name, root.args, root.attrs = maker.name, maker.args, maker.attrs
        root.operands = [negated, *maker.operands[1:]]
        self.absorbed = [maker]
        for op in self.b.region.ops:
            self.here[op] = self.here[root]
            self.users[first] = [op if user is maker else user for user in self.users[first]]
        self.users[negated] = [root]
        return self.b.region.ops

    # Apart --------------------------------------------------------------------------------------

    def _collect(self, op: Op, into: _Factors) -> None:
        if op is not self.root:
            self.absorbed.append(op)
        if op.name not in ("mul", "neg"):
            into.numbers.append(self._reduced(op, into))
            return
        if op.name == "neg":
            into.literal = -into.literal
        for value in op.operands:
            self._factor(value, into)

    def _factor(self, value: Value, into: _Factors) -> None:
        number = constant(value)
        if value.op is not None and self._is_absorbed(value, value.op):
            self._collect(value.op, into)
        elif isinstance(number, int | float) and not isinstance(number, bool):
            into.literal *= number
        elif rank_of(value.type) == 0:
            into.numbers.append(value)
        else:
            into.arrays.append(value)

    def _is_absorbed(self, value: Value, op: Op) -> bool:
        """Whether a factor is itself a product that may be taken apart."""
        return op in self.here and _is_product(op) and self._may_move(op)

    def _may_move(self, op: Op, names: tuple[str, ...] = ()) -> bool:
        """Whether only the root depends on an operation, and nothing is written before the root."""
        value = op.result
        if op.phase not in DERIVATIVE or len(self.users[value]) != 1:
            return False
        if value.hint not in ("", self.root.result.hint, *names):
            return False
        if all(isinstance(v.type, ScalarT) for v in op.operands):
            return True
        after = bisect_right(self.writes, self.here[op])
        return after >= bisect_left(self.writes, self.here[self.root])

    def _reduced(self, op: Op, into: _Factors) -> Value:
        """What remains of a sum or of a product of vectors, without the factors of its operands."""
        operands = []
        for value in op.operands:
            inner = _Factors()
            self._factor(value, inner)
            if inner.arrays:
                into.literal *= inner.literal
                into.numbers += inner.numbers
                value = _times(self.b, inner.arrays)
            operands.append(value)
        return self.b.op(op.name, operands)

    # Together -----------------------------------------------------------------------------------

    def _put_together(self, factors: _Factors) -> Value | None:
        """Literal, numbers, arrays; None where the order is not free."""
        literal, numbers, arrays = factors.literal, factors.numbers, factors.arrays
        values = numbers + arrays
        kinds = [kind_of(v.type) for v in values]
        if not kinds or None in kinds or kinds.count("float") < len(kinds) - 1:
            return None
        if any(rank_of(v.type) is None for v in arrays):
            return None
        if len(values) == 2 and literal == 1 and not self.absorbed:
            return None
        plain = Builder(self.b.region, self.b.loc, self.b.phase)
        bare = literal == -1 and not numbers and not _has_literal(arrays[0])
        outside = literal < 0 and (bare or self._is_subtracted())
        if outside:
            literal = -literal
        if literal == -1:
            values[0] = plain.op("neg", values[:1])
        elif literal != 1:
            values[0] = plain.op("mul", [plain.const(literal), values[0]])
        value = _times(plain, values)
        value = plain.op("neg", [value]) if outside else value
        return value if value.type == self.root.result.type else None

    def _is_subtracted(self) -> bool:
        return _is_only_added(self.root.result, self.users)


def _times(b: Builder, values: list[Value]) -> Value:
    product = values[0]
    for value in values[1:]:
        product = b.op("mul", [product, value])
    return product


def subtract_at_updates(function: Function, facts: Facts) -> Function:
    """What only updates add is not negated for them: each subtracts it."""
    users: Users = {}
    _find_users(function.body, users)
    needless = {
        op
        for op in function.body.walk()
        if op.name == "neg" and op.phase in DERIVATIVE and _is_only_added(op.result, users)
    }
    _subtract(function.body, needless)
    return function


def _is_only_added(value: Value, users: Users) -> bool:
    readers = users.get(value, [])
    return bool(readers) and all(_takes_sign(user, value) for user in readers)


def _subtract(region: Region, needless: set[Op]) -> None:
    kept: list[Op] = []
    for op in region.ops:
        for inner in op.regions:
            _subtract(inner, needless)
        if op in needless:
            continue
        if op.name == "setitem_add" and op.operands[1].op in needless:
            negated = op.operands[1].op
            assert negated is not None
            b = Builder(Region(), op.loc, op.phase)
            op.operands[1] = b.op("neg", negated.operands)
            kept += b.region.ops
        kept.append(op)
    region.ops = kept
