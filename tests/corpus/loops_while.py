"""`while`, `break`, `continue` and `else` on loops: trip counts that depend on the data."""

import numpy as np

from tests.corpus.registry import array, case, floats, numpy_scalars


def doubling(x):
    y = x
    while y < 10.0:
        y = y * 2.0 + x
    return y


def counted(x, n):
    i = 0
    y = 1.0
    while i < n:
        y = y * x + i
        i += 1
    return y


def never_entered(x):
    y = x * x
    while y < 0.0:
        y = y + x
    return y * 3.0


def newton_until_converged(x):
    r = x
    step = 1.0
    while abs(step) > 1e-10:
        step = (r * r - x) / (2.0 * r)
        r = r - step
    return r


def bisection_free_halving(x):
    t = 1.0
    while np.sum((x - t * x) ** 2) < 0.25 * np.sum(x * x):
        t = t * 0.7
    return np.sum(x * x) * t


def broken_out(x):
    y = x
    for i in range(20):
        y = y * 1.3
        if y > 5.0:
            break
    return y * x


def broken_at_once(x):
    y = x
    for i in range(5):
        if x > 0.0:
            break
        y = y * 2.0
    return y + x


def never_broken(x):
    y = x
    for i in range(5):
        y = y * 1.1
        if y > 1000.0:
            break
    return y


def break_between_statements(x):
    y = x
    z = x
    for i in range(10):
        y = y * 1.5
        if y > 4.0:
            break
        z = z + y * y
    return y + z


def skipped(x):
    s = 0.0
    for i in range(7):
        if i % 3 == 1:
            continue
        s = s + x**i
    return s


def skipped_by_value(x):
    s = 0.0
    for v in x:
        if v < 0.0:
            continue
        s = s + v * v
    return s


def skip_and_break(x):
    s = x
    for i in range(12):
        if i % 2 == 0:
            continue
        s = s * 1.4
        if s > 6.0:
            break
        s = s - 0.1 * x
    return s


def loop_with_else(x):
    y = x
    for i in range(6):
        y = y * 1.2
        if y > 3.0:
            break
    else:
        y = y * y
    return y + x


def while_with_else(x):
    y = x
    n = 0
    while y < 4.0:
        y = y * 1.5
        n += 1
        if n == 4:
            break
    else:
        y = y * 10.0
    return y


def while_true(x):
    y = x
    n = 0
    while True:
        y = np.cos(y)
        n = n + 1
        if n >= 5:
            break
    return y * x


def two_exits(x):
    y = x
    n = 0
    while True:
        y = y * 1.7
        if y > 8.0:
            y = y + 1.0
            break
        n = n + 1
        if n == 3:
            y = y * x
            break
    return y


def while_with_continue(x):
    i = 0
    y = x
    while i < 8:
        i += 1
        if i % 2 == 1:
            continue
        y = np.sin(y) + 0.2 * i * x
    return y


def compound_condition(x):
    n = 0
    y = x
    while n < 10 and y < 5.0:
        y = y * y + 0.3
        n += 1
    return y


def negated_condition(x):
    done = False
    y = x
    while not done:
        y = y * 1.9 + 0.1
        done = y > 3.0
    return y


def fixed_point_of_arrays(a, b):
    x = np.zeros_like(b)
    for _ in range(60):
        new = np.tanh(a @ x + b)
        if np.max(np.abs(new - x)) < 1e-13:
            break
        x = new
    return x


def steepest_descent(a, b):
    x = b
    for _ in range(30):
        r = b - a @ x
        if r @ r < 1e-3:
            break
        x = x + (r @ r) / (r @ a @ r) * r
    return x @ x


def _each(*values):
    return (*map(floats, values), *map(numpy_scalars, values))


def _contraction(rng):
    return 0.3 * rng.normal(size=(3, 3)), rng.normal(size=3)


def _positive_system(rng):
    m = rng.normal(size=(3, 3))
    return m @ m.T + 2.0 * np.eye(3), rng.normal(size=3)


CASES = [
    case(doubling, *_each(0.7, 12.0), lambda rng: (np.array(0.7),)),
    case(counted, lambda rng: (0.7, 0), lambda rng: (0.7, 4), lambda rng: (np.ones(3), 4)),
    case(never_entered, *_each(0.7), lambda rng: (np.array(0.7),)),
    case(newton_until_converged, *_each(0.7, 9.0)),
    case(bisection_free_halving, array(3), array(2, 2)),
    case(broken_out, *_each(0.7, 7.0)),
    case(broken_at_once, *_each(0.7, -0.7)),
    case(never_broken, *_each(0.7)),
    case(break_between_statements, *_each(0.7, 0.01)),
    case(skipped, *_each(0.7), array(3), array(2, 2), tags="holomorphic"),
    case(skipped_by_value, array(5), array(4, high=-0.1)),
    case(skip_and_break, *_each(0.7, 3.1)),
    case(loop_with_else, *_each(0.7, 1.7)),
    case(while_with_else, *_each(0.7, 1.7, 5.0)),
    case(while_true, *_each(0.7), array(3), tags="holomorphic"),
    case(two_exits, *_each(0.3, 3.0)),
    case(while_with_continue, *_each(0.7), array(3), tags="holomorphic"),
    case(compound_condition, *_each(0.7, 1.3)),
    case(negated_condition, *_each(0.7)),
    case(fixed_point_of_arrays, _contraction, wrt=(0, 1)),
    case(steepest_descent, _positive_system, wrt=(0, 1)),
]
