"""Abstract values: what the compiler knows of a run-time value before it exists.

An array's type says for each axis whether its length is 1, is not 1, or is unknown. NumPy
broadcasts only over length 1, so two axes both known "not 1" that meet in an operation are
equal, or NumPy itself raises: that alone decides statically where a cotangent is summed.
Equal symbols mean equal lengths. Each axis of a value has a symbol: if no other is known to be as
long, its own, which says something only where that value is in scope.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Dim:
    """One axis: `one` is True (length 1), False (not 1) or None (unknown)."""

    symbol: Hashable = None
    one: bool | None = None

    def same_length(self, other: Dim) -> bool:
        """Whether both axes surely have the same length."""
        if self.one and other.one:
            return True
        if self.one is False and other.one is False and self.symbol is None:
            return False
        return self.symbol is not None and self.symbol == other.symbol

    def meets(self, other: Dim) -> bool:
        """Whether axes that an operation has combined have one length: neither is stretched."""
        return self.same_length(other) or (self.one is False and other.one is False)


ONE = Dim(1, True)
ANY = Dim(None, None)


@dataclass(frozen=True, slots=True)
class Type:
    """Base of all types."""


@dataclass(frozen=True, slots=True)
class ScalarT(Type):
    """A Python scalar (`dtype` None) or a NumPy scalar. `kind`: bool, int, float or complex.

    `mixed`: a Python scalar whose class depends on the path taken, such as an int or a float.
    """

    kind: str
    dtype: str | None = None
    mixed: bool = False

    def __str__(self) -> str:
        return self.dtype or self.kind


@dataclass(frozen=True, slots=True)
class ArrayT(Type):
    """An `ndarray`; `dtype` or `dims` is None where unknown.

    `absent`: None on a path that does not compute it. There nobody looks at it, and nobody may
    ask it for a shape that another array has too.
    """

    dtype: str | None = None
    dims: tuple[Dim, ...] | None = None
    absent: bool = field(default=False, compare=False)

    @property
    def rank(self) -> int | None:
        return None if self.dims is None else len(self.dims)

    def __str__(self) -> str:
        if self.dims is None:
            return f"{self.dtype or '?'}[..?]"
        axes = ("1" if d.one else "n" if d.one is False else "?" for d in self.dims)
        return f"{self.dtype or '?'}[{', '.join(axes)}]"


@dataclass(frozen=True, slots=True)
class ListT(Type):
    """A list (or tape) of unknown length whose elements share one type."""

    elem: Type

    def __str__(self) -> str:
        return f"list[{self.elem}]"


@dataclass(frozen=True, slots=True)
class StructT(Type):
    """A container of known structure: tuple, list, dict, or an object of class `cls`.

    `keys` are positions, dict keys or field names; `kind` is "tuple", "list", "dict" or "object".
    """

    kind: str
    keys: tuple[Hashable, ...]
    types: tuple[Type, ...]
    cls: Hashable = None

    def __str__(self) -> str:
        inner = ", ".join(f"{k}: {t}" for k, t in zip(self.keys, self.types, strict=True))
        return f"{self.kind}({inner})"


def can_be_key(key: Hashable) -> bool:
    """Whether generated code has a text for a key of a dict: it has none for an enum's member."""
    if type(key) is tuple:
        return all(map(can_be_key, key))
    return key is None or type(key) in (bool, int, float, complex, str, bytes)


@dataclass(frozen=True, slots=True)
class RangeT(Type):
    def __str__(self) -> str:
        return "range"


@dataclass(frozen=True, slots=True)
class StrT(Type):
    def __str__(self) -> str:
        return "str"


@dataclass(frozen=True, slots=True)
class NoneT(Type):
    def __str__(self) -> str:
        return "None"


@dataclass(frozen=True, slots=True)
class UndefT(Type):
    """A variable that is not bound on this path."""

    def __str__(self) -> str:
        return "undef"


@dataclass(frozen=True, slots=True)
class OpaqueT(Type):
    """A run-time object the compiler only passes around (a dtype, a random generator)."""

    what: str = "object"

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class NumberedT(Type):
    """The number of an object of class `cls`: its attributes are in lists, at that place.

    `cls` may also be a kind of arrays, which are in a list themselves.

    The frontend alone knows this type; what it hands on has integers instead.
    """

    cls: Hashable

    def __str__(self) -> str:
        return f"number of {self.cls}"


@dataclass(frozen=True, slots=True)
class UnknownT(Type):
    def __str__(self) -> str:
        return "?"


