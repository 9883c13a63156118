"""Arrays that lists of unknown length hold more than once, or that have other names as well."""

import numpy as np

from tests.corpus.registry import case


def one_array_in_every_place(x, n):
    a = x * 2.0
    rows = [a]
    while len(rows) < n:
        rows.append(rows[-1])
    rows[0] *= x
    rows[1][0] += x[1]
    return np.sum(rows[n - 1] * a)


def repeated_array(x, n):
    a = x * 2.0
    rows = [a] * n
    for row in rows:
        row += x
    a -= 1.0
    return np.sum(rows[1] ** 2)


def old_and_new_rows(x, n):
    total = x * 0.5
    rows = []
    for k in range(n):
        rows.append(total if k % 2 == 0 else x * k)
        rows[-1] += x
    total[0] = x[2]
    return sum((k + 1) * np.sum(row**2) for k, row in enumerate(rows))


def row_named_and_kept(x, n):
    rows = [x * (k + 1) for k in range(n)]
    kept = rows[1:]
    last = rows.pop()
    last *= x
    kept[0] += last
    rows[0], rows[1] = rows[1], rows[0]
    rows[0][1:] *= 3.0
    return np.sum(kept[0] * kept[-1]) + np.sum(rows[1])


def array_that_is_carried_on(x, n):
    state = x * 1.0
    seen = []
    for k in range(n):
        seen.append((k, state))
        state += x * k
        if k == 1:
            state = state * x
    _, first = seen[0]
    first -= 0.5
    return sum(np.sum(s) * (k + 1) for k, s in seen) * state[0]


def matrices_and_rows(x, n):
    a, m = x * 1.5, np.outer(x, x)
    rows, tables = [a] * n, [[m for _ in range(2)] for _ in range(n)]
    rows[0] -= x
    tables[1][0][:, 1] += rows[1]
    return np.sum(tables[0][1] @ a) + np.sum(np.stack(rows))


def put_in_by_a_function(x, n):
    def keep(found, a):
        for _ in range(2):
            found.append(a)

    a, found = 2.0 * x, []
    for _ in range(n):
        keep(found, a)
    a[0] = x[1] * x[2]
    found[1] *= x
    return found[0][0] * a[1]


def named_row_that_moves(x, n):
    rows = [k * x for k in range(n)]
    last = rows[-1]
    for i in range(n):
        rows.insert(0, x * 2.0)
        rows[i][0] = x[1]
    last *= x
    return np.sum(last) + np.sum(rows[-1] ** 2)


def same_row(x, n):
    a = np.sin(x)
    rows = [a * 1.0 if k == 1 else a for k in range(n)]
    rows[0] *= 2.0
    found = 0.0
    for row in rows:
        found += np.sum(row) if row is a else 0.5 * row[0]
    return found


def rows_returned(x, n):
    a = x * x
    rows = [a for _ in range(n)]
    rows[0] *= x
    return np.concatenate(rows) * 2.0, rows[1]


def both(rng):
    return rng.normal(size=3), 3


CASES = [
    case(f, both)
    for f in (
        one_array_in_every_place,
        repeated_array,
        old_and_new_rows,
        row_named_and_kept,
        array_that_is_carried_on,
        matrices_and_rows,
        put_in_by_a_function,
        named_row_that_moves,
        same_row,
        rows_returned,
    )
]
