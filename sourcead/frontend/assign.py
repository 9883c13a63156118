"""Assignment: to names, tuples, subscripts and attributes, plain and augmented."""

from __future__ import annotations

import ast

from sourcead.frontend import prelude
from sourcead.frontend.bindings import (
    Binding,
    Cell,
    DictItems,
    Instance,
    Iteration,
    ListItems,
    OrNone,
    Poison,
    ShapeOf,
    View,
    hint_of,
)
from sourcead.frontend.classes import DUNDERS, instance_class, own_method, set_attribute
from sourcead.frontend.conditions import elements
from sourcead.frontend.dicts import update
from sourcead.frontend.frame import Frame
from sourcead.frontend.list_methods import dynamic_method
from sourcead.frontend.liveness import stored_names
from sourcead.frontend.memory import bind_value, read, write
from sourcead.frontend.operators import BINARY, binary
from sourcead.frontend.optional import present
from sourcead.frontend.sharing import is_mutable, reachable_cells
from sourcead.frontend.subscripts import make_index, own_entries, read_item, write_item
from sourcead.frontend.watching import before_store
from sourcead.ir.core import Value
from sourcead.ir.index import Dots
from sourcead.ir.types import (
    ArrayT,
    Dim,
    ListT,
    ScalarT,
    StructT,
    Type,
    UnknownT,
    kind_of,
    rank_of,
)


def assign(frame: Frame, target: ast.expr, binding: Binding) -> Binding:
    """Bind a target; returns what later targets of a chained assignment are bound to."""
    match target:
        case ast.Name():
            return bind_name(frame, target.id, binding)
        case ast.Tuple() | ast.List():
            binding = named(frame, binding)
            unpack(frame, target, binding)
        case ast.Subscript():
            binding = named(frame, binding)
            own = own_entries(frame, target)
            if own is not None:
                owner, content, key = own
                items = {**content.items, key: binding}
                write(frame, owner, Instance(content.cls, items), target)
                return binding
            base = place_of(frame, target)
            if instance_class(frame, base) is not None:
                index = frame.expr(target.slice)
                if own_method(frame, base, "__setitem__", [index, binding], target) is not None:
                    return binding
            write_item(frame, base, target, make_index(frame, base, target), binding)
        case ast.Attribute():
            binding = named(frame, binding)
            _set_attribute(frame, target, binding)
        case ast.Starred():
            frame.refuse(target, "SAD107", "a starred target is only supported in a tuple")
        case _:
            frame.refuse(target, "SAD101", "this assignment target is not supported")
    return binding


def place_of(frame: Frame, target: ast.Subscript) -> Binding:
    """What a subscript that is written is a part of: an element of a list as part of the list."""
    node: ast.expr = target
    while isinstance(node, ast.Subscript | ast.Attribute):
        frame.program.places.add(node)
        node = node.value
    return present(frame, frame.expr(target.value))


def named(frame: Frame, binding: Binding) -> Binding:
    """A binding that several places may share."""
    return bind_value(frame, binding) if isinstance(binding, Value) else binding


def bind_name(frame: Frame, name: str, binding: Binding) -> Binding:
    """Bind a name, and name what it stands for."""
    hint = hint_of(name)
    if isinstance(binding, Value):
        hint_value(binding, hint)
        contiguous = _is_contiguous(binding)
        binding = bind_value(frame, binding, hint, contiguous=contiguous)
    elif isinstance(binding, Cell):
        content = frame.state.contents[binding]
        binding.hint = binding.hint or hint
        if isinstance(content, Value):
            hint_value(content, hint)
    elif isinstance(binding, OrNone):
        if isinstance(binding.given, Value) and not binding.given.hint:
            binding.given.soft = binding.given.soft or f"has_{hint}"
        if isinstance(binding.binding, Value):
            hint_value(binding.binding, hint)
    elif isinstance(binding, View):
        hint_value(read(frame, binding, ast.Name(name)), hint)
    frame.bind(name, binding)
    return binding


def hint_value(value: Value, name: str) -> None:
    """Give a computed value its user's name; the first name stays."""
    if not value.hint and value.op is not None and value.op.name not in ("const", "undef"):
        value.hint = name


