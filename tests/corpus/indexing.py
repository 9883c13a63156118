"""Subscript reads of every form; the reverse of a read adds into one adjoint array."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def one_element(x):
    return x[0] * x[1] + x[-1]


def element_of_a_matrix(x):
    return x[0, 1] * x[1, 0] - x[-1, -1] ** 2


def row_and_column(x):
    return x[0] @ x[1] + x[:, 0] @ x[:, 1]


def slices(x):
    return x[1:] * x[:-1] + x[2:5].sum()


def strided(x):
    return x[::2] * x[1::2] + x[::3].sum()


def backwards(x):
    return x[::-1] * x + x[-1:0:-1].sum() + x[4:1:-2].sum()


def bounds_past_the_end(x):
    return x[2:100].sum() * x[-100:2].sum() + x[7:].sum()


def block(x):
    return x[1:, :-1] * x[:-1, 1:] + x[0, 1:]


def new_axes(x):
    return x[:, None] * x[None, :] + x[np.newaxis, :, None].sum()


def ellipsis(x):
    return x[..., 0] * x[..., -1] + x[0, ...].sum() + x[...].mean()


def ellipsis_and_none(x):
    return x[..., None] * x[..., 0][..., None, None]


def gathered(x):
    return x[[0, 2, 1]] * x[np.array([1, 1, 0])]


def duplicate_indices(x):
    i = np.array([0, 0, 2, 0, 2])
    return np.sum(x[i] ** 2 * np.arange(1.0, 6.0))


def paired_indices(x):
    rows = np.arange(len(x))
    columns = np.array([1, 0, 1])
    return x[rows, columns] * x[[0, 1, 0], [0, 0, 0]]


def rows_by_index_array(x, i):
    return np.tanh(x[i]) * 2.0


def index_grid(x):
    return x[np.array([[0, 1], [1, 2]])] ** 2


def index_array_and_slice(x):
    return x[:, [0, 2]] * x[[1, 0], 1:] + x[[0, 0]][:, :1]


def masked(x):
    return np.sum(x[x > 0.0] ** 2) - x[x <= 0.0].sum()


def mask_of_another(x, y):
    return x[y > 0.0] * y[y > 0.0]


def mask_from_outside(x, keep):
    return x[keep] ** 2


def mask_of_rows(x):
    return x[x[:, 0] > 0.0].sum(axis=0)


def read_by_argument(x, i):
    return x[i] * x[i + 1] - x[-i]


def chained_reads(x):
    return x[1:][0] * x[::-1][1] + x[1:][1:].sum()


def read_of_a_temporary(x):
    return (x * x)[1] + np.exp(x)[:2].sum() + (x + 1.0)[::-1][0]


def taken(x):
    return np.take(x, [2, 0, 2]) * x.take(np.array([1, 1, 0]))


def taken_along(x):
    order = np.argsort(x, axis=1)
    return np.take_along_axis(x, order, axis=1) * np.arange(1.0, 1.0 + x.shape[1])


def unpacked_rows(x):
    a, b, c = x
    return a * b - c


def second_differences(x):
    return np.sum((x[2:] - 2.0 * x[1:-1] + x[:-2]) ** 2)


def index_from_data(x, y):
    i = int(np.argmax(y))
    return x[i] * y[i]


def crossed(x, y):
    return x[[1, 2, 0]] * y[[2, 0, 1]] - x[[2, 0, 1]] * y[[1, 2, 0]]


def same_read_many_times(x):
    a = x[1]
    return a * a + x[1] * x[0] + np.sin(x[1])


def three_axes(x):
    return x[0, :, 1] * x[1, :, 0] + x[:, 1:, ::-1].sum(axis=(0, 2))[0]


def counted_from_both_ends(x):
    y = x * x
    y[np.arange(1, -2, -1)] *= x[0]
    return np.sum(x[np.arange(-2, 2)] * np.arange(1.0, 5.0)) + np.sum(y**2)


def one_row_at_several_columns(m, columns):
    rows = np.arange(m.shape[0])
    changed = m * m
    changed[rows, columns] = columns * m[rows, columns]
    return np.sum(changed**2) + np.sum(np.sin(m[rows, columns]) * np.arange(len(columns)))


CASES = [
    case(counted_from_both_ends, array(3), array(5)),
    case(
        one_row_at_several_columns,
        lambda rng: (rng.normal(size=(1, 3)), np.array([1, 1, 2])),
        lambda rng: (rng.normal(size=(2, 3)), np.array([2, 2])),
    ),
    case(one_element, array(4), array(3, 2), tags="holomorphic"),
    case(element_of_a_matrix, array(3, 2), array(2, 2, 3), tags="holomorphic"),
    case(row_and_column, array(3, 3), tags="holomorphic"),
    case(slices, array(6), array(4, 2), array(3, 2, 2), tags="holomorphic"),
    case(strided, array(6), array(4, 3), tags="holomorphic"),
    case(backwards, array(6), array(5, 2), tags="holomorphic"),
    case(bounds_past_the_end, array(5), tags="holomorphic"),
    case(block, array(3, 3), array(3, 3, 3), tags="holomorphic"),
    case(new_axes, array(3), array(1), tags="holomorphic"),
    case(ellipsis, array(3), array(2, 2), array(2, 3, 2), tags="holomorphic"),
    case(ellipsis_and_none, array(3), array(2, 3), tags="holomorphic"),
    case(gathered, array(3), array(3, 2), tags="holomorphic"),
    case(duplicate_indices, array(4), tags="holomorphic"),
    case(paired_indices, array(3, 2), tags="holomorphic"),
    case(
        rows_by_index_array,
        lambda rng: (rng.normal(size=(4, 2)), np.array([3, 0, 0, 3, 1])),
        lambda rng: (rng.normal(size=5), np.array([[3, 0], [0, 3]])),
        lambda rng: (rng.normal(size=(4, 3)), 2),
        lambda rng: (rng.normal(size=5), np.int64(-1)),
        tags="holomorphic",
    ),
    case(index_grid, array(3), array(3, 2), tags="holomorphic"),
    case(index_array_and_slice, array(2, 3), tags="holomorphic"),
    case(masked, array(6), array(3, 3), array(2, 2, 3)),
    case(mask_of_another, arrays((6,), (6,)), arrays((2, 3), (2, 3)), wrt=(0, 1)),
    case(
        mask_from_outside,
        lambda rng: (rng.normal(size=4), np.array([True, False, True, True])),
        lambda rng: (rng.normal(size=(3, 2)), np.array([False, True, True])),
        lambda rng: (rng.normal(size=(2, 2)), np.array([[False, True], [True, False]])),
        tags="holomorphic",
    ),
    case(mask_of_rows, array(6, 2)),
    case(
        read_by_argument,
        lambda rng: (rng.normal(size=5), 2),
        lambda rng: (rng.normal(size=3), 1),
    ),
    case(chained_reads, array(4), tags="holomorphic"),
    case(read_of_a_temporary, array(4), array(3, 2), tags="holomorphic"),
    case(taken, array(4), array(2, 3), tags="holomorphic"),
    case(taken_along, array(2, 4)),
    case(unpacked_rows, array(3), array(3, 2), tags="holomorphic"),
    case(second_differences, array(7), tags="holomorphic"),
    case(index_from_data, arrays((5,), (5,)), wrt=(0, 1)),
    case(crossed, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(same_read_many_times, array(3), tags="holomorphic"),
    case(three_axes, array(2, 3, 2), tags="holomorphic"),
]
