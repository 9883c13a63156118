"""Callees that write what they are handed, and the copies their callers make."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import numpy as np

from sourcead.ir.core import Function, Module, Op, Param, Region, Value
from sourcead.ir.types import FLOAT, INT
from sourcead.ops.build import Builder
from tests.unit.ir_programs import (
    VECTOR,
    assert_same,
    branch,
    less,
    module_of,
    printed,
    read,
    write,
)

Build = Callable[..., list[Value]]


def with_callee(build: Build, results: int = 1) -> Module:
    """A module whose `bump(p, s)` overwrites an element of its argument and returns the array."""
    region = Region()
    p, s = region.new_param(VECTOR, "p"), region.new_param(FLOAT, "s")
    b = Builder(region)
    region.yields = [write(b, p, b.op("mul", [read(b, p, (1,)), s]), (0,))] * results
    module = module_of("f", [("x", VECTOR), ("s", FLOAT)], build)
    module.functions["bump"] = Function("bump", region, [Param("p"), Param("s")])
    return module


def bumped(b: Builder, x: Value, s: Value, hint: str = "") -> Value:
    op = Op("call", [x, s], ("p", "s"), {"callee": "bump"})
    b.append(op)
    return op.new_result(VECTOR, hint)


BUMP = """
def bump(p, s):
    p[0] = p[1] * s
    return p
""".strip("\n")


def test_callee_writes_what_its_caller_hands_over() -> None:
    def build(b: Builder, x: Value, s: Value) -> list[Value]:
        a = b.op("mul", [x, x], hint="a")
        return [bumped(b, bumped(b, a, s, "a"), s, "a")]

    module = with_callee(build)
    assert printed(module) == BUMP + dedent("""\n\n
    def f(x, s):
        a = x * x
        a = bump(a, s)
        a = bump(a, s)
        return a""")
    assert_same(module, np.arange(4.0), 0.5)


def test_callee_is_handed_a_copy_of_what_is_still_needed() -> None:
    def build(b: Builder, x: Value, s: Value) -> list[Value]:
        return [b.op("add", [bumped(b, x, s), x])]

    module = with_callee(build)
    assert printed(module) == BUMP + dedent("""\n\n
    def f(x, s):
        return bump(x.copy(), s) + x""")
    assert_same(module, np.arange(4.0), 0.5)


def test_recursive_function_copies_for_itself() -> None:
    region = Region()
    x, n = region.new_param(VECTOR, "x"), region.new_param(INT, "n")
    b = Builder(region)

    def deeper() -> list[Value]:
        x1 = write(b, x, b.op("add", [read(b, x, (0,)), b.const(1.0)]), (0,))
        op = Op("call", [x1, b.op("sub", [n, b.const(1)])], ("x", "n"), {"callee": "f"})
        b.append(op)
        return [op.new_result(VECTOR)]

    cond = less(b, n, b.const(1))
    region.yields = branch(b, cond, lambda: [x], deeper)
    module = Module("f", {"f": Function("f", region, [Param("x"), Param("n")])})
    assert_same(module, np.arange(3.0), 3)
