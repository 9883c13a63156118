"""Signatures of the library functions that the compiler knows, with NumPy's parameter names."""

from __future__ import annotations

import numpy as np

from sourcead.ops.opdef import words

# One argument, elementwise; the dtype of the result is asked of NumPy.
UNARY_UFUNCS = words(
    """
    abs fabs exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sin cos tan
    arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh deg2rad rad2deg conj sign
    floor ceil trunc rint signbit spacing logical_not isnan isinf isfinite
    """
)

BINARY_UFUNCS = words(
    """
    maximum minimum fmax fmin hypot arctan2 logaddexp logaddexp2 copysign float_power fmod
    heaviside nextafter ldexp logical_and logical_or logical_xor
    """
)

# Other elementwise functions, with a signature of their own.
ELEMENTWISE = """
    np.degrees(x)
    np.radians(x)
    np.sinc(x)
    np.modf(x)
    np.frexp(x)
    np.i0(x)
    np.fix(x)
    np.round(a, decimals=0)
    np.real(val)
    np.imag(val)
    np.angle(z, deg=False)
    np.real_if_close(a, tol=100)
    np.nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None)
    np.clip(a, a_min=None, a_max=None)
    np.where(condition, x, y)
    np.isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False)
    np.float64(x)
    np.float32(x)
    np.float16(x)
    np.complex128(x)
    np.complex64(x)
    np.int64(x)
    np.int32(x)
    np.bool(x)
"""

REDUCTIONS = """
    np.sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True)
    np.prod(a, axis=None, dtype=None, out=None, keepdims=False, initial=1, where=True)
    np.mean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True)
    np.var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True)
    np.std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True)
    np.max(a, axis=None, out=None, keepdims=False, initial=None, where=True)
    np.min(a, axis=None, out=None, keepdims=False, initial=None, where=True)
    np.ptp(a, axis=None, out=None, keepdims=False)
    np.median(a, axis=None, out=None, overwrite_input=False, keepdims=False)
    np.any(a, axis=None, out=None, keepdims=False, *, where=True)
    np.all(a, axis=None, out=None, keepdims=False, *, where=True)
    np.nansum(a, axis=None, dtype=None, out=None, keepdims=False)
    np.nanprod(a, axis=None, dtype=None, out=None, keepdims=False)
    np.nanmean(a, axis=None, dtype=None, out=None, keepdims=False)
    np.nanvar(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False)
    np.nanstd(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False)
    np.nanmax(a, axis=None, out=None, keepdims=False)
    np.nanmin(a, axis=None, out=None, keepdims=False)
    np.nanmedian(a, axis=None, out=None, overwrite_input=False, keepdims=False)
    np.percentile(a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False)
    np.quantile(a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False)
    np.average(a, axis=None, weights=None, returned=False, *, keepdims=False)
    np.count_nonzero(a, axis=None, *, keepdims=False)
    np.argmax(a, axis=None, out=None, *, keepdims=False)
    np.argmin(a, axis=None, out=None, *, keepdims=False)
    np.nanargmax(a, axis=None, out=None, *, keepdims=False)
    np.nanargmin(a, axis=None, out=None, *, keepdims=False)
    np.logaddexp.reduce(array, axis=0, dtype=None, out=None, keepdims=False)
    np.maximum.accumulate(array, axis=0, dtype=None, out=None)
    np.minimum.accumulate(array, axis=0, dtype=None, out=None)
"""

SCANS = """
    np.cumsum(a, axis=None, dtype=None, out=None)
    np.cumprod(a, axis=None, dtype=None, out=None)
    np.nancumsum(a, axis=None, dtype=None, out=None)
    np.cumulative_sum(x, *, axis=None, dtype=None, out=None, include_initial=False)
    np.nancumprod(a, axis=None, dtype=None, out=None)
    np.sort(a, axis=-1, kind=None, order=None, *, stable=None)
    np.partition(a, kth, axis=-1)
    np.argsort(a, axis=-1, kind=None, order=None, *, stable=None)
    np.argpartition(a, kth, axis=-1)
    np.diff(a, n=1, axis=-1, prepend=None, append=None)
    np.ediff1d(ary, to_end=None, to_begin=None)
    np.gradient(f, *varargs, axis=None, edge_order=1)
    np.trapezoid(y, x=None, dx=1.0, axis=-1)
    np.interp(x, xp, fp, left=None, right=None, period=None)
    np.polyval(p, x)
    np.convolve(a, v, mode='full')
    np.correlate(a, v, mode='valid')
    np.unwrap(p, discont=None, axis=-1, *, period=6.283185307179586)
    np.cov(m, y=None, rowvar=True, bias=False, ddof=None)
    np.corrcoef(x, y=None, rowvar=True)
    np.add.reduceat(array, indices, axis=0)
"""

