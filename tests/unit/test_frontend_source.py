"""Finding the source of functions, and what their names stand for."""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
import timeit
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sourcead.errors import SourceUnavailableError, UnsupportedError
from sourcead.frontend.expand import Expander
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_from_file, source_of
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Region
from sourcead.ir.types import FLOAT, ArrayT, Dim
from sourcead.ops.build import Builder
from sourcead.rules import reductions, ufuncs

VECTOR = ArrayT("float64", (Dim("n", False),))


def marked(function: Any) -> Any:
    return function


@marked
def decorated(
    x: float,
    y: float = 2.0,
) -> float:
    """A docstring
    that is not indented."""
    return x * y  # a comment


square, cube = lambda x: x * x, lambda x: x * x * x


def test_a_decorated_function() -> None:
    source = source_of(decorated)
    assert source.name == "decorated"
    assert source.defaults == {"y": 2.0}
    assert isinstance(source.node, ast.FunctionDef)
    statement = source.node.body[-1]
    line = statement.lineno + source.line_offset
    assert source.line_text(line).strip() == "return x * y  # a comment"


def test_two_lambdas_of_one_line() -> None:
    assert ast.unparse(source_of(square).node) == "lambda x: x * x"
    assert ast.unparse(source_of(cube).node) == "lambda x: x * x * x"


def test_a_nested_function_sees_its_cells() -> None:
    rate = 3.0

    def inner(x: float) -> float:
        return x * rate

    scope = source_of(inner).scope
    assert scope.resolve("rate") == 3.0
    assert scope.is_captured("rate")
    assert scope.resolve("np") is np
    assert scope.resolve("len") is len
    assert scope.resolve("no_such_name") is MISSING


def test_a_notebook_cell() -> None:
    text = "def cell(x):\n    return x + 1.0\n"
    linecache.cache["<cell 1>"] = (len(text), None, text.splitlines(True), "<cell 1>")
    names: dict[str, Any] = {}
    exec(compile(text, "<cell 1>", "exec"), names)
    assert source_of(names["cell"]).line_text(2) == "    return x + 1.0"


def test_no_source_says_what_to_do() -> None:
    names: dict[str, Any] = {}
    exec("def typed(x):\n    return x\n", names)
    with pytest.raises(SourceUnavailableError, match="define it in a file"):
        source_of(names["typed"])
    with pytest.raises(SourceUnavailableError, match="not a Python function"):
        source_of(functools.partial(decorated, 1.0))


def test_finding_a_function_is_fast() -> None:
    from sourcead.frontend import source

    def find() -> None:
        source._known.clear()
        source_of(inspect.unwrap(np.linalg.cond))  # fifty lines in a file of three thousand

    assert min(timeit.repeat(find, number=1, repeat=20)) < 5e-3


FILE = """
import math
import numpy as np
from numpy import exp
from helper import doubled

RATE = 2 * math.pi
raise RuntimeError("this file is parsed, never executed")


def f(x):
    return doubled(exp(x)) * RATE + np.sin(x)
"""


UNRULY = """
import numpy as np

TABLE = np.linspace(0.0, 1.0, 5)
try:
    from math import tau as turn
except ImportError:
    turn = 6.28


def traced(f):
    return lambda x: f(2.0 * x)


@traced
class Model:
    pass


@traced
def decorated(x):
    return x * x


def uses_table(x):
    return np.sum(TABLE * x) * turn


def uses_decorated(x):
    return decorated(x)


def uses_class(x):
    return Model(x)
"""


def test_what_only_running_a_module_would_tell(tmp_path: Path) -> None:
    path = tmp_path / "unruly.py"
    path.write_text(UNRULY)
    module = lower(source_from_file(path, "uses_table"), [FLOAT])
    ops = [op for op in module.functions["uses_table"].body.ops if op.name == "global"]
    assert {op.attrs["ref"].file for op in ops} == {str(path)}
    for name, code in (("uses_decorated", "SAD104"), ("uses_class", "SAD104")):
        with pytest.raises(UnsupportedError) as caught:
            lower(source_from_file(path, name), [FLOAT])
        assert [d.code for d in caught.value.diagnostics] == [code]


def test_a_file_is_parsed_and_never_executed(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import os\n\n\ndef doubled(v):\n    return 2.0 * v\n")
    path = tmp_path / "program.py"
    path.write_text(FILE)
    source = source_from_file(path, "f")
    module = lower(source, [FLOAT])
    names = [op.name for op in module.functions["f"].body.ops if op.name != "const"]
    assert names == ["np.exp", "mul", "global", "mul", "np.sin", "add"]
    with pytest.raises(SourceUnavailableError, match="no function 'g'"):
        source_from_file(path, "g")


def expanded(rule: Any, **bound: Any) -> list[str]:
    """The operations of a rule's body."""
    region = Region()
    builder = Builder(region)
    values = {n: region.new_param(b, n) if isinstance(b, ArrayT) else b for n, b in bound.items()}
    result = Expander().expand(builder, rule, values)
    assert result is not None
    return [op.name for op in region.ops if op.name != "const"]


def test_rules_are_expanded_with_static_conditions_decided() -> None:
    assert expanded(ufuncs.sinh, x=VECTOR) == ["np.cosh"]
    plain = expanded(reductions.mean, g=VECTOR, a=VECTOR, axis=None, keepdims=False)
    assert plain == ["size", "div", "shape", "np.broadcast_to"]
    assert "np.expand_dims" in expanded(reductions.sum, g=VECTOR, a=VECTOR, axis=0)


def test_expanding_is_fast() -> None:
    expander, region = Expander(), Region()
    x = region.new_param(VECTOR, "x")

    def expand() -> None:
        expander.expand(Builder(region), ufuncs.sinh, {"x": x})

    expand()
    assert min(timeit.repeat(expand, number=10, repeat=20)) / 10 < 1e-3
