"""Loops over what their body changes: Python looks at each element when its turn comes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sourcead.frontend import lazy_prelude
from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Content,
    DictItems,
    Items,
    Iteration,
    ListItems,
    View,
)
from sourcead.frontend.frame import Frame
from sourcead.frontend.iteration import VIEWS, known_items
from sourcead.frontend.iterators import Generated, steps
from sourcead.frontend.lists import is_written
from sourcead.frontend.places import is_followed, keeps_length
from sourcead.frontend.sharing import reachable_cells
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import read_item
from sourcead.ir.core import Value
from sourcead.ir.types import ListT

State = dict[Cell, Content]


def over_name(node: ast.For) -> str:
    """Under which name a loop holds what it runs over: whoever may change it can be told."""
    return f"<over {node.lineno}.{node.col_offset}>"


def containers(frame: Frame, binding: Binding) -> Iterator[Binding]:
    """The lists, tuples and dicts whose elements a loop takes."""
    if isinstance(binding, Iteration) and not isinstance(binding, Generated):
        for part in binding.parts:
            yield from containers(frame, part)
    elif isinstance(binding, Items) or is_list(frame, binding) or _keys(frame, binding) is not None:
        yield binding


def is_list(frame: Frame, binding: Binding) -> bool:
    """Whether something is a list, of known length or not."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return isinstance(content, ListItems) or _is_dynamic(content)


def _is_dynamic(content: Content | None) -> bool:
    return isinstance(content, Value) and isinstance(content.type, ListT)


def _keys(frame: Frame, binding: Binding) -> list[object] | None:
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return list(content.items) if isinstance(content, DictItems) else None


def taken_at_entry(frame: Frame, binding: Binding) -> set[Cell]:
    """The objects that a loop over streams reads before its first turn."""
    found: set[Cell] = set()
    for part in containers(frame, binding):
        found.update(reachable_cells(frame, [part]))
    return found


def changes(frame: Frame, taken: Iterable[Cell], before: State, after: State) -> bool:
    """Whether some of these objects hold something else."""
    for cell in taken:
        old, new = before.get(cell), after.get(cell)
        if old is None or not is_written(old, new):
            continue
        if not is_followed(frame, cell) or not keeps_length(new, old):
            return True
    return False


def refuse_changes(frame: Frame, node: ast.AST) -> None:
    """Refuse what runs over something that it changes."""
    frame.refuse(
        node, "SAD109", "the body of this loop changes what the loop runs over",
        "which elements there are, or what they hold, depends on the turn",
        "a loop over a copy, or over `range(...)`",
    )  # fmt: skip


# Elements that are known -------------------------------------------------------------------------

# A loop that has made its list longer than this by its own turns is taken to come to no end.
MOST_APPENDED = 512


def in_turn(frame: Frame, binding: Binding, node: ast.AST) -> Iterator[Binding] | None:
    """The items of a loop that is written out, each as it is when its turn comes.

    None where they are not known.
    """
    items = known_items(frame, binding, node)
    if items is None:
        return None
    if isinstance(binding, Cell) and (is_list(frame, binding) or _keys(frame, binding) is not None):
        return _elements_in_turn(frame, binding, node)
    if isinstance(binding, Cell | View):
        return (read_item(frame, binding, (k,), [], node) for k in range(len(items)))
    if isinstance(binding, Iteration) and binding.kind in VIEWS:
        return _viewed_in_turn(frame, binding, node)
    if isinstance(binding, Iteration) and binding.kind == "enumerate":
        inner, start = in_turn(frame, binding.parts[0], node), static_value(binding.parts[1])
        if inner is not None and isinstance(start, int):
            return _numbered(frame, inner, start)
    if isinstance(binding, Iteration) and binding.kind == "zip":
        return _rows_in_turn(frame, binding, items, node)
    if isinstance(binding, Iteration) and binding.kind == "reversed":
        return _backwards(frame, binding.parts[0], items, node)
    return iter(items)


def _numbered(frame: Frame, items: Iterator[Binding], start: int) -> Iterator[Binding]:
    for number, item in enumerate(items, start):
        yield Items((frame.const(number), item))


