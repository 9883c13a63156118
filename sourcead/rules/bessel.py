"""Bessel functions, integrals and hypergeometric functions of `scipy.special`."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special

from sourcead.rules.declare import pointwise

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
def i0e(x: Array, *, out: Array) -> Any:
    return scipy.special.i1e(x) - np.sign(x) * out


@pointwise("scipy.special.i1e")
def i1e(x: Array, *, out: Array) -> Any:
    return 0.5 * (scipy.special.i0e(x) + scipy.special.ive(2, x)) - np.sign(x) * out


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
    one = x == 1
    far = np.where(one, 2.0, x)
    return np.where(one, -1.0, np.log(far) / (1 - far))


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
def exprel(x: Array, *, out: Array) -> Any:
    # Near 0 the difference cancels, so its series stands in.
    near = np.abs(x) < 1e-4
    far = np.where(near, 1.0, x)
    return np.where(near, 0.5 + x / 3 + x * x / 8, (np.exp(x) - out) / far)


@pointwise("scipy.special.cosm1")
def cosm1(x: Array) -> Any:
    return -np.sin(x)


@pointwise("scipy.special.log1p")
def log1p(x: Array) -> Any:
    return 1 / (1 + x)


@pointwise("scipy.special.expm1")
def expm1(x: Array, *, out: Array) -> Any:
    return out + 1


@pointwise("scipy.special.exp2")
def exp2(x: Array, *, out: Array) -> Any:
    return out * np.log(2.0)


@pointwise("scipy.special.cbrt")
def cbrt(x: Array, *, out: Array) -> Any:
    return 1 / (3 * out * out)


@pointwise("scipy.special.ellipk")
def ellipk(x: Array, *, out: Array) -> Any:
    near = np.abs(x) < 1e-5
    far = np.where(near, 0.5, x)
    slope = (scipy.special.ellipe(x) / (1 - far) - out) / (2 * far)
    return np.where(near, np.pi / 8 * (1 + 9 / 8 * x), slope)


@pointwise("scipy.special.ellipe")
def ellipe(x: Array, *, out: Array) -> Any:
    near = np.abs(x) < 1e-5
    far = np.where(near, 0.5, x)
    slope = (out - scipy.special.ellipk(x)) / (2 * far)
    return np.where(near, -np.pi / 8 * (1 + 3 / 8 * x), slope)


@pointwise("scipy.special.hyp1f1", wrt="x")
def hyp1f1(a: Array, b: Array, x: Array) -> Any:
    return a / b * scipy.special.hyp1f1(a + 1, b + 1, x)


@pointwise("scipy.special.hyp2f1", wrt="x")
def hyp2f1(a: Array, b: Array, c: Array, x: Array) -> Any:
    return a * b / c * scipy.special.hyp2f1(a + 1, b + 1, c + 1, x)


@pointwise("scipy.special.lambertw", wrt="z")
def lambertw(z: Array, k: int = 0, *, out: Array) -> Any:
    return 1 / (z + np.exp(out))
