"""Types of `np.linalg` and `scipy.linalg`, and of index searches."""

from __future__ import annotations

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import ANY, BOOL, INT, ONE, UNKNOWN, ArrayT, Dim, ScalarT, StructT, Type
from sourcead.ops.infer_common import (
    Dims,
    array_dims,
    array_or_scalar,
    broadcast,
    dtype_of,
    floating,
    is_known,
    normal_axes,
    promote,
    real_dtype,
    static,
    type_of,
)
from sourcead.ops.opdef import Infer


def _matrix(op: Op) -> tuple[str | None, Dims | None]:
    """dtype (floating point) and axes of the first operand; None for what is unknown."""
    t = op.operands[0].type if op.operands else UNKNOWN
    if not is_known(t):
        return None, None
    dims = array_dims(t)
    return floating(dtype_of(t)), dims if dims is not None and len(dims) >= 2 else None


def pair(*types: Type) -> StructT:
    return StructT("tuple", tuple(range(len(types))), types)


def same_matrix(op: Op) -> Type:
    dtype, dims = _matrix(op)
    return UNKNOWN if dims is None else ArrayT(dtype, dims)


def transposed(op: Op) -> Type:
    dtype, dims = _matrix(op)
    return UNKNOWN if dims is None else ArrayT(dtype, (*dims[:-2], dims[-1], dims[-2]))


def solve(op: Op) -> Type:
    a, b = type_of(op, "a"), type_of(op, "b")
    if not (is_known(a) and is_known(b)):
        return UNKNOWN
    left, right = array_dims(a), array_dims(b)
    dtype = floating(promote([dtype_of(a), dtype_of(b)]))
    if left is None or right is None or len(left) < 2:
        return ArrayT(dtype, None)
    if len(right) == 1:
        return ArrayT(dtype, (*left[:-2], left[-1]))
    batch = broadcast([left[:-2], right[:-2]])
    return ArrayT(dtype, None if batch is None else (*batch, left[-1], right[-1]))


def determinant(op: Op) -> Type:
    dtype, dims = _matrix(op)
    if op.name == "scipy.linalg.det":  # it computes with doubles
        dtype = {"float32": "float64", "complex64": "complex128"}.get(dtype or "", dtype)
    return UNKNOWN if dims is None else array_or_scalar(dtype, dims[:-2])


def slogdet(op: Op) -> Type:
    dtype, dims = _matrix(op)
    if dims is None:
        return pair(UNKNOWN, UNKNOWN)
    log = array_or_scalar(real_dtype(dtype), dims[:-2])
    return pair(array_or_scalar(dtype, dims[:-2]), log)


def norm(op: Op) -> Type:
    t = type_of(op, "x") if op.name.startswith("np.") else type_of(op, "a")
    axis, keepdims = static(op, "axis", None), static(op, "keepdims", False)
    if not is_known(t) or axis is MISSING or keepdims is MISSING:
        return UNKNOWN
    dims, dtype = array_dims(t), real_dtype(floating(dtype_of(t)))
    if axis is None and not keepdims:
        return array_or_scalar(dtype, ())
    gone = None if dims is None else normal_axes(axis, len(dims))
    if dims is None or gone is None:
        return array_or_scalar(dtype, None)
    if keepdims:
        return ArrayT(dtype, tuple(ONE if k in gone else d for k, d in enumerate(dims)))
    return array_or_scalar(dtype, tuple(d for k, d in enumerate(dims) if k not in gone))


def vector_norm(op: Op) -> Type:
    return norm(op) if is_known(type_of(op, "x")) else UNKNOWN


def matrix_norm(op: Op) -> Type:
    dtype, dims = _matrix(op)
    if dims is None:
        return UNKNOWN
    kept = (ONE, ONE) if static(op, "keepdims", False) is True else ()
    return array_or_scalar(real_dtype(dtype), (*dims[:-2], *kept))


def condition_number(op: Op) -> Type:
    dtype, dims = _matrix(op)
    return UNKNOWN if dims is None else array_or_scalar(real_dtype(dtype), dims[:-2])


def product_of_several(op: Op) -> Type:
    """Matrices, or a vector at either end."""
    t = op.operands[0].type if op.operands else UNKNOWN
    if not isinstance(t, StructT) or not all(is_known(e) for e in t.types):
        return UNKNOWN
    every = [array_dims(e) for e in t.types]
    first, last = every[0], every[-1]
    dtype = promote([dtype_of(e) for e in t.types])
    if first is None or last is None:
        return UNKNOWN
    return array_or_scalar(dtype, (*first[:-1], *last[1:]))


