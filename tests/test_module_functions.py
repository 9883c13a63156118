"""Functions of a file on the command line: in tables, under decorators, with remembered results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sourcead.cli import main
from tests.standalone import load_alone

X = np.array([0.5, 1.0, 2.0])
HEAD = "import numpy as np\nimport sys\nfrom functools import lru_cache, wraps\n"
WRAPS = """
def times(k):
    j = k + 1.0
    def wrap(g):
        @wraps(g)
        def run(*args, **named):
            return j * LATE * g(*args, **named)
        return run
    return wrap
@times(1.0)
@times(2.0)
def h(v, s=3.0):
    return v * s
@times(3.0)
def u(v):
    return h(v)
LATE = 2.0"""
NOTES = """
KNOWN = {}
def note(name):
    def keep(g):
        KNOWN[name] = g
        return g
    return keep
@note("h")
def h(v):
    return v * 3.0
@note("u")
def u(v):
    return h(v)"""
TABLES = """
def sq(v):
    return v * v
T = {"sq": sq, "half": lambda v: v / S, ("a", 1): [np.exp, np], 2: {"k": 5.0, "g": np.sqrt}}
LAYERS = ((sq, 3.0), (np.tanh, 0.5))
def sq(v):
    return v
S = 2.0"""
CARRIED = {
    "wrapped": (WRAPS, "(h(1.0) + h(1.0, s=2.0) + u(1.0))"),
    "noted in a table": (NOTES, "(u(1.0) + len(KNOWN))"),
    "tables of functions": (
        TABLES,
        "(T['sq'](3.0) + T['half'](1.0) * T[2]['g'](T[2]['k']) + sq(7.0))",
    ),
    "table with a module": (TABLES, "T['a', 1][0](T['a', 1][1].pi)"),
    "rows of functions": (TABLES, "sum(g(2.0) * k for g, k in LAYERS)"),
    "tuple as default": ("def h(v, s=(1.0, (2.0, 'a'))):\n    return v * np.array(s[0])", "h(3.0)"),
    "remembered": (
        "@lru_cache\ndef h(n):\n    return np.arange(n) + 1.0",
        "(h(3) + 1.0) * h(3)",
    ),
}
# What cannot be carried over, and the text that is shown.
REFUSED = {
    "table that is changed": (
        "T = {'h': np.sin}\nBOX = [T]\nBOX[0]['h'] = np.cos",
        "T['h'](1.0)",
        "T['h'](1.0)",
    ),
    "table in a tuple": ("T = ({'h': np.sin},)\nT[0]['h'] = np.cos", "T[0]['h'](1.0)", "T[0]['h']"),
    "default of a lambda in a table": (
        "S = 2.0\nT = [lambda v, s=S: v * s, np.sin]\nS = 3.0",
        "T[0](1.0)",
        "T[0](1.0)",
    ),
    **{
        f"decorator {name}": (
            f"A = np.ones(3)\ndef wrap(g):\n{body}    return run\n@wrap\ndef h(v):\n"
            f"    return v\n{end}",
            "h(1.0)",
            "h(1.0)",
        )
        for name, body, end in (
            (
                "with a list",
                "    n = [0]\n    def run(v):\n        n[0] += 1\n        return n[0]\n",
                "",
            ),
            (
                "with a number",
                "    n = 0\n    def run(v):\n        nonlocal n\n        n = v\n        return n\n",
                "",
            ),
            (
                "with an attribute",
                "    def run(v):\n        run.n = v\n        return g(v)\n    run.n = 0\n",
                "",
            ),
            ("with an array", "    def run(v):\n        A[0] = v\n        return g(v)\n", ""),
            ("that acts", "    print(g)\n    def run(v):\n        return g(v)\n", ""),
            (
                "that reads",
                "    k = A * 2.0\n    def run(v):\n        return v * k\n",
                "A[0] = 3.0",
            ),
            ("that is another one later", "    def run(v):\n        return 2 * v\n", "wrap = abs"),
            ("with new code", "    g.__code__ = abs.__code__\n    run = g\n", ""),
        )
    },
    "remembered array": (
        "@lru_cache\ndef made(n):\n    return np.ones(n)\ndef h(v):\n    a = made(3)\n"
        "    a += v\n    return a",
        "h(1.0)",
        "a += v",
    ),
    "chosen by a call": (
        "def g(v):\n    return v\nh = g if len(sys.argv) else abs",
        "(2.0 if h is g else 3.0)",
        "h is g",
    ),
}


def write(folder: Path, body: str, factor: str) -> Path:
    path = folder / "program.py"
    path.write_text(f"{HEAD}{body}\n\n\ndef f(x):\n    return np.sum(x * x * {factor})\n")
    return path


@pytest.mark.parametrize("name", CARRIED)
def test_carried_over(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, *CARRIED[name])
    names: dict[str, object] = {}
    exec(path.read_text(), names)
    f = names["f"]
    assert callable(f)
    want = [(f(X + e) - f(X - e)) / 2.0 for e in np.eye(3)]
    result = CliRunner().invoke(main, [str(path), "-f", "f"])
    assert result.exit_code == 0, result.output
    got = load_alone(result.stdout, tmp_path / "out.py", "f_grad")(X)
    np.testing.assert_allclose(got, want)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_line(name: str, tmp_path: Path) -> None:
    *program, shown = REFUSED[name]
    result = CliRunner().invoke(main, [str(write(tmp_path, *program)), "-f", "f"])
    assert result.exit_code == 1, result.output
    assert shown in result.stderr


@pytest.mark.parametrize("parameters", ["*args, **named", "x, k=2.0"])
def test_a_function_that_is_wrapped(parameters: str, tmp_path: Path) -> None:
    given = parameters.replace("=2.0", "")
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nimport functools\nK = 2.0\n\n\ndef twice(g):\n"
        f"    @functools.wraps(g)\n    def run({parameters}):\n        return 2.0 * g({given})\n"
        "    return run\n\n\n@twice\ndef f(x, k=K):\n    return np.sum(x**2) * k\n\n\nK = 5.0\n"
    )
    result = CliRunner().invoke(main, [str(path), "-f", "f"])
    assert result.exit_code == 0, result.output
    got = load_alone(result.stdout, tmp_path / "out.py", "f_grad")(X)
    np.testing.assert_array_equal(got, 8.0 * X)
