"""What the names of a module may hold: numbers, new arrays, iterators, or anything."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from sourcead.frontend.module_definitions import Definition, ModuleDefinitions
from sourcead.frontend.module_effects import Reader, Roots
from sourcead.ops.catalog import find
from sourcead.ops.opdef import no_views

# Attributes and methods of arrays and numbers that give new arrays and numbers.
ARRAY_METHODS = {
    "all", "any", "argmax", "argmin", "argsort", "clip", "conj", "conjugate", "cumprod", "cumsum",
    "dot", "item", "max", "mean", "min", "nonzero", "prod", "ptp", "repeat", "round", "std", "sum",
    "tolist", "trace", "var", "copy", "flatten", "tobytes",
}  # fmt: skip
# Methods of containers, arrays and generators that change them and leave their arguments alone.
STORING = {
    "append", "extend", "insert", "update", "setdefault", "add", "remove", "pop", "popitem",
    "clear", "sort", "reverse", "fill", "appendleft", "extendleft", "popleft", "discard", "rotate",
    "itemset", "resize", "intersection_update", "difference_update", "put", "partition",
    "symmetric_difference_update", "setflags", "subtract", "move_to_end", "byteswap", "setfield",
}  # fmt: skip
DRAWS = {
    name
    for cls in (np.random.Generator, np.random.RandomState)
    for name in dir(cls)
    if not name.startswith("_")
}
ARRAY_FACTS = {"shape", "size", "ndim", "dtype", "nbytes", "itemsize"}
# Builtins that make an iterator, and those that use one up.
_LAZY = {"iter", "map", "zip", "filter", "enumerate", "reversed", "open"}
_USING_UP = {"all", "any", "dict", "frozenset", "list", "set", "sorted", "sum", "tuple"}
_NUMBERS = {"float", "int", "len", "str", "bool", "complex", "abs", "round", "range", "repr", "ord"}


class NameValues(ModuleDefinitions):
    """Bounds from above on what names hold at any time."""

    def __init__(self, tree: ast.Module, text: str) -> None:
        super().__init__(tree, text)
        self._plain: dict[str, bool] = {}
        self._data: dict[str, bool] = {}
        self._data_nodes: dict[ast.AST, bool] = {}
        self._iterators: dict[str, bool] = {}
        self._callers: dict[str, bool] = {}

    def _all(self, name: str, memo: dict[str, bool], holds: Any) -> bool:
        """Whether every definition of a name has a property; of a circle, what the others say."""
        if name not in memo:
            known = len(memo)
            memo[name] = True
            found = self.definitions(name)
            if not found or not all(holds(d) for d in found):
                # What was concluded meanwhile may rest on the assumption that it has.
                while len(memo) > known:
                    memo.popitem()
                memo[name] = False
        return memo[name]

    def is_plain(self, name: str) -> bool:
        """Whether a name surely holds nothing that can be changed: a number, a string."""
        return self._all(name, self._plain, self._defines_plain)

    def is_unchangeable(self, value: ast.expr) -> bool:
        """Whether an expression surely gives nothing that can be changed."""
        return self._plain_value(value)

    def _defines_plain(self, found: Definition) -> bool:
        if isinstance(found.statement, ast.For):
            call = found.value
            return (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id == "range"
                and not self.definitions("range")
            )
        return found.value is not None and self._plain_value(found.value)

    def _plain_value(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant() | ast.JoinedStr() | ast.Compare():
                return True
            case ast.Name():
                return self.is_plain(node.id)
            case ast.UnaryOp():
                return self._plain_value(node.operand)
            case ast.BinOp():
                return self._plain_value(node.left) and self._plain_value(node.right)
            case ast.BoolOp() | ast.Tuple():
                parts = node.values if isinstance(node, ast.BoolOp) else node.elts
                return all(map(self._plain_value, parts))
            case ast.IfExp():
                return self._plain_value(node.body) and self._plain_value(node.orelse)
            case ast.Attribute():
                found = self.library_object(node)
                return isinstance(found, bool | int | float | complex | str | type)
            case ast.Call(func=ast.Name(id=name)) if name in _NUMBERS:
                return not self.definitions(name)
            case ast.Call():
                target = self.library_object(node.func)
                return getattr(target, "__module__", "") == "math"
        return False

    def is_data(self, node: ast.AST, reader: Reader | None = None) -> bool:
        """Whether an expression surely gives a number, a string or a new array."""
        if reader is not None and reader.scopes:
            return self._is_data(node, reader)
        if node not in self._data_nodes:
            self._data_nodes[node] = self._is_data(node, reader)
        return self._data_nodes[node]

    def _is_data(self, node: ast.AST, reader: Reader | None) -> bool:
        match node:
            case ast.Constant() | ast.JoinedStr() | ast.Compare():
                return True
            case ast.Name():
                local = reader is not None and reader.spelled(node.id) != node.id
                return not local and self._all(node.id, self._data, self._defines_data)
            case ast.UnaryOp():
                return self.is_data(node.operand, reader)
            case ast.BinOp():
                return self.is_data(node.left, reader) and self.is_data(node.right, reader)
            case ast.Attribute():
                found = self.library_object(node, reader)
                number = isinstance(found, int | float | complex)
                fact = node.attr in ARRAY_FACTS and self.is_data(node.value, reader)
                return number or fact
            case ast.Subscript():
                return self.is_data(node.value, reader)
            case ast.Call(func=ast.Name(id=name)) if name in _NUMBERS - {"range"}:
                local = reader is not None and reader.spelled(name) != name
                return not local and not self.definitions(name)
            case ast.Call(func=func):
                target = self.library_object(func, reader)
                if target is not None:
                    return self.makes_new(target) and not isinstance(target, type)
                if not isinstance(func, ast.Attribute) or self.methods(func.attr):
                    return False
                return func.attr in ARRAY_METHODS and self.is_data(func.value, reader)
        return False

    def _defines_data(self, found: Definition) -> bool:
        if isinstance(found.statement, ast.For):
            return self._defines_plain(found)
        return found.value is not None and self.is_data(found.value)

    def is_iterator(self, name: str) -> bool:
        """Whether a name may hold something that is used up by being read."""
        if name not in self._iterators:
            self._iterators[name] = False
            found = self.definitions(name)
            self._iterators[name] = any(
                d.value is not None and not isinstance(d.statement, ast.For)
                and self._makes_iterator(d.value)
                for d in found
            )  # fmt: skip
        return self._iterators[name]

    def _makes_iterator(self, value: ast.expr) -> bool:
        if self.is_data(value):
            return False
        for node in ast.walk(value):
            if isinstance(node, ast.GeneratorExp):
                return True
            if isinstance(node, ast.Name) and self.is_iterator(node.id):
                return True
            if isinstance(node, ast.Call) and self._call_makes_iterator(node.func):
                return True
        return False

    def _call_makes_iterator(self, func: ast.expr) -> bool:
        if isinstance(func, ast.Name):
            if func.id in _LAZY and not self.definitions(func.id):
                return True
            if any(map(self._hands_out_iterator, self.functions_of(func.id))):
                return True
        found = self.library_object(func)
        return getattr(found, "__module__", "") == "itertools"

    def _hands_out_iterator(self, function: ast.AST) -> bool:
        """Whether a function is a generator, or makes an iterator that it does not use up."""
        todo = [function]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Yield | ast.YieldFrom | ast.GeneratorExp):
                return True
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in _LAZY:
                    return True
            todo += _not_used_up(node)
        return False

    def changes(self, attr: str) -> bool:
        """Whether a method of that name may change its object, or anything else."""
        return attr in STORING or attr in DRAWS or bool(self.methods(attr)) or attr[:2] == "__"

    def holds_methods(self, name: str) -> bool:
        """Whether a name may hold something that changes objects when it is called."""
        if name not in self._callers:
            self._callers[name] = False
            self._callers[name] = any(
                d.value is not None and not self.is_data(d.value) and self._holds_methods(d.value)
                for d in self.definitions(name)
            )
        return self._callers[name]

    def _holds_methods(self, value: ast.expr) -> bool:
        for node in ast.walk(value):
            if isinstance(node, ast.Attribute) and self.changes(node.attr):
                return True
            if isinstance(node, ast.Name) and self.holds_methods(node.id):
                return True
            if isinstance(node, ast.Call):
                target = self.library_object(node.func)
                if getattr(target, "__module__", "") in ("functools", "operator"):
                    return True
        return False

    def may_be_iterator(self, root: str) -> bool:
        """Whether iterating over what a name holds may use it up."""
        if "#" in root:
            return True
        return self.is_iterator(root) or self.may_be_foreign({root})

    def may_be_foreign(self, roots: Roots | set[str]) -> bool:
        """Whether a name may hold an object of which nothing is known."""
        return any(not self._is_known(d.value) for r in roots for d in self.definitions(r))

    def _is_known(self, value: ast.expr | None) -> bool:
        displays = ast.List | ast.Tuple | ast.Dict | ast.Set | ast.ListComp | ast.DictComp
        if value is None or isinstance(value, displays | ast.SetComp | ast.Lambda):
            return value is not None
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            own = self.definitions(value.func.id)
            if not own and value.func.id in ("list", "dict", "set", "tuple", "sorted"):
                return True
        if isinstance(value, ast.Call) and self.library_object(value.func) is not None:
            return True
        return self.is_data(value)

    def draws_from(self, target: Any) -> bool:
        """Whether a function uses NumPy's global generator."""
        name = getattr(target, "__name__", "")
        found = getattr(np.random, name, None) is target and not isinstance(target, type)
        return found and name != "default_rng"

    def makes_new(self, target: Any) -> bool:
        """Whether a library's function surely gives numbers or new arrays."""
        if isinstance(target, np.ufunc) or self.draws_from(target):
            return True
        if getattr(target, "__module__", "") in ("math", "cmath"):
            return True
        known = find(target)
        return known is not None and known.views is no_views and target is not np.array


def _not_used_up(node: ast.AST) -> list[ast.AST]:
    """The parts of a node; of an iterator that is used up at once, its parts."""
    parts = list(ast.iter_child_nodes(node))
    used: list[ast.AST] = []
    if isinstance(node, ast.For | ast.comprehension):
        used = [node.iter]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        used = list(node.args) if node.func.id in _USING_UP else []
    inner = [p for part in used if _is_lazy(part) for p in ast.iter_child_nodes(part)]
    return [part for part in parts if part not in used or not _is_lazy(part)] + inner


def _is_lazy(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in _LAZY
    return isinstance(node, ast.GeneratorExp)
