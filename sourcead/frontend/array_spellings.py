"""Forms of NumPy's functions that are another spelling of simpler ones."""

from __future__ import annotations

import ast
import string
from collections.abc import Callable

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, Items, Static, View
from sourcead.frontend.builtin_calls import BUILTINS, Args, Kwargs, builtin
from sourcead.frontend.frame import Frame
from sourcead.frontend.library import bind, library_call, static_list
from sourcead.frontend.memory import read_as_array
from sourcead.frontend.statics import static_value
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.constants import MISSING
from sourcead.ir.types import ListT, StructT
from sourcead.ops.catalog import definition
from sourcead.ops.infer_common import NUMPY_1
from sourcead.ops.names import existing

LETTERS = string.ascii_letters


def _each_by_itself(name: str) -> Callable[[Frame, Args, Kwargs, ast.AST], Binding]:
    """A function that gives one array for one argument, and for several a tuple, once a list."""

    def lower(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
        target = definition(name)
        if len(args) < 2:
            return library_call(frame, target, args, kwargs, node)
        items = [library_call(frame, target, [arg], kwargs, node) for arg in args]
        return frame.new_list(items) if NUMPY_1 else Items(tuple(items))

    return lower


for _function in existing(np, "atleast_1d", "atleast_2d", "atleast_3d"):
    BUILTINS[_function] = _each_by_itself(f"np.{_function.__name__}")


@builtin(np.average)
def average_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    returned = static_value(args[3] if len(args) > 3 else kwargs.get("returned", Static(False)))
    given = {name: arg for name, arg in kwargs.items() if name != "returned"}
    if returned is False:
        return library_call(frame, definition("np.average"), args[:3], given, node)
    if returned is not True or "keepdims" in given:
        frame.refuse(node, "SAD105", "this form of `np.average` with `returned`",
                     fix="np.average(a, weights=w) and np.sum(w)")  # fmt: skip
    bound = bind(frame, definition("np.average"), args[:3], given, node)
    whole = [bound[name][0] if name in bound else Static(None) for name in ("a", "axis", "weights")]
    return inline_prelude(frame, prelude.average_and_weights, whole, node)


@builtin(np.interp)
def interp_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """Values beyond the ends, and periods, are said with `np.where` and with more points."""
    target = definition("np.interp")
    bound = bind(frame, target, args, kwargs, node)
    given = {name: binding for name, (binding, _) in bound.items()}
    table = [given[name] for name in ("x", "xp", "fp")]
    if static_value(given.get("period", Static(None))) is not None:
        arrays = [_array_of_list(frame, binding, node) for binding in table]
        return inline_prelude(frame, prelude.periodic, [*arrays, given["period"]], node)
    ends = [given.get(name, Static(None)) for name in ("left", "right")]
    if all(static_value(end) is not MISSING for end in ends):
        return library_call(frame, target, args, kwargs, node)
    return inline_prelude(frame, prelude.with_ends, [*table, *ends], node)


def _array_of_list(frame: Frame, binding: Binding, node: ast.AST) -> Binding:
    value = read_as_array(frame, binding, node)
    if not isinstance(value.type, StructT | ListT):
        return binding if isinstance(binding, Cell | View) else value
    return frame.op("np.array", [value], ("object",))


@builtin(np.nan_to_num)
def nan_to_num_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """With `copy=False` it writes into its argument, as `out=` does."""
    target = definition("np.nan_to_num")
    bound = bind(frame, target, args, kwargs, node)
    copies = static_value(bound.pop("copy")[0]) if "copy" in bound else True
    given = {name: binding for name, (binding, _) in bound.items()}
    if copies is MISSING:
        frame.refuse(node, "SAD108", "`copy` must be known when the function is compiled")
    if not copies:
        given["out"] = given["x"]
    return library_call(frame, target, [], given, node)


@builtin(np.einsum)
def einsum_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """Lists of axis numbers, by turns with the operands, say what letters say."""
    target = definition("np.einsum")
    if len(args) < 2 or isinstance(static_value(args[0]), str):
        return library_call(frame, target, args, kwargs, node)
    lists = [static_list(frame, arg) for arg in (*args[1::2], *args[2 * (len(args) // 2) :])]
    if any(not isinstance(axes, tuple) for axes in lists):
        return library_call(frame, target, args, kwargs, node)
    terms = ["".join(_letter(frame, k, node) for k in axes) for axes in lists]
    count = len(args) // 2
    text = ",".join(terms[:count]) + "".join(f"->{out}" for out in terms[count:])
    return library_call(frame, target, [Static(text), *args[: 2 * count : 2]], kwargs, node)


def _letter(frame: Frame, axis: object, node: ast.AST) -> str:
    if axis is Ellipsis:
        return "..."
    if not isinstance(axis, int) or not 0 <= axis < len(LETTERS):
        frame.refuse(node, "SAD105", f"the axis {axis!r} in a list of `np.einsum`")
    return LETTERS[axis]
