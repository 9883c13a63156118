"""Where in what a loop yields its streams' elements stand, and what they are called."""

from __future__ import annotations

import ast

from sourcead.frontend.bindings import Binding, Items, hint_of
from sourcead.ir.core import Value

# Which of the streams' elements a turn yields as they are, and where in the tuple that it yields.
Places = int | None | tuple["Places", ...]


def name_elements(target: ast.expr, places: Places, items: list[Value]) -> None:
    """Elements that are arrays or containers are called as the program calls them."""
    if isinstance(places, int) and isinstance(target, ast.Name):
        items[places].hint = items[places].hint or hint_of(target.id)
    if isinstance(places, tuple) and isinstance(target, ast.Tuple):
        for part, place in zip(target.elts, places, strict=False):
            name_elements(part, place, items)


def name_values(target: ast.expr, item: Binding) -> None:
    if isinstance(item, Value) and isinstance(target, ast.Name):
        item.hint = item.hint or hint_of(target.id)
    if isinstance(item, Items) and isinstance(target, ast.Tuple):
        for part, inner in zip(target.elts, item.items, strict=False):
            name_values(part, inner)


def moved(places: Places, by: int) -> Places:
    """The places in a longer list of streams."""
    if isinstance(places, tuple):
        return tuple(moved(place, by) for place in places)
    return None if places is None else places + by
