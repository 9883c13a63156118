"""Calls of functions and methods of the catalogue: arguments bound to the operation's names."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from sourcead.frontend.bindings import Binding, Cell, Items, ListItems, Static, View
from sourcead.frontend.dunders import array_of
from sourcead.frontend.frame import Frame
from sourcead.frontend.lists import as_array
from sourcead.frontend.memory import bind_value, read, read_as_array
from sourcead.frontend.outputs import (
    Bound,
    check_apart,
    computed_in_dtype_of,
    write_each,
    write_out,
)
from sourcead.frontend.overwriting import given_away, lose
from sourcead.frontend.sharing import is_container
from sourcead.frontend.statics import attribute, is_attribute, static_value
from sourcead.frontend.views import doubtful, placed, several, view_of
from sourcead.frontend.writes import IN_PLACE_METHODS, IN_PLACE_OPS
from sourcead.ir.constants import MISSING
from sourcead.ir.core import GlobalRef, Value
from sourcead.ir.types import ListT, StructT, kind_of, rank_of
from sourcead.ops.catalog import definition
from sourcead.ops.names import Method as ArrayMethod
from sourcead.ops.names import spelling
from sourcead.ops.opdef import REQUIRED, OpDef, ParamSpec
from sourcead.rules.declare import POINTWISE
from sourcead.rules.table import rule_for

CORE_UFUNCS = {
    "add": "np.add", "sub": "np.subtract", "mul": "np.multiply", "div": "np.divide",
    "floordiv": "np.floor_divide", "mod": "np.mod", "pow": "np.power", "matmul": "np.matmul",
    "neg": "np.negative", "pos": "np.positive", "invert": "np.invert", "lt": "np.less",
    "le": "np.less_equal", "gt": "np.greater", "ge": "np.greater_equal", "eq": "np.equal",
    "ne": "np.not_equal", "bitand": "np.bitwise_and", "bitor": "np.bitwise_or",
    "bitxor": "np.bitwise_xor", "lshift": "np.left_shift", "rshift": "np.right_shift",
    "copy": "np.copy",
}  # fmt: skip


def library_call(
    frame: Frame,
    target: OpDef,
    args: Sequence[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
    style: str = "",
) -> Binding:
    """Call a function of the catalogue."""
    args = [array_of(frame, arg, node) for arg in args]
    kwargs = {name: array_of(frame, arg, node) for name, arg in kwargs.items()}
    if target.name == "np.where" and len(args) == 1 and not kwargs:
        target = definition("np.nonzero")
    if static_value(kwargs.get("device", Static(""))) in (None, "cpu"):
        del kwargs["device"]  # NumPy knows one device
    if static_value(kwargs.get("casting", Static(None))) == "same_kind":
        del kwargs["casting"]  # the default
    out = kwargs.pop("out", None)
    where = kwargs.pop("where", None) if target.param("where") is None else None
    if target.param("dtype") is None and "dtype" in kwargs:
        dtype = kwargs.pop("dtype")
        result = library_call(frame, target, args, kwargs, node, style)
        return _cast(frame, result, dtype, node)
    if out is None and args and target.param("out") is None and _arity(target) == len(args) - 1:
        args, out = args[:-1], args[-1]
    bound = bind(frame, target, args, kwargs, node)
    if "out" in bound:
        out = bound.pop("out")[0]
    if target.name in IN_PLACE_OPS:
        return IN_PLACE_OPS[target.name](frame, {k: b for k, (b, _) in bound.items()}, node)
    if where is not None and static_value(where) is not True and out is None:
        frame.refuse(
            node, "SAD105", "`where=` without `out=` leaves elements undefined",
            fix="use np.where",
        )  # fmt: skip
    if isinstance(out, Cell | View):
        check_apart(frame, target, bound, out, node)
        computed_in_dtype_of(frame, target, bound, out, node)
    spent = given_away(frame, bound, node)
    result = emit(frame, target, bound, node, style)
    lose(frame, spent, node)
    if isinstance(result, Value) and isinstance(result.type, StructT | ListT):
        result = several(frame, result, [b for b, _ in bound.values()])
    if out is None or static_value(out) is None:
        return result
    if isinstance(result, Items):
        return write_each(frame, target.name, out, result, where, node)
    value = read(frame, result, node)
    return write_out(frame, target.name, _arity(target) is not None, out, value, where, node)


def _cast(frame: Frame, result: Binding, dtype: Binding, node: ast.AST) -> Binding:
    known = static_value(dtype)
    value = read(frame, result, node)
    if known is None:
        return value
    if known is MISSING:
        frame.refuse(node, "SAD108", "the dtype must be known when the function is compiled")
    return frame.op("np.astype", [value], ("x",), {"dtype": attribute(dtype_of_text(known))})


def dtype_of_text(known: Any) -> Any:
    """The type that a string such as "f4" names."""
    if isinstance(known, str):
        try:
            return np.dtype(known)
        except TypeError:
            return known
    return known


def _arity(target: OpDef) -> int | None:
    """Number of inputs of a ufunc, whose next positional argument is `out`; None for others."""
    name = CORE_UFUNCS.get(target.name, target.name)
    function = getattr(np, spelling(name.removeprefix("np.")), None)
    if name.startswith("np.") and isinstance(function, np.ufunc):
        return function.nin
    return None


def bind(
    frame: Frame,
    target: OpDef,
    args: Sequence[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> Bound:
    """Arguments by the names of the operation's parameters."""
    bound: Bound = {}
    positional = [p for p in target.params if p.kind == "positional"]
    var = next((p for p in target.params if p.kind == "var"), None)
    if len(args) > len(positional) and var is None:
        message = f"`{target.name}` takes {len(positional)} arguments, not {len(args)}"
        frame.refuse(node, "SAD105", message)
    for k, arg in enumerate(args):
        if k < len(positional):
            bound[positional[k].name] = (arg, positional[k])
        elif var is not None:
            bound[f"{var.name}{k - len(positional)}"] = (arg, None)
    for name, arg in kwargs.items():
        spec = target.param(name)
        if spec is None or spec.name in bound:
            frame.refuse(
                node,
                "SAD105",
                f"`{target.name}` does not take the argument `{name}`"
                if spec is None
                else f"`{target.name}` gets the argument `{name}` twice",
                fix="leave the argument out" if spec is None else "",
            )
        bound[spec.name] = (arg, spec)
    for param in target.params:
        if param.default is REQUIRED and param.name not in bound:
            frame.refuse(
                node, "SAD105", f"`{target.name}` is called without its argument `{param.name}`"
            )
    return bound


