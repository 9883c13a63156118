"""Objects as numbers: what objects of a class have in an attribute is in one list, a column.

Lists, attributes and names then hold numbers, so that it does not matter how many of them lead to
an object: whoever writes an attribute writes the one element of the column. This is done where it
is not known which objects lists and names hold. What the columns are is found by lowering the
program until none of them is widened.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sourcead.frontend.bindings import Binding, Cell, Numbered, OrNone, Static, Step, Store, View
from sourcead.ir.core import Module, Op, Region, Value
from sourcead.ir.index import Ref
from sourcead.ir.loops import Loop
from sourcead.ir.types import (
    INT,
    UNDEF,
    UNKNOWN,
    ArrayT,
    ListT,
    NumberedT,
    StructT,
    Type,
    UndefT,
    forget_axes,
    join,
)

if TYPE_CHECKING:
    from sourcead.frontend.frame import Frame

# Operations that hand objects on as they are: parts of containers, elements of lists.
MOVES = {
    "const", "tuple", "list", "dict", "object", "field", "set_field", "append", "insert", "extend",
    "getitem", "setitem", "delete", "without_last", "truncate", "is", "is_not", "undef",
}  # fmt: skip

# Operations on a list that do not ask what its elements are.
OF_LISTS = {"dim", "reversed", "concat", "repeat"}


@dataclass(frozen=True)
class Column:
    """What objects have in an attribute.

    `optional`: some have None. `fixed`: all have this, which is no value.
    """

    type: Type = UNDEF
    optional: bool = False
    fixed: Static | None = None


class Widened(Exception):
    """A column must hold more than was known: the program is lowered once more."""


class Columns:
    """The columns of each class, as far as they are known, and classes that have none.

    `arrays`: whether arrays that lists hold have numbers, too; `made` is where those are made.
    """

    def __init__(self, arrays: bool = False) -> None:
        self.arrays = arrays
        self.classes: dict[Hashable, dict[str, Column]] = {}
        self.left_out: set[Hashable] = set()
        self.made: set[Hashable] = set()

    def number(self, made: set[Hashable]) -> None:
        """Give the arrays that are made at these places numbers from the beginning."""
        self.made |= made
        raise Widened

    def leave_out(self, cls: Hashable) -> None:
        """Objects of a class are followed one by one after all."""
        self.left_out.add(cls)
        self.classes.pop(cls, None)
        raise Widened

    def cover(self, cls: Hashable, found: dict[str, Column | None]) -> None:
        """See to it that columns hold what an object of a class has."""
        if cls in self.left_out:
            raise Unnumbered
        known = self.classes.get(cls)
        covered = found if known is None else {
            name: _joined(column, found[name]) if name in found else column
            for name, column in known.items()
        }  # fmt: skip
        columns = {name: c for name, c in covered.items() if c is not None}
        same_names = known is None or found.keys() <= known.keys()
        if len(columns) < len(covered) or not same_names or not columns:
            self.leave_out(cls)
        if columns != known:
            self.classes[cls] = columns
            raise Widened


def _joined(a: Column, b: Column | None) -> Column | None:
    """The column that holds what both do; None where there is none."""
    if a == b or b is None:
        return b
    if a.fixed is not None or b.fixed is not None:
        return None
    t = join(a.type, b.type)
    optional = a.optional or b.optional
    if UNKNOWN not in (a.type, b.type) and has_no_type(t):
        return None
    return Column(t, optional) if fits_none(t, optional) else None


def fits_none(t: Type, optional: bool) -> bool:
    """Whether a column can tell None from its values, which only numbers of objects can."""
    return not optional or t == UNDEF or isinstance(t, NumberedT)


def has_no_type(t: Type) -> bool:
    if isinstance(t, StructT):
        return any(map(has_no_type, t.types))
    return has_no_type(t.elem) if isinstance(t, ListT) else t == UNKNOWN


def holds_objects(t: Type) -> bool:
    """Whether something of this type is, or has in it, an object that has no number."""
    if isinstance(t, StructT):
        return t.kind == "object" or any(map(holds_objects, t.types))
    return isinstance(t, ListT) and holds_objects(t.elem)


def has_column(frame: Frame, content: Numbered, attr: str) -> bool:
    """Whether objects of its class have an attribute of their own."""
    known = frame.program.ways.columns
    return known is not None and attr in known.classes[content.cls]


# Arrays ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arrays:
    """Arrays of one rank and dtype, which are in one list."""

    rank: int | None
    dtype: str | None

    def __str__(self) -> str:
        return "an array"


DATA = "data"


def numbers_arrays(frame: Frame) -> bool:
    """Whether lists hold the numbers of arrays."""
    known = frame.program.ways.columns
    return known is not None and known.arrays


def number_array(frame: Frame, value: Value) -> View:
    """Give an array that was just made a number; the place where it is from now on."""
    known = frame.program.ways.columns
    assert known is not None
    assert isinstance(value.type, ArrayT)
    kind = Arrays(value.type.rank, value.type.dtype)
    known.cover(kind, {DATA: Column(forget_axes(value.type))})
    store, contents = frame.program.columns[kind, DATA], frame.state.contents
    old = contents[store]
    if not isinstance(old, Value):
        frame.refuse(
            frame.statement or frame.source.node,
            "SAD201",
            "an array is made after a `try` block that may have been interrupted while it made one",
            "the lists that hold such arrays are half written then",
            "a `.copy()` of what the list holds",
        )
    number = frame.op("dim", [old], ("x",), {"axis": 0}, style="len", type=NumberedT(kind))
    new = frame.op("append", [old, value], ("xs", "v"), type=old.type)
    contents[store] = new
    view = array_at(frame, number)
    frame.state.reads[view] = (new, value)
    return view


def array_at(frame: Frame, number: Value) -> View:
    """The array with a number."""
    assert isinstance(number.type, NumberedT)
    store = frame.program.columns[number.type.cls, DATA]
    return View(store, Step("getitem", (number,), ("x", "i0"), {"index": (Ref(0),)}))


def array_number(binding: Binding) -> Value | None:
    """The number of an array that has one."""
    if isinstance(binding, View) and isinstance(binding.base, Store):
        return binding.step.operands[0]
    return None


def place_made(frame: Frame, hint: str) -> Hashable:
    """Where in the program an array is made that has this name."""
    at = frame.statement or frame.source.node
    return frame.source.file, at.lineno, at.col_offset, hint


def named_array(frame: Frame, found: Binding | None) -> Binding | None:
    """What a path has made, with a number before the paths meet where it may need one."""
    from sourcead.frontend.memory import bind_value

    if isinstance(found, Value) and isinstance(found.type, ArrayT) and numbers_arrays(frame):
        return bind_value(frame, found)
    return found


def met(a: Type, b: Type) -> Type:
    """The type that covers both: an array that meets one that has a number must have one, too."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, NumberedT) and isinstance(other, ArrayT):
            return one
    if isinstance(a, ListT) and isinstance(b, ListT):
        return ListT(met(a.elem, b.elem))
    return join(a, b)


