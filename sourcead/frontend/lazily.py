"""`itertools`, `zip` of generators, `iter` and `next`: elements are made when a loop takes them."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from typing import Any

from sourcead.frontend import (
    combining,  # noqa: F401  (registers what is replaced here)
    lazy_prelude,
    prelude,
)
from sourcead.frontend.bindings import Binding, Cell, Instance, Items, Iteration, Static
from sourcead.frontend.builtin_calls import BUILTINS, Args, Kwargs
from sourcead.frontend.classes import own_method
from sourcead.frontend.frame import Frame
from sourcead.frontend.generators import Generated, own_nodes
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iteration_calls import zip_call
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import call_source, inline_prelude
from sourcead.ir.constants import MISSING

Handler = Callable[[Frame, Args, Kwargs, ast.AST], Binding]
MOST = 256


def lazy(frame: Frame, function: Callable[..., Any], args: Args, node: ast.AST) -> Binding:
    """A call of a generator function of ours."""
    return call_source(frame, frame.program.source(frame, function, node), args, {}, node)


def listed(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What can be indexed: anything else becomes a list."""
    if not isinstance(binding, Iteration):
        return binding
    if isinstance(binding, Generated) and is_endless(binding):
        frame.refuse(
            node, "SAD109", "a generator that may have no end is taken as a whole",
            "it is not known how much of it is needed",
            "`itertools.islice(...)` of it",
        )  # fmt: skip
    items = known_items(frame, binding, node)
    if items is not None:
        return frame.new_list(items)
    return inline_prelude(frame, prelude.listed, [binding], node)


def is_endless(made: Generated) -> bool:
    """Whether nothing says that a generator comes to an end."""
    loops = [n for n in own_nodes(made.source.node) if isinstance(n, ast.While)]
    inside = any(isinstance(p, Generated) and is_endless(p) for p in made.parts)
    return inside or any(isinstance(n.test, ast.Constant) and n.test.value for n in loops)


# `zip`, `iter`, `next` ---------------------------------------------------------------------------


