"""Builtins over things of unknown length, as the loops they are; lowered like user code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np


def total(items: Iterable[Any], start: Any) -> Any:
    for item in items:
        start = start + item
    return start


def largest(items: Any) -> Any:
    best = items[0]
    for item in items:
        best = max(best, item)
    return best


def smallest(items: Any) -> Any:
    best = items[0]
    for item in items:
        best = min(best, item)
    return best


def every(items: Iterable[Any]) -> bool:
    result = True
    for item in items:
        if not item:
            result = False
            break
    return result


def some(items: Iterable[Any]) -> bool:
    result = False
    for item in items:
        if item:
            result = True
            break
    return result


def listed(items: Iterable[Any]) -> list[Any]:
    found = []
    for item in items:
        found.append(item)
    return found


def repeated_items(items: list[Any], times: int) -> list[Any]:
    return [item for _ in range(times) for item in items]


def mapped(function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [function(item) for item in items]


def folded(function: Callable[[Any, Any], Any], items: Iterable[Any], start: Any) -> Any:
    for item in items:
        start = function(start, item)
    return start


def piecewise(x: Any, conditions: Any, functions: Any) -> Any:
    """`np.piecewise`; a function more than conditions is for what none of them covers."""
    result = np.zeros_like(x)
    for k, function in enumerate(functions):
        if k < len(conditions):
            chosen = conditions[k]
        else:
            chosen = ~np.any(np.stack(conditions), axis=0)
        result[chosen] = function(x[chosen]) if callable(function) else function
    return result


def folded_from_first(function: Callable[[Any, Any], Any], items: Any) -> Any:
    result = items[0]
    for item in items[1:]:
        result = function(result, item)
    return result


def mapped_rows(function: Callable[..., Any], rows: Iterable[Any]) -> list[Any]:
    return [function(*row) for row in rows]


def filtered(function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    return [item for item in items if function(item)]


def true_ones(items: Iterable[Any]) -> list[Any]:
    return [item for item in items if item]


def ordered(items: Any, keys: Any) -> list[Any]:
    return [items[k] for k in np.argsort(np.array(keys), kind="stable")]


def ordered_backwards(items: Any, keys: Any) -> list[Any]:
    return [items[k] for k in np.argsort(-np.array(keys), kind="stable")]


def at_place(rows: Any, place: int) -> list[Any]:
    return [row[place] for row in rows]


def largest_by(items: Any, key: Callable[[Any], Any]) -> Any:
    best = items[0]
    best_key = key(best)
    for item in items[1:]:
        item_key = key(item)
        if item_key > best_key:
            best = item
            best_key = item_key
    return best


def smallest_by(items: Any, key: Callable[[Any], Any]) -> Any:
    best = items[0]
    best_key = key(best)
    for item in items[1:]:
        item_key = key(item)
        if item_key < best_key:
            best = item
            best_key = item_key
    return best


def largest_of_keys(items: Any, keys: Any) -> Any:
    best = items[0]
    best_key = keys[0]
    for k in range(1, len(items)):
        if keys[k] > best_key:
            best = items[k]
            best_key = keys[k]
    return best


def smallest_of_keys(items: Any, keys: Any) -> Any:
    best = items[0]
    best_key = keys[0]
    for k in range(1, len(items)):
        if keys[k] < best_key:
            best = items[k]
            best_key = keys[k]
    return best


def largest_or(items: Any, default: Any) -> Any:
    return largest(items) if len(items) > 0 else default


def smallest_or(items: Any, default: Any) -> Any:
    return smallest(items) if len(items) > 0 else default


def apply_where(condition: Any, args: Any, first: Any, second: Any, fill: Any) -> Any:
    """`first` of the arguments where a condition holds, elsewhere `second` or a number."""
    wide = np.broadcast_arrays(condition, *args)
    chosen = wide[0]
    result = np.full(np.shape(chosen), fill, dtype=np.float64)
    result[chosen] = first(*[a[chosen] for a in wide[1:]])
    if second is not None:
        rest = ~chosen
        result[rest] = second(*[a[rest] for a in wide[1:]])
    return result


def between(items: Any, before: int, after: int) -> list[Any]:
    if len(items) < before + after:
        raise ValueError("not enough values to unpack")
    if after == 0:
        return list(items[before:])
    return list(items[before:-after])


def chained(first: Iterable[Any], second: Iterable[Any]) -> list[Any]:
    found = []
    for item in first:
        found.append(item)
    for item in second:
        found.append(item)
    return found


def with_part(items: list[Any], start: int, stop: int, more: list[Any]) -> list[Any]:
    first = min(start, len(items)) if start >= 0 else max(start + len(items), 0)
    last = min(stop, len(items)) if stop >= 0 else max(stop + len(items), 0)
    return items[:first] + more + items[max(first, last) :]


def with_head(items: list[Any], stop: int, more: list[Any]) -> list[Any]:
    return more + items[stop:]


def with_tail(items: list[Any], start: int, more: list[Any]) -> list[Any]:
    return items[:start] + more


def place_of_key(keys: tuple[Any, ...], key: Any) -> int:
    for k, known in enumerate(keys):
        if known == key:
            return k
    raise KeyError(key)


def entry_or(owner: Any, key: Any, default: Any) -> Any:
    if key not in owner:
        return default
    return owner[key]


def item_of(key: Any, owner: Any) -> Any:
    return owner[key]


def items_of(keys: Any, owner: Any) -> Any:
    return tuple([owner[key] for key in keys])


def attribute_of(name: str, owner: Any) -> Any:
    return getattr(owner, name)


def made_of(cls: type, items: Any) -> Any:
    return cls(*items)


def called(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


def each_of_one(function: Callable[[Any], Any], checked: bool, x: Any) -> Any:
    found = np.array([function(item) for item in np.ravel(x)])
    if checked:
        check_floats(found)
    return found.reshape(np.shape(x))


def each_of_several(function: Callable[..., Any], checked: bool, *args: Any) -> Any:
    wide = np.broadcast_arrays(*args)
    rows = [np.ravel(x) for x in wide]
    found = np.array([function(*[row[k] for row in rows]) for k in range(len(rows[0]))])
    if checked:
        check_floats(found)
    return found.reshape(np.shape(wide[0]))


def check_floats(found: Any) -> None:
    if found[:1].dtype != "float64":
        raise TypeError("np.vectorize takes the type of its first result, which is no float here")


def of_rows(function: Callable[[Any], Any], a: Any) -> Any:
    return np.stack([function(row) for row in a])


def of_columns(function: Callable[[Any], Any], a: Any) -> Any:
    return np.stack([function(a[:, k]) for k in range(a.shape[1])], axis=-1)


def at_most(items: Any, count: int) -> Any:
    return items[:count]


def between_ends(start: float, stop: float, count: int) -> Any:
    step = (stop - start) / float(count - 1)
    return np.arange(count) * step + start


def in_steps(start: float, stop: float, step: float) -> Any:
    return np.arange(int(np.ceil((stop - start) / step))) * step + start


def full_grid(axes: Any) -> Any:
    return np.stack(np.meshgrid(*axes, indexing="ij"))


def open_grid(axes: Any) -> Any:
    return np.ix_(*axes)


def extend_left(items: Any, more: Iterable[Any]) -> None:
    for item in more:
        items.appendleft(item)


def shorten(items: list[Any], limit: int, end: int) -> None:
    if len(items) > limit:
        del items[end]


def rotate(items: Any, steps: int) -> None:
    for _ in range(steps):
        items.appendleft(items.pop())
    for _ in range(-steps):
        items.append(items.popleft())


def extend(items: list[Any], more: Iterable[Any]) -> None:
    for item in more:
        items.append(item)


def running_sums(items: Any) -> list[Any]:
    found = []
    total = items[0]
    found.append(total)
    for item in items[1:]:
        total = total + item
        found.append(total)
    return found


def accumulated(items: Any, function: Callable[[Any, Any], Any]) -> list[Any]:
    found = []
    total = items[0]
    found.append(total)
    for item in items[1:]:
        total = function(total, item)
        found.append(total)
    return found


def neighbours(items: Any) -> list[Any]:
    return [(items[k], items[k + 1]) for k in range(len(items) - 1)]


def check_enough(length: int, wanted: int, message: str) -> None:
    if length < wanted:
        raise ValueError(message)


def check_length(length: int, wanted: int, message: str) -> None:
    if length != wanted:
        raise ValueError(message)


def check_finite(x: Any) -> None:
    if not np.all(np.isfinite(x)):
        raise ValueError("Input contains NaN or infinity.")


def check_not_negative(x: Any) -> None:
    if np.any(x < 0):
        raise ValueError("Negative values in data.")


def average_and_weights(a: Any, axis: Any, weights: Any) -> Any:
    """`np.average` with `returned=True`: the sum of the weights has the shape of the mean."""
    mean = np.average(a, axis=axis, weights=weights)
    if weights is None:
        return mean, np.ones_like(mean)[()] * (np.size(a) // np.size(mean))
    if np.ndim(weights) == np.ndim(a):
        return mean, np.sum(weights, axis=axis)
    return mean, np.ones_like(mean)[()] * np.sum(weights)


def with_ends(x: Any, xp: Any, fp: Any, left: Any, right: Any) -> Any:
    """`np.interp` with values for what lies before the first point, and after the last."""
    inside = np.interp(x, xp, fp)
    if left is not None:
        inside = np.where(x < xp[0], left, inside)
    if right is not None:
        inside = np.where(x > xp[-1], right, inside)
    return inside[()] if np.ndim(x) == 0 else inside


def periodic(x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """`np.interp` in points that are repeated; it looks between the last and the first, too."""
    length = abs(period)
    order = np.argsort(xp % length)
    places, values = (xp % length)[order], fp[order]
    places = np.concatenate((places[-1:] - length, places, places[:1] + length))
    return np.interp(x % length, places, np.concatenate((values[-1:], values, values[:1])))


def cross_of_axes(a: Any, b: Any, axisa: int, axisb: int, axisc: int) -> Any:
    """`np.cross` of vectors that lie along two axes, put along a third."""
    return np.moveaxis(np.cross(np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)), -1, axisc)
