"""Decorators of installed libraries that check arguments or dispatch, and then call the function.

What they do to arrays and numbers is nothing; what they refuse is refused when the function is
compiled, as far as it can be told from types and from arguments known in advance.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

from sourcead.frontend.bindings import Binding
from sourcead.frontend.codes import is_single_dispatch
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import read
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.types import rank_of

Args = list[Binding]
Kwargs = dict[str, Binding]


def undecorated(
    frame: Frame, target: FunctionType, args: Args, kwargs: Kwargs, node: ast.AST
) -> Callable[..., Any] | None:
    """The function that such a decorator calls in the end; None for any other function."""
    if is_single_dispatch(target):
        return _dispatched(frame, target, args, node)
    module = target.__globals__.get("__name__")
    check = DECORATORS.get((module, target.__code__.co_qualname))
    inner = getattr(target, "__wrapped__", None)
    if check is None or not isinstance(inner, FunctionType):
        return None
    given = inspect.signature(inner).bind(*args, **kwargs).arguments
    check(frame, target, given, node)
    return inner


def _dispatched(frame: Frame, target: Any, args: Args, node: ast.AST) -> Callable[..., Any]:
    """What `functools.singledispatch` chooses for the class of the first argument."""
    from sourcead.frontend.builtin_calls import python_type

    cls = python_type(frame, args[0], node) if args else None
    if cls is None:
        frame.refuse(
            node, "SAD108", f"`{target.__name__}` depends on the class of its first argument",
            "which is not known here", "the function that is meant, by its own name",
        )  # fmt: skip
    found: Callable[..., Any] = target.dispatch(cls)
    return found


def _of_one_matrix(
    frame: Frame, target: FunctionType, given: dict[str, Any], node: ast.AST
) -> None:
    """SciPy's loop over the matrices of a stack, which one matrix does not enter."""
    cells = inspect.getclosurevars(target).nonlocals
    for name, rank in zip(cells["names"], cells["ndims"], strict=True):
        binding = given.get(name)
        if binding is None or static_value(binding) is None:
            continue
        found = rank_of(read(frame, binding, node).type)
        if found not in ((1, 2) if rank == "1|2" else (rank,)):
            frame.refuse(
                node, "SAD105", f"a stack of arrays for `{name}`, or arrays of unknown rank",
                fix="a loop over the stack",
            )  # fmt: skip


def _of_valid_parameters(
    frame: Frame, target: FunctionType, given: dict[str, Any], node: ast.AST
) -> None:
    """scikit-learn's check of options: of those that are known, since arrays are arrays."""
    cells = inspect.getclosurevars(target).nonlocals
    validate = target.__globals__["validate_parameter_constraints"]
    known = {name: static_value(b) for name, b in given.items() if not isinstance(b, tuple | dict)}
    options = {name: v for name, v in known.items() if v is not MISSING and not callable(v)}
    constraints = {k: v for k, v in cells["parameter_constraints"].items() if k in options}
    try:
        validate(constraints, options, cells["func"].__qualname__)
    except ValueError as error:
        frame.raises(type(error), str(error))
        frame.refuse(node, "SAD105", "the function refuses its arguments", str(error))


Check = Callable[[Frame, FunctionType, dict[str, Any], ast.AST], None]
DECORATORS: dict[tuple[Any, str], Check] = {
    ("scipy._lib._util", "_apply_over_batch.<locals>.decorator.<locals>.wrapper"): _of_one_matrix,
    (
        "sklearn.utils._param_validation",
        "validate_params.<locals>.decorator.<locals>.wrapper",
    ): _of_valid_parameters,
}