def zip_lazily(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`zip`, one of whose arguments may be a generator: the others are indexed beside it."""
    made = [k for k, arg in enumerate(args) if isinstance(arg, Generated)]
    if not made or (kwargs and static_value(kwargs.get("strict", Static(False))) is not False):
        return zip_call(frame, args, kwargs, node)
    endless = [
        k for k, arg in enumerate(args) if isinstance(arg, Generated) and is_endless(arg)
    ]
    place = (endless or made)[0]
    columns = [listed(frame, arg, node) for k, arg in enumerate(args) if k != place]
    if not columns:
        return args[0]
    given = [args[place], Items(tuple(columns)), frame.const(place)]
    return lazy(frame, lazy_prelude.beside, given, node)


def iter_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`iter(items)`."""
    from sourcead.frontend.calls import apply

    if len(args) != 1 or kwargs:
        frame.refuse(node, "SAD105", "this form of `iter` is not supported", fix="a `while` loop")
    own = own_method(frame, args[0], "__iter__", [], node)
    if own is not None:
        return own
    if isinstance(args[0], Generated):
        return args[0]
    items = listed(frame, args[0], node)
    return apply(frame, Static(lazy_prelude.Taking), [items], {}, node)


def next_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`next(iterator)`, `next(iterator, default)`."""
    from sourcead.frontend.calls import apply

    iterator, *default = args
    if isinstance(iterator, Generated):
        names = [n for n, b in frame.state.env.items() if b is iterator]
        if not frame.live_after() & set(names):
            function = lazy_prelude.first_or if default else lazy_prelude.first_of
            return inline_prelude(frame, function, args, node)
        items = listed(frame, iterator, node)
        taking = apply(frame, Static(lazy_prelude.Taking), [items], {}, node)
        for name in names:
            frame.bind(name, taking)
        iterator = taking
    content = frame.state.contents.get(iterator) if isinstance(iterator, Cell) else None
    if default and isinstance(content, Instance) and content.cls is lazy_prelude.Taking:
        return inline_prelude(frame, lazy_prelude.next_or, args, node)
    found = own_method(frame, iterator, "__next__", [], node)
    if found is None or default:
        # A generator expression is a list here.
        function = lazy_prelude.first_or if default else lazy_prelude.first_of
        return inline_prelude(frame, function, args, node)
    return found


# `itertools` -------------------------------------------------------------------------------------


def _by_number(functions: dict[int, Callable[..., Any]], name: str) -> Handler:
    """Combinations of two or three elements; of few that are known, they are written out."""

    def call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
        given = [*args, *kwargs.values()]
        count = static_value(given[1]) if len(given) > 1 else None
        function = functions.get(count) if isinstance(count, int) else None
        if function is None or _is_short(frame, given[0], node):
            return WRITTEN_OUT[name](frame, args, kwargs, node)
        first = given[0]
        if name == "combinations" and count == 2 and _counts(first):
            assert isinstance(first, Iteration)
            return lazy(frame, lazy_prelude.combined_numbers, [first.parts[1]], node)
        return lazy(frame, function, [listed(frame, first, node)], node)

    return call


def _counts(binding: Binding) -> bool:
    """Whether something is `range(n)`."""
    if not isinstance(binding, Iteration) or binding.kind != "range":
        return False
    start, _, step = map(static_value, binding.parts)
    return (start, step) == (0, 1)


def _is_short(frame: Frame, binding: Binding, node: ast.AST) -> bool:
    items = known_items(frame, binding, node)
    return items is not None and len(items) <= 8


def product_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`itertools.product`: loops inside each other."""
    repeat = static_value(kwargs.get("repeat", frame.const(1)))
    known = [known_items(frame, arg, node) for arg in args]
    if not isinstance(repeat, int) or all(items is not None for items in known):
        return WRITTEN_OUT["product"](frame, args, kwargs, node)
    columns = args * repeat
    functions: dict[int, Callable[..., Any]] = {
        2: lazy_prelude.pairs_of,
        3: lazy_prelude.triples_of,
    }
    if len(columns) not in functions:
        return WRITTEN_OUT["product"](frame, args, kwargs, node)
    again = [listed(frame, c, node) if isinstance(c, Generated) else c for c in columns]
    return lazy(frame, functions[len(columns)], again, node)


def islice_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    items, *bounds = args
    if len(bounds) == 1 and static_value(bounds[0]) is not None:
        return lazy(frame, lazy_prelude.first_ones, [items, bounds[0]], node)
    start, stop, step = [*bounds, *[Static(None)] * (3 - len(bounds))] if bounds[1:] else [
        Static(None), bounds[0], Static(None)
    ]  # fmt: skip
    start = frame.const(0) if static_value(start) is None else start
    step = frame.const(1) if static_value(step) is None else step
    if static_value(stop) is None:
        frame.refuse(node, "SAD105", "`islice` without an end", fix="a slice of a list")
    return lazy(frame, lazy_prelude.part_of, [items, start, stop, step], node)


def count_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    start = args[0] if args else kwargs.get("start", frame.const(0))
    step = args[1] if len(args) > 1 else kwargs.get("step", frame.const(1))
    return lazy(frame, lazy_prelude.counted, [start, step], node)


def repeat_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    given = [*args, *kwargs.values()]
    function: Callable[..., Any] = lazy_prelude.repeated_for_ever
    if len(given) > 1:
        function = lazy_prelude.repeated
    return lazy(frame, function, given, node)


def cycle_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return lazy(frame, lazy_prelude.cycled, [listed(frame, args[0], node)], node)


def zip_longest_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    if len(args) != 2:
        frame.refuse(node, "SAD105", "`zip_longest` of two iterables is supported")
    columns = [listed(frame, arg, node) for arg in args]
    fill = kwargs.get("fillvalue", Static(None))
    return lazy(frame, lazy_prelude.filled_pairs, [*columns, fill], node)


def _of_function(function: Callable[..., Any]) -> Handler:
    def call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
        if len(args) != 2 or kwargs:
            frame.refuse(node, "SAD105", "two arguments are supported here")
        return lazy(frame, function, args, node)

    return call


def from_iterable_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    return lazy(frame, lazy_prelude.joined, args, node)


def groupby_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`groupby` of elements whose keys are known."""
    from sourcead.frontend.calls import apply

    key = args[1] if len(args) > 1 else kwargs.get("key")
    with frame.program.written_out():
        items = known_items(frame, args[0], node)
    found: list[tuple[Binding, list[Binding]]] = []
    for item in items or []:
        named = item if key is None else apply(frame, key, [item], {}, node)
        known = static_value(named)
        if known is MISSING:
            items = None
            break
        if not found or static_value(found[-1][0]) != known:
            found.append((named, []))
        found[-1][1].append(item)
    if items is None:
        frame.refuse(
            node, "SAD108", "the keys of `groupby` must be known when the function is compiled",
            fix="`np.add.at`, or a loop with an `if`",
        )  # fmt: skip
    return Items(tuple(Items((named, frame.new_list(group))) for named, group in found))


WRITTEN_OUT = {
    name: BUILTINS[getattr(itertools, name)]
    for name in ("product", "combinations", "permutations", "combinations_with_replacement")
}
PAIRS = {
    "combinations": {2: lazy_prelude.combined, 3: lazy_prelude.combined_by_three},
    "combinations_with_replacement": {2: lazy_prelude.combined_with_itself},
    "permutations": {2: lazy_prelude.permuted},
}
BUILTINS.update({getattr(itertools, name): _by_number(f, name) for name, f in PAIRS.items()})
BUILTINS.update(
    {
        zip: zip_lazily,
        iter: iter_call,
        next: next_call,
        itertools.product: product_call,
        itertools.islice: islice_call,
        itertools.count: count_call,
        itertools.repeat: repeat_call,
        itertools.cycle: cycle_call,
        itertools.zip_longest: zip_longest_call,
        itertools.takewhile: _of_function(lazy_prelude.while_true),
        itertools.dropwhile: _of_function(lazy_prelude.from_false),
        itertools.filterfalse: _of_function(lazy_prelude.false_ones),
        itertools.compress: _of_function(lazy_prelude.selected),
        itertools.starmap: _of_function(lazy_prelude.applied),
        itertools.chain.from_iterable: from_iterable_call,
        itertools.groupby: groupby_call,
    }
)
