"""Names, literals, containers, attributes, comprehensions."""

from __future__ import annotations

import ast
import operator
from types import ModuleType

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.assign import assign
from sourcead.frontend.attributes import (
    instance_attribute,
    static_object_attribute,
    super_attribute,
    tuple_attribute,
)
from sourcead.frontend.bindings import (
    UNBOUND,
    Applied,
    Binding,
    Cell,
    Closure,
    DictItems,
    Either,
    Instance,
    Items,
    Lost,
    Method,
    ShapeOf,
    Static,
    Super,
)
from sourcead.frontend.conditions import elements
from sourcead.frontend.frame import Frame, expression
from sourcead.frontend.iterators import take_all
from sourcead.frontend.library import attribute_of
from sourcead.frontend.memory import NAMED, named, read
from sourcead.frontend.optional import present
from sourcead.frontend.outcomes import decided
from sourcead.frontend.parsed_classes import refusal_of
from sourcead.frontend.parsed_module import ParsedClass, ParsedModule
from sourcead.frontend.paths import per_path
from sourcead.frontend.randomness import is_generator
from sourcead.frontend.readings import would_act
from sourcead.frontend.statements import closure_defaults
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import read_item
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, ListT, OpaqueT, ScalarT, StructT, UnknownT
from sourcead.ops.catalog import find_method
from sourcead.ops.originals import is_of_libraries, original


@expression(ast.Constant)
def literal(frame: Frame, node: ast.Constant) -> Binding:
    if node.value is None or isinstance(node.value, str | bytes) or node.value is Ellipsis:
        return Static(node.value)
    return frame.const(node.value)


@expression(ast.Name)
def name(frame: Frame, node: ast.Name) -> Binding:
    found = frame.lookup(node.id, node)
    if found is UNBOUND:
        frame.raises(UnboundLocalError, f"cannot access local variable '{node.id}'")
        frame.refuse(
            node,
            "SAD103",
            f"`{node.id}` is read before it is assigned",
            fix="assign it before this line on every path",
        )
    return found


@expression(ast.Tuple)
def tuple_literal(frame: Frame, node: ast.Tuple) -> Binding:
    return Items(_elements(frame, node.elts))


@expression(ast.List)
def list_literal(frame: Frame, node: ast.List) -> Binding:
    """A list of its elements; of parts that are joined where one has no known length."""
    parts: list[list[Binding] | Binding] = [[]]
    for k, element in enumerate(node.elts):
        last = parts[-1]
        assert isinstance(last, list)
        if not isinstance(element, ast.Starred):
            last += _elements(frame, [element])
            continue
        several = take_all(frame, frame.expr(element.value), element)
        known = elements(frame, several, element)
        if known is None:
            if would_act(frame, _without_stars(node.elts[k + 1 :])):
                several = inline_prelude(frame, prelude.listed, [several], element)
            parts += [several, []]
        else:
            last += known
    first, *others = [frame.new_list(p) if isinstance(p, list) else p for p in parts]
    for piece in others:
        first = inline_prelude(frame, prelude.chained, [first, piece], node)
    return first


def _without_stars(nodes: list[ast.expr]) -> list[ast.expr]:
    return [node.value if isinstance(node, ast.Starred) else node for node in nodes]


def _elements(frame: Frame, nodes: list[ast.expr]) -> tuple[Binding, ...]:
    found: list[Binding] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            inner = elements(frame, take_all(frame, frame.expr(node.value), node), node)
            if inner is None:
                frame.refuse(
                    node, "SAD107", "the number of starred values is not known",
                    fix="write the elements out",
                )  # fmt: skip
            found += inner
            continue
        item = frame.thing(node)
        found.append(named(frame, item))
    return tuple(found)


@expression(ast.Dict)
def dict_literal(frame: Frame, node: ast.Dict) -> Binding:
    entries: dict[object, Binding] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            value = frame.expr(value_node)
            content = frame.state.contents.get(value) if isinstance(value, Cell) else None
            if not isinstance(content, DictItems):
                frame.refuse(value_node, "SAD102", "only a dict with known keys can be merged in")
            entries.update(content.items)
            continue
        key = static_value(frame.expr(key_node))
        if key is MISSING:
            frame.refuse(key_node, "SAD108", "the keys of a dict must be literals")
        value = frame.thing(value_node)
        entries[key] = named(frame, value)
    return frame.new_cell(DictItems(entries))


@expression(ast.NamedExpr)
def walrus(frame: Frame, node: ast.NamedExpr) -> Binding:
    return assign(frame, node.target, frame.thing(node.value))


@expression(ast.Lambda)
def lambda_expression(frame: Frame, node: ast.Lambda) -> Binding:
    return Closure(node, frame, closure_defaults(frame, node.args))


@expression(ast.Slice)
def slice_expression(frame: Frame, node: ast.Slice) -> Binding:
    parts = (node.lower, node.upper, node.step)
    return Items(tuple(Static(None) if p is None else frame.expr(p) for p in parts), "slice")


# Attributes ------------------------------------------------------------------------------------


@expression(ast.Attribute)
def attribute(frame: Frame, node: ast.Attribute) -> Binding:
    return get_attribute(frame, frame.thing(node.value), node.attr, node)


