"""`range`, `zip`, `enumerate`, `reversed` and `len`: what loops run over, and how often."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, Iteration, ShapeOf, Static
from sourcead.frontend.classes import own_method
from sourcead.frontend.conditions import elements
from sourcead.frontend.dunders import index_of
from sourcead.frontend.frame import Frame
from sourcead.frontend.iterators import Backwards, new_iterator
from sourcead.frontend.memory import read
from sourcead.frontend.sets import set_of
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.constants import constant
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, ScalarT

Args = list[Binding]
Kwargs = dict[str, Binding]


def range_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    zero, one = frame.const(0), frame.const(1)
    args = [index_of(frame, arg, node) for arg in args]
    match args:
        case [stop]:
            return Iteration("range", (zero, stop, one))
        case [start, stop]:
            return Iteration("range", (start, stop, one))
        case [start, stop, step]:
            return Iteration("range", (start, stop, step))
    return frame.refuse(node, "SAD105", "this form of `range` is not supported")


def zip_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    strict = static_value(kwargs.get("strict", frame.const(False))) is not False
    return new_iterator(frame, Iteration("zip", tuple(args), strict=strict), node)


def equal_lengths(frame: Frame, args: Args, node: ast.AST) -> None:
    """What `zip(strict=True)` asks for; where it is not known, a test before the loop."""
    lengths = [read(frame, length_of(frame, arg, node), node) for arg in args]
    for k, length in enumerate(lengths[1:], 2):
        same = frame.op("eq", [length, lengths[0]])
        if _one_axis(length, lengths[0]) or constant(same) is True:
            continue
        if constant(same) is False:
            frame.refuse(node, "SAD105", f"argument {k} of `zip` is not as long as the first")
        message = f"zip() argument {k} is not as long as argument 1"
        inline_prelude(frame, prelude.check_length, [length, lengths[0], Static(message)], node)


def _one_axis(a: Value, b: Value) -> bool:
    """Whether two lengths are those of axes that are known to be equal."""
    dims = []
    for value in (a, b):
        op = value.op
        if op is None or op.name != "dim" or not isinstance(op.operands[0].type, ArrayT):
            return False
        axes = op.operands[0].type.dims
        dims.append(None if axes is None else axes[op.attrs["axis"]].symbol)
    return dims[0] is not None and dims[0] == dims[1]


def enumerate_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    start = args[1] if len(args) > 1 else kwargs.get("start", frame.const(0))
    return new_iterator(frame, Iteration("enumerate", (args[0], start)), node)


def reversed_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    own = own_method(frame, args[0], "__reversed__", [], node)
    if own is not None:
        return own
    since = frame.state.contents.get(args[0]) if isinstance(args[0], Cell) else None
    return new_iterator(frame, Backwards("reversed", (args[0],), since), node)


def len_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    (arg,) = args
    own = own_method(frame, arg, "__len__", [], node)
    if own is not None:
        return own
    return length_of(frame, arg, node)


def length_of(frame: Frame, arg: Binding, node: ast.AST) -> Binding:
    """How many elements there are."""
    known = set_of(frame, arg)
    if known is not None:
        return frame.const(len(known))
    found = elements(frame, arg, node)
    if found is not None:
        return frame.const(len(found))
    if isinstance(arg, Iteration) and arg.kind in ("enumerate", "reversed"):
        return length_of(frame, arg.parts[0], node)
    if isinstance(arg, Iteration) and arg.kind == "range":
        start, stop, step = (read(frame, p, node) for p in arg.parts)
        if static_value(start) == 0 and static_value(step) == 1:
            return stop
    if isinstance(arg, ShapeOf):
        return frame.op("ndim", [arg.array])
    value = read(frame, arg, node)
    if isinstance(value.type, ScalarT):
        frame.raises(TypeError, "a number has no len()")
        frame.refuse(node, "SAD105", "a number has no length")
    return frame.extent(value, 0, "len")


ITERATION: dict[Any, Callable[[Frame, Args, Kwargs, ast.AST], Binding]] = {
    range: range_call,
    zip: zip_call,
    enumerate: enumerate_call,
    reversed: reversed_call,
    len: len_call,
}
