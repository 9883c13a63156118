"""Lists: what type their elements share, and lists of unknown length."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Closure,
    Conflict,
    Content,
    Items,
    Iteration,
    ListItems,
    Method,
    OrNone,
    Pending,
    Static,
    Store,
    Super,
    View,
)
from sourcead.frontend.columns import alike_in_list, array_number, number_array, numbers_arrays
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.sharing import kin, may_be_same, parts_of, reachable_cells, reads_inside
from sourcead.ir.core import Value
from sourcead.ir.types import (
    UNDEF,
    ArrayT,
    ListT,
    StructT,
    Type,
    UnknownT,
    join,
    may_be_real_number,
)

NO_ELEMENTS = (Static, Method, Closure, Iteration, Conflict, Applied, Super, OrNone)


def element_type(frame: Frame, items: Iterable[Binding], node: ast.AST) -> Type | None:
    """The type that all elements share, None where they do not go together in a list."""
    types: list[Type] = []
    for item in items:
        if isinstance(item, Items) and any(map(_is_code, item.items)):
            return None
        if isinstance(item, NO_ELEMENTS) or is_pending(frame, item):
            return None
        number = array_number(item)
        types.append((number or read(frame, item, node)).type)
    return shared_type(alike_in_list(types))


def element(frame: Frame, item: Binding, node: ast.AST, begins: bool = True) -> Value:
    """What a list of unknown length holds of something: of an array its number, if it has one.

    `begins`: one that has no name may get its number now. Where paths meet it is too late.
    """
    known = frame.program.ways.columns
    if known is None or not known.arrays:
        return read(frame, item, node)
    if isinstance(item, Items) and item.cls is None and item.kind == "tuple":
        return frame.op("tuple", [element(frame, part, node, begins) for part in item.items])
    content = frame.state.contents.get(item) if isinstance(item, Cell) else None
    if isinstance(content, ListItems):
        return frame.op("list", [element(frame, part, node, begins) for part in content.items])
    number = array_number(item)
    if number is not None:
        return number
    check_no_copy(frame, item, node)
    value = read(frame, item, node)
    if not isinstance(value.type, ArrayT):
        return value
    if isinstance(item, Value) and begins:
        (number,) = number_array(frame, value).step.operands
        return number
    made = {c.made for c in (item, *item.doubts)} - {None} if isinstance(item, Cell) else set()
    if made - known.made:
        known.number(made)
    return frame.refuse(
        node, "SAD201", "a part of an array, or what may be another one, is put into a list",
        "a write through the list would change both", "a `.copy()` of it",
    )  # fmt: skip


def check_no_copy(frame: Frame, item: Binding, node: ast.AST) -> None:
    """Refuse to keep what a container holds now, where others may write arrays in it."""
    if isinstance(item, View) or not numbers_arrays(frame):
        return
    if any(isinstance(cell, Store) for cell in reachable_cells(frame, [item])):
        frame.refuse(
            node, "SAD201", "a container of arrays is kept, to which others lead, too",
            "a write into one of them would change what is kept", "`.copy()` of the arrays",
        )  # fmt: skip


def is_pending(frame: Frame, binding: Binding) -> bool:
    """Whether something is an iterator that nothing has been taken from."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return isinstance(content, Pending)


def shared_type(types: Iterable[Type]) -> Type | None:
    """The type that all of these are of, None if nothing would be known of it."""
    found: Type = UNDEF
    for t in types:
        unknown = _has_unknown(t) or _has_unknown(found)
        if not unknown and not isinstance(found, type(t)) and found != UNDEF:
            return None
        found = join(found, t)
        if _has_unknown(found) and not unknown:
            return None
    return found


def _is_code(binding: Binding) -> bool:
    """Whether something selects code: a function, a module, a type."""
    if isinstance(binding, Items):
        return any(map(_is_code, binding.items))
    if isinstance(binding, Static):
        return not isinstance(binding.value, bool | int | float | complex | str | tuple | None)
    return isinstance(binding, Method | Closure | Iteration | Applied | Super)


