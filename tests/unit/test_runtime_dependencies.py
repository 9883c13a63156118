"""What a derivative depends on, and when that has changed."""

from __future__ import annotations

import functools
import linecache
import types
from typing import Any

import numpy as np
import pytest

from sourcead.runtime.dependencies import Dependencies
from sourcead.runtime.describe import literal_text, text_of
from sourcead.runtime.reach import dependencies
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


def holds(known: Dependencies) -> bool:
    return known.unchanged() or known.adopt(dependencies(known.roots))


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
    assert text_of(1.0) == text_of(2.0)
    assert text_of(1.0) != text_of(1)
    assert text_of(np.ones(3)) == text_of(np.ones(4)) != text_of(np.ones(1))
    assert literal_text("a") != literal_text("b")
    assert literal_text(None) != literal_text("None")
    assert len({literal_text(one) for one in (1, 1.0, True, "1", np.int64(1), 1 + 0j)}) == 6


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
    assert holds(before) != changes
    assert (dependencies([outer]).digest() != digest) == changes
    assert holds(after)


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


class Config:
    mode = "a"
    rate = 1.0


SETTINGS = types.SimpleNamespace(mode="a", rate=1.0)
TABLES = {"mode": "a", "rate": 1.0}
LAYERS = {"first": inner}


def reads_settings(x):
    return x * SETTINGS.rate if SETTINGS.mode == "a" else x


def reads_class(x):
    return x * Config.rate if Config.mode == "a" else x


def reads_dict(x):
    return x * TABLES["rate"] if TABLES["mode"] == "a" else x


def reads_layers(x):
    for layer in LAYERS.values():
        x = layer(x)
    return x


@pytest.mark.parametrize(
    ("function", "change"),
    [
        (reads_settings, lambda patch: patch.setattr(SETTINGS, "rate", 2.0)),
        (reads_settings, lambda patch: patch.setattr(SETTINGS, "mode", "b")),
        (reads_class, lambda patch: patch.setattr(Config, "mode", "b")),
        (reads_dict, lambda patch: patch.setitem(TABLES, "mode", "b")),
        (reads_dict, lambda patch: patch.setitem(TABLES, "rate", 2.0)),
        (reads_layers, lambda patch: patch.setitem(LAYERS, "first", lambda x: x)),
        (outer, lambda patch: patch.setattr(inner, "__defaults__", (1.0,))),
    ],
)
def test_objects_are_compared_by_content(
    monkeypatch: pytest.MonkeyPatch, function: Any, change: Any
) -> None:
    before = dependencies([function])
    key = before.digest(), before.values(before.counted, ())
    assert holds(before)
    change(monkeypatch)
    assert not holds(before)
    after = dependencies([function])
    assert (after.digest(), after.values(after.counted, ())) != key
    monkeypatch.undo()
    assert holds(before)


def test_functions_in_containers_are_followed() -> None:
    assert names(reads_layers) == {"reads_layers", "inner"}


def test_objects_that_hold_themselves() -> None:
    loop: list[Any] = ["a"]
    loop.append(loop)
    found = dependencies([lambda x: x if loop else -x])
    assert holds(found)
    loop[0] = "b"
    assert not holds(found)
