"""One of several arrays, as only the program knows: an element at a computed place, or what a name
is bound to on either of two paths.

What it holds is looked up; a write goes to each array that it may be, on the path where it is that
one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sourcead.frontend.bindings import Binding, Cell, ListItems, State, Step, View
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


def found(frame: Frame, view: View, read: Callable[[Binding], Value]) -> Value:
    """What a view holds: the arrays that it may be are read where it is one of them."""
    items, step = alternatives_of(frame, view), view.step
    assert items is not None
    if step.name == EITHER:
        values: list[Value] = []
        arms = _on_each_path(frame, items, lambda item: values.append(read(item)))
        return on_paths(frame, step.operands[0], arms, [values])[0]
    base = frame.op("list", [read(item) for item in items], attrs={"dynamic": True})
    return frame.op(step.name, [base, *step.operands], step.args, dict(step.attrs))


def written_on_its_path(
    frame: Frame, view: View, items: Sequence[Binding], write: Callable[[Binding], None]
) -> None:
    """Write into one of two arrays: each is written on the path where the view is that one."""
    arms = _on_each_path(frame, items, write)
    contents, written = frame.state.contents, {}
    for cell, before in contents.items():
        after = [state.contents[cell] for _, state in arms]
        if all(isinstance(content, Value) for content in after):
            written[cell] = [content for content in after if isinstance(content, Value)]
        else:
            contents[cell] = next((c for c in after if c is not before), before)
    merged = on_paths(frame, view.step.operands[0], arms, list(written.values()))
    contents.update(zip(written, merged, strict=True))


Arm = tuple[Region, State]


def _on_each_path(
    frame: Frame, items: Sequence[Binding], act: Callable[[Binding], None]
) -> list[Arm]:
    """Do something with each of two arrays, on the path that leads to it."""
    arms = [(Region(), frame.state.copy()) for _ in items]
    for (region, state), item in zip(arms, items, strict=True):
        with frame.branch(region, state):
            act(item)
    return arms


def if_chosen(frame: Frame, view: View, place: int, count: int, new: Value, old: Value) -> Value:
    """`new` where a view is the element at a place, else `old`."""
    (number,) = view.step.operands
    forwards = frame.op("mod", [number, frame.const(count)])
    here = frame.op("eq", [forwards, frame.const(place)])
    return on_paths(frame, here, [(Region(), frame.state) for _ in range(2)], [[new, old]])[0]


def on_paths(
    frame: Frame, cond: Value, arms: Sequence[Arm], pairs: Sequence[list[Value]]
) -> list[Value]:
    """Of each pair the value on the path that is taken."""
    regions = [region for region, _ in arms]
    op = Op("if", [cond], regions=regions, loc=frame.builder.loc)
    results = []
    for pair in pairs:
        first, second = pair
        if first is second:
            results.append(first)
            continue
        for region, value in zip(regions, pair, strict=True):
            region.yields.append(value)
        results.append(op.new_result(join(first.type, second.type)))
    if op.results:
        frame.builder.append(op)
    return results
