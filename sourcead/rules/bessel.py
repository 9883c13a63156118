"""Bessel functions, integrals and hypergeometric functions of `scipy.special`."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from sourcead.rules.declare import pointwise
from sourcead.rules.series import exprel_slope

Array = Any


@pointwise("scipy.special.j0")
def j0(x: Array) -> Any:
    return -scipy.special.j1(x)


@pointwise("scipy.special.j1")
def j1(x: Array) -> Any:
    return 0.5 * (scipy.special.j0(x) - scipy.special.jv(2, x))


@pointwise("scipy.special.y0")
def y0(x: Array) -> Any:
    return -scipy.special.y1(x)


@pointwise("scipy.special.y1")
def y1(x: Array, *, out: Array) -> Any:
    return scipy.special.y0(x) - out / x


@pointwise("scipy.special.i0")
def i0(x: Array) -> Any:
    return scipy.special.i1(x)


@pointwise("scipy.special.i1")
def i1(x: Array) -> Any:
    return 0.5 * (scipy.special.i0(x) + scipy.special.iv(2, x))


@pointwise("scipy.special.i0e")
def i0e(x: Array) -> Any:
    # i1e(|x|) - i0e(|x|) as one of Kummer's functions: DLMF 10.39.5 and 13.3.15.
    return -np.sign(x) * scipy.special.hyp1f1(1.5, 2, -2 * np.abs(x))


@pointwise("scipy.special.i1e")
def i1e(x: Array) -> Any:
    # i0e - i1e / x - i1e, each as in i0e.
    z = -2 * np.abs(x)
    return scipy.special.hyp1f1(1.5, 2, z) - 0.5 * scipy.special.hyp1f1(1.5, 3, z)


@pointwise("scipy.special.k0")
def k0(x: Array) -> Any:
    return -scipy.special.k1(x)


@pointwise("scipy.special.k1")
def k1(x: Array, *, out: Array) -> Any:
    return -scipy.special.k0(x) - out / x


@pointwise("scipy.special.jv", wrt="y")
def jv(x: Array, y: Array) -> Any:
    return 0.5 * (scipy.special.jv(x - 1, y) - scipy.special.jv(x + 1, y))


@pointwise("scipy.special.iv", wrt="y")
def iv(x: Array, y: Array) -> Any:
    return 0.5 * (scipy.special.iv(x - 1, y) + scipy.special.iv(x + 1, y))


@pointwise("scipy.special.ive", wrt="y", real=True)
def ive(x: Array, y: Array, *, out: Array) -> Any:
    mean = 0.5 * (scipy.special.ive(x - 1, y) + scipy.special.ive(x + 1, y))
    return mean - np.sign(y) * out


@pointwise("scipy.special.kv", wrt="y")
def kv(x: Array, y: Array) -> Any:
    return -0.5 * (scipy.special.kv(x - 1, y) + scipy.special.kv(x + 1, y))


@pointwise("scipy.special.spence")
def spence(x: Array) -> Any:
    # log(x) / (1 - x); around 1 as a hypergeometric function, DLMF 15.4.1.
    near = np.abs(x - 1) < 0.5
    far = np.where(near, 2.0, x)
    series = -scipy.special.hyp2f1(1, 1, 2, np.where(near, 1 - x, 0))
    return np.where(near, series, np.log(far) / (1 - far))


@pointwise("scipy.special.exp1")
def exp1(x: Array) -> Any:
    return -np.exp(-x) / x


@pointwise("scipy.special.expi")
def expi(x: Array) -> Any:
    return np.exp(x) / x


@pointwise("scipy.special.expn", wrt="y")
def expn(x: Array, y: Array) -> Any:
    # E_0(y) = exp(-y) / y; below that the function is not defined.
    first = -np.exp(-y) * (1 + y) / (y * y)
    return np.where(x == 0, first, -scipy.special.expn(np.maximum(x - 1, 0), y))


@pointwise("scipy.special.exprel")
def exprel(x: Array) -> Any:
    return exprel_slope(x)


@pointwise("scipy.special.cosm1")
def cosm1(x: Array) -> Any:
    return -np.sin(x)


@pointwise("scipy.special.log1p")
def log1p(x: Array) -> Any:
    return 1 / (1 + x)


@pointwise("scipy.special.expm1")
def expm1(x: Array) -> Any:
    return np.exp(x)


@pointwise("scipy.special.exp2")
def exp2(x: Array, *, out: Array) -> Any:
    return out * np.log(2.0)


@pointwise("scipy.special.cbrt")
def cbrt(x: Array, *, out: Array) -> Any:
    return 1 / (3 * out * out)


@pointwise("scipy.special.ellipk")
def ellipk(x: Array) -> Any:
    # DLMF 19.5.1 and 15.5.1; the difference of both integrals cancels near 0.
    return np.pi / 8 * scipy.special.hyp2f1(1.5, 1.5, 2, x)


@pointwise("scipy.special.ellipe")
def ellipe(x: Array) -> Any:
    # DLMF 19.5.2 and 15.5.1.
    return -np.pi / 8 * scipy.special.hyp2f1(0.5, 1.5, 2, x)


@pointwise("scipy.special.hyp1f1", wrt="x")
def hyp1f1(a: Array, b: Array, x: Array) -> Any:
    return a / b * scipy.special.hyp1f1(a + 1, b + 1, x)


@pointwise("scipy.special.hyp2f1", wrt="x")
def hyp2f1(a: Array, b: Array, c: Array, x: Array) -> Any:
    return a * b / c * scipy.special.hyp2f1(a + 1, b + 1, c + 1, x)


@pointwise("scipy.special.lambertw", wrt="z")
def lambertw(z: Array, k: int = 0, *, out: Array) -> Any:
    return 1 / (z + np.exp(out))
