"""Lists of which something has kept the elements: Python would not see what becomes of them.

`itertools.cycle` keeps the elements that it has come by, and yields them again. Here they are
looked up in the list, which must then be what it was.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from sourcead.frontend.bindings import Binding, Cell, Content
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import is_written
from sourcead.ir.core import Value
from sourcead.ir.loops import Loop


def check_kept(frame: Frame, begun: Binding, items: Binding, node: ast.AST) -> None:
    """Refuse a list that is not what it was when its elements were first taken (by `begun`)."""
    if not isinstance(begun, Cell) or not isinstance(items, Cell):
        return
    now = frame.state.contents[items]
    old = frame.program.kept_lists.setdefault(begun, now)
    _check(frame, items, now, old, node)


def check_kept_in_loop(
    frame: Frame,
    entry: Mapping[Cell, Content],
    head: Mapping[Cell, Content],
    end: Mapping[Cell, Content],
    node: ast.AST,
) -> None:
    """The same of lists that a loop carries: what its turns begin with is known when it is done."""
    for cell, carried, old in list(frame.program.carried_lists):
        if head.get(cell) is carried:
            if end.get(cell) is not carried:
                _refuse(frame, node)
            _check(frame, cell, entry[cell], old, node)


def _check(frame: Frame, cell: Cell, now: Content, old: Content, node: ast.AST) -> None:
    now = _at_first(now)
    if not is_written(old, now):
        return
    if not isinstance(now, Value) or now.op is not None:
        _refuse(frame, node)
    frame.program.carried_lists.append((cell, now, old))


def _at_first(content: Content) -> Content:
    """What a value was before loops that carry it and leave it as it is."""
    while isinstance(content, Value) and content.op is not None:
        if content.op.name not in ("for", "while"):
            break
        loop, place = Loop(content.op), content.op.results.index(content)
        if place >= loop.n_carries or loop.nexts[place] is not loop.carries[place]:
            break
        content = loop.inits[place]
    return content


def _refuse(frame: Frame, node: ast.AST) -> None:
    frame.refuse(
        node, "SAD109", "a list is changed that `itertools.cycle` has begun to run over",
        "which elements it has kept depends on the turn", "a `cycle` over a copy",
    )  # fmt: skip
