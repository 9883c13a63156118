"""The shape of a Python result: nested containers whose leaves are results of the function."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Leaf:
    """The `index`-th result of the function's region."""

    index: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """A static result: None, a string, a number known to the compiler."""

    value: Any


@dataclass(frozen=True, slots=True)
class Node:
    """A container: `kind` is tuple, list, dict or object (of class `cls`)."""

    kind: str
    keys: tuple[Hashable, ...]
    children: tuple[Structure, ...]
    cls: Hashable = None


Structure = Leaf | Fixed | Node


def leaves(structure: Structure) -> Iterator[int]:
    """Indices of the results in the order in which they appear."""
    if isinstance(structure, Leaf):
        yield structure.index
    elif isinstance(structure, Node):
        for child in structure.children:
            yield from leaves(child)
