"""The command line."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sourcead.backend.plan import Plan
from sourcead.cli import main
from tests.standalone import load_alone

PROGRAM = '''
"""A module that must not be executed."""

import math
import numpy as np
from numpy import exp

from sourcead import grad, value_and_grad

raise SystemExit("executed")

HALF = 0.5
TAU = 2 * math.pi
UNUSED = print("executed")


def scaled(x):
    return HALF * x


def area(r: float) -> float:
    """Of a circle."""
    return scaled(TAU) * r * r


def logistic(w, x, y):
    z = x @ w
    return np.mean(np.log(1.0 + exp(-y * z)))


@grad(wrt=("a", "b"))
def product(a: float, b: float) -> float:
    return a * b


@value_and_grad
def cube(x: float) -> float:
    return x**3


def refused(x: float) -> float:
    with open("file") as file:
        return x * len(file.read())


def also_refused(x: float) -> float:
    return x * unknown_thing(x)


def counted(n: int) -> float:
    return n * 1.5
'''
LOGISTIC = ["--types", "w: float64[p], x: float64[n, p], y: float64[n]"]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def test_one_function(program: Path, tmp_path: Path) -> None:
    result = run(program, "-f", "area")
    assert result.exit_code == 0, result.output
    assert "sourcead" not in result.stdout.split('"""', 2)[2]
    assert "UNUSED" not in result.stdout
    area_grad = load_alone(result.stdout, tmp_path / "out.py", "area_grad")
    assert area_grad(2.0) == pytest.approx(4.0 * np.pi)


def test_arrays_to_a_file(program: Path, tmp_path: Path) -> None:
    out = tmp_path / "logistic_grad.py"
    result = run(program, "-f", "logistic", "--wrt", "w", "-o", out, "--value", *LOGISTIC)
    assert (result.exit_code, result.output) == (0, "")
    function = load_alone(out.read_text(), tmp_path / "again.py", "logistic_value_and_grad")
    rng = np.random.default_rng(0)
    for n, p in ((5, 3), (1, 3), (5, 1)):
        w, x, y = rng.normal(size=p), rng.normal(size=(n, p)), np.sign(rng.normal(size=n))
        value, bar = function(w, x, y)
        s = 1.0 / (1.0 + np.exp(y * (x @ w)))
        assert value == pytest.approx(np.mean(np.log(1.0 + np.exp(-y * (x @ w)))))
        np.testing.assert_allclose(bar, -x.T @ (y * s) / n)


def test_marked_functions(program: Path, tmp_path: Path) -> None:
    result = run(program)
    assert result.exit_code == 0, result.output
    product_grad = load_alone(result.stdout, tmp_path / "out.py", "product_grad")
    assert product_grad(2.0, 3.0) == (3.0, 2.0)
    cube = load_alone(result.stdout, tmp_path / "out.py", "cube_value_and_grad")
    assert cube(2.0) == (8.0, 12.0)


def test_types_may_be_unknown(program: Path, tmp_path: Path) -> None:
    result = run(program, "-f", "logistic", "--wrt", "w,x")
    assert result.exit_code == 0, result.output
    function = load_alone(result.stdout, tmp_path / "out.py", "logistic_grad")
    w, x, y = np.ones(2), np.ones((3, 2)), np.ones(3)
    w_bar, x_bar = function(w, x, y)
    assert w_bar.shape == (2,)
    assert x_bar.shape == (3, 2)
    np.testing.assert_allclose(x_bar.sum(axis=0), w_bar)


SETTINGS = """
import numpy as np

RATE = 0.25
TABLE = np.array([1.0, 2.0])


def damp(x):
    return RATE * x
"""
MODEL = """
import math

import settings
from settings import TABLE, damp

RATE = 7.0


class Negative(ValueError):
    pass


def energy(x: float) -> float:
    if x < 0:
        raise Negative("negative", x)
    return damp(x) * RATE * settings.RATE + math.pi * TABLE[1] * x
"""


