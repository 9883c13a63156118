"""Arrays that NumPy does not let anybody write: what is known of them is which operation made them.

The imaginary part of a real array is a new one of zeros, a diagonal and what is broadcast are views
that are read-only, as are views of these. A write is refused: NumPy raises there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sourcead.frontend.bindings import Cell
from sourcead.frontend.frame import Frame
from sourcead.ir.core import Value
from sourcead.ir.types import kind_of, rank_of
from sourcead.ops.catalog import definition

MAKERS = ("np.broadcast_to", "np.diagonal")
REAL = ("float", "int", "bool")


def check_writable(frame: Frame, cell: Cell, node: ast.AST) -> None:
    """Refuse to write what is, or may be, a read-only array or a view of one."""
    for holder in (cell, *cell.doubts):
        content = frame.state.contents.get(holder)
        if not isinstance(content, Value):
            continue
        name = _made_read_only(frame, content, set())
        if name is not None:
            frame.refuse(
                node,
                "SAD204",
                f"what `{name}` returns is read-only",
                "NumPy raises where it is written",
                "a `.copy()` of it",
            )


def _made_read_only(frame: Frame, value: Value, seen: set[Value]) -> str | None:
    """The operation that made a value, or what it is a view of, read-only; None where none did."""
    if value in seen or value.op is None:
        return None
    seen.add(value)
    op = value.op
    if op.name in MAKERS:
        return op.name
    source = op.operands[0] if op.operands else None
    if source is not None and op.name == "np.imag" and kind_of(source.type) in REAL:
        return op.name
    if source is not None and op.name == "np.diag" and rank_of(source.type) == 2:
        return op.name
    for other in _same_memory(frame, value):
        found = _made_read_only(frame, other, seen)
        if found is not None:
            return found
    return None


def _same_memory(frame: Frame, value: Value) -> Iterator[Value]:
    """The values whose memory a value may be, as the operation that made it says."""
    op = value.op
    assert op is not None
    if op.name == "if":
        position = op.results.index(value)
        yield from (region.yields[position] for region in op.regions if region.yields)
    elif op.name == "call":
        position = op.results.index(value)
        for callee in frame.program.callees.values():
            results = callee.function.body.yields
            if callee.function.name == op.attrs["callee"] and position < len(results):
                yield results[position]
    elif op.name == "field":
        (struct,) = op.operands
        made, key = struct.op, op.attrs["key"]
        known = made is not None and made.name in ("tuple", "list") and isinstance(key, int)
        yield made.operands[key] if made is not None and known else struct
    elif not op.regions:
        yield from (op.operands[k] for k in definition(op.name).views(op))
