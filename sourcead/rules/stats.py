"""Densities and distribution functions of `scipy.stats`.

With z = (x - loc) / scale, `slope` is the derivative of the logarithm of the standard density. The
derivatives of distribution functions in shape parameters have no closed form and are refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special
import scipy.stats

from sourcead.rules.declare import Unsupported, pointwise, rule
from sourcead.rules.helpers import mT
from sourcead.rules.matrices import mirror_lower
from sourcead.rules.special import inverse_mills

Array = Any

PLACE = ("x", "loc", "scale")


def log_density(z: Array, slope: Array, scale: Array) -> Any:
    """Of a logarithmic density in x, loc and scale."""
    return slope / scale, -slope / scale, -(1 + z * slope) / scale


def density(z: Array, slope: Array, scale: Array, out: Array) -> Any:
    """Of a density in x, loc and scale."""
    return out * slope / scale, -out * slope / scale, -out * (1 + z * slope) / scale


def distribution(z: Array, pdf: Array) -> Any:
    """Of a distribution function in x, loc and scale."""
    return pdf, -pdf, -z * pdf


@pointwise("scipy.stats.norm.logpdf", real=True)
def norm_logpdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    return -z / scale, z / scale, (z * z - 1) / scale


@pointwise("scipy.stats.norm.pdf", real=True)
def norm_pdf(x: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    return -out * z / scale, out * z / scale, out * (z * z - 1) / scale


@pointwise("scipy.stats.norm.cdf", real=True)
def norm_cdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.norm.pdf(x, loc, scale))


@pointwise("scipy.stats.norm.logcdf", real=True)
def norm_logcdf(x: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    return distribution(z, inverse_mills(z) / scale)


def t_slope(z: Array, df: Array) -> Array:
    r = np.hypot(np.sqrt(df), z)
    return -(df + 1) * (z / r / r)


def t_shape(z: Array, df: Array) -> Array:
    """The derivative of the logarithmic density in the degrees of freedom."""
    digammas = scipy.special.psi(0.5 * (df + 1)) - scipy.special.psi(0.5 * df)
    z2 = z * z
    return 0.5 * (digammas - 1 / df - np.log1p(z2 / df) + (df + 1) * z2 / (df * (df + z2)))


@pointwise("scipy.stats.t.logpdf", real=True)
def t_logpdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = log_density(z, t_slope(z, df), scale)
    return dx, t_shape(z, df), dloc, dscale


@pointwise("scipy.stats.t.pdf", real=True)
def t_pdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = density(z, t_slope(z, df), scale, out)
    return dx, out * t_shape(z, df), dloc, dscale


@pointwise("scipy.stats.t.cdf", wrt=PLACE, real=True)
def t_cdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.t.pdf(x, df, loc, scale))


@pointwise("scipy.stats.t.logcdf", wrt=PLACE, real=True)
def t_logcdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.t.logpdf(x, df, loc, scale) - out)
    return distribution((x - loc) / scale, ratio)


@pointwise("scipy.stats.gamma.logpdf", real=True)
def gamma_logpdf(x: Array, a: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = log_density(z, (a - 1) / z - 1, scale)
    return dx, np.log(z) - scipy.special.psi(a), dloc, dscale


@pointwise("scipy.stats.gamma.pdf", real=True)
def gamma_pdf(x: Array, a: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = density(z, (a - 1) / z - 1, scale, out)
    return dx, out * (np.log(z) - scipy.special.psi(a)), dloc, dscale


@pointwise("scipy.stats.gamma.cdf", wrt=PLACE, real=True)
def gamma_cdf(x: Array, a: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.gamma.pdf(x, a, loc, scale))


@pointwise("scipy.stats.gamma.logcdf", wrt=PLACE, real=True)
def gamma_logcdf(x: Array, a: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.gamma.logpdf(x, a, loc, scale) - out)
    return distribution((x - loc) / scale, ratio)


@pointwise("scipy.stats.chi2.logpdf", real=True)
def chi2_logpdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = log_density(z, (0.5 * df - 1) / z - 0.5, scale)
    return dx, 0.5 * (np.log(0.5 * z) - scipy.special.psi(0.5 * df)), dloc, dscale


@pointwise("scipy.stats.chi2.pdf", real=True)
def chi2_pdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = density(z, (0.5 * df - 1) / z - 0.5, scale, out)
    return dx, 0.5 * out * (np.log(0.5 * z) - scipy.special.psi(0.5 * df)), dloc, dscale


@pointwise("scipy.stats.chi2.cdf", wrt=PLACE, real=True)
def chi2_cdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.chi2.pdf(x, df, loc, scale))


@pointwise("scipy.stats.chi2.logcdf", wrt=PLACE, real=True)
def chi2_logcdf(x: Array, df: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    ratio = np.exp(scipy.stats.chi2.logpdf(x, df, loc, scale) - out)
    return distribution((x - loc) / scale, ratio)


def beta_shapes(z: Array, a: Array, b: Array) -> Any:
    both = scipy.special.psi(a + b)
    return np.log(z) - scipy.special.psi(a) + both, np.log1p(-z) - scipy.special.psi(b) + both


@pointwise("scipy.stats.beta.logpdf", real=True)
def beta_logpdf(x: Array, a: Array, b: Array, loc: Array = 0, scale: Array = 1) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = log_density(z, (a - 1) / z - (b - 1) / (1 - z), scale)
    da, db = beta_shapes(z, a, b)
    return dx, da, db, dloc, dscale


@pointwise("scipy.stats.beta.pdf", real=True)
def beta_pdf(x: Array, a: Array, b: Array, loc: Array = 0, scale: Array = 1, *, out: Array) -> Any:
    z = (x - loc) / scale
    dx, dloc, dscale = density(z, (a - 1) / z - (b - 1) / (1 - z), scale, out)
    da, db = beta_shapes(z, a, b)
    return dx, out * da, out * db, dloc, dscale


@pointwise("scipy.stats.beta.cdf", wrt=PLACE, real=True)
def beta_cdf(x: Array, a: Array, b: Array, loc: Array = 0, scale: Array = 1) -> Any:
    return distribution((x - loc) / scale, scipy.stats.beta.pdf(x, a, b, loc, scale))


@pointwise("scipy.stats.beta.logcdf", wrt=PLACE, real=True)
def beta_logcdf(
    x: Array, a: Array, b: Array, loc: Array = 0, scale: Array = 1, *, out: Array
) -> Any:
    ratio = np.exp(scipy.stats.beta.logpdf(x, a, b, loc, scale) - out)
    return distribution((x - loc) / scale, ratio)


@pointwise("scipy.stats.poisson.logpmf", wrt="mu", real=True)
def poisson_logpmf(k: Array, mu: Array, loc: Array = 0) -> Any:
    return (k - loc) / mu - 1


@pointwise("scipy.stats.binom.logpmf", wrt="p", real=True)
def binom_logpmf(k: Array, n: Array, p: Array, loc: Array = 0) -> Any:
    return (k - loc) / p - (n - k + loc) / (1 - p)


@pointwise("scipy.stats.bernoulli.logpmf", wrt="p", real=True)
def bernoulli_logpmf(k: Array, p: Array, loc: Array = 0) -> Any:
    return (k - loc) / p - (1 - k + loc) / (1 - p)


@rule("scipy.stats.multivariate_normal.logpdf", wrt=("x", "mean", "cov"))
def multivariate_normal_logpdf(
    dx: Array,
    dmean: Array,
    dcov: Array,
    x: Array,
    mean: Any = None,
    cov: Any = 1,
    *,
    active: tuple[bool, ...],
) -> Any:
    if np.ndim(cov) != 2:
        raise Unsupported("multivariate_normal.logpdf with anything but a covariance matrix")
    centred = x if mean is None else x - mean
    moved = 0.0
    if active[0]:
        moved = moved - dx
    if active[1]:
        moved = moved + dmean
    if np.ndim(x) == 1 and np.ndim(centred) == 1:
        solved = np.linalg.solve(cov, centred)
    else:
        solved = mT(np.linalg.solve(cov, mT(centred)))
    change = np.sum(solved * moved, axis=-1) if active[0] or active[1] else 0.0
    if not active[2]:
        return change
    full = mirror_lower(dcov)
    trace = np.sum(np.linalg.inv(cov) * full)
    return change + 0.5 * (np.sum(solved * (solved @ full), axis=-1) - trace)


@rule("scipy.stats.multivariate_normal.pdf", wrt=("x", "mean", "cov"))
def multivariate_normal_pdf(
    dx: Array,
    dmean: Array,
    dcov: Array,
    x: Array,
    mean: Any = None,
    cov: Any = 1,
    *,
    out: Array,
    active: tuple[bool, ...],
) -> Any:
    return out * multivariate_normal_logpdf(dx, dmean, dcov, x, mean, cov, active=active)


@rule("scipy.stats.dirichlet.logpdf", wrt=("x", "alpha"))
def dirichlet_logpdf(
    dx: Array, dalpha: Array, x: Array, alpha: Array, *, active: tuple[bool, ...]
) -> Any:
    if np.ndim(x) != 1:
        raise Unsupported("dirichlet.logpdf of several points at once")
    moved = 0.0
    if active[0]:
        moved = np.sum(dx * (alpha - 1) / x)
    if active[1]:
        level = scipy.special.psi(np.sum(alpha)) - scipy.special.psi(alpha)
        moved = moved + np.sum(dalpha * (np.log(x) + level))
    return moved
