"""One program in every mode: its value, its derivatives, and what is written of them.

The value is also that of the lowered program, without any derivative; derivatives are compared
with differences, and the source that stands alone and the file that was written without types
with these.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner

import sourcead
from sourcead.cli import main
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_of
from sourcead.ir.verify import verify_module
from sourcead.runtime.specialise import types_of
from tests import numerics
from tests.standalone import load_alone
from tests.time_limits import time_limit
from tests.unit.ir_interpreter import Interpreter

LARGE, TINY = 1e4, 1e-300
OWN_SECONDS = 2.0
UNSUITED = (ArithmeticError, AttributeError, LookupError, NameError, RuntimeError, TypeError,
            ValueError)  # fmt: skip
WRITTEN = {"reverse": "f_grad", "forward": "f_jvp", "hvp": "f_hvp"}


@dataclass(frozen=True)
class Subject:
    """A function `f` of a file, a call of it, and the parameters that are moved."""

    f: Callable[..., Any]
    path: Path
    args: tuple[Any, ...]
    wrt: tuple[str, ...]
    want: Any = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "want", numerics.run(self.f, self.args))

    @property
    def names(self) -> list[str]:
        return list(inspect.signature(self.f).parameters)

    @property
    def moved(self) -> tuple[int, ...]:
        return tuple(self.names.index(name) for name in self.wrt)

    @property
    def exact(self) -> float:
        """To how many digits two ways to compute a derivative agree."""
        single = any(np.asarray(v).dtype in (np.float32, np.complex64) for v in self.args)
        text = self.path.read_text()
        return 1e-3 if single or "float32" in text or "complex64" in text else 1e-8

    @property
    def special(self) -> bool:
        """Whether an argument is where functions are not smooth, or not finite."""
        parts = [np.abs(v) for v in self.args if np.asarray(v).dtype.kind in "fc"]
        return not all(np.all((v > TINY) & (v < np.inf)) for v in parts)

    def given(self) -> tuple[Any, ...]:
        """The arguments, as nobody has written them yet."""
        return tuple(np.copy(v, "K") if isinstance(v, np.ndarray) else v for v in self.args)

    def agree(self, mode: str, got: Any, want: Any, relative: float = 0.0) -> None:
        scale = 1e-3 * (1.0 + abs(self.want))
        pairs = zip(numerics.leaves(got), numerics.leaves(want), strict=True)
        for a, b in pairs:
            limit = max(relative, self.exact)
            if self.special:
                # What infinite slopes add up to depends on the order in which they are added.
                known = np.isfinite(a) & np.isfinite(b)
                a, b = np.where(known, a, 0.0), np.where(known, b, 0.0)
            fits = np.allclose(a, b, rtol=limit, atol=limit * scale, equal_nan=True)
            assert fits, f"{mode}: got {a!r}, want {b!r}"

    def same_value(self, mode: str, got: Any) -> None:
        """Of one type, and equal but for the order in which NumPy adds up a view or its copy."""
        a, b = np.asarray(got), np.asarray(self.want)
        alike = type(got) is type(self.want) and a.dtype == b.dtype and a.shape == b.shape
        fits = alike and np.allclose(a, b, rtol=1e-4 * self.exact, atol=1e-4 * self.exact)
        assert fits, f"{mode}: value {got!r}, not {self.want!r}"


def check_lowered(subject: Subject) -> None:
    """The lowered program, as it is before any derivative, computes what Python does."""
    primal = lower(source_of(subject.f), list(types_of(tuple(subject.names), subject.args)))
    verify_module(primal)
    with contextlib.redirect_stdout(io.StringIO()):
        got = Interpreter(primal, subject.f.__globals__)(*subject.given())
    subject.same_value("lowered", got)


def check(subject: Subject) -> str:
    """The value and every derivative: `right`, or `unsuited` where differences do not converge."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_lowered(subject)
        return check_derivatives(subject)


