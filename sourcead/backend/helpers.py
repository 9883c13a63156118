"""Run-time helpers: printed into the generated text when it uses them, tested as they stand."""

from __future__ import annotations

from typing import Any

import numpy as np


def unbroadcast(g: Any, like: Any) -> Any:
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g


def zero(like: Any) -> Any:
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if isinstance(like, (list, tuple)):
        return type(like)(zero(x) for x in like)
    if isinstance(like, dict):
        return {k: zero(x) for k, x in like.items()}
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def copied(x: Any) -> Any:
    """A value that shares no memory with `x`."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, (list, tuple)):
        parts = [copied(item) for item in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    if isinstance(x, dict):
        return {k: copied(item) for k, item in x.items()}
    return x


def accumulate(x: Any, y: Any) -> Any:
    """The sum of two cotangents of one value, part by part in containers."""
    if isinstance(x, (list, tuple)):
        return type(x)(accumulate(a, b) for a, b in zip(x, y, strict=True))
    if isinstance(x, dict):
        return {k: accumulate(v, y[k]) for k, v in x.items()}
    return x + y


def binomial_split(n: int, snapshots: int) -> int:
    """Where to store a second state, so that reversing n steps takes the fewest steps anew."""
    repeats, reach = 0, 1
    while reach < n:  # reach is binomial(snapshots + repeats, repeats)
        repeats += 1
        reach = reach * (snapshots + repeats) // repeats
    left = reach * repeats // (snapshots + repeats) * (repeats - 1) // (snapshots + repeats - 1)
    return max(left, n - reach * snapshots // (snapshots + repeats), 1)


def snapshot_places(n: int, snapshots: int) -> list[int]:
    """The steps before which a forward loop of n steps stores its state."""
    places = [0]
    for free in range(snapshots, 1, -1):
        if n - places[-1] > 1:
            places.append(places[-1] + binomial_split(n - places[-1], free))
    return places


def binomial_actions(n: int, snapshots: int, start: int = 0, stored: bool = True) -> Any:
    """How to reverse n steps from few stored states (Griewank and Walther's binomial schedule).

    Yields pairs (action, step): 0 restore the last state, 1 take the step, 2 store the state before
    the step, 3 drop the last state, 4 take the step in reverse. `stored`: by the forward loop.
    """
    if n <= 1 or snapshots == 1:
        for k in reversed(range(n)):
            yield 0, start
            yield from ((1, start + j) for j in range(k))
            yield 4, start + k
        return
    middle = binomial_split(n, snapshots)
    if not stored:
        yield 0, start
        yield from ((1, start + j) for j in range(middle))
        yield 2, start + middle
    yield from binomial_actions(n - middle, snapshots - 1, start + middle, stored)
    yield 3, start + middle
    yield from binomial_actions(middle, snapshots, start, False)


def broadcast_like(g: Any, like: Any) -> Any:
    """`g` stretched to the shape of `like`."""
    if isinstance(like, (list, tuple)):
        return type(like)(broadcast_like(a, b) for a, b in zip(g, like, strict=True))
    return np.broadcast_to(g, np.shape(like)) if np.shape(g) != np.shape(like) else g


def first_items(xs: Any, n: int) -> Any:
    """The first `n` elements of a list, an array or a range."""
    return xs[:n]


def without_last(xs: list[Any]) -> list[Any]:
    """A list without its last element."""
    return xs[:-1]


def last_writer(x: Any, index: Any) -> Any:
    """Where `x[index] = v` leaves an element of `v`: True for the last one written to a place."""
    order = np.empty(np.shape(x), bool)[index]
    order = np.arange(order.size).reshape(order.shape)
    latest = np.zeros(np.shape(x), int)
    latest[index] = order
    return latest[index] == order


def extended_with_zeros(bars: Any, xs: Any) -> Any:
    """The cotangents of the elements a loop reached, and zeros for those that it did not."""
    return [*bars, *(zero(x) for x in xs[len(bars) :])]


def preceded_by_zeros(bars: Any, xs: Any) -> Any:
    """Zeros for the elements that a loop running backwards did not reach, then the cotangents."""
    return [*(zero(x) for x in xs[: len(xs) - len(bars)]), *bars]


def last_items(xs: Any, n: int) -> Any:
    """The last `n` elements of a list, an array or a range."""
    return xs[len(xs) - n :]


def add_at(x: Any, index: Any, v: Any) -> None:
    """Add `v` to the elements of an array or a list at `index`; repeated ones count repeatedly."""
    if isinstance(x, np.ndarray):
        np.add.at(x, index, v)
    else:
        x[index] = accumulate(x[index], v)
