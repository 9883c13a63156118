"""Functions, and what changes between calls of them."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import sys
import types
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

X = np.array([0.3, -0.7, 1.1])
Case = tuple[Callable[..., Any], list[Callable[[], object]]]
CASES: list[Callable[[], Case]] = []


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    """A maker of a function and of what is changed, one thing after the other."""
    CASES.append(make)
    return make


def by_kind(x, kind):
    return np.sum(x) if kind == "plain" else np.sum(x * x)


def of_kind(x, scale=2.0, *, kind="plain"):
    return scale * (np.sum(x) if kind == "plain" else np.sum(x * x))


# Partial functions and defaults ----------------------------------------------------------------


def _partial(changes: dict[str, Any]) -> Case:
    made = functools.partial(functools.partial(of_kind, kind="plain"), scale=3.0)
    return made, [functools.partial(made.keywords.update, {k: v}) for k, v in changes.items()]


@case
def keywords_of_a_partial_function() -> Case:
    return _partial({"scale": 5.0, "kind": "other"})


@case
def keywords_of_other_types() -> Case:
    return _partial({"scale": 2, "kind": None})


@case
def keywords_that_come_and_go() -> Case:
    made = functools.partial(of_kind, kind="other")
    return made, [lambda: made.keywords.pop("kind"), lambda: made.keywords.update(kind="other")]


@case
def a_partial_function_in_reach() -> Case:
    inner = functools.partial(of_kind, kind="other")

    def f(x):
        return inner(x)

    return f, [lambda: inner.keywords.update(scale=4.0), lambda: inner.keywords.pop("kind")]


def copied(function: Any) -> Any:
    """A function of its own with the code of another one."""
    made = types.FunctionType(function.__code__, globals(), "made", function.__defaults__)
    made.__kwdefaults__ = dict(function.__kwdefaults__)
    return made


def _other_defaults(f: Any) -> list[Callable[[], object]]:
    return [
        lambda: setattr(f, "__defaults__", (4.0,)),
        lambda: f.__kwdefaults__.update(kind="other"),
        lambda: setattr(f, "__kwdefaults__", {"kind": "plain"}),
    ]


@case
def defaults() -> Case:
    f = copied(of_kind)
    return f, _other_defaults(f)


@case
def defaults_of_a_callee() -> Case:
    callee = copied(of_kind)

    def f(x):
        return callee(x)

    return f, _other_defaults(callee)


@case
def defaults_of_what_a_partial_function_calls() -> Case:
    callee = copied(of_kind)
    return functools.partial(callee, scale=3.0), _other_defaults(callee)


@case
def an_object_as_a_default() -> Case:
    settings = {"kind": "plain"}

    def callee(x, settings=settings):
        return by_kind(x, settings["kind"])

    return lambda x: callee(x), [lambda: settings.update(kind="other")]


# Classes and objects ---------------------------------------------------------------------------


def _model() -> tuple[Any, Any, Any]:
    class Base:
        kind = "plain"
        scale = 2.0
        table: ClassVar[dict[str, str]] = {"kind": "plain"}

        @property
        def twice(self):
            return 2.0 * self.scale

        @staticmethod
        def step(x):
            return np.sum(x)

    class Model(Base):
        def __init__(self):
            self.nested = {"layers": ["plain", [1.0, 2.0]]}

        def cost(self, x):
            return self.scale * by_kind(x, self.kind)

        def through_property(self, x):
            return self.twice * np.sum(x * x)

        def through_step(self, x):
            return self.step(x)

        def through_table(self, x):
            return by_kind(x, self.table["kind"])

        def through_nested(self, x):
            return by_kind(x, self.nested["layers"][0]) * self.nested["layers"][1][0]

    return Base, Model, Model()


@case
def attributes_of_a_class_and_its_base() -> Case:
    base, cls, model = _model()
    return model.cost, [
        lambda: setattr(base, "kind", "other"),
        lambda: setattr(base, "scale", 3.0),
        lambda: setattr(cls, "kind", "plain"),
        lambda: setattr(model, "kind", "other"),
        lambda: delattr(model, "kind"),
    ]


@case
def methods_and_properties() -> Case:
    base, _, model = _model()

    def three_times(self):
        return 3.0 * self.scale

    def squared(x):
        return np.sum(x * x)

    def f(x):
        return model.through_property(x) + model.through_step(x)

    return f, [
        lambda: setattr(base, "twice", property(three_times)),
        lambda: setattr(base, "step", staticmethod(squared)),
        lambda: setattr(base, "twice", 1.0),
    ]


@case
def what_a_class_and_an_object_hold() -> Case:
    base, _, model = _model()

    def f(x):
        return model.through_table(x) + model.through_nested(x)

    return f, [
        lambda: base.table.update(kind="other"),
        lambda: setattr(base, "table", {"kind": "plain"}),
        lambda: model.nested["layers"].__setitem__(0, "other"),
        lambda: model.nested["layers"][1].__setitem__(0, 5.0),
        lambda: setattr(model, "__dict__", {"nested": {"layers": ["plain", [7.0]]}}),
    ]


@case
def classes_of_objects() -> Case:
    _, cls, model = _model()

    class Other(cls):
        def cost(self, x):
            return np.sum(np.sin(x))

    class Third:
        def cost(self, x):
            return np.sum(np.exp(x))

    class Inheriting(Other):
        pass

    inheriting = Inheriting()

    def f(x):
        return model.cost(x) + inheriting.cost(x)

    return f, [
        lambda: setattr(model, "__class__", Other),
        lambda: setattr(Inheriting, "__bases__", (Third,)),
    ]


@case
def slots() -> Case:
    @dataclasses.dataclass(slots=True)
    class Settings:
        kind: str = "plain"
        scale: float = 2.0

    settings = Settings()

    def f(x):
        return settings.scale * by_kind(x, settings.kind)

    return f, [
        lambda: setattr(settings, "scale", 3.0),
        lambda: setattr(settings, "kind", "other"),
    ]


@case
def types_of_attributes() -> Case:
    held = types.SimpleNamespace(k=2.0)

    def f(x):
        return np.sum(held.k * x * x)

    values = (3.0, 2, True, np.float32(1.5), np.ones(3), np.ones(1), 2.0 * np.ones(3))
    return f, [functools.partial(setattr, held, "k", value) for value in values]


@case
def lists_of_objects_and_functions() -> Case:
    models = [types.SimpleNamespace(k=float(k), f=f) for k, f in enumerate((np.sin, np.cos))]

    def f(x):
        total = 0.0
        for model in models:
            total += model.k * np.sum(model.f(x))
        return total

    return f, [
        lambda: setattr(models[1], "k", 5.0),
        lambda: setattr(models[1], "f", lambda x: x * x),
        models.reverse,
        lambda: models.append(types.SimpleNamespace(k=1.0, f=np.exp)),
    ]


class Side(enum.Enum):
    PLAIN = "plain"
    OTHER = "other"


@case
def members_of_an_enum() -> Case:
    held = [Side.PLAIN]

    def f(x):
        return by_kind(x, held[0].value) + (np.sum(x) if held[0] is Side.OTHER else 0.0)

    return f, [lambda: held.__setitem__(0, Side.OTHER)]


@case
def classes_of_a_function() -> Case:
    class Settings:
        kind = "plain"
        scale = 2.0

    def f(x):
        return Settings.scale * by_kind(x, Settings.kind)

    return f, [
        lambda: setattr(Settings, "scale", 3.0),
        lambda: setattr(Settings, "kind", "other"),
    ]


# Functions, modules, cells, containers ---------------------------------------------------------


@case
def attributes_of_a_function() -> Case:
    def f(x):
        return by_kind(x, getattr(f, "kind", "plain")) * getattr(f, "scale", 1.0)

    return f, [
        lambda: setattr(f, "kind", "other"),
        lambda: setattr(f, "scale", 3.0),
        lambda: delattr(f, "kind"),
    ]


@case
def attributes_of_modules() -> Case:
    module, inner = types.ModuleType("made_settings"), types.ModuleType("made_settings.inner")
    vars(module).update(kind="plain", inner=inner)
    vars(inner).update(kind="plain")
    sys.modules[module.__name__] = module
    held = {"module": module}

    def f(x):
        import made_settings as alias

        return by_kind(x, alias.kind) + by_kind(x, held["module"].inner.kind)

    return f, [
        lambda: setattr(module, "kind", "other"),
        lambda: setattr(inner, "kind", "other"),
    ]


@case
def cells() -> Case:
    kind, scale = "plain", 2.0

    def f(x):
        return scale * by_kind(x, kind)

    def change(new_kind, new_scale):
        nonlocal kind, scale
        kind, scale = new_kind, new_scale

    return f, [
        functools.partial(change, *new)
        for new in (("plain", 3.0), ("other", 3.0), ("other", 3), (None, True))
    ]


@case
def containers() -> Case:
    table: dict[str, Any] = {"kinds": ["plain"], "scale": 2.0, "set": {"a"}}
    counts = collections.OrderedDict(kind="plain")
    numbers = [1.0, 2.0]

    def f(x):
        scale = table["scale"] * (2.0 if "a" in table["set"] else 1.0) * sum(numbers)
        return scale * by_kind(x, table["kinds"][0]) + by_kind(x, counts["kind"])

    return f, [
        lambda: table.update(scale=3.0),
        lambda: table["kinds"].insert(0, "other"),
        lambda: table["set"].clear(),
        lambda: counts.update(kind="other"),
        lambda: numbers.append(5.0),
        lambda: numbers.__setitem__(0, 3),
    ]


@case
def code_of_functions() -> Case:
    def plain(x):
        return np.sum(x)

    def squared(x):
        return np.sum(x * x)

    def f(x):
        return plain(x) + np.sum(x)

    return f, [lambda: setattr(plain, "__code__", squared.__code__)]


@case
def methods_of_containers_and_functions_of_numpy() -> Case:
    table, functions = {"kind": "plain"}, [np.flip]
    get = table.get

    def f(x):
        return by_kind(x, get("kind")) + np.sum(functions[0](x) * np.arange(3.0))

    return f, [
        lambda: table.update(kind="other"),
        lambda: functions.__setitem__(0, np.cumsum),
        lambda: functions.__setitem__(0, np.sin),
    ]


@case
def rows_of_a_linked_list() -> Case:
    last = types.SimpleNamespace(k=3.0, rest=None)
    first = types.SimpleNamespace(k=1.0, rest=types.SimpleNamespace(k=2.0, rest=last))

    def f(x):
        node, total = first, 0.0
        while node is not None:
            total = total + node.k * np.sum(x * x)
            node = node.rest
        return total

    return f, [
        lambda: setattr(last, "k", 7.0),
        lambda: setattr(last, "rest", types.SimpleNamespace(k=1.0, rest=None)),
    ]


@case
def functions_by_class() -> Case:
    @functools.singledispatch
    def of_class(v):
        return np.sum(v)

    return lambda x: of_class(x) * x[0], [
        lambda: of_class.register(np.ndarray, by_square),
        lambda: of_class.register(np.ndarray, np.max),
    ]


def by_square(x):
    return np.sum(x * x)
