"""Numbers that are real on one path and complex on another, joined at branches and in loops."""

import numpy as np

from tests.corpus.registry import array, case, floats


def turned_on_one_path(a):
    z = a
    if a > 0:
        z = a * 1j
    return np.real(z * z) + np.imag(z)


def array_turned_on_one_path(x):
    z = x
    if x[0] < 0:
        z = x * 1j
    w = z * z + z
    return np.sum(np.abs(w) ** 2) + np.sum(w.imag)


def by_expression(x, k):
    z = x * 1j if k else x
    w = z if k else 2 * z
    return np.sum((w * w).real)


def turned_until_long(x):
    z = x[0]
    while abs(z) < 2:
        z = z * (1 + 1j) + 0.1
    return z.imag


def array_turned_in_a_loop(x, n):
    z = x
    for _ in range(n):
        z = z * (0.5 + 0.5j) + x
    return np.sum(z.real**2 + z.imag)


def numbers_in_a_list(x):
    zs = [x[0]]
    for v in x:
        zs.append(v * (1 + 2j))
    return np.sum(np.abs(np.array(zs)) ** 2) + zs[1].imag


def in_a_tuple(x, k):
    p = (x[0], x)
    if k:
        p = (x[1] * 1j, x * 2)
    return np.imag(p[0]) + np.real(p[0]) + np.sum(p[1])


def size(z):
    return np.sum(np.imag(z) * 2 + np.real(z) ** 2)


def helper_of_both_kinds(x):
    return size(x) + size(x * 1j) + size(x + 2j)


def perhaps_turned(x, k):
    if k:
        return x * 1j
    return x


def result_of_both_kinds(x, k):
    return np.sum(perhaps_turned(x, k).imag + np.real(perhaps_turned(x, k)) ** 2)


def written_into(x):
    z = np.zeros(3, complex)
    z[:] = x
    z[1] = x[0] * 1j
    z += x
    z *= 1 + 1j
    return np.sum(z.real * z.imag)


def made_complex_and_written(x):
    z = x + 0j
    z[0] = x[1] * (1 - 1j)
    for k in range(1, 3):
        z[k] = z[k - 1] * 1j + x[k]
    return np.sum(z.imag * x) + np.sum(z.real)


def of_unknown_rank(x, k):
    y = x
    for _ in range(k):
        y = y[None]
    w = y * (1 + 2j)
    return np.sum(w.real**2 + w.imag) + np.sum(np.abs(np.exp(1j * y) + y) ** 2)


def root_of_any_sign(a):
    r = np.emath.sqrt(a)
    return np.real(r) + np.imag(r) * 2


def unless_it_raises(x, k):
    z = x
    try:
        if k:
            raise ValueError
        z = x * 1j
    except ValueError:
        pass
    return np.sum(z.imag + np.real(z) ** 2)


def with_number(k):
    return lambda rng: (rng.uniform(-1.5, 1.5, size=3), k)


def asked_whether_it_is_complex(x):
    b = x[0] if x[1] > 0.0 else 1j * x[2]
    c = 2.0 if x[2] > 0.0 else 3j
    y = x * 1.0
    if np.iscomplexobj(b):
        y = y * 3.0
    if not np.iscomplexobj(c):
        y += x * np.real(b)
    return np.sum(np.abs(y) ** 2)


CASES = [
    case(turned_on_one_path, floats(0.7), floats(-0.7)),
    case(array_turned_on_one_path, array(3, low=0.1), array(3, high=-0.1)),
    case(by_expression, with_number(0), with_number(1)),
    case(turned_until_long, array(3, low=0.1, high=0.5)),
    case(array_turned_in_a_loop, with_number(0), with_number(3)),
    case(numbers_in_a_list, array(3)),
    case(in_a_tuple, with_number(0), with_number(1)),
    case(helper_of_both_kinds, array(3)),
    case(result_of_both_kinds, with_number(0), with_number(1)),
    case(written_into, array(3)),
    case(made_complex_and_written, array(3)),
    case(of_unknown_rank, with_number(2)),
    case(root_of_any_sign, floats(0.7), floats(-0.7)),
    case(unless_it_raises, with_number(0), with_number(1)),
    case(asked_whether_it_is_complex, array(3, low=0.1), array(3, high=-0.1)),
]
