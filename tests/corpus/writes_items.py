"""Writes of single elements, rows and blocks: `x[i] = v`, slices, `...`, index arrays, masks."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def one_element(x):
    y = x.copy()
    y[1] = x[0] * x[2]
    return y * y


def element_by_itself(x):
    y = x.copy()
    y[0] = y[0] * y[0]
    y[0] = y[0] * y[1]
    return np.sum(y)


def last_element(x):
    y = x.copy()
    y[-1] = np.sin(y[-1]) + y[0]
    return y @ y


def element_of_a_matrix(x):
    y = x.copy()
    y[0, 1] = y[1, 0] * y[0, 1]
    y[-1, -1] = 2.0
    return np.sum(y * y)


def scalar_into_zeros(x, n):
    y = np.zeros(n)
    y[2] = x
    y[0] = x * x
    return y


def row(x, v):
    y = x.copy()
    y[1] = v * y[1]
    return y * y


def column(x, v):
    y = x.copy()
    y[:, 0] = v * y[:, 1]
    return y * y


def slice_of(x):
    y = np.zeros_like(x)
    y[1:-1] = x[2:] - x[:-2]
    return y


def overlapping_slices(x):
    y = x.copy()
    y[1:] = y[:-1] * 2.0
    y[:-1] = y[1:] * y[:-1]
    return y


def strided(x):
    y = x.copy()
    y[::2] = x[1::2] ** 2
    y[1::2] = 3.0
    return y


def backwards(x):
    y = np.empty_like(x)
    y[::-1] = x * x
    return y * x


def negative_step(x):
    y = x.copy()
    y[4:1:-1] = y[0:3] * y[1:4]
    y[-1:-3:-1] = np.array([1.0, 2.0])
    return y


def block(x, v):
    y = x.copy()
    y[1:, :2] = v
    return np.sum(y * x)


def ellipsis(x):
    y = np.ones_like(x)
    y[..., 0] = x[..., 1] * 2.0
    y[0, ...] = np.sin(x[0])
    return y * x


def everything(x):
    y = np.empty_like(x)
    y[...] = x * x
    z = np.empty_like(x)
    z[:] = y * x
    return z


def value_broadcast(x, s):
    y = x.copy()
    y[1:] = s
    y[0] = s * s
    return y * y


def row_vector_into_rows(x, v):
    y = x.copy()
    y[:] = v
    y[:1] = v * v
    return y * x


def new_axis_in_target(x, v):
    y = x.copy()
    y[:, None, :] = v[:, None, :] * 2.0
    return np.sum(y * x)


def index_array(x, v):
    y = x.copy()
    y[[0, 2]] = v * y[[2, 0]]
    return y * y


def index_array_with_duplicates(x, v):
    y = x.copy()
    y[np.array([1, 1, 0])] = v
    return y * y


def index_pairs(x, v):
    y = np.zeros((3, 3))
    y[[0, 1, 2], [2, 0, 1]] = v
    y[np.arange(3), np.arange(3)] = x
    return y @ y


def index_array_and_slice(x):
    y = x.copy()
    y[[0, 2], 1:] = y[[2, 0], :-1] * 3.0
    return y * y


def index_from_argument(x, i, v):
    y = x.copy()
    y[i] = v * y[i]
    return y * y


def masked_constant(x):
    y = x.copy()
    y[y < 0.0] = 0.0
    return y * y


def masked_by_itself(x):
    y = x * 2.0
    y[y > 0.5] = y[y > 0.5] ** 2
    return y


def masked_scalar(x, s):
    y = x.copy()
    y[x > 0.0] = s
    return y * y


def mask_of_rows(x, v):
    y = x.copy()
    y[x[:, 0] > 0.0] = v
    return y * y


def mask_given(x, keep, v):
    y = np.zeros_like(x)
    y[keep] = v
    y[~keep] = x[~keep] * 2.0
    return y


def overwritten_completely(x):
    y = x * 3.0
    y[:] = 1.0
    y[0] = x[1]
    return y


def read_before_and_after(x):
    y = x.copy()
    a = y[0]
    y[0] = 5.0 * a * a
    b = y[0]
    y[0] = a * b
    return a + b * y[0]


def value_used_after_the_write(x):
    y = x * x
    z = np.exp(y)
    y[0] = 0.5
    return z * y


def three_axes(x):
    y = x.copy()
    y[0, :, 1] = y[1, :, 0] * 2.0
    y[:, 0, :] = y[:, 1, :] * y[:, 0, :]
    return y


def argument_overwritten(x):
    x[0] = x[1] * x[0]
    x[1:] = x[:-1] * 2.0
    return np.sum(x * x)


def argument_forgotten(x, y):
    x[:] = y * 2.0
    return x * y


def nan_and_zero_untouched(x):
    y = np.full(len(x) + 2, np.inf)
    y[1:-1] = x
    return y[1:-1] * x


def _indexed(rng):
    return rng.normal(size=5), np.array([3, 0]), rng.normal(size=2)


CASES = [
    case(one_element, array(3), array(3, 2), tags="holomorphic"),
    case(element_by_itself, array(3), array(2, 2), tags="holomorphic"),
    case(last_element, array(3), array(1), tags="holomorphic"),
    case(element_of_a_matrix, array(3, 2), array(2, 2, 3), tags="holomorphic"),
    case(scalar_into_zeros, lambda rng: (0.7, 4), lambda rng: (np.float64(0.7), 3)),
    case(row, arrays((3, 2), (2,)), arrays((2, 3), ()), wrt=(0, 1), tags="holomorphic"),
    case(column, arrays((3, 2), (3,)), arrays((2, 3), ()), wrt=(0, 1), tags="holomorphic"),
    case(slice_of, array(5), array(4, 2), tags="holomorphic"),
    case(overlapping_slices, array(5), array(4, 2), tags="holomorphic"),
    case(strided, array(6), array(4, 2), tags="holomorphic"),
    case(backwards, array(4), array(3, 2), tags="holomorphic"),
    case(negative_step, array(6), tags="holomorphic"),
    case(block, arrays((3, 3), (2, 2)), arrays((3, 2), (2,)), arrays((2, 2), ()), wrt=(0, 1)),
    case(ellipsis, array(2, 3), array(2, 2, 2), tags="holomorphic"),
    case(everything, array(4), array(2, 3), tags="holomorphic"),
    case(value_broadcast, arrays((3,), ()), lambda rng: (np.ones((3, 2)), 0.7), wrt=(0, 1)),
    case(row_vector_into_rows, arrays((3, 2), (2,)), arrays((3, 2), (1, 2)), wrt=(0, 1)),
    case(new_axis_in_target, arrays((3, 2), (3, 2)), wrt=(0, 1), tags="holomorphic"),
    case(index_array, arrays((4,), (2,)), arrays((3, 2), (2, 2)), wrt=(0, 1), tags="holomorphic"),
    case(index_array_with_duplicates, arrays((3,), (3,)), arrays((2, 2), (3, 2)), wrt=(0, 1)),
    case(index_pairs, arrays((3,), (3,)), wrt=(0, 1)),
    case(index_array_and_slice, array(3, 3), tags="holomorphic"),
    case(index_from_argument, _indexed, lambda rng: (np.ones(3), 1, 0.7), wrt=(0, 2)),
    case(masked_constant, array(6), array(2, 3), array(2, 2, 2)),
    case(masked_by_itself, array(6), array(2, 3)),
    case(masked_scalar, arrays((6,), ()), lambda rng: (rng.normal(size=(2, 3)), 0.7), wrt=(0, 1)),
    case(mask_of_rows, arrays((5, 2), (2,)), wrt=(0, 1)),
    case(
        mask_given,
        lambda rng: (rng.normal(size=4), np.array([True, False, True, False]), np.ones(2)),
        lambda rng: (rng.normal(size=4), np.array([True, False, True, True]), 0.3),
        wrt=(0, 2),
    ),
    case(overwritten_completely, array(3), tags="holomorphic"),
    case(read_before_and_after, array(2), tags="holomorphic"),
    case(value_used_after_the_write, array(3), array(2, 2), tags="holomorphic"),
    case(three_axes, array(2, 3, 2), tags="holomorphic"),
    case(argument_overwritten, array(4), array(2, 2), tags="holomorphic"),
    case(argument_forgotten, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(nan_and_zero_untouched, array(3)),
]
