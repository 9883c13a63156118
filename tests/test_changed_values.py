"""What a function reads may change between calls: the next call sees it, as Python does."""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import sourcead
from sourcead.runtime import specialise
from tests import changed_names, changed_numbers  # noqa: F401  (they add their cases)
from tests.changed_cases import CASES, Case, Side, X, by_kind, of_kind


class Counter:
    """The compiler, with a count of its calls."""

    def __init__(self, compile: Callable[..., Any]) -> None:
        self.count = 0
        self._compile = compile

    def __call__(self, *args: Any) -> Any:
        self.count += 1
        return self._compile(*args)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    specialise.forget()
    counter = Counter(specialise._compile)
    monkeypatch.setattr(specialise, "_compile", counter)
    yield counter
    specialise.forget()


def slopes(f: Callable[..., Any]) -> np.ndarray:
    """The gradient at X by central differences."""
    steps = 1e-6 * np.eye(len(X))
    return np.array([(f(X + step) - f(X - step)) / 2e-6 for step in steps])


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_the_next_call_sees_it(make: Callable[[], Case], compiler: Counter) -> None:
    f, changes = make()
    gradient, both = sourcead.grad(f), sourcead.value_and_grad(f)
    for change in (lambda: None, *changes):
        change()
        want = slopes(f)
        np.testing.assert_allclose(gradient(X), want, atol=1e-7)
        value, found = both(X)
        assert value == f(X)
        np.testing.assert_allclose(found, want, atol=1e-7)
        np.testing.assert_allclose(sourcead.vjp(f, X)[1](1.0)[0], want, atol=1e-7)
        moved = sourcead.jvp(f, (X,), (np.ones(3),))[1]
        np.testing.assert_allclose(moved, np.sum(want), atol=1e-7)
        compiled = compiler.count
        gradient(X)
        assert compiler.count == compiled, "what has not changed is not compiled again"


def test_an_object_that_is_made_anew_is_not_compiled_for(compiler: Counter) -> None:
    held = [types.SimpleNamespace(kind="plain", w=np.ones(3))]

    def f(x):
        return by_kind(held[0].w * x, held[0].kind)

    gradient = sourcead.grad(f)
    for k in range(1, 5):
        held[0] = types.SimpleNamespace(kind="pl" + "ain"[:3], w=np.full(3, float(k)))
        np.testing.assert_allclose(gradient(X), np.full(3, float(k)))
    assert compiler.count == 1


class Settings:
    """An object whose numbers change between calls."""

    def __init__(self) -> None:
        self.rate = 0.5
        self.steps = 2
        self.on = True
        self.rates = [0.5, 2.0]
        self.bounds = (0.5, 2.0)
        self.mixed: list[Any] = [0.5, "a"]
        self.inner = types.SimpleNamespace(rate=1.0, name="inner")
        self.tables: dict[str, Any] = {"mode": "a", "rates": {"a": 0.5}, "inner": self.inner}

    @property
    def product(self) -> float:
        return self.rate * self.steps

    def __eq__(self, other: object) -> bool:
        return self.steps == getattr(other, "steps", other)

    def __hash__(self) -> int:
        return self.steps

    def __call__(self, x: Any) -> Any:
        return self.rate * x

    def __len__(self) -> int:
        return self.steps


def steps_of(s: Settings, x: Any) -> Any:
    total = x[0]
    for _ in range(s.steps):
        total = total * x[1] * s.rate
    return total if s.on else total * x[0]


FREE = {
    "attributes": lambda s, x: np.sum(x * x) * s.rate * s.steps,
    "a loop and a branch": steps_of,
    "a slice": lambda s, x: np.sum(x[: s.steps] ** 2) * sum(s.rates),
    "a property": lambda s, x: np.sum(x * x) * s.product,
    "an inner object": lambda s, x: np.sum(x * x) * s.inner.rate * s.bounds[1],
    "a call": lambda s, x: np.sum(s(x) * x),
    "methods that Python calls": lambda s, x: np.sum(x * x) * len(s) if s == 2 else np.sum(x),
    "identity": lambda s, x: np.sum(x) * (s.rate if s.inner is not None else 1.0),
}
LOOKED_INTO = {
    "a key": lambda s, x: np.sum(x * x) * {2: 0.5, 3: 1.5}.get(s, 4.0),
    "entries": lambda s, x: np.sum(x * x) * s.__dict__["rate"] * s.steps,
    "a list of several things": lambda s, x: np.sum(x * x) * s.mixed[0] * s.steps,
    "a truth": lambda s, x: np.sum(x * x) * s.rate if s else np.sum(x),
    "what a dict hands out": lambda s, x: np.sum(x * x) * s.tables.get("rates")["a"] * s.rate,
    "an object that a dict hands out": lambda s, x: np.sum(x * x) * s.tables.get("inner").rate,
    "a seed": lambda s, x: np.sum(x * np.random.default_rng(s.steps).normal(size=3)) * s.rate,
}


def _changes(s: Settings) -> list[Callable[[], object]]:
    return [
        lambda: setattr(s, "rate", 1.5),
        lambda: setattr(s, "steps", 3),
        lambda: setattr(s, "on", False),
        lambda: s.rates.__setitem__(0, 7.0),
        lambda: setattr(s, "bounds", (0.25, 5.0)),
        lambda: setattr(s.inner, "rate", 3.0),
        lambda: s.tables["rates"].update(a=5.0),
        lambda: setattr(s, "steps", 0),
    ]