CONTIGUOUS = {
    "np.zeros", "np.ones", "np.empty", "np.full", "np.eye", "np.identity", "np.arange",
    "np.linspace", "np.tri",
}  # fmt: skip


def _is_contiguous(value: Value) -> bool:
    """Whether a fresh array is surely stored in C order."""
    op = value.op
    if op is None:
        return False
    if isinstance(value.type, ArrayT) and value.type.rank == 1:
        return True
    if op.name == "copy":
        return op.style != "np.copy" and op.attrs.get("order", "C") == "C"
    return op.name in CONTIGUOUS and op.attrs.get("order", "C") == "C" and "order" not in op.args


def unpack(frame: Frame, target: ast.Tuple | ast.List, binding: Binding) -> None:
    """Bind each element of a tuple target."""
    n = len(target.elts)
    starred = [k for k, e in enumerate(target.elts) if isinstance(e, ast.Starred)]
    around = _around_star(frame, binding, target, starred[0]) if starred else None
    items = around or _unpacked(frame, binding, target, n if not starred else None)
    if starred and around is None:
        k = starred[0]
        after = n - k - 1
        if len(items) < n - 1:
            frame.refuse(target, "SAD107", f"{len(items)} values for {n} targets")
        rest = Cell()
        frame.state.contents[rest] = ListItems(tuple(items[k : len(items) - after]))
        items = [*items[:k], rest, *items[len(items) - after :]]
    if len(items) != n:
        frame.refuse(target, "SAD107", f"{len(items)} values are unpacked into {n} names")
    for element, item in zip(target.elts, items, strict=True):
        assign(frame, element.value if isinstance(element, ast.Starred) else element, item)


def _around_star(
    frame: Frame, binding: Binding, target: ast.Tuple | ast.List, before: int
) -> list[Binding] | None:
    """`first, *rest = xs` of an array or a list of unknown length; None for anything else."""
    from sourcead.frontend.user_calls import inline_prelude

    if elements(frame, binding, target) is not None or not isinstance(binding, Value | Cell | View):
        return None
    value = read(frame, binding, target)
    if not isinstance(value.type, ListT) and not rank_of(value.type):
        return None
    held = bind_value(frame, binding) if isinstance(binding, Value) else binding
    after = len(target.elts) - before - 1
    given = [held, frame.const(before), frame.const(after)]
    rest = inline_prelude(frame, prelude.between, given, target)
    first = [read_item(frame, held, (k,), [], target) for k in range(before)]
    return [*first, rest, *(read_item(frame, held, (k,), [], target) for k in range(-after, 0))]


def _unpacked(frame: Frame, binding: Binding, target: ast.expr, n: int | None) -> list[Binding]:
    from sourcead.frontend.user_calls import inline_prelude

    found = elements(frame, binding, target)
    if found is not None:
        return found
    if isinstance(binding, Iteration):
        binding = inline_prelude(frame, prelude.listed, [binding], target)
    if isinstance(binding, ShapeOf) and n is not None:
        return [frame.extent(binding.array, k) for k in range(n)]
    value = read(frame, binding, target)
    if isinstance(value.type, StructT):
        return [frame.op("field", [value], ("s",), {"key": k}) for k in value.type.keys]
    if n is None or isinstance(value.type, ScalarT):
        frame.refuse(
            target,
            "SAD107",
            "the number of values to unpack is not known",
            fix="assign the elements one by one, by their index",
        )
    _check_length(frame, value, n)
    return [read_item(frame, binding, (k,), [], target) for k in range(n)]


def _check_length(frame: Frame, value: Value, n: int) -> None:
    """What Python checks when it unpacks an array or a list: that there are just `n` elements."""
    from sourcead.frontend.effects import effect

    dims = value.type.dims if isinstance(value.type, ArrayT) else None
    if dims and dims[0].symbol == n:
        return
    length = frame.extent(value, 0, "len")
    enough = frame.op("eq", [length, frame.const(n)])
    effect(frame, "check", [enough, frame.const(f"expected {n} values to unpack")], {})
    here = frame.builder.region
    if dims and isinstance(value.type, ArrayT) and (value in here.params or value.op in here.ops):
        value.type = ArrayT(value.type.dtype, (Dim(dims[0].symbol, n == 1), *dims[1:]))


