"""Where the nodes of a program stand, and the text of their statements."""

from __future__ import annotations

import ast

from sourcead.frontend.source import FunctionSource
from sourcead.ir.core import Loc


class Locations:
    """Places and texts, each made once: a program may be lowered in several ways."""

    def __init__(self) -> None:
        self.texts: dict[ast.stmt, str] = {}
        self._known: dict[tuple[ast.AST, ast.stmt | None], Loc] = {}

    def of(self, source: FunctionSource, node: ast.AST, stmt: ast.stmt | None) -> Loc:
        """Where a node of a statement stands."""
        found = self._known.get((node, stmt))
        if found is None:
            line = getattr(node, "lineno", 0) + source.line_offset
            on_one_line = getattr(node, "lineno", 0) == getattr(node, "end_lineno", None)
            end = getattr(node, "end_col_offset", 0) if on_one_line else 0
            text, col = self.statement_text(source, stmt), getattr(node, "col_offset", 0)
            found = self._known[node, stmt] = Loc(source.file, line, col, text, end or 0)
        return found

    def statement_text(self, source: FunctionSource, stmt: ast.stmt | None) -> str:
        """A statement on one line, without comments; of a compound one its header."""
        if stmt is None:
            return ""
        text = self.texts.get(stmt)
        if text is None:
            text = self.texts[stmt] = _text(source, stmt)
        return text


HEADERS: dict[type[ast.stmt], tuple[str, ...]] = {
    ast.If: ("test",),
    ast.While: ("test",),
    ast.For: ("iter",),
}


def _text(source: FunctionSource, stmt: ast.stmt) -> str:
    end_node: ast.AST = stmt
    suffix = ""
    for name in HEADERS.get(type(stmt), ()):
        end_node, suffix = getattr(stmt, name), ":"
    first = stmt.lineno + source.line_offset
    last = (getattr(end_node, "end_lineno", None) or stmt.lineno) + source.line_offset
    stop = getattr(end_node, "end_col_offset", 0)
    pieces = []
    for line in range(first, last + 1):
        raw = source.line_text(line).encode()
        if line == last:
            raw = raw[:stop]
        if line == first:
            raw = raw[stmt.col_offset :]
        pieces.append(raw.decode().strip())
    return " ".join(pieces) + suffix
