"""The rules of `math`, `scipy.special`, `scipy.stats` and `np.fft`, form by form."""

from __future__ import annotations

import numpy as np

from tests.rule_forms import form, make_tests

rng = np.random.default_rng(4)
u = np.array([0.2, 0.7, 0.45])
v = np.array([0.5, 0.3, 1.1])
m = rng.normal(size=(4, 3))
even, odd = rng.normal(size=6), rng.normal(size=7)
z = odd + 1j * rng.normal(size=7)
real = rng.normal(size=(4, 5, 3))
Z = real + 1j * rng.normal(size=(4, 5, 3))

MATH_ONE = """
    sin cos tan asin acos atan sinh cosh tanh asinh atanh exp exp2 expm1 log log1p log2 log10
    sqrt cbrt fabs erf erfc gamma lgamma degrees radians
"""

MATH = [
    *[form(f"math.{name}(x)", x=0.3) for name in MATH_ONE.split()],
    form("math.acosh(x)", x=1.7),
    form("math.fabs(x)", x=-1.7),
    form("math.log(x, y)", x=1.3, y=2.4),
    form("math.log(x, 3)", x=1.3),
    form("math.pow(x, y)", x=1.3, y=2.4),
    form("math.pow(x, 2)", x=-1.3),
    form("math.pow(x, 0)", x=1.3),
    form("math.atan2(y, x)", y=1.3, x=-0.4),
    form("math.fmod(x, y)", x=7.3, y=2.1),
    form("math.copysign(x, y)", x=1.3, y=-0.4),
    form("math.hypot(x, y)", x=1.3, y=-0.4),
    form("math.hypot(x, y, x * y, 2.0)", x=1.3, y=-0.4),
    form("math.dist([x, y], [y * y, 1.0])", x=1.3, y=-0.4),
    form("math.dist((x, 2.0), (3.0, y))", x=1.3, y=-0.4),
    form("math.fsum([x, y, x * y])", x=1.3, y=-0.4),
    form("math.fsum([x * k for k in range(n)])", x=1.3, n=4),
    form("sum([x, y, x * y, 0.1])", x=1.3, y=-0.4),
    form("sum([x * k for k in range(n)], y)", x=1.3, y=-0.4, n=4),
    form("math.prod([x, y, x])", x=1.3, y=-0.4),
    form("math.prod([x, y], start=y)", x=1.3, y=-0.4),
    form("math.prod([x, y, 0.0, x])", x=1.3, y=-0.4),
    form("math.floor(x) * x + math.ceil(x) + math.trunc(x)", x=1.3),
]

UNARY = """
    erf erfc erfcx erfinv erfcinv gammaln gamma rgamma psi expit logit log_expit ndtr ndtri
    log_ndtr i0 i1 i0e i1e j0 j1 k0 k1 y0 y1 loggamma entr exp1 expi dawsn ellipk ellipe exprel
    cosm1 log1p expm1 cbrt exp2 spence digamma softplus factorial
"""
BINARY = "xlogy xlog1py beta betaln rel_entr kl_div huber boxcox binom poch pseudo_huber comb"
ORDERED = "gammainc gammaincc polygamma jv iv ive kv expn stdtr"

SPECIAL = [
    *[form(f"sp.{name}(x)", x=u) for name in UNARY.split()],
    *[form(f"sp.{name}(x)", x=np.array([0.0, 0.1])) for name in ("exprel", "ellipk", "j1")],
    form("sp.spence(x)", x=np.array([1.0, 0.5]), second=False),
    *[form(f"sp.{name}(x, y)", x=u, y=v) for name in BINARY.split()],
    *[form(f"sp.{name}(x, y)", x=1.3, y=0.4) for name in BINARY.split()],
    *[form(f"sp.{name}(2, y)", y=u + 1) for name in ORDERED.split()],
    form("sp.boxcox(x, y)", x=u, y=np.zeros(3), second=False),
    form("sp.betainc(2.0, 1.5, x)", x=u),
    form("sp.hyp1f1(2.0, 1.5, x)", x=u),
    form("sp.hyp2f1(2.0, 1.5, 0.7, x)", x=0.3 * u),
    form("sp.multigammaln(x, 3)", x=u + 3),
    form("sp.zeta(2.5, x)", x=u),
    form("sp.lambertw(x).real", x=u),
    form("sp.wofz(x).imag", x=u),
    *[
        form(f"sp.{name}(x{options})", x=m)
        for name in ("logsumexp", "softmax", "log_softmax")
        for options in ("", ", axis=0", ", axis=-1")
    ],
    form("sp.logsumexp(x, axis=1, keepdims=True)", x=m),
    form("sp.logsumexp(x, axis=(0, 1))", x=m),
    form("sp.logsumexp(x, axis=1, b=y)", x=m, y=np.abs(m)),
    form("sp.logsumexp(x, axis=1, b=y)", x=m, y=np.abs(m[0])),
]

