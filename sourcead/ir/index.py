"""Subscripts as data: `x[i, 1:n, None]` is a tuple of entries that name operands by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """The k-th index operand of the operation (a scalar or an array)."""

    k: int


@dataclass(frozen=True, slots=True)
class Slice:
    """`lower:upper:step`, each None, an int or a `Ref`."""

    lower: int | Ref | None = None
    upper: int | Ref | None = None
    step: int | Ref | None = None


@dataclass(frozen=True, slots=True)
class NewAxis:
    """`None` in a subscript."""


@dataclass(frozen=True, slots=True)
class Dots:
    """`...` in a subscript."""


Entry = int | Ref | Slice | NewAxis | Dots
Index = tuple[Entry, ...]

FULL = Slice()


def refs(index: Index) -> list[int]:
    """The operand positions that an index uses, in order."""
    found: list[int] = []

    def visit(part: Any) -> None:
        if isinstance(part, Ref):
            found.append(part.k)
        elif isinstance(part, Slice):
            for bound in (part.lower, part.upper, part.step):
                visit(bound)

    for entry in index:
        visit(entry)
    return found