def check_derivatives(subject: Subject, files: bool = True) -> str:
    """Every mode agrees with the others, and with differences where they converge."""
    f, wrt, given = subject.f, subject.wrt, subject.given()
    both = sourcead.value_and_grad(f, wrt=wrt)
    value, bars = both(*given)
    subject.same_value("grad", value)
    assert numerics.identical(list(given), list(subject.args)), "the arguments were changed"
    assert not numerics.shared([list(given), list(bars)]), "results share memory"
    rng = np.random.default_rng(5)
    direction = tuple(
        np.asarray(rng.normal(size=np.shape(v)), np.asarray(v).dtype)[()]
        for v in (subject.args[k] for k in subject.moved)
    )
    along = numerics.dot(bars, direction)
    suited = _check_slope(subject, direction, along)
    value, pullback = sourcead.vjp(f, *given)
    subject.same_value("vjp", value)
    pulled = pullback(type(value)(1.0))
    subject.agree("vjp", [pulled[k] for k in subject.moved], list(bars))
    tangents = [None] * len(given)
    for k, moved in zip(subject.moved, direction, strict=True):
        tangents[k] = moved
    value, dot = sourcead.jvp(f, given, tuple(tangents))
    subject.same_value("jvp", value)
    subject.agree("jvp", dot, along)
    bent = sourcead.hvp(f, wrt=wrt[0])(*given, direction[0])
    _check_bend(subject, direction[0], bent)
    alone = load_alone(
        sourcead.source(both, *given), subject.path.with_name("alone.py"), "f_value_and_grad"
    )
    value, again = alone(*subject.given())
    subject.same_value("standalone source", value)
    subject.agree("standalone source", again, bars)
    if files:
        found = {"reverse": bars, "forward": (subject.want, dot), "hvp": bent}
        for mode, want in found.items():
            check_file(subject, mode, direction, want)
    return "right" if suited else "unsuited"


def check_file(subject: Subject, mode: str, direction: tuple[Any, ...], want: Any) -> None:
    """The file that is written without types gives the numbers of the decorator.

    It may refuse to be written, and a guard of it may raise.
    """
    wrt = subject.wrt[:1] if mode == "hvp" else subject.wrt
    options = ["-f", "f", "--mode", mode, "--wrt", ",".join(wrt)]
    result = CliRunner().invoke(main, [str(subject.path), *options])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code:
        assert "SAD" in result.output, result.output
        return
    path = subject.path.with_name(f"{mode}.py")
    written = load_alone(result.stdout, path, WRITTEN[mode])
    named = dict(zip(subject.names, subject.given(), strict=True))
    if mode != "reverse":
        named |= {f"{n}_dot": d for n, d in zip(wrt, direction, strict=False)}
    try:
        got = written(**named)
    except TypeError as error:
        if not any(part in str(error) for part in GUARDS):
            raise
        return
    subject.agree(f"{mode} file", got, want if len(wrt) > 1 or mode != "reverse" else want[0])


# What the guards of files without types say.
GUARDS = ("real numbers only", "must return a scalar", "is not known")


def _check_slope(subject: Subject, direction: tuple[Any, ...], along: Any) -> bool:
    if subject.special:
        return False
    args = _double(subject.args)

    def shifted(t: float) -> Any:
        return np.float64(
            numerics.run(subject.f, numerics.moved(args, subject.moved, direction, t))
        )

    found = slope(shifted)
    if found is not None:
        subject.agree("grad", float(along), float(found), 1e-6)
    return found is not None


def _check_bend(subject: Subject, direction: Any, bent: Any) -> None:
    """The hvp is the slope of the gradient."""
    if subject.special:
        return
    first = subject.moved[0]
    gradient = sourcead.grad(subject.f, wrt=first)

    def shifted(t: float) -> Any:
        return gradient(*numerics.moved(_double(subject.args), (first,), (direction,), t))

    found = slope(shifted)
    if found is not None:
        subject.agree("hvp", bent, found, 1e-5)


def _double(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Differences are taken in double precision."""
    wide = {"float32": np.float64, "complex64": np.complex128}
    return tuple(
        v.astype(wide[v.dtype.name]) if isinstance(v, np.ndarray) and v.dtype.name in wide else v
        for v in args
    )


def slope(g: Callable[[float], Any]) -> Any:
    """The derivative of `g` at 0, None where differences of several steps disagree."""
    try:
        with np.errstate(all="ignore"):
            found = [
                sum(weight * g(sign * step) for sign, weight in numerics.STENCIL) / step
                for step in (1e-3, 3e-4, 1e-4)
            ]
    except UNSUITED:
        return None
    agree = all(np.allclose(one, found[-1], rtol=1e-7, atol=1e-8) for one in found)
    return found[-1] if agree and np.all(np.abs(found[-1]) < LARGE) else None


def suited(f: Callable[..., Any], path: Path, args: tuple[Any, ...], wrt: tuple[str, ...]) -> Any:
    """The program at these arguments, None where Python raises or gives no number of use."""
    try:
        with np.errstate(all="ignore"), time_limit(OWN_SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            subject = Subject(f, path, args, wrt)
    except (*UNSUITED, TimeoutError):
        return None
    return subject if np.isfinite(subject.want) and abs(subject.want) < LARGE else None
