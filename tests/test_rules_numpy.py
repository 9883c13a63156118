"""The rules of NumPy functions that few programs call, form by form; every rule has a form."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy

import sourcead
from sourcead.errors import DifferentiationError, SourceadError
from sourcead.frontend.known_numbers import with_values
from sourcead.frontend.lower import lower
from sourcead.frontend.source import source_of
from sourcead.ops.names import existing, spelling
from sourcead.rules.declare import ZERO, Rule
from sourcead.rules.table import all_rules
from sourcead.runtime.contract import StaticArg
from sourcead.runtime.types import type_of_argument
from tests import numerics, test_rules_linalg, test_rules_math, test_rules_scipy
from tests.corpus.registry import all_cases
from tests.rule_forms import available, form, load, make_tests
from tests.test_corpus import arguments

rng = np.random.default_rng(11)
u, v = np.array([0.2, 0.7, 0.45, -0.3]), np.array([0.5, 0.3, 1.1, 0.9])
m, square = rng.normal(size=(4, 3)), rng.normal(size=(4, 4))
cube = rng.normal(size=(2, 4, 3))
z, zz = u + 1j * v, m + 1j * rng.normal(size=(4, 3))
gaps = np.where(np.arange(12).reshape(4, 3) % 5 == 1, np.nan, m)
one, other = 1.3, -0.4

ELEMENTS = [
    *[form(f"np.{name}(x, y)", x=u, y=v) for name in ("copysign", "fmax", "fmin")],
    *[form(f"np.{name}(x, y)", x=m, y=m[0] + 0.1) for name in ("fmax", "fmin")],
    form("np.fmod(x, y)", x=7.0 * v, y=u + 1.5),
    form("np.ldexp(x, n)", x=u, n=np.array([1, -2, 3, 0])),
    form("np.nextafter(x, 2.0)", x=u),
    form("np.nan_to_num(x)", x=gaps),
    form("np.conj(x)", x=z, second=False),
    form("np.conj(x).imag * x.real", x=zz),
    form("np.angle(x)", x=z),
    form("np.angle(x, deg=True)", x=zz),
    form("np.real_if_close(x)", x=u),
    form("np.unwrap(x)", x=30.0 * u),
    form("np.unwrap(x, axis=0)", x=20.0 * m),
    form("complex(x, y) ** 2", x=one, y=other, second=False),
    form("abs(complex(x, y)) ** 3", x=one, y=other),
    form("np.complex128(x) ** 2", x=one, second=False),
    form("(np.complex128(x) * 1j).imag * x", x=u),
    form("np.float64(x) * x", x=one),
    form("np.float64(x) * x", x=u),
    form("np.asanyarray(x) * x", x=m),
    form("x * np.interp(x, p, w)", x=u, p=np.array([-1.0, 0.1, 0.5, 2.0]), w=v),
    form("np.interp(x, p, w)", x=one, p=np.array([-1.0, 0.1, 0.5, 2.0]), w=v, second=False),
    form("np.polyval(p, x)", p=v, x=u),
    form("np.polyval(p, x)", p=v, x=one),
    form("np.select([x > 0.5, x > 0], [x * y, y * y], x)", x=u, y=v),
    form("np.select([x > 0.5, x > 0], [x * y, 3.0], 5.0)", x=u, y=v),
    form("np.choose(n, [x, 2.0])", n=np.array([0, 1, 1, 0]), x=u),
    form("np.choose(n, [x, y, x * y])", n=np.array([0, 2, 1, 2]), x=u, y=v),
]

PARTS = [
    form("np.append(x, y)", x=u, y=m),
    form("np.append(x, y, axis=0)", x=m, y=m[:2] + 1.0),
    form("np.atleast_3d(x)", x=m),
    form("np.atleast_3d(x)", x=u),
    form("np.atleast_1d(x) * x", x=one),
    form("np.atleast_2d(x) * x", x=u),
    *[form(f"a, b = np.{f}(x, 2); return a * b", x=square) for f in ("hsplit", "vsplit")],
    form("a, b = np.dsplit(x, 2); return a * b", x=rng.normal(size=(2, 3, 4))),
    form("a, b = np.array_split(x, 2); return a[0] * b", x=m[:, :2].T),
    form("np.array_split(x, 3, axis=1)[1] ** 2", x=square),
    form("np.compress([True, False, True, True], x)", x=u),
    form("np.compress([True, False, True], x, axis=1)", x=m),
    form("np.extract(c, x)", c=m > 0.0, x=m),
    *[form(f"np.{f}(x)", x=m) for f in ("fliplr", "flipud", "rot90", "matrix_transpose")],
    form("np.rot90(x, 3, axes=(1, 2))", x=cube),
    form("np.rollaxis(x, 2)", x=cube),
    form("np.rollaxis(x, 0, 2)", x=cube),
    form("np.diagonal(x, 1)", x=square),
    form("np.diagonal(x, offset=-1, axis1=1, axis2=2)", x=cube),
    form("np.dstack([x, y])", x=m, y=m * 2.0),
    form("np.dstack((x, y))", x=u, y=v),
    form("np.column_stack([x, y])", x=u, y=m),
    form("np.hstack([x, y])", x=u, y=v),
    form("np.vstack([x, y])", x=u, y=v),
    form("np.concatenate([x, y], axis=1)", x=m, y=m[:, :1] + 1.0),
    form("x.flatten() ** 2", x=m),
    form("xs = x.tolist(); return xs[0] * xs[2]", x=u),
    form("a, b = np.broadcast_arrays(x, y); return a * b", x=m, y=m[0]),
    form("np.broadcast_to(x, (4, 3)) * y", x=m[0], y=m),
    form("np.fft.ifftshift(x)", x=u),
    form("np.fft.ifftshift(np.fft.fft(x), axes=0).imag", x=m),
    *[form(f"np.{f}(x)", x=m) for f in ("asarray", "ascontiguousarray", "squeeze", "trace")],
    *[form(f"np.{f}(x)", x=square) for f in ("tril", "triu")],
    form("np.triu(x, 1)", x=cube),
    form("x.astype(float)", x=m),
    form("np.expand_dims(x, (0, 2))", x=m),
    form("np.swapaxes(x, 0, 2)", x=cube),
    form("np.flip(x, axis=1)", x=m),
    form("np.roll(x, 2, axis=0)", x=m),
    form("np.roll(x, (1, 2), axis=(0, 1))", x=m),
    form("np.repeat(x, 2, axis=1)", x=m),
    form("np.repeat(x, n)", x=u, n=np.array([0, 2, 1, 3])),
    form("np.tile(x, (2, 1, 2))", x=m),
    form("np.pad(x, ((1, 2), (0, 1)))", x=m),
    form("np.pad(x, 2, mode='edge')", x=u),
    form("np.pad(x, 2, constant_values=3.0)", x=u),
    form("np.pad(x, 2, constant_values=(1.0, 2.0))", x=u),
    form("np.pad(x, 1, constant_values=y)", x=u, y=one),
    form("np.take(x, n, axis=1)", x=m, n=np.array([2, 0, 2])),
    form("np.take_along_axis(x, n, axis=1)", x=m, n=np.argsort(m, axis=1)),
    form("np.block([[x, x * x], [y, np.sin(y)]])", x=m, y=m[:2] + 1.0),
    form("np.insert(x, 1, y)", x=u, y=one),
    form("np.insert(x, [3, 0], y, axis=0)", x=m, y=m[:2] + 1.0),
    form("np.delete(x, [0, 2])", x=u),
    form("np.delete(x, 1, axis=1)", x=m),
    form("np.resize(x, 6)", x=u),
    form("np.vander(x)", x=u),
    form("np.vander(x, 3, increasing=True)", x=u),
    form("np.full((2, 3), x)", x=one),
    form("np.full_like(y, x)", y=m, x=one),
    form("np.linspace(x, y, 5)", x=one, y=other),
    form("np.linspace(x, y, 3, endpoint=False)", x=u, y=v),
    form("np.geomspace(x, y, 5)", x=one, y=3.7),
    form("np.geomspace(x, y, 4, endpoint=False)", x=one, y=3.7),
    form("np.geomspace(x, y, 4)", x=v, y=v[::-1] + 0.3),
    form("np.logspace(x, m, 3, base=2.0)", x=u[:3], m=m),
    form("np.logspace(x, y, 5)", x=one, y=other),
    form("np.logspace(x, y, 4, base=2.0)", x=one, y=other),
]

SUMS = [
    *[
        form(f"np.{f}(x{options})", x=gaps)
        for f in ("nansum", "nanmean", "nanprod", "nanmax", "nanmin", "nanvar", "nanstd")
        for options in ("", ", axis=0", ", axis=1, keepdims=True")
    ],
    *[
        form(f"np.{f}(x{options})", x=gaps)
        for f in ("nancumsum", "nancumprod")
        for options in ("", ", axis=0")
    ],
    *[form(f"np.nanmedian(x{options})", x=gaps) for options in ("", ", axis=0", ", axis=1")],
    *[
        form(f"np.{f}(x{options})", x=m)
        for f in ("nansum", "nanprod", "nanvar", "cumsum", "cumprod", "nancumprod")
        for options in ("", ", axis=0")
    ],
    *[
        form(f"np.{f}(x, {q}{options})", x=m)
        for f, q in (("quantile", 0.3), ("percentile", 65.0))
        for options in ("", ", axis=0", ", axis=1, keepdims=True")
    ],
    form("np.partition(x, 2)", x=u),
    form("np.partition(x, 1, axis=0)", x=m),
    form("np.bincount(n, weights=x)", n=np.array([0, 2, 1, 2]), x=u),
    form("np.logaddexp.reduce(x)", x=u),
    form("np.logaddexp.reduce(x, axis=1)", x=m),
    form("np.add.reduceat(x, [0, 2, 3])", x=u),
    form(f"np.{spelling('trapezoid')}(x)", x=u),
    form(f"np.{spelling('trapezoid')}(y, x)", y=v, x=np.sort(u)),
    form(f"np.{spelling('trapezoid')}(x, dx=0.3, axis=0)", x=m),
    form("scipy.integrate.trapezoid(y, x)", y=v, x=np.sort(u)),
    form("np.ediff1d(x)", x=u),
    form("np.diff(x, prepend=1.0)", x=u),
    form("np.diff(x, 2, prepend=y, append=2.0)", x=u, y=v),
    form("np.gradient(x)", x=u),
    form("np.gradient(x, 0.3)", x=u),
    form("np.gradient(x, axis=0)", x=square),
    form("np.gradient(x, axis=(1,))", x=square),
    form("np.gradient(x, 0.3, axis=(2, 0), edge_order=2)[0]", x=rng.normal(size=(3, 3, 4))),
    form("a, b = np.gradient(x); return a * b", x=square),
    form("np.cov(x)", x=m),
    form("np.corrcoef(x)", x=m),
    form("np.cov(x, rowvar=False, ddof=0)", x=m),
]

PRODUCTS = [
    *[
        form(f"np.{f}(x, y, mode='{mode}')", x=u, y=v[:3])
        for f, modes in (("convolve", ("full", "same")), ("correlate", ("full",)))
        for mode in (*modes, "valid")
    ],
    form("np.convolve(x, y)", x=v[:2], y=u),
    form("np.convolve(x, y)", x=u, y=one),
    form("np.correlate(x, y)", x=u, y=v),
    form("np.vecdot(x, y)", x=m, y=m * 2.0 + 1.0),
    form("np.real(np.vecdot(x, y))", x=zz, y=zz * 1j + 1.0),
    form("np.matvec(x, y)", x=cube, y=m[0]),
    form("np.vecmat(x, y)", x=u, y=cube),
    form("np.outer(x, y)", x=u, y=v),
    form("np.kron(x, y)", x=m, y=square[:2]),
    form("np.tensordot(x, y, axes=2)", x=m, y=m + 1.0),
    form("np.tensordot(x, y, axes=1)", x=cube, y=m.T),
    form("np.cross(x, y)", x=m, y=m + 1.0),
    form("np.trim_zeros(np.concatenate([[0.0, 0.0], x, [0.0]]))", x=u),
    form("np.trim_zeros(np.concatenate([x, [0.0]]), 'b')", x=u),
    form("np.trim_zeros(np.concatenate([[0.0], x, [0.0]]), 'f')", x=u),
    form("np.cross(x, y)", x=u[:3], y=v[:3]),
]

LOCATED = ("gumbel", "laplace", "logistic", "lognormal", "normal")
SCALED = ("exponential", "rayleigh")
MAKERS = {
    "rng": "rng = np.random.default_rng(3)",
    "np.random": "np.random.seed(3)",
    "rng_": "rng_ = np.random.RandomState(3)",
}
DRAWS = [
    *[
        form(f"{made}; return {owner}.{name}(x, y, 4)", x=other, y=one)
        for owner, made in MAKERS.items()
        for name in LOCATED
    ],
    *[
        form(f"{made}; return {owner}.{name}(y, (2, 3))", y=one)
        for owner, made in MAKERS.items()
        for name in SCALED
    ],
    *[
        form(f"{made}; return {owner}.uniform(x, y, 4)", x=other, y=one)
        for owner, made in MAKERS.items()
    ],
]

# What has no derivative of its own stands beside what has one.
CONSTANT = [
    *[
        form(f"x * np.{name}(x)", x=u)
        for name in ("isnan", "isinf", "isfinite", "signbit", "iscomplexobj", "isscalar", "spacing")
    ],
    *[form(f"x * math.{name}(x)", x=one) for name in ("isnan", "isinf", "isfinite")],
    *[form(f"x * math.{name}(n, 4)", x=one, n=6) for name in ("comb", "gcd")],
    *[form(f"x * math.{name}(n)", x=one, n=5) for name in ("factorial", "isqrt")],
    form("x * math.isclose(x, 7.0) + x", x=one),
    *[form(f"x * np.{name}(x, x)", x=u) for name in ("allclose", "array_equal", "isclose")],
    *[form(f"x * np.logical_{name}(x > 0, x > 0.5)", x=u) for name in ("and", "or", "xor")],
    form("x * np.logical_not(x > 0.3)", x=u),
    form("x * np.heaviside(x, 0.5)", x=u),
    form("np.heaviside(np.array([-1, 0, 1, 0]), x) * x", x=u),
    form("n**x + np.arctan2(x, n)", x=u, n=np.array([100, 2, 7, 3], np.int8)),
    form("x * np.count_nonzero(x > 0.3)", x=u),
    form("x[np.flatnonzero(x > 0.3)] ** 2", x=u),
    *[form(f"x * np.{name}(x)", x=u) for name in ("nanargmax", "nanargmin")],
    form("x[np.nonzero(x > 0.3)] ** 2", x=u),
    form("x[np.argwhere(x > 0.3)[:, 0]] ** 2", x=u),
    form("x[np.argpartition(x, 2)] ** 2", x=u),
    form("x[np.lexsort((x, -x))] ** 2", x=u),
    form("x * np.digitize(x, np.array([0.0, 0.5]))", x=u),
    form("x * np.searchsorted(np.array([0.0, 0.5]), x)", x=u),
    form("x[np.diag_indices_from(x)] ** 2", x=square),
    *[form(f"x[np.{name}_indices_from(x)] ** 2", x=square) for name in ("tril", "triu")],
    *[form(f"x[np.{name}_indices(4)] ** 2", x=square) for name in ("tril", "triu", "diag")],
    form("x[np.ix_(np.array([0, 2]), np.array([1, 2]))] ** 2", x=square),
    form("np.ix_(x, y)[0] * np.ix_(x, y)[1]", x=u, y=v[:3]),
    form("x[np.unravel_index(n, (4, 4))] ** 2", x=square, n=np.array([3, 9])),
    form("x * np.indices((4, 3))[1]", x=m),
    form("x * np.tri(4, 3)", x=m),
    form("x * np.fft.fftfreq(4)", x=u),
    form("x[:3] * np.fft.rfftfreq(4)", x=u),
    form("x * np.ones(4, x.dtype)", x=u),
    form("x * np.ones(4, np.result_type(x, 1.0))", x=u),
    form("x * np.ones(4, np.dtype('float64'))", x=u),
    *[form(f"x * np.{name}(n)", x=u, n=np.array([0, 1, 0, 2])) for name in ("int64", "int32")],
    form("x * np.fix(x)", x=u),
    form("x * np.bool_(n)", x=u, n=np.array([0, 1, 0, 2])),
    form("x * (x.ndim + (n ^ 3) + (n >> 1))", x=u, n=6),
    form("x * (1.3 in [1.0, 1.3]) * (n not in (1, 2)) * (n != 3)", x=u, n=6),
    form("x * (n is None) + x * (n is not None)", x=u, n=6),
    *[
        form(f"{made}; return x * {owner}.{name}(4)", x=u)
        for owner, made in MAKERS.items()
        for name in ("standard_normal", "standard_exponential", "standard_cauchy")
    ],
    *[
        form(f"{made}; return x * {owner}.{name}(4)", x=u)
        for owner, made in list(MAKERS.items())[1:]
        for name in ("rand", "randn", "random", "random_sample")
    ],
    form("rng = np.random.default_rng(3); return x * rng.integers(0, 5, 4)", x=u),
    form("np.random.seed(3); return x * np.random.randint(0, 5, 4)", x=u),
    form("r = np.random.RandomState(3); r.seed(5); return x * r.rand(4)", x=u),
]

# Functions of several results, and forms that are another spelling of simpler ones.
SEVERAL = [
    form("a, b = np.modf(3.3 * x); return a * a * b", x=m),
    form("np.modf(x)[0] ** 2", x=one),
    form("a, b = np.frexp(x); return a * a * b", x=u),
    *[
        form(f"np.{name}.accumulate(x{options})", x=x)
        for name in ("maximum", "minimum")
        for x, options in ((u, ""), (m, ""), (cube, ", axis=1"), (cube, ", axis=-1"))
    ],
    form("np.sort(x, axis=1) ** 2", x=cube),
    form("a, n, k, c = np.unique(x, True, True, True); return a[k.ravel()] * a[0] * c[1]", x=m),
    form("a, n = np.average(x, weights=y, axis=1, returned=True); return a * n", x=m, y=v[:3] + 1),
    form("a, n = np.average(x, weights=y, returned=True); return a * n", x=m, y=m * m + 1),
    form("a, n = np.average(x, axis=0, returned=True); return a * n", x=m),
    form("a, b = np.atleast_2d(x, y); return a * b", x=u, y=one),
    form("np.interp(x, p, w, left=w[1], right=y)", x=3 * u, p=v[:3].cumsum() - 1, w=u[:3], y=one),
    form("np.interp(x, p, w, left=w[1] * w[0])", x=-3.0, p=v[:3].cumsum(), w=u[:3]),
    form("np.interp(x, [0.1, 1.3, 0.6], w, period=1.5)", x=u, w=u[:3]),
    form("np.interp(9 * x, p, w, period=-3.7)", x=u, p=np.array([3.0, 1.2, 2.1]), w=u[:3]),
    form("np.cross(x, y, axisa=0, axisb=-1, axisc=0)", x=m.T, y=m),
    form("np.cross(x, y, 0, 0)", x=m.T, y=m.T + 1),
    form("np.vstack((x, y), casting='same_kind')", x=u, y=v),
    form(
        "a = x * 1.0; a[0, 1] = np.nan; np.nan_to_num(a[0], copy=False, nan=2.0); return a * a", x=m
    ),
    form("np.einsum(x, [0, 1], y, [1, 2], [0, 2])", x=m, y=m.T),
    form("np.einsum(x, [0, ...], y, [...], [..., 0])", x=cube, y=m[0]),
    form("np.einsum(x, [1, 0])", x=m),
    form("np.einsum('p...q,q...->p...', x, y)", x=m, y=square[:3]),
    form("np.einsum('i...j,j...->...i', x, y)", x=cube, y=m.T),
    form("np.einsum('i...,...->i...', x, y)", x=m[:, :1], y=m[0]),
    form("np.einsum('i...i->i...', x)", x=cube[:, :, :2]),
    form("np.polyval(x, 0.3)", x=m),
    form("np.polyval(x, y)", x=cube, y=m),
    form("np.polyval(x, y)", x=m, y=cube),
]

FORMS = [*ELEMENTS, *PARTS, *SUMS, *PRODUCTS, *DRAWS, *CONSTANT, *SEVERAL]
functions, test_first_order, test_second_order = make_tests(FORMS, "numpy_forms")


# Every rule has a form ---------------------------------------------------------------------------

# The second derivative is refused, or not that of a smooth function.
ONCE = {
    "np.fft.fft2", "np.fft.fftn", "np.fft.ifft", "np.fft.ifft2", "np.fft.ifftn", "np.fft.irfft2",
    "np.fft.irfftn", "np.fft.rfft2", "np.fft.rfftn", "np.fft.ihfft",
    "np.linalg.eig", "np.linalg.eigvals", "scipy.linalg.logm", "scipy.linalg.sqrtm",
    "scipy.fft.fft2", "scipy.fft.ifft2", "scipy.fft.fftn", "scipy.fft.ifftn",
}  # fmt: skip


# Too coarse for differences; the rules are those of double precision.
COARSE = {"np.float16", "np.float32", "np.complex64"}
# Known when the function is compiled, so that nothing is left of them; or tested elsewhere.
ELSEWHERE = {
    "dtype", "ndim", "is", "is_not", "np.finfo", "np.iscomplexobj", "np.unstack", "stop_gradient",
    "np.dtype", "np.result_type", "divisor",
    "sum",  # additions, before Python 3.12
}  # fmt: skip


TABLES = (FORMS, test_rules_math.FORMS, test_rules_linalg.FORMS, test_rules_scipy.FORMS)


def operations(f: Callable[..., Any], args: tuple[Any, ...]) -> set[str]:
    """The names of all operations that a function is lowered to."""
    bound = inspect.signature(f).bind(*args)
    bound.apply_defaults()
    given = bound.arguments.items()
    types = [type_of_argument(a, n) for n, a in given]
    try:
        module, _ = with_values(lambda: lower(source_of(f), types))
    except SourceadError:  # it needs to know the values of integers
        types = [StaticArg(a) if type(a) is int else type_of_argument(a, n) for n, a in given]
        module = lower(source_of(f), types)
    return {op.name for function in module.functions.values() for op in function.body.walk()}


def is_ours(rule: Rule) -> bool:
    """Whether a rule is the library's own: other tests of the process declare rules too."""
    if rule.function is not None:
        return rule.function.__module__.startswith("sourcead.rules")
    library, dot, _ = rule.name.partition(".")
    return not dot or library in ("math", "np", "scipy", "rng", "random_state")


