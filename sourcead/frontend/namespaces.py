"""How array libraries ask which array library their arguments belong to: here it is NumPy."""

from __future__ import annotations

import ast
import functools
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, Items, Static, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.library_checks import CHECKS
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.static_calls import copied_dict
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import bind_arguments, inline
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.types import ArrayT, ScalarT, UnknownT

LIBRARIES = ("scipy", "sklearn", "narwhals", "joblib")
# Questions about an array that have one answer for all NumPy arrays.
ANSWERS = {
    "is_lazy_array": False,
    "is_jax_array": False,
    "is_torch_array": False,
    "is_cupy_array": False,
    "is_dask_array": False,
    "is_numpy_array": True,
    "is_array_api_obj": True,
    "is_python_scalar": False,
    "issparse": False,
    "_is_pandas_dataframe": False,
    "_is_pandas_series": False,
    "is_pandas_dataframe": False,
    "is_pandas_series": False,
    "is_into_series": False,
    "is_into_dataframe": False,
    "_nw_into_df_or_series": False,
    "_is_pandas_df": False,
}


def namespace_call(
    frame: Frame,
    target: Any,
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
        # A NumPy older than the standard of array libraries has a layer over it.
        return Static(np if hasattr(np, "astype") else target(np.empty(0)))
    if name == "get_namespace":
        return Items((Static(np), frame.const(False)))
    if name == "get_namespace_and_device":
        return Items((Static(np), frame.const(False), Static(None)))
    if name == "get_config" and not args:
        return copied_dict(frame, target(), node)
    if name == "effective_n_jobs" and all(static_value(a) in (None, 1) for a in args):
        return frame.const(1)
    if name == "xp_promote":
        return _promoted(frame, args, kwargs, node)
    if name == "apply_where":
        return _applied(frame, args, kwargs, node)
    if name in ANSWERS and args and _is_array(frame, args[0], node):
        return frame.const(ANSWERS[name])
    if name in CHECKS and module.startswith("sklearn."):
        found = CHECKS[name](frame, args, kwargs, node)
        if found is not None:
            return found
    if name.startswith("is_") or isinstance(target, functools._lru_cache_wrapper):
        return _decided(frame, target, args, kwargs)
    return None


def _is_array(frame: Frame, binding: Binding, node: ast.AST) -> bool:
    if not isinstance(binding, Value | Cell | View):
        return False
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else binding
    if not isinstance(content, Value | View):
        return False
    return isinstance(read(frame, binding, node).type, ArrayT | UnknownT)


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
