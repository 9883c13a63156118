"""The functions of the `math` module. They act on Python's floats, and so do their derivatives."""

from __future__ import annotations

import math
from typing import Any

from sourcead.rules.declare import (
    divisor,
    is_second_order,
    length,
    linear,
    orders_to_come,
    pointwise,
    rule,
    surely,
)
from sourcead.rules.helpers import base_of_slope, root_divisor

Scalar = Any

TWO_BY_ROOT_PI = 2 / math.sqrt(math.pi)


@pointwise("math.sin")
def sin(x: Scalar) -> Any:
    return math.cos(x)


@pointwise("math.cos")
def cos(x: Scalar) -> Any:
    return -math.sin(x)


@pointwise("math.tan")
def tan(x: Scalar, *, out: Scalar) -> Any:
    return 1 + out * out


@pointwise("math.asin")
def asin(x: Scalar) -> Any:
    return 1 / divisor(math.sqrt(1 - x * x))


@pointwise("math.acos")
def acos(x: Scalar) -> Any:
    return -1 / divisor(math.sqrt(1 - x * x))


@pointwise("math.atan")
def atan(x: Scalar) -> Any:
    return 1 / (1 + x * x)


@pointwise("math.sinh")
def sinh(x: Scalar) -> Any:
    return math.cosh(x)


@pointwise("math.cosh")
def cosh(x: Scalar) -> Any:
    return math.sinh(x)


@pointwise("math.tanh")
def tanh(x: Scalar, *, out: Scalar) -> Any:
    # As that of np.tanh.
    if abs(out) < 0.5:
        return 1 - out * out
    return math.exp(-2 * abs(x)) * (1 + abs(out)) ** 2


@pointwise("math.asinh")
def asinh(x: Scalar) -> Any:
    return 1 / math.hypot(x, 1)


@pointwise("math.acosh")
def acosh(x: Scalar) -> Any:
    return 1 / divisor(math.sqrt(x - 1) * math.sqrt(x + 1))


@pointwise("math.atanh")
def atanh(x: Scalar) -> Any:
    return 1 / (1 - x * x)


@pointwise("math.exp")
def exp(x: Scalar, *, out: Scalar) -> Any:
    return out


@pointwise("math.exp2")
def exp2(x: Scalar, *, out: Scalar) -> Any:
    return out * math.log(2.0)


@pointwise("math.expm1")
def expm1(x: Scalar) -> Any:
    return math.exp(x)


@pointwise("math.log", wrt=("x", "base"))
def log(x: Scalar, base: Scalar = None, *, out: Scalar) -> Any:
    if base is None:
        return 1 / x, None
    ln = math.log(base)
    return 1 / (x * ln), -out / (base * ln)


@pointwise("math.log2")
def log2(x: Scalar) -> Any:
    return 1 / (x * math.log(2.0))


@pointwise("math.log10")
def log10(x: Scalar) -> Any:
    return 1 / (x * math.log(10.0))


@pointwise("math.log1p")
def log1p(x: Scalar) -> Any:
    return 1 / (1 + x)


@pointwise("math.sqrt")
def sqrt(x: Scalar, *, out: Scalar, argument: str) -> Any:
    return 0.5 / root_divisor(out, argument)


@pointwise("math.cbrt")
def cbrt(x: Scalar, *, out: Scalar) -> Any:
    return 1 / divisor(3 * out * out)


@pointwise("math.fabs")
def fabs(x: Scalar) -> Any:
    if is_second_order() or orders_to_come() > 0:
        return math.copysign(1.0, x)
    return 1.0 * (x > 0) - 1.0 * (x < 0)


@pointwise("math.erf")
def erf(x: Scalar) -> Any:
    return TWO_BY_ROOT_PI * math.exp(-x * x)


@pointwise("math.erfc")
def erfc(x: Scalar) -> Any:
    return -TWO_BY_ROOT_PI * math.exp(-x * x)


@pointwise("math.degrees")
def degrees(x: Scalar) -> Any:
    return 180 / math.pi


@pointwise("math.radians")
def radians(x: Scalar) -> Any:
    return math.pi / 180


@pointwise("math.pow")
def pow(x: Scalar, y: Scalar, *, out: Scalar, argument: str) -> Any:
    if argument == "squares" and surely(y == 0.5):
        slope = 0.5 / length(out)
    elif surely(y >= 1):
        slope = y * math.pow(x, y - 1)
    else:
        # The slope of x ** 0 is 0, at x == 0 too; log of 0 only ever meets the factor 0.
        slope = y * base_of_slope(x, y, argument) ** (y - 1 + (y == 0))
    return slope, out * math.log(x + (x == 0))


@pointwise("math.atan2")
def atan2(y: Scalar, x: Scalar) -> Any:
    r = divisor(math.hypot(x, y))
    return x / r / r, -y / r / r


@pointwise("math.fmod")
def fmod(x: Scalar, y: Scalar) -> Any:
    return 1, -math.trunc(x / y)


@pointwise("math.copysign")
def copysign(x: Scalar, y: Scalar) -> Any:
    return (1.0 * (x > 0) - 1.0 * (x < 0)) * math.copysign(1.0, y), None


@linear("math.fsum")
def fsum(g: Scalar, seq: Any) -> Any:
    return [g for _ in range(len(seq))]


def hypot_vjp(g: Scalar, *coordinates: Scalar, out: Scalar) -> Any:
    size = length(out)
    return [c * (g / size) for c in coordinates]


@rule("math.hypot", wrt="coordinates", vjp=hypot_vjp)
def hypot(dcoordinates: Any, *coordinates: Scalar, out: Scalar) -> Any:
    total = 0.0
    for k in range(len(coordinates)):
        total = total + coordinates[k] * dcoordinates[k]
    return total / length(out)


def dist_vjp(g: Scalar, p: Any, q: Any, *, out: Scalar) -> Any:
    size = length(out)
    p_bar = [(p[k] - q[k]) * (g / size) for k in range(len(p))]
    return p_bar, [-p_bar[k] for k in range(len(q))]


@rule("math.dist", wrt=("p", "q"), vjp=dist_vjp)
def dist(dp: Any, dq: Any, p: Any, q: Any, *, out: Scalar, active: tuple[bool, ...]) -> Any:
    total = 0.0
    for k in range(len(p)):
        if active[0]:
            total = total + (p[k] - q[k]) * dp[k]
        if active[1]:
            total = total - (p[k] - q[k]) * dq[k]
    return total / length(out)


def prod_vjp(g: Scalar, iterable: Any, start: Scalar = 1) -> Any:
    before = [start]
    for k in range(len(iterable)):
        before.append(before[k] * iterable[k])
    after, bars = g, []
    for k in reversed(range(len(iterable))):
        bars.append(after * before[k])
        after = after * iterable[k]
    return bars[::-1], after


@rule("math.prod", wrt=("iterable", "start"), vjp=prod_vjp, real=False)
def prod(
    diterable: Any, dstart: Scalar, iterable: Any, start: Scalar = 1, *, active: tuple[bool, ...]
) -> Any:
    value, moved = start, dstart
    for k in range(len(iterable)):
        moved = moved * iterable[k]
        if active[0]:
            moved = moved + value * diterable[k]
        value = value * iterable[k]
    return moved
