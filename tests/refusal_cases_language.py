"""Programs outside the subset: the language, beside arrays and derivatives (`refusal_cases`)."""

from __future__ import annotations

from tests.refusal_cases import Refusal

RANDOMNESS = (
    Refusal(
        "draw_whose_shape_parameter_moves",
        """
def f(x):
    rng = np.random.default_rng(0)
    return rng.gamma(x[0], 2.0)
""",
        "rng.gamma",
    ),
    Refusal(
        "counts_whose_rate_moves",
        """
def f(x):
    rng = np.random.default_rng(0)
    return rng.poisson(x[0]) * x[1]
""",
        "rng.poisson",
    ),
    Refusal(
        "choice_among_moving_numbers",
        """
def f(x):
    rng = np.random.default_rng(0)
    return rng.choice(x)
""",
        "rng.choice",
    ),
    Refusal(
        "shuffle_in_place",
        """
def f(x):
    rng = np.random.default_rng(0)
    y = x * 2.0
    rng.shuffle(y)
    return y[0]
""",
        "rng.shuffle",
    ),
    Refusal(
        "generator_made_in_a_checkpoint",
        """
import sourcead


def noisy(x):
    return np.sin(x * np.random.default_rng().normal(size=3))


def f(x):
    return np.sum(sourcead.checkpoint(noisy)(x))
""",
        "np.random.default_rng()",
    ),
    Refusal(
        "draw_in_a_checkpointed_test",
        """
import sourcead


def f(x):
    rng = np.random.default_rng(0)
    while sourcead.checkpointed(rng.random() < 0.9):
        x = np.sin(x)
    return np.sum(x)
""",
        "rng.random()",
    ),
    Refusal(
        "clock_in_a_checkpoint",
        """
import time

import sourcead


def f(x):
    for _ in sourcead.checkpointed(range(5)):
        x = np.sin(x) + 0.0 * time.perf_counter()
    return np.sum(x)
""",
        "time.perf_counter()",
    ),
)

EXCEPTIONS = (
    Refusal(
        "half_computed_in_the_turn_before",
        """
def risky(k):
    if k == 1:
        raise ValueError
    return k


def f(x):
    s = x[0]
    for k in range(len(x)):
        try:
            s += s
            risky(k)
        except ValueError:
            if k > 5:
                raise
    return s * x[1]
""",
        "s += s",
    ),
    Refusal(
        "half_computed_name",
        """
def f(x):
    try:
        y = x * 2.0
        factor = np.linalg.cholesky(np.outer(x, x))
        y = y + factor[0]
    except np.linalg.LinAlgError:
        if x[0] > 9.0:
            raise
        return np.sum(y)
    return np.sum(factor)
""",
        "y)",
    ),
    Refusal(
        "half_written_array",
        """
def f(x):
    a = x.copy()
    try:
        a[0] = 5.0 * x[1]
        factor = np.linalg.cholesky(np.outer(x, x))
    except np.linalg.LinAlgError:
        if x[0] > 9.0:
            raise
        return np.sum(a)
    return np.sum(factor)
""",
        "np.sum(a)",
    ),
    Refusal(
        "finally_that_returns",
        """
def f(x):
    try:
        y = np.linalg.inv(np.outer(x, x))
    finally:
        return np.sum(x)
""",
        "return np.sum(x)",
    ),
    Refusal(
        "exception_group",
        """
def f(x):
    try:
        y = x[0]
    except* IndexError:
        y = 0.0
    return y
""",
        "try",
    ),
    Refusal(
        "exception_read_in_one_of_several_handlers",
        """
def f(x):
    try:
        y = 1.0 / float(x[0])
    except ZeroDivisionError as error:
        print(error)
        y = 0.0
    except ValueError:
        raise
    return y
""",
        "except ZeroDivisionError",
    ),
    Refusal(
        "floating_point_errors_that_raise",
        """
def f(x):
    with np.errstate(divide="raise"):
        y = 1.0 / x
    return np.sum(y)
""",
        "with",
    ),
)

