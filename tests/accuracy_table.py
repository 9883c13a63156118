"""Elementwise functions, what they are in mpmath, and where they are tried.

A derivative is right relative to its own size. The points therefore leave out the neighbourhood
of a zero that a derivative has elsewhere than at 0, and the second derivatives of `expit` and of
the inverse cosine there, which the values themselves do not resolve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import scipy.special
from mpmath import mp

from sourcead.ops.names import existing


@dataclass(frozen=True)
class Entry:
    """A call in `x` and perhaps `y`, and its reference; `wrt` are the arguments differentiated."""

    text: str
    reference: Callable[..., Any]
    points: tuple[tuple[float, ...], ...]
    wrt: tuple[int, ...]


SMALL = (1e-300, 1e-155, 1e-20, 1e-9, 1e-3)
MIDDLE = (0.3, 0.75, 1.9, 4.5, 12.0)
LARGE = (45.0, 300.0, 1e4, 1e9, 1e22, 1e70, 1e155, 1e300)


def both_signs(points: Iterable[float]) -> tuple[float, ...]:
    return (0.0, *(sign * x for x in points for sign in (1.0, -1.0)))


POSITIVE = (*SMALL, *MIDDLE, *LARGE)
REAL = both_signs(POSITIVE)
MODERATE = both_signs((*SMALL, *MIDDLE, 45.0, 300.0))
BELL = both_signs((1e-9, 0.3, 1.9, 4.5, 12.0))
TAILS = both_signs((0.3, 4.5, 30.0, 300.0))
WIDE = both_signs((1e-9, 0.3, 4.5, 30.0, 300.0, 1e9, 1e155))
UNIT = both_signs((*SMALL, 0.3, 0.75, 1 - 1e-6, 1 - 1e-12))
ABOVE_ONE = (1 + 1e-12, 1 + 1e-6, 1.3, 4.5, 12.0, *LARGE)
ABOVE_MINUS_ONE = (0.0, *POSITIVE, -0.3, -1 + 1e-6)
GAMMA = (1e-20, 1e-3, 0.3, 1.9, 12.0, 45.0, -0.3, -7.6)
ELLIPTIC = (0.0, 1e-9, 1e-5, 1e-3, 0.3, 0.75, 1 - 1e-6, -0.3, -4.5, -1e4)
AROUND_ONE = (1e-9, 0.3, 0.49, 0.75, 1 - 1e-6, 1 - 1e-12, 1.0, 1 + 1e-6, 1.4, 1.6, 12.0, 1e4)
BESSEL = (0.3, 1.9, 12.0, 45.0)
PROBABILITIES = (1e-50, 1e-20, 1e-3, 0.3, 0.75, 1 - 1e-6)
CENTRAL = (1e-3, 0.3, 0.75, 1 - 1e-6)


def of_one(text: str, reference: Callable[..., Any], points: Iterable[float]) -> Entry:
    return Entry(text, reference, tuple((x,) for x in points), (0,))


def logistic(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def log_ncdf(x: Any) -> Any:
    return mp.log(mp.ncdf(x))


def softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x))


def erfcx(x: Any) -> Any:
    return mp.exp(x * x) * mp.erfc(x)


def dawson(x: Any) -> Any:
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def inner_gamma(a: Any, low: Any, high: Any) -> Any:
    return mp.gammainc(a, low, high, regularized=True)


def inner_beta(a: Any, b: Any, low: Any, high: Any) -> Any:
    return mp.betainc(a, b, low, high, regularized=True)


def student_tail(x: Any) -> Any:
    """The probability beyond x of Student's distribution with 3.5 degrees of freedom."""
    nu = mp.mpf(3.5)
    tail = inner_beta(nu / 2, 0.5, 0, nu / (nu + x * x)) / 2
    return tail if x > 0 else 1 - tail


