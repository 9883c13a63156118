"""What is printed inside the expression that reads it, and what gets a variable."""

from __future__ import annotations

import numpy as np

from sourcead.ir.core import Function, Module, Op, Param, Region, Value
from sourcead.ir.index import Ref
from sourcead.ir.types import FLOAT, INT, StructT
from sourcead.ops.build import Builder
from tests.unit.ir_programs import (
    MATRIX,
    VECTOR,
    assert_same,
    branch,
    counted,
    for_loop,
    from_statement,
    less,
    module_of,
    printed,
    read,
    slice_of,
    write,
)


def body(text: str) -> str:
    """The statements of a printed function, without indentation."""
    return "\n".join(line[4:] for line in text.split("\n")[1:])


def test_unnamed_values_are_folded_and_named_ones_are_statements() -> None:
    def build(b: Builder, x: Value, w: Value) -> list[Value]:
        h = b.op("np.tanh", [b.op("add", [b.op("mul", [x, w]), w])], hint="h")
        return [b.op("np.sum", [b.op("mul", [h, h])])]

    module = module_of("f", [("x", VECTOR), ("w", VECTOR)], build)
    assert body(printed(module)) == "h = np.tanh(x * w + w)\nreturn np.sum(h * h)"


def test_a_value_read_twice_is_computed_once() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        e = b.op("np.exp", [x])
        return [b.op("div", [e, b.op("np.sum", [e])])]

    module = module_of("f", [("x", VECTOR)], build)
    assert body(printed(module)) == "exp_x = np.exp(x)\nreturn exp_x / np.sum(exp_x)"


def test_constants_shapes_and_views_are_repeated() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        n = b.op("dim", [x], attrs={"axis": 0})
        t = b.op("np.transpose", [x])
        return [b.op("matmul", [b.op("div", [t, n]), b.op("add", [x, b.op("div", [n, n])])]), t]

    module = module_of("f", [("x", MATRIX)], build)
    text = body(printed(module))
    assert text == "return x.T / x.shape[0] @ (x + x.shape[0] / x.shape[0]), x.T.copy()"


def test_a_read_stays_before_a_write() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        a = b.op("mul", [x, x], hint="a")
        first = b.op("add", [read(b, a, (0,)), b.const(1.0)])
        a1 = write(b, a, b.const(2.0), (0,))
        return [b.op("mul", [first, b.op("np.sum", [a1])])]

    module = module_of("f", [("x", VECTOR)], build)
    text = body(printed(module))
    assert text == "a = x * x\na_0 = a[0]\na[0] = 2.0\nreturn (a_0 + 1.0) * np.sum(a)"
    assert_same(module, np.arange(4.0))


def test_nothing_moves_into_a_loop() -> None:
    def build(b: Builder, x: Value, n: Value) -> list[Value]:
        scale = b.op("np.exp", [x])
        step = lambda i, y: [b.op("mul", [y, scale], hint="y")]  # noqa: E731
        return [for_loop(b, [("i", counted(b, n))], [("y", x)], step).results[0]]

    module = module_of("f", [("x", FLOAT), ("n", INT)], build)
    assert body(printed(module)).startswith("exp_x = np.exp(x)\ny = x\nfor i in range(n):")


def test_effects_keep_their_order() -> None:
    region = Region()
    x = region.new_param(FLOAT, "x")
    b = Builder(region)
    region.yields = [b.op("mul", [b.op("call", [], (), {"callee": "draw"}, type=FLOAT), x])]
    region.ops.insert(1, Op("print", [x], ("x0",)))
    drawn = Region()
    inner = Builder(drawn)
    inner.append(Op("print", [inner.const("drawing")], ("x0",)))
    drawn.yields = [inner.const(2.0)]
    functions = {"f": Function("f", region, [Param("x")]), "draw": Function("draw", drawn)}
    text = printed(Module("f", functions))
    assert text.endswith("draw_out = draw()\n    print(x)\n    return draw_out * x")


def test_long_expressions_are_split() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        total = x
        for _ in range(12):
            total = b.op("np.logaddexp", [b.op("np.sinh", [x]), total])
        return [total]

    text = printed(module_of("f", [("x", VECTOR)], build))
    assert max(map(len, text.split("\n"))) <= 100
    assert text.count("\n") <= 6


