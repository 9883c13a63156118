"""Several variables take new values at once: ordered statements, or a tuple where they swap."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from sourcead.backend import syntax


@dataclass(frozen=True, slots=True)
class Move:
    """`target = value`, where the value's expression reads the given variables.

    `augmented`: `x = x + v` may be printed `x += v`.
    """

    target: str
    value: ast.expr
    reads: frozenset[str]
    augmented: bool = False

    @property
    def is_trivial(self) -> bool:
        return isinstance(self.value, ast.Name) and self.value.id == self.target

    def statement(self) -> ast.stmt:
        target, value = syntax.target(self.target), self.value
        if self.augmented and isinstance(value, ast.BinOp) and isinstance(value.left, ast.Name):
            if value.left.id == self.target and isinstance(value.op, ast.Add | ast.Sub):
                return syntax.augmented(target, value.op, value.right)
        return syntax.assign(target, value)


def sequence(moves: Iterable[Move]) -> list[ast.stmt]:
    """Statements with the effect of all moves at once.

    Example:
        >>> read = lambda n: (syntax.name(n), frozenset([n]))
        >>> from sourcead.backend.printing import to_text
        >>> print(to_text(sequence([Move("a", *read("b")), Move("b", *read("c"))])), end="")
        a = b
        b = c
        >>> print(to_text(sequence([Move("a", *read("b")), Move("b", *read("a"))])), end="")
        a, b = b, a
    """
    pending = [m for m in moves if not m.is_trivial]
    statements: list[ast.stmt] = []
    while pending:
        ready = next((m for m in pending if _is_free(m, pending)), None)
        if ready is None:
            targets = syntax.targets([m.target for m in pending])
            values = syntax.tuple_of([m.value for m in pending])
            statements.append(syntax.assign(targets, values))
            break
        statements.append(ready.statement())
        pending.remove(ready)
    return statements


def chained(statements: list[ast.stmt]) -> list[ast.stmt]:
    """`a = b = 0.0` for neighbouring assignments of one number.

    Example:
        >>> from sourcead.backend.printing import to_text
        >>> print(to_text(chained(ast.parse("a = 0.0; b = 0.0; c = 1.0").body)), end="")
        a = b = 0.0
        c = 1.0
    """
    found: list[ast.stmt] = []
    for statement in statements:
        last = found[-1] if found else None
        if isinstance(last, ast.Assign) and isinstance(statement, ast.Assign):
            if _same_number(last.value, statement.value):
                found[-1] = ast.Assign(last.targets + statement.targets, last.value)
                continue
        found.append(statement)
    return found


def _same_number(a: ast.expr, b: ast.expr) -> bool:
    if not (isinstance(a, ast.Constant) and isinstance(b, ast.Constant)):
        return False
    return isinstance(a.value, int | float) and repr(a.value) == repr(b.value)


def _is_free(move: Move, pending: list[Move]) -> bool:
    """Whether no other move still needs the old value of the target."""
    return all(other is move or move.target not in other.reads for other in pending)
