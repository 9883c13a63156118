"""`out=`: the array that takes a result, and what NumPy asks of it."""

from __future__ import annotations

import ast
import functools

import numpy as np

from sourcead.frontend.bindings import Binding, Cell, Items, Static, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.item_writes import set_item
from sourcead.frontend.memory import bind_value, read, write
from sourcead.frontend.sharing import may_overlap
from sourcead.frontend.statics import static_value
from sourcead.ir.core import Value
from sourcead.ir.index import Dots
from sourcead.ir.types import ArrayT, UnknownT, kind_of, rank_of
from sourcead.ops.catalog import definition
from sourcead.ops.opdef import OpDef, ParamSpec

Bound = dict[str, tuple[Binding, ParamSpec | None]]

# What each kind of number can be stored as without loss of its kind.
ORDER = ("bool", "int", "float", "complex")
# Sums along a table of one axis, which is what they make of any array without `axis`.
ACCUMULATIONS = ("np.cumsum", "np.cumprod", "np.nancumsum", "np.nancumprod")
WRONG_SIZE = "provided out is the wrong size for the accumulation."
REDUCTIONS = (*ACCUMULATIONS, "np.sum", "np.prod", "np.mean", "np.nansum", "np.nanprod")
# Functions that fill `out` while they read their arguments; all others read a copy of these.
UNBUFFERED = {"np.concatenate", "np.stack"}
# Functions whose result is stretched over a larger array, as that of a ufunc is.
STRETCHED = ("np.clip", "np.round", "np.around", "np.outer", "np.fix", "np.copyto")


def check_apart(frame: Frame, target: OpDef, bound: Bound, out: Cell | View, node: ast.AST) -> None:
    """What is overwritten before it is read would depend on the order that NumPy takes."""
    if target.name not in UNBUFFERED:
        return
    if may_overlap(frame, out, [binding for binding, _ in bound.values()]):
        frame.refuse(
            node,
            "SAD105",
            f"the `out=` of `{target.name}` may share memory with the arrays that are joined",
            "NumPy overwrites them while it reads them",
            "join them without `out=`, and assign the result: `w[...] = ...`",
        )


def computed_in_dtype_of(
    frame: Frame, target: OpDef, bound: Bound, out: Cell | View, node: ast.AST
) -> None:
    """Reductions add up in the dtype of `out`, unless they are told another."""
    told = static_value(bound["dtype"][0]) if "dtype" in bound else None
    if target.name not in REDUCTIONS or told is not None or "a" not in bound:
        return
    have, want = (read(frame, binding, node).type for binding in (bound["a"][0], out))
    if not isinstance(have, ArrayT) or not isinstance(want, ArrayT):
        return
    if have.dtype is not None and want.dtype is not None and have.dtype != want.dtype:
        bound["dtype"] = (Static(np.dtype(want.dtype)), target.param("dtype"))


def place_of(frame: Frame, binding: Binding, node: ast.AST) -> tuple[Cell | View, Value]:
    """An array that can be written, and its current version."""
    if isinstance(binding, Cell | View):
        value = read(frame, binding, node)
        if isinstance(value.type, ArrayT | UnknownT):
            return binding, value
    return frame.refuse(
        node, "SAD204", "the array that is written must be a variable or a view of one",
        fix="assign the array to a name first",
    )  # fmt: skip


def write_out(
    frame: Frame,
    target: str,
    is_ufunc: bool,
    out: Binding,
    result: Value,
    where: Binding | None,
    node: ast.AST,
) -> Binding:
    """The result goes into the array, which is also what the call returns."""
    if isinstance(out, Items) and len(out.items) == 1:
        out = out.items[0]
    if isinstance(out, Value) and out.op is not None and definition(out.op.name).allocates:
        out = bind_value(frame, out)  # an array made for this call
    place, old = place_of(frame, out, node)
    check_kind(frame, target, old, result, node)
    if not is_ufunc and target not in STRETCHED:
        if target in ACCUMULATIONS and _is_flattened(old, result) and _empty_arrays_take_tables():
            frame.builder.raise_if(_is_filled(frame, old), "ValueError", WRONG_SIZE)
            return place
        if target in ACCUMULATIONS and rank_of(old.type) is None and _has_no_axis(result):
            result = _in_shape_of(frame, old, result)
        _check_shape(frame, target, old, result, node)
    if where is not None and static_value(where) is not True:
        mask = read(frame, where, node)
        result = frame.op("np.where", [mask, result, old], ("condition", "x", "y"))
    _fill_all(frame, place, old, result, node)
    return place


