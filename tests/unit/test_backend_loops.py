"""Loops and branches as Python writes them."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import numpy as np
import pytest

from sourcead.ir.core import Value
from sourcead.ir.index import Ref
from sourcead.ir.types import FLOAT, INT
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
    undefined,
    while_loop,
)

Build = Callable[..., list[Value]]
CASES: list[tuple[Build, str]] = []
ZERO = 0.0


def program(text: str) -> Callable[[Build], Build]:
    def declare(build: Build) -> Build:
        CASES.append((build, dedent(text).strip("\n")))
        return build

    return declare


@program("""
def f(x, m, n):
    s = 0.0
    for v in x:
        s += v * v
    return s
""")
def over_an_array(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    length = b.op("dim", [x], attrs={"axis": 0}, style="len")

    def step(i: Value, s: Value) -> list[Value]:
        v = read(b, x, (Ref(0),), i, hint="v")
        return [b.op("add", [s, b.op("mul", [v, v])], hint="s")]

    op = for_loop(b, [("", counted(b, length))], [("s", b.const(ZERO))], step)
    return [op.results[0]]


@program("""
def f(x, m, n):
    s = 0.0
    for i, v in enumerate(x):
        s = s + v * i
    return s
""")
def enumerated(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    length = b.op("dim", [x], attrs={"axis": 0}, style="len")

    def step(i: Value, s: Value) -> list[Value]:
        v = read(b, x, (Ref(0),), i, hint="v")
        return [b.op("add", [s, b.op("mul", [v, i])], hint="s")]

    with from_statement(b, "for i, v in enumerate(x):"):
        op = for_loop(b, [("i", counted(b, length))], [("s", b.const(ZERO))], step)
    return [op.results[0]]


@program("""
def f(x, m, n):
    s = 0.0
    for row in m:
        for v in row:
            s += v
    return s
""")
def rows_and_elements(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    rows = b.op("dim", [m], attrs={"axis": 0}, style="len")

    def outer(i: Value, s: Value) -> list[Value]:
        row = read(b, m, (Ref(0),), i, hint="row")
        length = b.op("dim", [row], attrs={"axis": 0}, style="len")

        def inner(j: Value, t: Value) -> list[Value]:
            v = read(b, m, (Ref(0), Ref(1)), i, j, hint="v")
            return [b.op("add", [t, v], hint="s")]

        return [for_loop(b, [("", counted(b, length))], [("s", s)], inner).results[0]]

    op = for_loop(b, [("", counted(b, rows))], [("s", b.const(ZERO))], outer)
    return [op.results[0]]


@program("""
def f(x, m, n):
    y = 1.0
    y_tape = []
    for i in range(n):
        y_tape.append(y)
        y = np.sin(y) + i
    s = 0.0
    for i, y_in in zip(reversed(range(n)), reversed(y_tape)):
        s += y_in * i
    return s, y
""")
def read_back(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    step = lambda i, y: [b.op("add", [b.op("np.sin", [y]), i], hint="y"), y]  # noqa: E731
    op = for_loop(b, [("i", counted(b, n))], [("y", b.const(1.0))], step)
    y, tape = op.results
    back = lambda i, y, s: [b.op("add", [s, b.op("mul", [y, i])], hint="s")]  # noqa: E731
    streams = [("i", counted(b, n)), ("y", tape)]
    done = for_loop(b, streams, [("s", b.const(ZERO))], back, reverse=True)
    return [done.results[0], y]


@program("""
def f(x, m, n):
    y = 1.0
    y_tape = []
    for i in range(n):
        y_tape.append(y)
        y = y * 1.5
    s = y
    for y in reversed(y_tape):
        s += y
    return s
""")
def unread_counter_beside_a_tape(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    step = lambda i, y: [b.op("mul", [y, b.const(1.5)], hint="y"), y]  # noqa: E731
    op = for_loop(b, [("i", counted(b, n))], [("y", b.const(1.0))], step)
    y, tape = op.results
    back = lambda i, y, s: [b.op("add", [s, y], hint="s")]  # noqa: E731
    streams = [("i", counted(b, n)), ("y", tape)]
    return [for_loop(b, streams, [("s", y)], back, reverse=True).results[0]]


@program("""
def f(x, m, n):
    y = 1.0
    count = 0
    for i in range(n):
        count += 1
        y = y * 3.0
        if y > 20.0:
            break
    return y, count
""")
def break_and_count(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    def step(i: Value, y: Value) -> list[Value]:
        y = b.op("mul", [y, b.const(3.0)], hint="y")
        return [b.op("gt", [y, b.const(20.0)]), y]

    op = for_loop(b, [("i", counted(b, n))], [("y", b.const(1.0))], step, stop=True, count=True)
    return list(op.results)


@program("""
def f(x, m, n):
    y = 1.0
    for i in range(n):
        if y > 20.0:
            y += 0.5
            break
        y = y * 3.0
        if y < 2.0:
            break
        y -= 1.0
    return y
