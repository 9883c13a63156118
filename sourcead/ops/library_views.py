"""Which library functions may return memory of their arguments, and when."""

from __future__ import annotations

from sourcead.ir.constants import constant
from sourcead.ir.core import Op
from sourcead.ops.opdef import Views, all_views, first_view, no_views, words

# Functions whose result may be a view of their first operand.
FIRST = words(
    """
    np.reshape np.ravel np.transpose np.matrix_transpose np.swapaxes np.moveaxis np.rollaxis
    np.squeeze np.expand_dims np.broadcast_to np.atleast_1d np.atleast_2d np.atleast_3d
    np.split np.array_split np.hsplit np.vsplit np.dsplit np.unstack np.flip np.fliplr
    np.flipud np.rot90 np.diag np.diagonal np.trim_zeros np.real np.imag np.real_if_close
    np.asarray np.asanyarray np.ascontiguousarray np.asfarray np.conj np.nan_to_num
    np.array np.astype np.float64 np.float32 np.float16 np.complex128 np.complex64 np.int64
    np.int32 np.bool
    """
)
ALL = ("np.broadcast_arrays", "np.ix_")


def _given(op: Op, name: str) -> object:
    """An argument where it is known, else None."""
    if name in op.args:
        return constant(op.operands[op.args.index(name)])
    return op.attrs.get(name)


def _einsum(op: Op) -> tuple[int, ...]:
    """One operand of which nothing is summed is only looked at in another order."""
    operands = [k for k, name in enumerate(op.args) if name != "subscripts"]
    if len(operands) != 1:
        return ()
    subscripts = _given(op, "subscripts")
    if isinstance(subscripts, str):
        before, arrow, after = subscripts.replace(" ", "").partition("->")
        if arrow and set(before) - set(after):
            return ()
    return tuple(operands)


def _meshgrid(op: Op) -> tuple[int, ...]:
    return all_views(op) if "copy" in op.args or op.attrs.get("copy", True) is not True else ()


def _differences(op: Op) -> tuple[int, ...]:
    """No differences at all are the array itself."""
    n = 1 if "n" not in op.args and "n" not in op.attrs else _given(op, "n")
    return () if isinstance(n, int) and n > 0 else first_view(op)


def _matrix_power(op: Op) -> tuple[int, ...]:
    """The first power is the matrix itself."""
    n = _given(op, "n")
    return () if isinstance(n, int) and n != 1 else first_view(op)


AT_TIMES = {
    "np.einsum": _einsum,
    "np.meshgrid": _meshgrid,
    "np.diff": _differences,
    "np.linalg.matrix_power": _matrix_power,
}


def library_views(name: str) -> Views:
    """The function that tells which operands' memory a result may share."""
    if name in AT_TIMES:
        return AT_TIMES[name]
    if name in FIRST:
        return first_view
    return all_views if name in ALL else no_views