def write_each(
    frame: Frame, target: str, out: Binding, results: Items, where: Binding | None, node: ast.AST
) -> Binding:
    """Several results, each into an array of its own; None in place of one makes an array."""
    if not isinstance(out, Items) or len(out.items) != len(results.items):
        frame.refuse(
            node, "SAD105", f"this `out=` of `{target}`, which has {len(results.items)} results",
            fix="a tuple of as many arrays",
        )  # fmt: skip
    found = [
        result if static_value(place) is None
        else write_out(frame, target, True, place, read(frame, result, node), where, node)
        for place, result in zip(out.items, results.items, strict=True)
    ]  # fmt: skip
    return Items(tuple(found))


def check_kind(frame: Frame, target: str, old: Value, new: Value, node: ast.AST) -> None:
    """Refuse numbers that the array cannot hold: NumPy raises, or adds up what it has rounded."""
    kinds = [kind_of(v.type) for v in (old, new)]
    if any(kind not in ORDER for kind in kinds):
        return
    mine, its = (ORDER.index(str(kind)) for kind in kinds)
    if its > mine:
        frame.refuse(
            node,
            "SAD105",
            f"`{target}` writes {kinds[1]} numbers into an array of kind {kinds[0]}",
            "NumPy raises, or rounds them on the way",
            f"an array of kind {kinds[1]}",
        )


def _is_flattened(old: Value, result: Value) -> bool:
    """Whether a table goes where an array of several axes is: legal at most if it is empty."""
    rank = rank_of(old.type)
    return rank is not None and rank > 1 and rank_of(result.type) == 1


@functools.cache
def _empty_arrays_take_tables() -> bool:
    """Whether NumPy stores a table in an empty array of several axes: since 2.5 it does not."""
    empty = np.empty((0, 2))
    try:
        np.cumsum(empty, out=empty)
    except ValueError:
        return False
    return True


def _is_filled(frame: Frame, array: Value) -> Value:
    return frame.op("gt", [frame.op("size", [array], ("x",)), frame.const(0)])


def _has_no_axis(result: Value) -> bool:
    made = result.op
    return made is not None and "axis" not in made.args and made.attrs.get("axis") is None


def _in_shape_of(frame: Frame, old: Value, result: Value) -> Value:
    """A table that goes into an array of unknown rank: of one axis, or an empty one."""
    unfit = frame.op("ne", [frame.op("ndim", [old], ("x",)), frame.const(1)])
    if _empty_arrays_take_tables():
        unfit = frame.op("bitand", [_is_filled(frame, old), unfit])
    frame.builder.raise_if(unfit, "ValueError", WRONG_SIZE)
    shape = frame.op("shape", [old], ("x",))
    return frame.op("np.reshape", [result, shape], ("a", "shape"))


def _check_shape(frame: Frame, target: str, old: Value, result: Value, node: ast.AST) -> None:
    """NumPy wants an array of the very shape of the result."""
    ranks = [rank_of(v.type) for v in (old, result)]
    if None not in ranks and ranks[0] != ranks[1]:
        frame.raises(ValueError, "`out=` has another rank than the result")
        frame.refuse(
            node,
            "SAD105",
            f"`out=` of `{target}` has rank {ranks[0]}, and the result has rank {ranks[1]}",
            "NumPy raises",
            "an array of the shape of the result",
        )
    message = "the output array has another shape than the result"
    if None in ranks:
        shapes = [frame.op("shape", [v], ("x",)) for v in (old, result)]
        frame.builder.raise_if(frame.op("ne", shapes), "ValueError", message)
        return
    if not isinstance(old.type, ArrayT) or not isinstance(result.type, ArrayT):
        return
    pairs = zip(old.type.dims or (), result.type.dims or (), strict=False)
    for axis, (mine, its) in enumerate(pairs):
        if its.one and not mine.one:
            length = frame.op("dim", [old], ("x",), {"axis": axis})
            frame.builder.raise_if(frame.op("ne", [length, frame.const(1)]), "ValueError", message)


def _fill_all(frame: Frame, place: Cell | View, old: Value, new: Value, node: ast.AST) -> None:
    if isinstance(old.type, ArrayT) and old.type == new.type and old.type.dtype and old.type.dims:
        if all(d.symbol is not None or d.one for d in old.type.dims):
            write(frame, place, new, node)
            return
    set_item(frame, place, old, new, (Dots(),), [], node)
