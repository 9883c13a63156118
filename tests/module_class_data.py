"""Files with classes that hold arrays and containers."""

from __future__ import annotations

# Each defines `f(x)`.
WITH_DATA = {
    "arrays_and_containers": """
from dataclasses import dataclass
from typing import ClassVar

BASE = np.ones(3)


class Plant:
    masses = np.array([1.0, 2.0, 3.0])
    doubled = masses * 2.0
    table = {"a": 1.0, "b": 2.0}
    steps = [k * 1.0 for k in range(3)]
    base = BASE
    __own = [1.0, 4.0]

    def force(self, v, key="b"):
        return v * self.masses * self.table[key] + self.doubled * self.__own[1]

    def last(self, v):
        return np.sin(v) * self.steps[2]


class Heavy(Plant):
    masses = np.array([5.0, 5.0, 5.0])

    def force(self, v, key="a"):
        return super().force(v, key) * super().masses * self.masses


@dataclass
class Scaled:
    k: float
    w: ClassVar[np.ndarray] = np.array([1.0, 2.0, 3.0])

    def of(self, v):
        return v * self.w * self.k


BASE[0] = 9.0
Plant.masses[1] = 7.0
Heavy.table["b"] = 6.0
for k in range(3):
    Plant.doubled[k] += k


def f(x):
    total = np.sum(Plant().force(x) * Heavy().force(x, "b")) + np.sum(Heavy().last(x) * Plant.base)
    return total * Plant.table["b"] + np.sum(Scaled(2.0).of(x))
""",
    "choices_in_a_class": """
class Choices:
    axes = [0, 1]
    laws = {"sine": np.sin, "cosine": np.cos}

    def of(self, v, name):
        return self.laws[name](v)


def f(x):
    rows = np.sum(np.outer(x, x * x), axis=Choices.axes[1])
    return np.sum(Choices().of(x, "sine") * Choices.laws["cosine"](x) * rows)
""",
    "a_registry_of_instances": """
class Layer:
    made = []

    def __init__(self, w):
        self.w = w
        Layer.made.append(w)


class Wide(Layer):
    pass


FIRST, SECOND = Layer(2.0), Wide(3.0)
K = sum(Layer.made) * len(Layer.made)


def f(x):
    return np.sum(x * x) * K
""",
}
