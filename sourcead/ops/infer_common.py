"""What the inference of all operations shares: arguments, broadcasting, promotion."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.types import (
    ANY,
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    KINDS,
    ONE,
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    ScalarT,
    StructT,
    Type,
    dims_of,
    kind_of_dtype,
)

Dims = tuple[Dim, ...]
# A tuple, which is asked faster than a union.
NUMERIC = (ScalarT, ArrayT)

PYTHON_DTYPES = {"bool": "bool", "int": "int64", "float": "float64", "complex": "complex128"}
WEAK: dict[str | None, type] = {"int": int, "float": float, "complex": complex}
# The kinds as NumPy 1 ranks them.
CATEGORIES: dict[str | None, int] = {"bool": 0, "int": 1, "float": 2, "complex": 2}
NUMPY_1 = np.lib.NumpyVersion(np.__version__) < "2.0.0"


def static(op: Op, name: str, default: Any = None) -> Any:
    """The static value of an argument, `default` where absent, `MISSING` where dynamic."""
    if name in op.attrs:
        return op.attrs[name]
    value = op.operand(name)
    return default if value is None else literal(value)


def literal(value: Value) -> Any:
    """The static value behind a value: a constant, or a tuple or list of them."""
    if value.op is not None and value.op.name in ("tuple", "list"):
        parts = tuple(literal(v) for v in value.op.operands)
        return MISSING if any(p is MISSING for p in parts) else parts
    return constant(value)


def type_of(op: Op, name: str) -> Type:
    """The type of an argument, also of one given statically."""
    value = op.operand(name)
    if value is not None:
        return value.type
    return literal_type(op.attrs[name]) if name in op.attrs else UNKNOWN


OF_NUMBERS: dict[type, ScalarT] = {bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX}


def literal_type(value: Any) -> Type:
    """The type of a static object."""
    if type(value) in OF_NUMBERS:
        return OF_NUMBERS[type(value)]
    if isinstance(value, np.generic):
        kind = kind_of_dtype(value.dtype.name)
        return ScalarT(kind, value.dtype.name) if kind else UNKNOWN
    for cls, number in OF_NUMBERS.items():
        if isinstance(value, cls):
            return number
    if isinstance(value, tuple | list):
        types = tuple(literal_type(v) for v in value)
        return StructT(type(value).__name__, tuple(range(len(value))), types)
    return UNKNOWN


# Broadcasting ------------------------------------------------------------------------------


def meet(a: Dim, b: Dim) -> Dim:
    """The axis of a result in which two axes meet."""
    if a.one or a == b:
        return b
    if b.one:
        return a
    if a.one is False:
        return b if a.symbol is None and b.one is False else a
    if b.one is False:
        return b
    return a if a.symbol is not None and a.symbol == b.symbol else ANY


def broadcast(shapes: Iterable[Dims | None]) -> Dims | None:
    """The axes of the result of broadcasting; None where a rank is unknown."""
    result: Dims = ()
    for dims in shapes:
        if dims is None:
            return None
        if not result or dims is result:
            result = dims
            continue
        rank = max(len(result), len(dims))
        left = (ONE,) * (rank - len(result)) + result
        right = (ONE,) * (rank - len(dims)) + dims
        result = tuple(meet(a, b) for a, b in zip(left, right, strict=True))
    return result


def add_lengths(dims: Sequence[Dim]) -> Dim:
    """The axis of a concatenation."""
    if len(dims) == 1:
        return dims[0]
    symbols = [d.symbol for d in dims]
    if any(s is None for s in symbols):
        return ANY
    numbers = [s for s in symbols if isinstance(s, int)]
    others = [s for s in symbols if not isinstance(s, int)]
    if not others:
        return known(sum(numbers))
    return Dim(("sum", *sorted(others, key=repr), sum(numbers)), None)


def known(n: int) -> Dim:
    """An axis of a length known to the compiler."""
    return ONE if n == 1 else Dim(n, False)


def minus(dim: Dim, n: int) -> Dim:
    """An axis shorter by a constant (as in `x[1:-1]`, `np.diff`)."""
    if n == 0:
        return dim
    if isinstance(dim.symbol, int):
        return known(max(dim.symbol - n, 0))
    if isinstance(dim.symbol, tuple) and dim.symbol[0] == "minus":
        return Dim(("minus", dim.symbol[1], dim.symbol[2] + n), None)
    return ANY if dim.symbol is None else Dim(("minus", dim.symbol, n), None)


def _dim_asked(op: Op) -> Dim | None:
    """The axis whose length a `dim` operation asks for, None where nothing is known of it."""
    dims = dims_of(op.operands[0].type)
    axis: int = op.attrs.get("axis", 0)
    if dims is None or not -len(dims) <= axis < len(dims) or dims[axis] == ANY:
        return None
    return dims[axis]


def length_dim(value: Value) -> Dim:
    """The axis whose length is the integer `value`."""
    number = constant(value)
    if isinstance(number, int):
        return known(number) if number >= 0 else ANY
    origin = value.op
    asked = _dim_asked(origin) if origin is not None and origin.name == "dim" else None
    if asked is not None:
        return asked
    if origin is not None and origin.name == "sub":
        drop = constant(origin.operands[1])
        if isinstance(drop, int) and drop >= 0:
            longer = length_dim(origin.operands[0])
            if longer.symbol is not None:
                return minus(longer, drop)
    return Dim(("len", identity(value)), None)


# Operations whose results are equal when their operands are: an index computed twice is one.
_INDEX_ARITHMETIC = ("add", "sub", "mul", "floordiv", "mod", "neg", "getitem", "int")


def identity(value: Value, depth: int = 6) -> Hashable:
    """A key that two values share only if they are surely equal, wherever they are computed."""
    number = constant(value)
    if isinstance(number, int | np.integer):
        return int(number)
    op = value.op
    if op is None or depth == 0:
        return value.key
    if op.name == "dim":
        dim = _dim_asked(op)
        return value.key if dim is None or dim.symbol is None else ("dim", dim.symbol)
    if op.name not in _INDEX_ARITHMETIC:
        return value.key
    operands = tuple(identity(v, depth - 1) for v in op.operands)
    return (op.name, op.attrs.get("index"), operands)


def shape_entries(op: Op, name: str) -> tuple[Any, ...] | None:
    """The entries of a shape argument, each a number or `MISSING`."""
    value = op.operand(name)
    if value is None:
        shape = op.attrs.get(name)
        return tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if value.op is not None and value.op.name in ("tuple", "list"):
        return tuple(constant(v) for v in value.op.operands)
    return (constant(value),) if isinstance(value.type, ScalarT) else None


def shape_dims(op: Op, name: str) -> Dims | None:
    """The axes that a shape argument asks for (an int, a tuple, or the shape of an array)."""
    if name in op.attrs:
        shape = op.attrs[name]
        entries = shape if isinstance(shape, tuple | list) else (shape,)
        return tuple(known(n) if isinstance(n, int) and n >= 0 else ANY for n in entries)
    value = op.operand(name)
    if value is None:
        return None
    origin = value.op
    if isinstance(value.type, ScalarT):
        return (length_dim(value),)
    if origin is not None and origin.name == "shape":
        return dims_of(origin.operands[0].type)
    if origin is not None and origin.name in ("tuple", "list"):
        return tuple(length_dim(v) for v in origin.operands)
    if isinstance(value.type, StructT):
        return (ANY,) * len(value.type.types)
    return None


# Dtypes ------------------------------------------------------------------------------------


def dtype_name(dtype: Any) -> str | None:
    """The canonical name of a dtype as written in an attribute (`float`, "f4", np.float32)."""
    try:
        return str(np.dtype(dtype).name)
    except TypeError:
        return None


def dtype_of(t: Type) -> str | None:
    """The dtype of an operand once NumPy has made it an array, None where unknown."""
    if isinstance(t, ScalarT):
        return PYTHON_DTYPES[t.kind] if t.dtype is None else None if t.dtype == "?" else t.dtype
    if isinstance(t, ArrayT):
        return t.dtype
    if isinstance(t, ListT):
        return dtype_of(t.elem)
    if isinstance(t, StructT) and t.kind in ("tuple", "list"):
        return promote([dtype_of(u) for u in t.types])
    return None


def given_dtype(op: Op, default: str | None) -> str | None:
    """The dtype asked for, None where it is not known statically."""
    dtype = static(op, "dtype", None)
    if dtype is None and "dtype" not in op.args:
        return default
    return None if dtype is MISSING or dtype is None else dtype_name(dtype)


@lru_cache(maxsize=1024)
def _promote(dtypes: tuple[str, ...]) -> str:
    return np.result_type(*dtypes).name


def promote(dtypes: Iterable[str | None]) -> str | None:
    """The common dtype of arrays of these dtypes."""
    names = tuple(dtypes)
    known_names = [n for n in names if n is not None]
    if not names or len(known_names) != len(names):
        return None
    return _promote(tuple(sorted(set(known_names))))


def floating(dtype: str | None) -> str | None:
    """The dtype in which NumPy's linear algebra computes."""
    if dtype is None or dtype.startswith(("float", "complex")):
        return dtype
    return "float64"


