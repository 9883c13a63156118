"""Loops in which arrays change their lengths from turn to turn, and meet others of length 1."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def slice_of_the_turn_before(x):
    total, before = 0.0, x[:1]
    for k in range(1, len(x)):
        now = x[:k] * x[k]
        total += np.sum(before * x[: k + 1]) if k == 1 else np.sum(now * now)
        total += np.sum(now[:1] * before)
        before = now
    return total


def one_long_against_many(x):
    total, before = 0.0, np.ones(1)
    for k in range(1, len(x)):
        now = np.tanh(before[:1] * x[:k])
        total += np.sum(now * before[:1]) + np.sum(before)
        before = now
    return total


def grown_by_one(x):
    grown, total = x[:1] * x[:1], 0.0
    for k in range(1, len(x)):
        total += np.sum(grown[:1] * np.sin(grown))
        grown = np.concatenate([grown, grown[-1:] * x[k]])
    return total + np.sum(grown * grown)


def halved_to_one(x):
    total, part = 0.0, x
    while len(part) > 1:
        smaller = part[::2] * part[0]
        total += np.sum(smaller[:1] * part) + np.sum(np.exp(-smaller * smaller))
        part = smaller
    return total * part[0]


def stretched_once(x, y):
    z = y
    for k in range(3):
        z = np.sin(z * x + k)
    return np.sum(z)


def stretched_in_a_branch(x, y, n):
    z = y
    for k in range(n):
        if k == 1:
            z = z + x
        z = z * np.cos(y)
    return np.sum(z * z)


def list_of_lengths(x):
    parts, total = [x[:1]], 0.0
    for k in range(1, 4):
        parts.append(parts[-1][:1] * x[: 2 * k])
    for part in parts:
        total += np.sum(part * parts[1][:1]) + np.sum(part)
    return total


def list_against_its_neighbour(x):
    parts = []
    for k in range(3):
        parts.append(x[: 1 + 2 * k] ** 2)
    total = 0.0
    for k in range(2):
        total += np.sum(parts[0] * parts[k + 1]) + np.sum(np.tanh(parts[k]))
    return total


def layers_that_narrow(w, x):
    n, h = len(x), x
    weights = [w[: n - k - 1, : n - k] for k in range(n - 1)]
    for v in weights:
        z = v @ h
        h = np.tanh(z) * z[:1] + h[:1]
    return np.sum(h * h)


def inner_loop_of_growing_length(x):
    total, carried = 0.0, x[:1]
    for k in range(1, len(x)):
        row = x[:k]
        for j in range(2):
            row = row * carried[:1] + j
            total += np.sum(row)
        carried = np.cos(row)
    return total + np.sum(carried)


def put_in_place_while_growing(x):
    total, last = 0.0, np.zeros(1)
    for k in range(1, len(x)):
        row = np.zeros(k)
        row += x[:k] * x[k]
        row *= last[:1] + 1.0
        total += np.sum(row * row)
        last = row
    return total + np.sum(last)


CASES = [
    case(slice_of_the_turn_before, array(6)),
    case(one_long_against_many, array(6)),
    case(grown_by_one, array(5)),
    case(halved_to_one, array(9)),
    case(stretched_once, arrays((5,), (1,)), arrays((5,), (5,)), arrays((4, 5), (5,)), wrt=(0, 1)),
    case(
        stretched_in_a_branch,
        lambda rng: (rng.normal(size=5), rng.normal(size=1), 4),
        wrt=(0, 1),
    ),
    case(list_of_lengths, array(7)),
    case(list_against_its_neighbour, array(7)),
    case(layers_that_narrow, arrays((3, 4), (4,)), wrt=(0, 1)),
    case(inner_loop_of_growing_length, array(5)),
    case(put_in_place_while_growing, array(6)),
]
