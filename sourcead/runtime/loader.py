"""Turning generated source into functions that tracebacks, debuggers and `inspect` can show."""

from __future__ import annotations

import functools
import hashlib
import linecache
from types import CodeType, FunctionType
from typing import Any

from sourcead.ops.originals import frozen_builtins
from sourcead.runtime.contract import Compiled


def load(compiled: Compiled, objects: dict[str, Any]) -> dict[str, Any]:
    """Execute generated source.

    Args:
        compiled: the source; its functions are defined in the namespace that is returned.
        objects: what its free names stand for.

    Returns:
        The namespace, in which the free names may be bound anew.
    """
    name = f"sourcead.generated.{compiled.entry}"
    namespace = {"__name__": name, "__builtins__": frozen_builtins(), **objects}
    run(compiled.text, compiled.entry, namespace)
    return namespace


def run(text: str, title: str, namespace: dict[str, Any]) -> None:
    """Execute text under a file name of its own, by which its lines can be found."""
    code = _code(text, title)
    # Entries without a modification time are never dropped for being out of date.
    filename = code.co_filename
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(code, namespace)


@functools.lru_cache(maxsize=512)
def _code(text: str, title: str) -> CodeType:
    """A closure that is made anew, and a pullback with values of its own, run text again."""
    return compile(text, file_name(text, title), "exec")


def file_name(text: str, title: str) -> str:
    """The name in tracebacks: `<sourcead loss_grad 1a2b3c>`."""
    return f"<sourcead {title} {hashlib.sha256(text.encode()).hexdigest()[:6]}>"


def define(text: str, name: str, namespace: dict[str, Any]) -> FunctionType:
    """The function `name` that the text defines, for code nobody needs to look at."""
    exec(_call_code(text, name), namespace)
    function: FunctionType = namespace.pop(name)
    return function


@functools.lru_cache(maxsize=512)
def _call_code(text: str, name: str) -> CodeType:
    return compile(text, f"<sourcead call of {name}>", "exec")
