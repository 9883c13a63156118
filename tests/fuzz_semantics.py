"""Compare programs with Python, as long as one likes: `python -m tests.fuzz_semantics --minutes 9`.

A program is lowered, and what the lowered program computes is compared with what Python does; with
`--derivatives` it is also differentiated, in every mode. What is wrong, or makes the compiler fail,
is printed with its seed and kept in a file; `--seed N --count 1` runs it again.
"""

from __future__ import annotations

import linecache
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import sourcead
from sourcead.errors import RefusalError, SourceadWarning
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_of
from sourcead.ir.verify import verify_module
from sourcead.runtime.specialise import types_of
from tests import both_directions, numerics
from tests.fuzz import loaded, options, run
from tests.semantic_programs import SemanticWriter
from tests.time_limits import time_limit
from tests.unit.ir_interpreter import Interpreter

PARAMS = ("x", "s", "n")
WRT = ("x", "s")
LARGE = 1e4
SECONDS = 10.0
OWN_SECONDS = 0.05
USELESS = object()
# What programs raise of themselves: nobody wrote them.
RAISED = (
    ArithmeticError, AttributeError, LookupError, MemoryError, NameError, RuntimeError,
    TimeoutError, TypeError, ValueError,
)  # fmt: skip


def arguments(seed: int) -> tuple[Any, ...]:
    """Arguments that differ from program to program."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-1.0, 1.0, size=3), float(rng.uniform(-1.0, 1.0)), 3


def further_arguments(seed: int) -> list[tuple[Any, ...]]:
    """Arguments of the same types with other values, lengths and layouts in memory."""
    rng = np.random.default_rng(seed + 1)
    long = rng.uniform(-1.0, 1.0, size=8)
    return [
        (long[:3].copy(), 0.7, 3),
        (long[::2], -0.4, 4),
        (long[2::-1], 0.1, 2),
    ]


def wanted(f: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """What Python computes, `USELESS` where it raises, does not end, or numbers are of no use."""
    try:
        with time_limit(OWN_SECONDS):
            out = numerics.run(f, args)
        useful = all(np.all(np.abs(leaf) < LARGE) for leaf in _numbers(out))
    except RAISED:
        return USELESS
    return out if useful else USELESS


def _numbers(out: Any) -> list[Any]:
    """The numbers and arrays in what a program returns."""
    inside = out.values() if isinstance(out, dict) else out
    if isinstance(out, dict | tuple | list):
        return [leaf for item in inside for leaf in _numbers(item)]
    return [out]


def check_value(f: Callable[..., Any], cases: list[tuple[tuple[Any, ...], Any]]) -> None:
    """The lowered program computes what the function does, for each of several arguments.

    Raises:
        AssertionError: it does not.
        RefusalError: the function is refused.
    """
    primal = lower(source_of(f), list(types_of(PARAMS, cases[0][0])))
    verify_module(primal)
    run = Interpreter(primal, f.__globals__)
    for args, want in cases:
        got = run(*args)
        assert numerics.identical(got, want), (
            f"value {got!r}, the function returns {want!r} of {args!r}"
        )


def check_derivatives(f: Callable[..., Any], args: tuple[Any, ...], want: Any) -> None:
    """Every mode agrees with differences, and the value that comes along with Python's.

    Raises:
        AssertionError: one does not.
        RefusalError: the function is refused.
    """
    given = (args[0].copy(), *args[1:])
    value, bars = sourcead.value_and_grad(f, wrt=WRT)(*given)
    assert numerics.identical(list(args), list(given)), "the arguments were changed"
    assert numerics.identical(value, want), f"value {value!r}, the function returns {want!r}"
    rng = np.random.default_rng(5)
    direction = (rng.normal(size=3), float(rng.normal()))
    out, pullback = sourcead.vjp(f, *given)
    assert numerics.identical(out, want), f"vjp: value {out!r}, the function returns {want!r}"
    assert _same(pullback(1.0)[:2], bars), "the pullback is not the gradient"
    out, dot = sourcead.jvp(f, given, (*direction, None))
    assert numerics.identical(out, want), f"jvp: value {out!r}, the function returns {want!r}"
    along = numerics.dot(bars, direction)
    assert numerics.close(float(dot), float(along), 1e-9, float(want)), f"jvp {dot}, grad {along}"
    expected = difference(f, args, direction)
    if expected is not None:
        assert numerics.close(float(along), expected, 1e-6, float(want)), f"{along} for {expected}"
    second = sourcead.hvp(f, wrt=0)(*given, direction[0])
    gradient = sourcead.grad(f, wrt=0)
    slope = _slope(lambda t: gradient(args[0] + t * direction[0], *args[1:]))
    if slope is not None:
        assert np.allclose(second, slope, rtol=1e-5, atol=1e-6), f"hvp {second} for {slope}"


def _same(left: Any, right: Any) -> bool:
    pairs = zip(numerics.leaves(left), numerics.leaves(right), strict=True)
    return all(np.allclose(a, b, rtol=1e-9, atol=1e-12) for a, b in pairs)


def difference(
    f: Callable[..., Any], args: tuple[Any, ...], direction: tuple[Any, ...]
) -> float | None:
    """The derivative along a direction, None where differences do not converge."""
    found = _slope(
        lambda t: np.asarray(numerics.run(f, numerics.moved(args, (0, 1), direction, t)))
    )
    return None if found is None else float(found)


def _slope(g: Callable[[float], Any]) -> Any:
    """The derivative of `g` at 0, None where differences of several steps disagree."""
    try:
        found = [
            sum(weight * g(sign * step) for sign, weight in numerics.STENCIL) / step
            for step in (1e-3, 3e-4, 1e-4)
        ]
    except RAISED:
        return None
    agree = all(np.allclose(one, found[-1], rtol=1e-7, atol=1e-8) for one in found)
    return found[-1] if agree and np.all(np.abs(found[-1]) < LARGE) else None


def examine(source: str, path: Path, seed: int, derivatives: bool) -> str:
    """Check one program; `right`, `refused` or `unsuited`, or an `AssertionError`."""
    f = loaded(source, path)
    args = arguments(seed)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", SourceadWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        want = wanted(f, args)
        if want is USELESS:
            return "unsuited"
        further = [] if derivatives else further_arguments(seed)
        cases = [(given, wanted(f, given)) for given in further]
        try:
            check_value(f, [(args, want), *(case for case in cases if case[1] is not USELESS)])
            if derivatives:
                check_derivatives(f, args, want)
        except RefusalError:
            return "refused"
        finally:
            del linecache.cache[str(path)]
    return "right"


def limited(source: str, path: Path, seed: int, derivatives: bool) -> str:
    """The same, where a program that the compiler does not end with is a failure."""
    with time_limit(SECONDS):
        return examine(source, path, seed, derivatives)


def written(random: Random, statements: int, derivatives: bool) -> str:
    """A program that returns a number; mostly all that it has, where only the value is compared."""
    whole = not derivatives and random.random() < 0.7
    return SemanticWriter(random, statements, whole).program()


def main() -> int:
    """Run programs until the time is over or one fails; the number of failures is the exit code."""
    parser = options("tests.fuzz_semantics", __doc__)
    parser.add_argument("--statements", type=int, default=7, help="the most statements of one")
    parser.add_argument("--derivatives", action="store_true", help="differentiate them as well")
    chosen = parser.parse_args()

    def checked(source: str, path: Path) -> str:
        seed = int(path.stem.rpartition("_")[2])
        if chosen.quick:
            f = loaded(source, path)
            return both_directions.outcome(f, [arguments(seed)], (0, 1), source)
        return limited(source, path, seed, chosen.derivatives)

    def made(random: Random) -> str:
        return written(random, chosen.statements, chosen.derivatives)

    return run(chosen, made, checked)


if __name__ == "__main__":
    sys.exit(main())
