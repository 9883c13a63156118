"""Functions that share their lines with others, as people write them."""

# ruff: noqa: C408, E501, E702, E731, RUF012

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

# fmt: off
pair = [lambda x: x * 2.0, lambda x: x * 3.0]
named = dict(low=lambda v: v ** 2, high=lambda v: v ** 3,
             mixed=lambda v: v * np.sin(v), first=lambda v: (lambda w: w * v)(v),
             second=lambda v: (lambda w: w * v)(v * 2.0))
types_of_two = [lambda x: x * x + 2, lambda x: x * x + 2.0, lambda x: x * x + True, lambda x: x * x - 0.0]
broken = (
    lambda x:
        x * 2.0
        + 1.0, lambda x:
        x * 4.0
)
continued = lambda x: x \
    * 6.0; after = lambda x: x \
    * 7.0
chosen = lambda x: (lambda y: y * 2.0 if y > 0 else y)(x); other = lambda x: (lambda y: y * 2.0 if y > 1.5 else y)(x)


def with_defaults(x, f=lambda v: v * 2.0, *, g=lambda v: v * 5.0): return f(x) + 10.0 * g(x)


def made(a): return lambda x: a * x, lambda x: a * x * x, [lambda x: x / a, lambda x: a / x]


class Model:
    __rate = 3.0
    square = lambda self, x: x * x * self.__rate; cube = lambda self, x: x ** 3 * self.__rate
    table = {"a": lambda x: x * 9.0, "b": lambda x: x * 10.0}

    def method(self, x): return (lambda y: y * self.__rate)(x) + self.__hidden(x)

    def __hidden(self, x): return x * x * self.__rate
# fmt: on


def on_one_line() -> Iterator[Callable[[float], float]]:
    yield from pair
    yield from named.values()
    yield from types_of_two
    yield from (*broken, continued, after, chosen, other)
    yield from (with_defaults, with_defaults.__defaults__[0], with_defaults.__kwdefaults__["g"])
    first, second, rest = made(2.5)
    yield from (first, second, *rest)
    model = Model()
    yield from (model.square, model.cube, model.method, *Model.table.values())
    yield from [(lambda x, n=n: x**n) for n in (1, 2, 3)]
    yield from map(lambda k: lambda x: x * k, (2.0, 3.0))
