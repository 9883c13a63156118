"""The generated source itself: diffed against the checked-in text, imported alone, and run.

After a change of the compiler's output: `python -m pytest tests/test_golden.py --update-golden`,
then read the difference before committing it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from benchmarks.hand import all_cases as targets
from tests import numerics
from tests.conftest import GOLDEN
from tests.corpus.registry import all_cases as programs
from tests.standalone import load_alone

Golden = Callable[[str, str], None]

# Of each theme of the corpus, the program whose source says most.
CHOSEN = (
    "straight_line.logistic_regression",
    "straight_line.gaussian_mixture",
    "broadcasting.mixed",
    "reductions.peak_kept",
    "straight_line.total_variation",
    "indexing.second_differences",
    "products.two_layers",
    "linear_algebra.ridge",
    "branches.huber",
    "branches.elif_chain",
    "loops_for.leapfrog",
    "loops_for.branch_on_the_carried_value",
    "loops_while.newton_until_converged",
    "loops_while.break_between_statements",
    "loops_nested.pair_energy",
    "loops_nested.return_from_inner_loop",
    "calls.two_layers",
    "calls.integrated",
    "statements.augmented",
    "writes_loops.dynamic_programming",
    "writes_loops.prefix_of_rows",
    "writes_loops.heat_two_axes",
    "writes_augmented.element_times",
    "writes_kernels.ping_pong_by_swap",
)


def _scalar_of(f: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    return numerics.is_scalar(numerics.run(f, args))


def _check(
    golden: Golden,
    name: str,
    f: Callable[..., Any],
    wrt: tuple[int | str, ...],
    args: tuple[Any, ...],
    path: Path,
) -> None:
    """The text is as kept; the text alone gives the gradient."""
    gradient = sourcead.grad(f, wrt=wrt[0] if len(wrt) == 1 else wrt)
    source = sourcead.source(gradient, *args)
    golden(f"{name}.py", source)
    alone = load_alone(source, path, f"{f.__name__}_grad")
    names = list(inspect.signature(f).parameters)
    positions = tuple(names.index(key) if isinstance(key, str) else key for key in wrt)
    result = numerics.run(alone, args)
    numerics.check_gradient(f, args, positions, result if len(wrt) > 1 else (result,))


@pytest.mark.parametrize("entry", targets(), ids=lambda e: f"{e.target}_{e.primal.__name__}")
def test_target(entry: Any, golden: Golden, tmp_path: Path) -> None:
    name = f"{entry.target}_{entry.primal.__name__}"
    _check(golden, name, entry.primal, entry.wrt, entry.args(), tmp_path / "target.py")


@pytest.mark.parametrize(
    "entry", [entry for entry in programs() if entry.name in CHOSEN], ids=lambda e: e.name
)
def test_program(entry: Any, golden: Golden, tmp_path: Path) -> None:
    args = next(
        args for make in entry.makers if _scalar_of(entry.f, args := make(np.random.default_rng(0)))
    )
    _check(golden, entry.name, entry.f, entry.wrt, args, tmp_path / "program.py")


def test_no_golden_file_is_left_over() -> None:
    """Each kept source belongs to a target or a chosen program."""
    expected = {f"{entry.target}_{entry.primal.__name__}.py" for entry in targets()}
    expected |= {f"{name}.py" for name in CHOSEN}
    assert {path.name for path in GOLDEN.glob("*.py")} == expected
