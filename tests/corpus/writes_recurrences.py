"""Loops that read what they have written before: found again in the array, or not."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def behind_the_last_write(x):
    a = np.zeros_like(x)
    a[0] = x[0]
    for j in range(1, len(x)):
        a[j] = np.sin(a[j - 1]) * x[j]
    return np.sum(a)


def from_the_end(x):
    a = x * 1.0
    for j in range(len(x) - 2, -1, -1):
        a[j] *= np.cos(a[j + 1])
    return np.sum(a * a)


def reversed_range(x):
    a = x * 1.0
    for j in reversed(range(len(x) - 1)):
        a[j] *= a[j + 1]
    return np.sum(a)


def wraps_around(x):
    a = x * 1.0
    for j in range(len(x)):
        a[j] = a[j - 1] * a[j]
    return np.sum(a)


def ahead_of_the_last_write(x):
    a = x * 1.0
    for j in range(len(x) - 1):
        a[j] = a[j + 1] * a[j]
    return np.sum(a)


def two_places_written(x):
    a = x * 1.0
    for j in range(1, len(x) - 1):
        a[j] = a[j - 1] * a[j]
        a[j + 1] = a[j] * np.sin(a[j + 1])
    return np.sum(a)


def far_behind_two_places_written(x):
    a = x * 1.0
    for j in range(2, len(x) - 1):
        a[j] = a[j - 2] * a[j]
        a[j + 1] = a[j - 1] * np.sin(a[j])
    return np.sum(a)


def guarded_by_a_test(x):
    a = np.zeros_like(x)
    for t in range(len(x)):
        a[t] = x[t]
        if t > 0:
            a[t] += a[t - 1] * a[t - 1]
    return np.sum(a)


def guarded_by_the_other_branch(x):
    a = np.zeros_like(x)
    for t in range(len(x)):
        if t == 0:
            a[t] = x[t]
        else:
            a[t] = x[t] * a[t - 1] * a[t - 1]
    return np.sum(a)


def guarded_by_another_number(x, s):
    a = x * 1.0
    for t in range(len(x)):
        if s[0] > 0.0:
            a[t] = a[t - 1] * a[t]
    return np.sum(a * s[0])


def written_twice_in_an_iteration(x):
    a = np.zeros_like(x)
    for j in range(1, len(x)):
        a[j] = x[j] * x[j]
        b = a[j] * a[j]
        a[j] = b * np.sin(a[j - 1]) + x[j - 1]
        a[j] *= a[j]
    return np.sum(a)


def overwritten_after_the_loop(x):
    a = x * 1.0
    for j in range(1, len(x)):
        a[j] *= a[j - 1]
    a[:] = a[::-1] * a
    return np.sum(a)


def every_second(x):
    a = x * 1.0
    for j in range(2, len(x), 2):
        a[j] = a[j - 1] * a[j - 2] * a[j]
    return np.sum(a)


def columns(m):
    a = np.zeros_like(m)
    a[:, 0] = m[:, 0]
    for j in range(1, m.shape[1]):
        a[:, j] = m[:, j] * np.tanh(a[:, j - 1])
    return np.sum(a * a)


def in_time_and_space(m):
    a = m * 1.0
    for t in range(1, a.shape[0]):
        for k in range(1, a.shape[1]):
            a[t, k] = a[t - 1, k] * a[t, k - 1] + a[t, k] * a[t, k - 1]
    return np.sum(a)


def swept_again_and_again(m):
    a = m * 1.0
    for _ in range(3):
        for k in range(1, a.shape[0]):
            a[k] = a[k] * np.cos(a[k - 1])
    return np.sum(a)


def rows_chosen_by_an_index(m):
    a = m * 1.0
    for i in [1, 0, 1]:
        for k in range(1, a.shape[1]):
            a[i, k] = a[i, k] * a[i, k - 1]
    return np.sum(a)


def stopped_early(x):
    a = x * 1.0
    for j in range(1, len(x)):
        a[j] *= a[j - 1]
        if a[j] < 0.2:
            break
    return np.sum(a * a)


def sweep(a, b):
    for j in range(1, len(b)):
        a[j] = b[j] * np.sin(a[j - 1])


def swept_by_a_callee(x, y):
    a = x * 1.0
    for _ in range(3):
        sweep(a, y)
    return np.sum(a * y)


def part_of_a_row(a, i):
    for k in range(1, 3):
        a[i, k] = a[i, k] * a[i, k - 1]


def rows_by_a_callee(m):
    a = m * 1.0
    for i in [1, 0, 1]:
        part_of_a_row(a, i)
    return np.sum(a)


def triangle_with_its_diagonal(x):
    a = x * 1.0
    for i in range(len(x)):
        for j in range(i + 1):
            a[i] += 0.3 * a[j] * a[j]
    return np.sum(a)


def triangle_without_its_diagonal(x):
    a = x * 1.0
    for i in range(len(x)):
        for j in range(i):
            a[i] += 0.3 * a[j] * a[j]
    return np.sum(a)


def writes_behind_the_counter(x):
    a = x * 1.0
    for i in range(1, len(x)):
        for j in range(i):
            a[j] = a[j] * a[i]
    return np.sum(a)


def slices_behind_the_counter(m):
    a = m * 1.0
    for i in range(1, a.shape[0]):
        a[i, i:] *= a[:i, i:].sum(axis=0)
        a[i, :i] += a[i - 1, :i] * np.sum(a[:i, -1])
    return np.sum(a)


def column_then_block(m):
    a = m * 1.0
    for k in range(min(a.shape) - 1):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return np.sum(a * a)


def block_then_column(m):
    a = m * 1.0
    for k in range(min(a.shape) - 1):
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
        a[k + 1 :, k] /= a[k, k]
    return np.sum(a * a)


def slice_that_wraps(x):
    a = x * 1.0
    for i in range(len(x)):
        a[i] = a[i] * np.sum(a[: i - 1])
    return np.sum(a * a)


def back_substitution(m, b):
    x = b * 1.0
    for i in range(len(b) - 1, -1, -1):
        for j in range(i + 1, len(b)):
            x[i] -= m[i, j] * x[j]
        x[i] /= 2.0 + m[i, i]
    return np.sum(x * x)


def swapped_and_never_written(x):
    w = x * 2.0
    for _ in range(3):
        n = 0
        while n < 1:
            n += 1
            x, w = w, x
            x, w = w, x
    return np.sum(x * w)


CASES = [
    case(behind_the_last_write, array(5), array(1)),
    case(from_the_end, array(5)),
    case(reversed_range, array(4)),
    case(wraps_around, array(4)),
    case(ahead_of_the_last_write, array(4)),
    case(two_places_written, array(5)),
    case(far_behind_two_places_written, array(6)),
    case(guarded_by_a_test, array(4)),
    case(guarded_by_the_other_branch, array(4)),
    case(guarded_by_another_number, arrays((4,), (2,)), wrt=(0, 1)),
    case(written_twice_in_an_iteration, array(4)),
    case(overwritten_after_the_loop, array(4)),
    case(every_second, array(7)),
    case(columns, array(2, 4)),
    case(in_time_and_space, array(3, 4)),
    case(swept_again_and_again, array(4, 2)),
    case(rows_chosen_by_an_index, array(2, 4)),
    case(stopped_early, array(5, low=0.3, high=1.2)),
    case(swept_by_a_callee, arrays((4,), (4,)), wrt=(0, 1)),
    case(rows_by_a_callee, array(2, 4)),
    case(triangle_with_its_diagonal, array(4)),
    case(triangle_without_its_diagonal, array(4)),
    case(writes_behind_the_counter, array(4)),
    case(slices_behind_the_counter, array(3, 4)),
    case(column_then_block, array(4, 3, low=0.5, high=2.0), array(3, 3, low=0.5, high=2.0)),
    case(block_then_column, array(4, 3, low=0.5, high=2.0)),
    case(slice_that_wraps, array(4)),
    case(back_substitution, arrays((4, 4), (4,)), wrt=(0, 1)),
    case(swapped_and_never_written, array(3)),
]
