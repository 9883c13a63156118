"""Constants and identities folded at emission, where value and type stay exactly the same."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import Ref
from sourcead.ir.types import INT, Dim, ScalarT, StructT, dims_of, is_python_scalar, kind_of

if TYPE_CHECKING:
    from sourcead.ops.build import Builder

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": operator.pow,
    "bitand": operator.and_,
    "bitor": operator.or_,
    "bitxor": operator.xor,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
    "is": operator.is_,
    "is_not": operator.is_not,
    "max": max,
    "min": min,
}
UNARY: dict[str, Callable[[Any], Any]] = {
    "neg": operator.neg,
    "pos": operator.pos,
    "invert": operator.invert,
    "not": operator.not_,
    "float": float,
    "int": int,
    "bool": bool,
    "abs": abs,
}
LITERALS = (bool, int, float, str, type(None))
LONGEST = 1 << 64


def fold(op: Op, builder: Builder) -> Value | None:
    """The value that `op` would compute, where it is there already or is a literal.

    Args:
        op: an operation not yet in a region.
        builder: where a new literal is emitted.

    Returns:
        The value to use instead of the operation's result, or None.
    """
    if op.style.startswith("np."):
        return None
    name = op.name
    if name in BINARY and len(op.operands) == 2:
        return _binary(op, builder)
    if name in UNARY and len(op.operands) == 1:
        return _unary(op, builder)
    if name == "field" and (factor := _factor_whose_flag(op)) is not None:
        return builder.const(factor.attrs.get("lower", False))
    if name in ("field", "getitem"):
        return _element(op)
    if name in ("tuple", "list", "dict", "object"):
        return _put_together_again(op)
    if name in ("dim", "ndim", "shape"):
        return _shape(op, builder)
    if name == "reversed":
        return _twice_reversed(op)
    if name == "np.iscomplexobj":
        return _is_complex(op, builder)
    return None


def _is_complex(op: Op, builder: Builder) -> Value | None:
    """Whether a number is complex; what may be real on another path counts as complex in a rule."""
    t = op.operands[0].type
    kind = kind_of(t)
    by_path = isinstance(t, ScalarT) and (t.mixed or t.dtype == "?")
    if kind is None or (kind == "complex" and by_path and op.phase == ""):
        return None
    return builder.const(kind == "complex")


def _twice_reversed(op: Op) -> Value | None:
    made = op.operands[0].op
    return made.operands[0] if made is not None and made.name == "reversed" else None


def _factor_whose_flag(op: Op) -> Op | None:
    """`cho_factor` returns the flag that it was given."""
    made = op.operands[0].op
    if made is None or made.name != "scipy.linalg.cho_factor" or "lower" in made.args:
        return None
    return made if op.attrs["key"] == 1 else None


def _literal(result: Any, builder: Builder) -> Value | None:
    """A literal for a folded number, unless it would be a monster or has no literal."""
    if not isinstance(result, LITERALS):
        return None
    if isinstance(result, float) and not math.isfinite(result):
        return None
    if isinstance(result, int) and abs(result) >= LONGEST:
        return None
    return builder.const(result)


def _binary(op: Op, builder: Builder) -> Value | None:
    x, y = op.operands
    a, b = constant(x), constant(y)
    if isinstance(a, LITERALS) and isinstance(b, LITERALS):
        if op.name == "pow" and (not _is_small(a, 1000) or not _is_small(b, 64)):
            return None
        try:
            return _literal(BINARY[op.name](a, b), builder)
        except (ArithmeticError, TypeError, ValueError):
            return None  # what raises at run time must raise at run time
    if op.name in ("add", "sub", "mul") and x.type == INT and y.type == INT:
        return _index_arithmetic(op, builder, a, b)
    if op.name == "mul":
        return _times_one(x, y, a, b)
    if op.name == "eq" and _same_axis(x, y):
        return builder.const(True)
    if op.name in ("eq", "ne") and b == 1 and (dim := _axis(x)) is not None and dim.one is False:
        return builder.const(op.name == "ne")
    if op.name == "div" and _is_one(b) and _keeps(x, 1.0):
        return x
    return None


def _same_axis(x: Value, y: Value) -> bool:
    """Whether both are lengths of axes that surely agree."""
    first, second = _axis(x), _axis(y)
    return first is not None and second is not None and first.same_length(second)


def _axis(value: Value) -> Dim | None:
    if value.op is None or value.op.name != "dim":
        return None
    dims, axis = dims_of(value.op.operands[0].type), value.op.attrs.get("axis", 0)
    return dims[axis] if dims is not None and -len(dims) <= axis < len(dims) else None


def _is_small(value: Any, limit: int) -> bool:
    return isinstance(value, int | float) and abs(value) <= limit


def _index_arithmetic(op: Op, builder: Builder, a: Any, b: Any) -> Value | None:
    """Python integers: `i + 0`, `i * 1`, and `i + 1 - 1`, which is exact for them."""
    x, y = op.operands
    if op.name == "mul":
        return _times_one(x, y, a, b)
    if a == 0 and op.name == "add":
        return y
    if b is MISSING:
        return None
    if b == 0:
        return x
    inner = x.op
    if inner is None or inner.name not in ("add", "sub") or inner.style or len(inner.operands) != 2:
        return None
    step = constant(inner.operands[1])
    if inner.operands[0].type != INT or type(step) is not int or type(b) is not int:
        return None
    total = (step if inner.name == "add" else -step) + (b if op.name == "add" else -b)
    if total == 0:
        return inner.operands[0]
    name = "add" if total > 0 else "sub"
    return builder.op(name, [inner.operands[0], builder.const(abs(total))])


def _is_one(value: Any) -> bool:
    return type(value) in (int, float) and value == 1


def _keeps(x: Value, factor: float) -> bool:
    """Whether multiplying by 1 keeps the value's type: it is a Python or NumPy float scalar.
    What may be an int becomes a float by 1.0."""
    t = x.type
    if not isinstance(t, ScalarT) or t.kind != "float" or t.dtype == "?":
        return False
    return type(factor) is int or not t.mixed


def _times_one(x: Value, y: Value, a: Any, b: Any) -> Value | None:
    for value, factor in ((x, b), (y, a)):
        if not _is_one(factor):
            continue
        if _keeps(value, factor) or (type(factor) is int and value.type == INT):
            return value
    return None


def _unary(op: Op, builder: Builder) -> Value | None:
    (x,) = op.operands
    a = constant(x)
    if a is MISSING:
        same = op.name in ("float", "int", "bool") and is_python_scalar(x.type)
        return x if same and x.type == ScalarT(op.name) else None
    if not isinstance(a, LITERALS) or (isinstance(a, str) and op.name != "not"):
        return None
    if op.name == "neg" and isinstance(a, float) and math.isinf(a):
        return builder.const(-a)  # `-np.inf` is a literal, such as the order of a norm
    try:
        return _literal(UNARY[op.name](a), builder)
    except (ArithmeticError, TypeError, ValueError):
        return None


def _element(op: Op) -> Value | None:
    """An element of a container made in the same function (a version, so never out of date)."""
    base = op.operands[0]
    if not isinstance(base.type, StructT):
        return None
    if op.name == "field":
        return element(base, op.attrs["key"])
    index = op.attrs["index"]
    if len(index) != 1 or base.type.kind not in ("tuple", "list"):
        return None
    key = constant(op.operands[1 + index[0].k]) if isinstance(index[0], Ref) else index[0]
    n = len(base.type.types)
    if type(key) is not int or not -n <= key < n:
        return None
    return element(base, key % n)


def _put_together_again(op: Op) -> Value | None:
    """A container made of all parts of another one of its kind is that other one."""
    if not op.operands or op.attrs.get("dynamic"):
        return None
    first = op.operands[0].op
    if first is None or first.name != "field":
        return None
    base = first.operands[0]
    t = base.type
    if not isinstance(t, StructT) or t.kind != op.name or t.cls != op.attrs.get("cls"):
        return None
    if t.keys != op.attrs.get("keys", tuple(range(len(op.operands)))):
        return None
    made = [v.op for v in op.operands]
    read = [m.attrs["key"] for m in made if m and m.name == "field" and m.operands[0] is base]
    return base if tuple(read) == t.keys else None


def element(base: Value, key: Any) -> Value | None:
    """The value stored under `key`, seen through the versions of a container."""
    origin = base.op
    while origin is not None:
        if origin.name in ("tuple", "list", "dict", "object") and isinstance(base.type, StructT):
            keys = base.type.keys
            if key in keys and len(origin.operands) == len(keys):
                return origin.operands[keys.index(key)]
            return None
        if origin.name != "set_field":
            return None
        if origin.attrs["key"] == key:
            return origin.operands[1]
        base = origin.operands[0]
        origin = base.op
    return None


def _shape(op: Op, builder: Builder) -> Value | None:
    """The rank of an array of known rank, and the length of an axis known to be 1."""
    dims = dims_of(op.operands[0].type)
    if op.name == "ndim" and dims is not None:
        return builder.const(len(dims))
    if op.name == "dim" and isinstance(op.operands[0].type, StructT):
        return builder.const(len(op.operands[0].type.types))
    axis = op.attrs.get("axis", 0)
    if op.name != "dim" or dims is None or not isinstance(axis, int):
        return None
    made = op.operands[0].op
    if made is not None and made.name in ("np.array", "np.asarray") and axis in (0, -len(dims)):
        listed = made.operands[0].type
        if isinstance(listed, StructT) and "ndmin" not in made.attrs:
            return builder.const(len(listed.types))
    return builder.const(1) if -len(dims) <= axis < len(dims) and dims[axis].one else None
