"""What the compiler knows about an operation besides its derivative."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sourcead.ir.core import GlobalRef, Op
from sourcead.ir.types import UNKNOWN, Type


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()

Infer = Callable[[Op], Type]
Views = Callable[[Op], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """A parameter; `kind` is "positional", "keyword" (keyword-only) or "var" (`*name`).

    The operands that fill a "var" parameter `xs` are named `xs0`, `xs1`, ...
    `aliases` are other names by which a keyword argument may arrive.
    """

    name: str
    default: Any = REQUIRED
    kind: str = "positional"
    aliases: tuple[str, ...] = ()


def unknown(op: Op) -> Type:
    """No knowledge: always right."""
    return UNKNOWN


def no_views(op: Op) -> tuple[int, ...]:
    return ()


def first_view(op: Op) -> tuple[int, ...]:
    """The result may be a view of the first operand."""
    return (0,) if op.operands else ()


def first_two_views(op: Op) -> tuple[int, ...]:
    """The result may hold the first two operands."""
    return (0, 1)


def all_views(op: Op) -> tuple[int, ...]:
    """The result may hold or be any of the operands."""
    return tuple(range(len(op.operands)))


@dataclass(frozen=True, slots=True)
class OpDef:
    """One operation: signature, type inference and memory behaviour.

    `views(op)` are the positions of the operands whose memory the result may share.
    `allocates`: a fresh buffer with an identity of its own, never merged with an equal one.
    `cost`: "free", "cheap", "array" or "heavy" (see `catalog.cost_of`).
    `ref`: where the function is found, if it is no library's that generated code imports.
    """

    name: str
    params: tuple[ParamSpec, ...]
    infer: Infer = unknown
    pure: bool = True
    views: Views = no_views
    allocates: bool = False
    cost: str = "array"
    ref: GlobalRef | None = None
    _arg_names: dict[int, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def arg_names(self, n: int) -> tuple[str, ...]:
        """The names of `n` operands given by position."""
        found = self._arg_names.get(n)
        if found is None:
            found = self._arg_names[n] = self._names_of(n)
        return found

    def _names_of(self, n: int) -> tuple[str, ...]:
        names: list[str] = []
        for param in self.params:
            if len(names) == n:
                break
            if param.kind == "var":
                names += [f"{param.name}{k}" for k in range(n - len(names))]
            else:
                names.append(param.name)
        if len(names) < n:
            raise ValueError(f"{self.name} takes {len(names)} operands, not {n}")
        return tuple(names)

    def param(self, name: str) -> ParamSpec | None:
        """The parameter called `name` (or by one of its aliases), None if there is none."""
        for param in self.params:
            if param.name == name or name in param.aliases:
                return param
        return None


def words(text: str) -> list[str]:
    """The words of a text, as tables of names are written here."""
    return text.split()


ALIASES = {
    "shape": ("newshape",),
    "a_min": ("min",),
    "a_max": ("max",),
    "arrays": ("tup",),
    "ddof": ("correction",),
}


# Commas that separate parameters, not those inside a default such as (0, 1).
COMMAS = re.compile(r",\s*(?![^()]*\))")


def parse_params(text: str) -> tuple[ParamSpec, ...]:
    """Parameters from the inside of a signature: `a, axis=None, *, keepdims=False`."""
    params: list[ParamSpec] = []
    kind = "positional"
    for part in filter(None, COMMAS.split(text.strip())):
        name, _, default = part.partition("=")
        if name == "*":
            kind = "keyword"
        elif name.startswith("*"):
            params.append(ParamSpec(name[1:], (), "var"))
            kind = "keyword"
        else:
            value = ast.literal_eval(default) if default else REQUIRED
            params.append(ParamSpec(name, value, kind, ALIASES.get(name, ())))
    return tuple(params)
