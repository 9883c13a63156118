"""`sorted`, `list.sort`, `min`, `max`, `filter`, `map` and `reduce`: decided now where they can be.

What is ordered by strings or literals is ordered by the compiler; by numbers, when the program
runs.
"""

from __future__ import annotations

import ast
import functools
from functools import partial
from typing import Any

from sourcead.frontend import lazy_prelude, prelude
from sourcead.frontend.alternatives import Before
from sourcead.frontend.bindings import Binding, Cell, Items, Iteration, ListItems, Static
from sourcead.frontend.conditions import compare_pair, elements, everything, truth
from sourcead.frontend.dunders import holds_object
from sourcead.frontend.frame import Frame
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iterators import (
    Lazy,
    asked_in_turn,
    begin_beside,
    new_iterator,
    own_iterator,
    pending,
    steps,
    take_all,
)
from sourcead.frontend.join import conditional
from sourcead.frontend.memory import named, read
from sourcead.frontend.readings import unobserved
from sourcead.frontend.sets import sorted_elements
from sourcead.frontend.statics import static_value
from sourcead.frontend.turns import in_turn
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ListT, ScalarT, StrT, StructT, Type, UnknownT, rank_of

Args = list[Binding]
Kwargs = dict[str, Binding]
NOTHING = Static(None)


def _applied(frame: Frame, function: Binding, args: Args, node: ast.AST) -> Binding:
    from sourcead.frontend.calls import apply

    return args[0] if function == NOTHING else named(frame, apply(frame, function, args, {}, node))


def known_order(binding: Binding) -> Any:
    """What something is ordered by, `MISSING` where that is a number of the program's."""
    if isinstance(binding, Items) and binding.items:
        parts = [known_order(item) for item in binding.items]
        return parts[0] if parts[0] is MISSING or MISSING in parts else tuple(parts)
    return static_value(binding)


# sorted ------------------------------------------------------------------------------------------


