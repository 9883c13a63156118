"""What is differentiated is the function that is handed over: no other one of its line, its name,
its code or its file."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import itertools
import linecache
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.errors import SourceUnavailableError, UsageError
from tests import functions_of_one_line as one

ROOT = Path(__file__).parent.parent

Scalar = Callable[[float], float]


def slopes(f: Scalar, x: float) -> list[float]:
    """The first derivative in each mode."""
    _, pullback = sourcead.vjp(f, x)
    return [
        sourcead.grad(f)(x),
        pullback(1.0)[0],
        sourcead.jvp(f, (x,), (1.0,))[1],
    ]


def assert_right(f: Scalar, x: float = 1.3) -> None:
    value, slope = sourcead.value_and_grad(f)(x)
    assert value == f(x)
    np.testing.assert_allclose(slope, (f(x + 1e-6) - f(x - 1e-6)) / 2e-6, rtol=1e-6)


def assert_right_in_all_modes(f: Scalar, x: float = 1.3) -> None:
    np.testing.assert_allclose(slopes(f, x), (f(x + 1e-6) - f(x - 1e-6)) / 2e-6, rtol=1e-6)
    second = (f(x + 1e-3) - 2 * f(x) + f(x - 1e-3)) / 1e-6
    np.testing.assert_allclose(sourcead.hvp(f)(x, 1.0), second, rtol=1e-4, atol=1e-6)


# Functions of one line ---------------------------------------------------------------------------


@pytest.mark.parametrize("k", range(len(list(one.on_one_line()))))
def test_functions_of_one_line(k: int) -> None:
    assert_right(next(itertools.islice(one.on_one_line(), k, None)))


def test_several_at_once() -> None:
    def f(x):
        return one.pair[0](x) * one.named["mixed"](x) + one.broken[1](x) * one.pair[1](x)

    for function in (f, *one.pair, one.Model().cube, one.Model().method):
        assert_right_in_all_modes(function)


class Base:
    def __init__(self, x):
        self.__value = x

    def base(self):
        return self.__value


class Derived(Base):
    def __init__(self, x):
        super().__init__(x)
        self.__value = x * x

    def both(self):
        return self.__value + self.base()


def test_private_names_belong_to_their_class() -> None:
    assert_right(lambda x: Derived(x).both())


# Functions of one name, or of one code ------------------------------------------------------------


def function(function_, x):
    return function_ * x * x


class Called:
    def __call__(self, function):
        return function * function

    def self(self, x, function=2.0):
        return x * x * function


def test_names_of_what_is_captured() -> None:
    partial = functools.partial
    assert_right(partial(lambda k, x: k * x * x, 3.0))
    assert_right(partial(lambda x, k: k * x, k=4.0))
    assert_right(partial(partial(lambda a, b, x: a * b * x * x, 3.0), 2.0))
    assert_right(partial(lambda f, x: f(f(x)), lambda y: y * y))
    assert_right(partial(function, 3.0))
    assert_right(Called())
    assert_right(Called().self)


def test_two_partials_of_lambdas() -> None:
    one = functools.partial(lambda x, k: k * x, k=2.0)
    two = functools.partial(lambda x, k: k * x * x, k=2.0)
    assert_right(lambda x: one(x) + two(x))


def test_closures_inside_closures_of_the_same_code() -> None:
    def doubled(g):
        def h(x):
            return g(x) * 2.0

        return h

    assert_right(doubled(doubled(doubled(lambda x: x * x))))


def test_what_functions_of_a_factory_have_captured() -> None:
    def scaled(k):
        return lambda x: k * x * x

    def times(k):
        def wrap(f):
            @functools.wraps(f)
            def inner(x):
                return k * f(x)

            return inner

        return wrap

    @times(2.0)
    @times(5.0)
    def twice(x):
        return x * x

    two, three = scaled(2.0), scaled(3.0)
    assert_right_in_all_modes(twice)
    assert_right_in_all_modes(lambda x: two(x) + 10.0 * three(x) * two(x))
    weights = [np.array([1.0, 2.0]), np.array([3.0, 4.0])]
    k = 7.0

    def weighted(w):
        return lambda x: np.sum(w * x) * k

    first, second = map(weighted, weights)
    gradient = sourcead.grad(lambda x: first(x) * second(x))
    x = np.array([1.0, 1.0])
    for weight in (weights[0], 2.0 * weights[0]):
        first.__closure__[1].cell_contents = weight
        expected = k * k * (weight * np.sum(weights[1]) + weights[1] * np.sum(weight))
        np.testing.assert_allclose(gradient(x), expected)


def test_rules_that_a_factory_has_made() -> None:
    def body(mode: str):
        def tangent(dx, x):
            return dx * 2.0 if mode == "double" else dx * 5.0

        return tangent

    def one(x):
        return float(x)

    def two(x):
        return float(x)

    sourcead.rule(one)(body("double"))
    sourcead.rule(two)(body("five"))
    assert sourcead.grad(lambda x: one(x) + 10.0 * two(x))(1.0) == 52.0


def test_one_code_in_two_namespaces() -> None:
    text = "def scaled(x):\n    return K * x\n"
    linecache.cache["<scaled>"] = (len(text), None, text.splitlines(True), "<scaled>")
    code = compile(text, "<scaled>", "exec")
    spaces: list[dict[str, Any]] = [{"K": k, "__name__": f"space_{k}"} for k in (2.0, 3.0)]
    for space in spaces:
        exec(code, space)
    one, two = (space["scaled"] for space in spaces)
    assert [sourcead.grad(f)(1.0) for f in (one, two)] == [2.0, 3.0]
    assert sourcead.grad(lambda x: one(x) + 10.0 * two(x))(1.0) == 32.0


def test_code_of_tests_in_which_pytest_has_rewritten_asserts() -> None:
    def f(x):
        assert x > 0.0, f"not positive: {x}"

        def g(y):
            assert y != 0.0
            return x / y

        return g(x * x)

    assert "@pytest_ar" in f.__code__.co_names
    assert sourcead.grad(f)(2.0) == -0.25


# Classes of one name ----------------------------------------------------------------------------

CLASS = """
@decorator
class Shape:
    def __init__(self, a): self.a = a
    def size(self): return self.a ** {power}