def student_density(x: Any) -> Any:
    nu = mp.mpf(3.5)
    return (1 + x * x / nu) ** (-(nu + 1) / 2) / (mp.sqrt(nu) * mp.beta(nu / 2, 0.5))


# NumPy's name, that of `math`, and the points.
ELEMENTARY = [
    ("sin", "sin", mp.sin, MODERATE),
    ("cos", "cos", mp.cos, MODERATE),
    ("tan", "tan", mp.tan, MODERATE),
    ("sinh", "sinh", mp.sinh, MODERATE),
    ("cosh", "cosh", mp.cosh, MODERATE),
    ("tanh", "tanh", mp.tanh, (*MODERATE, 1e3, 1e22, -1e155)),
    ("exp", "exp", mp.exp, MODERATE),
    ("exp2", "exp2", lambda x: mp.mpf(2) ** x, MODERATE),
    ("expm1", "expm1", mp.expm1, MODERATE),
    ("arctan", "atan", mp.atan, REAL),
    ("arcsinh", "asinh", mp.asinh, REAL),
    ("arccosh", "acosh", mp.acosh, ABOVE_ONE),
    ("arcsin", "asin", mp.asin, UNIT),
    ("arccos", "acos", mp.acos, UNIT),
    ("arctanh", "atanh", mp.atanh, UNIT),
    ("sqrt", "sqrt", mp.sqrt, POSITIVE),
    ("cbrt", "cbrt", mp.cbrt, POSITIVE),
    ("log", "log", mp.log, POSITIVE),
    ("log2", "log2", lambda x: mp.log(x, 2), POSITIVE),
    ("log10", "log10", mp.log10, POSITIVE),
    ("log1p", "log1p", mp.log1p, ABOVE_MINUS_ONE),
]

