"""Python's operators, and the ufuncs that are the same operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from sourcead.rules.declare import fitted, length, linear, nondifferentiable, pointwise, surely
from sourcead.rules.helpers import abs_slope, base_of_slope, log_or_zero, slope_of_absolute

Array = Any


@pointwise("add")
def add(x: Array, y: Array) -> Any:
    return 1, 1


@pointwise("sub")
def sub(x: Array, y: Array) -> Any:
    return 1, -1


@pointwise("mul")
def mul(x: Array, y: Array) -> Any:
    return y, x


@pointwise("div")
def div(x: Array, y: Array, *, out: Array) -> Any:
    return 1 / y, -out / y


@pointwise("pow")
def pow(x: Array, y: Array, *, out: Array, argument: str) -> Any:
    if argument == "squares" and surely(y == 0.5):
        return 0.5 / length(out), out * log_or_zero(x)
    # `+ (y == 0)`: the slope of x ** 0 is 0, at x == 0 too. It folds away for a literal exponent.
    return y * base_of_slope(x, y, argument) ** (y - 1 + (y == 0)), out * log_or_zero(x)


@pointwise("mod")
def mod(x: Array, y: Array) -> Any:
    return 1, -(x // y)


@pointwise("neg")
def neg(x: Array) -> Any:
    return -1


@pointwise("pos")
def pos(x: Array) -> Any:
    return 1


@pointwise("abs")
def abs(x: Array, *, out: Array) -> Any:
    return slope_of_absolute(x) if surely(not np.iscomplexobj(x)) else abs_slope(x, out)


def moved(dx: Array, x: Array) -> Array:
    return dx


@linear("divisor", jvp=moved)
def divisor(g: Array, x: Array) -> Any:
    return g


@linear("sum", wrt=("xs", "start"))
def sum(g: Array, xs: Any, start: Array = 0) -> Any:
    if surely(np.ndim(g) == 0):
        return [g] * len(xs), g
    return [fitted(g, x) for x in xs], g


@linear("float")
def float(g: Array, x: Array) -> Any:
    return g if np.ndim(x) == 0 else np.reshape(g, np.shape(x))


@linear("item")
def item(g: Array, x: Array) -> Any:
    return g if np.ndim(x) == 0 else np.reshape(g, np.shape(x))


@linear("complex", wrt=("real", "imag"))
def complex(g: Array, real: Array, imag: Array = 0) -> Any:
    if surely(not np.iscomplexobj(real)) and surely(not np.iscomplexobj(imag)):
        return g.real, -g.imag
    return g, 1j * g


@linear("copy")
def copy(g: Array, x: Array) -> Any:
    return g


@linear("np.astype")
def astype(g: Array, x: Array, dtype: Any, copy: bool = True) -> Any:
    return g


nondifferentiable(
    "floordiv",
    "lt",
    "le",
    "gt",
    "ge",
    "eq",
    "ne",
    "is",
    "is_not",
    "in",
    "not_in",
    "not",
    "bool",
    reason="piecewise constant",
)
nondifferentiable("int", "round", reason="rounds to steps")
nondifferentiable(
    "bitand", "bitor", "bitxor", "lshift", "rshift", "invert", reason="defined for integers only"
)
nondifferentiable(
    "dim", "shape", "ndim", "size", "dtype", "range", reason="depends on the shape alone"
)
