"""Random programs about Python's semantics compute what Python does, or are refused."""

from __future__ import annotations

import collections
from pathlib import Path
from random import Random

from tests.fuzz_semantics import limited
from tests.semantic_programs import SemanticWriter

SEEDS = range(200000, 200040)
STATEMENTS = 3
# What is right today stays right: fewer are a loss, not a change of the programs.
LEAST_RIGHT = 30


def test_random_programs(tmp_path: Path) -> None:
    outcomes: collections.Counter[str] = collections.Counter()
    for seed in SEEDS:
        source = SemanticWriter(Random(seed), STATEMENTS).program()
        outcome = limited(source, tmp_path / f"semantics_{seed}.py", seed, derivatives=False)
        outcomes[outcome] += 1
    assert outcomes["right"] >= LEAST_RIGHT, outcomes
