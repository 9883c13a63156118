"""A module that is parsed and never executed: what its names stand for once it has run."""

from __future__ import annotations

import ast
import builtins
import enum
import importlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sourcead.errors import Diagnostic, UnsupportedError
from sourcead.frontend.constants_of_files import NotKnown, OfFile, constant_value, is_plain
from sourcead.frontend.module_definitions import TRUSTED
from sourcead.frontend.module_effects import Effects
from sourcead.frontend.module_files import package_root, read_module
from sourcead.frontend.module_names import ModuleNames
from sourcead.frontend.module_syntax import FunctionLike, builtins_in, paired, single_imports
from sourcead.frontend.named_lambdas import define_lambdas, defined
from sourcead.frontend.star_imports import name_stars
from sourcead.ir.classes import stores_its_arguments
from sourcead.ir.constants import MISSING


@dataclass(eq=False)
class ParsedFunction(OfFile):
    """A function of a module that is only parsed; `plain` is it without its decorators."""

    module: ParsedModule
    node: ast.FunctionDef
    plain: ParsedFunction | None = None

    @property
    def __name__(self) -> str:
        return self.node.name


@dataclass(eq=False)
class ParsedClass(OfFile):
    """A class of a module that is only parsed.

    `seen` are what the names in its statement stand for where it is; `made` is the class that its
    text makes, or why there is none (`parsed_classes.py`).
    """

    module: ParsedModule
    node: ast.ClassDef
    seen: dict[str, Any] = field(default_factory=dict)
    made: type | Exception | None = None

    @property
    def __name__(self) -> str:
        return self.node.name

    def resolve_here(self, name: str | ast.Lambda) -> Any:
        """What a name stands for where the class is defined; a lambda is not followed."""
        if isinstance(name, ast.Lambda):
            return MISSING
        found = self.seen.get(name, MISSING)
        if isinstance(found, Later):
            return found.load(self.module)
        return found if name in self.seen else vars(builtins).get(name, MISSING)

    @cached_property
    def is_exception(self) -> bool:
        """Whether a base is an exception, as far as that can be read."""
        bases = [constant_value(base, self.resolve_here) for base in self.node.bases]
        return any(
            base.is_exception
            if isinstance(base, ParsedClass)
            else isinstance(base, type) and issubclass(base, BaseException)
            for base in bases
        )

    def resolve(self, name: str) -> Any:
        """A member of an enum; other attributes are read when the module runs."""

        def member(cls: type) -> Any:
            return getattr(cls, name, MISSING) if isinstance(cls, enum.EnumType) else MISSING

        return FromClass(self.node.lineno, owner=self, make=member)

    def called(self, args: list[Any], keywords: dict[str, Any]) -> Any:
        """An instance, if all that making one does is to store the arguments."""

        def instance(cls: type) -> Any:
            return cls(*args, **keywords) if stores_its_arguments(cls) else MISSING

        return FromClass(self.node.lineno, owner=self, make=instance)


@dataclass(frozen=True)
class NotEvaluated(NotKnown):
    """A module-level value that is known only when the module runs; the place that decides it.

    `is_code`: it may be a function, a class or a module, of which one would have to be chosen.
    """

    line: int = 0
    is_code: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class FromClass(NotEvaluated):
    """A member or an instance of a class, known when all is known that may change the class.

    `make` gives it for the class that the text makes, `MISSING` where it is not known.
    """

    owner: ParsedClass
    make: Callable[[type], Any]

    __eq__ = object.__eq__
    __hash__ = object.__hash__


@dataclass(frozen=True)
class Step:
    """A statement that runs when the module does, and what it may do."""

    node: ast.stmt
    effects: Effects


