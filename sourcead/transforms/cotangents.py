"""Where the reverse sweep keeps its cotangents: one scope per reversed region.

A scope owns the values its forward region defines. A contribution to a value from outside goes
to an accumulator: a carried value in a loop, the parent's current cotangent in a branch.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from sourcead.ir.core import Region, Value
from sourcead.ir.types import ListT, StructT, UnknownT
from sourcead.ir.words import spoken_name
from sourcead.ops.build import Builder
from sourcead.transforms.edges import in_kind_of, zero


class Parts:
    """The cotangent of a container, part by part; a missing key is a zero."""

    __slots__ = ("of",)

    def __init__(self, of: dict[Hashable, Bar]) -> None:
        self.of = of


Bar = Value | Parts


def bar_name(value: Value) -> str:
    return f"{value.hint}_bar" if value.hint else ""


def own_values(region: Region) -> set[Value]:
    """The values a region defines itself, not in nested regions."""
    own = set(region.params)
    for op in region.ops:
        own.update(op.results)
    return own


def spoken_bar_name(value: Value, instead: str = "") -> str:
    """The same, made up for a value without a name of its own."""
    name = spoken_name(value) or instead
    return f"{name}_bar" if name else ""


class Scope:
    """Cotangents of the values that one region defines."""

    def __init__(self, builder: Builder, active: set[Value], own: set[Value]) -> None:
        self.b = builder
        self.active = active
        self.own = own
        self.in_loop = False
        self.bars: dict[Value, Bar] = {}

    def outside(self, value: Value) -> Bar | None:
        """The current cotangent of a value from outside; function level has no outside."""
        return None

    def lookup(self, value: Value) -> Bar | None:
        """The cotangent so far, None while it is zero."""
        if value in self.bars:
            return self.bars[value]
        return None if value in self.own else self.outside(value)

    def value_of(self, value: Value) -> Value | None:
        """As `lookup`, with containers put together."""
        bar = self.lookup(value)
        return None if bar is None else materialise(self.b, bar, value)

    def value_or_zero(self, value: Value) -> Value:
        bar = self.value_of(value)
        return zero(self.b, value) if bar is None else bar

    def set(self, value: Value, bar: Bar) -> None:
        name_bar(bar, value)
        self.bars[value] = bar

    def add(self, value: Value, g: Bar | None) -> None:
        """Add a contribution; inactive values take none."""
        if g is None or value not in self.active:
            return
        if isinstance(g, Value):
            g = in_kind_of(self.b, g, value)
        old = self.lookup(value)
        self.set(value, g if old is None else accumulate(self.b, old, g))


class LinearScope(Scope):
    """The scope of a rule's tangent body: only what depends on the tangent takes cotangents."""

    def add(self, value: Value, g: Bar | None) -> None:
        if value in self.own:
            super().add(value, g)


class BranchScope(Scope):
    """The scope of one branch of an `if`: outside values start from the parent's cotangent."""

    def __init__(self, parent: Scope, own: set[Value]) -> None:
        super().__init__(parent.b, parent.active, own)
        self.parent = parent
        self.in_loop = parent.in_loop

    def outside(self, value: Value) -> Bar | None:
        return self.parent.lookup(value)

    def touched(self) -> list[Value]:
        return [v for v in self.bars if v not in self.own]


class LoopScope(Scope):
    """The scope of a loop body: outside values accumulate in carried values made on demand."""

    def __init__(self, parent: Scope, own: set[Value]) -> None:
        super().__init__(parent.b, parent.active, own)
        self.in_loop = True
        self.accumulators: dict[Value, Value] = {}

    def outside(self, value: Value) -> Bar | None:
        param = Value(value.type, spoken_bar_name(value))
        self.accumulators[value] = param
        self.bars[value] = param
        return param

    def set(self, value: Value, bar: Bar) -> None:
        super().set(value, bar)
        if value in self.accumulators and isinstance(bar, Value) and not bar.hint:
            bar.hint = self.accumulators[value].hint


def name_bar(bar: Bar, value: Value) -> None:
    """The adjoint of `x` is called `x_bar`, unless the value already has a name."""
    if isinstance(bar, Value) and not bar.hint and bar.op is not None:
        if bar.op.phase == "reverse" and bar.op.name != "const":
            bar.hint = bar_name(value)
            known = value.soft or (value.op is not None and value.op.name == "field")
            bar.soft = bar.soft or (spoken_bar_name(value) if known else "")


def accumulate(b: Builder, old: Bar, new: Bar) -> Bar:
    """The sum of two cotangents of one value."""
    if isinstance(old, Parts) or isinstance(new, Parts):
        return _accumulate_parts(b, old, new)
    if isinstance(old.type, StructT):
        keys = old.type.keys
        parts = {k: accumulate(b, field(b, old, k), field(b, new, k)) for k in keys}
        return Parts(parts)
    if isinstance(old.type, ListT | UnknownT):
        return b.op("accumulate", [old, new])
    return b.op("add", [old, new])


def _accumulate_parts(b: Builder, old: Bar, new: Bar) -> Parts:
    left, right = parts_of(b, old), parts_of(b, new)
    merged = dict(left)
    for key, part in right.items():
        merged[key] = accumulate(b, merged[key], part) if key in merged else part
    return Parts(merged)


def parts_of(b: Builder, bar: Bar) -> dict[Hashable, Bar]:
    """A container's cotangent part by part."""
    if isinstance(bar, Parts):
        return bar.of
    if isinstance(bar.type, StructT):
        return {key: field(b, bar, key) for key in bar.type.keys}
    raise AssertionError(f"{bar} of type {bar.type} is not a container's cotangent")


def field(b: Builder, struct: Value, key: Hashable) -> Value:
    return b.op("field", [struct], attrs={"key": key})


def materialise(b: Builder, bar: Bar, like: Value) -> Value:
    """One value for a cotangent; absent parts become zeros of the primal's parts."""
    if isinstance(bar, Value):
        return bar
    t = like.type
    if not isinstance(t, StructT):
        raise AssertionError(f"{like} of type {t} has a container's cotangent")
    elements = []
    for key in t.keys:
        part = field(b, like, key)
        elements.append(materialise(b, bar.of[key], part) if key in bar.of else zero(b, part))
    attrs: dict[str, Any] = {"keys": t.keys} if t.kind in ("dict", "object") else {}
    if t.kind == "object":
        attrs["cls"] = t.cls
    return b.op(t.kind, elements, tuple(f"e{i}" for i in range(len(elements))), attrs)
