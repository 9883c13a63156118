"""Change what a function reaches between calls of its derivative: `python -m tests.fuzz_changes`.

Attributes of classes, instances, functions and modules, items of containers, captured variables
and defaults are changed at random; after each change every derivative is that of the function as
it is then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

import sourcead
from sourcead.errors import RefusalError
from tests.every_mode import slope, suited
from tests.fuzz import load, options, run

X = np.array([0.3, -0.7, 1.1])
HEAD = """import functools
import types

import numpy as np

scale, names, table = 1.5, ["low", "high"], {"low": 0.5, "high": [1.0, 2.0]}
weights = np.array([1.0, 2.0, 3.0])
space = types.SimpleNamespace(rate=0.5, kind="plain", inner=types.SimpleNamespace(v=2.0))


def by_kind(x, kind="plain", power=2):
    if kind == "plain":
        return np.sum(x**power)
    return np.sum(np.sin(x)) * power


by_kind.rate = 0.7
bound = functools.partial(by_kind, power=3)


class Base:
    low = 1.0
    kind = "plain"

    def cost(self, x):
        return self.low * by_kind(x, self.kind)

    @property
    def twice(self):
        return 2.0 * self.low


class Model(Base):
    limits = [1.0, 2.0]

    def __init__(self):
        self.own = 0.4
        self.w = np.ones(3)
        self.parts = {"a": 1.0}


model, other = Model(), Model()


def factory():
    captured = 0.6

    def read(x):
        return captured * np.sum(x)

    def change(v):
        nonlocal captured
        captured = v

    return read, change


read, change = factory()


"""
READS = (
    "scale * np.sum(x)", "by_kind(x, names[0])", "table['low'] * np.sum(x * x)", "bound(x)",
    "table['high'][1] * x[0]", "np.sum(weights * x)", "space.rate * x[1]", "model.cost(x)",
    "by_kind(x, space.kind)", "space.inner.v * x[2] ** 2", "by_kind.rate * np.sum(x)",
    "by_kind(x)", "model.twice * x[0] ** 2", "Model.low * x[1]", "model.limits[0] * np.sum(x * x)",
    "model.own * x[0]", "np.sum(model.w * x)", "model.parts['a'] * x[2]", "read(x)",
    "len(names) * x[0]", "(x[0] if model is other else x[1])", "sum(k * x[0] for k in Base.rows)",
)  # fmt: skip
CHANGES = (
    "scale = {v}", "names[0] = {t}", "names.append('more')", "table['low'] = {v}",
    "table['high'][1] = {v}", "table = {{'low': {v}, 'high': [3.0, {v}]}}", "weights[0] = {v}",
    "weights = {v} * weights", "weights = np.full(3, {v}, np.float32)", "space.rate = {v}",
    "space.kind = {t}", "space.inner.v = {v}", "space.inner = types.SimpleNamespace(v={v})",
    "by_kind.rate = {v}", "by_kind.__defaults__ = ({t}, 3)", "bound.keywords['power'] = 4",
    "bound = functools.partial(by_kind, kind={t})", "Base.low = {v}", "Model.low = {v}",
    "Base.kind = {t}", "model.kind = {t}", "model.low = {v}", "model.own = {v}", "model.own = 2",
    "model.w[1] = {v}", "model.w = {v} * np.arange(3.0)", "model.parts['a'] = {v}",
    "model.parts = {{'a': {v}}}", "Model.limits[0] = {v}", "Model.limits = [{v}]", "change({v})",
    "model.limits = ({v}, 1.0)", "model = Model()", "other = model", "model.__dict__.pop('low', 0)",
    "Base.twice = property(lambda self: {v})", "Base.cost = lambda self, x: {v} * np.sum(x)",
    "Model.cost = lambda self, x: by_kind(x, {t})", "Base.rows.append({v})", "Base.rows = [{v}]",
    "by_kind.__code__ = (lambda x, kind, power: {v} * x[0]).__code__", "scale = np.float32({v})",
    "model.cost = lambda x: {v} * x[0]", "read, change = factory()", "scale = int(10 * {v})",
    "def by_kind(x, kind='plain', power=2):\n    return power * x[0] ** 2\nby_kind.rate = {v}",
)  # fmt: skip


def program(random: Random) -> str:
    """A module with `f(x)`, and after a line of its own each change."""
    reads = " + ".join(random.sample(READS, random.randint(1, 4)))
    changes = [
        change.format(v=round(random.uniform(0.2, 2.0), 2), t=random.choice(("'plain'", "'low'")))
        for change in random.sample(CHANGES, random.randint(3, 6))
    ]
    body = f"{HEAD}Base.rows = [1.0, 0.5]\n\n\ndef f(x):\n    return {reads}\n"
    return body + "\n\nCHANGES = (\n" + "".join(f"    {c!r},\n" for c in changes) + ")\n"


def examine(source: str, path: Path) -> str:
    """`right` or `refused` after each change, `unsuited` where Python raises."""
    f = load(source, path)
    gradient, both = sourcead.grad(f), sourcead.value_and_grad(f)
    curved = sourcead.hvp(f)
    found = [_agree(f, path, gradient, both, curved)]
    for change in f.__globals__["CHANGES"]:
        exec(compile(change, str(path), "exec"), f.__globals__)
        found.append(_agree(f, path, gradient, both, curved))
    return "right" if "right" in found else found[-1]


def _agree(f: Callable[..., Any], path: Path, *derivatives: Callable[..., Any]) -> str:
    subject = suited(f, path, (X,), ("x",))
    if subject is None:
        return "unsuited"
    gradient, both, curved = derivatives
    try:
        value, bar = both(X)
        bars = [bar, gradient(X), sourcead.vjp(f, X)[1](type(subject.want)(1.0))]
        dot, bent = sourcead.jvp(f, (X,), (X,))[1], curved(X, X)
    except RefusalError:
        return "refused"
    subject.same_value("grad", value)
    want = [slope(lambda t, e=e: np.float64(f(X + t * e))) for e in np.eye(3)]
    if any(part is None for part in want):
        return "unsuited"
    for one in (*bars, [dot]):
        wanted = want if np.size(one) == 3 else [np.dot(want, X)]
        assert np.allclose(np.ravel(one), wanted, rtol=1e-5, atol=1e-6), f"{one} for {want}"
    bend = slope(lambda t: gradient(X + t * X))
    assert bend is None or np.allclose(bent, bend, rtol=1e-4, atol=1e-5), f"{bent} for {bend}"
    return "right"


def main() -> int:
    return run(options("tests.fuzz_changes", __doc__).parse_args(), program, examine)


if __name__ == "__main__":
    sys.exit(main())
