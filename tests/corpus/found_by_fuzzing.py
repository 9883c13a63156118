"""Programs that random testing found and that were then reduced: each broke a mechanism once."""

import numpy as np

from tests.corpus.registry import array, arrays, case, floats


def return_inside_a_loop(x, s):
    for i in range(2):
        if np.sum(x) < 0.5:
            return np.sum(x[[2, 0, 0]]) + i * s
    return s + np.sum(x * x)


def return_inside_a_reversed_loop(x, m):
    for _ in reversed(range(3)):
        if 0.3 * np.sum(x) > -0.7:
            return np.sum(m[0] * x) + 2.0
    return np.sum(x * x) + np.sum(np.sin(m))


def condition_false_from_the_start(s):
    n = 0
    while n < 3 and (0.5 > 1.1):
        s -= 0.5
        n += 1
    return s * s


def squared_in_two_loops(m):
    for _ in reversed(range(2)):
        for _ in reversed(range(2)):
            m = m * m
    return np.sum(np.sin(m))


def counter_that_becomes_a_carried_value(x, m, s):
    for i in reversed(range(3)):
        if np.tanh(x[1]) <= 0.3 and x[1] < 0.4:
            return np.sum(x + x) + m[1, -2]
        i = np.max(x)
        i, s = s, i
    return s + np.sum(x * x) + np.sum(np.sin(m))


def break_before_an_update(x, m):
    for i in reversed(range(3)):
        if i + m[1, -2] <= 0.3:
            break
        x = np.sin(m[0] + x)
    return np.sum(x * x) + np.sum(np.sin(m))


def largest_then_ternary(x, s):
    s -= np.max(x)
    s *= x[2] if s > 0.2 else -0.7
    return s + np.sum(x * x)


def written_to_a_mask_in_a_loop(x, m):
    for _ in range(2):
        x[x > 0.1] *= m[1, 1]
    return np.sum(x * x) + np.sum(np.sin(m))


def two_masks_in_a_loop(x):
    for _ in range(3):
        x[x > 0.1] = x[2]
        x[x > 0.1] = 0.5
    return np.sum(x * x)


def transposed_row_scaled(x, m):
    m.T[0] *= x[-1]
    return np.sum(x * x) + np.sum(np.sin(m))


def skipped_before_a_row_is_scaled(m):
    for _ in reversed(range(3)):
        w = m[-1, :]
        if m[1, -1] > -0.7:
            continue
        m[0] *= w[[2, 0, 0]]
    return np.sum(np.sin(m))


def inner_loop_that_never_runs(x, m, s):
    n = 0
    while n < 3 and s - x[-1] < 2.0:
        n += 1
        if 0.3 * np.sum(x) >= 2.0:
            s += x[-1] / (1.0 + s * s)
        else:
            for _ in range(0):
                x = np.maximum(np.array([1.1, 0.5, 0.4]), m[0] + m[0])
            x[1:] += x[:-1]
    return s + np.sum(x * x) + np.sum(np.sin(m))


def loop_that_never_runs(x, m, s):
    for _ in range(0):
        if np.sin(x[-2]) > 2.0:
            x += np.where(m[0] > 0.2, x, s)
        s *= m[1, 2] - x[1]
    return s + np.sum(x * x) + np.sum(np.sin(m))


def filled_then_maximum_in_a_loop(x, m):
    for _ in range(2):
        if np.max(x) > 2.0:
            break
        x[...] += np.max(x)
    return np.sum(x * x) + np.sum(np.sin(m))


def skipped_then_returned(x, s):
    n = 0
    while n < 3 and x[-2] >= -0.7:
        n += 1
        if 0.3 * np.sum(x) > 1.1:
            continue
        if np.max(x) >= 0.3:
            return np.sum(x[[2, 0, 0]]) + s
    return s + np.sum(x * x)


def returned_from_a_branch_of_a_branch(x, m, s):
    if 0.3 * (x @ x) < 2.0:
        if x[0] + m[1, 0] <= 0.3:
            s -= x[0] / (1.0 + m[1, 1] * m[1, 1])
        else:
            for _ in range(2):
                return np.sum(x * m[0]) + x[1]
        m = np.stack([x, np.where(x > 0.2, x, s)])
    return s + np.sum(x * x) + np.sum(np.sin(m))


def duplicates_written_until_break(x):
    for _ in range(3):
        if 0.5 * x[-1] < -0.3:
            break
        x[[0, 2, 0]] = x * 0.9
    return np.sum(x * x)


def rebound_or_written(x, m, s):
    for _ in reversed(range(3)):
        if 0.3 * (m[0] @ m[0]) > 0.3:
            m = np.sin(m[::-1])
        else:
            m[-1] *= np.tanh(x)
            m[1, ::2] *= s
    return s + np.sum(x * x) + np.sum(np.sin(m))


def filled_in_a_branch_of_a_loop(x, m):
    a = np.max(x) * m[1, 0]
    for _ in range(2):
        if x[2] > -0.7:
            x[...] = 0.3 * (m[0] @ x)
    return a + np.sum(x * x) + np.sum(np.sin(m))


