"""Variables: who shares one, what they are called, and whom a name never meets."""

from __future__ import annotations

import numpy as np

from sourcead.backend import emit
from sourcead.ir.core import GlobalRef, Param, Value
from sourcead.ir.types import FLOAT, INT
from sourcead.ops.build import Builder
from tests.unit.ir_programs import (
    VECTOR,
    assert_same,
    branch,
    compiled,
    counted,
    for_loop,
    less,
    module_of,
    printed,
)


def test_versions_of_a_variable_share_it() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        x1 = b.op("mul", [x, x], hint="x")
        x2 = b.op("np.sin", [x1], hint="x")
        return [b.op("add", [x2, b.const(1.0)])]

    text = printed(module_of("f", [("x", VECTOR)], build))
    assert text == "def f(x):\n    x = x * x\n    x = np.sin(x)\n    return x + 1.0"


def test_two_values_of_one_name_that_meet() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        x1 = b.op("np.sin", [x], hint="x")
        return [b.op("mul", [x1, x])]

    text = printed(module_of("f", [("x", VECTOR)], build))
    assert text == "def f(x):\n    x_2 = np.sin(x)\n    return x_2 * x"


def test_a_loop_needs_no_second_name() -> None:
    def build(b: Builder, x: Value, n: Value) -> list[Value]:
        def step(i: Value, y: Value, s: Value) -> list[Value]:
            new = b.op("mul", [y, x], hint="y")
            return [new, b.op("add", [s, b.op("np.sin", [y])], hint="s")]

        op = for_loop(b, [("i", counted(b, n))], [("y", x), ("s", b.const(0.0))], step)
        return list(op.results)

    module = module_of("f", [("x", FLOAT), ("n", INT)], build)
    assert printed(module).split("\n")[4:6] == ["        s += np.sin(y)", "        y = y * x"]
    assert_same(module, 0.7, 3)


def test_swap_and_rotation() -> None:
    def build(b: Builder, x: Value, n: Value) -> list[Value]:
        step = lambda i, p, q: [q, b.op("add", [p, q], hint="q")]  # noqa: E731
        carries = [("p", x), ("q", b.const(1.0))]
        return list(for_loop(b, [("i", counted(b, n))], carries, step).results)

    module = module_of("f", [("x", FLOAT), ("n", INT)], build)
    assert "p, q = q, p + q" in printed(module)
    assert_same(module, 0.7, 4)


def test_an_argument_keeps_its_name_beside_a_copy_of_it() -> None:
    def build(b: Builder, y0: Value, n: Value) -> list[Value]:
        step = lambda i, y: [b.op("mul", [y, y0], hint="y")]  # noqa: E731
        return [for_loop(b, [("i", counted(b, n))], [("y", y0)], step).results[0]]

    text = printed(module_of("f", [("y0", FLOAT), ("n", INT)], build))
    assert text.split("\n")[1:4] == ["    y = y0", "    for i in range(n):", "        y = y * y0"]


def test_names_of_branches() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        def then() -> list[Value]:
            y = b.op("np.sin", [x], hint="y")
            return [y, b.op("mul", [y, y], hint="z")]

        def other() -> list[Value]:
            return [x, b.op("np.cos", [x], hint="z")]

        y, z = branch(b, less(b, x, b.const(0.0)), then, other, ["y", "z"])
        return [b.op("add", [y, z])]

    text = printed(module_of("f", [("x", FLOAT)], build))
    assert text.split("\n")[1:-1] == [
        "    if x < 0.0:",
        "        y = np.sin(x)",
        "        z = y * y",
        "    else:",
        "        z = np.cos(x)",
        "        y = x",
    ]


