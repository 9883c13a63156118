"""What only one of the ways through a function keeps for its derivatives: first and second."""

import numpy as np

from tests.corpus.registry import array, case


def part(y, flag):
    if flag > 0:
        d = y[1:] * y[:-1]
        return np.sum(d * d)
    return np.sum(y**3)


def helper_with_two_ways(y, flag):
    return part(y, flag) + part(2 * y, flag - 1.0)


def helper_with_two_ways_in_a_loop(y, n):
    total = 0.0
    for k in range(n):
        total = total + part(y * k, 1.5 - k)
    return total


def two_early_returns(x):
    s = 1.0
    for i in range(len(x)):
        s = s + x[i]
        if s > 5:
            return np.exp(s)
        if s > 1.1:
            return np.tanh(s)
    return s


def unbound_where_it_is_left(x, s):
    t, u, v = 0.5 * s, 0.3, x
    for _ in x:
        if u < 1.1:
            for _ in x:
                v = x * t
            u, t = t, 0.5 * u
            return x @ x + s * u
        t = t + v @ x
    return t


def changed_where_it_is_there(x, k):
    v = np.outer(x, x)
    w = v
    if x[1] > 0.7:
        w = [v * 1.0, v][k]
    for _ in range(2):
        w[0] = x * w[1]
    return np.sum(v * v) + np.sum(w**3)


def left_unbound_by_a_break(x, most):
    total = 0.0
    for i in range(len(x)):
        if x[i] > most:
            break
        y = x * x[i]
    for j in range(len(x)):
        if i > 0:
            y[j] = y[0] * x[j] + y[j] ** 2
            total += np.sum(y)
    return total + x[1]


def one_of_two_on_one_path(x, s):
    """Which array it is has been decided on one path alone; a loop takes it over."""
    y, z = 2.0 * x, x + 1.0
    if s > 0.5:
        if x[1] > 0.8:
            a = y
        else:
            a = z[np.argmin(x) :]
        a *= s
    else:
        a = np.ones(3)
    while np.sum(a) > 0.5:
        a = a * (0.1 + 0.2 * x[0])
    return np.sum(a) + s * np.sum(x * y * z)


def none_or_one_of_two(x, s):
    y, found = 2.0 * x, None
    if s > 0.5:
        found = x if x[1] > 0.8 else y[1:]
        found *= 3.0 * s
    total = s
    for k in range(3):
        if found is not None:
            total = total + np.sum(found * found) * k
            found = found * x[0]
    return total + np.sum(x * y)


def list_of_two_on_one_path(x, s):
    y, z = [x[0], x[1]], [x[1], x[2]]
    if s > 0.5:
        a = y if x[1] > 0.8 else z
        a[0] = s
    else:
        a = [1.0, s]
    for _ in range(2):
        a = [a[1], a[0] * x[1]]
    return a[0] * s + a[1] + y[0] * z[0]


def with_number(k):
    return lambda rng: (rng.uniform(0.2, 1.5, size=3), k)


def at(second, s):
    return lambda rng: (np.array([0.7, second, 0.3]), s)


CASES = [
    case(helper_with_two_ways, with_number(1.0), with_number(-1.0)),
    case(helper_with_two_ways_in_a_loop, with_number(3)),
    case(changed_where_it_is_there, with_number(0), with_number(1)),
    case(left_unbound_by_a_break, with_number(0.1), with_number(9.0)),
    case(two_early_returns, array(4, low=-0.3, high=0.5), array(4, low=-1.0, high=0.0)),
    case(unbound_where_it_is_left, with_number(0.4), wrt=(0, 1)),
    *(
        case(f, *(at(x1, s) for s in (0.2, 1.3) for x1 in (0.4, 1.1)), wrt=(0, 1))
        for f in (one_of_two_on_one_path, none_or_one_of_two, list_of_two_on_one_path)
    ),
]
