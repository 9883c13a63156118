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
]
