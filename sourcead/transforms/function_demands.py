"""Demands at function level: values stay in scope; overwritten versions of arrays are put back."""

from __future__ import annotations

from sourcead.ir.core import Op, Value
from sourcead.transforms.chains import WRITES, Link, link_to, overwritten_versions
from sourcead.transforms.cotangents import own_values
from sourcead.transforms.demands import demanded, settle
from sourcead.transforms.halves import Reversed
from sourcead.transforms.undo import Undo


def meet_function_demands(made: Reversed) -> None:
    """Undo straight-line writes whose old versions the reverse sweep reads."""
    body, region = made.function.body, made.region
    overwritten = overwritten_versions(body)
    wanted = [v for v in demanded(region, own_values(body)) if v in overwritten]
    if not wanted:
        return
    writes = {op.operands[0]: op for op in body.ops if op.name in WRITES}
    undo = Undo(made.sweep, body, region)
    undoable: set[Value] = set()
    for value in wanted:
        links = _links_to_newest(value, writes)
        if links:
            undo.take(links)
            undoable.update(link.before for link in links)
    if undoable:
        settle(region, undoable, {}, undo.inverse)


def _links_to_newest(value: Value, writes: dict[Value, Op]) -> list[Link]:
    """The writes from the newest version back to this one; none where a loop intervenes."""
    links = []
    while value in writes:
        link = link_to(writes[value].result)
        assert link is not None
        links.append(link)
        value = link.after
    return links[::-1]
