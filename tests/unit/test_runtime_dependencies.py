"""What a derivative depends on, and when that has changed."""

from __future__ import annotations

import functools
import linecache
from typing import Any

import numpy as np
import pytest

from sourcead.runtime.dependencies import dependencies, kind_text
from tests import numerics

RATE = 0.5
TABLE = np.ones(3)


def inner(x):
    return x * RATE


def outer(x, f=inner):
    return f(x) + np.sum(TABLE) + numerics.DIGITS if hasattr(numerics, "DIGITS") else inner(x)


def recursive(x, n):
    return x if n == 0 else recursive(x * RATE, n - 1)


def with_lambda(x):
    return (lambda y: inner(y))(x)


partial = functools.partial(inner)


def with_partial(x):
    return partial(x)


def names(*roots: Any) -> set[str]:
    return {f.__name__ for f in dependencies(roots).functions}


def test_callees_are_followed() -> None:
    assert names(outer) == {"outer", "inner"}
    assert names(recursive) == {"recursive"}
    assert names(with_lambda) == {"with_lambda", "inner"}
    assert names(with_partial) == {"with_partial", "inner"}
    assert names(lambda f: f, inner) == {"<lambda>", "inner"}


def test_closures_are_followed() -> None:
    def scaled(k):
        def f(x):
            return inner(x) * k

        return f

    found = dependencies([scaled(2.0)])
    assert {f.__name__ for f in found.functions} == {"f", "inner"}
    assert "k" in {b.name for b in found.bindings}


def test_libraries_are_not_followed() -> None:
    assert all(f.__module__ == __name__ for f in dependencies([outer]).functions)


def test_what_matters_of_an_object() -> None:
    assert kind_text(1.0) == kind_text(2.0)
    assert kind_text(1.0) != kind_text(1)
    assert kind_text(np.ones(3)) == kind_text(np.ones(4)) != kind_text(np.ones(1))
    assert kind_text("a") != kind_text("b")
    assert kind_text(None) != kind_text("None")
    assert kind_text(("a", 1.0)) != kind_text(("b", 1.0))


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("RATE", 0.7, False),
        ("RATE", 1, True),
        ("TABLE", np.zeros(5), False),
        ("TABLE", np.zeros(1), True),
        ("inner", lambda x: x, True),
    ],
)
def test_digest_and_staleness(
    monkeypatch: pytest.MonkeyPatch, name: str, value: Any, changes: bool
) -> None:
    before = dependencies([outer])
    digest = before.digest()
    monkeypatch.setitem(globals(), name, value)
    after = dependencies([lambda x: outer(x), outer])
    assert before.hold() != changes
    assert (dependencies([outer]).digest() != digest) == changes
    assert after.hold()


def test_digest_is_of_the_source_and_of_the_code() -> None:
    """The same text in two places counts; other code under the same text does not."""

    def made(body: str, shown: str) -> Any:
        file = f"<test {body} {shown}>"
        linecache.cache[file] = (0, None, [f"def f(x): return {shown}\n"], file)
        namespace: dict[str, Any] = {"__name__": "made"}
        exec(compile(f"def f(x): return {body}\n", file, "exec"), namespace)
        return dependencies([namespace["f"]]).digest()

    assert made("x", "x") == made("x", "x")
    assert made("x", "x") != made("-x", "-x")
    assert made("-x", "x") != made("x", "x")
