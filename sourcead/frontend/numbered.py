"""Objects with numbers: how they are made, and how their attributes are read and written."""

from __future__ import annotations

import ast

from sourcead.frontend.bindings import (
    COLUMN,
    Binding,
    Cell,
    Instance,
    Items,
    ListItems,
    Numbered,
    OrNone,
    Static,
    Store,
    View,
)
from sourcead.frontend.columns import (
    Arrays,
    Column,
    array_at,
    array_number,
    fits_none,
    has_no_type,
    holds_objects,
    numbers_arrays,
)
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import as_dynamic_list, element, element_type, put_into
from sourcead.frontend.memory import numbered_content, read, write
from sourcead.frontend.outcomes import outcome
from sourcead.frontend.sharing import parts_of, reachable_cells
from sourcead.frontend.subscripts import read_item
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import Ref
from sourcead.ir.types import BOOL, UNDEF, UNKNOWN, ArrayT, ListT, NumberedT, Type, forget_axes

NONE = Static(None)
# What stands for None among the numbers of objects.
NOBODY = -1


def open_columns(frame: Frame) -> None:
    """Make the lists, which are empty when the program begins."""
    known = frame.program.ways.columns
    for cls, columns in known.classes.items() if known is not None else ():
        for name, column in columns.items():
            if column.type == UNDEF:
                continue
            empty = frame.op("list", [], attrs={"dynamic": True}, type=ListT(column.type))
            owner = getattr(cls, "__name__", "arrays").lower()
            cell = Store(owner) if isinstance(cls, Arrays) else Cell(f"{owner}_{name}")
            frame.state.contents[cell] = empty
            frame.program.columns[cls, name] = cell
            frame.state.env[f"{COLUMN} {len(frame.program.columns)}>"] = cell


# Making ------------------------------------------------------------------------------------------


def numbered(frame: Frame, cell: Cell, node: ast.AST) -> Cell:
    """An object that has just been made, as a number where its class has columns."""
    known = frame.program.ways.columns
    content = frame.state.contents[cell]
    if known is None or not isinstance(content, Instance) or isinstance(content, Numbered):
        return cell
    cls = content.cls
    if cls in known.left_out or not _may_be_numbered(cls):
        return cell
    entries = {name: _kept(frame, b, node) for name, b in content.items.items()}
    if _is_known_elsewhere(frame, cell):
        known.leave_out(cls)
    frame.state.contents[cell] = numbered_content(frame, frame.op("undef", type=NumberedT(cls)))
    known.cover(cls, {name: _column_of(frame, b, node) for name, b in entries.items()})
    if entries.keys() != known.classes[cls].keys():
        known.leave_out(cls)
    lists = [(name, frame.program.columns.get((cls, name))) for name in entries]
    kept = [(name, owner) for name, owner in lists if owner is not None]
    if not kept:
        known.leave_out(cls)
    (_, first), *_ = kept
    if first not in frame.state.contents:
        known.leave_out(cls)  # made in a function that stands alone, which has no columns
    length = [read(frame, first, node)]
    number = frame.op("dim", length, ("x",), {"axis": 0}, style="len", type=NumberedT(cls))
    frame.state.contents[cell] = numbered_content(frame, number)
    for name, owner in kept:
        item = _stored(frame, known.classes[cls][name], owner, entries[name], node)
        value = frame.op("append", [read(frame, owner, node), item], ("xs", "v"))
        write(frame, owner, value, node)
    return cell


def _may_be_numbered(cls: object) -> bool:
    """Whether a class is one of the program's; not one of iterators that are lowered like it."""
    if not isinstance(cls, type) or issubclass(cls, BaseException | tuple):
        return False
    return not cls.__module__.startswith("sourcead.frontend")


def _is_known_elsewhere(frame: Frame, cell: Cell) -> bool:
    """Whether the constructor of an object has handed it on."""
    if cell in reachable_cells(frame, frame.roots(frozenset(frame.state.env))):
        return True
    others = [content for c, content in frame.state.contents.items() if c is not cell]
    parts = [part for content in others for part in parts_of(content)]
    return cell in reachable_cells(frame, parts)


