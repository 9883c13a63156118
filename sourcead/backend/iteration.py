"""Direct iteration again: `for x in xs` for a counted loop that only reads `xs[i]`."""

from __future__ import annotations

from dataclasses import dataclass

from sourcead.backend.plan import LOOPS
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import Entry, Ref, Slice, refs
from sourcead.ir.loops import Loop
from sourcead.ir.types import ArrayT, ListT
from sourcead.ir.walk import defined, reads, substitute


def iterate_directly(body: Region) -> None:
    """Rewrite the loops of a function, outer ones first."""
    for op in list(body.walk()):
        if op.name == "for":
            _drop_counters(op)
            _use_elements(op)


# Rows that have a name ------------------------------------------------------------------------


def read_rows(region: Region, named: dict[tuple[Value, Value], Value] | None = None) -> None:
    """`x[i, j]` becomes `row[j]` where the program has called `x[i]` a row."""
    rows = dict(named or {})
    for op in region.ops:
        if op.name == "getitem" and isinstance(op.operands[0].type, ArrayT):
            index = op.attrs["index"]
            if index == (Ref(0),) and op.result.hint:
                rows[op.operands[0], op.operands[1]] = op.result
            elif len(index) > 1 and index[0] == Ref(0) and len(op.operands) > 1:
                row = rows.get((op.operands[0], op.operands[1]))
                if row is not None and isinstance(row.type, ArrayT):
                    _read_row(op, row)
        for inner in op.regions:
            read_rows(inner, rows)


def _read_row(op: Op, row: Value) -> None:
    index = op.attrs["index"][1:]
    if 0 in refs(index):
        return
    op.attrs = {**op.attrs, "index": tuple(_earlier(part) for part in index)}
    op.operands = [row, *op.operands[2:]]
    op.args = op.args[: len(op.operands)]


def _earlier(part: Entry) -> Entry:
    """A subscript's entry when the first index operand is gone."""
    if isinstance(part, Ref):
        return Ref(part.k - 1)
    if isinstance(part, Slice):
        bounds = (part.lower, part.upper, part.step)
        return Slice(*(Ref(b.k - 1) if isinstance(b, Ref) else b for b in bounds))
    return part


# Elements instead of positions ----------------------------------------------------------------


@dataclass(frozen=True)
class _Element:
    """A read `xs[i]` in a loop over `range(len(xs))`."""

    read: Op
    array: Value


def _use_elements(op: Op) -> None:
    for item in list(Loop(op).items):
        k = Loop(op).items.index(item)
        elements = _elements(op, k)
        if not elements:
            continue
        count = sum(1 for v in reads(op.regions[0]) if v is item)
        only_elements = count == len(elements)
        if item.hint and not only_elements and "enumerate" not in op.loc.statement:
            continue
        for element in elements:
            _replace(op, k + 1, element)
        if only_elements:
            _remove_stream(op, k)


def _elements(op: Op, k: int) -> list[_Element]:
    """The reads in the body that iteration would hand out, one for each array."""
    loop = Loop(op)
    item, stop = loop.items[k], _length(loop.streams[k])
    if stop is None:
        return []
    inside = set(defined(loop.body))
    found: dict[Value, _Element] = {}
    for read in loop.body.ops:
        if (
            read.name != "getitem"
            or read.attrs["index"] != (Ref(0),)
            or read.operands[1] is not item
        ):
            continue
        array = read.operands[0]
        if array in inside or array in found or not _has_length(array, stop):
            continue
        if read.result.hint or not item.hint:
            found[array] = _Element(read, array)
    return list(found.values())


def _length(stream: Value) -> Value | None:
    """The `n` of `range(n)`."""
    if stream.op is None or stream.op.name != "range":
        return None
    start, stop, step = stream.op.operands
    return stop if constant(start) == 0 and constant(step) == 1 else None


def _has_length(array: Value, n: Value) -> bool:
    """Whether `n` is surely the length of an array or list."""
    if not isinstance(array.type, ArrayT | ListT):
        return False
    dims = array.type.dims if isinstance(array.type, ArrayT) else None
    number = constant(n)
    if number is not MISSING:
        return bool(dims) and dims is not None and dims[0].symbol == number
    if n.op is None or n.op.name != "dim" or n.op.attrs.get("axis", 0) != 0:
        return False
    owner = n.op.operands[0]
    if owner is array:
        return True
    other = owner.type.dims if isinstance(owner.type, ArrayT) else None
    return (
        bool(dims and other)
        and dims is not None
        and other is not None
        and dims[0].same_length(other[0])
    )


def _replace(op: Op, k: int, element: _Element) -> None:
    """A new stream over the array, whose item stands for the read."""
    loop = Loop(op)
    old = element.read.result
    item = Value(old.type, old.hint)
    item.soft = old.soft
    body = loop.body
    body.params.insert(k, item)
    body.ops.remove(element.read)
    substitute(body, {old: item})
    op.operands.insert(k, element.array)
    op.attrs["streams"] = loop.n_streams + 1


def _remove_stream(op: Op, k: int) -> None:
    del op.operands[k]
    del op.regions[0].params[k]
    op.attrs["streams"] -= 1


# Counters that nobody reads -------------------------------------------------------------------


def _drop_counters(op: Op) -> None:
    """A range nobody reads, beside a tape with one element for each of its numbers."""
    loop = Loop(op)
    read = set(reads(loop.body))
    for k in reversed(range(loop.n_streams)):
        if loop.items[k] in read or not any(
            _as_long(tape, loop.streams[k]) for j, tape in enumerate(loop.streams) if j != k
        ):
            continue
        _remove_stream(op, k)
        return


def _as_long(tape: Value, stream: Value) -> bool:
    """Whether a tape surely has as many elements as a range has numbers."""
    while tape.op is not None and tape.op.name == "reversed":
        tape = tape.op.operands[0]
    maker = tape.op
    if maker is None or maker.name not in LOOPS or stream.op is None or stream.op.name != "range":
        return False
    made = Loop(maker)
    if tape not in made.tapes:
        return False
    if made.count is not None and _length(stream) is made.count:
        return True
    if made.has_stop or maker.name != "for" or len(made.streams) != 1:
        return False
    original = made.streams[0].op
    return original is not None and _same_range(original, stream.op)


def _same_range(a: Op, b: Op) -> bool:
    if a.name != "range":
        return False
    pairs = zip(a.operands, b.operands, strict=True)
    return all(
        x is y or (constant(x) is not MISSING and constant(x) == constant(y)) for x, y in pairs
    )
