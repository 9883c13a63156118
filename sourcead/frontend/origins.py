"""Where objects from outside are found when generated code runs: `model.layers[0].w`."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from sourcead.ir.core import GlobalRef

# What has a name of its own, or no parts that generated code could read.
_WHOLE = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    type,
    FunctionType,
    ModuleType,
    np.dtype,
    np.generic,
)


class Origins:
    """The objects that can be reached from module-level and captured names, each by its path."""

    def __init__(self) -> None:
        # The objects are kept, so that no other one takes the place of one in memory.
        self._found: dict[int, tuple[Any, GlobalRef]] = {}

    def note(self, value: Any, ref: GlobalRef) -> None:
        """Note where an object and what it holds are found; the first path counts."""
        if self._is_new(value):
            self._found[id(value)] = value, ref
        for step, part in _parts(value).items():
            if self._is_new(part):
                self._found[id(part)] = part, replace(ref, name=ref.name + step)

    def _is_new(self, value: Any) -> bool:
        is_whole = value is None or isinstance(value, _WHOLE)
        return not is_whole and id(value) not in self._found

    def of(self, value: Any) -> GlobalRef | None:
        """Where an object is found, None where that is not known."""
        found = self._found.get(id(value))
        return None if found is None else found[1]

    def of_part(self, owner: Any, step: str) -> GlobalRef | None:
        """Where a part of an object is found: `.w`, `[0]`, `['w']`."""
        ref = self.of(owner)
        return None if ref is None else replace(ref, name=ref.name + step)


def _parts(value: Any) -> dict[str, Any]:
    """What an object holds, by the step that leads to it."""
    if isinstance(value, list | tuple):
        return {f"[{k}]": part for k, part in enumerate(value)}
    if isinstance(value, dict):
        return {f"[{key!r}]": part for key, part in value.items() if _is_plain(key)}
    if isinstance(value, functools.partial):
        given = {f".func{step}": part for step, part in _parts(value.func).items()}
        given |= {f".args[{k}]": part for k, part in enumerate(value.args)}
        return given | {f".keywords[{key!r}]": part for key, part in value.keywords.items()}
    if isinstance(value, MethodType):
        return {".__self__": value.__self__}
    held = getattr(value, "__dict__", None)
    return {f".{name}": part for name, part in held.items()} if isinstance(held, dict) else {}


def _is_plain(key: Any) -> bool:
    """Whether a key can be a step of a path."""
    return type(key) is int or (
        isinstance(key, str) and re.fullmatch(r"[\w .:/-]*", key) is not None
    )