def test_nothing_shadows_what_the_text_needs() -> None:
    def build(b: Builder, np_: Value, range_: Value, x: Value) -> list[Value]:
        total = b.op("np.sum", [b.op("np.exp", [x])], hint="len")
        step = lambda i, s: [b.op("add", [s, total], hint="zip")]  # noqa: E731
        start = b.op("mul", [np_, b.op("dim", [x], attrs={"axis": 0}, style="len")])
        return [for_loop(b, [("i", counted(b, range_))], [("zip", start)], step).results[0]]

    module = module_of("f", [("np", FLOAT), ("range", INT), ("x", VECTOR)], build)
    emitted = emit(module)
    assert {r.statement for r in emitted.requires} == {"import numpy", "import builtins"}
    x = np.arange(3.0)
    assert np.isclose(compiled(emitted)(2.0, 3, x), 6.0 + 3 * np.sum(np.exp(x)))


def test_globals_of_two_modules() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        refs = [GlobalRef("settings", "rate"), GlobalRef("pkg.other", "rate")]
        a, c = (b.op("global", [], attrs={"ref": ref}, type=FLOAT) for ref in refs)
        local = b.op("mul", [x, a], hint="rate")
        return [b.op("add", [local, b.op("mul", [local, c])])]

    emitted = emit(module_of("f", [("x", FLOAT)], build))
    assert [r.statement for r in emitted.requires] == [
        "from settings import rate",
        "from pkg.other import rate as other_rate",
    ]
    assert "rate_2 = x * rate\n    return rate_2 + rate_2 * other_rate" in emitted.text


def test_keywords_and_other_alphabets() -> None:
    def build(b: Builder, λ: Value) -> list[Value]:
        y = b.op("mul", [λ, λ], hint="lambda")
        z = b.op("mul", [y, y], hint="größe")
        return [b.op("mul", [z, b.op("add", [z, y])])]

    text = printed(module_of("f", [("λ", FLOAT)], build))
    assert "lambda_2 = λ * λ" in text
    assert "größe = lambda_2 * lambda_2" in text


def test_a_soft_name_is_used_where_one_is_needed() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        e = b.op("np.exp", [x])
        e.soft = "weights"
        return [b.op("mul", [e, e])]

    text = printed(module_of("f", [("x", VECTOR)], build))
    assert text.split("\n")[1] == "    weights = np.exp(x)"


def test_signature() -> None:
    module = module_of("f", [("x", FLOAT), ("n", FLOAT), ("k", FLOAT)], lambda b, x, n, k: [x])
    function = module.functions["f"]
    function.params = [
        Param("x", kind="POSITIONAL_ONLY"),
        Param("n", "3"),
        Param("k", "None", kind="KEYWORD_ONLY"),
    ]
    function.doc = "Says what it does.\n\nAnd how."
    assert printed(module) == (
        "def f(x, /, n=3, *, k=None):\n"
        '    """Says what it does.\n\n    And how.\n    """\n'
        "    return x"
    )


def test_what_is_computed_again_has_its_name_again() -> None:
    def build(b: Builder, x: Value, n: Value) -> list[Value]:
        def step(i: Value, y: Value) -> list[Value]:
            half = b.op("mul", [b.const(0.5), x])
            return [b.op("sub", [b.op("mul", [y, half]), half], hint="y")]

        first = for_loop(b, [("i", counted(b, n))], [("y", x)], step).results[0]
        second = for_loop(b, [("i", counted(b, n))], [("y", first)], step).results[0]
        return [b.op("mul", [b.op("add", [second, x]), b.const(2.0)])]

    module = module_of("f", [("x", FLOAT), ("n", INT)], build)
    text = printed(module)
    assert text.count("half_x = 0.5 * x") == 2
    assert_same(module, 0.7, 3)


def test_multiples_are_called_so() -> None:
    def build(b: Builder, h: Value, x: Value) -> list[Value]:
        twice = b.op("mul", [b.const(2.0), h])
        square = b.op("mul", [x, x])
        ratio = b.op("div", [square, twice])
        return [b.op("add", [b.op("mul", [ratio, square]), twice])]

    lines = printed(module_of("f", [("h", FLOAT), ("x", FLOAT)], build)).split("\n")
    assert lines[1:3] == ["    twice_h = 2.0 * h", "    x_squared = x * x"]
