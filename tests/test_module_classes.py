"""Classes of a file on the command line: the file is parsed, and nothing of it runs."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import sourcead
from sourcead.cli import main
from tests.module_class_data import WITH_DATA
from tests.module_classes import KNOWN as CLASSES
from tests.module_kinds import KINDS
from tests.refused_module_classes import REFUSED
from tests.standalone import load_alone

HEAD = "import numpy as np\n"
KNOWN = {**CLASSES, **WITH_DATA, **KINDS}
X = np.array([0.3, -0.7, 1.1])
TYPES = {"typed": ["--types", "x: float64[n]"], "untyped": []}


def written(path: Path, text: str, *more: str) -> Result:
    path.write_text(HEAD + text)
    return CliRunner().invoke(main, [str(path), "-f", "f", *more])


def imported(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("types", TYPES)
@pytest.mark.parametrize("name", KNOWN)
def test_what_the_text_says(
    name: str, types: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "laws.py"
    result = written(path, KNOWN[name], "--value", *TYPES[types])
    assert result.exit_code == 0, result.output
    value, bar = load_alone(result.stdout, tmp_path / "out.py", "f_value_and_grad")(X)
    module = imported(path)
    monkeypatch.setitem(sys.modules, path.stem, module)
    f = module.f
    assert value == pytest.approx(f(X))
    steps = 1e-6 * np.eye(3)
    np.testing.assert_allclose(bar, [(f(X + s) - f(X - s)) / 2e-6 for s in steps], atol=1e-6)
    np.testing.assert_allclose(bar, sourcead.grad(f)(X))


@pytest.mark.parametrize("name", REFUSED)
def test_what_it_does_not_say(name: str, tmp_path: Path) -> None:
    text, expected = REFUSED[name]
    result = written(tmp_path / "laws.py", text)
    assert result.exit_code == 1
    assert expected in result.output


def test_nothing_runs(tmp_path: Path) -> None:
    text = "raise SystemExit('it runs')\n" + KNOWN["data_classes"]
    assert written(tmp_path / "laws.py", text).exit_code == 0


SHAPES = """
RATE = 3.0


class Box:
    scale = 2.0

    def __init__(self, v):
        self.v = v

    def get(self):
        return self.v * self.scale * RATE


def change():
    Box.scale = 5.0
"""
SUB = """
import shapes
from shapes import Box{more}

RATE = 4.0


class Sub(Box):
    def get(self):
        return super().get() * RATE


def f(x):
    return np.sum(Box(x).get() * shapes.Box(x * x).get() * Sub(x).get())
"""


def test_of_another_file(tmp_path: Path) -> None:
    (tmp_path / "shapes.py").write_text(SHAPES)
    result = written(tmp_path / "laws.py", SUB.format(more=""))
    assert result.exit_code == 0, result.output
    bar = load_alone(result.stdout, tmp_path / "out.py", "f_grad")(X)
    np.testing.assert_allclose(bar, 6.0 * 6.0 * 24.0 * 4.0 * X**3)


@pytest.mark.parametrize("more", [", change\n\nchange()", "\nimport patch", "\nBox.scale = 1.0"])
def test_of_another_file_that_is_changed(more: str, tmp_path: Path) -> None:
    (tmp_path / "shapes.py").write_text(SHAPES)
    (tmp_path / "patch.py").write_text("import shapes\n\nshapes.Box.scale = 7.0\n")
    result = written(tmp_path / "laws.py", SUB.format(more=more))
    assert result.exit_code == 1
    assert "this may change an attribute of the class `Box`" in result.output


RETURNED = """
from dataclasses import dataclass


@dataclass
class Kept:
    v: float


class Plain:
    def __init__(self, v):
        self.v = v


def f(x):
    return {}(x * x)
"""


def test_a_plain_object_is_a_namespace(tmp_path: Path) -> None:
    result = written(tmp_path / "laws.py", RETURNED.format("Plain"), "--mode", "forward")
    assert result.exit_code == 0, result.output
    found, moved = load_alone(result.stdout, tmp_path / "out.py", "f_jvp")(X, np.ones(3))
    np.testing.assert_allclose([found.v, moved.v], [X**2, 2.0 * X])


@pytest.mark.parametrize("result", ["Kept", "(lambda v: [Kept(part) for part in v])"])
def test_a_data_class_is_no_result(result: str, tmp_path: Path) -> None:
    found = written(tmp_path / "laws.py", RETURNED.format(result), "--mode", "forward")
    assert found.exit_code == 1
    assert "an object of the data class `Kept` is returned" in found.output
