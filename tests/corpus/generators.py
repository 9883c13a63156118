"""Generator functions: the loop's body stands where they yield."""

import numpy as np

from tests.corpus.registry import array, arrays, case, floats


def squares(x):
    for v in x:
        yield v * v


def pairs(x):
    for i in range(len(x)):
        for j in range(i):
            yield x[i], x[j]


def newton(y, target):
    while True:
        y = 0.5 * (y + target / y)
        yield y


def shrinking(x, n):
    if n > 0:
        yield x
        yield from shrinking(x * 0.9, n - 1)


def some_of(x):
    yield x[0]
    if x[1] > 0.0:
        yield x[1] * 2.0
    yield from squares(x)
    if x[0] > 0.5:
        return
    yield x[2]


class Tree:
    def __init__(self, value, children=()):
        self.value = value
        self.children = children

    def __iter__(self):
        yield self.value
        for child in self.children:
            yield from child


def consumed_by_a_loop(x):
    s = 0.0
    for v in squares(x):
        s = s + np.sin(v) * s + v
    return s


def consumed_by_builtins(x):
    return sum(squares(x)) + max(squares(x)) + np.sum(np.array(list(squares(x))) * x)


def pairwise_energy(x):
    e = 0.0
    for a, b in pairs(x):
        d = a - b
        if d < 0:
            continue
        e += d * d * x[0]
    return e


def endless_with_break(x):
    n = 0
    for y in newton(x, 2.0 + x):
        n += 1
        if n > 4:
            break
    return y * x


def delegated(x):
    return sum(shrinking(x, 3)) * x


def left_early(x):
    total = 0.0
    for k, v in enumerate(some_of(x)):
        total += np.cos(v) * (k + 1)
    return total


def return_in_the_loop(x):
    for v in squares(x):
        if v > 0.5:
            return v * x[0]
    return x[1] ** 3


def else_of_the_loop(x):
    s = 0.0
    for v in squares(x):
        for w in squares(x[:2]):
            s += v * w
            if s > 1.5:
                break
        else:
            s += 2.0 * v
    return s


def writes_in_the_loop(x):
    out = np.zeros(len(x))
    for k, v in enumerate(squares(x)):
        out[k] = v * x[0]
    return np.sum(out**2)


def running_totals(x):
    def totals():
        t = 0.0
        for v in x:
            t = t + v
            yield t

    product = 1.0
    for p in totals():
        product = product * (1.0 + p)
    return product


def tree(x):
    t = Tree(x[0], (Tree(x[1]), Tree(x[2], (Tree(x[0] * x[1]),))))
    return sum(v * v for v in t)


def comprehension(x):
    parts = [np.sin(v) for v in some_of(x)]
    return sum(parts) * parts[1]


def return_in_a_loop_in_the_loop(x, y):
    for a in some_of(x):
        for b in y:
            if a * b > 0.3:
                return a * b * b
    return np.sum(x)


def pair_in_a_while_in_the_loop(x, y):
    p, q = _first_pair(x, y)
    return p * p * q


def _first_pair(x, y):
    for a in (v * y[0] for v in x):
        k = 0
        while k < len(y):
            if a * y[k] > 0.3:
                return a, y[k]
            k += 1
        y = y * 1.1
    return np.sum(y), x[0]


CASES = [
    case(consumed_by_a_loop, array(4)),
    case(consumed_by_builtins, array(4, low=0.2)),
    case(pairwise_energy, array(5)),
    case(endless_with_break, floats(0.7)),
    case(delegated, floats(0.7)),
    case(left_early, array(3, low=0.6), array(3, high=-0.2), array(3)),
    case(return_in_the_loop, array(4), array(4, low=-0.5, high=0.5)),
    case(else_of_the_loop, array(4), array(4, low=-0.5, high=0.5)),
    case(writes_in_the_loop, array(4)),
    case(running_totals, array(4)),
    case(return_in_a_loop_in_the_loop, arrays((4,), (3,)), arrays((4,), (3,), high=-0.2)),
    case(pair_in_a_while_in_the_loop, arrays((4,), (3,)), arrays((4,), (3,), high=0.1)),
    case(tree, array(3)),
    case(comprehension, array(3, low=0.2), array(3)),
]
