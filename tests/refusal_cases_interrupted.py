"""What a `try` block had half done when it was interrupted, and numbers taken for arrays."""

from __future__ import annotations

from tests.refusal_cases import Refusal

RISKY = """
def risky(t):
    if t > 0.5:
        raise ValueError("too large")
    return t


class Meter:
    def __init__(self, v):
        self.v = v

    def __add__(self, t):
        self.v += t
        return self.v

    def grow(self, t):
        self.v += t
        return self.v

    @property
    def read(self):
        self.v *= 2.0
        return self.v

"""

INTERRUPTED = (
    Refusal(
        "iterator_taken_from_before_an_exception",
        RISKY
        + """
def f(x):
    items = iter([x[0], x[1], x[2]])
    try:
        risky(next(items))
    except ValueError:
        pass
    return sum(items)
""",
        "sum(items)",
    ),
    Refusal(
        "iterator_taken_from_in_a_test",
        RISKY
        + """
def f(x):
    items = iter([x[0], x[1], x[2]])
    y = 0.0
    try:
        if risky(next(items)) > 0.1:
            y = x[1]
    except ValueError:
        return sum(items)
    return y
""",
        "sum(items)",
    ),
    Refusal(
        "object_changed_by_an_argument",
        RISKY
        + """
def f(x):
    meter = Meter(x[0])
    try:
        risky(meter.grow(x[1]))
    except ValueError:
        pass
    return meter.v
""",
        "meter.v",
    ),
    Refusal(
        "object_changed_by_an_operator",
        RISKY
        + """
def f(x):
    meter = Meter(x[0])
    try:
        risky(1.0 + (meter + x[1]))
    except ValueError:
        pass
    return meter.v
""",
        "meter.v",
    ),
    Refusal(
        "object_changed_by_a_property",
        RISKY
        + """
def f(x):
    meter = Meter(x[0])
    try:
        risky(meter.read)
    except ValueError:
        pass
    return meter.v
""",
        "meter.v",
    ),
    Refusal(
        "name_bound_by_an_argument",
        RISKY
        + """
def f(x):
    y = x[0]
    try:
        risky((y := x[1] * 2.0))
    except ValueError:
        pass
    return y
""",
        "y",
    ),
    Refusal(
        "first_of_two_stores",
        """
def f(x):
    v = x.copy()
    try:
        v[0], v[5] = x[1], x[2]
    except IndexError:
        pass
    return np.sum(v)
""",
        "np.sum(v)",
    ),
    Refusal(
        "sum_that_is_a_number_or_an_array",
        """
def f(x):
    grid = np.ones((len(x), 2)) if x[0] > 0.0 else x
    w = np.sum(grid, axis=0)
    v = w
    v += x[1]
    return np.sum(v) + np.sum(w)
""",
        "v += x[1]",
    ),
    Refusal(
        "context_that_looks_at_the_exception",
        """
class Only:
    def __enter__(self):
        return self

    def __exit__(self, kind, exception, trace):
        return kind is ValueError


def f(x):
    y = x[0]
    with Only():
        y = x.sum()
    return y
""",
        "with Only()",
    ),
    Refusal(
        "object_written_by_a_context_that_is_left_by_an_exception",
        """
class Counting:
    def __init__(self, log):
        self.log = log

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.log["left"] += 1.0


def f(x):
    log = {"left": 0.0}
    try:
        with Counting(log):
            y = np.sqrt(x[0])
    except FloatingPointError:
        y = 0.0
    return y * log["left"]
""",
        'log["left"]',
    ),
    Refusal(
        "generator_goes_on_to_change_what_it_yielded",
        """
def totals(x):
    y = np.zeros(3)
    for k in range(3):
        y[k] = x[k]
        yield y


def f(x):
    steps = totals(x)
    first = np.sum(next(steps))
    return first * np.sum(next(steps))
""",
        "y[k] = x[k]",
    ),
    Refusal(
        "elements_of_what_has_no_end_taken_here_and_there",
        """
import itertools


def f(x):
    terms = (x[0] ** k for k in itertools.count())
    head = sum(itertools.takewhile(lambda t: t > 0.1, terms))
    return head + next(terms)
""",
        "(x[0] ** k for k in itertools.count())",
    ),
    Refusal(
        "attribute_of_a_caught_exception",
        """
def f(x):
    try:
        if x[0] > 0.0:
            raise ValueError("too large", 2.0)
        scale = 1.0
    except ValueError as error:
        scale = error.args[1]
    return x[0] * scale
""",
        "error.args",
    ),
)
