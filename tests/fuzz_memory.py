"""Compare programs about shared memory with Python: `python -m tests.fuzz_memory --minutes 10`.

What the lowered program computes is compared with what Python does: the matrix of makers, viewers
and writes, and loops that change what they run over. A program that is lowered wrongly, or that
makes the compiler fail, is printed with its seed; `--seed N --count 1` runs it again.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import linecache
import sys
import time
import traceback
import types
import warnings
from random import Random
from typing import Any

import numpy as np

from sourcead.errors import UnsupportedError
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_of
from sourcead.ir.verify import verify_module
from sourcead.runtime.types import type_of_argument
from tests import loop_programs, memory_programs
from tests.unit.ir_interpreter import Interpreter

LOOPS = tuple(loop_programs.every())


def arguments() -> tuple[Any, ...]:
    vector = np.array([0.31, -0.7, 1.2, 0.45, -0.2, 0.9])
    return vector, np.array([[0.5, -0.3, 0.8], [1.1, 0.2, -0.6]]), 1


def outcome(source: str) -> str:
    """`right`, `refused`, or `unsuited` where Python raises; an `AssertionError` if wrong."""
    file = "<program about memory>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    module = types.ModuleType("program_about_memory")
    sys.modules[module.__name__] = module
    exec(compile(source, file, "exec"), vars(module))
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            want = module.f(*arguments())
    except (
        ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError
    ):  # fmt: skip
        return "unsuited"
    if not np.isfinite(want):
        return "unsuited"
    names = ("x", "m", "k")
    given = [type_of_argument(v, n) for n, v in zip(names, arguments(), strict=True)]
    try:
        primal = lower(source_of(module.f), given)
    except UnsupportedError:
        return "refused"
    verify_module(primal)
    with np.errstate(all="ignore"):
        got = Interpreter(primal, vars(module))(*arguments())
    assert np.array_equal(want, got), f"got {got!r}, Python has {want!r}"
    return "right"


def program(seed: int) -> str:
    """The program of a seed: of the matrix, or a loop."""
    random = Random(seed)
    return random.choice(LOOPS) if seed % 3 == 0 else memory_programs.chosen(random)


def main() -> int:
    """Run programs until the time is over; the number of failures is the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_memory", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long to go on")
    parser.add_argument("--count", type=int, help="how many programs, whatever the time")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first program")
    chosen = parser.parse_args()
    end = time.monotonic() + 60.0 * chosen.minutes
    counts: collections.Counter[str] = collections.Counter()
    for seed in itertools.count(chosen.seed):
        if time.monotonic() > end or seed - chosen.seed == chosen.count:
            break
        try:
            counts[outcome(program(seed))] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            counts["wrong" if isinstance(error, AssertionError) else "failed"] += 1
            print(f"--- seed {seed}\n{program(seed)}")
            traceback.print_exc(limit=-3, file=sys.stdout)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
    return counts["wrong"] + counts["failed"]


if __name__ == "__main__":
    sys.exit(main())