"""
DATA_CLASS = """
@dataclasses.dataclass
class Shape:
    a: float
    def size(self): return self.a ** {power}
"""


def size(shape):
    return shape.size()


def total(shapes):
    return sum(shape.size() for shape in shapes)


@pytest.mark.parametrize("text", [CLASS, DATA_CLASS], ids=["class", "data class"])
def test_a_class_that_is_defined_anew(text: str) -> None:
    """As when the cell of a notebook is run again."""
    module = sys.modules["defined_anew"] = ModuleType("defined_anew")
    names = vars(module)
    names.update(dataclasses=dataclasses, decorator=lambda cls: cls)
    gradient, of_list = sourcead.grad(size), sourcead.grad(total)
    made = []
    for power in (2, 3):
        name = f"<shape of {power}>"
        part = text.format(power=power)
        linecache.cache[name] = (len(part), None, part.splitlines(True), name)
        exec(compile(part, name, "exec"), names)
        made.append(module.Shape(2.0))
        assert gradient(made[-1]).a == sourcead.grad(size)(made[-1]).a == (4.0, 12.0)[power - 2]
    old, new = made
    assert [gradient(shape).a for shape in (old, new, old)] == [4.0, 12.0, 4.0]
    assert [[s.a for s in of_list([shape])] for shape in (new, old)] == [[12.0], [4.0]]
    assert [s.a for s in of_list([old, new, old])] == [4.0, 12.0, 4.0]
    del sys.modules["defined_anew"]


def test_classes_that_a_factory_makes() -> None:
    def shape(kind: str) -> type:
        class Shape:
            def __init__(self, a):
                self.a = a

            def size(self):
                return self.a**2 if kind == "square" else self.a**3

        return Shape

    square, cube = shape("square"), shape("cube")
    gradient = sourcead.grad(size)
    assert [gradient(cls(2.0)).a for cls in (square, cube, square)] == [4.0, 12.0, 4.0]
    assert_right_in_all_modes(lambda x: square(x).size() + 10.0 * cube(x).size())


# Files that change --------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    """Writes a module, and imports it or leaves it in memory as it is."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    name, path = "edited_while_running", tmp_path / "edited_while_running.py"

    def write(text: str, later: int = 0) -> ModuleType:
        path.write_text(text)
        os.utime(path, ns=(later, later))
        return importlib.import_module(name)

    yield write
    sys.modules.pop(name, None)


def test_a_reloaded_module(written: Callable[..., ModuleType]) -> None:
    module = written("def f(x):\n    return x * 2.0\n")
    assert sourcead.grad(module.f)(1.0) == 2.0
    for factor in (3.0, 4.0):  # also within the resolution of the file's time
        written(f"def f(x):\n    return x * {factor}\n")
        importlib.reload(module)
        assert slopes(module.f, 1.0) == [factor] * 3


def test_an_edited_file_that_was_not_reloaded(written: Callable[..., ModuleType]) -> None:
    module = written("def f(x):\n    return x * 2.0\n\n\ndef g(x):\n    return x * 5.0\n")
    written("def f(x):\n    return x ** 3\n\n\ndef g(x):\n    return x * 7.0\n", 10**9)
    for f, name in ((module.f, "f"), (module.g, "g"), (lambda x: module.g(x), "g")):
        with pytest.raises(sourcead.SourceadError, match=f"what runs as {name} differs") as caught:
            sourcead.grad(f)(3.0)
        assert "reload the module" in str(caught.value)


