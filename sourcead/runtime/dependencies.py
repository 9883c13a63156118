"""Everything outside a function that decides what its derivative is: callees, globals, cells.

Found from bytecode, so that a look-up in the disk cache parses nothing. Every name a code object
mentions counts, also as an attribute: too many dependencies cost a comparison, one too few would
be a wrong derivative.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import re
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sourcead.errors import UsageError
from sourcead.frontend.codes import all_codes
from sourcead.ir.core import GlobalRef
from sourcead.runtime.describe import (
    defaults_text,
    function_text,
    is_atom,
    is_data,
    is_library,
    text_of,
)
from sourcead.runtime.own import bodies_of

ABSENT = object()


class Binding:
    """A name that is read when the function runs: in a module's dict, or in a closure cell.

    `steps` lead from what the name stands for to a part of it (`.layers[0].w`). Of a number or an
    array only the type is kept, since generated code reads the value at each call. An object that
    cannot change is compared by identity, any other by its content.
    """

    __slots__ = ("is_atom", "is_data", "module", "name", "steps", "text", "value", "where")

    def __init__(
        self, module: str, name: str, where: dict[str, Any] | types.CellType, steps: str = ""
    ) -> None:
        self.module = module
        self.name = name
        self.where = where
        self.steps = steps
        value = self.current()
        self.is_data = is_data(value)
        self.is_atom = value is ABSENT or is_atom(value)
        self.text = "unbound" if value is ABSENT else text_of(value)
        self.value: Any = None
        if not self.is_data:
            self.value = value if self.is_atom else text_of(value, identities=True)

    def current(self) -> Any:
        """What the name stands for now; a marker that equals nothing where it is unbound."""
        if not isinstance(self.where, types.CellType):
            return follow(self.where.get(self.name, ABSENT), self.steps)
        try:
            return follow(self.where.cell_contents, self.steps)
        except ValueError:
            return ABSENT

    def holds(self) -> bool:
        """Whether code compiled for the value found is right for the current one."""
        value = self.current()
        if self.is_data:
            return text_of(value) == self.text
        return value is self.value if self.is_atom else content_text(value) == self.value


def follow(value: Any, steps: str) -> Any:
    """The part of an object that steps such as `.layers[0]['w']` lead to.

    >>> follow({"a": [1, 2 + 3j]}, "['a'][1].real")
    2.0
    """
    for name, key in re.findall(r"\.(\w+)|\[('[^]]*'|\"[^]]*\"|-?\d+)\]", steps):
        value = getattr(value, name) if name else value[ast.literal_eval(key)]
    return value


def content_text(value: Any) -> str:
    """The content of an object that may have changed since."""
    return text_of(value, identities=True)


@dataclass(slots=True)
class Dependencies:
    """What a function can reach.

    `functions` are the user's, with the code and the defaults that each had; `builtins` the names
    that a module's functions mention and the module does not bind.
    """

    bindings: list[Binding] = field(default_factory=list)
    functions: dict[types.FunctionType, tuple[types.CodeType, str]] = field(default_factory=dict)
    builtins: dict[int, tuple[dict[str, Any], set[str]]] = field(default_factory=dict)
    namespaces: dict[str, dict[str, Any]] = field(default_factory=dict)

    def resolve(self, ref: GlobalRef) -> Binding | types.ModuleType:
        """Where a reference's name is read; a reference without a name is a module.

        Raises:
            UsageError: two functions of one module mean different things by the name.
        """
        if not ref.name:
            return importlib.import_module(ref.module)
        name = ref.root
        steps = ref.name[len(name) :]
        where: dict[str, Any] | types.CellType | None
        found = {
            id(b.where): b.where for b in self.bindings if b.module == ref.module and b.name == name
        }
        if len(found) > 1:
            raise UsageError(
                f"{name!r} stands for two things, a captured variable and another one of that "
                f"name in {ref.module}: rename one of them"
            )
        where = next(iter(found.values()), None) or self.namespaces.get(ref.module)
        if where is None or (isinstance(where, dict) and name not in where):
            module = importlib.import_module(ref.module)
            part = getattr(module, name, None)
            if isinstance(part, types.ModuleType):
                return part
            where = vars(module)
        return Binding(ref.module, name, where, steps)

    def digest(self) -> str:
        """A hash of all sources, and of the types of all numbers, that can be reached."""
        digest = hashlib.sha256()
        for function in self.functions:
            digest.update(function_text(function).encode())
        for binding in self.bindings:
            digest.update(f"\n{binding.module}.{binding.name}={binding.text}".encode())
        return digest.hexdigest()

    def hold(self) -> bool:
        """Whether nothing has changed since."""
        return (
            all(binding.holds() for binding in self.bindings)
            and all(
                f.__code__ is code and defaults_text(f) == defaults
                for f, (code, defaults) in self.functions.items()
            )
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
    asked = {id(root) for root in pending}
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, types.FunctionType):
            library = is_library(value.__module__, value.__code__.co_filename)
            if library and id(value) not in asked:
                continue
            found.functions[value] = value.__code__, defaults_text(value)
            found.namespaces.setdefault(value.__module__, value.__globals__)
            pending += [binding.current() for binding in _scan(value, found, seen)]
            pending += [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
        pending += _parts(value)
    return found


def _parts(value: Any) -> list[Any]:
    """Functions that an object stands for or holds; the code of a user's rule for it."""
    return [*bodies_of(value), *_held(value)]


def _held(value: Any) -> list[Any]:
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, types.MethodType | staticmethod | classmethod):
        return [value.__func__]
    if isinstance(value, property):
        return [part for part in (value.fget, value.fset) if part is not None]
    if isinstance(value, list | tuple | dict):
        if is_data(value):
            return []
        return list(value.values()) if isinstance(value, dict) else list(value)
    if isinstance(value, type):
        return [] if is_library(value.__module__) else [*vars(value).values(), *value.__bases__]
    wrapped = getattr(value, "__wrapped__", None)
    inside = [] if wrapped is None else [wrapped]
    if isinstance(value, types.FunctionType | types.ModuleType) or is_library(
        type(value).__module__
    ):
        return inside
    return [*inside, type(value), *getattr(value, "__dict__", {}).values()]


def _scan(function: types.FunctionType, found: Dependencies, seen: set[int]) -> Iterator[Binding]:
    """Record what one function's code mentions."""
    names = [name for code in all_codes(function.__code__) for name in code.co_names]
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
