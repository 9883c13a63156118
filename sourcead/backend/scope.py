"""Module-level names of the printed text: imports, helpers, the user's objects, functions."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sourcead.backend.expressions import BUILTINS, zero_takes_helper
from sourcead.backend.naming import sanitised
from sourcead.ir.classes import NAMESPACE, ClassRef, PlainClass
from sourcead.ir.core import GlobalRef, Module, Op, Param
from sourcead.ops.catalog import definition
from sourcead.ops.names import spelling

ALIASES = {"numpy": "np"}
# Operations printed as a call of the helper of the same name.
HELPERS = (
    "accumulate",
    "add_at",
    "binomial_actions",
    "snapshot_places",
    "online_schedule",
    "stored_places",
    "broadcast_like",
    "extended_with_zeros",
    "first_items",
    "insertion_place",
    "last_items",
    "listed_actions",
    "last_writer",
    "preceded_by_zeros",
    "rounds",
    "sum_of_outer",
    "unbroadcast",
    "updated",
    "with_zero_at",
    "without_item",
)
# Helpers that are asked for only when variables have their names.
COPIES = {"copied", "copied_parts", "replaced"}
LOCAL = BUILTINS | {"zip", "enumerate", "list", "tuple", "dict"}


@dataclass(frozen=True, slots=True)
class Require:
    """A name that the text reads and does not define.

    Either a module (`import numpy as np`, `from scipy import special`) or, where `ref` is set, a
    module-level object of the user's.
    """

    name: str
    module: str = ""
    attr: str = ""
    ref: GlobalRef | None = None

    @property
    def statement(self) -> str:
        """The import statement that binds the name; for a user's object, from its module."""
        if self.ref is not None:
            renamed = "" if self.ref.name == self.name else f" as {self.name}"
            return f"from {self.ref.module} import {self.ref.name}{renamed}"
        if self.attr:
            renamed = "" if self.attr == self.name else f" as {self.name}"
            return f"from {self.module} import {self.attr}{renamed}"
        renamed = "" if self.module == self.name else f" as {self.name}"
        return f"import {self.module}{renamed}"


@dataclass
class Scope:
    """Hands out module-level names; none of them is a parameter's name of any function."""

    module: Module
    requires: dict[str, Require] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    _references: dict[GlobalRef, str] = field(default_factory=dict)
    _libraries: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        functions = self.module.functions.values()
        self.parameters = {p.name for f in functions for p in f.params}
        self.taken = set(self.parameters) | LOCAL
        self.entry = sanitised(self.module.functions[self.module.entry].name)
        self.taken.discard(self.entry)
        for key in sorted(self.module.functions, key=lambda k: k != self.module.entry):
            self.functions[key] = self._free([sanitised(self.module.functions[key].name)])
        for function in functions:
            for op in function.body.walk():
                self._scan(op)
        for param in self.module.functions[self.module.entry].params:
            self.default_names(param)

    @property
    def reserved(self) -> set[str]:
        """Names that no local variable takes."""
        return (self.taken | COPIES) - self.parameters

    def library(self, path: str) -> str:
        """The printed dotted name of a library function, whose module is imported."""
        package, _, rest = path.partition(".")
        if package == "builtins":
            if rest not in self.parameters:
                return rest
            return f"{self._import('builtins', '')}.{rest}"
        if package in ("np", "numpy"):
            return f"{self._import('numpy', '')}.{spelling(rest)}"
        if package == "scipy":
            part, _, name = rest.partition(".")
            return f"{self._import('scipy', part)}.{name}"
        return f"{self._import(package, '')}.{rest}"

    def helper(self, name: str) -> str:
        if name not in self.helpers:
            self.helpers[name] = self._free([name, f"{name}_", f"sourcead_{name}"])
        return self.helpers[name]

    def reference(self, ref: GlobalRef) -> str:
        if isinstance(ref, PlainClass):
            ref = NAMESPACE
        elif isinstance(ref, ClassRef):
            ref = GlobalRef(ref.module, ref.name, ref.file)
        if ref not in self._references:
            if ref.module == "builtins" and hasattr(builtins, ref.name):
                return self.library(f"builtins.{ref.name}")
            tail = ref.module.rpartition(".")[2]
            base = sanitised(re.sub(r"\W+", "_", ref.name).strip("_"))
            # Captured variables of one name are numbered; others say whose they are.
            more = [] if ref.cell else [sanitised(f"{tail}_{base}")]
            name = self._free([base, *more])
            self._references[ref] = name
            self.requires[name] = Require(name, ref=ref)
        return self._references[ref]

    def default_names(self, param: Param) -> dict[str, str]:
        """The printed names of what a parameter's default reads."""
        found = {}
        for name, target in param.names:
            if isinstance(target, GlobalRef):
                found[name] = self.reference(target)
            else:
                package, _, rest = target.rpartition(".")
                found[name] = self._import(package or rest, rest if package else "")
        return found

    def function(self, key: str) -> str:
        return self.functions[key]

    def _import(self, module: str, attr: str) -> str:
        if (module, attr) not in self._libraries:
            plain = attr or ALIASES.get(module, module)
            name = self._free([plain, module.replace(".", "_"), f"{module}_{attr}".strip("_")])
            self._libraries[module, attr] = name
            self.requires[name] = Require(name, module, attr)
        return self._libraries[module, attr]

    def _free(self, candidates: Iterable[str]) -> str:
        name = ""
        for name in candidates:
            if name not in self.taken:
                self.taken.add(name)
                return name
        number = 2
        while f"{name}_{number}" in self.taken:
            number += 1
        self.taken.add(f"{name}_{number}")
        return f"{name}_{number}"

    def _scan(self, op: Op) -> None:
        """Take the names of what an operation will need, before local names are given."""
        if op.name == "global":
            self.reference(op.attrs["ref"])
        for exc in (op.attrs.get("exc"), *op.attrs.get("catch", ())):
            if isinstance(exc, GlobalRef):
                self.reference(exc)
        if op.name == "object":
            self.reference(op.attrs["cls"])
        if op.name in HELPERS:
            self.helper(op.name)
        if op.name == "gate":
            self.library("np.where")
        if zero_takes_helper(op):
            self.helper("zero")
        ref = definition(op.name).ref
        if ref is not None:
            self.reference(ref)
        for path in (op.name, op.style):
            package = path.partition(".")[0]
            if package in ("np", "math", "scipy", "operator") and "." in path:
                self.library(path)
