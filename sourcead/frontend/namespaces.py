"""How array libraries ask which array library their arguments belong to: here it is NumPy."""

from __future__ import annotations

import ast
import functools
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Items, Static
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import bind_arguments, inline
from sourcead.ir.constants import MISSING
from sourcead.ir.types import ArrayT, ScalarT

LIBRARIES = ("scipy", "sklearn")
# Questions about an array that have one answer for all NumPy arrays.
ANSWERS = {
    "is_lazy_array": False,
    "is_jax_array": False,
    "is_torch_array": False,
    "is_cupy_array": False,
    "is_dask_array": False,
    "is_numpy_array": True,
    "is_array_api_obj": True,
}


def namespace_call(
    frame: Frame,
    target: object,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> Binding | None:
    """What a library's question about array libraries is answered with; None for other calls."""
    module = getattr(target, "__module__", None) or ""
    if module.partition(".")[0] not in LIBRARIES:
        return None
    name = getattr(target, "__name__", "")
    if name == "array_namespace":
        return Static(np)
    if name == "get_namespace":
        return Items((Static(np), frame.const(False)))
    if name == "get_namespace_and_device":
        return Items((Static(np), frame.const(False), Static(None)))
    if name == "xp_promote":
        return _promoted(frame, args, kwargs, node)
    if name == "apply_where":
        return _applied(frame, args, kwargs, node)
    if name in ANSWERS:
        return frame.const(ANSWERS[name])
    if name.startswith("is_") or isinstance(target, functools._lru_cache_wrapper):
        return _decided(frame, target, args, kwargs)
    return None


def _promoted(
    frame: Frame, args: list[Binding], kwargs: dict[str, Binding], node: ast.AST
) -> Binding | None:
    """Arrays of double precision are what they are promoted to."""
    if static_value(kwargs.get("broadcast", Static(False))) is not False:
        return None
    found: list[Binding] = []
    for arg in args:
        if static_value(arg) is None:
            found.append(arg)
            continue
        value = read(frame, arg, node)
        if isinstance(value.type, ArrayT) and value.type.dtype == "float64":
            found.append(arg)
        elif isinstance(value.type, ScalarT) and value.type.kind in ("int", "float"):
            attrs = {"dtype": "float64"}
            found.append(bind_value(frame, frame.op("np.asarray", [value], ("a",), attrs)))
        else:
            return None
    return found[0] if len(found) == 1 else Items(tuple(found))


def _applied(
    frame: Frame, args: list[Binding], kwargs: dict[str, Binding], node: ast.AST
) -> Binding | None:
    """One function where a condition holds, another one elsewhere."""
    if len(args) < 3 or set(kwargs) - {"fill_value", "xp"}:
        return None
    given = args[1] if isinstance(args[1], Items) else Items((args[1],))
    other = args[3] if len(args) > 3 else Static(None)
    fill = kwargs.get("fill_value", frame.const(0.0))
    source = frame.program.source(frame, prelude.apply_where, node)
    bound = bind_arguments(frame, source, [args[0], given, args[2], other, fill], {}, {}, node)
    return inline(frame, source, bound, node)


def _decided(
    frame: Frame, target: Any, args: list[Binding], kwargs: dict[str, Binding]
) -> Binding | None:
    """A question about modules and types, which is answered before the program runs."""
    given = [static_value(a) for a in args]
    named = {name: static_value(a) for name, a in kwargs.items()}
    if not all(map(_is_code, [*given, *named.values()])):
        return None
    answer = target(*given, **named)
    if isinstance(answer, bool | int | float):
        return frame.const(answer)
    return Static(answer) if _is_code(answer) else None


def _is_code(value: object) -> bool:
    """Whether an object selects code and is no data."""
    if value is MISSING:
        return False
    kinds = (type, FunctionType, BuiltinFunctionType, str, type(np), np.dtype)
    return value is None or isinstance(value, kinds)
