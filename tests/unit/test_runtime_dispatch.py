"""Calling a derivative: specialisations, staleness, and what a call costs.

The compiler is replaced by one that is easy to see through: the "gradient" is the function's own
first argument, and a global called `K` is multiplied in where there is one.
"""

from __future__ import annotations

import inspect
import itertools
import pickle
import timeit
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sourcead.errors import DifferentiationError, SourceUnavailableError, UsageError
from sourcead.ir.core import GlobalRef
from sourcead.runtime import derivative, specialise
from sourcead.runtime.contract import Compiled, Facts, Request
from sourcead.runtime.derivative import Derivative
from sourcead.runtime.forwarding import Remembered

K = 2.0
MODE = "plain"


def helper(x):
    return x


def loss(x, n=3, *, scale=1.0):
    """What it computes."""
    return helper(x) * n * scale * K if MODE == "plain" else x


# Of each test's own memory: an address may come again.
NUMBERS = itertools.count()


class Counter:
    """A stand-in for the compiler that counts its calls."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.writes: tuple[str, ...] = ()

    def __call__(self, function: Any, types: Any, request: Request, *others: Any) -> Compiled:
        self.requests.append(request)
        signature = str(inspect.signature(function))
        result = f"{request.wrt[0]} * K" if "K" in function.__code__.co_names else request.wrt[0]
        if request.mode == "value_and_grad":
            result = f"0.0, {result}"
        text = f"def {function.__name__}_grad{signature}:\n    return {result}\n"
        requires = {"K": GlobalRef(__name__, "K")}
        return Compiled(text, f"{function.__name__}_grad", requires, Facts(self.writes))

    @property
    def count(self) -> int:
        return len(self.requests)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Counter:
    # What other tests had compiled for the same functions does not count.
    number = next(NUMBERS)
    monkeypatch.setattr(derivative, "_compiled", Remembered(f"test{number}", most=64))
    monkeypatch.setattr(derivative, "_made", Remembered(f"made{number}", most=64))
    specialise.forget()
    counter = Counter()
    monkeypatch.setattr(specialise, "_compile", counter)
    return counter


def test_one_specialisation_for_each_kind_of_arguments(compiler: Counter) -> None:
    g = Derivative(loss, "grad", 0)
    assert g(1.0, 3) == 2.0
    assert g(5.0, 4) == 10.0
    assert compiler.count == 1
    g(1.0, 3.0)
    assert compiler.count == 2
    for shape in ((3,), (5,), (2, 3), (4, 6)):
        g(np.ones(shape))
    assert compiler.count == 4
    g(np.ones((2, 1)))
    assert compiler.count == 5
    g(1.0, 3)
    assert compiler.count == 5


def test_called_like_the_function(compiler: Counter) -> None:
    g = Derivative(loss, "grad", 0)
    assert g(1.0) == g(x=1.0) == g(1.0, n=2) == g(n=2, x=1.0, scale=3.0) == 2.0
    with pytest.raises(TypeError, match=r"loss\(\) missing 1 required positional argument: 'x'"):
        g()
    with pytest.raises(TypeError, match="unexpected keyword argument 'y'"):
        g(1.0, y=2.0)
    with pytest.raises(TypeError, match="positional arguments"):
        g(1.0, 2, 3.0)


def test_looks_like_the_function() -> None:
    g = Derivative(loss, "grad", 0)
    assert g.__name__ == "loss"
    assert g.__doc__ == "What it computes."
    assert g.__module__ == __name__
    assert g.__wrapped__ is loss
    assert inspect.signature(g) == inspect.signature(loss)
    assert repr(g) == "<grad of loss with respect to x>"
    assert callable(g)


def every_kind(a, /, b, *args, c=2, **kwargs):
    return a * b


def test_every_kind_of_parameter(compiler: Counter) -> None:
    g = Derivative(every_kind, "grad", "b")
    assert g(1.0, 2.0) == 2.0
    assert g(1.0, b=3.0) == 3.0
    assert g(1.0, 2.0, 5.0, 6.0, c=1, d=4.0) == 2.0
    with pytest.raises(TypeError):
        g(a=1.0, b=2.0)


def positional(a, b, /):
    return a * b


def test_positional_only(compiler: Counter) -> None:
    assert Derivative(positional, "grad", 1)(1.0, 2.0) == 2.0


def test_wrt(compiler: Counter) -> None:
    for wrt in (0, "x", -3):
        assert Derivative(loss, "grad", wrt)(1.0) == 2.0
    assert Derivative(loss, "grad", ("x",))(1.0) == (2.0,)
    assert Derivative(loss, "value_and_grad", 0)(1.0) == (0.0, 2.0)
    assert Derivative(loss, "value_and_grad", ("x",))(1.0) == (0.0, (2.0,))
    Derivative(loss, "grad", ("scale", 0))(1.0)
    assert compiler.requests[-1] == Request("grad", ("scale", "x"))


@pytest.mark.parametrize("wrt", ["z", 3, -4, (), ("x", 0), True, (1.5,)])
def test_wrong_wrt(wrt: Any) -> None:
    with pytest.raises(UsageError):
        Derivative(loss, "grad", wrt)


@pytest.mark.parametrize("x", [3, True, np.int64(3), np.arange(3), "a", None, np.sin])
def test_argument_without_derivative(compiler: Counter, x: Any) -> None:
    with pytest.raises(DifferentiationError) as caught:
        Derivative(loss, "grad", 0)(x)
    (problem,) = caught.value.diagnostics
    assert problem.code == "SAD305"
    assert problem.source_line.startswith("def loss(x, ")
    assert problem.source_line[problem.col : problem.end_col] == "x"
    assert compiler.count == 0


def test_only_functions_that_are_known_or_written_in_python() -> None:
    for f in (id, np.frombuffer, Counter, "f"):
        with pytest.raises(SourceUnavailableError):
            Derivative(f, "grad", 0)


def test_globals_are_read_at_the_call(compiler: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    g = Derivative(loss, "grad", 0)
    assert g(1.0) == 2.0
    monkeypatch.setitem(globals(), "K", 5.0)
    assert g(1.0) == 5.0
    assert compiler.count == 1, "the value of a number does not matter"
    monkeypatch.setitem(globals(), "K", np.float32(7.0))
    assert g(1.0) == 7.0
    assert compiler.count == 2, "its type does"
    monkeypatch.setitem(globals(), "MODE", "other")
    g(1.0)
    assert compiler.count == 3, "the value of a string does"
    monkeypatch.setitem(globals(), "MODE", "plain")
    g(1.0)
    assert compiler.count == 3, "what was compiled before is found again"


def test_a_callee_defined_anew(compiler: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    g = Derivative(loss, "grad", 0)
    g(1.0)
    monkeypatch.setitem(globals(), "helper", lambda x: -x)
    g(1.0)
    assert compiler.count == 2
    monkeypatch.undo()


def test_code_replaced_in_place(compiler: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """As reloaders do."""
    g = Derivative(loss, "grad", 0)
    g(1.0)
    monkeypatch.setattr(helper, "__code__", (lambda x: -x).__code__)
    g(1.0)
    assert compiler.count == 2


def uses_builtin(x):
    return abs(x)


def test_a_builtin_that_is_shadowed_later(
    compiler: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    g = Derivative(uses_builtin, "grad", 0)
    g(1.0)
    monkeypatch.setitem(globals(), "abs", lambda x: x)
    g(1.0)
    assert compiler.count == 2


def test_an_equal_dtype_that_is_another_object(compiler: Counter) -> None:
    g = Derivative(loss, "grad", 0)
    g(np.ones(3))
    tagged = np.ones(3, dtype=np.dtype("f8", metadata={"unit": "m"}))
    g(tagged)
    assert compiler.count == 1


def test_written_arguments_share_no_memory(compiler: Counter) -> None:
    compiler.writes = ("x",)
    g = Derivative(loss, "grad", 0)
    a = np.ones(6)
    for _ in range(2):
        g(a[:3], a[3:])
        with pytest.raises(UsageError, match=r"'x' and 'n' may share memory.*n\.copy\(\)"):
            g(a[:4], a[2:])


class Model:
    scale = 2.0

    @staticmethod
    def times(x):
        return x

    def energy(self, x):
        return self.scale * x


def test_a_method(compiler: Counter) -> None:
    bound = Derivative(Model.energy, "grad", "x").__get__(Model())
    assert isinstance(bound, types.MethodType)
    assert bound(3.0) == 3.0


def decorated(x):
    return x


decorated = Derivative(decorated, "grad", 0)


def test_pickled() -> None:
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    g = pickle.loads(pickle.dumps(Derivative(helper, "grad", ("x",))))
    assert repr(g) == "<grad of helper with respect to x>"


def test_shown_in_tracebacks_and_by_inspect(compiler: Counter) -> None:
    g = Derivative(loss, "grad", 0)
    with pytest.raises(UsageError, match=r"sourcead\.source\(loss, \*example_args\)"):
        _ = g.source
    g(1.0)
    assert inspect.getsource(g.generated).splitlines()[1] == "    return x * K"
    assert g.generated.__code__.co_filename.startswith("<sourcead loss_grad ")
    assert "K = 2.0\n\n\ndef loss_grad(" in g.source


def test_dump(compiler: Counter, tmp_path: Any) -> None:
    g = Derivative(loss, "grad", 0)
    g(1.0)
    g.dump(tmp_path / "loss_grad.py")
    assert (tmp_path / "loss_grad.py").read_text() == g.source


def pair(x, n):
    return x


@pytest.mark.parametrize(
    "args", [(2.0, 3), (np.ones((3, 4)), np.ones(4))], ids=["scalars", "arrays"]
)
def test_the_guard_is_cheap(compiler: Counter, args: tuple[Any, ...]) -> None:
    g = Derivative(pair, "grad", 0)
    g(*args)
    raw = g.generated

    def cost(f: Callable[..., Any]) -> float:
        return min(timeit.repeat(lambda: f(*args), number=5000, repeat=7)) / 5000

    assert cost(g) - cost(raw) < 3e-6
