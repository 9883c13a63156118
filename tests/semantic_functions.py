"""Functions of the programs of `semantic_programs.py`: nested ones, generators, and helpers."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.semantic_programs import SemanticWriter

RETURNED = ["number", "number", "list", "vector", "object", "dict"]
PASSED = ["list", "vector", "object", "dict", "bag", "iterator", "rows", "pair", "objects", "table"]


def nested(w: SemanticWriter) -> None:
    """A function that reads and rebinds what is around it, and returns a number."""
    name = w.new("function")
    _defined(w, name, generates=False)
    w.names["function"].append(name)


def generator(w: SemanticWriter) -> None:
    """A generator function that does so, and what it generates."""
    name = w.new("function")
    _defined(w, name, generates=True)
    w.named("iterator", f"{name}()")


def _defined(w: SemanticWriter, name: str, generates: bool) -> None:
    w.emit(f"def {name}():")
    around = {one for names in w.names.values() for one in names}
    lines, w.lines = w.lines, []
    outer = w.loops, w.answer, w.generates
    w.loops, w.answer, w.generates = 0, w.number, generates
    with w.block():
        for _ in range(w.random.choice([1, 2, 3])):
            w.statement()
        w.emit(f"yield {w.number()}" if generates else f"return {w.number()}")
    w.loops, w.answer, w.generates = outer
    body, w.lines = w.lines, lines
    w.lines += [*_nonlocal(body, around), *body]


def _nonlocal(body: list[str], around: set[str]) -> list[str]:
    """The statement by which a function binds names that are bound around it."""
    text = "\n".join(body)
    tree = ast.parse(textwrap.dedent(text))
    bound = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and type(n.ctx) is not ast.Load
    }
    names = sorted(bound & around)
    indent = body[0][: len(body[0]) - len(body[0].lstrip())]
    return [f"{indent}nonlocal {', '.join(names)}"] if names else []


def helper(w: SemanticWriter) -> None:
    """A function of the module that gets some of what there is, and what it returns."""
    kinds = [k for k in PASSED if w.names[k]]
    kinds = w.random.sample(kinds, min(len(kinds), w.random.choice([1, 2, 3])))
    given = [(kind, w.random.choice(w.names[kind])) for kind in kinds]
    inner = type(w)(w.random, 3, w.whole)
    inner.fresh = w.fresh
    params = [(kind, inner.new(kind)) for kind in kinds]
    w.fresh = inner.fresh
    name = w.new("function").replace("f", "helper")
    result = w.random.choice([k for k in RETURNED if k in ("number", "vector") or k in kinds])
    for kind, param in params:
        inner.names[kind].append(param)
    inner.answer = _answer(inner, result)
    inner.emit(f"def {name}(x, s, n, {', '.join(param for _, param in params)}):", depth=0)
    while inner.budget > 0:
        inner.statement()
    inner.emit(f"return {inner.answer()}")
    w.prelude += [*inner.prelude, *inner.lines, "", ""]
    w.fresh = max(w.fresh, inner.fresh)
    passed = ", ".join(one for _, one in given)
    w.named(result, f"{name}({w.vector()}, {w.number()}, n, {passed})")


def _answer(inner: SemanticWriter, result: str) -> Callable[[], str]:
    """What a helper returns: something of one kind, mostly what it was given."""
    if result in ("number", "vector"):
        return lambda: inner.made(result)
    return lambda: inner.one(result) if inner.chance(0.8) else inner.made(result)
