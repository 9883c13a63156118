"""What of an object decides generated code, as text that is the same in every process."""

from __future__ import annotations

import functools
import linecache
import sys
import types
from typing import Any

import numpy as np

from sourcead.frontend.codes import all_codes, digest
from sourcead.ops.signatures_random import PREFIXES
from sourcead.runtime.own import operation_of
from sourcead.runtime.types import UnsupportedArgument, type_of

_NUMBERS = (bool, int, float, complex)
_INSTALLED = ("site-packages", "dist-packages")
_ATOMS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.ModuleType,
    np.ufunc,
    np.dtype,
    str,
    bytes,
    type(None),
)


def is_data(value: Any) -> bool:
    """Whether generated code reads a module-level object when it runs, and relies on its type.

    >>> is_data(2.0), is_data((1, np.ones(3))), is_data("mode"), is_data({"a": 1, "mode": "b"})
    (True, True, False, False)
    """
    if type(value) in _NUMBERS or isinstance(value, np.generic):
        return True
    if type(value) is np.ndarray:
        return value.dtype.kind in "biufc"
    if type_name(value) in PREFIXES:
        return True  # a generator, whose state moves with every draw, or a logger
    if type(value) in (list, tuple):
        return bool(value) and all(map(is_data, value))
    return type(value) is dict and bool(value) and all(map(is_data, value.values()))


def type_name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def is_atom(value: Any) -> bool:
    """Whether an object stays what it is as long as it is the same object."""
    return isinstance(value, _ATOMS) or (isinstance(value, type) and is_library(value.__module__))


def text_of(value: Any, *, identities: bool = False) -> str:
    """Describe an object: data by its type, everything else by its content.

    Args:
        value: any object.
        identities: tell functions of one name apart, which has a meaning in one process only.

    Returns:
        Text that changes whenever other code has to be generated.

    >>> text_of(1.0) == text_of(2.0), text_of("a") == text_of("b"), text_of((1, "a"))
    (True, False, "tuple(=1, ='a')")
    """
    if is_data(value):
        try:
            return repr(type_of(value))
        except UnsupportedArgument:
            return type(value).__qualname__
    return _content(value, identities, ())


def _content(value: Any, identities: bool, around: tuple[Any, ...]) -> str:
    if type(value) in _NUMBERS or isinstance(value, np.dtype | str | bytes | None):
        return f"={value!r}"
    if isinstance(value, np.ndarray | np.generic):
        return text_of(value) if is_data(value) else type(value).__qualname__
    name = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
    if is_atom(value) or _is_deep(value, around):
        where = getattr(value, "__module__", None) or getattr(value, "__name__", None) or ""
        identity = f" {id(value)}" if identities else ""
        if isinstance(value, types.FunctionType) and not identities:
            identity = f" {digest(value.__code__)}"  # two functions may share a name
        return f"{type(value).__qualname__} {name} {where} {_version(where)}{identity}"
    inside = (*around, value)
    if isinstance(value, list | tuple | set | frozenset | dict):
        items: Any = value.items() if isinstance(value, dict) else value
        parts = [_content(item, identities, inside) for item in items]
        if isinstance(value, set | frozenset):
            parts.sort()
        return f"{type(value).__qualname__}({', '.join(parts)})"
    parts = [f"{key}{_content(part, identities, inside)}" for key, part in _state(value).items()]
    cls = type(value)
    return f"{cls.__module__}.{cls.__qualname__} {name}({', '.join(parts)})"


def _is_deep(value: Any, around: tuple[Any, ...]) -> bool:
    """Whether to look no further: inside itself, or far inside objects of a library's."""
    if any(value is outer for outer in around):
        return True
    return sum(is_library(type(o).__module__) for o in around if hasattr(o, "__dict__")) > 2


def _state(value: Any) -> dict[str, Any]:
    """The attributes of an object or a class."""
    if isinstance(value, functools.partial):
        return {"func": value.func, "args": value.args, "keywords": value.keywords}
    state = dict(getattr(value, "__dict__", {}))
    return {key: part for key, part in state.items() if not str(key).startswith("__")}


def function_text(function: types.FunctionType) -> str:
    """A function's source lines with its code and defaults: what its meaning depends on.

    The code is there because the lines may be those of another function: of a second lambda among
    them, or of what the file says since it was changed.
    """
    codes = list(all_codes(function.__code__))
    first = function.__code__.co_firstlineno
    last = max(line or 0 for code in codes for _, _, line in code.co_lines())
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    made, defaults = digest(function.__code__), defaults_text(function)
    head = f"{function.__module__}.{function.__qualname__} {made} {defaults}"
    head += f" {operation_of(function)}\n"
    return head + "".join(lines[first - 1 : last])


def defaults_text(function: types.FunctionType) -> str:
    """The default values of the parameters, which generated code may hold as literals."""
    given = (function.__defaults__ or (), function.__kwdefaults__ or {})
    return _content(given, False, ())


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


def _version(module: str) -> str:
    top = sys.modules.get(module.partition(".")[0])
    return str(getattr(top, "__version__", ""))
