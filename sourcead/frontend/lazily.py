"""`itertools`, and how `zip`, `enumerate`, `iter` and `next` take from iterators."""

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
from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Items,
    Iteration,
    ListItems,
    ShapeOf,
    Static,
)
from sourcead.frontend.builtin_calls import BUILTINS, Args, Kwargs
from sourcead.frontend.classes import instance_class, own_method
from sourcead.frontend.dicts import dict_of
from sourcead.frontend.frame import Frame, Poisoned
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iteration_calls import equal_lengths
from sourcead.frontend.iterators import (
    OPENED,
    Backwards,
    Generated,
    Lazy,
    begin,
    begin_beside,
    check_unchanged,
    in_steps,
    is_endless,
    is_taking,
    new_iterator,
    one_by_one,
    steps,
    take_all,
)
from sourcead.frontend.kept_lists import check_kept
from sourcead.frontend.lists import is_pending
from sourcead.frontend.readings import reading_of, unobserved
from sourcead.frontend.statics import static_value
from sourcead.frontend.turns import is_list
from sourcead.frontend.user_calls import call_source, inline_prelude
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ListT, ScalarT

Handler = Callable[[Frame, Args, Kwargs, ast.AST], Binding]
MOST = 256


def lazy(frame: Frame, function: Callable[..., Any], args: Args, node: ast.AST) -> Binding:
    """A call of a generator function of ours."""
    return call_source(frame, frame.program.source(frame, function, node), args, {}, node)


