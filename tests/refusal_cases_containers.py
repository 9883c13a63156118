"""Programs outside the subset: dicts, sets, deques and counters of what only the run knows."""

from __future__ import annotations

from tests.refusal_cases import Refusal

CONTAINERS = (
    Refusal(
        "loop_that_appends_to_its_list_on_a_path",
        """
def f(x, n=3.0):
    rows = [x, 2.0 * x]
    if n < 2:
        for row in rows:
            rows.append(row * x)
    return np.sum(rows[1])
""",
        "rows",
    ),
    Refusal(
        "loop_over_a_set",
        """
def f(x):
    total = 0.0
    for k in {0, 2}:
        total = total + x[k]
    return total
""",
        "{0, 2}",
    ),
    Refusal(
        "deque_returned",
        """
from collections import deque


def f(x):
    d = deque(maxlen=2)
    d.append(x[0])
    return d
""",
        "return d",
    ),
    Refusal(
        "default_dict_returned",
        """
from collections import defaultdict


def f(x):
    d = defaultdict(float)
    d["a"] += x[0]
    return d
""",
        "return d",
    ),
    Refusal(
        "counter_of_what_is_computed",
        """
from collections import Counter


def f(x):
    return x.sum() * len(Counter(x))
""",
        "Counter(x)",
    ),
    Refusal(
        "key_computed_from_data",
        """
def f(x):
    d = {0: x[0], 1: x[1], 2: x[2]}
    d[int(x.argmax())] = x[0]
    return sum(d.values())
""",
        "int(x.argmax())",
    ),
    Refusal(
        "key_that_sees_how_many_elements_have_been_made",
        """
def noted(xs, t):
    xs.append(t)
    return t


def f(x):
    xs = [x[0]]
    return max((noted(xs, t) for t in x), key=lambda t: t * len(xs))
""",
        "max((noted(xs, t) for t in x), key=lambda t: t * len(xs))",
    ),
    Refusal(
        "sums_whose_function_takes_from_the_same_iterator",
        """
import itertools


def halves(t):
    for _ in range(4):
        yield t
        t = t * 0.5


def f(x):
    it = halves(x[0])
    sums = itertools.accumulate(it, lambda a, b: a + b * next(it, 1.0))
    return sum(sums)
""",
        "sum(sums)",
    ),
    Refusal(
        "slice_assigned_what_extends_the_list",
        """
def f(x):
    xs = [x[0], x[1]]

    def more(t):
        xs.append(t)
        return t

    xs[:] = (more(t) for t in (x[0], x[2]))
    return xs[0] * xs[-1]
""",
        "xs[:] = (more(t) for t in (x[0], x[2]))",
    ),
    Refusal(
        "lengths_of_generators_that_are_to_be_equal",
        """
def halves(t, n):
    for _ in range(n):
        yield t
        t = t * 0.5


def f(x):
    return sum([a * b for a, b in zip(halves(x[0], 3), halves(x[1], 3), strict=True)])
""",
        "zip(halves(x[0], 3), halves(x[1], 3), strict=True)",
    ),
    Refusal(
        "helper_that_cannot_be_called_in_a_later_round_either",
        """
def counter(t):
    def add():
        nonlocal t
        t = t + 1.0
        return t

    return add


def f(x):
    s = x[0]
    for _ in x:
        for _ in [0.7, counter(1.1)]:
            s = 2.0
            kept = s

            def same():
                nonlocal kept

        else:
            several = x.flags
    return s * x[0]
""",
        "x.flags",
    ),
    Refusal(
        "dict_changed_while_an_iterator_over_its_values_waits",
        """
def f(x):
    shares = {"a": x[0], "b": x[1]}
    values = iter(shares.values())
    first = next(values)
    if x[2] > 0.0:
        shares["b"] = first * 3.0
    return first * next(values)
""",
        "next(values)",
    ),
)
