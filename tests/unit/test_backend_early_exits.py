"""Tapes of loops that stop early, variables bound on one path only, lists, unpacking."""

from __future__ import annotations

from textwrap import dedent

import numpy as np
import pytest

from sourcead.backend import emit
from sourcead.ir.core import Function, Module, Op, Param, Region, Value
from sourcead.ir.index import Index, Ref, Slice
from sourcead.ir.types import BOOL, FLOAT, INT, UNKNOWN, ArrayT, Dim, ListT, StructT, Type
from sourcead.ops.build import Builder
from tests.unit.ir_programs import (
    MATRIX,
    VECTOR,
    assert_same,
    branch,
    compiled,
    counted,
    for_loop,
    less,
    module_of,
    printed,
    undefined,
    write,
)


def text_of(module: Module) -> str:
    return "\n".join(line[4:] for line in printed(module).split("\n")[1:])


def undefined_as(b: Builder, t: Type) -> Value:
    """A value that one path does not have, of a type that another path gives it."""
    value = undefined(b)
    value.type = t
    return value


def leaving_loop(b: Builder, n: Value) -> list[Value]:
    """A loop that stops at once past a bound; only iterations that go on compute a test."""

    def step(i: Value, y: Value) -> list[Value]:
        y1 = b.op("mul", [y, b.const(1.7)], hint="y")

        def going() -> list[Value]:
            small = less(b, y1, b.const(3.0))
            return [b.const(False), small]

        leaving = lambda: [b.const(True), undefined_as(b, BOOL)]  # noqa: E731
        stop, small = branch(b, b.op("gt", [y1, b.const(8.0)]), leaving, going)
        return [stop, y1, small]

    op = for_loop(b, [("i", counted(b, n))], [("y", b.const(1.0))], step, stop=True)
    op.results[1].hint = "small_tape"
    return list(op.results)


def test_each_branch_of_a_stop_collects_for_itself() -> None:
    module = module_of("f", [("n", INT)], leaving_loop)
    assert text_of(module) == dedent("""
        y = 1.0
        small_tape = []
        for i in range(n):
            y = y * 1.7
            if y > 8.0:
                small_tape.append(None)
                break
            small_tape.append(y < 3.0)
        return y, small_tape
    """).strip("\n")
    y, tape = compiled(emit(module))(9)
    assert y > 8.0
    assert tape == [True, True, False, None]


def test_what_is_passed_on_unseen_becomes_none() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        then = lambda: [b.op("np.sin", [x], hint="s")]  # noqa: E731
        (s,) = branch(b, less(b, x, b.const(0.0)), then, lambda: [undefined_as(b, FLOAT)], ["s"])
        return [b.op("tuple", [x, s])]

    text = text_of(module_of("f", [("x", FLOAT)], build))
    assert text == "if x < 0.0:\n    s = np.sin(x)\nelse:\n    s = None\nreturn x, s"


def test_what_is_read_where_it_is_unbound_raises() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        then = lambda: [b.op("np.sin", [x], hint="s")]  # noqa: E731
        (s,) = branch(b, less(b, x, b.const(0.0)), then, lambda: [undefined_as(b, FLOAT)], ["s"])
        return [b.op("mul", [s, x])]

    f = compiled(emit(module_of("f", [("x", FLOAT)], build)))
    assert f(-1.0) == -np.sin(-1.0)
    with pytest.raises(UnboundLocalError):
        f(1.0)


# Lists ----------------------------------------------------------------------------------------


def sums_into(t: ListT, index: Index) -> Module:
    def build(b: Builder, xs: Value, v: Value, i: Value) -> list[Value]:
        operands = [i] if Ref(0) in index else []
        return [write(b, b.op("copy", [xs], hint="ys"), v, index, *operands, add=True)]

    return module_of("f", [("xs", t), ("v", t.elem), ("i", INT)], build)


