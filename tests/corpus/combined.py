"""Features of the language in combination: objects, closures, containers, iteration, matching."""

import functools
import itertools
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tests.corpus.registry import array, case, floats


class Point(NamedTuple):
    a: float
    b: float

    def squared(self):
        return self.a**2 + self.b**2

    @property
    def product(self):
        return self.a * self.b


@dataclass
class Layer:
    w: float
    b: float
    act: str = "tanh"

    def __call__(self, x, *, scale=1.0):
        z = x * self.w + self.b
        match self.act:
            case "tanh":
                return np.tanh(z) * scale
            case "square":
                return z * z * scale
            case _:
                return z


@dataclass
class Net:
    layers: list

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Grid:
    def __init__(self, n):
        self.cells = np.zeros(n)
        self.written = []

    def __getitem__(self, k):
        return self.cells[k]

    def __setitem__(self, k, v):
        self.cells[k] = v
        self.written.append(v)

    def __len__(self):
        return self.cells.shape[0]


class Vector:
    def __init__(self, a):
        self.a = a

    def __add__(self, other):
        return Vector(self.a + other.a)

    def __mul__(self, other):
        return Vector(self.a * (other.a if isinstance(other, Vector) else other))

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.a)

    def __getitem__(self, k):
        return self.a[k]

    def __len__(self):
        return len(self.a)

    @classmethod
    def twice(cls, a):
        return cls(2.0 * a)


class Scaled:
    factor = 2.0

    def __init__(self, w):
        self.w = w

    def apply(self, x):
        return self.inner(x) * self.factor

    def inner(self, x):
        return x * self.w


class Shifted(Scaled):
    def __init__(self, w, b):
        super().__init__(w)
        self.b = b

    def inner(self, x):
        return super().inner(x) + self.b


def compose(*functions):
    def composed(v):
        for function in functions:
            v = function(v)
        return v

    return composed


def doubling(function):
    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        return 2.0 * function(*args, **kwargs)

    return wrapped


@doubling
def product(a, b=1.0):
    return a * b


def even(v, n):
    return v if n == 0 else odd(v * 1.1, n - 1)


def odd(v, n):
    return -v if n == 0 else even(v * v, n - 1)


def functions_in_a_dict(x):
    operations = {"s": np.sin, "c": np.cos, "p": lambda v, p=3: v**p}
    found = {name: np.sum(f(x)) for name, f in operations.items()}
    for name, f in operations.items():
        found[name] = found[name] * np.sum(f(x * 0.5))
    return found["s"] * found["c"] + operations["p"](x[0], p=2)


def layers_with_keywords(x):
    first, second = Layer(x[0], x[1]), Layer(w=x[2], b=0.1, act="square")
    return first(0.5, scale=2.0) * second(x[0]) + Net([first, second])(0.3)


def early_returns_in_recursion(x):
    def power(v, n):
        if n <= 1:
            return v
        if v > 1.2:
            return v * 2.0
        return v * power(v * 0.9, n - 1)

    return power(x[0], 4) + power(x[2] * 2.0, 5)


def nested_comprehensions(x):
    table = [[a * b for b in x if b > 0.0] for a in x]
    return sum(sum(row) for row in table) + sum(
        x[i] * x[j] for i in range(3) for j in range(3) if i != j and (i + j) % 2 == 0
    )


def matched_named_tuple(x):
    point = Point(x[0], b=x[1])
    match point:
        case Point(a=a, b=b):
            y = a * b
    moved = point._replace(a=x[2])
    return y + point.squared() * moved.product + moved._asdict()["b"]


def replaced_data_class(x):
    layer = Layer(x[0], x[1])
    for _ in range(3):
        layer = replace(layer, w=layer.w * 0.9 + layer.b)
    return layer.w * layer.b


def composed_functions(x):
    chain = compose(np.sin, lambda v: v * v, functools.partial(np.multiply, 0.5))
    return np.sum(chain(x)) + product(x[0], b=x[1])


def own_subscripts(x):
    grid = Grid(3)
    for i in range(len(grid)):
        grid[i] = x[i] * 2.0
    grid[0] += x[1]
    return np.sum(grid[0:2]) + grid[-1] * len(grid) + sum(grid.written)


def own_operators(x):
    v = Vector(x) + 2.0 * Vector.twice(x) * Vector(np.sin(x))
    w = -v
    return np.sum(w.a) + v[0] * len(v)


def inherited_methods(x):
    model = Shifted(x[0], x[1])
    model.w = model.w * 2.0
    return model.apply(x[2]) + model.factor


def mutual_recursion(x):
    return even(x[0], 3) + odd(x[1], 4)


def doubly_nested_nonlocal(x):
    def outer(a):
        s = a

        def middle(b):
            nonlocal s

            def inner(c):
                nonlocal s
                s = s + c * b

            inner(a)
            inner(b)
            return s

        return middle(a * 2.0) + s

    return outer(x[0]) * outer(x[1])


def walrus_in_a_condition(x):
    if (n := len(x)) > 2 and (s := np.sum(x)) > -9.0:
        return s * s / n
    return x[0]


def lists_grown_and_joined(x):
    parts = [*x, x[0] * 2.0, *x[:1]]
    parts.extend(x)
    parts.extend([x[1] ** 2])
    table = {"a": parts[0]}
    table.update(b=parts[-1], c=x[2])
    return sum(parts) * parts[3] + table["a"] * table["b"] * table["c"]


def combinations(x):
    s = sum(a * b for a, b in itertools.pairwise(x))
    for i, j in itertools.combinations(range(3), 2):
        s += x[i] * x[j] ** 2
    for name, _ in itertools.product("ab", repeat=2):
        s = s * 1.1 if name == "a" else s + x[0]
    return s + sum(itertools.chain(x, [x[0]])) * sum(itertools.accumulate(x))


def defaults_and_collected_arguments(x):
    def combined(a, *rest, k=2.0, **named):
        total = a * k
        for r in rest:
            total += r * r
        for v in named.values():
            total *= v
        return total

    return combined(x[0], x[1], x[2], k=x[1], m=x[2], n=3.0)


def walrus_loop(x):
    count, y = 0, x
    while (y := y * 0.7) > 0.1:
        count += 1
        if count > 10:
            raise RuntimeError("too many")
    return y * count + x


CASES = [
    *(
        case(f, array(3))
        for f in (
            functions_in_a_dict,
            layers_with_keywords,
            early_returns_in_recursion,
            nested_comprehensions,
            matched_named_tuple,
            replaced_data_class,
            composed_functions,
            own_subscripts,
            own_operators,
            inherited_methods,
            mutual_recursion,
            doubly_nested_nonlocal,
            walrus_in_a_condition,
            lists_grown_and_joined,
            combinations,
            defaults_and_collected_arguments,
        )
    ),
    case(walrus_loop, floats(0.7)),
]
