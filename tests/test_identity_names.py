"""Where the names of a function come from: namespaces without a name, modules that make them."""

from __future__ import annotations

import linecache
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import sourcead


def executed(text: str, names: dict[str, Any]) -> dict[str, Any]:
    name = f"<text {hash(text)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), names)
    return names


def test_a_namespace_without_a_name() -> None:
    text = "def h(x):\n    return x * K\n\ndef f(x):\n    return h(x) * W[1]\n"
    for k in (2.0, 3.0):
        names = executed(text, {"K": k, "W": np.arange(3.0)})
        gradient = sourcead.grad(names["f"])
        assert gradient(1.0) == k
        names["K"] = 7.0
        assert gradient(1.0) == 7.0


def test_what_a_module_makes_when_it_is_asked() -> None:
    module = ModuleType("asked")
    executed("def __getattr__(name):\n    return 3.0\n", vars(module))
    with pytest.raises(sourcead.SourceadError, match="is made by the `__getattr__` of the module"):
        sourcead.grad(lambda x: x * module.K)(2.0)
