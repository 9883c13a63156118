"""Values that are not there on every path: a branch, or a loop that stops, left them unbound."""

from __future__ import annotations

from sourcead.ir.core import Value
from sourcead.ir.loops import Loop
from sourcead.ir.types import may_be_absent


def is_bound(value: Value) -> bool:
    """Whether a value is there on whatever path the program took."""
    op = value.op
    if may_be_absent(value.type) or (op is not None and op.name == "undef"):
        return False
    if op is None or not op.regions:
        return op is None or op.name != "const" or op.attrs["value"] is not None
    position = op.results.index(value)
    if op.name == "if":
        return all(is_bound(region.yields[position]) for region in op.regions)
    loop = Loop(op)
    if position >= loop.n_carries:
        return True
    return is_bound(loop.inits[position]) and is_bound(loop.nexts[position])