def _has_unknown(t: Type) -> bool:
    """Whether nothing is known of a value, or of a part of it."""
    if isinstance(t, StructT):
        return any(map(_has_unknown, t.types))
    return _has_unknown(t.elem) if isinstance(t, ListT) else isinstance(t, UnknownT)


def as_dynamic_list(
    frame: Frame,
    content: Content,
    node: ast.AST,
    owner: Cell | None = None,
    begins: bool = True,
) -> Value:
    """A list of known structure, that of `owner`, as a list of unknown length.

    `begins`: see `element`.
    """
    if isinstance(content, Value):
        return content
    if not isinstance(content, ListItems) or element_type(frame, content.items, node) is None:
        frame.refuse(
            node,
            "SAD110",
            "the elements of this list have different types",
            "a list whose length changes in a loop must hold one type",
            "use one list for each type",
        )
    if owner is not None and not apart(frame, content.items, owner):
        owner.shared = True
    for item in content.items:
        mark_held(frame, item, owner)
    values = [element(frame, item, node, begins) for item in content.items]
    return frame.op("list", values, attrs={"dynamic": True})


def as_array(frame: Frame, value: Value) -> Value:
    """What NumPy makes of a list of unknown length; its cotangent becomes that of the list."""
    if isinstance(value.type, ListT) and may_be_real_number(value.type):
        return frame.op("np.array", [value], ("object",))
    return value


def mark_held(frame: Frame, item: Binding, holder: Cell | None = None) -> bool:
    """Note that something was put into a list of unknown length: a write would change both."""
    for cell in reachable_cells(frame, [item]):
        if isinstance(cell, Store):
            continue
        for same in kin(cell, frame.state):
            same.holder = holder if not same.held or same.holder is holder else None
            same.held = True
    return isinstance(item, Cell | View)


def apart(frame: Frame, items: Iterable[Binding], owner: Cell | None = None) -> bool:
    """Whether the elements of a list, and what is in them, are known to nobody but the list.

    A list of unknown length says nothing of which objects it holds, so that a write into one of
    them is followed only where this holds. `owner` is the list, whose names do not count.
    """
    found: list[Cell] = []
    todo = list(items)
    while todo:
        item = todo.pop()
        match item:
            case Value() | Static():
                continue
            case Items(items=parts):
                todo += parts
            case Cell(owner="local") if item not in found and _is_free(item, owner):
                found.append(item)
                todo += parts_of(frame.state.contents.get(item))
            case _:
                return False
    if not found:
        return True
    names = frame.live_after() | reads_inside(frame)
    known = reachable_cells(frame, frame.roots(names), beside=owner)
    return not any(c in known or any(may_be_same(c, other) for other in known) for c in found)


def _is_free(item: Cell, owner: Cell | None) -> bool:
    """Whether no list of unknown length but `owner` holds an object, or knows of what is in it."""
    held = item.held and (owner is None or item.holder is not owner)
    return not held and not item.shared


def put_into(frame: Frame, owner: Binding, item: Binding) -> None:
    """Note that a list of unknown length is going to hold something."""
    alone = apart(frame, [item])
    if mark_held(frame, item) and not alone and isinstance(owner, Cell):
        owner.shared = True


# What is changed -----------------------------------------------------------------------------


def is_written(before: Content, after: Content | None) -> bool:
    """Whether an object has changed; a list may have been put together to look something up."""
    if isinstance(before, ListItems) and isinstance(after, Value):
        return not _is_list_of(after, before.items)
    return after is not before


def _is_list_of(value: Value, items: tuple[Binding, ...]) -> bool:
    op = value.op
    if op is not None and op.name == "if":
        place = op.results.index(value)
        return all(_is_list_of(region.yields[place], items) for region in op.regions)
    if op is None or op.name != "list" or len(op.operands) != len(items):
        return False
    return all(v is item for v, item in zip(op.operands, items, strict=True))
