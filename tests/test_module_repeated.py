"""What is carried over runs once more: with the files that it comes from, or without them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sourcead.cli import main

X = np.array([0.5, 1.0, 2.0])
CHANCE = "a constant is another one each time the module runs"
CHANGED = "changes what another file holds"
READ = "holds, which is read"
CYCLE = "may be another thing here"
# Statements of one file that each run does anew, and the place that is shown.
DIFFERENT = {
    "clock": ("import time\nK = time.time() % 10.0", "time.time()"),
    "clock with another name": ("from time import perf_counter as now\nK = now()", "now()"),
    "date": ("import datetime as d\nK = d.datetime.now().microsecond + 1.0", "d.datetime.now()"),
    "clock in a helper": ("import time\ndef at():\n    return time.time()\nK = at()", "K = at()"),
    "identity": ("class A:\n    pass\nK = id(A) % 97 + 1.0", "id(A)"),
    "system": ("import secrets\nK = secrets.randbelow(50) + 1.0", "secrets.randbelow(50)"),
    "no seed": ("K = np.random.rand(3)", "np.random.rand(3)"),
    "seed of the clock": ("np.random.seed()\nK = np.random.rand(3)", "np.random.seed()"),
    "no seed in Python": ("import random\nK = random.gauss(0.0, 1.0)", "random.gauss(0.0, 1.0)"),
    "generator": ("R = np.random.default_rng()\nK = R.normal(size=3)", "default_rng()"),
    "generator at once": ("K = np.random.default_rng(None).normal()", "default_rng(None)"),
    "SciPy": ("from scipy import stats\nK = stats.norm.rvs(size=3)", "stats.norm.rvs(size=3)"),
    "seed on a path": (
        "if len(sys.argv):\n    np.random.seed(3)\nK = np.random.rand(3)",
        "np.random.rand(3)",
    ),
}
SAME = {
    "seed in a helper": (
        "def draws(n):\n    np.random.seed(n)\n    return np.random.rand(3)\nK = draws(4)\n"
        "K = K * np.random.rand(3)"
    ),
    "seed in Python": "import random\nrandom.seed(4)\nK = random.random()",
    "SciPy": "from scipy import stats\nnp.random.seed(0)\nK = stats.norm.rvs(size=3)",
    "SciPy with a seed": "from scipy import stats\nK = stats.norm.rvs(size=3, random_state=3)",
    "time beside it": "import time\nSTART = time.time()\nK = 3.0",
    "inherited": (
        "L = [1.0]\nclass A:\n    def __init__(self):\n        L.append(2.0)\nclass B(A):\n"
        "    pass\nB()\nK = sum(L)"
    ),
    "inherited method": (
        "L = [1.0]\nclass A:\n    def go(self):\n        L.append(2.0)\nclass B(A):\n"
        "    def run(self):\n        self.go()\nB().run()\nK = sum(L)"
    ),
}
RATES = "K = 1.0\nT = {'k': 1.0}\nMODE = 'a'\nAXIS = 0\nN = None\n"
SCALED = "def scaled(x):\n    return x * 2.0 if MODE == 'a' and N is None else x * 5.0\n"
PUT = "def put(v):\n    global K, MODE\n    K, MODE = K + v, 'b'\n    return K\n"
# Files beside the one that is given, and what is shown.
CHANGED_FILES = {
    "seeded by an import": (
        {
            "main": "import seeds\nK = np.random.rand(3)",
            "seeds": "import numpy\nnumpy.random.seed(5)",
        },
        CHANCE,
    ),
    "drawn by an import": (
        {
            "main": "np.random.seed(1)\nimport draw\nK = np.random.rand(3)",
            "draw": "import numpy as np\nW = np.random.rand()",
        },
        CHANCE,
    ),
    "added to": ({"main": "import rates\nrates.K += 1.0\nK = rates.K", "rates": RATES}, CHANGED),
    "called": ({"main": "import rates\nK = rates.put(2.0)", "rates": RATES + PUT}, CHANGED),
    "iterator": (
        {
            "main": "from ids import new\nnew()\nK = new()",
            "ids": "import itertools\nI = itertools.count(1)\ndef new():\n    return next(I)\n",
        },
        CHANGED,
    ),
    "read before a change": (
        {"main": "import rates\nK = rates.K * 2.0\nrates.K = 5.0", "rates": RATES},
        CHANGED,
    ),
    "taken before a change": (
        {
            "main": "from rates import K\nimport put",
            "rates": RATES,
            "put": "import rates\nrates.K = 6.0",
        },
        CHANGED,
    ),
    "changed for another file": (
        {
            "main": "import rates\nrates.K = 5.0\nfrom derived import scaled\nK = scaled(1.0)",
            "rates": RATES,
            "derived": "import rates\nJ = rates.K * 2.0\ndef scaled(x):\n    return J * x\n",
        },
        "",
    ),
    **{
        f"{name} that code depends on": (
            {"main": f"import rates\n{change}\nK = 1.0", "rates": RATES + PUT + SCALED},
            READ,
        )
        for name, change in (
            ("text", "rates.MODE = 'b'"),
            ("None", "rates.N = 3.0"),
            ("text in a call", "rates.put(1.0)"),
            ("function", "setattr(rates, 'scaled', abs)"),
        )
    },
    "table of functions": (
        {
            "main": "from rates import T\nT['f'] = np.cos\nK = 1.0",
            "rates": "from math import sin\nT = {'f': sin}\ndef scaled(x):\n    return T['f'](x)\n",
        },
        READ,
    ),
    "half a file": (
        {
            "main": "import rates\nfrom derived import K",
            "rates": "K = 1.0\nimport derived\nK = 7.0",
            "derived": "from rates import K",
        },
        CYCLE,
    ),
    "half a file in a default": (
        {
            "main": "import rates\nfrom derived import scaled\nK = 1.0",
            "rates": "K = 1.0\nimport derived\nK = 7.0",
            "derived": "import rates\ndef scaled(x, k=rates.K):\n    return x * k\n",
        },
        CYCLE,
    ),
    "half a function": (
        {
            "main": "import rates\nfrom derived import scaled\nK = 1.0",
            "rates": "def h(v):\n    return v\nimport derived\ndef h(v):\n    return 4.0 * v\n",
            "derived": "from rates import h\ndef scaled(x):\n    return h(x)\n",
        },
        CYCLE,
    ),
}
SEVERAL = {
    "set by way of another file": {
        "main": "import first\nfrom rates import T\nK = T['k'] * 2.0",
        "first": "import second",
        "second": "import rates\nrates.T['k'] = 9.0",
        "rates": RATES,
    },
    "class of another file": {
        "main": "from boxes import Box\nK = Box(2.0).v",
        "boxes": "class Box:\n    def __init__(self, v):\n        self.v = v\n",
    },
    "names that are listed in steps": {
        "main": "J = 7.0\nfrom rates import *\nK = K * J",
        "rates": "K = 2.0\nJ = 3.0\n__all__ = ['K']\n__all__ += ['J']",
    },
    "packages in packages": {
        "main": "import shapes.round\nimport shapes.round.ball as b\nK = shapes.round.Z * b.K",
        "shapes/__init__": "",
        "shapes/round/__init__": "Z = 1.5",
        "shapes/round/ball": "K = 3.0",
    },
    "a setting that nobody reads": {
        "main": "import rates\nrates.DEBUG = True\nrates.note('a')\nK = 1.0",
        "rates": (
            "DEBUG = False\nLOG = []\ndef note(v):\n    LOG.append(v)\n"
            "def scaled(x):\n    return 2 * x\n"
        ),
    },
}


def _run(folder: Path, files: dict[str, str]) -> tuple[str, Result]:
    for name, body in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(body)
    by_helper = "scaled(x)" in "".join(files.values())
    called = "derived.scaled" if "derived" in files and by_helper else "rates.scaled"
    extra = f"import {called.partition('.')[0]}\n" if by_helper else ""
    factor = f"{called}(x)" if by_helper else "x"
    text = (
        f"import numpy as np\nimport sys\n{files['main']}\n{extra}\n\n"
        f"def f(x):\n    return np.sum(x * {factor} * K)\n"
    )
    path = folder / "program.py"
    path.write_text(text)
    return text, CliRunner().invoke(main, [str(path), "-f", "f"])


def _names(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "program"}
    exec(text, names)
    return names


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_from_run_to_run_is_refused(name: str, tmp_path: Path) -> None:
    body, shown = DIFFERENT[name]
    _, result = _run(tmp_path, {"main": body})
    assert result.exit_code == 1
    assert CHANCE in result.stderr
    assert shown in result.stderr


@pytest.mark.parametrize("name", SAME)
def test_what_is_the_same_at_each_run(name: str, tmp_path: Path) -> None:
    text, result = _run(tmp_path, {"main": SAME[name]})
    assert result.exit_code == 0, result.output
    want = 2.0 * X * _names(text)["K"]
    np.testing.assert_allclose(_names(result.stdout)["f_grad"](X), want)


@pytest.mark.parametrize("name", CHANGED_FILES)
def test_files_that_change_each_other_are_refused(name: str, tmp_path: Path) -> None:
    files, shown = CHANGED_FILES[name]
    _, result = _run(tmp_path, files)
    assert result.exit_code == 1
    assert shown in result.stderr


@pytest.mark.parametrize("name", SEVERAL)
def test_beside_the_files_and_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    loaded = [n.removesuffix("/__init__").replace("/", ".") for n in SEVERAL[name]]
    for inner in loaded:
        monkeypatch.delitem(sys.modules, inner, raising=False)
    text, result = _run(tmp_path, SEVERAL[name])
    assert result.exit_code == 0, result.output
    f = _names(text)["f"]
    want = [(f(X + e) - f(X - e)) / 2.0 for e in np.eye(3)]
    np.testing.assert_allclose(_names(result.stdout)["f_grad"](X), want)
    for inner in loaded:
        sys.modules.pop(inner, None)
    np.testing.assert_allclose(_names(result.stdout)["f_grad"](X), want)