SHAPES = """
    np.reshape(a, shape, order='C', *, copy=None)
    np.ravel(a, order='C')
    flatten(a, order='C')
    np.transpose(a, axes=None)
    np.matrix_transpose(x)
    np.swapaxes(a, axis1, axis2)
    np.moveaxis(a, source, destination)
    np.rollaxis(a, axis, start=0)
    np.squeeze(a, axis=None)
    np.expand_dims(a, axis)
    np.broadcast_to(array, shape)
    np.broadcast_arrays(*args)
    np.atleast_1d(x)
    np.atleast_2d(x)
    np.atleast_3d(x)
    np.concatenate(arrays, axis=0, out=None, *, dtype=None)
    np.stack(arrays, axis=0, out=None, *, dtype=None)
    np.vstack(arrays, *, dtype=None)
    np.hstack(arrays, *, dtype=None)
    np.dstack(arrays)
    np.column_stack(arrays)
    np.block(arrays)
    np.append(arr, values, axis=None)
    np.insert(arr, obj, values, axis=None)
    np.delete(arr, obj, axis=None)
    np.split(ary, indices_or_sections, axis=0)
    np.array_split(ary, indices_or_sections, axis=0)
    np.hsplit(ary, indices_or_sections)
    np.vsplit(ary, indices_or_sections)
    np.dsplit(ary, indices_or_sections)
    np.unstack(x, *, axis=0)
    np.tile(A, reps)
    np.repeat(a, repeats, axis=None)
    np.flip(m, axis=None)
    np.fliplr(m)
    np.flipud(m)
    np.rot90(m, k=1, axes=(0, 1))
    np.roll(a, shift, axis=None)
    np.pad(array, pad_width, mode='constant', *, constant_values=0)
    np.triu(m, k=0)
    np.tril(m, k=0)
    np.diag(v, k=0)
    np.diagflat(v, k=0)
    np.diagonal(a, offset=0, axis1=0, axis2=1)
    np.trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None)
    np.vander(x, N=None, increasing=False)
    np.resize(a, new_shape)
    np.trim_zeros(filt, trim='fb')
    np.meshgrid(*xi, copy=True, sparse=False, indexing='xy')
    tolist(a)
"""

CREATION = """
    np.array(object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0, like=None)
    np.asarray(a, dtype=None, order=None, *, copy=None)
    np.asanyarray(a, dtype=None, order=None, *, copy=None)
    np.ascontiguousarray(a, dtype=None)
    np.asfarray(a, dtype=None)
    np.zeros(shape, dtype='float64', order='C')
    np.ones(shape, dtype='float64', order='C')
    np.empty(shape, dtype='float64', order='C')
    np.full(shape, fill_value, dtype=None, order='C')
    np.zeros_like(a, dtype=None, order='K', subok=True, shape=None)
    np.ones_like(a, dtype=None, order='K', subok=True, shape=None)
    np.empty_like(prototype, dtype=None, order='K', subok=True, shape=None)
    np.full_like(a, fill_value, dtype=None, order='K', subok=True, shape=None)
    np.eye(N, M=None, k=0, dtype='float64')
    np.identity(n, dtype='float64')
    np.tri(N, M=None, k=0, dtype='float64')
    np.arange(start, stop=None, step=None, dtype=None)
    np.linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0)
    np.logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0)
    np.geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0)
    np.indices(dimensions, dtype='int64', sparse=False)
    np.triu_indices(n, k=0, m=None)
    np.tril_indices(n, k=0, m=None)
    np.diag_indices(n, ndim=2)
    np.diag_indices_from(arr)
    np.triu_indices_from(arr, k=0)
    np.tril_indices_from(arr, k=0)
    np.ix_(*args)
    np.finfo(dtype)
    np.result_type(*arrays_and_dtypes)
    np.dtype(dtype)
    np.iscomplexobj(x)
    np.isscalar(element)
    np.allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False)
    np.array_equal(a1, a2, equal_nan=False)
    np.fft.fftfreq(n, d=1.0)
    np.fft.rfftfreq(n, d=1.0)
"""

INDEXING = """
    np.take(a, indices, axis=None, out=None, mode='raise')
    np.take_along_axis(arr, indices, axis=-1)
    np.select(condlist, choicelist, default=0)
    np.compress(condition, a, axis=None, out=None)
    np.extract(condition, arr)
    np.choose(a, choices, out=None, mode='raise')
    np.searchsorted(a, v, side='left', sorter=None)
    np.digitize(x, bins, right=False)
    np.nonzero(a)
    np.flatnonzero(a)
    np.argwhere(a)
    np.unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None)
    np.lexsort(keys, axis=-1)
    np.bincount(x, weights=None, minlength=0)
    np.unravel_index(indices, shape)
"""

