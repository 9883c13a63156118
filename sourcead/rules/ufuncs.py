"""NumPy's elementwise functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import divisor, length, linear, orders_to_come, pointwise, surely
from sourcead.rules.helpers import abs_slope, log_or_zero, slope_of_absolute
from sourcead.rules.series import SINC_SERIES, horner

Array = Any


@pointwise("np.abs")
def abs(x: Array, *, out: Array) -> Any:
    return slope_of_absolute(x) if surely(not np.iscomplexobj(x)) else abs_slope(x, out)


@pointwise(np.fabs)
def fabs(x: Array) -> Any:
    return slope_of_absolute(x)


@pointwise(np.exp)
def exp(x: Array, *, out: Array) -> Any:
    return out


@pointwise(np.exp2)
def exp2(x: Array, *, out: Array) -> Any:
    return out * np.log(2.0)


@pointwise(np.expm1)
def expm1(x: Array) -> Any:
    return np.exp(x)


@pointwise(np.log)
def log(x: Array, *, argument: str) -> Any:
    return 1 / (x if argument == "positive" else divisor(x))


@pointwise(np.log2)
def log2(x: Array) -> Any:
    return 1 / (x * np.log(2.0))


@pointwise(np.log10)
def log10(x: Array) -> Any:
    return 1 / (x * np.log(10.0))


@pointwise(np.log1p)
def log1p(x: Array, *, argument: str) -> Any:
    return 1 / (divisor(1 + x) if argument == "" else 1 + x)


@pointwise(np.sqrt)
def sqrt(x: Array, *, out: Array, argument: str) -> Any:
    return 0.5 / (length(out) if argument == "squares" else out)


@pointwise(np.cbrt)
def cbrt(x: Array, *, out: Array) -> Any:
    return 1 / (3 * out * out)


@pointwise(np.square)
def square(x: Array) -> Any:
    return 2 * x


@pointwise(np.reciprocal)
def reciprocal(x: Array, *, out: Array) -> Any:
    return -out * out


@pointwise(np.sin)
def sin(x: Array) -> Any:
    return np.cos(x)


@pointwise(np.cos)
def cos(x: Array) -> Any:
    return -np.sin(x)


@pointwise(np.tan)
def tan(x: Array, *, out: Array) -> Any:
    return 1 + out * out


@pointwise(np.arcsin)
def arcsin(x: Array) -> Any:
    return 1 / np.sqrt(1 - x * x)


@pointwise(np.arccos)
def arccos(x: Array) -> Any:
    return -1 / np.sqrt(1 - x * x)


@pointwise(np.arctan)
def arctan(x: Array) -> Any:
    return 1 / (1 + x * x)


@pointwise(np.sinh)
def sinh(x: Array) -> Any:
    return np.cosh(x)


@pointwise(np.cosh)
def cosh(x: Array) -> Any:
    return np.sinh(x)


def tanh_tail(x: Array, out: Array) -> Array:
    """1 - tanh(x)**2 without a difference of nearly equal numbers: with e = exp(-2 |x|),
    1 - |out| is e (1 + |out|)."""
    return np.exp(-2 * np.abs(x)) * (1 + np.abs(out)) ** 2


@pointwise(np.tanh)
def tanh(x: Array, *, out: Array) -> Any:
    if np.iscomplexobj(x):
        return 1 - out * out
    if orders_to_come() == 0:
        return tanh_tail(x, out)
    # The derivatives of that form jump at 0, those of the other one do not.
    return np.where(np.abs(out) < 0.5, 1 - out * out, tanh_tail(x, out))


@pointwise(np.arcsinh)
def arcsinh(x: Array) -> Any:
    if np.iscomplexobj(x):
        return 1 / np.sqrt(x * x + 1)
    return 1 / np.hypot(x, 1)


@pointwise(np.arccosh)
def arccosh(x: Array) -> Any:
    return 1 / (np.sqrt(x - 1) * np.sqrt(x + 1))


@pointwise(np.arctanh)
def arctanh(x: Array) -> Any:
    return 1 / divisor(1 - x * x)


@pointwise(np.deg2rad)
def deg2rad(x: Array) -> Any:
    return np.pi / 180


@pointwise(np.radians)
def radians(x: Array) -> Any:
    return np.pi / 180


@pointwise(np.rad2deg)
def rad2deg(x: Array) -> Any:
    return 180 / np.pi


@pointwise(np.degrees)
def degrees(x: Array) -> Any:
    return 180 / np.pi


@pointwise(np.sinc)
def sinc(x: Array, *, out: Array) -> Any:
    # Near 0 the difference cancels, so its series stands in.
    near = np.abs(x) < 0.1
    far = np.where(near, 1.0, x)
    slope = (np.cos(np.pi * far) - np.sinc(far)) / far
    return np.where(near, x * horner(SINC_SERIES, x * x), slope)


@pointwise(np.maximum)
def maximum(x: Array, y: Array, *, out: Array, active: tuple[bool, ...]) -> Any:
    if active == (True, True):
        return (x > y) + 0.5 * (x == y), (y > x) + 0.5 * (x == y)
    return out > y, out > x


@pointwise(np.minimum)
def minimum(x: Array, y: Array, *, out: Array, active: tuple[bool, ...]) -> Any:
    if active == (True, True):
        return (x < y) + 0.5 * (x == y), (y < x) + 0.5 * (x == y)
    return out < y, out < x


@pointwise(np.fmax)
def fmax(x: Array, y: Array, *, active: tuple[bool, ...]) -> Any:
    # fmax passes over a NaN: the other operand is the one selected.
    if active == (True, True):
        share = 0.5 * (x == y)
        return (x > y) + share + np.isnan(y), (y > x) + share + np.isnan(x)
    return (x > y) | np.isnan(y), (y > x) | np.isnan(x)


@pointwise(np.fmin)
def fmin(x: Array, y: Array, *, active: tuple[bool, ...]) -> Any:
    if active == (True, True):
        share = 0.5 * (x == y)
        return (x < y) + share + np.isnan(y), (y < x) + share + np.isnan(x)
    return (x < y) | np.isnan(y), (y < x) | np.isnan(x)


@pointwise(np.hypot)
def hypot(x: Array, y: Array, *, out: Array) -> Any:
    size = length(out)
    return x / size, y / size


@pointwise(np.arctan2)
def arctan2(x: Array, y: Array) -> Any:
    r = divisor(np.hypot(x, y))
    return y / r / r, -x / r / r


@pointwise(np.logaddexp)
def logaddexp(x: Array, y: Array, *, out: Array) -> Any:
    # exp(x - out) as a function of the difference: its own slope is then no difference from 1.
    a, b = without_share(x, y, out)
    return np.exp(-np.logaddexp(0, b - x)), np.exp(-np.logaddexp(0, a - y))


@pointwise(np.logaddexp2)
def logaddexp2(x: Array, y: Array, *, out: Array) -> Any:
    a, b = without_share(x, y, out)
    return np.exp2(-np.logaddexp2(0, b - x)), np.exp2(-np.logaddexp2(0, a - y))


def without_share(x: Array, y: Array, out: Array) -> Any:
    """Two logarithms; infinite where both are those of 0, of which neither has then a share."""
    if surely(x > -np.inf) or surely(y > -np.inf):
        return x, y
    return np.where(out == -np.inf, np.inf, x), np.where(out == -np.inf, np.inf, y)


@pointwise(np.copysign)
def copysign(x: Array, y: Array) -> Any:
    return np.sign(x) * np.copysign(1.0, y), None


@pointwise(np.float_power)
def float_power(x: Array, y: Array, *, out: Array) -> Any:
    return y * np.float_power(x, y - 1 + (y == 0)), out * log_or_zero(x)


@pointwise(np.fmod)
def fmod(x: Array, y: Array) -> Any:
    return 1, -np.trunc(x / y)


@pointwise(np.ldexp, wrt="x")
def ldexp(x: Array, y: Array) -> Any:
    return np.ldexp(1.0, y)


@pointwise(np.heaviside, wrt="y")
def heaviside(x: Array, y: Array) -> Any:
    return x == 0


@pointwise(np.nextafter, wrt="x")
def nextafter(x: Array, y: Array) -> Any:
    return 1


@pointwise(np.clip, wrt=("a", "a_min", "a_max"))
def clip(a: Array, a_min: Any = None, a_max: Any = None) -> Any:
    # At a bound the value counts as clipped, as with np.maximum and a constant.
    if a_min is None and a_max is None:
        return 1, 0, 0
    if a_min is None:
        return a < a_max, 0, a >= a_max
    if a_max is None:
        return a > a_min, a <= a_min, 0
    return (
        (a > a_min) & (a < a_max),
        (a <= a_min) & (a_min < a_max),
        (a >= a_max) | (a_min >= a_max),
    )


@linear(np.where, wrt=("x", "y"))
def where(g: Array, condition: Array, x: Array, y: Array) -> Any:
    return np.where(condition, g, 0), np.where(condition, 0, g)


def nan_to_num_jvp(
    dx: Array,
    x: Array,
    copy: bool = True,
    nan: Any = 0.0,
    posinf: Any = None,
    neginf: Any = None,
) -> Any:
    return finite_parts(dx, x)


@linear(np.nan_to_num, jvp=nan_to_num_jvp)
def nan_to_num(
    g: Array, x: Array, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    return finite_parts(g, x)


def finite_parts(g: Array, x: Array) -> Array:
    """The real and the imaginary part of `g`, each where that of `x` is finite."""
    if surely(not np.iscomplexobj(x)):
        return np.where(np.isfinite(x), g, 0)
    imaginary = np.where(np.isfinite(np.imag(x)), g - np.real(g), 0)
    return np.where(np.isfinite(np.real(x)), np.real(g), 0) + imaginary


@linear(np.real)
def real(g: Array, val: Array) -> Any:
    return g


@linear(np.imag)
def imag(g: Array, val: Array) -> Any:
    return -1j * g if np.iscomplexobj(val) else np.zeros_like(g)


@linear(np.conj)
def conj(g: Array, x: Array) -> Any:
    return np.conj(g)


@pointwise(np.angle, wrt="z")
def angle(z: Array, deg: bool = False) -> Any:
    turn = 180 / np.pi if deg else 1.0
    return turn * -1j / z if np.iscomplexobj(z) else np.zeros_like(z)


@linear(np.real_if_close)
def real_if_close(g: Array, a: Array) -> Any:
    return g


@linear("np.float64")
def float64(g: Array, x: Array) -> Any:
    return g


@linear("np.float32")
def float32(g: Array, x: Array) -> Any:
    return g


@linear("np.float16")
def float16(g: Array, x: Array) -> Any:
    return g


@linear("np.complex128")
def complex128(g: Array, x: Array) -> Any:
    return g


@linear("np.complex64")
def complex64(g: Array, x: Array) -> Any:
    return g
