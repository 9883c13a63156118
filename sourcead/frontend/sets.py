"""Sets of what is known when the function is compiled: membership, sizes, the sorted elements."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Set
from typing import Any

from sourcead.frontend.bindings import Binding, Cell, ListItems, SetItems, Static
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.memory import write
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING

Args = list[Binding]
Kwargs = dict[str, Binding]


def set_of(frame: Frame, binding: Binding) -> Set[Any] | None:
    """The elements of a set, None for anything else."""
    if isinstance(binding, Static) and isinstance(binding.value, set | frozenset):
        return binding.value
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return content.elements if isinstance(content, SetItems) else None


def new_set(frame: Frame, elements: Set[Any], frozen: bool = False) -> Cell:
    return frame.new_cell(SetItems(frozenset(elements), frozen))


def is_frozen(frame: Frame, binding: Binding) -> bool:
    if isinstance(binding, Static):
        return isinstance(binding.value, frozenset)
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return isinstance(content, SetItems) and content.frozen


def _known(frame: Frame, bindings: list[Binding], node: ast.AST) -> frozenset[Any]:
    found = [static_value(b) for b in bindings]
    if MISSING in found:
        frame.refuse(
            node,
            "SAD108",
            "the elements of a set must be known when the function is compiled",
            fix="a list, or an array of booleans for what has been seen",
        )
    return frozenset(found)


@expression(ast.Set)
def set_literal(frame: Frame, node: ast.Set) -> Binding:
    return new_set(frame, _known(frame, [frame.expr(e) for e in node.elts], node))


@expression(ast.SetComp)
def set_comprehension(frame: Frame, node: ast.SetComp) -> Binding:
    found = frame.expr(ast.copy_location(ast.ListComp(node.elt, node.generators), node))
    return new_set(frame, _elements(frame, found, node))


def _elements(frame: Frame, binding: Binding, node: ast.AST) -> frozenset[Any]:
    from sourcead.frontend.iteration import known_items

    known = set_of(frame, binding)
    if known is not None:
        return frozenset(known)
    items = known_items(frame, binding, node)
    if items is None:
        frame.refuse(
            node,
            "SAD107",
            "the elements of a set must be known when the function is compiled",
            fix="a list, or `np.unique` of an array",
        )
    return _known(frame, items, node)


def set_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`set(...)`."""
    if len(args) > 1 or kwargs:
        frame.refuse(node, "SAD105", "this form of `set` is not supported")
    return new_set(frame, _elements(frame, args[0], node) if args else frozenset())


def frozenset_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`frozenset(...)`."""
    made = set_of(frame, set_call(frame, args, kwargs, node))
    return new_set(frame, made or frozenset(), frozen=True)


def sorted_elements(frame: Frame, binding: Binding) -> Binding | None:
    """The list of a set's elements in their order; None for anything else."""
    known = set_of(frame, binding)
    if known is None:
        return None
    try:
        ordered = sorted(known)
    except TypeError:
        return None
    cell = Cell()
    numbers = [frame.const(e) if isinstance(e, int | float) else Static(e) for e in ordered]
    frame.state.contents[cell] = ListItems(tuple(numbers))
    return cell


MAKING: dict[str, Callable[[Any, Any], Any]] = {
    "union": operator.or_,
    "intersection": operator.and_,
    "difference": operator.sub,
    "symmetric_difference": operator.xor,
    "issubset": operator.le,
    "issuperset": operator.ge,
    "isdisjoint": lambda a, b: a.isdisjoint(b),
}
CHANGES: dict[str, Callable[[Any, Any], Any]] = {
    "update": operator.or_,
    "intersection_update": operator.and_,
    "difference_update": operator.sub,
    "symmetric_difference_update": operator.xor,
}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "bitor": operator.or_, "bitand": operator.and_, "sub": operator.sub, "bitxor": operator.xor,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip


def set_method(
    frame: Frame, owner: Cell, elements: Set[Any], name: str, args: Args, node: ast.AST
) -> Binding:
    """Call a method of a set."""
    known, frozen = frozenset(elements), is_frozen(frame, owner)
    if name in MAKING:
        found: Any = known
        for arg in args:
            found = MAKING[name](known, _elements(frame, arg, node))
            known = found if isinstance(found, frozenset) else known
        return frame.const(found) if isinstance(found, bool) else new_set(frame, known, frozen)
    if name == "copy":
        return new_set(frame, known, frozen)
    if frozen:
        frame.refuse(node, "SAD106", f"a frozenset has no `.{name}()`", fix="a set")
    if name in CHANGES:
        for arg in args:
            known = CHANGES[name](known, _elements(frame, arg, node))
    elif name == "add":
        known |= _known(frame, args, node)
    elif name == "discard" or (name == "remove" and _known(frame, args, node) <= known):
        known -= _known(frame, args, node)
    elif name == "clear":
        known = frozenset()
    else:
        frame.refuse(node, "SAD106", f"the set method `.{name}()` is not supported here",
                     fix="a sorted list of the elements")  # fmt: skip
    write(frame, owner, SetItems(known), node)
    return Static(None)


def set_operation(frame: Frame, name: str, left: Binding, right: Binding) -> Binding | None:
    """`a | b`, `a <= b`; None where they are no sets."""
    a, b = set_of(frame, left), set_of(frame, right)
    if a is None or b is None or name not in OPERATORS:
        return None
    found = OPERATORS[name](frozenset(a), frozenset(b))
    if isinstance(found, bool):
        return frame.const(found)
    return new_set(frame, found, is_frozen(frame, left))


def updated_set(
    frame: Frame, place: Cell, name: str, right: Binding, node: ast.AST
) -> Binding | None:
    """`a |= b` on a set: None where it was changed in place; a frozenset is made anew."""
    made = set_operation(frame, name, place, right)
    elements = None if made is None else set_of(frame, made)
    if elements is None:
        frame.refuse(node, "SAD102", "a set is updated with what is no set", fix="`set(...)` of it")
    if is_frozen(frame, place):
        return made
    write(frame, place, SetItems(frozenset(elements)), node)
    return None
