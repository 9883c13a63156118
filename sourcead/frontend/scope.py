"""What a name means where a function is defined: live objects, or a parsed module's contents."""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import sys
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any, Protocol

import numpy as np

from sourcead.ir.constants import MISSING

# Libraries whose functions the catalogue describes: importing them runs no code of the user's.
TRUSTED = {
    "numpy", "scipy", "math", "cmath", "operator", "functools", "itertools", "typing",
    "dataclasses", "collections", "builtins", "warnings", "sourcead", "copy", "numbers",
}  # fmt: skip


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
        return str(self.globals.get("__name__", ""))

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


@dataclass(eq=False)
class ParsedFunction:
    """A function of a module that is only parsed."""

    module: ParsedModule
    node: ast.FunctionDef

    @property
    def __name__(self) -> str:
        return self.node.name


@dataclass(eq=False)
class ParsedClass:
    """A class of a module that is only parsed."""

    module: ParsedModule
    node: ast.ClassDef

    @property
    def __name__(self) -> str:
        return self.node.name

    @property
    def is_exception(self) -> bool:
        """Whether a base is an exception, as far as that can be read."""
        bases = [constant_value(base, self.module) for base in self.node.bases]
        return any(
            base.is_exception
            if isinstance(base, ParsedClass)
            else isinstance(base, type) and issubclass(base, BaseException)
            for base in bases
        )


@dataclass(frozen=True)
class NotEvaluated:
    """A module-level value that is known only when the module runs."""


@dataclass(eq=False)
class ParsedModule:
    """A module that is parsed and never executed; also the scope of its functions."""

    path: Path
    tree: ast.Module
    lines: list[str]
    bindings: dict[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> Hashable:
        return str(self.path)

    @property
    def module(self) -> str:
        return self.path.stem

    def is_captured(self, name: str) -> bool:
        return False

    def cell_of(self, name: str) -> int:
        return 0

    def resolve(self, name: str) -> Any:
        found = self.bindings.get(name, MISSING)
        if isinstance(found, _Later):
            found = self.bindings[name] = found.load(self.path.parent)
        return found if found is not MISSING else getattr(builtins, name, MISSING)


@dataclass(frozen=True)
class _Later:
    """An import that is followed when its name is first used."""

    module: str
    name: str | None
    level: int = 0

    def load(self, folder: Path) -> Any:
        root = self.module.partition(".")[0]
        if root in TRUSTED and not self.level:
            return self._load_trusted()
        for _ in range(self.level - 1):
            folder = folder.parent
        path = folder.joinpath(*self.module.split("."))
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                module = parse_module(candidate)
                return module if self.name is None else module.resolve(self.name)
        return MISSING

    def _load_trusted(self) -> Any:
        try:
            module = importlib.import_module(self.module)
            if self.name is None:
                return module
            return getattr(module, self.name, MISSING)
        except ImportError:
            return MISSING


def parse_module(path: Path) -> ParsedModule:
    """Parse a module and note what its top level binds, without running it.

    Args:
        path: the file.

    Raises:
        SyntaxError: it is not Python.
    """
    text = path.read_text(encoding="utf-8")
    module = ParsedModule(path, ast.parse(text, str(path)), text.splitlines(keepends=True))
    _bind_all(module, module.tree.body)
    return module


def _bind_all(module: ParsedModule, statements: list[ast.stmt]) -> None:
    for statement in statements:
        if isinstance(statement, ast.Try):
            _bind_all(module, statement.body)
        elif isinstance(statement, ast.If):
            _bind_all(module, [*statement.orelse, *statement.body])
        else:
            _bind(module, statement)


def _bind(module: ParsedModule, statement: ast.stmt) -> None:
    if isinstance(statement, ast.FunctionDef):
        module.bindings[statement.name] = ParsedFunction(module, statement)
    elif isinstance(statement, ast.ClassDef):
        module.bindings[statement.name] = ParsedClass(module, statement)
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname:
                module.bindings[alias.asname] = _Later(alias.name, None)
            else:
                root = alias.name.partition(".")[0]
                module.bindings[root] = _Later(root, None)
                _Later(alias.name, None).load(module.path.parent)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            name = alias.asname or alias.name
            module.bindings[name] = _Later(statement.module or "", alias.name, statement.level)
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                value = constant_value(statement.value, module)
                module.bindings[target.id] = NotEvaluated() if value is MISSING else value


def constant_value(node: ast.expr, module: ParsedModule) -> Any:
    """The value of a module-level constant, `MISSING` where the module would have to run for it.

    Literals, arithmetic on literals and `np.pi`, arrays made of these.
    """
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        pass
    if isinstance(node, ast.Name):
        return module.resolve(node.id)
    if isinstance(node, ast.Attribute):
        base = constant_value(node.value, module)
        return MISSING if base is MISSING else getattr(base, node.attr, MISSING)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = constant_value(node.operand, module)
        return -value if isinstance(value, int | float | complex) else MISSING
    if isinstance(node, ast.BinOp):
        return _constant_binary(node, module)
    if isinstance(node, ast.List | ast.Tuple):
        items = [constant_value(item, module) for item in node.elts]
        if any(isinstance(item, _UNKNOWN) for item in items):
            return MISSING
        return tuple(items) if isinstance(node, ast.Tuple) else items
    return _constant_call(node, module) if isinstance(node, ast.Call) else MISSING


_UNKNOWN = (type(MISSING), NotEvaluated)
# Calls that are evaluated for the type of a constant: none of them runs code of the user's.
_CREATION = {
    "array", "asarray", "zeros", "ones", "full", "eye", "identity", "arange", "linspace", "diag",
    "float64", "float32", "int64",
}  # fmt: skip


def _constant_call(node: ast.Call, module: ParsedModule) -> Any:
    """`np.array([1.0, 2.0])`, `math.sqrt(2.0)`, `float("inf")`."""
    function = constant_value(node.func, module)
    known = function in (float, int, complex) or isinstance(function, np.ufunc)
    name, home = getattr(function, "__name__", ""), getattr(function, "__module__", "")
    if not known and not (home == "numpy" and name in _CREATION) and home != "math":
        return MISSING
    args = [constant_value(arg, module) for arg in node.args]
    keywords = {k.arg or "**": constant_value(k.value, module) for k in node.keywords}
    if "**" in keywords or any(isinstance(v, _UNKNOWN) for v in (*args, *keywords.values())):
        return MISSING
    try:
        return function(*args, **keywords)
    except (TypeError, ValueError, ArithmeticError, MemoryError):
        return MISSING


def _constant_binary(node: ast.BinOp, module: ParsedModule) -> Any:
    left, right = constant_value(node.left, module), constant_value(node.right, module)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return MISSING
    try:
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.Pow():
                return left**right if abs(right) < 64 else MISSING
    except (ArithmeticError, OverflowError):
        return MISSING
    return MISSING


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
        return _Later(module, name).load(scope.path.parent)
    try:
        found = importlib.import_module(module)
    except ImportError:
        return MISSING
    return found if name is None else getattr(found, name, MISSING)