@pytest.mark.parametrize("name", [*FREE, *LOOKED_INTO])
def test_numbers_of_an_object_are_read_at_each_call(name: str, compiler: Counter) -> None:
    used = {**FREE, **LOOKED_INTO}[name]
    s = Settings()

    def f(x):
        return used(s, x)

    gradient = sourcead.grad(f)
    for change in (lambda: None, *_changes(s)):
        change()
        np.testing.assert_allclose(gradient(X), slopes(f), rtol=1e-6, atol=1e-8)
    assert name not in FREE or compiler.count == 1
    s.mixed[0] = 7.0
    s.rate = 2  # of another type
    np.testing.assert_allclose(gradient(X), slopes(f), rtol=1e-6, atol=1e-8)


def test_closures_and_lambdas_of_known_code_are_not_compiled_again(compiler: Counter) -> None:
    def scaled(k):
        return lambda x: k * np.sum(x * x)

    for k in (1.0, 2.0, 3.0):
        np.testing.assert_allclose(sourcead.grad(scaled(k))(X), 2.0 * k * X)
    for _ in range(3):
        np.testing.assert_allclose(sourcead.grad(lambda x: np.sum(x**3))(X), 3.0 * X**2)
    assert compiler.count == 2


def test_a_derivative_is_remembered() -> None:
    def f(x):
        return np.sum(x * x)

    assert sourcead.grad(f) is sourcead.grad(f)
    assert sourcead.hessian(f, wrt="x") is sourcead.hessian(f, wrt="x")
    assert sourcead.jacobian(f) is sourcead.jacobian(f)
    assert sourcead.grad(f) is not sourcead.grad(f, wrt=(0,))


def test_a_derivative_in_reach_may_be_called_meanwhile(compiler: Counter) -> None:
    slope = sourcead.grad(lambda x: np.sum(x**3))

    def f(x):
        return np.sum(slope(x))

    for k in (1.0, 2.0, 3.0):
        np.testing.assert_allclose(sourcead.grad(f)(k * X), 6.0 * k * X)
        slope(k * X)
    assert compiler.count == 2


class Dispatcher:
    """Like a compiler of functions: it keeps books of what it has compiled."""

    __module__ = "functools"
    __wrapped__: Any

    def __init__(self, function: Any) -> None:
        functools.update_wrapper(self, function)
        self.compiled: list[Any] = []

    def __call__(self, x: Any) -> Any:
        self.compiled.append(type(x))
        return self.__wrapped__(x)


def test_books_that_a_library_keeps_are_no_change(compiler: Counter) -> None:
    dispatcher = Dispatcher(by_kind)

    def f(x):
        return np.sum(x * x) if dispatcher is not None else np.sum(x)

    gradient = sourcead.grad(f)
    for k in range(3):
        np.testing.assert_allclose(gradient(X), 2.0 * X)
        dispatcher.compiled.append(k)
    assert compiler.count == 1


def test_what_a_pullback_reads_has_the_values_of_the_call() -> None:
    scale, weights = 2.0, np.ones(3)

    def f(x):
        return scale * np.sum(weights * x * x)

    def change():
        nonlocal scale
        scale = 5.0
        weights[:] = 7.0

    pullback = sourcead.vjp(f, X)[1]
    along = sourcead.linearize(f, X)[1]
    change()
    np.testing.assert_allclose(sourcead.vjp(f, X)[1](1.0)[0], 70.0 * X)
    np.testing.assert_allclose(sourcead.linearize(f, X)[1](X), 70.0 * X @ X)
    np.testing.assert_allclose(pullback(1.0)[0], 4.0 * X)
    np.testing.assert_allclose(along(X), 4.0 * X @ X)


class Kind(enum.StrEnum):
    PLAIN = "plain"
    OTHER = "other"


@pytest.mark.parametrize("values", [("plain", "other"), tuple(Kind), tuple(Side)], ids=str)
def test_arguments_that_select(values: tuple[Any, Any]) -> None:
    def f(x, kind):
        return np.sum(x) if kind == values[0] else np.sum(x * x)

    gradient = sourcead.grad(f)
    for _ in range(2):
        np.testing.assert_allclose(gradient(X, values[0]), np.ones(3))
        np.testing.assert_allclose(gradient(X, values[1]), 2.0 * X)


def test_functions_of_one_code_that_read_different_things() -> None:
    def with_default(k):
        def power(x, *, k=k):
            return x**k

        return power

    def f(x, g):
        return np.sum(g(x))

    gradient = sourcead.grad(f)
    for k in (2.0, 3.0, 2.0):
        np.testing.assert_allclose(gradient(np.abs(X), with_default(k)), k * np.abs(X) ** (k - 1.0))


def test_other_parameters_are_refused() -> None:
    def f(x, y):
        return np.sum(x * y)

    def g(y, x):
        return np.sum(x * y)

    gradient = sourcead.grad(f)
    gradient(X, X)
    f.__code__ = g.__code__
    with pytest.raises(sourcead.UsageError, match="ask again"):
        gradient(X, 2.0 * X)
    np.testing.assert_allclose(sourcead.grad(f)(X, 2.0 * X), 2.0 * X)
    made = functools.partial(of_kind, kind="other")
    gradient = sourcead.grad(made)
    gradient(X)
    made.keywords["scale"] = 4.0
    with pytest.raises(sourcead.UsageError, match="ask again"):
        gradient(X)
    np.testing.assert_allclose(sourcead.grad(made)(X), 8.0 * X)
