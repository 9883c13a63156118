"""The programs of `examples/programs`: each gradient is right, in one call, and can be read."""

from __future__ import annotations

import copy
import dataclasses
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.frontend.sums import CARRIES_ROUNDING
from tests import numerics
from tests.conftest import GOLDEN
from tests.program_cases import CASES, Case
from tests.standalone import load_alone

PROGRAMS = Path(__file__).parent.parent / "examples" / "programs"
DIRECTIONS = 3


def load(name: str) -> ModuleType:
    """A program as a module; generated sources import its classes from it by name."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, PROGRAMS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def fields(tree: Any) -> dict[Any, Any] | None:
    """The parts of a container or an object by key, position or name; None for a leaf."""
    if isinstance(tree, dict):
        return tree
    if isinstance(tree, list | tuple):
        return dict(enumerate(tree))
    if dataclasses.is_dataclass(tree):
        return {f.name: getattr(tree, f.name) for f in dataclasses.fields(tree)}
    return getattr(tree, "__dict__", None)


def leaves(tree: Any) -> Iterator[Any]:
    """The numbers, arrays and strings in nested containers and objects."""
    parts = fields(tree)
    if parts is None:
        yield tree
        return
    for part in parts.values():
        yield from leaves(part)


def mapped(tree: Any, function: Callable[[Any], Any]) -> Any:
    """The same structure with other leaves."""
    parts = fields(tree)
    if parts is None:
        return function(tree)
    new = {key: mapped(part, function) for key, part in parts.items()}
    if isinstance(tree, dict):
        return new
    if isinstance(tree, list | tuple):
        made = new.values()
        return type(tree)(*made) if hasattr(tree, "_fields") else type(tree)(made)
    return dataclasses.replace(tree, **new)


def same(a: Any, b: Any) -> bool:
    """Whether two trees hold the same bits; a generator must have come as far."""
    pairs = list(zip(leaves(a), leaves(b), strict=True))
    generators = [p for p in pairs if isinstance(p[0], np.random.Generator)]
    states = [[g.bit_generator.state for g in pair] for pair in generators]
    others = [p for p in pairs if not isinstance(p[0], np.random.Generator)]
    return all(x == y for x, y in states) and all(numerics.identical(x, y) for x, y in others)


def number(leaf: Any) -> bool:
    return isinstance(leaf, float) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f")


def moved(tree: Any, direction: Iterator[Any], step: complex) -> Any:
    """A step along a direction, which has one leaf for each number of the tree."""
    return mapped(tree, lambda leaf: leaf + step * next(direction) if number(leaf) else leaf)


@pytest.fixture(autouse=True)
def _infinite_scores() -> Iterator[None]:
    """Masked scores are -inf: where only the shape of a product is needed, it may hold NaN."""
    with np.errstate(invalid="ignore"):
        yield


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def program(case: Case) -> Callable[..., Any]:
    return getattr(load(case.program), case.function)


@pytest.fixture
def args(case: Case) -> tuple[Any, ...]:
    return case.args(load(case.program))


def positions(case: Case, program: Callable[..., Any]) -> list[int]:
    names = list(inspect.signature(program).parameters)
    return [names.index(name) for name in case.wrt]


def wrt_of(case: Case) -> Any:
    return case.wrt if len(case.wrt) > 1 else case.wrt[0]


def along(
    program: Callable[..., Any], args: tuple[Any, ...], where: list[int], direction: Any
) -> Callable[[complex], Any]:
    """The program as a function of the length of a step along a direction."""

    def value(step: complex) -> Any:
        new = list(copy.deepcopy(args))
        for position, change in zip(where, direction, strict=True):
            new[position] = moved(new[position], iter(change), step)
        return program(*new)

    return value


def test_gradient(case: Case, program: Callable[..., Any], args: tuple[Any, ...]) -> None:
    """In random directions, against central differences and, where possible, a complex step."""
    given, primal_given = copy.deepcopy(args), copy.deepcopy(args)
    value, bars = sourcead.value_and_grad(program, wrt=case.wrt)(*given)
    assert value == program(*primal_given)
    assert same(given, primal_given), "an argument has changed"
    where = positions(case, program)
    rng = np.random.default_rng(3)
    for _ in range(DIRECTIONS):
        direction = [
            [rng.normal(size=np.shape(leaf)) for leaf in leaves(args[k]) if number(leaf)]
            for k in where
        ]
        pairs = zip(where, bars, direction, strict=True)
        got = sum(dot(args[k], bar, change) for k, bar, change in pairs)
        at = along(program, args, where, direction)
        h = numerics.STEP / 10
        want = sum(weight * at(sign * h) for sign, weight in numerics.STENCIL) / h
        assert got == pytest.approx(want, rel=1e-6, abs=1e-6 * (1.0 + abs(value)))
        if case.analytic:
            exact = at(1j * numerics.COMPLEX_STEP).imag / numerics.COMPLEX_STEP
            assert got == pytest.approx(exact, rel=1e-10, abs=1e-12)


def dot(primal: Any, bar: Any, direction: list[Any]) -> Any:
    """<bar, direction> over the numbers of an argument."""
    pairs = zip(leaves(primal), leaves(bar), strict=True)
    bars = [b for leaf, b in pairs if number(leaf)]
    for leaf, b in zip((x for x in leaves(primal) if number(x)), bars, strict=True):
        assert np.shape(b) == np.shape(leaf)
    return sum(np.sum(b * change) for b, change in zip(bars, direction, strict=True))


OTHER_SUMS = ".carries_rounding"


def golden_of(case: Case) -> str:
    """The file of a program's source; where `sum` carries rounding it may have one of its own."""
    own = f"programs/{case.name}{OTHER_SUMS}.py"
    return own if CARRIES_ROUNDING and (GOLDEN / own).exists() else f"programs/{case.name}.py"


def test_source(
    case: Case,
    program: Callable[..., Any],
    args: tuple[Any, ...],
    golden: Callable[[str, str], None],
    tmp_path: Path,
) -> None:
    """The text is the one that was read and agreed to, and gives the gradient by itself."""
    gradient = sourcead.grad(program, wrt=wrt_of(case))
    source = sourcead.source(gradient, *args)
    golden(golden_of(case), source)
    alone = load_alone(source, tmp_path / "alone.py", f"{case.function}_grad")
    assert same(alone(*copy.deepcopy(args)), gradient(*copy.deepcopy(args)))


@pytest.mark.parametrize("name", sorted({case.program for case in CASES}))
def test_program_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The program does with its gradient what it says."""
    load(name).main()
    assert capsys.readouterr().out


def test_every_program_is_tested_and_listed() -> None:
    found = {path.stem for path in PROGRAMS.glob("*.py")}
    assert {case.program for case in CASES} == found
    listed = (PROGRAMS / "README.md").read_text(encoding="utf-8")
    assert all(f"[{name}.py]({name}.py)" in listed for name in found)
    kept = {path.stem.removesuffix(OTHER_SUMS) for path in (GOLDEN / "programs").glob("*.py")}
    assert kept == {case.name for case in CASES}