def least_squares(op: Op) -> Type:
    a, b = type_of(op, "a"), type_of(op, "b")
    known = is_known(a) and is_known(b)
    left, right = (array_dims(a), array_dims(b)) if known else (None, None)
    if left is None or right is None or len(left) != 2:
        return pair(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
    dtype = floating(promote([dtype_of(a), dtype_of(b)]))
    real = real_dtype(dtype)
    squares = ArrayT(real, (ANY,))
    return pair(ArrayT(dtype, (left[1], *right[1:])), squares, INT, ArrayT(real, (ANY,)))


def tensor_solution(op: Op) -> Type:
    a, b = type_of(op, "a"), type_of(op, "b")
    if not (is_known(a) and is_known(b)):
        return UNKNOWN
    left, right = array_dims(a), array_dims(b)
    dtype = floating(promote([dtype_of(a), dtype_of(b)]))
    known = left is not None and right is not None and static(op, "axes", None) is None
    return ArrayT(dtype, left[len(right) :] if known and left and right is not None else None)


def tensor_inverse(op: Op) -> Type:
    t, ind = type_of(op, "a"), static(op, "ind", 2)
    dims = array_dims(t) if is_known(t) else None
    if dims is None or not isinstance(ind, int):
        return UNKNOWN
    return ArrayT(floating(dtype_of(t)), (*dims[ind:], *dims[:ind]))


def eig(op: Op) -> Type:
    """Real or complex, as the values turn out; of a complex matrix complex."""
    dtype, dims = _matrix(op)
    if dims is None:
        return pair(UNKNOWN, UNKNOWN)
    return pair(ArrayT(_if_complex(dtype), dims[:-1]), ArrayT(_if_complex(dtype), dims))


def _if_complex(dtype: str | None) -> str | None:
    return dtype if dtype is not None and dtype.startswith("complex") else None


def eigvals(op: Op) -> Type:
    dtype, dims = _matrix(op)
    return UNKNOWN if dims is None else ArrayT(_if_complex(dtype), dims[:-1])


def root_or_logarithm(op: Op) -> Type:
    """Complex where the matrix is, or has negative eigenvalues."""
    dtype, dims = _matrix(op)
    return UNKNOWN if dims is None else ArrayT(_if_complex(dtype), dims)


def cho_factor(op: Op) -> Type:
    dtype, dims = _matrix(op)
    return pair(UNKNOWN if dims is None else ArrayT(dtype, dims), BOOL)


def lu_factor(op: Op) -> Type:
    dtype, dims = _matrix(op)
    if dims is None:
        return pair(UNKNOWN, UNKNOWN)
    return pair(ArrayT(dtype, dims), ArrayT("int32", (*dims[:-2], ANY)))


def by_right_hand_side(op: Op) -> Type:
    """The solution has the shape of the right-hand side, and the wider dtype of all arrays."""
    t = type_of(op, "q" if op.name == "scipy.linalg.solve_sylvester" else "b")
    if not is_known(t):
        return UNKNOWN
    arrays = [u for v in op.operands for u in _arrays_in(v.type)]
    return ArrayT(floating(promote([dtype_of(u) for u in arrays])), array_dims(t))


def _arrays_in(t: Type) -> list[Type]:
    """The arrays of an argument; a pair of a matrix and how it is stored has one."""
    if isinstance(t, StructT):
        return [u for part in t.types for u in _arrays_in(part)]
    pivots = isinstance(t, ArrayT) and t.dtype in ("int32", "bool")
    return [] if pivots or isinstance(t, ScalarT) else [t]


def plain_matrix(op: Op) -> Type:
    """A matrix put together from arrays."""
    types = [v.type for v in op.operands]
    if not types or not all(is_known(t) for t in types):
        return UNKNOWN
    return ArrayT(promote([dtype_of(t) for t in types]), (ANY, ANY))


def eigh(op: Op) -> Type:
    dtype, dims = _matrix(op)
    alone = static(op, "eigvals_only", False)
    if dims is None:
        return pair(UNKNOWN, UNKNOWN) if alone is False else UNKNOWN
    values = ArrayT(real_dtype(dtype), dims[:-1])
    return values if alone is True else pair(values, ArrayT(dtype, dims))


def eigvalsh(op: Op) -> Type:
    dtype, dims = _matrix(op)
    return UNKNOWN if dims is None else ArrayT(real_dtype(dtype), dims[:-1])


def qr(op: Op) -> Type:
    dtype, dims = _matrix(op)
    mode = static(op, "mode", "full" if op.name.startswith("scipy") else "reduced")
    if mode not in ("reduced", "economic", "r") or (dims is None and mode == "r"):
        return UNKNOWN
    if dims is None:
        return pair(UNKNOWN, UNKNOWN)
    batch, m, n = dims[:-2], dims[-2], dims[-1]
    k = shorter(m, n)
    if mode == "r":
        upper = ArrayT(dtype, (*batch, k, n))
        return upper if op.name.startswith("np.") else UNKNOWN
    return pair(ArrayT(dtype, (*batch, m, k)), ArrayT(dtype, (*batch, k, n)))


def shorter(m: Dim, n: Dim) -> Dim:
    """An axis as long as the shorter of two."""
    if m.same_length(n):
        return m
    if m.one or n.one:
        return ONE
    symbol = None if m.symbol is None or n.symbol is None else ("min", m.symbol, n.symbol)
    return Dim(symbol, False if m.one is False and n.one is False else None)


def svd(op: Op) -> Type:
    dtype, dims = _matrix(op)
    vectors, whole = static(op, "compute_uv", True), static(op, "full_matrices", True)
    if dims is None:
        return pair(UNKNOWN, UNKNOWN, UNKNOWN) if vectors is True else UNKNOWN
    batch, m, n = dims[:-2], dims[-2], dims[-1]
    k = shorter(m, n)
    values = ArrayT(real_dtype(dtype), (*batch, k))
    if vectors is False:
        return values
    if vectors is not True or whole is MISSING:
        return UNKNOWN
    u = ArrayT(dtype, (*batch, m, m if whole else k))
    return pair(u, values, ArrayT(dtype, (*batch, n if whole else k, n)))


def svdvals(op: Op) -> Type:
    dtype, dims = _matrix(op)
    if dims is None:
        return UNKNOWN
    k = shorter(dims[-2], dims[-1])
    return ArrayT(real_dtype(dtype), (*dims[:-2], k))


def indices(op: Op) -> Type:
    """A 1-D array of positions."""
    return ArrayT("int64", (ANY,))


def searchsorted(op: Op) -> Type:
    t = type_of(op, "v" if op.name == "np.searchsorted" else "x")
    return array_or_scalar("int64", array_dims(t)) if is_known(t) else UNKNOWN


def nonzero(op: Op) -> Type:
    t = op.operands[0].type if op.operands else UNKNOWN
    dims = array_dims(t) if is_known(t) else None
    # A number has one axis here, or it raises, as the version of NumPy has it.
    return UNKNOWN if not dims else pair(*(ArrayT("int64", (ANY,)),) * len(dims))


def pairs_of_indices(op: Op) -> Type:
    return pair(ArrayT("int64", (ANY,)), ArrayT("int64", (ANY,)))


TABLE: dict[str, Infer] = {
    **{f"np.linalg.{n}": same_matrix for n in ("inv", "cholesky", "matrix_power")},
    **{f"scipy.linalg.{n}": same_matrix for n in ("inv", "cholesky", "expm")},
    **{f"scipy.linalg.{n}": root_or_logarithm for n in ("sqrtm", "logm")},
    **{f"{lib}.linalg.pinv": transposed for lib in ("np", "scipy")},
    **{f"{lib}.linalg.det": determinant for lib in ("np", "scipy")},
    **{f"{lib}.linalg.norm": norm for lib in ("np", "scipy")},
    **{f"{lib}.linalg.eigvalsh": eigvalsh for lib in ("np", "scipy")},
    "np.linalg.solve": solve,
    "scipy.linalg.solve": solve,
    "scipy.linalg.solve_triangular": solve,
    "np.linalg.vector_norm": vector_norm,
    "np.linalg.matrix_norm": matrix_norm,
    "np.linalg.cond": condition_number,
    "np.linalg.multi_dot": product_of_several,
    "np.linalg.lstsq": least_squares,
    "np.linalg.tensorsolve": tensor_solution,
    "np.linalg.tensorinv": tensor_inverse,
    "np.linalg.eig": eig,
    "np.linalg.eigvals": eigvals,
    "scipy.linalg.cho_factor": cho_factor,
    "scipy.linalg.lu_factor": lu_factor,
    "scipy.linalg.cho_solve": by_right_hand_side,
    "scipy.linalg.lu_solve": by_right_hand_side,
    "scipy.linalg.solve_banded": by_right_hand_side,
    "scipy.linalg.solve_sylvester": by_right_hand_side,
    "scipy.linalg.block_diag": plain_matrix,
    "scipy.linalg.toeplitz": plain_matrix,
    "scipy.linalg.qr": qr,
    "np.linalg.slogdet": slogdet,
    "np.linalg.eigh": eigh,
    "scipy.linalg.eigh": eigh,
    "np.linalg.qr": qr,
    "np.linalg.svd": svd,
    "scipy.linalg.svd": svd,
    "np.linalg.svdvals": svdvals,
    "scipy.linalg.svdvals": svdvals,
    "np.flatnonzero": indices,
    "np.searchsorted": searchsorted,
    "np.digitize": searchsorted,
    "np.nonzero": nonzero,
    "np.triu_indices": pairs_of_indices,
    "np.tril_indices": pairs_of_indices,
    "np.diag_indices": pairs_of_indices,
}
