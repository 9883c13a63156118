"""The structure that a variable has on both of two paths, and its values on each.

Where paths meet (after an `if`, at the head of a loop), the bindings of a name are joined into a
template: which parts stay what they are, and which are values handed from region to region.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sourcead.frontend.bindings import (
    HALF,
    POISON,
    UNBOUND,
    Applied,
    Binding,
    Cell,
    Closure,
    Conflict,
    Content,
    Deque,
    DictItems,
    Either,
    Instance,
    Items,
    Iteration,
    Known,
    ListItems,
    Lost,
    Maybe,
    Method,
    Missing,
    Numbered,
    OrNone,
    Pending,
    Poison,
    SetItems,
    ShapeOf,
    Static,
    Store,
    Super,
    Unbound,
    View,
    class_reference,
)
from sourcead.frontend.columns import met
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import apart
from sourcead.frontend.memory import read
from sourcead.frontend.optional import assume
from sourcead.frontend.sharing import either_known, is_mutable, known_of, memory_of
from sourcead.ir.core import Region, Value
from sourcead.ir.types import (
    BOOL,
    NONE,
    STR,
    UNDEF,
    UNKNOWN,
    ListT,
    NumberedT,
    ScalarT,
    StructT,
    Type,
    forget_axes,
)


@dataclass(frozen=True)
class Same:
    """Not a value: a static object that is the same on both paths."""

    binding: Binding


@dataclass(frozen=True)
class Slot:
    """A value; `mutable` if it lives in a cell of its own."""

    type: Type
    mutable: bool = False
    held: bool = False
    shared: bool = False
    number: bool = False
    contiguous: bool = False
    deque: Deque | None = None

    @property
    def known(self) -> Known:
        return self.held, self.shared, self.number


@dataclass(frozen=True)
class Group:
    """A container whose structure is the same on both paths.

    `shared`: it is a list of whose elements others may know, or one twice. `held`: a list of
    unknown length holds it.
    """

    kind: str
    keys: tuple[Any, ...]
    parts: tuple[Template, ...]
    cls: Any = None
    shared: bool = False
    held: bool = False


@dataclass(frozen=True)
class Choice:
    """One of some objects that there are before a loop; `structure` is that of all of them."""

    things: tuple[Cell | View, ...]
    structure: Template = field(compare=False)


@dataclass(frozen=True)
class Clash:
    """The paths disagree in a way that no value can express."""

    what: str
    fix: str = "two variables, one for each kind of value"
    code: str = "SAD110"


Template = Same | Slot | Group | Choice | Clash
ABSENT = Same(UNBOUND)
BOTTOM = Same(POISON)


def template_of(frame: Frame, binding: Binding, node: ast.AST) -> Template:
    """The structure of a binding in the current state."""
    match binding:
        case Value():
            return Slot(binding.type)
        case Cell():
            if isinstance(frame.state.contents[binding], Pending):
                return Same(binding)
            return _object_template(frame, binding, node)
        case View(base=Store(), step=step):
            return Slot(step.operands[0].type)
        case View():
            held = any(cell.held or cell.shared for cell in memory_of(frame, binding))
            return Slot(read(frame, binding, node).type, True, held)
        case ShapeOf():
            return Slot(read(frame, binding, node).type)
        case Items(items=items, kind=kind, names=names, cls=cls):
            parts = tuple(template_of(frame, item, node) for item in items)
            return Group(kind, names or tuple(range(len(parts))), parts, cls)
        case Applied():
            return _applied_template(frame, binding, node)
        case Super() | Static() | Closure() | Method() | Iteration() | Unbound() | Poison():
            return Same(binding)
        case Conflict(what=what):
            return Clash(what)
        case Maybe(half=True):
            return Clash(HALF.what)
        case Maybe():
            there = binding.binding
            return maybe_of(on_its_path(frame, binding.bound, True, template_of, there, node))
        case OrNone(given=given):
            found = on_its_path(frame, given, True, template_of, binding.binding, node)
            return or_none_of(template_of(frame, given, node), found)
        case Either(cond=cond, then=then, orelse=orelse):
            first = on_its_path(frame, cond, True, template_of, then, node)
            return join_templates(first, on_its_path(frame, cond, False, template_of, orelse, node))
    raise AssertionError(binding)


def on_its_path(
    frame: Frame, cond: Binding, holds: bool, made: Callable[[Frame, Binding, ast.AST], Template],
    binding: Binding, node: ast.AST,
) -> Template:  # fmt: skip
    """The structure of what there is on one path alone: nowhere else can it be read."""
    if not isinstance(cond, Value) or isinstance(binding, Value):
        return made(frame, binding, node)
    with frame.branch(Region(), frame.state.copy()):
        assume(frame, cond, holds)
        return made(frame, binding, node)


def _object_template(frame: Frame, cell: Cell, node: ast.AST) -> Template:
    """The structure of an object; one that holds itself has none that values could fill."""
    inside = frame.program.inside_of
    if cell in inside:
        return Clash("holds itself")
    inside.append(cell)
    try:
        return content_template(frame, cell, frame.state.contents[cell], node)
    finally:
        inside.pop()


def or_none_of(given: Template, found: Template) -> Group:
    """What is None on some paths: whether it is there, and what it is there."""
    return Group("or None", ("given", "found"), (given, found))


def _applied_template(frame: Frame, binding: Applied, node: ast.AST) -> Template:
    """A bound method or a partial function: its arguments may differ from path to path."""
    inner = (binding.function, *binding.args, *binding.kwargs.values())
    parts = tuple(template_of(frame, item, node) for item in inner)
    return Group("applied", (len(binding.args), *binding.kwargs), parts)


def maybe_of(found: Template) -> Group:
    """What a name stands for that may be unbound: whether it is bound, and what to."""
    return Group(MAYBE, ("bound", "found"), (Slot(BOOL), found))


# The template of a part of a container.
PartTemplate = Callable[[Frame, Binding, ast.AST], Template]


def content_template(
    frame: Frame,
    cell: Cell,
    content: Content,
    node: ast.AST,
    part_of: PartTemplate = template_of,
) -> Template:
    """The structure of what an object holds."""
    match content:
        case Value():
            return Slot(content.type, True, *known_of(frame, cell), cell.contiguous, cell.deque)
        case ListItems(items=items):
            # Only the cell of a variable, which has its name, can hold nothing yet.
            unsure = UNBOUND if cell.hint else None
            parts = tuple(UNSURE if i is unsure else part_of(frame, i, node) for i in items)
            shared = cell.shared or not apart(frame, items, cell)
            keys = tuple(range(len(parts)))
            return Group("list", keys, parts, cell.deque, shared, cell.held)
        case DictItems(items=entries, missing=missing):
            parts = tuple(part_of(frame, item, node) for item in entries.values())
            return Group("dict", tuple(entries), parts, missing, held=cell.held)
        case Numbered(number=number):
            return Slot(number.type)
        case Instance(cls=cls, items=entries):
            parts = tuple(part_of(frame, item, node) for item in entries.values())
            return Group("object", tuple(entries), parts, cls, held=cell.held)
        case SetItems(elements=elements, frozen=frozen):
            return Group("set", (elements,), (), frozen)
        case Pending(made=made):
            return Same(made)
        case Lost(what=what, fix=fix, code=code):
            return Clash(what, fix, code)
    raise AssertionError(content)


def join_templates(a: Template, b: Template) -> Template:
    """The structure that covers both."""
    if a == b or b in (BOTTOM, ABSENT):
        return a
    if a in (BOTTOM, ABSENT):
        return b
    if isinstance(a, Clash) or isinstance(b, Clash):
        return a if isinstance(a, Clash) else b
    if MAYBE in (_kind(a), _kind(b)):
        return maybe_of(join_templates(_if_bound(a), _if_bound(b)))
    if isinstance(a, Choice) and isinstance(b, Choice):
        things = (*a.things, *(t for t in b.things if t not in a.things))
        return Choice(things, join_templates(a.structure, b.structure))
    if NOTHING in (a, b) or OR_NONE in (_kind(a), _kind(b)):
        return _join_or_none(a, b)
    if isinstance(a, Choice) or isinstance(b, Choice):
        return join_templates(_structure(a), _structure(b))
    if isinstance(a, Slot) and isinstance(b, Slot):
        return _join_slots(a, b)
    if isinstance(a, Group) and isinstance(b, Group):
        if (a.kind, a.keys, a.cls) == (b.kind, b.keys, b.cls):
            parts = tuple(join_templates(x, y) for x, y in zip(a.parts, b.parts, strict=True))
            return replace(a, parts=parts, shared=a.shared or b.shared, held=a.held or b.held)
        if a.kind == b.kind == "list":
            return join_templates(_as_list(a), _as_list(b))
        return Clash("has a different structure on another path")
    if isinstance(a, Group) and isinstance(b, Slot):
        return join_templates(_flat(a), b)
    if isinstance(b, Group) and isinstance(a, Slot):
        return join_templates(a, _flat(b))
    return _join_static(a, b)


def _structure(template: Template) -> Template:
    """What an object is, which may be another one now."""
    return template.structure if isinstance(template, Choice) else template


def outlasting(template: Template, since: int) -> Template:
    """The structure without symbols of axes of values that are newer than the key `since`."""
    if isinstance(template, Slot):
        return replace(template, type=forget_axes(template.type, lambda key: key >= since))
    if isinstance(template, Group):
        return replace(template, parts=tuple(outlasting(p, since) for p in template.parts))
    if isinstance(template, Choice):
        return replace(template, structure=outlasting(template.structure, since))
    return template


def has_identity(template: Template) -> bool:
    """Whether it is a container that can be changed in place: then it matters which one it is."""
    return isinstance(template, Group) and template.kind in ("list", "dict", "object", "set")


OR_NONE = "or None"
NOTHING = Same(Static(None))
MAYBE = "maybe"
# A variable that has not been bound yet.
UNSURE = maybe_of(ABSENT)


def _if_bound(template: Template) -> Template:
    """What a name stands for where it is bound."""
    if isinstance(template, Group) and template.kind == MAYBE:
        return template.parts[1]
    return template


def _kind(template: Template) -> str:
    return template.kind if isinstance(template, Group) else ""


def _join_or_none(a: Template, b: Template) -> Template:
    """Something that is None on a path, or already was on an earlier one."""
    parts = []
    for side in (a, b):
        if isinstance(side, Group) and side.kind == OR_NONE:
            parts.append(side.parts)
        elif side == NOTHING or (isinstance(side, Slot) and side.type == NONE):
            parts.append((Slot(BOOL), ABSENT))
        else:
            parts.append((Slot(BOOL), side))
    return or_none_of(*(join_templates(x, y) for x, y in zip(*parts, strict=True)))


def _join_slots(a: Slot, b: Slot) -> Template:
    t = met(a.type, b.type)
    containers = isinstance(a.type, StructT | ListT) or isinstance(b.type, StructT | ListT)
    if t == UNKNOWN and containers and UNKNOWN not in (a.type, b.type):
        return Clash("is another kind of container, or none, on another path")
    same = a.contiguous and b.contiguous
    mutable = is_mutable(t) or (not isinstance(t, NumberedT) and (a.mutable or b.mutable))
    if a.deque != b.deque:
        return Clash("is another deque, or a list, on another path")
    return Slot(t, mutable, *either_known(a.known, b.known), same, a.deque)


def _join_static(a: Template, b: Template) -> Template:
    """None or a literal on one path, a value on the other."""
    if any(isinstance(s, Same) and isinstance(s.binding, Cell | Iteration) for s in (a, b)):
        what = "is an iterator that has got further, or is another, on another path"
        return Clash(what, "a list of its elements: `list(...)`", "SAD109")
    slots = []
    for side in (a, b):
        if isinstance(side, Same) and isinstance(side.binding, Static):
            t = _literal_type(side.binding.value)
            if t is None:
                return Clash("is a different function or object on another path")
            slots.append(Slot(t))
        elif isinstance(side, Slot):
            slots.append(side)
        else:
            return Clash("is a different kind of object on another path")
    if STR in (slots[0].type, slots[1].type) and slots[0].type != slots[1].type:
        return Clash("is text on one path and something else on another")
    return _join_slots(slots[0], slots[1])


def _literal_type(value: object) -> Type | None:
    if value is None:
        return NONE
    if type(value) is str:
        return STR
    for cls in (bool, int, float, complex):
        if type(value) is cls:
            return ScalarT(cls.__name__)
    return None


def _as_list(group: Group) -> Template:
    """A list of known structure as a list of unknown length."""
    element: Type = UNDEF
    shared = group.shared
    for part in group.parts:
        if part == BOTTOM:
            continue
        part = _structure(part)
        part = _flat(part) if isinstance(part, Group) else part
        if not isinstance(part, Slot) or part.deque is not None:
            return Clash("has elements of different kinds")
        shared |= part.shared
        unknown = UNKNOWN in (element, part.type)
        element = met(element, part.type)
        if element == UNKNOWN and not unknown:
            return Clash("has elements of different types")
    return Slot(ListT(element), True, group.held, shared, deque=group.cls)


def _flat(group: Group) -> Template:
    """A container as one value."""
    if group.kind == "list":
        return _as_list(group)
    if group.kind in ("applied", OR_NONE, MAYBE, "set"):
        return Clash("is a different function or set, or None, on another path")
    types = []
    for part in group.parts:
        part = _structure(part)
        flat = _flat(part) if isinstance(part, Group) else part
        if not isinstance(flat, Slot) or flat.deque is not None:
            return Clash("has a different structure on another path")
        types.append(flat.type)
    if isinstance(group.cls, Missing):
        return Clash(f"is a {group.cls.kind}, and something else on another path")
    t = StructT(group.kind, group.keys, tuple(types), class_reference(group.cls))
    return Slot(t, held=group.held)
