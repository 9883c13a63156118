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
)
