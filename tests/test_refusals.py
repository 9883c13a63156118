"""What is outside the subset is refused: with a place, a caret, a reason and a way out."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import sourcead
from sourcead.errors import CODES, Diagnostic, RefusalError, SourceUnavailableError
from tests.refusal_cases import CASES, SEVERAL, Refusal
from tests.refusal_cases_classes import CLASSES
from tests.refusal_cases_containers import CONTAINERS
from tests.refusal_cases_interrupted import INTERRUPTED
from tests.refusal_cases_language import LANGUAGE
from tests.refusal_cases_library import LIBRARY
from tests.refusal_cases_sharing import SHARING

Golden = Callable[[str, str], None]


def load(source: str, path: Path) -> ModuleType:
    """Import a program from a file, as users have them."""
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def refused(case: Refusal, path: Path) -> tuple[Diagnostic, ...]:
    """The diagnostics of a program that must be refused."""
    module = load(case.source, path)
    with pytest.raises(RefusalError) as caught:
        sourcead.grad(module.f, wrt="x")(*case.args)
    return caught.value.diagnostics


REFUSALS = [*CASES, *CLASSES, *LANGUAGE, *CONTAINERS, *LIBRARY, *SHARING, *INTERRUPTED]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case.name)
def test_refused_with_a_place_and_a_way_out(case: Refusal, tmp_path: Path, golden: Golden) -> None:
    path = tmp_path / "program.py"
    diagnostics = refused(case, path)
    lines = case.source.splitlines()
    for diagnostic in diagnostics:
        assert diagnostic.code in CODES
        assert diagnostic.file == str(path)
        assert diagnostic.source_line.strip() == lines[diagnostic.line - 1].strip()
        assert diagnostic.fix, "it does not say what to write instead"
    first = diagnostics[0]
    marked = lines[first.line - 1][first.col :]
    assert marked.startswith(case.under), f"the caret stands under {marked!r}"
    text = "\n\n".join(map(str, diagnostics)).replace(str(tmp_path), "")
    assert re.search(r"program\.py:\d+:\d+: SAD\d+ ", text)
    assert "^" in text
    golden(f"refusals/{case.name}.txt", text.replace("/program.py", "program.py") + "\n")


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    diagnostics = refused(Refusal("several", SEVERAL, ""), tmp_path / "program.py")
    assert [diagnostic.line for diagnostic in diagnostics] == [5, 6, 8, 9]


def test_a_refusal_in_a_callee_is_shown_where_it_stands(tmp_path: Path) -> None:
    callee = "def g(x):\n    s = {x[0]}\n    return x.sum()\n"
    program = callee + "\n\ndef f(x):\n    return g(x) * 2.0\n"
    diagnostics = refused(Refusal("callee", program, ""), tmp_path / "program.py")
    assert [(d.line, d.col) for d in diagnostics] == [(4, 8)]


def test_function_without_source_is_refused() -> None:
    names: dict[str, Callable[..., float]] = {}
    exec(compile("def f(x):\n    return x * x\n", "<typed in>", "exec"), names)
    with pytest.raises(SourceUnavailableError, match="f"):
        sourcead.grad(names["f"])(1.0)


def test_built_in_function_is_refused() -> None:
    with pytest.raises(SourceUnavailableError):
        sourcead.grad(int.__add__)(1.0)


def test_a_refused_function_still_runs(tmp_path: Path) -> None:
    """A decorator that refuses must not have broken the function it wraps."""
    module = load(
        "def f(x):\n    s = {x[0]}\n    return x.sum() + len(s)\n", tmp_path / "program.py"
    )
    gradient = sourcead.grad(module.f)
    x = np.ones(3)
    for _ in range(2):
        with pytest.raises(RefusalError):
            gradient(x)
    assert gradient.__wrapped__(x) == 4.0


def test_an_error_of_the_program_is_the_programs_own() -> None:
    """What the function raises, its gradient raises: nothing is wrapped or swallowed."""
    with pytest.raises(ValueError, match="negative"):
        sourcead.grad(root)(-1.0)
    with pytest.raises(AssertionError):
        sourcead.grad(asserting)(-1.0)
    with pytest.raises(UnboundLocalError):
        sourcead.grad(bound_on_one_path)(-1.0)
    with pytest.raises(ValueError, match="broadcast"):
        sourcead.grad(mismatched)(np.ones(3), np.ones(4))


def root(x):
    if x < 0.0:
        raise ValueError("negative")
    return np.sqrt(x)


def asserting(x):
    assert x > 0.0
    return x * x


def bound_on_one_path(x):
    if x > 0.0:
        y = x * 2.0
    return y * x


def mismatched(x, y):
    return np.sum(x * y)
