"""In place or copied: adversarial programs, with the text and what it computes."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import numpy as np
import pytest

from sourcead.ir.core import Module, Value
from sourcead.ir.index import Ref
from sourcead.ir.types import INT
from sourcead.ops.build import Builder
from tests.unit.ir_programs import (
    MATRIX,
    VECTOR,
    assert_same,
    branch,
    counted,
    for_loop,
    less,
    module_of,
    printed,
    read,
    slice_of,
    write,
)

INNER = slice_of(1, -1)
Build = Callable[..., list[Value]]
CASES: list[tuple[Build, str]] = []


def program(text: str) -> Callable[[Build], Build]:
    """Declare a program of a vector, a matrix and an int, with its text."""

    def declare(build: Build) -> Build:
        CASES.append((build, dedent(text).strip("\n")))
        return build

    return declare


def module_for(build: Build) -> Module:
    return module_of("f", [("x", VECTOR), ("m", MATRIX), ("n", INT)], build)


@program("""
def f(x, m, n):
    x = x.copy()
    x[0] = 2.0
    x[1] = x[0] * 3.0
    return x
""")
def parameter_is_copied_once(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    x1 = write(b, x, b.const(2.0), (0,))
    v = b.op("mul", [read(b, x1, (0,)), b.const(3.0)])
    return [write(b, x1, v, (1,))]


@program("""
def f(x, m, n):
    a = x * x
    old = a[1:-1].copy()
    a[1:-1] = 0.0
    return np.sum(old) + np.sum(a)
""")
def live_view_is_copied_not_the_array(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")
    old = read(b, a, INNER, hint="old")
    a1 = write(b, a, b.const(0.0), INNER)
    return [b.op("add", [b.op("np.sum", [old]), b.op("np.sum", [a1])])]


@program("""
def f(x, m, n):
    a = x * x
    a_2 = a.copy()
    a_2[0] = 1.0
    return a_2 + a
""")
def old_version_still_read(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")
    a1 = write(b, a, b.const(1.0), (0,))
    return [b.op("add", [a1, a])]


@program("""
def f(x, m, n):
    a = x * x
    b = a.copy()
    for i in range(n):
        b[0] = a[0] + b[1]
        a[1] = b[0] * 2.0
    return a + b
""")
def one_array_in_two_carries(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")

    def body(i: Value, p: Value, q: Value) -> list[Value]:
        q1 = write(b, q, b.op("add", [read(b, p, (0,)), read(b, q, (1,))]), (0,))
        return [write(b, p, b.op("mul", [read(b, q1, (0,)), b.const(2.0)]), (1,)), q1]

    op = for_loop(b, [("i", counted(b, n))], [("a", a), ("b", a)], body)
    return [b.op("add", list(op.results))]


@program("""
def f(x, m, n):
    a = np.zeros_like(x)
    b = np.ones_like(x)
    for i in range(n):
        b[1:-1] = a[1:-1] + 1.0
        a, b = b, a
    return a
""")
def swapped_buffers_stay_two(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    start = [b.op("np.zeros_like", [x], hint="a"), b.op("np.ones_like", [x], hint="b")]

    def body(i: Value, p: Value, q: Value) -> list[Value]:
        v = b.op("add", [read(b, p, INNER), b.const(1.0)])
        return [write(b, q, v, INNER), p]

    op = for_loop(b, [("i", counted(b, n))], [("a", start[0]), ("b", start[1])], body)
    return [op.results[0]]


@program("""
def f(x, m, n):
    a = x * x
    if n < 3:
        a[0] = 5.0
    return a
""")
def written_in_one_branch(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")
    cond = less(b, n, b.const(3))
    return branch(b, cond, lambda: [write(b, a, b.const(5.0), (0,))], lambda: [a], ["a"])


@program("""
def f(x, m, n):
    if n < 3:
        a = x * 2.0
    else:
        a = x
    a = a.copy()
    a[0] = 1.0
    return a
