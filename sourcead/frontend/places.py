"""Names of elements of lists of unknown length: places that a change of the list may move."""

from __future__ import annotations

import ast

from sourcead.frontend.bindings import Binding, Cell, Content, Store, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.sharing import views_in
from sourcead.ir.core import Op, Value
from sourcead.ir.types import ArrayT, ListT


def is_followed(frame: Frame, binding: Binding) -> bool:
    """Whether the elements of a list of unknown length are places in it for a loop."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    t = content.type if isinstance(content, Value) else None
    return frame.program.ways.follows and isinstance(t, ListT) and isinstance(t.elem, ArrayT)


def check_places(frame: Frame, owner: Cell, new: Content, node: ast.AST) -> None:
    """Refuse to change a list where a name that is still read stands for one of its elements."""
    old = frame.state.contents.get(owner)
    if isinstance(owner, Store):
        return
    if not isinstance(old, Value) or not isinstance(old.type, ListT):
        return
    op = new.op if isinstance(new, Value) else None
    for view in views_in(frame, frame.roots(frame.live_now()), owner):
        if op is None or not _stays(op, old, view):
            frame.refuse(
                node, "SAD201",
                f"`{owner.hint or 'a list'}` is changed while an element of it has a name",
                "where the element is afterwards, or whether it is there, is not followed",
                "a `.copy()` of the element",
            )  # fmt: skip


def _stays(op: Op, old: Value, view: View) -> bool:
    """Whether an element is at its place after a list has been changed."""
    (place,) = view.step.attrs["index"]
    if not op.operands or op.operands[0] is not old or not isinstance(place, int) or place < 0:
        return False
    if op.name == "setitem":
        (written,) = op.attrs["index"]
        return isinstance(written, int) and written >= 0 and written != place
    return op.name in ("append", "extend")


def keeps_length(new: Content | None, old: Content) -> bool:
    """Whether a list is surely as long as an older version of it."""
    if new is old:
        return True
    op = new.op if isinstance(new, Value) else None
    if op is None or not isinstance(new, Value):
        return False
    if op.name == "setitem":
        return keeps_length(op.operands[0], old)
    if op.name == "if":
        number = op.results.index(new)
        return all(keeps_length(region.yields[number], old) for region in op.regions)
    return False
