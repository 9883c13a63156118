"""Derivatives of functions in textbook.py, written by sourcead."""


def textbook_grad(a, b, c, f):
    """L = (a b + c) f."""
    # forward
    e = a * b
    d = e + c
    # reverse
    # e = a * b
    a_bar = f * b
    b_bar = f * a
    return a_bar, b_bar, f, d
