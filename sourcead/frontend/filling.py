"""What fills a template: its values on one path, and the binding that it is after both."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from sourcead.frontend.bindings import (
    UNBOUND,
    Applied,
    Binding,
    Cell,
    Conflict,
    Content,
    DictItems,
    Either,
    Instance,
    Items,
    Iteration,
    ListItems,
    Lost,
    Maybe,
    OrNone,
    Pending,
    Poison,
    SetItems,
    Static,
    Store,
    Unbound,
    View,
)
from sourcead.frontend.choices import on_paths
from sourcead.frontend.columns import array_number
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import as_dynamic_list, check_no_copy, element, mark_held
from sourcead.frontend.memory import bind_value, read, read_content
from sourcead.frontend.optional import assume, or_none
from sourcead.frontend.paths import is_it, merged, one_of
from sourcead.frontend.sharing import either_known
from sourcead.frontend.templates import (
    MAYBE,
    OR_NONE,
    Choice,
    Clash,
    Group,
    Same,
    Slot,
    Template,
    has_identity,
)
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Region, Value
from sourcead.ir.types import BOOL, NONE, ListT, NumberedT

# A value with the cell it is in; a container of known structure is a cell without a value.
Leaf = tuple[Value | None, Cell | None]


def values_of(found: Iterable[Leaf]) -> list[Value]:
    """What is handed from region to region."""
    return [value for value, _ in found if value is not None]


def leaves(frame: Frame, template: Template, binding: Binding, node: ast.AST) -> list[Leaf]:
    """The values of a binding that fill a template's slots, and the objects it consists of."""
    if isinstance(template, Same | Clash):
        return []
    if isinstance(template, Group) and template.kind == MAYBE:
        bound, held = _bound_and_held(frame, binding)
        return [(bound, None), *_where_it_is(frame, bound, template.parts[1], held, node)]
    if isinstance(binding, Maybe):
        binding = binding.binding
    if isinstance(template, Choice):
        return [(flag, None) for flag in _flags(frame, template, binding, node)]
    if isinstance(binding, Either):
        binding = merged(frame, binding, node)
    if isinstance(template, Slot):
        return [_leaf(frame, template, binding, node)]
    found: list[Leaf] = []
    if has_identity(template):
        found.append((None, binding if isinstance(binding, Cell) else None))
    children: Sequence[Binding] = [UNBOUND] * len(template.parts)
    if not isinstance(binding, Unbound | Poison):
        apart = _taken_apart if template.kind == OR_NONE else children_of
        children = apart(frame, binding)
    if template.kind == OR_NONE:
        found += leaves(frame, template.parts[0], children[0], node)
        return found + _where_it_is(frame, found[-1][0], template.parts[1], children[1], node)
    for part, child in zip(template.parts, children, strict=True):
        found += leaves(frame, part, child, node)
    return found


def _where_it_is(
    frame: Frame, there: Value | None, template: Template, binding: Binding, node: ast.AST
) -> list[Leaf]:
    """The leaves of what is there on some paths only: what has to be looked up is so on these."""
    if there is None or constant(there) is not MISSING:
        return leaves(frame, template, binding, node)
    if not _is_looked_up(frame, template, binding):
        return leaves(frame, template, binding, node)
    sides, arms = [], []
    for held in (binding, UNBOUND):
        region = Region()
        with frame.branch(region, frame.state.copy()):
            assume(frame, there, held is binding)
            sides.append(leaves(frame, template, held, node))
            arms.append((region, frame.state))
    pairs = [list(pair) for pair in zip(*map(values_of, sides), strict=True)]
    values = iter(on_paths(frame, there, arms, pairs))
    contents, made = frame.state.contents, arms[0][1].contents
    found: list[Leaf] = []
    for value, cell in sides[0]:
        after = None if value is None else next(values)
        if cell is not None and cell not in contents:
            contents[cell] = made[cell] if after is None else after
        found.append((after, cell))
    return found


