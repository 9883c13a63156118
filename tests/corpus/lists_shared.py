"""Lists of unknown length and what they hold: elements kept, replaced, and written in place."""

import numpy as np

from tests.corpus.registry import case


def kept_while_the_list_grows(x, n):
    states = [k * x for k in range(1, n + 1)]
    last = states[-1]
    states.append(x * 5.0)
    first = states[0]
    states[0] = first * x
    states.pop(1)
    return last @ states[0] + first @ states[-1]


def last_state_and_the_next(x, n):
    states = [x]
    total = 0.0
    for _ in range(n):
        s = states[-1]
        states.append(s + 0.1 * np.sin(s))
        total += (states[-1] - s) @ x
    return total


def swapped_elements(x, n):
    rows = [x * (k + 1.0) for k in range(n)]
    a, b = rows[0], rows[1]
    rows[0], rows[1] = rows[1], rows[0]
    return a[0] * rows[0][1] + b[1] * rows[1][0]


def table_of_lists(x, n):
    table = [[0.0] * (n + 1) for _ in range(n + 2)]
    for i in range(1, n + 2):
        for j in range(1, n + 1):
            table[i][j] = max(table[i - 1][j], table[i][j - 1]) + x[i - 1] * x[j - 1]
    return table[n + 1][n]


def known_table_of_lists(x, n):
    table = [[x[i] * x[j] for j in range(3)] for i in range(3)]
    for i in range(1, n + 1):
        for j in range(1, n + 1):
            table[i][j] = table[i][j] + 0.5 * table[i - 1][j] * table[i][j - 1]
    return table[-1][-1] * table[0][0]


def rows_written_in_place(x, n):
    rows = []
    for i in range(n):
        row = np.zeros(3)
        for j in range(3):
            row[j] = x[i] * x[j]
        rows.append(row)
    rows[0][0] = 5.0 * x[1]
    rows[n - 1] += rows[0] * x
    return np.sum(rows[0] ** 2) + rows[1][0]


def vectors_replaced(x, matrices, n):
    images = [a @ x for a in matrices]
    images[n] = x * images[0][1]
    return sum(v @ x for v in images)


def vectors_of_other_lengths(x, n):
    parts = [x[:1] * 2.0, x[:2] * 3.0, x * 4.0]
    for k in range(n):
        parts[k] = np.sin(parts[k + 1])
    return sum(np.sum(p**2) for p in parts)


def pairs_replaced(x, n):
    pairs = [(x * k, x[0]) for k in range(3)]
    for k in range(n):
        pairs[k] = (pairs[k][0] * 2.0 + x, pairs[k - 1][1] * x[1])
    return sum((a @ x) * b for a, b in pairs)


def dicts_replaced(x, n):
    found = [{"a": x * k, "b": x[0]} for k in range(3)]
    for k in range(n):
        found[k] = {"a": found[k]["a"] * 2.0, "b": found[k - 1]["b"] * x[1]}
    return sum(np.sum(d["a"]) * d["b"] for d in found)


def lists_replaced(x, n):
    rows = [[a * b for a in x] for b in x]
    for k in range(n):
        rows[k] = [2.0 * r for r in rows[k - 1]]
    return rows[n - 1][0] * rows[0][1]


def read_at_a_computed_place(x, n):
    pair = [x * 2.0, x[::-1] * 3.0]
    total = 0.0
    for k in range(n):
        total += pair[k] @ pair[k - 1]
    return total


def both_the_same(x, n):
    y = x * 2.0
    for _ in range(n):
        y = y * x
    return y, y


def result_returned_twice(x, n):
    a, b = both_the_same(x, n)
    a[0] = x[1] * 3.0
    return b[0] * a[1]


def store(table, key, value, n):
    for _ in range(n):
        table["old"] = table[key]
        table[key] = value * x_of(table)


def x_of(table):
    return table["old"][0]


def dict_written_by_a_function(x, n):
    table = {"a": x * 2.0, "old": x}
    store(table, "a", x[::-1], n)
    return table["a"] @ table["old"]


def carried_containers(x, n):
    d = {"a": x * 1.0, "b": x * 2.0}
    for _ in range(n):
        d["a"], d["b"] = d["b"] * x, d["a"]
        d["b"] += d["a"]
    d["a"][0] = 7.0 * x[1]
    return d["a"] @ d["b"]


def both(rng):
    return rng.normal(size=3), 2


def eliminated_by_rows(x, n):
    rows = [[4.0 + x[0], x[1], 1.0], [x[1], 5.0, x[2]], [1.0, x[2], 6.0]]
    for k in range(n):
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            for j in range(k, n):
                rows[i][j] -= factor * rows[k][j]
    return rows[2][2] * rows[1][1] * rows[0][0]


def rows_of_rows(x, n):
    cube = [[[e, e * 2.0] for e in x] for _ in range(n)]
    for k in range(n):
        for i in range(n):
            cube[k][i][0] = cube[i][k][1] * cube[0][i][0]
            cube[i][k][1] *= cube[k][i][0]
    return sum(cell[0] * cell[1] for square in cube for cell in square)


CASES = [
    case(f, both)
    for f in (
        kept_while_the_list_grows,
        last_state_and_the_next,
        swapped_elements,
        table_of_lists,
        known_table_of_lists,
        rows_written_in_place,
        vectors_of_other_lengths,
        pairs_replaced,
        dicts_replaced,
        lists_replaced,
        read_at_a_computed_place,
        result_returned_twice,
        dict_written_by_a_function,
        carried_containers,
        eliminated_by_rows,
        rows_of_rows,
    )
] + [
    case(
        vectors_replaced,
        lambda rng: (rng.normal(size=3), [rng.normal(size=(3, 3)) for _ in range(3)], 1),
    )
]
