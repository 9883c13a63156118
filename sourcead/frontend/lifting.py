"""A function called inside another one becomes a function of the module of its own.

What it captures from its caller becomes parameters; what it is passed may be written without the
caller's knowing.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from typing import Any

from sourcead.frontend.bindings import (
    Applied,
    Binding,
    Cell,
    Closure,
    DictItems,
    Instance,
    Items,
    ListItems,
    Static,
    View,
)
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.parsed_module import ParsedFunction
from sourcead.frontend.results import Flat, flatten_result
from sourcead.frontend.source import generated_name
from sourcead.frontend.statics import static_value
from sourcead.ir.core import Op, Region, Value
from sourcead.ir.walk import copy_op, free_values, substitute

Args = list[Binding]
Kwargs = dict[str, Binding]


def call_again(frame: Frame, made: Binding, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    from sourcead.frontend.calls import apply

    return apply(frame, made, args, kwargs, node)


@dataclass
class CallArguments:
    """The arguments of a derivative: those of the function, which of them move, the tangents."""

    args: Args
    kwargs: Kwargs
    places: list[int | str]
    names: list[str]
    tangents: list[Binding]

    def moved(self) -> Args:
        return [self.args[p] if isinstance(p, int) else self.kwargs[p] for p in self.places]


def parameter_names(frame: Frame, function: Binding) -> list[str]:
    """The parameters by name, as far as they are known."""
    if isinstance(function, Closure):
        spec = function.node.args
        return [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    if isinstance(function, Applied):
        inner = function.function
        if isinstance(inner, Static) and isinstance(inner.value, Derive):
            return parameter_names(frame, function.args[0])
        names = parameter_names(frame, inner)[len(function.args) :]
        return [n for n in names if n not in function.kwargs]
    target = static_value(function)
    if isinstance(target, ParsedFunction):
        spec = target.node.args
        return [a.arg for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    try:
        return list(inspect.signature(target).parameters) if callable(target) else []
    except ValueError:  # of a function written in C, which may tell nothing of itself
        return []


def name_of(function: Binding) -> str:
    if isinstance(function, Closure):
        return str(getattr(function.node, "name", "function"))
    if isinstance(function, Applied):
        inner = function.function
        if isinstance(inner, Static) and isinstance(inner.value, Derive):
            return f"{name_of(function.args[0])}_{inner.value.mode}"
        return name_of(inner)
    target = static_value(function)
    name = getattr(target, "__name__", "") or getattr(getattr(target, "node", None), "name", "")
    return generated_name(target, name) if name.isidentifier() else "function"


def lowered(
    frame: Frame,
    function: Binding,
    call: CallArguments,
    values: list[Value],
    node: ast.AST,
    detach: bool = True,
) -> tuple[Region, Flat]:
    """The body of the function, with parameters for what moves; everything else is captured.

    `detach`: the function may write its arguments, of which it gets copies.
    """
    region = Region()
    before = dict(frame.state.contents)
    chain = _chain(frame)
    reads = [dict(f.state.reads) for f in chain]
    with frame.branch(region, frame.state.copy()):
        args, kwargs = list(call.args), dict(call.kwargs)
        if detach:
            args = [_detached(frame, a, node) for a in args]
            kwargs = {k: _detached(frame, a, node) for k, a in kwargs.items()}
        for place, name, value in zip(call.places, call.names, values, strict=True):
            binding = bind_value(frame, region.new_param(value.type, name), name)
            if isinstance(place, int):
                args[place] = binding
            else:
                kwargs[place] = binding
        result = call_again(frame, function, args, kwargs, node)
        flat = flatten_result(frame, result, [])
        region.yields = flat.values
        for cell, content in before.items():
            if frame.state.contents.get(cell) is not content:
                what = "differentiated here" if detach else "called through `checkpoint`"
                frame.refuse(
                    node,
                    "SAD202",
                    f"the function that is {what} writes to {named(cell)}",
                    "it belongs to the caller, and "
                    + ("a derivative changes nothing" if detach else "the call is run once more"),
                    "a function that writes to a `.copy()`",
                )
    # What was read through views inside is known only there.
    for outer, kept in zip(chain, reads, strict=True):
        outer.state.reads.clear()
        outer.state.reads.update(kept)
    return region, flat


def named(cell: Cell) -> str:
    """How messages call an array or a container of the caller's."""
    return f"`{cell.hint}`" if cell.hint else "an argument"


def _chain(frame: Frame) -> list[Frame]:
    found = [frame]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _detached(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """An argument whose memory the function may write without the caller's knowing."""
    if isinstance(binding, View):
        return bind_value(frame, read(frame, binding, node))
    if isinstance(binding, Items):
        parts = tuple(_detached(frame, item, node) for item in binding.items)
        return Items(parts, binding.kind, binding.names, binding.cls)
    if not isinstance(binding, Cell):
        return binding
    content: Any = frame.state.contents[binding]
    if isinstance(content, ListItems):
        content = ListItems(tuple(_detached(frame, item, node) for item in content.items))
    elif isinstance(content, DictItems):
        content = content.holding({k: _detached(frame, v, node) for k, v in content.items.items()})
    elif isinstance(content, Instance):
        items = {k: _detached(frame, v, node) for k, v in content.items.items()}
        content = Instance(content.cls, items)
    return frame.new_cell(content, binding.hint)


def lift(region: Region) -> list[Value]:
    """Make parameters of the values that the region captures; literals are written anew in it."""
    captured: list[Value] = []
    mapping: dict[Value, Value] = {}
    literals: list[Op] = []
    for value in free_values(region):
        if value.op is not None and value.op.name in ("const", "global", "undef"):
            literals.append(copy_op(value.op, mapping))
            continue
        captured.append(value)
        mapping[value] = Value(value.type, value.hint)
        mapping[value].soft = value.soft
    substitute(region, mapping)
    region.ops[:0] = literals
    region.params += [mapping[value] for value in captured]
    return captured


def distinct(names: list[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        base = free = name or "captured"
        number = 2
        while free in taken:
            free, number = f"{base}_{number}", number + 1
        taken.append(free)
    return taken


@dataclass(frozen=True, eq=False)
class Derive:
    """What is called when a derivative is: a kind, and the parameters it is taken of."""

    mode: str
    wrt: Any