""")
def ours_on_one_path_only(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    cond = less(b, n, b.const(3))
    (a,) = branch(b, cond, lambda: [b.op("mul", [x, b.const(2.0)], hint="a")], lambda: [x], ["a"])
    return [write(b, a, b.const(1.0), (0,))]


@program("""
def f(x, m, n):
    a = x * x
    a_tape = []
    for i in range(n):
        a_tape.append(a[1:-1].copy())
        a[1:-1] = 0.0
    total = 0.0
    for part in reversed(a_tape):
        total += np.sum(part)
    return total
""")
def tape_of_views(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")

    def body(i: Value, p: Value) -> list[Value]:
        old = read(b, p, INNER)
        return [write(b, p, b.const(0.0), INNER), old]

    op = for_loop(b, [("i", counted(b, n))], [("a", a)], body)

    def back(part: Value, total: Value) -> list[Value]:
        return [b.op("add", [total, b.op("np.sum", [part])], hint="total")]

    done = for_loop(b, [("part", op.results[1])], [("total", b.const(0.0))], back, reverse=True)
    return [done.results[0]]


@program("""
def f(x, m, n):
    h = x * x
    h_tape = []
    for i in range(n):
        h_tape.append(h)
        h = np.tanh(h)
    return np.sum(h_tape[-1]) + np.sum(h)
""")
def tape_of_what_nobody_writes_is_not_copied(
    b: Builder, x: Value, m: Value, n: Value
) -> list[Value]:
    h = b.op("mul", [x, x], hint="h")
    body = lambda i, p: [b.op("np.tanh", [p], hint="h"), p]  # noqa: E731
    op = for_loop(b, [("i", counted(b, n))], [("h", h)], body)
    last = read(b, op.results[1], (-1,))
    return [b.op("add", [b.op("np.sum", [last]), b.op("np.sum", [op.results[0]])])]


@program("""
def f(x, m, n):
    a = x * x
    a[0] = 1.0
    return a[1:-1], a.copy()
""")
def results_share_nothing(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a1 = write(b, b.op("mul", [x, x], hint="a"), b.const(1.0), (0,))
    return [read(b, a1, INNER), a1]


@program("""
def f(x, m, n):
    return x.copy(), m.T.copy()
""")
def arguments_are_not_handed_out(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    return [x, b.op("np.transpose", [m])]


@program("""
def f(x, m, n):
    a = m * m
    for i in range(n):
        for j in range(n):
            a[i, j] = a[j, i] * 2.0
    return a
""")
def nested_loops_write_one_array(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [m, m], hint="a")
    ij, ji = (Ref(0), Ref(1)), (Ref(1), Ref(0))

    def outer(i: Value, p: Value) -> list[Value]:
        def inner(j: Value, q: Value) -> list[Value]:
            v = b.op("mul", [read(b, q, ji, i, j), b.const(2.0)])
            return [write(b, q, v, ij, i, j)]

        return [for_loop(b, [("j", counted(b, n))], [("a", p)], inner).results[0]]

    return [for_loop(b, [("i", counted(b, n))], [("a", a)], outer).results[0]]


@program("""
def f(x, m, n):
    a = x * x
    total = 0.0
    for i in range(n):
        row = a.copy()
        row[0] = 1.0
        total += np.sum(row)
    return total
""")
def captured_array_is_copied_in_each_iteration(
    b: Builder, x: Value, m: Value, n: Value
) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")

    def body(i: Value, total: Value) -> list[Value]:
        row = write(b, a, b.const(1.0), (0,), hint="row")
        return [b.op("add", [total, b.op("np.sum", [row])], hint="total")]

    return [for_loop(b, [("i", counted(b, n))], [("total", b.const(0.0))], body).results[0]]


@program("""
def f(x, m, n):
    a = x * x
    b = a[1:-1].copy()
    for i in range(n):
        a[0] = b[0]
        b = a[1:-1].copy()
    return a, b
