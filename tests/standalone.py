"""Generated source on its own: written to a file and imported where sourcead cannot be."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def without_sourcead() -> Iterator[None]:
    """Inside, `import sourcead` raises `ImportError`."""
    hidden = {
        name: module
        for name, module in sys.modules.items()
        if name == "sourcead" or name.startswith("sourcead.")
    }
    for name in hidden:
        del sys.modules[name]
    sys.modules.update({"sourcead": None})
    try:
        yield
    finally:
        del sys.modules["sourcead"]
        sys.modules.update(hidden)


def load_alone(source: str, path: Path, name: str) -> Callable[..., Any]:
    """Write source text to `path`, import it without sourcead, and return its function `name`."""
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with without_sourcead():
        spec.loader.exec_module(module)

    def call(*args: Any, **kwargs: Any) -> Any:
        with without_sourcead():
            return getattr(module, name)(*args, **kwargs)

    call.__module__ = path.stem
    return call
