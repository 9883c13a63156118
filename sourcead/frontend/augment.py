"""Augmented assignment: the target is read, changed in place or computed anew, and stored again."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sourcead.frontend import prelude
from sourcead.frontend.assign import (
    PARTS_OF_ARRAYS,
    bind_name,
    place_of,
    set_attribute_of,
    set_own_entry,
)
from sourcead.frontend.bindings import (
    UNBOUND,
    Binding,
    Cell,
    DictItems,
    Instance,
    ListItems,
    Numbered,
    SetItems,
    Static,
    View,
)
from sourcead.frontend.classes import instance_class, own_method
from sourcead.frontend.columns import has_column
from sourcead.frontend.computed_keys import place_of_key, set_at_place, values_of
from sourcead.frontend.conditions import elements
from sourcead.frontend.dicts import known_key, update
from sourcead.frontend.dunders import replaced_array, word_of
from sourcead.frontend.frame import Frame
from sourcead.frontend.item_writes import no_target, write_item
from sourcead.frontend.iterators import made_of, take_all
from sourcead.frontend.list_methods import dynamic_method
from sourcead.frontend.memory import may_be_number, named, read, write
from sourcead.frontend.operators import BINARY, binary
from sourcead.frontend.sets import updated_set
from sourcead.frontend.sharing import is_mutable, may_hold_number, reachable_cells
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import Indices, dict_entry, make_index, own_entries, read_item
from sourcead.ir.core import Value
from sourcead.ir.index import Dots, Ref
from sourcead.ir.types import (
    NARROW,
    ArrayT,
    ListT,
    ScalarT,
    Type,
    is_python_scalar,
    kind_of,
)


@dataclass(frozen=True)
class Target:
    """What an augmented assignment reads and stores: its parts are evaluated once.

    `now` is what the target is bound to. `copies`: storing writes the elements of an array, so
    that it makes no difference whether they have been changed in place before.
    `again` is what the target is bound to when the value has been computed: what has been changed
    in place is stored where that is something else.
    """

    now: Binding
    store: Callable[[Binding], object]
    again: Callable[[], Binding]
    copies: bool = False


def augment(frame: Frame, stmt: ast.AugAssign) -> None:
    """`x += v`: numbers are rebound, arrays and lists are changed in place."""
    target = _target(frame, stmt.target)
    now = frame.known(target.now, stmt.target)
    right = frame.expr(stmt.value)
    if target.copies:
        old = read(frame, now, stmt.target)
        new = binary(frame, stmt.op, old, right, stmt)
        if isinstance(new, Value) and new is not old:
            new.type = _shaped_like(new.type, old.type)
        target.store(named(frame, new))
        return
    changed = updated(frame, now, right, stmt)
    if changed is not None:
        target.store(changed)
    elif target.again() is not target.now:
        target.store(now)


def _target(frame: Frame, node: ast.Name | ast.Attribute | ast.Subscript) -> Target:
    match node:
        case ast.Name(id=name):
            load = ast.copy_location(ast.Name(name, ast.Load()), node)
            store = partial(bind_name, frame, name)
            return Target(frame.expr(load), store, lambda: frame.expr(load))
        case ast.Attribute():
            return _attribute_target(frame, node)
        case ast.Subscript():
            return _subscript_target(frame, node)


def _attribute_target(frame: Frame, node: ast.Attribute) -> Target:
    from sourcead.frontend.expressions import get_attribute

    owner, attr = frame.expr(node.value), node.attr
    found = get_attribute(frame, owner, attr, node)
    part = isinstance(found, View) and attr in PARTS_OF_ARRAYS

    def again() -> Binding:
        content = frame.state.contents.get(owner) if isinstance(owner, Cell) else None
        if part or (isinstance(content, Numbered) and has_column(frame, content, attr)):
            return found
        if not isinstance(content, Instance) or isinstance(content, Numbered):
            return UNBOUND
        return content.items.get(attr, UNBOUND)

    return Target(found, lambda new: set_attribute_of(frame, owner, node, new), again)


def _subscript_target(frame: Frame, node: ast.Subscript) -> Target:
    own = own_entries(frame, node)
    if own is not None:
        found = dict_entry(frame, own[1].items, own[2], node)
        return Target(found, lambda new: set_own_entry(frame, *own, new, node), lambda: UNBOUND)
    base = place_of(frame, node)
    if instance_class(frame, base) is not None:
        key = frame.expr(node.slice)
        by_method = own_method(frame, base, "__getitem__", [key], node)
        if by_method is not None:
            return Target(by_method, _setter(frame, base, key, node), lambda: UNBOUND)
    return _item_target(frame, base, node)


def _setter(
    frame: Frame, owner: Binding, key: Binding, node: ast.Subscript
) -> Callable[[Binding], None]:
    """`obj[key] = ...` by the method of the object's class."""

    def store(new: Binding) -> None:
        own_method(frame, owner, "__setitem__", [key, new], node)

    return store