def real_dtype(dtype: str | None) -> str | None:
    return {"complex64": "float32", "complex128": "float64"}.get(dtype or "", dtype)


@lru_cache(maxsize=4096)
def _resolve(ufunc: str, inputs: tuple[str | type, ...]) -> str | None:
    function = getattr(np, ufunc)
    nout = function.nout
    wanted = tuple(np.dtype(i) if isinstance(i, str) else i for i in inputs) + (None,) * nout
    try:
        return str(function.resolve_dtypes(wanted)[-1].name)
    except TypeError:
        return None


def ufunc_dtype(ufunc: str, types: Sequence[Type]) -> str | None:
    """The dtype of a ufunc's (last) result: NumPy is asked."""
    names = [name for t in types if (name := dtype_of(t)) is not None]
    if len(names) < len(types):
        return None
    if not NUMPY_1:
        python = tuple(isinstance(t, ScalarT) and t.dtype is None for t in types)
        return _dtype_beside(ufunc, tuple(names), python)
    found = {
        _resolve(ufunc, tuple(_weak(n) if w else n for n, w in zip(names, weak, strict=True)))
        for weak in _may_be_weak(types, names)
    }
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4096)
def _dtype_beside(ufunc: str, names: tuple[str, ...], python: tuple[bool, ...]) -> str | None:
    """The same where Python's numbers count by their kind only, beside others (NEP 50)."""
    weak = (one and not all(python) for one in python)
    return _resolve(ufunc, tuple(_weak(n) if w else n for n, w in zip(names, weak, strict=True)))