def test_what_was_shown_before_the_edit_is_known_still(written: Callable[..., ModuleType]) -> None:
    module = written("def f(x):\n    return x * 2.0\n\n\ndef g(x):\n    return x * 5.0\n")
    assert linecache.getlines(module.__file__)
    written("# Another line.\n\n\ndef f(x):\n    return x ** 3\n", 10**9)
    assert slopes(module.f, 3.0) == [2.0] * 3
    assert slopes(module.g, 3.0) == [5.0] * 3


def test_lines_that_have_moved(written: Callable[..., ModuleType]) -> None:
    text = """
def outer(k):
    def f(x):
        return k * x

    return f, lambda x: k * x * x


class A:
    def f(self, x):
        return x * 3.0


class B:
    def f(self, x):
        return x * 4.0
"""
    module = written(text)
    written("def f(x):\n    return x\n\n\n# comment\n" + text.replace("\nclass A", "\n\n\nclass A"))
    functions = (*module.outer(2.0), module.A().f, module.B().f)
    assert [sourcead.grad(f)(1.0) for f in functions] == [2.0, 4.0, 3.0, 4.0]


def test_new_code_in_an_old_function() -> None:
    """As `%autoreload` and its like put it there."""

    def f(x):
        return 2.0 * x

    def same_parameters(x):
        return 5.0 * x

    def others(y, x):
        return 7.0 * y * x

    gradient, both = sourcead.grad(f), sourcead.value_and_grad(f)
    assert (gradient(1.0), both(1.0)) == (2.0, (2.0, 2.0))
    f.__code__ = same_parameters.__code__
    assert (gradient(1.0), both(1.0), sourcead.grad(f)(1.0)) == (5.0, (5.0, 5.0), 5.0)
    f.__code__ = (lambda y: 3.0 * y).__code__
    with pytest.raises(UsageError, match="takes other parameters"):
        gradient(1.0)
    assert sourcead.grad(f)(1.0) == 3.0
    f.__code__ = others.__code__
    assert sourcead.grad(f)(2.0, 3.0) == 21.0
    assert sourcead.vjp(f, 2.0, 3.0)[1](1.0) == (21.0, 14.0)


def test_code_that_no_file_holds() -> None:
    f = one.pair[0]
    changed = type(f)(f.__code__.replace(co_consts=(None, 2.5)), f.__globals__)
    assert changed(1.0) == 2.5
    with pytest.raises(SourceUnavailableError, match="differs from what"):
        sourcead.grad(changed)(1.0)


# From process to process --------------------------------------------------------------------------

ACROSS = """
import sys
import sourcead
turn = int(sys.argv[1])

lambdas = [lambda x: x * 2.0, lambda x: x * 3.0]

def twice(x): return x * 2
def thrice(x): return x * 3
for f in (twice, thrice):
    f.__name__ = f.__qualname__ = "f"

class Model:
    square = lambda self, x: x * 2.0; cube = lambda self, x: x * 3.0

def one():
    def target(x): return 2.0 * float(x)
    def tangent(dx, x): return dx * 2.0
    return target, tangent

def two():
    def target(x): return 3.0 * float(x)
    def tangent(dx, x): return dx * 3.0
    return target, tangent

rules = one(), two()
for target, tangent in (rules, rules[::-1])[turn]:
    sourcead.rule(target)(tangent)
ruled = rules[turn][0]

def scaled(k):
    return lambda x: k * x
pair = scaled(2.0 + turn), scaled(-1.0)

for f in (lambdas[turn], (twice, thrice)[turn], (Model().square, Model().cube)[turn],
          lambda x: ruled(x), lambda x: pair[0](x) * pair[1](1.0) * pair[1](1.0)):
    value, slope = sourcead.value_and_grad(f)(1.0)
    print(float(value), float(slope))
"""


def test_across_processes(tmp_path: Path) -> None:
    """What one process stored is for the next one only where it is of the same function."""
    program = tmp_path / "program.py"
    program.write_text(ACROSS)
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "SOURCEAD_CACHE": "1",
        "SOURCEAD_CACHE_DIR": str(tmp_path / "cache"),
    }  # fmt: skip
    printed = [
        subprocess.run(
            [sys.executable, str(program), turn],
            env=environment, capture_output=True, text=True, check=True,
        ).stdout.split()
        for turn in "0101"
    ]  # fmt: skip
    assert printed == [["2.0"] * 10, ["3.0"] * 10] * 2
