"""Differentiate random programs full of early exits: `python -m tests.fuzz_exits --minutes 10`.

The value is compared as well as every derivative, on several inputs, which take several ways.
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import sourcead
from sourcead.errors import RefusalError
from tests import exits, numerics
from tests.every_mode import check
from tests.every_mode import suited as suited_at
from tests.fuzz import LARGE, load, options, run

WRT = (0, 1)


def examine(source: str, path: Path, *, every_mode: bool = False) -> str:
    """Differentiate one program; `right`, `refused` or `unsuited`, or an `AssertionError`."""
    f = load(source, path)
    rng = np.random.default_rng(7)
    inputs = [(rng.uniform(-1.0, 1.0, size=3), float(rng.uniform(0.2, 1.0))) for _ in range(3)]
    derivatives = {"hvp": sourcead.hvp(f, wrt=0), "value_and_grad": sourcead.value_and_grad(f, WRT)}
    try:
        suited = [_examine_at(f, args, derivatives) for args in inputs]
        if every_mode and (subject := suited_at(f, path, inputs[0], ("x", "s"))) is not None:
            check(subject)
    except RefusalError:
        return "refused"
    return "right" if any(suited) else "unsuited"


def _examine_at(
    f: Callable[..., Any], args: numerics.Args, derivatives: dict[str, Callable[..., Any]]
) -> bool:
    """Whether differences converge at a point; every mode agrees with them, and with the value."""
    out = _outcome(f, args)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(out, str):
            found = _outcome(derivatives["value_and_grad"], args)
            assert found == out, f"got {found!r}, want {out!r}"
            return False
        value, bars = derivatives["value_and_grad"](*args)
        assert numerics.identical(value, out), f"value {value!r}, the function returns {out!r}"
        primal, pullback = sourcead.vjp(f, *args)
        assert numerics.identical(primal, out), f"vjp: value {primal!r}, not {out!r}"
        pulled = pullback(np.float64(2.0) if isinstance(out, np.floating) else 2.0)
        tangent = (np.array([0.3, -0.8, 0.5]), 0.4)
        pushed, dot = sourcead.jvp(f, args, tangent)
        assert numerics.identical(pushed, out), f"jvp: value {pushed!r}, not {out!r}"
        second = derivatives["hvp"](*args, tangent[0])
    want = _slope(lambda a: float(f(*a)), args, tangent)
    if want is None:
        return False
    half = tuple(0.5 * np.asarray(bar) for bar in pulled)
    for mode, got in (("grad", numerics.dot(bars, tangent)), ("vjp", numerics.dot(half, tangent)),
                      ("jvp", dot)):  # fmt: skip
        assert numerics.close(float(got), want, 1e-6, float(out)), f"{mode}: {got!r}, not {want!r}"
    along = (tangent[0], 0.0)
    bend = _slope(
        lambda a: float(np.dot(derivatives["value_and_grad"](*a)[1][0], tangent[0])), args, along
    )
    if bend is not None:
        got = float(second @ tangent[0])
        assert numerics.close(got, bend, 1e-5, float(out)), f"hvp: {got!r}, not {bend!r}"
    return True


def _outcome(f: Callable[..., Any], args: numerics.Args) -> Any:
    """The value, or the name of what is raised."""
    try:
        value = f(*args)
    except (ArithmeticError, LookupError, NameError) as error:
        return "NameError" if isinstance(error, NameError) else type(error).__name__
    return value


def _slope(
    f: Callable[[numerics.Args], float], args: numerics.Args, direction: numerics.Args
) -> float | None:
    """The derivative along a direction, or None where differences do not converge."""
    with np.errstate(all="ignore"):
        estimates = [
            sum(
                weight * f(numerics.moved(args, WRT, direction, sign * step))
                for sign, weight in numerics.STENCIL
            )
            / step
            for step in (1e-3, 3e-4, 1e-4)
        ]
    finest = float(estimates[-1])
    fits = np.all(np.isfinite(estimates)) and abs(finest) < LARGE
    return finest if fits and np.allclose(estimates, finest, rtol=1e-7, atol=1e-8) else None


if __name__ == "__main__":
    parser = options("tests.fuzz_exits", __doc__)
    parser.add_argument("--every-mode", action="store_true", help="what is written, too")
    chosen = parser.parse_args()
    examined = functools.partial(examine, every_mode=chosen.every_mode)
    sys.exit(run(chosen, exits.program, examined))
