"""Functions and methods that write into an argument: each makes a new version of it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from sourcead.frontend.bindings import Binding, Items, Static
from sourcead.frontend.effects import effect
from sourcead.frontend.frame import Frame
from sourcead.frontend.item_writes import set_item
from sourcead.frontend.memory import read, write
from sourcead.frontend.outputs import check_kind, place_of
from sourcead.frontend.overlaps import check_apart
from sourcead.frontend.statics import static_value
from sourcead.ir.constants import MISSING
from sourcead.ir.core import Value
from sourcead.ir.index import Dots, Ref
from sourcead.ir.types import ArrayT, ScalarT, kind_of

Given = dict[str, Binding]


def _copyto(frame: Frame, given: Given, node: ast.AST) -> Binding:
    place, old = place_of(frame, given["dst"], node)
    source = read(frame, given["src"], node)
    where = given.get("where")
    if where is not None and static_value(where) is not True:
        mask = read(frame, where, node)
        source = frame.op("np.where", [mask, source, old], ("condition", "x", "y"))
    check_kind(frame, "np.copyto", old, source, node)
    check_apart(frame, place, given["src"], ((Dots(),), []), node)
    set_item(frame, place, old, source, (Dots(),), [], node)
    return Static(None)


def _fill_diagonal(frame: Frame, given: Given, node: ast.AST) -> Binding:
    place, old = place_of(frame, given["a"], node)
    value = read(frame, given["val"], node)
    if static_value(given.get("wrap", Static(False))) is not False:
        frame.refuse(node, "SAD105", "`np.fill_diagonal` that wraps around",
                     fix="the diagonals of the blocks, one by one")  # fmt: skip
    rank = old.type.rank if isinstance(old.type, ArrayT) else None
    if rank is None:
        frame.refuse(node, "SAD108", "the rank of the array must be known here")
    extents = [frame.op("dim", [old], ("x",), {"axis": k}) for k in range(rank)]
    shortest = extents[0]
    for extent in extents[1:]:
        shortest = frame.op("min", [shortest, extent], ("x", "y"))
    diagonal = frame.op("np.arange", [shortest], ("start",))
    index = tuple(Ref(k) for k in range(rank))
    set_item(frame, place, old, value, index, [diagonal] * rank, node)
    return Static(None)


def _put_along_axis(frame: Frame, given: Given, node: ast.AST) -> Binding:
    place, old = place_of(frame, given["arr"], node)
    axis = static_value(given["axis"])
    rank = old.type.rank if isinstance(old.type, ArrayT) else None
    if not isinstance(axis, int) or rank is None:
        frame.refuse(node, "SAD108", "axis and rank must be known here")
    indices = read(frame, given["indices"], node)
    operands = []
    for k in range(rank):
        if k == axis % rank:
            operands.append(indices)
            continue
        extent = frame.op("dim", [indices if k != axis % rank else old], ("x",), {"axis": k})
        along = frame.op("np.arange", [extent], ("start",))
        shape = tuple(-1 if j == k else 1 for j in range(rank))
        operands.append(frame.op("np.reshape", [along], ("a",), {"shape": shape}))
    value = read(frame, given["values"], node)
    set_item(frame, place, old, value, tuple(Ref(k) for k in range(rank)), operands, node)
    return Static(None)


def _at(sign: int) -> Callable[[Frame, Given, ast.AST], Binding]:
    def lower(frame: Frame, given: Given, node: ast.AST) -> Binding:
        place, old = place_of(frame, given["a"], node)
        value = read(frame, given["b"], node)
        if sign < 0:
            value = frame.op("neg", [value])
        entries, operands = index_of(frame, given["indices"], node)
        set_item(frame, place, old, value, entries, operands, node, "setitem_add")
        return Static(None)

    return lower


def index_of(frame: Frame, binding: Binding, node: ast.AST) -> tuple[Any, list[Value]]:
    """The subscript that an index object stands for."""
    from sourcead.frontend.subscripts import _entry

    operands: list[Value] = []
    items = binding.items if isinstance(binding, Items) and binding.kind == "tuple" else (binding,)
    entries = tuple(_entry(frame, item, node, operands) for item in items)
    return entries, operands


def _masked(array: str, values: str) -> Callable[[Frame, Given, ast.AST], Binding]:
    """`np.place` and `np.putmask`: a number, or (for putmask) an array of the same shape."""

    def lower(frame: Frame, given: Given, node: ast.AST) -> Binding:
        place, old = place_of(frame, given[array], node)
        mask = read(frame, given["mask"], node)
        if kind_of(mask.type) != "bool":
            mask = frame.op("np.astype", [mask], ("x",), {"dtype": "bool"})
        value = read(frame, given[values], node)
        if values == "values" and _shape_is_checked(frame, old, value):
            index = {"index": (Ref(0),)}
            value = frame.op("getitem", [value, mask], ("x", "i0"), index)
        elif not isinstance(value.type, ScalarT):
            frame.refuse(
                node, "SAD105", "this function repeats its values, which is not supported",
                fix="write a[mask] = values",
            )  # fmt: skip
        set_item(frame, place, old, value, (Ref(0),), [mask], node)
        return Static(None)

    return lower


def _shape_is_checked(frame: Frame, a: Value, b: Value) -> bool:
    """Whether two arrays have one shape; where it is not known, the program checks it."""
    if not isinstance(a.type, ArrayT) or not isinstance(b.type, ArrayT):
        return False
    if a.type.dims is None or b.type.dims is None or len(a.type.dims) != len(b.type.dims):
        return False
    for axis, (x, y) in enumerate(zip(a.type.dims, b.type.dims, strict=True)):
        if not x.same_length(y):
            lengths = [frame.op("dim", [v], ("x",), {"axis": axis}) for v in (a, b)]
            message = frame.const("np.putmask is supported for values of the array's shape")
            effect(frame, "check", [frame.op("eq", lengths), message], {})
    return True


def put(frame: Frame, args: list[Binding], kwargs: Given, node: ast.AST) -> Binding:
    """`np.put`: elements by their number in C order."""
    if len(args) != 3 or kwargs:
        frame.refuse(node, "SAD105", "this form of `np.put` is not supported",
                     fix="write a.flat[indices] = values")  # fmt: skip
    place, old = place_of(frame, args[0], node)
    indices, value = read(frame, args[1], node), read(frame, args[2], node)
    if isinstance(old.type, ArrayT) and old.type.rank == 1:
        set_item(frame, place, old, value, (Ref(0),), [indices], node)
        return Static(None)
    flat = frame.op("np.reshape", [old], ("a",), {"shape": -1})
    args_ = ("x", "v", "i0")
    new = frame.op("setitem", [flat, value, indices], args_, {"index": (Ref(0),)}, type=flat.type)
    shape = frame.op("shape", [old])
    write(frame, place, frame.op("np.reshape", [new, shape], ("a", "shape")), node)
    return Static(None)


IN_PLACE_OPS: dict[str, Callable[[Frame, Given, ast.AST], Binding]] = {
    "np.copyto": _copyto,
    "np.fill_diagonal": _fill_diagonal,
    "np.put_along_axis": _put_along_axis,
    "np.add.at": _at(1),
    "np.subtract.at": _at(-1),
    "np.place": _masked("arr", "vals"),
    "np.putmask": _masked("a", "values"),
}


def _fill(
    frame: Frame, owner: Binding, args: list[Binding], kwargs: Given, node: ast.AST
) -> Binding:
    place, old = place_of(frame, owner, node)
    binding = args[0] if args else kwargs["value"]
    set_item(frame, place, old, read(frame, binding, node), (Dots(),), [], node)
    return Static(None)


def _sort(
    frame: Frame, owner: Binding, args: list[Binding], kwargs: Given, node: ast.AST
) -> Binding:
    place, old = place_of(frame, owner, node)
    axis = static_value(args[0] if args else kwargs.get("axis", frame.const(-1)))
    if axis is MISSING or set(kwargs) - {"axis", "kind"}:
        frame.refuse(node, "SAD105", "this form of `.sort()` is not supported")
    attrs = {} if axis == -1 else {"axis": axis}
    write(frame, place, frame.op("np.sort", [old], ("a",), attrs, type=old.type), node)
    return Static(None)


def _partition(
    frame: Frame, owner: Binding, args: list[Binding], kwargs: Given, node: ast.AST
) -> Binding:
    place, old = place_of(frame, owner, node)
    if len(args) != 1 or kwargs:
        frame.refuse(node, "SAD105", "this form of `.partition()` is not supported")
    kth = read(frame, args[0], node)
    write(frame, place, frame.op("np.partition", [old, kth], ("a", "kth"), type=old.type), node)
    return Static(None)


IN_PLACE_METHODS: dict[str, Callable[..., Binding]] = {
    "fill": _fill,
    "sort": _sort,
    "partition": _partition,
}
