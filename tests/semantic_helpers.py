"""What the programs of `semantic_programs.py` call: classes, and functions that write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Point:
    """Has numbers, an array and a list, which others may have as well."""

    rate = 0.5

    def __init__(self, v: Any, w: Any) -> None:
        self.v = v
        self.w = w
        self.items = [v, 2.0 * v]
        self.next: Point | None = None

    def grow(self, t: Any) -> Any:
        self.v = self.v + t
        self.items.append(t)
        return self.v

    @property
    def half(self) -> Any:
        return self.v * self.rate

    @half.setter
    def half(self, t: Any) -> None:
        self.v = t / self.rate


class Heavy(Point):
    """Does some of it in another way."""

    rate = 0.25

    def grow(self, t: Any) -> Any:
        self.w = self.w * t
        return super().grow(t)


class Bag:
    """A container of its own."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, k: Any) -> Any:
        return self.items[k]

    def __setitem__(self, k: Any, t: Any) -> None:
        self.items[k] = t

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __iadd__(self, t: Any) -> Any:
        self.items.append(t)
        return self

    def __add__(self, other: Any) -> Any:
        return Bag(self.items + other.items)

    def __mul__(self, t: Any) -> Any:
        return Bag([item * t for item in self.items])

    def __rmul__(self, t: Any) -> Any:
        return self * t


def pick(c: Any, a: Any, b: Any) -> Any:
    if c:
        return a
    return b


def scale(w: Any, t: Any) -> Any:
    w *= t
    return w


def lengthen(xs: Any, t: Any) -> None:
    xs.append(t)
    xs[0] += t


def relabel(d: Any, t: Any) -> None:
    d["a"] = d["b"] + t


def push(p: Any, t: Any) -> None:
    p.v = p.v * t
    p.w[0] = t


def risky(t: Any) -> Any:
    if t > 0.5:
        raise ValueError("too large")
    return t * t


def first_above(xs: Any, t: Any) -> Any:
    for k, item in enumerate(xs):
        if item > t:
            return item * (k + 1)
    return t


def steps(t: Any, n: int) -> Iterator[Any]:
    for _ in range(n):
        yield t
        t = t * 0.5


def counter(t: Any) -> Any:
    total = t

    def add(more: Any = 1.0) -> Any:
        nonlocal total
        total = total + more
        return total

    return add


def lengthened(xs: Any, t: Any) -> Any:
    """An expression with an effect."""
    xs.append(t)
    return t * len(xs)


def index_after(xs: Any, k: int) -> int:
    xs[k] = xs[k] + 0.5
    return k


def mixed(a: Any, b: Any = 0.5, c: Any = 2.0, *more: Any, **others: Any) -> Any:
    return a - b * c + sum(more) - sum(others.values())


def collected(t: Any, into: Any = None) -> Any:
    into = [] if into is None else into
    into.append(t)
    return sum(into)


def collected_in(t: Any, into: Any, /, *, last: Any = 0.5) -> Any:
    into += [t, last]
    return into


def power(t: Any, k: int) -> Any:
    if k == 0:
        return 1.0
    half = power(t, k // 2)
    return half * half * t if k % 2 else half * half


def flat(lists: Any) -> Any:
    return [t for one in lists for t in one]