def listed(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What can be indexed: anything else becomes a list, if nobody can tell when that was."""
    made = begin(frame, binding, node)
    if not isinstance(made, Iteration):
        return made
    found = in_order(frame, made, node)
    if found is None:
        frame.refuse(
            node, "SAD109", "elements that are made one by one are all needed at once here",
            "making them does something that the program sees",
            "a list of them: `list(...)`",
        )  # fmt: skip
    return found


def in_order(frame: Frame, made: Iteration, node: ast.AST) -> Cell | None:
    """The list of what an iteration yields; None where making it does something else as well."""
    if is_endless(frame, made):
        frame.refuse(
            node, "SAD109", "a generator that may have no end is taken as a whole",
            "it is not known how much of it is needed",
            "`itertools.islice(...)` of it",
        )  # fmt: skip

    if frame.program.strictly_in_turn:
        return None

    def evaluate() -> Binding:
        opened = OPENED.get(made.kind)
        items = made if opened is None else opened(frame, made, node, False)
        return list_of(frame, items, node)

    found = unobserved(frame, evaluate)
    assert found is None or isinstance(found, Cell)
    return found


def list_of(frame: Frame, items: Binding, node: ast.AST) -> Binding:
    """A new list of what has been begun."""
    if isinstance(items, Lazy):
        items = items.at_once(frame, node)
        if isinstance(items, Cell):
            return items
    known = known_items(frame, items, node)
    if known is not None:
        return frame.new_list(known)
    return inline_prelude(frame, prelude.listed, [items], node)


# `zip`, `enumerate`, `reversed` ------------------------------------------------------------------


def open_zip(frame: Frame, made: Iteration, node: ast.AST, partly: bool) -> Binding:
    """`zip`: in lockstep, or one after the other where one of them cannot be indexed."""
    for k, part in enumerate(made.parts):
        if isinstance(part, Cell) and part in made.parts[:k] and is_pending(frame, part):
            in_steps(frame, part)
    taking = [is_taking(frame, part) for part in made.parts]
    parts = [
        part if taken else begin_beside(frame, part, node)
        for part, taken in zip(made.parts, taking, strict=True)
    ]
    generated = [k for k, part in enumerate(parts) if isinstance(part, Generated)]
    if made.strict and (generated or any(taking)):
        frame.refuse(
            node, "SAD109", "`zip(strict=True)` of an iterator whose length is not known",
            fix="lists of what they yield: `list(...)`",
        )  # fmt: skip
    if made.strict or not (generated or any(taking)):
        if made.strict:
            equal_lengths(frame, parts, node)
        return Iteration("zip", tuple(parts), strict=made.strict)
    if len(parts) == 1:
        return steps(frame, lazy_prelude.singles_of, parts, node)
    return _one_after_the_other(frame, parts, generated, node)


def _one_after_the_other(frame: Frame, parts: Args, generated: list[int], node: ast.AST) -> Binding:
    endless = [k for k in generated if is_endless(frame, parts[k])]
    place = (endless or generated or [-1])[0]
    asked = [
        part if k == place or is_taking(frame, part) else iter_call(frame, [part], {}, node)
        for k, part in enumerate(parts)
    ]
    functions: dict[int, Callable[..., Any]] = {
        2: lazy_prelude.in_step,
        3: lazy_prelude.in_three_steps,
    }
    if place == 0:
        return steps(frame, lazy_prelude.beside, [asked[0], Items(tuple(asked[1:]))], node)
    if place == 1 and len(parts) == 2:
        return steps(frame, lazy_prelude.before, asked, node)
    if place > 0 or len(parts) not in functions:
        frame.refuse(
            node, "SAD109", "a `zip` of so many things, one of which is a generator",
            fix="the generator as the first argument, or a list of what it yields",
        )  # fmt: skip
    return steps(frame, functions[len(parts)], asked, node)


def open_enumerate(frame: Frame, made: Iteration, node: ast.AST, partly: bool) -> Binding:
    part = begin_beside(frame, made.parts[0], node, partly=partly)
    return Iteration("enumerate", (part, made.parts[1]))


def open_reversed(frame: Frame, made: Iteration, node: ast.AST, partly: bool) -> Binding:
    (part,) = made.parts
    before = made.since if isinstance(made, Backwards) else None
    content = frame.state.contents[part] if isinstance(part, Cell) else None
    if isinstance(before, ListItems) and isinstance(content, ListItems):
        count, now = len(before.items), len(content.items)
        if count == now:
            return made
        return Items(content.items[count - 1 :: -1] if count < now else ())
    if before is not content and isinstance(getattr(content, "type", None), ListT):
        frame.refuse(
            node, "SAD109", "a list is run through backwards that was changed in the meantime",
            "it begins at what was the last place when `reversed` was called",
            "`reversed(...)` where its elements are taken",
        )  # fmt: skip
    items = None if isinstance(part, Iteration) else known_items(frame, part, node)
    if items is not None and not isinstance(part, ShapeOf):
        return Items(tuple(reversed(items)))
    return made


OPENED.update({"zip": open_zip, "enumerate": open_enumerate, "reversed": open_reversed})


# `iter`, `next` ----------------------------------------------------------------------------------


def new_taking(frame: Frame, cls: type, args: Args, node: ast.AST) -> Cell:
    """An iterator that can be asked for an element at any time."""
    from sourcead.frontend.calls import apply

    problems = frame.program.mark()
    made = apply(frame, Static(cls), args, {}, node)
    if frame.program.problems[problems:]:
        raise Poisoned  # what it would run over was refused: it has no elements to be asked for
    assert isinstance(made, Cell)
    return made


def iter_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`iter(items)`."""
    if len(args) != 1 or kwargs:
        frame.refuse(node, "SAD105", "this form of `iter` is not supported", fix="a `while` loop")
    own = own_method(frame, args[0], "__iter__", [], node)
    if own is not None:
        return own
    if is_pending(frame, args[0]) or is_taking(frame, args[0]):
        return args[0]
    if isinstance(args[0], Value) and isinstance(args[0].type, ScalarT):
        frame.raises(TypeError, "a number is not iterable")
        frame.refuse(node, "SAD109", "`iter` of a number", fix="`[x]` for the number")
    if isinstance(args[0], Iteration) and args[0].kind in ("values", "items"):
        # What a dict holds when an element is taken counts.
        return new_iterator(frame, steps(frame, lazy_prelude.each, args, node), node)
    items = listed(frame, args[0], node)
    keys = known_items(frame, items, node) if dict_of(frame, items) is not None else None
    items = items if keys is None else frame.new_list(keys)
    grows = isinstance(items, Cell) and is_list(frame, items)
    cls = lazy_prelude.ListTaking if grows else lazy_prelude.Taking
    return new_taking(frame, cls, [items], node)


def next_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`next(iterator)`, `next(iterator, default)`."""
    iterator, *default = args
    if is_taking(frame, iterator) and default:
        of_list = instance_class(frame, iterator) is lazy_prelude.ListTaking
        asked = lazy_prelude.next_of_list_or if of_list else lazy_prelude.next_or
        return inline_prelude(frame, asked, args, node)
    found = own_method(frame, iterator, "__next__", [], node)
    if found is not None and not default:
        return found
    made = one_by_one(frame, begin(frame, iterator, node, partly=True), node)
    if not isinstance(made, Iteration | Items | Cell):
        frame.refuse(node, "SAD105", "`next` of something that is no iterator",
                     fix="`next(iter(...))`")  # fmt: skip
    function = lazy_prelude.first_or if default else lazy_prelude.first_of
    return inline_prelude(frame, function, [made, *default], node)


def tee_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`itertools.tee(items, n)`: iterators that go on independently of each other."""
    count = static_value(args[1]) if len(args) > 1 else 2
    if not isinstance(count, int) or kwargs:
        frame.refuse(node, "SAD105", "this form of `tee` is not supported")
    reading = reading_of(frame, args[0])
    items = listed(frame, args[0], node)
    made = [new_taking(frame, lazy_prelude.Taking, [items], node) for _ in range(count)]
    if items is not args[0]:
        frame.program.readings.update(dict.fromkeys(made, reading))
    return Items(tuple(made))


def as_made_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    check_unchanged(frame, args[0], node)
    return Static(None)


def as_first_read_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    check_kept(frame, args[0], args[1], node)
    return Static(None)


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
        items = known_items(frame, take_all(frame, args[0], node), node)
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
    groups = Items(tuple(Items((named, frame.new_list(group))) for named, group in found))
    return lazy(frame, lazy_prelude.grouped, [groups], node)


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
        lazy_prelude.as_made: as_made_call,
        lazy_prelude.as_first_read: as_first_read_call,
        iter: iter_call,
        next: next_call,
        itertools.product: product_call,
        itertools.islice: islice_call,
        itertools.count: count_call,
        itertools.repeat: repeat_call,
        itertools.cycle: cycle_call,
        itertools.tee: tee_call,
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
