"""Classes with methods of their own for operators and blocks, for `semantic_programs.py`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Level:
    """A descriptor: what is set is kept in another attribute."""

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        return owner.v * 2.0

    def __set__(self, owner: Any, t: Any) -> None:
        owner.v = t * 0.5


class Amount:
    """A number with operators of its own."""

    level = Level()

    def __init__(self, v: Any) -> None:
        self.v = v

    def __getattr__(self, name: str) -> Any:
        if name == "twice":
            return 2.0 * self.v
        raise AttributeError(name)

    def __add__(self, other: Any) -> Any:
        return Amount(self.v + (other.v if isinstance(other, Amount) else other))

    def __radd__(self, other: Any) -> Any:
        return Amount(other - self.v)

    def __sub__(self, other: Any) -> Any:
        return Amount(self.v - other)

    def __rsub__(self, other: Any) -> Any:
        return Amount(other + self.v)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Amount):
            return NotImplemented
        return type(self)(self.v * other)

    def __rmul__(self, other: Any) -> Any:
        return Amount(self.v * other * 0.5)

    def __neg__(self) -> Any:
        return Rate(-self.v)

    def __iadd__(self, other: Any) -> Any:
        """Another object."""
        return Amount(self.v + 2.0 * other)

    def __isub__(self, other: Any) -> Any:
        """The same object."""
        self.v = self.v - 2.0 * other
        return self

    def __imul__(self, other: Any) -> Any:
        return NotImplemented

    def __lt__(self, other: Any) -> Any:
        return self.v < (other.v if isinstance(other, Amount) else other)

    def __gt__(self, other: Any) -> Any:
        return self.v > (other.v if isinstance(other, Amount) else other) + 0.1

    def __eq__(self, other: object) -> Any:
        return isinstance(other, Amount) and bool(self.v == other.v)

    def __hash__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return bool(self.v > 0.1)

    def __float__(self) -> float:
        return float(self.v)

    def __call__(self, t: Any) -> Any:
        self.v = self.v + t
        return self.v


class Rate(Amount):
    """One whose reflected operators come first, beside the other."""

    def __radd__(self, other: Any) -> Any:
        return Rate(self.v * 3.0)

    def __rmul__(self, other: Any) -> Any:
        return Rate(self.v * 5.0)

    def __gt__(self, other: Any) -> Any:
        return False


class Held:
    """A context that changes an object, and changes it again."""

    def __init__(self, owner: Any, t: Any) -> None:
        self.owner = owner
        self.t = t

    def __enter__(self) -> Any:
        self.owner.v = self.owner.v + self.t
        return self.owner

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        self.owner.v = self.owner.v * 2.0
        return kind is ValueError


@contextmanager
def lent(xs: Any, t: Any) -> Iterator[Any]:
    xs.append(t)
    yield xs
    xs[0] = xs[0] - t