def _item_target(frame: Frame, base: Binding, node: ast.Subscript) -> Target:
    if not isinstance(base, Cell | View):
        no_target(frame, base, node)
    if isinstance(base, Cell) and isinstance(frame.state.contents[base], DictItems):
        return _entry_target(frame, base, frame.expr(node.slice), node)
    index = make_index(frame, base, node)
    found = read_item(frame, base, *index, node)
    content = frame.state.contents[base] if isinstance(base, Cell) else read(frame, base, node)
    is_array = isinstance(content, Value) and not isinstance(content.type, ListT)

    def store(new: Binding) -> None:
        write_item(frame, base, node, index, named(frame, new))

    def again() -> Binding:
        known = isinstance(base, Cell) and isinstance(content, ListItems)
        return read_item(frame, base, *index, node) if known else found

    return Target(found, store, again, copies=is_array)


def _entry_target(frame: Frame, base: Cell, key: Binding, node: ast.Subscript) -> Target:
    """An entry of a dict, under a key that is known or compared with those that are."""
    place = place_of_key(frame, base, key, node.slice)
    if place is None:
        index: Indices = (known_key(frame, key, node.slice),), []

        def store(new: Binding) -> None:
            write_item(frame, base, node, index, named(frame, new))

        found = read_item(frame, base, *index, node)
        return Target(found, store, lambda: read_item(frame, base, *index, node))
    found = read_item(frame, values_of(frame, base), (Ref(0),), [place], node)

    def store_there(new: Binding) -> None:
        set_at_place(frame, base, place, named(frame, new), node)

    return Target(found, store_there, lambda: found)


def _shaped_like(new: Type, old: Type) -> Type:
    """What is written back where `old` was read has its shape and dtype, or NumPy raises."""
    if isinstance(new, ArrayT) and isinstance(old, ArrayT) and new.rank == old.rank:
        return ArrayT(new.dtype or old.dtype, old.dims)
    return new


def updated(frame: Frame, place: Binding, right: Binding, stmt: ast.AugAssign) -> Binding | None:
    """The new value of something rebound; None where it was changed in place."""
    if isinstance(place, Static):
        _check_outside(frame, place, stmt)
    if not isinstance(place, Cell | View):
        return binary(frame, stmt.op, place, right, stmt)
    if instance_class(frame, place) is not None:
        word = word_of(BINARY[type(stmt.op)])
        own = own_method(frame, place, f"__i{word}__", [right], stmt)
        done = own is not None and static_value(own) is not NotImplemented
        return own if done else binary(frame, stmt.op, place, right, stmt)
    content = frame.state.contents[place] if isinstance(place, Cell) else None
    if isinstance(content, DictItems) and isinstance(stmt.op, ast.BitOr):
        assert isinstance(place, Cell)
        update(frame, place, right, stmt)
        return None
    if isinstance(content, SetItems):
        assert isinstance(place, Cell)
        return updated_set(frame, place, BINARY[type(stmt.op)], right, stmt)
    if isinstance(content, ListItems) or isinstance(getattr(content, "type", None), ListT):
        assert isinstance(place, Cell)
        return _extend(frame, place, right, stmt)
    own = replaced_array(frame, BINARY[type(stmt.op)], place, right, stmt)
    if own is not None:
        return own
    old = read(frame, place, stmt)
    part = isinstance(place, View) and may_be_number(place, old.type)
    number = may_hold_number(place if isinstance(place, Cell) else None, old)
    if part or number:
        _check_alone(frame, place, stmt)
    new = binary(frame, stmt.op, old, right, stmt)
    if not isinstance(new, Value):
        frame.refuse(stmt, "SAD102", "a list beside what may be a number or an array",
                     fix="np.array([...])")  # fmt: skip
    widens = _may_change_dtype(frame, old, new, right)
    if _may_fit(old.type, new.type) and new is not old:
        new.type = _shaped_like(new.type, old.type)
    if not number:
        if widens or not _fits(old.type, new.type):
            new = set_all(frame, old, new)
    elif widens:
        new = frame.op("updated", [new, old])
    write(frame, place, new, stmt)
    return None