ONE = [
    *[of_one(f"np.{name}(x)", f, points) for name, _, f, points in ELEMENTARY],
    *[of_one(f"math.{name}(x)", f, points) for _, name, f, points in ELEMENTARY],
    of_one("np.square(x)", lambda x: x * x, MODERATE),
    of_one("np.reciprocal(x)", lambda x: 1 / x, POSITIVE),
    of_one("np.sinc(x)", mp.sincpi, (*MODERATE, 0.099, 0.101, 1.0, 2.0)),
    of_one("math.gamma(x)", mp.gamma, GAMMA),
    of_one("math.lgamma(x)", mp.loggamma, GAMMA[:6]),
    of_one("math.erf(x)", mp.erf, BELL),
    of_one("math.erfc(x)", mp.erfc, BELL),
    of_one("sp.erf(x)", mp.erf, BELL),
    of_one("sp.erfc(x)", mp.erfc, BELL),
    of_one("sp.erfcx(x)", erfcx, (*BELL, 9.0, 10.1, 45.0, 300.0, 1e4, 1e9)),
    of_one("sp.erfinv(x)", mp.erfinv, (0.0, 1e-9, 0.3, -0.75)),
    of_one("sp.ndtr(x)", mp.ncdf, BELL),
    of_one("sp.log_ndtr(x)", log_ncdf, (*BELL, 36.0, 300.0, -1e4)),
    of_one("sp.dawsn(x)", dawson, (*BELL, 9.0, 10.1, -45.0, 1e4)),
    of_one("sp.expit(x)", logistic, TAILS[1:]),
    of_one("sp.logit(x)", lambda x: mp.log(x) - mp.log(1 - x), (*SMALL, 0.3, 0.75, 1 - 1e-12)),
    of_one("sp.log_expit(x)", lambda x: -softplus(-x), MODERATE),
    *[of_one("sp.softplus(x)", softplus, MODERATE) for _ in existing(scipy.special, "softplus")],
    of_one("np.logaddexp(0.0, x)", softplus, MODERATE),
    of_one("sp.entr(x)", lambda x: -x * mp.log(x), POSITIVE),
    of_one("sp.exprel(x)", lambda x: mp.expm1(x) / x if x else mp.mpf(1), MODERATE),
    of_one("sp.spence(x)", lambda x: mp.polylog(2, 1 - x), AROUND_ONE),
    of_one("sp.cosm1(x)", lambda x: mp.cos(x) - 1, MODERATE),
    of_one("sp.log1p(x)", mp.log1p, ABOVE_MINUS_ONE),
    of_one("sp.expm1(x)", mp.expm1, MODERATE),
    of_one("sp.exp2(x)", lambda x: mp.mpf(2) ** x, MODERATE),
    of_one("sp.cbrt(x)", mp.cbrt, POSITIVE),
    of_one("sp.gammaln(x)", mp.loggamma, GAMMA[:6]),
    of_one("sp.loggamma(x)", mp.loggamma, GAMMA[:6]),
    of_one("sp.gamma(x)", mp.gamma, GAMMA),
    of_one("sp.rgamma(x)", mp.rgamma, (*GAMMA, 0.0, -1.0, -4.0, -3 + 1e-9)),
    of_one("sp.psi(x)", lambda x: mp.psi(0, x), GAMMA),
    of_one("sp.factorial(x)", lambda x: mp.gamma(x + 1), GAMMA[:6]),
    of_one("sp.j0(x)", lambda x: mp.besselj(0, x), (0.0, 1e-9, *BESSEL)),
    of_one("sp.j1(x)", lambda x: mp.besselj(1, x), (0.0, 1e-9, *BESSEL)),
    of_one("sp.y0(x)", lambda x: mp.bessely(0, x), (0.3,)),
    of_one("sp.y1(x)", lambda x: mp.bessely(1, x), (0.3,)),
    of_one("sp.i0(x)", lambda x: mp.besseli(0, x), (0.0, 1e-9, *BESSEL)),
    of_one("sp.i1(x)", lambda x: mp.besseli(1, x), (0.0, 1e-9, *BESSEL)),
    of_one("sp.k0(x)", lambda x: mp.besselk(0, x), (1.9,)),
    of_one("sp.k1(x)", lambda x: mp.besselk(1, x), (1.9,)),
    *[
        of_one(
            f"sp.i{n}e(x)",
            lambda x, n=n: mp.exp(-abs(x)) * mp.besseli(n, x),
            (1e-9, *BESSEL, -4.5, 300.0, 1e4, 1e9, -1e4),
        )
        for n in (0, 1)
    ],
    of_one("sp.exp1(x)", mp.e1, (1e-20, 1e-3, 0.3, 4.5, 45.0, 300.0)),
    of_one("sp.expi(x)", mp.ei, (1e-20, 1e-3, 0.3, 4.5, 45.0, 300.0, -4.5, -1e-9)),
    of_one("sp.ndtri(x)", lambda x: mp.sqrt(2) * mp.erfinv(2 * x - 1), CENTRAL),
    of_one("sp.erfcinv(x)", lambda x: mp.erfinv(1 - x), CENTRAL),
    of_one("sp.sici(x)[0]", mp.si, (1e-9, 0.3, 1.9, 12.0, -4.5)),
    of_one("sp.sici(x)[1]", mp.ci, (1e-9, 0.3, 1.9, 12.0)),
    of_one(
        "sp.huber(1.5, x)",
        lambda x: x * x / 2 if abs(x) < 1.5 else 1.5 * (abs(x) - 0.75),
        (1e-300, 1e-20, 0.3, 1.4, -0.75),
    ),
    of_one(
        "sp.hyp1f1(1.5, 2.5, x)", lambda x: mp.hyp1f1(1.5, 2.5, x), (1e-9, 0.3, 4.5, 30.0, -4.5)
    ),
    of_one(
        "sp.hyp2f1(0.5, 1.5, 2.5, x)",
        lambda x: mp.hyp2f1(0.5, 1.5, 2.5, x),
        (1e-9, 0.3, 0.75, -4.5),
    ),
    of_one(
        "sp.betainc(2.5, 0.75, x)",
        lambda x: mp.betainc(2.5, 0.75, 0, x, regularized=True),
        (1e-9, 0.3, 0.75, 1 - 1e-6),
    ),
    of_one("sp.lambertw(x).real", mp.lambertw, (1e-20, 1e-9, 0.3, 12.0, 1e9, -0.3)),
    of_one(
        "sp.multigammaln(x, 2)",
        lambda x: mp.loggamma(x) + mp.loggamma(x - 0.5),
        (0.75, 1.9, 12.0, 300.0),
    ),
    of_one("sp.stdtr(3.5, x)", lambda x: student_tail(-x), (0.3, 4.5, -30.0)),
    of_one("sp.comb(x, 3.5)", lambda x: mp.binomial(x, 3.5), (4.5, 12.0)),
    of_one("sp.ellipk(x)", mp.ellipk, ELLIPTIC),
    of_one("sp.ellipe(x)", mp.ellipe, ELLIPTIC),
]