def get_attribute(frame: Frame, owner: Binding, attr: str, node: ast.AST) -> Binding:
    """`owner.attr`."""
    owner = decided(frame.state, present(frame, owner))
    if isinstance(owner, Either):
        return per_path(frame, owner, node, lambda one: get_attribute(frame, one, attr, node))
    if isinstance(owner, Super):
        return super_attribute(frame, owner, attr, node)
    if isinstance(owner, Static):
        found = static_object_attribute(frame, owner, attr, node)
        if found is not None:
            return found
        is_read = frame.program.origins.of(owner.held) is not None
        return _of_static(frame, owner.held if is_read else owner.value, attr, node)
    if isinstance(owner, Cell):
        content = frame.state.contents[owner]
        if isinstance(content, Instance):
            return instance_attribute(frame, owner, content, attr, node)
        if isinstance(content, Lost):
            read(frame, owner, node)
        if not isinstance(content, Value):
            return Method(owner, attr)
    if isinstance(owner, Items) and attr in owner.names:
        return owner.items[owner.names.index(attr)]
    if isinstance(owner, Items) and owner.cls is not None:
        found = tuple_attribute(frame, owner, attr, node)
        if found is not None:
            return found
    if isinstance(owner, Items) and owner.kind == "slice" and attr in SLICE_PARTS:
        return owner.items[SLICE_PARTS.index(attr)]
    if isinstance(owner, Items | ShapeOf):
        return Method(owner, attr)
    value = read(frame, owner, node)
    if isinstance(value.type, ListT | StructT) or is_generator(value):
        return Method(owner, attr)
    return _of_array(frame, owner, value, attr, node)


SLICE_PARTS = ("start", "stop", "step")


def _of_static(frame: Frame, owner: object, attr: str, node: ast.AST) -> Binding:
    if isinstance(owner, ParsedClass) and (refusal := refusal_of(owner)) is not None:
        raise refusal
    if isinstance(owner, ParsedModule):
        found = owner.resolve(attr)
    else:
        found = getattr(owner, attr, MISSING)
    if found is MISSING:
        shown = getattr(owner, "__name__", repr(owner))
        frame.raises(AttributeError, f"'{shown}' has no attribute '{attr}'")
        frame.refuse(node, "SAD106", f"`{shown}` has no attribute `{attr}`")
    literal = isinstance(found, float | int | np.bool_)
    if isinstance(owner, ModuleType) and is_of_libraries(owner.__name__):
        first = original(owner, attr)
        if frame.source.scope.module.startswith("sourcead."):
            found = first  # a rule means the library's own functions
        if literal and found is not first:
            return frame.const(found)
    if literal and isinstance(owner, ModuleType) and _is_library(owner):
        return frame.const(found, style=f"{_library_name(owner)}.{attr}")
    if isinstance(owner, np.finfo) and isinstance(found, np.floating):
        return frame.op(f"np.{found.dtype.name}", [frame.const(float(found))])
    return frame.program.static_binding(frame, found, node, attr, owner)


def _is_library(module: ModuleType) -> bool:
    return module.__name__.partition(".")[0] in ("numpy", "math", "scipy")


def _library_name(module: ModuleType) -> str:
    return module.__name__.replace("numpy", "np", 1)


def _of_array(frame: Frame, owner: Binding, value: Value, attr: str, node: ast.AST) -> Binding:
    """An attribute or method of an array or a number."""
    if attr == "shape":
        return ShapeOf(value)
    if attr == "__class__":
        from sourcead.frontend.builtin_calls import type_of_call

        return type_of_call(frame, [owner], {}, node)
    if attr == "dtype":
        dtype = getattr(value.type, "dtype", None)
        known = isinstance(dtype, str) and dtype != "?"
        return Static(np.dtype(dtype)) if known else frame.op("dtype", [value])
    if isinstance(value.type, ArrayT) and attr in OPERATOR_METHODS:
        return Applied(Static(OPERATOR_METHODS[attr]), (owner,))
    if attr == "device" and isinstance(value.type, ArrayT):
        return Static("cpu")
    names = NAMED.get(value.op.name, ()) if value.op is not None else ()
    if attr in names:
        return read_item(frame, owner, (names.index(attr),), [], node)
    if isinstance(value.type, OpaqueT) and value.type.what == "exception":
        frame.refuse(
            node, "SAD106", f"`.{attr}` of the exception that was caught",
            "what an exception holds is not followed",
            "an `if` for the case that raises, with what the handler is to know",
        )  # fmt: skip
    method = find_method(attr)
    if method is None:
        frame.refuse(
            node,
            "SAD106",
            f"`.{attr}` is not known for {_described(value)}",
            fix=INSTEAD.get(attr, "use a NumPy function"),
        )
    if not method.attribute:
        return Method(owner, attr)
    if attr in ("real", "imag") and isinstance(value.type, ScalarT) and value.type.kind == "float":
        return value if attr == "real" else frame.const(0.0)
    if method.op in ("ndim", "size"):
        return frame.op(method.op, [value], ("x",))
    return attribute_of(frame, owner, value, method.op, method.self_param)


# How an array lies in memory is not followed.
INSTEAD = {
    "flags": "`np.ascontiguousarray(x)`, which copies only what lies otherwise, or `x.copy()`",
    "strides": "the number of axes or the shape, which do not depend on how an array lies",
}

# `x.__add__(y)` of an array is `x + y`.
OPERATOR_METHODS = {
    f"__{word}__": getattr(operator, f"{word}_" if word in ("and", "or") else word)
    for word in (
        "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor",
        "lt", "le", "gt", "ge", "eq", "ne", "neg", "pos", "invert", "abs",
    )
}  # fmt: skip


def _described(value: Value) -> str:
    if isinstance(value.type, ScalarT):
        return "a number"
    return "an array" if isinstance(value.type, ArrayT | UnknownT) else f"a {value.type}"
