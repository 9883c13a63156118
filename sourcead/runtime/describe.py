"""What of an object decides generated code, as text that is the same in every process."""

from __future__ import annotations

import collections
import dataclasses
import functools
import hashlib
import linecache
import os
import sys
import types
from contextlib import suppress
from typing import Any

import numpy as np

from sourcead.frontend.codes import all_codes, digest, is_library
from sourcead.ir.types import can_be_key
from sourcead.ops.signatures_random import PREFIXES
from sourcead.runtime.own import operation_of
from sourcead.runtime.types import UnsupportedArgument, type_of

_NUMBERS = (bool, int, float, complex)
_LITERALS = (*_NUMBERS, str, bytes, range, slice, type(Ellipsis))
_OPEN = (
    list, tuple, dict, set, frozenset, collections.deque, types.MappingProxyType, property,
    staticmethod, classmethod, types.MethodType, types.BuiltinFunctionType, functools.partial,
    dataclasses.Field,
)  # fmt: skip
# Objects of these modules tell what they are.
_SHOWN = ("datetime", "decimal", "fractions", "re", "uuid", "zoneinfo")
_NAMED = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, np.ufunc, type)
_ATOMS = (types.FunctionType, types.ModuleType, np.ufunc, np.dtype)


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
    if type(value) not in (list, tuple, dict) or not value:
        return False
    if type(value) is dict and not all(map(can_be_key, value)):
        return False
    try:
        return all(map(is_data, value.values() if type(value) is dict else value))
    except RecursionError:
        return False  # it contains itself


def type_name(value: Any) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def is_atom(value: Any) -> bool:
    """Whether an object stays what it is as long as it is the same object."""
    if isinstance(value, types.BuiltinFunctionType):
        return value.__self__ is None or isinstance(value.__self__, types.ModuleType)
    if value is None or type(value) in (str, bytes) or isinstance(value, _ATOMS):
        return True
    return isinstance(value, type) and is_library(value.__module__)


def text_of(value: Any) -> str:
    """The type of data, as text; generated code reads its value at each call.

    >>> text_of(1.0) == text_of(2.0), text_of(1.0) == text_of(1)
    (True, False)
    """
    try:
        return repr(type_of(value))
    except UnsupportedArgument:
        return type(value).__qualname__


def numbers_text(value: Any) -> str:
    """The numbers in data, as text; of an array only what it is.

    >>> numbers_text((1, 2.0)), numbers_text({"axis": 1, "w": np.ones(2)})
    ('(1, 2.0)', "{'axis': 1, 'w': ndarray}")
    """
    if type(value) is dict:
        parts = ", ".join(f"{key!r}: {numbers_text(part)}" for key, part in value.items())
        return f"{{{parts}}}"
    if type(value) in (list, tuple):
        parts = ", ".join(map(numbers_text, value))
        return f"[{parts}]" if type(value) is list else f"({parts})"
    return repr(value) if type(value) in _NUMBERS else type(value).__name__


def literal_text(value: Any) -> str | None:
    """An object without parts as text that tells all of it; None for any other.

    Of arrays and of NumPy's numbers only the type counts, which generated code reads where they
    are. Python's numbers may stand in generated code, each with its type.

    >>> literal_text(1), literal_text(True), literal_text("1")
    ('1', 'True', "'1'")
    >>> literal_text(print), literal_text((1, 2))
    (None, None)
    """
    if value is None or type(value) in _LITERALS:
        return repr(value)
    if isinstance(value, np.dtype):
        return repr(value)
    if isinstance(value, np.generic) or (type(value) is np.ndarray and is_data(value)):
        return text_of(value)
    return type_name(value) if type_name(value) in PREFIXES else None


def static_text(value: Any) -> str | None:
    """A static argument as text, None where that would not tell all of it.

    >>> static_text((1, True)), static_text(1.0), static_text([1])
    ('(1, True)', '1.0', None)
    """
    if type(value) is tuple:
        parts = [static_text(part) for part in value]
        known = [part for part in parts if part is not None]
        return f"({', '.join(known)})" if len(known) == len(parts) else None
    if isinstance(value, np.generic):
        return f"{value.dtype.name} {value.tobytes().hex()}"
    return None if type(value) is np.ndarray else literal_text(value)


def name_of(value: Any) -> str:
    """What an object is called, or what its class is called, with the version of a library.

    >>> name_of(np.linspace).rpartition(" ")[0], name_of(collections.Counter())
    ('_ArrayFunctionDispatcher numpy.linspace', 'collections.Counter')
    """
    own: Any = None
    if isinstance(value, _NAMED) or is_library(type(value).__module__):
        own = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if isinstance(own, str):
        where = str(getattr(value, "__module__", None) or "")
        return f"{type(value).__qualname__} {where}.{own} {_version(where or own)}"
    for base in _LITERALS:
        if isinstance(value, base):
            return f"{type_name(value)} {base.__repr__(value)}"
    return f"{type_name(value)} {value!r}" if type(value).__module__ in _SHOWN else type_name(value)


def is_final(value: Any) -> bool:
    """Whether an object of a library's has nothing inside that Python could look at.

    Of those with slots only the fields of data classes refer to anything of the user's.
    """
    cls = type(value)
    if not is_library(cls.__module__) or isinstance(value, _OPEN):
        return False
    return not isinstance(value, _NAMED) and not hasattr(value, "__dict__")


def function_text(function: types.FunctionType) -> str:
    """A function's source lines and its code: what its meaning depends on, besides what it reads.

    The code is there because the lines may be those of another function: of a second lambda among
    them, or of what the file says since it was changed.
    """
    codes = list(all_codes(function.__code__))
    first = function.__code__.co_firstlineno
    last = max(line or 0 for code in codes for _, _, line in code.co_lines())
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    made, operation = digest(function.__code__), operation_of(function)
    head = f"{function.__module__}.{function.__qualname__} {made} {operation}\n"
    return head + "".join(lines[first - 1 : last])


# Of these the version says what they compute: they are not installed anew under an old one.
_RELEASED = sys.stdlib_module_names | {"numpy", "scipy", "sourcead"}


def _version(module: str) -> str:
    """What may change about a library: its version, and the files that are loaded of it."""
    top = module.partition(".")[0]
    version = str(getattr(sys.modules.get(top), "__version__", ""))
    if top in _RELEASED or not is_library(module):
        return version
    return f"{version} {_files_of(top, len(sys.modules))}"


@functools.cache
def _files_of(top: str, loaded: int) -> str:
    """A hash of the names, sizes and times of a package's files, as far as they are loaded.

    `loaded` counts all modules: there may be more of this package where there are more.
    """
    modules = [m for name, m in [*sys.modules.items()] if name.partition(".")[0] == top]
    found = []
    for file in sorted({str(getattr(module, "__file__", None)) for module in modules}):
        with suppress(OSError):  # built in, or in an archive
            info = os.stat(file)
            found.append(f"{file} {info.st_size} {info.st_mtime_ns}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]
