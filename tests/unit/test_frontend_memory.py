"""Who shares memory, by the matrix: lowered as Python has it, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz_memory import outcome
from tests.loop_programs import every
from tests.memory_programs import ORDERS, pairs, text

PARTS = range(8)
FOLLOWED = ("right", "unsuited")
ALONE = 5  # as many of the orders write what nobody else made

# Makers whose memory is known to be in C order, and views of it that are always followed.
MAKERS = ("np.array(x)", "x.copy()", "x * 1", "x[x > -9.0]", "np.concatenate((x[:2], x[2:]))")
VIEWERS = (
    "v.reshape(2, 3)", "np.reshape(v, (3, 2), order='F')", "v.ravel()", "np.ravel(v, order='F')",
    "v.T", "np.flip(v)", "v[:, None]", "np.expand_dims(v, 0)", "v.squeeze()", "np.atleast_2d(v)",
    "np.atleast_3d(v)", "np.asarray(v)", "np.array(v, copy=False)", "v.astype(float, copy=False)",
    "np.array_split(v, 4)[1]", "np.hsplit(v, 3)[1]", "v.real", "v.reshape(2, 3).T[1]",
    "np.rot90(v.reshape(2, 3))", "v.reshape(2, 3).swapaxes(0, 1)", "(v, v * 1.0)[k]", "[v, v][k]",
    "np.moveaxis(v.reshape(1, 2, 3), 0, -1)", "v if x[0] > 0.0 else v * 1.0", "{'a': v}['a']",
)  # fmt: skip
WRITES = ("w *= 0.5", "w[0] = 0.3", "w[...] = 2.0 * w", "[w][0][-1:] += 1.0", "np.exp(w, out=w)")


def outcomes(programs: Iterable[str], folder: Path) -> list[str]:
    """What becomes of each program, for arguments of one kind."""
    return [
        outcome(program, folder / f"program_{number}.py", others=0)
        for number, program in enumerate(programs)
    ]


@pytest.mark.parametrize("part", PARTS)
def test_the_matrix(part: int, tmp_path: Path) -> None:
    """Makers with viewers, viewers with writes."""
    found = outcomes(islice(pairs(), part, None, 1201), tmp_path)
    assert found.count("right") > len(found) / 3


@pytest.mark.parametrize("part", PARTS)
def test_loops_over_what_they_change(part: int, tmp_path: Path) -> None:
    found = outcomes(islice(every(), part, None, 661), tmp_path)
    assert found.count("right") > len(found) / 3


@pytest.mark.parametrize("viewer", VIEWERS)
def test_what_is_followed(viewer: str, tmp_path: Path) -> None:
    """Views of fresh arrays are views, whatever is written."""
    programs = [
        text(maker, viewer, write, ORDERS[(number + len(write)) % ALONE])
        for number, maker in enumerate(MAKERS)
        for write in WRITES
    ]
    for program, found in zip(programs, outcomes(programs, tmp_path), strict=True):
        assert found in FOLLOWED, program