SHAPES = {
    "norm": {}, "t": {"df": 3.5}, "gamma": {"a": 2.2}, "beta": {"a": 2.2, "b": 1.4}, "expon": {},
    "chi2": {"df": 3.3}, "laplace": {}, "logistic": {}, "cauchy": {}, "uniform": {},
}  # fmt: skip

STATS = [
    *[
        form(
            f"st.{name}.{f}({', '.join(['x', *shape])}, loc, scale)",
            x=u, **shape, loc=0.05, scale=1.4,
        )
        for name, shape in SHAPES.items()
        for f in ("logpdf", "pdf")
    ],
    *[
        form(
            f"st.{name}.{f}({', '.join(['x', *map(str, shape.values())])}, loc=m, scale=s)",
            x=u, m=0.1 * u, s=1 + v,
        )
        for name, shape in SHAPES.items()
        for f in ("logpdf", "pdf", "cdf", "logcdf")
    ],
    form("st.norm.logpdf(x)", x=0.3),
    form("st.poisson.logpmf(k, m)", k=np.array([1, 2, 3]), m=u),
    form("st.binom.logpmf(k, 5, p)", k=np.array([1, 2, 3]), p=u),
    form("st.bernoulli.logpmf(k, p)", k=np.array([1, 0, 1]), p=u),
    form("st.multivariate_normal.logpdf(x, m, c @ c.T + np.eye(3))", x=u, m=v, c=m[:3]),
    form("st.multivariate_normal.logpdf(x, m, c @ c.T + np.eye(3))", x=m, m=v, c=m[:3]),
    form("st.multivariate_normal.logpdf(x, cov=c)", x=m, c=np.eye(3) + 0.1),
]  # fmt: skip

FFT = [
    *[
        form(f"np.fft.{name}(x{options})", x=x, second=name in ("irfft", "hfft"))
        for name in ("fft", "ifft", "rfft", "ihfft", "irfft", "hfft")
        for x in ((even, odd) if name in ("rfft", "ihfft") else (odd, z))
        for options in ("", ", n=4", ", 9", ", norm='ortho'", ", norm='forward'")
    ],
    *[
        form(f"np.fft.{name}(x, axis={axis})", x=x, second=False)
        for name, x in (("fft", Z), ("rfft", real), ("ihfft", real), ("irfft", Z), ("hfft", Z))
        for axis in (0, 1, -1)
    ],
    *[
        form(f"np.fft.{name}(x{options})", x=real if name.startswith("rfft") else Z, second=False)
        for name in ("fft2", "ifft2", "fftn", "ifftn", "rfft2", "rfftn", "irfft2", "irfftn")
        for options in ("", ", norm='ortho'", ", axes=(0, 1)", ", axes=(1, 0)")
    ],
    *[
        form(f"np.fft.{name}(x, s=({s}), axes=({axes}))", x=x, second=False)
        for name, x in (("fftn", Z), ("ifftn", real), ("fft2", Z), ("rfftn", real), ("irfftn", Z))
        for s, axes in (("4, 5", "0, 1"), ("3, 7", "-1, 0"), ("6, 3", "1, 2"))
    ],
    form("np.fft.irfftn(x, s=(3, 6, 5), axes=(0, 1, 2))", x=Z, second=False),
    form("np.fft.ifft2(x, s=(3, 6))", x=Z, second=False),
    form("np.abs(np.fft.fft(x)) ** 2", x=even),
    form("np.fft.irfft(np.fft.rfft(x) * k, n=6)", x=even, k=np.arange(4.0)),
    form("np.fft.fftshift(np.fft.fft(x)).real", x=odd),
]  # fmt: skip

PARTS = [
    form("a, b = math.modf(3.3 * x); return a * a * b", x=1.3),
    form("a, b = math.frexp(x); return a * a * b", x=1.3),
    form("math.ldexp(x, -2) ** 2", x=1.3),
]

FORMS = [
    *MATH,
    *PARTS,
    *SPECIAL,
    *STATS,
    *FFT,
]
functions, test_first_order, test_second_order = make_tests(FORMS, "math_forms")