def undone_in_reversed_loops(m):
    for _ in reversed(range(3)):
        b = m * m
        for _ in reversed(range(3)):
            m[0] = np.sin(b[0])
    return np.sum(np.sin(m))


def view_that_some_iterations_save(x, m):
    for i in range(3):
        if x[0] + 0.3 * i <= 0.3:
            continue
        m[1] = x[::-1]
        x = 0.15 * np.sum(m[0]) * np.tanh(x)
    return np.sum(x * x) + np.sum(np.sin(m))


def undone_in_a_branch_of_a_while(x, m):
    x = 0.1 * x
    n = 0
    while n < 3 and np.tanh(m[0, 0]) <= 0.9:
        n += 1
        if 0.3 * (m[0] @ x) >= -2.0 * n:
            for _ in range(3):
                x[::-1] += x * x
    return np.sum(x * x) + np.sum(np.sin(m))


VECTOR_AND_MATRIX = arrays((3,), (2, 3), low=-1.0, high=1.0)


def _with_a_number(rng):
    return rng.uniform(-1.0, 1.0, size=3), rng.uniform(-1.0, 1.0, size=(2, 3)), 0.37


def _with_large_numbers(rng):
    return rng.uniform(0.3, 0.9, size=3), rng.uniform(0.6, 1.2, size=(2, 3)), 0.37


def _small(rng):
    return rng.uniform(-1.0, 0.1, size=3), 0.7


def part_that_only_its_path_has(x, m):
    rows = m * 2.0
    chosen = rows[7] if x[0] > 5.0 else rows[0]
    chosen[0] = x[1]
    chosen *= x[2]
    return np.sum(rows * rows) + np.sum(chosen)


def one_of_two_and_then_one_of_these(x, m):
    a, b = x * 2.0, x * 3.0
    first = a if x[0] > 0.0 else b
    second = first if m[0, 0] > 0.0 else a[1:]
    second[0] = 5.0 * x[1]
    second += x[0]
    first *= 1.5
    return np.sum(a * a) + np.sum(b) + np.sum(first * second[-1])


def every_other_one_is_copied(x):
    halves = (x * 2.0)[::2]
    own = np.array(halves)
    own[0] = x[1]
    return np.sum(halves * halves) + np.sum(own)


def columns_of_a_grid(x):
    grid, other = np.meshgrid(x, x)
    for i in range(2):
        grid[i] = 0.5 * x
        other[i] *= 2.0
    return np.sum(grid * grid) * np.sum(other)


def _large(rng):
    return rng.uniform(0.6, 1.1, size=3), 0.7


def number_or_row(x, m):
    b = x[1]
    a = np.where(x[0] > 9.0, 0.0, b)
    if m[1, 1] < 0.0:
        for b in m:
            pass
    return np.sum(b) + a


def imaginary_part_of_a_flag(x):
    c = 0.5j
    for b in (x[1], True):
        c = c * x[0] + b
    return np.imag(b) + np.real(c)


CASES = [
    case(imaginary_part_of_a_flag, array(3)),
    case(
        number_or_row,
        arrays((3,), (2, 3)),
        lambda rng: (rng.normal(size=3), np.ones((2, 3))),
        wrt=(0, 1),
    ),
    case(return_inside_a_loop, _small, _large, wrt=(0, 1)),
    case(return_inside_a_reversed_loop, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(condition_false_from_the_start, floats(0.7)),
    case(squared_in_two_loops, array(2, 3), tags="holomorphic"),
    case(counter_that_becomes_a_carried_value, _with_a_number, wrt=(0, 1, 2)),
    case(break_before_an_update, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(largest_then_ternary, _small, _large, wrt=(0, 1)),
    case(written_to_a_mask_in_a_loop, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(two_masks_in_a_loop, array(3)),
    case(transposed_row_scaled, VECTOR_AND_MATRIX, wrt=(0, 1), tags="holomorphic"),
    case(skipped_before_a_row_is_scaled, array(2, 3), array(2, 3, low=-3.0, high=-1.0)),
    case(inner_loop_that_never_runs, _with_a_number, wrt=(0, 1, 2)),
    case(loop_that_never_runs, _with_a_number, wrt=(0, 1, 2)),
    case(filled_then_maximum_in_a_loop, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(skipped_then_returned, _small, _large, wrt=(0, 1)),
    case(returned_from_a_branch_of_a_branch, _with_a_number, _with_large_numbers, wrt=(0, 1, 2)),
    case(duplicates_written_until_break, array(3), array(3, low=-1.5, high=-1.0)),
    case(rebound_or_written, _with_a_number, _with_large_numbers, wrt=(0, 1, 2)),
    case(filled_in_a_branch_of_a_loop, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(undone_in_reversed_loops, array(2, 3)),
    case(view_that_some_iterations_save, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(undone_in_a_branch_of_a_while, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(part_that_only_its_path_has, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(one_of_two_and_then_one_of_these, VECTOR_AND_MATRIX, wrt=(0, 1)),
    case(every_other_one_is_copied, array(3)),
    case(columns_of_a_grid, array(3)),
]
