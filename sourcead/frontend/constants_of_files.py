"""Values of module-level expressions that are known without running the module."""

from __future__ import annotations

import ast
import operator
from collections import namedtuple
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeGuard

import numpy as np

from sourcead.ir.classes import FROM_TEXT
from sourcead.ir.constants import MISSING

# Calls that are evaluated for the type of a constant: none of them runs code of the user's.
_CREATION = {
    "array", "asarray", "zeros", "ones", "full", "eye", "identity", "arange", "linspace", "diag",
    "float64", "float32", "int64",
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
PLAIN = (bool, int, float, complex, str, type(None))
# Functions whose arguments say how large the array is, and what is not made for its type alone.
_SIZED = {"zeros", "ones", "full", "eye", "identity", "arange", "linspace"}
MOST_ELEMENTS = 1_000_000


def is_plain(value: Any) -> TypeGuard[Any]:
    """Whether a value is one that nobody can change: a number, a text, a tuple of these."""
    return all(map(is_plain, value)) if type(value) is tuple else type(value) in PLAIN


class NotKnown:
    """A value that is known only when the module runs."""


class OfFile:
    """A module, function or class that is only parsed: its attributes are not those of Python."""

    def resolve(self, name: str) -> Any:
        """What an attribute stands for."""
        return MISSING

    def called(self, args: list[Any], keywords: dict[str, Any]) -> Any:
        """What a call of it gives."""
        return MISSING


Resolve = Callable[[str | ast.Lambda], Any]


def constant_value(node: ast.expr, resolve: Resolve) -> Any:
    """The value of a module-level constant, `MISSING` where the module would have to run for it.

    Literals, arithmetic on literals and `np.pi`, arrays made of these, tables of functions.

    Args:
        node: the expression.
        resolve: what a name, or a lambda, stands for at that place.
    """
    if isinstance(node, ast.Constant):
        return node.value
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        pass
    match node:
        case ast.Name():
            return resolve(node.id)
        case ast.Lambda():
            return resolve(node)
        case ast.Attribute():
            base = constant_value(node.value, resolve)
            if base is MISSING or isinstance(base, NotKnown):
                return MISSING
            if isinstance(base, OfFile):
                return base.resolve(node.attr)
            return getattr(base, node.attr, MISSING)
        case ast.UnaryOp(op=ast.USub()):
            value = constant_value(node.operand, resolve)
            return -value if isinstance(value, int | float | complex) else MISSING
        case ast.UnaryOp(op=ast.Not()):
            value = constant_value(node.operand, resolve)
            return not value if isinstance(value, PLAIN) else MISSING
        case ast.BinOp():
            return _binary(node, resolve)
        case ast.Compare(ops=[op], comparators=[right]):
            return _comparison(op, node.left, right, resolve)
        case ast.BoolOp():
            return _connected(node, resolve)
        case ast.List() | ast.Tuple():
            items = [constant_value(item, resolve) for item in node.elts]
            if any(item is MISSING or isinstance(item, NotKnown) for item in items):
                return MISSING
            return tuple(items) if isinstance(node, ast.Tuple) else items
        case ast.Dict():
            return _table(node, resolve)
        case ast.Call():
            return _call(node, resolve)
    return MISSING


def _table(node: ast.Dict, resolve: Resolve) -> Any:
    """A dict that holds functions; one of other values is read when the module runs."""
    if None in node.keys:
        return MISSING
    keys = [constant_value(key, resolve) for key in node.keys if key is not None]
    values = [constant_value(value, resolve) for value in node.values]
    if any(v is MISSING or isinstance(v, NotKnown) for v in values) or not any(
        map(_is_code, values)
    ):
        return MISSING
    return dict(zip(keys, values, strict=True)) if all(map(is_plain, keys)) else MISSING


def _is_code(value: Any) -> bool:
    """Whether a value is a function, or holds one."""
    if isinstance(value, list | tuple | dict):
        return any(map(_is_code, value.values() if isinstance(value, dict) else value))
    return isinstance(value, OfFile | ModuleType) or callable(value)


def _comparison(op: ast.cmpop, left: ast.expr, right: ast.expr, resolve: Resolve) -> Any:
    values = [constant_value(side, resolve) for side in (left, right)]
    if type(op) not in _COMPARISONS or not all(isinstance(v, PLAIN) for v in values):
        return MISSING
    try:
        return _COMPARISONS[type(op)](*values)
    except TypeError:
        return MISSING


def _connected(node: ast.BoolOp, resolve: Resolve) -> Any:
    """`a and b`, `a or b` as far as it is decided by what is known."""
    value: Any = MISSING
    for part in node.values:
        value = constant_value(part, resolve)
        if not isinstance(value, PLAIN):
            return MISSING
        if bool(value) is isinstance(node.op, ast.Or):
            return value
    return value


def _call(node: ast.Call, resolve: Resolve) -> Any:
    """`np.array([1.0, 2.0])`, `math.sqrt(2.0)`, `float("inf")`."""
    function = constant_value(node.func, resolve)
    if function is namedtuple:
        return _named_tuple(node, resolve)
    known = isinstance(function, np.ufunc) or any(function is t for t in (float, int, complex))
    known = known or isinstance(function, OfFile) or _is_named_tuple(function)
    name, home = getattr(function, "__name__", ""), getattr(function, "__module__", "")
    if not known and not (home == "numpy" and name in _CREATION) and home != "math":
        return MISSING
    args = [constant_value(arg, resolve) for arg in node.args]
    keywords = {k.arg or "**": constant_value(k.value, resolve) for k in node.keywords}
    given = (*args, *keywords.values())
    if "**" in keywords or any(v is MISSING or isinstance(v, NotKnown) for v in given):
        return MISSING
    if "out" in keywords or (name in _SIZED and _is_large(args)):
        return MISSING
    if isinstance(function, OfFile):
        return function.called(args, keywords)
    try:
        return function(*args, **keywords)
    except (TypeError, ValueError, ArithmeticError, MemoryError):
        return MISSING


def _is_named_tuple(function: Any) -> bool:
    return isinstance(function, type) and function in FROM_TEXT and issubclass(function, tuple)


def _named_tuple(node: ast.Call, resolve: Resolve) -> Any:
    """`namedtuple("Point", "x y")`."""
    args = [constant_value(arg, resolve) for arg in node.args]
    keywords = {k.arg or "**": constant_value(k.value, resolve) for k in node.keywords}
    named = keywords.keys() <= {"defaults", "rename"}
    args = [tuple(arg) if isinstance(arg, list) else arg for arg in args]
    defaults = keywords.get("defaults")
    keywords |= {"defaults": tuple(defaults)} if isinstance(defaults, list) else {}
    if not named or not all(map(is_plain, (*args, *keywords.values()))):
        return MISSING
    make: Callable[..., Any] = namedtuple
    try:
        made = make(*args, **keywords, module="")
    except (TypeError, ValueError):
        return MISSING
    FROM_TEXT.add(made)
    return made


def _is_large(args: list[Any]) -> bool:
    """Whether an array of this size would take more memory than its type is worth."""
    first = args[0] if args else 1
    size: float = 1
    for length in first if isinstance(first, tuple | list) else (first, *args[2:3]):
        size *= max(length, 1) if isinstance(length, int | float) and length == length else 1
    return size > MOST_ELEMENTS


def _binary(node: ast.BinOp, resolve: Resolve) -> Any:
    left, right = constant_value(node.left, resolve), constant_value(node.right, resolve)
    if isinstance(node.op, ast.Add) and type(left) is type(right) and type(left) in (list, tuple):
        return left + right
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return MISSING
    try:
        if isinstance(node.op, ast.Pow):
            return left**right if abs(right) < 64 else MISSING
        function = _OPERATORS.get(type(node.op))
        return MISSING if function is None else function(left, right)
    except (ArithmeticError, OverflowError):
        return MISSING
