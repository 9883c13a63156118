"""Files with classes whose text says all about them."""

from __future__ import annotations

# Each defines `f(x)`.
KNOWN = {
    "defaults_and_calls": """
class Line:
    def __init__(self, w, b=-1.0, more=()):
        self.w, self.b, self.more = w, b, more

    def __call__(self, x):
        return self.w * x + self.b + sum(part(x) for part in self.more)

    def loss(self, x, *, power=2):
        return np.sum(self(x) ** power)


def f(x):
    return Line(3.0).loss(x) + Line(x, 2.0, (Line(2.0), Line(1.0))).loss(x, power=3)
""",
    "one_above_the_other": """
class First:
    rate = 2.0

    def __init__(self, v):
        self.v = v

    def value(self):
        return self.rate * self.v


class Second(First):
    rate = 3.0

    def __init__(self, v, u):
        super().__init__(v)
        self.u = u

    def value(self):
        return super().value() * self.u + First.value(self)


class Beside:
    def value(self):
        return super().value() * self.v


class Third(Beside, Second):
    pass


def f(x):
    found = Third(x, x * x)
    return np.sum(found.value()) if isinstance(found, First) else 0.0
""",
    "methods_of_two_names": """
class Dual:
    def __init__(self, a):
        self.a = a

    def __add__(self, other):
        return Dual(self.a * 2.0 + other)

    __radd__ = __add__


def f(x):
    return np.sum((1.0 + Dual(x) + x * x).a)
""",
    "properties": """
import functools


class Level:
    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v * 2.0

    @v.setter
    def v(self, new):
        self._v = new + 1.0

    @functools.cached_property
    def square(self):
        return self._v**2

    @staticmethod
    def half(a):
        return a / 2.0

    @classmethod
    def of(cls, a):
        return cls(a * 3.0)


def f(x):
    level = Level.of(x)
    before = np.sum(level.square)
    level.v = level.v * x
    return np.sum(level.half(level.v)) + before + np.sum(level.square)
""",
    "data_classes": """
import dataclasses
from dataclasses import dataclass, field
from typing import ClassVar as Shared


@dataclass
class Sum:
    a: float
    b: float = 2.0
    more: list = field(default_factory=list)
    scale: Shared[float] = 0.5

    def total(self):
        return self.scale * (self.a * self.b + sum(self.more))


@dataclasses.dataclass(frozen=True, order=True)
class Ranked:
    rank: int
    part: Sum = field(compare=False)


def f(x):
    first, second = Sum(np.sum(x**2)), Sum(x[0], x[1])
    first.more.append(x[0] * x[2])
    best = min(Ranked(2, first), Ranked(1, second))
    changed = dataclasses.replace(first, b=x[2])
    return best.part.total() + first.total() * changed.total()
""",
    "operators": """
class Pair:
    __slots__ = ("items",)

    def __init__(self, items):
        self.items = items

    def __add__(self, other):
        return Pair([a + b for a, b in zip(self.items, other.items)])

    def __getitem__(self, k):
        return self.items[k]

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        for item in self.items:
            yield item * 2.0


def f(x):
    pair = Pair([x[0], x[1]]) + Pair([x[1] * x[2], 2.0])
    return sum(a * a for a in pair) + pair[0] * len(pair)
""",
    "taken_one_by_one": """
class Powers:
    def __init__(self, x, n):
        self.x, self.n, self.k = x, n, 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.k >= self.n:
            raise StopIteration
        self.k += 1
        return self.x**self.k


def f(x):
    total = 0.0
    for power in Powers(x, 3):
        total = total + np.sum(power)
    return total
""",
    "made_in_a_loop": """
class Motion:
    def __init__(self, p, v):
        self.p, self.v = p, v

    def step(self, dt):
        return Motion(self.p + dt * self.v, self.v - dt * self.p)


def f(x):
    now, seen = Motion(x, x * 0.5), []
    for _ in range(4):
        now = now.step(0.1)
        seen.append(now)
    if x[0] > 0.0:
        seen[0], seen[1] = seen[1], seen[0]
    return np.sum(seen[0].p * seen[3].v)
""",
    "constants": """
SCALE = 2.0


class Settings:
    \"\"\"What is set.\"\"\"

    rate = 0.1 * SCALE
    pair: tuple = (1.0, 3)
    name = "cube"
    twice = 2 * rate
    later: float


SCALE = 5.0


def f(x):
    power = Settings.pair[1] if Settings.name == "cube" else 1
    return np.sum(x**power) * Settings.rate * Settings.twice * SCALE
""",
    "each_other": """
class Node:
    def __init__(self, v, leaf=None):
        self.v, self.leaf = v, leaf

    def grow(self):
        return Leaf(self, self.v * WEIGHTS)


class Leaf:
    def __init__(self, node, w):
        self.node, self.w = node, w

    def up(self):
        return Node(self.w * self.node.v, self)


WEIGHTS = np.array([1.0, 2.0, 4.0])


def f(x):
    node = Node(x).grow().up()
    return np.sum(node.v * node.leaf.w)
""",
    "another_of_the_name": """
class Law:
    rate = 2.0

    def of(self, x):
        return x * self.rate


class Old(Law):
    pass


class Law:
    rate = 5.0

    def of(self, x):
        return x * x * self.rate


def f(x):
    return np.sum(Law().of(x)) + np.sum(Old().of(x))
""",
    "private_names": """
class Base:
    __rate = 2.0

    def __init__(self, v):
        self.__v = v

    def __twice(self):
        return self.__v * self.__rate

    def square(self):
        return self.__twice() ** 2


class Derived(Base):
    def __init__(self, v):
        super().__init__(v)
        self.__v = 5.0

    def own(self):
        return self.__v


def f(x):
    found = Derived(x)
    return np.sum(found.square() * found.own())
""",
    "abstract": """
from abc import ABC, abstractmethod


class Shape(ABC):
    @abstractmethod
    def area(self): ...

    def twice(self):
        return 2.0 * self.area()


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2


def f(x):
    return np.sum(Square(x).twice())
""",
    "in_an_arm_that_is_known": """
if SMALL := True:
    pass
if True:

    class Law:
        rate = 2.0
else:

    class Law:
        rate = 3.0


def f(x):
    return np.sum(x * x * Law.rate)
""",
    "true_unless_the_class_says_otherwise": """
class Empty:
    pass


class Room:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


def f(x):
    room = Room(2) if x[0] < 0.0 else None
    weight = 2.0 if Empty() else 5.0
    return np.sum(x) * weight * (3.0 if Room(0) else 7.0) * (1.0 if not room else 4.0)
""",
    "an_object_has_its_own": """
class Box:
    scale = 2.0

    def __init__(self, v):
        self.v = v


BASE = np.zeros(3)
BASE[0] = 2.0


def f(x):
    box = Box(x)
    box.scale = x * 3.0
    return np.sum(box.v * box.scale) + np.sum(Box(x).v) * Box(x).scale + BASE[0]
""",
}
