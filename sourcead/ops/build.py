"""Emitting operations into a region, with their types inferred and trivial ones folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sourcead.ir.core import NOWHERE, Loc, Op, Region, Value
from sourcead.ir.types import Type
from sourcead.ops.catalog import definition
from sourcead.ops.folding import fold
from sourcead.ops.infer_common import of_mixed


class Into:
    """Emits into another region meanwhile; entered too often to be a generator."""

    __slots__ = ("builder", "outer", "region")

    def __init__(self, builder: Builder, region: Region) -> None:
        self.builder = builder
        self.region = region

    def __enter__(self) -> Region:
        self.outer = self.builder.region
        self.builder.region = self.region
        return self.region

    def __exit__(self, *error: object) -> None:
        self.builder.region = self.outer


class Builder:
    """Appends operations to `region`; `loc` and `phase` are stamped on each.

    `complex_numbers`: whether the program has any, so that a value of unknown type may be one.
    `again`: whether what is emitted is to be differentiated in its turn.
    `second_order`: whether it is the derivative of a derivative.
    """

    complex_numbers = False
    again = False
    second_order = False
    # Is told of each operation, when it stands where it is to run.
    emitted: Callable[[Op], None] | None = None

    def __init__(self, region: Region, loc: Loc = NOWHERE, phase: str = "") -> None:
        self.region = region
        self.loc = loc
        self.phase = phase

    def const(self, value: Any, hint: str = "", style: str = "") -> Value:
        """A literal: number, string, bool or None."""
        return self.op("const", [], attrs={"value": value}, hint=hint, style=style)

    def op(
        self,
        name: str,
        operands: Sequence[Value] = (),
        args: tuple[str, ...] | None = None,
        attrs: dict[str, Any] | None = None,
        *,
        hint: str = "",
        style: str = "",
        type: Type | None = None,
    ) -> Value:
        """Emit an operation with one result. `args` defaults to the definition's first names."""
        new = self.make(name, operands, args, attrs, style)
        folded = fold(new, self)
        if folded is not None:
            return folded
        self.region.ops.append(new)
        result = type if type is not None else definition(name).infer(new)
        made = new.new_result(of_mixed(new, result), hint)
        if self.emitted is not None:
            self.emitted(new)
        return made

    def make(
        self,
        name: str,
        operands: Sequence[Value],
        args: tuple[str, ...] | None,
        attrs: dict[str, Any] | None,
        style: str = "",
    ) -> Op:
        """An operation that is not yet part of a region and has no results."""
        if args is None:
            args = definition(name).arg_names(len(operands))
        return Op(name, list(operands), args, attrs, None, self.loc, style, self.phase)

    def raise_if(self, cond: Value, exc: str, message: str) -> None:
        """A check at run time."""
        refuse = Region()
        with self.into(refuse):
            self.append(Op("raise", [self.const(message)], (), {"exc": exc}, loc=self.loc))
        self.append(Op("if", [cond], (), {}, [refuse, Region()], self.loc, "", self.phase))

    def append(self, op: Op) -> Op:
        """Add an operation made elsewhere (control flow, calls, effects)."""
        self.region.ops.append(op)
        if self.emitted is not None:
            self.emitted(op)
        return op

    def into(self, region: Region) -> Into:
        """Emit into another region for the duration of a `with` block."""
        return Into(self, region)

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Stamp another phase for the duration of a `with` block."""
        outer, self.phase = self.phase, phase
        try:
            yield
        finally:
            self.phase = outer

    @contextmanager
    def at(self, loc: Loc) -> Iterator[None]:
        """Stamp another location for the duration of a `with` block."""
        outer, self.loc = self.loc, loc
        try:
            yield
        finally:
            self.loc = outer
