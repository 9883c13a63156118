"""The examples run, and what is checked in beside them is what the compiler writes today."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


@pytest.fixture(autouse=True)
def _examples_on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Directory in which every derivative has just been written afresh."""
    into = tmp_path_factory.mktemp("derivatives")
    command = [sys.executable, str(EXAMPLES / "derivatives.py"), "--into", str(into)]
    subprocess.run(command, check=True, cwd=ROOT)
    return into


def test_checked_in_derivatives_are_current(written):
    fresh = {path.name: path.read_text() for path in written.glob("*.py")}
    checked_in = {path.name: path.read_text() for path in EXAMPLES.glob("*_grad.py")}
    assert fresh == checked_in, "run `python examples/derivatives.py`"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*_grad.py")), ids=lambda path: path.stem)
def test_checked_in_derivatives_stand_alone(path):
    assert "sourcead" not in re.sub(r'""".*?"""|#[^\n]*', "", path.read_text(), flags=re.DOTALL)
    program = f"import runpy, sys; runpy.run_path({str(path)!r}); print('sourcead' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_textbook(capsys):
    slopes = importlib.import_module("textbook").main()
    assert slopes == {"a": 6.0, "b": -4.0, "c": -2.0, "f": 4.0}
    assert "a_bar = f * b" in capsys.readouterr().out


def test_kepler():
    assert importlib.import_module("kepler").main() < 1e-9


def test_likelihood_finds_the_published_estimates():
    fit = importlib.import_module("likelihood").main()
    assert fit.x == pytest.approx([2.248, 1.267, -0.312], abs=1e-3)


def test_digits(tmp_path, capsys):
    curve = tmp_path / "loss.svg"
    shares = importlib.import_module("digits").main(["--epochs", "25", "--curve", str(curve)])
    assert min(shares.values()) > 0.95
    assert "<svg" in curve.read_text()
    assert "25/25" in capsys.readouterr().err


def test_digits_with_the_written_source(written, tmp_path):
    digits = importlib.import_module("digits")
    curve = tmp_path / "loss.png"
    shares = digits.main(["--epochs", "25", "--curve", str(curve), "--generated", str(written)])
    assert min(shares.values()) > 0.95
    assert curve.read_bytes().startswith(b"\x89PNG")