STATS = [
    of_one("st.norm.ppf(x)", lambda x: mp.sqrt(2) * mp.erfinv(2 * x - 1), CENTRAL),
    of_one("st.logistic.ppf(x)", lambda x: mp.log(x) - mp.log1p(-x), PROBABILITIES),
    of_one("st.expon.ppf(x)", lambda x: -mp.log1p(-x), PROBABILITIES),
    of_one("st.cauchy.ppf(x)", lambda x: -mp.cot(mp.pi * x), PROBABILITIES),
    of_one(
        "st.laplace.ppf(x)",
        lambda x: mp.log(2 * x) if x < 0.5 else -mp.log(2 - 2 * x),
        PROBABILITIES,
    ),
    of_one("st.norm.logpdf(x)", lambda x: -x * x / 2, WIDE),
    of_one("st.norm.pdf(x)", mp.npdf, TAILS),
    of_one("st.norm.cdf(x)", mp.ncdf, BELL),
    of_one("st.norm.sf(x)", lambda x: mp.ncdf(-x), BELL),
    of_one("st.norm.logcdf(x)", log_ncdf, (*BELL, -1e4)),
    of_one("st.norm.logsf(x)", lambda x: log_ncdf(-x), (*BELL, 1e4)),
    of_one("st.logistic.logpdf(x)", lambda x: mp.log(logistic(x) * logistic(-x)), TAILS),
    of_one("st.logistic.pdf(x)", lambda x: logistic(x) * logistic(-x), TAILS),
    of_one("st.logistic.cdf(x)", logistic, TAILS[1:]),
    of_one("st.logistic.sf(x)", lambda x: logistic(-x), TAILS[1:]),
    of_one("st.logistic.logcdf(x)", lambda x: -softplus(-x), TAILS),
    of_one("st.logistic.logsf(x)", lambda x: -softplus(x), TAILS),
    of_one("st.cauchy.logpdf(x)", lambda x: -mp.log1p(x * x), WIDE),
    of_one("st.cauchy.pdf(x)", lambda x: 1 / (1 + x * x) / mp.pi, WIDE),
    of_one("st.cauchy.cdf(x)", lambda x: mp.atan(x) / mp.pi, WIDE),
    of_one("st.t.logpdf(x, 3.5)", lambda x: -mp.mpf(2.25) * mp.log1p(x * x / 3.5), WIDE),
    of_one("st.gamma.logpdf(x, 2.5)", lambda x: mp.mpf(1.5) * mp.log(x) - x, (1e-9, 0.3, 4.5)),
]