def sorted_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`sorted(items, key=, reverse=)`."""
    backwards = static_value(kwargs.get("reverse", Static(False)))
    if len(args) != 1 or backwards is MISSING or kwargs.keys() - {"key", "reverse"}:
        frame.refuse(node, "SAD105", "this form of `sorted` is not supported")
    return in_order(frame, args[0], kwargs.get("key", NOTHING), bool(backwards), node)


def in_order(
    frame: Frame, iterable: Binding, key: Binding, backwards: bool, node: ast.AST
) -> Binding:
    """A new list of the same elements."""
    iterable = sorted_elements(frame, iterable) or iterable
    items = known_items(frame, iterable, node)
    if items is not None:
        _, keys, quietly = _asked(frame, key, Items(tuple(items)), node)
        order = _static_order(keys, backwards)
        if order is not None:
            return frame.new_list([items[k] for k in order])
        if all(_is_pair_by_name(item) for item in items) and key == NOTHING:
            order = _static_order([i.items[0] for i in items if isinstance(i, Items)], backwards)
            if order is not None and len(set(order)) == len(items):
                return frame.new_list([items[k] for k in order])
        for each in keys:
            _check_number(frame, each, node)
        if frame.program.by_path and len(items) <= MOST_SORTED:
            return _sorted_by_path(frame, items, keys, backwards, node)
        iterable = frame.new_list(items)
        if not quietly:
            function = prelude.ordered_backwards if backwards else prelude.ordered
            return inline_prelude(frame, function, [iterable, frame.new_list(keys)], node)
    else:
        iterable = inline_prelude(frame, prelude.listed, [iterable], node)
    keys_list = iterable
    if key != NOTHING:
        keys_list = inline_prelude(frame, prelude.mapped, [key, iterable], node)
    content = frame.state.contents.get(keys_list) if isinstance(keys_list, Cell) else None
    if isinstance(content, Value) and isinstance(content.type, ListT):
        places = _places_of_numbers(content.type.elem)
        if key == NOTHING and places:
            return _by_places(frame, iterable, places, backwards, node)
        _check_type(frame, content.type.elem, node)
    function = prelude.ordered_backwards if backwards else prelude.ordered
    return inline_prelude(frame, function, [iterable, keys_list], node)


def _places_of_numbers(t: Type) -> tuple[int, ...]:
    """The places of a tuple that holds numbers only; none for anything else."""
    if not isinstance(t, StructT) or t.kind != "tuple":
        return ()
    numbers = all(isinstance(part, ScalarT) or rank_of(part) == 0 for part in t.types)
    return tuple(range(len(t.types))) if numbers else ()


def _by_places(
    frame: Frame, rows: Binding, places: tuple[int, ...], backwards: bool, node: ast.AST
) -> Binding:
    """Tuples of numbers in their order: by the last of them first, and ties stay as they are."""
    function = prelude.ordered_backwards if backwards else prelude.ordered
    for place in reversed(places):
        keys = inline_prelude(frame, prelude.at_place, [rows, frame.const(place)], node)
        rows = inline_prelude(frame, function, [rows, keys], node)
    return rows


MOST_SORTED = 6


def _sorted_by_path(
    frame: Frame, items: Args, keys: Args, backwards: bool, node: ast.AST
) -> Binding:
    """A new list of the same objects: neighbours change places until all are in order."""
    pairs: list[Binding] = [Items(pair) for pair in zip(items, keys, strict=True)]
    for last in range(len(pairs) - 1, 0, -1):
        for k in range(last):
            pairs[k], pairs[k + 1] = _in_order(frame, pairs[k], pairs[k + 1], backwards, node)
    return frame.new_list([pair.items[0] for pair in pairs if isinstance(pair, Items)])


def _in_order(
    frame: Frame, first: Binding, second: Binding, backwards: bool, node: ast.AST
) -> tuple[Binding, Binding]:
    """Two items with their keys; equal ones stay where they are."""
    assert isinstance(first, Items)
    assert isinstance(second, Items)
    keys = [read(frame, pair.items[1], node) for pair in (first, second)]
    wrong = frame.op("lt" if backwards else "gt", keys)
    found = conditional(
        frame, wrong, lambda: Items((second, first)), lambda: Items((first, second)), node,
        everything(frame),
    )  # fmt: skip
    assert isinstance(found, Items)
    return found.items[0], found.items[1]


def _asked(frame: Frame, key: Binding, iterable: Binding, node: ast.AST) -> tuple[Args, Args, bool]:
    """The elements of something known, and their keys, each asked for in its turn; and whether
    that can be done again without anybody noticing.
    """
    pairs: list[tuple[Binding, Binding]] = []

    def ask() -> Binding:
        items = in_turn(frame, iterable, node) or ()
        pairs[:] = [(item, _applied(frame, key, [item], node)) for item in items]
        return Items(tuple(asked for _, asked in pairs))

    with frame.holding(iterable):
        quietly = unobserved(frame, ask) is not None
        if not quietly:
            ask()
    return [item for item, _ in pairs], [asked for _, asked in pairs], quietly


def _static_order(keys: Args, backwards: bool) -> list[int] | None:
    """The order of keys that are all known, None where they are not."""
    known = [known_order(key) for key in keys]
    if any(k is MISSING for k in known):
        return None
    try:
        return sorted(range(len(known)), key=lambda k: known[k], reverse=backwards)
    except TypeError:
        return None


def _is_pair_by_name(item: Binding) -> bool:
    """A tuple that begins with a string, as `.items()` has them: no two are equal."""
    return (
        isinstance(item, Items)
        and bool(item.items)
        and isinstance(static_value(item.items[0]), str)
    )


def _check_number(frame: Frame, key: Binding, node: ast.AST) -> None:
    _check_type(frame, read(frame, key, node).type, node)


def _check_type(frame: Frame, t: Any, node: ast.AST) -> None:
    if not isinstance(t, ScalarT | UnknownT) and rank_of(t) != 0:
        frame.refuse(
            node, "SAD105", "things are ordered by something else than a number",
            "the order would have to be found by comparing parts",
            "a `key=` that gives a number",
        )  # fmt: skip


# min and max -------------------------------------------------------------------------------------


def extreme(frame: Frame, name: str, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`max` and `min`, of arguments or of the elements of one."""
    key = kwargs.get("key", NOTHING)
    if kwargs.keys() - {"key", "default"}:
        frame.refuse(node, "SAD105", f"`{name}` does not take these arguments")
    items: list[Binding] | None = args
    if len(args) == 1 and pending(frame, args[0]) is not None:
        rest = partial(extreme, frame, name, kwargs=kwargs, node=node)
        return asked_in_turn(frame, args[0], key, lambda made: rest([made]), node)
    if len(args) == 1:
        items = known_items(frame, args[0], node)
    if items is None:
        return _of_iterable(frame, name, args[0], key, kwargs.get("default"), node)
    if not items and "default" in kwargs:
        return kwargs["default"]
    if not items:
        frame.raises(ValueError, f"{name}() arg is an empty sequence")
        frame.refuse(node, "SAD105", f"`{name}` of nothing")
    if key != NOTHING:
        return _by_key(frame, name, args[0] if len(args) == 1 else Items(tuple(args)), key, node)
    if any(_is_compared(frame, item, node) for item in items):
        return _chosen(frame, name, items, node)
    result = read(frame, items[0], node)
    for item in items[1:]:
        result = frame.op(name, [result, read(frame, item, node)], ("x", "y"))
    return result


