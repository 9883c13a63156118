"""Named access to the operands, parameters, yields and results of `for` and `while`."""

from __future__ import annotations

from collections.abc import Iterator

from sourcead.ir.core import Op, Region, Value


class Loop:
    """A reading view of a loop operation; it copies nothing and is cheap to make."""

    __slots__ = ("n_carries", "n_streams", "op")

    def __init__(self, op: Op) -> None:
        self.op = op
        self.n_streams: int = op.attrs.get("streams", 0)
        self.n_carries = len(op.operands) - self.n_streams

    @property
    def body(self) -> Region:
        return self.op.regions[-1]

    @property
    def cond(self) -> Region | None:
        return self.op.regions[0] if self.op.name == "while" else None

    @property
    def streams(self) -> list[Value]:
        return self.op.operands[: self.n_streams]

    @property
    def inits(self) -> list[Value]:
        return self.op.operands[self.n_streams :]

    @property
    def items(self) -> list[Value]:
        return self.body.params[: self.n_streams]

    @property
    def carries(self) -> list[Value]:
        return self.body.params[self.n_streams :]

    @property
    def has_stop(self) -> bool:
        return bool(self.op.attrs.get("stop"))

    @property
    def has_count(self) -> bool:
        return bool(self.op.attrs.get("count"))

    @property
    def stop(self) -> Value | None:
        return self.body.yields[0] if self.has_stop else None

    @property
    def nexts(self) -> list[Value]:
        first = int(self.has_stop)
        return self.body.yields[first : first + self.n_carries]

    @property
    def collected(self) -> list[Value]:
        return self.body.yields[int(self.has_stop) + self.n_carries :]

    @property
    def finals(self) -> list[Value]:
        return self.op.results[: self.n_carries]

    @property
    def tapes(self) -> list[Value]:
        last = len(self.op.results) - int(self.has_count)
        return self.op.results[self.n_carries : last]

    @property
    def count(self) -> Value | None:
        return self.op.results[-1] if self.has_count else None


def handed_on(op: Op) -> Iterator[tuple[Value, Value]]:
    """What a branch or a loop gives to which value, itself unchanged."""
    if op.name == "if":
        for region in op.regions:
            yield from zip(region.yields, op.results, strict=True)
    elif op.name in ("for", "while"):
        loop = Loop(op)
        for sources in (loop.inits, loop.nexts):
            yield from zip(sources, loop.carries, strict=True)
        yield from zip(loop.carries, loop.finals, strict=True)