@dataclass(eq=False)
class ParsedModule(OfFile):
    """A module that is parsed and never executed; also the scope of its functions.

    `bindings` are what the names stand for once the module has run; `steps` its statements in the
    order in which they run, without arms that are known not to; `files` the modules that have been
    read, by their path; `asked` the names whose meaning the compiler has relied on.
    """

    path: Path
    text: str
    tree: ast.Module
    files: dict[Path, ParsedModule] = field(default_factory=dict)
    bindings: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    defaults: dict[ast.expr, Any] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    _changeable: dict[str, set[str]] = field(default_factory=dict)

    @cached_property
    def names(self) -> ModuleNames:
        return ModuleNames(self.tree, self.text, self._function_of_other_file)

    def _function_of_other_file(
        self, path: str
    ) -> tuple[ModuleNames, FunctionLike | ast.ClassDef] | None:
        """The function or class that a dotted path of this module's imports leads to."""
        bare = path.lstrip(".")
        module, _, name = bare.rpartition(".")
        found = Later(module, name, len(path) - len(bare)).load(self) if module else MISSING
        if not isinstance(found, ParsedFunction | ParsedClass) or found.module is self:
            return None
        return found.module.names, found.node

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)

    @property
    def identity(self) -> Hashable:
        return str(self.path)

    @property
    def module(self) -> str:
        return self.path.stem

    @property
    def __name__(self) -> str:
        return self.module

    def is_captured(self, name: str) -> bool:
        return False

    def cell_of(self, name: str) -> int:
        return 0

    def resolve(self, name: str) -> Any:
        found = self._found(name)
        if not isinstance(found, float | complex | np.ndarray | NotEvaluated):
            self.asked.add(name)  # those are read when the code runs
        return found

    def _found(self, name: str) -> Any:
        found = self.bindings.get(name, self.module if name == "__name__" else MISSING)
        if isinstance(found, Later):
            found = self.bindings[name] = found.load(self)
        if found is MISSING and self.path.name == "__init__.py":
            found = Later(name, None, 1).load(self)
        if found is not MISSING or name in self.bindings:
            return found  # what an import that is not followed binds is no builtin
        return vars(builtins).get(name, MISSING)

    def _here(self, part: str | ast.Lambda) -> Any:
        """What a name stands for now, or a lambda; the defaults of one would have to be kept."""
        if isinstance(part, str):
            return self._found(part)
        made = None if part.args.defaults or part.args.kw_defaults else defined("lambda_", part)
        return MISSING if made is None else ParsedFunction(self, made)

    def refusal(
        self, node: ast.AST, message: str, reason: str, fix: str, code: str = "SAD108"
    ) -> UnsupportedError:
        """An error at a place in the file."""
        line, col = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        text = self.lines[line - 1].rstrip("\n") if line <= len(self.lines) else ""
        col = len(text.encode()[:col].decode(errors="ignore"))
        same_line = getattr(node, "end_lineno", line) == line
        end = getattr(node, "end_col_offset", col + 1) if same_line else len(text)
        place = (code, str(self.path), line, col, end)
        return UnsupportedError([Diagnostic(*place, message, reason, fix, text)])

    # Running over the statements ---------------------------------------------------------------

    def run(self, statements: Sequence[ast.stmt]) -> None:
        """Note what statements bind, in the order in which they would run."""
        for statement in statements:
            taken = self._known_block(statement)
            if taken is not None:
                self.run(taken)
                continue
            for part in single_imports(statement):
                step = Step(part, self.names.effects(part))
                self.steps.append(step)
                self._step(part, step.effects)

    def _known_block(self, node: ast.stmt) -> list[ast.stmt] | None:
        """What runs of an `if` that is decided here, or of a `try` whose imports are there."""
        if isinstance(node, ast.If):
            if any(isinstance(n, ast.NamedExpr | ast.Call) for n in ast.walk(node.test)):
                return None
            value = constant_value(node.test, self._here)
            if isinstance(value, bool | int | float | str | type(None)):
                return node.body if value else node.orelse
        if isinstance(node, ast.Try) and all(map(self._is_available, node.body)):
            return [*node.body, *node.orelse, *node.finalbody]
        return None

    def _is_available(self, node: ast.stmt) -> bool:
        """Whether a statement is an import that is known to succeed."""
        if isinstance(node, ast.Import):
            return all(Later(a.name, None).is_trusted(self) for a in node.names)
        if not isinstance(node, ast.ImportFrom) or node.level:
            return False
        return all(Later(node.module or "", a.name).is_trusted(self) for a in node.names)

    def _step(self, node: ast.stmt, effects: Effects) -> None:
        values = self._values(node)
        unsure = effects.binds - set(values)
        if effects.wild is not None:
            star = isinstance(effects.wild, ast.ImportFrom)
            modules = {n for n, v in self.bindings.items() if isinstance(v, Later) and not v.name}
            known = set(self.bindings) | builtins_in(self.tree)
            unsure |= known - (modules if star else set())
        self._written(node, effects)
        for name in unsure:
            if "#" not in name:
                self.bindings[name] = self._unknown(name, node)
        for name, value in values.items():
            if value is MISSING and isinstance(node, ast.Delete):
                self.bindings.pop(name, None)
                continue
            self.bindings[name] = self._unknown(name, node) if value is MISSING else value
            if _may_change(value):
                self._changeable.setdefault(self.names.groups.of(name), set()).add(name)

    def _unknown(self, name: str, node: ast.stmt) -> NotEvaluated:
        found = self.names.definitions(name)
        code = any(
            d.alias is not None or isinstance(d.statement, ast.FunctionDef | ast.ClassDef)
            for d in found
            if getattr(d.statement, "name", name) == name
        )
        return NotEvaluated(getattr(node, "lineno", 0), code or not found)

    def _written(self, node: ast.stmt, effects: Effects) -> None:
        """What may have been changed is no longer known; arrays keep their type."""
        if not self._changeable:
            return
        groups = self.names.groups
        reshaped = {groups.of(name) for name in effects.reshapes}
        for group in {groups.of(name) for name in effects.writes}:
            for name in self._changeable.get(group, ()):
                value = self.bindings.get(name)
                if isinstance(node, ast.ClassDef) and isinstance(value, ParsedClass):
                    continue  # methods do not run yet: `stored_attributes.py` looks for the rest
                kept = isinstance(value, np.ndarray | ParsedClass) and group not in reshaped
                if _may_change(value) and not kept:
                    self.bindings[name] = self._unknown(name, node)

    def _values(self, node: ast.stmt) -> dict[str, Any]:
        """What a simple statement binds names to, `MISSING` for what is not known."""
        match node:
            case ast.FunctionDef():
                self._note_defaults(node)
                return {node.name: ParsedFunction(self, node)}
            case ast.ClassDef():
                return {node.name: ParsedClass(self, node, self._seen(node))}
            case ast.Import(names=[alias]):
                return {_bound(alias): Later(alias.name if alias.asname else _root(alias), None)}
            case ast.ImportFrom(names=[alias]):
                return {_bound(alias): Later(node.module or "", alias.name, node.level)}
            case ast.Assign():
                found: dict[str, Any] = {}
                for target in node.targets:
                    found |= self._assigned(target, node.value)
                return found
            case ast.AnnAssign(value=ast.expr() as value):
                return self._assigned(node.target, value)
            case ast.AugAssign(target=ast.Name(id=name)):
                if isinstance(self._found(name), np.ndarray):
                    return {name: self._found(name)}
                both = ast.BinOp(ast.Name(name, ast.Load()), node.op, node.value)
                return {name: constant_value(both, self._here)}
            case ast.Delete():
                return {t.id: MISSING for t in node.targets if isinstance(t, ast.Name)}
        return {}

    def _seen(self, node: ast.ClassDef) -> dict[str, Any]:
        """What the names in a class statement stand for, as far as they are bound by now."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        return {name: self.bindings[name] for name in names & self.bindings.keys()}

    def _note_defaults(self, node: ast.FunctionDef) -> None:
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None and not isinstance(default, ast.Constant):
                self.defaults[default] = constant_value(default, self._here)

    def _assigned(self, target: ast.expr, value: ast.expr) -> dict[str, Any]:
        return {
            part.id: constant_value(given, self._here)
            for part, given in paired(target, value)
            if isinstance(part, ast.Name)
        }


def _may_change(value: Any) -> bool:
    """Whether a value may become another one while it stays the same object."""
    kinds = (np.ndarray, list, dict, set, ParsedClass, FromClass, type)
    return isinstance(value, kinds) or (isinstance(value, tuple) and not all(map(is_plain, value)))


def _bound(alias: ast.alias) -> str:
    return alias.asname or _root(alias)


def _root(alias: ast.alias) -> str:
    return alias.name.partition(".")[0]


@dataclass(frozen=True)
class Later:
    """An import that is followed when its name is first used."""

    module: str
    name: str | None
    level: int = 0

    def is_trusted(self, scope: ParsedModule) -> bool:
        """Whether it is surely there, in a library whose import runs no code of the user's."""
        root = self.module.partition(".")[0]
        return root in TRUSTED and not self.level and self.load(scope) is not MISSING

    def load(self, scope: ParsedModule) -> Any:
        """What it brings into a module."""
        return self.load_from(scope.path, scope.files)

    def load_from(self, importer: Path, files: dict[Path, ParsedModule]) -> Any:
        """What it brings into the module of a path."""
        folder = importer.parent
        root = self.module.partition(".")[0]
        if root in TRUSTED and not self.level:
            return self._load_trusted()
        for _ in range(self.level - 1):
            folder = folder.parent
        for place in [folder] if self.level else [folder, package_root(folder)]:
            path = place.joinpath(*self.module.split(".")) if self.module else place
            for candidate in (path.with_suffix(".py"), path / "__init__.py"):
                if candidate.is_file():
                    module = parse_module(candidate, files)
                    return module if self.name is None else self._member(module, importer)
        return MISSING

    def _member(self, module: ParsedModule, importer: Path) -> Any:
        """A name of a module, or a module of a package."""
        assert self.name is not None
        inner = module.path.parent / f"{self.name}.py"
        if module.path.resolve() == importer.resolve() and inner.is_file():
            return parse_module(inner, module.files)  # a package that imports one of its modules
        return module.resolve(self.name)

    def _load_trusted(self) -> Any:
        try:
            module = importlib.import_module(self.module)
            if self.name is None:
                return module
            return getattr(module, self.name, MISSING)
        except ImportError:
            return MISSING


def parse_module(path: Path, files: dict[Path, ParsedModule] | None = None) -> ParsedModule:
    """Parse a module and note what its top level binds, without running it.

    Args:
        path: the file.
        files: modules that have been parsed already, by their path; this one is added.

    Raises:
        UnsupportedError: it is not Python.
        SourceUnavailableError: it cannot be read.
    """
    files = {} if files is None else files
    known = path.resolve()
    if known not in files:
        text, tree = read_module(path)
        define_lambdas(tree.body)
        name_stars(tree, lambda module, level: Later(module, None, level).load_from(path, files))
        module = files[known] = ParsedModule(path, text, tree, files)
        module.run(tree.body)
    return files[known]