def check_version(
    frame: Frame,
    function: Any,
    target: OpDef,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.AST,
) -> None:
    """Refuse what other versions of a library's function take, and this one does not."""
    known = bool(kwargs) and all(target.param(name) for name in kwargs)
    signature = _signature(function) if known else None
    if signature is None:
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        frame.refuse(
            node, "SAD105", f"`{function.__name__}` does not take these arguments: {error}",
            fix="a spelling that the installed version knows",
        )  # fmt: skip


@functools.cache
def _signature(function: Any) -> inspect.Signature | None:
    """The parameters of a function; None for those written in C that do not tell them."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def emit(frame: Frame, target: OpDef, bound: Bound, node: ast.AST, style: str = "") -> Binding:
    """Emit the operation; its result is a view where NumPy gives one."""
    operands: list[Value] = []
    names: list[str] = []
    attrs: dict[str, Any] = {}
    first: Binding | None = None
    for name, (arg, spec) in bound.items():
        known = static_list(frame, arg) if name in SEQUENCES else static_value(arg)
        if known is not MISSING and _belongs_in_attrs(known, spec, name, target):
            value = _attr(frame, dtype_of_text(known) if name == "dtype" else known, node)
            if spec is None or value != spec.default or type(value) is not type(spec.default):
                attrs[name] = value
            continue
        if name in DECIDING and known is MISSING:
            frame.refuse(
                node,
                "SAD108",
                f"`{name}` must be known when the function is compiled",
                "it decides the shapes of everything that follows",
            )
        held = read_as_array(frame, arg, node)
        operands.append(_operand(frame, target, name, held))
        if first is None:
            first = held if is_container(held.type) else arg  # NumPy makes an array of a list
        names.append(name)
    try:
        result = frame.op(target.name, operands, tuple(names), attrs, style=style)
    except (IndexError, ValueError, TypeError) as error:
        frame.refuse(node, "SAD105", f"`{target.name}` does not take these arguments", str(error))
    return placed(frame, first, result, names, style)


# Arguments that decide the rank of a result.
DECIDING = {"axis", "axes", "axis1", "axis2", "keepdims", "source", "destination"}
# Those that may be lists of numbers.
SEQUENCES = {"axis", "axes", "source", "destination", "pad_width", "shift", "reps", "q"}
# Parameters for which NumPy makes an array of a list, so that rules need not know of lists.
ARRAYS = {
    "a", "b", "x", "y", "v", "m", "p", "f", "xp", "fp", "x1", "x2", "arr", "ary", "values",
    "weights", "A", "array", "z", "args0", "args1", "xi0", "xi1", "xi2", "condition",
}  # fmt: skip
KEEP_LISTS = {
    "np.asarray", "np.asanyarray", "np.ascontiguousarray", "np.sum", "np.mean", "np.array",
}  # fmt: skip

# What makes an array of a list, and parameters that take a list of arrays.
MAKERS = {"np.array", "np.asarray", "np.asanyarray", "np.ascontiguousarray"}
LISTED = {"arrays", "choicelist", "condlist"}


def static_list(frame: Frame, binding: Binding) -> Any:
    """A tuple for a list (of lists) of numbers known when the function is compiled."""
    content = frame.state.contents.get(binding) if isinstance(binding, Cell) else None
    held = binding if isinstance(binding, Items) else content
    if isinstance(held, ListItems | Items):
        parts = tuple(static_list(frame, item) for item in held.items)
        return MISSING if any(part is MISSING for part in parts) else parts
    return static_value(binding)


def _belongs_in_attrs(known: Any, spec: ParamSpec | None, name: str, target: OpDef) -> bool:
    if spec is None or (isinstance(known, list | tuple) and _takes_array(target, name)):
        return False
    if isinstance(known, bool | int | float | complex | np.generic):
        return spec.default is not REQUIRED
    return True


def _takes_array(target: OpDef, name: str) -> bool:
    """Whether a library function makes an array of a list that is passed for a parameter."""
    if target.name in KEEP_LISTS or not (name in ARRAYS or _is_elementwise(target)):
        return False
    library = target.name.startswith(("np.", "scipy."))
    return library or target.name in CORE_UFUNCS or target.name == "abs"


def _is_array(target: OpDef, name: str) -> bool:
    """Whether a rule has to do with an array where a list is passed for a parameter."""
    rule = rule_for(target.name)
    if rule is None or target.ref is not None or target.name.startswith("math."):
        return False
    takes_lists = target.name in MAKERS or name in LISTED
    arrays = name in rule.wrt or name in ARRAYS or _is_elementwise(target)
    return arrays and not takes_lists


def _is_elementwise(target: OpDef) -> bool:
    """Whether all arguments are broadcast against each other, which makes arrays of lists."""
    rule = rule_for(target.name)
    return rule is not None and rule.kind == POINTWISE


def _attr(frame: Frame, known: Any, node: ast.AST) -> Any:
    if isinstance(known, type) and issubclass(known, BaseException):
        return GlobalRef(known.__module__, known.__qualname__)  # the category of a warning
    value = attribute(known)
    if not is_attribute(value):
        shown = getattr(known, "__name__", repr(known))
        frame.refuse(node, "SAD105", f"`{shown}` is no argument that is supported here")
    return value


def _operand(frame: Frame, target: OpDef, name: str, value: Value) -> Value:
    if is_container(value.type) and _takes_array(target, name):
        return frame.op("np.array", [value], ("object",))
    return as_array(frame, value) if _is_array(target, name) else value


def attribute_of(frame: Frame, owner: Binding, value: Value, name: str, self_param: str) -> Binding:
    """`x.T`, `x.real`, ...: the operation `name` applied to the array `value` of `owner`."""
    result = frame.op(name, [value], (self_param,), style="method")
    if name == "np.ravel" and result.op is not None and isinstance(owner, Cell | View):
        # `x.flat` writes to `x`, however that is stored.
        return view_of(frame, owner, result.op, "method")
    return placed(frame, owner, result, [self_param], "method")


# Methods ---------------------------------------------------------------------------------------


def method_call(
    frame: Frame,
    owner: Binding,
    method: ArrayMethod,
    name: str,
    args: list[Binding],
    kwargs: dict[str, Binding],
    node: ast.Call,
) -> Binding:
    """A method of an array, as the operation that does the same."""
    if method.in_place:
        return IN_PLACE_METHODS[name](frame, owner, args, kwargs, node)
    value = read(frame, owner, node)
    if isinstance(value.type, ListT | StructT):
        frame.refuse(node, "SAD106", f"`.{name}()` is not known for a {value.type}")
    target = definition(method.op)
    given = dict(kwargs)
    if name == "item":
        return _item(frame, owner, args, node)
    if name == "tolist" and rank_of(value.type) is None:
        frame.refuse(node, "SAD108", "the rank of an array that becomes a list must be known here",
                     fix="an annotation, such as `x: float64[n]`")  # fmt: skip
    if method.varargs is not None:
        if args:
            given[method.varargs] = args[0] if len(args) == 1 else _packed(args)
    else:
        if len(args) > len(method.params):
            frame.refuse(node, "SAD105", f"`.{name}()` takes {len(method.params)} arguments")
        given |= dict(zip(method.params, args, strict=False))
    order = static_value(given.get("order", Static("K")))
    given = {k: v for k, v in given.items() if not _ignored(name, k, v)}
    given = {method.self_param: owner, **given}
    if name in ("real", "conj", "conjugate") and kind_of(value.type) in ("float", "int"):
        return owner
    made = library_call(frame, target, [], given, node, style="method")
    if name == "astype" and order != "K" and made is owner and isinstance(owner, Cell | View):
        return doubtful(frame, owner, value)  # a copy where it does not lie in this order
    return made


def _ignored(method: str, name: str, value: Binding) -> bool:
    """Arguments of `astype` that change neither the value nor its type."""
    return method == "astype" and name in ("order", "casting", "subok")


def _packed(args: list[Binding]) -> Binding:
    return Items(tuple(args))


def _item(frame: Frame, owner: Binding, args: list[Binding], node: ast.Call) -> Binding:
    if args:
        from sourcead.frontend.subscripts import read_item

        known = [static_value(a) for a in args]
        if not all(isinstance(k, int) for k in known):
            frame.refuse(node, "SAD105", "`.item()` with a computed index", fix="write float(x[i])")
        value = read(frame, owner, node)
        if len(known) == 1 and rank_of(value.type) != 1:
            # A single number counts through all axes.
            owner = bind_value(frame, frame.op("np.ravel", [value], ("a",)))
        owner = read_item(frame, owner, tuple(known), [], node)
    return frame.op("item", [read(frame, owner, node)], ("x",))
