"""Straight-line scalar programs, on Python floats, NumPy scalars and arrays of rank 0."""

from tests.corpus.registry import array, case, floats, numpy_scalars


def fan_out(a, b, c, f):
    e = a * b
    d = e + c
    return d * f + a


def polynomial(x):
    return 3.0 * x**4 - 2.0 * x**3 + x**2 - 7.0 * x + 5.0


def horner(x):
    y = 2.0
    y = y * x - 1.5
    y = y * x + 0.25
    y = y * x - 3.0
    return y


def quotient(x, y):
    return (x - y) / (x * x + y * y + 1.0)


def negated(x):
    y = -x
    return -(-y) + +x * 3


def integer_powers(x):
    return x**2 + x**3 + x**-1 + x**-2 + x**0 + x**1


def real_powers(x, y):
    return x**y + x**0.5 + 2.0**y


def same_operand_twice(x):
    return x * x + x / x + (x + x) - (x - x)


def integer_constants(x):
    return 3 * x - x / 4 + (7 // 2) * x + 7 % 4


def unused_argument(x, y, z):
    dead = y * z
    alive = x * 2.0
    return alive * y


def overwritten_name(x):
    x = x * 2.0
    x = x * x
    x = x + 1.0
    return x


def constant_result(x):
    y = x * 0.0
    return y + 4.0


def identity(x):
    return x


def two_names_one_value(x):
    y = x
    z = y
    return y * z * x


def long_chain(x, y, z):
    a = x * y
    b = y * z
    c = a / (b + 4.0)
    d = c * c - a
    e = d * b + c
    f = e - d * a
    g = f / (1.0 + e * e)
    return g * f - a * c


def springs(x1, x2, k):
    """A docstring that the compiler passes by."""
    left = 0.5 * k * (x1 - 1.0) ** 2
    right = 0.5 * k * (x2 - 3.0) ** 2
    middle = 0.25 * k * (x2 - x1 - 1.5) ** 4
    energy = left + right + middle
    return energy


def typed(x: float, y: float = 2.0) -> float:
    z: float = x * y
    w: float
    w = z + x
    return w * z


def remainder(x, y):
    return x % 0.7 + y * (x // 0.7)


def chained_assignment(x):
    a = b = x * 3.0
    a = a + 1.0
    return a * b


def nested_expression(x, y):
    return ((x + y) * (x - y) / ((x * y) + 3.0)) ** 2 - (x - (y - (x - (y - x)))) * 0.5


def kinetic(m, v, u):
    return 0.5 * m * (v - u) ** 2 + m * v / (1.0 - v * u)


def _kinds(*values):
    """The same values as Python floats, NumPy scalars and arrays of rank 0."""
    return (
        floats(*values),
        numpy_scalars(*values),
        lambda rng: tuple(rng.normal(loc=value, scale=0.01, size=()) for value in values),
    )


CASES = [
    case(fan_out, *_kinds(2.0, -3.0, 5.0, -2.0), wrt=(0, 1, 2, 3), tags="holomorphic"),
    case(polynomial, *_kinds(0.7), array(3), tags="holomorphic"),
    case(horner, *_kinds(-1.3), array(2, 2), tags="holomorphic"),
    case(quotient, *_kinds(0.4, 1.7), wrt=(0, 1), tags="holomorphic"),
    case(negated, *_kinds(0.4), tags="holomorphic"),
    case(integer_powers, *_kinds(1.3), array(3, low=0.5), tags="holomorphic"),
    case(real_powers, *_kinds(1.3, 0.7), wrt=(0, 1), tags="holomorphic"),
    case(same_operand_twice, *_kinds(1.3), tags="holomorphic"),
    case(integer_constants, *_kinds(1.3), lambda rng: (2.5,), tags="holomorphic"),
    case(unused_argument, *_kinds(1.3, 0.7, 3.0), wrt=(0, 1, 2), tags="holomorphic"),
    case(overwritten_name, *_kinds(1.3), tags="holomorphic"),
    case(constant_result, *_kinds(1.3), tags="holomorphic"),
    case(identity, *_kinds(1.3), array(3), array(2, 2), tags="holomorphic"),
    case(two_names_one_value, *_kinds(1.3), tags="holomorphic"),
    case(long_chain, *_kinds(1.3, 0.4, -0.8), wrt=(0, 1, 2), tags="holomorphic"),
    case(springs, *_kinds(1.3, 2.2, 4.0), wrt=("x1", "k"), tags="holomorphic"),
    case(typed, *_kinds(1.3, 0.4), floats(1.7), wrt=0, tags="holomorphic"),
    case(remainder, *_kinds(1.6, 0.4), wrt=(0, 1)),
    case(chained_assignment, *_kinds(1.3), tags="holomorphic"),
    case(nested_expression, *_kinds(1.3, 0.4), wrt=(0, 1), tags="holomorphic"),
    case(kinetic, *_kinds(2.0, 0.3, 0.2), wrt=(0, 1, 2), tags="holomorphic"),
]