def _set_attribute(frame: Frame, target: ast.Attribute, binding: Binding) -> None:
    base = frame.expr(target.value)
    content = frame.state.contents.get(base) if isinstance(base, Cell) else None
    if isinstance(base, Cell) and isinstance(content, Instance):
        set_attribute(frame, base, content, target.attr, binding, target)
        return
    frame.refuse(
        target, "SAD204", f"the attribute `{target.attr}` cannot be written", fix="use a variable"
    )


# Augmented assignment ------------------------------------------------------------------------


def augment(frame: Frame, stmt: ast.AugAssign) -> None:
    """`x += v`: numbers are rebound, arrays and lists are changed in place."""
    match stmt.target:
        case ast.Name(id=name):
            read_target = ast.copy_location(ast.Name(name, ast.Load()), stmt.target)
            place = frame.expr(read_target)
            right = frame.expr(stmt.value)
            before_store(frame)
            new = updated(frame, place, right, stmt)
            if new is not None:
                bind_name(frame, name, new)
        case ast.Subscript() as target:
            base = place_of(frame, target)
            if _augment_own_item(frame, base, target, stmt):
                return
            index = make_index(frame, base, target)
            place = read_item(frame, base, *index, target)
            right = frame.expr(stmt.value)
            before_store(frame)
            _augment_item(frame, base, index, place, right, stmt, target)
        case ast.Attribute():
            again = ast.Attribute(stmt.target.value, stmt.target.attr, ast.Load())
            place = frame.expr(ast.copy_location(again, stmt.target))
            right = frame.expr(stmt.value)
            before_store(frame)
            new = updated(frame, place, right, stmt)
            if new is not None:
                assign(frame, stmt.target, new)


def _augment_own_item(
    frame: Frame, base: Binding, target: ast.Subscript, stmt: ast.AugAssign
) -> bool:
    """`obj[i] += v` by the methods of the object's class; False where it has none."""
    if instance_class(frame, base) is None:
        return False
    key = frame.expr(target.slice)
    place = own_method(frame, base, "__getitem__", [key], target)
    if place is None:
        return False
    right = frame.expr(stmt.value)
    before_store(frame)
    new = updated(frame, place, right, stmt)
    own_method(frame, base, "__setitem__", [key, place if new is None else new], target)
    return True


def _augment_item(
    frame: Frame,
    base: Binding,
    index: tuple[tuple[object, ...], list[Value]],
    place: Binding,
    right: Binding,
    stmt: ast.AugAssign,
    target: ast.Subscript,
) -> None:
    """`x[i] += v` reads, computes, and writes back at the same place."""
    old = read(frame, place, target)
    inner = place if isinstance(place, Cell) else None
    if inner is not None and is_mutable(old.type):
        updated(frame, place, right, stmt)
        return
    new = binary(frame, stmt.op, old, right, stmt)
    if isinstance(new, Value) and new is not old:
        new.type = _shaped_like(new.type, old.type)
    write_item(frame, base, target, index, named(frame, new))


def _shaped_like(new: Type, old: Type) -> Type:
    """What is written back where `old` was read has its shape and dtype, or NumPy raises."""
    if isinstance(new, ArrayT) and isinstance(old, ArrayT) and new.rank == old.rank:
        return ArrayT(new.dtype or old.dtype, old.dims)
    return new


