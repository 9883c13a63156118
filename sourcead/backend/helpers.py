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
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def updated(v: Any, x: Any) -> Any:
    """What is left of `x` once `v` has replaced it in place: an array keeps dtype and shape."""
    if not isinstance(x, np.ndarray):
        return v
    made = np.empty_like(x)
    np.copyto(made, v)
    return made


def rounds(x: Any) -> bool:
    """Whether an array holds integers, which round what is stored in them."""
    return getattr(x, "dtype", None) is not None and x.dtype.kind in "biu"


def sum_of_outer(us: list[Any], vs: list[Any], like: Any) -> Any:
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


def zero(like: Any) -> Any:
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if has_parts(like):
        return by_parts(zero, like)
    if isinstance(like, str):
        return None
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def has_parts(x: Any) -> bool:
    """Whether a value is a container or an object with attributes."""
    if isinstance(x, (list, tuple, dict)):
        return True
    return hasattr(x, "__dict__") or hasattr(x, "__dataclass_fields__")


def by_parts(function: Any, x: Any, *more: Any) -> Any:
    """A container like `x`, with what `function` makes of each part of it (and of `more`)."""
    if isinstance(x, dict):
        return {k: function(part, *(y[k] for y in more)) for k, part in x.items()}
    if isinstance(x, (list, tuple)):
        parts = [function(*row) for row in zip(x, *more, strict=True)]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    made = x.__class__.__new__(x.__class__)
    for name in getattr(x, "__dataclass_fields__", None) or x.__dict__:
        parts = [getattr(y, name) for y in (x, *more)]
        object.__setattr__(made, name, function(*parts))
    return made


def copied(x: Any) -> Any:
    """A value that shares no memory with `x`."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, (list, tuple)):
        parts = [copied(item) for item in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    if isinstance(x, dict):
        return {k: copied(item) for k, item in x.items()}
    names = getattr(x, "__dataclass_fields__", None) or getattr(x, "__dict__", None)
    if not names:
        return x
    made = x.__class__.__new__(x.__class__)
    for name in names:
        object.__setattr__(made, name, copied(getattr(x, name)))
    return made


def copied_parts(parts: Any, *keys: int) -> Any:
    """The tuple with copies of the arrays in some places."""
    return tuple([x.copy() if k in keys and x is not None else x for k, x in enumerate(parts)])


def accumulate(x: Any, y: Any) -> Any:
    """The sum of two cotangents of one value, part by part in containers."""
    if has_parts(x):
        return by_parts(accumulate, x, y)
    return None if x is None else x + y


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


def online_schedule(marks: list[Any], snapshots: int) -> Any:
    """What a loop of unknown length stores (the schedule of Wang, Moin and Iaccarino).

    `marks` are pairs (step, level), of the steps before which the state is stored, and last of the
    step that comes. Returns which stored state to give up for that of this step (their number if
    there is room for one more, -1 if it is not to be stored), and the new marks.
    """
    step, level = marks[-1]
    place, highest = len(marks) - 1, 0
    if place >= snapshots:
        # A state is of no more use once a later one has a higher level.
        while place > 0 and marks[place][1] >= highest:
            highest, place = marks[place][1], place - 1
        if place == 0:
            return -1, [*marks[:-1], (step + 1, level + 1)]
        return place, [*marks[:place], *marks[place + 1 :], (step + 1, 0)]
    return place, [*marks, (step + 1, 0)]


def stored_places(marks: list[Any]) -> list[int]:
    """The steps before which the state is stored."""
    return [step for step, _ in marks[:-1]]


def binomial_actions(places: list[int], n: int, snapshots: int) -> Any:
    """How to reverse n steps from states stored at some of them, holding at most `snapshots`.

    Yields pairs (action, step): 0 restore the last state, 1 take the step, 2 store the state before
    the step, 3 drop the last state, 4 take the step in reverse.
    """
    for held in range(len(places), 0, -1):
        start = places[held - 1]
        if start < n:
            yield from binomial_reversal(start, n, snapshots - held + 1)
            yield 3, start
            n = start


def listed_actions(places: list[int], n: int, snapshots: int) -> list[Any]:
    """The actions in a list, which can be read from its end."""
    return list(binomial_actions(places, n, snapshots))


def binomial_reversal(start: int, stop: int, snapshots: int) -> Any:
    """The actions that reverse steps from the state before the first, the only one stored.

    They take as few steps as can be (the schedule of Griewank and Walther).
    """
    if stop - start <= 1 or snapshots == 1:
        for last in reversed(range(start, stop)):
            yield 0, start
            yield from ((1, step) for step in range(start, last))
            yield 4, last
        return
    middle = start + binomial_split(stop - start, snapshots)
    yield 0, start
    yield from ((1, step) for step in range(start, middle))
    yield 2, middle
    yield from binomial_reversal(middle, stop, snapshots - 1)
    yield 3, middle
    yield from binomial_reversal(start, middle, snapshots)


def broadcast_like(g: Any, like: Any) -> Any:
    """`g` stretched to the shape of `like`."""
    if has_parts(like):
        return by_parts(broadcast_like, g, like)
    return np.broadcast_to(g, np.shape(like)) if np.shape(g) != np.shape(like) else g


def first_items(xs: Any, n: int) -> Any:
    """The first `n` elements of a list, an array or a range."""
    return xs[:n]


def insertion_place(k: int, n: int) -> int:
    """Where `list.insert(k, x)` puts an element into a list that has `n` of them then."""
    return min(k if k >= 0 else max(k + n - 1, 0), n - 1)


def without_item(xs: list[Any], k: int) -> list[Any]:
    """A list without its item `k`, if there is one."""
    return xs[:k] + xs[k + 1 :]


def with_zero_at(bars: list[Any], xs: list[Any], k: int) -> list[Any]:
    """The cotangents of a list's items, and a zero for item `k`, if there is one."""
    return [*bars[:k], *(zero(x) for x in xs[k : k + 1]), *bars[k:]]


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


def replaced(x: Any, index: Any, v: Any) -> Any:
    """`x` with `v` at `index`: itself, or a new tuple or number."""
    if isinstance(x, tuple):
        parts = list(x)
        parts[index] = v
        return type(x)(*parts) if hasattr(x, "_fields") else tuple(parts)
    if isinstance(x, np.generic):
        x = np.array(x)
        x[index] = v
        return x[()]
    x[index] = v
    return x


def add_at(x: Any, index: Any, v: Any) -> None:
    """Add `v` to the elements of an array or a list at `index`; repeated ones count repeatedly."""
    if isinstance(x, np.ndarray):
        np.add.at(x, index, v)
    else:
        x[index] = accumulate(x[index], v)