FLOAT = ScalarT("float")
INT = ScalarT("int")
BOOL = ScalarT("bool")
COMPLEX = ScalarT("complex")
RANGE = RangeT()
STR = StrT()
NONE = NoneT()
UNDEF = UndefT()
UNKNOWN = UnknownT()

KINDS = ("bool", "int", "float", "complex")

# Dtypes that an array keeps in place, where NumPy would otherwise compute in a wider one.
NARROW = frozenset(("float16", "float32", "complex64", "int8", "int16", "int32",
                    "uint8", "uint16", "uint32"))  # fmt: skip


def kind_of_dtype(dtype: str | None) -> str | None:
    """The scalar kind a dtype name belongs to, None where unknown."""
    if dtype is None:
        return None
    for prefix, kind in (("bool", "bool"), ("int", "int"), ("uint", "int"), ("float", "float")):
        if dtype.startswith(prefix):
            return kind
    return "complex" if dtype.startswith("complex") else None


def kind_of(t: Type) -> str | None:
    """The scalar kind of a scalar or of an array's elements, None where unknown."""
    if isinstance(t, ScalarT):
        return t.kind
    return kind_of_dtype(t.dtype) if isinstance(t, ArrayT) else None


def holds_complex(t: Type) -> bool:
    """Whether a value, or something in a container, is known to be complex."""
    if isinstance(t, StructT):
        return any(map(holds_complex, t.types))
    return holds_complex(t.elem) if isinstance(t, ListT) else kind_of(t) == "complex"


def rank_of(t: Type) -> int | None:
    """Number of axes; 0 for scalars, None where unknown."""
    if isinstance(t, ScalarT):
        return 0
    return t.rank if isinstance(t, ArrayT) else None


def dims_of(t: Type) -> tuple[Dim, ...] | None:
    """The axes; () for scalars, None where unknown."""
    if isinstance(t, ScalarT):
        return ()
    return t.dims if isinstance(t, ArrayT) else None


def is_python_scalar(t: Type) -> bool:
    return isinstance(t, ScalarT) and t.dtype is None


def may_be_real_number(t: Type) -> bool:
    """Whether a value of this type can carry a derivative; that of nothing is nothing."""
    if isinstance(t, ScalarT | ArrayT):
        return kind_of(t) in (None, "float", "complex")
    if isinstance(t, ListT):
        return may_be_real_number(t.elem)
    if isinstance(t, StructT):
        return not t.types or any(may_be_real_number(u) for u in t.types)
    return isinstance(t, UnknownT)


def join_dim(a: Dim, b: Dim) -> Dim:
    if a == b:
        return a
    symbol = a.symbol if a.symbol == b.symbol else None
    return Dim(symbol, a.one if a.one == b.one else None)


def may_be_absent(t: Type) -> bool:
    return isinstance(t, ArrayT) and t.absent


def absent(t: Type) -> Type:
    """The type of a value that is not there on every path."""
    return replace(t, absent=True) if isinstance(t, ArrayT) else t


def join(a: Type, b: Type) -> Type:
    """The least type that covers both."""
    if isinstance(a, ArrayT) and isinstance(b, ArrayT) and (a.absent or b.absent):
        return absent(_join_arrays(a, b))
    if a == b or isinstance(b, UndefT):
        return a
    if isinstance(a, UndefT):
        return b
    if isinstance(a, ScalarT) and isinstance(b, ScalarT):
        return _join_scalars(a, b)
    if isinstance(a, ArrayT) and isinstance(b, ArrayT):
        return _join_arrays(a, b)
    if isinstance(a, ListT) and isinstance(b, ListT):
        return ListT(join(a.elem, b.elem))
    if isinstance(a, StructT) and isinstance(b, StructT):
        if (a.kind, a.keys, a.cls) == (b.kind, b.keys, b.cls):
            types = tuple(join(x, y) for x, y in zip(a.types, b.types, strict=True))
            return StructT(a.kind, a.keys, types, a.cls)
    return _join_lists(a, b)


def _join_arrays(a: ArrayT, b: ArrayT) -> ArrayT:
    dtype = a.dtype if a.dtype == b.dtype else None
    if a.dims is None or b.dims is None or len(a.dims) != len(b.dims):
        return ArrayT(dtype, None)
    return ArrayT(dtype, tuple(join_dim(x, y) for x, y in zip(a.dims, b.dims, strict=True)))


