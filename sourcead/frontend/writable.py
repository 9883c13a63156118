"""Whether an object may be written: not where another name may or may not see it."""

from __future__ import annotations

import ast
from typing import NoReturn

from sourcead.frontend.bindings import Cell, ListItems, Lost, Store, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.read_only import check_writable
from sourcead.frontend.sharing import (
    alike,
    may_be_same,
    objects_in,
    objects_of,
    reachable_cells,
)
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, ListT

# What gives each argument in the shape of all of them.
STRETCHES = {"np.broadcast_arrays", "np.meshgrid"}


def check_write(frame: Frame, cell: Cell, node: ast.AST) -> None:
    """Refuse a write that other names may or may not see."""
    if cell.owner == "global":
        frame.refuse(
            node,
            "SAD202",
            f"`{cell.hint}` belongs to an enclosing scope and is written here",
            "the program outside would see the change, and a derivative must not have such effects",
            f"pass `{cell.hint}` as an argument, or write to `{cell.hint}.copy()`",
        )
    check_held(frame, cell, node)
    check_writable(frame, cell, node)
    frame.program.clobbered |= {c for c in cell.doubts if c.owner == "param"}
    reachable = reachable_cells(frame, frame.roots(frame.live_now()))
    _lose(frame, cell, set(frame.kept_cells()) - reachable.keys(), "was an argument that is")
    read = frame.program.read_by_iterators()
    _lose(frame, cell, read - reachable.keys(), "is read by an iterator, and")
    for other in reachable:
        if other is not cell and may_be_same(cell, other) and _alike(frame, cell, other):
            name, second = _shown(frame, cell, "this array"), _shown(frame, other, "another array")
            frame.refuse(
                node,
                "SAD201",
                f"{name} is written while {second} may or may not share its memory",
                "what the program computes then depends on the path taken, or on a memory layout "
                "that only NumPy knows",
                f"make one of them a `.copy()` where it is assigned, so {name} stands alone",
            )


def _shown(frame: Frame, cell: Cell, otherwise: str) -> str:
    """What a message calls an array: as it was made, or by a name that stands for it."""
    names = (
        name
        for name, binding in frame.state.env.items()
        if cell is (binding.cell if isinstance(binding, View) else binding)
    )
    found = cell.hint or next(names, "")
    return f"`{found}`" if found.isidentifier() else otherwise


def _lose(frame: Frame, cell: Cell, others: set[Cell], which: str) -> None:
    """Objects that no name leads to, and that may be the one that is written."""
    for other in others & frame.state.contents.keys():
        if other is not cell and may_be_same(cell, other):
            frame.state.contents[other] = Lost(f"{which} overwritten on some paths")


def _alike(frame: Frame, cell: Cell, other: Cell) -> bool:
    """Whether two cells may hold one object: an array is no list of arrays."""
    contents = [frame.state.contents.get(c) for c in (cell, other)]
    arrays = [isinstance(getattr(c, "type", None), ArrayT) for c in contents]
    lists = [isinstance(c, ListItems) for c in contents]
    return not (any(arrays) and any(lists))


def check_held(frame: Frame, cell: Cell, node: ast.AST) -> None:
    """Refuse to write what a list of unknown length holds, except where that is followed."""
    if not cell.held or isinstance(cell, Store):
        return
    content = frame.state.contents.get(cell)
    origin = content.op if isinstance(content, Value) else None
    if origin is not None and origin.name == "field":
        origin = origin.operands[0].op
    if origin is not None and origin.name in STRETCHES:
        frame.refuse(
            node,
            "SAD201",
            f"an element of `{cell.hint or 'an array'}` that is written may stand for several",
            f"`{origin.name}` gives views in which one element is seen at many places",
            "make a `.copy()` of it first",
        )
    _refuse_held(frame, cell, node)


def _refuse_held(frame: Frame, cell: Cell, node: ast.AST) -> NoReturn:
    frame.refuse(
        node,
        "SAD201",
        f"`{cell.hint or 'an array'}` is written while a list holds the same array",
        "the write would change the list's element as well",
        "put a `.copy()` into the list",
    )


def check_elements(frame: Frame, owner: Cell, t: ListT, node: ast.AST) -> None:
    """Refuse to write into an element of `owner` that something else may be known as."""
    frame.program.inside.add(owner)
    if owner.shared:
        _refuse_held(frame, owner, node)
    for other in reachable_cells(frame, frame.roots(frame.live_now())):
        if other is owner or not (other.held or other.shared):
            continue
        inside = objects_of(frame.state.contents.get(other))
        if any(alike(a, b) for a in objects_in(t.elem) for b in inside):
            name, second = owner.hint or "this list", other.hint or "another object"
            frame.refuse(
                node,
                "SAD201",
                f"an element of `{name}` is written while `{second}` may be, or hold, the same",
                "what a list of unknown length holds is not followed",
                f"a `.copy()` where `{second}` is assigned",
            )
