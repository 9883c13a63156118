"""Python's arithmetic operators, on numbers, arrays, lists and static objects."""

from __future__ import annotations

import ast
import enum
import operator
from collections.abc import Callable
from types import UnionType
from typing import Any

from sourcead.frontend import prelude
from sourcead.frontend.bindings import (
    Binding,
    Cell,
    Content,
    Items,
    Iteration,
    ListItems,
    ShapeOf,
    Static,
    View,
)
from sourcead.frontend.conditions import elements, negate
from sourcead.frontend.dicts import joined_dicts
from sourcead.frontend.dunders import beside_array, overloaded, unary
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.list_methods import joined
from sourcead.frontend.lists import as_dynamic_list, element, mark_held
from sourcead.frontend.memory import read, read_as_array
from sourcead.frontend.sets import set_operation
from sourcead.frontend.sharing import is_mutable
from sourcead.frontend.statics import static_value
from sourcead.frontend.text import text_operation
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, ListT, ScalarT, StrT, StructT, Type, UnknownT

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.FloorDiv: "floordiv",
    ast.Mod: "mod", ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "bitand",
    ast.BitOr: "bitor", ast.BitXor: "bitxor", ast.LShift: "lshift", ast.RShift: "rshift",
}  # fmt: skip
UNARY: dict[type[ast.unaryop], str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}
ON_TEXT: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "mod": operator.mod,
    "mul": operator.mul,
}
ON_FLAGS: dict[str, Callable[[Any, Any], Any]] = {
    "bitand": operator.and_,
    "bitor": operator.or_,
    "bitxor": operator.xor,
}


@expression(ast.BinOp)
def binary_expression(frame: Frame, node: ast.BinOp) -> Binding:
    left = frame.expr(node.left)
    right = frame.expr(node.right)
    return binary(frame, node.op, left, right, node)


def binary(frame: Frame, op: ast.operator, left: Binding, right: Binding, node: ast.AST) -> Binding:
    """`left op right`."""
    return operation(frame, BINARY[type(op)], left, right, node)


def operation(frame: Frame, name: str, left: Binding, right: Binding, node: ast.AST) -> Binding:
    """An operator with two operands, by its name in the IR."""
    own = overloaded(frame, name, left, right, node)
    if own is not None:
        return own
    left, right = beside_array(frame, left, right, node), beside_array(frame, right, left, node)
    left, right = (
        _beside(frame, name, left, right, node),
        _beside(frame, name, right, left, node),
    )
    if name in ("add", "mul"):
        joined = _on_containers(frame, name, left, right, node)
        if joined is not None:
            return joined
    if isinstance(static_value(left), enum.Flag) and isinstance(static_value(right), enum.Flag):
        if name in ON_FLAGS:
            return Static(ON_FLAGS[name](static_value(left), static_value(right)))
    if isinstance(left, Static) and isinstance(left.value, str) and name in ON_TEXT:
        other = static_value(right)
        if other is not MISSING:
            return Static(ON_TEXT[name](left.value, other))
    if name in ("add", "mod"):
        text = text_operation(frame, name, left, right, node)
        if text is not None:
            return text
    of_sets = set_operation(frame, name, left, right)
    if of_sets is not None:
        return of_sets
    if name == "bitor":
        both = joined_dicts(frame, left, right, node)
        if both is not None:
            return both
    if name == "bitor" and isinstance(left, Static) and isinstance(right, Static):
        if isinstance(left.value, type | UnionType) and isinstance(right.value, type | UnionType):
            return Static(left.value | right.value)
    a, b = read(frame, left, node), read(frame, right, node)
    if name in ("add", "mul") and isinstance(a.type, ListT | StructT | StrT):
        count = isinstance(b.type, UnknownT) and name == "mul"
        frame.refuse(
            node,
            "SAD102",
            "this operation on a container is not supported",
            "it is not known whether the other one is an integer" if count else "",
            "an annotation, such as `n: int`" if count else "use `append`",
        )
    if name == "mul" and isinstance(a.type, UnknownT) and isinstance(b.type, ListT | StructT):
        frame.refuse(
            node,
            "SAD102",
            "the product of a value of unknown type and a container is not supported",
            "an integer repeats the container, an array is multiplied with its elements",
            "`np.array([...])` for the container, or types: `--types` or annotations",
        )
    return frame.op(name, [a, b])