# The axis has a default since NumPy 2.3 only.
if np.lib.NumpyVersion(np.__version__) < "2.3.0":
    INDEXING = INDEXING.replace("indices, axis=-1", "indices, axis")

PRODUCTS = """
    np.dot(a, b, out=None)
    np.inner(a, b)
    np.outer(a, b, out=None)
    np.vdot(a, b)
    np.vecdot(x1, x2, *, axis=-1)
    np.matvec(x1, x2)
    np.vecmat(x1, x2)
    np.tensordot(a, b, axes=2)
    np.einsum(subscripts, *operands, optimize=False)
    np.kron(a, b)
    np.cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None)
    np.linalg.multi_dot(arrays)
    np.linalg.matrix_power(a, n)
"""

LINALG = """
    np.linalg.solve(a, b)
    np.linalg.inv(a)
    np.linalg.det(a)
    np.linalg.slogdet(a)
    np.linalg.cholesky(a, *, upper=False)
    np.linalg.norm(x, ord=None, axis=None, keepdims=False)
    np.linalg.vector_norm(x, *, axis=None, keepdims=False, ord=2)
    np.linalg.matrix_norm(x, *, keepdims=False, ord='fro')
    np.linalg.eigh(a, UPLO='L')
    np.linalg.eigvalsh(a, UPLO='L')
    np.linalg.eig(a)
    np.linalg.eigvals(a)
    np.linalg.qr(a, mode='reduced')
    np.linalg.svd(a, full_matrices=True, compute_uv=True, hermitian=False)
    np.linalg.svdvals(x)
    np.linalg.pinv(a, rcond=None, hermitian=False, *, rtol=None)
    np.linalg.lstsq(a, b, rcond='warn')
    np.linalg.matrix_rank(A, tol=None, hermitian=False)
    np.linalg.cond(x, p=None)
    np.linalg.tensorsolve(a, b, axes=None)
    np.linalg.tensorinv(a, ind=2)
"""

FFT = """
    np.fft.fft(a, n=None, axis=-1, norm=None)
    np.fft.ifft(a, n=None, axis=-1, norm=None)
    np.fft.rfft(a, n=None, axis=-1, norm=None)
    np.fft.irfft(a, n=None, axis=-1, norm=None)
    np.fft.hfft(a, n=None, axis=-1, norm=None)
    np.fft.ihfft(a, n=None, axis=-1, norm=None)
    np.fft.fft2(a, s=None, axes=(-2, -1), norm=None)
    np.fft.ifft2(a, s=None, axes=(-2, -1), norm=None)
    np.fft.fftn(a, s=None, axes=None, norm=None)
    np.fft.ifftn(a, s=None, axes=None, norm=None)
    np.fft.rfft2(a, s=None, axes=(-2, -1), norm=None)
    np.fft.irfft2(a, s=None, axes=(-2, -1), norm=None)
    np.fft.rfftn(a, s=None, axes=None, norm=None)
    np.fft.irfftn(a, s=None, axes=None, norm=None)
    np.fft.fftshift(x, axes=None)
    np.fft.ifftshift(x, axes=None)
"""

MATH = words(
    """
    sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp exp2 expm1 log1p log2
    log10 sqrt cbrt fabs erf erfc gamma lgamma degrees radians
    """
)

MATH_OTHER = """
    math.log(x, base=None)
    math.pow(x, y)
    math.atan2(y, x)
    math.fmod(x, y)
    math.copysign(x, y)
    math.hypot(*coordinates)
    math.dist(p, q)
    math.fsum(seq)
    math.prod(iterable, *, start=1)
    math.modf(x)
    math.frexp(x)
    math.ldexp(x, i)
    math.floor(x)
    math.ceil(x)
    math.trunc(x)
    math.isqrt(n)
    math.comb(n, k)
    math.factorial(n)
    math.gcd(*integers)
    math.isnan(x)
    math.isinf(x)
    math.isfinite(x)
    math.isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)
"""

# Variants that write into their first argument; the frontend turns them into new versions.
IN_PLACE = """
    np.copyto(dst, src, *, where=True)
    np.fill_diagonal(a, val, wrap=False)
    np.put_along_axis(arr, indices, values, axis)
    np.add.at(a, indices, b)
    np.subtract.at(a, indices, b)
    np.place(arr, mask, vals)
    np.putmask(a, mask, values)
"""
