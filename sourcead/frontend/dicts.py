"""Dicts whose keys are known: methods, `dict(...)`, `|`, and dicts that make what is missing."""

from __future__ import annotations

import ast
import collections
import dataclasses
from collections.abc import Callable, Hashable
from typing import Any

from sourcead.frontend.bindings import Binding, Cell, DictItems, Items, Iteration, Missing, Static
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import write
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING

Args = list[Binding]
Kwargs = dict[str, Binding]


def dict_of(frame: Frame, binding: Binding) -> DictItems | None:
    """The entries of a dict, None for anything else."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return content if isinstance(content, DictItems) else None


def _key(frame: Frame, key: object) -> Binding:
    return frame.const(key) if isinstance(key, int | float) else Static(key)


def _known_items(frame: Frame, binding: Binding, node: ast.AST) -> list[Binding] | None:
    from sourcead.frontend.iteration import known_items

    with frame.program.written_out():
        return known_items(frame, binding, node)


def known_key(frame: Frame, binding: Binding, node: ast.AST) -> Hashable:
    """A key, which must be known when the function is compiled."""
    key = static_value(binding)
    if key is MISSING:
        frame.refuse(
            node,
            "SAD108",
            "the key must be known when the function is compiled",
            fix="use an array or a list for what is looked up by a computed index",
        )
    found: Hashable = key
    return found


# Reading and methods -------------------------------------------------------------------------


def dict_item(frame: Frame, owner: Cell, key: Any, node: ast.AST) -> Binding:
    """`d[key]`."""
    content = frame.state.contents[owner]
    assert isinstance(content, DictItems)
    if key in content.items:
        return content.items[key]
    if content.missing is None or content.missing.factory == Static(None):
        frame.raises(KeyError, str(key))
        frame.refuse(node, "SAD108", f"the key {key!r} is not in the dict")
    from sourcead.frontend.calls import apply

    made = apply(frame, content.missing.factory, [], {}, node)
    if content.missing.keeps:
        write(frame, owner, content.holding({**content.items, key: made}), node)
    return made


def dict_method(
    frame: Frame,
    owner: Cell,
    content: DictItems,
    name: str,
    args: Args,
    kwargs: Kwargs,
    node: ast.AST,
) -> Binding:
    """Call a method of a dict."""
    method = METHODS.get(name)
    if name == "update":
        for more in (*args, *([frame.new_cell(DictItems(dict(kwargs)))] if kwargs else [])):
            update(frame, owner, more, node)
        return Static(None)
    if method is None or kwargs:
        frame.refuse(node, "SAD106", f"the dict method `.{name}()` is not supported here")
    found = method(frame, owner, content, args, node)
    if found is None:
        frame.refuse(node, "SAD105", f"this call of the dict method `.{name}()` is not supported")
    return found


def update(frame: Frame, owner: Cell, more: Binding, node: ast.AST) -> None:
    """`d.update(more)`, `d |= more`."""
    content = dict_of(frame, owner)
    assert content is not None
    added = _entries(frame, more, node)
    if content.missing is not None and content.missing.kind == "Counter":
        frame.refuse(node, "SAD106", "a `Counter` cannot be added to", fix="a `dict` of numbers")
    write(frame, owner, content.holding({**content.items, **added}), node)


def _entries(frame: Frame, binding: Binding, node: ast.AST) -> dict[Any, Binding]:
    """The entries of a dict or of pairs."""
    content = dict_of(frame, binding)
    if content is not None:
        return content.items
    pairs = _known_items(frame, binding, node)
    columns = None if pairs is None else [elements(frame, pair, node) for pair in pairs]
    if columns is None or not all(pair is not None and len(pair) == 2 for pair in columns):
        frame.refuse(
            node,
            "SAD107",
            "the pairs that a dict is made of must be known when the function is compiled",
            fix="a dict with the keys written out, or an array",
        )
    return {known_key(frame, pair[0], node): pair[1] for pair in columns if pair is not None}


def _items(f: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST) -> Binding:
    return Iteration("items", (owner,))


def _keys(f: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST) -> Binding:
    return Iteration("keys", (owner,))


def _values(f: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST) -> Binding:
    return Iteration("values", (owner,))


def _copy(f: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST) -> Binding:
    return f.new_cell(content.holding(dict(content.items)))


def _clear(f: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST) -> Binding:
    write(f, owner, content.holding({}), node)
    return Static(None)


def _get(
    frame: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST
) -> Binding | None:
    from sourcead.frontend.computed_keys import entry_or

    if not 1 <= len(args) <= 2:
        return None
    default = args[1] if len(args) > 1 else Static(None)
    found = entry_or(frame, owner, args[0], default, node)
    if found is not None:
        return found
    key = known_key(frame, args[0], node)
    return content.items.get(key, default)


def _pop(
    frame: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST
) -> Binding | None:
    if not 1 <= len(args) <= 2:
        return None
    key = known_key(frame, args[0], node)
    if key not in content.items:
        if len(args) > 1:
            return args[1]
        frame.raises(KeyError, str(key))
        frame.refuse(node, "SAD108", f"the key {key!r} is not in the dict")
    left = {k: v for k, v in content.items.items() if k != key}
    write(frame, owner, content.holding(left), node)
    return content.items[key]


def _popitem(
    frame: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST
) -> Binding | None:
    if args or not content.items:
        return None
    *kept, (key, value) = content.items.items()
    write(frame, owner, content.holding(dict(kept)), node)
    return Items((_key(frame, key), value))


def _setdefault(
    frame: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST
) -> Binding | None:
    if not 1 <= len(args) <= 2:
        return None
    key = known_key(frame, args[0], node)
    if key not in content.items:
        value = args[1] if len(args) > 1 else Static(None)
        write(frame, owner, content.holding({**content.items, key: value}), node)
        return value
    return content.items[key]


def _most_common(
    frame: Frame, owner: Cell, content: DictItems, args: Args, node: ast.AST
) -> Binding | None:
    counts = {key: static_value(count) for key, count in content.items.items()}
    limit = static_value(args[0]) if args else None
    if content.missing is None or MISSING in (*counts.values(), limit):
        return None
    found = collections.Counter(counts).most_common(limit)
    return Items(tuple(Items((_key(frame, k), frame.const(n))) for k, n in found))


Method = Callable[[Frame, Cell, DictItems, Args, ast.AST], Binding | None]
METHODS: dict[str, Method] = {
    "items": _items,
    "keys": _keys,
    "values": _values,
    "copy": _copy,
    "clear": _clear,
    "get": _get,
    "pop": _pop,
    "popitem": _popitem,
    "setdefault": _setdefault,
    "most_common": _most_common,
}


# Making dicts ----------------------------------------------------------------------------------


def dict_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`dict(...)`."""
    if len(args) > 1:
        frame.refuse(node, "SAD105", "this form of `dict` is not supported")
    entries = dict(_entries(frame, args[0], node)) if args else {}
    return frame.new_cell(DictItems({**entries, **kwargs}))


