"""Slopes whose formula cancels at a special point, by series and functions that do not.

Each is right to every order that programs differentiate to: the derivative of a polynomial is one,
and that of a hypergeometric function is another.
"""

from __future__ import annotations

import math
from typing import Any

import scipy.special

Array = Any

# sinc(x) = sum over k of (-1)^k (pi x)^(2k) / (2k+1)!; of its slope over x, the powers of x^2.
SINC_SERIES = tuple(
    (-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(1, 8)
)

# Dawson's integral is t/2 times the sum of (2k-1)!! (t^2/2)^k with t = 1/x, DLMF 7.12.1 with 7.5.1;
# its slope is -t^2/2 times the sum of (2k+1)!! (t^2/2)^k. With the other sign that is erfcx.
DAWSON_SERIES = tuple(math.prod(range(1, 2 * k + 2, 2)) / 2.0**k for k in range(11))


def horner(coefficients: tuple[float, ...], x: Array) -> Array:
    """A polynomial, its constant first."""
    total = coefficients[-1]
    for c in coefficients[-2::-1]:
        total = c + x * total
    return total


def exprel_slope(x: Array) -> Array:
    """The derivative of (exp(x) - 1) / x: DLMF 13.6.1 and 13.3.15."""
    return 0.5 * scipy.special.hyp1f1(2, 3, x)