GENERATORS = (
    Refusal(
        "generator_consumed_twice",
        """
def squares(x):
    for v in x:
        yield v * v


def f(x):
    values = squares(x)
    if x[0] > 0:
        total = max(values)
    return total + sum(values)
""",
        "sum(values)",
    ),
    Refusal(
        "iterator_whose_source_changes_between_takes",
        """
def f(x):
    scale = 2.0
    it = map(lambda v: v * scale, x)
    first = next(it)
    scale = x[0]
    return first + next(it)
""",
        "next(it)",
    ),
    Refusal(
        "effects_of_an_iterator_here_and_there",
        """
def f(x):
    seen = []

    def noted(v):
        seen.append(v)
        return v

    it = map(noted, x)
    first = next(it)
    return first * sum(seen) + next(it)
""",
        "map(noted, x)",
    ),
    Refusal(
        "iterator_as_an_array",
        """
def f(x):
    return np.sum(np.array(v * v for v in x))
""",
        "np.array(v * v for v in x)",
    ),
    Refusal(
        "endless_generator_as_a_list",
        """
def halving(v):
    while True:
        yield v
        v = v * 0.5


def f(x):
    total = 0.0
    for v, w in zip(halving(x[0]), halving(x[1])):
        total += v * w
        if total > 9.0:
            break
    return total
""",
        "zip(halving(x[0]), halving(x[1]))",
    ),
    Refusal(
        "generator_that_receives",
        """
def steps(x):
    for v in x:
        scale = yield v


def f(x):
    return sum(steps(x))
""",
        "yield v",
    ),
)

TOGETHER = (
    Refusal(
        "yield_inside_a_try",
        """
def roots(x):
    for v in x:
        try:
            yield np.sqrt(v)
            v = v * 2.0
        except ValueError:
            yield v


def f(x):
    return sum(roots(x))
""",
        "yield np.sqrt(v)",
    ),
    Refusal(
        "name_assigned_by_an_inner_finally",
        """
def f(x):
    parts = []
    try:
        try:
            parts.append(np.linalg.inv(np.outer(x, x))[0, 0])
        finally:
            n = len(parts)
    except np.linalg.LinAlgError:
        parts.append(x[0] * n)
    return sum(parts)
""",
        "n)",
    ),
)

CONTAINERS = (
    Refusal(
        "every_other_element_deleted_from_a_list_of_unknown_length",
        """
def f(x):
    parts = []
    for v in x:
        parts.append(v * v)
    del parts[::2]
    return sum(parts)
""",
        "del parts[::2]",
    ),
    Refusal(
        "rows_ordered_by_their_elements",
        """
def f(x):
    rows = sorted([x * 2.0, x])
    return rows[0][0]
""",
        "sorted([x * 2.0, x])",
    ),
)

CONTEXTS = (
    Refusal(
        "jump_out_of_a_context",
        """
import contextlib


@contextlib.contextmanager
def doubled(x):
    yield 2.0 * x


def f(x):
    total = 0.0
    for v in x:
        with doubled(v) as y:
            if y < 0.0:
                continue
            total += y
    return total
""",
        "continue",
    ),
    Refusal(
        "changed_while_it_is_accumulated",
        """
import itertools


def f(x):
    items = [x[0], x[1], x[2]]

    def add(total, v):
        items[2] += v
        return total + v

    totals = list(itertools.accumulate(items, add))
    return totals[2]
""",
        "list(itertools.accumulate(items, add))",
    ),
    Refusal(
        "function_with_a_count_of_its_own",
        """
def visit(g, n):
    return 0.0 if n < 0 else g(n) + visit(g, n - 1)


def f(x, n):
    count = 0

    def mark(k):
        nonlocal count
        count += 1
        return x * count

    return visit(mark, n) + count
""",
        "visit(g, n - 1)",
        (0.5, 3),
    ),
)

LANGUAGE = (*CONTEXTS, *RANDOMNESS, *EXCEPTIONS, *GENERATORS, *TOGETHER, *CONTAINERS)
