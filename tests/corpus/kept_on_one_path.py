"""What only one of the ways through a function keeps for its derivatives: first and second."""

import numpy as np

import sourcead
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


def two_ways(y):
    if y[0] > 0.5:
        u = np.exp(y) * y
        return np.sum(u * u)
    elif y[0] > 0.1:
        return np.sum(np.sin(y) * y)
    return np.sum(y**3)


def gradient_of_two_ways(x):
    return np.sum(sourcead.grad(two_ways)(x) * x)


def by_length(y):
    s = np.exp(y) * y if len(y) > 3 else y**3
    return np.sum(s * s)


def gradient_by_length(x):
    return np.sum(sourcead.grad(by_length)(x) ** 2)


def on_a_grid(x):
    down, across = np.ogrid[0:1:5j, -1.0:1.0:0.5]
    return np.sum(down * x[0] * np.sin(across * x[1])) + np.sum(x**3)


def gradient_on_a_grid(x):
    return np.sum(sourcead.grad(on_a_grid)(x) * x)


def left_early(y, n):
    for k in range(n):
        t = np.exp(y * k)
        if t[0] > 1.1:
            return np.sum(t * y)
        if t[0] > 5.0:
            return np.sum(t * t * y)
    return np.sum(y)


def gradient_of_what_is_left_early(x, n):
    return np.sum(sourcead.grad(left_early)(x, n) ** 2)


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


def open_grid_read(m):
    return np.sum(m[np.ix_([0, 2], [1, 0])] ** 2) + np.sum(m[np.ix_(m[:, 0] > 0.0, [1, 0])] ** 3)


def with_number(k):
    return lambda rng: (rng.uniform(0.2, 1.5, size=3), k)


CASES = [
    case(helper_with_two_ways, with_number(1.0), with_number(-1.0)),
    case(helper_with_two_ways_in_a_loop, with_number(3)),
    case(gradient_of_two_ways, array(3, low=0.6), array(3, low=0.2, high=0.4), array(3, high=0.0)),
    case(gradient_by_length, array(3), array(4)),
    case(gradient_on_a_grid, array(2)),
    case(gradient_of_what_is_left_early, with_number(3), with_number(1)),
    case(two_early_returns, array(4, low=-0.3, high=0.5), array(4, low=-1.0, high=0.0)),
    case(unbound_where_it_is_left, with_number(0.4), wrt=(0, 1)),
    case(open_grid_read, array(3, 3, low=0.1)),
]
