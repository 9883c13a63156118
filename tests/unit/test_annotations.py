"""Types from annotations, defaults and `--types`."""

from __future__ import annotations

import ast

import pytest

from sourcead.annotations import parameter_names, parameter_types, parse_types
from sourcead.errors import UsageError
from sourcead.ir.types import ANY, ONE, STR, UNKNOWN, ArrayT, Dim, ScalarT, Type
from sourcead.runtime.contract import ArgType, StaticArg


def types_of(signature: str, declared: str = "") -> list[ArgType]:
    (node,) = ast.parse(f"def f({signature}): ...").body
    assert isinstance(node, ast.FunctionDef)
    return parameter_types(node.args, parse_types(declared))


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("float", "float"),
        ("int", "int"),
        ("bool", "bool"),
        ("complex", "complex"),
        ("str", "str"),
        ("None", "None"),
        ("'float'", "float"),
        ("np.float32", "float32"),
        ("numpy.int64", "int64"),
        ("np.ndarray", "?[..?]"),
        ("NDArray[np.float64]", "float64[..?]"),
        ("npt.NDArray[np.float32]", "float32[..?]"),
        ("np.ndarray[tuple[int, int], np.dtype[np.float64]]", "float64[..?]"),
        ('Float[np.ndarray, "n m"]', "float64[?, ?]"),
        ('Float32[Array, "3 1 n"]', "float32[n, 1, ?]"),
        ('Float[NDArray, ""]', "float64[]"),
        ('Int[np.ndarray, "... n"]', "int64[..?]"),
        ('Float[np.ndarray, "*batch n"]', "float64[..?]"),
        ('Annotated[float, "metres"]', "float"),
        ("list[float]", "list[float]"),
        ("tuple[float, int]", "tuple(0: float, 1: int)"),
        ("tuple[float, ...]", "?"),
        ("float | None", "?"),
        ("Callable[[float], float]", "?"),
        ("Model", "?"),
        ("'not a type ['", "?"),
    ],
)
def test_annotations(annotation: str, expected: str) -> None:
    (t,) = types_of(f"x: {annotation}")
    assert str(t) == expected


def test_defaults_where_there_is_no_annotation() -> None:
    types = types_of("a, b=1, c=2.0, d: float = 1, e=None, f='sum', /, *, g=True, h")
    assert [str(t) for t in types] == ["?", "int", "float", "float", "?", "?", "bool", "?"]


def test_declared_types_win() -> None:
    assert types_of("x: int, mode='mean', n=3", "x: float; mode: 'sum'") == [
        parse_types("x: float")["x"],
        StaticArg("sum"),
        types_of("n=3")[0],
    ]


def test_every_parameter_has_a_type() -> None:
    (node,) = ast.parse("def f(a, /, b, *args, c=1, **kw): ...").body
    assert isinstance(node, ast.FunctionDef)
    assert parameter_names(node.args) == ("a", "b", "args", "c", "kw")
    assert len(parameter_types(node.args)) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("float64[n, m]", ArrayT("float64", (Dim("n"), Dim("m")))),
        ("float64[3, 1, _]", ArrayT("float64", (Dim(3, False), ONE, ANY))),
        ("float64[...]", ArrayT("float64", None)),
        ("float64[()]", ArrayT("float64", ())),
        ("bool[n]", ArrayT("bool", (Dim("n"),))),
        ("float32", ScalarT("float", "float32")),
        ("array", ArrayT()),
        ("str", STR),
        ("None", StaticArg(None)),
    ],
)
def test_types_option(text: str, expected: Type) -> None:
    assert parse_types(f"x: {text}") == {"x": expected}


def test_equal_names_are_equal_lengths() -> None:
    found = parse_types(
        "x: float64[n, m], y: float64[m], k: list[float64[n]], t: tuple[int, float]"
    )
    x, y = found["x"], found["y"]
    assert isinstance(x, ArrayT)
    assert isinstance(y, ArrayT)
    assert x.dims
    assert y.dims
    assert x.dims[1].same_length(y.dims[0])
    assert not x.dims[0].same_length(y.dims[0])
    assert str(found["k"]) == "list[float64[?]]"


@pytest.mark.parametrize(
    "text", ["x", "x float", "x: flaot64[n]", "x: float64[n", "3: float", "x: list[a, b]", "x: 3"]
)
def test_types_that_are_not_understood(text: str) -> None:
    with pytest.raises(UsageError, match="--types"):
        parse_types(text)


def test_unknown_is_legal() -> None:
    assert types_of("x") == [UNKNOWN]