def _weak(name: str) -> str | type:
    return WEAK.get(kind_of_dtype(name), name)


def _may_be_weak(types: Sequence[Type], names: Sequence[str]) -> Iterator[Sequence[bool]]:
    """Which operands count by their kind only in NumPy 1: every way that is possible.

    All numbers do, its own too, but only beside arrays with axes whose kind is not below that of
    the numbers.
    """
    kinds = [CATEGORIES.get(kind_of_dtype(name), 3) for name in names]
    axes = [array_dims(t) for t in types]
    for numbers in product(*([True, False] if a is None else [a == ()] for a in axes)):
        above = any(k == max(kinds) and not one for k, one in zip(kinds, numbers, strict=True))
        yield [one and above for one in numbers]


def array_dims(t: Type) -> Dims | None:
    """The axes of an operand once NumPy has made it an array (nested lists included)."""
    if isinstance(t, NUMERIC):
        return dims_of(t)
    if isinstance(t, StructT) and t.kind in ("tuple", "list"):
        if not t.types:
            return (known(0),)
        inner = [array_dims(u) for u in t.types]
        if any(d is None for d in inner):
            return None
        rest = broadcast(inner)
        return None if rest is None else (known(len(t.types)), *rest)
    if isinstance(t, ListT):
        rest = array_dims(t.elem)
        return None if rest is None else (ANY, *rest)
    return None


def is_known(t: Type) -> bool:
    """Whether an operand is a number, an array or a nest of them."""
    if isinstance(t, NUMERIC):
        return True
    if isinstance(t, StructT):
        return t.kind in ("tuple", "list") and all(map(is_known, t.types))
    return isinstance(t, ListT) and is_known(t.elem)


def array_or_scalar(dtype: str | None, dims: Dims | None) -> Type:
    """What NumPy functions return: a NumPy scalar for rank 0, else an array."""
    if dims is None:
        return UNKNOWN if dtype is None else _maybe_scalar(dtype)
    return ArrayT(dtype, dims) if dims else _number_of(dtype)


@lru_cache(maxsize=64)
def _number_of(dtype: str | None) -> Type:
    kind = kind_of_dtype(dtype)
    return ScalarT(kind, dtype) if kind is not None else ArrayT(None, ())


def _maybe_scalar(dtype: str) -> Type:
    """Unknown rank: an array as far as one can say (rank None covers rank 0)."""
    return ArrayT(dtype, None)


def but_of_numbers(infer: Callable[[Op], Type]) -> Callable[[Op], Type]:
    """What gives an array of an array, and of a number of NumPy's the number."""

    def with_numbers(op: Op) -> Type:
        t = op.operands[0].type
        if not isinstance(t, ScalarT) or t.dtype is None:
            return infer(op)
        return UNKNOWN if t.dtype == "?" else t

    return with_numbers


def wider_kind(kinds: Iterable[str]) -> str:
    return max(kinds, key=KINDS.index)


def normal_axis(axis: Any, rank: int) -> int | None:
    """An axis counted from the front, None where it is dynamic or out of range."""
    if isinstance(axis, int | np.integer) and -rank <= axis < rank:
        return int(axis) % rank
    return None


def normal_axes(axis: Any, rank: int) -> tuple[int, ...] | None:
    """The axes meant by `axis` (None is all), None where dynamic or out of range."""
    if axis is None:
        return tuple(range(rank))
    entries = axis if isinstance(axis, tuple | list) else (axis,)
    found = tuple(normal_axis(a, rank) for a in entries)
    return None if any(a is None for a in found) else tuple(a for a in found if a is not None)


# Operations that give a number of one class, whatever that of their operand is.
CONVERTING = {"float", "int", "bool", "complex", "round", "len", "dim"}


def of_mixed(op: Op, result: Type) -> Type:
    """The type of a result, whose class is as unsure as those of the operands it comes from."""
    if isinstance(result, ArrayT) and any(_is_mixed(v.type) for v in op.operands):
        arrays = [v.type for v in op.operands if isinstance(v.type, ArrayT)]
        known = any(t.dtype == result.dtype for t in arrays)
        return result if known or result.dtype == "bool" else ArrayT(None, result.dims)
    if not isinstance(result, ScalarT) or result.dtype is not None or result.kind == "bool":
        return result
    scalars = [v.type for v in op.operands if isinstance(v.type, ScalarT)]
    if not any(t.mixed for t in scalars) or op.name in CONVERTING or op.name.startswith("math."):
        return result
    if op.name == "div" and result.kind == "float":
        return result
    keeps = op.name in ("max", "min", "pow")
    settled = any((t.kind, t.dtype, t.mixed) == (result.kind, None, False) for t in scalars)
    return result if settled and not keeps else ScalarT(result.kind, None, True)


def _is_mixed(t: Type) -> bool:
    if isinstance(t, StructT):
        return any(map(_is_mixed, t.types))
    return _is_mixed(t.elem) if isinstance(t, ListT) else isinstance(t, ScalarT) and t.mixed
