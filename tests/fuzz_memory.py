"""Compare programs about shared memory with Python: `python -m tests.fuzz_memory --minutes 10`.

The matrix of makers, viewers and writes, and loops that change what they run over. Each program
is lowered for arguments of several sizes, layouts and dtypes, and what the lowered program
computes is compared with what Python does; with `--derivatives` it is differentiated as well, in
every mode.
"""

from __future__ import annotations

import functools
import sys
import warnings
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from sourcead.errors import RefusalError, SourceadWarning, UnsupportedError
from tests import both_directions, loop_programs, memory_programs
from tests.every_mode import Subject, check_derivatives, check_lowered, suited
from tests.fuzz import load, loaded, options, run

LOOPS = tuple(loop_programs.every())
X = np.array([0.31, -0.7, 1.2, 0.45, -0.2, 0.9])
M = np.array([[0.5, -0.3, 0.8], [1.1, 0.2, -0.6]])
PLAIN = (X, M, 1)

# Arguments that programs must also be right for, by what is special about them.
OTHERS: dict[str, tuple[Any, ...]] = {
    "strided": (np.repeat(X, 2)[::2], M.copy("F"), 1),
    "backwards": (X[::-1].copy()[::-1], np.tile(M, 2)[::-1, :3], 0),
    "single": (X.astype(np.float32), M.astype(np.float32), 1),
    "whole": (np.arange(-2, 4), np.arange(6).reshape(2, 3), 1),
    "flags": (X > 0.4, M > 0.0, 1),
    "complex": (X + 0.5j * X[::-1], M * (1.0 - 0.3j), 1),
    "empty": (X[:0], M[:0], 0),
    "no columns": (X[:0], M[:, :0], 0),
    "one": (X[:1], M[:1, :1], 0),
    "two": (X[:2], M[:, :2], 1),
    "four": (X[:4], M[:, :1], 1),
}


@functools.cache
def real(name: str) -> bool:
    return all(np.asarray(v).dtype.kind == "f" for v in OTHERS[name][:2])


def outcome(source: str, path: Path, *, others: int = 3, derivatives: bool = False) -> str:
    """`right`, `refused`, or `unsuited` where Python raises; an `AssertionError` if wrong."""
    f = load(source, path)
    random = Random(path.stem)
    inputs = [PLAIN, *(OTHERS[name] for name in random.sample(list(OTHERS), others))]
    found = [_outcome(suited(f, path, args, ("x", "m"))) for args in inputs]
    if derivatives and found[0] == "right":
        name = random.choice([name for name in OTHERS if real(name)])
        for args in (PLAIN, OTHERS[name]):
            subject = suited(f, path, args, ("x", "m"))
            if subject is not None and isinstance(subject.want, float | np.floating):
                found.append(_differentiated(subject))
    return next((kind for kind in ("refused", "right") if kind in found), "unsuited")


def quick_outcome(source: str, path: Path) -> str:
    """In both directions alone, for the plain arguments and others."""
    name = Random(path.stem).choice([name for name in OTHERS if real(name)])
    return both_directions.outcome(loaded(source, path), [PLAIN, OTHERS[name]], (0, 1), source)


def _outcome(subject: Subject | None) -> str:
    if subject is None:
        return "unsuited"
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_lowered(subject)
    except UnsupportedError:
        return "refused"
    return "right"


def _differentiated(subject: Subject) -> str:
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", SourceadWarning)
            warnings.simplefilter("ignore", RuntimeWarning)
            return check_derivatives(subject)
    except RefusalError:
        return "refused"


def program(random: Random) -> str:
    """One of the matrix, or a loop."""
    return random.choice(LOOPS) if random.random() < 0.25 else memory_programs.chosen(random)


def main() -> int:
    parser = options("tests.fuzz_memory", __doc__)
    parser.add_argument("--derivatives", action="store_true", help="differentiate them as well")
    chosen = parser.parse_args()
    slow = functools.partial(outcome, derivatives=chosen.derivatives)
    return run(chosen, program, quick_outcome if chosen.quick else slow)


if __name__ == "__main__":
    sys.exit(main())
