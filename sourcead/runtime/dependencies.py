"""Everything outside a function that decides what its derivative is: callees, globals, cells.

Found from bytecode, so that a look-up in the disk cache parses nothing. Every name a code object
mentions counts, also as an attribute: too many dependencies cost a comparison, one too few would
be a wrong derivative.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import linecache
import sys
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sourcead.ir.core import GlobalRef
from sourcead.runtime.types import UnsupportedArgument, type_of

ABSENT = object()
_NUMERIC = (bool, int, float, complex, np.ndarray, np.generic, list, tuple, dict)
_INSTALLED = ("site-packages", "dist-packages")


class Binding:
    """A name that is read when the function runs: in a module's dict, or in a closure cell.

    For a number or an array, generated code depends on the type alone and reads the value at
    each call, so only the type is kept.
    """

    __slots__ = ("kind", "module", "name", "numeric", "value", "where")

    def __init__(self, module: str, name: str, where: dict[str, Any] | types.CellType) -> None:
        self.module = module
        self.name = name
        self.where = where
        value = self.current()
        self.numeric = isinstance(value, _NUMERIC)
        self.kind = kind_text(value)
        self.value = None if self.numeric else value

    def current(self) -> Any:
        """What the name stands for now; a marker that equals nothing where it is unbound."""
        if isinstance(self.where, dict):
            return self.where.get(self.name, ABSENT)
        try:
            return self.where.cell_contents
        except ValueError:
            return ABSENT

    def holds(self) -> bool:
        """Whether code compiled for the value found is right for the current one."""
        value = self.current()
        return kind_text(value) == self.kind if self.numeric else value is self.value


@dataclass(slots=True)
class Dependencies:
    """What a function can reach.

    `functions` are the user's, with the code that each had; `builtins` the names that a module's
    functions mention and the module does not bind.
    """

    bindings: list[Binding] = field(default_factory=list)
    functions: dict[types.FunctionType, types.CodeType] = field(default_factory=dict)
    builtins: dict[int, tuple[dict[str, Any], set[str]]] = field(default_factory=dict)
    namespaces: dict[str, dict[str, Any]] = field(default_factory=dict)

    def resolve(self, ref: GlobalRef) -> tuple[dict[str, Any], Any]:
        """The dict a reference's name lives in, and the object it stands for now."""
        first, *rest = ref.name.split(".")
        namespace = self.namespaces.get(ref.module)
        if namespace is not None and first in namespace:
            found = namespace[first]
        else:
            module = importlib.import_module(ref.module)
            namespace = vars(module)
            found = getattr(module, first) if first else module
        for part in rest:
            found = getattr(found, part)
        return namespace, found

    def digest(self) -> str:
        """A hash of all sources, and of the types of all numbers, that can be reached."""
        digest = hashlib.sha256()
        for function in self.functions:
            digest.update(function_text(function).encode())
        for binding in self.bindings:
            digest.update(f"\n{binding.module}.{binding.name}={binding.kind}".encode())
        return digest.hexdigest()

    def hold(self) -> bool:
        """Whether nothing has changed since."""
        return (
            all(binding.holds() for binding in self.bindings)
            and all(function.__code__ is code for function, code in self.functions.items())
            and all(where.keys().isdisjoint(names) for where, names in self.builtins.values())
        )


def dependencies(roots: Iterable[Any]) -> Dependencies:
    """Follow everything that functions, partial functions, methods and classes mention.

    Args:
        roots: the function, and the functions and classes among its arguments.

    Returns:
        What can be reached from them, in a fixed order.
    """
    found = Dependencies()
    seen: set[int] = set()
    pending = list(roots)
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, types.FunctionType):
            if is_library(value.__module__, value.__code__.co_filename):
                continue
            found.functions[value] = value.__code__
            found.namespaces.setdefault(value.__module__, value.__globals__)
            pending += [binding.current() for binding in _scan(value, found, seen)]
            pending += [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
        pending += _parts(value)
    return found


def _parts(value: Any) -> list[Any]:
    """Functions that an object stands for or holds."""
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, types.MethodType):
        return [value.__func__]
    if isinstance(value, staticmethod | classmethod):
        return [value.__func__]
    if isinstance(value, property):
        return [part for part in (value.fget, value.fset) if part is not None]
    if isinstance(value, type) and not is_library(value.__module__):
        return [*vars(value).values(), *value.__bases__]
    wrapped = getattr(value, "__wrapped__", None)
    return [] if wrapped is None else [wrapped]


def _scan(function: types.FunctionType, found: Dependencies, seen: set[int]) -> Iterator[Binding]:
    """Record what one function's code mentions."""
    names = [name for code in _codes(function.__code__) for name in code.co_names]
    for binding in _lookup(dict.fromkeys(names), function, found):
        key = hash((id(binding.where), binding.name))
        if key not in seen:
            seen.add(key)
            found.bindings.append(binding)
            yield binding


def _lookup(
    names: Iterable[str], function: types.FunctionType, found: Dependencies
) -> Iterator[Binding]:
    namespace, module = function.__globals__, function.__module__
    modules = []
    for name in names:
        if name in namespace:
            value = namespace[name]
            yield Binding(module, name, namespace)
            if isinstance(value, types.ModuleType) and not is_library(value.__name__):
                modules.append(value)
        else:
            found.builtins.setdefault(id(namespace), (namespace, set()))[1].add(name)
    for user_module in modules:
        members = vars(user_module)
        for name in names:
            if name in members:
                yield Binding(user_module.__name__, name, members)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield Binding(module, name, cell)


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _codes(const)


@functools.cache
def is_library(module: str | None, file: str | None = None) -> bool:
    """Whether code belongs to Python, to an installed package or to sourcead: it has a version."""
    if module is None:
        return False
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names and top != "__main__":
        return True
    if file is None:
        file = getattr(sys.modules.get(module), "__file__", None) or ""
    return top in ("numpy", "sourcead") or any(place in file for place in _INSTALLED)


def function_text(function: types.FunctionType) -> str:
    """A function's source lines with its bytecode and defaults: what its meaning depends on.

    The bytecode is there because the file may have changed since the function was made.
    """
    codes = list(_codes(function.__code__))
    first = function.__code__.co_firstlineno
    last = max(line or 0 for code in codes for _, _, line in code.co_lines())
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    made = hashlib.sha256(b"".join(code.co_code for code in codes)).hexdigest()
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).items()]
    head = f"{function.__module__}.{function.__qualname__} {made} {kind_text(defaults)}\n"
    return head + "".join(lines[first - 1 : last])


def kind_text(value: Any) -> str:
    """What of an object decides generated code, as text that is the same in every process."""
    if value is ABSENT:
        return "unbound"
    if isinstance(value, type):
        return f"class {value.__module__}.{value.__qualname__}"
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__} {_version(value.__name__)}"
    if isinstance(value, np.dtype | str | bytes | None):
        return repr(value)
    if isinstance(value, list | tuple) and not all(isinstance(v, _NUMERIC) for v in value):
        return f"{type(value).__name__}({', '.join(map(kind_text, value))})"
    if isinstance(value, _NUMERIC):
        return _type_text(value)
    module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
    return f"{type(value).__qualname__} {module}.{name} {_version(module or '')}"


def _type_text(value: Any) -> str:
    try:
        return repr(type_of(value))
    except UnsupportedArgument:
        return type(value).__qualname__


def _version(module: str) -> str:
    top = sys.modules.get(module.partition(".")[0])
    return str(getattr(top, "__version__", ""))
