"""The source of the run-time helpers that a module uses."""

from __future__ import annotations

import ast
import inspect
import re
from functools import lru_cache

from sourcead.backend import helpers
from sourcead.backend.scope import Scope


def helper_text(scope: Scope) -> str:
    """The text of all helpers asked for, and of those that they use themselves."""
    needed: dict[str, None] = {}
    todo = list(scope.helpers)
    while todo:
        name = todo.pop()
        if name not in needed:
            needed[name] = None
            todo += dependencies(name)
    if not needed:
        return ""
    text = "\n\n".join(source(name) for name in sorted(needed))
    for name in sorted(needed):
        text = _renamed(text, name, scope.helper(name))
    return _renamed(text, "np", scope.library("np.ndarray").partition(".")[0])


def _renamed(text: str, old: str, new: str) -> str:
    return text if old == new else re.sub(rf"(?<![\w.]){old}\b", new, text)


@lru_cache(maxsize=64)
def source(name: str) -> str:
    """The source of one helper, without type annotations, which its readers do not need."""
    text = inspect.getsource(getattr(helpers, name))
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    for argument in (*function.args.args, function.args.vararg):
        if argument is not None:
            argument.annotation = None
    head = f"def {name}({ast.unparse(function.args)}):"
    body = text.split("\n")[function.body[0].lineno - 1 :]
    return "\n".join([head, *body])


@lru_cache(maxsize=64)
def dependencies(name: str) -> tuple[str, ...]:
    """The other helpers that a helper calls."""
    words = set(re.findall(r"\w+", source(name)))
    return tuple(sorted(w for w in words if w != name and is_helper(w)))


def is_helper(name: str) -> bool:
    found = getattr(helpers, name, None)
    return inspect.isfunction(found) and found.__module__ == helpers.__name__
