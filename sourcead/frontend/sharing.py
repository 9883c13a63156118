"""Who may know an object: what can be reached from names, and which objects may be one."""

from __future__ import annotations

from collections.abc import Iterable

from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Box,
    Cell,
    Closure,
    Content,
    DictItems,
    Either,
    Instance,
    Items,
    Iteration,
    Known,
    ListItems,
    Maybe,
    Method,
    Numbered,
    OrNone,
    Pending,
    State,
    Static,
    Super,
    View,
    class_reference,
)
from sourcead.frontend.frame import Frame
from sourcead.ir.core import Value
from sourcead.ir.types import UNKNOWN, ArrayT, ListT, StructT, Type, UndefT, UnknownT, rank_of

# These make an array, whatever its rank is.
ARRAYS = ("np.array", "np.asarray", "np.zeros", "np.ones", "np.full", "np.empty", "copy", "setitem")


def may_hold_number(cell: Cell | None, value: Value) -> bool:
    """Whether what a cell holds is a number or an array, as only the program will tell.

    What is left of an array of unknown rank, such as a sum along an axis, may be a number.
    """
    t, made = value.type, value.op
    if not isinstance(t, ArrayT):
        return isinstance(t, UnknownT)
    if t.dims is not None:
        return t.dims == () and t.dtype is None
    if made is not None and made.name in ARRAYS:
        return False
    if cell is not None and cell.number:
        return True
    if made is not None and made.name == "if":
        k = made.results.index(value)
        found = [region.yields[k] for region in made.regions if region.yields]
        return any(may_hold_number(None, side) for side in found)
    if made is not None and made.name == "np.squeeze":
        return rank_of(made.operands[0].type) is None  # of an array it is one, without axes or with
    # What a helper or a loop is handed, its cell knows.
    return made is not None


def known_of(frame: Frame, binding: Binding | None) -> Known:
    """What is known of an object that goes from one region to another."""
    if not isinstance(binding, Cell):
        return False, False, False
    content = frame.state.contents.get(binding)
    if not isinstance(content, Value) or not isinstance(content.type, ArrayT):
        return binding.held, binding.shared, False
    return binding.held, binding.shared, may_hold_number(binding, content)


def either_known(a: Known, b: Known) -> Known:
    return a[0] or b[0], a[1] or b[1], a[2] or b[2]


def is_mutable(t: Type) -> bool:
    """Whether values of a type are (or may be) objects that can be changed in place."""
    if isinstance(t, StructT):
        return t.kind != "tuple"
    return isinstance(t, ArrayT | ListT | UnknownT)


def is_container(t: Type) -> bool:
    """Whether a value is a list or a tuple, of which NumPy makes an array."""
    return isinstance(t, ListT) or (isinstance(t, StructT) and t.kind in ("list", "tuple"))


def objects_in(t: Type) -> list[Type]:
    """The types of the objects that can be written in place, of all that a value holds."""
    inside: list[Type] = []
    if isinstance(t, ListT):
        inside = objects_in(t.elem)
    elif isinstance(t, StructT):
        inside = [u for part in t.types for u in objects_in(part)]
    return [t, *inside] if is_mutable(t) else inside


def alike(a: Type, b: Type) -> bool:
    """Whether one object may be of both types."""
    if isinstance(a, UnknownT | UndefT) or isinstance(b, UnknownT | UndefT):
        return True
    if isinstance(a, ListT) and isinstance(b, ListT):
        return alike(a.elem, b.elem)
    if isinstance(a, ArrayT) and isinstance(b, ArrayT):
        return a.rank is None or b.rank is None or a.rank == b.rank
    return isinstance(a, type(b)) or isinstance(b, type(a))


def may_be_same(a: Cell, b: Cell) -> bool:
    """Whether two cells may share memory."""
    return a in b.doubts or b in a.doubts


def kin(cell: Cell, state: State) -> set[Cell]:
    """The objects of a state that what stands for `cell` may be the same as."""
    found = {other for other in state.contents if may_be_same(cell, other)}
    return found | ({cell} if cell in state.contents else set())


