"""Axes that have equal lengths in the example arguments: what a specialisation may rely on.

`x + y[1:]` needs no summing of cotangents if `x` is surely one shorter than `y`. Types alone do
not say so, the arguments of a call do. Code that is better for knowing it states it first, as
`assert x.shape == y.shape`, and runs only where it holds.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import numpy as np

from sourcead.ir.types import ArrayT, Dim, StructT, Type, map_axes
from sourcead.runtime.contract import ArgType

Symbols = dict[Hashable, Hashable]
Arrays = list[tuple[ArrayT, np.ndarray[Any, Any]]]
# Lengths further apart are not thought to be related.
MOST_MISSING = 4


def with_equal_axes(
    types: tuple[ArgType, ...], arguments: Sequence[Any], own: Sequence[bool] | None = None
) -> list[tuple[ArgType, ...]]:
    """The types with more and more known of their axes, least restrictive first.

    First the axes of arrays of one shape are known equal, then the same axis of arrays of one
    rank (also where one is shorter by a few), then all axes of one length.

    Args:
        types: the types of the arguments, in which each axis has a symbol of its own.
        arguments: the arguments.
        own: which of them to look at; all where it is None.

    Returns:
        Up to three versions of the types.
    """
    looked_at = own or [True] * len(types)
    each = zip(types, arguments, looked_at, strict=True)
    arrays = [pair for t, value, looked in each if looked for pair in _arrays(t, value)]
    found: list[tuple[ArgType, ...]] = []
    for equal in (_of_one_shape(arrays), _of_one_rank(arrays), _of_one_length(arrays)):
        joined = tuple(_renamed(t, equal) if isinstance(t, Type) else t for t in types)
        if joined != types and joined not in found:
            found.append(joined)
    return found


# Longer axes are not taken apart element by element.
LONGEST_KNOWN = 64


def with_lengths(types: tuple[ArgType, ...], arguments: Sequence[Any]) -> tuple[ArgType, ...]:
    """The types with the length of each axis that is short.

    Args:
        types: the types of the arguments.
        arguments: the arguments.

    Returns:
        Types of arrays of these lengths only.
    """
    each = zip(types, arguments, strict=True)
    arrays = [pair for t, value in each for pair in _arrays(t, value)]
    lengths: Symbols = {
        d.symbol: n
        for t, value in arrays
        for d, n in zip(dims(t), value.shape, strict=True)
        if n <= LONGEST_KNOWN and d.symbol is not None
    }
    return tuple(_renamed(t, lengths) if isinstance(t, Type) else t for t in types)


def _of_one_shape(arrays: Arrays) -> Symbols:
    """Each symbol of an array to that of the first array of its shape."""
    first: dict[tuple[int, ...], ArrayT] = {}
    found: Symbols = {}
    for t, value in arrays:
        like = first.setdefault(value.shape, t)
        found |= {d.symbol: e.symbol for d, e in zip(dims(t), dims(like), strict=True)}
    return found


def _of_one_length(arrays: Arrays) -> Symbols:
    """Each symbol to the first one of its length."""
    first: dict[int, Hashable] = {}
    return {
        d.symbol: first.setdefault(n, d.symbol)
        for t, value in arrays
        for d, n in zip(dims(t), value.shape, strict=True)
    }


def _of_one_rank(arrays: Arrays) -> Symbols:
    """Each symbol to that of the same axis of another array, perhaps a few longer."""
    lengths: dict[tuple[int, int], dict[int, Hashable]] = {}
    places = [
        (d.symbol, (value.ndim, axis), n)
        for t, value in arrays
        for axis, (d, n) in enumerate(zip(dims(t), value.shape, strict=True))
    ]
    for symbol, place, n in places:
        if n > 1:
            lengths.setdefault(place, {}).setdefault(n, symbol)
    for known in lengths.values():
        bases: dict[int, Hashable] = {}
        for n in sorted(known, reverse=True):
            longer = next((m for m in bases if m <= n + MOST_MISSING), None)
            if longer is None:
                bases[n] = known[n]
            else:
                known[n] = ("minus", bases[longer], longer - n)
    return {symbol: lengths[place][n] for symbol, place, n in places if n > 1}


def dims(t: ArrayT) -> tuple[Dim, ...]:
    """The axes of an array of known rank."""
    return t.dims or ()


def _arrays(t: ArgType, value: Any) -> Iterator[tuple[ArrayT, np.ndarray[Any, Any]]]:
    if isinstance(t, ArrayT):
        yield t, value
    if isinstance(t, StructT):
        for key, part in _parts(t):
            inner = getattr(value, str(key)) if t.kind == "object" else value[key]
            yield from _arrays(part, inner)


def _parts(t: StructT) -> Iterator[tuple[str | int, Type]]:
    """The parts of a container that an expression can name."""
    for key, part in zip(t.keys, t.types, strict=True):
        if isinstance(key, str | int):
            yield key, part


def _renamed(t: Type, equal: Symbols) -> Type:
    return map_axes(
        t, lambda dim: dim if dim.one else Dim(equal.get(dim.symbol, dim.symbol), dim.one)
    )


def without_symbols(t: ArgType) -> ArgType:
    """The type without what it says of equal axes."""
    return map_axes(t, lambda dim: Dim(None, dim.one)) if isinstance(t, Type) else t


def equalities(names: Sequence[str], types: Sequence[ArgType]) -> tuple[str, ...]:
    """Expressions that are true where axes with one symbol have one length.

    Args:
        names: the parameters.
        types: their types.

    Returns:
        The texts, such as `a.shape == b.shape` and `a.shape[1] == c.shape[0]`.
    """
    groups: dict[tuple[Dim, ...], list[str]] = {}
    for name, t in zip(names, types, strict=True):
        for expr, array in _expressions(name, t):
            groups.setdefault(array.dims or (), []).append(expr)
    places: dict[Hashable, list[str]] = {}
    for dims, exprs in groups.items():
        for axis, dim in enumerate(dims):
            if dim.symbol is not None and not dim.one:
                shape = f"{exprs[0]}.shape[{axis}]" if len(dims) > 1 else f"len({exprs[0]})"
                places.setdefault(dim.symbol, []).append(shape)
    for symbol, found in places.items():
        if isinstance(symbol, tuple) and symbol[1] in places:
            found.append(f"{places[symbol[1]][0]} - {symbol[2]}")
    shapes = [[f"{expr}.shape" for expr in exprs] for dims, exprs in groups.items() if dims]
    return tuple(" == ".join(same) for same in (*shapes, *places.values()) if len(same) > 1)


def lengths(names: Sequence[str], types: Sequence[ArgType]) -> tuple[str, ...]:
    """Expressions that are true where axes have the lengths that the types say.

    Args:
        names: the parameters.
        types: their types.

    Returns:
        The texts, such as `a.shape == (3,)` and `b.shape[1] == 3`.
    """
    found = []
    for name, t in zip(names, types, strict=True):
        for expr, array in _expressions(name, t):
            known = [d.symbol for d in dims(array)]
            if all(isinstance(n, int) for n in known):
                found.append(f"{expr}.shape == {tuple(known)}")
            else:
                axes = [(k, n) for k, n in enumerate(known) if isinstance(n, int)]
                found += [f"{expr}.shape[{k}] == {n}" for k, n in axes]
    return tuple(found)


def _expressions(expr: str, t: ArgType) -> Iterator[tuple[str, ArrayT]]:
    if isinstance(t, ArrayT) and t.dims and all(d.symbol is not None for d in t.dims):
        yield expr, t
    if isinstance(t, StructT):
        for key, part in _parts(t):
            inner = f"{expr}.{key}" if t.kind == "object" else f"{expr}[{key!r}]"
            yield from _expressions(inner, part)
