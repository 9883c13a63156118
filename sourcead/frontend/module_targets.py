"""What a call may call."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sourcead.frontend.module_syntax import FunctionLike

if TYPE_CHECKING:
    from sourcead.frontend.module_names import ModuleNames


@dataclass(frozen=True)
class Builtin:
    """A builtin function."""

    name: str


@dataclass(frozen=True)
class Library:
    """A function of a trusted library."""

    target: Any


@dataclass(frozen=True)
class Harmless:
    """A function of a module that leaves its arguments alone."""

    name: str


@dataclass(frozen=True)
class Foreign:
    """A function or class of another module; where it can be read, the names and the text of it."""

    module: str
    found: tuple[ModuleNames, FunctionLike | ast.ClassDef] | None


@dataclass(frozen=True)
class Functions:
    """One of these functions or classes of the module."""

    nodes: tuple[Any, ...]


@dataclass(frozen=True)
class LocalFunction:
    """A function that is defined inside the one that is read."""

    node: FunctionLike
    tag: str


@dataclass(frozen=True)
class MethodOf:
    """A method of an object."""

    name: str


Target = Builtin | Library | Harmless | Foreign | Functions | LocalFunction | MethodOf
