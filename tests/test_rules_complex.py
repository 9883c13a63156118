"""Every rule at complex arguments: derived for them, or refused.

The forms are those of the other tables, with an imaginary part added to their arguments: to all of
them, and to the first alone, whose real companions must have real derivatives.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import DifferentiationError
from tests import numerics, test_rules_linalg, test_rules_math, test_rules_numpy, test_rules_scipy
from tests.rule_forms import Form, available, form, load, moving, near, product, randomly, shifted

rng = np.random.default_rng(23)
x, y = rng.normal(size=3), rng.normal(size=3)
m = rng.normal(size=(3, 3)) + 2.0 * np.eye(3)

OWN = [
    form("np.linalg.eigh(a)[1][:, 0]", a=m),
    form("np.linalg.eigh(a, 'U')[1] * np.linalg.eigh(a, 'U')[0]", a=m),
    form("np.linalg.slogdet(a)[0] * np.linalg.slogdet(a)[1]", a=m),
    form("np.linalg.cholesky(a @ a.conj().T)", a=m),
    form("scipy.linalg.solve_triangular(a, x, trans='C')", a=m, x=x),
    form("scipy.linalg.solve(a, x, assume_a='her')", a=m, x=x),
    form("np.linalg.norm(x, np.inf) + np.linalg.norm(x, 1)", x=x),
    form("np.linalg.norm(a, 2)", a=m),
    form("np.nanstd(x) * x", x=x),
    form("np.nan_to_num(x * y)", x=x, y=y),
    form("np.average(x, weights=y)", x=x, y=y),
    form("np.cov(x, y)", x=x, y=y),
    form("np.pad(x, 2, mode='wrap')", x=x),
    form("complex(x, y) ** 2", x=0.3, y=0.8),
    form("np.roll(x, 1) * np.sum(y)", x=x, y=y),
]
TABLES = (test_rules_numpy, test_rules_math, test_rules_linalg, test_rules_scipy)


def first_of_each_function() -> list[Form]:
    """A form for every library function that is called with what moves."""
    seen: set[str] = set()
    chosen = []
    for entry in [*OWN, *available([f for table in TABLES for f in table.FORMS])]:
        names = set(re.findall(r"[\w.]+(?=\()", entry.text)) - seen
        if moving(entry.args) and (names or entry in OWN):
            seen |= names
            chosen.append(entry)
    return chosen


def turned(value: Any, draws: np.random.Generator) -> Any:
    """The numbers with an imaginary part."""
    if isinstance(value, tuple | list):
        return type(value)(turned(v, draws) for v in value)
    if np.asarray(value).dtype.kind != "f":
        return value
    found = value + 1j * draws.uniform(0.1, 0.6, size=np.shape(value))
    return found if isinstance(value, np.ndarray) else complex(found)


def mixtures(args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    at = moving(args)
    yield tuple(turned(v, np.random.default_rng(k)) for k, v in enumerate(args))
    if len(at) > 1:
        first = turned(args[at[0]], np.random.default_rng(0))
        yield (*args[: at[0]], first, *args[at[0] + 1 :])


def runs(f: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Whether the library has this function of complex numbers, and it is finite here."""
    try:
        found = numerics.leaves(f(*args))
    except (TypeError, ValueError, ArithmeticError):
        return False
    numbers = [v for v in found if np.asarray(v).dtype.kind in "fc"]
    return bool(numbers) and all(np.all(np.isfinite(v)) for v in numbers)


def of_the_kind_of(got: Any, like: Any) -> bool:
    pairs = zip(numerics.leaves(got), numerics.leaves(like), strict=True)
    return all(a is None or np.iscomplexobj(a) == np.iscomplexobj(b) for a, b in pairs)


def check(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Both modes against differences: in any direction, and in an imaginary one."""
    at, draws = moving(args), np.random.default_rng(5)
    out, pullback = sourcead.vjp(f, *args)
    cotangent = randomly(out, draws)
    found = pullback(cotangent)
    bars = [found[k] for k in at]
    assert of_the_kind_of(bars, [args[k] for k in at])
    for turn in (1.0, 1j):
        along = [_along(args[k], turn, draws) for k in at]
        want = _difference(f, args, at, along, cotangent)
        scale = product(cotangent, out)
        assert near(product(bars, along), want, scale), "reverse"
        tangents: list[Any] = [None] * len(args)
        for k, direction in zip(at, along, strict=True):
            tangents[k] = direction
        value, dot = sourcead.jvp(f, args, tuple(tangents))
        assert of_the_kind_of(dot, value)
        assert near(product(cotangent, dot), want, scale), "forward"


def _along(value: Any, turn: complex, draws: np.random.Generator) -> Any:
    found = randomly(value, draws)
    if turn == 1.0 or isinstance(value, tuple | list) or not np.iscomplexobj(value):
        return found
    return turn * np.real(found)


def _difference(f: Any, args: Any, at: Any, along: Any, cotangent: Any) -> float:
    total = 0.0
    for sign, weight in numerics.STENCIL:
        new = list(args)
        for k, direction in zip(at, along, strict=True):
            new[k] = shifted(args[k], direction, sign * numerics.STEP)
        total += weight * product(cotangent, f(*new))
    return total / numerics.STEP


FORMS = first_of_each_function()


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Callable[..., Any]]:
    return load(FORMS, tmp_path_factory.mktemp("forms") / "complex_forms.py")


@pytest.mark.parametrize("k", range(len(FORMS)), ids=[entry.name for entry in FORMS])
def test_complex_arguments(k: int, functions: dict[Any, Callable[..., Any]]) -> None:
    f = functions[k]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for args in mixtures(FORMS[k].args):
            if runs(f, args) and not is_refused(f, args):
                check(f, args)


def is_refused(f: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Whether a rule on the way is for real numbers only; nothing else is refused."""
    try:
        sourcead.vjp(f, *args)
    except DifferentiationError as refused:
        if "holds for real numbers only" not in str(refused):
            raise
        return True
    return False


@pytest.mark.parametrize(
    "text",
    [
        "np.var(x)", "np.std(x)", "np.prod(x)", "np.cumprod(x)", "np.linalg.norm(x, 3)",
        "np.abs(x)", "np.exp(1j * x)", "np.fft.fft(x)", "np.kron(x, 2j)", "np.vdot(x, x)",
        "np.angle(x)", "np.real(x) * x", "np.outer(x, x)", "np.diag(x) @ x",
        "np.einsum('i,i->', x, x)",
    ],
)  # fmt: skip
def test_single_precision_stays(text: str, tmp_path: Any) -> None:
    f = load([form(text, x=x)], tmp_path / "single.py")[0]
    z = (x + 0.5j * y).astype(np.complex64)
    wide, back = sourcead.vjp(f, z.astype(np.complex128))
    out, pullback = sourcead.vjp(f, z)
    seed = randomly(out, np.random.default_rng(3))
    (bar,) = pullback(seed)
    assert bar.dtype == np.complex64
    (want,) = back(np.asarray(seed, np.asarray(wide).dtype)[()])
    np.testing.assert_allclose(bar, want, rtol=2e-4, atol=1e-5)
    _, dot = sourcead.jvp(f, (z,), (1j * z,))
    assert np.asarray(dot).dtype == np.asarray(out).dtype
