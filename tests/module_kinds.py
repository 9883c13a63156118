"""Files with enums, named tuples and instances of data classes at module level."""

from __future__ import annotations

# Each defines `f(x)`.
KINDS = {
    "members_of_enums": """
import enum
from enum import Enum, IntEnum


class Law(Enum):
    LINEAR = (1.0, "line")
    SQUARE = (2.0, "square")
    PLANE = LINEAR

    @property
    def power(self):
        return self.value[0]

    def of(self, v):
        return v**self.power * len(self.value[1])


class Place(IntEnum):
    FIRST = enum.auto()
    LAST = enum.auto()


CHOSEN = Law.SQUARE
TABLE = {"law": CHOSEN, "f": np.sin}


def by_law(v, law=Law.LINEAR):
    match law:
        case Law.LINEAR:
            return v * 5.0
    return law.of(v)


def f(x):
    total = np.sum(by_law(x) * by_law(x, CHOSEN)) * x[Place.LAST] * (Place.FIRST + 1)
    for law in Law:
        total += np.sum(law.of(x)) * (2.0 if law is CHOSEN else 3.0)
    found = Law.PLANE is Law.LINEAR and Law["SQUARE"] is Law((2.0, "square"))
    return total * (7.0 if found else 1.0)
""",
    "named_tuples": """
from collections import namedtuple
from typing import NamedTuple


class Box(NamedTuple):
    low: float
    high: float = 3.0

    @property
    def middle(self):
        return (self.low + self.high) / 2.0

    def moved(self, by):
        return self._replace(low=self.low + by, high=self.high * by)


State = namedtuple("State", ["at", "speed"])


def f(x):
    state = State(x, x)
    for _ in range(3):
        state = State(state.at + 0.1 * state.speed, state.speed - 0.1 * state.at)
    low, high = Box(x[0]).moved(x[1])
    return np.sum(state[0] * state.speed) * 3.0 + low * high * Box(x[2]).middle
""",
    "instances_at_module_level": """
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Model:
    rate: float
    steps: int = 2
    kind: str = "sine"
    weights: np.ndarray = None
    more: list = field(default_factory=list)

    def run(self, v):
        for _ in range(self.steps):
            v = np.sin(v) * self.rate if self.kind == "sine" else v * self.weights
        return v


RATE = 3.0
FIRST = Model(RATE, steps=3)
SECOND, UNUSED = Model(2.0, kind="other", weights=np.arange(3.0)), [Model(5.0)]
UNUSED.append(Model(6.0))
RATE = 7.0


def twice(v, model=FIRST):
    return model.run(model.run(v))


def f(x):
    return np.sum(twice(x) * SECOND.run(x)) * FIRST.rate * RATE * (1 + len(FIRST.more))
""",
    "named tuple of a function that calls itself": """from typing import NamedTuple

class Sum(NamedTuple):
    value: float
    slopes: list

def halves(x, depth):
    if depth == 0:
        return Sum(x[0] * x[1], [x[2], x[0]])
    rest = halves(x[::-1], depth - 1)
    return Sum(rest.value * x[1], rest.slopes)

def f(x):
    total = halves(x, 2)
    return total.value * total.slopes[0] + total[1][1] ** 2
""",
    "named tuple with a dict that is written": """from typing import NamedTuple

class State(NamedTuple):
    u: np.ndarray
    seen: dict

def rate(state, k):
    state.seen["n"] += 1.0
    return -k * state.u * state.seen["n"]

def f(x):
    state = State(x * 1.0, {"n": 0.0})
    for k in range(3):
        state = state._replace(u=state.u + 0.1 * rate(state, x[k]))
    u, seen = state
    return np.sum(u) * seen["n"] + state[0][1]
""",
}
