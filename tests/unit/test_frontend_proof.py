"""Which text a code object comes from: that of every function of some libraries, and no other."""

from __future__ import annotations

import ast
import asyncio.base_events
import decimal
import dis
import fractions
import importlib
import linecache
import statistics
import sys
import timeit
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import scipy.optimize

from sourcead.errors import SourceUnavailableError
from sourcead.frontend import source
from sourcead.frontend.codes import digest, same
from sourcead.frontend.proof import proven
from sourcead.frontend.source import source_of
from sourcead.frontend.trees import copied, mangled, walk

LIBRARIES: list[Any] = [
    ast, asyncio.base_events, decimal, fractions, statistics, sys.modules["typing"],
    *(importlib.import_module(f"scipy.optimize.{name}") for name in ("_optimize", "_root")),
    sys.modules[np.vander.__wrapped__.__globals__["__name__"]],
]  # fmt: skip


def functions_of(module: Any) -> Iterator[types.FunctionType]:
    """The functions, methods and lambdas that a module defines."""
    classes = [c for c in vars(module).values() if isinstance(c, type)]
    for home in (module, *classes):
        for value in vars(home).values():
            function = getattr(value, "fget", None) or getattr(value, "__func__", value)
            if isinstance(function, types.FunctionType):
                if function.__code__.co_filename == module.__file__:
                    if not function.__code__.co_flags & 0x80:
                        yield function


@pytest.mark.parametrize("module", LIBRARIES, ids=lambda module: module.__name__)
def test_the_functions_of_a_library(module: types.ModuleType) -> None:
    for function in functions_of(module):
        assert isinstance(source_of(function).node, ast.FunctionDef | ast.Lambda)


SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


def altered(node: ast.AST) -> Iterator[ast.AST]:
    """The function with one part changed, for every part that can be."""
    for k, part in enumerate(walk(node)):
        change: dict[str, Any] = {}
        if isinstance(part, ast.BinOp) and type(part.op) in SWAPPED:
            change = {"op": SWAPPED[type(part.op)]()}
        elif isinstance(part, ast.Constant) and type(part.value) in (int, float):
            kind = float if isinstance(part.value, int) else complex
            change = {"value": kind(part.value)}
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            change = {"id": part.id + "_"}
        elif isinstance(part, ast.Attribute):
            change = {"attr": part.attr + "_"}
        elif isinstance(part, ast.Call) and len({*map(ast.unparse, part.args)}) == 2:
            change = {"args": part.args[::-1]}
        if change:
            other = copied(node)
            for name, value in change.items():
                setattr(next(p for j, p in enumerate(walk(other)) if j == k), name, value)
            yield other


@pytest.mark.parametrize(
    "function",
    [
        scipy.optimize.rosen_der,
        np.vander.__wrapped__,
        fractions.Fraction.limit_denominator,
        statistics.correlation,
    ],
    ids=lambda f: f.__name__,
)
def test_a_text_that_differs_in_one_place(function: types.FunctionType) -> None:
    node = source_of(function).node
    assert proven([copied(node)], function.__code__) is not None
    count = 0
    for count, other in enumerate(altered(ast.Module(node.body, [])), 1):  # noqa: B007
        definition = copied(node)
        definition.body = other.body
        assert proven([definition], function.__code__) is None, ast.unparse(definition)
    assert count > 10


def test_constants_are_told_apart_by_type() -> None:
    # fmt: off
    functions = [lambda x: x * 1, lambda x: x * 1.0, lambda x: x * True, lambda x: x * (1,),
                 lambda x: x * (1.0,), lambda x: x * 0.0, lambda x: x * -0.0, lambda x: x in {1, 2},
                 lambda x: x in {1.0, 2}, lambda y: y * 1, lambda *x: x * 1, lambda x=1: x * 1]
    # fmt: on
    codes = [f.__code__ for f in functions]
    alike = {(j, k) for j, a in enumerate(codes) for k, b in enumerate(codes) if same(a, b)}
    # A default is no part of the code.
    assert alike == {(k, k) for k in range(12)} | {(0, 11), (11, 0)}
    assert len(set(map(digest, codes))) == 11