def _join_lists(a: Type, b: Type) -> Type:
    """Lists of which one, or the length of one, is not known."""
    element: Type = UndefT()
    for t in (a, b):
        if isinstance(t, ListT):
            element = join(element, t.elem)
        elif isinstance(t, StructT) and t.kind == "list":
            for part in t.types:
                element = join(element, part)
        else:
            return UNKNOWN
    return UNKNOWN if isinstance(element, UnknownT) else ListT(element)


def _join_scalars(a: ScalarT, b: ScalarT) -> Type:
    """Scalars of two kinds meet in the wider kind; Python's and NumPy's own stay apart."""
    kind = KINDS[max(KINDS.index(a.kind), KINDS.index(b.kind))]
    if a.dtype is None and b.dtype is None:
        return ScalarT(kind, None, a.kind != b.kind or a.mixed or b.mixed)
    return ScalarT(kind, a.dtype if a.dtype == b.dtype else "?")


def same_shape(a: Type, b: Type) -> bool:
    """Whether two arrays surely have the same shape."""
    if not isinstance(a, ArrayT) or not isinstance(b, ArrayT) or a.dims is None or b.dims is None:
        return False
    if len(a.dims) != len(b.dims):
        return False
    return all(x.same_length(y) for x, y in zip(a.dims, b.dims, strict=True))


def same_array(a: Type, b: Type) -> bool:
    """Whether two arrays surely have the same shape and the same known dtype."""
    if not isinstance(a, ArrayT) or not isinstance(b, ArrayT):
        return False
    return a.dtype is not None and a.dtype == b.dtype and same_shape(a, b)


# Symbols of axes ---------------------------------------------------------------------------

OWN = "own"


def name_axes(t: Type, key: Hashable) -> Type:
    """The type of the value with this key, in which axes without a symbol have their own."""
    if isinstance(t, ArrayT):
        if t.dims is None or all(d.symbol is not None for d in t.dims):
            return t
        named = tuple(
            Dim((OWN, key, k), d.one) if d.symbol is None else d for k, d in enumerate(t.dims)
        )
        return ArrayT(t.dtype, named, t.absent)
    if isinstance(t, StructT):
        types = tuple(name_axes(u, (key, k)) for k, u in enumerate(t.types))
        return t if types == t.types else StructT(t.kind, t.keys, types, t.cls)
    return t


def forget_axes(t: Type, gone: Callable[[int], bool] = lambda key: True) -> Type:
    """The type without symbols that are axes of values whose key is `gone`.

    It is the type of what outlives those values: an element of a list, what a loop carries.
    """
    return map_axes(t, lambda dim: Dim(None, dim.one) if _is_of(dim.symbol, gone) else dim)


def map_axes(t: Type, change: Callable[[Dim], Dim]) -> Type:
    """The type with every axis of every array in it changed."""
    if isinstance(t, ArrayT) and t.dims is not None:
        return ArrayT(t.dtype, tuple(map(change, t.dims)), t.absent)
    if isinstance(t, ListT):
        return ListT(map_axes(t.elem, change))
    if isinstance(t, StructT):
        return StructT(t.kind, t.keys, tuple(map_axes(u, change) for u in t.types), t.cls)
    return t


def seen_by_caller(t: Type, back: Mapping[Hashable, Hashable]) -> Type:
    """A type of a callee's in the symbols of its caller; axes that are the callee's own have none.

    `back` gives the caller's symbol for those of the callee's parameters.
    """
    return map_axes(t, lambda dim: Dim(_original(dim.symbol, back), dim.one))


def _original(symbol: Hashable, back: Mapping[Hashable, Hashable]) -> Hashable:
    if symbol is None or isinstance(symbol, int):
        return symbol
    if isinstance(symbol, tuple) and symbol[0] == "minus":
        longer = _original(symbol[1], back)
        return None if longer is None else ("minus", longer, symbol[2])
    return back.get(symbol)


def axes_of(t: Type) -> list[Dim]:
    """Every axis of every array in a type, in order."""
    if isinstance(t, ArrayT):
        return list(t.dims or ())
    inside = t.types if isinstance(t, StructT) else (t.elem,) if isinstance(t, ListT) else ()
    return [dim for part in inside for dim in axes_of(part)]


def _is_of(symbol: Hashable, gone: Callable[[int], bool]) -> bool:
    if not isinstance(symbol, tuple):
        return False
    if symbol[0] == OWN:
        key = symbol[1]
        while isinstance(key, tuple):
            key = key[0]
        return isinstance(key, int) and gone(key)
    return any(_is_of(part, gone) for part in symbol)