def test_an_array_in_a_list_is_replaced_by_its_sum() -> None:
    module = sums_into(ListT(VECTOR), (Ref(0),))
    assert "ys[i] = ys[i] + v" in printed(module)
    xs = [np.ones(2), np.zeros(2)]
    got = compiled(emit(module))(xs, np.full(2, 3.0), 1)
    assert [a.tolist() for a in got] == [[1.0, 1.0], [3.0, 3.0]]
    assert xs[1].tolist() == [0.0, 0.0]


def test_a_slice_of_a_list_is_summed_element_by_element() -> None:
    module = sums_into(ListT(FLOAT), (Slice(1, None, None),))
    assert compiled(emit(module))([1.0, 2.0, 3.0], [10.0, 20.0], 0) == [1.0, 12.0, 23.0]


def test_an_unknown_container_is_summed_by_a_helper() -> None:
    build = lambda b, x, v: [write(b, b.op("copy", [x], hint="y"), v, (0,), add=True)]  # noqa: E731
    f = compiled(emit(module_of("f", [("x", UNKNOWN), ("v", UNKNOWN)], build)))
    assert f(np.zeros(2), 1.5).tolist() == [1.5, 0.0]
    assert f([{"w": 1.0}, 2.0], {"w": 3.0}) == [{"w": 4.0}, 2.0]


# Tuples ---------------------------------------------------------------------------------------


def test_a_shape_is_unpacked() -> None:
    def build(b: Builder, m: Value) -> list[Value]:
        shape = b.op("shape", [m], type=StructT("tuple", (0, 1), (INT, INT)))
        rows, cols = (
            b.op("field", [shape], attrs={"key": k}, hint=h) for k, h in enumerate(["rows", "cols"])
        )
        return [b.op("mul", [rows, b.op("add", [cols, rows])])]

    assert text_of(module_of("f", [("m", MATRIX)], build)) == (
        "rows, cols = m.shape\nreturn rows * (cols + rows)"
    )


def test_a_call_is_unpacked_where_it_stands() -> None:
    pair = StructT("tuple", (0, 1, 2), (FLOAT, FLOAT, FLOAT))
    inner = Region()
    x = inner.new_param(FLOAT, "x")
    b = Builder(inner)
    inner.yields = [b.op("tuple", [x, b.op("np.sin", [x]), b.op("np.cos", [x])])]

    def build(b: Builder, x: Value) -> list[Value]:
        op = Op("call", [x], ("x",), {"callee": "parts"})
        b.append(op)
        parts = op.new_result(pair)
        first = b.op("field", [parts], attrs={"key": 0}, hint="u")
        last = b.op("field", [parts], attrs={"key": 2}, hint="w")
        return [b.op("mul", [b.op("mul", [first, last]), last])]

    module = module_of("f", [("x", FLOAT)], build)
    module.functions["parts"] = Function("parts", inner, [Param("x")])
    assert printed(module).endswith("u, _, w = parts(x)\n    return u * w * w")
    assert_same(module, 0.7)


def test_copies_keep_the_order_of_memory() -> None:
    def build(b: Builder, m: Value) -> list[Value]:
        t = b.op("np.transpose", [m], hint="t")
        return [write(b, t, b.const(2.0), (0, 0))]

    square = ArrayT("float64", (Dim("n", False), Dim("n", False)))
    module = module_of("f", [("m", square)], build)
    got = compiled(emit(module))(np.arange(9.0).reshape(3, 3))
    assert got.flags.f_contiguous


def test_an_element_of_a_list_is_not_written_where_the_list_is_read() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        kept = b.op("list", [b.op("mul", [x, x])], attrs={"dynamic": True}, hint="kept")
        last = write(b, b.op("getitem", [kept], attrs={"index": (-1,)}), b.const(7.0), (0,))
        first = b.op("getitem", [kept], attrs={"index": (0,)})
        return [b.op("add", [last, first])]

    assert_same(module_of("f", [("x", VECTOR)], build), np.arange(3.0))
