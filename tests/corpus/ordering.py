"""Builtins that order and select, with keys of every kind; `del`, stars, text and messages."""

import functools
import logging
import time
import warnings

import numpy as np

from tests.corpus.registry import array, arrays, case, floats

log = logging.getLogger(__name__)


def sorted_array(x):
    ordered = sorted(x)
    return ordered[0] * ordered[1] ** 2 + ordered[-1]


def sorted_backwards_by_key(x):
    ordered = sorted([x[0], x[1], x[2]], key=lambda v: v * v, reverse=True)
    return ordered[0] * ordered[1] ** 2


def sorted_by_name(x):
    points = {"b": x[0], "a": x[1], "c": x[2]}
    s = 0.0
    for _, v in sorted(points.items()):
        s = s * 0.5 + v
    for name in sorted(points, key=lambda n: -1 if n == "c" else 0):
        s = s * points[name]
    return s


def sorted_pairs(x):
    pairs = sorted([(v, k) for k, v in enumerate([x[0], x[1], x[2]])], key=lambda p: np.sin(p[0]))
    return pairs[0][0] * pairs[1][0] ** 2


def sorted_rows(x):
    rows = sorted([x * 2.0, x, x - 1.0], key=lambda row: row[0])
    return rows[0][1] * rows[-1][2]


def list_sorted_in_place(x):
    parts = []
    for v in x:
        parts.append(v * v)
    parts.sort(reverse=True)
    names = ["a", "bbb", "cc"]
    names.sort(key=len)
    return parts[0] * parts[1] ** 2 * len(names[1])


def extremes_by_key(x):
    near = min(x, key=lambda v: (v - 0.3) ** 2)
    far = max([x[0], x[1]], key=lambda v: abs(v - 0.3))
    named = max([("a", x[0]), ("b", x[1])], key=lambda pair: pair[0])
    return near * far + named[1] ** 2


def extremes_with_default(x):
    return max([], default=2.0) * x[0] + min(x[x > 9.0], default=x[1] ** 2)


def filtered(x):
    return sum(filter(lambda v: v > 0.1, x)) + sum(filter(None, [x[0], 0.0, x[1]]))


def mapped(x):
    products = map(lambda a, b, c: a * b + c, x, x[::-1], x)
    return sum(products) + sum(map(abs, x))


def reduced(x):
    return functools.reduce(lambda a, b: a * b + a, x) + functools.reduce(max, x, 0.1)


def deleted(x):
    parts = [x[0], x[1], x[2], x[0] * x[1]]
    del parts[0:2]
    table = {"a": x[0], "b": x[1]}
    del table["a"]
    return parts[0] * parts[1] + table["b"]


def message_of(x):
    text = f"{x:.3f} is {'small' if x < 1.0 else 'large'}"
    if x < -5.0:
        raise ValueError(f"{text}: {x!r}")
    return x * x


def message_in_pieces(x):
    template = " of {:.2f} and {last!r}"
    share = " (%.1f%s)"
    text = "x is " + str(x[0]) + template.format(x[1], last=x[2])
    text = text + share % (x[0], "%")
    if x[0] < -5.0:
        raise ValueError(text + repr(x))
    return np.sum(x * x)


def messages(x):
    log.debug("x is %s", x[0])
    logging.debug("sum %g", np.sum(x))
    started = time.perf_counter()
    y = np.sum(np.sin(x))
    log.debug(f"{time.perf_counter() - started:.1f} s")
    if y > 50.0:
        warnings.warn(f"{y} is large", RuntimeWarning, stacklevel=2)
    return y * y


def starred_array(x):
    first, *middle, last = x
    head, *_ = x * 2.0
    squares = [v * v for v in x]
    *rest, end = squares
    return first * last + sum(middle) * head + sum(rest) * end


def pairs_in_order(x, y):
    up = sorted(zip(x, y, strict=True))
    down = sorted(zip(x, y, strict=True), reverse=True)
    return sum((k + 1) * a[0] * b[1] for k, (a, b) in enumerate(zip(up, down, strict=True)))


CASES = [
    case(sorted_array, array(4)),
    case(sorted_backwards_by_key, array(3)),
    case(sorted_by_name, array(3)),
    case(sorted_pairs, array(3)),
    case(sorted_rows, array(3)),
    case(list_sorted_in_place, array(3)),
    case(extremes_by_key, array(4)),
    case(extremes_with_default, array(3)),
    case(filtered, array(4)),
    case(mapped, array(3)),
    case(reduced, array(3)),
    case(deleted, array(3)),
    case(message_of, floats(0.7)),
    case(message_in_pieces, array(3)),
    case(messages, array(3)),
    case(pairs_in_order, arrays((4,), (4,)), wrt=(0, 1)),
    case(starred_array, array(4), array(2)),
]
