"""What the command line reads off a file: marked functions, and the statements behind names."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sourcead.carried import carried, renamed
from sourcead.errors import SourceUnavailableError, UsageError
from sourcead.frontend.constants_of_files import OfFile
from sourcead.frontend.import_cycles import check_cycles
from sourcead.frontend.parsed_module import ParsedFunction, ParsedModule, Step, parse_module
from sourcead.frontend.source import FunctionSource, source_in
from sourcead.frontend.stored_attributes import (
    ANY,
    check_code_untouched,
    names_set,
    with_imported,
)
from sourcead.ir.constants import MISSING
from sourcead.ir.core import GlobalRef
from sourcead.repeatable import names_of, written_groups
from sourcead.standalone import Bindings, Bound, import_statement

MARKS = {"grad": "grad", "value_and_grad": "value_and_grad"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A function decorated with `@grad` or `@value_and_grad`, and what its decorator says."""

    name: str
    mode: str
    wrt: tuple[int | str, ...] = (0,)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file that is parsed and never executed."""

    path: Path
    module: ParsedModule

    @property
    def tree(self) -> ast.Module:
        return self.module.tree

    def source(self, name: str) -> FunctionSource | None:
        """The function of that name once the file has run, None where there is none.

        Raises:
            UnsupportedError: what the name stands for is only known when the file runs.
        """
        try:
            return source_in(self.module, name)
        except SourceUnavailableError:
            return None

    def marks(self) -> list[Mark]:
        """The functions that are marked for differentiation, in order.

        Raises:
            UsageError: a decorator's arguments are not literals.
        """
        names = dict(self._imported_marks())
        marks = []
        for found in self.module.bindings.values():
            if not isinstance(found, ParsedFunction) or found.module is not self.module:
                continue
            node = found.node
            for decorator in node.decorator_list:
                mode = names.get(ast.unparse(_called(decorator)))
                if mode is not None:
                    mode += "_aux" if _has_aux(decorator) else ""
                    marks.append(Mark(node.name, mode, self._wrt(decorator)))
        return marks

    def _imported_marks(self) -> Iterator[tuple[str, str]]:
        """How decorators are spelled in this file, and the mode each stands for."""
        if "sourcead" not in self.module.text:
            return
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == "sourcead":
                        yield from ((f"{alias.asname or 'sourcead'}.{m}", m) for m in MARKS)
            elif isinstance(node, ast.ImportFrom) and node.module == "sourcead":
                for alias in node.names:
                    if alias.name in MARKS:
                        yield alias.asname or alias.name, MARKS[alias.name]

    def _wrt(self, decorator: ast.expr) -> tuple[int | str, ...]:
        if not isinstance(decorator, ast.Call):
            return (0,)
        given = [k.value for k in decorator.keywords if k.arg == "wrt"]
        if not given:
            return (0,)
        try:
            wrt = ast.literal_eval(given[0])
        except ValueError:
            raise UsageError(
                f"{self.path}:{given[0].lineno}: wrt is not a literal: use --wrt"
            ) from None
        return tuple(wrt) if isinstance(wrt, tuple | list) else (wrt,)

    def bindings(self, wanted: Mapping[str, GlobalRef]) -> Bindings:
        """The statements that bind names in a module that is written: copied where they stand.

        Args:
            wanted: what each name stands for.

        Returns:
            Imports and other statements, each after what it needs itself.

        Raises:
            UnsupportedError: a statement that is needed cannot be carried over.
        """
        check_code_untouched(self.module.files)
        check_cycles(self.module.files)
        read = {self._file_of(ref) for ref in wanted.values()}
        for module in with_imported(self.module.files):
            if module in read or module.asked:
                self._check_untouched(module, module in read)
        statements: list[Bound] = []
        owners: dict[str, str] = {}
        by_file: dict[Path, dict[str, GlobalRef]] = {}
        wanted = {name: self._where_bound(ref) for name, ref in wanted.items()}
        for name, ref in wanted.items():
            origin = self._file_of(ref)
            owners[name] = str(origin.path) if origin is not None else name
            if origin is None:
                text = import_statement(name, ref)
                statements.append(Bound(text, name, frozenset({name}), is_import=True))
            else:
                by_file.setdefault(origin.path, {})[name] = ref
        # A file whose constants get other names leaves theirs behind: the next one binds them.
        for path in sorted(by_file, key=lambda p: all(n == r.name for n, r in by_file[p].items())):
            statements += self._of_file(parse_module(path, self.module.files), by_file[path])
        return Bindings(statements, owners)

    def _of_file(self, module: ParsedModule, wanted: dict[str, GlobalRef]) -> list[Bound]:
        """The statements for the names of one file."""
        found = carried(module, [ref.root for ref in wanted.values()], str(module.path))
        plain = {name for name, ref in wanted.items() if name == ref.name}
        for name, ref in wanted.items():
            if name not in plain:
                kept = any(other.root == ref.root for n, other in wanted.items() if n != name)
                found = renamed(found, ref.name, name, str(module.path), kept)
        return found

    def _check_untouched(self, module: ParsedModule, read: bool) -> None:
        """No other file may change what this one holds, or what of it has been relied on."""
        for other in with_imported(self.module.files):
            groups = other.names.groups
            homes = {groups.of(name) for name in names_of(module)}
            writes = other is not module and homes & written_groups(other)
            for step in other.steps if writes else []:
                written = homes & {groups.of(name) for name in step.effects.writes}
                if written and (read or _concerns(step, module)):
                    raise other.refusal(
                        step.node,
                        f"this may change what `{module.module}` holds, which is read",
                        "the file is parsed and never executed",
                        "the constant as an argument, or call `sourcead.grad` in a program",
                    )

    def _where_bound(self, ref: GlobalRef) -> GlobalRef:
        """A constant that a rule of ours imports from another: what is written imports neither."""
        origin = self._file_of(ref) if ref.file else None
        path = origin.names.import_path(ref.root) if origin is not None else None
        if path is None or not path.startswith(f"{__package__}.rules."):
            return ref
        module, _, name = path.rpartition(".")
        file = importlib.import_module(module).__file__
        return self._where_bound(GlobalRef(module, name, str(file)))

    def _file_of(self, ref: GlobalRef) -> ParsedModule | None:
        """The parsed file that a reference leads to, None for a library."""
        if ref.file:
            return parse_module(Path(ref.file), self.module.files)
        return self.module if ref.module == self.path.stem else None


def _concerns(step: Step, module: ParsedModule) -> bool:
    """Whether a statement of another file may change what the compiler has relied on."""
    named = names_set(step.node)
    sets_only = isinstance(step.node, ast.Assign) and all(
        isinstance(target, ast.Attribute) for target in step.node.targets
    )
    held = (module.bindings.get(name, MISSING) for name in module.asked)
    data = any(
        not isinstance(value, OfFile | ModuleType) and value is not MISSING for value in held
    )
    return ANY in named or bool(named & module.asked) or (data and not sets_only)


def parse_file(path: Path) -> ParsedFile:
    """Parse a file.

    Args:
        path: the file.

    Returns:
        Its contents.

    Raises:
        SyntaxError: it is not Python.
    """
    return ParsedFile(path, parse_module(path))


def _has_aux(decorator: ast.expr) -> bool:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(k.arg == "has_aux" and ast.unparse(k.value) == "True" for k in keywords)


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator
