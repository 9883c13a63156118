"""Types of operators and ufuncs: broadcasting, promotion, Python against NumPy scalars."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op
from sourcead.ir.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    UNKNOWN,
    ArrayT,
    ListT,
    ScalarT,
    StructT,
    Type,
    is_python_scalar,
    join,
    kind_of_dtype,
)
from sourcead.ops.infer_common import (
    PYTHON_DTYPES,
    array_dims,
    array_or_scalar,
    broadcast,
    is_known,
    literal_type,
    ufunc_dtype,
    wider_kind,
)
from sourcead.ops.opdef import Infer

# The ufunc that decides the dtype of each core operator.
UFUNCS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "bitand": "bitwise_and",
    "bitor": "bitwise_or",
    "bitxor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
    "neg": "negative",
    "pos": "positive",
    "invert": "invert",
    "abs": "absolute",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}


def argument_types(op: Op) -> list[Type]:
    """The types of the first two arguments, whether operands or static."""
    types = []
    for name in ("x", "y"):
        value = op.operand(name)
        if value is not None:
            types.append(value.type)
        elif name in op.attrs:
            types.append(literal_type(op.attrs[name]))
    return types or [v.type for v in op.operands]


def numpy_result(ufunc: str, types: Sequence[Type]) -> Type:
    """The result of a ufunc on operands of these types."""
    if not all(map(is_known, types)):
        return UNKNOWN
    if any(map(_is_vague, types)):
        return _vague_result(ufunc, types)
    return array_or_scalar(ufunc_dtype(ufunc, types), broadcast([array_dims(t) for t in types]))


def _is_vague(t: Type) -> bool:
    """A scalar that is Python's on one path and NumPy's on another."""
    return isinstance(t, ScalarT) and t.dtype == "?"


def _vague_result(ufunc: str, types: Sequence[Type]) -> Type:
    """The result where it is the same for Python's scalar and for NumPy's; else its shape alone."""
    as_numpy = [
        ScalarT(t.kind, PYTHON_DTYPES[t.kind]) if isinstance(t, ScalarT) and _is_vague(t) else t
        for t in types
    ]
    as_python = [ScalarT(t.kind) if isinstance(t, ScalarT) and _is_vague(t) else t for t in types]
    wide, weak = numpy_result(ufunc, as_numpy), numpy_result(ufunc, as_python)
    if wide == weak and isinstance(wide, ArrayT):
        return wide
    if isinstance(wide, ScalarT):
        return ScalarT(wide.kind, "?")
    return ArrayT(None, wide.dims) if isinstance(wide, ArrayT) else UNKNOWN


def ufunc(name: str) -> Infer:
    """Inference of the ufunc `np.<name>`."""

    def infer(op: Op) -> Type:
        return numpy_result(name, argument_types(op))

    return infer


def predicate(op: Op) -> Type:
    """An elementwise test with any number of array arguments."""
    types = [v.type for v in op.operands]
    if not all(is_known(t) for t in types):
        return UNKNOWN
    return array_or_scalar("bool", broadcast([array_dims(t) for t in types]))


def _python_arithmetic(op: Op, kinds: list[str]) -> Type:
    """An operator on Python scalars."""
    kind = wider_kind([*kinds, "int"])
    if op.name == "div":
        kind = wider_kind([kind, "float"])
    elif op.name == "pow" and kind == "int":
        exponent = constant(op.operands[-1])
        if isinstance(exponent, int) and exponent < 0:
            kind = "float"
    elif op.name == "pow" and kind == "float" and _is_root_of_negative(op):
        kind = "complex"
    elif op.name in ("bitand", "bitor", "bitxor") and set(kinds) == {"bool"}:
        kind = "bool"
    elif op.name == "abs" and kind == "complex":
        kind = "float"
    return ScalarT(kind, None, op.name == "pow" and _may_be_fraction(op, kind))


def _may_be_fraction(op: Op, kind: str) -> bool:
    """Whether a power of integers is a float where its exponent is negative."""
    exponent = constant(op.operands[-1])
    return kind == "int" and (exponent is MISSING or type(exponent) is bool)


def _is_root_of_negative(op: Op) -> bool:
    """Whether a power of two literals is no real number."""
    base, exponent = map(constant, op.operands)
    numbers = isinstance(base, int | float) and isinstance(exponent, int | float)
    return numbers and base < 0 and not float(exponent).is_integer()


def operator(op: Op) -> Type:
    """Python's arithmetic operators and the ufuncs that share their operation."""
    types = argument_types(op)
    python = [t.kind for t in types if isinstance(t, ScalarT) and t.dtype is None]
    if op.style.startswith("np."):
        return numpy_result(UFUNCS[op.name], types)
    if len(python) == len(types):
        return _python_arithmetic(op, python)
    sequences = any(isinstance(t, ListT | StructT) for t in types)
    if sequences and not any(isinstance(t, ArrayT) for t in types):
        return _sequence_operator(op, types)
    return numpy_result(UFUNCS[op.name], types)


def _sequence_operator(op: Op, types: list[Type]) -> Type:
    """`xs + ys` and `xs * n` on lists and tuples."""
    if op.name == "add" and len(types) == 2:
        a, b = types
        if isinstance(a, StructT) and isinstance(b, StructT) and a.kind == b.kind:
            joined = a.types + b.types
            return StructT(a.kind, tuple(range(len(joined))), joined)
        if isinstance(a, ListT) and a == b:
            return a
    if op.name == "mul" and isinstance(types[0], StructT):
        n = constant(op.operands[1])
        if isinstance(n, int) and types[0].kind in ("tuple", "list"):
            repeated = types[0].types * n
            return StructT(types[0].kind, tuple(range(len(repeated))), repeated)
    return UNKNOWN


def comparison(op: Op) -> Type:
    """`<`, `==`, ...: a Python bool, a NumPy bool or a boolean array."""
    types = argument_types(op)
    numpy = op.style.startswith("np.") or any(isinstance(t, ArrayT) for t in types)
    python = not any(isinstance(t, ScalarT) and t.dtype is not None for t in types)
    if not numpy and python and UNKNOWN not in types:
        return BOOL
    if not all(is_known(t) for t in types):
        return UNKNOWN
    return array_or_scalar("bool", broadcast([array_dims(t) for t in types]))


def always_bool(op: Op) -> Type:
    return BOOL


def always_int(op: Op) -> Type:
    return INT


def always_float(op: Op) -> Type:
    return FLOAT


def product_of_numbers(op: Op) -> Type:
    """`math.prod`: a float where a factor is surely one."""
    t = op.operands[0].type if op.operands else UNKNOWN
    factors: list[Type] = [v.type for v in op.operands[1:]]
    if isinstance(t, StructT):
        factors += t.types
    elif isinstance(t, ListT):
        factors.append(t.elem)
    else:
        return UNKNOWN
    if not all(is_python_scalar(f) for f in factors):
        return UNKNOWN
    kinds = {f.kind for f in factors if isinstance(f, ScalarT)}
    # An empty product of floats is the integer 1.
    if not kinds <= {"float", "int", "bool"} or ("float" in kinds and isinstance(t, ListT)):
        return UNKNOWN
    return FLOAT if "float" in kinds else INT


def sum_of_numbers(op: Op) -> Type:
    """`sum` of Python numbers: a float where one is surely added."""
    t = op.operands[0].type
    surely = [v.type for v in op.operands[1:]]
    surely += t.types if isinstance(t, StructT) else ()
    perhaps = [t.elem] if isinstance(t, ListT) else []
    if not all(is_python_scalar(s) for s in (*surely, *perhaps)):
        return UNKNOWN
    return FLOAT if FLOAT in surely else ScalarT("float", mixed=True)


def always_complex(op: Op) -> Type:
    return COMPLEX


def item(op: Op) -> Type:
    """`x.item()`: a Python scalar of the array's kind."""
    t = op.operands[0].type
    kind = kind_of_dtype(t.dtype) if isinstance(t, ArrayT) else None
    if isinstance(t, ScalarT):
        kind = t.kind
    return ScalarT(kind) if kind else UNKNOWN


def same_as_first(op: Op) -> Type:
    return op.operands[0].type if op.operands else UNKNOWN


def select(op: Op) -> Type:
    """Python's `max(x, y)` and `min(x, y)`: one of the operands as it is."""
    types = argument_types(op)
    if all(t == types[0] for t in types):
        return types[0]
    if all(isinstance(t, ScalarT) for t in types):
        return functools.reduce(join, types)
    return UNKNOWN


def python_round(op: Op) -> Type:
    """`round(x)` of a scalar is an int, `round(x, n)` keeps the type."""
    t = op.operands[0].type
    if isinstance(t, ScalarT):
        digits = len(op.operands) > 1 or op.attrs.get("ndigits") is not None
        return t if digits or t.kind == "complex" else INT
    return t


def absolute(op: Op) -> Type:
    """`abs(x)`: a Python scalar stays one."""
    t = op.operands[0].type
    if is_python_scalar(t):
        return _python_arithmetic(op, [t.kind]) if isinstance(t, ScalarT) else UNKNOWN
    return numpy_result("absolute", [t])
