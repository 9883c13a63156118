"""Conditions that decide, in a microsecond, whether a specialisation fits the arguments.

A condition is the text of an expression, so that a dispatcher is straight-line Python with
nothing to call: `type(x) is float and type(n) is int`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from sourcead.ir.classes import PlainClass
from sourcead.ir.types import ArrayT, Dim, ListT, ScalarT, StructT, Type, UnknownT
from sourcead.runtime.contract import ArgType, StaticArg, is_literal


class Scope:
    """Objects that generated conditions refer to, under names that collide with no parameter."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self.objects: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._reserved = set(reserved)

    def bind(self, value: Any, hint: str) -> str:
        """The name under which the dispatcher sees an object."""
        name = self._names.get(id(value))
        if name is None:
            name = self._names[id(value)] = self.fresh(hint)
            self.objects[name] = value
        return name

    def keep(self, text: str) -> None:
        """Let go of the objects whose names are not in a text."""
        names = set(re.findall(r"\w+", text))
        self.objects = {name: o for name, o in self.objects.items() if name in names}
        self._names = {i: name for i, name in self._names.items() if name in names}

    def fresh(self, hint: str) -> str:
        """A name that nothing else in the dispatcher has."""
        name, count = f"_{hint}", 1
        while name in self._reserved:
            name, count = f"_{hint}_{count}", count + 1
        self._reserved.add(name)
        return name


def condition(t: ArgType, expr: str, example: Any, scope: Scope) -> str:
    """Text of an expression that is true for values of type `t`.

    Args:
        t: what the specialisation was made for.
        expr: the expression to test, cheap to evaluate.
        example: a value of that type; its class is the class to test for.
        scope: receives the objects the condition refers to.

    Returns:
        The condition, or "" where every value fits.
    """
    return " and ".join(_tests(t, expr, example, scope))


def _tests(t: ArgType, expr: str, example: Any, scope: Scope) -> list[str]:
    if isinstance(t, StaticArg):
        return _static_tests(t.value, expr, scope)
    if isinstance(t, UnknownT):
        return []
    if not expr.isidentifier():
        held = scope.fresh("part")
        first, *rest = _tests(t, held, example, scope)
        return [first.replace(f"type({held})", f"type({held} := {expr})", 1), *rest]
    tests = [f"type({expr}) is {scope.bind(type(example), type(example).__name__)}"]
    if isinstance(t, ArrayT):
        return tests + _array_tests(t, expr, scope)
    if isinstance(t, ListT):
        return tests + _list_tests(t, expr, example, scope)
    if isinstance(t, StructT):
        return tests + _struct_tests(t, expr, example, scope)
    return tests


def _static_tests(value: Any, expr: str, scope: Scope) -> list[str]:
    if value is None:
        return [f"{expr} is None"]
    if type(value) in (str, bytes, bool, int):
        return [f"type({expr}) is {type(value).__name__}", f"{expr} == {value!r}"]
    if is_literal(value):
        return [f"type({expr}) is tuple", f"repr({expr}) == {repr(value)!r}"]
    if not StaticArg(value).is_code:
        return [f"{expr} is {scope.bind(value, 'value')}"]
    # A function made anew by every call of another is the same as long as its code is.
    tests = [f"type({expr}) is {scope.bind(type(value), 'function')}"]
    tests.append(f"{expr}.__code__ is {scope.bind(value.__code__, 'code')}")
    tests.append(f"{expr}.__globals__ is {scope.bind(value.__globals__, 'globals')}")
    captures = (f"{expr}.{name}" for name in ("__closure__", "__defaults__", "__kwdefaults__"))
    return [*tests, f"not ({' or '.join(captures)})"]


def _array_tests(t: ArrayT, expr: str, scope: Scope) -> list[str]:
    tests = []
    if t.dtype is not None:
        tests.append(f"{expr}.dtype is {scope.bind(np.dtype(t.dtype), t.dtype)}")
    if t.dims is None:
        return tests
    if t.dims and all(isinstance(d.symbol, int) for d in t.dims):
        return [*tests, f"{expr}.shape == {tuple(d.symbol for d in t.dims)}"]
    tests.append(f"{expr}.ndim == {len(t.dims)}")
    lengths_known = any(isinstance(d.symbol, int) for d in t.dims)
    if t.dims and not lengths_known and all(d.one is False for d in t.dims):
        return [*tests, f"1 not in {expr}.shape"]
    return tests + [test for axis, d in enumerate(t.dims) for test in _axis_test(d, expr, axis)]


def _axis_test(d: Dim, expr: str, axis: int) -> list[str]:
    if isinstance(d.symbol, int):
        return [f"{expr}.shape[{axis}] == {d.symbol}"]
    if d.one is None:
        return []
    return [f"{expr}.shape[{axis}] {'==' if d.one else '!='} 1"]


def _list_tests(t: ListT, expr: str, example: list[Any], scope: Scope) -> list[str]:
    if not example:
        return [f"not {expr}"]
    if isinstance(t.elem, ScalarT):
        kinds = frozenset(map(type, example))
        return [f"frozenset(map(type, {expr})) == {scope.bind(kinds, 'kinds')}"]
    item = scope.fresh("item")
    test = condition(t.elem, item, example[0], scope)
    return [expr, *([f"all([{test} for {item} in {expr}])"] if test else [])]


def _struct_tests(t: StructT, expr: str, example: Any, scope: Scope) -> list[str]:
    tests = []
    if t.kind in ("tuple", "list"):
        tests.append(f"len({expr}) == {len(t.keys)}")
    elif t.kind == "dict":
        tests.append(f"tuple({expr}) == {scope.bind(tuple(t.keys), 'keys')}")
    elif isinstance(t.cls, PlainClass):
        tests.append(f"tuple(vars({expr})) == {scope.bind(t.keys, 'attributes')}")
    for key, part in zip(t.keys, t.types, strict=True):
        inner: Type = part
        if t.kind == "object":
            tests += _tests(inner, f"{expr}.{key}", getattr(example, str(key)), scope)
        else:
            subscript = repr(key) if isinstance(key, str | int) else scope.bind(key, "key")
            tests += _tests(inner, f"{expr}[{subscript}]", example[key], scope)
    return tests
