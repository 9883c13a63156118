"""Everything outside a function that decides what its derivative is: callees, globals, cells."""

from __future__ import annotations

import ast
import hashlib
import importlib
import operator
import re
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from sourcead.errors import UsageError
from sourcead.ir.core import GlobalRef
from sourcead.runtime.describe import function_text, is_atom, is_data, numbers_text, text_of
from sourcead.runtime.watch import Watch

ABSENT = object()


class Binding:
    """A name that is read when the function runs: in a module's dict, or in a closure cell.

    `steps` lead from what the name stands for to a part of it (`.layers[0].w`). Of a number or an
    array only the type is kept, since generated code reads the value at each call. Any other
    object is compared by identity; if it can change, `reach` looks at what it holds.
    """

    __slots__ = ("is_atom", "is_data", "module", "name", "steps", "text", "value", "where")

    def __init__(
        self, module: str, name: str, where: dict[str, Any] | types.CellType, steps: str = ""
    ) -> None:
        self.module = module
        self.name = name
        self.where = where
        self.steps = steps
        value = self.current()
        self.is_data = is_data(value)
        self.is_atom = value is ABSENT or is_atom(value)
        self.text = text_of(value) if self.is_data else ""
        self.value: Any = None if self.is_data else value

    def current(self) -> Any:
        """What the name stands for now; a marker that equals nothing where it is unbound."""
        if not isinstance(self.where, types.CellType):
            return follow(self.where.get(self.name, ABSENT), self.steps)
        try:
            return follow(self.where.cell_contents, self.steps)
        except ValueError:
            return ABSENT

    def holds(self) -> bool:
        """Whether code compiled for the value found is right for the current one."""
        value = self.current()
        return text_of(value) == self.text if self.is_data else value is self.value


def follow(value: Any, steps: str) -> Any:
    """The part of an object that steps such as `.layers[0]['w']` lead to.

    >>> follow({"a": [1, 2 + 3j]}, "['a'][1].real")
    2.0
    """
    for name, key in re.findall(r"\.(\w+)|\[('[^]]*'|\"[^]]*\"|-?\d+)\]", steps):
        value = getattr(value, name) if name else value[ast.literal_eval(key)]
    return value


@dataclass(frozen=True, slots=True)
class Made:
    """What a function was when it was looked at."""

    code: types.CodeType
    defaults: tuple[Any, ...] | None
    by_name: dict[str, Any] | None

    @classmethod
    def of(cls, function: types.FunctionType) -> Made:
        return cls(function.__code__, function.__defaults__, function.__kwdefaults__)

    def holds(self, function: types.FunctionType) -> bool:
        """Whether the function has the code and the defaults that it had."""
        return (
            function.__code__ is self.code
            and function.__defaults__ is self.defaults
            and function.__kwdefaults__ is self.by_name
        )


