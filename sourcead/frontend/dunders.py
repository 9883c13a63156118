"""Special methods of classes written in Python, called where and in the order Python calls them.

What a class says of an operation by a method that is not asked for here is refused: an object is
no operand of an operation (`Frame.op`).
"""

from __future__ import annotations

import ast
import dataclasses
import math
import operator
from collections.abc import Iterator
from typing import Any, NoReturn

from sourcead.frontend.bindings import Binding, Cell, Instance, Items, Static, View
from sourcead.frontend.classes import (
    call,
    instance_class,
    is_generated,
    look_up,
    object_class,
    own_method,
    special_method,
)
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, ScalarT, StrT, Type, UnknownT

WORDS = {
    "div": "truediv", "bitand": "and", "bitor": "or", "bitxor": "xor",
}  # fmt: skip
MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
Attempt = tuple[str, Binding, Binding]


def word_of(name: str) -> str:
    """The word in the names of the special methods of an operation: `truediv` for `div`."""
    return WORDS.get(name, name)


# Operators with two operands ---------------------------------------------------------------------


def overloaded(
    frame: Frame, name: str, left: Binding, right: Binding, node: ast.AST
) -> Binding | None:
    """What the operands' classes make of an operator; None where that is Python's or NumPy's."""
    classes = object_class(frame, left), object_class(frame, right)
    if classes == (None, None):
        return None
    word = word_of(name)
    if not any(_has_method(cls, word) for cls in classes):
        if not instance_class(frame, left) and not instance_class(frame, right):
            return None
    if classes[0] is None and _is_array_to(frame, right, left, node):
        return None
    for method, owner, other in _attempts(frame, word, left, right, node):
        result = _attempt(frame, method, owner, other, node)
        if result is not None and static_value(result) is not NotImplemented:
            return result
    if _is_array_to(frame, left, right, node) or _is_array_to(frame, right, left, node):
        return None
    return _otherwise(frame, name, left, right, node)


def _has_method(cls: type | None, word: str) -> bool:
    names = [f"__{word}__", f"__{MIRRORED.get(word, 'r' + word)}__"]
    if word == "ne":
        names.append("__eq__")
    found = [look_up(cls, name) for name in names] if cls is not None else []
    own = [m for m in found if getattr(m, "__module__", "") != "enum"]
    return any(hasattr(method, "__code__") or method is None for method in own)


def _attempts(
    frame: Frame, word: str, left: Binding, right: Binding, node: ast.AST
) -> Iterator[Attempt]:
    """The methods that Python asks, in its order."""
    a, b = object_class(frame, left), object_class(frame, right)
    mirrored = f"__{MIRRORED.get(word, 'r' + word)}__"
    forward, backward = (f"__{word}__", left, right), (mirrored, right, left)
    if a is None:
        _check_array_defers(frame, left, b, mirrored, node)
        yield backward
        return
    derived = b is not None and b is not a and issubclass(b, a)
    if word in MIRRORED:
        yield from (backward, forward) if derived else (forward, backward)
    elif b is a:
        yield forward
    elif derived and b is not None and look_up(b, mirrored) is not look_up(a, mirrored):
        yield from (backward, forward)
    else:
        yield from (forward, backward)


def _attempt(
    frame: Frame, method: str, owner: Binding, other: Binding, node: ast.AST
) -> Binding | None:
    """The result of one method, None where there is none."""
    cls = object_class(frame, owner)
    if cls is None:
        return None
    found = special_method(frame, cls, method, node)
    if found is not None and is_generated(found):
        return _compare_fields(frame, method, owner, other, node)
    if found is not None:
        return call(frame, found, [owner, other], {}, node)
    if method != "__ne__" or look_up(cls, method) is not vars(object)["__ne__"]:
        return None
    equal = _attempt(frame, "__eq__", owner, other, node)
    if equal is None or static_value(equal) is NotImplemented:
        return None
    from sourcead.frontend.conditions import negate

    return negate(frame, equal, _expression(node))


