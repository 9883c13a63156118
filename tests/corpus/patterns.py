"""`match`: sequences with a rest, mappings, classes by position and by name, guards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.corpus.registry import case


@dataclass
class Point:
    """Matched by position: its class says in which order."""

    x: float
    y: float


def matched_by_structure(x, command):
    match command:
        case [a, *rest] if len(rest) > 1:
            return x * a + rest[0] * x**2 + len(rest)
        case [a, b]:
            return x * a + b
        case {"n": n, "k": k, **others}:
            return x**n * k + len(others) * x
        case {"n": n}:
            return x**n
        case Point(px, y=py):
            return x * px + x * x * py
        case float(v):
            return v * x
        case np.ndarray():
            return np.sum(command * x)
        case None:
            return 7.0 * x
        case _:
            return np.sin(x)


def last_and_first(x):
    match (x, 2.0 * x, x * x, 3.0):
        case first, *_, (last):
            return first * last
    return x


def pairs_of_a_dict(x):
    settings = {"rate": x, "steps": 3, "inner": {"rate": x * x}}
    match settings:
        case {"inner": {"rate": inner}, "steps": 3 | 4 as steps}:
            return inner * steps
        case _:
            return x


def captured_by_alternatives(x, k):
    match (k, x[0], x[1]):
        case (0, a, b) | (1, b, a):
            return a * a * b
        case (2, a, _) | (_, _, a):
            return a * x[2]


def kept_where_nothing_matches(x, k):
    a = 5.0 * x[2]
    match (k, x[0] * x[0]):
        case (0, a):
            total = a
        case (1, b):
            total = a + b
        case _:
            total = a - 1.0
    return total * a


def captured_in_a_loop(x, n):
    value, total = x[0], 0.0
    for k in range(n):
        total = total + value
        match (k % 3, x[1] * k):
            case (0, value):
                pass
            case (1, step):
                value = value + step
            case (_, *rest):
                total = total - rest[0]
    return total * value


def guards_in_their_turn(x, n):
    state, asked, t = ("idle", x[0]), [], 0.0

    def large(t):
        asked.append(t)
        return t > 1.0

    for k in range(n):
        match (k % 2, *state[1:]):
            case (0, t) if large(t):
                state = ("stop", t * x[1])
            case (0 | 1, t) if large(t * 1.5):
                state = ("run", t - x[2])
            case (_, t):
                state = ("idle", t * 2.0)
    return state[1] + sum(asked) * t


COMMANDS = (
    (3.0, 1.0, 2.0),
    (3.0, 1.0),
    (3.0,),
    {"n": 3.0, "k": 2.0, "z": 1.5},
    {"n": 3.0},
    {"m": 3.0, "q": 2.0},
    Point(2.0, 3.0),
    5.0,
    np.ones(2),
    None,
    4,
)

CASES = [
    case(
        matched_by_structure,
        *((lambda rng, command=command: (0.7, command)) for command in COMMANDS),
        tags="holomorphic",
    ),
    case(last_and_first, lambda rng: (0.7,), tags="holomorphic"),
    case(pairs_of_a_dict, lambda rng: (0.7,), tags="holomorphic"),
    *(
        case(f, *((lambda rng, n=n: (rng.uniform(0.3, 1.2, 3), n)) for n in (0, 1, 2, 5)))
        for f in (
            captured_by_alternatives,
            kept_where_nothing_matches,
            captured_in_a_loop,
            guards_in_their_turn,
        )
    ),
]