def test_instructions_that_do_nothing() -> None:
    """As profilers and tracers leave them behind."""

    def f(x):
        total = 0.0
        for k in range(3):
            try:
                total += x**k
            except ZeroDivisionError:
                continue
        return np.sin(total)

    nothing = bytes([dis.opmap["NOP"], 0])
    assert type(f)(f.__code__, globals())(1.0) == np.sin(3.0)
    code = f.__code__.replace(co_code=f.__code__.co_code + nothing)
    assert same(code, f.__code__)
    assert digest(code) != digest(f.__code__)


def executed(text: str, name: str, **names: Any) -> dict[str, Any]:
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec", dont_inherit=True), names)
    return names


FUTURE = """
from __future__ import annotations

def f(x: Missing, y: Missing = 2.0) -> Missing:
    z: Missing = x * y

    def g(y: Missing):
        return y

    return g(z)
"""

TYPE_PARAMETERS = """
class Box[T]:
    def keep[U: (int, float)](self, x: T, y: U = 2.0) -> U:
        held: list[T] = [x]
        return held[0] * y + (0.0 if T is U else 1.0)

def f[T](x: T, g=lambda y: y) -> T:
    return g(x) if T is not None else x
"""


def test_annotations_that_are_not_evaluated() -> None:
    assert source_of(executed(FUTURE, "<future>")["f"]).node.name == "f"


def test_type_parameters() -> None:
    assert sys.version_info < (3, 12) or _has_type_parameters()


def _has_type_parameters() -> bool:
    names = executed(TYPE_PARAMETERS, "<type parameters>")
    found = [source_of(f).name for f in (names["f"], names["Box"].keep)]
    return found == ["f", "keep"] and bool(source_of(names["f"].__defaults__[0]))


def test_the_one_of_several_alike_that_stands_there() -> None:
    f, g = [lambda x: x + 1, lambda x: x + 1]
    assert source_of(f).node.col_offset < source_of(g).node.col_offset


def test_an_undecorated_function_with_a_class_around_it() -> None:
    class Owner:
        def __init__(self) -> None:
            self.__hidden = 2.0

        def method(self, x):
            return (lambda: __class__, self.__hidden * x)

    node = source_of(Owner.method).node
    assert ast.unparse(node.body[0]) == "return (lambda: __class__, self._Owner__hidden * x)"


@pytest.fixture
def noted() -> Iterator[ast.Module]:
    """A tree on which another tool has noted parents, also on what all trees share."""
    tree = ast.parse("def f(x):\n    return g(x) + 1\n")
    nodes = list(ast.walk(tree))
    for node in nodes:
        for child in ast.iter_child_nodes(node):
            child.parent = node
    yield tree
    for node in nodes:
        vars(node).pop("parent", None)


def test_trees_on_which_others_keep_notes(noted: ast.Module) -> None:
    assert hasattr(ast.parse("x").body[0].value.ctx, "parent"), "all trees share such nodes"
    nodes = [node for node in ast.walk(noted) if not isinstance(node, ast.expr_context)]
    assert len(list(walk(noted))) == len(nodes)
    for other in (copied(noted), mangled(noted, "A")):
        assert ast.dump(other, include_attributes=True) == ast.dump(noted, include_attributes=True)
        assert not any(hasattr(node, "parent") for node in walk(other))


def test_no_text_means_no_guess() -> None:
    f = executed("def f(x):\n    return x\n", "<gone>")["f"]
    del linecache.cache["<gone>"]
    with pytest.raises(SourceUnavailableError, match="cannot be read from '<gone>'"):
        source_of(f)


def test_the_proof_is_fast() -> None:
    function = scipy.optimize.rosen_hess

    def find() -> None:
        source._known.clear()
        source_of(function)

    assert min(timeit.repeat(find, number=1, repeat=20)) < 5e-3
