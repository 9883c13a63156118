"""Writes through what may be, or may not be, the same memory under another name."""

import numpy as np
import scipy.linalg

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


def type_called_with_an_array(x):
    a = x.copy()
    b = np.float64(a.T)
    b[0] = 3.0 * x[1]
    narrow = np.float32(a)
    narrow[1] = 0.0
    flags = x > 0.5
    np.bool_(flags)[2] = True
    return np.sum(a**2) + np.sum(x[flags] ** 3)


def parameter_given_to_a_type(x):
    b = np.float64(x)
    b += x[1]
    z = np.complex128(x * 1j)
    np.complex128(z)[0] = x[2]
    return np.sum(x**2) + np.sum(np.abs(z) ** 2)


def row_at_an_array_without_axes(x):
    a = np.outer(x, x)
    k = np.array(1)
    row = a[k]
    row += 1.0
    a[k] *= 3.0
    column = a[:, np.asarray(0)]
    column[1] = x[2]
    a[k:][1] -= row
    return np.sum(a**2) + row @ column


def worked_in_and_left(x):
    a = np.outer(x, x) + np.eye(3)
    y = scipy.linalg.solve(a, x.copy(), overwrite_a=True, overwrite_b=True)
    a = np.outer(y, x) + np.eye(3)
    return scipy.linalg.det(a, overwrite_a=False) * np.median(x * y, overwrite_input=True)


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
    case(type_called_with_an_array, array(3)),
    case(parameter_given_to_a_type, array(3)),
    case(row_at_an_array_without_axes, array(3)),
    case(worked_in_and_left, array(3)),
]