def _is_compared(frame: Frame, item: Binding, node: ast.AST) -> bool:
    """Whether one of two is found by comparing them: tuples, lists, text, objects."""
    if isinstance(item, Items) or holds_object(frame, item):
        return True
    content = frame.state.contents[item] if isinstance(item, Cell) else item
    t = content.type if isinstance(content, Value) else None
    return isinstance(content, ListItems) or isinstance(t, StructT | ListT | StrT)


def _chosen(frame: Frame, name: str, items: Args, node: ast.AST) -> Binding:
    """The first of the greatest, or of the least, as Python finds it."""
    assert isinstance(node, ast.expr)
    best = items[0]
    for item in items[1:]:
        better = compare_pair(frame, "gt" if name == "max" else "lt", item, best, node)
        known = truth(frame, better, node)
        if isinstance(known, bool):
            best = item if known else best
            continue
        first, second = (functools.partial(_itself, each) for each in (item, best))
        best = conditional(frame, known, first, second, node, everything(frame))
    return best


def _itself(binding: Binding) -> Binding:
    return binding


def _by_key(frame: Frame, name: str, among: Binding, key: Binding, node: ast.AST) -> Binding:
    """The item whose key, which is asked for once, is the largest or smallest."""
    items, keys, quietly = _asked(frame, key, among, node)
    order = _static_order(keys, name == "max")
    if order is not None:
        return items[order[0]]
    if frame.program.by_path and len(items) <= MOST_COMPARED:
        return _extreme_by_path(frame, name, items, keys, node)
    if not quietly:
        of_keys = prelude.largest_of_keys if name == "max" else prelude.smallest_of_keys
        return inline_prelude(frame, of_keys, [frame.new_list(items), frame.new_list(keys)], node)
    function = prelude.largest_by if name == "max" else prelude.smallest_by
    return inline_prelude(frame, function, [frame.new_list(items), key], node)


MOST_COMPARED = 16


def _extreme_by_path(frame: Frame, name: str, items: Args, keys: Args, node: ast.AST) -> Binding:
    """The first of the objects with the largest or smallest key."""
    best: Binding = Items((items[0], keys[0]))
    for item, key in zip(items[1:], keys[1:], strict=True):
        assert isinstance(best, Items)
        sides = [read(frame, key, node), read(frame, best.items[1], node)]
        better = frame.op("gt" if name == "max" else "lt", sides)
        new, old = Items((item, key)), best
        best = conditional(
            frame, better, partial(_same, new), partial(_same, old), node, everything(frame)
        )
    assert isinstance(best, Items)
    return best.items[0]


def _same(binding: Binding) -> Binding:
    return binding


