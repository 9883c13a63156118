"""The names that `from module import *` brings, read off the module."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sourcead.frontend.constants_of_files import OfFile
from sourcead.frontend.trees import walk
from sourcead.ir.constants import MISSING


def name_stars(tree: ast.Module, load: Callable[[str, int], Any]) -> None:
    """Put names in the place of stars, as far as they occur in the file.

    Args:
        tree: the file.
        load: what a module, and its level, stands for.
    """
    stars = [n for n in walk(tree) if isinstance(n, ast.ImportFrom) and n.names[0].name == "*"]
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} if stars else set()
    for node in stars:
        names = _public_names(load(node.module or "", node.level))
        if names is not None:
            node.names = [ast.alias(name) for name in sorted(names & used)] or node.names


def _public_names(module: Any) -> set[str] | None:
    """What `from module import *` binds, None where that is not known."""
    if module is MISSING:
        return None
    own = getattr(module, "bindings", None) if isinstance(module, OfFile) else vars(module)
    if own is None:
        return None
    listed = own.get("__all__") if isinstance(module, OfFile) else getattr(module, "__all__", None)
    if listed is None:
        names = own if isinstance(module, OfFile) else dir(module)
        return {n for n in names if not n.startswith("_")}
    return set(listed) if isinstance(listed, list | tuple) else None
