"""Library functions with arguments that are less often given: axes as lists, `where=`, lists."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def negative_number_to_a_power(x):
    return np.sum((-2.0) ** np.arange(4) * x) + (-3) ** 2 * x[0]


def places_where(x):
    return np.sum(x[np.where(x > 0.0)] ** 2) + x[np.where(x < 0.0)[0]].sum()


def axes_as_lists(x, y):
    return np.tensordot(x, y, axes=([1, 0], [0, 2])) * np.moveaxis(x, [0, 1], [1, 2]).sum()


def lists_for_arrays(x):
    near = np.interp(x, [-2.0, 0.0, 2.0], [1.0, 3.0, 2.0])
    turned = np.cross(x[:3], [0.0, 0.0, 1.0])
    chosen = np.choose([0, 1, 0, 1], [x, x**2])
    return (
        np.max([x[0], x[1], 0.1])
        + np.sum(near * chosen)
        + np.linalg.norm([x[0], x[1]])
        + (turned @ turned)
    )


def bounded_on_one_side(x):
    return np.clip(x, None, 0.5) * np.clip(x, -0.4, None) + x.clip(-0.3) * x.clip(max=0.2)


def triangles_of_a_vector(x):
    return np.tril(x) + 2.0 * np.triu(x, 1)


def rows_of_two_ranks(x, y):
    return np.vstack([y, x, y * 2.0, x]) ** 2


def layers_of_two_ranks(x):
    return np.dstack([x[..., None], x * x, x[..., None]])


def padded_with_a_number(x):
    return np.pad(x, ((1, 0), (0, 2)), constant_values=2.0) ** 2


def concatenated_with_itself(x):
    return np.concatenate([x, x]) ** 2


def sums_of_some(x):
    kept = x > -1.0
    return (
        np.sum(x, axis=1, where=kept, initial=2.0)
        + np.mean(x, axis=1, where=kept)
        + np.std(x, axis=1, where=kept)
        + np.max(x, axis=1, where=kept, initial=-9.0)
        + np.prod(x, axis=1, where=kept, initial=3.0)
    )


def quantiles(x):
    both = np.quantile(x, [0.2, 0.7], axis=(0, 2), keepdims=True)
    return both * np.median(x, axis=(0, 1)) + np.percentile(x, 40, method="hazen")


def weighted_mean(x, w):
    return np.average(x, axis=1, weights=w) + np.average(x, axis=-1, weights=w * w, keepdims=True)


def correlations(x, y):
    return np.corrcoef(x, y) + np.cov(x, y) + np.corrcoef(x, rowvar=False)[0, 1]


def slopes_along_axes(x):
    down, right = np.gradient(x)
    uneven = np.gradient(x, np.array([0.0, 0.3, 1.0, 2.0]), axis=1, edge_order=2)
    return down * right + uneven


def left_out_and_put_in(x, y):
    return np.insert(np.delete(x, [0, 2]), 1, y) * np.insert(x, [3, 0], y[:1])


def rows_put_in(x, y):
    wider = np.insert(x, 1, y, axis=0)
    return np.delete(wider, 0, axis=0) ** 2


def blocks(x, y):
    return np.block([[x, x * x], [y, np.sin(y)]]) ** 2


def powers_as_columns(x):
    return np.vander(x) @ np.vander(x, increasing=True)


def repeated_rows(x):
    return np.repeat(x, [1, 0, 3], axis=0) * np.resize(x, (4, 2))


def products_of_blocks(x, y):
    return np.kron(x, y)


def centred_correlation(x, y):
    return np.correlate(x, y, "same") ** 2


def listed_rows(x):
    return np.array([[v, v * v] for v in x]) ** 2


def rows_in_a_list(x):
    m = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            m[i][j] = x[i] * (j + 1) + x[j] ** 2
    return np.array(m)


def sum_of_a_complex_array(x):
    z = x + 1j * x * x
    total = np.sum(z).real
    return total + (z[0] * z[1]).imag


def conjugate_of_a_number(x):
    z = complex(x[0], x[1])
    w = z**2 * np.exp(1j * x[2])
    return w.real * abs(z) + z.conjugate().imag


def types_as_strings(x):
    a = np.zeros(3, "d") + x
    return np.sum(a * np.ones(3, dtype="f8")) + np.array([1, 2, 3], dtype="i4") @ x.astype("double")


def matrices_of_a_stack(x):
    return np.linalg.trace(x) * np.linalg.diagonal(x, offset=1)[:, 0] + np.trace(x)[:2]


def items_counted_through(x):
    return x.item(4) * x.item(1, 0) + np.sum(np.linalg.matmul(x, x.T)) * x[0].item(-1)


def distances_with_zeros_among_them(x):
    return np.sum(np.linalg.norm(x[:, None] - x, axis=-1) + np.vdot(x, x.T) * x[0, 0])


def running_sums(x):
    return np.sum(np.cumulative_sum(x, axis=1, include_initial=True) ** 2 * np.arange(4.0))


def joined_in_brackets(x, y):
    row = np.r_[x, 0.5, x[::-1] * y, 0:2, 1:2:3j]
    columns = np.c_[np.ones(3), x, x * y]
    return row[:9].reshape(3, 3) @ columns


def every_pair_of_elements(x, y):
    larger = np.maximum.outer(x[:, 0], y[0])
    return np.add.outer(x, y) * np.multiply.outer(x, y[0])[:, :, None] + larger[:, None, None]


def piece_by_piece(x):
    first = np.piecewise(x, [x < 0.0, x > 0.5], [np.sin, lambda t: t * t, np.exp])
    return first * np.piecewise(x, [x < 0.2], [-1.0, lambda t: t**3])


def quotient_and_remainder(x):
    a = np.ndarray((2, 2), dtype=x.dtype)
    a[0], a[1] = x[:2], divmod(x[2:], 0.4)[1]
    return a @ a


def parts_of_numbers_written(x):
    table = np.zeros((3, 3))
    fractions, _ = np.modf(3.0 * x, out=(table[0], None))
    np.modf(x * x, out=(table[1], table[2]), where=x > 0)
    fractions *= 2.0
    return np.sum(table**2)


CASES = [
    case(distances_with_zeros_among_them, array(3, 3)),
    case(items_counted_through, array(2, 3), tags="newest"),
    case(matrices_of_a_stack, array(2, 3, 3), tags="holomorphic newest"),
    case(conjugate_of_a_number, array(3)),
    case(types_as_strings, array(3)),
    case(running_sums, array(2, 3), tags="holomorphic newest"),
    case(joined_in_brackets, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(every_pair_of_elements, arrays((3, 2), (2, 2)), wrt=(0, 1)),
    case(piece_by_piece, array(7)),
    case(quotient_and_remainder, array(4)),
    case(negative_number_to_a_power, array(4), tags="holomorphic"),
    case(places_where, array(6)),
    case(axes_as_lists, arrays((2, 3, 4), (3, 5, 2)), wrt=(0, 1), tags="holomorphic"),
    case(lists_for_arrays, array(4)),
    case(bounded_on_one_side, array(6)),
    case(triangles_of_a_vector, array(3), tags="holomorphic"),
    case(rows_of_two_ranks, arrays((3,), (2, 3)), wrt=(0, 1), tags="holomorphic"),
    case(layers_of_two_ranks, array(2, 3), tags="holomorphic"),
    case(padded_with_a_number, array(2, 3), tags="holomorphic"),
    case(concatenated_with_itself, array(2, 3), tags="holomorphic"),
    case(sums_of_some, array(3, 5)),
    case(quantiles, array(2, 3, 4)),
    case(weighted_mean, arrays((3, 3), (3,), low=0.5), wrt=(0, 1)),
    case(correlations, arrays((2, 4), (2, 4)), wrt=(0, 1)),
    case(slopes_along_axes, array(3, 4), tags="holomorphic"),
    case(left_out_and_put_in, arrays((4,), (4,)), wrt=(0, 1), tags="holomorphic"),
    case(rows_put_in, arrays((2, 3), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(blocks, arrays((2, 3), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(powers_as_columns, array(3), tags="holomorphic"),
    case(repeated_rows, array(3, 2), tags="holomorphic"),
    case(products_of_blocks, arrays((3,), (2, 2)), wrt=(0, 1), tags="holomorphic"),
    case(products_of_blocks, arrays((2, 1, 2), (2, 3)), wrt=(0, 1), tags="holomorphic"),
    case(centred_correlation, arrays((6,), (4,)), arrays((3,), (6,)), wrt=(0, 1)),
    case(listed_rows, array(3), tags="holomorphic"),
    case(rows_in_a_list, array(3), tags="holomorphic"),
    case(sum_of_a_complex_array, array(3)),
    case(parts_of_numbers_written, array(3)),
]
