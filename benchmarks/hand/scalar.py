"""Scalars in a straight line; one of them is used twice."""

from benchmarks.hand import Case


def area(a, b, c, f):
    product = a * b
    shifted = product + c
    return shifted * f + a


def area_grad(a, b, c, f):
    product = a * b
    shifted = product + c
    # return shifted * f + a
    a_bar = 1.0
    shifted_bar = f
    f_bar = shifted
    # shifted = product + c
    c_bar = shifted_bar
    # product = a * b
    a_bar += shifted_bar * b
    b_bar = shifted_bar * a
    return a_bar, b_bar, c_bar, f_bar


CASES = (Case("t01", area, area_grad, ("a", "b", "c", "f"), lambda rng: (2.0, -3.0, 5.0, -2.0)),)