def _beside(frame: Frame, name: str, binding: Binding, other: Binding, node: ast.AST) -> Binding:
    """A list, a tuple or a range beside an array, or a number of NumPy's, is made an array."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else binding
    held = isinstance(content, Value) and isinstance(content.type, ListT | StructT)
    held |= isinstance(binding, Iteration) and binding.kind == "range"
    if not _is_container(frame, binding) and not held:
        return binding
    if not isinstance(other, Cell | View | Value) or _is_container(frame, other):
        return binding
    if not _makes_arrays(name, read(frame, other, node).type):
        return binding
    if isinstance(binding, Iteration):
        return read_as_array(frame, binding, node)
    return frame.op("np.array", [read(frame, binding, node)], ("object",))


def _makes_arrays(name: str, other: Type) -> bool:
    """Whether an operator makes an array of a list beside a value of this type."""
    if isinstance(other, ScalarT):
        return other.dtype is not None and name != "mul"
    return isinstance(other, ArrayT) or (isinstance(other, UnknownT) and name not in ("add", "mul"))


def _on_containers(
    frame: Frame, name: str, left: Binding, right: Binding, node: ast.AST
) -> Binding | None:
    """`[a] + [b]`, `(a,) + (b,)`, `[0.0] * 3`; None where no container of known length is meant."""
    if name == "add":
        if not _is_container(frame, left) or not _is_container(frame, right):
            return _on_lists(frame, left, right, node)
        a, b = elements(frame, left, node), elements(frame, right, node)
        if a is None or b is None:
            return None
        return _container(frame, left, (*a, *b))
    if _is_container(frame, right) or _is_dynamic_list(frame, right):
        left, right = right, left
    known = _is_container(frame, left)
    if not known and not _is_dynamic_list(frame, left):
        return None
    count, items = static_value(right), elements(frame, left, node) if known else None
    if isinstance(count, int) and items is not None:
        return _container(frame, left, tuple(items) * count)
    if not isinstance(left, Cell) or not _is_integer(right):
        return None  # perhaps an array, and the list is one to NumPy
    if items is not None and len(items) == 1:
        return _repeated(frame, items[0], right, node)
    return _repeated_items(frame, left, right, node)


def _is_integer(binding: Binding) -> bool:
    t = binding.type if isinstance(binding, Value) else None
    return isinstance(t, ScalarT) and t.kind == "int"


def _on_lists(frame: Frame, left: Binding, right: Binding, node: ast.AST) -> Binding | None:
    """`xs + ys`, where the length of at least one is not known."""
    contents = [_listed(frame, b, node) for b in (left, right)]
    found = [c for c in contents if isinstance(c, ListItems | Value)]
    if len(found) < 2 or not any(isinstance(getattr(c, "type", None), ListT) for c in found):
        return None
    values = [as_dynamic_list(frame, content, node) for content in found]
    if not all(isinstance(v.type, ListT) for v in values):
        return None
    return joined(frame, values[0], values[1])


def _listed(frame: Frame, binding: Binding, node: ast.AST) -> Content | None:
    """What a list holds; of a part of one, the part."""
    if isinstance(binding, Cell):
        return frame.state.contents.get(binding)
    return read(frame, binding, node) if isinstance(binding, View | Value) else None


def _repeated(frame: Frame, item: Binding, times: Binding, node: ast.AST) -> Binding:
    """`[x] * n`: a list of unknown length, of which every item is the same object."""
    value = element(frame, item, node)
    cell = frame.new_cell(frame.op("repeat", [value, read(frame, times, node)]))
    cell.shared = mark_held(frame, item) or is_mutable(value.type)
    return cell


def _repeated_items(frame: Frame, items: Cell, times: Binding, node: ast.AST) -> Binding:
    """`xs * n` of more than one item."""
    from sourcead.frontend.user_calls import inline_prelude

    found = inline_prelude(frame, prelude.repeated_items, [items, times], node)
    if isinstance(found, Cell):
        element = read(frame, found, node).type
        found.shared = isinstance(element, ListT) and is_mutable(element.elem)
    return found


def _is_dynamic_list(frame: Frame, binding: Binding) -> bool:
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    return isinstance(content, Value) and isinstance(content.type, ListT)


def _is_container(frame: Frame, binding: Binding) -> bool:
    if isinstance(binding, Cell):
        return isinstance(frame.state.contents[binding], ListItems)
    if isinstance(binding, Static):
        return isinstance(binding.value, tuple | list)
    return isinstance(binding, Items | ShapeOf)


def _container(frame: Frame, like: Binding, items: tuple[Binding, ...]) -> Binding:
    if not isinstance(like, Cell):
        return Items(items)
    return frame.new_list(items)


@expression(ast.UnaryOp)
def unary_expression(frame: Frame, node: ast.UnaryOp) -> Binding:
    inner = frame.expr(node.operand)
    if isinstance(node.op, ast.Not):
        return negate(frame, inner, node)
    own = unary(frame, UNARY[type(node.op)], inner, node)
    if own is not None:
        return own
    return frame.op(UNARY[type(node.op)], [read(frame, inner, node)])
