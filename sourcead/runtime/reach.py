"""What a function can reach: the objects behind its names, and all that these hold.

Found from bytecode, so that a look-up in the disk cache parses nothing. Every name a code object
mentions counts, also as an attribute: too many dependencies cost a comparison, one too few would
be a wrong derivative. Objects are described one by one, each under a number, so that what refers
to itself or is very deep is described like anything else.
"""

from __future__ import annotations

import builtins
import functools
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from sourcead.frontend.codes import all_codes, home_of, is_library, is_single_dispatch
from sourcead.runtime.dependencies import Binding, Dependencies, Made
from sourcead.runtime.describe import (
    is_atom,
    is_data,
    is_final,
    literal_text,
    name_of,
)
from sourcead.runtime.insides import OF_PYTHON, Given, elements_of, imported, slots_of, strings_in
from sourcead.runtime.own import bodies_of, operation_of
from sourcead.runtime.watch import NUMBERS, Slots

# Objects of a library's inside each other are followed so far.
DEEPEST = 2
# What a builtin prints is nothing that a derivative depends on.
LIVE = frozenset({"print"})
# What functions and classes tell of themselves; programs that read it are few.
NAMES_OF_CODE = ("__name__", "__qualname__", "__doc__")
# With these a function can ask for attributes that are not there.
ASKING = frozenset({"getattr", "hasattr", "vars", "__dict__", "AttributeError", "Exception"})

# Arguments that are code, or have been given some.
CODE = (
    types.FunctionType, types.MethodType, type, functools.partial, staticmethod, classmethod, Enum,
)  # fmt: skip

Parts = Iterable[tuple[str, Any]]


def dependencies(roots: Iterable[Any]) -> Dependencies:
    """Follow everything that functions, partial functions, methods and classes mention.

    Args:
        roots: the function, and the functions and classes among its arguments.

    Returns:
        What can be reached from them, in a fixed order.
    """
    walk = _Walk(list(roots))
    walk.run()
    return walk.found


def code_among(arguments: Iterable[Any]) -> list[Any]:
    """The functions and classes among arguments; of an object its class, whose methods may run."""
    found: list[Any] = []
    seen: set[int] = set()
    pending = list(arguments)
    while pending:
        value = pending.pop(0)
        if isinstance(value, CODE):
            # One that is passed twice is there twice: which of them are the same counts, too.
            found.append(value)
        elif id(value) not in seen and not is_data(value):
            seen.add(id(value))
            pending += _inside(value)
            if not is_library(type(value).__module__):
                found.append(type(value))
    return found


def _inside(value: Any) -> list[Any]:
    """What a container or an object holds."""
    if isinstance(value, list | tuple | dict):
        return [*(value.values() if isinstance(value, dict) else value)]
    return [*getattr(value, "__dict__", {}).values()]


