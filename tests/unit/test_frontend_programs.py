"""Programs full of aliases, views and Python's ways: lowered right, or refused with the code given.

Each program of `frontend_programs/` is run by Python and, once lowered, by an interpreter of the
IR. Its first line says what is expected: `right`, or the code of the refusal.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import inspect
import linecache
import math
import operator
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sourcead.errors import UnsupportedError
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_of
from sourcead.ir.core import Module
from sourcead.ir.verify import verify_module
from sourcead.runtime.types import type_of_argument
from tests.unit.ir_interpreter import Interpreter

FOLDER = Path(__file__).parent / "frontend_programs"
NAMES = {
    "np": np,
    "math": math,
    "functools": functools,
    "operator": operator,
    "partial": functools.partial,
    "reduce": functools.reduce,
    "dataclass": dataclasses.dataclass,
    "namedtuple": collections.namedtuple,
}


@dataclass(frozen=True)
class Program:
    """One program; `f` is called with the arguments that `args()` makes, or with a vector."""

    title: str
    expected: str
    text: str


def programs() -> list[Any]:
    """All programs of all files."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").strip().split("\n\n\n"):
            head, text = block.split("\n", 1)
            title, expected = head.removeprefix("# ").rsplit(": ", 1)
            found.append(pytest.param(Program(title, expected, text), id=f"{path.stem}-{title}"))
    return found


def load(program: Program) -> types.ModuleType:
    """The program as a module whose source can be read."""
    module = types.ModuleType("frontend_program")
    file = f"<program {program.title}>"
    linecache.cache[file] = (len(program.text), None, program.text.splitlines(True), file)
    module.__dict__.update(NAMES)
    sys.modules[module.__name__] = module
    exec(compile(program.text, file, "exec"), module.__dict__)
    return module


def arguments(module: types.ModuleType) -> tuple[Any, ...]:
    make = getattr(module, "args", lambda: (np.array([1.0, 2.0, 3.0, 4.0]),))
    found: tuple[Any, ...] = make()
    return found


def lowered(module: types.ModuleType) -> Module:
    bound = inspect.signature(module.f).bind(*arguments(module))
    bound.apply_defaults()
    given = [type_of_argument(value, name) for name, value in bound.arguments.items()]
    primal = lower(source_of(module.f), given)
    verify_module(primal)
    return primal


def assert_same(want: Any, got: Any) -> None:
    """Equal to the bit, and of the same type."""
    assert type(want) is type(got)
    if isinstance(want, tuple | list):
        assert len(want) == len(got)
        for a, b in zip(want, got, strict=True):
            assert_same(a, b)
    else:
        np.testing.assert_array_equal(want, got)


@pytest.mark.parametrize("program", programs())
def test_lowered_right_or_refused(program: Program) -> None:
    module = load(program)
    if program.expected != "right":
        with pytest.raises(UnsupportedError) as caught:
            lowered(module)
        assert caught.value.diagnostics[0].code == program.expected
        return
    primal = lowered(module)
    bound = inspect.signature(module.f).bind(*arguments(module))
    bound.apply_defaults()
    run = Interpreter(primal, vars(module))
    want, error = outcome(module.f, arguments(module))
    got, same_error = outcome(run, tuple(bound.arguments.values()))
    assert error == same_error
    assert_same(want, got)


def outcome(function: Any, args: tuple[Any, ...]) -> tuple[Any, type | None]:
    """What a call returns, or the class of what it raises."""
    try:
        return function(*args), None
    except (ArithmeticError, NameError, ValueError, AssertionError) as error:
        return None, type(error)
