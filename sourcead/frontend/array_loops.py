"""NumPy's functions that call a function, or run over an array, element by element."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from sourcead.frontend import lazy_prelude, prelude
from sourcead.frontend.bindings import Applied, Binding, Items, Iteration, Static
from sourcead.frontend.builtin_calls import BUILTINS, Args, Kwargs, builtin
from sourcead.frontend.frame import Frame
from sourcead.frontend.lazily import lazy, listed
from sourcead.frontend.library import library_call
from sourcead.frontend.memory import read
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import SHORTHANDS
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.core import Value
from sourcead.ir.types import ScalarT, rank_of
from sourcead.ops.catalog import definition


class _Vectorized:
    """What is called when what `np.vectorize` returns is."""


VECTORIZED = _Vectorized()


@builtin(np.vectorize)
def vectorize_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`np.vectorize(f)`, also as a decorator."""
    if len(args) != 1 or kwargs.keys() - {"otypes"}:
        frame.refuse(
            node, "SAD105", "this form of `np.vectorize` is not supported",
            fix="`np.vectorize(f)`, or a list comprehension",
        )  # fmt: skip
    return Applied(Static(VECTORIZED), tuple(args), dict(kwargs))


def vectorized(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """Call a function for each element of arrays, which are stretched to one shape."""
    function, *given = args
    otypes = kwargs.pop("otypes", Static(None))
    if kwargs or not given:
        frame.refuse(node, "SAD105", "a call of a vectorized function by keyword",
                     fix="the arguments by position")  # fmt: skip
    if all(isinstance(read(frame, arg, node).type, ScalarT) for arg in given):
        found = inline_prelude(frame, prelude.called, [function, *given], node)
        return library_call(frame, definition("np.asarray"), [found], {}, node)
    body = prelude.each_of_one if len(given) == 1 else prelude.each_of_several
    checked = static_value(otypes) is None
    return inline_prelude(frame, body, [function, Static(checked), *given], node)


@builtin(np.vectorize.__call__)
def vectorized_object(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """Call a vectorized function from outside."""
    target = static_value(args[0])
    given = {**kwargs, "otypes": Static(target.otypes)}
    return vectorized(frame, [Static(target.pyfunc), *args[1:]], given, node)


@builtin(np.apply_along_axis)
def along_axis_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`np.apply_along_axis(f, axis, a, ...)` of vectors and matrices."""
    function, axis, array, *more = args if len(args) > 2 else _named(frame, args, kwargs, node)
    rank, k = rank_of(read(frame, array, node).type), static_value(axis)
    if rank not in (1, 2) or not isinstance(k, int):
        frame.refuse(node, "SAD105", "`np.apply_along_axis` is supported for vectors and matrices",
                     fix="a list comprehension over the rows, and `np.stack`")  # fmt: skip
    if more or kwargs:
        frame.refuse(node, "SAD105", "further arguments of `np.apply_along_axis`",
                     fix="a lambda that passes them")  # fmt: skip
    if rank == 1:
        return inline_prelude(frame, prelude.called, [function, array], node)
    body = prelude.of_columns if k % 2 == 0 else prelude.of_rows
    return inline_prelude(frame, body, [function, array], node)


def _named(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Args:
    names = ("func1d", "axis", "arr")[len(args) :]
    if not all(name in kwargs for name in names):
        frame.refuse(node, "SAD105", "`np.apply_along_axis` needs a function, an axis, an array")
    return [*args, *(kwargs.pop(name) for name in names)]


@builtin(np.fromiter)
def fromiter_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`np.fromiter(items, dtype)`: an array of a list."""
    names = ("iter", "dtype", "count")
    given: dict[str, Binding] = {**dict(zip(names, args, strict=False)), **kwargs}
    items = listed(frame, given["iter"], node)
    if static_value(given.get("count", frame.const(-1))) != -1:
        items = inline_prelude(frame, prelude.at_most, [items, given["count"]], node)
    dtype = {"dtype": given["dtype"]} if "dtype" in given else {}
    return library_call(frame, definition("np.array"), [items], dtype, node)


@builtin(np.ndindex)
def ndindex_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`np.ndindex(n, m)`, `np.ndindex(a.shape)`."""
    from sourcead.frontend.conditions import elements

    several = elements(frame, args[0], node) if len(args) == 1 else None
    lengths = [read(frame, n, node) for n in (several or args)]
    return _indices(frame, lengths, node)


def _indices(frame: Frame, lengths: list[Value], node: ast.AST) -> Binding:
    zero, one = frame.const(0), frame.const(1)
    ranges: Args = [Iteration("range", (zero, n, one)) for n in lengths]
    functions: dict[int, Any] = {
        1: lazy_prelude.singles_of,
        2: lazy_prelude.pairs_of,
        3: lazy_prelude.triples_of,
    }
    if len(ranges) not in functions:
        frame.refuse(node, "SAD105", f"indices of {len(ranges)} axes are not supported here",
                     fix="nested loops over `range(...)`")  # fmt: skip
    return lazy(frame, functions[len(ranges)], ranges, node)


@builtin(np.ndenumerate)
def ndenumerate_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`np.ndenumerate(a)`."""
    value = read(frame, args[0], node)
    rank = rank_of(value.type)
    if rank is None:
        frame.refuse(node, "SAD108", "the rank of the array must be known here")
    lengths = [frame.extent(value, axis) for axis in range(rank)]
    return lazy(frame, lazy_prelude.numbered, [_indices(frame, lengths, node), args[0]], node)


# np.mgrid and np.ogrid ---------------------------------------------------------------------------


def _grid(frame: Frame, node: ast.Subscript, is_open: bool) -> Binding:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    axes = [_axis(frame, part) for part in parts]
    if len(axes) == 1 and not isinstance(node.slice, ast.Tuple):
        return axes[0]
    function = prelude.open_grid if is_open else prelude.full_grid
    return inline_prelude(frame, function, [Items(tuple(axes))], node)


def _axis(frame: Frame, part: ast.expr) -> Binding:
    """The numbers that a slice stands for; those between two ends, if its step is imaginary."""
    if not isinstance(part, ast.Slice) or part.upper is None:
        frame.refuse(part, "SAD105", "an axis of a grid is a slice with an end",
                     fix="np.meshgrid(..., indexing='ij')")  # fmt: skip
    start = frame.const(0) if part.lower is None else frame.expr(part.lower)
    stop = frame.expr(part.upper)
    step = frame.const(1) if part.step is None else frame.expr(part.step)
    known = static_value(step)
    if isinstance(known, complex):
        count = frame.const(int(abs(known)))
        return inline_prelude(frame, prelude.between_ends, [start, stop, count], part)
    kinds = [getattr(read(frame, b, part).type, "kind", "") for b in (start, stop, step)]
    if kinds == ["int"] * 3:
        return library_call(frame, definition("np.arange"), [start, stop, step], {}, part)
    return inline_prelude(frame, prelude.in_steps, [start, stop, step], part)


SHORTHANDS[np.mgrid] = lambda frame, node: _grid(frame, node, False)
SHORTHANDS[np.ogrid] = lambda frame, node: _grid(frame, node, True)
BUILTINS[VECTORIZED] = vectorized
