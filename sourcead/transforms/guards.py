"""The conditions that lines of the rewrite table are subject to."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import FULL, Slice
from sourcead.ir.types import Dim, dims_of, kind_of, rank_of, same_array
from sourcead.ops.catalog import definition
from sourcead.transforms.patterns import Binding
from sourcead.transforms.selecting import is_mask

# Sweeps whose operations may be rewritten: what the program itself computes stays as it is.
DERIVATIVE = ("reverse", "tangent")


def holds(guard: str, op: Op, found: Binding) -> bool:
    """Whether a guard, such as `not literal(x)`, holds for what a pattern has found."""
    if not guard:
        return True
    negated = guard.startswith("not ")
    name, _, rest = guard.removeprefix("not ").partition("(")
    arguments = [found[a.strip()] for a in rest.rstrip(")").split(",")]
    return GUARDS[name](op, *arguments) is not negated


def exact(op: Op, c: float, d: float) -> bool:
    """Whether a quotient of literals is a float with no rounding."""
    return d != 0 and Fraction(c) / Fraction(d) == Fraction(c / d)


def _same_type(op: Op, x: Value) -> bool:
    """Whether a result has the type of `x`. A truth value times 1.0 is a number, of which two are
    added and subtracted as truth values are not: also where no type is known."""
    result = definition(op.name).infer(op)
    if kind_of(x.type) is None and is_mask(x):
        return False
    if result == x.type:
        return True
    return same_array(result, x.type)


def _same_real(x: Value, y: Value) -> bool:
    """Whether two values are real arrays that are multiplied without broadcasting."""
    a, b = dims_of(x.type), dims_of(y.type)
    if kind_of(x.type) != "float" or kind_of(y.type) != "float" or a is None or b is None:
        return False
    return len(a) == len(b) > 0 and all(map(Dim.meets, a, b))


def _may_be_raveled(x: Value, y: Value) -> bool:
    """Whether `np.vdot`, which copies what is not contiguous, copies at most one of two arrays."""
    return not (_is_strided(x) and _is_strided(y))


def _is_strided(x: Value) -> bool:
    """Whether a value is cut out of an array along another axis than the first."""
    if x.op is None or x.op.name != "getitem":
        return x.op is not None and x.op.name == "np.transpose"
    return any(isinstance(e, Slice) and e != FULL for e in x.op.attrs["index"][1:])


def _no_wider(op: Op, x: Value, y: Value, z: Value) -> bool:
    """Whether `x / z * y` takes no more work than `x * (y / z)`; `x / z` is often there already.

    A rule writes `y / z / z` for its own `z` where the square may be out of range: `x / z / z` too.
    """
    quotient = op.operands[1].op
    if quotient is None or quotient.phase not in DERIVATIVE or _is_squared(y, z):
        return False
    return dims_of(y.type) != () or dims_of(z.type) != () or dims_of(x.type) == ()


def _is_squared(y: Value, z: Value) -> bool:
    """Whether `y` is divided by `z` already, which only a rule needs."""
    own = z.op is not None and z.op.phase in DERIVATIVE
    return own and y.op is not None and y.op.name == "div" and y.op.operands[1] is z


def _is_matrix_product(op: Op, x: Value, y: Value) -> bool:
    """Whether what is transposed is a product of two matrices that nobody else needs."""
    product = op.operands[0].op
    own = product is not None and product.phase in DERIVATIVE
    return own and rank_of(x.type) == rank_of(y.type) == 2


GUARDS: dict[str, Callable[..., bool]] = {
    "same_type": _same_type,
    "negative": lambda op, c: c < 0,
    "literal": lambda op, x: isinstance(constant(x), int | float),
    "boolean": lambda op, x: kind_of(x.type) in ("bool", None),
    "inexact": lambda op, x: kind_of(x.type) in ("float", "complex"),
    "exact": exact,
    "no_wider": _no_wider,
    "matrix_product": _is_matrix_product,
    "vectors": lambda op, x, y: _same_real(x, y) and rank_of(x.type) == 1,
    "matrices": lambda op, x, y: (
        _same_real(x, y) and rank_of(x.type) != 1 and _may_be_raveled(x, y)
    ),
}