def test_names_of_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two constants of one name, an array, an exception: each is what it is where it is read."""
    (tmp_path / "settings.py").write_text(SETTINGS)
    (tmp_path / "model.py").write_text(MODEL)
    result = run(tmp_path / "model.py", "-f", "energy")
    assert result.exit_code == 0, result.output
    monkeypatch.syspath_prepend(str(tmp_path))
    energy_grad = load_alone(result.stdout, tmp_path / "out.py", "energy_grad")
    assert energy_grad(2.0) == pytest.approx(0.25 * 7.0 * 0.25 + 2.0 * np.pi)
    with pytest.raises(ValueError, match="negative"):
        energy_grad(-1.0)


def test_refusals_of_all_functions(program: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.py"
    result = run(program, "-f", "refused", "-f", "area", "-f", "also_refused", "-o", out)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{program}:42:5: SAD101" in result.stderr
    assert "unknown_thing" in result.stderr
    assert "^" in result.stderr
    assert not out.exists()


def test_an_integer_is_refused(program: Path) -> None:
    result = run(program, "-f", "counted")
    assert result.exit_code == 1
    assert "SAD305" in result.stderr
    assert "def counted(n: int)" in result.stderr


def test_a_file_that_is_not_python(tmp_path: Path) -> None:
    path = tmp_path / "broken.py"
    path.write_text("def f(x:\n    return x\n")
    result = run(path, "-f", "f")
    assert result.exit_code == 1
    assert f"{path}:1:" in result.stderr
    path.write_bytes(b"x = '\xff'\n")
    assert run(path, "-f", "f").exit_code == 1


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["-f", "nothing"], "nothing"),
        (["-f", "area", "--wrt", "z"], "z"),
        (["-f", "area", "--wrt", "3"], "3"),
        (["-f", "area", "--types", "r"], "--types"),
        (["-f", "area", "--types", "q: float"], "q"),
        (["-f", "area", "--colour"], "--colour"),
    ],
    ids=["function", "name", "position", "types", "typed name", "option"],
)
def test_wrong_use(program: Path, args: list[str], expected: str) -> None:
    result = run(program, *args)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_wrong_use_of_the_file(program: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "missing.py").exit_code == 2
    assert run().exit_code == 2
    program.write_text("def f(x: float):\n    return x\n")
    result = run(program)
    assert result.exit_code == 2
    assert "@grad" in result.stderr


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("ast", "FunctionDef("),
        ("ssa", "func @area("),
        ("adjoint", "func @area_grad("),
        ("source", "def area_grad(r):"),
    ],
)
def test_show(program: Path, stage: str, expected: str) -> None:
    result = run("show", program, "-f", "area", "--stage", stage)
    assert result.exit_code == 0, result.output
    assert expected in result.stdout


def test_show_refuses(program: Path) -> None:
    assert run("show", program, "-f", "refused", "--stage", "ssa").exit_code == 1
    assert run("show", program, "-f", "area", "--stage", "bytecode").exit_code == 2
    assert run("show", program).exit_code == 2


def test_help_and_version() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "sourcead FILE.py [-f NAME ...] [--wrt a,b] [-o OUT.py] [--value]" in result.stdout
    assert run("--version").exit_code == 0


def test_as_a_module(program: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sourcead", str(program), "-f", "area"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "def area_grad(r):" in done.stdout


def test_a_method_is_no_function_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text("class Model:\n    def loss(self, x):\n        return x * x\n")
    result = run(file, "-f", "Model.loss")
    assert result.exit_code != 0
    assert "a method needs an object" in result.stderr


SQUARE = "import numpy as np\n\n\ndef f(x):\n    return np.sum(x * x)\n"


@pytest.mark.parametrize("spelling", ["program.py", "link.py", "other/../program.py"])
def test_nothing_that_was_read_is_overwritten(tmp_path: Path, spelling: str) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "constants.py").write_text("K = 2.0\n")
    path = tmp_path / "program.py"
    (tmp_path / "unused.py").write_text("K = 2.0\n")
    imports = "\nimport unused\nfrom constants import K\n\n\n"
    text = SQUARE.replace("x * x", "x * x * K").replace("\n\n\n", imports)
    path.write_text(text)
    (tmp_path / "link.py").symlink_to(path)
    for out in (spelling, "constants.py", "unused.py"):
        result = run(path, "-f", "f", "-o", tmp_path / out)
        assert result.exit_code == 2
        assert "has been read" in result.stderr
    assert (path.read_text(), (tmp_path / "constants.py").read_text()) == (text, "K = 2.0\n")


def test_places_to_write_to(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(SQUARE)
    printed = run(path, "-f", "f", "-o", "-")
    assert "def f_grad(x):" in printed.stdout
    result = run(path, "-f", "f", "-o", tmp_path / "missing" / "out.py")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + SQUARE.encode(),
        ("# -*- coding: latin-1 -*-\nNAME = '\xe9'\n" + SQUARE).encode("latin-1"),
        SQUARE.replace("\n", "\r\n").encode(),
    ],
    ids=["byte order mark", "declared encoding", "line ends"],
)
def test_encodings(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(content)
    result = run(path, "-f", "f", "--types", "x: float64[n]")
    assert result.exit_code == 0, result.output
    assert load_alone(result.stdout, tmp_path / "out.py", "f_grad")(np.ones(2)).tolist() == [2, 2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(range(256)),
        b"x = 1\0\n",
        b"# coding: unknown\nx = 1\n",
        b"def f(x):\n\tif x:\n        return x\n",
        b"def f(x):\n    return " + b"(" * 500 + b"x" + b")" * 500 + b"\n",
        b"def f(x: float):\n    return " + b" + ".join([b"x"] * 20_000) + b"\n",
        b"from broken import K\n\n\ndef f(x: float):\n    return x * K\n",
        b"K = 'a'" + b" + 'a'" * 20_000 + b"\ndef f(x: float):\n    return x\n",
    ],
    ids=["empty", "binary", "nul", "cookie", "tabs", "deep", "long sum", "import", "long constant"],
)
def test_files_that_cannot_be_used(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.py").write_text("def (\n")
    path = tmp_path / "program.py"
    path.write_bytes(content)
    result = run(path, "-f", "f")
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit)
    assert ".py" in result.stderr


@pytest.mark.parametrize(
    "types", ["x: float64[", "x: (", "x: float64[²]x", "x: " + "(" * 300, "x: 3"]
)
def test_types_that_cannot_be_read(program: Path, types: str) -> None:
    result = run(program, "-f", "area", "--types", types)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("wrt", ["--1", "²", "-7", "r,r"])
def test_parameters_that_are_not_there(program: Path, wrt: str) -> None:
    result = run(program, "-f", "area", "--wrt", wrt)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[tuple[Any, ...]]:
    """What a function is called with from now on."""
    calls: list[tuple[Any, ...]] = []
    function = getattr(owner, name)

    def call(*args: Any, **keywords: Any) -> Any:
        calls.append(args)
        return function(*args, **keywords)

    monkeypatch.setattr(owner, name, call)
    return calls


def test_long_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements are looked at once, however many there are."""
    path = tmp_path / "program.py"
    blocks = [
        f"def g{k}(x):\n    return x * {k}\n\n\nK{k} = {k}.0\nA{k} = np.zeros(3)\nA{k}[0] = K{k}\n"
        for k in range(1400)
    ]
    path.write_text("import numpy as np\n" + "".join(blocks) + SQUARE.replace("x * x", "x * A7"))
    parsed = counted(monkeypatch, ast, "parse")
    start = time.process_time()
    result = run(path, "-f", "f", "--types", "x: float64[n]")
    assert result.exit_code == 0, result.output
    assert time.process_time() - start < 20.0
    assert len([text for text, *_ in parsed if "def g1399" in str(text)]) == 1
    assert "A8" not in result.stdout


