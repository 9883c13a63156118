"""Writes through views: rows, columns, transposes, reshapes, views of views, several at once."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def element_of_a_row(x):
    a = x.copy()
    r = a[1]
    r[0] = r[1] * 3.0
    return a * a


def whole_row(x):
    a = x.copy()
    r = a[0]
    r[:] = a[1] * r
    return a * x


def augmented_row(x):
    a = x.copy()
    r = a[0]
    r += a[1]
    r *= 2.0
    return a * a


def column(x):
    a = x.copy()
    c = a[:, 1]
    c[0] = c[1] * c[0]
    return a * a


def transposed(x, v):
    a = x.copy()
    a.T[...] = v
    a.T[0] = v[0] * v[1]
    return a * x


def transposed_name(x):
    a = x.copy()
    t = a.T
    t[0, 1] = a[0, 0] * 2.0
    t[1] *= t[0]
    return a * a


def slice_name(x):
    a = x.copy()
    inner = a[1:-1]
    inner[:] = inner * inner
    inner[0] = a[0]
    return a


def strided_view(x):
    a = x.copy()
    even = a[::2]
    odd = a[1::2]
    even[:] = odd * even
    odd[0] = even[1]
    return a * a


def reversed_view(x):
    a = x.copy()
    r = a[::-1]
    r[0] = a[0] * 2.0
    r[1:3] = a[1:3] ** 2
    return a


def view_of_a_view(x):
    a = x.copy()
    b = a[1:]
    c = b[:, 1:]
    c[0, 0] = b[1, 0] * a[0, 0]
    c[1] *= 3.0
    return a * a


def several_live_views(x):
    a = x.copy()
    left, right = a[:2], a[1:]
    left[1] = right[1] * 2.0
    right[0] = right[0] * left[0]
    return np.sum(left * right) + a[1] * a[2]


def base_written_after_view(x):
    a = x.copy()
    r = a[0]
    a[0, 1] = r[0] * a[1, 1]
    return r * a[1]


def view_read_then_base_written(x):
    a = x.copy()
    r = a[0]
    y = r * r
    a[0] = 2.0 * a[1]
    return y + r


def flattened_view(x):
    a = x.copy()
    flat = a.reshape(-1)
    flat[1] = flat[2] * flat[1]
    return a * a


def raveled_view(x):
    a = x.copy()
    a.ravel()[0] = 3.0
    a.reshape(-1)[1:3] *= x.reshape(-1)[1:3]
    return a * x


def matrix_view_of_a_vector(x):
    a = x.copy()
    m = a.reshape(2, 3)
    m[:, 0] = m[:, 1] * m[:, 2]
    m[0] += 1.0
    return a * x


def swapped_axes_view(x):
    a = x.copy()
    s = np.swapaxes(a, 0, 1)
    s[1] = a[:, 0] * 2.0
    return a * a


def new_axis_view(x):
    a = x.copy()
    column = a[:, None]
    column[0, 0] = a[1] * a[0]
    return a * a


def diagonal_by_strides(x):
    a = x.copy()
    n = a.shape[0]
    a.reshape(-1)[:: n + 1] = a[0] * 2.0
    return a


def views_in_a_loop(x):
    a = x.copy()
    for i in range(a.shape[0]):
        r = a[i]
        r[0] = r[0] * r[-1]
        r[1:] += 0.1 * r[0]
    return a * a


def rows_iterated(x):
    a = x.copy()
    for r in a:
        r[0] = r[1] * 2.0
        r *= r[0]
    return a


def rows_in_zip(x, y):
    a = x.copy()
    for r, v in zip(a, y):
        r[:] = r * v
    return a * a


def view_of_argument(x):
    r = x[0]
    r[:] = x[1] * r
    return x * x


def copy_is_no_view(x):
    a = x.copy()
    r = a[0].copy()
    r[0] = 100.0 * a[1, 1]
    s = a[[0]]
    s[0, 0] = 50.0
    return a * r


def alias_by_name(x):
    a = x.copy()
    b = a
    b[0] = a[1] * 2.0
    a[1] = b[0] * b[1]
    return a * b


def alias_by_asarray(x):
    a = x.copy()
    b = np.asarray(a)
    b[0] = a[1] * 2.0
    return a * a


def two_bases(x, flag):
    a = x.copy()
    b = x * 2.0
    if flag:
        a[0] = b[1] * a[0]
    else:
        b[0] = a[1] * b[0]
    return a * b


def view_chosen_by_slice_object(x, i):
    a = x.copy()
    window = a[i : i + 2]
    window *= window
    return a * x


def higher_rank(x):
    a = x.copy()
    plane = a[:, 0]
    line = plane[1]
    line[0] = a[0, 1, 0] * 2.0
    plane[0] *= 3.0
    return a * a


CASES = [
    case(element_of_a_row, array(2, 2), array(3, 3), tags="holomorphic"),
    case(whole_row, array(2, 3), array(2, 2, 2), tags="holomorphic"),
    case(augmented_row, array(2, 3), tags="holomorphic"),
    case(column, array(3, 2), tags="holomorphic"),
    case(transposed, arrays((2, 2), (2, 2)), arrays((3, 2), (2, 3)), wrt=(0, 1)),
    case(transposed_name, array(2, 2), array(3, 3), tags="holomorphic"),
    case(slice_name, array(5), array(4, 2), tags="holomorphic"),
    case(strided_view, array(6), array(4), tags="holomorphic"),
    case(reversed_view, array(4), array(5), tags="holomorphic"),
    case(view_of_a_view, array(3, 3), tags="holomorphic"),
    case(several_live_views, array(3), array(3, 2), tags="holomorphic"),
    case(base_written_after_view, array(2, 2), tags="holomorphic"),
    case(view_read_then_base_written, array(2, 2), tags="holomorphic"),
    case(flattened_view, array(2, 2), array(3), array(2, 1, 2), tags="holomorphic"),
    case(raveled_view, array(2, 2), array(2, 3), tags="holomorphic"),
    case(matrix_view_of_a_vector, array(6), tags="holomorphic"),
    case(swapped_axes_view, array(2, 2), array(2, 3, 2), tags="holomorphic"),
    case(new_axis_view, array(3), tags="holomorphic"),
    case(diagonal_by_strides, array(3, 3), tags="holomorphic"),
    case(views_in_a_loop, array(3, 2), array(1, 3), tags="holomorphic"),
    case(rows_iterated, array(3, 2), tags="holomorphic"),
    case(rows_in_zip, arrays((3, 2), (3, 2)), arrays((3, 2), (3,)), wrt=(0, 1)),
    case(view_of_argument, array(2, 3), tags="holomorphic"),
    case(copy_is_no_view, array(2, 2), tags="holomorphic"),
    case(alias_by_name, array(2), array(3, 2), tags="holomorphic"),
    case(alias_by_asarray, array(2), tags="holomorphic"),
    case(two_bases, lambda rng: (np.ones(3), True), lambda rng: (np.ones(3), False)),
    case(view_chosen_by_slice_object, lambda rng: (rng.normal(size=5), 2), tags="holomorphic"),
    case(higher_rank, array(2, 2, 2), tags="holomorphic"),
]
