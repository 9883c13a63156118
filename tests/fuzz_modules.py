"""Random module bodies: `python -m tests.fuzz_modules --minutes 10`.

The command line carries over what the module holds at the end. Each program assigns, fills,
shares, draws, redefines; its `f` reads some of what there is at the end and is of second degree in
`x`, so that differences of the executed module are its gradient.
"""

from __future__ import annotations

import contextlib
import random
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner

from sourcead.cli import main
from tests.fuzz import options, run
from tests.standalone import load_alone

ARRAYS, NUMBERS, LISTS, DICTS = ("A", "B", "C"), ("S", "T", "U"), ("L", "M"), ("D", "E")
X = np.array([0.5, -1.0, 2.0])
HEAD = """\
import sys

import numpy as np

RNG = np.random.default_rng(5)
np.random.seed(3)
FAST = False
A, B, C = np.ones(3), np.array([1.0, 2.0, 3.0]), np.arange(3.0)
S, T, U = 1.0, 2.0, 3.0
L, M = [1.0, 2.0], [3.0, 4.0]
D, E = {"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0}


def h(v):
    return v * S + T


def g(v):
    return v + U


def set_number(v):
    global S
    S = v


def fill(target, v):
    target[0] = v
    return target


def store(v):
    L.append(v)


def both(function, *args):
    return function(*args)


def doubled(function):
    return lambda v: 2.0 * function(v)


def count():
    for k in range(3):
        M.append(float(k))
        yield k


class Rates:
    low = 1.0

    def __init__(self, v):
        self.v = v
        D["a"] = v

    def raise_by(self, v):
        self.v += v
        return self.v


class Plant:
    masses = np.array([1.0, 2.0, 3.0])
    table = {"a": 1.0}
    made = [1.0]

    def __init__(self, v):
        self.made.append(v)

    def put(self, v):
        self.table["a"] = v


class Dense(Plant):
    rate = 2.0
    made = [3.0]

    def sum(self):
        return super().made[0] + self.made[0]


"""
STATEMENTS = (
    "{a} = np.zeros(3) + {s}",
    "{a} = {b}",
    "{a} = {b}.copy()",
    "{a} = {b} * {s}",
    "{a}[1] = {s}",
    "{a} += {s}",
    "{a} = {a} + {s}",
    "{a}[:] = {b}",
    "{a}.fill({s})",
    "{a}[1:] *= 2.0",
    "np.multiply({b}, {s}, out={a})",
    "np.add({a}, 1.0, {a})",
    "{a} = {b}[::-1]",
    "{a} = {b}.reshape(3)\n{a}[0] = {s}",
    "np.copyto({a}, {b})",
    "np.random.shuffle({a})",
    "{a} = RNG.normal(size=3)",
    "RNG.shuffle({a})",
    "RNG.random()",
    "{s} = float(RNG.uniform())",
    "{s} = float(np.random.normal())",
    "{a} = np.random.rand(3)",
    "{a}, {b} = {b}, {a}",
    "{s}, {t} = {t}, {s} + 1.0",
    "{s} = {t} * 2.0",
    "{s} += 1.5",
    "{s} = {l}[0] + {d}['a']",
    "{l}[0] = {s}",
    "{l}.append({s})",
    "{l} += [{s}]",
    "{l} = {m}",
    "{l} = {m} + [{s}]",
    "{l} = [{s} * k for k in range(1, 4)]",
    "{l}.sort(reverse=True)",
    "{l}.insert(0, {s})",
    "{s} = {l}.pop() if len({l}) > 2 else {t}",
    "{d}['a'] = {s}",
    "{d}.update(a={s})",
    "{d} = {e}",
    "{d} = dict({e}, b={s})",
    "{d} = {{'a': {s}, 'b': {l}[-1]}}",
    "{s} = {d}.setdefault('c', {t})",
    "del {l}[1:]\n{l}.append({s})",
    "PAIR = [{a}, {b}]\nPAIR[0][2] = {s}",
    "BOX = {{'k': {a}}}\nBOX['k'] *= 2.0",
    "for k in range(3):\n    {a}[k] = k + {s}",
    "for k, v in enumerate({l}):\n    {s} = v + k",
    "for row in ({a}, {b}):\n    row += {s}",
    "while len({l}) < 4:\n    {l}.append({s})",
    "if {s} > 2.0:\n    {t} = {s}\nelse:\n    {a}[0] = 7.0",
    "if FAST:\n    {s} = -1.0\nelse:\n    {s} = {t} + 4.0",
    "if __name__ == '__main__':\n    {s} = 99.0",
    "if sys.version_info > (3,):\n    {a} = {b} + 1.0",
    "try:\n    {s} = {d}['missing']\nexcept KeyError:\n    {s} = 6.0",
    "try:\n    {a}[5] = 1.0\nexcept IndexError as error:\n    {b}[0] = 2.5",
    "with np.errstate(all='ignore'):\n    {a} = {b} / 2.0",
    "set_number({t} + 1.0)",
    "{a} = fill({b}, {s})",
    "fill({l}, {s})",
    "store({s})",
    "both(fill, {a}, {s})",
    "both(store, {s})",
    "list(map(store, [{s}, {t}]))",
    "{s} = h({t})",
    "{s} = doubled(h)({t})",
    "IT = iter({l})\n{s} = next(IT)\n{t} = next(IT, {t})",
    "IT = count()\nnext(IT)\n{s} = float(sum(IT))",
    "R = Rates({s})\n{t} = R.raise_by(1.0)",
    "R = Rates\nR.low = {s}\n{t} = Rates.low",
    "setter = lambda v: {l}.append(v)\nsetter({s})",
    "setter = both if {s} > 100 else store\nsetter({s})",
    "assert ({s} := {t} + 1.0) is not None",
    "sorted({l}, key=lambda v: store(v) or v) if len({l}) < 5 else None",
    "del {s}\n{s} = {t}",
    "{s}: float = {t} + 0.5",
    "{a} = {b} if {s} > 1.5 else {a}",
    "def h(v):\n    return v * {s} + 2.0",
    "def g(v, w={s}):\n    return v * w + U",
    "def g(v, w={a}):\n    return v + w[0]",
    "h = doubled(h)",
    "from math import pi as {s}",
    "g, h = h, g",
    "@doubled\ndef h(v):\n    return v + {s}",
    "def late():\n    global {t}\n    {t} = {t} + {s}\n    {a}[0] = {t}\nlate()",
    "match {l}:\n    case [v, *_]:\n        {s} = v\n    case _:\n        {a}[0] = 1.5",
    "Plant.masses[1] = {s}",
    "Plant.masses *= {s}",
    "Dense.table['a'] = {s}",
    "Dense.masses = {a}",
    "Plant({s}).put({t})",
    "Dense({s})",
    "plant = Dense({s})\nplant.masses[0] = {t}",
    "{a} = Plant.masses\n{a}[2] = {s}",
    "Plant.made = {l}",
    "{s} = Dense({t}).sum()",
    "print({s}, {a})",
    "np.set_printoptions(precision=3)",
)
READS = ("{a}", "{s}", "{l}[0]", "{d}['a']", "h(1.5)", "g(2.0)", "{l}[-1]", "{a}[0]")
OF_CLASSES = ("Plant.masses", "Dense.table['a']", "Plant.made[-1]", "Dense.made[-1]")