def alike_in_list(types: list[Type]) -> list[Type]:
    """The types of elements of a list, all of which have numbers where one has."""
    numbers = [t for t in types if isinstance(t, NumberedT)]
    return [met(t, numbers[0]) if isinstance(t, ArrayT) else t for t in types] if numbers else types


def has_number(frame: Frame, cell: Cell) -> bool:
    """Whether the arrays that are made where this one is have numbers."""
    known = frame.program.ways.columns
    return known is not None and cell.made in known.made


def gathered(frame: Frame, numbers: Value) -> Value:
    """The arrays of which a list holds the numbers."""
    from sourcead.frontend.memory import read

    assert isinstance(numbers.type, ListT)
    assert isinstance(numbers.type.elem, NumberedT)
    store = read(frame, frame.program.columns[numbers.type.elem.cls, DATA], frame.here)
    empty = frame.op("list", [], attrs={"dynamic": True}, type=store.type)
    body = Region()
    number, found = body.new_param(numbers.type.elem), body.new_param(store.type)
    with frame.builder.into(body):
        array = frame.op("getitem", [store, number], ("x", "i0"), {"index": (Ref(0),)})
        body.yields = [frame.op("append", [found, array], ("xs", "v"), type=store.type)]
    op = Op("for", [numbers, empty], (), {"streams": 1}, [body], frame.builder.loc)
    frame.builder.append(op)
    return op.new_result(store.type)