def _of_iterable(
    frame: Frame, name: str, iterable: Binding, key: Binding, default: Binding | None,
    node: ast.AST,
) -> Binding:  # fmt: skip
    iterable = take_all(frame, own_iterator(frame, iterable, node), node)
    if isinstance(iterable, Iteration):
        iterable = inline_prelude(frame, prelude.listed, [iterable], node)
    largest = name == "max"
    if key != NOTHING:
        if default is not None:
            frame.refuse(node, "SAD105", f"`{name}` with a key and a default is not supported")
        function = prelude.largest_by if largest else prelude.smallest_by
        return inline_prelude(frame, function, [iterable, key], node)
    if default is not None:
        otherwise = prelude.largest_or if largest else prelude.smallest_or
        return inline_prelude(frame, otherwise, [iterable, default], node)
    return inline_prelude(frame, prelude.largest if largest else prelude.smallest, [iterable], node)


# map, filter, reduce -----------------------------------------------------------------------------


def map_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`map(function, *iterables)`."""
    function, *columns = args
    if len(columns) == 1:
        one = steps(frame, lazy_prelude.mapped, args, node)
        made = Lazy("lazy", tuple(args), lambda f, n: _mapped(f, function, columns[0], n), one, map)
        return new_iterator(frame, made, node)
    rows = new_iterator(frame, Iteration("zip", tuple(columns)), node)
    each = steps(frame, lazy_prelude.applied, [function, rows], node)
    given = (function, rows)
    made = Lazy("lazy", given, lambda f, n: _mapped_rows(f, function, rows, n), each, map)
    return new_iterator(frame, made, node)


def _mapped(frame: Frame, function: Binding, iterable: Binding, node: ast.AST) -> Binding:
    iterable = begin_beside(frame, iterable, node, [function], partly=False)
    items = in_turn(frame, iterable, node)
    if items is None:
        return inline_prelude(frame, prelude.mapped, [function, iterable], node)
    with frame.holding(iterable):
        return Items(tuple(_applied(frame, function, [item], node) for item in items))


def _mapped_rows(frame: Frame, function: Binding, rows: Binding, node: ast.AST) -> Binding:
    rows = begin_beside(frame, rows, node, [function], partly=False)
    items = in_turn(frame, rows, node)
    if items is None:
        return inline_prelude(frame, prelude.mapped_rows, [function, rows], node)
    with frame.holding(rows):
        found = [_applied(frame, function, elements(frame, row, node) or [], node) for row in items]
    return Items(tuple(found))


def filter_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`filter(function, iterable)`."""
    function, iterable = args
    if function == NOTHING:
        each = steps(frame, lazy_prelude.true_ones, [iterable], node)
    else:
        each = steps(frame, lazy_prelude.kept, args, node)
    made = Lazy("lazy", tuple(args), lambda f, n: _filtered(f, function, iterable, n), each, filter)
    return new_iterator(frame, made, node)


def _filtered(frame: Frame, function: Binding, iterable: Binding, node: ast.AST) -> Binding:
    iterable = begin_beside(frame, iterable, node, [function], partly=False)
    items = in_turn(frame, iterable, node)
    if items is not None:
        before = Before(frame)
        assert isinstance(node, ast.expr)
        with frame.holding(iterable):
            tests = [(i, truth(frame, _applied(frame, function, [i], node), node)) for i in items]
        if all(isinstance(test, bool) for _, test in tests):
            return frame.new_list([item for item, test in tests if test])
        before.restore()
    if function == NOTHING:
        return inline_prelude(frame, prelude.true_ones, [iterable], node)
    return inline_prelude(frame, prelude.filtered, [function, iterable], node)


def reduce_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`functools.reduce(function, iterable[, start])`."""
    iterable = begin_beside(frame, args[1], node, args[:1], partly=False)
    items = in_turn(frame, iterable, node)
    if items is None and len(args) == 3:
        return inline_prelude(frame, prelude.folded, [args[0], iterable, args[2]], node)
    if items is None:
        if isinstance(iterable, Iteration):
            iterable = inline_prelude(frame, prelude.listed, [iterable], node)
        return inline_prelude(frame, prelude.folded_from_first, [args[0], iterable], node)
    start = args[2] if len(args) == 3 else next(items, None)
    if start is None:
        frame.refuse(node, "SAD105", "`reduce` of nothing")
    with frame.holding(iterable, start):
        return functools.reduce(lambda a, b: _applied(frame, args[0], [a, b], node), items, start)
