"""Distributions of `scipy.stats` without shape parameters, whose formulas are elementary."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special
import scipy.stats

from sourcead.rules.declare import pointwise
from sourcead.rules.stats import density, distribution, log_density

Array = Any


@pointwise("scipy.stats.expon.logpdf", real=True)
def expon_logpdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return -1 / scale, 1 / scale, ((x - loc) / scale - 1) / scale


@pointwise("scipy.stats.expon.pdf", real=True)
def expon_pdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return -out / scale, out / scale, out * ((x - loc) / scale - 1) / scale


@pointwise("scipy.stats.expon.cdf", real=True)
def expon_cdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.expon.pdf(x, loc, scale))


@pointwise("scipy.stats.expon.logcdf", real=True)
def expon_logcdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.expon.logpdf(x, loc, scale) - out)
    return distribution((x - loc) / scale, ratio)


@pointwise("scipy.stats.laplace.logpdf", real=True)
def laplace_logpdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    return log_density(z, -np.sign(z), scale)


@pointwise("scipy.stats.laplace.pdf", real=True)
def laplace_pdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    return density(z, -np.sign(z), scale, out)


@pointwise("scipy.stats.laplace.cdf", real=True)
def laplace_cdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.laplace.pdf(x, loc, scale))


@pointwise("scipy.stats.laplace.logcdf", real=True)
def laplace_logcdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.laplace.logpdf(x, loc, scale) - out)
    return distribution((x - loc) / scale, ratio)


@pointwise("scipy.stats.logistic.logpdf", real=True)
def logistic_logpdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    return log_density(z, -np.tanh(0.5 * z), scale)


@pointwise("scipy.stats.logistic.pdf", real=True)
def logistic_pdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    return density(z, -np.tanh(0.5 * z), scale, out)


@pointwise("scipy.stats.logistic.cdf", real=True)
def logistic_cdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    return distribution(z, out * scipy.special.expit(-z) / scale)


@pointwise("scipy.stats.logistic.logcdf", real=True)
def logistic_logcdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    return distribution(z, scipy.special.expit(-z) / scale)


@pointwise("scipy.stats.cauchy.logpdf", real=True)
def cauchy_logpdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    r = np.hypot(z, 1)
    return log_density(z, -2 * (z / r / r), scale)


@pointwise("scipy.stats.cauchy.pdf", real=True)
def cauchy_pdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    r = np.hypot(z, 1)
    return density(z, -2 * (z / r / r), scale, out)


@pointwise("scipy.stats.cauchy.cdf", real=True)
def cauchy_cdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.cauchy.pdf(x, loc, scale))


@pointwise("scipy.stats.cauchy.logcdf", real=True)
def cauchy_logcdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    # Not from what SciPy 1.12 gives: it adds an angle to 1/2, and squares what may overflow.
    z = (x - loc) / scale
    r = np.hypot(z, 1)
    return distribution(z, 1 / r / (r * np.arctan2(1, -z)) / scale)


@pointwise("scipy.stats.uniform.logpdf", real=True)
def uniform_logpdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return 0, 0, -1 / scale


@pointwise("scipy.stats.uniform.pdf", real=True)
def uniform_pdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    return 0, 0, -out / scale


@pointwise("scipy.stats.uniform.cdf", real=True)
def uniform_cdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.uniform.pdf(x, loc, scale))


@pointwise("scipy.stats.uniform.logcdf", real=True)
def uniform_logcdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.uniform.logpdf(x, loc, scale) - out)
    return distribution((x - loc) / scale, ratio)