def is_list_of_arrays(t: Type) -> bool:
    """Whether a list holds the numbers of arrays."""
    return isinstance(t, ListT) and isinstance(t.elem, NumberedT) and isinstance(t.elem.cls, Arrays)


def cover_part(frame: Frame, base: Binding, t: Type) -> None:
    """See to it that a column, an element of which is written, holds what is in it from now on."""
    known = frame.program.ways.columns
    for (cls, name), owner in frame.program.columns.items():
        if known is not None and owner is base:
            column = known.classes[cls][name]
            known.cover(cls, {name: replace(column, type=forget_axes(t))})


# What is handed on -------------------------------------------------------------------------------


class Unnumbered(Exception):
    """A number of an object has got where it is not taken for one."""


def as_integers(module: Module) -> None:
    """Make integers of the numbers of objects, which the rest of the compiler knows nothing of.

    Raises:
        Unnumbered: one is computed with, or stands beside what is no number.
    """
    for function in module.functions.values():
        values = list(function.body.params)
        if any(_holds_number(v.type) for v in function.body.yields):
            raise Unnumbered
        for op in function.body.walk():
            _check_numbers(op)
            values += [*op.results, *(p for region in op.regions for p in region.params)]
        for value in values:
            value.type = _as_integer(value.type)


COMPARED = {"eq", "ge"}


def _check_numbers(op: Op) -> None:
    """See to it that an operation takes numbers for what they are."""
    if op.name in ("if", "for", "while"):
        pairs = _handed_on(op)
        tests = op.operands if op.name == "if" else op.regions[0].yields[: op.name == "while"]
        if any(_holds_number(test.type) for test in tests):
            raise Unnumbered
    elif not any(_holds_number(v.type) for v in op.operands):
        return
    elif op.name not in MOVES | OF_LISTS | COMPARED:
        raise Unnumbered
    else:
        pairs = []
        if any(has_no_type(v.type) for v in op.results):
            raise Unnumbered
    for a, b in pairs:
        if not _are_alike(a.type, b.type):
            raise Unnumbered


def _handed_on(op: Op) -> list[tuple[Value, Value]]:
    """What is one thing inside and outside of an operation with regions."""
    if op.name == "if":
        return [p for region in op.regions for p in zip(region.yields, op.results, strict=True)]
    loop = Loop(op)
    pairs = [*zip(loop.inits, loop.carries, strict=True),
             *zip(loop.nexts, loop.carries, strict=True),
             *zip(loop.carries, op.results, strict=False)]  # fmt: skip
    streams = zip(loop.streams, loop.items, strict=True)
    return pairs + [(s, item) for s, item in streams if not isinstance(s.type, ListT)]


def _are_alike(a: Type, b: Type) -> bool:
    """Whether both hold numbers of objects at the same places."""
    if isinstance(a, UndefT) or isinstance(b, UndefT):
        return True
    if isinstance(a, NumberedT) or isinstance(b, NumberedT):
        return a == b
    if isinstance(a, ListT) and isinstance(b, ListT):
        return _are_alike(a.elem, b.elem)
    if isinstance(a, StructT) and isinstance(b, StructT) and len(a.types) == len(b.types):
        return all(map(_are_alike, a.types, b.types))
    return not _holds_number(a) and not _holds_number(b)


def _holds_number(t: Type) -> bool:
    if isinstance(t, StructT):
        return any(map(_holds_number, t.types))
    return isinstance(t, NumberedT) or (isinstance(t, ListT) and _holds_number(t.elem))


def _as_integer(t: Type) -> Type:
    if isinstance(t, NumberedT):
        return INT
    if isinstance(t, ListT):
        return ListT(_as_integer(t.elem))
    if isinstance(t, StructT):
        return replace(t, types=tuple(map(_as_integer, t.types)))
    return t


def check_no_columns(frame: Frame, name: str, given: Iterable[Binding], node: ast.AST) -> None:
    """Refuse a recursion over objects whose attributes are in lists, which a callee has not."""
    found = [b.binding if isinstance(b, OrNone) else b for b in given]
    contents = [frame.state.contents.get(b) for b in found if isinstance(b, Cell)]
    if any(isinstance(content, Numbered) for content in contents):
        frame.refuse(
            node, "SAD111", f"`{name}` calls itself with objects of an unknown number",
            "how often it does so depends on data", "a loop, and a list for what is left to do",
        )  # fmt: skip