def distribution(
    name: str,
    density: Callable[..., Any],
    below: Callable[..., Any],
    above: Callable[..., Any],
    points: Iterable[float],
) -> list[Entry]:
    """All functions of a distribution, from its density and its two tails."""
    head, _, shapes = name.partition("(")
    given = f"(x, {shapes}" if shapes else "(x)"
    forms = {
        "pdf": density, "logpdf": lambda x: mp.log(density(x)),
        "cdf": below, "logcdf": lambda x: mp.log(below(x)),
        "sf": above, "logsf": lambda x: mp.log(above(x)),
    }  # fmt: skip
    return [of_one(f"st.{head}.{form}{given}", f, points) for form, f in forms.items()]


DISTRIBUTIONS = [
    *distribution("expon", lambda x: mp.exp(-x), lambda x: -mp.expm1(-x), lambda x: mp.exp(-x),
                  (1e-20, 1e-9, 0.3, 4.5, 30.0, 300.0)),
    *distribution("laplace", lambda x: mp.exp(-abs(x)) / 2,
                  lambda x: mp.exp(x) / 2 if x < 0 else 1 - mp.exp(-x) / 2,
                  lambda x: mp.exp(-x) / 2 if x > 0 else 1 - mp.exp(x) / 2, TAILS[1:]),
    *distribution("cauchy", lambda x: 1 / (1 + x * x) / mp.pi,
                  lambda x: mp.atan2(1, -x) / mp.pi, lambda x: mp.atan2(1, x) / mp.pi, WIDE[1:]),
    *distribution("t(3.5)", student_density, lambda x: student_tail(-x), student_tail,
                  both_signs((0.3, 4.5, 30.0, 1e4))[1:]),
    *distribution("gamma(2.5)", lambda x: mp.sqrt(x) ** 3 * mp.exp(-x) / mp.gamma(2.5),
                  lambda x: inner_gamma(2.5, 0, x), lambda x: inner_gamma(2.5, x, mp.inf),
                  (1e-9, 0.3, 4.5, 30.0, 100.0)),
    *distribution("chi2(3.0)", lambda x: mp.sqrt(x / 2) * mp.exp(-x / 2) / mp.gamma(1.5) / 2,
                  lambda x: inner_gamma(1.5, 0, x / 2),
                  lambda x: inner_gamma(1.5, x / 2, mp.inf), (1e-9, 0.3, 4.5, 30.0, 300.0)),
    *distribution("beta(2.5, 0.75)",
                  lambda x: x**1.5 * (1 - x) ** -0.25 / mp.beta(2.5, 0.75),
                  lambda x: inner_beta(2.5, 0.75, 0, x),
                  lambda x: inner_beta(2.5, 0.75, x, 1), (1e-20, 1e-9, 0.3, 0.75, 1 - 1e-6)),
]  # fmt: skip

PAIRS = [(a, b) for a in (1e-20, 1e-3, 0.75, 12.0, 1e9) for b in (2e-20, 0.3, 4.5, 3e9)]
TINY_PAIRS = [(1e-200, 1e-200), (3e-200, 2e-201), (1e-155, -1e-160)]
HUGE_PAIRS = [(1e200, 2e200), (-3e160, 2e161)]
MILD = [(a, b) for a in (1e-3, 0.75, 12.0) for b in (0.3, 4.5, 20.0)]
POWERS = [*MILD, (1e-20, 3.5), (1e-100, 0.5), (1e100, 1.5)]
LOGARITHMS = [(a, b) for a in (0.0, 1.9, 40.0, -300.0) for b in (0.0, 12.0, -45.0, 299.0)]
EXPONENTS = (0.0, 1e-300, 1e-10, 1e-3, 0.5, -2.0, 5.0)


def of_two(
    text: str,
    reference: Callable[..., Any],
    points: Iterable[tuple[float, float]],
    wrt: tuple[int, ...] = (0, 1),
) -> Entry:
    return Entry(text, reference, tuple(points), wrt)


def boxcox(x: Any, y: Any) -> Any:
    return mp.expm1(y * mp.log(x)) / y if y else mp.log(x)