""")
def view_carried_beside_its_array(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")
    part = read(b, a, INNER, hint="b")

    def body(i: Value, p: Value, q: Value) -> list[Value]:
        p1 = write(b, p, read(b, q, (0,)), (0,))
        return [p1, read(b, p1, INNER, hint="b")]

    op = for_loop(b, [("i", counted(b, n))], [("a", a), ("b", part)], body)
    return list(op.results)


@program("""
def f(x, m, n):
    total = np.zeros_like(x)
    for i in range(n):
        total += x * x
    return total
""")
def sum_into_our_array(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    start = b.op("np.zeros_like", [x], hint="total")
    body = lambda i, t: [b.op("add", [t, b.op("mul", [x, x])], hint="total")]  # noqa: E731
    return [for_loop(b, [("i", counted(b, n))], [("total", start)], body).results[0]]


@program("""
def f(x, m, n):
    total = x
    for i in range(n):
        total = total + x * x
    return total.copy()
""")
def sum_that_starts_from_an_argument(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    body = lambda i, t: [b.op("add", [t, b.op("mul", [x, x])], hint="total")]  # noqa: E731
    return [for_loop(b, [("i", counted(b, n))], [("total", x)], body).results[0]]


@program("""
def f(x, m, n):
    a = x * x
    np.add.at(a, [0, 0], 1.0)
    a[1] -= 2.0
    a[x < 0.0] += 3.0
    return a
""")
def additions_at_an_index(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")
    twice = b.op("list", [b.const(0), b.const(0)])
    a = write(b, a, b.const(1.0), (Ref(0),), twice, add=True)
    a = write(b, a, b.op("neg", [b.const(2.0, style="")]), (1,), add=True)
    return [write(b, a, b.const(3.0), (Ref(0),), b.op("lt", [x, b.const(0.0)]), add=True)]


@program("""
def f(x, m, n):
    a = x * x
    a[1:-1][0] += a[2]
    return a
""")
def write_through_a_view(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("mul", [x, x], hint="a")
    row = write(b, read(b, a, INNER, hint="row"), read(b, a, (2,)), (0,), add=True)
    return [write(b, a, row, INNER)]


@program("""
def f(x, m, n):
    a = np.ones(x.shape)
    a[0] = 2.0
    return a
""")
def read_only_view(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    a = b.op("np.broadcast_to", [b.const(1.0), b.op("shape", [x])], hint="a", type=VECTOR)
    return [write(b, a, b.const(2.0), (0,))]


@program("""
def f(x, m, n):
    kept = [x.copy()]
    a = x * x
    for i in range(n):
        kept.append(a.copy())
        a[0] += 1.0
    return kept[0] + a
""")
def list_that_keeps_versions(b: Builder, x: Value, m: Value, n: Value) -> list[Value]:
    kept = b.op("list", [b.op("copy", [x])], attrs={"dynamic": True}, hint="kept")
    a = b.op("mul", [x, x], hint="a")

    def body(i: Value, xs: Value, p: Value) -> list[Value]:
        more = b.op("append", [xs, p], hint="kept")
        return [more, write(b, p, b.const(1.0), (0,), add=True)]

    op = for_loop(b, [("i", counted(b, n))], [("kept", kept), ("a", a)], body)
    return [b.op("add", [read(b, op.results[0], (0,)), op.results[1]])]


@pytest.mark.parametrize(("build", "text"), CASES, ids=[build.__name__ for build, _ in CASES])
def test_text(build: Build, text: str) -> None:
    assert printed(module_for(build)) == text


@pytest.mark.parametrize("build", [build for build, _ in CASES], ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", [0, 1, 3])
def test_meaning(build: Build, n: int) -> None:
    if n == 0 and build is tape_of_what_nobody_writes_is_not_copied:
        n = 2
    rng = np.random.default_rng(n)
    assert_same(module_for(build), rng.normal(size=5), rng.normal(size=(4, 3)), n)
