"""NumPy's constructors and shorthands that are another spelling of functions of the catalogue."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

import numpy as np

from sourcead.frontend import prelude
from sourcead.frontend.bindings import Binding, Cell, Items, ShapeOf, Static, View
from sourcead.frontend.builtin_calls import BUILTINS, Args, Kwargs, builtin
from sourcead.frontend.effects import effect
from sourcead.frontend.frame import Frame
from sourcead.frontend.library import CORE_UFUNCS, library_call
from sourcead.frontend.memory import bind_value, read
from sourcead.frontend.statics import static_value
from sourcead.frontend.subscripts import SHORTHANDS, read_item
from sourcead.frontend.user_calls import inline_prelude
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Value
from sourcead.ir.index import Dots, NewAxis
from sourcead.ir.types import (
    ArrayT,
    ListT,
    ScalarT,
    StructT,
    is_python_scalar,
    kind_of,
    kind_of_dtype,
    rank_of,
)
from sourcead.ops.catalog import definition, find
from sourcead.ops.infer_common import dtype_of, promote
from sourcead.ops.names import existing


@builtin(np.ndarray)
def ndarray_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`np.ndarray(shape, dtype)` is `np.empty`."""
    if len(args) > 2 or set(kwargs) - {"shape", "dtype", "order"}:
        frame.refuse(node, "SAD105", "`np.ndarray` of given memory", fix="use np.empty or a view")
    return library_call(frame, definition("np.empty"), args, kwargs, node)


@builtin(divmod, np.divmod)
def divmod_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    if len(args) != 2 or kwargs:
        frame.refuse(node, "SAD105", "this form of `divmod` is not supported", fix="use // and %")
    x, y = (_as_array(frame, read(frame, arg, node)) for arg in args)
    parts = [bind_value(frame, frame.op(name, [x, y])) for name in ("floordiv", "mod")]
    return Items(tuple(parts))


@builtin(np.finfo)
def finfo_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """The limits of a known type are known."""
    known = static_value(args[0]) if len(args) == 1 and not kwargs else MISSING
    if known in (float, np.float64, np.dtype(np.float64)):
        return Static(np.finfo(np.float64))
    return library_call(frame, definition("np.finfo"), args, kwargs, node)


@builtin(np.common_type)
def common_type_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    types = [read(frame, arg, node).type for arg in args]
    if not all(isinstance(t, ArrayT) and t.dtype in ("float64", "int64") for t in types):
        frame.refuse(node, "SAD105", "the common type of other arrays than of double precision")
    return Static(np.float64)


@builtin(np.iterable)
def iterable_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """An array is iterable, a number is not, also one that is an array without axes."""
    (arg,) = args
    known = static_value(arg)
    if known is not MISSING and not isinstance(arg, Items):
        return frame.const(np.iterable(known))
    content = frame.state.contents.get(arg) if isinstance(arg, Cell) else arg
    if not isinstance(content, Value | View):
        return frame.const(True)
    t = read(frame, arg, node).type
    rank = rank_of(t)
    if isinstance(t, ScalarT | ArrayT) and rank is not None:
        return frame.const(rank > 0)
    if isinstance(t, ListT | StructT):
        return frame.const(True)
    return frame.refuse(node, "SAD108", "whether this can be iterated over is not known here")


@builtin(operator.index)
def index_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    known = static_value(args[0]) if len(args) == 1 else MISSING
    if not isinstance(known, int):
        frame.refuse(node, "SAD108", "`operator.index` of what is not known in advance",
                     fix="write int(i)")  # fmt: skip
    return frame.const(int(known))


