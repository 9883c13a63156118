"""A constant of a file is what the module would hold when the function runs, or is refused.

`python -m tests.fuzz_modules --minutes 10` does the same for random modules.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sourcead.cli import main
from tests.fuzz_modules import examine, program
from tests.standalone import load_alone

X = np.array([0.5, 1.0, 2.0])
HEAD = "import numpy as np\nfrom functools import partial, reduce\nimport sys\n"
# Statements of a module, and the factor of `f`, which is read when they have run.
CARRIED = {
    "filled in a loop": ("K = np.zeros(3)\nfor i in range(3):\n    K[i] = i**2 + 1", "K"),
    "filled in a while": ("L = [1.0]\nwhile len(L) < 4:\n    L.append(L[-1] * 2.0)", "L[-1]"),
    "chosen by a version": ("if sys.version_info >= (3,):\n    K = 2.0\nelse:\n    K = 3.0", "K"),
    "tried": ("try:\n    K = {}['a']\nexcept KeyError as error:\n    K = 4.0", "K"),
    "with": ("with np.errstate(all='ignore'):\n    K = np.float64(2.0) / 0.5", "K"),
    "method": ("D = {'slow': 1.0}\nD.update(slow=3.0)", "D['slow']"),
    "sorted in place": ("A = np.array([3.0, 1.0, 2.0])\nA.sort()", "A"),
    "out": ("A = np.ones(3)\nnp.multiply(A, 3.0, out=A)", "A"),
    "out by position": ("A = np.ones(3)\nnp.add(A, 3.0, A)", "A"),
    "second name": ("A = np.ones(3)\nB = A\nB[1] = 9.0", "A"),
    "view": ("A = np.ones(4)\nB = A.reshape(2, 2)\nB[0] = 7.0", "A[:3]"),
    "held in a list": ("A = np.ones(3)\nBOX = [A]\nBOX[0][2] = 5.0", "A"),
    "setter": ("K = 1.0\ndef put(v):\n    global K\n    K = v\nput(5.0)", "K"),
    "setter through a name": ("L = [1.0]\nadd = L.append\nadd(5.0)", "L[-1]"),
    "setter in a map": ("L = [1.0]\nlist(map(L.append, [2.0, 3.0]))", "L[-1]"),
    "setter by a name in a map": ("L = [1.0]\nadd = L.append\nlist(map(add, [2.0]))", "L[-1]"),
    "setter in a dict": ("L = [1.0]\nD = {'add': L.append}\nD['add'](3.0)", "L[-1]"),
    "partial that is kept": ("L = [1.0]\nadd = partial(list.append, L)\nadd(3.0)", "L[-1]"),
    "setter handed over": ("L = [1.0]\nlist(map(lambda v: L.append(v), [2.0, 3.0]))", "L[-1]"),
    "filled by a helper": ("def fill(a):\n    a[:] = 4.0\nA = np.ones(3)\nfill(A)", "A"),
    "recursion": ("L = []\ndef go(n):\n    L.append(n)\n    n and go(n - 1)\ngo(3)", "L[1]"),
    "decorated helper": (
        "def twice(g):\n    return lambda v: 2 * g(v)\n@twice\ndef h(v):\n    return v\nK = h(3.0)",
        "K",
    ),
    "class": (
        "class C:\n    n = 0.0\n    def up(self):\n        C.n += 2.0\nC().up()\nK = C.n",
        "K",
    ),
    "draws": ("R = np.random.default_rng(0)\nA = R.normal(size=3)\nK = R.normal(size=3)", "K"),
    "draws in a helper": (
        "R = np.random.default_rng(0)\ndef draw():\n    return R.normal()\ndraw()\nK = draw()",
        "K",
    ),
    "global generator": ("np.random.seed(1)\nnp.random.rand()\nK = np.random.rand(3)", "K"),
    "iterator": ("I = iter([1.0, 2.0, 3.0])\nnext(I)\nK = next(I)", "K"),
    "generator": ("def g():\n    yield 1.0\n    yield 5.0\nI = g()\nA = next(I)\nK = next(I)", "K"),
    "augmented": ("K = 2.0\nK += 1.0\nK *= 2.0", "K"),
    "tuple": ("(K, [L, M]), N = (1.0, (2.0, 3.0)), 4.0", "(K + L + M * N)"),
    "swap": ("A, B = np.ones(3), np.arange(3.0)\nA, B = B, A", "A"),
    "walrus": ("assert (K := 3.0)", "K"),
    "deleted": ("L = [1.0, 2.0, 3.0]\ndel L[0]", "L[0]"),
    "star": ("from math import *", "pi"),
    "imported name rebound": ("from math import pi\nK = pi\npi = 3.0", "(K + pi)"),
    "earlier value": ("S = 2.0\ndef h(v):\n    return v * S\nK = h(3.0)\nS = 5.0", "(K + h(1.0))"),
    "redefined": (
        "def h(v):\n    return v\nK = h(3.0)\ndef h(v):\n    return 9.0 * v",
        "(K + h(1.0))",
    ),
    "arm of an if": (
        "FAST = False\nif FAST:\n    h = lambda v: v\nelse:\n    def h(v):\n        return 4 * v",
        "h(1.0)",
    ),
    "main": ("K = 2.0\nif __name__ == '__main__':\n    K = 3.0", "K"),
    "default before": ("S = 2.0\ndef h(v, s=S):\n    return v * s\nS = 7.0", "h(1.0)"),
    "default object": ("A = np.ones(3)\ndef h(v, a=A):\n    return v * a\nA[0] = 4.0", "h(1.0)"),
    "partial": ("def add(a, b):\n    a.append(b)\nL = [1.0]\npartial(add, L)(6.0)", "L[-1]"),
    "reduce": ("K = reduce(lambda a, b: a * b, [1.0, 2.0, 3.0])", "K"),
    "comprehension": ("L = [1.0]\n[L.append(v) for v in (2.0, 3.0)]", "L[-1]"),
    "match": ("L = [1.0, 2.0]\nmatch L:\n    case [K, *_]:\n        pass", "K"),
    "default of a default": ("A = np.ones(3)\nB = A + 1.0\nA[0] = 9.0", "B"),
    "two targets": (
        "a = b = np.ones(3)\na[0] = 4.0",
        "b",
    ),
    "attribute of a class": (
        "A = np.ones(3)\nclass P:\n    a = A\nP.a[0] = 5.0",
        "A",
    ),
    "operator of a class": (
        "A = np.ones(3)\nclass P:\n    def __add__(self, o):\n        A[0] = 5.0\np = P()\np + 1",
        "A",
    ),
    "property": (
        "A = np.ones(3)\n"
        "class P:\n    @property\n    def z(self):\n        A[0] = 5.0\np = P()\np.z",
        "A",
    ),
    "deleted object": (
        "A = np.ones(3)\nclass P:\n    def __del__(self):\n        A[0] = 5.0\np = P()\ndel p",
        "A",
    ),
    "method of a type": (
        "A = np.ones(3)\nnp.ndarray.fill(A, 4.0)",
        "A",
    ),
    "closure": (
        "def make(a):\n    return lambda v: a.fill(v)\nA = np.ones(3)\nmake(A)(5.0)",
        "A",
    ),
    "buffer": (
        "A = np.ones(3)\nB = np.frombuffer(A)\nB[0] = 5.0",
        "A",
    ),
    "state put back": (
        "np.random.seed(2)\nS = np.random.get_state()\n"
        "np.random.rand()\nnp.random.set_state(S)\nK = np.random.rand()",
        "K",
    ),
    "unicode": ("λ = 2.0\nλ += 1.0", "λ"),
    "generator read late": ("S = 2.0\nG = (S * v for v in (1.0, 2.0))\nS = 3.0\nK = sum(G)", "K"),
    "generator handed out": (
        "S = 2.0\ndef g():\n    made = (S * v for v in (1.0, 2.0))\n    return made\n"
        "G = g()\nS = 4.0\nK = sum(G)",
        "K",
    ),
    "default that calls change": (
        "def add(v, a=[]):\n    a.append(v)\n    return a\nadd(1.0)\nK = add(2.0)\nadd(9.0)",
        "len(K)",
    ),
    "default with a name": (
        "L = [1.0]\ndef add(*vs, a=L):\n    a.extend(vs)\nadd(2.0, 3.0)",
        "len(L)",
    ),
    "default of a lambda": ("g = lambda v, a=[]: a.append(v) or len(a)\ng(1)\nK = g(2)", "K"),
    "property of itself": (
        "class P:\n    n = 0\n    @property\n    def up(self):\n        self.n += 1\n"
        "        return self.n\np = P()\np.up\nK = p.up",
        "K",
    ),
    "lambdas": (
        "S = 2.0\nh = lambda v, s=S: v * s\nS = 5.0\ng = h\nh = lambda v: v + S",
        "g(h(1.0))",
    ),
}
# Files of several modules, the first of which is given.
SEVERAL = {
    "derived from a change": {
        "main": "import rates\nrates.K = 5.0\nfrom derived import K",
        "rates": "K = 1.0",
        "derived": "import rates\nK = rates.K * 2",
    },
    "set by an import": {
        "main": "import setter\nfrom rates import K",
        "rates": "K = 1.0",
        "setter": "import rates\nrates.K = 6.0",
    },
    "table changed by a later import": {
        "main": "from rates import T\nimport setter\nK = T['k']",
        "rates": "T = {'k': 1.0}",
        "setter": "from rates import T\nT['k'] = 7.0",
    },
    "package": {
        "main": "from shapes import K, area",
        "shapes/__init__": "from .round import area\nfrom .values import K",
        "shapes/round": "from .values import K\ndef area(x):\n    return x * x * K",
        "shapes/values": "K = 3.0\nK += 1.0",
    },
    "module of a package": {
        "main": "import shapes.values\nK = shapes.values.K",
        "shapes/__init__": "",
        "shapes/values": "K = 3.0\nK *= 2.0",
    },
}


def _write(folder: Path, body: str, factor: str) -> tuple[Path, str]:
    text = f"{HEAD}{body}\n\n\ndef f(x):\n    return np.sum(x * x * {factor})\n"
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return path, text


def _run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


@pytest.mark.parametrize("name", CARRIED)
def test_carried_over(name: str, tmp_path: Path) -> None:
    path, text = _write(tmp_path, *CARRIED[name])
    module = types.ModuleType("program")
    exec(compile(text, str(path), "exec"), module.__dict__)
    f = module.__dict__["f"]
    want = [(f(X + e) - f(X - e)) / 2.0 for e in np.eye(3)]
    for given in ([], ["--types", "x: float64[n]"]):
        result = _run(path, "-f", "f", *given)
        assert result.exit_code == 0, result.output
        got = load_alone(result.stdout, tmp_path / "out.py", "f_grad")(X)
        np.testing.assert_allclose(got, want)


@pytest.mark.parametrize("name", SEVERAL)
def test_several_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    files = SEVERAL[name]
    for inner, body in files.items():
        path = tmp_path / f"{inner}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(body)
    factor = "np.sum(area(x))" if "area" in files["main"] else "np.sum(x * x)"
    path, text = _write(tmp_path, files["main"], "K")
    path.write_text(text.replace("np.sum(x * x * K)", f"{factor} * np.mean(K)"))

    def names_of(text: str) -> dict[str, Any]:
        names: dict[str, Any] = {"__name__": "alone"}
        exec(text, names)
        for module in files:
            sys.modules.pop(module.removesuffix("/__init__").replace("/", "."), None)
        return names

    f = names_of(path.read_text())["f"]
    want = [(f(X + e) - f(X - e)) / 2.0 for e in np.eye(3)]
    result = _run(path, "-f", "f")
    assert result.exit_code == 0, result.output
    np.testing.assert_allclose(names_of(result.stdout)["f_grad"](X), want)


@pytest.mark.parametrize(
    "text",
    ["f = lambda x: np.sum(x * x)", "def h(x):\n    return np.sum(x * x)\nf = h"],
)
def test_a_function_that_is_assigned(text: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"import numpy as np\n{text}\n")
    result = _run(path, "-f", "f")
    assert result.exit_code == 0, result.output
    got = load_alone(result.stdout, tmp_path / "out.py", "f_grad")(X)
    np.testing.assert_array_equal(got, 2 * X)


# Modules that hold something that cannot be carried over, and the line that is shown.
REFUSED = {
    "exec": ("K = 2.0\nexec('K = 3.0')", "K", "line 5 runs"),
    "globals": ("K = 2.0\nglobals()['K'] = 3.0", "K", "line 5 runs"),
    "constant of a library": ("np.pi = 3.0", "np.pi", "line 4 runs"),
    "names of the module": ("K = 1.0\nsys.modules[__name__].K = 3.0", "K", "line 5 runs"),
    "code of a function": (
        "def h(v):\n    return v\nh.__code__ = (lambda v: 3 * v).__code__",
        "h(1.0)",
        "line 6 runs",
    ),
    "path of the file": ("from pathlib import Path\nK = len(Path(__file__).name)", "K", "__file__"),
    "unknown function": ("import elsewhere\nA = np.ones(3)\nelsewhere.tune(A)", "A", "tune(A)"),
    "unknown star": ("K = 2.0\nfrom elsewhere import *", "K", "import *"),
    "unknown star over a builtin": ("from elsewhere import *", "sum(np.ones(2))", "line 4 runs"),
    "builtin of that name": ("from elsewhere import sum", "sum(np.ones(2))", "is imported from"),
    "two helpers": (
        "def h(v):\n    return v\nif sys.maxsize > 3:\n    def h(v):\n        return 2 * v",
        "h(1.0)",
        "h(1.0)",
    ),
    "decorator of the file": (
        "def njit(g):\n    return lambda v: 2 * g(v)\n@njit\ndef h(v):\n    return v",
        "h(1.0)",
        "h(1.0)",
    ),
    "default that grows": ("def h(v, a=[1.0]):\n    a.pop()\n    return v", "h(1.0)", "a=[1.0]"),
    "default that is handed out": ("def h(v, a=[1.0]):\n    return a", "h(1.0)[0]", "a=[1.0]"),
    "default made from a change": (
        "A = [1.0]\ndef h(v, s=A[0]):\n    return v * s\nA[0] = 2.0",
        "h(1.0)",
        "s=A[0]",
    ),
    "function that is made": (
        "def made(k):\n    return lambda v: k * v\nh = made(3.0)",
        "h(1.0)",
        "h(1.0)",
    ),
    "derivative in place of a function": (
        "from sourcead import grad\n@grad\ndef h(v: float) -> float:\n    return v * v",
        "h(1.0)",
        "h(1.0)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_line(name: str, tmp_path: Path) -> None:
    *program, shown = REFUSED[name]
    path, _ = _write(tmp_path, *program)
    result = _run(path, "-f", "f")
    assert result.exit_code == 1, result.output
    assert shown in result.stderr
    assert "write instead:" in result.stderr


def test_a_decorated_function_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("def two(g):\n    return lambda x: 2 * g(x)\n\n\n@two\ndef f(x): return x\n")
    result = _run(path, "-f", "f")
    assert result.exit_code == 1
    assert "`f` is decorated with `two`" in result.stderr


def test_plots_and_prints_stay_behind(tmp_path: Path) -> None:
    body = (
        "import matplotlib.pyplot as plt\nA = np.ones(3)\nB = A * 2.0\nB[0] = 7.0\n"
        "plt.plot(A, B)\nprint(A, np.sum(A))\nsys.setrecursionlimit(5000)"
    )
    path, _ = _write(tmp_path, body, "A")
    result = _run(path, "-f", "f")
    assert result.exit_code == 0, result.output
    assert "A = np.ones(3)" in result.stdout
    assert not any(word in result.stdout for word in ("plt", "print", "B = ", "limit"))


def test_what_another_file_changes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rates.py").write_text("RATE = 2.0\n\n\ndef scaled(x):\n    return RATE * x\n")
    path = tmp_path / "program.py"
    path.write_text(
        "import rates\n\nrates.RATE = 3.0\n\n\ndef f(x: float):\n    return rates.scaled(x)\n"
    )
    result = _run(path, "-f", "f")
    assert result.exit_code == 1
    assert "rates.RATE = 3.0" in result.stderr


def test_a_function_that_another_file_puts_in_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rates.py").write_text("def scaled(x):\n    return x\n")
    (tmp_path / "patch.py").write_text("import rates\nrates.scaled = lambda x: x * x\n")
    path = tmp_path / "program.py"
    path.write_text("import patch\nimport rates\n\n\ndef f(x):\n    return rates.scaled(x)\n")
    result = _run(path, "-f", "f")
    assert result.exit_code == 1
    assert "rates.scaled = " in result.stderr


def test_a_function_that_is_only_known_at_run_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("from functools import partial\n\nf = partial(pow, 2.0)\n")
    result = _run(path, "-f", "f")
    assert result.exit_code == 1
    assert "what `f` is, is decided when this line runs" in result.stderr


def test_names_of_carried_functions_are_kept(tmp_path: Path) -> None:
    """A helper that is carried over and one that is generated are two functions of one name."""
    body = (
        "S = 2.0\ndef h(v):\n    for k in range(3):\n        v = v * S\n    return v\n"
        "K = h(3.0)\nS = 1.5"
    )
    path, text = _write(tmp_path, body, "h(x)[0] * K")
    module = types.ModuleType("program")
    exec(compile(text, str(path), "exec"), module.__dict__)
    f = module.__dict__["f"]
    result = _run(path, "-f", "f")
    assert result.exit_code == 0, result.output
    got = load_alone(result.stdout, tmp_path / "out.py", "f_grad")(X)
    step = 1e-6
    want = [(f(X + step * e) - f(X - step * e)) / (2 * step) for e in np.eye(3)]
    np.testing.assert_allclose(got, want, rtol=1e-6)


def test_random_modules(tmp_path: Path) -> None:
    found = [
        examine(program(Random(seed)), tmp_path / f"program_{seed}.py")
        for seed in range(7000, 7040)
    ]
    assert found.count("right") > 30
