"""The edge between a rule and a cotangent: broadcasting undone once, zeros made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sourcead.ir import types
from sourcead.ir.constants import MISSING, constant
from sourcead.ir.core import Op, Value
from sourcead.ir.types import (
    COMPLEX,
    ArrayT,
    Dim,
    ListT,
    NoneT,
    ScalarT,
    StrT,
    StructT,
    UnknownT,
    dims_of,
    kind_of,
    rank_of,
)
from sourcead.ops.build import Builder
from sourcead.ops.infer_common import dtype_of


def broadcasts(op: Op) -> bool:
    """Whether an operation may stretch an operand: products of vectors and matrices never do."""
    ranks = [rank_of(v.type) for v in op.operands]
    return op.name not in ("matmul", "np.dot") or any(r not in (1, 2) for r in ranks)


def fit(b: Builder, g: Value, like: Value) -> Value:
    """`g` summed over the axes along which `like` was broadcast, in the dtype of `like`."""
    if isinstance(like.type, StructT) and isinstance(g.type, ArrayT):
        return _taken_apart(b, g, like)
    if isinstance(like.type, StructT | ListT):
        return g
    have, want = dims_of(g.type), dims_of(like.type)
    if have is None or want is None or len(have) < len(want):
        g = in_kind_of(b, g, like)
        return g if have == want == () else b.op("unbroadcast", [g, shape_origin(like)])
    lead = len(have) - len(want)
    stretched = _stretched_axes(have[lead:], want)
    if stretched is None:
        return b.op("unbroadcast", [g, shape_origin(like)])
    g = _sum_axes(b, g, lead, stretched, len(want))
    return in_dtype_of(b, g, like)


def _taken_apart(b: Builder, g: Value, like: Value) -> Value:
    """The cotangent of the array that NumPy made of a tuple or a list, as that of the container."""
    assert isinstance(like.type, StructT)
    parts = []
    for key in like.type.keys:
        element = b.op("field", [like], attrs={"key": key})
        part = b.op("getitem", [g], ("x",), {"index": (key,)})
        parts.append(fit(b, part, element))
    return b.op(like.type.kind, parts)


def _stretched_axes(have: tuple[Dim, ...], want: tuple[Dim, ...]) -> list[int] | None:
    """The axes of length 1 that were stretched, None where that is not known statically."""
    axes = []
    for axis, (h, w) in enumerate(zip(have, want, strict=True)):
        if w.same_length(h) or w.one is False:
            continue
        if w.one is None:
            return None
        axes.append(axis)
    return axes


def _sum_axes(b: Builder, g: Value, lead: int, stretched: list[int], rank: int) -> Value:
    if lead and not rank:
        return b.op("np.sum", [g])
    if lead:
        g = b.op("np.sum", [g], attrs={"axis": _axis(list(range(lead)))})
    if stretched:
        g = b.op("np.sum", [g], attrs={"axis": _axis(stretched), "keepdims": True})
    return g


def _axis(axes: list[int]) -> int | tuple[int, ...]:
    return axes[0] if len(axes) == 1 else tuple(axes)


NARROW = frozenset(("float16", "float32", "complex64"))


def in_dtype_of(b: Builder, g: Value, like: Value) -> Value:
    """A real value has a real cotangent, a complex array a complex one; arrays keep their width."""
    g = in_kind_of(b, g, like)
    if not isinstance(like.type, ArrayT) or not isinstance(g.type, ArrayT):
        return g
    wide = like.type.dtype in ("float64", "complex128") and kind_of(g.type) == kind_of(like.type)
    wide = wide and g.type.dtype not in NARROW
    same = g.type.dtype == like.type.dtype or wide
    if (same and g.type.dtype is not None) or kind_of(like.type) not in ("float", "complex", None):
        return g
    if like.type.dtype is None or g.type.dtype is None:
        return b.op("unbroadcast", [g, like])
    return b.op("np.astype", [g], attrs={"dtype": like.type.dtype})


def in_width_of(b: Builder, dot: Value, like: Value) -> Value:
    """A tangent in the width of its value: rules may compute with doubles on the way."""
    t, want = dot.type, like.type
    if not isinstance(t, ArrayT | ScalarT) or type(t) is not type(want):
        return dot
    assert isinstance(want, ArrayT | ScalarT)
    if t.dtype == want.dtype or NARROW.isdisjoint((t.dtype, want.dtype)) or want.dtype == "?":
        return dot
    if kind_of(t) != kind_of(want) and (t.dtype is not None or isinstance(t, ScalarT)):
        return dot
    return _number(b, dot, want) if isinstance(want, ScalarT) else _astype(b, dot, want)


def spread(b: Builder, dot: Value, like: Value, image: Value) -> Value:
    """A tangent stretched to the shape of its value, and in its width: numbers yield to arrays."""
    t, want = dot.type, like.type
    if isinstance(t, ScalarT) and isinstance(want, ArrayT) and kind_of(t) == kind_of(want):
        if t.dtype != want.dtype and not NARROW.isdisjoint((t.dtype, want.dtype)):
            dot = _number(b, dot, ScalarT(t.kind, want.dtype))
    return b.op("broadcast_like", [in_width_of(b, dot, like), image])


def _number(b: Builder, g: Value, want: ScalarT) -> Value:
    name = f"np.{want.dtype}" if want.dtype else want.kind
    return b.op(name, [g], ("real",) if name == "complex" else ("x",), type=want)


def _astype(b: Builder, g: Value, want: ArrayT) -> Value:
    return b.op("np.astype", [g], attrs={"dtype": want.dtype})


def in_kind_of(b: Builder, g: Value, like: Value) -> Value:
    """A real value has a real cotangent, whatever it was joined or computed with."""
    if kind_of(like.type) != "float" or not isinstance(g.type, ScalarT | ArrayT | UnknownT):
        return g
    kind, is_real = kind_of(g.type), g.op is not None and g.op.name == "np.real"
    if kind == "complex" or (kind is None and b.complex_numbers and not is_real):
        known = like.type if kind is None and isinstance(like.type, ScalarT) else None
        return b.op("np.real", [g], type=known)
    return g


def gate(b: Builder, product: Value, *factors: Value) -> Value:
    """A product that is 0 where all of these factors are exactly zero, whatever the other one is.

    Its tangent is one of the factors' tangents too: those that are zero by chance still move.
    """
    if constant(product) == 0 or any(constant(v) not in (MISSING, 0) for v in factors):
        return product
    made = product.op
    if made is not None and made.name == "neg" and not isinstance(product.type, ScalarT):
        return b.op("neg", [gate(b, made.operands[0], *factors)])
    args = ("x", *(f"g{k}" for k in range(len(factors))))
    return b.op("gate", [product, *map(_without_sign, factors)], args)


def masked(b: Builder, factor: Value, mask: Value) -> Value:
    """A product that is 0 where the mask is, whatever the other factor is."""
    if isinstance(mask.type, ArrayT) and kind_of(mask.type) == "bool":
        return b.op("np.where", [mask, factor, b.const(0)])
    return gate(b, b.op("mul", [factor, mask]), mask)


class MaskedProducts(Builder):
    """Emits where another builder does; of some factors, products are 0 where the other one is."""

    def __init__(self, target: Builder, factors: set[Value]) -> None:
        super().__init__(target.region, target.loc, target.phase)
        self.target = target
        self.factors = factors
        self.second_order = target.second_order

    def op(self, name: str, operands: Sequence[Value] = (), *args: Any, **kwargs: Any) -> Value:
        with self.target.into(self.region):
            if name == "mul":
                for factor, mask in (operands, operands[::-1]):
                    if factor in self.factors:
                        return masked(self.target, factor, mask)
            return self.target.op(name, operands, *args, **kwargs)


def _without_sign(factor: Value) -> Value:
    made = factor.op
    return made.operands[0] if made is not None and made.name == "neg" else factor


def complex_of_complex(b: Builder, g: Value, like: Value) -> Value:
    """The derivative for a complex argument is complex, also where only real numbers met it."""
    if kind_of(like.type) != "complex" or kind_of(g.type) != "float":
        return g
    if isinstance(like.type, ArrayT):
        return b.op("np.astype", [g], attrs={"dtype": like.type.dtype})
    return b.op("complex", [g]) if like.type == COMPLEX else b.op("add", [g, b.const(0j)])


def as_array(b: Builder, g: Value, like: Value) -> Value:
    """`g`, an array of no axes where one is carried: NumPy computes numbers with such arrays."""
    if isinstance(g.type, ScalarT) and isinstance(like.type, ArrayT) and like.type.dims == ():
        return b.op("np.array", [g], ("object",))
    return g


def in_form_of(b: Builder, g: Value, like: Value) -> Value:
    """A derivative as it is handed out: an array for an array of no axes, a number for a number."""
    g = complex_of_complex(b, g, like)
    t = like.type
    if isinstance(t, ScalarT) and isinstance(g.type, ArrayT) and g.type.dims == ():
        return _number(b, g, t) if kind_of(g.type) == t.kind and t.dtype != "?" else g
    if isinstance(g.type, ScalarT) and isinstance(t, ArrayT) and t.dims == ():
        attrs = {} if t.dtype in (None, dtype_of(g.type)) else {"dtype": t.dtype}
        return b.op("np.array", [g], ("object",), attrs)
    return in_width_of(b, g, like)


def zero(b: Builder, like: Value) -> Value:
    """The zero cotangent of a value; it asks for no array that only its shape is needed of."""
    if isinstance(like.type, ScalarT):
        return b.const(0.0)
    if isinstance(like.type, StrT | NoneT):
        return b.const(None)
    return b.op("zero", [shape_origin(like)])


def shape_origin(value: Value) -> Value:
    """The oldest value known to have the type and shape of this one: it is likelier at hand."""
    while value.op is not None:
        sources = _shape_sources(value)
        alike = (v for v in sources if same_shape(v, value) and _has_its_kind(v, value))
        older = next(alike, _only_array(sources, value))
        if older is None:
            break
        value = older
    return value


def _has_its_kind(source: Value, value: Value) -> bool:
    """Whether arithmetic that makes `value` of `source` cannot have made it complex."""
    t, op = value.type, value.op
    if not isinstance(t, ArrayT) or t.dtype is not None or op is None:
        return True
    others = [v for v in op.operands if v is not source]
    return op.name not in _ELEMENTWISE or all(kind_of(v.type) in REAL_KINDS for v in others)


REAL_KINDS = ("bool", "int", "float")


def _only_array(sources: list[Value], value: Value) -> Value | None:
    """The operand that gives an elementwise result its shape: all others are numbers."""
    if value.op is None or value.op.name not in _ELEMENTWISE:
        return None
    arrays = [v for v in sources if dims_of(v.type) != ()]
    t = value.type
    if len(arrays) != 1 or not isinstance(t, ArrayT) or not isinstance(arrays[0].type, ArrayT):
        return None
    same = t.dtype is not None and arrays[0].type.dtype == t.dtype
    return arrays[0] if same else None


_ELEMENTWISE = {"add", "sub", "mul", "div", "neg", "pow"}


def _shape_sources(value: Value) -> list[Value]:
    op = value.op
    if op is None:
        return []
    if op.name in ("setitem", "setitem_add"):
        return op.operands[:1]
    if op.name in _ELEMENTWISE or op.name in ("copy", "zero", "np.zeros_like", "np.empty_like"):
        return op.operands
    if op.name in ("for", "while"):
        first = op.attrs.get("streams", 0)
        position = op.results.index(value)
        return op.operands[first + position : first + position + 1]
    return []


def same_shape(a: Value, b: Value) -> bool:
    """Whether two arrays surely have equal shapes and dtypes."""
    if a.op is not None and b.op is not None and b.op.name in ("setitem", "setitem_add"):
        if b.op.operands[0] is a:
            return True
    if not (isinstance(a.type, ArrayT) and isinstance(b.type, ArrayT)):
        return False
    return a.type.dtype == b.type.dtype and types.same_shape(a.type, b.type)
