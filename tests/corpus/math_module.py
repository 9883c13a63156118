"""The `math` module, on Python floats and NumPy scalars."""

import math
from math import cos, exp, pi

from tests.corpus.registry import case, floats, numpy_scalars


def trigonometric(x):
    return math.sin(x) * math.cos(x) + math.tan(x) - math.asin(0.3 * x) * math.acos(0.2 * x)


def hyperbolic(x):
    return math.sinh(x) + math.cosh(x) * math.tanh(x) - math.atan(x)


def exponential(x):
    return math.exp(-x) * math.log(x) + math.log2(x) * math.log10(x) + math.log1p(x) * math.expm1(x)


def logarithm_of_a_base(x):
    return math.log(x, 3.0) + math.log(x * x)


def roots_and_powers(x, y):
    return math.sqrt(x) * math.pow(x, y) + math.fabs(y) * math.hypot(x, y)


def polar_angle(x, y):
    return math.atan2(y, x) * math.hypot(x, y)


def constants(x):
    return math.pi * x**2 + math.e * x + math.tau


def names_imported(x):
    return exp(-x) * cos(pi * x)


def error_functions(x):
    return math.erf(x) - math.erfc(x) * math.gamma(x) + math.lgamma(x)


def rounding(x):
    return x * math.floor(x) + math.ceil(x) * x + math.trunc(x)


def degrees_and_radians(x):
    return math.degrees(x) * math.radians(x) + math.copysign(x, -1.0)


def normal_density(x, mean, sigma):
    z = (x - mean) / sigma
    return math.exp(-0.5 * z * z) / (sigma * math.sqrt(2.0 * math.pi))


def black_scholes(s, k, t, r, sigma):
    d1 = (math.log(s / k) + (r + 0.5 * sigma**2) * t) / (sigma * math.sqrt(t))
    d2 = d1 - sigma * math.sqrt(t)
    n1 = 0.5 * (1.0 + math.erf(d1 / math.sqrt(2.0)))
    n2 = 0.5 * (1.0 + math.erf(d2 / math.sqrt(2.0)))
    return s * n1 - k * math.exp(-r * t) * n2


def great_circle(lat1, lon1, lat2, lon2):
    half = math.sin((lat2 - lat1) / 2.0) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2.0) ** 2
    return 2.0 * 6371.0 * math.asin(math.sqrt(half))


def _both(*values):
    return floats(*values), numpy_scalars(*values)


CASES = [
    case(trigonometric, *_both(0.7)),
    case(hyperbolic, *_both(0.7)),
    case(exponential, *_both(1.7)),
    case(logarithm_of_a_base, *_both(1.7)),
    case(roots_and_powers, *_both(1.7, 0.6), wrt=(0, 1)),
    case(polar_angle, *_both(1.7, 0.6), wrt=(0, 1)),
    case(constants, *_both(1.7)),
    case(names_imported, *_both(0.3)),
    case(error_functions, *_both(1.7)),
    case(rounding, *_both(1.7)),
    case(degrees_and_radians, *_both(1.7)),
    case(normal_density, *_both(1.7, 0.4, 1.3), wrt=(0, 1, 2)),
    case(black_scholes, *_both(100.0, 95.0, 0.5, 0.02, 0.3), wrt=(0, 1, 2, 3, 4)),
    case(great_circle, *_both(0.8, 0.1, 0.7, -1.3), wrt=(0, 1, 2, 3)),
]
