"""`scipy.special`, and what of `math` needs it."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from sourcead.rules.declare import Unsupported, pointwise, rule
from sourcead.rules.helpers import keep
from sourcead.rules.series import DAWSON_SERIES, exprel_slope, horner

Array = Any

HALF_ROOT_PI = float(np.sqrt(np.pi) / 2)
ROOT_2PI = float(np.sqrt(2 * np.pi))
ROOT_HALF = float(np.sqrt(0.5))


# Error functions and the normal distribution ----------------------------------------------------


@pointwise("scipy.special.erf")
def erf(x: Array) -> Any:
    return np.exp(-x * x) / HALF_ROOT_PI


@pointwise("scipy.special.erfc")
def erfc(x: Array) -> Any:
    return -np.exp(-x * x) / HALF_ROOT_PI


@pointwise("scipy.special.erfcx")
def erfcx(x: Array, *, out: Array) -> Any:
    far = x > 10
    t = 1 / np.where(far, x, 10.0)
    near = 2 * np.where(far, 0, x) * out - 1 / HALF_ROOT_PI
    return np.where(far, -0.5 / HALF_ROOT_PI * t * t * horner(DAWSON_SERIES, -t * t), near)


@pointwise("scipy.special.erfinv")
def erfinv(x: Array, *, out: Array) -> Any:
    return HALF_ROOT_PI * np.exp(out * out)


@pointwise("scipy.special.erfcinv")
def erfcinv(x: Array, *, out: Array) -> Any:
    return -HALF_ROOT_PI * np.exp(out * out)


@pointwise("scipy.special.ndtr")
def ndtr(x: Array) -> Any:
    return np.exp(-0.5 * x * x) / ROOT_2PI


@pointwise("scipy.special.ndtri")
def ndtri(x: Array, *, out: Array) -> Any:
    return ROOT_2PI * np.exp(0.5 * out * out)


def inverse_mills(x: Array) -> Array:
    """The normal density over the distribution function. To the left, where the two are tiny,
    and so is the rest that the derivative adds to x, by the scaled function; DLMF 7.8.1."""
    left = x < 0
    z = np.where(left, 0, x)
    right = np.exp(-0.5 * z * z) / (ROOT_2PI * scipy.special.ndtr(z))
    u = np.where(left, -ROOT_HALF * x, 0)
    return np.where(left, ROOT_HALF / HALF_ROOT_PI / scipy.special.erfcx(u), right)


@pointwise("scipy.special.log_ndtr")
def log_ndtr(x: Array) -> Any:
    return inverse_mills(x)


@pointwise("scipy.special.dawsn")
def dawsn(x: Array, *, out: Array) -> Any:
    far = np.abs(x) > 10
    t = 1 / np.where(far, x, 10.0)
    near = 1 - 2 * np.where(far, 0, x) * out
    return np.where(far, -0.5 * t * t * horner(DAWSON_SERIES, t * t), near)


@pointwise("scipy.special.wofz", wrt="z")
def wofz(z: Array, *, out: Array) -> Any:
    return 1j / HALF_ROOT_PI - 2 * z * out


# Logistic and entropy ---------------------------------------------------------------------------


@pointwise("scipy.special.expit")
def expit(x: Array, *, out: Array) -> Any:
    return out * scipy.special.expit(-x)


@pointwise("scipy.special.logit")
def logit(x: Array) -> Any:
    return 1 / (x * (1 - x))


@pointwise("scipy.special.log_expit")
def log_expit(x: Array) -> Any:
    return scipy.special.expit(-x)


@pointwise("scipy.special.softplus")
def softplus(x: Array) -> Any:
    return scipy.special.expit(x)


@pointwise("scipy.special.entr")
def entr(x: Array) -> Any:
    return -np.log(x) - 1


@pointwise("scipy.special.rel_entr")
def rel_entr(x: Array, y: Array) -> Any:
    return np.log(x / y) + 1, -x / y


@pointwise("scipy.special.kl_div")
def kl_div(x: Array, y: Array) -> Any:
    return np.log(x / y), 1 - x / y


@pointwise("scipy.special.xlogy")
def xlogy(x: Array, y: Array) -> Any:
    return np.log(y), x / np.where(x == 0, 1, y)


@pointwise("scipy.special.xlog1py")
def xlog1py(x: Array, y: Array) -> Any:
    return np.log1p(y), x / np.where(x == 0, 1, 1 + y)


@pointwise("scipy.special.huber")
def huber(x: Array, y: Array) -> Any:
    return np.maximum(np.abs(y) - x, 0), np.clip(y, -x, x)


@pointwise("scipy.special.pseudo_huber")
def pseudo_huber(x: Array, y: Array, *, out: Array) -> Any:
    r = np.hypot(x, y)
    part = y / (r + x) * y
    # y / hypot(1, y / x), written so that its own slope is no difference of equal numbers.
    return part / r * part, x * np.tanh(np.arcsinh(y / x))


@pointwise("scipy.special.boxcox")
def boxcox(x: Array, y: Array) -> Any:
    ln = np.log(x)
    return x ** (y - 1), ln * ln * exprel_slope(y * ln)


@rule("scipy.special.logsumexp", wrt=("a", "b"), real=False)
def logsumexp(
    da: Array,
    db: Array,
    a: Array,
    axis: Any = None,
    b: Any = None,
    keepdims: Any = False,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    # Where the sum is the logarithm of 0, no summand has a share.
    weight = np.exp(a - keep(np.where(out == -np.inf, 0, out), axis, keepdims))
    moved = da
    if b is not None:
        moved = b * da + db if active[0] and active[1] else b * da if active[0] else db
    return np.sum(weight * moved, axis=axis, keepdims=keepdims)


@rule("scipy.special.softmax", real=False)
def softmax(dx: Array, x: Array, axis: Any = None, *, out: Array) -> Any:
    return out * (dx - np.sum(out * dx, axis=axis, keepdims=True))


@rule("scipy.special.log_softmax", real=False)
def log_softmax(dx: Array, x: Array, axis: Any = None, *, out: Array) -> Any:
    return dx - np.sum(np.exp(out) * dx, axis=axis, keepdims=True)


# The gamma function and its relatives -----------------------------------------------------------


@pointwise("scipy.special.gammaln")
def gammaln(x: Array) -> Any:
    return scipy.special.psi(x)


@pointwise("scipy.special.loggamma")
def loggamma(x: Array) -> Any:
    return scipy.special.psi(x)


@pointwise("scipy.special.gamma")
def gamma(x: Array, *, out: Array) -> Any:
    return out * scipy.special.psi(x)


@pointwise("scipy.special.rgamma")
def rgamma(x: Array, *, out: Array) -> Any:
    # The reflection formula is without poles to the left: DLMF 5.5.3.
    left = np.real(x) < 0.5
    z = np.where(left, 1 - x, 1)
    turn = np.sin(np.pi * x) / np.pi * scipy.special.psi(z)
    reflected = (np.cos(np.pi * x) - turn) * scipy.special.gamma(z)
    return np.where(left, reflected, -out * scipy.special.psi(np.where(left, 1, x)))


@pointwise("scipy.special.psi", real=True)
def psi(x: Array) -> Any:
    return scipy.special.polygamma(1, x)


@pointwise("scipy.special.polygamma", wrt="y")
def polygamma(x: Array, y: Array) -> Any:
    return scipy.special.polygamma(x + 1, y)


@pointwise("scipy.special.multigammaln", wrt="a")
def multigammaln(a: Array, d: int) -> Any:
    total = scipy.special.psi(a)
    for k in range(1, d):
        total = total + scipy.special.psi(a - 0.5 * k)
    return total


@pointwise("scipy.special.factorial")
def factorial(n: Array, *, out: Array) -> Any:
    return out * scipy.special.psi(n + 1)


@pointwise("scipy.special.beta")
def beta(x: Array, y: Array, *, out: Array) -> Any:
    both = scipy.special.psi(x + y)
    return out * (scipy.special.psi(x) - both), out * (scipy.special.psi(y) - both)


@pointwise("scipy.special.betaln")
def betaln(x: Array, y: Array) -> Any:
    both = scipy.special.psi(x + y)
    return scipy.special.psi(x) - both, scipy.special.psi(y) - both


@pointwise("scipy.special.binom")
def binom(x: Array, y: Array, *, out: Array) -> Any:
    rest = scipy.special.psi(x - y + 1)
    return out * (scipy.special.psi(x + 1) - rest), out * (rest - scipy.special.psi(y + 1))


@pointwise("scipy.special.comb", wrt=("N", "k"))
def comb(N: Array, k: Array, exact: bool = False, repetition: bool = False, *, out: Array) -> Any:
    if exact or repetition:
        raise Unsupported("scipy.special.comb with exact=True or repetition=True")
    return binom(N, k, out=out)


@pointwise("scipy.special.poch")
def poch(x: Array, y: Array, *, out: Array) -> Any:
    both = scipy.special.psi(x + y)
    return out * (both - scipy.special.psi(x)), out * both


@pointwise("scipy.special.gammainc", wrt="y")
def gammainc(x: Array, y: Array) -> Any:
    return np.exp(scipy.special.xlogy(x - 1, y) - y - scipy.special.gammaln(x))


@pointwise("scipy.special.gammaincc", wrt="y")
def gammaincc(x: Array, y: Array) -> Any:
    return -np.exp(scipy.special.xlogy(x - 1, y) - y - scipy.special.gammaln(x))


@pointwise("scipy.special.betainc", wrt="x")
def betainc(a: Array, b: Array, x: Array) -> Any:
    log_density = scipy.special.xlogy(a - 1, x) + scipy.special.xlog1py(b - 1, -x)
    return np.exp(log_density - scipy.special.betaln(a, b))


@pointwise("scipy.special.stdtr", wrt="y")
def stdtr(x: Array, y: Array) -> Any:
    norm = np.exp(scipy.special.gammaln(0.5 * x + 0.5) - scipy.special.gammaln(0.5 * x))
    return norm / np.sqrt(np.pi * x) * np.hypot(1, y / np.sqrt(x)) ** (-x - 1)


@pointwise("scipy.special.zeta", wrt="q")
def zeta(x: Array, q: Any = None) -> Any:
    return -x * scipy.special.zeta(x + 1, q)


# `math.gamma` and `math.lgamma`: the derivative needs SciPy.


@pointwise("math.gamma")
def math_gamma(x: Any, *, out: Any) -> Any:
    return out * scipy.special.psi(x)


@pointwise("math.lgamma")
def math_lgamma(x: Any) -> Any:
    return scipy.special.psi(x)


# Sine and cosine integrals: NIST DLMF 6.2.9 and 6.2.11. The first is smooth at 0.
@rule("scipy.special.sici")
def sici(dx: Array, x: Array) -> Any:
    return np.sinc(x / np.pi) * dx, np.cos(x) / x * dx
