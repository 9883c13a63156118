"""NumPy's elementwise functions, each on every kind of argument."""

import numpy as np

from tests.corpus.registry import array, case, every_kind


def bell(x):
    return np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def trigonometry(x):
    return np.sin(x) * np.cos(2.0 * x) + np.tan(0.5 * x)


def inverse_trigonometry(x):
    return np.arcsin(x) + np.arccos(x) * np.arctan(x)


def hyperbolic(x):
    return np.sinh(x) - np.cosh(x) * np.tanh(x)


def inverse_hyperbolic(x):
    return np.arcsinh(x) * np.arctanh(0.5 * x) + np.arccosh(2.5 + x)


def logarithms(x):
    return np.log(x) + np.log2(x) * np.log10(x) - np.log1p(x)


def exponentials(x):
    return np.exp(x) + np.exp2(x) * np.expm1(x)


def roots(x):
    return np.sqrt(x) + np.cbrt(x) - np.reciprocal(x) * np.square(x)


def angles(x):
    return np.sin(np.deg2rad(x * 90.0)) + np.rad2deg(x) * np.radians(x) + np.degrees(x)


def absolute_values(x):
    return np.abs(x) + np.absolute(x) * np.fabs(x) + abs(x) * x


def signs(x):
    return np.sign(x) * x + np.negative(x) * np.positive(x)


def rounding_has_no_derivative(x):
    return x * np.floor(x) + np.ceil(x) + np.trunc(x) * np.rint(x) + np.round(x)


def sinc_and_friends(x):
    return np.sinc(x) + np.hypot(x, 2.0) * np.logaddexp(x, 1.0)


def softplus(x):
    return np.logaddexp(0.0, x) - np.log1p(np.exp(-np.abs(x)))


def relu(x):
    return np.maximum(x, 0.0) + 0.1 * np.minimum(x, 0.0)


def selected(x):
    return np.where(x > 0.2, np.sin(x), x * x)


def clipped(x):
    return np.clip(x, -0.7, 0.8) * x


def deep_composition(x):
    return np.exp(np.sin(np.log1p(np.square(np.tanh(x)))))


def gelu(x):
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def ufunc_call_forms(x):
    return np.add(np.multiply(x, 2.0), np.divide(1.0, np.subtract(4.0, x))) ** np.true_divide(4, 2)


def summed_bell(x):
    return np.sum(np.exp(-x * x) * np.cos(3.0 * x))


def value_used_by_its_own_derivative(x):
    e = np.exp(x)
    t = np.tanh(e)
    s = np.sqrt(1.0 + t)
    return e * t * s


CASES = [
    case(bell, *every_kind(), tags="holomorphic"),
    case(sigmoid, *every_kind(), tags="holomorphic"),
    case(trigonometry, *every_kind(), tags="holomorphic"),
    case(inverse_trigonometry, *every_kind(-0.9, 0.9), tags="holomorphic"),
    case(hyperbolic, *every_kind(), tags="holomorphic"),
    case(inverse_hyperbolic, *every_kind(-0.9, 0.9), tags="holomorphic"),
    case(logarithms, *every_kind(0.2, 3.0), tags="holomorphic"),
    case(exponentials, *every_kind(), tags="holomorphic"),
    case(roots, *every_kind(0.2, 3.0)),
    case(angles, *every_kind()),
    case(absolute_values, *every_kind()),
    case(signs, *every_kind()),
    case(rounding_has_no_derivative, *every_kind(-2.9, 2.8)),
    case(sinc_and_friends, *every_kind()),
    case(softplus, *every_kind()),
    case(relu, *every_kind()),
    case(selected, *every_kind()),
    case(clipped, *every_kind()),
    case(deep_composition, *every_kind(), tags="holomorphic"),
    case(gelu, *every_kind(), tags="holomorphic"),
    case(ufunc_call_forms, *every_kind(), tags="holomorphic"),
    case(summed_bell, *every_kind(), array(0), array(3, 0), tags="holomorphic"),
    case(value_used_by_its_own_derivative, *every_kind(), tags="holomorphic"),
]
