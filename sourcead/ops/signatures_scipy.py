"""Signatures of the SciPy functions that the compiler knows; SciPy itself is not imported."""

from __future__ import annotations

from sourcead.ops.opdef import words

# Ufuncs of scipy.special: elementwise, floating point.
SPECIAL_UNARY = words(
    """
    erf erfc erfcx erfinv erfcinv gammaln gamma rgamma psi expit logit log_expit
    ndtr ndtri log_ndtr i0 i1 i0e i1e j0 j1 k0 k1 y0 y1 loggamma entr spence exp1 expi dawsn
    ellipk ellipe exprel cosm1 log1p expm1 cbrt exp2
    """
)

SPECIAL_BINARY = words(
    """
    xlogy xlog1py beta betaln gammainc gammaincc polygamma rel_entr kl_div jv iv ive kv expn
    huber boxcox binom poch pseudo_huber stdtr
    """
)

SPECIAL_OTHER = """
    scipy.special.betainc(a, b, x)
    scipy.special.zeta(x, q=None)
    scipy.special.zetac(x)
    scipy.special.lambertw(z, k=0, tol=1e-08)
    scipy.special.wofz(z)
    scipy.special.sici(x)
    scipy.special.hyp1f1(a, b, x)
    scipy.special.hyp2f1(a, b, c, x)
    scipy.special.comb(N, k, *, exact=False, repetition=False)
    scipy.special.factorial(n, exact=False)
    scipy.special.multigammaln(a, d)
    scipy.special.softplus(x)
    scipy.special.logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False)
    scipy.special.softmax(x, axis=None)
    scipy.special.log_softmax(x, axis=None)
"""

LINALG = """
    scipy.linalg.solve(a, b, lower=False, overwrite_a=False, overwrite_b=False, \
check_finite=True, assume_a=None, transposed=False)
    scipy.linalg.solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, \
overwrite_b=False, check_finite=True)
    scipy.linalg.cho_factor(a, lower=False, overwrite_a=False, check_finite=True)
    scipy.linalg.cho_solve(c_and_lower, b, overwrite_b=False, check_finite=True)
    scipy.linalg.lu_factor(a, overwrite_a=False, check_finite=True)
    scipy.linalg.lu_solve(lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True)
    scipy.linalg.solve_banded(l_and_u, ab, b)
    scipy.linalg.lstsq(a, b, cond=None, overwrite_a=False, overwrite_b=False, \
check_finite=True, lapack_driver=None)
    scipy.linalg.cholesky(a, lower=False, overwrite_a=False, check_finite=True)
    scipy.linalg.inv(a, overwrite_a=False, check_finite=True)
    scipy.linalg.det(a, overwrite_a=False, check_finite=True)
    scipy.linalg.eigh(a, b=None, *, lower=True, eigvals_only=False)
    scipy.linalg.eigvalsh(a, b=None, *, lower=True)
    scipy.linalg.expm(A)
    scipy.linalg.logm(A)
    scipy.linalg.sqrtm(A)
    scipy.linalg.solve_sylvester(a, b, q)
    scipy.linalg.block_diag(*arrs)
    scipy.linalg.toeplitz(c, r=None)
    scipy.linalg.norm(a, ord=None, axis=None, keepdims=False, check_finite=True)
    scipy.linalg.qr(a, overwrite_a=False, lwork=None, mode='full', pivoting=False)
    scipy.linalg.svd(a, full_matrices=True, compute_uv=True)
    scipy.linalg.svdvals(a)
    scipy.linalg.pinv(a, *, atol=None, rtol=None)
"""

CONTINUOUS = {
    "norm": "", "t": "df, ", "gamma": "a, ", "beta": "a, b, ", "expon": "", "chi2": "df, ",
    "laplace": "", "logistic": "", "cauchy": "", "uniform": "",
}  # fmt: skip

STATS = (
    "\n".join(
        f"    scipy.stats.{name}.{function}(x, {shape}loc=0, scale=1)"
        for name, shape in CONTINUOUS.items()
        for function in ("logpdf", "pdf", "cdf", "logcdf", "sf", "logsf")
    )
    + "\n"
    + "\n".join(
        f"    scipy.stats.{name}.ppf(q, {shape}loc=0, scale=1)"
        for name, shape in CONTINUOUS.items()
    )
    + """
    scipy.stats.poisson.logpmf(k, mu, loc=0)
    scipy.stats.binom.logpmf(k, n, p, loc=0)
    scipy.stats.bernoulli.logpmf(k, p, loc=0)
    scipy.stats.multivariate_normal.logpdf(x, mean=None, cov=1, allow_singular=False)
    scipy.stats.multivariate_normal.pdf(x, mean=None, cov=1, allow_singular=False)
    scipy.stats.dirichlet.logpdf(x, alpha)
"""
)

SIGNAL = """
    scipy.signal.lfilter(b, a, x, axis=-1, zi=None)
    scipy.spatial.distance.cdist(XA, XB, metric='euclidean', *, p=2, w=None, V=None, VI=None)
    scipy.spatial.distance.pdist(X, metric='euclidean', *, p=2, w=None, V=None, VI=None)
    scipy.spatial.distance.squareform(X, force='no', checks=True)
    scipy.signal.convolve(in1, in2, mode='full', method='auto')
    scipy.signal.fftconvolve(in1, in2, mode='full', axes=None)
    scipy.signal.correlate(in1, in2, mode='full', method='auto')
    scipy.integrate.trapezoid(y, x=None, dx=1.0, axis=-1)
    scipy.fft.dct(x, type=2, n=None, axis=-1, norm=None)
    scipy.fft.idct(x, type=2, n=None, axis=-1, norm=None)
    scipy.fft.fft(x, n=None, axis=-1, norm=None)
    scipy.fft.ifft(x, n=None, axis=-1, norm=None)
    scipy.fft.rfft(x, n=None, axis=-1, norm=None)
    scipy.fft.irfft(x, n=None, axis=-1, norm=None)
    scipy.fft.fft2(x, s=None, axes=(-2, -1), norm=None)
    scipy.fft.ifft2(x, s=None, axes=(-2, -1), norm=None)
    scipy.fft.fftn(x, s=None, axes=None, norm=None)
    scipy.fft.ifftn(x, s=None, axes=None, norm=None)
"""
