"""Lists that a loop or a comprehension fills, where NumPy makes arrays of them."""

import numpy as np

from tests.corpus.registry import array, case


def reduced(x):
    xs = []
    for v in x:
        xs.append(v * v + 0.1)
    return np.sum(xs) * np.mean(xs) + np.max(xs) - np.std(xs) + np.prod(xs)


def joined(x):
    xs = [np.exp(v) for v in x]
    both = np.concatenate([xs, x]) * np.hstack((x, xs))
    table = np.vstack([x, xs]) + np.stack([xs, x])
    return np.sum(both**2) + np.sum(np.column_stack((xs, x)) @ table)


def beside_arrays(x):
    xs = [v * v for v in x]
    top = np.max(xs)
    return np.sum((xs - top) * x) + np.dot(xs, x) + np.sum(np.negative(xs) / (2.0 + x**2))


def written_into_arrays(x):
    xs = [np.sin(v) for v in x]
    table = np.ones((3, len(x)))
    table[0] = xs
    table[1] *= xs
    table[2, :] += np.cumsum(xs)
    flat = np.zeros(len(x))
    flat[...] = xs
    return np.sum(table**3) + flat @ x


def chosen(x):
    xs = [v * v for v in x]
    return np.sum(np.where(x > 0.2, xs, 0.5 * x)) + np.sum(np.where(np.greater(xs, 0.3), xs, x))


def rows_of_rows(x):
    rows = []
    for i in range(2):
        row = []
        for v in x:
            row.append(v * (i + 1.0))
        rows.append(row)
    return np.sum(rows) + np.sum(np.array(rows) ** 2) + np.sum(np.mean(rows, axis=0) * x)


def ragged_rows(x):
    rows = [[v * (i + 1) for v in x[: i + 1]] for i in range(len(x))]
    total = np.sum(np.concatenate(rows) ** 2)
    for row in rows:
        total += np.sum(row) * np.mean(row) + len(row) * row[0]
    return total


def arrays_in_a_list(x, n):
    rows = []
    for i in range(n):
        rows.append(x * i)
        if len(rows) > 2:
            rows.pop(0)
    moved = rows - x
    return np.sum(moved**2) + np.sum(np.mean(rows, axis=0) ** 2) + np.sum(np.array(rows) @ x)


def pairs_in_a_list(x):
    pairs = []
    for v in x:
        pairs.append((v, v * v))
    return np.sum(np.array(pairs) ** 2) + np.sum(np.prod(pairs, axis=1))


def matrices_of_lists(x):
    a = [[x[i] * x[j] + (3.0 if i == j else 0.0) for j in range(3)] for i in range(3)]
    b = [v for v in x]
    return np.sum(np.linalg.solve(a, b)) + np.linalg.norm(a) + np.trace(a)


def listed_by_the_array(x):
    xs = (x * x).tolist()
    xs.append(xs.pop() * xs[0])
    table = np.outer(x, x).tolist()
    total = sum(xs) * np.sum(xs) + np.sum(np.abs(xs))
    for row in table:
        total += np.sum(row) ** 2
    return total + table[0][1] * np.dot(x, xs)


def numbers_repeated(x, n):
    row = [x[0] * x[1]] * n
    row[1] = x[2]
    total = np.sum(row)
    for k in range(n):
        total += k * row[k]
    return total


def array_repeated(x, n):
    rows = [x] * n + [2.0 * x]
    return np.sum(np.stack(rows) ** 2) + np.sum(np.ones((n, 3)) * ([x] * n))


def tuple_repeated(x, n):
    total = 0.0
    for a, b in [(x[0], x)] * n:
        total += a * b[1] + np.sum(b)
    return total


def items_repeated(x, n):
    known, counted = [x[0], x[1] * x[0]] * n, [v * v for v in x] * n
    return sum((k + 1) * v for k, v in enumerate(known)) + counted[-2] * np.sum(counted)


def largest_pair(x):
    values = [(v * v, i) for i, v in enumerate(x)]
    top, place = max(values)
    low, _ = min((x[0], 1), (x[1], 2), (x[2], 3))
    return top * x[place] + low * place


def lists_added_up(x):
    known = sum([[x[0]], [x[1], x[0] * x[2]]], [])
    counted = sum(([v, v * v] for v in x), [])
    return sum((k + 1) * v for k, v in enumerate(known)) + np.sum(np.sin(counted))


def helper_of_a_tuple(par, seq):
    start, slope = par
    s = start
    for k in seq:
        s = np.tanh(slope @ s) + slope[:, k]
    return np.sum(s)


def helper_called_with_a_tuple(start, slope, n):
    total, par = 0.0, (start, slope)
    for k in range(n):
        total = total + helper_of_a_tuple(par, np.arange(k) % 2)
    return total


def logarithm(*values):
    return None if any(type(v) is str for v in values) else np.log(*values)


def helper_of_several_lengths(p, t):
    return np.sum(logarithm(t)) * p[0] + np.sum(logarithm(p)) * t[0] * p[1]


def called_with_several_lengths(p, t):
    return helper_of_several_lengths(p, t) + helper_of_several_lengths(p, t[1:])


def a_list_kept_from_the_last_turn(x):
    items = [1.0]
    for i in range(3):
        items = items + [x[0] * i]
        kept = items
        items[0] += x[1]
    return sum((k + 1) * v for k, v in enumerate(kept))


THREE = array(3, low=0.2, high=1.4)
COUNTED = tuple(
    lambda rng, n=n: (rng.uniform(0.2, 1.4, size=3), n)
    for n in (3, 4)
)  # fmt: skip


def known_list_with_a_sign(x):
    xs = [x[0], 2, x[1] * x[2]]
    t = 0.0
    for a, b in zip(xs, np.where(x[0] > 5.0, 1.1, np.negative(xs)), strict=True):
        t += a * b
    return t + np.sum(np.positive((x[0], x[1])) * x[2]) + np.max(np.negative([xs, xs]))


def list_times_an_array_in_place(x):
    pair = both = [x[0], x[1]]
    pair *= np.sin(x[:2])
    return np.sum(pair) + both[0]


CASES = [
    case(reduced, THREE, array(4)),
    case(joined, THREE, array(4)),
    case(beside_arrays, THREE, array(4)),
    case(written_into_arrays, THREE),
    case(chosen, THREE),
    case(rows_of_rows, THREE),
    case(ragged_rows, THREE, array(4)),
    case(arrays_in_a_list, *COUNTED),
    case(pairs_in_a_list, THREE),
    case(matrices_of_lists, THREE),
    case(listed_by_the_array, THREE),
    case(numbers_repeated, *COUNTED),
    case(array_repeated, *COUNTED),
    case(tuple_repeated, *COUNTED, lambda rng: (rng.uniform(size=3), 0)),
    case(items_repeated, *COUNTED),
    case(largest_pair, THREE),
    case(lists_added_up, THREE),
    case(
        helper_called_with_a_tuple,
        lambda rng: (rng.uniform(size=2), rng.uniform(size=(2, 2)), 3),
        wrt=(0, 1),
    ),
    case(
        called_with_several_lengths,
        lambda rng: (rng.uniform(0.5, 2.0, size=2), rng.uniform(0.5, 2.0, size=5)),
        wrt=(0, 1),
    ),
    case(a_list_kept_from_the_last_turn, THREE),
    case(known_list_with_a_sign, array(3)),
    case(list_times_an_array_in_place, array(3)),
]
