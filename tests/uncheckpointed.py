"""Modules of programs as they would be without `checkpoint` and `checkpointed`."""

from __future__ import annotations

import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType


def program_names(module: ModuleType) -> list[str]:
    """The functions that a module of programs defines."""
    defined = (f for f in vars(module).items() if inspect.isfunction(f[1]))
    return [name for name, f in defined if f.__module__ == module.__name__]


def without_checkpoints(module: ModuleType, directory: Path) -> ModuleType:
    """The same programs, which keep everything: their text is made of the others' text."""
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    text, changed = re.subn(r"checkpointed\((.*), snapshots=\d\):", r"(\1):", text)
    assert changed
    text = re.sub(r"(?<!\w)checkpoint\(", "(", text)
    path = directory / f"plain_{Path(str(module.__file__)).name}"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
