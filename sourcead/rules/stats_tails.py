"""Upper tails and quantiles of the distributions of `scipy.stats`, in x, loc and scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special
import scipy.stats

from sourcead.rules.declare import pointwise
from sourcead.rules.special import inverse_mills
from sourcead.rules.stats import PLACE

Array = Any


def tail(z: Array, pdf: Array) -> Any:
    """Of one minus a distribution function."""
    return -pdf, pdf, z * pdf


def quantile(z: Array, pdf: Array) -> Any:
    """Of the inverse of a distribution function, whose value is `z` in units of the scale."""
    return 1 / pdf, 1, z


@pointwise("scipy.stats.norm.sf", wrt=PLACE, real=True)
def norm_sf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.norm.pdf(x, loc, scale))


@pointwise("scipy.stats.norm.logsf", wrt=PLACE, real=True)
def norm_logsf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    return tail(z, inverse_mills(-z) / scale)


@pointwise("scipy.stats.norm.ppf", wrt=("q", "loc", "scale"), real=True)
def norm_ppf(q: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.norm.pdf(out, loc, scale))


@pointwise("scipy.stats.t.sf", wrt=PLACE, real=True)
def t_sf(x: Array, df: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.t.pdf(x, df, loc, scale))


@pointwise("scipy.stats.t.logsf", wrt=PLACE, real=True)
def t_logsf(x: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.t.logpdf(x, df, loc, scale) - out)
    return tail((x - loc) / scale, ratio)


@pointwise("scipy.stats.t.ppf", wrt=("q", "loc", "scale"), real=True)
def t_ppf(q: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.t.pdf(out, df, loc, scale))


@pointwise("scipy.stats.gamma.sf", wrt=PLACE, real=True)
def gamma_sf(x: Array, a: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.gamma.pdf(x, a, loc, scale))


@pointwise("scipy.stats.gamma.logsf", wrt=PLACE, real=True)
def gamma_logsf(x: Array, a: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.gamma.logpdf(x, a, loc, scale) - out)
    return tail((x - loc) / scale, ratio)


@pointwise("scipy.stats.gamma.ppf", wrt=("q", "loc", "scale"), real=True)
def gamma_ppf(q: Array, a: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.gamma.pdf(out, a, loc, scale))


@pointwise("scipy.stats.beta.sf", wrt=PLACE, real=True)
def beta_sf(x: Array, a: Array, b: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.beta.pdf(x, a, b, loc, scale))


@pointwise("scipy.stats.beta.logsf", wrt=PLACE, real=True)
def beta_logsf(
    x: Array, a: Array, b: Array, loc: Array = 0, scale: Array = 1, *, out: Array
) -> Any:
    ratio = np.exp(scipy.stats.beta.logpdf(x, a, b, loc, scale) - out)
    return tail((x - loc) / scale, ratio)


@pointwise("scipy.stats.beta.ppf", wrt=("q", "loc", "scale"), real=True)
def beta_ppf(q: Array, a: Array, b: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.beta.pdf(out, a, b, loc, scale))


@pointwise("scipy.stats.expon.sf", wrt=PLACE, real=True)
def expon_sf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.expon.pdf(x, loc, scale))


@pointwise("scipy.stats.expon.logsf", wrt=PLACE, real=True)
def expon_logsf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.expon.logpdf(x, loc, scale) - out)
    return tail((x - loc) / scale, ratio)


@pointwise("scipy.stats.expon.ppf", wrt=("q", "loc", "scale"), real=True)
def expon_ppf(q: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.expon.pdf(out, loc, scale))


@pointwise("scipy.stats.chi2.sf", wrt=PLACE, real=True)
def chi2_sf(x: Array, df: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.chi2.pdf(x, df, loc, scale))


@pointwise("scipy.stats.chi2.logsf", wrt=PLACE, real=True)
def chi2_logsf(x: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.chi2.logpdf(x, df, loc, scale) - out)
    return tail((x - loc) / scale, ratio)


@pointwise("scipy.stats.chi2.ppf", wrt=("q", "loc", "scale"), real=True)
def chi2_ppf(q: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.chi2.pdf(out, df, loc, scale))


@pointwise("scipy.stats.laplace.sf", wrt=PLACE, real=True)
def laplace_sf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.laplace.pdf(x, loc, scale))


@pointwise("scipy.stats.laplace.logsf", wrt=PLACE, real=True)
def laplace_logsf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.laplace.logpdf(x, loc, scale) - out)
    return tail((x - loc) / scale, ratio)


@pointwise("scipy.stats.laplace.ppf", wrt=("q", "loc", "scale"), real=True)
def laplace_ppf(q: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.laplace.pdf(out, loc, scale))


@pointwise("scipy.stats.logistic.sf", wrt=PLACE, real=True)
def logistic_sf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.logistic.pdf(x, loc, scale))


@pointwise("scipy.stats.logistic.logsf", wrt=PLACE, real=True)
def logistic_logsf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    return tail(z, scipy.special.expit(z) / scale)


@pointwise("scipy.stats.logistic.ppf", wrt=("q", "loc", "scale"), real=True)
def logistic_ppf(q: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.logistic.pdf(out, loc, scale))


@pointwise("scipy.stats.cauchy.sf", wrt=PLACE, real=True)
def cauchy_sf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.cauchy.pdf(x, loc, scale))


@pointwise("scipy.stats.cauchy.logsf", wrt=PLACE, real=True)
def cauchy_logsf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    r = np.hypot(z, 1)
    return tail(z, 1 / r / (r * np.arctan2(1, z)) / scale)


@pointwise("scipy.stats.cauchy.ppf", wrt=("q", "loc", "scale"), real=True)
def cauchy_ppf(q: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    height = np.sin(np.pi * np.minimum(q, 1 - q))
    return quantile((out - loc) / scale, height * height / (np.pi * scale))


@pointwise("scipy.stats.uniform.sf", wrt=PLACE, real=True)
def uniform_sf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return tail((x - loc) / scale, scipy.stats.uniform.pdf(x, loc, scale))


@pointwise("scipy.stats.uniform.logsf", wrt=PLACE, real=True)
def uniform_logsf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.uniform.logpdf(x, loc, scale) - out)
    return tail((x - loc) / scale, ratio)


@pointwise("scipy.stats.uniform.ppf", wrt=("q", "loc", "scale"), real=True)
def uniform_ppf(q: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return quantile((out - loc) / scale, scipy.stats.uniform.pdf(out, loc, scale))
