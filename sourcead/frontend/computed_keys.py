"""Dicts whose keys are known numbers, asked for one that is computed: each is compared with it."""

from __future__ import annotations

import ast

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, DictItems, Items
from sourcead.frontend.dicts import dict_of
from sourcead.frontend.frame import Frame
from sourcead.frontend.item_writes import write_item
from sourcead.frontend.memory import read, write
from sourcead.frontend.sharing import is_mutable
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.index import Ref
from sourcead.ir.types import ScalarT

NUMBERS = (int, float)


def place_of_key(frame: Frame, owner: Binding, key: Binding, node: ast.AST) -> Value | None:
    """At which place of a dict a computed key is; None where it is known, or cannot be compared.

    Generated code raises a `KeyError` where it is none of them.
    """
    from sourcead.frontend.user_calls import inline_prelude

    content = dict_of(frame, owner)
    if content is None or not _is_compared(content, key):
        return None
    keys = Items(tuple(frame.const(known) for known in content.items))
    return read(frame, inline_prelude(frame, prelude.place_of_key, [keys, key], node), node)


def entry_or(
    frame: Frame, owner: Cell, key: Binding, default: Binding, node: ast.AST
) -> Binding | None:
    """`d.get(key, default)` of a computed key; None as above."""
    from sourcead.frontend.user_calls import inline_prelude

    content = dict_of(frame, owner)
    if content is None or not _is_compared(content, key):
        return None
    return inline_prelude(frame, prelude.entry_or, [owner, key, default], node)


def _is_compared(content: DictItems, key: Binding) -> bool:
    """Whether a key is a number that is computed, and those of the dict are numbers."""
    if content.missing is not None or not content.items or not isinstance(key, Value):
        return False
    number = isinstance(key.type, ScalarT) and key.type.kind in ("int", "float")
    computed = number and static_value(key) is MISSING
    return computed and all(type(known) in NUMBERS for known in content.items)


def values_of(frame: Frame, owner: Binding) -> Items:
    """The values of a dict, each at its place."""
    content = dict_of(frame, owner)
    assert content is not None
    return Items(tuple(content.items.values()))


def set_at_place(
    frame: Frame, owner: Cell, place: Value, new: Binding, node: ast.Subscript
) -> None:
    """Replace the value at a place of a dict whose values are numbers."""
    from sourcead.frontend.subscripts import read_item

    content = dict_of(frame, owner)
    assert content is not None
    values = values_of(frame, owner).items
    if not all(isinstance(v, Value) and not is_mutable(v.type) for v in (*values, new)):
        frame.refuse(
            node, "SAD108", "what is not a number is stored under a computed key",
            "which value is replaced is only known when the program runs",
            "a list, or an array with an axis for the keys",
        )  # fmt: skip
    listed = frame.new_list(values)
    write_item(frame, listed, node, ((Ref(0),), [place]), new)
    found = [read_item(frame, listed, (k,), [], node) for k in range(len(values))]
    write(frame, owner, content.holding(dict(zip(content.items, found, strict=True))), node)