def _is_looked_up(frame: Frame, template: Template, binding: Binding) -> bool:
    """Whether it takes more than a name to have what a binding stands for."""
    if isinstance(binding, View):
        return not isinstance(binding.base, Store)
    if isinstance(binding, Maybe | OrNone) and isinstance(template, Group):
        return _is_looked_up(frame, template.parts[1], binding.binding)
    if not isinstance(template, Group) or not isinstance(binding, Cell | Items | Applied):
        return isinstance(binding, Either)
    pairs = zip(template.parts, children_of(frame, binding), strict=True)
    return any(_is_looked_up(frame, part, child) for part, child in pairs)


def _flags(frame: Frame, choice: Choice, binding: Binding, node: ast.AST) -> list[Value]:
    """Of each thing but the last, whether it is the one."""
    if isinstance(binding, Unbound | Poison):
        return [frame.op("undef") for _ in choice.things[1:]]
    return [is_it(frame, binding, thing, node) for thing in choice.things[:-1]]


Possible = tuple[Cell, ...]


def objects_along(frame: Frame, template: Template, binding: Binding) -> list[Possible]:
    """The objects that a binding's leaves may be, without reading their values."""
    if isinstance(template, Same | Clash):
        return []
    if isinstance(template, Choice):
        return [()] * (len(template.things) - 1)
    if isinstance(binding, Either):
        sides = [objects_along(frame, template, b) for b in (binding.then, binding.orelse)]
        return [a + b for a, b in zip(*sides, strict=True)]
    if isinstance(binding, Maybe):
        binding = binding.binding
    own = binding.cell if isinstance(binding, View) else binding
    mine: Possible = (own,) if isinstance(own, Cell) else ()
    if isinstance(template, Slot):
        return [mine]
    if template.kind == MAYBE:
        return [(), *objects_along(frame, template.parts[1], binding)]
    if isinstance(binding, Unbound | Poison) or binding == Static(None):
        children: Sequence[Binding] = [UNBOUND] * len(template.parts)
    elif template.kind == OR_NONE:
        children = [UNBOUND, binding.binding if isinstance(binding, OrNone) else binding]
    else:
        children = children_of(frame, binding)
    found = [mine] if has_identity(template) else []
    for part, child in zip(template.parts, children, strict=True):
        found += objects_along(frame, part, child)
    return found


def _taken_apart(frame: Frame, binding: Binding) -> list[Binding]:
    """Whether something is there, and what it is."""
    if isinstance(binding, OrNone):
        return [binding.given, binding.binding]
    if binding == Static(None) or (isinstance(binding, Value) and binding.type == NONE):
        return [frame.const(False), UNBOUND]
    return [frame.const(True), binding]


def _bound_and_held(frame: Frame, binding: Binding) -> tuple[Value, Binding]:
    """Whether a variable is bound, and what it is bound to."""
    bound: Binding = Static(not isinstance(binding, Unbound))
    if isinstance(binding, Maybe):
        bound, binding = binding.bound, binding.binding
    return bound if isinstance(bound, Value) else frame.const(bound == Static(True)), binding


def children_of(frame: Frame, binding: Binding) -> list[Binding]:
    """The parts of a container, in the order of a template's."""
    if isinstance(binding, Cell):
        items = getattr(frame.state.contents[binding], "items", ())
        return list(items.values()) if isinstance(items, dict) else list(items)
    if isinstance(binding, Applied):
        return [binding.function, *binding.args, *binding.kwargs.values()]
    assert isinstance(binding, Items), binding
    return list(binding.items)


def _leaf(frame: Frame, slot: Slot, binding: Binding, node: ast.AST) -> tuple[Value, Cell | None]:
    if isinstance(binding, Unbound | Poison):
        return _nothing(frame, slot), None
    if isinstance(slot.type, NumberedT):
        return element(frame, binding, node, False), None
    cell = binding if isinstance(binding, Cell) else None
    if isinstance(binding, View):
        cell = binding.cell
    if cell is not None and isinstance(slot.type, ListT) and binding is cell:
        content = frame.state.contents[cell]
        return as_dynamic_list(frame, content, node, cell, False), cell
    if array_number(binding) is not None:
        frame.refuse(node, "SAD201", "an array that lists hold may be something else here")
    check_no_copy(frame, binding, node)
    return read(frame, binding, node), cell


def _nothing(frame: Frame, slot: Slot) -> Value:
    """What stands where a name is not bound, or None: something of which there is a zero."""
    if isinstance(slot.type, ListT):
        return frame.op("list", [], attrs={"dynamic": True}, type=slot.type)
    return frame.op("undef")


