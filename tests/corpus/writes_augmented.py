"""Augmented writes, `out=`, `np.add.at` and the functions that write into their argument."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def element_plus(x):
    y = x.copy()
    y[0] += x[1] * y[0]
    y[1] -= 2.0
    return y * y


def element_times(x):
    y = x.copy()
    y[0] *= y[1]
    y[1] /= y[0] + 3.0
    y[2] **= 2
    return np.sum(y)


def slice_plus(x, v):
    y = x.copy()
    y[1:] += v * y[:-1]
    y[:2] *= 3.0
    return y * y


def whole_array(x, v):
    y = x.copy()
    y += v
    y *= y
    y -= 0.5 * v
    y /= 2.0 + v * v
    return y


def broadcast_from_smaller(x, v):
    y = x * 1.0
    y += v
    y *= v
    return y


def mask_plus(x):
    y = x.copy()
    y[x > 0.0] *= 2.0
    y[y < 0.0] += x[y < 0.0] ** 2
    return y


def index_array_plus(x, v):
    y = x.copy()
    y[[2, 0]] += v
    y[[0, 0, 1]] += 1.5 * x[[0, 1, 2]]
    return y * y


def add_at(x, i, v):
    y = x.copy()
    np.add.at(y, i, v)
    return y * y


def subtract_at(x, i, v):
    y = x * x
    np.subtract.at(y, i, v * 2.0)
    return y * x


def histogram_by_weight(weights, bins, n):
    h = np.zeros(n)
    np.add.at(h, bins, weights)
    return h * h


def ufunc_out(x):
    buf = np.empty_like(x)
    np.exp(x, out=buf)
    np.multiply(buf, x, out=buf)
    return np.sum(buf)


def ufunc_out_to_operand(x):
    y = x * 1.0
    np.sin(y, out=y)
    np.add(y, 1.0, y)
    return y * y


def ufunc_out_to_slice(x):
    buf = np.zeros(2 * len(x))
    np.square(x, out=buf[: len(x)])
    np.negative(x, out=buf[len(x) :])
    return buf * buf


def matmul_out(a, b):
    c = np.empty((a.shape[0], b.shape[1]))
    np.matmul(a, b, out=c)
    np.dot(a, b, out=c)
    return c * c


def sum_out(x):
    s = np.empty(x.shape[1])
    np.sum(x * x, axis=0, out=s)
    return s * s


def value_of_out(x):
    buf = np.empty_like(x)
    y = np.exp(x, out=buf)
    return y * buf


def copied_to(x, v):
    y = x * 2.0
    np.copyto(y, v)
    y[0] = x[0]
    return y * x


def copied_where(x, v):
    y = x * 2.0
    np.copyto(y, v, where=x > 0.0)
    return y * y


def filled(x, s):
    y = x.copy()
    y.fill(s)
    y[0] = x[0] * s
    return y * x


def filled_diagonal(x, s):
    y = x @ x
    np.fill_diagonal(y, s)
    return y * y


def filled_diagonal_by_vector(x, v):
    y = x * 2.0
    np.fill_diagonal(y, v * v)
    return y @ v


def sorted_in_place(x):
    y = x.copy()
    y.sort()
    return y * np.arange(1.0, 1.0 + len(y))


def sorted_rows_in_place(x):
    y = x * 2.0
    y.sort(axis=1)
    return y[:, 0] * y[:, -1]


def put_along(x, v):
    y = x.copy()
    i = np.argmax(x, axis=1)[:, None]
    np.put_along_axis(y, i, v, axis=1)
    return y * y


def put_mask(x, v):
    y = x.copy()
    np.putmask(y, x > 0.0, v)
    return y * y


def put_flat(x, v):
    y = x.copy()
    np.put(y, [0, 3], v)
    return y * y


def augmented_name_is_the_same_array(x):
    y = x.copy()
    z = y
    z += 1.0
    return y * x


def augmented_name_of_a_scalar(x):
    y = x[0]
    y += 1.0
    return y * x


def augmented_argument(x, v):
    x += v * v
    x *= x
    return np.sum(x * v)


def accumulated(xs):
    total = np.zeros(xs.shape[1])
    for x in xs:
        total += x * x
        total *= 0.9
    return total * total


def _at(rng):
    return rng.normal(size=4), np.array([1, 1, 3, 1]), rng.normal(size=4)


def _at_rows(rng):
    return rng.normal(size=(3, 2)), np.array([2, 0, 2]), rng.normal(size=(3, 2))


def _at_scalar(rng):
    return rng.normal(size=4), np.array([0, 0, 2]), 0.7


def accumulated_in_place(x):
    w = x * 2.0
    np.cumsum(w, out=w)
    np.cumprod(w, axis=-1, out=w)
    return np.sum(w * x)


def empty_table_accumulated(x):
    w = x[:0] * 1.0
    try:
        np.cumsum(w, out=w)
    except ValueError:  # since NumPy 2.5
        return 3.0 * np.sum(x)
    return np.sum(w) + np.sum(x * x)


def table_into_an_array_of_another_rank(x):
    w = x * 1.0
    try:
        np.sum(x, axis=0, out=w)
    except ValueError:
        w *= x
    return np.sum(w)


def largest_or_all_of_it(x):
    y = x[1] if x[0] > 0.0 else 0.7
    v = x.copy()
    if x[2] > 0.0:
        v = np.max(y)
    v += x[1]
    return np.sum(v * v)


def sum_of_one_or_of_both(x):
    table = np.stack([x, x * x]) if x[0] > 0.0 else x
    t = np.sum(table, axis=-1)
    for k in range(2):
        t *= x[k]
        t -= np.sin(t)
    return np.sum(t)


def squeezed_or_copied_number(x):
    a, c = np.squeeze(x[0]), np.copy(x[2])
    b, d = a, c
    a += x[1]
    c += np.transpose(x[1]) * 2.0
    return a * b + c * d


CASES = [
    case(element_plus, array(2), array(2, 3), tags="holomorphic"),
    case(element_times, array(3), array(3, 2), tags="holomorphic"),
    case(slice_plus, arrays((4,), (3,)), arrays((3, 2), (2,)), arrays((3,), ()), wrt=(0, 1)),
    case(whole_array, arrays((3,), (3,)), arrays((2, 3), (3,)), arrays((2, 2), ()), wrt=(0, 1)),
    case(broadcast_from_smaller, arrays((2, 3), (3,)), arrays((2, 3), (2, 1)), wrt=(0, 1)),
    case(mask_plus, array(6), array(2, 3)),
    case(index_array_plus, arrays((3,), (2,)), arrays((3, 2), (2,)), wrt=(0, 1)),
    case(add_at, _at, _at_rows, _at_scalar, wrt=(0, 2), tags="holomorphic"),
    case(subtract_at, _at, _at_scalar, wrt=(0, 2), tags="holomorphic"),
    case(histogram_by_weight, lambda rng: (rng.normal(size=5), np.array([0, 2, 2, 1, 2]), 4)),
    case(ufunc_out, array(3), array(2, 3), array(), tags="holomorphic"),
    case(ufunc_out_to_operand, array(3), array(2, 3), tags="holomorphic"),
    case(ufunc_out_to_slice, array(3)),
    case(matmul_out, arrays((2, 3), (3, 2)), wrt=(0, 1)),
    case(sum_out, array(3, 2)),
    case(value_of_out, array(3), tags="holomorphic"),
    case(copied_to, arrays((3,), (3,)), arrays((2, 3), (3,)), arrays((3,), ()), wrt=(0, 1)),
    case(copied_where, arrays((5,), (5,)), arrays((2, 3), ()), wrt=(0, 1)),
    case(filled, arrays((3,), ()), lambda rng: (rng.normal(size=(2, 3)), 0.7), wrt=(0, 1)),
    case(filled_diagonal, arrays((3, 3), ()), lambda rng: (np.ones((2, 2)), 0.7), wrt=(0, 1)),
    case(filled_diagonal_by_vector, arrays((3, 3), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(sorted_in_place, array(5)),
    case(sorted_rows_in_place, array(3, 4)),
    case(put_along, arrays((3, 4), (3, 1)), wrt=(0, 1)),
    case(put_mask, arrays((4,), (4,)), wrt=(0, 1)),
    case(put_flat, arrays((4,), (2,)), arrays((2, 3), (2,)), wrt=(0, 1), tags="holomorphic"),
    case(augmented_name_is_the_same_array, array(3), array(2, 2), tags="holomorphic"),
    case(augmented_name_of_a_scalar, array(3), tags="holomorphic"),
    case(augmented_argument, arrays((3,), (3,)), arrays((2, 3), (3,)), wrt=(0, 1)),
    case(accumulated, array(3, 2)),
    case(accumulated_in_place, array(3), array(0)),
    case(empty_table_accumulated, array(2, 3)),
    case(squeezed_or_copied_number, array(3)),
    case(table_into_an_array_of_another_rank, array(2, 3)),
    case(largest_or_all_of_it, array(3, low=0.1), array(3, high=-0.1)),
    case(sum_of_one_or_of_both, array(3, low=0.1), array(3, high=-0.1)),
]
