"""The rewrite table: each line does what it says, and rewriting ends."""

from __future__ import annotations

import pytest

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Region, Value
from sourcead.ir.index import Slice
from sourcead.ir.types import FLOAT, INT, ArrayT, Dim
from sourcead.transforms.patterns import Table, build
from sourcead.transforms.rewrites import REWRITES
from sourcead.transforms.simplify import SimplifyingBuilder

SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "matmul": "@"}
VECTOR = ArrayT("float64", (Dim("n", False),))


def text(value: Value) -> str:
    """A value as a fully bracketed expression."""
    literal = constant(value)
    if literal is not MISSING:
        return repr(literal)
    if value.op is None:
        return value.hint
    operands = [text(v) for v in value.op.operands]
    if value.op.name.startswith("np."):
        return f"{value.op.name}({', '.join(operands)})"
    if value.op.name == "neg":
        return f"-{operands[0]}"
    return f"({f' {SYMBOLS[value.op.name]} '.join(operands)})"


@pytest.fixture
def b() -> SimplifyingBuilder:
    return SimplifyingBuilder(Region(), phase="reverse")


def test_seed_and_factors_of_one_disappear(b):
    x = Value(FLOAT, "x")
    assert b.op("mul", [b.const(1.0), x]) is x
    assert b.op("mul", [x, b.const(1)]) is x
    assert b.op("add", [x, b.const(0.0)]) is x


def test_a_factor_of_one_that_widens_the_type_stays(b):
    x, xs = Value(FLOAT, "x"), Value(VECTOR, "xs")
    ones = b.op("np.ones_like", [xs])
    assert b.op("mul", [ones, x]) is not x


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (lambda b, x, y: b.op("mul", [x, b.op("div", [b.const(1), y])]), "(x / y)"),
        (lambda b, x, y: b.op("add", [x, x]), "(2.0 * x)"),
        (lambda b, x, y: b.op("add", [x, b.op("neg", [y])]), "(x - y)"),
        (lambda b, x, y: b.op("mul", [x, b.op("mul", [b.const(2.0), y])]), "((2.0 * x) * y)"),
        (lambda b, x, y: b.op("mul", [b.const(3.0), b.op("mul", [b.const(2.0), y])]), "(6.0 * y)"),
        (lambda b, x, y: b.op("mul", [b.op("neg", [x]), b.op("neg", [y])]), "(x * y)"),
        (lambda b, x, y: b.op("div", [b.const(1.0), b.const(3.0)]), "(1.0 / 3.0)"),
        (lambda b, x, y: b.op("mul", [x, b.op("pow", [y, b.const(1)])]), "(x * y)"),
    ],
)
def test_identities(b, made, wanted):
    assert text(made(b, Value(FLOAT, "x"), Value(FLOAT, "y"))) == wanted


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (lambda b, x, y: b.op("mul", [b.const(-2.0), x]), "-(2.0 * x)"),
        (lambda b, x, y: b.op("add", [x, b.op("mul", [b.const(-2.0), y])]), "(x - (2.0 * y))"),
        (lambda b, x, y: b.op("sub", [b.op("neg", [x]), y]), "-(x + y)"),
        (lambda b, x, y: b.op("add", [b.op("neg", [x]), b.op("neg", [y])]), "-(x + y)"),
        (lambda b, x, y: b.op("add", [b.op("add", [x, y]), y]), "(x + (2.0 * y))"),
        (lambda b, x, y: b.op("sub", [b.op("sub", [x, y]), y]), "(x - (2.0 * y))"),
        (lambda b, x, y: b.op("add", [b.op("add", [x, x]), x]), "(3.0 * x)"),
        (lambda b, x, y: b.op("np.sum", [b.op("mul", [x, y])]), "(x @ y)"),
        (lambda b, x, y: b.op("np.sum", [b.op("neg", [x])]), "-np.sum(x)"),
        (lambda b, x, y: b.op("np.sum", [b.op("mul", [b.const(3.0), x])]), "(3.0 * np.sum(x))"),
        (lambda b, x, y: b.op("np.outer", [b.op("neg", [x]), y]), "-np.outer(x, y)"),
        (lambda b, x, y: b.op("matmul", [x, b.op("neg", [y])]), "-(x @ y)"),
    ],
)
def test_identities_of_arrays(b, made, wanted):
    assert text(made(b, Value(VECTOR, "x"), Value(VECTOR, "y"))) == wanted


def test_a_transposed_product_of_matrices_is_the_product_of_transposed_ones(b):
    matrix = ArrayT("float64", (Dim("n", False), Dim("m", False)))
    x, y = Value(matrix, "x"), Value(matrix, "y")
    product = b.op("matmul", [b.op("np.transpose", [x]), y])
    assert text(b.op("np.transpose", [product])) == "(np.transpose(y) @ x)"
    product = b.op("matmul", [x, b.op("np.transpose", [y])])
    assert text(b.op("np.transpose", [product])) == "(y @ np.transpose(x))"
    # What the program computes itself is at hand.
    b.phase = "forward"
    product = b.op("matmul", [x, b.op("np.transpose", [y])])
    b.phase = "reverse"
    assert text(b.op("np.transpose", [product])) == "np.transpose((x @ np.transpose(y)))"


def test_the_sum_of_a_product_of_matrices_is_a_dot_product(b):
    matrix = ArrayT("float64", (Dim("n", False), Dim("m", None)))
    x, y = Value(matrix, "x"), Value(matrix, "y")
    assert text(b.op("np.sum", [b.op("mul", [x, y])])) == "np.vdot(x, y)"


def test_two_windows_are_not_copied_for_a_dot_product(b):
    matrix = ArrayT("float64", (Dim("n", False), Dim("m", False)))
    inner = {"index": (Slice(1, -1), Slice(1, -1))}
    x, y, z = (b.op("getitem", [Value(matrix, v)], ("x",), inner, type=matrix) for v in "xyz")
    fresh = b.op("add", [y, z])
    assert b.op("np.sum", [b.op("mul", [x, y])]).op.name == "np.sum"
    assert b.op("np.sum", [b.op("mul", [x, fresh])]).op.name == "np.vdot"


@pytest.mark.parametrize("dims", [(Dim("m", None),), (Dim(1, True),), (Dim("n", False),) * 2])
def test_a_sum_over_what_is_broadcast_stays(b, dims):
    x, y = Value(VECTOR, "x"), Value(ArrayT("float64", dims), "y")
    assert text(b.op("np.sum", [b.op("mul", [x, y])])) == "np.sum((x * y))"


def test_integers_are_not_doubled_by_a_float(b):
    n = Value(INT, "n")
    assert text(b.op("add", [n, n])) == "(n + n)"


@pytest.mark.parametrize("name", list(Table(REWRITES).rewrites))
def test_every_line_ends_in_a_form_that_no_line_rewrites_forever(b, name):
    for rewrite in Table(REWRITES).rewrites[name]:
        variables = {v: Value(VECTOR, v) for v in "xyz"}
        found = {**variables, "c": -2.0, "d": 4.0}
        assert build(rewrite.left, found, b) is not None, rewrite.text
