"""The length by which the derivative of a norm divides: 1 where the vector is zero.

The gradient of a norm is `x * (g / n)`, which is 0 at the zero vector. To divide there by 1 is
right for this gradient alone: the next derivative of a norm does not exist at a zero vector that
moves. So as long as derivatives are still to be taken the divisor is an operation, `length`, which
knows what was squared: its tangent is NaN where this is zero and moves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sourcead.ir.constants import constant
from sourcead.ir.core import Function, Op, Region, Value
from sourcead.ir.types import kind_of, rank_of
from sourcead.ir.walk import substitute
from sourcead.ops.build import Builder
from sourcead.transforms.guards import DERIVATIVE
from sourcead.transforms.squares import same
from sourcead.transforms.squares_ops import KEEPS, MARK, ROOTS

# A zero vector gives 0, and no other: they are applied to the tangent as they stand.
NORMS: dict[str, int] = {
    **dict.fromkeys(("np.linalg.norm", "np.linalg.vector_norm", "np.linalg.matrix_norm"), 1),
    **dict.fromkeys(("scipy.linalg.norm", "np.std", "np.nanstd", "np.var", "np.nanvar"), 1),
    **dict.fromkeys(("np.abs", "abs", "np.square", "math.fabs", "np.fabs"), 1),
    **dict.fromkeys(("np.hypot", "math.dist"), 2),
    "math.hypot": 99,
}
ABSOLUTES = ("abs", "np.abs", "np.fabs", "math.fabs")
ONE_SIDED = ("np.copysign", "math.copysign")  # the slopes of these, as they are differentiated
PRODUCTS = ("mul", "matmul", "np.dot", "np.inner", "np.vdot", "np.vecdot", "np.einsum")
Image = Callable[[Value], Value]
# A nested tuple: of an operation its name, style, parameters, attributes and operands; of a
# vector whether its tangent is meant, and its position among the operands of `length`.
Recipe = Any
RECIPE, MOVES, STAYS = "recipe", "moves", "stays"


def length(op: Op, b: Builder) -> Value | None:
    """A divisor as it is to be emitted: an operation with what was squared, or the expression."""
    if RECIPE in op.attrs:
        return None
    (size,) = op.operands
    if not b.again:
        return guarded(b, size)
    vectors: list[Value] = []
    recipe = recipe_of(size, vectors)
    return b.op("length", [size, *(vectors if recipe else ())], attrs={RECIPE: recipe})


def guarded(b: Builder, size: Value) -> Value:
    """`size + (size == 0)`; complex numbers, of which the squares may cancel, are as they are."""
    zero = b.op("eq", [size, b.const(0)])
    if kind_of(size.type) is None and size.op is not None and size.op.name in ROOTS:
        zero = b.op("bitand", [zero, b.op("not", [b.op("np.iscomplexobj", [size])])])
    return b.op("add", [size, zero])


def recipe_of(value: Value, vectors: list[Value], depth: int = 12) -> Recipe | None:
    """How a norm, or a sum of squares, is made of the vectors that are squared."""
    op = value.op
    if op is None or depth == 0:
        return None
    if op.name in NORMS:
        return _step(op, [_vector(v, vectors) for v in op.operands[: NORMS[op.name]]], vectors)
    if op.name == "pow" and isinstance(exponent := constant(op.operands[1]), int | float):
        if exponent % 2 == 0:
            return ("np.square", "", ("x",), (), (_vector(op.operands[0], vectors),))
        return recipe_of(op.operands[0], vectors, depth - 1)
    if op.name == "div" and isinstance(constant(op.operands[1]), int | float):
        return recipe_of(op.operands[0], vectors, depth - 1)
    if op.name in PRODUCTS and len(op.operands) == 2:
        return _recipe_of_product(op, vectors, depth)
    count = KEEPS.get(op.name, 2 if op.name == "add" else 1 if op.name in ROOTS else 0)
    if count == 0 or op.regions:
        return None
    inner = [_recipe_of_term(v, vectors, depth - 1) for v in op.operands[:count]]
    return None if None in inner else _step(op, inner, vectors)


def _recipe_of_term(value: Value, vectors: list[Value], depth: int) -> Recipe | None:
    literal = isinstance(constant(value), int | float)
    return _held(value, vectors, STAYS) if literal else recipe_of(value, vectors, depth)


def _recipe_of_product(op: Op, vectors: list[Value], depth: int) -> Recipe | None:
    x, y = op.operands
    if same(x, y):
        held = _vector(x, vectors)
        return _step(op, [held, held], vectors)
    for v, w in ((x, y), (y, x)):
        if v.op is not None and v.op.name == "np.conj" and same(v.op.operands[0], w):
            held = _vector(w, vectors)
            return _step(op, [held, ("np.conj", "", ("x",), (), (held,))], vectors)
        if op.name == "mul" and isinstance(constant(v), int | float):
            return recipe_of(w, vectors, depth - 1)
    return None


def _vector(value: Value, vectors: list[Value]) -> Recipe:
    """What is squared: where it is a norm or a square itself, its tangent would always be 0."""
    tried: list[Value] = list(vectors)
    inner = recipe_of(value, tried) if _may_be_size(value) else None
    if inner is None:
        return _held(value, vectors, MOVES)
    vectors[:] = tried
    return inner


def _may_be_size(value: Value) -> bool:
    op = value.op
    return op is not None and (op.name in NORMS or op.name in ("pow", "mul", *ROOTS))


def _held(value: Value, vectors: list[Value], kind: str) -> Recipe:
    vectors.append(value)
    return (kind, len(vectors))


def _step(op: Op, first: list[Recipe | None], vectors: list[Value]) -> Recipe:
    """The operation itself, on other first operands."""
    rest = [_held(v, vectors, STAYS) for v in op.operands[len(first) :]]
    attrs = tuple((k, v) for k, v in op.attrs.items() if k != MARK)
    return (op.name, op.style, op.args, attrs, (*first, *rest))


def followed(b: Builder, recipe: Recipe, moves: Callable[[int], Value], stays: Any) -> Value:
    """What a recipe makes of the tangents of the vectors."""
    if recipe[0] in (MOVES, STAYS):
        value: Value = (moves if recipe[0] == MOVES else stays)(recipe[1])
        return value
    name, style, args, attrs, parts = recipe
    return b.op(name, [followed(b, p, moves, stays) for p in parts], args, dict(attrs), style=style)


def moved_length(b: Builder, op: Op, dot: Value, leaf: Image, image: Image) -> Value:
    """The tangent of a length: NaN where it is that of a zero vector that moves."""
    undefined = b.op("eq", [image(op.operands[0]), b.const(0)])
    if op.attrs[RECIPE] is not None:
        moved = _length_of_move(b, op, leaf, image)
        undefined = b.op("bitand", [undefined, b.op("ne", [moved, b.const(0)])])
    return b.op("np.where", [undefined, b.const(float("nan"), style="np.nan"), dot])


def _length_of_move(b: Builder, op: Op, leaf: Image, image: Image) -> Value:
    """The length of the tangents of what a length is made of."""
    vectors = op.operands
    return followed(b, op.attrs[RECIPE], lambda k: leaf(vectors[k]), lambda k: image(vectors[k]))


def sizes_behind_gates(body: Region) -> dict[Value, Op]:
    """The sizes that lengths are made of, by which a gate may be told from one that is zero."""
    ops = list(body.walk())
    if not any(op.name == "gate" for op in ops):
        return {}
    lengths = [op for op in ops if op.name == "length" and op.attrs[RECIPE] is not None]
    return {op.operands[0]: op for op in lengths}


def one_sided_size(b: Builder, op: Op, dot: Value, leaf: Image, image: Image) -> Value:
    """The tangent of a size: at a zero vector, where it is 0 by convention, that on one side.

    A gate that is zero there by chance opens, so that what is undefined behind it shows.
    """
    at_zero = b.op("eq", [image(op.operands[0]), b.const(0)])
    return b.op("np.where", [at_zero, _length_of_move(b, op, leaf, image), dot])


def erase_lengths(function: Function) -> None:
    """Write the divisors as expressions, once every derivative has been taken."""
    _erase(function.body)


def _erase(region: Region) -> None:
    kept: list[Op] = []
    mapping: dict[Value, Value] = {}
    for op in region.ops:
        for inner in op.regions:
            _erase(inner)
        if op.name != "length":
            kept.append(op)
            continue
        b = Builder(Region(), op.loc, op.phase)
        made = guarded(b, op.operands[0])
        made.hint, made.soft = op.result.hint, op.result.soft
        mapping[op.result] = made
        kept += b.region.ops
    region.ops = kept
    if mapping:
        substitute(region, mapping)


# Quotients that are polynomials


def without_division(op: Op, b: Builder) -> Value | None:
    """`c * n / n` is `c`, and `abs(x) * sign(x)` is `x`, at 0 too: what is smooth stays smooth."""
    if op.name == "div":
        return _quotient(b, *op.operands)
    for x, y in (op.operands, op.operands[::-1]):
        found = _times_quotient(b, x, y)
        if found is not None:
            return found
    return None


def _quotient(b: Builder, x: Value, y: Value) -> Value | None:
    size = size_of(y)
    if size is not None:
        return without(b, x, size)
    product = y.op
    if product is not None and product.name == "mul":
        for divisor, rest in (product.operands, product.operands[::-1]):
            size = size_of(divisor)
            found = None if size is None else without(b, x, size)
            if found is not None:
                return b.op("div", [found, rest])
    return None


def _times_quotient(b: Builder, x: Value, y: Value) -> Value | None:
    """`x * y` where `y` is divided by a length that `x` is a multiple of."""
    op = y.op
    if op is None or op.phase not in DERIVATIVE:
        return None
    if op.name in ("np.sign", *ONE_SIDED, "np.conj") and rank_of(x.type) is not None:
        return _times_sign(b, x, op)
    if op.name in ("neg", "mul"):
        for k, v in enumerate(op.operands):
            found = _times_quotient(b, x, v)
            if found is not None:
                rest = [w for j, w in enumerate(op.operands) if j != k]
                return b.op(op.name, [found, *rest])
    if op.name == "div":
        size = size_of(op.operands[1])
        found = None if size is None else without(b, x, size)
        if found is not None:
            return b.op("mul", [found, op.operands[0]])
    return None


def _times_sign(b: Builder, x: Value, sign: Op) -> Value | None:
    signed = sign.operands[-1]
    if sign.name == "np.conj" or (sign.name in ONE_SIDED and constant(sign.operands[0]) != 1):
        return None
    rest = without(b, x, None, signed)
    return None if rest is None else b.op("mul", [rest, signed])


def one_sided(b: Builder, product: Value, slope: Value) -> Value:
    """A cotangent or tangent times the slope of `abs`, which is 0 at 0 in the value alone.

    Its own derivatives are those on one side: right for what is smooth in `abs(x)`.
    """
    op = slope.op
    if b.second_order or not b.again or op is None or op.name not in ONE_SIDED:
        return product
    at_zero = b.op("eq", [op.operands[1], b.const(0)])
    excess = b.op("np.where", [at_zero, product, b.const(0)])
    return b.op("sub", [product, b.op("stop_gradient", [excess])])


def size_of(divisor: Value) -> Value | None:
    """The length that a divisor stands for; a root is its own."""
    op = divisor.op
    if op is None:
        return None
    if op.name == "length":
        return op.operands[0]
    if op.name == "divisor":
        return size_of(op.operands[0])
    if op.name in ("np.sqrt", "math.sqrt"):
        return divisor
    if op.name == "add" and op.operands[1].op is not None:
        test = op.operands[1].op
        if test.name == "bitand":
            test = test.operands[0].op or test
        if test.name == "eq" and test.operands[0] is op.operands[0]:
            return op.operands[0] if constant(test.operands[1]) == 0 else None
    return None


def without(
    b: Builder, x: Value, size: Value | None, signed: Value | None = None, depth: int = 8
) -> Value | None:
    """`x` divided by one of its factors, `size` or `abs(signed)`; None where it is none."""
    op = x.op
    if x is size or (op is not None and signed is not None and _is_size_of(op, signed)):
        return b.const(1.0)
    if op is None or depth == 0:
        return None

    def inner(v: Value) -> Value | None:
        return without(b, v, size, signed, depth - 1)

    if op.name == "pow" and op.phase in DERIVATIVE:
        exponent = constant(op.operands[1])
        rest = inner(op.operands[0]) if isinstance(exponent, int | float) else None
        if rest is None or exponent < 1:
            return None
        return b.op("mul", [rest, b.op("pow", [op.operands[0], b.const(exponent - 1)])])
    if op.phase not in DERIVATIVE:
        return None
    return _of_operands(b, op, inner)


def _of_operands(b: Builder, op: Op, inner: Callable[[Value], Value | None]) -> Value | None:
    found: list[Value | None]
    if op.name in ("add", "sub"):
        found = [inner(v) for v in op.operands]
        both = [v for v in found if v is not None]
        return b.op(op.name, both) if len(both) == 2 else None
    if op.name in ("neg", "div"):
        first = inner(op.operands[0])
        return None if first is None else b.op(op.name, [first, *op.operands[1:]])
    if op.name == "mul":
        for x, y in (op.operands, op.operands[::-1]):
            rest = inner(x)
            if rest is not None:
                return b.op("mul", [rest, y])
    return None


def _is_size_of(op: Op, signed: Value) -> bool:
    return op.name in ABSOLUTES and op.operands[0] is signed
