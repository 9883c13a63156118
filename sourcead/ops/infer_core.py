"""Types of the core operations: literals, containers, shapes, subscripts, conversions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.ir.constants import constant
from sourcead.ir.core import Op, Value
from sourcead.ir.index import Dots, Entry, Index, NewAxis, Ref, Slice
from sourcead.ir.types import (
    ANY,
    INT,
    NONE,
    ONE,
    RANGE,
    STR,
    UNDEF,
    UNKNOWN,
    ArrayT,
    Dim,
    ListT,
    OpaqueT,
    ScalarT,
    StructT,
    Type,
    dims_of,
    is_python_scalar,
    join,
    kind_of,
    kind_of_dtype,
    rank_of,
)
from sourcead.ops.infer_common import (
    Dims,
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_name,
    dtype_of,
    identity,
    known,
    literal_type,
    minus,
)


def const(op: Op) -> Type:
    value = op.attrs["value"]
    if value is None:
        return NONE
    return STR if isinstance(value, str) else literal_type(value)


def opaque(op: Op) -> Type:
    return OpaqueT()


def undef(op: Op) -> Type:
    return UNDEF


def range_type(op: Op) -> Type:
    return RANGE


def repeated(op: Op) -> Type:
    """`[x] * n`: a list that holds one value any number of times."""
    return ListT(op.operands[0].type)


def struct(op: Op) -> Type:
    """`tuple`, `list`, `dict`, `object`: a container of known structure."""
    types = tuple(v.type for v in op.operands)
    if op.name == "list" and op.attrs.get("dynamic"):
        element: Type = UNDEF
        for t in types:
            element = join(element, t)
        return ListT(element if types else UNDEF)
    keys = op.attrs.get("keys", range(len(types)))
    return StructT(op.name, tuple(keys), types, op.attrs.get("cls"))


def field(op: Op) -> Type:
    t = op.operands[0].type
    if isinstance(t, StructT) and op.attrs["key"] in t.keys:
        return t.types[t.keys.index(op.attrs["key"])]
    return UNKNOWN


def set_field(op: Op) -> Type:
    t, v = op.operands[0].type, op.operands[1].type
    if not isinstance(t, StructT) or op.attrs["key"] not in t.keys:
        return UNKNOWN
    at = t.keys.index(op.attrs["key"])
    return StructT(t.kind, t.keys, (*t.types[:at], v, *t.types[at + 1 :]), t.cls)


def append(op: Op) -> Type:
    t, v = op.operands[0].type, op.operands[1].type
    if isinstance(t, ListT):
        return ListT(join(t.elem, v))
    if isinstance(t, StructT) and t.kind == "list":
        return StructT("list", (*t.keys, len(t.keys)), (*t.types, v))
    return UNKNOWN


def extend(op: Op) -> Type:
    """A list with all elements of another one."""
    return join(op.operands[0].type, op.operands[1].type)


def first(op: Op) -> Type:
    return op.operands[0].type


def like(op: Op) -> Type:
    """The type of the argument `like`."""
    value = op.operand("like")
    return value.type if value is not None else UNKNOWN


def zero(op: Op) -> Type:
    """The zero of a value: an array of integers has one of floats."""
    t = op.operands[0].type
    if isinstance(t, ArrayT) and kind_of(t) in ("int", "bool"):
        return ArrayT("float64", t.dims, t.absent)
    return t


def either(op: Op) -> Type:
    """The type of what may be like one operand or like the other."""
    return join(op.operands[0].type, op.operands[1].type)


def unbroadcast(op: Op) -> Type:
    g, to = op.operands[0].type, op.operands[1].type
    if isinstance(to, ScalarT) and isinstance(g, ScalarT):
        return g if is_python_scalar(to) and is_python_scalar(g) else to
    return to


def copy(op: Op) -> Type:
    """`x.copy()`; `np.copy` of a scalar is an array of rank 0."""
    t = op.operands[0].type
    if op.style == "np.copy" and isinstance(t, ScalarT):
        return ArrayT(dtype_of(t), ())
    return t


def dim(op: Op) -> Type:
    return INT


def shape(op: Op) -> Type:
    rank = rank_of(op.operands[0].type)
    return UNKNOWN if rank is None else StructT("tuple", tuple(range(rank)), (INT,) * rank)


def astype(op: Op) -> Type:
    t = op.operands[0].type
    dtype = dtype_name(op.attrs["dtype"]) if "dtype" in op.attrs else None
    if isinstance(t, ArrayT):
        return ArrayT(dtype, t.dims)
    return array_or_scalar(dtype, dims_of(t)) if isinstance(t, ScalarT) and dtype else UNKNOWN


def setitem(op: Op) -> Type:
    """The base, whose type a write does not change (a list's elements may)."""
    t, v = op.operands[0].type, op.operands[1].type
    if isinstance(t, ListT):
        return ListT(join(t.elem, v))
    key = op.attrs["index"][0] if len(op.attrs["index"]) == 1 else None
    if isinstance(t, StructT) and t.kind == "list" and isinstance(key, int):
        n = len(t.types)
        types = tuple(v if k == key % n else u for k, u in enumerate(t.types))
        return StructT("list", t.keys, types) if -n <= key < n else UNKNOWN
    return t if isinstance(t, ArrayT) else UNKNOWN


# Subscript reads ---------------------------------------------------------------------------


def getitem(op: Op) -> Type:
    t, index = op.operands[0].type, op.attrs["index"]
    operands = op.operands[1:]
    if isinstance(t, ArrayT):
        return _array_item(t, index, operands)
    if isinstance(t, ListT):
        (entry,) = index
        if isinstance(entry, Slice):
            return t
        return t.elem
    if isinstance(t, StructT) and len(index) == 1:
        return _struct_item(t, index[0], operands)
    return UNKNOWN


def _struct_item(t: StructT, entry: Entry, operands: list[Value]) -> Type:
    if isinstance(entry, Ref):
        entry = constant(operands[entry.k])
    if isinstance(entry, Slice) and t.kind in ("tuple", "list"):
        bounds = [b for b in (entry.lower, entry.upper, entry.step) if not isinstance(b, Ref)]
        if len(bounds) == 3:
            types = t.types[slice(*bounds)]
            return StructT(t.kind, tuple(range(len(types))), types)
        return UNKNOWN
    if isinstance(entry, int) and t.kind in ("tuple", "list"):
        return t.types[entry] if -len(t.types) <= entry < len(t.types) else UNKNOWN
    if entry in t.keys:
        return t.types[t.keys.index(entry)]
    types = t.types
    if types and t.kind in ("tuple", "list") and all(u == types[0] for u in types):
        return types[0]
    return UNKNOWN


def is_basic(op: Op) -> bool | None:
    """Whether a subscript reads a view; None where the type of an index is unknown.

    An array without axes selects as its number does, but what it selects is a copy.
    """
    operands = op.operands[1 if op.name == "getitem" else 2 :]
    index = op.attrs["index"]
    answers = [_is_advanced(entry, operands) for entry in index]
    places = [operands[entry.k].type for entry in index if isinstance(entry, Ref)]
    if True in answers or any(isinstance(t, ArrayT) for t in places):
        return False
    return None if None in answers else True


def _is_advanced(entry: Entry, operands: list[Value]) -> bool | None:
    if not isinstance(entry, Ref):
        return False
    t = operands[entry.k].type
    if isinstance(t, ScalarT):
        return t.kind == "bool"
    if isinstance(t, ArrayT):
        return not (t.dims == () and kind_of(t) == "int")
    return True if isinstance(t, ListT | StructT) else None


def item_views(op: Op) -> tuple[int, ...]:
    """A basic subscript may share the base's memory, unless a scalar comes out."""
    if op.results and isinstance(op.results[0].type, ScalarT):
        return ()
    if not isinstance(op.operands[0].type, ArrayT):
        return (0,)
    return () if is_basic(op) is False else (0,)


def _array_item(t: ArrayT, index: Index, operands: list[Value]) -> Type:
    kinds = [_is_advanced(e, operands) for e in index]
    if None in kinds:
        return ArrayT(t.dtype, None) if t.dtype else UNKNOWN
    if t.dims is None:
        return ArrayT(t.dtype, None)
    dims = _index_dims(t.dims, index, operands, True in kinds)
    if dims is None:
        return ArrayT(t.dtype, None)
    scalar = dims == () and not any(isinstance(e, Dots) for e in index)
    if scalar and kind_of_dtype(t.dtype) is None:
        return UNKNOWN
    return array_or_scalar(t.dtype, dims) if scalar else ArrayT(t.dtype, dims)


def _consumed(entry: Entry, operands: list[Value]) -> int | None:
    """How many axes of the base an entry stands for; None where unknown."""
    if isinstance(entry, NewAxis | Dots):
        return 0
    if isinstance(entry, Ref):
        t = operands[entry.k].type
        if kind_of(t) == "bool":
            return rank_of(t)
        if isinstance(t, ArrayT) and (t.dtype is None or t.dims is None):
            return None if t.dtype is None else 1
    return 1


def _index_dims(dims: Dims, index: Index, operands: list[Value], advanced: bool) -> Dims | None:
    """The axes of `x[index]`, by NumPy's rules for several advanced indices."""
    counts = [_consumed(e, operands) for e in index]
    if any(c is None for c in counts):
        return None
    used = sum(c for c in counts if c is not None)
    if used > len(dims):
        return None
    if not any(isinstance(e, Dots) for e in index):
        index, counts = (*index, Dots()), [*counts, 0]
    out: list[Dim] = []
    shapes: list[Dims | None] = []
    places: list[int] = []
    insert = at = 0
    for k, (entry, count) in enumerate(zip(index, counts, strict=True)):
        if isinstance(entry, Dots):
            out += dims[at : at + len(dims) - used]
            at += len(dims) - used
        elif isinstance(entry, NewAxis):
            out.append(ONE)
        elif isinstance(entry, Slice):
            out.append(slice_dim(dims[at], entry, operands))
            at += 1
        else:
            insert = insert if places else len(out)
            places.append(k)
            shapes.append(_advanced_dims(entry, operands))
            at += count or 0
    if not advanced:
        return tuple(out)
    shape = broadcast(shapes)
    if places != list(range(places[0], places[0] + len(places))):
        insert = 0
    return None if shape is None else (*out[:insert], *shape, *out[insert:])


def _advanced_dims(entry: Entry, operands: list[Value]) -> Dims | None:
    if not isinstance(entry, Ref):
        return ()
    value = operands[entry.k]
    if kind_of(value.type) == "bool":
        return (Dim(("mask", value.key), None),)
    if isinstance(value.type, StructT | ListT):
        return array_dims(value.type)
    return dims_of(value.type)


def slice_dim(dim: Dim, entry: Slice, operands: list[Value]) -> Dim:
    """The axis that a slice leaves; equal symbols wherever the lengths are surely equal."""
    lower, upper, step = (_bound(b, operands) for b in (entry.lower, entry.upper, entry.step))
    if lower in (None, 0) and upper is None and step in (None, 1, -1):
        return dim
    plain = all(b is None or isinstance(b, int) for b in (lower, upper, step))
    if plain and isinstance(dim.symbol, int):
        if step == 0:
            return ANY
        return known(len(range(*slice(lower, upper, step).indices(dim.symbol))))
    if plain and step in (None, 1) and (lower or 0) >= 0 and (upper is None or upper < 0):
        return minus(dim, (lower or 0) - (upper or 0))
    if dim.symbol is None:
        return ANY
    return Dim(("slice", dim.symbol, lower, upper, step), None)


def _bound(bound: Any, operands: list[Value]) -> Any:
    """A slice's bound: None, a number, or a symbol for what is known at run time only."""
    if not isinstance(bound, Ref):
        return bound
    value = operands[bound.k]
    number = constant(value)
    if isinstance(number, int | np.integer):
        return int(number)
    return NONE if value.type == NONE else ("value", identity(value))


def same_as_first(op: Op) -> Type:
    """The type of the first operand."""
    return op.operands[0].type


def like_second(op: Op) -> Type:
    """The type of the second operand."""
    return op.operands[1].type


def places(op: Op) -> Type:
    """The steps at which a forward loop stores its state."""
    return ListT(INT)


def online(op: Op) -> Type:
    """Which stored state is given up, and which are stored after it."""
    return StructT("tuple", (0, 1), (INT, op.operands[0].type))


def actions(op: Op) -> Type:
    """The actions of a reverse loop, each with a step."""
    return ListT(StructT("tuple", (0, 1), (INT, INT)))
