"""Generated source as people see it: with its imports, and the values of what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from sourcead.ir.core import GlobalRef
from sourcead.runtime.dispatch import Specialisation
from sourcead.runtime.own import home_of, target_of
from sourcead.standalone import import_statement, import_statements, module_text, one_by_one

# A module-level array of at most so many numbers is written out, a larger one imported.
MOST_NUMBERS = 64


def readable(specialisation: Specialisation) -> str:
    """The source of a specialisation, as a module that can be saved and imported.

    Args:
        specialisation: what to show.

    Returns:
        The text. Module-level numbers appear with the value that they have now.
    """

    def bind(name: str, ref: GlobalRef) -> Sequence[str]:
        target = target_of(ref)
        if target is not None:
            return (import_statement(name, GlobalRef(*home_of(target))),)
        binding = specialisation.dependencies.resolve(ref)
        written = None if isinstance(binding, ModuleType) else _literal(binding.current())
        if written is None:
            return import_statements(name, ref)
        if "np." in written:
            return ("import numpy as np", f"{name} = {written}")
        return (f"{name} = {written}",)

    return module_text([specialisation.compiled], one_by_one(bind))


def _literal(value: Any) -> str | None:
    """A number, or a container of numbers, as Python writes it; None for everything else."""
    if isinstance(value, np.generic):
        return f"np.{type(value).__name__}({_literal(value.item())})"
    if isinstance(value, np.ndarray):
        if value.size > MOST_NUMBERS or value.dtype.kind not in "bifc":
            return None
        return f"np.array({_literal(value.tolist())}, dtype={value.dtype.name!r})"
    if isinstance(value, float) and not np.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, bool | int | float | complex | str | None):
        return repr(value)
    if type(value) not in (list, tuple, dict):
        return None
    items = value.values() if isinstance(value, dict) else value
    parts = [part for part in map(_literal, items) if part is not None]
    if len(parts) < len(value):
        return None
    if isinstance(value, dict):
        parts = [f"{key!r}: {part}" for key, part in zip(value, parts, strict=True)]
    inside = ", ".join(parts)
    if isinstance(value, tuple):
        return f"({inside},)" if len(parts) == 1 else f"({inside})"
    return f"[{inside}]" if isinstance(value, list) else f"{{{inside}}}"