def program(rng: random.Random) -> str:
    """The text of a random module."""

    def filled(template: str) -> str:
        (a, b), (s, t) = rng.sample(ARRAYS, 2), rng.sample(NUMBERS, 2)
        (ell, m), (d, e) = rng.sample(LISTS, 2), rng.sample(DICTS, 2)
        return template.format(a=a, b=b, s=s, t=t, l=ell, m=m, d=d, e=e)

    body = [filled(rng.choice(STATEMENTS)) for _ in range(rng.randint(1, 7))]
    read = [filled(r) for r in rng.sample(READS, rng.randint(1, 3))]
    read += [rng.choice(OF_CLASSES)] if rng.random() < 0.3 else []
    default = filled("{s}")
    where = rng.randint(0, len(body))
    factors = " + ".join(["w", *read]) if rng.random() < 0.3 else " + ".join(read)
    signature = f"x, w={default}" if factors.startswith("w") else "x"
    f = f"def f({signature}):\n    return np.sum(x * x * ({factors}))"
    return HEAD + "\n".join([*body[:where], f, *body[where:]]) + "\n"


FAILURES = (ArithmeticError, LookupError, TypeError, ValueError, NameError, AttributeError)


def expected(text: str) -> np.ndarray[Any, Any] | None:
    """The gradient by differences of the executed module, None where it does not run."""
    module = types.ModuleType("program")
    try:
        with contextlib.redirect_stdout(None):
            exec(compile(text, "program.py", "exec"), module.__dict__)
            f: Callable[[Any], Any] = module.__dict__["f"]
            return np.array([(f(X + e) - f(X - e)) / 2.0 for e in np.eye(3)])
    except FAILURES:
        return None


def examine(text: str, path: Path) -> str:
    """`right`, `refused` or `unsuited`, or an error."""
    want = expected(text)
    if want is None:
        return "unsuited"
    path.write_text(text)
    out, choices = path.with_name("written.py"), random.Random(path.stem)
    mode = choices.choice(("reverse", "reverse", "forward", "hvp"))
    types_ = choices.choice(([], ["--types", "x: float64[n]"]))
    args = [str(path), "-f", "f", "-o", str(out), "--mode", mode, *types_]
    result = CliRunner().invoke(main, args)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code:
        known = any(part in result.output for part in ("SAD", "two things"))
        assert known, result.output
        return "refused"
    with contextlib.redirect_stdout(None):
        got = _gradient(out.read_text(), mode, path.with_name("again.py"))
    assert np.allclose(got, want, rtol=1e-9, atol=1e-9), f"{got} for {want}"
    return "right"


def _gradient(text: str, mode: str, path: Path) -> Any:
    """What a written module gives; `f` is of second degree, its gradient linear."""
    if mode == "reverse":
        return load_alone(text, path, "f_grad")(X)
    if mode == "hvp":
        return load_alone(text, path, "f_hvp")(X, X)
    jvp = load_alone(text, path, "f_jvp")
    return np.array([jvp(X, e)[1] for e in np.eye(3)])


if __name__ == "__main__":
    sys.exit(run(options("tests.fuzz_modules", __doc__).parse_args(), program, examine))
