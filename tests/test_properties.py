"""Random programs, written by hypothesis, against central differences.

`python -m tests.fuzz --minutes 10` does the same for longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.fuzz import examine
from tests.programs import program

NUMBERS: Iterator[int] = count()

moderate = settings(
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _check(random: Random, folder: Path, *, writes: bool) -> None:
    source = program(random, writes=writes)
    note(source)
    examine(source, folder / f"program_{next(NUMBERS)}.py")


@moderate
@given(random=st.randoms(use_true_random=False))
def test_programs_without_writes(random: Random, tmp_path: Path) -> None:
    _check(random, tmp_path, writes=False)


@moderate
@given(random=st.randoms(use_true_random=False))
def test_programs_with_writes(random: Random, tmp_path: Path) -> None:
    _check(random, tmp_path, writes=True)


@pytest.mark.parametrize("seed", range(60))
def test_programs_of_known_seeds(seed: int, tmp_path: Path) -> None:
    """The same programs every time, of every kind of statement."""
    examine(program(Random(seed)), tmp_path / "program.py")