def _check_outside(frame: Frame, place: Static, stmt: ast.AugAssign) -> None:
    """What is known as a whole comes from outside: it is not changed in place."""
    method = f"__i{word_of(BINARY[type(stmt.op)])}__"
    if hasattr(type(place.value), method):
        name = ast.unparse(stmt.target)
        frame.refuse(
            stmt,
            "SAD202",
            f"`{name}` belongs to an enclosing scope and is written here",
            "the program outside would see the change, and a derivative must not have such effects",
            f"`{name}` with the operator itself, which makes a new object",
        )


def _may_change_dtype(frame: Frame, old: Value, new: Value, right: Binding) -> bool:
    """Whether a new array may be of another dtype than that which an operator in place keeps."""
    if isinstance(old.type, ArrayT):
        if not _keeps_dtype(old.type, new.type):
            return True
        if old.type.dtype not in (None, *NARROW) or getattr(new.type, "dtype", None) is not None:
            return False
    weak = isinstance(right, Static) or (isinstance(right, Value) and _is_integer(right.type))
    return not weak


def _is_integer(t: Type) -> bool:
    """Whether it is an integer of Python's, which any array of numbers takes in place."""
    return isinstance(t, ScalarT) and is_python_scalar(t) and t.kind in ("bool", "int")


def _check_alone(frame: Frame, place: Cell | View, stmt: ast.AugAssign) -> None:
    """`x += v` rebinds a number and changes an array: the same only if no other name sees it."""
    name = stmt.target.id if isinstance(stmt.target, ast.Name) else ""
    live = frame.live_after() - {name}
    others = reachable_cells(frame, [*frame.roots(live), *frame.kept_cells()])
    if isinstance(place, View) or place in others:
        shown = ast.unparse(stmt.target)
        frame.refuse(
            stmt,
            "SAD201",
            f"`{shown}` is updated in place if it is an array, and other names would see it",
            "its type is not known here: for a number they would not",
            f"`{shown} = {shown} + ...` if a new value is meant, or annotate its type",
        )


def _extend(frame: Frame, place: Cell, right: Binding, stmt: ast.AugAssign) -> Binding | None:
    if isinstance(stmt.op, ast.Add) and made_of(frame, right, place):
        from sourcead.frontend.user_calls import inline_prelude

        inline_prelude(frame, prelude.extend, [place, right], stmt)
        return None
    right = take_all(frame, right, stmt)
    content = frame.state.contents[place]
    more = elements(frame, right, stmt)
    if isinstance(stmt.op, ast.Mult) and place.deque is None:
        return _repeat(frame, place, right, stmt)
    if not isinstance(stmt.op, ast.Add):
        frame.refuse(stmt, "SAD101", "this update of a list is not supported", fix="use `append`")
    if more is None or not isinstance(content, ListItems):
        dynamic_method(frame, place, content, "extend", [right], stmt)
        return None
    write(frame, place, ListItems((*content.items, *more)), stmt)
    return None


def _repeat(frame: Frame, place: Cell, times: Binding, stmt: ast.AugAssign) -> Binding | None:
    """`xs *= n`: the list itself becomes what `xs * n` is; times an array it gives an array."""
    found = binary(frame, stmt.op, place, times, stmt)
    content = frame.state.contents[found] if isinstance(found, Cell) else None
    made = content.type if isinstance(content, Value) else None
    if content is None or not isinstance(made, ListT | None):
        return found
    if isinstance(made, ListT) and is_mutable(made.elem):
        frame.refuse(
            stmt, "SAD201", "a list of what can be written is repeated in place",
            "each of its elements would stand in it several times", "a new list, `ys = xs * n`",
        )  # fmt: skip
    write(frame, place, content, stmt)
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


def _keeps_dtype(old: ArrayT, new: Type) -> bool:
    dtype = getattr(new, "dtype", None)
    vague = old.dtype is None and kind_of(new) in ("float", None)
    return vague or dtype in (None, old.dtype)


def _fits(old: Type, new: Type) -> bool:
    """Whether an operation's result has the dtype and shape of the array it replaces."""
    if not isinstance(old, ArrayT) or not isinstance(new, ArrayT):
        return False
    if not _keeps_dtype(old, new):
        return False
    if old.dims is None or new.dims is None:
        return old.dims is None and new.dims is None
    if len(old.dims) != len(new.dims):
        return False
    return all(a == b or a.meets(b) for a, b in zip(old.dims, new.dims, strict=True))