class _Walk:
    """One walk over the objects that can be reached; each is described once."""

    def __init__(self, roots: list[Any]) -> None:
        self.found = Dependencies(tuple(roots))
        self.asked = {id(root) for root in roots}
        self.roots = roots
        self.numbers: dict[int, int] = {}
        # Objects are kept meanwhile, so that no other one takes the place of one in memory.
        self.pending: deque[tuple[Any, int]] = deque()
        self.kept: list[Any] = []
        self.names: dict[str, None] = {}
        # Strings, by which a function may ask for attributes.
        self.strings: dict[str, None] = {}
        self.modules: list[types.ModuleType] = []
        self.all_modules: dict[int, types.ModuleType] = {}
        self.looked_at: set[int] = set()
        self.classes: list[type] = []
        self.bound: set[tuple[int, str]] = set()
        self.asks = False

    def run(self) -> None:
        self.found.lines.append(" ".join(self.token(root, 0) for root in self.roots))
        while self.pending or self.modules:
            while self.pending:
                self.describe(*self.pending.popleft())
            self.in_modules()
            if self.asks and not self.pending and not self.modules:
                self.names_among_strings()
        self.found.asks = self.asks
        if self.asks:
            for function in self.found.functions:
                self.found.watch.mapping(vars(function))
            self.not_in_libraries()
        self.own_names()
        self.found.watch.take()
        self.found.counted = tuple(self.found.numbers)

    def token(self, value: Any, depth: int) -> str:
        """An object as text: itself where that is short, else its number."""
        text = literal_text(value)
        if text is not None:
            if type(value) is str:
                self.strings[value] = None
            return text
        number = self.numbers.get(id(value))
        if number is not None:
            return f"#{number}"
        self.kept.append(value)
        own = id(value) in self.asked and isinstance(value, types.FunctionType)
        if not own and (self.is_final(value) or depth > DEEPEST):
            self.found.atoms.append(value)
            if isinstance(value, types.ModuleType) and id(value) not in self.looked_at:
                self.modules.append(value)
            return name_of(value)
        self.numbers[id(value)] = len(self.numbers)
        self.found.places[id(value)] = self.numbers[id(value)], value
        self.pending.append((value, depth))
        return f"#{self.numbers[id(value)]}"

    def is_final(self, value: Any) -> bool:
        """Whether there is nothing to look at inside an object, or nothing that can change."""
        if is_single_dispatch(value):
            return False
        if isinstance(value, types.FunctionType):
            return is_library(value.__module__, value.__code__.co_filename)
        return (is_atom(value) and not bodies_of(value)) or is_final(value)

    def describe(self, value: Any, depth: int) -> None:
        """Add the line of an object; what is inside it comes later."""
        head, parts = self.described(value)
        depth += head.startswith("object") and is_library(type(value).__module__)
        rules = [("rule ", body) for body in bodies_of(value)]
        place = self.numbers.get(id(value), -1)
        free = self.owner(value) is not None
        tokens = []
        for label, part in (*parts, *rules):
            if free and type(part) in NUMBERS:
                self.found.numbers.setdefault(place, []).append(repr(part))
                tokens.append(f"{label}{type(part).__name__}")
                continue
            tokens.append(f"{label}{self.token(part, depth)}")
            if id(part) in self.numbers:
                self.found.parts.setdefault(place, set()).add(self.numbers[id(part)])
        self.found.lines.append(f"{head}{operation_of(value)}({', '.join(tokens)})")

    def owner(self, value: Any) -> int | None:
        """The place of an object whose numbers generated code reads when it runs."""
        own = not isinstance(value, (*KINDS, Enum)) and not is_library(type(value).__module__)
        if own or isinstance(value, types.SimpleNamespace) or is_data(value):
            return self.numbers.get(id(value))
        return None

    def described(self, value: Any) -> tuple[str, Parts]:
        """What kind of object it is, and its parts; those that can change are watched."""
        for kind, describe in KINDS.items():
            if isinstance(value, kind):
                return describe(self, value)
        return f"object {name_of(value)}", self.state(value)

    def in_modules(self) -> None:
        """What all names may stand for in modules that are held by objects."""
        modules, self.modules = self.modules, []
        for label, binding in self.labelled(self.members(self.names, modules)):
            self.found.lines.append(f"{label}{self.token(binding, 0)}")

    def names_among_strings(self) -> None:
        """Follow what `getattr` may find by a string."""
        new = {name for name in self.strings if name.isidentifier()}.difference(self.names)
        if new:
            self.names.update(dict.fromkeys(sorted(new)))
            self.modules = [*self.all_modules.values()]

    def not_in_libraries(self) -> None:
        """Note which names that are asked for by strings libraries do not have."""
        for module in self.all_modules.values():
            for name in self.strings if is_library(module.__name__) else ():
                if name.isidentifier() and name not in vars(module):
                    self.absent(name, vars(module))

    def own_names(self) -> None:
        """What functions and classes are called counts where the code reads names and docs."""
        read = tuple(name for name in NAMES_OF_CODE if name in self.names)
        for value in (*self.found.functions, *self.classes) if read else ():
            own = Slots(value, read)
            self.found.watch.items(own)
            self.found.lines.append(", ".join(self.token(part, 0) for part in own))

    # Functions ---------------------------------------------------------------------------------

    def of_function(self, value: Any) -> tuple[str, Parts]:
        if is_single_dispatch(value):
            return "dispatch", self.of_mapping(value.registry)[1]
        self.found.functions[value] = Made.of(value)
        self.found.namespaces.setdefault(home_of(value.__globals__), value.__globals__)
        by_name = value.__kwdefaults__ or {}
        if by_name:
            self.found.watch.mapping(by_name)
        own = {k: v for k, v in vars(value).items() if k not in OF_PYTHON}
        if own:
            self.found.watch.mapping(vars(value))
        defaults = enumerate(value.__defaults__ or ())
        return f"function {name_of(value)}", [
            *self.labelled(self.names_in(value)),
            *((f"default {k}=", default) for k, default in defaults),
            *((f"default {k}=", default) for k, default in by_name.items()),
            *((f".{k}=", part) for k, part in own.items()),
        ]

    def labelled(self, bindings: Iterable[Binding]) -> list[tuple[str, Any]]:
        """Names with what they stand for; of data the type is told, with the name."""
        found = []
        for binding in bindings:
            key = id(binding.where), binding.name
            if key not in self.bound:
                self.bound.add(key)
                self.found.bindings.append(binding)
                label = f"{binding.module}.{binding.name}={binding.text}"
                found.append((label, None if binding.is_data else binding.value))
        return found

    def names_in(self, function: types.FunctionType) -> Iterator[Binding]:
        """What one function's code mentions."""
        codes = all_codes(function.__code__)
        names = dict.fromkeys(name for code in codes for name in code.co_names)
        self.strings.update(dict.fromkeys(text for k in codes for text in strings_in(k.co_consts)))
        self.names.update(names)
        self.asks = self.asks or not ASKING.isdisjoint(names)
        return self.look_up(names, function)

    def look_up(self, names: Iterable[str], function: types.FunctionType) -> Iterator[Binding]:
        namespace = function.__globals__
        module = home_of(namespace)
        modules: list[Any] = [*imported(names, function)]
        for name in names:
            if name in namespace:
                modules.append(namespace[name])
                yield Binding(module, name, namespace)
            else:
                self.absent(name, namespace)
                if name not in LIVE:
                    self.in_library((name,), builtins)
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        for name, cell in cells:
            binding = Binding(module, name, cell)
            modules.append(binding.value)
            yield binding
        yield from self.members(names, modules)

    def members(self, names: Iterable[str], modules: list[Any]) -> Iterator[Binding]:
        """What names may stand for in modules, and in modules found there."""
        seen: set[int] = set()
        while modules:
            module = modules.pop(0)
            if not isinstance(module, types.ModuleType) or id(module) in seen:
                continue
            seen.add(id(module))
            self.all_modules[id(module)] = module
            if is_library(module.__name__):
                modules += self.in_library(names, module)
                continue
            self.looked_at.add(id(module))
            for name in names:
                if name in vars(module):
                    modules.append(vars(module)[name])
                    yield Binding(module.__name__, name, vars(module))
                elif self.asks:
                    self.absent(name, vars(module))

    def in_library(self, names: Iterable[str], module: types.ModuleType) -> list[Any]:
        """Note what a library has under some names, in whose place a program may put others."""
        held = vars(module)
        found = [name for name in names if name in held and (id(held), name) not in self.bound]
        for name in found:
            self.bound.add((id(held), name))
            self.found.borrowed.append((module, name, held[name]))
            label = f"{module.__name__}.{name}="
            self.found.lines.append(f"{label}{self.borrowed(held[name], names)}")
        return [held[name] for name in found]

    def borrowed(self, value: Any, names: Iterable[str]) -> str:
        """What a library has under a name, as text: what it holds is its own business."""
        if isinstance(value, types.ModuleType):
            return name_of(value)
        code = isinstance(value, (*CODE, types.BuiltinFunctionType))
        if code or not is_library(type(value).__module__):
            return self.token(value, 0)
        if isinstance(value, list | dict):
            (self.found.watch.items if type(value) is list else self.found.watch.mapping)(value)
            return ", ".join(self.token(part, DEEPEST + 1) for part in value)
        if not hasattr(value, "__name__") and hasattr(value, "__dict__"):
            self.replaceable(value, names)
        return self.token(value, DEEPEST + 1)

    def replaceable(self, value: Any, names: Iterable[str]) -> None:
        """Note the methods of a library's object: it may be given others in their place."""
        own = vars(value)
        given = tuple(name for name in names if name in own)
        if given:
            self.found.watch.items(Slots(value, given))
            self.found.lines.append(", ".join(self.token(own[name], 0) for name in given))
        for name in names:
            if name not in own and hasattr(type(value), name):
                self.absent(name, own)

    def absent(self, name: str, namespace: dict[str, Any]) -> None:
        """Note that a module does not bind a name."""
        self.found.builtins.setdefault(id(namespace), (namespace, set()))[1].add(name)

    def of_partial(self, value: functools.partial[Any]) -> tuple[str, Parts]:
        self.found.watch.mapping(value.keywords)
        self.found.watch.items(Given(value))
        given = [(f"{k}=", part) for k, part in value.keywords.items()]
        return "partial", [("func ", value.func), *(("", a) for a in value.args), *given]

    def of_method(self, value: types.MethodType) -> tuple[str, Parts]:
        return "method", [("", value.__func__), ("", value.__self__)]

    def of_builtin(self, value: types.BuiltinFunctionType) -> tuple[str, Parts]:
        return f"method {value.__name__}", [("", value.__self__)]

    def of_wrapped(self, value: Any) -> tuple[str, Parts]:
        return type(value).__name__, [("", value.__func__)]

    def of_property(self, value: property) -> tuple[str, Parts]:
        return "property", [("", value.fget), ("", value.fset), ("", value.fdel)]

    # Containers and objects --------------------------------------------------------------------

    def of_sequence(self, value: Any) -> tuple[str, Parts]:
        elements = elements_of(value)
        if not isinstance(value, tuple):
            self.found.watch.items(elements, self.owner(value))
        return name_of(value), [*(("", part) for part in elements), *self.state(value)]

    def of_set(self, value: Any) -> tuple[str, Parts]:
        elements = elements_of(value)
        self.found.watch.items(elements)
        in_order = sorted(elements, key=lambda part: literal_text(part) or name_of(part))
        return name_of(value), [*(("", part) for part in in_order), *self.state(value)]

    def of_mapping(self, value: Any) -> tuple[str, Parts]:
        self.found.watch.mapping(value, self.owner(value))
        items = dict.items(value) if isinstance(value, dict) else value.items()
        pairs = [pair for key, part in items for pair in (("", key), (": ", part))]
        return name_of(value), [*pairs, *self.state(value)]

    def of_cls(self, value: type) -> tuple[str, Parts]:
        members = vars(value)
        self.classes.append(value)
        self.found.watch.mapping(members)
        self.found.watch.bases(value)
        own = [(f".{k}=", part) for k, part in members.items() if k not in OF_PYTHON]
        outer = [("of ", base) for base in (*value.__bases__, type(value))]
        return f"class {name_of(value)}", [*outer, *own]

    def state(self, value: Any) -> Parts:
        """The class and the attributes of an object."""
        cls = type(value)
        if getattr(cls, "derivation", None) is not None:
            # A derivative: what it has compiled so far is no part of what it computes.
            return [("", part) for part in value.derivation]
        attributes = getattr(value, "__dict__", None)
        if not isinstance(attributes, dict):
            attributes = {}
        elif is_library(cls.__module__) and "__wrapped__" in attributes:
            # What remembers or compiles calls of a function keeps books in its attributes.
            return [("wrapped ", attributes["__wrapped__"])]
        else:
            self.found.watch.instance(value)
            self.found.watch.mapping(attributes, self.owner(value))
        parts = [(f".{k}=", part) for k, part in attributes.items()]
        names = slots_of(cls)
        if names:
            slots = Slots(value, names)
            self.found.watch.items(slots, self.owner(value))
            parts += [(f".{name}=", part) for name, part in zip(names, slots, strict=True)]
        return parts if is_library(cls.__module__) else [("of ", cls), *parts]


KINDS: dict[Any, Callable[[_Walk, Any], tuple[str, Parts]]] = {
    types.FunctionType: _Walk.of_function,
    functools.partial: _Walk.of_partial,
    types.MethodType: _Walk.of_method,
    types.BuiltinFunctionType: _Walk.of_builtin,
    staticmethod | classmethod: _Walk.of_wrapped,
    property: _Walk.of_property,
    type: _Walk.of_cls,
    list | tuple | deque: _Walk.of_sequence,
    set | frozenset: _Walk.of_set,
    dict | types.MappingProxyType: _Walk.of_mapping,
}
