"""Functions that programs of other corpus modules call; nothing here is a program itself."""

import numpy as np

SCALE = 0.3


def square(x):
    return x * x


def affine(x, w=2.0, b=0.5):
    return w * x + b


def scaled(x):
    return SCALE * np.tanh(x)


def soft_sign(x, *, sharpness=1.0):
    return x / (1.0 + sharpness * abs(x))


def norm_and_direction(x):
    n = np.sqrt(np.sum(x * x))
    return n, x / n


def repeated_sine(x, times):
    for _ in range(times):
        x = np.sin(x) + 0.2 * x
    return x


def clipped_cube(x):
    if x > 1.0:
        return 3.0 * x - 2.0
    return x**3


def through_two_levels(x):
    return square(scaled(x)) + affine(x, b=x)
