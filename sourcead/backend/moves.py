"""Several variables take new values at once: ordered statements, or a tuple where they swap."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from sourcead.backend import syntax


@dataclass(frozen=True, slots=True)
class Move:
    """`target = value`, where the value's expression reads the given variables."""

    target: str
    value: ast.expr
    reads: frozenset[str]

    @property
    def is_trivial(self) -> bool:
        return isinstance(self.value, ast.Name) and self.value.id == self.target


def sequence(moves: Iterable[Move]) -> list[ast.stmt]:
    """Statements with the effect of all moves at once.

    Example:
        >>> read = lambda n: (syntax.name(n), frozenset([n]))
        >>> [ast.unparse(s) for s in sequence([Move("a", *read("b")), Move("b", *read("c"))])]
        ['a = b', 'b = c']
        >>> [ast.unparse(s) for s in sequence([Move("a", *read("b")), Move("b", *read("a"))])]
        ['a, b = (b, a)']
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
        statements.append(syntax.assign(syntax.target(ready.target), ready.value))
        pending.remove(ready)
    return statements


def _is_free(move: Move, pending: list[Move]) -> bool:
    """Whether no other move still needs the old value of the target."""
    return all(other is move or move.target not in other.reads for other in pending)
