"""Differentiate random programs for as long as one likes: `python -m tests.fuzz --minutes 10`.

A program that is differentiated wrongly, or that makes the compiler fail, is printed with its seed
and kept in a file; `--seed N --count 1` runs it again.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import itertools
import linecache
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import sourcead
from sourcead.errors import RefusalError
from sourcead.runtime.specialise import forget
from tests import both_directions, every_mode, kind_programs, numerics, tape_programs
from tests.programs import program
from tests.time_limits import time_limit

WRT = ("x", "m", "s")
LARGE = 1e4
SECONDS = 60
# How many programs are run before it is said how they went.
REPORTED = 1000


def load(source: str, path: Path) -> Callable[..., Any]:
    """The function `f` of a module written to `path`."""
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    f: Callable[..., Any] = module.f
    return f


def loaded(source: str, path: Path) -> Callable[..., Any]:
    """The function `f` of a text that stands nowhere but in `linecache`."""
    linecache.cache[str(path)] = (len(source), None, source.splitlines(keepends=True), str(path))
    namespace: dict[str, Any] = {"__name__": path.stem}
    exec(compile(source, str(path), "exec"), namespace)
    f: Callable[..., Any] = namespace["f"]
    return f


def reference(f: Callable[..., Any], args: numerics.Args, direction: numerics.Args) -> float | None:
    """The derivative along a direction, or None where differences do not converge."""
    with np.errstate(all="ignore"):
        estimates = [
            sum(
                weight * numerics.run(f, numerics.moved(args, (0, 1, 2), direction, sign * step))
                for sign, weight in numerics.STENCIL
            )
            / step
            for step in (1e-3, 3e-4, 1e-4)
        ]
    finest = float(estimates[-1])
    if not np.all(np.isfinite(estimates)) or abs(finest) > LARGE:
        return None
    agree = np.allclose(estimates, finest, rtol=1e-7, atol=1e-8)
    return finest if agree else None


def examine_every_mode(source: str, path: Path) -> str:
    """The same in every mode, for arguments of two dtypes, layouts or sets of values of several."""
    f = load(source, path)
    found = {_in_every_mode(f, path, args) for args in Random(path.stem).sample(_arguments(), 2)}
    return next(kind for kind in ("refused", "right", "unsuited") if kind in found)


def examine_quickly(source: str, path: Path) -> str:
    """In both directions alone, for two sets of arguments."""
    inputs = Random(path.stem).sample(_arguments(), 2)
    return both_directions.outcome(loaded(source, path), inputs, (0, 1, 2), source)


def examine_tapes(source: str, path: Path) -> str:
    """The same of programs that overwrite what their reverse sweep needs."""
    random = Random(path.stem)
    inputs = [tape_programs.arguments(random) for _ in range(2)]
    return both_directions.outcome(loaded(source, path), inputs, (0, 1, 2), source)


def _in_every_mode(f: Callable[..., Any], path: Path, args: tuple[Any, ...]) -> str:
    subject = every_mode.suited(f, path, args, WRT)
    if subject is None:
        return "unsuited"
    try:
        return every_mode.check(subject)
    except RefusalError:
        return "refused"


def _arguments() -> list[tuple[Any, ...]]:
    """A vector, a matrix and a number of several dtypes and layouts, with special values too."""
    rng = np.random.default_rng(5)
    vector, matrix = rng.uniform(-1.0, 1.0, size=6), rng.uniform(-1.0, 1.0, size=(2, 6))
    x, m = vector[:3], matrix[:, :3].copy()
    with_zeros, bare = m.copy(), x.copy()
    with_zeros[0, 1], with_zeros[1, 2], bare[::2] = 0.0, -0.0, 0.0
    return [
        (x, m, 0.37),
        (x, m, -0.6),
        (vector[::-2], matrix[::-1, ::2].copy("F"), 0.37),
        (x.astype(np.float32), m.astype(np.float32), 0.37),
        (x.astype(np.float32), m, np.float32(-0.6)),
        (x, m.T.copy().T, np.float64(0.37)),
        (bare, with_zeros, 0.0),
        (np.array([-0.0, np.inf, 0.2]), with_zeros, 0.37),
        (np.array([np.nan, 0.2, 5e-324]), m, 1e-310),
    ]


def examine(source: str, path: Path) -> str:
    """Differentiate one program; `right`, `refused` or `unsuited`, or an `AssertionError`."""
    f = load(source, path)
    rng = np.random.default_rng(5)
    args = (rng.uniform(-1.0, 1.0, size=3), rng.uniform(-1.0, 1.0, size=(2, 3)), 0.37)
    out = numerics.run(f, args)
    if not np.isfinite(out) or abs(out) > LARGE:
        return "unsuited"
    given = (args[0].copy(), args[1].copy(), args[2])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sourcead.errors.SourceadWarning)
            value, bars = sourcead.value_and_grad(f, wrt=WRT)(*given)
    except RefusalError as refusal:
        # Whether two names share memory may depend on the path: that may be refused.
        if all(diagnostic.code.startswith("SAD2") for diagnostic in refusal.diagnostics):
            return "refused"
        raise
    assert numerics.identical(list(args), list(given)), "the arguments were changed"
    assert numerics.identical(value, out), f"value {value!r}, the function returns {out!r}"
    assert not numerics.shared([given, bars]), "results share memory"
    suited = False
    for direction in itertools.islice(numerics.directions(args, (0, 1, 2), rng), 2):
        want = reference(f, args, direction)
        if want is None:
            continue
        suited = True
        got = float(numerics.dot(bars, direction))
        assert numerics.close(got, want, 1e-6, float(out)), f"got {got!r}, want {want!r}"
    return "right" if suited else "unsuited"


def options(name: str, text: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=text)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long to go on")
    parser.add_argument("--count", type=int, help="how many programs, whatever the time")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first program")
    parser.add_argument("--quick", action="store_true", help="only compare vjp, jvp, differences")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at a failure")
    return parser


def run(
    chosen: argparse.Namespace,
    make: Callable[[Random], str],
    examine: Callable[[str, Path], str],
) -> int:
    """Run programs until the time is over or one fails; the number of failures is the exit code."""
    end = time.monotonic() + 60.0 * chosen.minutes
    counts: collections.Counter[str] = collections.Counter()
    folder = Path(tempfile.mkdtemp(prefix="sourcead-fuzz-"))
    for seed in itertools.count(chosen.seed):
        if time.monotonic() > end or seed - chosen.seed == chosen.count:
            break
        source = make(Random(seed))
        path = folder / f"program_{seed}.py"
        try:
            with time_limit(SECONDS):
                counts[examine(source, path)] += 1
            linecache.cache.pop(str(path), None)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                break
            counts["wrong" if isinstance(error, AssertionError) else "failed"] += 1
            path.write_text(source, encoding="utf-8")
            print(f"--- seed {seed}, kept in {path}\n{source}", flush=True)
            traceback.print_exc(file=sys.stdout)
            if not chosen.keep_going:
                break
        else:
            path.unlink(missing_ok=True)
        if counts.total() % REPORTED == 0:
            forget()
            print(_report(counts, chosen.seed), flush=True)
    print(_report(counts, chosen.seed))
    return counts["wrong"] + counts["failed"]


def _report(counts: collections.Counter[str], seed: int) -> str:
    found = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
    return f"{counts.total()} programs from seed {seed} on: {found}"


def main() -> int:
    parser = options("tests.fuzz", __doc__)
    parser.add_argument("--no-writes", action="store_true", help="no writes into arrays")
    parser.add_argument("--kinds", action="store_true", help="kinds of numbers by path")
    parser.add_argument("--tapes", action="store_true", help="what is overwritten; always quick")
    parser.add_argument("--every-mode", action="store_true", help="all modes, and what is written")
    chosen = parser.parse_args()

    def make(random: Random) -> str:
        if chosen.kinds:
            return kind_programs.program(random)
        if chosen.tapes:
            return tape_programs.TapeWriter(random).program()
        return program(random, writes=not chosen.no_writes)

    every = chosen.every_mode or chosen.kinds
    if chosen.tapes:
        return run(chosen, make, examine_tapes)
    slow = examine_every_mode if every else examine
    return run(chosen, make, examine_quickly if chosen.quick else slow)


if __name__ == "__main__":
    sys.exit(main())