def _compare_fields(
    frame: Frame, method: str, owner: Binding, other: Binding, node: ast.AST
) -> Binding:
    """What `@dataclass` writes: objects of one class are compared as the tuples of their fields."""
    from sourcead.frontend.conditions import compare_pair
    from sourcead.frontend.expressions import get_attribute

    cls = object_class(frame, owner)
    if cls is None or object_class(frame, other) is not cls:
        return Static(NotImplemented)
    fields: dict[str, dataclasses.Field[Any]] = vars(cls)["__dataclass_fields__"]
    names = [name for name, field in fields.items() if field.compare]
    sides = [
        Items(tuple(get_attribute(frame, side, name, node) for name in names))
        for side in (owner, other)
    ]
    return compare_pair(frame, method.strip("_"), sides[0], sides[1], _expression(node))


def _expression(node: ast.AST) -> ast.expr:
    """The place of an operation, as an expression."""
    return node if isinstance(node, ast.expr) else ast.copy_location(ast.Name("operation"), node)


def _otherwise(frame: Frame, name: str, left: Binding, right: Binding, node: ast.AST) -> Binding:
    """Where no class has a method for the operator: objects are equal to themselves alone."""
    from sourcead.frontend.conditions import compare_pair

    if name in ("eq", "ne"):
        return compare_pair(frame, {"eq": "is", "ne": "is_not"}[name], left, right,
                            _expression(node))  # fmt: skip
    word = word_of(name)
    frame.raises(TypeError, f"unsupported operand type(s) for {word}")
    return frame.refuse(node, "SAD102", f"the operator `{word}` is not defined for these objects")


# Beside arrays -----------------------------------------------------------------------------------


def numeric_type(frame: Frame, binding: Binding, node: ast.AST) -> Type | None:
    """The type of a number or an array, or unknown; None for anything else."""
    if isinstance(binding, Cell):
        content = frame.state.contents[binding]
        t: Type | None = content.type if isinstance(content, Value) else None
    else:
        t = read(frame, binding, node).type if isinstance(binding, Value | View) else None
    return t if isinstance(t, ScalarT | ArrayT | UnknownT) else None


def _may_be_numpy(t: Type | None) -> bool:
    return t is not None and not (isinstance(t, ScalarT) and t.dtype is None)


def _check_array_defers(
    frame: Frame, left: Binding, cls: type | None, reflected: str, node: ast.AST
) -> None:
    """Refuse where NumPy would not ask the object on its right, or once per element."""
    t = numeric_type(frame, left, node)
    if cls is None or not _may_be_numpy(t):
        return
    protocol, priority = look_up(cls, "__array_ufunc__"), look_up(cls, "__array_priority__")
    if protocol is None or (protocol is MISSING and _is_above(priority)):
        return
    sequence = look_up(cls, "__len__") is not MISSING and look_up(cls, "__getitem__") is not MISSING
    if isinstance(t, ScalarT) and protocol is MISSING and not sequence:
        return
    frame.refuse(
        node,
        "SAD102",
        f"NumPy applies the operator to an array and a `{cls.__name__}` element by element",
        f"the array does not leave it to `{reflected}` of the class",
        "`__array_ufunc__ = None` in the class, or the object on the left",
    )


def _is_above(priority: Any) -> bool:
    return isinstance(priority, int | float) and priority > 0


def _is_array_to(frame: Frame, binding: Binding, other: Binding, node: ast.AST) -> bool:
    """Whether NumPy, beside a number or an array of its own, takes an object for an array."""
    cls = object_class(frame, binding)
    if cls is None or not _may_be_numpy(numeric_type(frame, other, node)):
        return False
    if look_up(cls, "__array__") is MISSING or look_up(cls, "__array_ufunc__") is not MISSING:
        return False
    return not _is_above(look_up(cls, "__array_priority__"))