def _of_last_axes(name: str) -> Callable[[Frame, Args, Kwargs, ast.AST], Binding]:
    """A function of `np.linalg` that takes the matrices of a stack where NumPy's takes one."""

    def lower(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
        last = {"axis1": frame.const(-2), "axis2": frame.const(-1)}
        return library_call(frame, definition(name), args, {**kwargs, **last}, node)

    return lower


for of_matrices in existing(np.linalg, "trace", "diagonal"):
    BUILTINS[of_matrices] = _of_last_axes(f"np.{of_matrices.__name__}")


@builtin(np.piecewise)
def piecewise_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    if len(args) != 3 or kwargs:
        frame.refuse(node, "SAD105", "`np.piecewise` with further arguments",
                     fix="write functions of one argument")  # fmt: skip
    x, conditions, functions = args
    content = frame.state.contents.get(conditions) if isinstance(conditions, Cell) else conditions
    if isinstance(content, Value | View):
        rank, wanted = (rank_of(read(frame, arg, node).type) for arg in (conditions, x))
        if rank is None or wanted is None:
            frame.refuse(node, "SAD108", "the ranks of the arguments must be known here",
                         fix="a list of conditions")  # fmt: skip
        if rank == wanted:
            conditions = frame.new_list((conditions,))
    return inline_prelude(frame, prelude.piecewise, [x, conditions, functions], node)


@builtin(np.size)
def size_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`np.size(a)`, or the length of one axis."""
    axis = static_value(args[1] if len(args) > 1 else kwargs.get("axis", Static(None)))
    value = _as_array(frame, read(frame, args[0] if args else kwargs["a"], node))
    if axis is None:
        return frame.op("size", [value])
    if not isinstance(axis, int):
        frame.refuse(node, "SAD108", "the axis of `np.size` must be one that is known here",
                     fix="a.shape[axis]")  # fmt: skip
    return read_item(frame, ShapeOf(value), (axis,), [], node)


@builtin(np.cross)
def cross_call(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """Of vectors in space; those in the plane have a product of another rank."""
    if {"axisa", "axisb", "axisc"} & set(kwargs) or len(args) > 2:
        return _cross_of_axes(frame, args, kwargs, node)
    axis = static_value(args[5] if len(args) > 5 else kwargs.get("axis", Static(-1)))
    for vectors in args[:2]:
        if frame.program.inlines_everything or not isinstance(axis, int):
            break
        value = _as_array(frame, read(frame, vectors, node))
        length = read_item(frame, ShapeOf(value), (axis,), [], node)
        assert isinstance(length, Value)
        in_space = frame.op("eq", [length, frame.const(3)])
        if constant(in_space) is not True:
            message = "np.cross is differentiated for vectors of length 3"
            effect(frame, "check", [in_space, frame.const(message)], {})
    return library_call(frame, definition("np.cross"), args, kwargs, node)


def _cross_of_axes(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
    """`axis` overrides the three others."""
    names = ("axisa", "axisb", "axisc", "axis")
    given = {**dict(zip(names, args[2:], strict=False)), **kwargs}
    if len(args) < 2 or set(given) - set(names):
        frame.refuse(node, "SAD105", "this form of `np.cross`", fix="np.cross(a, b, axis=axis)")
    last = frame.const(-1)
    if static_value(given.get("axis", Static(None))) is not None:
        return cross_call(frame, args[:2], {"axis": given["axis"]}, node)
    axes = [given.get(name, last) for name in names[:3]]
    return inline_prelude(frame, prelude.cross_of_axes, [*args[:2], *axes], node)


def _as_wide(frame: Frame, number: Value, other: Value) -> Value:
    """Python's numbers, of which `outer` makes arrays, so that they do not yield to the other."""
    python = isinstance(number.type, ScalarT) and number.type.dtype is None
    if not python or getattr(other.type, "dtype", None) in ("float64", "complex128"):
        return number
    return frame.op("np.array", [number], ("object",))


def _outer(ufunc: np.ufunc) -> Callable[[Frame, Args, Kwargs, ast.AST], Binding]:
    """`np.add.outer(a, b)` is `np.add` with axes of length 1 behind those of `a`."""

    def lower(frame: Frame, args: Args, kwargs: Kwargs, node: ast.AST) -> Binding:
        known = find(ufunc)
        if known is None or len(args) != 2 or kwargs:
            frame.refuse(node, "SAD105", f"this form of `np.{ufunc.__name__}.outer`",
                         fix="write a[:, None] and the operation")  # fmt: skip
        a, b = (_as_array(frame, read(frame, arg, node)) for arg in args)
        a, b = _as_wide(frame, a, b), _as_wide(frame, b, a)
        rank = rank_of(b.type)
        if rank is None:
            frame.refuse(node, "SAD108", "the rank of the second argument must be known here")
        if rank and rank_of(a.type) != 0:
            index = {"index": (Dots(), *[NewAxis()] * rank)}
            a = frame.op("getitem", [a], ("x",), index)
        return library_call(frame, known, [a, b], {}, node, CORE_UFUNCS.get(known.name, ""))

    return lower


def _as_array(frame: Frame, value: Value) -> Value:
    if isinstance(value.type, StructT | ListT):
        return frame.op("np.array", [value], ("object",))
    return value


for _ufunc in vars(np).values():
    if isinstance(_ufunc, np.ufunc) and _ufunc.nin == 2 and _ufunc.nout == 1:
        if _ufunc.signature is None:
            BUILTINS[_ufunc.outer] = _outer(_ufunc)


# np.r_ and np.c_ ------------------------------------------------------------------------------


def _joined(frame: Frame, node: ast.Subscript, as_columns: bool) -> Binding:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    values = [_part(frame, part) for part in parts]
    if as_columns:
        if any(rank_of(v.type) not in (1, 2) for v in values):
            frame.refuse(node, "SAD105", "`np.c_` of other things than vectors and matrices")
        listed = frame.op("list", values)
        return bind_value(frame, frame.op("np.column_stack", [listed], ("arrays",)))
    strong = promote([dtype_of(v.type) for v in values if not is_python_scalar(v.type)])
    listed = frame.op("list", [_of_one(frame, v, strong) for v in values])
    return bind_value(frame, frame.op("np.concatenate", [listed], ("arrays",)))


def _of_one(frame: Frame, number: Value, strong: str | None) -> Value:
    """An array for a number, which yields to the dtype of what is no number of Python's."""
    rank = rank_of(number.type)
    if rank is None:
        return frame.op("np.atleast_1d", [number])
    if rank:
        return number
    held = frame.op("list", [number])
    if strong is None or not is_python_scalar(number.type):
        return held
    yields = kind_of(number.type) in _taken_in(strong)
    if not yields or promote([strong, dtype_of(number.type)]) == strong:
        return held
    return frame.op("np.array", [held], ("object",), {"dtype": strong})


def _taken_in(dtype: str) -> tuple[str, ...]:
    """The kinds of Python's numbers that a dtype takes in."""
    kinds = ("bool", "int", "float", "complex")
    return kinds[: kinds.index(kind_of_dtype(dtype) or "bool") + 1]


def _part(frame: Frame, part: ast.expr) -> Value:
    if isinstance(part, ast.Slice):
        return _counted(frame, part)
    binding = frame.expr(part)
    if isinstance(binding, Static) and isinstance(binding.value, str):
        frame.refuse(part, "SAD105", "a string in `np.r_` or `np.c_`", fix="use np.concatenate")
    return _as_array(frame, read(frame, binding, part))


def _counted(frame: Frame, part: ast.Slice) -> Value:
    """`start:stop:step`; an imaginary step is the number of points."""
    step = part.step
    if part.upper is None:
        frame.refuse(part, "SAD105", "a slice without an end in `np.r_` or `np.c_`")
    start = frame.const(0) if part.lower is None else read(frame, frame.expr(part.lower), part)
    stop = read(frame, frame.expr(part.upper), part)
    if isinstance(step, ast.Constant) and isinstance(step.value, complex):
        count = frame.const(int(step.value.imag))
        return frame.op("np.linspace", [start, stop, count], ("start", "stop", "num"))
    if step is None:
        return frame.op("np.arange", [start, stop], ("start", "stop"))
    given = [start, stop, read(frame, frame.expr(step), part)]
    return frame.op("np.arange", given, ("start", "stop", "step"))


SHORTHANDS[np.r_] = lambda frame, node: _joined(frame, node, False)
SHORTHANDS[np.c_] = lambda frame, node: _joined(frame, node, True)
