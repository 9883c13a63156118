"""Iterators that have come to their end, and functions that return out of loops over them."""

import numpy as np

from tests.corpus.registry import array, case


def squares(x):
    for v in x:
        yield v * v


def checked(v):
    if v > 0.9:
        raise ValueError("too large")
    return v * v


def ended_before_the_list_grew(x):
    items = [v * x[0] for v in x]
    it = iter(items)
    total = next(it)
    for v in it:
        total += v * v
    items.append(total)
    return sum(items) + 3.0 * sum(it) + next(it, 0.5)


def left_before_the_list_grew(x):
    items = [np.sin(v) for v in x]
    it = iter(items)
    total = 0.0
    for v in it:
        total += v
        if total > 0.4:
            break
    items.append(total * total)
    return sum(items) + 3.0 * sum(it)


def asked_for_more_than_there_was(x):
    items = [v * v for v in x]
    it = iter(items)
    total = 0.0
    for k in range(6):
        total += next(it, 0.1) * (k + 1)
    items.append(total)
    return total + sum(it)


def ended_in_lockstep(x):
    items = [v * v for v in x[:3]]
    first, second, third = iter(items), iter(items), iter(items)
    total = 0.0
    for v, w in zip(first, x, strict=False):
        total += v * w
    for w, v in zip(x, second, strict=False):
        total += v * w * w
    for w, v in zip(squares(x), third, strict=False):
        total = total * 0.5 + v * w
    items.append(total)
    return sum(first) + 2.0 * sum(second) + 3.0 * sum(third) + total


def ended_on_one_path(x):
    items = [x[0], x[1] * x[2]]
    it = iter(items)
    total = 1.0
    if x[0] > 0.0:
        for v in it:
            total += v
    items.append(x[3])
    return total * sum(it) + sum(items)


def returned_from_a_loop_in_a_loop(x):
    for v in squares(x):
        for w in x:
            if w > v:
                return v * w * x[0]
    return np.sum(x * x)


def returned_what_is_left(x):
    it = (v * w for v, w in zip(x, x[::-1], strict=True))
    for v in it:
        for w in x:
            if w < 0.3:
                return 3.0 * sum(it) + v * w
    return 2.0 * sum(x)


def returned_by_a_handler(x):
    for v in squares(x):
        for w in x:
            try:
                checked(w + x[1])
            except ValueError:
                return v * w
    return np.sum(x)


def pair(x):
    for v in squares(x):
        for w in x:
            if w > 0.2:
                return x * v, w
    return x, x[0]


def returned_several(x):
    scaled, w = pair(x)
    return np.sum(scaled * x) * w


CASES = [
    case(f, array(4, low=-0.9, high=1.4), array(4, low=0.1, high=0.4))
    for f in (
        ended_before_the_list_grew,
        left_before_the_list_grew,
        asked_for_more_than_there_was,
        ended_in_lockstep,
        ended_on_one_path,
        returned_from_a_loop_in_a_loop,
        returned_what_is_left,
        returned_by_a_handler,
        returned_several,
    )
]