def beside_array(frame: Frame, binding: Binding, other: Binding, node: ast.AST) -> Binding:
    """An operand, or the array that an object beside one says it is."""
    return array_of(frame, binding, node) if _is_array_to(frame, binding, other, node) else binding


def replaced_array(
    frame: Frame, name: str, array: Binding, right: Binding, node: ast.AST
) -> Binding | None:
    """What `x *= obj` binds `x` to where the array leaves it to the object; None elsewhere."""
    cls = object_class(frame, right)
    found = None if cls is None else overloaded(frame, name, array, right, node)
    if found is not None and cls is not None and look_up(cls, "__array_ufunc__") is None:
        frame.raises(TypeError, "operand does not support ufuncs (__array_ufunc__=None)")
        frame.refuse(node, "SAD102", f"an array is updated in place with a `{cls.__name__}`",
                     fix="the operator itself, and the result assigned")  # fmt: skip
    return found


def array_of(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """An object that says by `__array__` which array it is counts as that array to NumPy."""
    if object_class(frame, binding) is None:
        return binding
    cls = instance_class(frame, binding)
    for name in ("__array_ufunc__", "__array_function__", "__array_wrap__", "__array_finalize__"):
        if cls is not None and look_up(cls, name) is not MISSING:
            frame.refuse(node, "SAD106", f"a class with `{name}` is handed to NumPy")
    array = own_method(frame, binding, "__array__", [], node)
    return binding if array is None else array


# One operand, conversions ------------------------------------------------------------------------


def unary(frame: Frame, name: str, operand: Binding, node: ast.AST) -> Binding | None:
    """`-obj`, `+obj`, `~obj`; None for what is no object."""
    return own_method(frame, operand, f"__{name}__", [], node)


def called_on_object(
    frame: Frame, target: Any, args: list[Binding], node: ast.AST
) -> Binding | None:
    """A builtin that asks the object it is called with; None for other calls."""
    if all(object_class(frame, arg) is None for arg in args[:2]):
        return None
    for asked, name in OPERATORS.items():
        if target is asked and len(args) == 2:
            return operation_on_objects(frame, name, args, node)
    for asked, (method, kinds) in ASKING.items():
        if target is not asked:
            continue
        for name in method:
            found = own_method(frame, args[0], name, args[1:], node)
            if found is not None:
                return _checked(frame, found, kinds, name, node)
    return None


def operation_on_objects(
    frame: Frame, name: str, args: list[Binding], node: ast.AST
) -> Binding | None:
    """`operator.add(a, b)`, `divmod(a, b)`, `pow(a, b)`."""
    from sourcead.frontend.operators import operation

    if name == "divmod":
        return overloaded(frame, name, args[0], args[1], node)
    return operation(frame, name, args[0], args[1], node)


# Functions, the methods that they ask in order, and of which kind the result has to be.
ASKING: dict[Any, tuple[tuple[str, ...], str]] = {
    abs: (("__abs__",), ""),
    len: (("__len__",), "int"),
    float: (("__float__", "__index__"), "float"),
    int: (("__int__", "__index__", "__trunc__"), "int"),
    complex: (("__complex__", "__float__", "__index__"), "complex"),
    round: (("__round__",), ""),
    math.floor: (("__floor__",), ""),
    math.ceil: (("__ceil__",), ""),
    math.trunc: (("__trunc__",), ""),
    operator.index: (("__index__",), "int"),
    str: (("__str__", "__repr__"), "str"),
    repr: (("__repr__",), "str"),
    format: (("__format__",), "str"),
    operator.neg: (("__neg__",), ""),
    operator.pos: (("__pos__",), ""),
    operator.invert: (("__invert__",), ""),
}  # fmt: skip
OPERATORS: dict[Any, str] = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.truediv: "div",
    operator.floordiv: "floordiv", operator.mod: "mod", operator.pow: "pow", pow: "pow",
    operator.matmul: "matmul", divmod: "divmod", operator.and_: "bitand",
    operator.or_: "bitor", operator.xor: "bitxor", operator.lshift: "lshift",
    operator.rshift: "rshift",
}  # fmt: skip


