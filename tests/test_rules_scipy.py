"""The rules of `scipy.signal`, `scipy.fft` and the upper tails in `scipy.stats`, form by form."""

from __future__ import annotations

import numpy as np

from tests.rule_forms import form, make_tests

rng = np.random.default_rng(12)
x, m, square = rng.uniform(0.3, 0.8, size=3), rng.normal(size=(4, 6)), rng.normal(size=(3, 3))
long, short = rng.normal(size=6), rng.normal(size=3)
wide, small = rng.normal(size=(4, 5)), rng.normal(size=(2, 3))
tall = rng.normal(size=(4, 3))

SHAPES = {
    "norm": "", "t": "3.0, ", "gamma": "2.0, ", "beta": "2.0, 3.0, ", "expon": "", "chi2": "3.0, ",
    "laplace": "", "logistic": "", "cauchy": "", "uniform": "",
}  # fmt: skip
MODES = ("full", "same", "valid")
# Beyond the distribution function the density is differentiated, which `uniform` has no use for.
STATS = [
    form(f"st.{name}.{function}(x, {shape}m, s)", x=x, m=0.1, s=1.1)
    for name, shape in SHAPES.items()
    for function in ("sf", "logsf", "ppf")
]
DENSITIES = [
    form("st.multivariate_normal.pdf(x, m, c @ c.T + np.eye(3))", x=x, m=short, c=square),
    form("st.multivariate_normal.pdf(x, cov=np.eye(3))", x=rng.normal(size=(2, 3))),
    form("st.dirichlet.logpdf(np.array([0.2, 0.3, 0.5]), a)", a=x),
]
CONVOLUTIONS = [
    *[form(f"scipy.signal.convolve(x, y, {k!r})", x=long, y=short) for k in MODES],
    *[form(f"scipy.signal.convolve(x, y, mode={k!r})", x=short, y=long) for k in MODES],
    *[form(f"scipy.signal.correlate(x, y, {k!r})", x=long, y=short[:2]) for k in MODES],
    *[form(f"scipy.signal.correlate(x, y, {k!r})", x=wide, y=small) for k in MODES],
    *[form(f"scipy.signal.fftconvolve(x, y, {k!r})", x=wide, y=small) for k in MODES],
]
SEVERAL = ("fft2", "ifft2", "fftn", "ifftn")
TRANSFORMS = [
    *[form(f"np.abs(scipy.fft.{k}(x))", x=m) for k in ("fft", "ifft", "rfft")],
    *[form(f"np.abs(scipy.fft.{k}(x))", x=m, second=False) for k in SEVERAL],
    form("np.abs(scipy.fft.fft(x, 5, axis=0, norm='ortho'))", x=m),
    form("scipy.fft.irfft((1 + 2j) * x)", x=m),
    *[form(f"scipy.fft.{k}(x)", x=m) for k in ("dct", "idct")],
    *[form(f"scipy.fft.{k}(x, axis=0, norm='ortho')", x=m) for k in ("dct", "idct")],
    *[form(f"scipy.fft.{k}(x, 3, norm='ortho')", x=m) for k in ("dct", "idct")],
    *[form(f"scipy.fft.{k}(x, n=7, axis=0)", x=m) for k in ("dct", "idct")],
]
METRICS = (
    "euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine", "correlation", "canberra",
    "braycurtis",
)  # fmt: skip
GAPS = ("'minkowski', p=3", "'seuclidean', V=[0.5, 2.0, 1.0]", "'mahalanobis', VI=2.0 * np.eye(3)")
DISTANCES = [
    *[form(f"scipy.spatial.distance.cdist(x, y, {k!r})", x=tall, y=small) for k in METRICS],
    *[form(f"scipy.spatial.distance.cdist(x, y, {k})", x=tall, y=small) for k in GAPS],
    *[form(f"scipy.spatial.distance.pdist(x, {k!r})", x=tall) for k in METRICS],
    *[form(f"scipy.spatial.distance.pdist(x, {k})", x=tall) for k in GAPS],
    form("scipy.spatial.distance.cdist(x, np.ones((2, 3)), w=[1.0, 2.0, 0.5])", x=tall),
    form("scipy.spatial.distance.cdist(np.ones((2, 3)), x, 'cos')", x=tall),
    form("scipy.spatial.distance.squareform(x)", x=long),
    form("scipy.spatial.distance.squareform(x @ x.T, checks=False)", x=tall),
]
FILTERS = [
    form("scipy.signal.lfilter(b, a, x)", b=short, a=1.0 + 0.2 * short, x=long),
    form("scipy.signal.lfilter([0.2, 0.3], [1.0, -0.5], x)", x=long),
    form("scipy.signal.lfilter(b, 2.0, x)", b=long, x=short),
    form("scipy.signal.lfilter([0.2, 0.3], [1.0, -0.5], x, axis=0)", x=wide),
    form("return scipy.special.sici(x)[0] * scipy.special.sici(x)[1]", x=x),
    form("scipy.special.sici(x)[0]", x=np.zeros(2)),
    form("np.unique(x)", x=long),
    form("np.unique(x)", x=wide),
    form("return scipy.linalg.lstsq(x, y)[0] + scipy.linalg.lstsq(x, y)[1]", x=tall, y=wide[:, 0]),
    form("return scipy.linalg.lstsq(x, y)[1]", x=tall, y=wide),
    form("return scipy.linalg.lstsq(x, y)[3]", x=tall, y=wide),
    form("scipy.linalg.lstsq(np.eye(4)[:, :3] + 0.1, y)[0]", y=wide[:, 0]),
]
FORMS = [*STATS, *DENSITIES, *CONVOLUTIONS, *TRANSFORMS, *DISTANCES, *FILTERS]
functions, test_first_order, test_second_order = make_tests(FORMS, "scipy_forms")
