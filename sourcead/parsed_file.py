"""What the command line reads off a file: marked functions, and the statements behind names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sourcead.errors import UsageError
from sourcead.ir.core import GlobalRef
from sourcead.standalone import bound_names, import_statement

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
    tree: ast.Module
    text: str

    def definition(self, name: str) -> ast.FunctionDef | None:
        """The function of that name: as in Python, the last definition counts."""
        found = [n for n in self.tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
        return found[-1] if found else None

    def marks(self) -> list[Mark]:
        """The functions that are marked for differentiation, in order.

        Raises:
            UsageError: a decorator's arguments are not literals.
        """
        names = dict(self._imported_marks())
        marks = []
        for node in self.tree.body:
            for decorator in getattr(node, "decorator_list", []):
                mode = names.get(ast.unparse(_called(decorator)))
                if mode is not None and isinstance(node, ast.FunctionDef):
                    mode += "_aux" if _has_aux(decorator) else ""
                    marks.append(Mark(node.name, mode, self._wrt(decorator)))
        return marks

    def _imported_marks(self) -> Iterator[tuple[str, str]]:
        """How decorators are spelled in this file, and the mode each stands for."""
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

    def binding_statements(self, name: str, ref: GlobalRef) -> list[str]:
        """The statements that bind a name in a module that is written: copied where they stand.

        Args:
            name: the name that generated code uses.
            ref: what it stands for.

        Returns:
            Imports and assignments, each after what it needs itself.
        """
        origin = self._file_of(ref)
        if origin is None:
            return [import_statement(name, ref)]
        found = list(dict.fromkeys(origin._statements(ref.name, set())))
        if ref.name == name:
            return found
        *needed, last = found
        value = self._plain_value(last)
        return [*needed, f"{name} = {value}"] if value else [*found, f"{name} = {ref.name}"]

    @staticmethod
    def _plain_value(statement: str) -> str | None:
        """The right side of `name = value`, None for any other statement."""
        node = ast.parse(statement).body[0]
        if isinstance(node, ast.Assign) and [type(t) for t in node.targets] == [ast.Name]:
            return ast.get_source_segment(statement, node.value)
        return None

    def _file_of(self, ref: GlobalRef) -> ParsedFile | None:
        """The parsed file that a reference leads to, None for a library."""
        if ref.file and Path(ref.file).resolve() != self.path.resolve():
            return parse_file(Path(ref.file))
        return self if ref.file or ref.module == self.path.stem else None

    def _statements(self, name: str, seen: set[str]) -> Iterator[str]:
        if name in seen:
            return
        seen.add(name)
        for node in self.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    if (alias.asname or alias.name.partition(".")[0]) == name:
                        yield _import_of(node, alias)
            elif name in bound_names(node):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Name) and inner.id not in bound_names(node):
                        yield from self._statements(inner.id, seen)
                yield ast.get_source_segment(self.text, node) or ast.unparse(node)


def parse_file(path: Path) -> ParsedFile:
    """Parse a file.

    Args:
        path: the file.

    Returns:
        Its contents.

    Raises:
        SyntaxError: it is not Python.
    """
    text = path.read_text(encoding="utf-8")
    return ParsedFile(path, ast.parse(text, str(path)), text)


def _has_aux(decorator: ast.expr) -> bool:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(k.arg == "has_aux" and ast.unparse(k.value) == "True" for k in keywords)


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _import_of(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """The import of one name alone."""
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