def test_a_long_statement_of_the_user_stays_one() -> None:
    text = "return " + " + ".join(["np.sinh(x)"] * 9)

    def build(b: Builder, x: Value) -> list[Value]:
        with from_statement(b, text):
            total = b.op("np.sinh", [x])
            for _ in range(8):
                total = b.op("add", [total, b.op("np.sinh", [x])])
        return [total]

    module = module_of("f", [("x", VECTOR)], build)
    assert len([line for line in printed(module).split("\n") if "=" in line]) == 0


def test_conditional_expressions() -> None:
    def build(b: Builder, x: Value, y: Value) -> list[Value]:
        (low,) = branch(b, less(b, x, y), lambda: [x], lambda: [b.op("neg", [y])])
        a, c = less(b, x, y), less(b, b.const(0.0), x)
        (both,) = branch(b, a, lambda: [less(b, y, b.const(9.0))], lambda: [a])
        (one,) = branch(b, c, lambda: [c], lambda: [less(b, y, x)])
        return [low, both, one]

    module = module_of("f", [("x", FLOAT), ("y", FLOAT)], build)
    text = body(printed(module))
    assert text == "return x if x < y else -y, x < y < 9.0, 0.0 < x or y < x"


def test_logical_and_of_a_test_and_a_flag() -> None:
    def build(b: Builder, x: Value, y: Value) -> list[Value]:
        test = b.op("gt", [b.op("np.max", [x]), y])
        (both,) = branch(b, test, lambda: [b.const(True)], lambda: [b.const(False)])
        (not_both,) = branch(b, test, lambda: [b.const(False)], lambda: [b.const(True)])
        return [both, not_both]

    module = module_of("f", [("x", VECTOR), ("y", FLOAT)], build)
    assert body(printed(module)).endswith("return is_greater_y, not is_greater_y")


def test_update_at_an_index_used_twice() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        a = b.op("mul", [x, x], hint="a")
        mask = b.op("gt", [x, b.const(0.0)])
        scaled = b.op("mul", [read(b, a, (Ref(0),), mask), b.const(2.0)])
        return [write(b, a, scaled, (Ref(0),), mask)]

    module = module_of("f", [("x", VECTOR)], build)
    assert body(printed(module)) == "a = x * x\na[x > 0.0] *= 2.0\nreturn a"
    assert_same(module, np.array([1.0, -2.0, 3.0]))


def test_neighbouring_elements_are_not_named() -> None:
    def build(b: Builder, x: Value, n: Value) -> list[Value]:
        a = b.op("copy", [x], hint="a")

        def step(i: Value, p: Value) -> list[Value]:
            before = b.op("sub", [i, b.const(1)])
            p = write(b, p, read(b, p, (Ref(0),), before), (Ref(0),), i)
            return [write(b, p, b.const(0.5), (Ref(0),), before, add=True)]

        return [for_loop(b, [("i", counted(b, n))], [("a", a)], step).results[0]]

    module = module_of("f", [("x", VECTOR), ("n", INT)], build)
    assert "a[i] = a[i - 1]\n        a[i - 1] += 0.5" in printed(module)
    assert_same(module, np.arange(4.0), 3)


def test_elements_of_containers_are_read_where_needed() -> None:
    layer = StructT("dict", ("w", "b"), (MATRIX, VECTOR))

    def build(b: Builder, params: Value, x: Value) -> list[Value]:
        w = b.op("field", [params], attrs={"key": "w"})
        bias = b.op("field", [params], attrs={"key": "b"})
        return [b.op("add", [b.op("matmul", [w, x]), bias])]

    text = body(printed(module_of("f", [("params", layer), ("x", VECTOR)], build)))
    assert text == "return params['w'] @ x + params['b']"


def test_slices_of_unwritten_arrays_are_repeated() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        part = read(b, x, slice_of(1, -1))
        return [b.op("mul", [part, b.op("np.sin", [part])])]

    text = body(printed(module_of("f", [("x", VECTOR)], build)))
    assert text == "return x[1:-1] * np.sin(x[1:-1])"


def test_a_very_long_chain_is_no_very_deep_expression() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        total = x
        with from_statement(b, "return " + "x + " * 3000):
            for _ in range(3000):
                total = b.op("add", [total, x])
        return [total]

    module = module_of("f", [("x", FLOAT)], build)
    assert_same(module, 0.5)