@dataclass(slots=True)
class Dependencies:
    """What a function can reach.

    `roots` are the function and the functions and classes among its arguments. `functions` are the
    user's, as each was; `borrowed` what libraries' modules have under names that these mention;
    `builtins` the names that a module's functions mention
    and the module does not bind. `lines` describe everything as text that is the same in every
    process, `atoms` are the objects of which the text tells no more than the name, and `watch`
    looks at everything that can change. `numbers` are those that objects hold, by the place of the
    object in the walk; generated code reads them when it runs. Those count that belong to what the
    compiler has looked into: `counted`, found by `places` and `parts`. `known` are names whose
    numbers count, each with these as text. `asks`: whether the code can do without attributes.
    """

    roots: tuple[Any, ...] = ()
    bindings: list[Binding] = field(default_factory=list)
    functions: dict[types.FunctionType, Made] = field(default_factory=dict)
    borrowed: list[tuple[types.ModuleType, str, Any]] = field(default_factory=list)
    builtins: dict[int, tuple[dict[str, Any], set[str]]] = field(default_factory=dict)
    namespaces: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    atoms: list[Any] = field(default_factory=list)
    numbers: dict[int, list[str]] = field(default_factory=dict)
    counted: tuple[int, ...] = ()
    known: list[tuple[Binding, str]] = field(default_factory=list)
    places: dict[int, tuple[int, Any]] = field(default_factory=dict)
    parts: dict[int, set[int]] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)
    asks: bool = False

    def resolve(self, ref: GlobalRef) -> Binding | types.ModuleType:
        """Where a reference's name is read; a reference without a name is a module.

        Raises:
            UsageError: two modules of one name mean different things by the name.
        """
        if not ref.name:
            return importlib.import_module(ref.module)
        name = ref.root
        steps = ref.name[len(name) :]
        where: dict[str, Any] | None
        found = self._places_of(ref)
        if ref.cell:
            return Binding(ref.module, name, found[ref.cell - 1], steps)
        modules = [where for where in found if isinstance(where, dict)]
        if len(modules) > 1:
            raise UsageError(
                f"{name!r} stands for two things, for there are two modules of the name "
                f"{ref.module}: rename one of them"
            )
        where = next(iter(modules), None) or self.namespaces.get(ref.module)
        if where is None or name not in where:
            module = importlib.import_module(ref.module)
            part = getattr(module, name, None)
            if isinstance(part, types.ModuleType):
                return part
            where = vars(module)
        return Binding(ref.module, name, where, steps)

    def _places_of(self, ref: GlobalRef) -> list[dict[str, Any] | types.CellType]:
        """Where a name may be read: the module's dict, and cells, in the order of the walk."""
        wanted = ref.module, ref.root
        places = {id(b.where): b.where for b in self.bindings if (b.module, b.name) == wanted}
        return list(places.values())

    def numbered(self, ref: GlobalRef) -> GlobalRef:
        """A reference as another process understands it: a cell by its place, not its identity.

        Raises:
            UsageError: a library's function has captured it, into which nobody looks.
        """
        if not ref.cell:
            return ref
        places = [id(where) for where in self._places_of(ref)]
        if ref.cell not in places:
            raise UsageError(
                f"a function of {ref.module} has captured {ref.name!r}, which generated code "
                "cannot read: declare a rule for the function"
            )
        return replace(ref, cell=places.index(ref.cell) + 1)

    def with_numbers(self, objects: Iterable[Any]) -> tuple[int, ...]:
        """Which of the objects that hold numbers can be reached from some objects."""
        if not self.numbers:
            return ()
        # What the walk has not met may hold anything that it has.
        known = [self.places.get(id(value)) for value in objects]
        todo = [*self.numbers] if None in known else [place for place, _ in filter(None, known)]
        todo += [self.places[id(root)][0] for root in self.roots[1:] if id(root) in self.places]
        reached: set[int] = set()
        while todo:
            place = todo.pop()
            if place not in reached:
                reached.add(place)
                todo += self.parts.get(place, ())
        return tuple(sorted(reached & self.numbers.keys()))

    def values(self, counted: Iterable[int], known: Iterable[GlobalRef]) -> str:
        """The numbers of some objects and names, as text."""
        named = [f"{ref.module}.{ref.name}: {self._numbers_of(ref)[1]}" for ref in known]
        return "; ".join([*(f"{place}: {self.numbers[place]}" for place in counted), *named])

    def _numbers_of(self, ref: GlobalRef) -> tuple[Binding, str]:
        binding = self.resolve(ref)
        assert isinstance(binding, Binding)
        return binding, numbers_text(binding.current())

    def settle(self, counted: tuple[int, ...], known: tuple[GlobalRef, ...]) -> None:
        """Let the numbers of all other objects and names change."""
        self.counted = counted
        self.known = [*map(self._numbers_of, known)]
        self.watch.settle(counted)

    def knows(self) -> bool:
        """Whether the numbers that the code is made for are as they were."""
        return all(numbers_text(binding.current()) == text for binding, text in self.known)

    def release(self) -> None:
        """Let go of what is needed until it is known which numbers count."""
        self.places, self.parts = {}, {}
        self.watch.release()

    def digest(self) -> str:
        """A hash of all sources, and of everything else that can be reached but numbers."""
        digest = hashlib.sha256()
        for text in (*map(function_text, self.functions), *self.lines):
            digest.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def unchanged(self) -> bool:
        """Whether everything is the very object that it was: cheap, and true of most calls."""
        return (
            all(binding.holds() for binding in self.bindings)
            and all(made.holds(function) for function, made in self.functions.items())
            and all(vars(module).get(name) is value for module, name, value in self.borrowed)
            and all(where.keys().isdisjoint(names) for where, names in self.builtins.values())
            and self.watch.unchanged()
            and self.knows()
        )

    def objects(self) -> tuple[Any, ...]:
        """Every object that is told from others by its identity."""
        made = ((f, m.code, m.defaults, m.by_name) for f, m in self.functions.items())
        bound = ((b.where, b.value) for b in self.bindings)
        borrowed = (value for *_, value in self.borrowed)
        return (*self.atoms, *borrowed, *chain.from_iterable(made), *chain.from_iterable(bound))

    def adopt(self, found: Dependencies) -> bool:
        """Take what is reached now for what was reached before, where the two are alike."""
        alike = (
            self.lines == found.lines
            and all(self.numbers[k] == found.numbers[k] for k in self.counted)
            and are_same(self.atoms, found.atoms)
            and len(self.bindings) == len(found.bindings)
            and self._has_functions_of(found)
            and self.knows()
        )
        if alike:
            for binding, new in zip(self.bindings, found.bindings, strict=True):
                binding.value = new.value
            found.watch.settle(self.counted)
            self.watch.adopt(found.watch)
        return alike

    def _has_functions_of(self, found: Dependencies) -> bool:
        """Whether the functions are the same; one that is passed may be made anew by every call."""
        pairs = list(zip(self.functions, found.functions, strict=False))
        return len(self.functions) == len(found.functions) and all(
            self.functions[old].holds(new) and (old is new or _is_among(new, found.roots[1:]))
            for old, new in pairs
        )


def are_same(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Whether two sequences hold the very same objects."""
    return len(old) == len(new) and all(map(operator.is_, old, new))


def _is_among(function: types.FunctionType, given: tuple[Any, ...]) -> bool:
    captures = function.__closure__ or function.__defaults__ or function.__kwdefaults__
    return not captures and any(function is other for other in given)
