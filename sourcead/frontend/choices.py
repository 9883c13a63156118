"""One of several arrays, as only the program knows: an element at a computed place, or what a name
is bound to on either of two paths.

What it holds is looked up; a write goes to each array that it may be, on the path where it is that
one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sourcead.frontend.bindings import Binding, Cell, ListItems, Step, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.sharing import memory_of
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.index import Ref
from sourcead.ir.types import join

# The name of the step that leads to the first of two arrays where its operand is true.
EITHER = "<either>"


def chosen(frame: Frame, items: Sequence[Binding], number: Value) -> View | None:
    """The element `number` of arrays that others know too; None where there are other elements."""
    if not all(isinstance(item, Cell | View) for item in items):
        return None
    step = Step("getitem", (number,), ("x", "i0"), {"index": (Ref(0),)})
    return View(together(frame, items), step)


def together(frame: Frame, items: Sequence[Binding]) -> Cell:
    """What a place among several arrays is a place in."""
    whole = frame.new_list(items)
    whole.doubts = {cell for item in items for cell in memory_of(frame, item)}
    return whole


def alternatives_of(frame: Frame, view: View) -> tuple[Binding, ...] | None:
    """The objects of which a view is one; None for a view of a single one."""
    base = view.base
    content = frame.state.contents.get(base) if isinstance(base, Cell) else None
    return content.items if isinstance(content, ListItems) else None


def versions(frame: Frame, items: Sequence[Binding]) -> list[object]:
    """What the arrays are now: the same as long as none of them is written."""
    contents = frame.state.contents
    cells = [cell for item in items for cell in sorted(memory_of(frame, item), key=id)]
    return [contents.get(cell) for cell in cells]


def found(frame: Frame, view: View, values: list[Value]) -> Value:
    """What a view holds, given what each array that it may be holds."""
    step = view.step
    if step.name == EITHER:
        return _if(frame, step.operands[0], *values)
    base = frame.op("list", values, attrs={"dynamic": True})
    return frame.op(step.name, [base, *step.operands], step.args, dict(step.attrs))


def if_chosen(frame: Frame, view: View, place: int, count: int, new: Value, old: Value) -> Value:
    """`new` where a view is the array at a place, else `old`."""
    (number,) = view.step.operands
    if view.step.name == EITHER:
        return _if(frame, number, *((new, old) if place == 0 else (old, new)))
    forwards = frame.op("mod", [number, frame.const(count)])
    return _if(frame, frame.op("eq", [forwards, frame.const(place)]), new, old)


def _if(frame: Frame, cond: Value, first: Value, second: Value) -> Value:
    if first is second:
        return first
    regions = [Region(), Region()]
    for region, value in zip(regions, (first, second), strict=True):
        region.yields.append(value)
    op = Op("if", [cond], regions=regions, loc=frame.builder.loc)
    result = op.new_result(join(first.type, second.type))
    frame.builder.append(op)
    return result
