"""An element of a known container at a place that only the program knows: one of several objects.

What such an element is read as is looked up; a write goes to each object that it may be, on the
path where it is that one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.frontend.bindings import Binding, Cell, ListItems, Step, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.sharing import memory_of
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import Ref
from sourcead.ir.types import ArrayT, join


def chosen(frame: Frame, items: Sequence[Binding], number: Value) -> View | None:
    """The element `number` of arrays that others know too; None where there are other elements."""
    if not all(isinstance(item, Cell | View) for item in items):
        return None
    whole = frame.new_list(items)
    whole.doubts = {cell for item in items for cell in memory_of(frame, item)}
    step = Step("getitem", (number,), ("x", "i0"), {"index": (Ref(0),)})
    return View(whole, step)


def alternatives_of(frame: Frame, view: View) -> tuple[Binding, ...] | None:
    """The objects of which a view is one; None for a view of a single one."""
    base = view.base
    content = frame.state.contents.get(base) if isinstance(base, Cell) else None
    return content.items if isinstance(content, ListItems) else None


def if_chosen(frame: Frame, view: View, place: int, count: int, new: Value, old: Value) -> Value:
    """`new` where a view is the element at a place, else `old`."""
    (number,) = view.step.operands
    forwards = frame.op("mod", [number, frame.const(count)])
    here = frame.op("eq", [forwards, frame.const(place)])
    regions = [Region(), Region()]
    for region, value in zip(regions, (new, old), strict=True):
        region.yields.append(value)
    op = Op("if", [here], regions=regions, loc=frame.builder.loc)
    kept = old.type if isinstance(old.type, ArrayT) else join(old.type, new.type)
    result = op.new_result(kept)
    frame.builder.append(op)
    return result