def updated(frame: Frame, place: Binding, right: Binding, stmt: ast.AugAssign) -> Binding | None:
    """The new value of something rebound; None where it was changed in place."""
    if not isinstance(place, Cell | View):
        return binary(frame, stmt.op, place, right, stmt)
    if instance_class(frame, place) is not None:
        name = BINARY[type(stmt.op)]
        own = own_method(frame, place, f"__i{DUNDERS.get(name, name)}__", [right], stmt)
        return binary(frame, stmt.op, place, right, stmt) if own is None else own
    content = frame.state.contents[place] if isinstance(place, Cell) else None
    if isinstance(content, DictItems) and isinstance(stmt.op, ast.BitOr):
        assert isinstance(place, Cell)
        update(frame, place, right, stmt)
        return None
    if isinstance(content, ListItems) or isinstance(getattr(content, "type", None), ListT):
        assert isinstance(place, Cell)
        return _extend(frame, place, right, stmt)
    old = read(frame, place, stmt)
    if _may_be_number(old.type):
        _check_alone(frame, place, stmt)
    new = binary(frame, stmt.op, old, right, stmt)
    if not isinstance(new, Value):
        frame.refuse(stmt, "SAD102", "a list beside what may be a number or an array",
                     fix="np.array([...])")  # fmt: skip
    if _may_fit(old.type, new.type) and new is not old:
        new.type = _shaped_like(new.type, old.type)
    if not _may_be_number(old.type) and not _fits(old.type, new.type):
        new = set_all(frame, old, new)
    write(frame, place, new, stmt)
    return None


def _may_be_number(t: Type) -> bool:
    """Whether a value is a number or an array, as only the program will tell."""
    return isinstance(t, UnknownT) or (isinstance(t, ArrayT) and t.dims == () and t.dtype is None)


def _check_alone(frame: Frame, place: Cell | View, stmt: ast.AugAssign) -> None:
    """`x += v` rebinds a number and changes an array: the same only if no other name sees it."""
    name = stmt.target.id if isinstance(stmt.target, ast.Name) else ""
    live = frame.live_after() - {name}
    others = reachable_cells(frame, [*frame.roots(live), *frame.kept_cells()])
    if isinstance(place, View) or place in others:
        shown = name or "this"
        frame.refuse(
            stmt,
            "SAD201",
            f"`{shown}` is updated in place if it is an array, and other names would see it",
            "its type is not known here: for a number they would not",
            f"`{shown} = {shown} + ...` if a new value is meant, or annotate its type",
        )


def _extend(frame: Frame, place: Cell, right: Binding, stmt: ast.AugAssign) -> Binding | None:
    content = frame.state.contents[place]
    more = elements(frame, right, stmt)
    if not isinstance(stmt.op, ast.Add):
        frame.refuse(stmt, "SAD101", "this update of a list is not supported", fix="use `append`")
    if more is None or not isinstance(content, ListItems):
        dynamic_method(frame, place, content, "extend", [right], stmt)
        return None
    write(frame, place, ListItems((*content.items, *more)), stmt)
    return None


def set_all(frame: Frame, old: Value, new: Value) -> Value:
    """The array with every element replaced: keeps its dtype and shape, as in place does."""
    return frame.op("setitem", [old, new], ("x", "v"), {"index": (Dots(),)}, type=old.type)


def _may_fit(old: Type, new: Type) -> bool:
    """Whether the shape of an operation's result may be that of the array it replaces."""
    if not isinstance(old, ArrayT) or not isinstance(new, ArrayT):
        return False
    if old.dims is None or new.dims is None or len(old.dims) != len(new.dims):
        return False
    return not any(a.one and b.one is False for a, b in zip(old.dims, new.dims, strict=True))


def _fits(old: Type, new: Type) -> bool:
    """Whether an operation's result has the dtype and shape of the array it replaces."""
    if not isinstance(old, ArrayT) or not isinstance(new, ArrayT):
        return False
    if old.dtype != new.dtype and not (
        (old.dtype is None and kind_of(new) in ("float", None)) or new.dtype is None
    ):
        return False
    if old.dims is None or new.dims is None:
        return old.dims is None and new.dims is None
    if len(old.dims) != len(new.dims):
        return False
    return all(a == b or a.meets(b) for a, b in zip(old.dims, new.dims, strict=True))


def bind_statement_names(frame: Frame, stmt: ast.stmt, binding: Poison) -> None:
    """Bind every name that a statement would bind."""
    bound, updated_names = stored_names([stmt])
    for name in bound | updated_names:
        frame.bind(name, binding)
