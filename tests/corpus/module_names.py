"""Module-level constants and every way of importing a name."""

import math
import math as m
from math import sqrt

import numpy
import numpy as np
import numpy.linalg as la
import scipy.special as sp
from numpy import exp, pi
from numpy import sum as array_sum
from numpy.linalg import solve
from scipy.special import erf as error_function

from tests.corpus.registry import array, case, floats

GRAVITY = 9.81
COEFFICIENTS = (1.0, -0.5, 0.25)
TABLE = [0.2, 0.7, 1.9]
WEIGHTS = np.array([0.5, 1.5, -2.0])
MATRIX = np.array([[2.0, 0.3, 0.1], [0.4, 3.0, 0.2], [0.0, 0.1, 1.0]])
STEPS = 3
USE_SINE = True
METHOD = "cubic"


def uses_a_constant(x):
    return GRAVITY * x * x + np.pi * x + np.e


def uses_a_tuple(x):
    c0, c1, c2 = COEFFICIENTS
    return c0 + c1 * x + c2 * x * x + COEFFICIENTS[1] * x**3


def loops_over_a_tuple(x):
    y = 0.0
    for c in COEFFICIENTS:
        y = y * x + c
    return y


def loops_over_a_list(x):
    y = 0.0
    for c in TABLE:
        y += np.sin(c * x)
    return y * TABLE[-1]


def uses_an_array(x):
    return WEIGHTS * x + x @ WEIGHTS


def uses_a_matrix(x):
    return MATRIX @ x + solve(MATRIX, x) + la.inv(MATRIX)[0] * x


def integer_constant(x):
    for _ in range(STEPS):
        x = x * x + 0.1
    return x


def flag_selects(x):
    if USE_SINE:
        x = np.sin(x)
    if METHOD == "cubic":
        return x**3
    return x


def names_from_numpy(x):
    return array_sum(exp(-x * x)) / numpy.sqrt(pi)


def names_from_math(x):
    return sqrt(x) * math.exp(-x) + m.log(x) * m.pi


def names_from_scipy(x):
    return error_function(x) * sp.expit(x)


def local_hides_global(x):
    GRAVITY = x * 2.0
    return GRAVITY * x


def argument_hides_module(x, np):
    return x * np + np * np


def names_of_the_compiler(x_bar, d):
    tape = x_bar * d
    grad = tape * x_bar
    out = grad + d
    return out * tape


def builtin_names_reused(sum, len):
    max = sum * len
    abs = max + sum
    return abs * max


def non_ascii(θ):
    φ = θ * 2.0
    return np.sin(φ) * θ


KINDS = (floats(0.7), array(3))

CASES = [
    case(uses_a_constant, *KINDS, tags="holomorphic"),
    case(uses_a_tuple, *KINDS, tags="holomorphic"),
    case(loops_over_a_tuple, *KINDS, tags="holomorphic"),
    case(loops_over_a_list, *KINDS, tags="holomorphic"),
    case(uses_an_array, array(3), tags="holomorphic"),
    case(uses_a_matrix, array(3), tags="holomorphic"),
    case(integer_constant, *KINDS, tags="holomorphic"),
    case(flag_selects, *KINDS, tags="holomorphic"),
    case(names_from_numpy, *KINDS, tags="holomorphic"),
    case(names_from_math, floats(0.7)),
    case(names_from_scipy, *KINDS),
    case(local_hides_global, *KINDS, tags="holomorphic"),
    case(argument_hides_module, floats(0.7, 1.3), wrt=(0, 1), tags="holomorphic"),
    case(names_of_the_compiler, floats(0.7, 1.3), wrt=(0, 1), tags="holomorphic"),
    case(builtin_names_reused, floats(0.7, 1.3), wrt=(0, 1), tags="holomorphic"),
    case(non_ascii, *KINDS, tags="holomorphic"),
]
