"""The shape of a Python result: nested containers whose leaves are results of the function."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
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


def map_leaves(structure: Structure, change: Callable[[Leaf], Structure]) -> Structure:
    """The same containers with each leaf changed."""
    if isinstance(structure, Node):
        children = tuple(map_leaves(child, change) for child in structure.children)
        return replace(structure, children=children)
    return change(structure) if isinstance(structure, Leaf) else structure


def leaves(structure: Structure) -> Iterator[int]:
    """Indices of the results in the order in which they appear."""
    if isinstance(structure, Leaf):
        yield structure.index
    elif isinstance(structure, Node):
        for child in structure.children:
            yield from leaves(child)
