"""Functions of a matrix that a program writes with its eigenvectors or singular vectors.

`(v * f(w)) @ v.T` is differentiated as a whole (`rules.spectral`): its derivative exists where
those of `v` do not. `f` must be one function of a number: operations on each element of `w` with
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sourcead.ir.core import Op, Value
from sourcead.ir.types import ArrayT, dims_of, kind_of, rank_of
from sourcead.rules import spectral as rules
from sourcead.rules.declare import POINTWISE
from sourcead.rules.matrices import mirror_lower, mirror_upper
from sourcead.rules.table import rule_for
from sourcead.transforms.selection import Selection

if TYPE_CHECKING:
    from sourcead.transforms.forward import ForwardSweep

EIGH = ("np.linalg.eigh", "scipy.linalg.eigh")
SVD = ("np.linalg.svd", "scipy.linalg.svd")
_ON_EACH = (
    *("add", "sub", "mul", "div", "neg", "pow", "lt", "le", "gt", "ge", "eq", "ne"),
    *("bitand", "bitor", "invert", "np.where", "np.isfinite"),
)


@dataclass(frozen=True)
class MatrixFunction:
    """`(v * f) @ v.T` where `v` and `w` are parts of a factorization and `f` is made of `w`.

    Attributes:
        factors: the factorization.
        v: the vectors, in columns; of the right singular vectors their transposed.
        right: whether they are right singular vectors.
        w: the eigenvalues or singular values.
        f: the function's values.
        divides: whether `f` divides the vectors instead of multiplying them.
        steps: the operations that make `f` of `w`, in order.
    """

    factors: Op
    v: Value
    right: bool
    w: Value
    f: Value
    divides: bool
    steps: tuple[Op, ...]

    @property
    def matrix(self) -> Value:
        return self.factors.operands[0]

    @property
    def made(self) -> set[Value]:
        """What the steps make."""
        return {result for step in self.steps for result in step.results}


def matrix_function(op: Op) -> MatrixFunction | None:
    """What a product of matrices is, if it is a function of a matrix."""
    if op.name not in ("matmul", "np.dot") or len(op.operands) != 2:
        return None
    scaled = op.operands[0]
    pair = _scaled(scaled)
    if pair is None or not _transposed(op.operands[1], pair[0]):
        return None
    return _of_factors(*pair, scaled.op is not None and scaled.op.name == "div")


def _scaled(x: Value) -> tuple[Value, Value] | None:
    """A matrix whose columns are scaled, and by what: `v * f`, `v / f` or `v @ np.diag(f)`."""
    op = x.op
    if op is None or len(op.operands) != 2:
        return None
    first, second = op.operands
    if op.name in ("mul", "div"):
        swapped = op.name == "mul" and rank_of(first.type) == 1
        pair = (second, first) if swapped else (first, second)
        return pair if (rank_of(pair[0].type), rank_of(pair[1].type)) == (2, 1) else None
    if op.name in ("matmul", "np.dot") and second.op is not None and second.op.name == "np.diag":
        f = second.op.operands[0]
        if rank_of(f.type) == 1 and not second.op.attrs.get("k") and len(second.op.operands) == 1:
            return first, f
    return None


def _transposed(x: Value, y: Value) -> bool:
    """Whether one matrix is the other transposed."""
    for one, other in ((x, y), (y, x)):
        op = one.op
        if op is not None and op.name == "np.transpose" and list(op.operands) == [other]:
            return True
    return False


def _of_factors(vectors: Value, f: Value, divides: bool) -> MatrixFunction | None:
    right = vectors.op is not None and vectors.op.name == "np.transpose"
    field = vectors.op.operands[0].op if right and vectors.op else vectors.op
    if field is None or field.name != "field" or kind_of(vectors.type) != "float":
        return None
    factors, dims = field.operands[0].op, dims_of(vectors.type)
    if factors is None or len(factors.operands) != 1 or rank_of(factors.operands[0].type) != 2:
        return None
    if factors.name in SVD and not (dims and dims[0].same_length(dims[1])):
        return None  # what the matrix has beside these vectors moves too
    if (factors.name in EIGH, field.attrs["key"], right) == (True, 1, False):
        w, steps = _steps(f, factors, 0)
    elif factors.name in SVD and (field.attrs["key"], right) in ((0, False), (2, True)):
        w, steps = _steps(f, factors, 1)
    else:
        return None
    return None if w is None else MatrixFunction(factors, vectors, right, w, f, divides, steps)


def _steps(f: Value, factors: Op, values: int) -> tuple[Value | None, tuple[Op, ...]]:
    """The values that `f` is made of, if it is, and what makes it of each of them."""
    steps: dict[Op, None] = {}
    found: set[Value] = set()

    def visit(x: Value) -> bool:
        op = x.op
        if dims_of(x.type) == () or (op is not None and op in steps):
            return True
        if op is None:
            return False
        if op.name == "field" and op.operands[0].op is factors and op.attrs["key"] == values:
            found.add(x)
            return True
        rule = rule_for(op.name)
        on_each = op.name in _ON_EACH or (rule is not None and rule.kind == POINTWISE)
        if not on_each or not all(map(visit, op.operands)):
            return False
        steps[op] = None
        return True

    if isinstance(f.type, ArrayT) and visit(f) and len(found) == 1:
        return found.pop(), tuple(steps)
    return None, ()


def function_tangent(sweep: ForwardSweep, found: MatrixFunction) -> Value | None:
    """The tangent of a function of a matrix."""
    b, expand = sweep.b, sweep.facts.expander.expand
    walk = type(sweep)(sweep.facts, found.made, b, Selection())
    walk.primal = sweep.primal
    bound = bound_of(walk, found)
    da, df = sweep.dot(found.matrix), sweep.dot(found.f)
    total = None
    if df is not None and found.divides:
        df = expand(b, rules.reciprocal_bar, {"g": df, "f": sweep.of(found.f)})
    if df is not None:
        total = expand(b, rules.values_dot, {"df": df, "v": bound["v"]})
    if da is not None:
        if found.factors.name in EIGH:
            mirror = mirror_upper if reads_upper(found.factors) else mirror_lower
            full = expand(b, mirror, {"x": da})
        else:
            product = rules.outer_product_dot if not found.right else rules.inner_product_dot
            full = expand(b, product, {"da": da, "a": sweep.of(found.matrix)})
        moved = expand(b, rules.function_dot, {"da": full, **bound})
        total = moved if total is None else b.op("add", [total, moved])
    return total


def bound_of(walk: ForwardSweep, found: MatrixFunction) -> dict[str, Value]:
    """The matrix as its eigenvalues and vectors, and the function as its values and slopes."""
    b, w = walk.b, walk.of(found.w)
    walk.dots[found.w] = b.op("np.ones_like", [w])
    for step in found.steps:
        walk.move(step)
    bound = {"w": w, "v": walk.of(found.v), "f": walk.of(found.f)}
    bound["slope"] = walk.dot_or_zero(found.f)
    expand = walk.facts.expander.expand
    if found.divides:
        pair = expand(b, rules.of_reciprocal, {"f": bound["f"], "slope": bound["slope"]})
        bound["f"], bound["slope"] = pair
    if found.factors.name in SVD:
        pair = expand(b, rules.of_squares, {"s": w, "slope": bound["slope"]})
        bound["w"], bound["slope"] = pair
    return bound


def reads_upper(factors: Op) -> bool:
    """Which triangle of the matrix is read."""
    return factors.attrs.get("UPLO") == "U" or factors.attrs.get("lower") is False
