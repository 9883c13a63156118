"""What decorators leave of a function's parameters: the wrapper takes `*args, **kwargs`.

The parameters are those of what was wrapped only if the wrapper does nothing with its arguments but
hand them on: one that counts them, or looks for a keyword, can tell how they were passed.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from sourcead.frontend.codes import own_signature

# The instructions of `f(*args, **kwargs)` from the first argument on, as every Python has them.
HANDING_ON = ("LOAD_FAST", "BUILD_MAP", "LOAD_FAST", "DICT_MERGE", "CALL_FUNCTION_EX")
# What says nothing of the arguments.
SILENT = frozenset({"PUSH_NULL", "CACHE", "EXTENDED_ARG", "NOP", "RESUME", "COPY_FREE_VARS"})


def is_decorated(function: FunctionType) -> bool:
    """Whether a function takes whatever it is given, and says what it wraps."""
    if not callable(getattr(function, "__wrapped__", None)):
        return False
    parameters = own_signature(function).parameters.values()
    hiding = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return {p.kind for p in parameters} == hiding


def passes_all_on(function: FunctionType) -> bool:
    """Whether a decorated function hands its arguments on to what it wraps, and that is all.

    >>> def twice(f):
    ...     def wrapper(*args, **kwargs):
    ...         return 2.0 * f(*args, **kwargs)
    ...     wrapper.__wrapped__ = f
    ...     return wrapper
    >>> passes_all_on(twice(abs)), is_decorated(twice(abs))
    (True, True)
    """
    code = [i for i in dis.get_instructions(function.__code__) if i.opname not in SILENT]
    given = {p.name for p in own_signature(function).parameters.values()}
    places = [k for k, i in enumerate(code) if i.argval in given]
    calls = [k for k in places if _hands_on(code, k)]
    wrapped = vars(function)["__wrapped__"]
    return len(places) == 2 * len(calls) and all(
        _is_alike(_called(function, code[k - 1]), wrapped) for k in calls
    )


def _hands_on(code: list[dis.Instruction], place: int) -> bool:
    """Whether the instructions from a place on are those of a call with all arguments."""
    names = [i.opname.removesuffix("_BORROW") for i in code[place : place + len(HANDING_ON)]]
    merged = place >= 1 and len(names) == len(HANDING_ON) and code[place + 1].arg == 0
    return merged and tuple(names) == HANDING_ON


def _called(function: FunctionType, instruction: dis.Instruction) -> Any:
    """What an instruction loads that a decorator has captured, or that its module has."""
    names = function.__code__.co_freevars
    if instruction.opname == "LOAD_DEREF" and instruction.argval in names:
        cell = (function.__closure__ or ())[names.index(instruction.argval)]
        return next(_contents(cell), None)
    if instruction.opname == "LOAD_GLOBAL":
        return function.__globals__.get(instruction.argval)
    return None


def _contents(cell: Any) -> Iterator[Any]:
    try:
        yield cell.cell_contents
    except ValueError:
        return


def _is_alike(callee: Any, wrapped: Callable[..., Any]) -> bool:
    """Whether what is called has the parameters, with the defaults, of what was wrapped."""
    if callee is None or callee is wrapped:
        return callee is wrapped
    if not callable(callee):
        return False
    return inspect.signature(callee) == inspect.signature(wrapped)


def names_of_wrapped(callee: Any, required: bool = False) -> list[str]:
    """The names of what a decorated function passes on by position; none for any other.

    Args:
        callee: the function.
        required: whether to leave out what has a default.
    """
    if not isinstance(callee, FunctionType) or not is_decorated(callee) or passes_all_on(callee):
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    found = [p for p in inspect.signature(callee).parameters.values() if p.kind in kinds]
    return [p.name for p in found if not required or p.default is p.empty]