def test_long_functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an operation reads is looked up as often in a long function as in a short one."""
    leaves = counted(monkeypatch, Plan, "leaves")
    path, work = tmp_path / "program.py", []
    for lines in (50, 100, 200):
        steps = "".join(f"    y = y + np.sin(y * {k}.0)\n" for k in range(lines))
        path.write_text(f"import numpy as np\n\n\ndef f(y: float):\n{steps}    return y\n")
        leaves.clear()
        result = run(path, "-f", "f")
        assert result.exit_code == 0, result.output
        work.append(len(leaves))
    assert work[2] - work[1] < 2.2 * (work[1] - work[0]), work


def test_a_file_with_the_name_of_a_library(tmp_path: Path) -> None:
    path = tmp_path / "numpy.py"
    path.write_text("K = 3.0\nK += 1.0\ndef f(x: float): return x * x * K\n")
    result = run(path, "-f", "f")
    assert result.exit_code == 0, result.output
    assert "K += 1.0" in result.stdout


def test_a_docstring_that_no_encoding_has(tmp_path: Path) -> None:
    path, out = tmp_path / "program.py", tmp_path / "out.py"
    path.write_text("def f(x: float):\n    'half a pair: \\ud800'\n    return x * x\n")
    result = run(path, "-f", "f", "-o", out)
    assert result.exit_code == 0, result.output
    assert load_alone(out.read_text(), tmp_path / "again.py", "f_grad")(3.0) == 6.0