def _kept(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What an attribute is set to; an array is one with a number where arrays have some."""
    if not numbers_arrays(frame) or not isinstance(binding, Value | Cell | View):
        return binding
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else binding
    t = read(frame, binding, node).type if isinstance(content, Value | View) else None
    return array_at(frame, element(frame, binding, node)) if isinstance(t, ArrayT) else binding


def _column_of(frame: Frame, binding: Binding, node: ast.AST) -> Column | None:
    """The column for an attribute that holds this; None where it is no value."""
    if isinstance(binding, Static) and type(binding.value) not in (bool, int, float, complex):
        return Column(optional=True) if binding == NONE else Column(fixed=binding)
    if isinstance(binding, OrNone):
        inner = _column_of(frame, binding.binding, node)
        if inner is None or not fits_none(inner.type, True):
            return None
        return Column(inner.type, True)
    if not _is_value(frame, binding, node):
        return None
    t = forget_axes(_read(frame, binding, node).type)
    if has_no_type(t) and t != UNKNOWN:
        return None
    return None if holds_objects(t) else Column(t)


def _is_value(frame: Frame, binding: Binding, node: ast.AST) -> bool:
    """Whether something is a number, an array, an object that has a number, or a list or a tuple
    of such things."""
    match binding:
        case Value() | View() | Static():
            return True
        case Items(items=items, kind="tuple", cls=None):
            return all(_is_value(frame, item, node) for item in items)
        case Cell(deque=None):
            content = frame.state.contents.get(binding)
            if isinstance(content, ListItems):
                return element_type(frame, content.items, node) is not None
            return isinstance(content, Value | Numbered)
    return False


def _read(frame: Frame, binding: Binding, node: ast.AST) -> Value:
    """What a column holds of something; a list as one of unknown length."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    if isinstance(binding, Cell) and isinstance(content, ListItems):
        return as_dynamic_list(frame, content, node, binding)
    return element(frame, binding, node)


def _stored(frame: Frame, column: Column, owner: Cell, binding: Binding, node: ast.AST) -> Value:
    """What is put into a column."""
    if not column.optional:
        put_into(frame, owner, binding)
        return _read(frame, binding, node)
    if binding == NONE:
        return _nobody(frame, column.type)
    if isinstance(binding, OrNone):
        assert isinstance(binding.given, Value)
        found = element(frame, binding.binding, node)
        op = Op("if", [binding.given], loc=frame.builder.loc)
        for value in (found, _nobody(frame, column.type)):
            op.regions.append(Region())
            op.regions[-1].yields.append(value)
        frame.builder.append(op)
        return op.new_result(column.type)
    return element(frame, binding, node)


def _nobody(frame: Frame, t: Type) -> Value:
    return frame.op("const", [], attrs={"value": NOBODY}, type=t)


# Attributes --------------------------------------------------------------------------------------


def _column(frame: Frame, content: Numbered, attr: str) -> Column:
    known = frame.program.ways.columns
    assert known is not None
    return known.classes[content.cls][attr]


def numbered_attribute(frame: Frame, content: Numbered, attr: str, node: ast.AST) -> Binding:
    """`obj.attr`: an element of a column."""
    column = _column(frame, content, attr)
    if column.fixed is not None:
        return column.fixed
    owner = frame.program.columns.get((content.cls, attr))
    if owner is None:
        return NONE
    if column.optional:
        return _optional(frame, owner, content.number, node)
    frame.program.places.add(node)
    return read_item(frame, owner, (Ref(0),), [content.number], node)


def _optional(frame: Frame, owner: Cell, number: Value, node: ast.AST) -> Binding:
    """An object or None; as one thing until the column changes, so that a test of it counts."""
    version, state = frame.state.contents[owner], frame.state
    before, found = state.optional.get((owner, number), (None, None))
    if found is None or before is not version:
        inner = read_item(frame, owner, (Ref(0),), [number], node)
        value = array_number(inner) or read(frame, inner, node)
        given = frame.builder.op("ge", [value, frame.const(0)], type=BOOL)
        found = OrNone(inner, given)
        state.optional[owner, number] = version, found
    assert isinstance(found.given, Value)
    known = outcome(state, found.given)
    if known is None:
        return found
    return found.binding if known else NONE


def set_numbered_attribute(
    frame: Frame, content: Numbered, attr: str, value: Binding, node: ast.AST
) -> None:
    """`obj.attr = value`: written for all who know the object."""
    known = frame.program.ways.columns
    assert known is not None
    value = _kept(frame, value, node)
    known.cover(content.cls, {attr: _column_of(frame, value, node)})
    owner = frame.program.columns.get((content.cls, attr))
    if owner is None:
        return
    column = _column(frame, content, attr)
    old = read(frame, owner, node)
    item = _stored(frame, column, owner, value, node)
    operands = [old, item, content.number]
    new = frame.op("setitem", operands, ("x", "v", "i0"), {"index": (Ref(0),)}, type=old.type)
    write(frame, owner, new, node)
