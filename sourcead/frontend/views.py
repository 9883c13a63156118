"""Results of library functions that lie in the memory of an argument: surely, or perhaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from sourcead.frontend.bindings import Binding, Cell, Items, Step, View
from sourcead.frontend.frame import Frame
from sourcead.frontend.memory import bind_value
from sourcead.frontend.sharing import doubtful_cell, memory_of
from sourcead.frontend.writable import STRETCHES
from sourcead.ir.core import Op, Value
from sourcead.ir.index import Ref, Slice
from sourcead.ir.types import ArrayT, ListT, ScalarT, StructT, kind_of, rank_of, same_shape
from sourcead.ops.catalog import definition
from sourcead.ops.infer_common import dtype_of, static

# What NumPy always returns as a view.
EXACT = {
    "np.transpose", "np.matrix_transpose", "np.swapaxes", "np.moveaxis", "np.squeeze",
    "np.expand_dims", "np.flip", "np.fliplr", "np.flipud", "np.diagonal", "np.broadcast_to",
    "np.rot90", "np.rollaxis", "np.atleast_1d", "np.atleast_2d", "np.atleast_3d",
    "np.real", "np.imag",
}  # fmt: skip
# What returns its very argument unless something has to change.
IDENTITY = {
    "np.asarray", "np.asanyarray", "np.ascontiguousarray", "np.real", "np.real_if_close",
    "np.float64", "np.float32", "np.float16", "np.complex128", "np.complex64", "np.int64",
    "np.int32", "np.bool",
}  # fmt: skip
# What copies unless it is told not to.
COPIES = {"np.array", "np.astype", "np.conj", "np.nan_to_num"}
UNCHANGED = ("np.array", "np.astype")
# Views of something in C order that are in C order.
IN_ORDER = {"np.reshape", "np.ravel", "np.expand_dims", "np.squeeze"}


def placed(
    frame: Frame, first: Binding | None, result: Value, names: list[str], style: str
) -> Binding:
    """The binding of a result that may share memory with the first operand."""
    op = result.op
    if op is None or not isinstance(first, Cell | View):
        return result
    if isinstance(result.type, ScalarT | StructT | ListT):
        return result
    if op.args != tuple(names):
        # The builder of a rule has found an older value that is equal.
        return result
    if op.name not in EXACT | IDENTITY | COPIES and not definition(op.name).views(op):
        return result
    base = op.operands[0]
    if op.name == "np.diag" and isinstance(base.type, ArrayT) and base.type.rank == 1:
        return result
    if op.name == "np.conj" and op.style == "method" and kind_of(base.type) is None:
        return doubtful(frame, first, result)  # a real array is its own conjugate
    if _copies(op) or _changes_dtype(op, base):
        return result
    if op.name in IDENTITY | set(UNCHANGED) and _is_argument(first, base, result):
        return first
    if op.name in ("np.real", "np.imag") and kind_of(base.type) != "complex":
        if kind_of(base.type) in ("float", "int"):
            return first if op.name == "np.real" else result
        return doubtful(frame, first, result)
    if op.name in EXACT or (op.name in ("np.reshape", "np.ravel") and _keeps_memory(first, op)):
        return view_of(frame, first, op, style)
    return doubtful(frame, first, result)


def view_of(frame: Frame, first: Cell | View, op: Op, style: str = "") -> View:
    """The place that an operation leads to."""
    step = Step(op.name, tuple(op.operands[1:]), tuple(op.args), dict(op.attrs), style)
    return _seen(frame, View(first, step), op.operands[0], op.result)


def _seen(frame: Frame, view: View, base: Value, result: Value) -> View:
    """A view whose value is known for one version of its base."""
    frame.state.reads[view] = (base, result)
    return view


def _is_argument(first: Cell | View, base: Value, result: Value) -> bool:
    """Whether a function that copies only where it must returns its very argument."""
    if not (isinstance(base.type, ArrayT) and base.type == result.type and base.type.dtype):
        return False
    op = result.op
    if op is None or {"order", "ndmin", "subok", "like"} & {*op.args, *op.attrs}:
        return False
    if "copy" in op.args or op.attrs.get("copy", None) is True:
        return False
    return op.name != "np.ascontiguousarray" or _contiguous(first)


def _changes_dtype(op: Op, base: Value) -> bool:
    """Whether what returns its argument where that is of the dtype asked for surely copies."""
    if op.name in EXACT or op.name not in IDENTITY | set(UNCHANGED):
        return False
    old, new = dtype_of(base.type), dtype_of(op.result.type)
    return old is not None and new is not None and old != new


def _keeps_memory(first: Cell | View, op: Op) -> bool:
    """Whether `reshape` and `ravel` surely give a view."""
    order = static(op, "order", "C")
    if rank_of(op.operands[0].type) == 1:
        # An axis can be divided however it is stored; `ravel` wants it without gaps.
        return _contiguous(first) if op.name == "np.ravel" else order in ("C", "F")
    return order == "C" and _contiguous(first)


def _contiguous(first: Binding) -> bool:
    """Whether a place is surely stored in C order."""
    if isinstance(first, Cell):
        return first.contiguous
    assert isinstance(first, View)
    return _keeps_order(first.step) and _contiguous(first.base)


def looks_at(op: Op) -> bool:
    """Whether a result may lie in the memory of an operand."""
    source = op.operands[0].op if op.name == "field" else op
    return source is None or bool(definition(source.name).views(source) and not _copies(source))


def _copies(op: Op) -> bool:
    return op.name in COPIES and op.attrs.get("copy", True) is True and "copy" not in op.args


def has_order_of(op: Op, contiguous: Callable[[Value], bool]) -> bool:
    """Whether a result that lies in the memory of a contiguous operand is contiguous too."""
    return _keeps_order(op) and contiguous(op.operands[0])


def _keeps_order(step: Step | Op) -> bool:
    if step.name in IN_ORDER and step.attrs.get("order", "C") == "C":
        return "order" not in step.args
    index = step.attrs.get("index")
    if step.name != "getitem" or index is None:
        return False
    return len(index) == 1 and getattr(index[0], "step", None) in (None, 1)


def doubtful(frame: Frame, first: Cell | View, result: Value) -> Binding:
    """A result that is a view or a copy, as NumPy finds at run time."""
    cell = doubtful_cell(frame, memory_of(frame, first), result)
    cell.held |= result.op is not None and result.op.name in STRETCHES
    return cell


# Several at once -------------------------------------------------------------------------------


def several(frame: Frame, result: Value, arguments: Sequence[Binding]) -> Binding:
    """Several results at once; those of `np.split` lie in the memory of its argument."""
    found = [b for b in arguments if isinstance(b, Cell | View)]
    if result.op is None or not found or not definition(result.op.name).views(result.op):
        return bind_value(frame, result)
    memory = {cell for b in found for cell in memory_of(frame, b)}
    if isinstance(result.type, ListT):
        cell = doubtful_cell(frame, memory, result)
        cell.shared = True
        return cell
    assert isinstance(result.type, StructT)
    parts = [frame.op("field", [result], ("s",), {"key": k}) for k in result.type.keys]
    items = _parts_in(frame, result.op, parts, arguments[0], memory)
    return frame.new_list(items) if result.type.kind == "list" else Items(tuple(items))


def _parts_in(
    frame: Frame, op: Op, parts: list[Value], first: Binding, memory: set[Cell]
) -> list[Binding]:
    """The single results, which lie in that memory."""
    if op.name in STRETCHES:
        return _stretched(frame, op, parts, memory)
    if isinstance(first, Cell | View):
        steps = _sections(frame, op, len(parts))
        if steps is not None:
            views = zip(steps, parts, strict=True)
            return [_seen(frame, View(first, s), op.operands[0], part) for s, part in views]
    return [doubtful_cell(frame, memory, part) for part in parts]


def _stretched(frame: Frame, op: Op, parts: Sequence[Value], memory: set[Cell]) -> list[Binding]:
    """Parts in which one element may stand for several are not written."""
    cells: list[Binding] = []
    for part, origin in zip(parts, op.operands, strict=True):
        cell = doubtful_cell(frame, memory, part)
        cell.held = not same_shape(part.type, origin.type)
        cells.append(cell)
    return cells


SPLITS = {"np.split": 0, "np.array_split": 0, "np.vsplit": 0, "np.hsplit": 1, "np.dsplit": 2}


def _sections(frame: Frame, op: Op, count: int) -> list[Step] | None:
    """Which parts of an array the results of `np.split` are; None where that is not known."""
    rank, sections = rank_of(op.operands[0].type), static(op, "indices_or_sections")
    axis = static(op, "axis", SPLITS.get(op.name))
    if op.name not in SPLITS or rank is None or not isinstance(axis, int):
        return None
    if op.name == "np.hsplit" and rank == 1:
        axis = 0
    before = (Slice(None, None, None),) * (axis % rank)
    if isinstance(sections, tuple) and all(isinstance(k, int) for k in sections):
        cuts = [None, *sections, None]
        indices = [(*before, Slice(a, b, None)) for a, b in pairwise(cuts)]
        return [Step("getitem", (), ("x",), {"index": index}) for index in indices]
    if not isinstance(sections, int):
        return None
    index = (*before, Slice(Ref(0), Ref(1), None))
    bounds = list(_bounds(frame, op.operands[0], axis % rank, count))
    return [Step("getitem", pair, ("x", "i0", "i1"), {"index": index}) for pair in pairwise(bounds)]


def _bounds(frame: Frame, array: Value, axis: int, count: int) -> Iterator[Value]:
    """Where the sections of an axis begin and end: the first ones are longer by one."""
    length = frame.op("dim", [array], ("x",), {"axis": axis})
    number = frame.const(count)
    each, more = frame.op("floordiv", [length, number]), frame.op("mod", [length, number])
    for k in range(count + 1):
        place = frame.const(k)
        longer = frame.op("min", [place, more], ("x", "y"))
        yield frame.op("add", [frame.op("mul", [place, each]), longer])
