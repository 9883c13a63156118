"""Types of example arguments."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
import pytest

from sourcead.ir.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    OpaqueT,
    ScalarT,
    StructT,
)
from sourcead.runtime.contract import StaticArg
from sourcead.runtime.types import UnsupportedArgument, type_of, type_of_argument


class Point(NamedTuple):
    x: float
    y: int


@dataclasses.dataclass
class Layer:
    w: Any
    b: Any


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, BOOL),
        (2, INT),
        (2.0, FLOAT),
        (2j, COMPLEX),
        (np.float64(2.0), ScalarT("float", "float64")),
        (np.float32(2.0), ScalarT("float", "float32")),
        (np.int64(2), ScalarT("int", "int64")),
        (np.bool_(True), ScalarT("bool", "bool")),
        (np.array(2.0), ArrayT("float64", ())),
        ([], ListT(UNKNOWN)),
        ([1.0, 2.0], ListT(FLOAT)),
        ([1.0, 2], StructT("list", (0, 1), (FLOAT, INT))),
        ([1.0, 2] * 20, ListT(ScalarT("float", None, mixed=True))),
        ((1.0, (2,)), StructT("tuple", (0, 1), (FLOAT, StructT("tuple", (0,), (INT,))))),
        ({"w": 1.0, "k": 2}, StructT("dict", ("w", "k"), (FLOAT, INT))),
    ],
    ids=repr,
)
def test_type_of(value: Any, expected: Any) -> None:
    assert type_of(value) == expected


def test_axes_of_length_one_are_told_apart() -> None:
    assert type_of(np.ones((3, 1)), "x") == ArrayT("float64", (Dim("x.0", False), Dim(1, True)))
    assert type_of(np.ones((0,)), "x") == ArrayT("float64", (Dim("x.0", False),))


def test_sizes_do_not_matter_but_names_do() -> None:
    assert type_of(np.ones((3, 4)), "x") == type_of(np.ones((5, 6)), "x")
    x, y = type_of(np.ones(3), "x"), type_of(np.ones(3), "y")
    assert isinstance(x, ArrayT)
    assert isinstance(y, ArrayT)
    assert x.dims
    assert y.dims
    assert not x.dims[0].same_length(y.dims[0])


def test_a_list_of_layers_is_a_sequence() -> None:
    """Whatever the number of layers, and even if one of them is a single unit wide."""
    layers = [{"w": np.ones((m, n)), "b": np.ones(n)} for m, n in ((4, 6), (6, 5), (5, 1))]
    t = type_of(layers, "params")
    assert t == type_of(layers[:1] + layers[2:], "params")
    assert isinstance(t, ListT)
    assert t.elem == StructT(
        "dict",
        ("w", "b"),
        (ArrayT("float64", (Dim(None, False), Dim(None, None))), ArrayT("float64", (Dim(),))),
    )


def test_a_short_list_of_different_things_is_a_record() -> None:
    t = type_of([np.ones((2, 3)), np.ones(3)], "p")
    assert isinstance(t, StructT)
    assert t.kind == "list"
    assert t.types[0] == type_of(np.ones((2, 3)), "p[0]")


def test_fields() -> None:
    for value in (Point(1.0, 2), Layer(1.0, 2)):
        t = type_of(value)
        assert isinstance(t, StructT)
        assert t.kind == "object"
        assert t.types == (FLOAT, INT)


def test_other_objects_are_opaque() -> None:
    assert type_of(np.random.default_rng(0)) == OpaqueT("numpy.random._generator.Generator")


@pytest.mark.parametrize(
    "value", [None, "mode", abs, np, np.float64, np.dtype("f8"), np.sin, Layer]
)
def test_static_arguments(value: Any) -> None:
    t = type_of_argument(value, "x")
    assert isinstance(t, StaticArg)
    assert t.value is value


def test_a_function_made_anew_is_the_same_static_argument() -> None:
    made = [lambda x: x for _ in range(2)]
    assert StaticArg(made[0]) == StaticArg(made[1])
    assert hash(StaticArg(made[0])) == hash(StaticArg(made[1]))
    assert StaticArg(lambda x: x) != StaticArg(lambda x: -x)
    captured = [lambda x, k=k: k * x for k in (1.0, 2.0)]
    assert StaticArg(captured[0]) != StaticArg(captured[1])
    assert StaticArg(None) != StaticArg("None")


@pytest.mark.parametrize(
    "value",
    [
        np.array([1.0, "a"], dtype=object),
        np.array(["a"]),
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        np.ma.masked_array([1.0]),
        np.zeros(2, dtype=">f8"),
        np.zeros(2, dtype=[("a", float)]),
    ],
    ids=["object", "string", "date", "masked", "byte order", "record"],
)
def test_arrays_without_a_derivative_are_refused(value: Any) -> None:
    with pytest.raises(UnsupportedArgument, match="argument 'x'"):
        type_of(value, "x")
