"""Which values are surely sums of squares, so that a root of one is a norm.

Where a sum of squares is 0, each of the squares is, and so is its derivative: `sqrt` of it has the
slope 0 there, not an infinite one times 0. The fact flows forwards through whatever keeps it: sums,
products of such sums, views, containers, branches, loops (by fixed point) and calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Module, Op, Region, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import kind_of, rank_of
from sourcead.ops.catalog import definition
from sourcead.ops.signatures_random import is_draw
from sourcead.transforms.squares_ops import KEEPS, LOGARITHMS, MAKES, MARK, ROOTS

# What is known of a value, from nothing to most; a sum of no squares is 0.
UNKNOWN, SQUARES, POSITIVE, UNSEEN = range(4)
# Of a container of known structure: what is known of each part.
Fact = int | dict[Any, Any]
NAMES = {SQUARES: "squares", POSITIVE: "positive"}


def mark_roots(module: Module, others: Iterable[Function] = ()) -> None:
    """Tell each root, by an attribute, whether it is one of a sum of squares."""
    functions = {**module.functions, **{f.name: f for f in others}}
    if not any(_is_root(op) for f in functions.values() for op in f.body.walk()):
        return
    facts = _Squares(functions)
    facts.settle()
    for function in functions.values():
        for op in function.body.walk():
            found = facts.of(op.operands[0]) if _is_root(op) else UNKNOWN
            if isinstance(found, int) and found in NAMES:
                op.attrs[MARK] = NAMES[found]


def _is_root(op: Op) -> bool:
    if op.name not in (*ROOTS, *LOGARITHMS):
        return False
    if len(op.operands) == 1:
        return True
    exponent = constant(op.operands[1])
    return isinstance(exponent, float) and 0 < exponent < 1


class _Squares:
    """The facts of every value of a module."""

    def __init__(self, functions: dict[str, Function]) -> None:
        self.functions = functions
        self.facts: dict[Value, Fact] = {}
        self.changed = True
        called = {
            op.attrs["callee"]
            for f in functions.values()
            for op in f.body.walk()
            if op.name == "call"
        }
        for name, function in functions.items():
            if name not in called:
                self.facts.update(dict.fromkeys(function.body.params, UNKNOWN))

    def of(self, value: Value) -> Fact:
        if value.op is not None and value.op.name == "const":
            return _of_number(constant(value))
        return self.facts.get(value, UNSEEN)

    def settle(self) -> None:
        """From the best that could be to what holds: facts only ever get weaker."""
        while self.changed:
            self.changed = False
            for function in self.functions.values():
                self._region(function.body)

    def _weaken(self, value: Value, *facts: Fact) -> None:
        before = self.facts.get(value, UNSEEN)
        after = weakest([before, *facts])
        if after != before:
            self.facts[value] = after
            self.changed = True

    def _region(self, region: Region) -> None:
        for op in region.ops:
            if op.name in ("for", "while"):
                self._loop(op)
            elif op.name == "call":
                self._call(op)
            elif op.regions:
                self._branches(op)
            elif op.name != "const":
                for result in op.results:
                    self._weaken(result, self._made(op))

    def _branches(self, op: Op) -> None:
        for region in op.regions:
            for param in region.params:
                self._weaken(param, UNKNOWN)
            self._region(region)
            for result, yielded in zip(op.results, region.yields, strict=False):
                self._weaken(result, self.of(yielded))

    def _loop(self, op: Op) -> None:
        loop = Loop(op)
        for item, stream in zip(loop.items, loop.streams, strict=True):
            self._weaken(item, self.of(stream))
        pairs = zip(loop.carries, loop.inits, loop.nexts, loop.finals, strict=True)
        for k, (carry, init, after, final) in enumerate(pairs):
            self._weaken(carry, self.of(init), self.of(after))
            self._weaken(final, self.of(init), self.of(after))
            if loop.cond is not None:
                self._weaken(loop.cond.params[k], self.of(carry))
        for region in op.regions:
            self._region(region)
        for tape, collected in zip(loop.tapes, loop.collected, strict=True):
            self._weaken(tape, self.of(collected))

    def _call(self, op: Op) -> None:
        callee = self.functions.get(op.attrs["callee"])
        if callee is None:
            for result in op.results:
                self._weaken(result, UNKNOWN)
            return
        for param, operand in zip(callee.body.params, op.operands, strict=False):
            self._weaken(param, self.of(operand))
        for result, yielded in zip(op.results, callee.body.yields, strict=False):
            self._weaken(result, self.of(yielded))

    def _made(self, op: Op) -> Fact:
        """What is known of the result of an operation."""
        special = _SPECIAL.get(op.name)
        if special is not None:
            return special(self, op)
        if op.name in MAKES:
            return SQUARES
        if op.name in KEEPS:
            taken = op.operands[: KEEPS[op.name]]
            return weakest([self.of(v) for v in taken]) if taken else UNKNOWN
        return UNKNOWN


def weakest(facts: Iterable[Fact]) -> Fact:
    """What holds of each of several values."""
    found: Fact = UNSEEN
    for fact in facts:
        if isinstance(found, dict) and isinstance(fact, dict):
            found = {k: weakest([found[k], fact[k]]) for k in found if k in fact}
        elif isinstance(found, dict) or isinstance(fact, dict):
            parts, number = (found, fact) if isinstance(found, dict) else (fact, found)
            found = parts if number == UNSEEN else UNKNOWN
        else:
            found = min(found, fact)
    return found


def _number(fact: Fact) -> int:
    """What is known of all parts."""
    if isinstance(fact, dict):
        return min((_number(f) for f in fact.values()), default=UNKNOWN)
    return fact


def _of_number(number: Any) -> int:
    if isinstance(number, bool | int | float):
        return POSITIVE if number > 0 else SQUARES if number == 0 else UNKNOWN
    return UNKNOWN


# The operations that make squares or need more than the weakest of their operands


def _sum_of_two(facts: _Squares, op: Op) -> Fact:
    found = [_number(facts.of(v)) for v in op.operands]
    return max(found) if min(found) >= SQUARES else UNKNOWN


def _product(facts: _Squares, op: Op) -> Fact:
    x, y = op.operands[:2]
    if (_is_real(x) and same(x, y)) or _is_conjugate(x, y) or _is_conjugate(y, x):
        return SQUARES
    return _of_factors(facts, op)


def _of_factors(facts: _Squares, op: Op) -> Fact:
    """Where a product of such sums is 0, one of them is, and then so is its derivative."""
    found = [_number(facts.of(v)) for v in op.operands[:2]]
    weak, strong = min(found), max(found)
    if weak == strong:
        return weak
    return SQUARES if weak >= SQUARES else UNKNOWN


def _inner_product(facts: _Squares, op: Op) -> Fact:
    """Of a vector with itself; the elements of a matrix product are sums of other products."""
    x, y = (_untransposed(v) for v in op.operands[:2])
    if rank_of(x.type) == 1 and ((_is_real(x) and same(x, y)) or _is_conjugate(x, y)):
        return SQUARES
    return _of_factors(facts, op)


def _untransposed(x: Value) -> Value:
    turned = x.op is not None and x.op.name == "np.transpose" and rank_of(x.type) == 1
    return x.op.operands[0] if turned and x.op is not None else x


def _power(facts: _Squares, op: Op) -> Fact:
    x, exponent = op.operands[0], constant(op.operands[1])
    if not isinstance(exponent, int | float) or exponent < 1:
        return UNKNOWN
    if exponent % 2 == 0 and _is_real(x):
        return SQUARES
    return min(_number(facts.of(x)), SQUARES)


def _square(facts: _Squares, op: Op) -> Fact:
    return SQUARES if _is_real(op.operands[0]) else UNKNOWN


def _hermitian(facts: _Squares, op: Op) -> Fact:
    x, y = op.operands[:2]
    return SQUARES if same(x, y) else _of_factors(facts, op)


def _einsum(facts: _Squares, op: Op) -> Fact:
    """`einsum("ij,ij->i", x, x)`: two operands that are one, with the same letters."""
    text = str(op.attrs.get("subscripts", "")).replace(" ", "").partition("->")[0]
    operands = [v for v, a in zip(op.operands, op.args, strict=True) if a.startswith("operands")]
    letters = text.split(",")
    if len(operands) == 2 and len(set(letters)) == 1 and _is_real(operands[0]):
        return SQUARES if same(operands[0], operands[1]) else UNKNOWN
    return weakest([facts.of(v) for v in operands]) if operands else UNKNOWN


def _container(facts: _Squares, op: Op) -> Fact:
    if op.attrs.get("dynamic"):
        return weakest([facts.of(v) for v in op.operands])
    keys = op.attrs.get("keys", range(len(op.operands)))
    return {k: facts.of(v) for k, v in zip(keys, op.operands, strict=True)}


def _field(facts: _Squares, op: Op) -> Fact:
    found = facts.of(op.operands[0])
    if isinstance(found, dict):
        part: Fact = found.get(op.attrs["key"], UNKNOWN)
        return part
    return found if found == UNSEEN else UNKNOWN


def _set_field(facts: _Squares, op: Op) -> Fact:
    found = facts.of(op.operands[0])
    if isinstance(found, dict):
        return {**found, op.attrs["key"]: facts.of(op.operands[1])}
    return found


def _of_parts(facts: _Squares, op: Op) -> Fact:
    return weakest([_number(facts.of(v)) for v in op.operands[:1]])


def _chosen(facts: _Squares, op: Op) -> Fact:
    return weakest([facts.of(v) for v in op.operands[1:3]])


def _plus(facts: _Squares, op: Op) -> Fact:
    found = [_number(facts.of(v)) for v in op.operands]
    return min(found, default=UNKNOWN)


def _ones(facts: _Squares, op: Op) -> Fact:
    return POSITIVE


_SPECIAL: dict[str, Callable[[_Squares, Op], Fact]] = {
    "add": _sum_of_two,
    "mul": _product,
    **dict.fromkeys(("matmul", "np.dot", "np.inner"), _inner_product),
    **dict.fromkeys(("np.vdot", "np.vecdot", "math.sumprod"), _hermitian),
    "div": _of_factors,
    **dict.fromkeys(("pow", "np.power", "math.pow", "np.float_power"), _power),
    "np.square": _square,
    "np.einsum": _einsum,
    **dict.fromkeys(("tuple", "list", "dict", "object"), _container),
    "field": _field,
    "set_field": _set_field,
    **dict.fromkeys(("np.array", "np.asarray", "np.stack", "np.concatenate"), _of_parts),
    **dict.fromkeys(("np.hstack", "np.vstack", "math.fsum"), _of_parts),
    "sum": _plus,
    "np.where": _chosen,
    **dict.fromkeys(("np.ones", "np.ones_like", "np.cosh", "math.cosh"), _ones),
}


# Whether two values are equal, and real


def _is_real(x: Value) -> bool:
    """Of unknown dtype: the rule of a root asks at run time."""
    return kind_of(x.type) != "complex"


def _is_conjugate(x: Value, y: Value) -> bool:
    return y.op is not None and y.op.name == "np.conj" and same(x, y.op.operands[0])


def same(x: Value, y: Value, depth: int = 6) -> bool:
    """Whether two values are surely equal: one value, or one pure operation of equal operands."""
    if x is y:
        return True
    a, b = x.op, y.op
    if a is None or b is None or depth == 0 or a.name != b.name or a.args != b.args:
        return False
    if a.regions or b.regions or len(a.results) != 1 or a.attrs != b.attrs or not _is_pure(a):
        return False
    pairs: Iterator[tuple[Value, Value]] = zip(a.operands, b.operands, strict=True)
    return len(a.operands) == len(b.operands) and all(same(p, q, depth - 1) for p, q in pairs)


def _is_pure(op: Op) -> bool:
    return definition(op.name).pure and not is_draw(op.name)
