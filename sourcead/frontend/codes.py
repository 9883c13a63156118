"""What a code object computes, apart from where it stands: what texts are compared with.

Two code objects with one outline do the same with the same globals, cells and defaults. Line
numbers, the file and the function's own name are left out; constants are told apart by type.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from opcode import opname
from types import CodeType, FunctionType
from typing import Any

# Generators, coroutines, `*args`, `**kwargs`, and whatever a `from __future__ import` turns on.
_KINDS = 0x04 | 0x08 | 0x20 | 0x80 | 0x200
_FUTURE = 0x20000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x400000 | 0x800000 | 0x1000000


def same(one: CodeType, other: CodeType) -> bool:
    """Whether two code objects compute the same.

    Tools that trace or profile may have put instructions in between that do nothing.

    >>> same((lambda x: 2 * x).__code__, (lambda x: 2 * x).__code__)
    True
    >>> same((lambda x: 1 * x).__code__, (lambda x: True * x).__code__)
    False
    """
    if _frame(one) != _frame(other) or len(one.co_consts) != len(other.co_consts):
        return False
    if not all(map(_same_constants, _constants(one), _constants(other))):
        return False
    if one.co_code == other.co_code:
        return one.co_exceptiontable == other.co_exceptiontable
    return _instructions(one) == _instructions(other)


_INSTALLED = ("site-packages", "dist-packages")
# What every function that `functools.singledispatch` makes runs.
_DISPATCH: CodeType = vars(functools)["singledispatch"](lambda x: x).__code__


def is_single_dispatch(value: Any) -> bool:
    """Whether a function only calls another one, chosen by the class of its first argument."""
    return isinstance(value, FunctionType) and value.__code__ is _DISPATCH


def digest(code: CodeType) -> str:
    """A hash of what code computes, the same in every process.

    >>> digest((lambda x: x * 2.0).__code__) == digest((lambda x: x * 3.0).__code__)
    False
    """
    return hashlib.sha256(repr(_outline(code)).encode()).hexdigest()


def all_codes(code: CodeType) -> list[CodeType]:
    """A code object and those of the functions inside."""
    inner = (all_codes(c) for c in code.co_consts if isinstance(c, CodeType))
    return [code, *(c for codes in inner for c in codes)]


def names_in(code: CodeType) -> tuple[str, ...]:
    """Every name that a code object reads or binds."""
    return (*code.co_names, *code.co_varnames, *code.co_cellvars, *code.co_freevars)


def future_flags(code: CodeType) -> int:
    """The flags to compile with, so that the same `from __future__ import` holds."""
    return code.co_flags & _FUTURE


def _outline(code: CodeType) -> tuple[Any, ...]:
    constants = [_outline(c) if isinstance(c, CodeType) else _constant(c) for c in _constants(code)]
    return (*_frame(code), constants, code.co_code, code.co_exceptiontable)


def _frame(code: CodeType) -> tuple[Any, ...]:
    """Names, parameters and kind."""
    return (
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags & (_KINDS | _FUTURE),
        code.co_names,
        code.co_varnames,
        code.co_cellvars,
        code.co_freevars,
    )


def _same_constants(one: Any, other: Any) -> bool:
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return one.co_name == other.co_name and same(one, other)
    return _constant(one) == _constant(other)


def _constants(code: CodeType) -> Iterator[Any]:
    """The constants; of a class inside without its line, its attributes in order."""
    for value in code.co_consts:
        if "__firstlineno__" in code.co_names and value == code.co_firstlineno:
            yield "the line of the class"
        elif "__static_attributes__" in code.co_names and isinstance(value, tuple):
            yield tuple(sorted(value, key=repr))
        else:
            yield value


def _constant(value: Any) -> tuple[str, Any]:
    """A constant with its type: 1, 1.0 and True are three."""
    kind = type(value).__name__
    if isinstance(value, tuple):
        return kind, tuple(map(_constant, value))
    if isinstance(value, frozenset):
        return kind, tuple(sorted(map(repr, map(_constant, value))))
    if isinstance(value, slice):
        return kind, tuple(map(_constant, (value.start, value.stop, value.step)))
    # `repr` refuses integers of thousands of digits.
    return kind, hex(value) if type(value) is int else repr(value)


def imported_names(code: CodeType) -> set[str]:
    """The names that the text around a function imports, as far as that shows in its code.

    Python calls `np.sin(x)` in another way where `np` is imported at the top of the same text: the
    attribute is read, then called. Anything else may be an object with a method.
    """
    read: set[str] = set()
    methods: set[str] = set()
    name = None
    for operation, arg in _operations(code):
        if operation == "LOAD_GLOBAL":
            name = code.co_names[arg >> 1]
            continue
        if name is not None and operation in ("LOAD_ATTR", "LOAD_METHOD"):
            by_method = operation == "LOAD_METHOD" or (_METHOD_FLAG and arg & 1)
            (methods if by_method else read).add(name)
        name = None
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            read |= imported_names(constant)
    return read - methods


# From 3.12 on the lowest bit of the argument tells that a method is loaded.
_METHOD_FLAG = sys.version_info >= (3, 12)


def _operations(code: CodeType) -> Iterator[tuple[str, int]]:
    """The names of the instructions with their arguments."""
    text, high = code.co_code, 0
    for operation, arg in zip(text[::2], text[1::2], strict=True):
        name = opname[operation]
        if name == "EXTENDED_ARG":
            high = (high | arg) << 8
        elif name != "CACHE":
            yield name, high | arg
            high = 0


# What does nothing, and what prepares a call: how, depends on what the text around imports.
_IDLE = {"NOP", "EXTENDED_ARG", "CACHE", "PUSH_NULL", "PRECALL"}


def _instructions(code: CodeType) -> tuple[Any, ...]:
    """The instructions that do something, with jumps and handlers by their places among these."""
    import dis

    place: dict[Any, int] = {}
    doing: list[dis.Instruction] = []
    for instruction in dis.get_instructions(code):
        place[instruction.offset] = len(doing)
        if instruction.opname not in _IDLE:
            doing.append(instruction)
    jumps = {*dis.hasjrel, *dis.hasjabs}
    outline = [
        (i.opname, place.get(i.argval)) if i.opcode in jumps else _plain(i.opname, i.arg or 0)
        for i in doing
    ]
    entries: Any = vars(dis.Bytecode(code))["exception_entries"]
    places = [[place.get(at, len(doing)) for at in (e.start, e.end, e.target)] for e in entries]
    return outline, [(*at, e.depth, e.lasti) for at, e in zip(places, entries, strict=True)]


def _plain(operation: str, arg: int) -> tuple[str, int]:
    """An instruction without how what it loads is going to be called."""
    if operation == "LOAD_GLOBAL":
        return operation, arg >> 1
    if operation in ("LOAD_ATTR", "LOAD_METHOD"):
        return "LOAD_ATTR", arg >> 1 if _METHOD_FLAG else arg
    return operation, arg


def home_of(namespace: Mapping[str, Any]) -> str:
    """The name of the module whose names these are; those that `exec` was given may have none."""
    return str(namespace.get("__name__") or "namespace")


@functools.cache
def is_library(module: Any, file: str | None = None) -> bool:
    """Whether code belongs to Python, to an installed package or to sourcead: it has a version."""
    if module is None:
        return False
    if not isinstance(module, str):
        return True  # a class of C code whose instances have modules
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names and top != "__main__":
        return True
    if file is None:
        file = getattr(sys.modules.get(module), "__file__", None) or ""
    return top in ("numpy", "sourcead") or any(place in file for place in _INSTALLED)


def own_signature(function: Callable[..., Any]) -> inspect.Signature:
    """The parameters that a function has itself, whatever its `__signature__` says."""
    if not isinstance(function, FunctionType) or "__signature__" not in vars(function):
        return inspect.signature(function, follow_wrapped=False)
    parts = (function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    bare = FunctionType(function.__code__, *parts)
    bare.__kwdefaults__ = function.__kwdefaults__
    bare.__annotations__ = function.__annotations__
    return inspect.signature(bare)