def of_order(text: str, reference: Callable[..., Any], orders: Any, points: Any) -> Entry:
    return of_two(text, reference, [(n, x) for n in orders for x in points], (1,))


TWO = [
    of_two("np.hypot(x, y)", mp.hypot, [*TINY_PAIRS[:2], *HUGE_PAIRS, (-3.0, 2.0), (0.3, 4.5)]),
    of_two("np.arctan2(x, y)", mp.atan2, [*PAIRS, *TINY_PAIRS, *HUGE_PAIRS]),
    of_two("math.atan2(x, y)", mp.atan2, [*PAIRS, *TINY_PAIRS, *HUGE_PAIRS]),
    of_two("np.logaddexp(x, y)", lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), LOGARITHMS),
    of_two(
        "np.logaddexp2(x, y)", lambda x, y: mp.log(mp.mpf(2) ** x + mp.mpf(2) ** y, 2), LOGARITHMS
    ),
    of_two("np.float_power(x, y)", mp.power, POWERS),
    of_two("x ** y", mp.power, POWERS),
    of_two("math.pow(x, y)", mp.power, POWERS),
    of_two("x / y", lambda x, y: x / y, [*PAIRS, *HUGE_PAIRS]),
    of_two("math.log(x, y)", lambda x, y: mp.log(x) / mp.log(y), MILD),
    of_two("sp.rel_entr(x, y)", lambda x, y: x * mp.log(x / y), PAIRS),
    of_two("sp.kl_div(x, y)", lambda x, y: x * mp.log(x / y) - x + y, PAIRS),
    of_two("sp.xlogy(x, y)", lambda x, y: x * mp.log(y), PAIRS[::3]),
    of_two("sp.xlog1py(x, y)", lambda x, y: x * mp.log1p(y), PAIRS[::3]),
    of_two(
        "sp.pseudo_huber(x, y)", lambda x, y: x * (mp.hypot(x, y) - x), [*PAIRS, *TINY_PAIRS[:2]]
    ),
    of_two("sp.boxcox(x, y)", boxcox, [(x, k) for x in (0.3, 3.0, 1e4, 1.001) for k in EXPONENTS]),
    of_two("sp.beta(x, y)", mp.beta, MILD[1:]),
    of_two("sp.betaln(x, y)", lambda x, y: mp.log(mp.beta(x, y)), MILD[1:]),
    of_two("sp.binom(x, y)", mp.binomial, [(12.3, 0.3), (12.3, 4.5), (4.5, 2.0)]),
    of_two("sp.poch(x, y)", mp.rf, MILD),
    of_order("sp.jv(x, y)", mp.besselj, (0.0, 1.0, 2.5), BESSEL),
    of_order("sp.iv(x, y)", mp.besseli, (0.0, 1.0, 2.5), BESSEL),
    of_order("sp.kv(x, y)", mp.besselk, (2.5,), BESSEL),
    of_order(
        "sp.ive(x, y)", lambda n, x: mp.exp(-x) * mp.besseli(n, x), (0.0, 2.5), (0.3, 12.0)
    ),
    of_order(
        "sp.gammainc(x, y)",
        lambda a, x: mp.gammainc(a, 0, x, regularized=True), (0.3, 2.5), (1e-9, 0.3, 4.5, 45.0),
    ),
    of_order(
        "sp.gammaincc(x, y)",
        lambda a, x: mp.gammainc(a, x, regularized=True), (0.3, 2.5), (1e-9, 0.3, 4.5, 45.0),
    ),
    of_order("sp.expn(x, y)", mp.expint, (1.0, 2.0, 5.0), (1e-3, 0.3, 4.5, 45.0)),
    of_order("sp.zeta(x, y)", mp.zeta, (2.5, 6.0), (1e-3, 0.3, 4.5)),
    of_order("sp.polygamma(x, y)", lambda n, x: mp.psi(int(n), x), (1.0, 2.0), (1e-3, 0.3, 45.0)),
]  # fmt: skip
