"""Special methods, attributes and classes as Python has them: which method is asked, and when."""

import copy
import dataclasses
import functools
import operator

import numpy as np

from tests.corpus.registry import arrays, case, floats


class Dual:
    """Numbers that carry a slope, with the operators of numbers."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.slope)
        return Dual(self.value + other.value, self.slope + other.slope)

    __radd__ = __add__

    def __rmul__(self, other):
        return Dual(other * self.value, other * self.slope)

    def __rsub__(self, other):
        return Dual(other - self.value, -self.slope)

    def __neg__(self):
        return Dual(-self.value, -self.slope)

    def __abs__(self):
        return self if self.value > 0.0 else -self

    def __float__(self):
        return float(self.value)

    def __round__(self, digits=0):
        return self.slope * 10.0**digits

    def __divmod__(self, other):
        return self.value, other * self.slope

    def __lt__(self, other):
        return self.value < other.value

    def __bool__(self):
        return self.value > 0.5

    def __str__(self):
        return "a dual number"


class Steep(Dual):
    """A subclass that is asked first where it stands on the right."""

    def __radd__(self, other):
        return Dual(self.value, 10.0 * self.slope + other.slope)

    def __gt__(self, other):
        return self.slope > other.slope


def operators_on_both_sides(x, y):
    first, second = Dual(x, y), Steep(y, x)
    total = first + second + 2.0 * first + (3.0 - second) + sum([first, second])
    return total.value * total.slope


def compared_with_a_subclass(x, y):
    return x * y if Dual(x, y) < Steep(y, x) else y * y


def conversions(x, y):
    d = Dual(x, y)
    a, b = divmod(d, x)
    return float(d) * y + abs(-d).value + round(d) + round(d, 1) * a + b * len(str(d))


def functions_of_the_operator_module(x, y):
    return operator.add(Dual(x, y), Dual(y, x)).slope * operator.neg(Dual(x)).value


def truth_of_objects(x, y):
    d = Dual(x, y)
    return (d and Dual(y)).value + (x if not d else 2.0 * y) + (d or Dual(y)).value


def largest_object(x, y):
    first, second = Dual(x, y), Dual(y, x)
    return max(first, second).slope * 2.0 + min([first, second]).value


class Level:
    """Some operators change it in place, others make a new one."""

    def __init__(self, height):
        self.height = height

    def __iadd__(self, other):
        self.height = self.height + other
        return self

    def __isub__(self, other):
        return Level(self.height - 2.0 * other)

    def __imul__(self, other):
        return NotImplemented

    def __mul__(self, other):
        return Level(self.height * other)


def updated_by_their_own_operators(x, y):
    levels, named = [Level(x), Level(y)], {"top": Level(x)}
    before, top = levels[0], named["top"]
    levels[0] -= y
    levels[1] += x
    named["top"] *= y
    return levels[0].height * before.height + levels[1].height + named["top"].height * top.height


class Table:
    """What is asked by subscripts and by `in`."""

    def __init__(self, values):
        self.values = values

    def __getitem__(self, key):
        if isinstance(key, slice):
            return np.sum(self.values[key]) + key.start
        if isinstance(key, tuple):
            return self.values[key[0]] * key[1]
        return 3.0 * self.values[key]

    def __setitem__(self, key, value):
        self.values[key] = 2.0 * value

    def __contains__(self, value):
        return value > self.values[0]

    def __len__(self):
        return len(self.values)

    def __array__(self, dtype=None, copy=None):
        return self.values


class Position:
    def __init__(self, k):
        self.k = k

    def __index__(self):
        return self.k + 1


def subscripts_of_objects(x, y):
    table = Table(x * y)
    table[1] += x[0]
    return table[1:] * table[0] + table[2, y[1]] * len(table)


class Bag:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        for item in self.items:
            yield 2.0 * item


def loops_over_objects(x, y):
    first, second = Bag(x, y)
    total = 1.0
    for k, item in enumerate(Bag(x, y, first)):
        total = total + k * item
    return total * second + sum(Bag(y, x)) * (x if 2.0 * x in Bag(y, x) else y)


def membership_of_an_object(x, y):
    table = Table(x)
    return (y[0] if y[1] in table else x[1]) * (x[2] if y[2] not in table else y[1])


def object_as_an_index(x, y):
    total = x[Position(0)] * y[Position(1)]
    for k in range(Position(1)):
        total = total + x[k] * [y[0], y[1]][Position(0)]
    return total


def objects_that_are_arrays(x, y):
    return np.sum(x * Table(y)) + np.sum(np.sin(Table(x))) + np.dot(Table(x), y)


class Uncounted:
    """An array leaves its operators to it."""

    __array_ufunc__ = None

    def __init__(self, factor):
        self.factor = factor

    def __rmul__(self, other):
        return np.sum(other) * self.factor


def array_times_an_object(x, y):
    return x * Uncounted(y[0]) + np.float64(2.0) * Uncounted(y[1])


class Named:
    def __init__(self, name, weight):
        self.name, self.weight = name, weight

    def __eq__(self, other):
        return isinstance(other, Named) and self.weight == other.weight


def equal_objects(x, y):
    first, second = Named("a", x), Named("b", x)
    found = first in [Named("c", y), second]
    return (x * y if found and first != Named("d", y) else y) * (2.0 if first == second else 3.0)


# Attributes --------------------------------------------------------------------------------------


class Kelvin:
    """A descriptor that has the name it is given."""

    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, obj, owner=None):
        return getattr(obj, self.name) * 2.0

    def __set__(self, obj, value):
        setattr(obj, self.name, value + 1.0)


class Tripled:
    def __get__(self, obj, owner=None):
        return 3.0 * obj.heat


class Body:
    heat = Kelvin()
    loss = Tripled()

    def __init__(self, heat):
        self.heat = heat
        self.__secret = heat * heat

    def __getattr__(self, name):
        if name.startswith("half_"):
            return 0.5 * self.heat
        raise AttributeError(name)

    def secret(self):
        return self.__secret

    @property
    def cold(self):
        return -self.heat

    @cold.setter
    def cold(self, value):
        self.heat = -value

    @functools.cached_property
    def once(self):
        self.heat = self.heat + 1.0
        return self.heat

    @classmethod
    def made_of(cls, value):
        return cls(2.0 * value)


class Star(Body):
    def __init__(self, heat):
        super().__init__(heat)
        self.__secret = 7.0 * heat

    def both(self):
        return self.__secret * self.secret()

    @classmethod
    def made_of(cls, value):
        return super().made_of(value * value)


def descriptors(x, y):
    body = Body(x)
    body.heat = body.heat * y
    before = body.loss
    body.loss = y
    body.cold = body.cold + x
    return before * body.loss + body.once * body.once + body.heat


def answered_by_getattr(x, y):
    body = Body(x)
    known = (hasattr(body, "half_x"), hasattr(body, "other"), hasattr(body, "cold"))
    return body.half_heat * y * (known == (True, False, True)) + getattr(body, "other", y)


def private_names(x, y):
    return Star(x).both() * y + Star.made_of(y).heat


class Metal:
    rate = 2.0
    powers = (1.0, 3.0)
    table = np.array([1.0, 4.0])


class Steel(Metal):
    pass


class Spring(Steel):
    rate = 5.0
    powers = (7.0, 11.0)
    table = np.array([2.0, 9.0])

    def pull(self, x):
        inner = super()
        return x * inner.rate * self.powers[1] + inner.powers[1] * self.rate * inner.table[1]

    @classmethod
    def tables(cls, x):
        return x * super().table[0] * cls.table[1] + super(Steel, cls).rate


class Coil(Spring):
    rate = 13.0
    table = np.array([17.0, 19.0])

    def pull(self, x):
        return super().pull(x) * super().rate * super(Spring, self).rate


def data_of_bases(x, y):
    return Coil().pull(x) * y + Spring().pull(y) * x + Coil.tables(x) * Spring.tables(y)


class Doubling:
    def __init__(self, v):
        super().__setattr__("plain", v)
        self.v = v

    def __setattr__(self, name, value):
        object.__setattr__(self, name, 2.0 * value)

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        return 3.0 * found if name == "v" else found


class Halving(Doubling):
    def __getattribute__(self, name):
        return 0.5 * object.__getattribute__(self, name)


def hooks_of_attributes(x, y):
    d = Doubling(x)
    d.v = d.v * y
    before = d.v
    object.__setattr__(d, "__class__", Halving)
    return before * d.v + d.plain


@dataclasses.dataclass(order=True)
class Point:
    x: float
    scale: dataclasses.InitVar[float] = 2.0
    seen: list = dataclasses.field(default_factory=list, compare=False)
    norm: float = dataclasses.field(init=False, default=0.0, compare=False)
    shift: float = dataclasses.field(default=0.5, kw_only=True)

    def __post_init__(self, scale):
        self.norm = self.x * scale


@dataclasses.dataclass(frozen=True)
class Fixed:
    x: float
    square: float = dataclasses.field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "square", self.x**2)


def fields_of_data_classes(x, y):
    first, second = Point(x, 3.0), Point(y, shift=x)
    first.seen.append(y)
    less = first < second and first != second
    kept = first == Point(x, 5.0)
    return first.norm * second.shift + len(second.seen) + Fixed(y).square * (2.0 if less else kept)


def copies_of_objects(x, y):
    first = Level(np.array([x, y]))
    shallow, deep = copy.copy(first), copy.deepcopy([first, first])
    first.height[0] = y
    deep[0].height[1] = x
    return np.sum(shallow.height * deep[1].height)


PAIRS = (floats(0.7, 1.2), floats(1.3, 0.4))
VECTORS = (arrays((3,), (3,)), arrays((3,), (3,), low=0.2))

CASES = [
    case(operators_on_both_sides, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(compared_with_a_subclass, *PAIRS, wrt=(0, 1)),
    case(conversions, *PAIRS, wrt=(0, 1)),
    case(functions_of_the_operator_module, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(truth_of_objects, *PAIRS, wrt=(0, 1)),
    case(largest_object, *PAIRS, wrt=(0, 1)),
    case(updated_by_their_own_operators, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(subscripts_of_objects, *VECTORS, wrt=(0, 1), tags="holomorphic"),
    case(loops_over_objects, *PAIRS, wrt=(0, 1)),
    case(membership_of_an_object, *VECTORS, wrt=(0, 1)),
    case(object_as_an_index, *VECTORS, wrt=(0, 1), tags="holomorphic"),
    case(objects_that_are_arrays, *VECTORS, wrt=(0, 1), tags="holomorphic"),
    case(array_times_an_object, *VECTORS, wrt=(0, 1), tags="holomorphic"),
    case(equal_objects, *PAIRS, wrt=(0, 1)),
    case(descriptors, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(answered_by_getattr, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(private_names, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(data_of_bases, *PAIRS, wrt=(0, 1)),
    case(hooks_of_attributes, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(fields_of_data_classes, *PAIRS, wrt=(0, 1)),
    case(copies_of_objects, *PAIRS, wrt=(0, 1), tags="holomorphic"),
]
