"""What a name means where a function is defined: live objects, or a parsed module's contents."""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import sys
from collections.abc import Hashable
from types import FunctionType
from typing import Any, Protocol

from sourcead.frontend.codes import home_of
from sourcead.frontend.parsed_module import Later, ParsedModule
from sourcead.ir.constants import MISSING


class Scope(Protocol):
    """Resolves the names that a function does not bind itself."""

    @property
    def identity(self) -> Hashable:
        """Equal for scopes in which every name means the same."""

    @property
    def module(self) -> str:
        """The name of the module."""

    def resolve(self, name: str) -> Any:
        """The object a name stands for, `MISSING` where there is none."""

    def is_captured(self, name: str) -> bool:
        """Whether the name belongs to an enclosing function."""

    def cell_of(self, name: str) -> int:
        """What tells a captured variable from others of its name, 0 where it is not captured."""


class LiveScope:
    """The scope of a function object: closure cells, globals, builtins, read as they are now."""

    def __init__(self, function: FunctionType) -> None:
        self.function = function
        self.cells = dict(
            zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        )
        self.globals = function.__globals__

    @property
    def identity(self) -> Hashable:
        return (id(self.globals), tuple(id(cell) for cell in self.cells.values()))

    @property
    def module(self) -> str:
        return home_of(self.globals)

    def resolve(self, name: str) -> Any:
        if name in self.cells:
            try:
                return self.cells[name].cell_contents
            except ValueError:
                return MISSING
        if name in self.globals:
            return self.globals[name]
        return getattr(builtins, name, MISSING)

    def is_captured(self, name: str) -> bool:
        return name in self.cells

    def cell_of(self, name: str) -> int:
        return id(self.cells[name]) if name in self.cells else 0


def absolute_name(stmt: ast.ImportFrom, scope: Scope) -> str:
    """The module that `from .. import x` names inside a live module."""
    if not stmt.level or isinstance(scope, ParsedModule):
        return stmt.module or ""
    home = scope.module or ""
    is_package = hasattr(sys.modules.get(home), "__path__")
    package = home if is_package else home.rpartition(".")[0]
    try:
        return importlib.util.resolve_name("." * stmt.level + (stmt.module or ""), package)
    except ImportError:
        return stmt.module or ""


def import_object(module: str, name: str | None, scope: Scope) -> Any:
    """What an import statement inside a function finds.

    A parsed module's imports run no code of the user's; a live function's are already loaded.
    """
    if isinstance(scope, ParsedModule):
        return Later(module, name).load(scope)
    try:
        found = importlib.import_module(module)
    except ImportError:
        return MISSING
    return found if name is None else getattr(found, name, MISSING)