""")
def several_breaks(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    def step(i: Value, y: Value) -> list[Value]:
        def go_on() -> list[Value]:
            z = b.op("mul", [y, b.const(3.0)], hint="y")

            def further() -> list[Value]:
                return [b.const(False), b.op("sub", [z, b.const(1.0)], hint="y")]

            leave = lambda: [b.const(True), z]  # noqa: E731
            return branch(b, less(b, z, b.const(2.0)), leave, further, ["", "y"])

        leave = lambda: [b.const(True), b.op("add", [y, b.const(0.5)], hint="y")]  # noqa: E731
        return branch(b, b.op("gt", [y, b.const(20.0)]), leave, go_on, ["", "y"])

    op = for_loop(b, [("i", counted(b, n))], [("y", b.const(1.0))], step, stop=True)
    return [op.results[0]]


@program("""
def f(x, m, n):
    returned = False
    for v in x:
        if v > 0.5:
            returned = True
            result = v * v
            break
    if returned:
        return result
    return x[0]
""")
def return_inside_a_loop(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    length = b.op("dim", [x], attrs={"axis": 0}, style="len")

    def step(i: Value, returned: Value, result: Value) -> list[Value]:
        v = read(b, x, (Ref(0),), i, hint="v")
        found = lambda: [b.const(True), b.op("mul", [v, v])]  # noqa: E731
        going = lambda: [b.const(False), result]  # noqa: E731
        stop, value = branch(b, b.op("gt", [v, b.const(0.5)]), found, going, ["returned", "result"])
        return [stop, stop, value]

    nothing = undefined(b)
    nothing.type = FLOAT
    carries = [("returned", b.const(False)), ("result", nothing)]
    op = for_loop(b, [("", counted(b, length))], carries, step, stop=True)
    flag, result = op.results
    return branch(b, flag, lambda: [result], lambda: [read(b, x, (0,))])


@program("""
def f(x, m, n):
    y = 1.0
    while y < n:
        y = y * 2.5
    return y
""")
def while_with_a_test(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    step = lambda y: [b.op("mul", [y, b.const(2.5)], hint="y")]  # noqa: E731
    return [while_loop(b, [("y", b.const(1.0))], lambda y: less(b, y, n), step).results[0]]


@program("""
def f(x, m, n):
    y = 1.0
    while True:
        z = np.exp(y)
        if not z * z < n:
            break
        y += 0.25
    return y
""")
def while_whose_test_needs_statements(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    def test(y: Value) -> Value:
        z = b.op("np.exp", [y], hint="z")
        return less(b, b.op("mul", [z, z]), n)

    step = lambda y: [b.op("add", [y, b.const(0.25)], hint="y")]  # noqa: E731
    return [while_loop(b, [("y", b.const(1.0))], test, step).results[0]]


@program("""
def f(x, m, n):
    if n < 1:
        return 0.0
    y = np.sin(x[0])
    if y < 0.0:
        return -y
    return y * y
""")
def early_returns(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    def rest() -> list[Value]:
        y = b.op("np.sin", [read(b, x, (0,))], hint="y")
        test = less(b, y, b.const(ZERO))
        return branch(b, test, lambda: [b.op("neg", [y])], lambda: [b.op("mul", [y, y])])

    return branch(b, less(b, n, b.const(1)), lambda: [b.const(ZERO)], rest)


@program("""
def f(x, m, n):
    y = x[0]
    if n != 2:
        y = y * 3.0
    if n < 1:
        s = 1.0
    elif n < 2:
        s = np.sin(y)
    else:
        s = np.cos(y)
        s = s * s
    return y + s
""")
def branches_as_statements(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    y = read(b, x, (0,), hint="y")
    change = lambda: [b.op("mul", [y, b.const(3.0)], hint="y")]  # noqa: E731
    (y1,) = branch(b, b.op("eq", [n, b.const(2)]), lambda: [y], change, ["y"])

    def last() -> list[Value]:
        c = b.op("np.cos", [y1], hint="s")
        return [b.op("mul", [c, c], hint="s")]

    def other() -> list[Value]:
        sine = lambda: [b.op("np.sin", [y1], hint="s")]  # noqa: E731
        return branch(b, less(b, n, b.const(2)), sine, last, ["s"])

    (s,) = branch(b, less(b, n, b.const(1)), lambda: [b.const(1.0)], other, ["s"])
    return [b.op("add", [y1, s])]


IDS = [build.__name__ for build, _ in CASES]


@pytest.mark.parametrize(("build", "text"), CASES, ids=IDS)
def test_text(build: Build, text: str) -> None:
    module = module_of("f", [("x", VECTOR), ("m", MATRIX), ("n", INT)], build)
    assert printed(module) == text


@pytest.mark.parametrize("build", [build for build, _ in CASES], ids=IDS)
@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_meaning(build: Build, n: int) -> None:
    module = module_of("f", [("x", VECTOR), ("m", MATRIX), ("n", INT)], build)
    rng = np.random.default_rng(n)
    assert_same(module, rng.normal(size=5), rng.normal(size=(4, 3)), n)
