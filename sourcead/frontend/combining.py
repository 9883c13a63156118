"""`itertools`: what combines known elements is written out; the rest are loops."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterable
from typing import Any

from sourcead.frontend import lazy_prelude, prelude
from sourcead.frontend.bindings import Binding, Items, Static
from sourcead.frontend.builtin_calls import BUILTINS, Args, Kwargs, builtin
from sourcead.frontend.frame import Frame
from sourcead.frontend.iteration import known_items
from sourcead.frontend.iterators import (
    Lazy,
    asked_in_turn,
    begin_beside,
    new_iterator,
    steps,
    take_all,
)
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.constants import MISSING

MOST = 256


def _written_out(combine: Callable[..., Iterable[tuple[Any, ...]]]) -> Any:
    """A function of `itertools` whose results are tuples of the elements of its arguments."""

    def call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
        given: list[Any] = []
        for arg in args:
            number = static_value(arg)
            items = None if type(number) is int else known_items(frame, arg, node)
            given.append(number if items is None else items)
        named = {name: static_value(value) for name, value in kwargs.items()}
        if any(g is MISSING for g in (*given, *named.values())):
            frame.refuse(
                node, "SAD107", f"`itertools.{combine.__name__}` of a length that is not known",
                fix="nested loops over `range(...)`",
            )  # fmt: skip
        found = list(itertools.islice(combine(*given, **named), MOST + 1))
        if len(found) > MOST:
            frame.refuse(node, "SAD107", f"more than {MOST} combinations are not written out",
                         fix="nested loops over `range(...)`")  # fmt: skip
        made = Items(tuple(Items(tuple(row)) for row in found))
        return new_iterator(frame, Lazy("lazy", (made,), lambda f, n: made, None), node)

    return call


BUILTINS.update(
    {
        function: _written_out(function)
        for function in (
            itertools.product,
            itertools.combinations,
            itertools.permutations,
            itertools.combinations_with_replacement,
        )
    }
)


@builtin(itertools.chain)
def chain_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`itertools.chain(*iterables)`."""
    each = steps(frame, lazy_prelude.joined, [Items(tuple(args))], node)
    made = Lazy("lazy", tuple(args), lambda f, n: _chained(f, args, n), each)
    return new_iterator(frame, made, node)


def _chained(frame: Frame, args: Args, node: ast.AST) -> Binding:
    result: Binding = frame.new_list([])
    for arg in args:
        more = take_all(frame, arg, node)
        known = known_items(frame, result, node), known_items(frame, more, node)
        if known[0] is not None and known[1] is not None:
            result = frame.new_list([*known[0], *known[1]])
        else:
            result = inline_prelude(frame, prelude.chained, [result, more], node)
    return result


@builtin(itertools.accumulate)
def accumulate_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`itertools.accumulate(iterable[, function])`."""
    initial = kwargs.pop("initial", Static(None))
    if kwargs.keys() - {"func"} or len(args) > 2:
        frame.refuse(node, "SAD105", "this form of `accumulate` is not supported")
    given = [*args, *kwargs.values()]
    made = Lazy("lazy", (*given, initial), lambda f, n: _sums(f, given, initial, n), None)
    return new_iterator(frame, made, node)


def _sums(frame: Frame, args: Args, initial: Binding, node: ast.AST) -> Binding:
    def summed(first: Binding) -> Binding:
        items = inline_prelude(frame, prelude.listed, [first], node)
        if initial != Static(None):
            items = inline_prelude(frame, prelude.chained, [frame.new_list([initial]), items], node)
        if len(args) == 2:
            return inline_prelude(frame, prelude.accumulated, [items, args[1]], node)
        return inline_prelude(frame, prelude.running_sums, [items], node)

    return asked_in_turn(frame, args[0], args[-1], summed, node)


@builtin(itertools.pairwise)
def pairwise_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`itertools.pairwise(iterable)`."""
    made = Lazy("lazy", tuple(args), lambda f, n: _neighbours(f, args[0], n), None)
    return new_iterator(frame, made, node)


def _neighbours(frame: Frame, iterable: Binding, node: ast.AST) -> Binding:
    iterable = begin_beside(frame, iterable, node, partly=False)
    items = known_items(frame, iterable, node)
    if items is not None:
        return frame.new_list([Items(pair) for pair in itertools.pairwise(items)])
    listed = inline_prelude(frame, prelude.listed, [iterable], node)
    return inline_prelude(frame, prelude.neighbours, [listed], node)
