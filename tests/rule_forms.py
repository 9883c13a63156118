"""Forms in which library functions are called, as text, and how their derivatives are checked.

A table of forms becomes one module, so that each form is a function with a source. Each is checked
in reverse and forwards against differences; forms of one real result also to second order.
"""

from __future__ import annotations

import importlib.util
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sourcead
from tests import numerics

IMPORTS = """\
import math

import numpy as np
import scipy.fft
import scipy.integrate
import scipy.linalg
import scipy.signal
import scipy.spatial.distance
import scipy.special as sp
import scipy.stats as st
"""

TOLERANCE = 2e-6


@dataclass(frozen=True)
class Form:
    """One call: `text` is its body, an expression or statements ending in `return`."""

    text: str
    arguments: dict[str, Any]
    second: bool

    @property
    def name(self) -> str:
        shapes = ",".join(str(np.shape(v)).replace(" ", "") for v in self.arguments.values())
        return f"{self.text} {shapes}"

    @property
    def args(self) -> tuple[Any, ...]:
        return tuple(self.arguments.values())


def form(text: str, second: bool = True, **arguments: Any) -> Form:
    """A form; `second` is False where the second derivative is refused or not defined."""
    return Form(text, arguments, second)


def load(forms: Sequence[Form], path: Path) -> dict[Form | int, Callable[..., Any]]:
    """The functions of a table by position; of form k the scalar function is at -k - 1."""
    lines = [IMPORTS]
    for k, entry in enumerate(forms):
        names = ", ".join(entry.arguments)
        body = entry.text.replace("; ", "\n    ")
        body = body if "return" in body else f"return {body}"
        lines.append(f"\ndef f{k}({names}):\n    {body}\n")
        lines.append(f"\ndef s{k}({names}):\n    return np.sum(np.sin(f{k}({names})))\n")
    path.write_text("\n".join(lines), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions: dict[Form | int, Callable[..., Any]] = {}
    for k in range(len(forms)):
        functions[k], functions[-k - 1] = getattr(module, f"f{k}"), getattr(module, f"s{k}")
    return functions


def moving(args: Sequence[Any]) -> tuple[int, ...]:
    """The arguments that have a derivative."""
    return tuple(
        k for k, v in enumerate(args) if all(np.asarray(x).dtype.kind in "fc" for x in _flat(v))
    )


def _flat(value: Any) -> list[Any]:
    """The numbers and arrays in a result; its named tuples are tuples."""
    return numerics.leaves(value)


def randomly(tree: Any, rng: np.random.Generator) -> Any:
    """Random numbers in the structure, shapes and kinds of `tree`."""
    if isinstance(tree, tuple | list):
        made = [randomly(v, rng) for v in tree]
        return made if isinstance(tree, list) else tuple(made)
    found = rng.normal(size=np.shape(tree))
    if np.iscomplexobj(tree):
        found = found + 1j * rng.normal(size=np.shape(tree))
    if isinstance(tree, np.ndarray):
        return found
    return complex(found) if np.iscomplexobj(tree) else float(found)


def product(left: Any, right: Any) -> float:
    """The real part of the sum of products; integers and missing parts do not count."""
    pairs = zip(_flat(left), _flat(right), strict=True)
    return float(sum(np.sum(a * b).real for a, b in pairs if a is not None and b is not None))


def shifted(tree: Any, direction: Any, step: float) -> Any:
    if isinstance(tree, tuple | list):
        return type(tree)(shifted(v, d, step) for v, d in zip(tree, direction, strict=True))
    value = tree + step * direction
    return np.asarray(value) if isinstance(tree, np.ndarray) else value


def difference(
    f: Callable[..., Any], args: Sequence[Any], at: tuple[int, ...], along: Any, cotangent: Any
) -> float:
    """The derivative of <cotangent, f> by central differences of fourth order."""
    total = 0.0
    for sign, weight in numerics.STENCIL:
        new = list(args)
        for k, direction in zip(at, along, strict=True):
            new[k] = shifted(args[k], direction, sign * numerics.STEP)
        total += weight * product(cotangent, f(*new))
    return total / numerics.STEP


def near(got: float, want: float, scale: float) -> bool:
    return abs(got - want) <= TOLERANCE * max(abs(want), 1.0 + abs(scale))


def check_first_order(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """Reverse and forward mode against differences, along three random directions."""
    at = moving(args)
    rng = np.random.default_rng(5)
    out, pullback = sourcead.vjp(f, *args)
    cotangent = randomly(out, rng)
    found = pullback(cotangent)
    found = found if isinstance(found, tuple) and len(args) > 1 else (found,)
    bars = [found[k] for k in at]
    for _ in range(3):
        along = [randomly(args[k], rng) for k in at]
        want = difference(f, args, at, along, cotangent)
        scale = product(cotangent, out)
        got = product(bars, along)
        assert near(got, want, scale), f"reverse: got {got!r}, differences give {want!r}"
        tangents = [None] * len(args)
        for k, direction in zip(at, along, strict=True):
            tangents[k] = direction
        _, out_dot = sourcead.jvp(f, args, tangents)
        for primal, dot in zip(_flat(out), _flat(out_dot), strict=True):
            assert np.iscomplexobj(dot) == np.iscomplexobj(primal) or dot is None
        got = product(cotangent, out_dot)
        assert near(got, want, scale), f"forward: got {got!r}, differences give {want!r}"


def check_second_order(s: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """The Hessian along a random direction against differences of the gradient."""
    at = moving(args)
    rng = np.random.default_rng(6)
    gradient = sourcead.grad(s, at)
    along = [randomly(args[k], rng) for k in at]
    other = [randomly(args[k], rng) for k in at]
    want = difference(gradient, args, at, along, tuple(other))
    found = sourcead.hvp(s, at)(*args, *along)
    got = product(tuple(other), found)
    scale = product(tuple(other), gradient(*args))
    assert near(got, want, 10 * scale), f"second order: got {got!r}, differences give {want!r}"


def available(forms: Sequence[Form]) -> list[Form]:
    """The forms that the NumPy and SciPy at hand know; some know all of them."""
    if "2.3.0" <= np.lib.NumpyVersion(np.__version__) < "2.5.0":
        return list(forms)
    with tempfile.TemporaryDirectory() as folder:
        functions = load(forms, Path(folder) / "every_form.py")
    return [entry for k, entry in enumerate(forms) if _runs(functions[k], entry.args)]


def _runs(f: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            f(*args)
    except (AttributeError, TypeError, ValueError, FutureWarning, DeprecationWarning):
        return False
    return True


def make_tests(forms: Sequence[Form], module: str) -> tuple[Any, Any, Any]:
    """What a test module binds as `functions`, `test_first_order` and `test_second_order`.

    Args:
        forms: the table to test.
        module: the name of the module that is made of it.
    """
    forms = available(forms)
    twice = [k for k, entry in enumerate(forms) if entry.second]

    @pytest.fixture(scope="module")
    def functions(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Callable[..., Any]]:
        return load(forms, tmp_path_factory.mktemp("forms") / f"{module}.py")

    @pytest.mark.parametrize("k", range(len(forms)), ids=[entry.name for entry in forms])
    def test_first_order(k: int, functions: dict[Any, Callable[..., Any]]) -> None:
        check_first_order(functions[k], forms[k].args)

    @pytest.mark.parametrize("k", twice, ids=[forms[k].name for k in twice])
    def test_second_order(k: int, functions: dict[Any, Callable[..., Any]]) -> None:
        check_second_order(functions[-k - 1], forms[k].args)

    return functions, test_first_order, test_second_order