def fromkeys_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`dict.fromkeys(keys, value)`: one value for all."""
    keys = _known_items(frame, args[0], node)
    if keys is None or len(args) > 2:
        frame.refuse(node, "SAD107", "the keys of a dict must be known", fix="the keys written out")
    value = args[1] if len(args) > 1 else Static(None)
    return frame.new_cell(DictItems({known_key(frame, k, node): value for k in keys}))


def defaultdict_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`defaultdict(factory, ...)`."""
    factory = args[0] if args else Static(None)
    made = dict_call(frame, args[1:], kwargs, node)
    content = dict_of(frame, made)
    assert content is not None
    return frame.new_cell(DictItems(content.items, Missing(factory, "defaultdict")))


def ordered_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`OrderedDict(...)`."""
    content = dict_of(frame, dict_call(frame, args, kwargs, node))
    assert content is not None
    return frame.new_cell(DictItems(content.items, Missing(Static(None), "OrderedDict")))


def counter_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`Counter(...)` of what is known: numbers of the program are not counted here."""
    counts: dict[Any, int] = {}
    for key in (_known_items(frame, args[0], node) if args else []) or []:
        known = known_key(frame, key, node)
        counts[known] = counts.get(known, 0) + 1
    if len(args) > 1 or kwargs or (args and dict_of(frame, args[0]) is not None):
        frame.refuse(node, "SAD105", "this form of `Counter` is not supported")
    if args and _known_items(frame, args[0], node) is None:
        frame.refuse(node, "SAD107", "what is counted must be known when the function is compiled",
                     fix="np.bincount of integers")  # fmt: skip
    entries: dict[Any, Binding] = {key: frame.const(n) for key, n in counts.items()}
    return frame.new_cell(DictItems(entries, Missing(Static(int), "Counter")))


def joined_dicts(frame: Frame, left: Binding, right: Binding, node: ast.AST) -> Binding | None:
    """`a | b`; None where they are no dicts."""
    first, second = dict_of(frame, left), dict_of(frame, right)
    if first is None or second is None:
        return None
    if any(d.missing is not None and d.missing.kind == "Counter" for d in (first, second)):
        frame.refuse(node, "SAD106", "`|` of counters is not supported", fix="`max` of the counts")
    return frame.new_cell(dataclasses.replace(first, items={**first.items, **second.items}))


DICTS: dict[Any, Callable[[Frame, Args, Kwargs, ast.AST], Binding]] = {
    dict: dict_call,
    collections.OrderedDict: ordered_call,
    collections.defaultdict: defaultdict_call,
    collections.Counter: counter_call,
    dict.fromkeys: fromkeys_call,
}
