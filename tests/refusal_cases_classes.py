"""Programs outside the subset: what classes decide by themselves, and what only Python can tell."""

from __future__ import annotations

from tests.refusal_cases import Refusal

SPECIAL = (
    Refusal(
        "array_times_a_plain_object",
        """
class Shift:
    def __rmul__(self, other):
        return other * other


def f(x):
    return np.sum(x * Shift())
""",
        "x * Shift()",
    ),
    Refusal(
        "object_in_a_numpy_function",
        """
class Angle:
    def __init__(self, v):
        self.v = v

    def sin(self):
        return np.sin(self.v)


def f(x):
    return np.sin(Angle(x[0]))
""",
        "np.sin(Angle(x[0]))",
    ),
    Refusal(
        "operator_that_is_no_plain_method",
        """
import functools


class Sum:
    __add__ = functools.partial(max, 1.0)


def f(x):
    return Sum() + x[0]
""",
        "Sum() + x[0]",
    ),
    Refusal(
        "array_updated_with_an_object",
        """
class Own:
    __array_ufunc__ = None

    def __rmul__(self, other):
        return np.sum(other)


def f(x):
    y = x * 2.0
    y *= Own()
    return y
""",
        "y *= Own()",
    ),
    Refusal(
        "truth_that_is_numpys",
        """
class Sign:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        return self.v > 0.0


def f(x):
    return x[0] if Sign(x[1]) else x[2]
""",
        "Sign(x[1])",
    ),
    Refusal(
        "loop_over_an_object",
        """
class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b


def f(x):
    a, b = Pair(x[0], x[1])
    return a * b
""",
        "a, b",
    ),
    Refusal(
        "text_with_an_address",
        """
class Plain:
    pass


def f(x):
    return x[0] * len(f"{Plain()}")
""",
        "Plain()",
    ),
    Refusal(
        "class_made_by_a_metaclass",
        """
class Meta(type):
    def __call__(cls):
        return 5.0


class Made(metaclass=Meta):
    pass


def f(x):
    return x[0] * Made()
""",
        "Made()",
    ),
    Refusal(
        "abstract_class",
        """
import abc


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...


def f(x):
    return x[0] * Shape().area()
""",
        "Shape()",
    ),
    Refusal(
        "class_with_a_finaliser",
        """
class Handle:
    def __del__(self):
        print("closed")


def f(x):
    Handle()
    return x[0]
""",
        "Handle()",
    ),
)

ATTRIBUTES = (
    Refusal(
        "attribute_outside_the_slots",
        """
class Point:
    __slots__ = ("u",)


def f(x):
    p = Point()
    p.u = x[0]
    p.w = x[1]
    return p.u * p.w
""",
        "p.w",
    ),
    Refusal(
        "property_without_a_setter",
        """
class Box:
    @property
    def side(self):
        return 2.0


def f(x):
    b = Box()
    b.side = x[0]
    return b.side
""",
        "b.side",
    ),
    Refusal(
        "private_name_of_another_class",
        """
class Base:
    def __init__(self, v):
        self.__v = v


class Derived(Base):
    def get(self):
        return self.__v


def f(x):
    return Derived(x[0]).get()
""",
        "self.__v",
    ),
    Refusal(
        "attribute_that_the_class_decides_at_run_time",
        """
class Maybe:
    def __init__(self, v):
        self.v = v

    def __getattr__(self, name):
        if self.v > 0.0:
            return self.v
        raise AttributeError(name)


def f(x):
    return x[0] if hasattr(Maybe(x[1]), "w") else x[2]
""",
        'hasattr(Maybe(x[1]), "w")',
    ),
    Refusal(
        "copy_in_a_way_of_its_own",
        """
import copy


class Box:
    def __init__(self, v):
        self.v = v

    def __copy__(self):
        return Box(2.0 * self.v)


def f(x):
    return copy.copy(Box(x[0])).v
""",
        "copy.copy(Box(x[0]))",
    ),
)

KINDS = (
    Refusal(
        "int_or_float_by_path",
        """
def f(x):
    n = 1 if x[0] > 0.0 else 2.0
    return x[1] if isinstance(n + 1, int) else x[2]
""",
        "isinstance(n + 1, int)",
    ),
    Refusal(
        "class_of_the_larger",
        """
def f(x):
    return x[0] if type(max(1, float(x[1]))) is int else x[2]
""",
        "type(max(1, float(x[1])))",
    ),
    Refusal(
        "power_that_may_be_a_fraction",
        """
def f(x):
    n = 2 ** int(x[0])
    return x[1] if isinstance(n, int) else x[2]
""",
        "isinstance(n, int)",
    ),
    Refusal(
        "identity_of_texts",
        """
def f(x):
    name, other = "a long text", "a long text"
    return x[0] if name is other else x[1]
""",
        "name is other",
    ),
    Refusal(
        "identity_of_numbers",
        """
def f(x):
    n, many = len(x), int(x[0])
    return x[0] if n is many else x[1]
""",
        "n is many",
    ),
    Refusal(
        "object_of_another_shape_from_a_function_that_calls_itself",
        """
class Leaf:
    def __init__(self, v):
        self.v = v

class Pair:
    def __init__(self, left, right):
        self.left, self.right = left, right

def spine(n, x):
    end = Leaf(1.0)
    if n == 0:
        return Pair(end, end)
    return Pair(spine(n - 1, x), Leaf(x))

def f(x):
    return spine(1, x[0]).right.v * x[1]
""",
        "def spine(n, x):",
    ),
    Refusal(
        "number_in_a_text_that_has_none",
        """
def f(x):
    return x[0] * float("1.5 m")
""",
        'float("1.5 m")',
    ),
)

CLASSES = (*SPECIAL, *ATTRIBUTES, *KINDS)
