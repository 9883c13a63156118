"""What a reverse loop runs over: the forward streams, cut to the iterations that ran."""

from __future__ import annotations

from typing import Any

from sourcead.ir.core import Op, Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import INT, RANGE, ListT
from sourcead.ops.build import Builder


class ReverseStreams:
    """Streams and items of the reverse of a loop; `known` maps forward items to reverse ones.

    The builder must emit where the reverse loop will stand.
    """

    def __init__(self, builder: Builder, op: Op) -> None:
        self.b = builder
        self.values: list[Value] = []
        self.items: list[Value] = []
        self.known: dict[Value, Value] = {}
        loop = Loop(op)
        self.backwards = not _runs_backwards(loop)
        uneven = len(loop.streams) > 1 and not op.attrs.get("equal")
        self.partial = partial = loop.has_stop or op.name == "while" or uneven
        count = run_count(op) if partial else None
        if op.name == "while" and count is not None:
            self._append(self._range(builder.const(0), count, builder.const(1)), Value(INT))
        for item, stream in zip(loop.items, loop.streams, strict=True):
            again = Value(item.type, item.hint)
            again.soft = item.soft
            self.known[item] = again
            self._append(self._reversed(loop, stream, count), again)

    def _reversed(self, loop: Loop, stream: Value, count: Value | None) -> Value:
        """A stream of the forward loop, as the reverse loop's own flag will read it."""
        if stream.op is not None and stream.op.name == "binomial_actions":
            stream.op.name = "listed_actions"
        base = stream.op.operands[0] if _is_reversed(stream) and stream.op else stream
        ran_backwards = _is_reversed(stream) is not bool(loop.op.attrs.get("reverse"))
        if count is not None:
            base = self._last_items(base, count) if ran_backwards else self._prefix(base, count)
        same = ran_backwards is not self.backwards
        return base if same else self.b.op("reversed", [base])

    def _append(self, stream: Value, item: Value) -> None:
        self.values.append(stream)
        self.items.append(item)

    def _range(self, start: Value, stop: Value, step: Value) -> Value:
        return self.b.op("range", [start, stop, step], type=RANGE)

    def _prefix(self, stream: Value, count: Value) -> Value:
        """The part of a stream that was consumed."""
        if isinstance(stream.type, ListT) or stream.op is None or stream.op.name != "range":
            return self.b.op("first_items", [stream, count])
        start, _, step = stream.op.operands
        length = self.b.op("mul", [count, step])
        return self._range(start, self.b.op("add", [start, length]), step)

    def _last_items(self, stream: Value, count: Value) -> Value:
        """What was consumed of a stream that ran backwards."""
        return self.b.op("last_items", [stream, count])

    def read_list(self, tape: Value, item: Value) -> None:
        """Read a list in the order of the reverse sweep."""
        self._append(tape if self.backwards else self.b.op("reversed", [tape]), item)

    def attrs(self) -> dict[str, Any]:
        attrs: dict[str, Any] = {"streams": len(self.values)}
        if self.backwards:
            attrs["reverse"] = True
        return attrs


def _is_reversed(stream: Value) -> bool:
    return stream.op is not None and stream.op.name == "reversed"


def _runs_backwards(loop: Loop) -> bool:
    """Whether the loop runs through its (first) stream from the end."""
    flag = bool(loop.op.attrs.get("reverse"))
    return flag if not loop.streams else flag is not _is_reversed(loop.streams[0])


def run_count(op: Op) -> Value:
    """How many iterations ran: a result of the forward loop, made on demand."""
    if not Loop(op).has_count:
        op.attrs["count"] = True
        op.new_result(INT).soft = "count"
    return op.results[-1]
