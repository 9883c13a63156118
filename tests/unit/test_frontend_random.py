"""Random programs full of branches, loops, views and writes: the SSA computes what Python does."""

from __future__ import annotations

import inspect
import linecache
import types
from random import Random
from typing import Any

import numpy as np
import pytest

from sourcead.errors import UnsupportedError
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_of
from sourcead.ir.types import UNKNOWN, Type
from sourcead.ir.verify import verify_module
from sourcead.runtime.types import type_of_argument
from tests.programs import program
from tests.unit.ir_interpreter import Interpreter

# Found by long runs: an object that stands for another after a branch in a branch.
SEEDS = (*range(150), 2467, 4599, 13858, 20322)


def arguments(seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    return rng.uniform(-1.0, 1.0, size=3), rng.uniform(-1.0, 1.0, size=(2, 3)), 0.37


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "untyped"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_lowered_program_computes_the_same(seed: int, typed: bool) -> None:
    text, file = program(Random(seed)), f"<random program {seed}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    module = types.ModuleType("random_program")
    exec(compile(text, file, "exec"), vars(module))
    names = inspect.signature(module.f).parameters
    given: list[Type | Any] = [
        type_of_argument(v, n) if typed else UNKNOWN
        for n, v in zip(names, arguments(seed), strict=True)
    ]
    try:
        primal = lower(source_of(module.f), given)
    except UnsupportedError as refused:
        if any(not d.code.startswith("SAD2") for d in refused.diagnostics):
            raise
        return
    verify_module(primal)
    with np.errstate(all="ignore"):
        want = module.f(*arguments(seed))
        got = Interpreter(primal, vars(module))(*arguments(seed))
    np.testing.assert_array_equal(want, got)
