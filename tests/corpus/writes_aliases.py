"""Writes through what may be, or may not be, the same memory under another name."""

import numpy as np

from tests.corpus.registry import array, case, floats


def real_part_of_a_real_array(x):
    a = x.copy()
    b = a.real
    b[0] = 3.0 * x[1]
    return np.sum(a * a)


def real_part_by_function(x):
    a = x.copy()
    b = np.real(a)
    b[1:] *= x[0]
    return np.sum(a * a)


def real_part_of_a_complex_array(x):
    a = x + 1j * x * x
    b = a.real
    b[0] = 3.0 * x[1]
    return np.sum(np.abs(a * a))


def imaginary_part(x):
    a = x + 1j * x * x
    a.imag[1] = 3.0 * x[1]
    a.imag *= x[0]
    return np.sum(np.abs(a * a))


def sum_of_axes_is_a_copy(x):
    a = x.copy()
    b = np.einsum("ij->i", a)
    b[0] = x[0, 1] ** 2
    return np.sum(a * a) + np.sum(b * b)


def shifted_is_a_copy(x):
    a = x.copy()
    b = np.fft.fftshift(a)
    b[0] = x[-1] ** 2
    return np.sum(a * a) + np.sum(b * x)


def grids_are_copies(x):
    a = x.copy()
    p, q = np.meshgrid(a, a)
    p[0, 0] = x[1] ** 2
    a[0] = x[1] ** 2
    return np.sum(p * q * a)


def moved_axis(x):
    a = x.copy()
    b = np.moveaxis(a, 0, -1)
    b[0] = b[1] * x[0, 0]
    return np.sum(a * a)


def diagonal_matrix_written(x):
    b = np.diagflat(x)
    b[0, 0] *= 2.0
    return np.sum(b @ b)


def flat_of_a_transpose(x):
    a = x.copy()
    a.T.flat[1] = x[0, 0] ** 2
    return np.sum(a * a)


def rank_zero_under_two_names(x):
    a = np.array(x[0])
    b = a[...]
    b[...] = x[1] ** 2
    a += x[2]
    return a * b


def rank_zero_with_new_axes(s):
    a = np.array(s)
    c = a[None]
    d = a[..., None, None]
    a[...] *= s
    return np.sum(c) * np.sum(d) * a


def rank_zero_masked(x):
    a = np.array(x[0])
    c = a[a > -9.0]
    a[a > -9.0] = x[1] ** 2
    return np.sum(c) * a


CASES = [
    case(real_part_of_a_real_array, array(3)),
    case(real_part_by_function, array(3)),
    case(real_part_of_a_complex_array, array(3)),
    case(imaginary_part, array(3)),
    case(sum_of_axes_is_a_copy, array(2, 3)),
    case(shifted_is_a_copy, array(4)),
    case(grids_are_copies, array(3)),
    case(moved_axis, array(2, 3)),
    case(diagonal_matrix_written, array(3)),
    case(flat_of_a_transpose, array(2, 3)),
    case(rank_zero_under_two_names, array(3)),
    case(rank_zero_with_new_axes, floats(0.7)),
    case(rank_zero_masked, array(3)),
]