def content_leaves(frame: Frame, template: Template, cell: Cell, node: ast.AST) -> list[Leaf]:
    """The values of a cell's content."""
    content = frame.state.contents[cell]
    if isinstance(template, Clash):
        return []
    if isinstance(template, Slot):
        if isinstance(template.type, ListT):
            return [(as_dynamic_list(frame, content, node, cell, False), None)]
        check_no_copy(frame, cell, node)
        return [(read_content(frame, content, node), None)]
    found = leaves(frame, template, cell, node)
    return found[1:] if has_identity(template) else found


# Makes what stands for a slot, or the new object that a container becomes.
Make = Callable[[Slot | Group], Leaf]


def as_flag(frame: Frame, binding: Binding) -> Binding:
    """Whether a name is bound, or None: a value, also where it is not known to be a bool."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return content if isinstance(content, Value) else binding


def instantiate(frame: Frame, template: Template, make: Make, hint: str = "") -> Binding:
    """A binding of a template's structure whose slots are filled by `make`, in order."""
    match template:
        case Same(binding=Cell() as binding) if binding not in frame.state.contents:
            return Conflict("is an iterator that was made on one path")
        case Same(binding=binding):
            return binding
        case Clash(what=what):
            return Conflict(what)
        case Choice(things=things):
            flags = [make(Slot(BOOL))[0] for _ in things[1:]]
            return one_of(things, [flag for flag in flags if flag is not None])
        case Slot():
            value, cell = make(template)
            if cell is not None:
                cell.hint = cell.hint or hint
                cell.deque = template.deque
                return cell
            assert value is not None
            return bind_value(frame, value) if isinstance(value.type, NumberedT) else value
        case Group(kind="tuple" | "slice", parts=parts, keys=keys, cls=cls):
            items = tuple(instantiate(frame, p, make) for p in parts)
            names = tuple(k for k in keys if isinstance(k, str))
            return Items(items, template.kind, names, cls)
        case Group(kind="or None", parts=(flag, there)):
            given = as_flag(frame, instantiate(frame, flag, make))
            if isinstance(given, Value) and hint and given.hint == hint:
                given.hint, given.soft = "", f"has_{hint}"
            return or_none(instantiate(frame, there, make, hint), given)
        case Group(kind="maybe", parts=(flag, there)):
            bound = instantiate(frame, flag, make)
            if isinstance(bound, Value) and bound.hint == hint:
                bound.hint, bound.soft = "", f"has_{hint}"
            found = instantiate(frame, there, make, hint)
            return found if found is UNBOUND else Maybe(found, bound)
        case Group(kind="applied", parts=parts, keys=(n, *names)):
            function, *args = (instantiate(frame, p, make) for p in parts)
            kwargs = dict(zip(names, args[n:], strict=True))
            return Applied(function, tuple(args[:n]), kwargs)
    _, cell = make(template)
    assert cell is not None
    cell.hint = cell.hint or hint
    if template.kind == "list":
        cell.deque = template.cls
    frame.state.contents[cell] = instantiate_content(frame, cell, template, make)
    return cell


def instantiate_content(frame: Frame, cell: Cell, template: Template, make: Make) -> Content:
    """What a cell holds from now on, of a template's structure."""
    if isinstance(template, Slot):
        # A list that says no more of its elements still has those that others know.
        cell.known = either_known(cell.known, template.known)
        value, _ = make(template)
        assert value is not None
        return value
    if isinstance(template, Same) and isinstance(template.binding, Iteration):
        return Pending(template.binding)
    if isinstance(template, Clash):
        return Lost(template.what, template.fix, template.code)
    assert isinstance(template, Group), template
    parts = tuple(instantiate(frame, p, make) for p in template.parts)
    for part in parts:
        if isinstance(part, Cell) and part.held:
            mark_held(frame, part)
    if template.kind == "list":
        return ListItems(parts)
    if template.kind == "set":
        return SetItems(template.keys[0], template.cls)
    entries = dict(zip(template.keys, parts, strict=True))
    if template.kind == "object":
        return Instance(template.cls, entries)
    return DictItems(entries, template.cls)