def is_at_hand(name: str) -> bool:
    """Whether the library that is installed has a function: the newest have every one."""
    package, _, path = name.partition(".")
    if name == "np.fix" and np.lib.NumpyVersion(np.__version__) >= "2.5.0":
        return False  # NumPy advises against it, and so warns
    if package == "np":
        return name in ("np.astype", "np.nan_to_num") or existing(np, spelling(path)) != []
    return package != "scipy" or existing(scipy, path) != []


def test_every_rule_is_tested(tmp_path: Any) -> None:
    """In reverse and forwards, and to second order unless it is listed above."""
    once: set[str] = set()
    twice: set[str] = set()
    for number, forms in enumerate(map(available, TABLES)):
        functions = load(forms, tmp_path / f"all_forms_{number}.py")
        for k, entry in enumerate(forms):
            found = operations(functions[k], entry.args)
            once |= found
            twice |= found if entry.second else set()
    for case in all_cases():
        args = arguments(case, 0)
        found = operations(case.f, args)
        once |= found
        # A program of the corpus is tested to second order where its result is a number.
        twice |= found if numerics.is_scalar(numerics.run(case.f, args)) else set()
    rules = all_rules()
    known = {name for name, rule in rules.items() if is_ours(rule) and is_at_hand(name)}
    assert sorted(known - once - COARSE - ELSEWHERE) == []
    smooth = {name for name in known if rules[name].kind != ZERO}
    assert sorted(smooth - twice - COARSE - ELSEWHERE - ONCE) == []


def test_parts_whose_number_is_not_known() -> None:
    """Their tangents are parts too; their cotangents are refused by name."""

    def parts(x):
        a, b = np.unstack(x)
        return a * b

    x, x_dot = m[:2], cube[0, :2]
    if is_at_hand("np.unstack"):
        value, moved = sourcead.jvp(parts, (x,), (x_dot,))
        np.testing.assert_array_equal(value, x[0] * x[1])
        np.testing.assert_allclose(moved, x_dot[0] * x[1] + x[0] * x_dot[1])
        with pytest.raises(DifferentiationError, match="read the parts one by one"):
            sourcead.vjp(parts, x)