def _checked(frame: Frame, found: Binding, kind: str, method: str, node: ast.AST) -> Binding:
    """The result of a conversion, of the type that Python asks for or brings it to."""
    if not kind:
        return found
    known = static_value(found)
    if kind == "str":
        if isinstance(known, str) or isinstance(getattr(found, "type", None), StrT):
            return found
        _refuse_kind(frame, method, kind, node)
    value = read(frame, found, node)
    t = value.type
    if not isinstance(t, ScalarT) or t.dtype == "?":
        _refuse_kind(frame, method, kind, node)
    if method == "__len__" or method == "__index__":
        if t != ScalarT("int") and not (method == "__len__" and t.kind == "int"):
            _refuse_kind(frame, method, "int", node)
        if kind in ("float", "complex"):
            return frame.op(kind, [value], ("x",))
        return value
    if t.kind != ("float" if method == "__float__" else kind):
        _refuse_kind(frame, method, kind, node)
    if t.dtype is None and t.kind == kind:
        return value
    if t.dtype is not None and (kind == "int" or t.dtype not in ("float64", "complex128")):
        _refuse_kind(frame, method, kind, node)
    return frame.op(kind, [value], ("x",))


def _refuse_kind(frame: Frame, method: str, kind: str, node: ast.AST) -> NoReturn:
    frame.refuse(
        node,
        "SAD106",
        f"`{method}` does not surely return {'an' if kind == 'int' else 'a'} `{kind}`",
        "Python raises a TypeError where it does not",
        f"`{kind}(...)` of what it returns",
    )


def truth_of_object(frame: Frame, binding: Binding, node: ast.AST) -> Binding | None:
    """What `__bool__` or `__len__` of an object says; None where the class has neither."""
    if isinstance(binding, Static):
        return None  # its truth is known
    found = own_method(frame, binding, "__bool__", [], node)
    if found is not None:
        known, t = static_value(found), getattr(found, "type", None)
        if not isinstance(known, bool) and t != ScalarT("bool"):
            _refuse_kind(frame, "__bool__", "bool", node)
        return found
    length = own_method(frame, binding, "__len__", [], node)
    return None if length is None else _checked(frame, length, "int", "__len__", node)


def index_of(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    """What an object is as an index: the number that its `__index__` returns."""
    if instance_class(frame, binding) is None:
        return binding
    found = called_on_object(frame, operator.index, [binding], node)
    return binding if found is None else found


def text_of(frame: Frame, binding: Binding, conversion: str, spec: str, node: ast.AST) -> Binding:
    """What stands for an object in a text: what its methods say."""
    if instance_class(frame, binding) is None:
        return binding
    if not conversion and special_method(frame, object_class(frame, binding), "__format__", node):
        found = called_on_object(frame, format, [binding, Static(spec)], node)
    elif not conversion and spec:
        frame.refuse(node, "SAD102", "a format specification for an object without `__format__`")
    else:
        asked = repr if conversion == "r" else str
        found = called_on_object(frame, asked, [binding], node)
    if found is None:
        frame.refuse(
            node, "SAD102", "the text of an object whose class has no `__str__` or `__repr__`",
            "it has the object's address in it", "a `__repr__` in the class",
        )  # fmt: skip
    return found


def holds_object(frame: Frame, binding: Binding) -> bool:
    """Whether a binding is an object, or a container that holds one."""
    match binding:
        case Cell():
            content = frame.state.contents.get(binding)
            if isinstance(content, Instance):
                return True
            parts = getattr(content, "items", ())
        case Items(items=parts, cls=None):
            pass
        case _:
            return False
    inner = parts.values() if isinstance(parts, dict) else parts
    return any(holds_object(frame, part) for part in inner)
