"""Programs that leave loops and functions early, in every mode; their values are compared too.

`python -m tests.fuzz_exits --minutes 10` does the same for longer.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.exits import program
from tests.fuzz_exits import examine


@pytest.mark.parametrize("seed", range(40))
def test_exits(seed: int, tmp_path: Path) -> None:
    examine(program(Random(seed)), tmp_path / "program.py")