def _elements_in_turn(frame: Frame, cell: Cell, node: ast.AST) -> Iterator[Binding]:
    if _keys(frame, cell) is not None:
        yield from _keys_in_turn(frame, cell, node)
        return
    turn, length = 0, len(_items(frame, cell, node))
    while turn < len(items := _items(frame, cell, node)):
        if cell.deque is not None and len(items) != length:
            refuse_changes(frame, node)  # Python raises a RuntimeError
        if len(items) > length + MOST_APPENDED:
            frame.refuse(node, "SAD109", "this loop appends to what it runs over",
                         "it comes to no end", "a loop over a copy")  # fmt: skip
        yield items[turn]
        turn += 1


def _items(frame: Frame, cell: Cell, node: ast.AST) -> tuple[Binding, ...]:
    """The elements of a list as they are now."""
    content = frame.state.contents[cell]
    if not isinstance(content, ListItems):
        refuse_changes(frame, node)
    assert isinstance(content, ListItems)
    return content.items


def _viewed_in_turn(frame: Frame, view: Iteration, node: ast.AST) -> Iterator[Binding]:
    """What a view of a dict shows, each as it is when its turn comes."""
    (cell,) = view.parts
    assert isinstance(cell, Cell)
    for turn, _ in enumerate(_keys_in_turn(frame, cell, node)):
        yield (known_items(frame, view, node) or [])[turn]


def _keys_in_turn(frame: Frame, cell: Cell, node: ast.AST) -> Iterator[Binding]:
    keys = _keys(frame, cell)
    for key in known_items(frame, cell, node) or []:
        yield key
        if _keys(frame, cell) != keys:
            frame.refuse(
                node, "SAD109", "the body of this loop changes the keys of the dict",
                "Python raises a RuntimeError where a loop over a dict goes on after that",
                "a loop over `list(...)` of the dict",
            )  # fmt: skip


def _rows_in_turn(
    frame: Frame, zipped: Iteration, rows: list[Binding], node: ast.AST
) -> Iterator[Binding]:
    """The rows of a `zip`, some columns of which are lists."""
    columns = [p if isinstance(p, Cell) and is_list(frame, p) else None for p in zipped.parts]

    def now() -> list[tuple[Binding, ...] | None]:
        return [None if c is None else _items(frame, c, node) for c in columns]

    lengths = [None if c is None else len(c) for c in now()]
    for turn, row in enumerate(rows):
        assert isinstance(row, Items)
        current = now()
        if [None if c is None else len(c) for c in current] != lengths:
            refuse_changes(frame, node)
        pairs = zip(row.items, current, strict=True)
        yield Items(tuple(old if c is None else c[turn] for old, c in pairs))


def _backwards(
    frame: Frame, binding: Binding, items: list[Binding], node: ast.AST
) -> Iterator[Binding]:
    if not is_list(frame, binding):
        yield from items
        return
    assert isinstance(binding, Cell)
    turn = len(items) - 1
    while 0 <= turn < len(now := _items(frame, binding, node)):
        yield now[turn]
        turn -= 1


# Lists of unknown length -------------------------------------------------------------------------


def one_by_one(frame: Frame, binding: Binding, node: ast.AST) -> Generated | None:
    """A generator of the elements of lists, each as it is when its turn comes; None for others."""
    functions: dict[str, Callable[..., Any]] = {
        "enumerate": lazy_prelude.live_pairs,
        "reversed": lazy_prelude.live_backwards,
    }
    if any(isinstance(c, Cell) and c.deque is not None for c in containers(frame, binding)):
        return None  # Python raises a RuntimeError where its length changes
    if is_list(frame, binding):
        return steps(frame, lazy_prelude.live, [binding], node)
    if not isinstance(binding, Iteration):
        return None
    if binding.kind == "zip" and all(_can_be_indexed(frame, part) for part in binding.parts):
        return steps(frame, lazy_prelude.live_rows, [Items(binding.parts)], node)
    if binding.kind not in functions:
        return None
    inner, *more = binding.parts
    if binding.kind == "enumerate" and not is_list(frame, inner):
        made = one_by_one(frame, inner, node)
        if made is None:
            return None
        return steps(frame, lazy_prelude.numbered_from, [made, *more], node)
    if not is_list(frame, inner):
        return None
    return steps(frame, functions[binding.kind], [inner, *more], node)


def _can_be_indexed(frame: Frame, binding: Binding) -> bool:
    return isinstance(binding, Cell | View | Items) and _keys(frame, binding) is None
