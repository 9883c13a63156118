"""Writes that somebody else would see by another way, which is not followed."""

from __future__ import annotations

from tests.refusal_cases import Refusal

SHARING = (
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
        "array_in_a_list_and_by_name",
        """
def f(x):
    a = x * 2.0
    rows = [a, x * 3.0]
    for i in range(len(x) - 1):
        rows.append(a)
        rows[i][0] = 5.0 * x[1]
    return a[0] * rows[1][0]
""",
        "rows[i][0]",
    ),
    Refusal(
        "row_that_a_slice_holds_too",
        """
def f(x):
    rows = [k * x for k in range(len(x))]
    kept = rows[:]
    rows[1][0] = 5.0 * x[1]
    return kept[1][0]
""",
        "rows[1][0]",
    ),
    Refusal(
        "element_written_while_it_has_a_name_and_moves",
        """
def f(x):
    rows = [k * x for k in range(len(x))]
    last = rows[-1]
    for i in range(len(x)):
        rows.insert(0, x * 2.0)
        rows[i][0] = 3.0
    return np.sum(last)
""",
        "rows[i][0]",
    ),
    Refusal(
        "array_that_a_function_puts_into_a_list",
        """
def keep(found, a):
    for _ in range(1):
        found.append(a)


def f(x):
    a, found = 2.0 * x, []
    for _ in range(len(x)):
        keep(found, a)
    a[0] = 7.0
    return found[0][0]
""",
        "a[0]",
    ),
    Refusal(
        "array_and_a_part_of_it_as_results",
        """
def halves(x):
    for _ in range(2):
        x = 2.0 * x
    return x, x[1:]


def f(x):
    a, b = halves(x)
    a[1] = x[0]
    return b[0] * a[1]
""",
        "a[1]",
    ),
    Refusal(
        "array_that_a_carried_container_holds",
        """
def f(x):
    a, found = 3.0 * x, {"a": x * 1.0}
    for _ in range(len(x)):
        found["a"] = a
    a[0] = 7.0 * x[1]
    return found["a"][0]
""",
        "a[0]",
    ),
    Refusal(
        "part_of_a_dict_that_a_function_returns",
        """
def pick(d, n):
    for _ in range(n):
        pass
    return d["a"]


def f(x):
    d = {"a": x * 2.0}
    a = pick(d, len(x))
    a[0] = 5.0 * x[1]
    return d["a"][0]
""",
        "a[0]",
    ),
)
