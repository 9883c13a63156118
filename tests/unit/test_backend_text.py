"""Spelling of operations, module text, helpers, and black's formatting."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from sourcead.backend import emit, helpers, pretty
from sourcead.backend.printing import Comment, to_text
from sourcead.ir.core import GlobalRef, Op, Value
from sourcead.ir.index import Dots, NewAxis, Ref, Slice
from sourcead.ir.structure import Fixed, Leaf, Node
from sourcead.ir.types import FLOAT, INT, UNKNOWN, ListT, StructT
from sourcead.ops.build import Builder
from tests.unit.ir_programs import (
    MATRIX,
    VECTOR,
    compiled,
    module_of,
    printed,
    read,
    write,
)


def expression(build: Any, *params: tuple[str, Any]) -> str:
    """The text of the expression that a function of `params` returns."""
    text = printed(module_of("f", params or [("x", MATRIX)], lambda b, *v: [build(b, *v)]))
    return text.partition("return ")[2]


def op(name: str, **attrs: Any) -> Any:
    return lambda b, *v: b.op(name, v, attrs=attrs or None)


SPELLINGS = [
    (op("np.sum", axis=0, keepdims=True), "np.sum(x, axis=0, keepdims=True)"),
    (
        lambda b, x: b.op("np.sum", [x], attrs={"axis": (0, 1)}, style="method"),
        "x.sum(axis=(0, 1))",
    ),
    (op("np.reshape", shape=(-1,)), "np.reshape(x, (-1,)).copy()"),
    (op("np.astype", dtype="float32"), "x.astype(np.float32)"),
    (
        lambda b, x: b.op("np.zeros", attrs={"shape": (2, 3), "dtype": "int"}),
        "np.zeros((2, 3), dtype=int)",
    ),
    (op("np.clip", a_min=0.0, a_max=None), "np.clip(x, 0.0, None)"),
    (op("np.linalg.norm", ord="fro"), "np.linalg.norm(x, ord='fro')"),
    (op("zero"), "np.zeros_like(x)"),
    (op("dim", axis=1), "x.shape[1]"),
    (lambda b, x: b.op("dim", [x], attrs={"axis": 0}, style="len"), "len(x)"),
    (lambda b, x: b.op("add", [x, x], style="np.add"), "np.add(x, x)"),
    (lambda b, x: b.op("sub", [x, b.op("sub", [x, x])]), "x - (x - x)"),
    (lambda b, x: b.op("pow", [b.op("neg", [x]), b.const(2)]), "(-x) ** 2"),
    (lambda b, x: b.op("mul", [x, b.const(float("inf"), style="np.inf")]), "x * np.inf"),
    (lambda b, x: b.op("mul", [x, b.const(float("nan"))]), "x * float('nan')"),
    (lambda b, x: b.op("matmul", [b.op("np.transpose", [x]), x]), "x.T @ x"),
    (lambda b, x: b.op("np.concatenate", [b.op("tuple", [x, x])]), "np.concatenate((x, x))"),
    (op("scipy.special.erf"), "special.erf(x)"),
]


@pytest.mark.parametrize(("build", "text"), SPELLINGS, ids=[text for _, text in SPELLINGS])
def test_spelling(build: Any, text: str) -> None:
    assert expression(build) == text


def test_subscripts() -> None:
    def build(b: Builder, x: Value, i: Value) -> Value:
        parts = [
            read(b, x, (0, Ref(0)), i),
            read(b, x, (Slice(None, -1), Slice(Ref(0), None, 2)), i),
            b.op("getitem", [x], attrs={"index": (Dots(), NewAxis())}),
            read(b, x, (-1,)),
        ]
        return b.op("tuple", [b.op("np.sum", [p]) for p in parts])

    text = expression(build, ("x", MATRIX), ("i", INT))
    for part in ("x[0, i]", "x[:-1, i::2]", "x[..., None]", "x[-1]"):
        assert f"np.sum({part})" in text


def test_range_leaves_out_what_is_plain() -> None:
    def of(start: int, step: int) -> str:
        build = lambda b, n: b.op("range", [b.const(start), n, b.const(step)])  # noqa: E731
        return expression(build, ("n", INT))

    assert [of(0, 1), of(2, 1), of(0, -1)] == ["range(n)", "range(2, n)", "range(0, n, -1)"]


def test_results_have_the_structure_of_the_output() -> None:
    module = module_of("f", [("x", FLOAT), ("y", FLOAT)], lambda b, x, y: [x, y])
    inner = Node("dict", ("w", "b"), (Leaf(1), Fixed(None)))
    module.functions["f"].output = Node("tuple", (0, 1), (Leaf(0), Node("list", (0,), (inner,))))
    assert printed(module).endswith("return x, [{'w': y, 'b': None}]")


def test_objects_are_made_by_their_class() -> None:
    cls = GlobalRef("models", "Layer")
    module = module_of("f", [("x", FLOAT)], lambda b, x: [x])
    module.functions["f"].output = Node("object", ("w",), (Leaf(0),), cls)
    emitted = emit(module)
    assert emitted.text.endswith("return Layer(w=x)\n")
    assert [r.ref for r in emitted.requires] == [cls]


def test_effects_are_statements() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        shown = b.op("format", [x], ("x0",), {"parts": ("x is {", (0, "r", ".2f"))})
        b.append(Op("print", [shown], ("x0",), {"end": ""}))
        b.append(Op("check", [b.op("lt", [x, b.const(1.0)]), b.const("too large")], ("x0", "x1")))
        b.append(Op("raise", [b.const("no")], ("x0",), {"exc": "ValueError"}))
        return [x]

    text = printed(module_of("f", [("x", FLOAT)], build))
    assert text.split("\n")[1:] == [
        "    print(f'x is {{{x!r:.2f}', end='')",
        "    assert x < 1.0, 'too large'",
        "    raise ValueError('no')",
        "    return x",
    ]


def test_helpers_are_printed_with_what_they_use() -> None:
    build = lambda b, x, y: b.op("unbroadcast", [b.op("mul", [x, y]), x])  # noqa: E731
    params = [("x", UNKNOWN), ("y", UNKNOWN)]
    emitted = emit(module_of("f", params, lambda b, x, y: [build(b, x, y)]))
    assert emitted.text.startswith("def copied(x):") or "def unbroadcast(g, like):" in emitted.text
    assert "Any" not in emitted.text
    got = compiled(emitted)(np.ones((1, 3)), np.full((4, 3), 2.0))
    assert np.array_equal(got, np.full((1, 3), 8.0))


def test_a_helper_gives_way_to_an_argument_of_its_name() -> None:
    params = [("unbroadcast", UNKNOWN), ("y", UNKNOWN)]
    module = module_of("f", params, lambda b, x, y: [b.op("unbroadcast", [y, x])])
    assert compiled(emit(module))(np.ones(3), np.ones((2, 3))).tolist() == [2.0, 2.0, 2.0]


def test_containers_of_unknown_arrays_are_copied_deeply() -> None:
    module = module_of("f", [("xs", ListT(VECTOR))], lambda b, xs: [xs])
    xs = [np.ones(2), np.zeros(2)]
    got = compiled(emit(module))(xs)
    assert not any(np.shares_memory(a, b) for a, b in zip(got, xs, strict=True))


def test_field_of_an_object_is_written_as_an_attribute() -> None:
    model = StructT("object", ("w", "b"), (FLOAT, FLOAT), "Model")

    def build(b: Builder, x: Value) -> list[Value]:
        return [b.op("field", [x], attrs={"key": "w"})]

    assert printed(module_of("f", [("m", model)], build)).endswith("return m.w")


# Helpers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32", "complex128"])
@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 1), (2, 3)])
def test_unbroadcast(shape: tuple[int, ...], dtype: str) -> None:
    like = np.ones(shape, dtype)
    g = np.arange(6.0).reshape(2, 3)
    got = helpers.unbroadcast(g, like)
    assert np.shape(got) == shape
    assert np.isclose(np.sum(got), 15.0)
    assert got.dtype == like.dtype


def test_unbroadcast_of_numbers() -> None:
    assert helpers.unbroadcast(np.ones((2, 3)), 1.5) == 6.0
    assert helpers.unbroadcast(2.0, np.zeros(1)).shape == (1,)
    single = helpers.unbroadcast(np.ones(3, np.complex64) * 1j, 1.5)
    assert (single, np.iscomplexobj(single)) == (0.0, False)


def test_updated_keeps_what_an_array_keeps() -> None:
    x = np.ones(2, np.float32)
    made = helpers.updated(np.arange(2.0), x)
    assert (made.tolist(), made.dtype, x.tolist()) == ([0.0, 1.0], x.dtype, [1.0, 1.0])
    assert isinstance(helpers.updated(np.float64(2.0), np.float32(1.0)), np.float64)
    with pytest.raises(ValueError, match="broadcast"):
        helpers.updated(np.ones((2, 2)), x)
    with pytest.raises(TypeError, match="same_kind"):
        helpers.updated(x * 1j, x)


def test_zero_has_the_structure_of_its_argument() -> None:
    zero = helpers.zero({"w": [np.ones(2, int), 3.0], "b": (np.float32(1.0), 1j)})
    assert zero["w"][0].dtype == float
    assert zero["w"][1] == 0.0
    assert isinstance(zero["b"][0], np.float32)
    assert zero["b"][1] == 0j


def test_last_writer_and_list_helpers() -> None:
    x = np.zeros(4)
    index = np.array([1, 1, 3])
    assert helpers.last_writer(x, index).tolist() == [False, True, True]
    assert [helpers.insertion_place(k, 4) for k in (0, 2, 9, -1, -9)] == [0, 2, 3, 2, 0]
    assert helpers.first_items(range(5), 2) == range(2)
    assert helpers.accumulate([1.0, {"a": 2.0}], [3.0, {"a": 4.0}]) == [4.0, {"a": 6.0}]
    assert helpers.broadcast_like(1.0, np.zeros((2, 2))).shape == (2, 2)


def test_every_helper_has_a_docstring_and_stands_alone() -> None:
    for name, function in inspect.getmembers(helpers, inspect.isfunction):
        assert function.__doc__, name
        names = {
            n.id
            for n in ast.walk(ast.parse(inspect.getsource(function)))
            if isinstance(n, ast.Name)
        }
        assert not names & {"sourcead", "helpers"}


# Printing -------------------------------------------------------------------------------------


def test_comments_and_docstrings_are_printed() -> None:
    node = ast.parse("def f(x):\n    'Says\\n\\n  more.'\n    return x").body[0]
    assert isinstance(node, ast.FunctionDef)
    node.body.insert(1, Comment("why"))
    assert (
        to_text([node])
        == 'def f(x):\n    """Says\n\n      more.\n    """\n    # why\n    return x\n'
    )


def test_long_lines_are_broken_and_compile() -> None:
    text = "x = f(" + ", ".join(f"argument_{k} + 1" for k in range(30)) + ")"
    broken = to_text(ast.parse(text).body)
    assert max(map(len, broken.split("\n"))) <= 100
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(text))


def test_pretty_is_what_black_makes_of_it() -> None:
    assert pretty("x = [ 1,2 ]\ns = 'a'") == 'x = [1, 2]\ns = "a"\n'


def test_printing_needs_no_black() -> None:
    code = (
        "import sys, sourcead.backend as b\n"
        "from tests.unit.ir_programs import module_of, VECTOR\n"
        "b.emit(module_of('f', [('x', VECTOR)], lambda b, x: [b.op('mul', [x, x])]))\n"
        "assert 'black' not in sys.modules and 'astor' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_write_of_a_slice_with_dynamic_bounds() -> None:
    def build(b: Builder, x: Value, n: Value) -> list[Value]:
        a = b.op("copy", [x], hint="a")
        return [write(b, a, b.const(1.0), (Slice(None, Ref(0)),), n, add=True)]

    text = printed(module_of("f", [("x", VECTOR), ("n", INT)], build))
    assert "a[:n] += 1.0" in text
