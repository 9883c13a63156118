"""Sums, means, extrema and their relatives, over every form of `axis`, as functions and methods."""

import numpy as np

from tests.corpus.registry import array, arrays, case, every_kind


def total(x):
    return np.sum(x)


def total_by_method(x):
    return x.sum() * 2.0


def rows(x):
    return np.sum(x * x, axis=1)


def columns_kept(x):
    return x / np.sum(x, axis=0, keepdims=True)


def last_axis(x):
    return np.sum(np.sin(x), axis=-1) * 0.5


def two_axes(x):
    return np.sum(x**2, axis=(0, 2)) + x.sum(axis=(0, -1))


def mean_square(x):
    return np.mean(x * x)


def mean_rows(x):
    return x.mean(axis=1) * np.mean(x, 0).sum()


def variance(x):
    return np.var(x) + x.var(ddof=1)


def deviation(x):
    return np.std(x, axis=0) * x.std()


def product(x):
    return np.prod(x) + x.prod(axis=0).sum()


def product_with_a_zero(x):
    return np.prod(x - x[0])


def largest(x):
    return np.max(x) - x.min()


def largest_rows(x):
    return np.max(x, axis=1) * np.amin(x, axis=1)


def peak_kept(x):
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(shifted), axis=-1))


def spread(x):
    return np.ptp(x) + np.median(x)


def even_median(x):
    return np.median(x, axis=0)


def running_sum(x):
    return np.cumsum(x) * x.ravel()


def running_along(x):
    return np.cumsum(x, axis=1) - np.cumprod(x, axis=0)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def weighted(x, w):
    return np.sum(x * w) / np.sum(w) + np.average(x, weights=w)


def norms(x):
    return np.sqrt(np.sum(x * x)) + np.linalg.norm(x) + np.sum(np.abs(x))


def argument_of_the_largest(x):
    i = np.argmax(x)
    return x[i] * x[np.argmin(x)]


def sorted_weights(x):
    return np.sort(x) @ np.arange(float(len(x)))


def order_statistics(x):
    order = np.argsort(x)
    return x[order][-1] * x[order[0]]


def reduced_twice(x):
    return np.sum(np.mean(x, axis=0) ** 2) * np.max(np.sum(x, axis=-1))


def ufunc_reduce(x):
    return np.add.reduce(x, axis=0) * np.multiply.reduce(x) + np.maximum.reduce(x, axis=0)


def sum_of_constant(x):
    return np.sum(np.ones(4)) * x.sum() + np.mean(np.arange(3.0))


def differences(x):
    return np.sum(np.diff(x) ** 2) + np.diff(x, n=2)[0]


def moments(x):
    m = x.mean()
    c = x - m
    return (c**3).mean() / (c**2).mean() ** 1.5


CASES = [
    case(total, *every_kind(), array(0), tags="holomorphic"),
    case(total_by_method, array(), array(3), array(2, 3), array(2, 1, 2), tags="holomorphic"),
    case(rows, array(2, 3), array(3, 1), array(2, 3, 2), tags="holomorphic"),
    case(columns_kept, array(3, low=0.5), array(2, 3, low=0.5), tags="holomorphic"),
    case(last_axis, array(4), array(2, 3), array(2, 3, 4), tags="holomorphic"),
    case(two_axes, array(2, 3, 4), array(1, 3, 1), tags="holomorphic"),
    case(mean_square, *every_kind(), tags="holomorphic"),
    case(mean_rows, array(2, 3), array(2, 3, 2), tags="holomorphic"),
    case(variance, array(5), array(2, 3), array(2, 1, 3)),
    case(deviation, array(5), array(4, 3)),
    case(product, array(4), array(2, 3), tags="holomorphic"),
    case(product_with_a_zero, array(4)),
    case(largest, array(5), array(2, 3), array(2, 1, 3)),
    case(largest_rows, array(2, 4), array(3, 1)),
    case(peak_kept, array(4), array(2, 3), array(2, 1, 3)),
    case(spread, array(5), array(6), array(3, 3)),
    case(even_median, array(4), array(4, 3), array(3, 3)),
    case(running_sum, array(4), array(2, 3), tags="holomorphic"),
    case(running_along, array(2, 3), array(2, 3, 2), tags="holomorphic"),
    case(softmax, array(4), array(2, 3), array(2, 2, 3)),
    case(weighted, arrays((4,), (4,), low=0.5), arrays((2, 3), (2, 3), low=0.5), wrt=(0, 1)),
    case(norms, array(4), array(2, 3)),
    case(argument_of_the_largest, array(5)),
    case(sorted_weights, array(5)),
    case(order_statistics, array(5)),
    case(reduced_twice, array(4, 3), array(2, 2, 3)),
    case(ufunc_reduce, array(4), array(3, 2)),
    case(sum_of_constant, array(3), array(2, 2), tags="holomorphic"),
    case(differences, array(5), tags="holomorphic"),
    case(moments, array(5), array(2, 4), tags="holomorphic"),
]