class Heirs:
    """New cells that stand for old ones: what the old ones may share, the new ones may."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Cell, Cell]] = []

    def add(self, new: Cell, old: Cell | None) -> None:
        """`new` stands for `old` on one path."""
        if old is None:
            return
        for other, its_old in self.pairs:
            if other is not new and (its_old is old or may_be_same(its_old, old)):
                other.doubts.add(new)
        self.pairs.append((new, old))


def reachable_cells(
    frame: Frame, roots: Iterable[Binding], beside: Cell | None = None
) -> dict[Cell, None]:
    """Every cell that can be reached from bindings, in a fixed order; not by way of `beside`."""
    return {b: None for b in _reachable(frame, roots, beside) if isinstance(b, Cell)}


def may_overlap(frame: Frame, place: Binding, others: Iterable[Binding]) -> bool:
    """Whether a place and what can be reached from others may share memory."""
    given = reachable_cells(frame, others)
    mine = reachable_cells(frame, [place])
    return any(cell is other or may_be_same(cell, other) for cell in mine for other in given)


def views_in(frame: Frame, roots: Iterable[Binding], cell: Cell) -> list[View]:
    """The places in an object that can be reached from bindings."""
    found = _reachable(frame, roots, None)
    return [b for b in found if isinstance(b, View) and b.base is cell]


LEADS_NOWHERE = (Value, Static)  # what most names stand for


def _reachable(
    frame: Frame, roots: Iterable[Binding], beside: Cell | None
) -> dict[Cell | View, None]:
    found: dict[Cell | View, None] = {}
    visited = [frame]
    stack: list[Binding] = list(roots)
    contents = frame.state.contents
    while stack:
        binding = stack.pop()
        if isinstance(binding, LEADS_NOWHERE):
            continue
        if isinstance(binding, Cell):
            if binding not in found and binding is not beside:
                found[binding] = None
                content = contents.get(binding)
                if not isinstance(content, Value):
                    stack.extend(parts_of(content))
            continue
        match binding:
            case View():
                found[binding] = None
                stack.append(binding.base)
            case Items(items=items):
                stack.extend(items)
            case Method(owner=owner):
                stack.append(owner)
            case Maybe() | OrNone():
                stack.append(binding.binding)
            case Either(then=then, orelse=orelse):
                stack += [then, orelse]
            case Applied():
                stack += [binding.function, *binding.args, *binding.kwargs.values()]
            case Super():
                stack.append(binding.owner)
            case Box():
                stack.append(binding.cell)
            case Iteration():
                stack.extend(binding.held)
            case Closure(frame=outer, defaults=defaults):
                stack.extend(defaults.values())
                while outer is not None and outer not in visited:
                    visited.append(outer)
                    stack.extend(outer.state.env.values())
                    outer = outer.captured
    return found


def parts_of(content: Content | None) -> Iterable[Binding]:
    match content:
        case ListItems(items=items):
            return items
        case Numbered():
            return ()  # its attributes are in lists of their own
        case DictItems(items=entries) | Instance(items=entries):
            return entries.values()
        case Pending(made=made):
            return made.held
    return ()


def objects_of(content: Content | None) -> list[Type]:
    """The types of what an object is or holds; parts that have cells are looked at themselves."""
    match content:
        case Value():
            return objects_in(content.type)
        case ListItems():
            return [ListT(UNKNOWN)]
        case DictItems():
            return [StructT("dict", (), ())]
        case Numbered():
            return []
        case Instance(cls=cls):
            return [StructT("object", (), (), class_reference(cls))]
    return []


def reads_inside(frame: Frame) -> frozenset[str]:
    """What the blocks of the current statement read; of a loop, what its turns find there."""
    if frame.statement in frame.live.head:
        return frame.live.head[frame.statement]
    inner = getattr(frame.statement, "body", ()) if frame.statement is not None else ()
    return frozenset[str]().union(*(frame.live.reads(stmt) for stmt in inner))


def memory_of(frame: Frame, place: Binding) -> set[Cell]:
    """The objects in whose memory a place is: several where it is one of several."""
    if isinstance(place, View):
        return memory_of(frame, place.base)
    if not isinstance(place, Cell):
        return set()
    content = frame.state.contents.get(place)
    inside = content.items if isinstance(content, ListItems) else ()
    return {place}.union(*(memory_of(frame, item) for item in inside))


def objects_at(frame: Frame, place: Cell | View) -> set[Cell]:
    """The objects that a write into a place changes, or may change."""
    return {place} if isinstance(place, Cell) else memory_of(frame, place)


def doubtful_cell(frame: Frame, memory: set[Cell], content: Content) -> Cell:
    """A new object that may or may not share memory with others (and with what these may)."""
    cell = Cell()
    cell.held = any(base.held for base in memory)
    cell.doubts = memory.union(*(base.doubts for base in memory))
    cell.doubts |= {other for other in frame.state.contents if memory & other.doubts}
    frame.state.contents[cell] = content
    return cell
