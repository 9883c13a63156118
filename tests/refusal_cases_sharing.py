"""Writes that somebody else would see by another way, which is not followed."""

from __future__ import annotations

from tests.refusal_cases import Refusal

SHARING = (
    Refusal(
        "copied_unless_it_lies_in_that_order",
        """
def f(x):
    a = np.outer(x, x)
    b = a.astype(float, order="F", copy=False)
    b[0] = 1.0
    return np.sum(a)
""",
        "b[0] = 1.0",
    ),
    Refusal(
        "points_along_the_last_axis_in_a_row",
        """
def f(x):
    a = np.linspace(x, 2.0, 4, axis=1)
    a.reshape(-1)[1] = 1.0
    return np.sum(a)
""",
        "a.reshape(-1)[1] = 1.0",
    ),
    Refusal(
        "row_into_a_column_that_crosses_it",
        """
def f(x):
    a = np.outer(x, x)
    row = a[1]
    a[:, 2] = row
    return np.sum(a**2)
""",
        "a[:, 2]",
    ),
    Refusal(
        "elements_spread_over_themselves",
        """
def f(x):
    y = x * x
    y[1::2] = y[:2]
    return np.sum(y**2)
""",
        "y[1::2]",
    ),
    Refusal(
        "read_after_a_function_may_have_worked_in_it",
        """
import scipy.linalg


def solved(a, b):
    return scipy.linalg.solve(a, b, overwrite_b=True)


def f(x):
    b = np.outer(x, x)
    y = solved(np.eye(len(x)), b[0])
    return np.sum(b[1] * y)
""",
        "b[1]",
    ),
    Refusal(
        "array_of_the_module_to_work_in",
        """
import scipy.linalg

M = np.eye(3)


def f(x):
    return np.sum(scipy.linalg.inv(M, overwrite_a=True) @ x)
""",
        "scipy.linalg.inv",
    ),
    Refusal(
        "row_that_stands_twice_in_a_list",
        """
def f(x):
    table = [[x[0]] * 2] * 2
    for i in range(len(x) - 1):
        table[i][0] = table[i][0] + x[i]
    return table[0][0] * table[1][0]
""",
        "table[i][0]",
    ),
    Refusal(
        "rows_of_a_matrix_in_a_list",
        """
def f(x):
    a = np.outer(x, x)
    rows = [a[k] for k in range(len(x))]
    rows[1] *= 2.0
    return np.sum(a**2)
""",
        "rows[1] *= 2.0",
    ),
    Refusal(
        "list_in_every_place_of_a_list",
        """
def f(x):
    table = [[x[0], x[1]]] * len(x)
    table[0][1] = x[2]
    return table[1][1]
""",
        "table[0][1]",
    ),
    Refusal(
        "list_changed_after_a_cycle_has_gone_round",
        """
import itertools


def f(x):
    items = [x[0], x[1]]
    around = itertools.cycle(items)
    total = 0.0
    for v in x:
        total += v * next(around)
        items[0] = total
    return total
""",
        "for v in x:",
    ),
    Refusal(
        "object_that_a_loop_may_have_replaced",
        """
def f(x):
    table = {"v": x[0]}
    kept = table
    for k in range(len(x)):
        table["v"] = table["v"] * x[1]
        if table["v"] < 0.5:
            table = {"v": x[2]}
    return table["v"] + kept["v"]
""",
        'table["v"]',
    ),
    Refusal(
        "list_in_a_list_that_grew_on_one_path",
        """
def f(x):
    row = [x[0]]
    rows = [[x[1]], row]
    if x[0] > 1.5:
        rows.append([x[2]])
    row.append(x[0])
    return rows[-1][-1]
""",
        "row.append(x[0])",
    ),
    Refusal(
        "iterator_over_a_list_that_a_loop_names_again",
        """
def f(x):
    items = [v * x[0] for v in x]
    it = (v * v for v in items)
    total = next(it)
    for k in range(len(x)):
        items = items
        items.append(x[k])
    return total + sum(it)
""",
        "sum(it)",
    ),
    Refusal(
        "iterator_over_an_array_that_a_loop_swaps",
        """
def f(x):
    a, b = x * 2.0, x * 3.0
    it = (v * v for v in a)
    total = next(it)
    for k in range(len(x)):
        a, b = b, a
        a[-1] = x[k]
    return total + sum(it)
""",
        "sum(it)",
    ),
    Refusal(
        "update_of_a_number_or_a_row",
        """
def f(x):
    squeezed = np.squeeze(np.append(x[:1], x[1:]))
    for row in squeezed:
        row *= 2.0
    return np.sum(squeezed)
""",
        "row *= 2.0",
    ),
    Refusal(
        "update_of_a_number_or_a_row_by_a_helper",
        """
def scale(w, t):
    w *= t
    return w


def f(x):
    squeezed = np.squeeze(np.append(x[:1], x[1:]))
    first = scale(squeezed[0], x[1])
    return np.sum(squeezed) * first
""",
        "scale(squeezed[0], x[1])",
    ),
    Refusal(
        "conjugate_that_may_be_the_array",
        """
def f(x):
    a = np.sort(x)
    b = np.real_if_close(a).conj()
    b[-1] = x[0]
    return np.sum(a) + 3.0 * np.sum(b)
""",
        "b[-1] = x[0]",
    ),
    Refusal(
        "imaginary_part_of_real_numbers_written",
        """
def f(x):
    w = np.imag(x)
    scale = 1.0
    try:
        w[...] = 5.0
    except ValueError:
        scale = 2.0
    return scale * np.sum(x * x) + np.sum(w)
""",
        "w[...]",
    ),
    Refusal(
        "diagonal_of_a_nameless_matrix_written",
        """
def f(x):
    w = np.diag(np.outer(x, x))
    w += 1.0
    return np.sum(w)
""",
        "w += 1.0",
    ),
    Refusal(
        "what_a_helper_broadcasts_is_written",
        """
def rows(x):
    return np.broadcast_to(x + 1.0, (2, len(x)))


def f(x):
    table = rows(x)
    table[0] = 2.0
    return np.sum(table * x)
""",
        "table[0]",
    ),
    Refusal(
        "float_results_into_an_array_of_integers",
        """
def f(x):
    counts = np.ones(len(x), dtype=int)
    np.sin(x, out=counts)
    return np.sum(counts * x)
""",
        "np.sin(x, out=counts)",
    ),
    Refusal(
        "sum_into_an_array_of_another_rank",
        """
def f(x):
    total = np.ones(len(x))
    np.sum(x * x, out=total)
    return np.sum(total)
""",
        "np.sum(x * x, out=total)",
    ),
    Refusal(
        "set_from_outside_updated",
        """
KNOWN = {1, 2}


def f(x):
    seen = KNOWN
    seen |= {7}
    return np.sum(x) * len(KNOWN)
""",
        "seen |= {7}",
    ),
    Refusal(
        "texts_from_outside_extended",
        """
NAMES = ["a", "b"]


def f(x):
    names = NAMES
    names += ["c"]
    return np.sum(x) * len(NAMES)
""",
        'names += ["c"]',
    ),
    Refusal(
        "set_changed_on_one_path",
        """
def f(x):
    seen = {1, 2}
    if x[0] > 0:
        seen |= {3}
    return np.sum(x) * len(seen)
""",
        "len(seen)",
    ),
    Refusal(
        "recursion_that_writes_arrays_of_a_tuple",
        """
def fill(pair, k):
    if k == 0:
        return
    pair[0][k] += pair[1][k - 1]
    fill(pair, k - 1)


def f(x):
    a, b = x.copy(), x * 3.0
    fill((a, b), 2)
    return np.sum(a * b)
""",
        "fill(pair, k - 1)",
    ),
    Refusal(
        "element_of_a_broadcast_array",
        """
def f(x):
    _, row = np.broadcast_arrays(np.outer(x, x), x)
    row[0] = 2.0
    return np.sum(row * x)
""",
        "row[0] = 2.0",
    ),
    Refusal(
        "row_of_a_list_that_a_loop_names",
        """
def f(x):
    rows = np.outer(x, x)
    for row in list(rows):
        last = row
    last[:] = 2.0 * last
    return np.sum(rows * rows) + np.sum(last)
""",
        "last[:] = 2.0 * last",
    ),
    Refusal(
        "view_of_a_temporary_with_gaps",
        """
def f(x):
    part = (x * 2.0)[::2]
    perhaps = np.ascontiguousarray(part)
    perhaps[0] = 1.0
    return np.sum(part * part) + np.sum(perhaps)
""",
        "perhaps[0] = 1.0",
    ),
    Refusal(
        "an_argument_that_may_be_a_number",
        """
def shifted(b, c):
    b += c
    return b

def f(x):
    low = 2.0 + np.squeeze(x[1 : 1 + 1])
    return np.sum(shifted(low, x)) + np.sum(low)
""",
        "b += c",
    ),
    Refusal(
        "joined_into_what_is_joined",
        """
def f(x):
    a = x.copy()
    np.concatenate([a[1:], a[:1]], out=a)
    return np.sum(a * x)
""",
        "np.concatenate([a[1:], a[:1]], out=a)",
    ),
)
